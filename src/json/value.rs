//! A JSON value whose shape isn't known beforehand, such as the claims of an ID token.

use std::collections::HashSet;

/// A JSON value. Its objects have each member once.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number, as it was written.
    Number(String),
    /// A string, without escapes.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// The members of an object, in the order in which they were written. No two have the same name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object(Vec<(String, Json)>);

impl Json {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The type of the value, in words for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Integer(_) | Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// The whole seconds of a time, which some providers write with a fraction or an exponent. `None` for
    /// anything that isn't a number, doesn't fit 64 bits or has a negative exponent.
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
}

impl Object {
    /// An object of these members; `None` when two of them have the same name.
    pub(super) fn from_members(members: Vec<(String, Json)>) -> Option<Object> {
        let mut names = HashSet::with_capacity(members.len());
        let is_object = members.iter().all(|(name, _)| names.insert(name.as_str()));
        is_object.then_some(Object(members))
    }

    pub(super) fn members(&self) -> std::slice::Iter<'_, (String, Json)> {
        self.0.iter()
    }

    pub(super) fn into_members(self) -> Vec<(String, Json)> {
        self.0
    }

    /// The member's value. `null` counts as absent: providers send both for "nothing".
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
            .filter(|value| **value != Json::Null)
    }

    /// The member's value, if it is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Json::as_str)
    }

    /// All members, `null` included.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the members that aren't there yet. `null` counts as absent. Takes linear time.
    pub fn merge_missing(&mut self, other: Object) {
        let is_there =
            |(name, value): (&'_ str, &Json)| (*value != Json::Null).then(|| name.to_owned());
        let known: HashSet<String> = self.iter().filter_map(is_there).collect();
        let other = other.0.into_iter();
        let missing: Vec<_> = other.filter(|(name, _)| !known.contains(name)).collect();
        let names: HashSet<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
        self.0.retain(|(name, _)| !names.contains(name.as_str()));
        self.0.extend(missing);
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

/// The nearest floating point number. In a page the browser reads and writes these: the tables for it are
/// there already.
#[cfg(target_arch = "wasm32")]
pub(super) fn to_f64(written: &str) -> f64 {
    js_sys::parse_float(written)
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) fn to_f64(written: &str) -> f64 {
    written.parse().unwrap_or(f64::NAN)
}

/// `null` for what JSON has no number for.
pub(super) fn from_f64(value: f64) -> Json {
    // Whole numbers up to here are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !value.is_finite() {
        Json::Null
    } else if value.trunc() == value && value.abs() < EXACT {
        Json::Integer(value as i64)
    } else {
        Json::Number(write_f64(value))
    }
}

#[cfg(target_arch = "wasm32")]
fn write_f64(value: f64) -> String {
    let number: js_sys::Object = js_sys::Number::from(value).into();
    number.to_string().into()
}

#[cfg(not(target_arch = "wasm32"))]
fn write_f64(value: f64) -> String {
    format!("{value:?}")
}
