//! `index.html` between trunk and `dist/`.

/// Takes out what only trunk understands and leaves in: the link that keeps it from compiling Rust, and
/// an attribute.
pub(super) fn without_trunk_links(page: &str) -> String {
    let mut parts = page.split("<link data-trunk");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // An attribute of ours never holds a bracket.
        rest.push_str(part.split_once('>').map_or("", |(_, after)| after));
    }
    rest.replace(" data-integrity=\"none\"", "")
}

/// Leaves out comments, indentation and empty lines. The page has no text in which they count.
pub(super) fn minified(page: &str) -> String {
    let mut parts = page.split("<!--");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once("-->").map_or("", |(_, after)| after));
    }
    let lines = rest.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_no_link_that_only_trunk_understands() {
        let page =
            "<head><link data-trunk rel=\"rust\" data-trunk-skip />\n<link rel=\"icon\"></head>";
        assert_eq!(
            without_trunk_links(page),
            "<head>\n<link rel=\"icon\"></head>"
        );
    }

    #[test]
    fn leaves_out_comments_and_indentation_but_no_words() {
        let page = "<p>\n  <!-- why -->\n  One moment…\n\n  <b>please</b></p><!-- end -->\n";
        assert_eq!(minified(page), "<p>\nOne moment…\n<b>please</b></p>");
    }
}
