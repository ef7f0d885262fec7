//! Explains vendors' own error codes and messages, with the remedy for each vendor.

use super::{ErrorText, TELL_THEM};
use crate::protocol::error::{ErrorCode, VendorCause};

const AGAIN: &str = "Sign in again. If this comes back, tell the people who run this page.";
const ANOTHER_ACCOUNT: &str = "Sign in with another account, or ask the people who run this page.";

/// Returns the title, advice and remedy for a cause. `kind` is the provider's `kind` in the configuration.
pub(super) fn text(cause: VendorCause, kind: &str) -> ErrorText {
    let (title, advice, remedy) = match cause {
        VendorCause::NotSinglePage => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            match kind {
                "microsoft" => {
                    "In the app registration, under Authentication, the redirect URI is listed under the platform Web or Mobile. Remove it there and add it under the platform \"Single-page application\". No client secret is needed."
                }
                "okta" => {
                    "The application is of a type that has a client secret. Create an app integration of type \"OIDC, Single-Page Application\" in Okta and use its client ID."
                }
                _ => {
                    "Register this page as a public client (single-page application, no client authentication, PKCE) and check client_id."
                }
            },
        ),
        VendorCause::NotFromPage => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "Only a page can redeem the codes of a single-page application. Remove \"token_endpoint\" from vestibule.json, or register the application's redirect URI under the platform Web for your proxy.",
        ),
        VendorCause::SecretSent => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "A single-page application must not send a client secret. Remove client_secret or client_assertion from token_params and from your proxy.",
        ),
        VendorCause::SecretMissing => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "Google requires the client secret of its web clients, even with PKCE. Put it into \"client_secret\" (everyone can read it there, so it protects nothing), or set \"token_endpoint\" to a small server of your own that adds it.",
        ),
        VendorCause::RedirectUriUnknown => (
            "This page is not registered at {}",
            TELL_THEM,
            "Register this page's exact address as a redirect URI: scheme, host, port, path and trailing slash all count. Open this page with ?setup to copy it.",
        ),
        VendorCause::ClientUnknown => (
            "This page is not registered at {}",
            TELL_THEM,
            match kind {
                "microsoft" => {
                    "The directory has no application with this client_id. Copy the Application (client) ID from the app registration, and check tenant: an application of one tenant isn't known to the others."
                }
                _ => {
                    "The provider has no application with this client_id. Copy it from the provider's console."
                }
            },
        ),
        VendorCause::TenantUnknown => (
            "The organisation that this page asks for is not known at {}",
            TELL_THEM,
            "Check \"tenant\" in vestibule.json: it must be the directory (tenant) ID or one of its verified domains. If the tenant isn't in the global cloud, also check \"authority\".",
        ),
        VendorCause::AuthorizationServerUnknown => (
            "The address of {} does not lead to a sign-in service",
            TELL_THEM,
            "Okta has no authorization server with this ID. Copy the ID from Security, API, Authorization Servers. \"default\" is the first one; leave authorization_server out to use the org server.",
        ),
        VendorCause::AccountElsewhere => (
            "This account is not known there",
            ANOTHER_ACCOUNT,
            "The account belongs to another directory. Invite it as a guest, or set \"tenant\" to organizations or common and register the application for multiple tenants.",
        ),
        VendorCause::NotSignedIn => (
            "Something is left for you to do at {}",
            "Try again and follow the steps there.",
            "The user has no session at the provider that works without asking.",
        ),
        VendorCause::NotAssigned => (
            "This account may not use this application",
            ANOTHER_ACCOUNT,
            match kind {
                "okta" => {
                    "Assign the user or one of their groups to the app integration in Okta, and check that its access policy lets them in."
                }
                _ => {
                    "In Enterprise applications, open the application and add the user under Users and groups, or set \"Assignment required\" to No."
                }
            },
        ),
        VendorCause::NotMultiTenant => (
            "This page is not set up correctly at {}",
            TELL_THEM,
            "The application is registered for a single tenant. Set \"tenant\" in vestibule.json to that tenant's ID, or change the supported account types of the app registration to multiple organisations.",
        ),
        VendorCause::PolicyForbids => (
            "Your organisation does not allow this sign-in",
            "Use a device and network that your organisation allows, or ask its IT support.",
            "A Conditional Access policy blocked the sign-in. The directory's sign-in log names the policy.",
        ),
        VendorCause::SecondFactorNeeded => (
            "Something is left for you to do at {}",
            "Try again and confirm the sign-in with your second factor.",
            "A policy requires multi-factor authentication.",
        ),
        VendorCause::ConsentNeeded => (
            "This page has not been allowed to know who you are",
            "Try again and agree when you are asked. If you are not asked, your administrator has to agree for you.",
            "Grant consent for the application's permissions: in the app registration, under API permissions, choose \"Grant admin consent\".",
        ),
        VendorCause::ConsentDeclined => (
            "The sign-in was cancelled",
            "Without your consent this page cannot know who you are. Try again and agree, or choose another way to sign in.",
            "The user declined the permissions that the application asks for.",
        ),
        VendorCause::ScopeUnknown => (
            "This page's request was refused by {}",
            TELL_THEM,
            match kind {
                "microsoft" => {
                    "Microsoft doesn't know one of the requested scopes, or the scopes belong to two resources, which isn't allowed in one request. Check \"scope\"."
                }
                _ => "The provider doesn't know one of the requested scopes. Check \"scope\".",
            },
        ),
        VendorCause::ResourceRefused => (
            "This page's request was refused by {}",
            TELL_THEM,
            "Microsoft doesn't accept \"resource\" alongside scopes. Remove it and name the resource in the scope, as in api://…/access.",
        ),
        VendorCause::CodeInvalid => (
            "This sign-in cannot be finished any more",
            AGAIN,
            "The code was already used, has expired, or belongs to another client or redirect URI. If this happens to everyone, check that nothing loads the redirect URI twice.",
        ),
        VendorCause::PkceFailed => (
            "The last step of the sign-in was refused by {}",
            AGAIN,
            "The provider didn't accept the proof that this page started the sign-in (PKCE). If this happens to everyone, check that no proxy changes code_challenge or code_verifier.",
        ),
        VendorCause::RefreshTokenInvalid => (
            "Your session has ended",
            "Sign in again to go on.",
            match kind {
                "microsoft" => {
                    "The refresh tokens that Microsoft issues to single-page applications expire one day after sign-in, and nothing extends that."
                }
                "google" => {
                    "Google's refresh token was revoked or has expired. It expires after 7 days while the consent screen is in testing, and after 6 months without use."
                }
                _ => "The refresh token has expired, was revoked, or was used twice.",
            },
        ),
        VendorCause::PasswordForgotten => (
            "You said that you forgot your password",
            "Ask the people who run this page how to set a new one, then sign in with it.",
            "This policy leaves password resets to a separate policy. Use a user flow of type \"Sign up and sign in (Recommended)\" with self-service password reset turned on: it resets passwords within the sign-in.",
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

/// Returns the most likely remedy for this vendor, if it differs from the general one.
pub(super) fn vendor_remedy(code: ErrorCode, kind: &str) -> Option<&'static str> {
    let remedy = match (code, kind) {
        (ErrorCode::TokenUnreachable, "microsoft") => {
            "Microsoft only lets a page read the token endpoint if its redirect URI is registered under the platform \"Single-page application\". In the app registration, under Authentication, add this page's address there and remove it from the platform Web. Also check connect-src in your content security policy."
        }
        (ErrorCode::TokenUnreachable, "okta") => {
            "Okta lets pages read the token endpoint from the origins of the application's sign-in redirect URIs, and from the Trusted Origins under Security, API. Add this page's address; a trusted origin has no trailing slash. Also check connect-src in your content security policy."
        }
        (ErrorCode::TokenUnreachable, "google") => {
            "Add this page's origin to the Authorised JavaScript origins of the OAuth client, and check connect-src in your content security policy."
        }
        (ErrorCode::DiscoveryUnreachable, "microsoft") => {
            "Check \"tenant\" (an ID, a verified domain, organizations, common or consumers) and \"authority\", and check connect-src in your content security policy."
        }
        (ErrorCode::DiscoveryUnreachable, "okta") => {
            "Check \"domain\" (without -admin) and \"authorization_server\". If the address opens in a browser tab, add this page's origin to the Trusted Origins under Security, API, and check connect-src in your content security policy."
        }
        (ErrorCode::EmailMissing, "microsoft") => {
            "Microsoft leaves the email address out of ID tokens by default. In the app registration, under Token configuration, add the optional claim \"email\" for the ID token. Accounts without a mailbox have no email address."
        }
        (ErrorCode::EmailMissing, "google") => {
            "Add email to \"scope\", and to the scopes of the OAuth consent screen."
        }
        (ErrorCode::EmailMissing, "okta") => {
            "Add email to \"scope\", and check that the authorization server has that scope and that the user has a primary email address. Okta returns it from userinfo, so don't set \"userinfo\" to false."
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
    fn every_cause_says_what_happened_and_what_to_do() {
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
                // An unknown name is replaced by "the sign-in service", which starts in lower case.
                assert!(!text.title.starts_with("{}"), "{cause:?}");
            }
        }
    }
}
