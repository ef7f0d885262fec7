//! The engine of `vestibule.js` (beside this file): four functions that exchange JSON, over one
//! [`AuthContext`] for each configuration. What JavaScript does better than WebAssembly (events, `fetch`,
//! custom elements) is in the scripts.

mod elements;
mod report;

use elements::Element;
use leptos::prelude::*;
use report::{config_problem, description, failure, report};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use vestibule::json::{Json, Object};
use vestibule::platform::browser::{BrowserPlatform, ConfigSource};
use vestibule::protocol::error::Error;
use vestibule::protocol::url::ReturnTo;
use vestibule::session::sign_out::SignOutOptions;
use vestibule::session::{Abort, Auth, Mode, SignInOptions, SignInOutcome};
use vestibule::ui::AuthContext;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

thread_local! {
    /// Every configuration that was opened, for as long as the page lives. JavaScript names them by
    /// their place here.
    static OPENED: RefCell<Vec<Opened>> = const { RefCell::new(Vec::new()) };
    /// Sign-ins that may be called off, by the number that JavaScript gave them.
    static ABORTS: RefCell<Vec<(i64, Abort)>> = const { RefCell::new(Vec::new()) };
    /// What is shown in elements of the page; `None` once it was taken away.
    static SHOWN: RefCell<Vec<Option<Box<dyn std::any::Any>>>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone)]
struct Opened {
    context: AuthContext,
    tell: js_sys::Function,
}

impl Opened {
    /// Tells JavaScript how things stand.
    fn tell(&self) {
        let text = report(self.context).to_line();
        // It throws nothing; and who is signed in does not depend on it.
        let _ = self.tell.call1(&JsValue::UNDEFINED, &text.into());
    }
}

/// Opens a configuration: its JSON, or its address. From then on `tell` is called with a report whenever
/// something changes.
///
/// # Errors
/// What is wrong with the configuration, as JSON.
#[wasm_bindgen]
pub async fn open(config: String, tell: js_sys::Function) -> Result<String, JsValue> {
    let auth = ConfigSource::from(config)
        .load()
        .await
        .and_then(|config| Auth::new(BrowserPlatform, config))
        .map_err(|problem| JsValue::from(config_problem(&problem).to_line()))?;
    let mut description = description(&auth);

    let opened = Rc::new(OnceCell::new());
    let place = Rc::clone(&opened);
    let root = document().create_element("div");
    let Ok(root) = root.map(|element| element.unchecked_into()) else {
        return Err(JsValue::UNDEFINED);
    };
    // Nothing is shown; the signals need an owner that lives as long as the page.
    leptos::mount::mount_to(root, move || {
        let opened = Opened {
            context: AuthContext::provide(auth),
            tell,
        };
        let watched = opened.clone();
        Effect::new(move |_| watched.tell());
        // Empty until now.
        let _ = place.set(opened);
    })
    .forget();
    let opened = opened.get().cloned().ok_or(JsValue::UNDEFINED)?;
    let handle = OPENED.with_borrow_mut(|all| {
        all.push(opened);
        all.len() - 1
    });
    description.insert("handle", Json::Integer(handle as i64));
    Ok(description.to_line())
}

/// Does one thing with an opened configuration. The promise is of JSON; what it is rejected with is the
/// error, as JSON. What a click has to do at once is done before this returns.
#[wasm_bindgen]
pub fn call(handle: usize, what: &str, argument: &str) -> js_sys::Promise {
    let opened = OPENED.with_borrow(|all| all.get(handle).cloned());
    let argument = Json::parse_object(argument.as_bytes()).unwrap_or_default();
    let what = what.to_owned();
    let begun = match (&opened, what.as_str()) {
        (Some(opened), "login") => Some(login(opened.context, &argument)),
        _ => None,
    };
    future_to_promise(async move {
        let opened = opened.ok_or(JsValue::UNDEFINED)?;
        let answer = match begun {
            Some(end) => end.await.map(signed_in),
            None => act(opened.context, &what, &argument).await,
        };
        // Before the promise is settled, so that whoever waited for it finds things as they are now.
        opened.tell();
        match answer {
            Ok(answer) => Ok(answer.to_line().into()),
            Err(error) => Err(failure(opened.context, &error).to_line().into()),
        }
    })
}

