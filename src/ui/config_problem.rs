//! A page without a configuration that it can use, in an administrator's words.

use super::texts::{ConfigTexts, texts};
use super::view::set_title;
use crate::config::{ConfigError, Mistake};
use leptos::prelude::*;

/// What is wrong with `vestibule.json`, all of it, and what to do.
#[component]
pub fn ConfigProblem(problem: ConfigError) -> AnyView {
    let words = &texts().config;
    let passing = matches!(problem, ConfigError::Unreachable | ConfigError::Timeout);
    let (title, lead) = if passing {
        (words.not_reached, words.check_connection)
    } else {
        (words.not_set_up, words.tell_them)
    };
    set_title(title);

    let text = (words.of)(&problem);
    let example = text.example.map(|example| {
        view! { <pre class="vestibule-example"><code>{example}</code></pre> }
    });
    view! {
        <section class="vestibule-card vestibule-problem" aria-labelledby="vestibule-heading">
            <h1 id="vestibule-heading">{title}</h1>
            <p class="vestibule-lead">{lead}</p>
            <div class="vestibule-alert" role="alert">
                <h2>{texts().administrator}</h2>
                <p>{text.problem}</p>
                {places(words, problem)}
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
    .into_any()
}

/// Where in the file, or in the server's answer.
fn places(words: &ConfigTexts, problem: ConfigError) -> AnyView {
    let rows = match problem {
        ConfigError::Malformed(error) => vec![place(
            (words.position)(error.line, error.column),
            error.problem,
            String::new(),
        )],
        ConfigError::Invalid(mistakes) => mistakes
            .into_iter()
            .map(|mistake| mistake_row(words, mistake))
            .collect(),
        ConfigError::Status(status) => {
            return view! { <p><code>{(words.status)(status)}</code></p> }.into_any();
        }
        _ => return ().into_any(),
    };
    view! {
        <ul class="vestibule-mistakes" role="list">
            {rows}
        </ul>
    }
    .into_any()
}

fn mistake_row(words: &ConfigTexts, mistake: Mistake) -> AnyView {
    let path = if mistake.path.is_empty() {
        words.whole_file.to_owned()
    } else {
        mistake.path
    };
    place(path, mistake.problem, mistake.remedy)
}

fn place(path: String, problem: String, remedy: String) -> AnyView {
    view! {
        <li>
            <code>
                <bdi>{path}</bdi>
            </code>
            <p>{problem} " " {remedy}</p>
        </li>
    }
    .into_any()
}
