use super::read::{ENDS_EARLY, REPEATED};
use super::*;
use serde::{Deserialize, Serialize};

fn parse(text: &str) -> Result<Json, JsonError> {
    Json::parse(text.as_bytes())
}

#[test]
fn rejects_a_repeated_member_at_any_depth() {
    for text in [
        r#"{"iss":"good","iss":"evil"}"#,
        r#"{"iss":"evil","iss":"good"}"#,
        r#"{"a":[{"b":1,"b":1}]}"#,
        r#"{"iss":"good","\u0069ss":"evil"}"#,
        r#"{"a":null,"a":1}"#,
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.problem(), REPEATED);
    }
    assert!(parse(r#"{"a":{"b":1},"c":{"b":1}}"#).is_ok());
}

#[test]
fn ignores_a_byte_order_mark_at_the_start() {
    assert_eq!(parse("\u{feff}{\"a\":1}"), parse("{\"a\":1}"));
}

#[test]
fn rejects_what_is_not_strict_json() {
    for text in [
        "",
        "{",
        "{} {}",
        "{'a':1}",
        "[1,]",
        "\u{feff}\u{feff}{}",
        "{}\u{feff}",
        "NaN",
        "nul",
        "nulll",
        "True",
        "{\"a\" 1}",
        "{\"a\":}",
        "{a:1}",
        "{,}",
        "[,]",
        "[1 2]",
        "[1}",
        "// x\n1",
        "1\u{a0}",
        "\u{b}1",
        "\0",
    ] {
        assert!(parse(text).is_err(), "{text:?} was accepted");
    }
}

#[test]
fn rejects_what_is_not_utf_8_and_locates_it() {
    for text in [
        &b"[\n\"\xc3\xa9\xff\"]"[..],
        b"[\n\"\xc3\xa9\xed\xa0\x80\"]",
        b"[\n\"\xc3\xa9\xc0\xaf\"]",
        b"[\n\"\xc3\xa9\xe2\x82",
    ] {
        let error = Json::parse(text).unwrap_err();
        assert_eq!((error.line(), error.column()), (2, 3));
    }
}

#[test]
fn rejects_what_is_nested_too_deeply() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&nested(NESTING_LIMIT)).is_ok());
    assert!(parse(&nested(NESTING_LIMIT + 1)).is_err());
    assert!(parse(&"[".repeat(100_000)).is_err());
    assert!(parse(&"{\"a\":".repeat(100_000)).is_err());
    // Beside each other they are not nested.
    assert!(parse(&format!("[{}[]]", "[],{},".repeat(1_000))).is_ok());
}

#[test]
fn reads_the_numbers_of_the_grammar_and_no_others() {
    for (text, integer) in [
        ("0", 0),
        ("-0", 0),
        ("-1", -1),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(parse(text), Ok(Json::Integer(integer)), "{text}");
    }
    for text in [
        "9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1.5",
        "1.0",
        "-0.0",
        "1e5",
        "1E+5",
        "0e-0",
        "1.25e400",
    ] {
        let number = parse(text).unwrap();
        assert_eq!(number, Json::Number(text.to_owned()));
        assert_eq!(number.to_line(), text);
    }
    for text in [
        "01",
        "-01",
        "00",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "1e1.5",
        "0x10",
        "1_000",
        "--1",
        "Infinity",
        "-Infinity",
        "1e5e5",
        "1,5",
        "١",
    ] {
        assert!(parse(text).is_err(), "{text:?} was accepted");
    }
}

#[test]
fn a_time_may_have_a_fraction_or_an_exponent() {
    for (text, seconds) in [
        ("1700000000", Some(1_700_000_000)),
        ("1700000000.5", Some(1_700_000_000)),
        ("1700000000.999999999999", Some(1_700_000_000)),
        ("-1.5", Some(-1)),
        ("1.7e9", Some(1_700_000_000)),
        ("17E+8", Some(1_700_000_000)),
        ("1.70000000055e9", Some(1_700_000_000)),
        ("1.5e0", Some(1)),
        ("0e9", Some(0)),
        ("1700000000e-1", None),
        ("1e19", None),
        ("1e300", None),
        ("1e99999999999999999999", None),
        ("9223372036854775808", None),
        ("9223372036854775808.0", None),
        ("\"1700000000\"", None),
        ("null", None),
        ("[1]", None),
    ] {
        assert_eq!(parse(text).unwrap().as_seconds(), seconds, "{text}");
    }
}

