//! JSON as it arrives from outside, read strictly: a member that stands twice in an object is an
//! error, not a choice. What the members mean is decided by the modules that read them.
//!
//! The reader is our own because of the page's weight: serde_json and the arithmetic of its floating
//! point numbers weigh more than a tenth of everything else. Here a number that is no integer stays
//! the text that it was written in.

use std::fmt;

/// A JSON value whose objects have each member once.
///
/// Two readers that differ on which of two equal members counts can be played off against each
/// other, so none is accepted (RFC 8725 §2.4, RFC 7519 §4).
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number, as it was written.
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(Object),
}

/// The members of an object, in the order in which they were written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(Vec<(String, Json)>);

/// Why a text is not acceptable JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1.
    pub column: usize,
    /// What is wrong there. It never quotes values of the text.
    pub problem: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (line {}, column {})",
            self.problem, self.line, self.column
        )
    }
}

impl Json {
    /// Reads a whole text. Nesting is limited to 128 levels; a byte order mark and anything that is
    /// not UTF-8 are errors.
    pub fn parse(text: &[u8]) -> Result<Json, JsonError> {
        let (text, is_utf8) = match str::from_utf8(text) {
            Ok(text) => (text, true),
            Err(error) => {
                let valid = text.get(..error.valid_up_to()).unwrap_or_default();
                (str::from_utf8(valid).unwrap_or_default(), false)
            }
        };
        let mut reader = Reader { text, at: 0 };
        if !is_utf8 {
            reader.at = text.len();
            return Err(reader.error("a character is not UTF-8"));
        }
        reader.document().map_err(|problem| reader.error(problem))
    }

    /// Reads a text that must be an object.
    pub fn parse_object(text: &[u8]) -> Result<Object, JsonError> {
        match Json::parse(text)? {
            Json::Object(object) => Ok(object),
            other => Err(JsonError {
                line: 1,
                column: 1,
                problem: format!("expected an object, found {}", other.kind()),
            }),
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The kind of value, in words for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Integer(_) | Json::Number(_) => "a number",
            Json::String(_) => "a text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// The whole seconds of a time, which some write with a fraction or an exponent. `None` for what
    /// is no number, does not fit 64 bits or has an exponent below zero.
    pub fn as_seconds(&self) -> Option<i64> {
        match self {
            Json::Integer(seconds) => Some(*seconds),
            Json::Number(written) => {
                let (number, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
                let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
                // An i64 has no more digits.
                let places: u8 = exponent.parse().ok().filter(|places| *places < 20)?;
                let mut digits = fraction.chars();
                let sign = if whole.starts_with('-') { -1 } else { 1 };
                let mut seconds: i64 = whole.parse().ok()?;
                for _ in 0..places {
                    let digit = i64::from(digits.next().unwrap_or('0').to_digit(10)?);
                    seconds = seconds.checked_mul(10)?.checked_add(sign * digit)?;
                }
                Some(seconds)
            }
            _ => None,
        }
    }

    /// Human-readable text with indentation.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        write(self, Some(0), &mut text);
        text
    }

    /// The same in one line.
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        write(self, None, &mut line);
        line
    }
}

impl Object {
    /// The member's value; `null` counts as absent, as providers send both for "nothing".
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .filter(|value| **value != Json::Null)
    }

    /// The member when it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As [`Json::to_line`].
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        write_list("{}", self.0.iter(), write_member, None, &mut line);
        line
    }

    /// Sets a member, replacing the one of that name.
    pub fn insert(&mut self, name: impl Into<String>, value: Json) {
        let name = name.into();
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
}

impl FromIterator<(String, Json)> for Object {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(members: I) -> Self {
        let mut object = Object::default();
        for (name, value) in members {
            object.insert(name, value);
        }
        object
    }
}

/// More levels than any honest document has; each takes of the stack.
const NESTING_LIMIT: usize = 128;

const ENDS_EARLY: &str = "it ends too early";

/// A place in a text. Everything reads from there and moves it on; on an error it stays near what is
/// wrong.
struct Reader<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
}

