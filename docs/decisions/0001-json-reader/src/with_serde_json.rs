//! The same functions over serde_json, made strict by a visitor.
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, Serialize};
pub use serde_json::{Map, Value};
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

pub fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}
pub struct Failed(String);
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
/// serde_json's messages quote the data, so only the position is kept.
fn failed(error: serde_json::Error) -> Failed {
    if error.is_data() {
        Failed(format!(
            "unexpected value (line {}, column {})",
            error.line(),
            error.column()
        ))
    } else {
        Failed(error.to_string())
    }
}
pub fn to_string<T: Serialize>(value: &T) -> Result<String, Failed> {
    serde_json::to_string(value).map_err(failed)
}

#[derive(Clone, Copy)]
struct Strict<'a>(&'a Cell<usize>);

#[cfg(feature = "serde_json_value")]
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Failed> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict(&Cell::new(0))
        .deserialize(&mut deserializer)
        .map_err(failed)?;
    deserializer.end().map_err(failed)?;
    serde_json::from_value(value).map_err(failed)
}
#[cfg(feature = "serde_json_value")]
type Out = Value;
#[cfg(feature = "serde_json_text")]
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Failed> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Strict(&Cell::new(0))
        .deserialize(&mut deserializer)
        .map_err(failed)?;
    deserializer.end().map_err(failed)?;
    serde_json::from_str(text).map_err(failed)
}
#[cfg(feature = "serde_json_text")]
type Out = ();

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Out;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Out, D::Error> {
        d.deserialize_any(self)
    }
}
fn out(_value: impl Into<Value>) -> Out {
    #[cfg(feature = "serde_json_value")]
    return _value.into();
}
impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Out;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Out, E> {
        Ok(out(()))
    }
    fn visit_bool<E>(self, v: bool) -> Result<Out, E> {
        Ok(out(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Out, E> {
        Ok(out(v))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Out, E> {
        Ok(out(v))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Out, E> {
        Ok(out(v))
    }
    fn visit_str<E>(self, v: &str) -> Result<Out, E> {
        Ok(out(v))
    }
    fn visit_string<E>(self, v: String) -> Result<Out, E> {
        Ok(out(v))
    }
    #[cfg(feature = "serde_json_text")]
    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> Result<Out, A::Error> {
        while a.next_element_seed(self)?.is_some() {}
        Ok(())
    }
    #[cfg(feature = "serde_json_text")]
    fn visit_map<A: MapAccess<'de>>(self, mut a: A) -> Result<Out, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = a.next_key::<String>()? {
            count::<A::Error>(self.0)?;
            if !names.insert(name) {
                return Err(de::Error::custom("a member stands twice in an object"));
            }
            a.next_value_seed(self)?;
        }
        Ok(())
    }
    #[cfg(feature = "serde_json_value")]
    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> Result<Out, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = a.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    #[cfg(feature = "serde_json_value")]
    fn visit_map<A: MapAccess<'de>>(self, mut a: A) -> Result<Out, A::Error> {
        let mut members = Map::new();
        while let Some(name) = a.next_key::<String>()? {
            count::<A::Error>(self.0)?;
            let value = a.next_value_seed(self)?;
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a member stands twice in an object"));
            }
        }
        Ok(Value::Object(members))
    }
}
fn count<E: de::Error>(members: &Cell<usize>) -> Result<(), E> {
    members.set(members.get() + 1);
    if members.get() > 10_000 {
        return Err(de::Error::custom("too many members"));
    }
    Ok(())
}
