//! serde's `Serializer` that builds a [`Json`] value, and `Serialize` for the value itself.

use super::value::{from_f64, to_f64};
use super::{Json, JsonError, Object};
use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt;

/// The name of the newtype by which a number that isn't a 64-bit integer keeps the text it was written
/// in, between `Serialize for Json` and [`ToJson`]. Other serializers get a floating point number.
const NUMBER: &str = "$vestibule::Number";

impl ser::Error for JsonError {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        JsonError::of_value(problem.to_string())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Integer(value) => serializer.serialize_i64(*value),
            Json::Number(written) => serializer.serialize_newtype_struct(NUMBER, &Number(written)),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => serializer.collect_seq(items),
            Json::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

struct Number<'a>(&'a str);

impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_f64(to_f64(self.0))
        } else {
            serializer.serialize_str(self.0)
        }
    }
}

/// Builds a [`Json`] value.
#[derive(Default)]
pub(super) struct ToJson {
    /// Whether the value is the text of a [`Number`].
    is_number: bool,
}

impl Serializer for ToJson {
    type Ok = Json;
    type Error = JsonError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    fn is_human_readable(&self) -> bool {
        !self.is_number
    }

    fn serialize_bool(self, value: bool) -> Result<Json, JsonError> {
        Ok(Json::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Json, JsonError> {
        Ok(Json::Integer(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Result<Json, JsonError> {
        Ok(Json::Integer(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Result<Json, JsonError> {
        Ok(Json::Integer(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Result<Json, JsonError> {
        Ok(Json::Integer(value))
    }

    fn serialize_u8(self, value: u8) -> Result<Json, JsonError> {
        Ok(Json::Integer(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Result<Json, JsonError> {
        Ok(Json::Integer(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Result<Json, JsonError> {
        Ok(Json::Integer(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Result<Json, JsonError> {
        Ok(match i64::try_from(value) {
            Ok(value) => Json::Integer(value),
            Err(_) => Json::Number(value.to_string()),
        })
    }

    fn serialize_f32(self, value: f32) -> Result<Json, JsonError> {
        Ok(from_f64(value.into()))
    }

    fn serialize_f64(self, value: f64) -> Result<Json, JsonError> {
        Ok(from_f64(value))
    }

    fn serialize_char(self, value: char) -> Result<Json, JsonError> {
        Ok(Json::String(value.into()))
    }

    fn serialize_str(self, text: &str) -> Result<Json, JsonError> {
        let text = text.to_owned();
        Ok(if self.is_number {
            Json::Number(text)
        } else {
            Json::String(text)
        })
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Json, JsonError> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<Json, JsonError> {
        Ok(Json::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Json, JsonError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Json, JsonError> {
        Ok(Json::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Json, JsonError> {
        Ok(Json::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Json, JsonError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Json, JsonError> {
        value.serialize(ToJson {
            is_number: name == NUMBER,
        })
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Json, JsonError> {
        Ok(of_variant(Some(variant), value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, JsonError> {
        Ok(Items {
            variant: None,
            items: Vec::with_capacity(length.unwrap_or_default()),
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items, JsonError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, JsonError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items, JsonError> {
        Ok(Items {
            variant: Some(variant),
            items: Vec::with_capacity(length),
        })
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Members, JsonError> {
        Ok(Members::default())
    }

    fn serialize_struct(self, _: &'static str, _length: usize) -> Result<Members, JsonError> {
        Ok(Members::default())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Members, JsonError> {
        Ok(Members {
            variant: Some(variant),
            ..Members::default()
        })
    }
}

/// `{"Variant": content}` for the content of an enum's variant.
fn of_variant(variant: Option<&'static str>, content: Json) -> Json {
    match variant {
        None => content,
        Some(variant) => Json::Object(Object::from_iter([(variant.to_owned(), content)])),
    }
}

pub(super) struct Items {
    variant: Option<&'static str>,
    items: Vec<Json>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), JsonError> {
        self.items.push(item.serialize(ToJson::default())?);
        Ok(())
    }

    fn finish(self) -> Result<Json, JsonError> {
        Ok(of_variant(self.variant, Json::Array(self.items)))
    }
}

impl SerializeSeq for Items {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), JsonError> {
        self.push(item)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}

impl ser::SerializeTuple for Items {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), JsonError> {
        self.push(item)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for Items {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), JsonError> {
        self.push(item)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}

impl ser::SerializeTupleVariant for Items {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), JsonError> {
        self.push(item)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}

#[derive(Default)]
pub(super) struct Members {
    variant: Option<&'static str>,
    name: String,
    members: Vec<(String, Json)>,
}

impl Members {
    fn push<T: Serialize + ?Sized>(&mut self, name: String, value: &T) -> Result<(), JsonError> {
        self.members
            .push((name, value.serialize(ToJson::default())?));
        Ok(())
    }

    fn finish(self) -> Result<Json, JsonError> {
        match Object::from_members(self.members) {
            Some(object) => Ok(of_variant(self.variant, Json::Object(object))),
            None => Err(JsonError::of_value(super::read::REPEATED)),
        }
    }
}

impl SerializeMap for Members {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), JsonError> {
        self.name = match name.serialize(ToJson::default())? {
            Json::String(name) => name,
            Json::Integer(number) => number.to_string(),
            _ => return Err(JsonError::of_value("a map's key isn't a string")),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JsonError> {
        let name = std::mem::take(&mut self.name);
        self.push(name, value)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}

impl ser::SerializeStruct for Members {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        self.push(name.to_owned(), value)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Members {
    type Ok = Json;
    type Error = JsonError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), JsonError> {
        self.push(name.to_owned(), value)
    }

    fn end(self) -> Result<Json, JsonError> {
        self.finish()
    }
}
