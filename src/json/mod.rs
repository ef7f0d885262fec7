//! Reading and writing JSON: one strict reader for all JSON from outside.
//!
//! Derive serde's `Deserialize` and `Serialize` for a type, then:
//!
//! - [`from_slice`] and [`from_str`] read a document into it,
//! - [`to_string`] writes it in one line,
//! - [`from_value`] and [`to_value`] convert between it and [`Json`], the value whose shape isn't
//!   known beforehand (an ID token's claims, for example).
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use vestibule::json;
//!
//! #[derive(Debug, PartialEq, Deserialize, Serialize)]
//! struct Record {
//!     client_id: String,
//!     #[serde(skip_serializing_if = "Option::is_none")]
//!     max_age: Option<i64>,
//! }
//!
//! let record: Record = json::from_str(r#"{"client_id":"c1","max_age":null,"more":[]}"#)?;
//! assert_eq!(record, Record { client_id: "c1".to_owned(), max_age: None });
//! assert_eq!(json::to_string(&record)?, r#"{"client_id":"c1"}"#);
//! # Ok::<(), json::JsonError>(())
//! ```
//!
//! # What the reader refuses
//!
//! Two readers that disagree about a document can be played off against each other, so this one
//! accepts [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259) and nothing more:
//!
//! - a member name that an object holds twice, at any depth, whether or not the type knows the name
//!   ([RFC 8725 §2.4](https://www.rfc-editor.org/rfc/rfc8725#section-2.4),
//!   [RFC 7519 §4](https://www.rfc-editor.org/rfc/rfc7519#section-4)),
//! - more than [`MEMBER_LIMIT`] members in a document, more than [`NESTING_LIMIT`] levels, more than
//!   [`SIZE_LIMIT`] bytes,
//! - comments, trailing commas, and anything that isn't UTF-8.
//!
//! It takes linear time. Its errors name the line and column and never quote the document.
//!
//! # Optional members
//!
//! `null` counts as absent for an `Option`, and an absent `Option` is `None` whatever the struct's `Default`
//! says. `deny_unknown_fields` and `alias` have no effect (`docs/decisions/0015-fields-as-list.md`). Where a provider may send anything at all and only the
//! expected type is of use, read the member with [`lenient`]. Where `null` has to be told from an absent
//! member, read it with [`present`] or [`even_null`]. `flatten`, `tag` and `untagged` work, but link much more
//! code.
//!
//! `docs/decisions/0001-json-reader.md` records why this isn't `serde_json`.

mod de;
mod read;
mod ser;
mod value;
mod write;

pub use de::{even_null, lenient, present};
pub use read::{MEMBER_LIMIT, NESTING_LIMIT, SIZE_LIMIT};
pub use value::{Json, Object};

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Reads a whole document.
///
/// # Errors
/// What [the reader refuses](self#what-the-reader-refuses), or a value that isn't a `T`.
pub fn from_slice<T: DeserializeOwned>(document: &[u8]) -> Result<T, JsonError> {
    from_value(Json::parse(document)?)
}

/// Reads a whole document, as [`from_slice`] does.
///
/// # Errors
/// As [`from_slice`].
pub fn from_str<T: DeserializeOwned>(document: &str) -> Result<T, JsonError> {
    from_slice(document.as_bytes())
}

/// Converts a value that was read before.
///
/// # Errors
/// When the value isn't a `T`. [`JsonError::line`] is 0 then: a value doesn't know where it was.
pub fn from_value<T: DeserializeOwned>(value: Json) -> Result<T, JsonError> {
    T::deserialize(value)
}

/// Writes a value in one line.
///
/// # Errors
/// When a map has keys that are neither strings nor whole numbers, or a type's own `Serialize` fails.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonError> {
    Ok(to_value(value)?.to_line())
}

/// Converts a value into [`Json`].
///
/// # Errors
/// As [`to_string`].
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Json, JsonError> {
    value.serialize(ser::ToJson::default())
}

/// Why a document couldn't be read, or a value not be written. It never quotes the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
// Boxed, because every derived function returns it.
pub struct JsonError(Box<Problem>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Problem {
    line: usize,
    column: usize,
    problem: String,
}

impl JsonError {
    fn new(line: usize, column: usize, problem: impl Into<String>) -> JsonError {
        JsonError(Box::new(Problem {
            line,
            column,
            problem: problem.into(),
        }))
    }

    /// The text is fine, but a value in it isn't what was expected.
    fn of_value(problem: impl Into<String>) -> JsonError {
        JsonError::new(0, 0, problem)
    }

    /// The line of the mistake, counted from 1; 0 when the text is fine, but a value in it isn't what was
    /// expected.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column of the mistake in characters, counted from 1; 0 as for [`line`](JsonError::line).
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// What is wrong, in words.
    pub fn problem(&self) -> &str {
        &self.0.problem
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem())?;
        match self.line() {
            0 => Ok(()),
            line => write!(f, " (line {line}, column {})", self.column()),
        }
    }
}

impl std::error::Error for JsonError {}

#[cfg(test)]
mod tests;
