//! How the page explains each vendor's errors: a sentence for people, a remedy for administrators, and a way
//! to continue.

use anyhow::{Context, Result};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::json;

const ADA: &str = "Ada Lovelace";

/// An error of a vendor, and what people and administrators read about it.
struct ProviderError {
    provider: &'static str,
    label: &'static str,
    source: Source,
    name: &'static str,
    person: &'static str,
    administrator: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Discovery,
    Authorization,
    Token,
    /// The token endpoint, with a response that CORS hides from the page.
    UnreadableToken,
}

const fn provider_error(
    (provider, label): (&'static str, &'static str),
    source: Source,
    name: &'static str,
    person: &'static str,
    administrator: &'static str,
) -> ProviderError {
    ProviderError {
        provider,
        label,
        source,
        name,
        person,
        administrator,
    }
}

/// Expects that the page explains each of these errors, and that people can still sign in elsewhere.
async fn expect_explanations(ctx: &TestContext, errors: &[ProviderError]) -> Result<()> {
    let mut entries = Vec::new();
    for id in ["microsoft", "google", "okta", "b2c"] {
        entries.push(ctx.provider_entry(id, json!({}))?);
    }
    ctx.use_providers(entries).await?;
    for error in errors {
        expect_explanation(ctx, error)
            .await
            .with_context(|| format!("{} answers {}", error.provider, error.name))?;
        ctx.reset().await?;
    }
    // After an error, people can choose another provider.
    if let Some(last) = errors.last() {
        expect_explanation(ctx, last).await?;
        ctx.provider.clear_faults()?;
        ctx.provider.clear_sessions()?;
        ctx.sign_in("Company SSO", ADA).await?;
    }
    Ok(())
}

async fn expect_explanation(ctx: &TestContext, error: &ProviderError) -> Result<()> {
    let endpoint = match error.source {
        Source::Discovery => "discovery",
        Source::Authorization => "authorization",
        Source::Token | Source::UnreadableToken => "token",
    };
    let fields = json!({ "error": error.name });
    ctx.inject_fault(error.provider, endpoint, "vendor-error", fields)?;
    if error.source == Source::UnreadableToken {
        ctx.inject_fault(error.provider, endpoint, "no-cors", json!({}))?;
    }
    if error.source == Source::Discovery {
        // Drop the cached metadata.
        ctx.reload().await?;
    }
    ctx.click(Role::Button, &format!("Sign in with {}", error.label))
        .await?;
    if endpoint == "token" {
        ctx.click(Role::Button, ADA).await?;
    }
    ctx.expect_sign_in_error(error.person).await?;
    ctx.expect_url("").await?;
    ctx.expect_admin_details(&[error.administrator]).await?;
    if error.source != Source::UnreadableToken {
        ctx.expect_text(error.name).await?;
    }
    Ok(())
}

const MICROSOFT: (&str, &str) = ("microsoft", "Microsoft");
const B2C: (&str, &str) = ("b2c", "Contoso customers");
const GOOGLE: (&str, &str) = ("google", "Google");
const OKTA: (&str, &str) = ("okta", "Okta");
const PLAIN: (&str, &str) = ("plain", "Company SSO");

const NOT_SET_UP: &str = "Sign-in with Microsoft isn't set up correctly";
const ENDED: &str = "Your session expired";