#[test]
fn reads_every_escape_and_no_others() {
    for (text, string) in [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\u00E9\u20ac""#, "Aéé€"),
        (r#""\u0000""#, "\0"),
        (r#""\ud83e\udd80\uD83E\uDD80""#, "🦀🦀"),
        (r#""\uffff""#, "\u{ffff}"),
        ("\"\u{7f}é€🦀\u{2028}\"", "\u{7f}é€🦀\u{2028}"),
    ] {
        assert_eq!(parse(text), Ok(Json::String(string.to_owned())), "{text}");
    }
    for text in [
        "\"",
        "\"\\",
        "\"\\\"",
        r#""\a""#,
        r#""\x41""#,
        r#""\'""#,
        r#""\é""#,
        r#""\U0041""#,
        r#""\u""#,
        r#""\u004""#,
        r#""\u00g1""#,
        r#""\u+041""#,
        r#""\ud800""#,
        r#""\ud800\u0041""#,
        r#""\ud800\ud800""#,
        r#""\ud800\n""#,
        r#""\udd80\ud83e""#,
        "\"\n\"",
        "\"\t\"",
        "\"\0\"",
        "\"\u{1f}\"",
    ] {
        assert!(parse(text).is_err(), "{text:?} was accepted");
    }
}

#[test]
fn errors_have_line_and_column() {
    for (text, line, column, problem) in [
        ("", 1, 1, ENDS_EARLY),
        (
            "{\n  \"a\": 1,\n}",
            3,
            1,
            "there is a comma before the closing bracket",
        ),
        ("{\r\n\"a\" 1}", 2, 5, "expected a colon"),
        ("{\"a\": x}", 1, 7, "expected a value"),
        (
            "[\"é🦀\" 1]",
            1,
            7,
            "expected a comma or the closing bracket",
        ),
        ("[1\n\n", 3, 1, ENDS_EARLY),
        ("{} {}", 1, 4, "there is more after the end"),
        ("\u{feff} x", 1, 2, "expected a value"),
        ("[\"a\\é\"]", 1, 5, "a backslash starts no known escape"),
    ] {
        let error = parse(text).unwrap_err();
        let expected = JsonError::new(line, column, problem);
        assert_eq!(error, expected, "{text}");
    }
}

#[test]
fn a_null_member_counts_as_absent() {
    let object = Json::parse_object(br#"{"a":null,"b":"x"}"#).unwrap();
    assert_eq!(object.get("a"), None);
    assert_eq!(object.text("b"), Some("x"));
}

#[test]
fn writes_what_it_read() {
    let text = r#"{"a":[1,-2,1.50,true,null],"b":{"c":"\u202e\"\\\n\u001f"},"d":[],"e":{}}"#;
    let value = parse(text).unwrap();
    assert_eq!(value.to_line(), text.replace("\\u202e", "\u{202e}"));
    assert_eq!(parse(&value.to_text()).unwrap(), value);
    let text = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}";
    assert_eq!(parse(text).unwrap().to_text(), text);
}

#[test]
fn rejects_a_document_with_too_many_members() {
    let members = |count: usize| {
        let members: Vec<String> = (0..count).map(|n| format!("\"{n}\":{{}}")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(parse(&members(MEMBER_LIMIT)).is_ok());
    assert!(parse(&members(MEMBER_LIMIT + 1)).is_err());
    // All objects count together.
    let half = members(MEMBER_LIMIT / 2);
    assert!(parse(&format!("[{half},{half}]")).is_ok());
    assert!(parse(&format!("[{half},{half},{{\"a\":1}}]")).is_err());
    // Items of arrays don't count: the size limits them.
    assert!(parse(&format!("[{}1]", "1,".repeat(MEMBER_LIMIT))).is_ok());
}

#[test]
fn rejects_a_document_that_is_too_large() {
    let text = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
    assert!(parse(&text(SIZE_LIMIT)).is_ok());
    let error = parse(&text(SIZE_LIMIT + 1)).unwrap_err();
    assert_eq!(error.problem(), "it is larger than 1 MiB");
}

/// A record like those that are stored, with a member of each type.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
struct Record {
    name: String,
    count: u32,
    #[serde(default)]
    at: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scope: Vec<String>,
    kind: Variant,
    claims: Object,
    #[serde(default)]
    number: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Variant {
    SignedOut,
    Ended { id: String, at: i64 },
    Pair(i64, bool),
    Named(String),
}

#[test]
fn derived_types_are_read_and_written() {
    for (kind, text) in [
        (Variant::SignedOut, r#""signed-out""#),
        (
            Variant::Ended {
                id: "a".to_owned(),
                at: -3,
            },
            r#"{"ended":{"id":"a","at":-3}}"#,
        ),
        (Variant::Pair(1, true), r#"{"pair":[1,true]}"#),
        (Variant::Named("x".to_owned()), r#"{"named":"x"}"#),
    ] {
        assert_eq!(to_string(&kind).unwrap(), text);
        assert_eq!(from_str::<Variant>(text).unwrap(), kind);
    }
    let text = r#"{"name":"n","count":7,"at":null,"scope":["a","b"],"kind":"signed-out","claims":{"x":[1.50,{"y":null}]},"number":0.5}"#;
    let record: Record = from_str(text).unwrap();
    assert_eq!(record.claims.to_line(), r#"{"x":[1.50,{"y":null}]}"#);
    assert_eq!(record.number, Some(0.5));
    assert_eq!(to_string(&record).unwrap(), text);
}

#[test]
fn derived_types_ignore_unknown_members_and_refuse_wrong_ones() {
    let good = r#"{"name":"n","count":7,"kind":"signed-out","claims":{},"more":[{"x":1.5}]}"#;
    let record: Record = from_str(good).unwrap();
    assert_eq!((record.at, record.scope.len()), (None, 0));
    for (from, to) in [
        (r#""n""#, "null"),
        (r#""n""#, "7"),
        ("7", "-1"),
        ("7", "4294967296"),
        ("7", "7.0"),
        ("7", r#""7""#),
        (r#""signed-out""#, r#""SignedOut""#),
        (r#""signed-out""#, r#"{"signed-out":1}"#),
        (r#""signed-out""#, r#"{"named":"x","pair":[1,true]}"#),
        (r#""signed-out""#, r#"{"pair":[1]}"#),
        ("{}", "[]"),
        (r#""name":"n","#, ""),
        // Rejected although the type ignores the member.
        (r#"{"x":1.5}"#, r#"{"x":1,"x":2}"#),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(from_str::<Record>(&bad).is_err(), "{bad} was accepted");
    }
    assert!(from_str::<Record>("[]").is_err());
    assert!(from_str::<Vec<Record>>(good).is_err());
}

#[test]
fn an_error_names_the_missing_member() {
    let text = r#"{"kind":"signed-out","name":"n","claims":{}}"#;
    let error = from_str::<Record>(text).unwrap_err();
    assert_eq!(error.problem(), "the member \"count\" is missing");
}

#[test]
fn errors_do_not_quote_the_document() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[serde(rename = "a")]
        _a: u8,
    }
    for text in [
        r#"{"a":"s3cret"}"#,
        r#"{"s3cret":1}"#,
        r#"{"a":30350}"#,
        "\"s3cret\"",
        "[\"s3cret\" \"",
    ] {
        let error = from_str::<Strict>(text).unwrap_err().to_string();
        assert!(
            !error.contains("s3cret") && !error.contains("30350"),
            "{error}"
        );
    }
    let error = from_str::<Variant>("\"s3cret\"").unwrap_err().to_string();
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn a_lenient_member_of_another_type_counts_as_absent() {
    #[derive(Debug, Deserialize)]
    struct Answer {
        #[serde(default, deserialize_with = "lenient")]
        text: Option<String>,
        #[serde(default, deserialize_with = "lenient")]
        list: Option<Vec<i64>>,
    }
    for (text, expected) in [
        (r#"{"text":"a","list":[1]}"#, (Some("a"), true)),
        (r#"{"text":7,"list":[1,"2"]}"#, (None, false)),
        (r#"{"text":null,"list":null}"#, (None, false)),
        (r#"{"text":{"text":"a"},"list":{}}"#, (None, false)),
        ("{}", (None, false)),
    ] {
        let answer: Answer = from_str(text).unwrap();
        assert_eq!(
            (answer.text.as_deref(), answer.list.is_some()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_member_may_be_told_from_null() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Header {
        #[serde(default, deserialize_with = "present")]
        crit: bool,
        #[serde(default, deserialize_with = "even_null")]
        exp: Option<Json>,
        kid: Option<Json>,
    }
    let read = |text| from_str::<Header>(text).unwrap();
    let absent = read("{}");
    assert_eq!((absent.crit, absent.exp, absent.kid), (false, None, None));
    let null = read(r#"{"crit":null,"exp":null,"kid":null}"#);
    assert_eq!(
        (null.crit, null.exp, null.kid),
        (true, Some(Json::Null), None)
    );
}

#[test]
fn defaults_are_for_absent_members_only() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(default)]
    struct Options {
        mode: String,
        #[serde(rename = "maxAge")]
        max_age: i64,
        #[serde(skip)]
        seen: bool,
        list: Vec<String>,
    }
    impl Default for Options {
        fn default() -> Self {
            Options {
                mode: "redirect".to_owned(),
                max_age: 7,
                seen: true,
                list: Vec::new(),
            }
        }
    }
    assert_eq!(from_str::<Options>("{}").unwrap(), Options::default());
    let options: Options = from_str(r#"{"list":["a"],"maxAge":8,"seen":false}"#).unwrap();
    assert_eq!(
        (options.max_age, options.seen, options.list.len()),
        (8, true, 1)
    );
    for text in [
        r#"{"mode":null}"#,
        r#"{"maxAge":"8"}"#,
        r#"{"list":[7]}"#,
        r#"{"list":{}}"#,
    ] {
        assert!(from_str::<Options>(text).is_err(), "{text} was accepted");
    }
}

#[test]
fn tagged_untagged_and_flattened_types_are_read() {
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(tag = "type")]
    enum Tagged {
        A { x: i64 },
    }
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(i64),
        Words(Vec<String>),
    }
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Outer {
        #[serde(flatten)]
        tagged: Tagged,
        untagged: Vec<Untagged>,
    }
    let text = r#"{"type":"A","x":1,"untagged":[7,["a"]]}"#;
    let outer: Outer = from_str(text).unwrap();
    assert_eq!(outer.untagged[1], Untagged::Words(vec!["a".to_owned()]));
    assert_eq!(to_string(&outer).unwrap(), text);
}

#[test]
fn a_map_is_written_by_its_keys() {
    let map = std::collections::BTreeMap::from([(1, "a"), (2, "b")]);
    assert_eq!(to_string(&map).unwrap(), r#"{"1":"a","2":"b"}"#);
    let map = std::collections::BTreeMap::from([(vec![1], "a")]);
    assert!(to_string(&map).is_err());
    assert_eq!(to_string(&(1, "a", ())).unwrap(), r#"[1,"a",null]"#);
    assert_eq!(to_string(&[0.1, 2.0, f64::NAN]).unwrap(), "[0.1,2,null]");
}

/// What others read and write in the same way is right here too.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn agrees_with_serde_json() {
    for text in [
        r#"{"$serde_json::private::Number":"1"}"#,
        r#"{"a":[{"b":[[],[{}]]},"c",-7,false],"":"\u0001\u007f/"}"#,
        "  [ 1 , { \"a\" : null } ]\r\n\t",
        "\"\\ud83e\\udd80\"",
    ] {
        let theirs: serde_json::Value = serde_json::from_str(text).unwrap();
        let ours = parse(text).unwrap();
        let back: serde_json::Value = serde_json::from_str(&ours.to_line()).unwrap();
        assert_eq!(back, theirs, "{text}");
    }
}

/// A host may hand our values to any other serde format.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn values_pass_through_other_serde_formats() {
    let text = r#"{"a":[1,-2,1.5,true,null],"b":{"c":"d"},"e":18446744073709551615}"#;
    let theirs: serde_json::Value = serde_json::from_str(text).unwrap();
    let ours: Json = serde_json::from_str(text).unwrap();
    assert_eq!(ours, parse(text).unwrap());
    assert_eq!(to_value(&theirs).unwrap(), ours);
    let ours: Object = serde_json::from_str(r#"{"a":[1,-2,1.5]}"#).unwrap();
    assert_eq!(serde_json::to_string(&ours).unwrap(), r#"{"a":[1,-2,1.5]}"#);
    assert!(serde_json::from_str::<Object>(r#"{"a":1,"a":2}"#).is_err());
    assert!(serde_json::from_str::<Object>("[]").is_err());
}
