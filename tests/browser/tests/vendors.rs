//! The vendors as they behave: their directories, their people, and what is peculiar to each.

use anyhow::{Context, Result, ensure};
use browser_tests::{Options, Role, Stage, run, until};
use serde_json::json;

const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";
const EMMY: &str = "Emmy Noether";
const MURASAKI: &str = "紫 式部";
/// The tenants of the local provider's people: Ada's and everybody's with a personal account.
const HOME: &str = "8f1d2c7e-6b3a-4c59-9e0d-2a4b6c8d0e1f";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

async fn signs_out(stage: &Stage) -> Result<()> {
    stage.click(Role::Button, "Sign out").await?;
    stage.find(Role::Heading, "Sign out of").await?;
    stage.click(Role::Button, "Sign out").await?;
    stage.sees("You are signed out.").await
}

#[test]
fn people_sign_in_and_out_at_every_directory() {
    run(Options::default(), async |stage| {
        let cases = [
            ("microsoft", "Microsoft", ADA, "ada@example.com"),
            ("organizations", "Any organisation", ADA, "ada@example.com"),
            // Of another tenant than Ada.
            (
                "organizations",
                "Any organisation",
                GRACE,
                "grace@example.com",
            ),
            // Whose tokens another key signs.
            (
                "common",
                "Any Microsoft account",
                MURASAKI,
                "murasaki@example.com",
            ),
            ("b2c", "Contoso customers", ADA, "ada@example.com"),
            ("okta-org", "Okta org server", ADA, "ada@example.com"),
        ];
        let mut entries = Vec::new();
        for id in ["microsoft", "organizations", "common", "b2c", "okta-org"] {
            entries.push(stage.entry(id, json!({}))?);
        }
        stage.offer(entries).await?;
        for (id, label, person, email) in cases {
            stage.sign_in(label, person).await?;
            stage.sees(email).await?;
            signs_out(stage).await?;
            ensure!(stage.asked(id, "end_session")? > 0, "{label}");
            stage.start_over().await?;
        }
        Ok(())
    });
}

#[test]
fn people_of_the_wrong_tenant_or_domain_stay_out() {
    const NOT_HERE: &str = "This account may not sign in here";
    run(Options::default(), async |stage| {
        let cases = [
            // Microsoft itself keeps them out there; a page does not rely on it.
            (
                "organizations",
                json!({}),
                "Any organisation",
                MURASAKI,
                NOT_HERE,
                "personal account",
            ),
            (
                "common",
                json!({ "allowed_tenants": [HOME] }),
                "Any Microsoft account",
                GRACE,
                NOT_HERE,
                "allowed_tenants",
            ),
            (
                "common",
                json!({ "allowed_tenants": [CONSUMERS] }),
                "Any Microsoft account",
                ADA,
                NOT_HERE,
                "allowed_tenants",
            ),
            (
                "google",
                json!({ "hd": "example.com" }),
                "Google",
                EMMY,
                NOT_HERE,
                "Google Workspace domain",
            ),
            (
                "google",
                json!({ "hd": "another.example" }),
                "Google",
                ADA,
                NOT_HERE,
                "Google Workspace domain",
            ),
        ];
        for (id, settings, label, person, words, remedy) in cases {
            stage.offer(vec![stage.entry(id, settings)?]).await?;
            stage.choose(label, person).await?;
            stage.is_refused(words).await?;
            stage.administrator_reads(&[remedy]).await?;
        }
        let hd = json!({ "hd": "example.com" });
        stage.offer(vec![stage.entry("google", hd)?]).await?;
        stage.sign_in("Google", ADA).await?;
        let asked = stage.received("google", "authorization")?;
        ensure!(asked.iter().any(|request| request["hd"] == "example.com"));
        Ok(())
    });
}

#[test]
fn a_missing_e_mail_address_comes_with_the_way_to_turn_it_on() {
    run(Options::default(), async |stage| {
        for (id, label, remedy) in [
            ("microsoft", "Microsoft", "optional claim \"email\""),
            ("google", "Google", "OAuth consent screen"),
            ("okta", "Okta", "primary e-mail address"),
        ] {
            let required = json!({ "require_email": true });
            stage.offer(vec![stage.entry(id, required)?]).await?;
            stage.choose(label, EMMY).await?;
            stage.is_refused("Your e-mail address is missing").await?;
            stage.administrator_reads(&[remedy]).await?;
        }
        Ok(())
    });
}

