//! Where the remedies for administrators come from: from this build, or from the set-up build once somebody
//! opens the details of an error. The sentences are in [`texts`](super::texts).

use super::context::AuthContext;
use super::texts::remedy_texts;
use crate::json;
use crate::protocol::error::Error;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::ready;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Finds what an administrator can do about an error at a provider of this kind.
pub type FindRemedy = Rc<dyn Fn(&Error, &str) -> RemedyFuture>;

type RemedyFuture = Pin<Box<dyn Future<Output = Option<String>>>>;

/// Finds remedies in this build. Only a build that calls this contains their texts.
pub(super) fn from_this_build() -> FindRemedy {
    Rc::new(|error, kind| {
        let remedy = remedy_texts().about(error, kind);
        Box::pin(ready(remedy.map(str::to_owned)))
    })
}

/// Finds remedies through a script's function, which calls `remedy` of the set-up build. It gets the error as
/// JSON and the provider's kind, and returns a promise. If it rejects, there is no remedy.
pub fn from_script(find: js_sys::Function) -> FindRemedy {
    Rc::new(move |error, kind| {
        let promise = json::to_string(error).ok().and_then(|error| {
            find.call2(&JsValue::UNDEFINED, &error.into(), &kind.into())
                .ok()
        });
        Box::pin(async move {
            let remedy = JsFuture::from(js_sys::Promise::resolve(&promise?)).await;
            remedy.ok()?.as_string()
        })
    })
}

/// A handler for the `toggle` event of the `<details>` about an error, and the remedy, which is looked up when
/// they are opened.
pub(super) fn remedy_on_toggle(
    auth: AuthContext,
    error: Option<Error>,
    kind: &'static str,
) -> (impl Fn(Event) + 'static, ReadSignal<Option<String>>) {
    let (remedy, set_remedy) = signal(None);
    let on_toggle = move |event: Event| {
        let is_open = event_target::<web_sys::Element>(&event).has_attribute("open");
        let is_known = remedy.with_untracked(Option::is_some);
        if let Some(error) = &error
            && is_open
            && !is_known
        {
            let found = auth.find_remedy(error, kind);
            spawn_local(async move { set_remedy.set(found.await) });
        }
    };
    (on_toggle, remedy)
}
