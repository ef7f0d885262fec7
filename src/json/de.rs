//! serde's `Deserializer` over a [`Json`] value, and `Deserialize` for the value itself.

use super::{Json, JsonError, Object};
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use std::fmt;

/// Methods that do the same as another.
macro_rules! forward {
    ($($to:ident: [$($method:ident)+])+) => {
        $($(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            self.$to(visitor)
        })+)+
    };
}

/// For `#[serde(default, deserialize_with = "lenient")]`: a member of another type counts as absent.
///
/// # Errors
/// Only where the deserializer can't produce a value at all.
pub fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: de::DeserializeOwned,
{
    Ok(T::deserialize(Json::deserialize(deserializer)?).ok())
}

/// For `#[serde(default, deserialize_with = "present")]`: whether the member is there, even as `null`.
///
/// # Errors
/// Only where the deserializer can't produce a value at all.
pub fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    de::IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// For `#[serde(default, deserialize_with = "even_null")]`: the member's value, `null` included, which an
/// `Option` otherwise takes for an absent member.
///
/// # Errors
/// Only where the deserializer can't produce a value at all.
pub fn even_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// serde's own messages quote the values that they are about. These don't: a document may hold tokens.
impl de::Error for JsonError {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        JsonError::of_value(problem.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        JsonError::of_value(format!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        JsonError::of_value(format!("expected {expected}"))
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        JsonError::of_value(MISSING)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        JsonError::of_value("a value isn't one of those that are allowed")
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        JsonError::of_value("a member isn't one of those that are allowed")
    }

    fn missing_field(name: &'static str) -> Self {
        JsonError::of_value(["the member \"", name, "\" is missing"].concat())
    }
}

fn expected(what: &str, found: &Json) -> JsonError {
    JsonError::of_value(["expected ", what, ", found ", found.kind()].concat())
}

/// Each method accepts its own type and no other: what a derived type doesn't need isn't linked.
impl<'de> Deserializer<'de> for Json {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Integer(value) => visitor.visit_i64(value),
            // This is how `Json` distinguishes it from a string. No other type takes a number's text.
            Json::Number(written) => visitor.visit_newtype_struct(string(written)),
            Json::String(text) => visitor.visit_string(text),
            Json::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Json::Object(object) => visitor.visit_map(Members::new(object)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Bool(value) => visitor.visit_bool(value),
            other => Err(expected("true or false", &other)),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Integer(value) => visitor.visit_i64(value),
            other => Err(expected("a whole number", &other)),
        }
    }

    forward! {
        deserialize_i64: [deserialize_i8 deserialize_i16 deserialize_i32]
        deserialize_i64: [deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64]
        deserialize_f64: [deserialize_f32]
        deserialize_string: [deserialize_char deserialize_str deserialize_identifier]
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Integer(value) => visitor.visit_i64(value),
            Json::Number(written) => visitor.visit_f64(super::value::to_f64(&written)),
            other => Err(expected("a number", &other)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::String(text) => visitor.visit_string(text),
            other => Err(expected("a string", &other)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Null => visitor.visit_unit(),
            other => Err(expected("null", &other)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            other => Err(expected("a list", &other)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self {
            Json::Array(items) if items.len() == length => {
                visitor.visit_seq(Items(items.into_iter()))
            }
            other => Err(expected("a list of another length", &other)),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self {
            Json::Object(object) => visitor.visit_map(Members::new(object)),
            other => Err(expected("an object", &other)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self {
            Json::Object(object) => {
                let mut fields = Fields::new(names, object);
                let value = visitor.visit_seq(&mut fields);
                value.map_err(|error| fields.explain(error))
            }
            other => Err(expected("an object", &other)),
        }
    }

    /// `"Variant"`, or `{"Variant": content}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self {
            Json::String(variant) => visitor.visit_enum(string(variant)),
            Json::Object(object) if object.iter().count() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(Members::new(object)))
            }
            other => Err(expected("a variant", &other)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { i128 u128 bytes byte_buf }
}

fn string(text: String) -> StringDeserializer<JsonError> {
    text.into_deserializer()
}

struct Items(std::vec::IntoIter<Json>);

impl<'de> SeqAccess<'de> for Items {
    type Error = JsonError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, JsonError> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The members that a struct knows, in the order of its fields: serde derives less code for a list than for
/// a map. Whether the object has more members isn't seen, so `deny_unknown_fields` has no effect.
struct Fields {
    names: std::slice::Iter<'static, &'static str>,
    /// The name that was asked for last.
    name: &'static str,
    members: Vec<(String, Json)>,
}

impl Fields {
    fn new(names: &'static [&'static str], object: Object) -> Fields {
        Fields {
            names: names.iter(),
            name: "",
            members: object.into_members(),
        }
    }

    /// Takes the next field's value out of the object.
    fn take(&mut self) -> Field {
        self.name = self.names.next().copied().unwrap_or_default();
        let at = self.members.iter().position(|(name, _)| name == self.name);
        Field(at.map(|at| self.members.swap_remove(at).1))
    }

    /// Says which member is missing. serde knows only that the list is too short.
    fn explain(&self, error: JsonError) -> JsonError {
        if error.problem() == MISSING {
            de::Error::missing_field(self.name)
        } else {
            error
        }
    }
}

const MISSING: &str = "a member is missing";

impl<'de> SeqAccess<'de> for Fields {
    type Error = JsonError;

    /// `None` for an absent member that isn't an `Option`: serde takes the field's default, if it has one.
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, JsonError> {
        let field = self.take();
        let is_absent = field.0.is_none();
        match seed.deserialize(field) {
            Err(_) if is_absent => Ok(None),
            value => value.map(Some),
        }
    }
}

/// A member that may be absent, which only an `Option` takes for a value.
struct Field(Option<Json>);

impl Field {
    fn value(self) -> Result<Json, JsonError> {
        self.0.ok_or_else(|| JsonError::of_value(MISSING))
    }
}

/// Methods that hand on the value.
macro_rules! forward_value {
    ($($method:ident($($argument:ident: $type:ty),*))+) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, JsonError> {
            self.value()?.$method($($argument,)* visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Field {
    type Error = JsonError;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            None => visitor.visit_none(),
            Some(value) => value.deserialize_option(visitor),
        }
    }

    forward_value! {
        deserialize_any() deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str() deserialize_string()
        deserialize_bytes() deserialize_byte_buf() deserialize_unit() deserialize_seq() deserialize_map()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_struct(name: &'static str, names: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier() deserialize_ignored_any()
    }
}

struct Members {
    rest: std::vec::IntoIter<(String, Json)>,
    /// The value of the member whose name was read last.
    value: Json,
}

impl Members {
    fn new(object: Object) -> Members {
        Members {
            rest: object.into_members().into_iter(),
            value: Json::Null,
        }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, JsonError> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(string(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, JsonError> {
        seed.deserialize(std::mem::replace(&mut self.value, Json::Null))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        match deserializer.deserialize_map(AnyValue)? {
            Json::Object(object) => Ok(object),
            _ => Err(de::Error::custom("expected an object")),
        }
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Json::deserialize(deserializer)
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
            Err(_) => Json::Number(value.to_string()),
        })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(super::value::from_f64(value))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, written: D) -> Result<Json, D::Error> {
        String::deserialize(written).map(Json::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        match Object::from_members(members) {
            Some(object) => Ok(Json::Object(object)),
            None => Err(de::Error::custom(super::read::REPEATED)),
        }
    }
}
