//! What each refusal of a vendor comes to: a sentence for the person, a remedy for the administrator, and
//! a way on.

use anyhow::{Context, Result};
use browser_tests::{Options, Role, Stage, run};
use serde_json::json;

const ADA: &str = "Ada Lovelace";

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
        entries.push(stage.entry(id, json!({}))?);
    }
    stage.offer(entries).await?;
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
    stage.administrator_reads(&[refusal.administrator]).await?;
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
        stage.offer(vec![stage.entry("google", without)?]).await?;
        stage.choose("Google", ADA).await?;
        stage
            .is_refused("This page is not set up correctly at Google")
            .await?;
        stage
            .administrator_reads(&["client_secret is missing."])
            .await
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
        stage.offer(vec![stage.entry("okta", settings)?]).await?;
        stage.click(Role::Button, "Sign in with Okta").await?;
        stage.is_refused(NO_SERVER).await?;
        stage
            .administrator_reads(&["E0000007", "no authorization server of this id"])
            .await
    });
}

#[test]
fn refusals_in_the_words_of_the_specifications_help() {
    use Place::{Authorization, Token};
    const NOT_SIGNED_IN: &str = "You are not signed in at Company SSO";
    const LEFT_TO_DO: &str = "Something is left for you to do at Company SSO";
    const CONSENT: &str = "Your consent is needed at Company SSO";
    const PROBLEM: &str = "A problem at Company SSO keeps you from signing in";
    const DENIED: &str = "The sign-in was cancelled or refused";
    run(Options::with_network_trouble(), async |stage| {
        let mut refusals = Vec::new();
        for place in [Authorization, Token] {
            for (says, person, administrator) in [
                ("access_denied", DENIED, "check at the provider"),
                ("login_required", NOT_SIGNED_IN, "login-required"),
                ("interaction_required", LEFT_TO_DO, "interaction-required"),
                ("consent_required", CONSENT, "consent-required"),
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
        stage
            .offer(vec![stage.entry("microsoft", unknown)?])
            .await?;
        stage.click(Role::Button, "Sign in with Microsoft").await?;
        stage.sees("AADSTS700016").await?;
        stage.open("").await?;
        stage
            .sees("Your last sign-in was not finished. You can start it again.")
            .await?;

        stage
            .offer(vec![stage.entry("microsoft", json!({}))?])
            .await?;
        let says = json!({ "says": "AADSTS50011", "times": 1 });
        stage.fault("microsoft", "authorization", "answer", says)?;
        stage.click(Role::Button, "Sign in with Microsoft").await?;
        stage.sees("AADSTS50011").await?;
        stage.back().await?;
        stage.sign_in("Microsoft", ADA).await
    });
}
