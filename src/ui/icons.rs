//! Pictures: the vendors' own marks, unaltered as their rules ask, and signs for everybody else.

use super::node::{Element, element, nodes};
use crate::setup::State;

/// Google's mark in its standard colours.
pub fn google() -> Element {
    element(
        "svg",
        &[("viewBox", "0 0 48 48")],
        nodes![
            element(
                "path",
                &[
                    ("fill", "#EA4335"),
                    (
                        "d",
                        "M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z"
                    ),
                ],
                vec![],
            ),
            element(
                "path",
                &[
                    ("fill", "#4285F4"),
                    (
                        "d",
                        "M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z"
                    ),
                ],
                vec![],
            ),
            element(
                "path",
                &[
                    ("fill", "#FBBC05"),
                    (
                        "d",
                        "M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24c0 3.88.92 7.54 2.56 10.78l7.97-6.19z"
                    ),
                ],
                vec![],
            ),
            element(
                "path",
                &[
                    ("fill", "#34A853"),
                    (
                        "d",
                        "M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z"
                    ),
                ],
                vec![],
            ),
        ],
    )
}

/// Microsoft's mark.
pub fn microsoft() -> Element {
    element(
        "svg",
        &[("viewBox", "0 0 21 21")],
        nodes![
            element("path", &[("fill", "#F25022"), ("d", "M1 1h9v9H1z")], vec![]),
            element(
                "path",
                &[("fill", "#7FBA00"), ("d", "M11 1h9v9h-9z")],
                vec![]
            ),
            element(
                "path",
                &[("fill", "#00A4EF"), ("d", "M1 11h9v9H1z")],
                vec![]
            ),
            element(
                "path",
                &[("fill", "#FFB900"), ("d", "M11 11h9v9h-9z")],
                vec![]
            ),
        ],
    )
}

/// Any OpenID Connect provider.
pub fn key() -> Element {
    element(
        "svg",
        LINES,
        nodes![
            element("circle", &[("cx", "8"), ("cy", "16"), ("r", "4.5")], vec![]),
            element("path", &[("d", "m11.2 12.8 8.3-8.3m-3.5 3.5 3 3")], vec![]),
        ],
    )
}

/// A person of whom neither picture nor letters are known.
pub fn person() -> Element {
    element(
        "svg",
        &[("viewBox", "0 0 24 24"), ("fill", "currentColor")],
        nodes![
            element("circle", &[("cx", "12"), ("cy", "8.5"), ("r", "4")], vec![]),
            element("path", &[("d", "M4 20.5a8 6.5 0 0 1 16 0z")], vec![]),
        ],
    )
}

/// How a check of the set-up ended; `None`: it has not.
pub fn state(state: Option<State>) -> Element {
    let lines = match state {
        Some(State::Passed) => "m7.5 12.5 3 3 6-6.5",
        Some(State::Failed) => "m8.5 8.5 7 7m0-7-7 7",
        Some(State::NotTestable) => "M8 12h8",
        None => "M12 8v4l2.5 2",
    };
    element(
        "svg",
        LINES,
        nodes![
            element(
                "circle",
                &[("cx", "12"), ("cy", "12"), ("r", "9.5")],
                vec![]
            ),
            element("path", &[], vec![]).with("d", lines),
        ],
    )
    .with("aria-hidden", "true")
}

/// A drawing of lines.
const LINES: &[(&str, &str)] = &[
    ("viewBox", "0 0 24 24"),
    ("fill", "none"),
    ("stroke", "currentColor"),
    ("stroke-width", "2"),
    ("stroke-linecap", "round"),
    ("stroke-linejoin", "round"),
];
