//! English.

mod causes;
pub(super) mod setup;

use super::*;
use crate::FULL;

pub static TEXTS: Texts = Texts {
    administrator: "For the administrator",
    sign_in: SignInTexts {
        title: "Sign in",
        choose: "Choose how you want to sign in.",
        with: "Sign in with {}",
        going: "Taking you to {}…",
        promise: "You sign in at the service you choose. This page never sees your password.",
        offline: "You are offline. Connect to the network to sign in.",
        signed_out: "You are signed out.",
        signed_out_here: "You are signed out here. The service you signed in with may still know you: on a shared computer, sign out there too.",
        expired: "Your session has ended. Sign in again to go on.",
        idle: full(
            "You were signed out because nothing was done here for a while. Sign in again to go on.",
        ),
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
        others: full("Other accounts"),
        switch_to: full("Switch to {}"),
        continue_as: full("Continue as {}"),
        add: full("Add another account"),
        sign_out_of_all: full("Sign out of all accounts"),
    },
    ending: EndingTexts {
        ends_at: "Your session ends at",
        still_there: full("Are you still there?"),
        about_to: full(
            "Nothing was done here for a while. For your safety you are about to be signed out.",
        ),
        left: [full("Signing out in"), full("seconds")],
        stay: full("Stay signed in"),
        sign_out_now: full("Sign out now"),
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
        vendor_remedy: causes::vendor_remedy,
        phase_of: phase,
    },
};

pub(super) static CONFIG: ConfigTexts = ConfigTexts {
    not_set_up: "Sign-in is not set up",
    tell_them: "If you came here to sign in, please tell the people who run this page.",
    not_reached: "Sign-in is not available right now",
    check_connection: "Check your connection, then reload the page.",
    reload: "Reload the page",
    whole_file: "The file as a whole",
    position,
    status: "HTTP status",
    of: config,
};

