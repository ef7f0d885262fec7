//! The set-up page for administrators: what failed, the page's host, what to register with each provider, whether that
//! works from this page, and a trial sign-in.

mod checks;
mod host;
mod registration;
mod report;

use super::accent::{Accents, Rgb};
use super::config_problem::ConfigProblem;
use super::context::{AuthContext, use_auth};
use super::error::AuthError;
use super::guards::session_id;
use super::signed_in::{LogoutButton, claims_list, email_hint, expires_at, missing_email, person};
use super::texts::remedy_texts;
use super::texts::setup::setup_texts;
use super::view::{focus_on_mount, recreate, with_name};
use crate::config::{Addresses, ConfigError, ProviderKind};
use crate::platform::Platform;
use crate::platform::browser::BrowserPlatform;
use crate::provider::Provider;
use crate::session::Session;
use crate::setup::host::Deployment;
use checks::Checks;
use host::host_card;
use leptos::prelude::*;
use registration::{Clipboard, registered};
use std::rc::Rc;

/// The stylesheet that only this page has.
const STYLE: &str = "vestibule-setup.css";
/// The id of the heading of a trial sign-in that worked.
const WORKED: &str = "vestibule-worked";

/// The set-up page of a valid configuration: a card for each provider. Needs an [`AuthContext`].
#[component]
pub fn SetupPage(
    /// The addresses to register.
    addresses: Addresses,
    /// What the page's host has to serve.
    deployment: Deployment,
) -> impl IntoView {
    let auth = use_auth();
    let words = setup_texts();
    document().set_title(words.title);
    let clipboard = Clipboard::new();
    let addresses = Rc::new(addresses);
    let providers = auth.client().providers().to_vec();
    let checks = Checks::new(providers, Rc::clone(&addresses), deployment);
    checks.run();
    let cards: Vec<AnyView> = auth
        .client()
        .providers()
        .iter()
        .map(|provider| card(auth, checks, provider, &addresses, clipboard))
        .collect();
    // By the session's id: renewed tokens must not move the focus.
    let id = session_id(auth);
    let result = recreate(move || {
        id()?;
        Some(trial_result(auth, &*untrack(|| auth.session())?))
    });
    view! {
        <link rel="stylesheet" href=STYLE />
        <div class="vestibule-setup">
            <section class="vestibule-card">
                <h1>{words.title}</h1>
                <p class="vestibule-lead">{words.lead}</p>
                {adjusted_accent(auth)}
                <AuthError />
                {result}
                <p class="vestibule-notice" role="status">
                    {move || checks.summary()}
                </p>
                <button
                    type="button"
                    class="vestibule-button vestibule-secondary"
                    aria-disabled=move || checks.is_running().then_some("true")
                    on:click=move |_| checks.run()
                >
                    {words.check_again}
                </button>
                {move || checks.problems()}
            </section>
            {host_card(checks, clipboard)}
            {cards}
            {clipboard.announcement()}
        </div>
    }
}

/// What the page shows instead of a configured color that's hard to read.
fn adjusted_accent(auth: AuthContext) -> Option<AnyView> {
    let session = auth.client();
    let accent = Rgb::parse(session.brand().accent.as_deref()?)?;
    let Accents { light, dark } = Accents::new(accent);
    if light.color == accent && dark.color == accent {
        return None;
    }
    let text = (setup_texts().accent)(&light.color.css(), &dark.color.css());
    Some(view! { <p class="vestibule-notice">{text}</p> }.into_any())
}

/// The set-up page of a configuration with mistakes: the mistakes, and what to register with each kind of
/// provider.
#[component]
pub fn SetupProblem(
    /// Why there is no configuration.
    problem: ConfigError,
    /// The addresses to register.
    addresses: Addresses,
) -> impl IntoView {
    let words = setup_texts();
    let clipboard = Clipboard::new();
    let deployment = Deployment::unconfigured(&BrowserPlatform.page_url());
    let checks = Checks::new(Vec::new(), Rc::new(addresses.clone()), deployment);
    checks.run();
    let kinds: Vec<AnyView> = ProviderKind::NAMES
        .iter()
        .map(|kind| {
            view! {
                <details class="vestibule-details">
                    <summary>{(words.kind)(kind)}</summary>
                    {registered(kind, &addresses, clipboard)}
                </details>
            }
            .into_any()
        })
        .collect();
    view! {
        <link rel="stylesheet" href=STYLE />
        <div class="vestibule-setup">
            <ConfigProblem problem=problem />
            <section class="vestibule-card">
                <h2>{words.before}</h2>
                {kinds}
            </section>
            <section class="vestibule-card">{move || checks.problems()}</section>
            {host_card(checks, clipboard)}
            {clipboard.announcement()}
        </div>
    }
}

fn card(
    auth: AuthContext,
    checks: Checks,
    provider: &Provider,
    addresses: &Addresses,
    clipboard: Clipboard,
) -> AnyView {
    let words = setup_texts();
    let kind = provider.kind_name();
    let label = provider.label().to_owned();
    let id = provider.id().to_owned();
    let name = (words.kind)(kind);
    let name = (name != label).then(|| view! { <p class="vestibule-lead">{name}</p> });
    let trial = with_name(words.try_it, &label);
    view! {
        <section class="vestibule-card">
            <h2>
                <bdi>{label.clone()}</bdi>
            </h2>
            {name}
            <h3>{words.register}</h3>
            {registered(kind, &addresses.for_provider(&provider.config), clipboard)}
            <h3>{words.checks}</h3>
            {checks.list(provider)}
            <p class="vestibule-lead">{words.trial}</p>
            <button
                type="button"
                class="vestibule-button vestibule-primary"
                aria-disabled=move || auth.is_signing_in().then_some("true")
                on:click=move |_| auth.sign_in(id.clone())
            >
                {trial}
            </button>
        </section>
    }
    .into_any()
}

/// The person who signed in, and every claim about them.
fn trial_result(auth: AuthContext, session: &Session) -> AnyView {
    let words = setup_texts();
    let label = auth.provider_label(&session.provider);
    let label = label.as_deref().unwrap_or(&session.issuer);
    let kind = auth.provider_kind(&session.provider).unwrap_or_default();
    let remedy = missing_email(session).and_then(|error| remedy_texts().about(&error, kind));
    view! {
        <div class="vestibule-result">
            <h2 id=WORKED tabindex="-1" use:focus_on_mount=true>
                {words.worked}
            </h2>
            {person(auth, session, expires_at(auth), label)}
            <h3>{words.claims}</h3>
            {claims_list(&session.claims)}
            {remedy.map(|remedy| email_hint(remedy.to_owned()))}
            <LogoutButton local=true />
        </div>
    }
    .into_any()
}
