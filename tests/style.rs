//! The stylesheet's colors: every pair of text and background can be read in both themes, and browsers without
//! `light-dark()` get the same ones.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

const STYLE: &str = include_str!("../style/vestibule.css");
/// Text and what it's on, with the contrast it needs
/// ([WCAG 2.2, 1.4.3](https://www.w3.org/TR/WCAG22/#contrast-minimum)).
const TEXT: &[(&str, &str)] = &[
    ("text", "page"),
    ("text", "surface"),
    ("text", "soft"),
    ("text", "danger-soft"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "soft"),
    ("muted", "danger-soft"),
    ("accent", "surface"),
    ("accent", "soft"),
    ("accent", "page"),
    ("accent", "danger-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("danger", "surface"),
    ("danger", "danger-soft"),
    ("provider-text", "provider"),
    ("provider-text", "provider-hover"),
];
/// What is no text needs less
/// ([WCAG 2.2, 1.4.11](https://www.w3.org/TR/WCAG22/#non-text-contrast)).
const OTHER: &[(&str, &str)] = &[
    ("provider-line", "surface"),
    ("provider-line", "provider"),
    ("accent", "surface"),
    ("accent", "page"),
];

/// The color that a value ends with: in `var(--vestibule-brand-light, #3346d3)` the fallback.
fn color(value: &str) -> Option<[f64; 3]> {
    let digits = value.rsplit('#').next()?.trim_end_matches(')');
    let digits: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let number = u32::from_str_radix(&digits, 16).ok()?;
    Some([16, 8, 0].map(|shift| f64::from(number >> shift & 0xff) / 255.0))
}

fn luminance(color: [f64; 3]) -> f64 {
    let [r, g, b] = color.map(|channel| {
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// A declaration's name and its values in the light and the dark theme, if it's one of `light-dark()`.
fn light_dark(line: &str) -> Option<(String, [String; 2])> {
    let (name, value) = line.trim().strip_suffix(';')?.split_once(": light-dark(")?;
    let value = value.strip_suffix(')')?;
    let mut depth = 0;
    let at = value.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    })?;
    let [light, dark] = [&value[..at], &value[at + 1..]].map(|part| part.trim().to_owned());
    Some((name.to_owned(), [light, dark]))
}

/// The tokens by name, without `--vestibule-`.
fn tokens() -> BTreeMap<String, [String; 2]> {
    let tokens = STYLE.lines().filter_map(light_dark);
    tokens
        .filter_map(|(name, values)| Some((name.strip_prefix("--vestibule-")?.to_owned(), values)))
        .collect()
}

#[test]
fn every_pair_of_colors_can_be_read_in_both_themes() {
    let tokens = tokens();
    for (pairs, needed) in [(TEXT, 4.5), (OTHER, 3.0)] {
        for (front, back) in pairs {
            for theme in [0, 1] {
                let of = |name: &str| color(&tokens[name][theme]).unwrap();
                let found = contrast(of(front), of(back));
                assert!(found >= needed, "{front} on {back}, {theme}: {found:.2}");
            }
        }
    }
}

#[test]
fn browsers_without_light_dark_get_the_same_colors() {
    let mut compared = 0;
    let mut seen = Vec::new();
    for line in STYLE.lines() {
        let Some((name, [light, dark])) = light_dark(line) else {
            continue;
        };
        let fallback =
            format!("{name}: var(--vestibule-if-light, {light}) var(--vestibule-if-dark, {dark});");
        assert!(STYLE.contains(&fallback), "{fallback}");
        seen.push(name);
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
    for line in STYLE
        .lines()
        .filter(|line| line.contains(": var(--vestibule-if-light"))
    {
        let name = line.trim().split(':').next().unwrap_or_default();
        assert!(seen.iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn vendors_buttons_have_their_vendors_colors() {
    for (kind, colors) in [
        (
            "google",
            [
                "light-dark(#fff, #131314)",
                "light-dark(#747775, #8e918f)",
                "light-dark(#1f1f1f, #e3e3e3)",
            ],
        ),
        (
            "microsoft",
            [
                "light-dark(#fff, #2f2f2f)",
                "light-dark(#8c8c8c, #2f2f2f)",
                "light-dark(#5e5e5e, #fff)",
            ],
        ),
    ] {
        let selector = format!("  .vestibule-provider[data-kind=\"{kind}\"] {{");
        let (_, rule) = STYLE.split_once(&selector).unwrap();
        let rule = rule.split('}').next().unwrap();
        for color in colors {
            assert!(rule.contains(color), "{kind}: {color}");
        }
    }
    // They win over a host's rules and ::part(provider).
    for property in ["border-color", "background-color", "color"] {
        assert!(
            STYLE.lines().any(|line| {
                line.trim()
                    .starts_with(&format!("{property}: var(--vestibule-vendor"))
                    && line.ends_with("!important;")
            }),
            "{property}"
        );
    }
}

#[test]
fn nothing_depends_on_the_direction_of_the_text() {
    for line in STYLE.lines().map(str::trim) {
        for side in ["left", "right"] {
            for property in ["margin", "padding", "border"] {
                assert!(!line.starts_with(&format!("{property}-{side}")), "{line}");
            }
            assert!(!line.starts_with(&format!("{side}:")), "{line}");
            assert!(!line.ends_with(&format!("-align: {side};")), "{line}");
        }
    }
}

const GUIDE: &str = include_str!("../docs/elements.md");

/// Every name in backticks of this part of the guide.
fn documented(start: &str) -> Vec<&'static str> {
    let section = GUIDE.split_once(start).map_or("", |(_, section)| section);
    let section = section.split(". ").next().unwrap_or_default();
    section.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_guide_lists_the_parts_of_the_elements() {
    // Of these files, those that elements show.
    let sources = [
        include_str!("../src/ui/picker.rs"),
        include_str!("../src/ui/accounts.rs"),
        include_str!("../src/ui/error.rs"),
        include_str!("../src/ui/user_button.rs"),
        include_str!("../src/embed/elements.js"),
    ];
    let mut parts: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.split("part").skip(1))
        .filter_map(|rest| {
            let rest = rest.strip_prefix("=\"").or(rest.strip_prefix(" = \""))?;
            rest.split('"').next()
        })
        .collect();
    let mut documented = documented("parts for `::part()`: ");
    for list in [&mut parts, &mut documented] {
        list.sort_unstable();
        list.dedup();
    }
    assert_eq!(documented, parts);
}

#[test]
fn the_guide_lists_properties_that_the_stylesheet_uses() {
    let (_, section) = GUIDE.split_once("| property | purpose |").unwrap();
    let names = section
        .split('`')
        .filter(|name| name.starts_with("--vestibule-"));
    let mut count = 0;
    for name in names {
        assert!(
            STYLE.contains(&format!("  {name}: ")),
            "{name} has no default"
        );
        assert!(STYLE.contains(&format!("var({name})")), "{name} isn't used");
        count += 1;
    }
    assert!(count > 15, "{count}");
}