#[test]
fn explains_errors_of_microsoft_s_authorization_endpoint() {
    use Source::{Authorization, Discovery};
    const LEFT_TO_DO: &str = "One more step is needed at Microsoft";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let at = |name, person, administrator| {
            provider_error(MICROSOFT, Authorization, name, person, administrator)
        };
        let errors = [
            at(
                "AADSTS50105",
                "This account doesn't have access",
                "add the user under Users and groups",
            ),
            at(
                "AADSTS53003",
                "Your organization doesn't allow this sign-in",
                "Conditional Access policy",
            ),
            at(
                "AADSTS65001",
                "We need your permission",
                "Grant admin consent",
            ),
            at(
                "AADSTS90094",
                "We need your permission",
                "Grant admin consent",
            ),
            at(
                "AADSTS65004",
                "We need your permission to sign you in",
                "declined the permissions",
            ),
            at(
                "AADSTS50020",
                "This account doesn't have access",
                "Invite it as a guest",
            ),
            at("AADSTS50058", LEFT_TO_DO, "The user has no session"),
            at("AADSTS16000", LEFT_TO_DO, "select_account"),
            at("AADSTS50076", LEFT_TO_DO, "multi-factor authentication"),
            at("AADSTS50194", NOT_SET_UP, "registered for a single tenant"),
            at("AADSTS500011", NOT_SET_UP, "doesn't know the API"),
            at("AADSTS7000112", NOT_SET_UP, "application is disabled"),
            at(
                "AADSTS500207",
                "This account doesn't have access",
                "another type of account",
            ),
            at(
                "AADSTS50057",
                "This account doesn't have access",
                "account is disabled",
            ),
            at(
                "AADSTS53000",
                "Your organization doesn't allow this sign-in",
                "compliant or joined device",
            ),
            at(
                "AADSTS500213",
                "Your organization doesn't allow this sign-in",
                "cross-tenant access settings",
            ),
            at(
                "AADSTS70011",
                "Sign-in with Microsoft isn't set up correctly",
                "Check \"scope\"",
            ),
            provider_error(
                MICROSOFT,
                Discovery,
                "AADSTS90002",
                "Sign-in with Microsoft isn't set up correctly",
                "Check \"tenant\"",
            ),
            provider_error(
                B2C,
                Authorization,
                "AADB2C90118",
                "Password reset isn't available here",
                "self-service password reset",
            ),
            provider_error(
                B2C,
                Authorization,
                "AADB2C90091",
                "Sign-in was canceled",
                "AADB2C90091",
            ),
        ];
        expect_explanations(ctx, &errors).await
    });
}

#[test]
fn explains_errors_of_microsoft_s_token_endpoint() {
    use Source::{Token, UnreadableToken};
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let at = |name, person, administrator| {
            provider_error(MICROSOFT, Token, name, person, administrator)
        };
        let day = "one day after sign-in";
        let errors = [
            at("AADSTS9002326", NOT_SET_UP, "\"Single-page application\""),
            provider_error(
                MICROSOFT,
                UnreadableToken,
                "AADSTS9002326",
                "We couldn't complete your sign-in",
                "\"Single-page application\"",
            ),
            at("AADSTS9002327", NOT_SET_UP, "Remove \"token_endpoint\""),
            at("AADSTS700025", NOT_SET_UP, "must not send a client secret"),
            at("AADSTS7000218", NOT_SET_UP, "No client secret is needed"),
            at(
                "AADSTS54005",
                "This sign-in has expired",
                "The code was already used",
            ),
            at("AADSTS501481", "Sign-in was rejected by Microsoft", "PKCE"),
            at("AADSTS700084", ENDED, day),
            at("AADSTS70043", ENDED, "sign-in frequency"),
            at("AADSTS50173", ENDED, "revoked the tokens"),
            at("AADSTS70008", ENDED, "for too long"),
            at("AADSTS700082", ENDED, "for too long"),
            at(
                "AADSTS9010010",
                "Sign-in with Microsoft isn't set up correctly",
                "doesn't accept \"resource\"",
            ),
        ];
        expect_explanations(ctx, &errors).await
    });
}

#[test]
fn explains_errors_of_google() {
    use Source::{Authorization, Token, UnreadableToken};
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let errors = [
            provider_error(
                GOOGLE,
                Token,
                "client_secret is missing.",
                "Sign-in with Google isn't set up correctly",
                "Put it into \"client_secret\"",
            ),
            provider_error(
                GOOGLE,
                Token,
                "Malformed auth code.",
                "This sign-in has expired",
                "The code was already used",
            ),
            provider_error(
                GOOGLE,
                Token,
                "Token has been expired or revoked.",
                ENDED,
                "after 7 days while the publishing status is Testing",
            ),
            provider_error(
                GOOGLE,
                Token,
                "Invalid code verifier.",
                "Sign-in was rejected by Google",
                "PKCE",
            ),
            provider_error(
                GOOGLE,
                UnreadableToken,
                "client_secret is missing.",
                "We couldn't complete your sign-in",
                "\"Authorized JavaScript origins\"",
            ),
            provider_error(
                GOOGLE,
                Authorization,
                "access_denied",
                "Sign-in wasn't completed",
                "check at the provider",
            ),
        ];
        expect_explanations(ctx, &errors).await?;
        // Without a fault: Google's answer to a page that sends no secret.
        let without = json!({ "client_secret": null });
        ctx.use_providers(vec![ctx.provider_entry("google", without)?])
            .await?;
        ctx.start_sign_in("Google", ADA).await?;
        ctx.expect_sign_in_error("Sign-in with Google isn't set up correctly")
            .await?;
        ctx.expect_admin_details(&["client_secret is missing."])
            .await
    });
}