/// The grammar of RFC 8259, one function for each of its rules.
impl Reader<'_> {
    fn document(&mut self) -> Result<Json, &'static str> {
        let value = self.value(0)?;
        self.skip_blanks();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err("something stands after the end"),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, &'static str> {
        self.skip_blanks();
        match self.peek() {
            None => Err(ENDS_EARLY),
            Some(b'{' | b'[') if depth == NESTING_LIMIT => Err("it is nested too deeply"),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) if self.takes("null") => Ok(Json::Null),
            Some(_) if self.takes("true") => Ok(Json::Bool(true)),
            Some(_) if self.takes("false") => Ok(Json::Bool(false)),
            Some(_) => Err("expected a value"),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, &'static str> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while self.has_more(b'}', members.is_empty())? {
            if self.peek() != Some(b'"') {
                return Err("expected a name in quotation marks");
            }
            let name = self.string()?;
            if members.iter().any(|(known, _)| *known == name) {
                return Err("a member stands twice in an object");
            }
            self.skip_blanks();
            if !self.takes(":") {
                return Err("expected a colon");
            }
            members.push((name, self.value(depth)?));
        }
        Ok(Json::Object(Object(members)))
    }

    fn array(&mut self, depth: usize) -> Result<Json, &'static str> {
        let mut items = Vec::new();
        while self.has_more(b']', items.is_empty())? {
            items.push(self.value(depth)?);
        }
        Ok(Json::Array(items))
    }

    /// Whether another item of an object or array follows; moves to it, or past the end.
    fn has_more(&mut self, end: u8, is_first: bool) -> Result<bool, &'static str> {
        if is_first {
            // The bracket that opens it.
            self.at += 1;
        }
        self.skip_blanks();
        let next = self.peek().ok_or(ENDS_EARLY)?;
        if next == end {
            self.at += 1;
            return Ok(false);
        }
        if is_first {
            return Ok(true);
        }
        if !self.takes(",") {
            return Err("expected a comma or the closing bracket");
        }
        self.skip_blanks();
        match self.peek() {
            Some(next) if next == end => Err("a comma stands before the closing bracket"),
            _ => Ok(true),
        }
    }

    fn string(&mut self) -> Result<String, &'static str> {
        // The opening quotation mark.
        self.at += 1;
        let mut string = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.find(|c| matches!(c, '"' | '\\' | '\0'..='\x1f'));
            let plain = &rest[..plain.ok_or(ENDS_EARLY)?];
            string.push_str(plain);
            self.at += plain.len();
            if self.takes("\"") {
                return Ok(string);
            }
            if !self.takes("\\") {
                return Err("a control character stands in a text");
            }
            string.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, &'static str> {
        let escape = self.peek().ok_or(ENDS_EARLY)?;
        let meant = match escape {
            b'"' | b'\\' | b'/' => escape.into(),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.escaped_unit();
            }
            _ => return Err("a backslash stands before a character that takes none"),
        };
        self.at += 1;
        Ok(meant)
    }

    /// What follows `\u`: four digits, or twice four where a pair of surrogates makes one character.
    fn escaped_unit(&mut self) -> Result<char, &'static str> {
        let first = self.hexadecimal()?;
        let second = match first {
            0xd800..0xdc00 if self.takes("\\u") => Some(self.hexadecimal()?),
            _ => None,
        };
        char::decode_utf16([first].into_iter().chain(second))
            .next()
            .and_then(Result::ok)
            .ok_or("half of a surrogate pair stands alone")
    }

    fn hexadecimal(&mut self) -> Result<u16, &'static str> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().ok_or(ENDS_EARLY)?;
            let digit = char::from(digit).to_digit(16);
            value = value * 16 + digit.ok_or("expected four hexadecimal digits")? as u16;
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Json, &'static str> {
        let start = self.at;
        self.takes("-");
        if !self.takes("0") {
            self.digits()?;
        }
        if self.takes(".") {
            self.digits()?;
        }
        if self.takes("e") || self.takes("E") {
            let _ = self.takes("+") || self.takes("-");
            self.digits()?;
        }
        let written = &self.text[start..self.at];
        Ok(match written.parse() {
            Ok(integer) => Json::Integer(integer),
            Err(_) => Json::Number(written.to_owned()),
        })
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), &'static str> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start {
            Ok(())
        } else {
            Err("expected a digit")
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves past `expected` where that comes next.
    fn takes(&mut self, expected: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let found = rest.starts_with(expected.as_bytes());
        if found {
            self.at += expected.len();
        }
        found
    }

    fn error(&self, problem: &str) -> JsonError {
        let before = &self.text[..self.at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        JsonError {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            problem: problem.to_owned(),
        }
    }
}

/// Writes a value. `indent` is the depth where every item has a line of its own; `None` for one line.
fn write(value: &Json, indent: Option<usize>, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Integer(integer) => out.push_str(&integer.to_string()),
        Json::Number(written) => out.push_str(written),
        Json::String(string) => write_string(string, out),
        Json::Array(items) => write_list("[]", items.iter(), write, indent, out),
        Json::Object(object) => write_list("{}", object.0.iter(), write_member, indent, out),
    }
}

