//! The guides for administrators in `docs/` are true: their configurations are valid, and they say
//! about errors what the page says.

use super::PAGE;
use crate::config::{Brand, Config, ProviderConfig, ProviderKind, ResolvedConfig, Settings};
use crate::protocol::error::{Error, ErrorCode, Phase};
use crate::provider::Provider;
use crate::ui::texts::remedy_texts;
use crate::ui::texts::setup::setup_texts;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// The kind of provider, and the text of its guide.
fn guides() -> Vec<(&'static str, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |kind: &&'static str| {
        let text = std::fs::read_to_string(root.join((setup_texts().document)(kind)));
        (*kind, text.unwrap())
    };
    ProviderKind::NAMES.iter().map(read).collect()
}

#[test]
fn every_configuration_in_the_guides_is_valid() {
    let mut pages = guides();
    pages.push(("", readme()));
    for (kind, page) in pages {
        let blocks: Vec<&str> = page
            .split("```json\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert!(!blocks.is_empty(), "{kind}");
        for block in blocks {
            let resolved = Config::from_text(block.as_bytes())
                .and_then(|config| {
                    let page = config.redirect_uri.clone();
                    config.resolve(page.as_deref().unwrap_or(PAGE))
                })
                .unwrap_or_else(|error| panic!("{error:?} in\n{block}"));
            let fits = |provider: &Provider| kind.is_empty() || provider.kind_name() == kind;
            assert!(resolved.providers.iter().all(fits), "{kind}:\n{block}");
        }
    }
}

#[test]
fn the_readme_describes_every_setting() {
    let readme = readme();
    let rows: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for setting in Settings::SETTINGS.iter().chain(ProviderConfig::SETTINGS) {
        let name = format!("`{}`", setting.name);
        let is_described = rows.iter().any(|row| row.contains(&name));
        assert!(is_described || setting.name == "$schema", "{name}");
    }
}

#[test]
fn the_guide_about_the_brand_describes_every_setting_and_its_examples_are_valid() {
    let root = env!("CARGO_MANIFEST_DIR");
    let read = |file: &str| std::fs::read_to_string(format!("{root}/{file}")).unwrap();
    let guide = read("docs/brand.md");
    for setting in Brand::SETTINGS {
        let name = format!("`{}`", setting.name);
        let mut rows = guide.lines().filter(|line| line.starts_with("| `"));
        assert!(rows.any(|row| row.contains(&name)), "{name}");
    }
    let block = guide.split("```json\n").nth(1).unwrap();
    let block = block.split("```").next().unwrap().to_owned();
    let examples = ["acme-travel", "northwind", "lumen"]
        .map(|name| read(&format!("examples/brands/{name}/vestibule.json")));
    for text in examples.into_iter().chain([block]) {
        let resolved = ResolvedConfig::from_text(text.as_bytes(), PAGE);
        assert!(resolved.is_ok(), "{text}: {:?}", resolved.err());
    }
}

#[test]
fn what_the_guides_say_of_an_error_is_what_the_page_says() {
    for (kind, page) in guides() {
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        let mut compared = 0;
        for row in rows {
            let columns: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [seen, remedy] = columns.as_slice() else {
                continue;
            };
            for words in seen.split('`').skip(1).step_by(2) {
                assert_eq!(shown_remedy(kind, words), Some(*remedy), "{kind}: {words}");
                compared += 1;
            }
        }
        assert!(compared > 0, "{kind} explains no error");
    }
}

/// The remedy that the page shows for one of our codes or for the vendor's words.
fn shown_remedy(kind: &str, words: &str) -> Option<&'static str> {
    let remedies = remedy_texts();
    if let Some(code) = ErrorCode::ALL.iter().find(|code| code.as_str() == words) {
        return (remedies.code)(*code, kind);
    }
    let settings = match kind {
        "microsoft" | "google" => format!(r#""kind":"{kind}""#),
        _ => format!(r#""kind":"{kind}","issuer":"https://id.example.com""#),
    };
    let said = Error::new(ErrorCode::TokenRejected, Phase::Token).details(words);
    let explained = super::provider(&settings).explain(said);
    (remedies.cause)(explained.cause?, kind)
}
