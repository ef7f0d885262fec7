//! The English texts, apart from the vendors' causes ([`causes`]), the remedies for administrators
//! ([`remedies`]) and the set-up page ([`setup`]).

mod causes;
pub(super) mod remedies;
pub(super) mod setup;

use super::*;

pub static TEXTS: Texts = Texts {
    administrator: "For the administrator",
    sign_in: SignInTexts {
        title: "Sign in",
        choose: "Choose how you want to sign in.",
        with: "Sign in with {}",
        redirecting: "Taking you to {}…",
        promise: "You sign in at the service you choose. This page never sees your password.",
        offline: "You are offline. Connect to the network to sign in.",
        signed_out: "You are signed out.",
        signed_out_here: "You are signed out here. The service you signed in with may still know you: on a shared computer, sign out there too.",
        expired: "Your session has ended. Sign in again to go on.",
        idle: "You were signed out because nothing was done here for a while. Sign in again to go on.",
        interrupted: "Your last sign-in was not finished. You can start it again.",
    },
    signed_in: SignedInTexts {
        title: "You are signed in",
        with: "Signed in with {}",
        until: "until",
        show_claims: "Show claims",
        claims: "Claims",
        no_email: "There is no e-mail address.",
        sign_out: "Sign out",
        sign_out_here: "Sign out of this page only",
        signing_out: "Signing you out…",
        not_renewed: "Your session could not be renewed just now. You stay signed in; it is tried again by itself.",
    },
    accounts: AccountsTexts {
        others: "Other accounts",
        switch_to: "Switch to {}",
        continue_as: "Continue as {}",
        add: "Add another account",
        sign_out_of_all: "Sign out of all accounts",
    },
    expiry: ExpiryTexts {
        ends_at: "Your session ends at",
        still_there: "Are you still there?",
        about_to: "Nothing was done here for a while. For your safety you are about to be signed out.",
        left: ["Signing out in", "seconds"],
        stay: "Stay signed in",
        sign_out_now: "Sign out now",
    },
    error: ErrorTexts {
        page_title: "Sign-in failed",
        try_again: "Try again",
        the_service: "the sign-in service",
        code: "Code",
        phase: "Step",
        provider: "Provider",
        details: "Details",
        remedy: "What to do",
        of: error,
        because: causes::text,
        phase_of: phase,
    },
};

pub(super) static CONFIG: ConfigTexts = ConfigTexts {
    not_set_up: "Sign-in is not set up",
    tell_them: "If you came here to sign in, please tell the people who run this page.",
    not_reached: "Sign-in is not available right now",
    check_connection: "Check your connection, then reload the page.",
    reload: "Reload the page",
    whole_file: "The whole file",
    position,
    status: "HTTP status",
    of: config,
};

const TELL_THEM: &str = "Choose another way to sign in, or tell the people who run this page.";

