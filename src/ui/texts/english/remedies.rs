//! What administrators can do about a failed sign-in. Separate from the other texts because only the
//! set-up build and Leptos applications contain it.

use crate::protocol::error::{ErrorCode, VendorCause};
use crate::ui::texts::RemedyTexts;

pub static TEXTS: RemedyTexts = RemedyTexts { code, cause };

/// Returns the remedy for an error code. `kind` is the provider's `kind` in the configuration.
fn code(code: ErrorCode, kind: &str) -> Option<&'static str> {
    vendor(code, kind).or_else(|| general(code))
}

/// Returns the remedy for an error code at any vendor.
fn general(code: ErrorCode) -> Option<&'static str> {
    let remedy = match code {
        ErrorCode::ConfigInvalid => "Fix the setting in vestibule.json that the details point to.",
        ErrorCode::CryptoUnavailable => {
            "Serve the page over HTTPS. Browsers offer the Web Crypto API only to secure pages and to localhost."
        }
        ErrorCode::StorageUnavailable => {
            "Sign-in needs the browser's session storage, which is blocked or full for this page."
        }
        ErrorCode::DiscoveryUnreachable => {
            "Check the provider's address in vestibule.json, and check that this page may read its discovery document (CORS at the provider, connect-src in your content security policy). If the provider doesn't allow that, copy the document into \"metadata\" and the key set into \"jwks\". If the provider is on a private network and this page isn't, Chrome 142 and later ask the user for permission (Local Network Access), and without it the request fails like this."
        }
        ErrorCode::DiscoveryInvalid => {
            "Check the issuer in vestibule.json. It doesn't lead to a valid OpenID Connect discovery document."
        }
        ErrorCode::IssuerMismatch => {
            "Copy the issuer into vestibule.json exactly as it appears in the provider's discovery document, including any trailing slash. If the document isn't below the issuer, put its address into \"metadata_url\"."
        }
        ErrorCode::PopupBlocked => {
            "Browsers only open windows in direct response to a click: start the sign-in in the click handler, before any await. Or fall back to a redirect."
        }
        ErrorCode::PopupClosed => {
            "If the user didn't close it, check that popup_redirect_uri points to callback.html on this page's origin."
        }
        ErrorCode::PopupTimeout => {
            "If users do finish signing in there, check that popup_redirect_uri points to callback.html on this page's origin and that the provider has it as a redirect URI."
        }
        ErrorCode::RedirectInFrame => {
            "Another site shows this page in a frame, and providers refuse to be framed. Let users open the page in a window. A popup (\"mode\") works in a frame too, but only if both pages are on the same site."
        }
        ErrorCode::SilentRefused => {
            "The provider refuses to be framed (X-Frame-Options, frame-ancestors), shows a page instead of answering, or doesn't know popup_redirect_uri. Or your content security policy is in the way: this page's frame-src must list the provider's origin, and callback.html needs frame-ancestors 'self'. Chrome 142 and later also block iframes of a provider on a private network, unless this page is on one too or the user allows it (Local Network Access)."
        }
        ErrorCode::StateUnknown => {
            "Each response can be used once, in the tab that started the sign-in. If this happens to everyone, check that the redirect URI points to this page and that nothing loads it twice."
        }
        ErrorCode::ResponseMixedUp => {
            "The response names a different issuer than the one the request went to (RFC 9207)."
        }
        ErrorCode::ProviderDenied => {
            "If the user didn't cancel, check at the provider that they may use this application."
        }
        ErrorCode::LoginRequired => {
            "The user has no session at the provider that works without asking. In a hidden iframe the provider may not see its own session, because most browsers block third-party cookies."
        }
        ErrorCode::InteractionRequired => {
            "The provider won't sign this user in without asking. Silent sign-in can't do that; a popup or a redirect can."
        }
        ErrorCode::ConsentRequired => {
            "The user, or an administrator on everyone's behalf, has to consent to the application at the provider once."
        }
        ErrorCode::ProviderUnavailable => {
            "The provider is overloaded or failed, so no setting of this page can help. Look for the status and the error in the provider's log, or on its status page."
        }
        ErrorCode::RequestRejected => {
            "Check client_id and scope, and check that this page's exact address is registered with the provider as a redirect URI of a single-page application."
        }
        ErrorCode::TokenUnreachable => {
            "The token endpoint didn't respond, or didn't let this page read its response (CORS). Register this page's address with the provider as that of a single-page application, and check connect-src in your content security policy."
        }
        ErrorCode::TokenRejected => {
            "Check that the application is registered as a single-page application (public client with PKCE) and that its redirect URI is this page's address. Google also requires the client_secret of its web clients."
        }
        ErrorCode::KeysUnreachable => {
            "The provider's keys couldn't be read. Check that this page may read its jwks_uri (CORS at the provider, connect-src in your content security policy). If the provider doesn't allow that, copy the key set into \"jwks\"."
        }
        ErrorCode::IdTokenInvalid => "The ID token isn't a signed JWT that this page can read.",
        ErrorCode::IdTokenSignature => {
            "The ID token must be signed with a key from the provider's key set, using an RS, PS, ES or EdDSA algorithm."
        }
        ErrorCode::IdTokenClaim => {
            "A claim in the ID token failed validation. If it's iss, aud or azp, check issuer and client_id in vestibule.json."
        }
        ErrorCode::ClockSkew => {
            "The times in the ID token don't match the browser's time. If this happens on every device, check the provider's clock."
        }
        ErrorCode::AccountNotAllowed => {
            "Your settings only let certain tenants or domains in: see allowed_tenants, tenant and hd in vestibule.json."
        }
        ErrorCode::EmailMissing => {
            "Check that the scopes include email, and that the provider puts the claim into the ID token or the userinfo response."
        }
        ErrorCode::AccessTokenMissing => {
            "The provider issued an ID token but no access token, so there's none for your API. Ask for a scope of the API in \"scope\"."
        }
        ErrorCode::UserinfoSubject => {
            "The userinfo response has a different subject than the ID token."
        }
        ErrorCode::NetworkOffline
        | ErrorCode::NetworkTimeout
        | ErrorCode::SilentTimeout
        | ErrorCode::Aborted
        | ErrorCode::ResponseInvalid
        | ErrorCode::TokenInvalid
        | ErrorCode::SessionExpired => return None,
    };
    Some(remedy)
}

