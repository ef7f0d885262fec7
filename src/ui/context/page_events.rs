//! Events outside the context that matter to the session: other tabs, the person's activity and the page's
//! lifecycle.

use super::AuthContext;
use crate::platform::browser::BrowserPlatform;
use crate::session::{Auth, AuthState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

impl AuthContext {
    /// Follows sign-ins, sign-outs and renewals in other tabs.
    pub(super) fn sync_with_tabs(self) {
        BrowserPlatform.on_message(move |message| {
            // The application may have disposed of the context since.
            let Some(auth) = self.auth.try_get_value() else {
                return;
            };
            let message = message.to_owned();
            spawn_local(async move {
                let state = auth.on_message(&message).await;
                if !self.auth.is_disposed() {
                    self.on_tab_change(state);
                }
            });
        });
    }

    /// Shows what another tab has changed.
    fn on_tab_change(self, state: Option<AuthState>) {
        self.update_accounts();
        if let Some(state) = state {
            self.renewal.reset();
            self.set_state(state);
        } else if self.expiry.is_warning() {
            // The person may be active in another tab.
            self.schedule_check();
        }
    }

    /// Reports the person's activity to the session, if an idle timeout is configured.
    pub(super) fn track_activity(self) {
        if !self.auth.with_value(Auth::watches_activity) {
            return;
        }
        let events = [
            "pointerdown",
            "pointermove",
            "keydown",
            "touchstart",
            "wheel",
            "scroll",
        ]
        .map(|event| {
            window_event_listener_untyped(event, move |_| self.auth.with_value(Auth::note_activity))
        });
        on_cleanup(move || events.into_iter().for_each(|listener| listener.remove()));
    }

    /// Checks the session again when the page comes back after a pause.
    pub(super) fn watch_page_lifecycle(self) {
        // A page from the back/forward cache is in the state it was left in. The session may not be.
        let shown = window_event_listener_untyped("pageshow", move |event| {
            let event: web_sys::PageTransitionEvent = event.unchecked_into();
            if event.persisted() {
                self.resume();
            }
        });
        let others = ["visibilitychange", "focus", "online"]
            .map(|event| window_event_listener_untyped(event, move |_| self.check_session()));
        on_cleanup(move || {
            shown.remove();
            others.into_iter().for_each(|listener| listener.remove());
        });
    }
}
