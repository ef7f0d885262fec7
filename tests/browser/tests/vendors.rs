//! The vendors as they behave: their directories and peculiarities, and what each of their errors comes
//! to for the person and for the administrator.

use anyhow::{Context, Result, ensure};
use browser_tests::{Options, Role, Stage, run, until};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";
const EMMY: &str = "Emmy Noether";
const MURASAKI: &str = "紫 式部";
/// The tenants of the local provider's people: Ada's and everybody's with a personal account.
const HOME: &str = "8f1d2c7e-6b3a-4c59-9e0d-2a4b6c8d0e1f";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Sets the page up with these entries and Company SSO, and opens it.
async fn offer(stage: &Stage, mut entries: Vec<Value>) -> Result<()> {
    entries.push(stage.provider.entry("plain")?);
    let config = json!({ "providers": entries }).to_string();
    stage.site.set_config(SiteConfig::Json(config));
    stage.open("").await?;
    stage.start_over().await
}

/// The entry of a provider or directory, with settings of its own; null takes one out.
fn entry(stage: &Stage, id: &str, settings: Value) -> Result<Value> {
    let mut entry = stage.provider.entry(id)?;
    for (name, value) in settings.as_object().into_iter().flatten() {
        match value {
            Value::Null => {
                entry.as_object_mut().context("an object")?.remove(name);
            }
            value => entry[name] = value.clone(),
        }
    }
    Ok(entry)
}

/// The requests that an endpoint received.
fn received(stage: &Stage, provider: &str, endpoint: &str) -> Result<Vec<Value>> {
    let mut requests = stage.provider.requests()?;
    requests.retain(|request| request["provider"] == provider && request["endpoint"] == endpoint);
    Ok(requests)
}

async fn signs_out(stage: &Stage) -> Result<()> {
    stage.click(Role::Button, "Sign out").await?;
    stage.find(Role::Heading, "Sign out of").await?;
    stage.click(Role::Button, "Sign out").await?;
    stage.sees("You are signed out.").await
}

/// What the administrator reads under the person's sentence.
async fn administrator_reads(stage: &Stage, words: &[&str]) -> Result<()> {
    stage
        .click(Role::Disclosure, "For the administrator")
        .await?;
    for words in words {
        stage.sees(words).await?;
    }
    Ok(())
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
            entries.push(stage.provider.entry(id)?);
        }
        offer(stage, entries).await?;
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
                "The sign-in could not be accepted",
                "\"iss\"",
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
            offer(stage, vec![entry(stage, id, settings)?]).await?;
            stage.choose(label, person).await?;
            stage.is_refused(words).await?;
            administrator_reads(stage, &[remedy]).await?;
        }
        let hd = json!({ "hd": "example.com" });
        offer(stage, vec![entry(stage, "google", hd)?]).await?;
        stage.sign_in("Google", ADA).await?;
        let asked = received(stage, "google", "authorization")?;
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
            offer(stage, vec![entry(stage, id, required)?]).await?;
            stage.choose(label, EMMY).await?;
            stage.is_refused("Your e-mail address is missing").await?;
            administrator_reads(stage, &[remedy]).await?;
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
            offer(stage, vec![entry(stage, id, settings)?]).await?;
            stage.sign_in(label, ADA).await?;
            let asked = received(stage, id, "authorization")?;
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
            offer(stage, vec![entry(stage, id, settings)?]).await?;
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
        let requests = received(stage, provider, "token")?;
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
            let requests = received(stage, "google", endpoint)?;
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
        offer(stage, vec![entry(stage, "microsoft", settings)?]).await?;
        stage.sign_in("Microsoft", EMMY).await?;
        ensure!(!received(stage, "microsoft", "userinfo")?.is_empty());
        Ok(())
    });
}

