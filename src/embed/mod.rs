//! The WebAssembly side of `vestibule.js`: five functions that exchange JSON with the scripts in this
//! folder, over one [`AuthContext`] for each configuration. The scripts do what JavaScript does better:
//! events, `fetch` and custom elements. The binary exports the functions; nothing here is for Leptos hosts.

mod elements;
mod request;
pub mod snapshot;

use crate::json;
use crate::platform::browser::{BrowserPlatform, ConfigDocument};
use crate::protocol::error::Error;
use crate::session::{Abort, Auth, SignInOutcome};
use crate::ui::text_source::{self, TextSource};
use crate::ui::{AuthContext, remedy};
use elements::Element;
use leptos::prelude::*;
use request::{
    AbortRequest, ElementOptions, LoginRequest, LogoutRequest, SwitchAccountRequest, TokenRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use snapshot::{Description, ErrorSnapshot, Snapshot};
use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

thread_local! {
    /// The opened configurations, for as long as the page lives. A handle is an index into this list.
    static INSTANCES: RefCell<Vec<Instance>> = const { RefCell::new(Vec::new()) };
    /// The sign-ins that can be aborted, by the id that the script gave them.
    static PENDING_LOGINS: RefCell<Vec<(i64, Abort)>> = const { RefCell::new(Vec::new()) };
    /// The mounted elements; `None` once hidden.
    static MOUNTED: RefCell<Vec<Option<Box<dyn Any>>>> = const { RefCell::new(Vec::new()) };
}

/// An opened configuration.
#[derive(Clone)]
struct Instance {
    context: AuthContext,
    on_snapshot: js_sys::Function,
}

impl Instance {
    fn notify(&self) {
        let snapshot = to_json(&Snapshot::of(self.context));
        // The script's function throws nothing, and the session doesn't depend on it.
        let _ = self
            .on_snapshot
            .call1(&JsValue::UNDEFINED, &snapshot.into());
    }
}

fn instance(handle: usize) -> Option<Instance> {
    INSTANCES.with_borrow(|all| all.get(handle).cloned())
}

/// Opens a configuration, given as JSON or by its URL, and returns its [`Description`] as JSON. From then
/// on, `on_snapshot` is called with a [`Snapshot`] after every change. `find_remedy` is for
/// [`remedy::from_script`], and `load_texts` for [`text_source::from_script`].
///
/// # Errors
/// The [`ConfigDocument`] if the configuration can't be used: the set-up build's `explainConfig` explains
/// why.
pub async fn open(
    config: String,
    on_snapshot: js_sys::Function,
    find_remedy: js_sys::Function,
    load_texts: js_sys::Function,
) -> Result<String, JsValue> {
    let found = ConfigDocument::of_text(config).await;
    let Ok(resolved) = found.resolve_unexplained() else {
        return Err(found.into_js());
    };
    let auth = Auth::new(BrowserPlatform, resolved);

    let texts = TextSource::new(&auth, text_source::from_script(load_texts));

    let created = Rc::new(OnceCell::new());
    let slot = Rc::clone(&created);
    let root = document().create_element("div");
    let Ok(root) = root.map(|element| element.unchecked_into()) else {
        return Err(JsValue::UNDEFINED);
    };
    // This shows nothing, but the signals need an owner that lives as long as the page.
    leptos::mount::mount_to(root, move || {
        let instance = Instance {
            context: AuthContext::new(auth, remedy::from_script(find_remedy), texts),
            on_snapshot,
        };
        let watched = instance.clone();
        Effect::new(move |_| watched.notify());
        // Empty until now.
        let _ = slot.set(instance);
    })
    .forget();
    let instance = created.get().cloned().ok_or(JsValue::UNDEFINED)?;
    let client = instance.context.client();
    let handle = INSTANCES.with_borrow_mut(|all| {
        all.push(instance);
        all.len() - 1
    });
    Ok(to_json(&Description::of(&client, handle)))
}

/// Calls a method of an opened configuration. The promise resolves with JSON and rejects with an
/// [`ErrorSnapshot`] as JSON. What has to happen within the user's click is done before this returns.
pub fn call(handle: usize, method: &str, arguments: &str) -> js_sys::Promise {
    let instance = instance(handle);
    let login = match (&instance, method) {
        (Some(instance), "login") => Some(login(instance.context, from_json(arguments))),
        _ => None,
    };
    let method = method.to_owned();
    let arguments = arguments.to_owned();
    future_to_promise(async move {
        let Instance { context, .. } = *instance.as_ref().ok_or(JsValue::UNDEFINED)?;
        let result = match login {
            Some(login) => login.await.map(|outcome| {
                to_json(&LoginResponse {
                    signed_in: matches!(outcome, SignInOutcome::SignedIn(_)),
                })
            }),
            None => dispatch(context, &method, &arguments).await,
        };
        // Before the promise settles, so that whoever awaits it sees the new state.
        if let Some(instance) = instance {
            instance.notify();
        }
        result
            .map(JsValue::from)
            .map_err(|error| to_json(&ErrorSnapshot::of(context, &error)).into())
    })
}

/// Calls any method but `login`.
async fn dispatch(context: AuthContext, method: &str, arguments: &str) -> Result<String, Error> {
    match method {
        "token" => return token(context, from_json(arguments)).await,
        "logout" => {
            let request: LogoutRequest = from_json(arguments);
            context.sign_out_with(request.into_options()).await;
        }
        "switchAccount" => {
            let request: SwitchAccountRequest = from_json(arguments);
            context.switch_to(&request.account).await?;
        }
        "revoke" => context.revoke().await,
        "extendSession" => context.extend_session(),
        "debug" => context.client().enable_debug(),
        "abort" => abort(&from_json(arguments)),
        _ => {}
    }
    Ok("{}".to_owned())
}

/// The result of `login`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginResponse {
    /// `false` if the browser is leaving the page.
    signed_in: bool,
}

