//! What is specific to each vendor: directories, users, parameters and quirks.

use anyhow::{Context, Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test, wait_until};
use serde_json::json;

const ADA: &str = "Ada Lovelace";
const GRACE: &str = "Grace Hopper";
const EMMY: &str = "Emmy Noether";
const MURASAKI: &str = "紫 式部";
/// The tenants of the local provider's users: Ada's, and that of all personal accounts.
const HOME: &str = "8f1d2c7e-6b3a-4c59-9e0d-2a4b6c8d0e1f";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

#[test]
fn signs_in_and_out_at_every_directory() {
    run_test(TestOptions::default(), async |ctx| {
        let cases = [
            ("microsoft", "Microsoft", ADA, "ada@example.com"),
            ("organizations", "Any organisation", ADA, "ada@example.com"),
            // Grace belongs to another tenant.
            (
                "organizations",
                "Any organisation",
                GRACE,
                "grace@example.com",
            ),
            // Another key signs Murasaki's tokens.
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
            entries.push(ctx.provider_entry(id, json!({}))?);
        }
        ctx.use_providers(entries).await?;
        for (id, label, person, email) in cases {
            ctx.sign_in(label, person).await?;
            ctx.expect_text(email).await?;
            ctx.sign_out_at_provider().await?;
            ctx.expect_text("You're signed out.").await?;
            ensure!(ctx.request_count(id, "end_session")? > 0, "{label}");
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn rejects_users_of_the_wrong_tenant_or_domain() {
    const NOT_HERE: &str = "This account doesn't have access";
    run_test(TestOptions::default(), async |ctx| {
        let cases = [
            // Microsoft rejects them too, but the page doesn't rely on that.
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
        for (id, settings, label, person, message, remedy) in cases {
            ctx.use_providers(vec![ctx.provider_entry(id, settings)?])
                .await?;
            ctx.start_sign_in(label, person).await?;
            ctx.expect_sign_in_error(message).await?;
            ctx.expect_admin_details(&[remedy]).await?;
        }
        let hd = json!({ "hd": "example.com" });
        ctx.use_providers(vec![ctx.provider_entry("google", hd)?])
            .await?;
        ctx.sign_in("Google", ADA).await?;
        let asked = ctx.provider_requests("google", "authorization")?;
        ensure!(asked.iter().any(|request| request["hd"] == "example.com"));
        Ok(())
    });
}

#[test]
fn explains_how_to_enable_a_missing_email_address() {
    run_test(TestOptions::default(), async |ctx| {
        for (id, label, remedy) in [
            (
                "microsoft",
                "Microsoft",
                "no email address in the directory",
            ),
            ("google", "Google", "Data Access"),
            ("okta", "Okta", "primary email address"),
        ] {
            let required = json!({ "require_email": true });
            ctx.use_providers(vec![ctx.provider_entry(id, required)?])
                .await?;
            ctx.start_sign_in(label, EMMY).await?;
            ctx.expect_sign_in_error("Your email address is missing")
                .await?;
            ctx.expect_admin_details(&[remedy]).await?;
        }
        Ok(())
    });
}

#[test]
fn sends_each_vendor_its_own_parameters() {
    run_test(TestOptions::default(), async |ctx| {
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
            ctx.use_providers(vec![ctx.provider_entry(id, settings)?])
                .await?;
            ctx.sign_in(label, ADA).await?;
            let asked = ctx.provider_requests(id, "authorization")?;
            let request = asked.first().context("nothing was asked")?;
            for (name, value) in expected {
                ensure!(request[name] == value, "{id}: {request}");
            }
        }
        Ok(())
    });
}

#[test]
fn b2c_signs_in_and_renews_without_an_access_token() {
    run_test(TestOptions::example("html"), async |ctx| {
        let client_id = ctx.provider_entry("b2c", json!({}))?["client_id"].clone();
        let client_id = client_id.as_str().context("no client_id")?;
        let offline = "openid profile offline_access";
        let with_client = format!("{offline} {client_id}");
        for (scope, expected) in [(offline, "access-token-missing"), (&with_client, "a token")] {
            let entry = ctx.provider_entry("b2c", json!({ "scope": scope }))?;
            ctx.use_providers(vec![entry]).await?;
            ctx.start_sign_in("Contoso customers", ADA).await?;
            ctx.expect_text("Hello, Ada Lovelace.").await?;
            let script = "return (async () => {
                const { createAuth } = await import(new URL('/vestibule/vestibule.js', location));
                const auth = await createAuth('vestibule.json');
                const token = auth.getAccessToken({ minValidity: 7200 });
                return token.then(() => 'a token', (error) => error.code);
            })()";
            let outcome = ctx.execute(script, vec![]).await?;
            ensure!(outcome == expected, "{scope}: {outcome}");
            // It was renewed on the way.
            wait_for_renewals(ctx, "b2c", 1).await?;
            ctx.expect_text("Hello, Ada Lovelace.").await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}

#[test]
fn popups_work_with_microsoft_s_opener_policy() {
    let popup = TestOptions::with_settings(json!({ "mode": "popup" }));
    run_test(popup, async |ctx| {
        ctx.inject_fault("microsoft", "authorization", "opener-policy", json!({}))?;
        ctx.open("").await?;
        ctx.click(Role::Button, "Sign in with Microsoft").await?;
        let page = ctx.switch_to_popup().await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn follows_each_vendor_s_refresh_token_rules() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        // Microsoft's refresh tokens expire one day after sign-in (here: after seconds). Google's never
        // change. Okta's rotate.
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
        for (id, label, lifetimes, final_error) in cases {
            let settings = json!({ "scope": "openid profile email offline_access" });
            ctx.use_providers(vec![ctx.provider_entry(id, settings)?])
                .await?;
            let mut lifetimes = lifetimes;
            lifetimes["provider"] = json!(id);
            lifetimes["access_token"] = json!(4);
            ctx.provider.lifetimes(lifetimes)?;
            ctx.sign_in(label, ADA).await?;
            wait_for_renewals(ctx, id, 2).await?;
            ctx.expect_signed_in(ADA).await?;
            if let Some(error) = final_error {
                ctx.inject_fault(id, "token", "vendor-error", json!({ "error": error }))?;
            }
            ctx.expect_text("Your session expired. Sign in to continue.")
                .await?;
            ensure!(ctx.session_storage_keys().await?.is_empty());
        }
        Ok(())
    });
}

/// Waits for this many successful renewals.
async fn wait_for_renewals(ctx: &TestContext, provider: &str, times: usize) -> Result<()> {
    wait_until(async || {
        let requests = ctx.provider_requests(provider, "token")?;
        let renewals = requests
            .iter()
            .filter(|request| request["grant_type"] == "refresh_token" && request["status"] == 200);
        let count = renewals.count();
        Ok(if count >= times {
            Ok(())
        } else {
            Err(format!("there were {count} renewals of {times}"))
        })
    })
    .await
}

#[test]
fn fetches_google_s_metadata_and_keys_without_a_preflight() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in("Google", ADA).await?;
        for endpoint in ["discovery", "jwks"] {
            let requests = ctx.provider_requests("google", endpoint)?;
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
fn signs_in_although_microsoft_s_userinfo_is_unreadable() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        // Emmy has no e-mail address, so the page asks userinfo for one.
        let settings =
            json!({ "userinfo": true, "scope": "openid profile api://local-api/access" });
        ctx.use_providers(vec![ctx.provider_entry("microsoft", settings)?])
            .await?;
        ctx.sign_in("Microsoft", EMMY).await?;
        ensure!(!ctx.provider_requests("microsoft", "userinfo")?.is_empty());
        Ok(())
    });
}

#[test]
fn uses_metadata_and_keys_from_the_configuration() {
    const FETCH: &str = "return fetch(arguments[0]).then((answer) => answer.json())";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        for (id, label) in [("okta", "Okta"), ("google", "Google")] {
            let issuer = ctx.provider_entry(id, json!({}))?["issuer"].clone();
            let discovery = format!(
                "{}/.well-known/openid-configuration",
                issuer.as_str().unwrap_or_default()
            );
            let metadata = ctx.execute(FETCH, vec![discovery.into()]).await?;
            let jwks = ctx
                .execute(FETCH, vec![metadata["jwks_uri"].clone()])
                .await?;
            let settings = json!({ "metadata": metadata, "jwks": jwks });
            ctx.use_providers(vec![ctx.provider_entry(id, settings)?])
                .await?;
            for endpoint in ["discovery", "jwks"] {
                ctx.inject_fault(id, endpoint, "no-cors", json!({}))?;
            }
            ctx.sign_in(label, ADA).await?;
            ctx.reset().await?;
        }
        Ok(())
    });
}