#[test]
fn documents_in_the_configuration_stand_in_for_ones_that_no_page_can_read() {
    const FETCH: &str = "return fetch(arguments[0]).then((answer) => answer.json())";
    run(Options::with_network_trouble(), async |stage| {
        stage.open("").await?;
        for (id, label) in [("okta", "Okta"), ("google", "Google")] {
            let issuer = stage.provider.entry(id)?["issuer"].clone();
            let discovery = format!(
                "{}/.well-known/openid-configuration",
                issuer.as_str().unwrap_or_default()
            );
            let metadata = stage.execute(FETCH, vec![discovery.into()]).await?;
            let jwks = stage
                .execute(FETCH, vec![metadata["jwks_uri"].clone()])
                .await?;
            let settings = json!({ "metadata": metadata, "jwks": jwks });
            offer(stage, vec![entry(stage, id, settings)?]).await?;
            for endpoint in ["discovery", "jwks"] {
                stage.fault(id, endpoint, "no-cors", json!({}))?;
            }
            stage.sign_in(label, ADA).await?;
            stage.start_over().await?;
        }
        Ok(())
    });
}

/// Where a vendor refuses and in which words, and what the person and the administrator then read.
struct Refusal {
    provider: &'static str,
    label: &'static str,
    place: Place,
    says: &'static str,
    person: &'static str,
    administrator: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Discovery,
    Authorization,
    Token,
    /// The token endpoint, whose answer the page may not read.
    UnreadableToken,
}

const fn refusal(
    (provider, label): (&'static str, &'static str),
    place: Place,
    says: &'static str,
    person: &'static str,
    administrator: &'static str,
) -> Refusal {
    Refusal {
        provider,
        label,
        place,
        says,
        person,
        administrator,
    }
}

/// Plays every refusal: the person's sentence, the administrator's remedy, and the way on.
async fn every_refusal_helps(stage: &Stage, refusals: &[Refusal]) -> Result<()> {
    let mut entries = Vec::new();
    for id in ["microsoft", "google", "okta", "b2c"] {
        entries.push(stage.provider.entry(id)?);
    }
    offer(stage, entries).await?;
    for refusal in refusals {
        helps(stage, refusal)
            .await
            .with_context(|| format!("{} says {}", refusal.provider, refusal.says))?;
        stage.start_over().await?;
    }
    // The last way on: another provider of the picker, beside the error.
    if let Some(last) = refusals.last() {
        helps(stage, last).await?;
        stage.provider.clear_faults()?;
        stage.forget_at_providers().await?;
        stage.sign_in("Company SSO", ADA).await?;
    }
    Ok(())
}

async fn helps(stage: &Stage, refusal: &Refusal) -> Result<()> {
    let endpoint = match refusal.place {
        Place::Discovery => "discovery",
        Place::Authorization => "authorization",
        Place::Token | Place::UnreadableToken => "token",
    };
    let says = json!({ "says": refusal.says });
    stage.fault(refusal.provider, endpoint, "answer", says)?;
    if refusal.place == Place::UnreadableToken {
        stage.fault(refusal.provider, endpoint, "no-cors", json!({}))?;
    }
    if refusal.place == Place::Discovery {
        // Nothing known from before.
        stage.reload().await?;
    }
    stage
        .click(Role::Button, &format!("Sign in with {}", refusal.label))
        .await?;
    if endpoint == "token" {
        stage.click(Role::Button, ADA).await?;
    }
    stage.is_refused(refusal.person).await?;
    stage.address_is("").await?;
    administrator_reads(stage, &[refusal.administrator]).await?;
    if refusal.place != Place::UnreadableToken {
        stage.sees(refusal.says).await?;
    }
    Ok(())
}

const MICROSOFT: (&str, &str) = ("microsoft", "Microsoft");
const B2C: (&str, &str) = ("b2c", "Contoso customers");
const GOOGLE: (&str, &str) = ("google", "Google");
const OKTA: (&str, &str) = ("okta", "Okta");
const PLAIN: (&str, &str) = ("plain", "Company SSO");

const NOT_SET_UP: &str = "This page is not set up correctly at Microsoft";
const ENDED: &str = "Your session has ended";