/// A text that a full build alone has a use for.
const fn full(text: &'static str) -> &'static str {
    match FULL {
        true => text,
        false => "",
    }
}

const TELL_THEM: &str = "Choose another way to sign in, or tell the people who run this page.";

/// Title, advice and remedy of every code.
fn error(code: ErrorCode) -> ErrorText {
    let (title, advice, remedy) = match code {
        ErrorCode::ConfigInvalid => (
            "Sign-in is not set up correctly",
            "Please tell the people who run this page.",
            "Correct the setting in vestibule.json that the details name.",
        ),
        ErrorCode::CryptoUnavailable => (
            "This page was opened over an insecure connection",
            "Open it with an address that starts with https://.",
            "Serve the page over https. Browsers offer cryptography to secure pages and to localhost only.",
        ),
        ErrorCode::StorageUnavailable => (
            "Your browser does not let this page remember anything",
            "Allow this page to store data in your browser, or open it outside private browsing. Then try again.",
            "Sign-in needs the browser's session storage. It is blocked or full for this page.",
        ),
        ErrorCode::NetworkOffline => (
            "You are offline",
            "Connect to the network, then try again.",
            "",
        ),
        ErrorCode::NetworkTimeout => (
            "No answer from {} in time",
            "Your connection may be slow. Try again in a moment.",
            "",
        ),
        ErrorCode::DiscoveryUnreachable => (
            "No connection to {}",
            "Check your connection and try again. If it stays like this, tell the people who run this page.",
            "Check the provider's address in vestibule.json, and that pages may read its discovery document (CORS, and connect-src of the content security policy). Where they may not, put the document into \"metadata\" and the key set into \"jwks\".",
        ),
        ErrorCode::DiscoveryInvalid => (
            "The address of {} does not lead to a sign-in service",
            TELL_THEM,
            "Check the issuer in vestibule.json. Its discovery document is not what OpenID Connect Discovery asks for.",
        ),
        ErrorCode::IssuerMismatch => (
            "The service that answered is not {}",
            TELL_THEM,
            "Write the issuer in vestibule.json exactly as the provider's discovery document gives it, including a slash at its end.",
        ),
        ErrorCode::PopupBlocked => (
            full("Your browser blocked the sign-in window"),
            full("Allow this page to open windows, then try again."),
            full(
                "Browsers open windows only in the click itself: begin the sign-in there, before anything is waited for. Or let it go on by redirect.",
            ),
        ),
        ErrorCode::PopupClosed => (
            full("The sign-in window was closed"),
            full("Try again, or choose another way to sign in."),
            full(
                "If the person did not close it, check that popup_redirect_uri leads to callback.html on this page's origin.",
            ),
        ),
        ErrorCode::PopupTimeout => (
            full("The sign-in took too long"),
            full("Close the sign-in window, then try again."),
            full(
                "If people do sign in there, check that popup_redirect_uri leads to callback.html on this page's origin, and that the provider has it as redirect URI.",
            ),
        ),
        ErrorCode::SilentRefused => (
            full("You could not be signed in without being asked"),
            full("Choose how you want to sign in."),
            full(
                "The provider does not let itself be framed (X-Frame-Options, frame-ancestors), shows a page instead of answering, or does not know popup_redirect_uri; or this page's own frame-src does not name the provider's origin, or callback.html may not be framed by this page (frame-ancestors 'self').",
            ),
        ),
        ErrorCode::SilentTimeout => (
            full("You could not be signed in without being asked"),
            full("No answer came from {} in time. Choose how you want to sign in."),
            "",
        ),
        ErrorCode::Aborted => (
            full("The sign-in was cancelled"),
            full("Try again, or choose another way to sign in."),
            "",
        ),
        ErrorCode::StateUnknown => (
            "This sign-in cannot be finished here",
            "It was finished already, is too old, or was started in another tab. Sign in again.",
            "Each answer is taken once, in the tab that asked. If it happens to everybody, check that the redirect URI leads to this page and that nothing loads it twice.",
        ),
        ErrorCode::ResponseMixedUp => (
            "The answer did not come from {}",
            "For your safety it was not used. Sign in again. If this comes back, tell the people who run this page.",
            "The issuer in the answer is not the one that was asked (RFC 9207).",
        ),
        ErrorCode::ResponseInvalid => (
            "The answer of {} could not be understood",
            "Sign in again.",
            "",
        ),
        ErrorCode::ProviderDenied => (
            "The sign-in was cancelled or refused",
            "Try again, or choose another way to sign in.",
            "If the person did not cancel, check at the provider that they may use this application.",
        ),
        ErrorCode::LoginRequired => (
            "You are not signed in at {}",
            "Sign in there to go on.",
            "Nobody has a session at the provider that could be used without asking. In a hidden frame the provider may not see its own session: most browsers keep third-party cookies from it.",
        ),
        ErrorCode::InteractionRequired => (
            "Something is left for you to do at {}",
            "Try again and follow the steps there.",
            "The provider does not sign this person in without asking. Silent sign-in cannot do it; a popup or a redirect can.",
        ),
        ErrorCode::ConsentRequired => (
            "Your consent is needed at {}",
            "Try again and agree when you are asked.",
            "The person, or an administrator for all, has to consent to the application at the provider once.",
        ),
        ErrorCode::ProviderUnavailable => (
            "A problem at {} keeps you from signing in",
            "Try again in a few minutes.",
            "",
        ),
        ErrorCode::RequestRejected => (
            "This page's request was refused by {}",
            TELL_THEM,
            "Check client_id and scope, and that this page's address is registered with the provider as redirect URI, to the letter, for a single-page application.",
        ),
        ErrorCode::TokenUnreachable => (
            "The last step of the sign-in failed",
            "Check your connection and try again. If this comes back, tell the people who run this page.",
            "The token endpoint did not answer, or did not let this page read its answer (CORS). Register this page's address with the provider as that of a single-page application, and check connect-src of the content security policy.",
        ),
        ErrorCode::TokenRejected => (
            "The last step of the sign-in was refused by {}",
            "Try again. If this comes back, tell the people who run this page.",
            "Check that the application is registered as a single-page application (public client with PKCE) and that its redirect URI is this page's address. Google also wants the client_secret of its web clients.",
        ),
        ErrorCode::TokenInvalid => (
            "The answer of {} could not be used",
            "Try again. If this comes back, tell the people who run this page.",
            "",
        ),
        ErrorCode::KeysUnreachable => (
            "The sign-in could not be checked",
            "Check your connection and try again.",
            "The provider's keys could not be read. Check that pages may read its jwks_uri (CORS, and connect-src of the content security policy). Where they may not, put the key set into \"jwks\".",
        ),
        ErrorCode::IdTokenInvalid => (
            "The sign-in could not be checked",
            "What {} sent about you is not valid, so it was not used. Try again.",
            "The ID token is not a signed JWT that this page may read.",
        ),
        ErrorCode::IdTokenSignature => (
            "The sign-in could not be checked",
            "What {} sent about you is not signed as it has to be, so it was not used. Try again.",
            "The ID token has to be signed by a key of the provider's key set, with an RS, PS, ES or EdDSA algorithm.",
        ),
        ErrorCode::IdTokenClaim => (
            "The sign-in could not be accepted",
            "Something in what {} sent about you is not as it has to be, so it was not used. Try again.",
            "A claim of the ID token breaks a rule. For iss, aud or azp, check issuer and client_id in vestibule.json.",
        ),
        ErrorCode::ClockSkew => (
            "The clock of your device seems to be wrong",
            "Set it to the right time, then try again.",
            "The times in the ID token do not fit the time of the browser. If all devices see this, check the provider's clock.",
        ),
        ErrorCode::AccountNotAllowed => (
            "This account may not sign in here",
            "Sign in with another account.",
            "The settings let in certain tenants or domains only: see allowed_tenants, tenant and hd in vestibule.json.",
        ),
        ErrorCode::EmailMissing => (
            "Your e-mail address is missing",
            "This page needs it, and {} did not tell it. Sign in with another account, or tell the people who run this page.",
            "See that the scopes hold email, and that the provider puts the claim into the ID token or userinfo.",
        ),
        ErrorCode::UserinfoSubject => (
            "The sign-in could not be accepted",
            "The data that {} sent are of two different people, so they were not used. Try again.",
            "The subject of userinfo is not that of the ID token.",
        ),
        ErrorCode::SessionExpired => ("Your session has ended", "Sign in again to go on.", ""),
    };
    ErrorText {
        title,
        advice,
        remedy: Some(remedy).filter(|remedy| !remedy.is_empty()),
    }
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
            "There is no vestibule.json beside this page.",
            "Put one into the folder of index.html. It names the services that people may sign in with, for example:",
            Some(EXAMPLE),
        ),
        ConfigError::Status(_) => (
            "The server refused to hand out vestibule.json.",
            "See to it that everybody may read the file, then reload the page.",
            None,
        ),
        ConfigError::Unreachable => (
            "The server did not answer the request for vestibule.json.",
            "Check that the server runs, and that connect-src of the content security policy allows 'self'.",
            None,
        ),
        ConfigError::Timeout => (
            "The server took too long to answer the request for vestibule.json.",
            "Check that the server runs, then reload the page.",
            None,
        ),
        ConfigError::Html => (
            "The server sent a web page instead of vestibule.json.",
            "Many hosts answer every address that they do not know with index.html. Put vestibule.json into the folder of index.html, for example:",
            Some(EXAMPLE),
        ),
        ConfigError::Malformed(_) => (
            "vestibule.json is not valid JSON.",
            "Correct the file there, or shortly before: often a comma or a quotation mark is missing, or one too many. Then reload the page.",
            None,
        ),
        ConfigError::Invalid(_) => (
            "vestibule.json has mistakes.",
            "Correct them in the file, then reload the page.",
            None,
        ),
        ConfigError::NeedsFull => (
            "vestibule.json asks for more than this build has.",
            "Build the program with the cargo feature \"full\" of vestibule, which is on by default, or leave out mode, auto_sign_in, silent_renew, several_accounts, storage and idle_timeout.",
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
    fn every_error_tells_what_happened_and_what_to_do() {
        for code in ErrorCode::ALL {
            let text = error(*code);
            assert!(
                !text.title.is_empty() && !text.title.ends_with('.'),
                "{code:?}"
            );
            assert!(text.advice.ends_with('.'), "{code:?}");
            assert!(
                text.remedy.is_none_or(|remedy| remedy.ends_with('.')),
                "{code:?}"
            );
        }
    }

    #[test]
    fn an_error_that_an_administrator_must_mend_has_a_remedy() {
        use crate::protocol::error::Responsible;
        for code in ErrorCode::ALL {
            if code.responsible() == Responsible::Administrator {
                assert!(error(*code).remedy.is_some(), "{code:?}");
            }
        }
    }

    #[test]
    fn no_sentence_begins_with_a_name_that_may_be_a_plain_word() {
        // "the sign-in service" stands in for an unknown name and begins with a small letter.
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