#[test]
fn each_vendor_is_asked_in_its_own_way() {
    run(Options::default(), async |stage| {
        let offline = "openid profile email offline_access";
        let cases = [
            (
                "microsoft",
                json!({ "domain_hint": "example.com", "scope": offline }),
                "Microsoft",
                [("domain_hint", "example.com"), ("scope", offline)],
            ),
            (
                "google",
                json!({ "scope": offline }),
                "Google",
                [
                    ("access_type", "offline"),
                    ("scope", "openid profile email"),
                ],
            ),
            (
                "okta",
                json!({ "idp": "0oa1localidp5d7", "scope": offline }),
                "Okta",
                [("idp", "0oa1localidp5d7"), ("scope", offline)],
            ),
            (
                "b2c",
                json!({}),
                "Contoso customers",
                [("p", "b2c_1_signin"), ("scope", "openid profile email")],
            ),
        ];
        for (id, settings, label, expected) in cases {
            stage.offer(vec![stage.entry(id, settings)?]).await?;
            stage.sign_in(label, ADA).await?;
            let asked = stage.received(id, "authorization")?;
            let request = asked.first().context("nothing was asked")?;
            for (name, value) in expected {
                ensure!(request[name] == value, "{id}: {request}");
            }
        }
        Ok(())
    });
}

#[test]
fn sessions_go_on_and_end_as_each_vendor_has_it() {
    run(Options::with_network_trouble(), async |stage| {
        // Microsoft's refresh tokens end by themselves, here after seconds instead of a day; Google's
        // stays the same through renewals, Okta's is another each time.
        let cases = [
            (
                "microsoft",
                "Microsoft",
                json!({ "refresh_token": 9 }),
                None,
            ),
            (
                "google",
                "Google",
                json!({}),
                Some("Token has been expired or revoked."),
            ),
            (
                "okta",
                "Okta",
                json!({}),
                Some("The refresh token is invalid or expired."),
            ),
        ];
        for (id, label, lifetimes, end) in cases {
            let settings = json!({ "scope": "openid profile email offline_access" });
            stage.offer(vec![stage.entry(id, settings)?]).await?;
            let mut lifetimes = lifetimes;
            lifetimes["provider"] = json!(id);
            lifetimes["access_token"] = json!(4);
            stage.provider.lifetimes(lifetimes)?;
            stage.sign_in(label, ADA).await?;
            has_renewed(stage, id, 2).await?;
            stage.is_signed_in(ADA).await?;
            if let Some(says) = end {
                stage.fault(id, "token", "answer", json!({ "says": says }))?;
            }
            stage
                .sees("Your session has ended. Sign in again to go on.")
                .await?;
            ensure!(stage.storage().await?.is_empty());
        }
        Ok(())
    });
}

/// Waits until the tokens were renewed so often.
async fn has_renewed(stage: &Stage, provider: &str, times: usize) -> Result<()> {
    until(async || {
        let requests = stage.received(provider, "token")?;
        let renewals = requests
            .iter()
            .filter(|request| request["grant_type"] == "refresh_token" && request["status"] == 200);
        let count = renewals.count();
        Ok(match count >= times {
            true => Ok(()),
            false => Err(format!("there were {count} renewals of {times}")),
        })
    })
    .await
}

#[test]
fn google_s_documents_are_asked_for_without_a_preflight() {
    run(Options::default(), async |stage| {
        stage.open("").await?;
        stage.sign_in("Google", ADA).await?;
        for endpoint in ["discovery", "jwks"] {
            let requests = stage.received("google", endpoint)?;
            ensure!(!requests.is_empty());
            ensure!(
                requests.iter().all(|request| request["method"] == "GET"),
                "{requests:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn microsoft_s_userinfo_that_no_page_can_read_keeps_nobody_out() {
    run(Options::with_network_trouble(), async |stage| {
        // The ID token of somebody without an address is thin.
        let settings =
            json!({ "userinfo": true, "scope": "openid profile api://local-api/access" });
        stage
            .offer(vec![stage.entry("microsoft", settings)?])
            .await?;
        stage.sign_in("Microsoft", EMMY).await?;
        ensure!(!stage.received("microsoft", "userinfo")?.is_empty());
        Ok(())
    });
}

#[test]
fn documents_in_the_configuration_stand_in_for_ones_that_no_page_can_read() {
    const FETCH: &str = "return fetch(arguments[0]).then((answer) => answer.json())";
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        for (id, label) in [("okta", "Okta"), ("google", "Google")] {
            let issuer = stage.entry(id, json!({}))?["issuer"].clone();
            let discovery = format!(
                "{}/.well-known/openid-configuration",
                issuer.as_str().unwrap_or_default()
            );
            let metadata = stage.execute(FETCH, vec![discovery.into()]).await?;
            let jwks = stage
                .execute(FETCH, vec![metadata["jwks_uri"].clone()])
                .await?;
            let settings = json!({ "metadata": metadata, "jwks": jwks });
            stage.offer(vec![stage.entry(id, settings)?]).await?;
            for endpoint in ["discovery", "jwks"] {
                stage.fault(id, endpoint, "no-cors", json!({}))?;
            }
            stage.sign_in(label, ADA).await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}
