//! A page without a configuration that it can use, in an administrator's words.

use super::node::{Node, element, nodes};
use super::texts::{ConfigTexts, config_texts, texts};
use super::view::{button, entry};
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
        .map(|example| element("pre", &[("class", "vestibule-example")], nodes![example]));
    let alert = nodes![
        element("h2", &[], nodes![texts().administrator]),
        element("p", &[], nodes![text.problem]),
        element("dl", &[("class", "vestibule-places")], places),
        element("p", &[], nodes![text.next]),
        example,
    ];
    let card = nodes![
        element("h1", &[], nodes![title]),
        element("p", &[("class", "vestibule-lead")], nodes![lead]),
        element(
            "div",
            &[("class", "vestibule-alert"), ("role", "alert")],
            alert
        ),
        button("vestibule-button vestibule-primary", nodes![words.reload]).on("click", |_| {
            _ = location().reload();
        }),
    ];
    let attributes = &[("class", "vestibule-card vestibule-problem")];
    Node::from(element("section", attributes, card))
}

/// Where in the file, or in the server's answer, and what is wrong there.
fn places(words: &ConfigTexts, problem: ConfigError) -> Vec<Node> {
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
