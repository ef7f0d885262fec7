//! Why nobody is signed in, and what went wrong, on a card. What is known when the card is drawn is above the
//! buttons. What comes later, while people may be pointing at one, is below them, so that nothing moves.

use super::context::AuthContext;
use super::error::{Retry, error_message};
use super::view::{focus_on_mount, recreate};
use crate::config::Mode;
use crate::language::{Key, key};
use crate::session::{AuthState, SignedOutReason};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::HtmlElement;

/// The two places for messages on a card.
pub struct Messages {
    /// Above the buttons.
    pub early: AnyView,
    /// Below them.
    pub late: AnyView,
}

impl Messages {
    /// The messages of the card that is being drawn.
    pub fn new(auth: AuthContext, retry: Retry) -> Messages {
        let is_late = RwSignal::new(false);
        Effect::new(move |previous: Option<()>| {
            auth.last_result().track();
            if previous.is_some() {
                is_late.set(true);
            }
        });
        let place = NodeRef::<Div>::new();
        let early = recreate(move || {
            if is_late.get() {
                // It's out of date. Its place stays empty, because what is below it must not move.
                let height = place.get_untracked()?.offset_height();
                return Some(
                    view! { <div aria-hidden="true" use:reserve=height></div> }.into_any(),
                );
            }
            let message = untrack(|| message(auth, retry, false))?;
            Some(view! { <div node_ref=place>{message}</div> }.into_any())
        });
        let late = recreate(move || {
            if !is_late.get() {
                return None;
            }
            let message = message(auth, retry, true)?;
            Some(view! { <div class="vestibule-late">{message}</div> }.into_any())
        });
        let late = view! {
            {popup_notice(auth)}
            {late}
        };
        Messages {
            early,
            late: late.into_any(),
        }
    }
}

/// Directive: keeps this height, in pixels.
fn reserve(element: web_sys::Element, height: i32) {
    if let Some(element) = wasm_bindgen::JsCast::dyn_ref::<HtmlElement>(&element) {
        // Only fails for a name or value that isn't one.
        let _ = element
            .style()
            .set_property("height", &[&height.to_string(), "px"].concat());
    }
}

/// What the last result was, if there is something to say about it.
fn message(auth: AuthContext, retry: Retry, takes_focus: bool) -> Option<AnyView> {
    auth.last_result().with(|result| match result {
        AuthState::Failed(error) => Some(error_message(auth, error.clone(), retry)),
        _ => {
            let text = signed_out_notice(result)?;
            let notice = view! {
                <p
                    id="vestibule-notice"
                    class="vestibule-notice"
                    role="status"
                    tabindex="-1"
                    use:focus_on_mount=takes_focus
                >
                    {auth.text_about_provider(text, auth.last_provider_label())}
                </p>
            };
            Some(notice.into_any())
        }
    })
}

/// Why nobody is signed in, if there is something to say about it.
fn signed_out_notice(result: &AuthState) -> Option<Key> {
    let AuthState::SignedOut { reason } = result else {
        return None;
    };
    match reason {
        SignedOutReason::NeverSignedIn => None,
        SignedOutReason::SignedOut => Some(key!("sign_in.signed_out")),
        SignedOutReason::SignedOutHere => Some(key!("sign_in.signed_out_here")),
        SignedOutReason::Expired => Some(key!("sign_in.expired")),
        SignedOutReason::Idle => Some(key!("sign_in.idle")),
        SignedOutReason::Interrupted => Some(key!("sign_in.interrupted")),
    }
}

/// Where the sign-in goes on while a popup is open, which may have got lost behind other windows.
pub fn popup_notice(auth: AuthContext) -> AnyView {
    recreate(move || {
        let pending = auth.pending_sign_in().get()?;
        if pending.mode != Mode::Popup {
            return None;
        }
        let label = auth.provider_label(&pending.provider)?;
        let notice = view! {
            <div class="vestibule-notice" part="window">
                <p>{auth.text_about(key!("popup.continue"), &label)}</p>
                <div class="vestibule-window">
                    <button
                        type="button"
                        class="vestibule-link"
                        on:click=move |_| auth.client().show_popup()
                    >
                        {auth.text(key!("popup.show"))}
                    </button>
                    <button
                        type="button"
                        class="vestibule-link"
                        on:click=move |_| auth.cancel_sign_in()
                    >
                        {auth.text(key!("popup.cancel"))}
                    </button>
                </div>
            </div>
        };
        Some(notice.into_any())
    })
}
