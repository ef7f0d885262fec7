//! What vendors mean by their own words and numbers, and what helps with each vendor.

use super::{ErrorText, TELL_THEM};
use crate::protocol::error::{ErrorCode, VendorCause};

const AGAIN: &str = "Sign in again. If this comes back, tell the people who run this page.";
const ANOTHER_ACCOUNT: &str = "Sign in with another account, or ask the people who run this page.";

/// Title, advice and remedy of every cause. `kind` is that of the provider in the configuration.
pub(super) fn text(cause: VendorCause, kind: &str) -> ErrorText {
    let (title, advice, remedy) = match cause {
        VendorCause::NotSinglePage => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            match kind {
                "microsoft" => {
                    "In the app registration, under Authentication, the redirect URI stands under the platform Web or Mobile. Remove it there and add it under the platform \"Single-page application\". No client secret is needed."
                }
                "okta" => {
                    "The application is of a type that has a client secret. Create an app integration of type \"OIDC, Single-Page Application\" in Okta and use its client id."
                }
                _ => {
                    "Register this page as a public client (single-page application, no client authentication, PKCE) and check client_id."
                }
            },
        ),
        VendorCause::NotFromPage => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "Codes of a single-page application may be redeemed by a page only. Take \"token_endpoint\" out of vestibule.json, or register the application's redirect URI under the platform Web for your proxy.",
        ),
        VendorCause::SecretSent => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "A single-page application sends no client secret. Take client_secret or client_assertion out of token_params and out of your proxy.",
        ),
        VendorCause::SecretMissing => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "Google demands the client secret of its web clients, even with PKCE. Put it into \"client_secret\" (everybody can read it there: it keeps nothing secret), or set \"token_endpoint\" to a small server of your own that adds it.",
        ),
        VendorCause::RedirectUriUnknown => (
            "This page is not registered at {}",
            TELL_THEM,
            "Register this page's address as redirect URI, to the letter: scheme, host, port, path and the slash at its end. Open this page with ?setup to copy it.",
        ),
        VendorCause::ClientUnknown => (
            "This page is not registered at {}",
            TELL_THEM,
            match kind {
                "microsoft" => {
                    "No application has this client_id in the directory that was asked. Copy the Application (client) ID from the app registration, and check tenant: an application of one tenant is not known to the others."
                }
                _ => {
                    "The provider knows no application with this client_id. Copy it from the provider's console."
                }
            },
        ),
        VendorCause::TenantUnknown => (
            "The organisation that this page asks for is not known at {}",
            TELL_THEM,
            "Check \"tenant\" in vestibule.json: the directory (tenant) id or one of its verified domains, and for another cloud than the global one \"authority\".",
        ),
        VendorCause::AuthorizationServerUnknown => (
            "The address of {} does not lead to a sign-in service",
            TELL_THEM,
            "Okta has no authorization server of this id. Take its id from Security, API, Authorization Servers; \"default\" is the first one, and leaving authorization_server out means the org server.",
        ),
        VendorCause::AccountElsewhere => (
            "This account is not known there",
            ANOTHER_ACCOUNT,
            "The account is of another directory. Invite it as a guest, or set \"tenant\" to organizations or common and register the application for several tenants.",
        ),
        VendorCause::NotSignedIn => (
            "Something is left for you to do at {}",
            "Try again and follow the steps there.",
            "Nobody has a session at the provider that could be used without asking.",
        ),
        VendorCause::NotAssigned => (
            "This account may not use this application",
            ANOTHER_ACCOUNT,
            match kind {
                "okta" => {
                    "Assign the person or one of their groups to the app integration in Okta, and see that its access policy lets them in."
                }
                _ => {
                    "In Enterprise applications, open the application: add the person under Users and groups, or set \"Assignment required\" to No."
                }
            },
        ),
        VendorCause::NotMultiTenant => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "The application is registered for one tenant only. Set \"tenant\" in vestibule.json to that tenant's id, or set the supported account types of the app registration to several organisations.",
        ),
        VendorCause::PolicyForbids => (
            "Your organisation does not allow this sign-in",
            "Use a device and network that your organisation allows, or ask its IT support.",
            "A Conditional Access policy blocked it. The sign-in log of the directory names the policy.",
        ),
        VendorCause::SecondFactorNeeded => (
            "Something is left for you to do at {}",
            "Try again and confirm the sign-in with your second factor.",
            "A policy asks for multi-factor authentication.",
        ),
        VendorCause::ConsentNeeded => (
            "This page has not been allowed to know who you are",
            "Try again and agree when you are asked. If you are not asked, your administrator has to agree for you.",
            "Grant consent for the application's permissions: in the app registration under API permissions, \"Grant admin consent\".",
        ),
        VendorCause::ConsentDeclined => (
            "The sign-in was cancelled",
            "Without your consent this page cannot know who you are. Try again and agree, or choose another way to sign in.",
            "The person declined the permissions that the application asks for.",
        ),
        VendorCause::ScopeUnknown => (
            "This page's request was refused by {}",
            TELL_THEM,
            match kind {
                "microsoft" => {
                    "Microsoft does not know a scope that was asked for, or does not give scopes of two resources at once. Check \"scope\"."
                }
                _ => "The provider does not know a scope that was asked for. Check \"scope\".",
            },
        ),
        VendorCause::ResourceRefused => (
            "This page's request was refused by {}",
            TELL_THEM,
            "Microsoft takes no \"resource\" beside its scopes. Take it out and name the resource in the scope, like api://…/access.",
        ),
        VendorCause::CodeInvalid => (
            "This sign-in cannot be finished any more",
            AGAIN,
            "The code was used before, came too late, or is of another client or redirect URI. If it happens to everybody, see that nothing loads the redirect URI twice.",
        ),
        VendorCause::PkceFailed => (
            "The last step of the sign-in was refused by {}",
            AGAIN,
            "The provider did not accept the proof that this page began the sign-in (PKCE). If it happens to everybody, see that no proxy changes code_challenge or code_verifier.",
        ),
        VendorCause::RefreshTokenInvalid => (
            "Your session has ended",
            "Sign in again to go on.",
            match kind {
                "microsoft" => {
                    "Microsoft ends the refresh tokens of single-page applications a day after the sign-in, whatever is done."
                }
                "google" => {
                    "Google's refresh token was revoked or has expired: after 7 days while the consent screen is in testing, after 6 months without use."
                }
                _ => "The refresh token has expired, was revoked, or was used twice.",
            },
        ),
        VendorCause::PasswordForgotten => (
            "You said that you forgot your password",
            "Ask the people who run this page how to set a new one, then sign in with it.",
            "The policy leaves the password to another one. Use a user flow of type \"Sign up and sign in (Recommended)\" with self-service password reset switched on: it does it in place.",
        ),
        VendorCause::Cancelled => (
            "The sign-in was cancelled",
            "Try again, or choose another way to sign in.",
            "",
        ),
        VendorCause::TooManyRequests => (
            "Too many people are signing in at {} right now",
            "Try again in a minute.",
            "The provider's rate limit was reached.",
        ),
    };
    ErrorText {
        title,
        advice,
        remedy: Some(remedy).filter(|remedy| !remedy.is_empty()),
    }
}