/// Returns the most likely remedy for this vendor, if it differs from the general one.
fn vendor(code: ErrorCode, kind: &str) -> Option<&'static str> {
    let remedy = match (code, kind) {
        (ErrorCode::TokenUnreachable, "microsoft") => {
            "Microsoft only lets a page read the token endpoint if its redirect URI is registered under the platform \"Single-page application\". In the app registration, under Authentication, add this page's address there and remove it from the platform Web. Also check connect-src in your content security policy."
        }
        (ErrorCode::TokenUnreachable, "okta") => {
            "Okta lets pages read the token endpoint from the origins of the application's sign-in redirect URIs, and from the Trusted Origins under Security, API. Add this page's address; a trusted origin has no trailing slash. Also check connect-src in your content security policy."
        }
        (ErrorCode::TokenUnreachable, "google") => {
            "Add this page's origin to the \"Authorized JavaScript origins\" of the client, and check connect-src in your content security policy."
        }
        (ErrorCode::DiscoveryUnreachable, "microsoft") => {
            "Check \"tenant\" (an ID, a verified domain, organizations, common or consumers) and \"authority\", and check connect-src in your content security policy."
        }
        (ErrorCode::DiscoveryUnreachable, "okta") => {
            "Check \"domain\" (without -admin) and \"authorization_server\". If the address opens in a browser tab, add this page's origin to the Trusted Origins under Security, API, and check connect-src in your content security policy."
        }
        (ErrorCode::EmailMissing, "microsoft") => {
            "Add email to \"scope\". If it's there, the account probably has no email address in the directory. For Azure AD B2C, select \"Email Addresses\" under Application claims in the user flow."
        }
        (ErrorCode::EmailMissing, "google") => {
            "Add email to \"scope\", and in Google Auth Platform to the scopes under Data Access."
        }
        (ErrorCode::SilentRefused, "google") => {
            "Google forbids showing its sign-in in iframes, so silent sign-in and silent_renew don't work there. Sign in with a popup or a redirect, and add offline_access to \"scope\" to renew sessions."
        }
        (ErrorCode::EmailMissing, "okta") => {
            "Add email to \"scope\", and check that the authorization server has that scope and that the user has a primary email address. Okta returns it from userinfo, so don't set \"userinfo\" to false."
        }
        (ErrorCode::AccessTokenMissing, "microsoft") => {
            "Azure AD B2C only issues an access token if \"scope\" has a scope of your API, or the client ID itself: \"openid offline_access 00000000-0000-0000-0000-000000000000\"."
        }
        _ => return None,
    };
    Some(remedy)
}