#[test]
fn refusals_that_microsoft_sends_the_person_back_with_help() {
    use Place::{Authorization, Discovery};
    const LEFT_TO_DO: &str = "Something is left for you to do at Microsoft";
    run(Options::with_network_trouble(), async |stage| {
        let at = |says, person, administrator| {
            refusal(MICROSOFT, Authorization, says, person, administrator)
        };
        let refusals = [
            at(
                "AADSTS50105",
                "This account may not use this application",
                "add the person under Users and groups",
            ),
            at(
                "AADSTS53003",
                "Your organisation does not allow this sign-in",
                "Conditional Access policy",
            ),
            at(
                "AADSTS65001",
                "This page has not been allowed to know who you are",
                "Grant admin consent",
            ),
            at(
                "AADSTS90094",
                "This page has not been allowed to know who you are",
                "Grant admin consent",
            ),
            at(
                "AADSTS65004",
                "Without your consent this page cannot know who you are",
                "declined the permissions",
            ),
            at(
                "AADSTS50020",
                "This account is not known there",
                "Invite it as a guest",
            ),
            at("AADSTS50058", LEFT_TO_DO, "Nobody has a session"),
            at("AADSTS16000", LEFT_TO_DO, "Nobody has a session"),
            at("AADSTS50076", LEFT_TO_DO, "multi-factor authentication"),
            at("AADSTS50194", NOT_SET_UP, "registered for one tenant only"),
            at(
                "AADSTS70011",
                "This page's request was refused by Microsoft",
                "Check \"scope\"",
            ),
            refusal(
                MICROSOFT,
                Discovery,
                "AADSTS90002",
                "The organisation that this page asks for is not known at Microsoft",
                "Check \"tenant\"",
            ),
            refusal(
                B2C,
                Authorization,
                "AADB2C90118",
                "You said that you forgot your password",
                "self-service password reset",
            ),
            refusal(
                B2C,
                Authorization,
                "AADB2C90091",
                "The sign-in was cancelled",
                "AADB2C90091",
            ),
        ];
        every_refusal_helps(stage, &refusals).await
    });
}

#[test]
fn refusals_of_microsoft_s_token_endpoint_help() {
    use Place::{Token, UnreadableToken};
    run(Options::with_network_trouble(), async |stage| {
        let at =
            |says, person, administrator| refusal(MICROSOFT, Token, says, person, administrator);
        let day = "a day after the sign-in";
        let refusals = [
            at("AADSTS9002326", NOT_SET_UP, "\"Single-page application\""),
            refusal(
                MICROSOFT,
                UnreadableToken,
                "AADSTS9002326",
                "The last step of the sign-in failed",
                "\"Single-page application\"",
            ),
            at("AADSTS9002327", NOT_SET_UP, "Take \"token_endpoint\" out"),
            at("AADSTS700025", NOT_SET_UP, "sends no client secret"),
            at("AADSTS7000218", NOT_SET_UP, "No client secret is needed"),
            at(
                "AADSTS54005",
                "This sign-in cannot be finished any more",
                "The code was used before",
            ),
            at(
                "AADSTS501481",
                "The last step of the sign-in was refused by Microsoft",
                "PKCE",
            ),
            at("AADSTS70008", ENDED, day),
            at("AADSTS700082", ENDED, day),
            at("AADSTS700084", ENDED, day),
            at(
                "AADSTS9010010",
                "This page's request was refused by Microsoft",
                "no \"resource\"",
            ),
        ];
        every_refusal_helps(stage, &refusals).await
    });
}

#[test]
fn refusals_of_google_help() {
    use Place::{Authorization, Token, UnreadableToken};
    run(Options::with_network_trouble(), async |stage| {
        let refusals = [
            refusal(
                GOOGLE,
                Token,
                "client_secret is missing.",
                "This page is not set up correctly at Google",
                "Put it into \"client_secret\"",
            ),
            refusal(
                GOOGLE,
                Token,
                "Malformed auth code.",
                "This sign-in cannot be finished any more",
                "The code was used before",
            ),
            refusal(
                GOOGLE,
                Token,
                "Token has been expired or revoked.",
                ENDED,
                "after 7 days while the consent screen is in testing",
            ),
            refusal(
                GOOGLE,
                Token,
                "Invalid code verifier.",
                "The last step of the sign-in was refused by Google",
                "PKCE",
            ),
            refusal(
                GOOGLE,
                UnreadableToken,
                "client_secret is missing.",
                "The last step of the sign-in failed",
                "Authorised JavaScript origins",
            ),
            refusal(
                GOOGLE,
                Authorization,
                "access_denied",
                "The sign-in was cancelled or refused",
                "check at the provider",
            ),
        ];
        every_refusal_helps(stage, &refusals).await?;
        // Nobody but Google says so when the secret really is missing.
        let without = json!({ "client_secret": null });
        offer(stage, vec![entry(stage, "google", without)?]).await?;
        stage.choose("Google", ADA).await?;
        stage
            .is_refused("This page is not set up correctly at Google")
            .await?;
        administrator_reads(stage, &["client_secret is missing."]).await
    });
}

