//! JSON as it arrives from outside, read strictly: a member that stands twice in an object is an
//! error, not a choice. What the members mean is decided by the modules that read them.

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
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
    /// Any other number; always finite.
    Float(f64),
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
        serde_json::from_slice(text).map_err(|error| JsonError {
            line: error.line(),
            column: error.column(),
            problem: problem_of(&error),
        })
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
            Json::Integer(_) | Json::Float(_) => "a number",
            Json::String(_) => "a text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// Human-readable text with indentation.
    pub fn to_text(&self) -> String {
        // Our own values always serialise: keys are strings and floats are finite.
        serde_json::to_string_pretty(self).unwrap_or_default()
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

/// The parser's message without the position, which is told apart.
fn problem_of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(match i64::try_from(value) {
            Ok(value) => Json::Integer(value),
            Err(_) => Json::Float(value as f64),
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object: Vec<(String, Json)> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom("a member stands twice in an object"));
            }
            object.push((name, members.next_value()?));
        }
        Ok(Json::Object(Object(object)))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Integer(value) => serializer.serialize_i64(*value),
            Json::Float(value) => serializer.serialize_f64(*value),
            Json::String(value) => serializer.serialize_str(value),
            Json::Array(items) => serializer.collect_seq(items),
            Json::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
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
            "1e400",
            "01",
            "\"\\ud800\"",
            "// x\n1",
        ] {
            assert!(parse(text).is_err(), "{text:?} was accepted");
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn tells_where_the_mistake_is() {
        let error = parse("{\n  \"a\": 1,\n}").unwrap_err();
        assert_eq!((error.line, error.column), (3, 1));
        assert!(!error.problem.contains("line"), "{}", error.problem);
    }

    #[test]
    fn a_null_member_counts_as_absent() {
        let object = Json::parse_object(br#"{"a":null,"b":"x"}"#).unwrap();
        assert_eq!(object.get("a"), None);
        assert_eq!(object.text("b"), Some("x"));
    }

    #[test]
    fn writes_what_it_read() {
        let text = r#"{"a":[1,-2,1.5,true,null],"b":{"c":"\u202e"}}"#;
        let value = parse(text).unwrap();
        assert_eq!(parse(&value.to_text()).unwrap(), value);
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            text.replace("\\u202e", "\u{202e}")
        );
    }
}