async fn act(context: AuthContext, what: &str, argument: &Object) -> Result<Object, Error> {
    let is = |name: &str| argument.get(name) == Some(&Json::Bool(true));
    match what {
        "token" => {
            let seconds = argument.get("minValidity").and_then(Json::as_seconds);
            let refused = argument.text("refused");
            let token = context
                .access_token(seconds.unwrap_or_default(), refused)
                .await?;
            let mut answer = Object::default();
            answer.insert("token", Json::String(token.secret().clone()));
            if let Some(session) = untrack(|| context.session()) {
                let person = [&*session.issuer, &session.user.subject].join(" ");
                answer.insert("person", Json::String(person));
            }
            return Ok(answer);
        }
        "logout" => {
            let options = SignOutOptions {
                local: is("local"),
                all: is("all"),
            };
            context.sign_out_with(options).await;
        }
        "switch" => {
            let account = argument.text("account").unwrap_or_default();
            context.switch_to(account).await?;
        }
        "revoke" => context.revoke().await,
        "stay" => context.extend_session(),
        "abort" => abort(argument),
        _ => {}
    }
    Ok(Object::default())
}

fn login(
    context: AuthContext,
    argument: &Object,
) -> impl Future<Output = Result<SignInOutcome, Error>> + use<> {
    let mut options = sign_in_options(argument);
    if let Some(ticket) = argument.get("ticket").and_then(Json::as_seconds) {
        let abort = Abort::new();
        options.abort = Some(abort.clone());
        ABORTS.with_borrow_mut(|all| all.push((ticket, abort)));
    }
    context.start_sign_in(argument.text("provider").unwrap_or_default(), options)
}

/// Whether somebody is signed in, or the page is being left.
fn signed_in(end: SignInOutcome) -> Object {
    let mut answer = Object::default();
    let signed_in = matches!(end, SignInOutcome::SignedIn(_));
    answer.insert("signedIn", Json::Bool(signed_in));
    answer
}

fn abort(argument: &Object) {
    let ticket = argument.get("ticket").and_then(Json::as_seconds);
    let found = ABORTS.with_borrow_mut(|all| {
        let place = all.iter().position(|(known, _)| Some(*known) == ticket)?;
        Some(all.swap_remove(place))
    });
    if let Some((_, abort)) = found {
        abort.abort();
    }
}

/// The options of one sign-in, under the names that JavaScript has for them.
fn sign_in_options(argument: &Object) -> SignInOptions {
    let text = |name: &str| argument.text(name).map(str::to_owned);
    let seconds = |name: &str| argument.get(name).and_then(Json::as_seconds);
    SignInOptions {
        mode: argument.text("mode").and_then(Mode::from_name),
        return_to: argument.text("returnTo").and_then(ReturnTo::parse),
        login_hint: text("loginHint"),
        prompt: text("prompt"),
        max_age: seconds("maxAge"),
        acr_values: text("acrValues"),
        claims: text("claims"),
        ui_locales: text("uiLocales"),
        or_redirect: argument.get("orRedirect") == Some(&Json::Bool(true)),
        timeout: seconds("timeout"),
        ..SignInOptions::default()
    }
}

/// Shows the part of the user interface that a custom element stands for, inside of `root`; `options`
/// are JSON. Returns a number to take it away by.
#[wasm_bindgen]
pub fn show(handle: usize, element: &str, root: web_sys::HtmlElement, options: &str) -> usize {
    let opened = OPENED.with_borrow(|all| all.get(handle).cloned());
    let options = Json::parse_object(options.as_bytes()).unwrap_or_default();
    let shown = opened.and_then(|opened| {
        let element = Element::read(element, &options)?;
        let view = leptos::mount::mount_to(root, move || {
            provide_context(opened.context.with_options(sign_in_options(&options)));
            element.view()
        });
        Some(Box::new(view) as Box<dyn std::any::Any>)
    });
    SHOWN.with_borrow_mut(|all| {
        all.push(shown);
        all.len() - 1
    })
}

/// Takes away what [`show`] has shown.
#[wasm_bindgen]
pub fn hide(shown: usize) {
    // Dropped after the list is free again: what is dropped may look at it.
    let _ = SHOWN.with_borrow_mut(|all| all.get_mut(shown).and_then(Option::take));
}