#[test]
fn refusals_of_okta_help() {
    use Place::{Authorization, Token, UnreadableToken};
    const NO_SERVER: &str = "The address of Okta does not lead to a sign-in service";
    run(Options::with_network_trouble(), async |stage| {
        let refusals = [
            refusal(
                OKTA,
                Token,
                "No client credentials found.",
                "This page is not set up correctly at Okta",
                "Single-Page Application",
            ),
            refusal(
                OKTA,
                Token,
                "PKCE verification failed.",
                "The last step of the sign-in was refused by Okta",
                "PKCE",
            ),
            refusal(
                OKTA,
                Token,
                "The authorization code is invalid or has expired.",
                "This sign-in cannot be finished any more",
                "The code was used before",
            ),
            refusal(
                OKTA,
                Token,
                "The refresh token is invalid or expired.",
                ENDED,
                "used twice",
            ),
            refusal(
                OKTA,
                Token,
                "E0000047",
                "Too many people are signing in at Okta right now",
                "rate limit",
            ),
            refusal(
                OKTA,
                UnreadableToken,
                "No client credentials found.",
                "The last step of the sign-in failed",
                "Trusted Origins",
            ),
            refusal(
                OKTA,
                Authorization,
                "User is not assigned to the client application.",
                "This account may not use this application",
                "Assign the person",
            ),
        ];
        every_refusal_helps(stage, &refusals).await?;

        let nowhere = format!("{}/okta/oauth2/aus9local", stage.provider.origin());
        let settings = json!({ "issuer": nowhere });
        offer(stage, vec![entry(stage, "okta", settings)?]).await?;
        stage.click(Role::Button, "Sign in with Okta").await?;
        stage.is_refused(NO_SERVER).await?;
        administrator_reads(stage, &["E0000007", "no authorization server of this id"]).await
    });
}

#[test]
fn refusals_in_the_words_of_the_specifications_help() {
    use Place::{Authorization, Token};
    const LEFT_TO_DO: &str = "Something is left for you to do at Company SSO";
    const PROBLEM: &str = "A problem at Company SSO keeps you from signing in";
    const DENIED: &str = "The sign-in was cancelled or refused";
    run(Options::with_network_trouble(), async |stage| {
        let mut refusals = Vec::new();
        for place in [Authorization, Token] {
            for (says, person, administrator) in [
                ("access_denied", DENIED, "check at the provider"),
                ("login_required", LEFT_TO_DO, "login-required"),
                ("interaction_required", LEFT_TO_DO, "login-required"),
                ("consent_required", LEFT_TO_DO, "login-required"),
                ("temporarily_unavailable", PROBLEM, "provider-unavailable"),
                ("server_error", PROBLEM, "provider-unavailable"),
            ] {
                refusals.push(refusal(PLAIN, place, says, person, administrator));
            }
        }
        every_refusal_helps(stage, &refusals).await
    });
}

#[test]
fn what_a_vendor_tells_on_its_own_page_leaves_the_picker_usable() {
    run(Options::with_network_trouble(), async |stage| {
        let unknown = json!({ "client_id": "00000000-0000-4000-8000-000000000000" });
        offer(stage, vec![entry(stage, "microsoft", unknown)?]).await?;
        stage.click(Role::Button, "Sign in with Microsoft").await?;
        stage.sees("AADSTS700016").await?;
        stage.open("").await?;
        stage
            .sees("Your last sign-in was not finished. You can start it again.")
            .await?;

        offer(stage, vec![stage.provider.entry("microsoft")?]).await?;
        let says = json!({ "says": "AADSTS50011", "times": 1 });
        stage.fault("microsoft", "authorization", "answer", says)?;
        stage.click(Role::Button, "Sign in with Microsoft").await?;
        stage.sees("AADSTS50011").await?;
        stage.back().await?;
        stage.sign_in("Microsoft", ADA).await
    });
}