/// What most often keeps a page from an answer of this vendor, where that differs from the others.
pub(super) fn vendor_remedy(code: ErrorCode, kind: &str) -> Option<&'static str> {
    let remedy = match (code, kind) {
        (ErrorCode::TokenUnreachable, "microsoft") => {
            "Microsoft lets pages read the token endpoint only from a redirect URI of the platform \"Single-page application\". In the app registration, under Authentication, add this page's address there and remove it from the platform Web. Check connect-src of the content security policy too."
        }
        (ErrorCode::TokenUnreachable, "okta") => {
            "Okta lets pages read the token endpoint from the origins of the application's sign-in redirect URIs, and from the Trusted Origins under Security, API. Add this page's address, without a slash at the end of the origin. Check connect-src of the content security policy too."
        }
        (ErrorCode::TokenUnreachable, "google") => {
            "Add this page's origin to the Authorised JavaScript origins of the OAuth client, and check connect-src of the content security policy."
        }
        (ErrorCode::DiscoveryUnreachable, "microsoft") => {
            "Check \"tenant\" (an id, a verified domain, organizations, common or consumers) and \"authority\", and connect-src of the content security policy."
        }
        (ErrorCode::DiscoveryUnreachable, "okta") => {
            "Check \"domain\" (without -admin) and \"authorization_server\". If the address opens in a browser, add this page's origin to the Trusted Origins under Security, API, and check connect-src of the content security policy."
        }
        (ErrorCode::EmailMissing, "microsoft") => {
            "Microsoft leaves the e-mail address out of ID tokens unless told otherwise: in the app registration, under Token configuration, add the optional claim \"email\" for the ID token. Accounts without a mailbox have none."
        }
        (ErrorCode::EmailMissing, "google") => {
            "Add email to \"scope\", and to the scopes of the OAuth consent screen."
        }
        (ErrorCode::EmailMissing, "okta") => {
            "Add email to \"scope\", and see that the authorization server has that scope and that the person has a primary e-mail address. Okta tells it at userinfo: leave \"userinfo\" out or true."
        }
        _ => return None,
    };
    Some(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProviderKind;

    #[test]
    fn every_cause_tells_what_happened_and_what_to_do() {
        for cause in VendorCause::ALL {
            for kind in ProviderKind::NAMES {
                let text = text(*cause, kind);
                assert!(
                    !text.title.is_empty() && !text.title.ends_with('.'),
                    "{cause:?}"
                );
                assert!(text.advice.ends_with('.'), "{cause:?}");
                assert!(
                    text.remedy.is_none_or(|remedy| remedy.ends_with('.')),
                    "{cause:?}"
                );
                // "the sign-in service" stands in for an unknown name.
                assert!(!text.title.starts_with("{}"), "{cause:?}");
            }
        }
    }
}
