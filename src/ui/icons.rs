//! Icons: the vendors' logos, unaltered as their brand guidelines require, and symbols for everything else.
//!
//! Shapes are made by functions because `view!` turns elements without dynamic parts into
//! `template.innerHTML`, which a page with Trusted Types refuses.

use crate::setup::State;
use leptos::prelude::*;

/// Google's logo in its standard colours.
pub fn google() -> AnyView {
    view! {
        <svg viewBox="0 0 48 48">
            {filled(
                "#EA4335",
                "M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z",
            )}
            {filled(
                "#4285F4",
                "M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z",
            )}
            {filled(
                "#FBBC05",
                "M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24c0 3.88.92 7.54 2.56 10.78l7.97-6.19z",
            )}
            {filled(
                "#34A853",
                "M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z",
            )}
        </svg>
    }
    .into_any()
}

/// Microsoft's logo.
pub fn microsoft() -> AnyView {
    view! {
        <svg viewBox="0 0 21 21">
            {filled("#F25022", "M1 1h9v9H1z")} {filled("#7FBA00", "M11 1h9v9h-9z")}
            {filled("#00A4EF", "M1 11h9v9H1z")} {filled("#FFB900", "M11 11h9v9h-9z")}
        </svg>
    }
    .into_any()
}

/// A key, for other OpenID Connect providers.
pub fn key() -> AnyView {
    outline("8", "16", "4.5", "m11.2 12.8 8.3-8.3m-3.5 3.5 3 3", None)
}

/// A lock, for what the page promises.
pub fn lock() -> AnyView {
    drawn(
        path("M4 10.5h16V21H4zM8 10.5V7a4 4 0 0 1 8 0v3.5"),
        Some("true"),
    )
}

/// An exclamation mark in a circle, for errors.
pub fn alert() -> AnyView {
    outline("12", "12", "9.5", "M12 7v6m0 3.5v.01", Some("true"))
}

/// A person whose picture and initials are unknown.
pub fn person() -> AnyView {
    view! {
        <svg viewBox="0 0 24 24" fill="currentColor">
            {circle("12", "8.5", "4")}
            {path("M4 20.5a8 6.5 0 0 1 16 0z")}
        </svg>
    }
    .into_any()
}

/// The result of a check on the set-up page; `None` while it's running.
pub fn state(state: Option<State>) -> AnyView {
    let lines = match state {
        Some(State::Passed) => "m7.5 12.5 3 3 6-6.5",
        Some(State::Failed) => "m8.5 8.5 7 7m0-7-7 7",
        Some(State::NotTestable | State::Skipped) => "M8 12h8",
        Some(State::Advice) => "M12 7.5v5.5m0 3v.5",
        None => "M12 8v4l2.5 2",
    };
    outline("12", "12", "9.5", lines, Some("true"))
}

/// A circle and a path, drawn as lines.
fn outline(
    cx: &'static str,
    cy: &'static str,
    r: &'static str,
    lines: &'static str,
    aria_hidden: Option<&'static str>,
) -> AnyView {
    drawn((circle(cx, cy, r), path(lines)).into_any(), aria_hidden)
}

/// A symbol that consists of lines.
fn drawn(shapes: AnyView, aria_hidden: Option<&'static str>) -> AnyView {
    view! {
        <svg
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden=aria_hidden
        >
            {shapes}
        </svg>
    }
    .into_any()
}

fn circle(cx: &'static str, cy: &'static str, r: &'static str) -> AnyView {
    view! { <circle cx=cx cy=cy r=r /> }.into_any()
}

fn path(d: &'static str) -> AnyView {
    view! { <path d=d /> }.into_any()
}

fn filled(fill: &'static str, d: &'static str) -> AnyView {
    view! { <path fill=fill d=d /> }.into_any()
}
