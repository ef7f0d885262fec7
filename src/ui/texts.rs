//! Every word that people read, but what stands in `index.html` and `callback.html` before anything
//! runs, and the details for administrators, which are written where they are found. No component holds
//! a sentence of its own; a language is one more value of [`Texts`].

mod english;
pub mod setup;

use crate::config::ConfigError;
use crate::protocol::error::{Error, ErrorCode, Phase, VendorCause};

/// The words of one language. `{}` stands for a name, which is put in isolated from the direction of
/// the words around it.
pub struct Texts {
    pub administrator: &'static str,
    pub sign_in: SignInTexts,
    pub signed_in: SignedInTexts,
    pub accounts: AccountsTexts,
    pub ending: EndingTexts,
    pub error: ErrorTexts,
}

/// The picker.
pub struct SignInTexts {
    pub title: &'static str,
    pub choose: &'static str,
    pub with: &'static str,
    pub going: &'static str,
    pub promise: &'static str,
    pub offline: &'static str,
    pub signed_out: &'static str,
    pub signed_out_here: &'static str,
    pub expired: &'static str,
    pub idle: &'static str,
    pub interrupted: &'static str,
}

/// The view of who is signed in.
pub struct SignedInTexts {
    pub title: &'static str,
    pub with: &'static str,
    pub until: &'static str,
    pub show_claims: &'static str,
    pub claims: &'static str,
    /// Before what can be done about it.
    pub no_email: &'static str,
    pub sign_out: &'static str,
    pub sign_out_here: &'static str,
    pub signing_out: &'static str,
    pub not_renewed: &'static str,
}

/// Several accounts at once.
pub struct AccountsTexts {
    pub others: &'static str,
    pub switch_to: &'static str,
    pub continue_as: &'static str,
    pub add: &'static str,
    pub sign_out_of_all: &'static str,
}

/// The warning that a session ends.
pub struct EndingTexts {
    /// Before a time.
    pub ends_at: &'static str,
    pub still_there: &'static str,
    pub about_to: &'static str,
    /// Before and after a number of seconds.
    pub left: [&'static str; 2],
    pub stay: &'static str,
    pub sign_out_now: &'static str,
}

/// A sign-in that failed.
pub struct ErrorTexts {
    pub page_title: &'static str,
    pub try_again: &'static str,
    /// For a provider whose name is not known.
    pub the_service: &'static str,
    pub code: &'static str,
    pub phase: &'static str,
    pub provider: &'static str,
    pub details: &'static str,
    pub remedy: &'static str,
    pub of: fn(ErrorCode) -> ErrorText,
    /// What is said instead where the vendor named the cause.
    pub because: fn(VendorCause, kind: &str) -> ErrorText,
    /// What the administrator can do with this vendor, where that differs from the others.
    pub vendor_remedy: fn(ErrorCode, kind: &str) -> Option<&'static str>,
    pub phase_of: fn(Phase) -> &'static str,
}

/// What is said about one [`ErrorCode`].
pub struct ErrorText {
    /// What happened; `{}` is the provider's name.
    pub title: &'static str,
    /// What the person can do.
    pub advice: &'static str,
    /// What the administrator can do, where that is known.
    pub remedy: Option<&'static str>,
}

impl ErrorTexts {
    /// What is said about an error with a provider of this kind.
    pub fn about(&self, error: &Error, kind: &str) -> ErrorText {
        match error.cause {
            Some(cause) => (self.because)(cause, kind),
            None => ErrorText {
                remedy: self.remedy(error.code, kind),
                ..(self.of)(error.code)
            },
        }
    }

    /// What the administrator can do, with this vendor.
    pub fn remedy(&self, code: ErrorCode, kind: &str) -> Option<&'static str> {
        (self.vendor_remedy)(code, kind).or((self.of)(code).remedy)
    }
}

/// A page without a configuration that it can use. Apart from [`Texts`], as a lean build explains none.
pub struct ConfigTexts {
    pub not_set_up: &'static str,
    pub tell_them: &'static str,
    pub not_reached: &'static str,
    pub check_connection: &'static str,
    pub reload: &'static str,
    pub whole_file: &'static str,
    pub position: fn(line: usize, column: usize) -> String,
    pub status: &'static str,
    pub of: fn(&ConfigError) -> ConfigText,
}

/// What is said to the administrator about one [`ConfigError`].
pub struct ConfigText {
    pub problem: &'static str,
    pub next: &'static str,
    /// A file to begin with.
    pub example: Option<&'static str>,
}

/// The words to use.
pub fn texts() -> &'static Texts {
    &english::TEXTS
}

/// Those for a configuration that cannot be used.
pub fn config_texts() -> &'static ConfigTexts {
    &english::CONFIG
}
