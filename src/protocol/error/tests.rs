use super::*;

#[test]
fn codes_are_unique_and_kebab_case() {
    let mut codes: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    for code in &codes {
        assert!(
            code.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
            "{code}"
        );
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), ErrorCode::ALL.len());
}

#[test]
fn every_code_is_documented_as_it_is() {
    let table = include_str!("../../../docs/errors.md");
    for code in ErrorCode::ALL {
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", code.as_str())));
        let row = row.unwrap_or_else(|| panic!("docs/errors.md lacks {}", code.as_str()));
        let columns: Vec<&str> = row.split(" | ").collect();
        let who = format!("the {}", format!("{:?}", code.responsible()).to_lowercase());
        let again = if code.retryable() { "yes" } else { "no" };
        assert_eq!(columns[2..4], [who.as_str(), again], "{row}");
    }
    let rows = table.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(
        rows,
        ErrorCode::ALL.len(),
        "a code that is gone is still documented"
    );
}

#[test]
fn redacts_what_was_sent_wherever_it_is_quoted() {
    let error = Error::new(ErrorCode::TokenRejected, Phase::Token);
    assert_eq!(error.clone().redact(&["s3cret"]), error);
    let quoting = error.details("s3cret is not c0de, nor s3cret");
    let struck = quoting.redact(&["s3cret", "", "c0de"]);
    assert_eq!(struck.details.as_deref(), Some("… is not …, nor …"));
}

#[test]
fn details_are_one_bounded_line_that_cannot_reorder_the_page() {
    let hostile = format!("AADSTS50011\r\nTrace\u{202e}\u{0}{}", "x".repeat(5000));
    let error = Error::new(ErrorCode::TokenRejected, Phase::Token).details(hostile);
    let details = error.details.unwrap();
    assert!(details.starts_with("AADSTS50011  Tracexxx"), "{details}");
    assert_eq!(details.chars().count(), 601);
    assert!(details.ends_with('…'));
}