#[test]
fn explains_errors_of_okta() {
    use Source::{Authorization, Token, UnreadableToken};
    const NO_SERVER: &str = "Sign-in with Okta isn't set up correctly";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let errors = [
            provider_error(
                OKTA,
                Token,
                "No client credentials found.",
                "Sign-in with Okta isn't set up correctly",
                "Single-Page Application",
            ),
            provider_error(
                OKTA,
                Token,
                "PKCE verification failed.",
                "Sign-in was rejected by Okta",
                "PKCE",
            ),
            provider_error(
                OKTA,
                Token,
                "The authorization code is invalid or has expired.",
                "This sign-in has expired",
                "The code was already used",
            ),
            provider_error(
                OKTA,
                Token,
                "The refresh token is invalid or expired.",
                ENDED,
                "used twice",
            ),
            provider_error(
                OKTA,
                Token,
                "E0000047",
                "Too many sign-ins at Okta right now",
                "rate limit",
            ),
            provider_error(
                OKTA,
                UnreadableToken,
                "No client credentials found.",
                "We couldn't complete your sign-in",
                "Trusted Origins",
            ),
            provider_error(
                OKTA,
                Authorization,
                "Policy evaluation failed for this request, please check the policy configurations.",
                "Sign-in with Okta isn't set up correctly",
                "under Access Policies add a policy",
            ),
            provider_error(
                OKTA,
                Token,
                "The DPoP proof JWT header is missing.",
                "Sign-in with Okta isn't set up correctly",
                "(DPoP) header in token requests",
            ),
            provider_error(
                OKTA,
                Authorization,
                "User is not assigned to the client application.",
                "This account doesn't have access",
                "Assign the user",
            ),
        ];
        expect_explanations(ctx, &errors).await?;

        let nowhere = format!("{}/okta/oauth2/aus9local", ctx.provider.origin());
        let settings = json!({ "issuer": nowhere });
        ctx.use_providers(vec![ctx.provider_entry("okta", settings)?])
            .await?;
        ctx.click(Role::Button, "Sign in with Okta").await?;
        ctx.expect_sign_in_error(NO_SERVER).await?;
        ctx.expect_admin_details(&["E0000007", "no authorization server with this ID"])
            .await
    });
}

#[test]
fn names_the_signing_key_that_authentik_lacks() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.use_providers(vec![ctx.provider_entry("authentik", json!({}))?])
            .await?;
        ctx.start_sign_in("authentik", ADA).await?;
        ctx.expect_sign_in_error("We couldn't verify your sign-in")
            .await?;
        ctx.expect_admin_details(&["id-token-invalid", "select a Signing Key"])
            .await
    });
}

#[test]
fn explains_standard_oauth_errors() {
    use Source::{Authorization, Token};
    const NOT_SIGNED_IN: &str = "You aren't signed in to Company SSO";
    const LEFT_TO_DO: &str = "One more step is needed at Company SSO";
    const CONSENT: &str = "We need your permission";
    const PROBLEM: &str = "There's a problem at Company SSO";
    const DENIED: &str = "Sign-in wasn't completed";
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let mut errors = Vec::new();
        for source in [Authorization, Token] {
            for (name, person, administrator) in [
                ("access_denied", DENIED, "check at the provider"),
                ("login_required", NOT_SIGNED_IN, "login-required"),
                ("interaction_required", LEFT_TO_DO, "interaction-required"),
                ("consent_required", CONSENT, "consent-required"),
                ("temporarily_unavailable", PROBLEM, "provider-unavailable"),
                ("server_error", PROBLEM, "provider-unavailable"),
            ] {
                errors.push(provider_error(PLAIN, source, name, person, administrator));
            }
        }
        expect_explanations(ctx, &errors).await
    });
}

#[test]
fn picker_still_works_after_an_error_on_the_vendor_s_page() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let unknown = json!({ "client_id": "00000000-0000-4000-8000-000000000000" });
        ctx.use_providers(vec![ctx.provider_entry("microsoft", unknown)?])
            .await?;
        ctx.click(Role::Button, "Sign in with Microsoft").await?;
        ctx.expect_text("AADSTS700016").await?;
        ctx.open("").await?;
        ctx.expect_text("You didn't finish signing in. Choose an account to try again.")
            .await?;

        ctx.use_providers(vec![ctx.provider_entry("microsoft", json!({}))?])
            .await?;
        let fields = json!({ "error": "AADSTS50011", "times": 1 });
        ctx.inject_fault("microsoft", "authorization", "vendor-error", fields)?;
        ctx.click(Role::Button, "Sign in with Microsoft").await?;
        ctx.expect_text("AADSTS50011").await?;
        ctx.back().await?;
        ctx.sign_in("Microsoft", ADA).await
    });
}
