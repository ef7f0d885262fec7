//! The page without a usable configuration, with details for the administrator.

use super::copy_details::copy_details;
use super::texts::{ConfigTexts, config_texts};
use super::view::definition;
use crate::config::ConfigError;
use crate::language::{Texts, key};
use crate::platform::Platform;
use crate::platform::browser::BrowserPlatform;
use leptos::prelude::*;

/// Everything that's wrong with `vestibule.json`, and how to fix it.
#[component]
pub fn ConfigProblem(
    /// Why there is no configuration.
    problem: ConfigError,
    /// Reads the configuration again. Loading the page again would lose a provider's response that it was opened
    /// with.
    #[prop(optional, into)]
    on_retry: Option<UnsyncCallback<()>>,
    /// What everybody reads. Default: English.
    #[prop(optional)]
    texts: Option<Texts>,
) -> impl IntoView {
    let words = config_texts();
    let is_temporary = matches!(problem, ConfigError::Unreachable | ConfigError::Timeout);
    let is_overloaded =
        matches!(problem, ConfigError::Status(status) if status == 429 || status >= 500);
    let on_retry = on_retry.filter(|_| is_temporary || is_overloaded);
    let [title, lead] = if is_temporary {
        [
            key!("start.unavailable.title"),
            match on_retry {
                Some(_) => key!("error.discovery-unreachable.advice"),
                None => key!("start.unavailable.advice"),
            },
        ]
    } else {
        [
            key!("error.config-invalid.title"),
            key!("error.config-invalid.advice"),
        ]
    };
    let texts = texts.unwrap_or_else(|| Texts::english(None));
    let language = texts.language();
    let title = texts.get(title);
    document().set_title(&title);

    let copied = [
        concat!("Vestibule ", env!("CARGO_PKG_VERSION")),
        &BrowserPlatform.page_url(),
        &BrowserPlatform.user_agent(),
        &problem.to_string(),
    ]
    .join("\n");
    let text = (words.of)(&problem);
    let example = text
        .example
        .map(|example| view! { <pre class="vestibule-example">{example}</pre> }.into_any());
    view! {
        <section
            class="vestibule-card vestibule-problem"
            lang=language.tag
            dir=language.direction()
        >
            <h1>{title}</h1>
            <p class="vestibule-lead">{texts.get(lead)}</p>
            <div class="vestibule-alert" role="alert" lang="en" dir="ltr">
                <h2>{words.administrator}</h2>
                <p>{text.problem}</p>
                <dl class="vestibule-places">{issues(words, problem)}</dl>
                <p>{text.next}</p>
                {example}
                {copy_details(move || copied.clone(), |key| Texts::english(None).get(key))}
            </div>
            <button
                type="button"
                class="vestibule-button vestibule-primary"
                on:click=move |_| match on_retry {
                    Some(retry) => retry.run(()),
                    None => _ = location().reload(),
                }
            >
                {texts.get(if on_retry.is_some() {
                    key!("error.try_again")
                } else {
                    key!("start.reload")
                })}
            </button>
        </section>
    }
    .into_any()
}

/// Each mistake with its place in the file, or the server's answer.
fn issues(words: &ConfigTexts, problem: ConfigError) -> Vec<AnyView> {
    match problem {
        ConfigError::Status(status) => vec![definition(words.status, status.to_string())],
        ConfigError::Malformed(error) => {
            let place = (words.position)(error.line(), error.column());
            vec![definition(&place, error.problem().to_owned())]
        }
        ConfigError::Invalid(mistakes) => mistakes
            .into_iter()
            .map(|mistake| {
                let path = match mistake.path.as_str() {
                    "" => words.whole_file,
                    path => path,
                };
                definition(path, mistake.problem + " " + &mistake.remedy)
            })
            .collect(),
        _ => Vec::new(),
    }
}
