//! Several accounts: the list, and switching between them.

use super::AuthContext;
use crate::protocol::error::Error;
use crate::session::{Account, Auth, AuthState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// The accounts that are signed in here.
#[derive(Clone, Copy)]
pub(super) struct AccountList {
    pub list: ReadSignal<Vec<Account>, LocalStorage>,
    write_list: WriteSignal<Vec<Account>, LocalStorage>,
}

impl AccountList {
    pub fn new() -> AccountList {
        let (list, write_list) = signal_local(Vec::new());
        AccountList { list, write_list }
    }

    pub fn set(self, accounts: Vec<Account>) {
        if self.list.with_untracked(|known| *known != accounts) {
            self.write_list.set(accounts);
        }
    }

    fn is_empty(self) -> bool {
        self.list.with_untracked(Vec::is_empty)
    }

    fn has_provider(self, id: &str) -> bool {
        self.list
            .with_untracked(|known| known.iter().any(|account| account.user.provider == id))
    }
}

impl AuthContext {
    /// Switches to another of the [`accounts`](Self::accounts). The components show how it ends.
    pub fn switch_account(self, id: String) {
        spawn_local(async move {
            // The components show it.
            let _ = self.switch_to(&id).await;
        });
    }

    /// Switches to another of the [`accounts`](Self::accounts) and returns when that is done.
    ///
    /// # Errors
    /// Those of [`Auth::switch_account`].
    pub async fn switch_to(self, id: &str) -> Result<(), Error> {
        let auth = self.client();
        let outcome = auth.switch_account(id).await;
        match &outcome {
            Ok(session) => {
                self.renewal.reset();
                self.set_state(AuthState::SignedIn(Rc::clone(session)));
            }
            Err(error) if self.is_signed_in() => {
                self.report(error.clone());
                self.update_accounts();
            }
            Err(error) => self.set_state(AuthState::Failed(error.clone())),
        }
        outcome.map(|_| ())
    }

    pub(super) fn has_several_accounts(self) -> bool {
        self.auth.with_value(Auth::has_several_accounts)
    }

    /// Whether somebody is signed in and one of the accounts is from this provider.
    pub(super) fn has_account_with(self, provider: &str) -> bool {
        self.has_several_accounts() && self.is_signed_in() && self.accounts.has_provider(provider)
    }

    /// Whether there are accounts that somebody can continue with.
    pub(super) fn has_inactive_accounts(self) -> bool {
        self.has_several_accounts() && !self.accounts.is_empty()
    }

    pub(super) fn update_accounts(self) {
        if self.has_several_accounts() {
            self.accounts.set(self.auth.with_value(Auth::accounts));
        }
    }
}
