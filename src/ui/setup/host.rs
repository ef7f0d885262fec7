//! The card about the page's host: what passed, and the headers to send.

use super::checks::Checks;
use super::registration::{Clipboard, copyable};
use crate::setup::host::headers::{FILES, cache_control, header_lines};
use crate::ui::texts::setup::setup_texts;
use leptos::prelude::*;

/// A name of a file that never changes, for its headers.
const HASHED: &str = "vestibule-0123456789abcdef.js";

pub fn host_card(checks: Checks, clipboard: Clipboard) -> AnyView {
    let words = setup_texts();
    let headers = move || {
        let deployment = checks.deployment();
        let policy = deployment.policy();
        let of_files = FILES
            .iter()
            .map(|file| ((words.headers_of)(file), header_lines(file, &policy)));
        let caching = [false, true].map(|is_kept| {
            let name = if is_kept { HASHED } else { FILES[0] };
            let line = format!("cache-control: {}", cache_control(name));
            ((words.caching)(is_kept), line)
        });
        let all = of_files.chain(caching);
        all.map(|(term, lines)| copyable(term, lines, clipboard))
            .collect_view()
    };
    view! {
        <section class="vestibule-card">
            <h2>{words.host}</h2>
            <p class="vestibule-lead">
                <bdi>{move || checks.deployment().page}</bdi>
            </p>
            {move || checks.of_host()}
            <details class="vestibule-details">
                <summary>{words.headers}</summary>
                <p>{words.headers_lead}</p>
                <dl class="vestibule-fields">{headers}</dl>
            </details>
        </section>
    }
    .into_any()
}