fn login(
    context: AuthContext,
    request: LoginRequest,
) -> impl Future<Output = Result<SignInOutcome, Error>> + use<> {
    let login_id = request.login_id;
    let provider = request.provider.clone().unwrap_or_default();
    let mut options = request.into_options();
    if let Some(login_id) = login_id {
        let abort = Abort::new();
        options.abort = Some(abort.clone());
        PENDING_LOGINS.with_borrow_mut(|all| all.push((login_id, abort)));
    }
    context.start_sign_in(&provider, options)
}

/// Aborts a sign-in, or forgets it if it has ended.
fn abort(request: &AbortRequest) {
    let login = PENDING_LOGINS.with_borrow_mut(|all| {
        let index = all
            .iter()
            .position(|(id, _)| Some(*id) == request.login_id)?;
        Some(all.swap_remove(index))
    });
    if let Some((_, abort)) = login {
        abort.abort();
    }
}

/// The result of `token`.
#[derive(Serialize)]
struct TokenResponse {
    token: String,
    /// The issuer and subject of the token's user.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

async fn token(context: AuthContext, request: TokenRequest) -> Result<String, Error> {
    let min_validity = request.min_validity.unwrap_or_default();
    let rejected = request.rejected.as_deref();
    let token = context.access_token(min_validity, rejected).await?;
    let session = untrack(|| context.session());
    Ok(to_json(&TokenResponse {
        token: token.secret().clone(),
        person: session.map(|session| [&*session.issuer, &session.user.subject].join(" ")),
    }))
}

/// Returns the last steps as JSON: see [`Auth::export_trace`].
pub fn trace(handle: usize) -> String {
    let trace = instance(handle).map(|instance| instance.context.export_trace());
    trace.unwrap_or_default()
}

/// Shows an element's user interface inside `root`. `options` are the element's attributes, as JSON.
/// Returns an id for [`hide`].
pub fn show(handle: usize, element: &str, root: web_sys::HtmlElement, options: &str) -> usize {
    let mounted = instance(handle).and_then(|instance| {
        let element = Element::from_name(element, from_json(options))?;
        let request: LoginRequest = from_json(options);
        let options: ElementOptions = from_json(options);
        let view = leptos::mount::mount_to(root, move || {
            let context = instance.context.with_options(request.into_options());
            provide_context(match options.lang {
                Some(lang) => context.for_lang(lang),
                None => context,
            });
            element.view()
        });
        Some(Box::new(view) as Box<dyn Any>)
    });
    MOUNTED.with_borrow_mut(|all| {
        all.push(mounted);
        all.len() - 1
    })
}

/// Removes what [`show`] has shown.
pub fn hide(id: usize) {
    // Dropped after the borrow ends, because dropping a view may hide another.
    let _ = MOUNTED.with_borrow_mut(|all| all.get_mut(id).and_then(Option::take));
}

/// The scripts always write valid JSON.
fn from_json<T: DeserializeOwned + Default>(text: &str) -> T {
    json::from_str(text).unwrap_or_default()
}

/// Writing fails only for maps whose keys aren't texts, which these types don't have.
fn to_json(value: &impl Serialize) -> String {
    json::to_string(value).unwrap_or_default()
}