/// Returns the title and advice for an error code.
fn error(code: ErrorCode) -> ErrorText {
    let (title, advice) = match code {
        ErrorCode::ConfigInvalid => (
            "Sign-in is not set up correctly",
            "Please tell the people who run this page.",
        ),
        ErrorCode::CryptoUnavailable => (
            "This page was opened over an insecure connection",
            "Open it with an address that starts with https://.",
        ),
        ErrorCode::StorageUnavailable => (
            "Your browser does not let this page remember anything",
            "Allow this page to store data in your browser, or open it outside private browsing. Then try again.",
        ),
        ErrorCode::NetworkOffline => ("You are offline", "Connect to the network, then try again."),
        ErrorCode::NetworkTimeout => (
            "No answer from {} in time",
            "Your connection may be slow. Try again in a moment.",
        ),
        ErrorCode::DiscoveryUnreachable => (
            "No connection to {}",
            "Check your connection and try again. If it stays like this, tell the people who run this page.",
        ),
        ErrorCode::DiscoveryInvalid => (
            "The address of {} does not lead to a sign-in service",
            TELL_THEM,
        ),
        ErrorCode::IssuerMismatch => ("The service that answered is not {}", TELL_THEM),
        ErrorCode::PopupBlocked => (
            "Your browser blocked the sign-in window",
            "Allow this page to open windows, then try again.",
        ),
        ErrorCode::PopupClosed => (
            "The sign-in window was closed",
            "Try again, or choose another way to sign in.",
        ),
        ErrorCode::PopupTimeout => (
            "The sign-in took too long",
            "Close the sign-in window, then try again.",
        ),
        ErrorCode::SilentRefused => (
            "You could not be signed in without being asked",
            "Choose how you want to sign in.",
        ),
        ErrorCode::SilentTimeout => (
            "You could not be signed in without being asked",
            "No answer came from {} in time. Choose how you want to sign in.",
        ),
        ErrorCode::Aborted => (
            "The sign-in was cancelled",
            "Try again, or choose another way to sign in.",
        ),
        ErrorCode::StateUnknown => (
            "This sign-in cannot be finished here",
            "It was finished already, is too old, or was started in another tab. Sign in again.",
        ),
        ErrorCode::ResponseMixedUp => (
            "The answer did not come from {}",
            "For your safety it was not used. Sign in again. If this comes back, tell the people who run this page.",
        ),
        ErrorCode::ResponseInvalid => {
            ("The answer of {} could not be understood", "Sign in again.")
        }
        ErrorCode::ProviderDenied => (
            "The sign-in was cancelled or refused",
            "Try again, or choose another way to sign in.",
        ),
        ErrorCode::LoginRequired => ("You are not signed in at {}", "Sign in there to go on."),
        ErrorCode::InteractionRequired => (
            "Something is left for you to do at {}",
            "Try again and follow the steps there.",
        ),
        ErrorCode::ConsentRequired => (
            "Your consent is needed at {}",
            "Try again and agree when you are asked.",
        ),
        ErrorCode::ProviderUnavailable => (
            "A problem at {} keeps you from signing in",
            "Try again in a few minutes.",
        ),
        ErrorCode::RequestRejected => ("This page's request was refused by {}", TELL_THEM),
        ErrorCode::TokenUnreachable => (
            "The last step of the sign-in failed",
            "Check your connection and try again. If this comes back, tell the people who run this page.",
        ),
        ErrorCode::TokenRejected => (
            "The last step of the sign-in was refused by {}",
            "Try again. If this comes back, tell the people who run this page.",
        ),
        ErrorCode::TokenInvalid => (
            "The answer of {} could not be used",
            "Try again. If this comes back, tell the people who run this page.",
        ),
        ErrorCode::KeysUnreachable => (
            "The sign-in could not be checked",
            "Check your connection and try again.",
        ),
        ErrorCode::IdTokenInvalid => (
            "The sign-in could not be checked",
            "What {} sent about you is not valid, so it was not used. Try again.",
        ),
        ErrorCode::IdTokenSignature => (
            "The sign-in could not be checked",
            "What {} sent about you is not signed as it has to be, so it was not used. Try again.",
        ),
        ErrorCode::IdTokenClaim => (
            "The sign-in could not be accepted",
            "Something in what {} sent about you is not as it has to be, so it was not used. Try again.",
        ),
        ErrorCode::ClockSkew => (
            "The clock of your device seems to be wrong",
            "Set it to the right time, then try again.",
        ),
        ErrorCode::AccountNotAllowed => (
            "This account may not sign in here",
            "Sign in with another account.",
        ),
        ErrorCode::EmailMissing => (
            "Your e-mail address is missing",
            "This page needs it, and {} did not tell it. Sign in with another account, or tell the people who run this page.",
        ),
        ErrorCode::AccessTokenMissing => ("This page cannot load your data", TELL_THEM),
        ErrorCode::UserinfoSubject => (
            "The sign-in could not be accepted",
            "The data that {} sent are of two different people, so they were not used. Try again.",
        ),
        ErrorCode::SessionExpired => ("Your session has ended", "Sign in again to go on."),
    };
    ErrorText { title, advice }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Configuration => "configuration",
        Phase::Discovery => "discovery",
        Phase::Authorization => "authorization",
        Phase::Token => "token",
        Phase::IdToken => "ID token",
        Phase::Userinfo => "userinfo",
        Phase::Session => "session",
        Phase::EndSession => "sign-out",
    }
}

fn position(line: usize, column: usize) -> String {
    format!("Line {line}, column {column}")
}

const EXAMPLE: &str = r#"{
  "providers": [
    {
      "id": "sso",
      "kind": "oidc",
      "issuer": "https://id.example.com",
      "client_id": "…",
      "label": "Company SSO"
    }
  ]
}"#;

fn config(error: &ConfigError) -> ConfigText {
    let (problem, next, example) = match error {
        ConfigError::Missing => (
            "There's no vestibule.json next to this page.",
            "Add one to the folder that contains index.html. It lists the services people can sign in with, for example:",
            Some(EXAMPLE),
        ),
        ConfigError::Status(_) => (
            "The server refused to serve vestibule.json.",
            "Make the file readable for everyone, then reload the page.",
            None,
        ),
        ConfigError::Unreachable => (
            "The server didn't respond to the request for vestibule.json.",
            "Check that the server is running, and that connect-src in your content security policy allows 'self'.",
            None,
        ),
        ConfigError::Timeout => (
            "The server took too long to respond to the request for vestibule.json.",
            "Check that the server is running, then reload the page.",
            None,
        ),
        ConfigError::Refused => (
            "The configuration that this page names isn't a JSON file of the same origin.",
            "Serve it from the page's own origin, without a redirect to another one, as application/json.",
            None,
        ),
        ConfigError::Html => (
            "The server sent a web page instead of vestibule.json.",
            "Many hosts serve index.html for every address they don't know. Add vestibule.json to the folder that contains index.html, for example:",
            Some(EXAMPLE),
        ),
        ConfigError::Malformed(_) => (
            "vestibule.json isn't valid JSON.",
            "Fix the file there or just before: usually a comma or a quotation mark is missing, or there's one too many. Then reload the page.",
            None,
        ),
        ConfigError::Invalid(_) => (
            "vestibule.json has mistakes.",
            "Fix them in the file, then reload the page.",
            None,
        ),
    };
    ConfigText {
        problem,
        next,
        example,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_what_happened_and_what_to_do() {
        for code in ErrorCode::ALL {
            let text = error(*code);
            assert!(
                !text.title.is_empty() && !text.title.ends_with('.'),
                "{code:?}"
            );
            assert!(text.advice.ends_with('.'), "{code:?}");
        }
    }

    #[test]
    fn no_sentence_starts_with_the_provider_name() {
        // An unknown name is replaced by "the sign-in service", which starts in lower case.
        for code in ErrorCode::ALL {
            let text = error(*code);
            assert!(!text.title.starts_with("{}"), "{code:?}");
            assert!(
                !text.advice.starts_with("{}") && !text.advice.contains(". {}"),
                "{code:?}"
            );
        }
    }
}
