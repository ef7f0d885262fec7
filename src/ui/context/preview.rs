//! Contexts in which something has happened already, for previews of what people see.

use super::sign_in::PendingSignIn;
use super::{AuthContext, remedy};
use crate::language::Language;
use crate::platform::browser::BrowserPlatform;
use crate::protocol::error::Error;
use crate::session::{Account, Auth, AuthState, SessionExpiry};
use crate::ui::text_source::{LoadFile, TextSource};
use leptos::prelude::*;

/// What has happened.
pub(in crate::ui) struct Situation {
    /// What the last sign-in, sign-out or check ended with.
    pub result: AuthState,
    /// The sign-in in progress.
    pub pending: Option<PendingSignIn>,
    pub accounts: Vec<Account>,
    pub warning: Option<SessionExpiry>,
    /// Why the tokens couldn't be renewed.
    pub renewal_error: Option<Error>,
    pub is_signing_out: bool,
    /// The id of the provider that was used last on this device.
    pub last_used: Option<String>,
    /// What is reported although it doesn't change who is signed in.
    pub report: Option<Error>,
}

impl Situation {
    /// Nothing has happened since.
    pub fn after(result: AuthState) -> Situation {
        Situation {
            result,
            pending: None,
            accounts: Vec::new(),
            warning: None,
            renewal_error: None,
            is_signing_out: false,
            last_used: None,
            report: None,
        }
    }
}

impl AuthContext {
    /// A context in which this has happened, with texts in this language. Nothing changes it.
    pub(in crate::ui) fn at(
        situation: Situation,
        auth: Auth<BrowserPlatform>,
        load: LoadFile,
        language: &'static Language,
    ) -> AuthContext {
        let source = TextSource::new(&auth, load);
        let context = AuthContext::idle(auth, remedy::from_this_build(), source);
        let Situation {
            result,
            pending,
            accounts,
            warning,
            renewal_error,
            is_signing_out,
            last_used,
            report,
        } = situation;
        context.write_last_result.set(result.clone());
        context.write_state.set(match (&pending, &result) {
            (Some(pending), AuthState::SignedOut { .. } | AuthState::Failed(_)) => {
                AuthState::SigningIn {
                    provider: pending.provider.clone(),
                }
            }
            _ => result,
        });
        context.sign_in.set_pending(pending);
        context.accounts.set(accounts);
        context.expiry.set_warning(warning);
        if let Some(error) = renewal_error {
            context.renewal.add_failure(error);
        }
        context.write_is_signing_out.set(is_signing_out);
        context.last_used.set_value(last_used);
        if let Some(error) = report {
            context.report(error);
        }
        context.load_language(language);
        context
    }
}
