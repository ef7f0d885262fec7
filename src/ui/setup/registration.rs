//! What to register with a provider, with a button next to each value that copies it.

use crate::config::Addresses;
use crate::platform::browser::BrowserPlatform;
use crate::setup::registration;
use crate::ui::texts::setup::setup_texts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a button shows whether copying worked.
const FEEDBACK: Duration = Duration::from_secs(4);

/// Announces what was copied to people who don't see the button.
#[derive(Clone, Copy)]
pub struct Clipboard(RwSignal<String>);

impl Clipboard {
    pub fn new() -> Clipboard {
        Clipboard(RwSignal::new(String::new()))
    }

    pub fn announcement(self) -> impl IntoView {
        view! {
            <p class="vestibule-visually-hidden" role="status">
                {move || self.0.get()}
            </p>
        }
    }
}

/// The values to register for a provider of this kind.
pub fn registered(
    kind: &'static str,
    addresses: &Addresses,
    clipboard: Clipboard,
) -> impl IntoView + use<> {
    let words = setup_texts();
    let fields: Vec<AnyView> = registration(kind, addresses)
        .into_iter()
        .map(|(field, value)| copyable((words.field)(field, kind), value, clipboard))
        .collect();
    view! {
        <dl class="vestibule-fields">
            <div>
                <dt>{words.application_type}</dt>
                <dd>{(words.type_of)(kind)}</dd>
            </div>
            {fields}
            <div>
                <dt>{words.guide}</dt>
                <dd>{(words.document)(kind)}</dd>
            </div>
        </dl>
    }
}

/// A value, with a button that copies it.
pub fn copyable(term: &'static str, value: String, clipboard: Clipboard) -> AnyView {
    let words = setup_texts();
    let label = RwSignal::new(words.copy);
    let text = value.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let outcome = if BrowserPlatform.copy(&text).await {
                words.copied
            } else {
                words.not_copied
            };
            label.set(outcome);
            clipboard.0.set([outcome, term].join(" "));
            set_timeout(
                move || {
                    // The button may be gone by now.
                    label.try_set(words.copy);
                    clipboard.0.try_set(String::new());
                },
                FEEDBACK,
            );
        });
    };
    view! {
        <div>
            <dt>{term}</dt>
            <dd>
                <code>{value}</code>
                <button type="button" class="vestibule-button vestibule-copy" on:click=copy>
                    {move || label.get()}
                    <span class="vestibule-visually-hidden">" " {term}</span>
                </button>
            </dd>
        </div>
    }
    .into_any()
}
