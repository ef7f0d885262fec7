//! The strict reader: [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)'s grammar, one function for each
//! of its rules, and the limits.

use super::{Json, JsonError, Object};

/// Bytes that a document may have.
pub const SIZE_LIMIT: usize = 1024 * 1024;
/// Levels of arrays and objects that a document may have: each takes some of the stack.
pub const NESTING_LIMIT: usize = 128;
/// Members that all objects of a document may have together.
pub const MEMBER_LIMIT: usize = 10_000;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
pub(super) const ENDS_EARLY: &str = "it ends too early";
pub(super) const REPEATED: &str = "an object has the same member twice";

impl Json {
    /// Reads a whole document.
    ///
    /// # Errors
    /// What [the reader refuses](crate::json#what-the-reader-refuses).
    pub fn parse(document: &[u8]) -> Result<Json, JsonError> {
        // RFC 8259 §8.1 lets readers ignore it, and editors add it.
        let document = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
        let (text, is_utf8) = match str::from_utf8(document) {
            Ok(text) => (text, true),
            Err(error) => {
                let valid = document.get(..error.valid_up_to()).unwrap_or_default();
                (str::from_utf8(valid).unwrap_or_default(), false)
            }
        };
        let mut reader = Reader {
            text,
            at: 0,
            members: 0,
        };
        if document.len() > SIZE_LIMIT {
            return Err(reader.error("it is larger than 1 MiB"));
        }
        if !is_utf8 {
            reader.at = text.len();
            return Err(reader.error("a character isn't UTF-8"));
        }
        reader.document().map_err(|problem| reader.error(problem))
    }

    /// Reads a whole document that must be an object.
    ///
    /// # Errors
    /// As [`Json::parse`].
    pub fn parse_object(document: &[u8]) -> Result<Object, JsonError> {
        match Json::parse(document)? {
            Json::Object(object) => Ok(object),
            other => Err(JsonError::new(
                1,
                1,
                ["expected an object, found ", other.kind()].concat(),
            )),
        }
    }
}

/// A place in a text. Every function reads from there and moves on; after an error it is near what is
/// wrong.
struct Reader<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
    /// How many members have been read, of all objects.
    members: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Json, &'static str> {
        let value = self.value(0)?;
        self.skip_blanks();
        match self.peek() {
            None => Ok(value),
            Some(_) => Err("there is more after the end"),
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
            if self.members == MEMBER_LIMIT {
                return Err("it has more than 10,000 members");
            }
            self.members += 1;
            let name = self.string()?;
            self.skip_blanks();
            if !self.takes(":") {
                return Err("expected a colon");
            }
            members.push((name, self.value(depth)?));
        }
        // Not before the end: looking for each name among the others would take quadratic time.
        Object::from_members(members)
            .map(Json::Object)
            .ok_or(REPEATED)
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
            Some(next) if next == end => Err("there is a comma before the closing bracket"),
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
                return Err("a string has an unescaped control character");
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
            _ => return Err("a backslash starts no known escape"),
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
            .ok_or("an escape is half of a surrogate pair")
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
        JsonError::new(
            before.matches('\n').count() + 1,
            line.chars().count() + 1,
            problem,
        )
    }
}
