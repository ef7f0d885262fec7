//! Explains vendors' own error codes and messages.

use super::{ErrorText, TELL_THEM};
use crate::protocol::error::VendorCause;

const AGAIN: &str = "Sign in again. If this comes back, tell the people who run this page.";
const ANOTHER_ACCOUNT: &str = "Sign in with another account, or ask the people who run this page.";

/// Returns the title and advice for a cause.
pub(super) fn text(cause: VendorCause) -> ErrorText {
    let (title, advice) = match cause {
        VendorCause::NotSinglePage => ("This page is not set up correctly at {}", TELL_THEM),
        VendorCause::NotFromPage => ("This page is not set up correctly at {}", TELL_THEM),
        VendorCause::SecretSent => ("This page is not set up correctly at {}", TELL_THEM),
        VendorCause::SecretMissing => ("This page is not set up correctly at {}", TELL_THEM),
        VendorCause::RedirectUriUnknown => ("This page is not registered at {}", TELL_THEM),
        VendorCause::ClientUnknown => ("This page is not registered at {}", TELL_THEM),
        VendorCause::TenantUnknown => (
            "The organisation that this page asks for is not known at {}",
            TELL_THEM,
        ),
        VendorCause::AuthorizationServerUnknown => (
            "The address of {} does not lead to a sign-in service",
            TELL_THEM,
        ),
        VendorCause::AccountElsewhere => ("This account is not known there", ANOTHER_ACCOUNT),
        VendorCause::NotSignedIn => (
            "Something is left for you to do at {}",
            "Try again and follow the steps there.",
        ),
        VendorCause::NotAssigned => ("This account may not use this application", ANOTHER_ACCOUNT),
        VendorCause::NotMultiTenant => ("This page is not set up correctly at {}", TELL_THEM),
        VendorCause::PolicyForbids => (
            "Your organisation does not allow this sign-in",
            "Use a device and network that your organisation allows, or ask its IT support.",
        ),
        VendorCause::SecondFactorNeeded => (
            "Something is left for you to do at {}",
            "Try again and confirm the sign-in with your second factor.",
        ),
        VendorCause::ConsentNeeded => (
            "This page has not been allowed to know who you are",
            "Try again and agree when you are asked. If you are not asked, your administrator has to agree for you.",
        ),
        VendorCause::ConsentDeclined => (
            "The sign-in was cancelled",
            "Without your consent this page cannot know who you are. Try again and agree, or choose another way to sign in.",
        ),
        VendorCause::ScopeUnknown => ("This page's request was refused by {}", TELL_THEM),
        VendorCause::ResourceRefused => ("This page's request was refused by {}", TELL_THEM),
        VendorCause::CodeInvalid => ("This sign-in cannot be finished any more", AGAIN),
        VendorCause::PkceFailed => ("The last step of the sign-in was refused by {}", AGAIN),
        VendorCause::RefreshTokenInvalid => ("Your session has ended", "Sign in again to go on."),
        VendorCause::PasswordForgotten => (
            "You said that you forgot your password",
            "Ask the people who run this page how to set a new one, then sign in with it.",
        ),
        VendorCause::Cancelled => (
            "The sign-in was cancelled",
            "Try again, or choose another way to sign in.",
        ),
        VendorCause::TooManyRequests => (
            "Too many people are signing in at {} right now",
            "Try again in a minute.",
        ),
    };
    ErrorText { title, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_says_what_happened_and_what_to_do() {
        for cause in VendorCause::ALL {
            let text = text(*cause);
            assert!(
                !text.title.is_empty() && !text.title.ends_with('.'),
                "{cause:?}"
            );
            assert!(text.advice.ends_with('.'), "{cause:?}");
            // An unknown name is replaced by "the sign-in service", which starts in lower case.
            assert!(!text.title.starts_with("{}"), "{cause:?}");
        }
    }
}
