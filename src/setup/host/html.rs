//! What `index.html` says about the page: the files it names, its policy and its configuration.

/// The element whose attributes name the builds.
const START: &str = "vestibule-start";
/// The element that can hold the configuration.
const CONFIG: &str = "vestibule-config";

/// A page, as far as the checks need it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html {
    /// The addresses of scripts, stylesheets and WebAssembly, as they're written.
    pub files: Vec<String>,
    /// Whether this is Vestibule's page.
    pub is_page: bool,
    /// The policies in `<meta http-equiv>`, which browsers apply in addition to the header's.
    pub policies: Vec<String>,
    /// The text of the element with the configuration.
    pub config: Option<String>,
}

impl Html {
    /// Reads a page. What isn't HTML has no tags.
    pub fn read(text: &str) -> Html {
        let mut html = Html::default();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            rest = &rest[start + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (tag, after) = Tag::read(rest);
            rest = after;
            html.add(&tag, rest);
            // What is inside isn't markup.
            if tag.name == "script" {
                rest = rest.find("</script").map_or("", |end| &rest[end..]);
            }
        }
        html
    }

    fn add(&mut self, tag: &Tag, content: &str) {
        let mut add = |address: &str| {
            let file = address.to_owned();
            if !address.is_empty() && !address.starts_with("data:") && !self.files.contains(&file) {
                self.files.push(file);
            }
        };
        match tag.name.as_str() {
            "script" => {
                add(tag.get("src"));
                if tag.get("id") == START {
                    self.is_page = true;
                    for name in [
                        "data-glue",
                        "data-wasm",
                        "data-setup-glue",
                        "data-setup-wasm",
                    ] {
                        add(tag.get(name));
                    }
                }
                if tag.get("id") == CONFIG && tag.get("type") == "application/json" {
                    let text = content
                        .find("</script")
                        .map(|end| content[..end].to_owned());
                    self.config = text;
                }
            }
            "link" if matches!(tag.get("rel"), "stylesheet" | "modulepreload" | "preload") => {
                add(tag.get("href"));
            }
            "meta" => {
                let name = tag.get("http-equiv");
                if name.eq_ignore_ascii_case("content-security-policy") {
                    self.policies.push(tag.get("content").to_owned());
                }
            }
            _ => {}
        }
    }
}

/// An opening tag.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// Reads the tag after its `<`, and returns what follows it.
    fn read(text: &str) -> (Tag, &str) {
        let end = text.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let (name, mut rest) = text.split_at(end.unwrap_or(text.len()));
        let mut tag = Tag {
            name: name.to_ascii_lowercase(),
            attributes: Vec::new(),
        };
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                return (tag, after);
            }
            if rest.is_empty() {
                return (tag, rest);
            }
            // At least one character, so that this ends.
            let is_end = |c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/');
            let mut ends = rest.char_indices().skip(1);
            let end = ends.find_map(|(at, c)| is_end(c).then_some(at));
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
            let (value, after) = match after.trim_start().strip_prefix('=') {
                Some(after) => value(after.trim_start()),
                None => ("", after),
            };
            tag.attributes
                .push((name.to_ascii_lowercase(), decode(value)));
            rest = after;
        }
    }

    /// The attribute's value; empty if it's missing.
    fn get(&self, name: &str) -> &str {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// An attribute's value and what follows it.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            return rest.split_once(quote).unwrap_or((rest, ""));
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>');
    text.split_at(end.unwrap_or(text.len()))
}

/// The characters that addresses and policies can have escaped.
fn decode(value: &str) -> String {
    let value = value.replace("&quot;", "\"").replace("&#39;", "'");
    value.replace("&apos;", "'").replace("&amp;", "&")
}

/// Resolves a reference against a page's address, which has no query
/// ([RFC 3986 §5.2](https://www.rfc-editor.org/rfc/rfc3986#section-5.2)). Without the rare forms that pages of ours
/// don't have.
pub fn resolve(page: &str, reference: &str) -> String {
    let authority = page.find("://").map_or(0, |at| at + 3);
    let origin = page[authority..]
        .find('/')
        .map_or(page, |end| &page[..authority + end]);
    if reference.contains("://") {
        return reference.to_owned();
    }
    if let Some(host) = reference.strip_prefix("//") {
        return [&page[..authority], host].concat();
    }
    if reference.starts_with('/') {
        return [origin, reference].concat();
    }
    let folder = match page[authority..].rfind('/') {
        Some(end) => &page[..=authority + end],
        None => return [page, "/", reference].concat(),
    };
    let mut folder = folder;
    let mut rest = reference;
    loop {
        if let Some(after) = rest.strip_prefix("./") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("../") {
            rest = after;
            let parent = folder[..folder.len() - 1].rfind('/');
            if let Some(end) = parent.filter(|end| *end >= origin.len()) {
                folder = &folder[..=end];
            }
        } else {
            return [folder, rest].concat();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_files_the_policy_and_the_configuration_of_the_page() {
        let html = Html::read(
            r#"<!doctype html><!-- <script src="no.js"></script> -->
            <META HTTP-EQUIV="Content-Security-Policy" content='script-src &#39;self&#39;'>
            <script data-cfasync=false src=boot.js></script>
            <link rel="stylesheet" href="./vestibule-0123.css" /><link rel="icon" href="icon.svg">
            <script type="application/json" id="vestibule-config">{"a":"<script src=x>"}</script>
            <script type="module" src="start.js" id="vestibule-start" data-glue="./a.js"
              data-wasm="./a.wasm" data-setup-glue="./b.js" data-setup-wasm="./b.wasm"></script>"#,
        );
        assert!(html.is_page);
        let files = [
            "boot.js",
            "./vestibule-0123.css",
            "start.js",
            "./a.js",
            "./a.wasm",
            "./b.js",
            "./b.wasm",
        ];
        assert_eq!(html.files, files);
        assert_eq!(html.policies, ["script-src 'self'"]);
        assert_eq!(html.config.as_deref(), Some(r#"{"a":"<script src=x>"}"#));
    }

    #[test]
    fn reads_the_built_page_and_anything_else_without_end() {
        let page = include_str!("../../../index.html");
        assert!(Html::read(page).is_page);
        for text in [
            "", "<", "<a", "<a b", "<a b=", "<a b=\"", "<!--", "<script", "< é=é>",
        ] {
            assert!(!Html::read(text).is_page, "{text}");
        }
    }

    #[test]
    fn resolves_addresses_as_browsers_do() {
        for (page, reference, expected) in [
            (
                "https://a.example/login/",
                "./x.js",
                "https://a.example/login/x.js",
            ),
            ("https://a.example/login", "x.js", "https://a.example/x.js"),
            (
                "https://a.example/login/",
                "/x.js",
                "https://a.example/x.js",
            ),
            (
                "https://a.example/a/b/",
                "../x.js",
                "https://a.example/a/x.js",
            ),
            ("https://a.example/", "../x.js", "https://a.example/x.js"),
            ("https://a.example", "x.js", "https://a.example/x.js"),
            (
                "https://a.example/b",
                "//c.example/x",
                "https://c.example/x",
            ),
            (
                "https://a.example/b",
                "https://c.example/x",
                "https://c.example/x",
            ),
        ] {
            assert_eq!(resolve(page, reference), expected, "{page} {reference}");
        }
    }
}
