//! The TypeScript types of `vestibule.json`, made from the tables of settings.

use super::named::ProviderKind;
use super::setting::Setting;
use super::settings::{Brand, ProviderConfig, Settings};
use super::value_type::ValueType;
use crate::language::LANGUAGES;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/embed/config.d.ts");

const HEAD: &str = "\
// The types of vestibule.json. Made from src/config/settings.rs by UPDATE_SCHEMA=1 cargo test config.

/** Words in one text with blanks between them, or in a list. */
export type Words = string | string[];

/** Request parameters by name. */
export type Params = Record<string, string | number | boolean>;

/** Texts by language and by key in texts/en.json. Those about a number have one form for each plural category. */
export type ReplacedTexts = Partial<Record<Language, Record<string, string | Record<string, string>>>>;
";

/// Returns the text of the file.
fn types() -> String {
    let tags: Vec<&str> = LANGUAGES.iter().map(|language| language.tag).collect();
    let mut file = HEAD.to_owned();
    file += &format!(
        "\n/** A language that there are texts in. */\nexport type Language = \"{}\";\n",
        tags.join("\" | \"")
    );
    file += &interface("`vestibule.json`.", "Config", Settings::SETTINGS.iter());
    file += &interface(
        "The product that people sign in to.",
        "BrandConfig",
        Brand::SETTINGS.iter(),
    );
    file += &interface(
        "The settings of every provider.",
        "CommonProviderConfig",
        ProviderConfig::SETTINGS
            .iter()
            .filter(|setting| setting.kinds.is_empty() && setting.name != "kind"),
    );
    let mut names = Vec::new();
    for (kind, name) in KINDS {
        let of_kind = ProviderConfig::SETTINGS
            .iter()
            .filter(|setting| !setting.kinds.is_empty() && setting.applies_to(*kind));
        file += &kind_type(*kind, name, of_kind);
        names.push(*name);
    }
    file += &format!(
        "\n/** One provider. `kind` decides which settings it has. */\nexport type ProviderConfig = {};\n",
        names.join(" | ")
    );
    file
}

const KINDS: &[(ProviderKind, &str)] = &[
    (ProviderKind::Microsoft, "MicrosoftProviderConfig"),
    (ProviderKind::Google, "GoogleProviderConfig"),
    (ProviderKind::Okta, "OktaProviderConfig"),
    (ProviderKind::Oidc, "OidcProviderConfig"),
];

/// The type of a provider of this kind, which may need one of several settings.
fn kind_type(
    kind: ProviderKind,
    name: &str,
    settings: impl Iterator<Item = &'static Setting>,
) -> String {
    let mut text = format!(
        "\n/** A provider of kind `{0}`. */\nexport type {name} = CommonProviderConfig & {{\n  kind: \"{0}\";\n",
        kind.name()
    );
    text += &members(settings);
    text += "}";
    let alternatives: Vec<String> = kind
        .needs_one_of()
        .iter()
        .map(|name| format!("{{ {name}: string }}"))
        .collect();
    if !alternatives.is_empty() {
        text += &format!(" & ({})", alternatives.join(" | "));
    }
    text + ";\n"
}

fn interface(
    description: &str,
    name: &str,

    settings: impl Iterator<Item = &'static Setting>,
) -> String {
    format!(
        "\n/** {description} */\nexport interface {name} {{\n{}}}\n",
        members(settings)
    )
}

fn members(settings: impl Iterator<Item = &'static Setting>) -> String {
    settings.map(member).collect()
}

fn member(setting: &Setting) -> String {
    let optional = if setting.required { "" } else { "?" };
    format!(
        "  /** {} */\n  {}{optional}: {};\n",
        setting.description,
        setting.name,
        type_of(setting.value_type)
    )
}

fn type_of(value_type: ValueType) -> String {
    let name = match value_type {
        ValueType::Text
        | ValueType::Name
        | ValueType::Url
        | ValueType::PageUrl
        | ValueType::Domain
        | ValueType::Color
        | ValueType::Path
        | ValueType::Image
        | ValueType::Link => "string",
        ValueType::OneOf(names) => return format!("\"{}\"", names.join("\" | \"")),
        ValueType::Boolean => "boolean",
        ValueType::Seconds | ValueType::PositiveSeconds => "number",
        ValueType::Words | ValueType::Scope => "Words",
        ValueType::Texts | ValueType::Origins | ValueType::EmailDomains => "string[]",
        ValueType::Params => "Params",
        ValueType::Languages => "Language[]",
        ValueType::ReplacedTexts => "ReplacedTexts",
        ValueType::Object => "object",
        ValueType::Brand => "BrandConfig",
        ValueType::Providers => "ProviderConfig[]",
    };
    name.to_owned()
}

#[test]
fn the_typescript_file_is_up_to_date() {
    let current = types();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(FILE, &current).unwrap();
    }
    let written = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        written == current,
        "src/embed/config.d.ts is out of date: run UPDATE_SCHEMA=1 cargo test config"
    );
}

#[test]
fn every_kind_of_provider_has_a_type() {
    let names: Vec<&str> = KINDS.iter().map(|(kind, _)| kind.name()).collect();
    assert_eq!(names, ProviderKind::NAMES);
}
