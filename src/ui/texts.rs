//! Every text the user interface shows. A language is one value of [`Texts`]; components hold no sentences.
//! Two things live elsewhere: what `index.html` and `callback.html` show before WebAssembly runs, and the
//! details of an error, which are written where the error occurs.

mod english;
pub mod setup;

use crate::config::ConfigError;
use crate::protocol::error::{Error, ErrorCode, Phase, VendorCause};

/// The texts of one language. `{}` is replaced by a name, which is isolated from the text direction of
/// the sentence around it.
pub struct Texts {
    pub administrator: &'static str,
    pub sign_in: SignInTexts,
    pub signed_in: SignedInTexts,
    pub accounts: AccountsTexts,
    pub expiry: ExpiryTexts,
    pub error: ErrorTexts,
}

/// The picker.
pub struct SignInTexts {
    pub title: &'static str,
    pub choose: &'static str,
    pub with: &'static str,
    pub redirecting: &'static str,
    pub promise: &'static str,
    pub offline: &'static str,
    pub signed_out: &'static str,
    pub signed_out_here: &'static str,
    pub expired: &'static str,
    pub idle: &'static str,
    pub interrupted: &'static str,
}

/// The view of the signed-in user.
pub struct SignedInTexts {
    pub title: &'static str,
    pub with: &'static str,
    pub until: &'static str,
    pub show_claims: &'static str,
    pub claims: &'static str,
    /// Followed by what can be done about it.
    pub no_email: &'static str,
    pub sign_out: &'static str,
    pub sign_out_here: &'static str,
    pub signing_out: &'static str,
    pub not_renewed: &'static str,
}

/// Several accounts at a time.
pub struct AccountsTexts {
    pub others: &'static str,
    pub switch_to: &'static str,
    pub continue_as: &'static str,
    pub add: &'static str,
    pub sign_out_of_all: &'static str,
}

/// The warning that the session is about to end.
pub struct ExpiryTexts {
    /// Followed by a time.
    pub ends_at: &'static str,
    pub still_there: &'static str,
    pub about_to: &'static str,
    /// The parts before and after the number of seconds.
    pub left: [&'static str; 2],
    pub stay: &'static str,
    pub sign_out_now: &'static str,
}

/// A failed sign-in.
pub struct ErrorTexts {
    pub page_title: &'static str,
    pub try_again: &'static str,
    /// Replaces the name of an unknown provider.
    pub the_service: &'static str,
    pub code: &'static str,
    pub phase: &'static str,
    pub provider: &'static str,
    pub details: &'static str,
    pub remedy: &'static str,
    pub of: fn(ErrorCode) -> ErrorText,
    /// The text to use instead if the vendor named the cause.
    pub because: fn(VendorCause) -> ErrorText,
    pub phase_of: fn(Phase) -> &'static str,
}

/// The text for one [`ErrorCode`].
pub struct ErrorText {
    /// What happened. `{}` is replaced by the provider's name.
    pub title: &'static str,
    /// What the user can do.
    pub advice: &'static str,
}

impl ErrorTexts {
    /// Returns the text for an error.
    pub fn about(&self, error: &Error) -> ErrorText {
        match error.cause {
            Some(cause) => (self.because)(cause),
            None => (self.of)(error.code),
        }
    }
}

/// What the administrator can do about a failed sign-in, if anything. `kind` is the provider's `kind` in the
/// configuration. Separate from [`Texts`] so that the page doesn't contain it.
pub struct RemedyTexts {
    pub code: fn(ErrorCode, kind: &str) -> Option<&'static str>,
    /// The remedy to use instead if the vendor named the cause.
    pub cause: fn(VendorCause, kind: &str) -> Option<&'static str>,
}

impl RemedyTexts {
    /// Returns the remedy for an error at a provider of this kind.
    pub fn about(&self, error: &Error, kind: &str) -> Option<&'static str> {
        match error.cause {
            Some(cause) => (self.cause)(cause, kind),
            None => (self.code)(error.code, kind),
        }
    }
}

/// A page whose configuration is missing or can't be used. Separate from [`Texts`] so that only the set-up
/// build contains it.
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

/// The text for one [`ConfigError`], for the administrator.
pub struct ConfigText {
    pub problem: &'static str,
    pub next: &'static str,
    /// A file to start from.
    pub example: Option<&'static str>,
}

/// Returns the texts to use.
pub fn texts() -> &'static Texts {
    &english::TEXTS
}

/// Returns the texts for a configuration that can't be used.
pub fn config_texts() -> &'static ConfigTexts {
    &english::CONFIG
}

/// Returns the remedies to use.
pub fn remedy_texts() -> &'static RemedyTexts {
    &english::remedies::TEXTS
}
