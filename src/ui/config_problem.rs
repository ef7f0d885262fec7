//! A page without a configuration that it can use, in an administrator's words.

use super::texts::{ConfigTexts, config_texts, texts};
use super::view::entry;
use crate::config::ConfigError;
use leptos::prelude::*;

/// What is wrong with `vestibule.json`, all of it, and what to do.
#[component]
pub fn ConfigProblem(problem: ConfigError) -> impl IntoView {
    let words = config_texts();
    let passing = matches!(problem, ConfigError::Unreachable | ConfigError::Timeout);
    let (title, lead) = if passing {
        (words.not_reached, words.check_connection)
    } else {
        (words.not_set_up, words.tell_them)
    };
    document().set_title(title);

    let text = (words.of)(&problem);
    let places = places(words, problem);
    let example = text
        .example
        .map(|example| view! { <pre class="vestibule-example">{example}</pre> });
    view! {
        <section class="vestibule-card vestibule-problem">
            <h1>{title}</h1>
            <p class="vestibule-lead">{lead}</p>
            <div class="vestibule-alert" role="alert">
                <h2>{texts().administrator}</h2>
                <p>{text.problem}</p>
                <dl class="vestibule-places">{places}</dl>
                <p>{text.next}</p>
                {example}
            </div>
            <button
                type="button"
                class="vestibule-button vestibule-primary"
                on:click=move |_| _ = location().reload()
            >
                {words.reload}
            </button>
        </section>
    }
}

/// Where in the file, or in the server's answer, and what is wrong there.
fn places(words: &ConfigTexts, problem: ConfigError) -> Vec<AnyView> {
    match problem {
        ConfigError::Status(status) => vec![entry(words.status, status.to_string())],
        ConfigError::Malformed(error) => {
            let place = (words.position)(error.line, error.column);
            vec![entry(&place, error.problem)]
        }
        ConfigError::Invalid(mistakes) => mistakes
            .into_iter()
            .map(|mistake| {
                let path = match mistake.path.as_str() {
                    "" => words.whole_file,
                    path => path,
                };
                entry(path, mistake.problem + " " + &mistake.remedy)
            })
            .collect(),
        _ => Vec::new(),
    }
}