fn write_member((name, value): &(String, Json), indent: Option<usize>, out: &mut String) {
    write_string(name, out);
    out.push_str(if indent.is_some() { ": " } else { ":" });
    write(value, indent, out);
}

fn write_list<'a, T: 'a>(
    brackets: &str,
    items: impl Iterator<Item = &'a T>,
    write_item: fn(&T, Option<usize>, &mut String),
    indent: Option<usize>,
    out: &mut String,
) {
    let new_line = |depth: Option<usize>, out: &mut String| {
        if let Some(depth) = depth {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    let (open, close) = brackets.split_at(1);
    out.push_str(open);
    let inside = indent.map(|depth| depth + 1);
    let mut is_empty = true;
    for item in items {
        if !is_empty {
            out.push(',');
        }
        is_empty = false;
        new_line(inside, out);
        write_item(item, inside, out);
    }
    if !is_empty {
        new_line(indent, out);
    }
    out.push_str(close);
}

fn write_string(string: &str, out: &mut String) {
    out.push('"');
    for c in string.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\0'..='\x1f' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, JsonError> {
        Json::parse(text.as_bytes())
    }

    #[test]
    fn refuses_a_member_that_stands_twice_at_any_depth() {
        for text in [
            r#"{"iss":"good","iss":"evil"}"#,
            r#"{"iss":"evil","iss":"good"}"#,
            r#"{"a":[{"b":1,"b":1}]}"#,
            r#"{"iss":"good","\u0069ss":"evil"}"#,
            r#"{"a":null,"a":1}"#,
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.problem, "a member stands twice in an object");
        }
        assert!(parse(r#"{"a":{"b":1},"c":{"b":1}}"#).is_ok());
    }

    #[test]
    fn refuses_what_is_not_strict_json() {
        for text in [
            "",
            "{",
            "{} {}",
            "{'a':1}",
            "[1,]",
            "\u{feff}{}",
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
    fn refuses_what_is_not_utf_8_and_tells_where() {
        for text in [
            &b"[\n\"\xc3\xa9\xff\"]"[..],
            b"[\n\"\xc3\xa9\xed\xa0\x80\"]",
            b"[\n\"\xc3\xa9\xc0\xaf\"]",
            b"[\n\"\xc3\xa9\xe2\x82",
        ] {
            let error = Json::parse(text).unwrap_err();
            assert_eq!((error.line, error.column), (2, 3));
        }
    }

    #[test]
    fn refuses_what_is_nested_too_deeply() {
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
    fn tells_where_the_mistake_is() {
        for (text, line, column, problem) in [
            ("", 1, 1, ENDS_EARLY),
            (
                "{\n  \"a\": 1,\n}",
                3,
                1,
                "a comma stands before the closing bracket",
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
            ("{} {}", 1, 4, "something stands after the end"),
            ("\u{feff}{}", 1, 1, "expected a value"),
            (
                "[\"a\\é\"]",
                1,
                5,
                "a backslash stands before a character that takes none",
            ),
        ] {
            let error = parse(text).unwrap_err();
            let expected = JsonError {
                line,
                column,
                problem: problem.to_owned(),
            };
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
}