/// Returns the remedy for a cause that the vendor named.
fn cause(cause: VendorCause, kind: &str) -> Option<&'static str> {
    let remedy = match cause {
        VendorCause::NotSinglePage => match kind {
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
        VendorCause::NotFromPage => {
            "Only a page can redeem the codes of a single-page application. Remove \"token_endpoint\" from vestibule.json, or register the application's redirect URI under the platform Web for your proxy."
        }
        VendorCause::SecretSent => {
            "A single-page application must not send a client secret. Remove client_secret or client_assertion from token_params and from your proxy."
        }
        VendorCause::SecretMissing => {
            "Google requires the client secret of its web clients, even with PKCE. Put it into \"client_secret\" (everyone can read it there, so it protects nothing), or set \"token_endpoint\" to a small server of your own that adds it."
        }
        VendorCause::RedirectUriUnknown => {
            "Register this page's exact address as a redirect URI: scheme, host, port, path and trailing slash all count. Open this page with ?setup to copy it."
        }
        VendorCause::ClientUnknown => match kind {
            "microsoft" => {
                "The directory has no application with this client_id. Copy the Application (client) ID from the app registration, and check tenant: an application of one tenant isn't known to the others."
            }
            _ => {
                "The provider has no application with this client_id. Copy it from the provider's console."
            }
        },
        VendorCause::TenantUnknown => {
            "Check \"tenant\" in vestibule.json: it must be the directory (tenant) ID or one of its verified domains. If the tenant isn't in the global cloud, also check \"authority\"."
        }
        VendorCause::AuthorizationServerUnknown => {
            "Okta has no authorization server with this ID. Copy the ID from Security, API, Authorization Servers. \"default\" is the first one; leave authorization_server out to use the org server."
        }
        VendorCause::AccountElsewhere => {
            "The account belongs to another directory. Invite it as a guest, or set \"tenant\" to organizations or common and register the application for multiple tenants."
        }
        VendorCause::AccountTypeForbidden => {
            "The application or its address is for another type of account. Check that \"tenant\" fits the supported account types of the app registration. For External ID, set \"authority\" to the address of your tenant at ciamlogin.com."
        }
        VendorCause::NotSignedIn => {
            "The user has no session at the provider that works without asking."
        }
        VendorCause::AccountChoiceNeeded => {
            "Several accounts are signed in, or one that the directory doesn't know. Set \"prompt\" to select_account, or invite the account as a guest."
        }
        VendorCause::AccountDisabled => {
            "The account is disabled. Enable it in Users, or ask the user to sign in with another one."
        }
        VendorCause::ApplicationDisabled => {
            "The application is disabled. In Enterprise applications, open it and set \"Enabled for users to sign-in?\" under Properties to Yes."
        }
        VendorCause::NotAssigned => match kind {
            "okta" => {
                "Assign the user or one of their groups to the app integration in Okta, and check that its access policy lets them in."
            }
            _ => {
                "In Enterprise applications, open the application and add the user under Users and groups, or set \"Assignment required\" to No."
            }
        },
        VendorCause::NotMultiTenant => {
            "The application is registered for a single tenant. Set \"tenant\" in vestibule.json to that tenant's ID, or change the supported account types of the app registration to multiple organisations."
        }
        VendorCause::PolicyForbids => {
            "A Conditional Access policy blocked the sign-in. The directory's sign-in log names the policy."
        }
        VendorCause::DeviceForbidden => {
            "A Conditional Access policy requires a compliant or joined device. The directory's sign-in log names the policy."
        }
        VendorCause::TenantForbidden => {
            "A policy for other tenants' accounts blocked the sign-in: tenant restrictions on the user's network, or cross-tenant access settings of either tenant."
        }
        VendorCause::AccessPolicyMissing => {
            "The authorization server grants nothing without an access policy. In Security, API, Authorization Servers, open the server, and under Access Policies add a policy for this client with a rule for the user, the scopes and the grant types. Or leave authorization_server out to use the org server."
        }
        VendorCause::DpopRequired => {
            "In the app integration, under General, turn off \"Require Demonstrating Proof of Possession (DPoP) header in token requests\"."
        }
        VendorCause::SharedSecretSignature => {
            "The provider signs ID tokens with a shared secret (HS256), which a page can't keep. Have it sign with RS256 or ES256: in authentik, select a Signing Key in the provider's settings; in Auth0, choose RS256 under Advanced Settings, OAuth."
        }
        VendorCause::SecondFactorNeeded => "A policy requires multi-factor authentication.",
        VendorCause::ConsentNeeded => {
            "Grant consent for the application's permissions: in the app registration, under API permissions, choose \"Grant admin consent\"."
        }
        VendorCause::ConsentDeclined => {
            "The user declined the permissions that the application asks for."
        }
        VendorCause::ScopeUnknown => match kind {
            "microsoft" => {
                "Microsoft doesn't know one of the requested scopes, or the scopes belong to two resources, which isn't allowed in one request. Check \"scope\"."
            }
            "okta" => {
                "The authorization server doesn't have one of the requested scopes. Check \"scope\", above all for groups: only the org server has it, and a custom one needs a scope and a claim of that name."
            }
            _ => "The provider doesn't know one of the requested scopes. Check \"scope\".",
        },
        VendorCause::ResourceUnknown => {
            "The directory doesn't know the API in \"scope\", or the app registration doesn't list it. Under API permissions, add the API's permission and grant consent. In another organisation, the API's application has to be added to the directory first."
        }
        VendorCause::ResourceRefused => {
            "Microsoft doesn't accept \"resource\" alongside scopes. Remove it and name the resource in the scope, as in api://…/access."
        }
        VendorCause::CodeInvalid => {
            "The code was already used, has expired, or belongs to another client or redirect URI. If this happens to everyone, check that nothing loads the redirect URI twice."
        }
        VendorCause::PkceFailed => {
            "The provider didn't accept the proof that this page started the sign-in (PKCE). If this happens to everyone, check that no proxy changes code_challenge or code_verifier."
        }
        VendorCause::SignInFrequency => {
            "A Conditional Access policy limits how long a sign-in lasts (sign-in frequency)."
        }
        VendorCause::TokensRevoked => {
            "The user or an administrator revoked the tokens, for example by changing the password."
        }
        VendorCause::RefreshTokenUnused => {
            "The refresh token or the code wasn't used for too long."
        }
        VendorCause::RefreshTokenInvalid => match kind {
            "microsoft" => {
                "The refresh tokens that Microsoft issues to single-page applications expire one day after sign-in, and nothing extends that."
            }
            "google" => {
                "Google's refresh token was revoked or has expired. It expires after six months without use, and after 7 days while the publishing status is Testing and the scopes go beyond name, email address and profile. Each account has at most 100 per client; another one ends the oldest."
            }
            _ => "The refresh token has expired, was revoked, or was used twice.",
        },
        VendorCause::PasswordForgotten => {
            "This policy leaves password resets to a separate policy. Use a user flow of type \"Sign up and sign in (Recommended)\" with self-service password reset turned on: it resets passwords within the sign-in."
        }
        VendorCause::Cancelled => return None,
        VendorCause::TooManyRequests => "The provider's rate limit was reached.",
        VendorCause::SignInExpired => {
            "The user stayed on the provider's sign-in page for too long. Keycloak has the limits in the realm settings, under Sessions: Login timeout and Login action timeout."
        }
        VendorCause::DocumentMissing => match kind {
            "microsoft" => {
                "There's no directory at this address. Check \"tenant\" (an ID, a verified domain, organizations, common or consumers) and \"authority\"."
            }
            "okta" => {
                "There's no authorization server at this address. Check \"domain\" (without -admin) and \"authorization_server\"."
            }
            _ => {
                "There's no discovery document at the address that the issuer leads to. Check the issuer in vestibule.json. If the document is elsewhere, put its address into \"metadata_url\"."
            }
        },
        VendorCause::DocumentElsewhere => {
            "The discovery document's address redirects, and a page doesn't follow. Open the address in a browser to see where it leads, and put that into \"issuer\" or \"metadata_url\"."
        }
        VendorCause::WrongAudience => {
            "The ID token is for another audience than this client, or for others too. The client_id is right, or the provider would have rejected the code: check which audiences the provider puts into ID tokens. If the further ones are right, list them in \"trusted_audiences\"."
        }
    };
    Some(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProviderKind;
    use crate::protocol::error::Responsible;

    #[test]
    fn every_error_that_an_administrator_can_fix_has_a_remedy() {
        for error in ErrorCode::ALL {
            if error.responsible() == Responsible::Administrator {
                assert!(general(*error).is_some(), "{error:?}");
            }
        }
    }

    #[test]
    fn every_remedy_is_a_sentence() {
        for kind in ProviderKind::NAMES {
            let codes = ErrorCode::ALL.iter().map(|error| code(*error, kind));
            let causes = VendorCause::ALL.iter().map(|named| cause(*named, kind));
            for remedy in codes.chain(causes).flatten() {
                assert!(remedy.ends_with('.'), "{remedy}");
            }
        }
    }
}
