//! Writing a [`Json`] value as text.

use super::{Json, Object};

impl Json {
    /// The value as text with indentation, for people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        write(self, Some(0), &mut text);
        text
    }

    /// The value in one line.
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        write(self, None, &mut line);
        line
    }
}

impl Object {
    /// As [`Json::to_line`].
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        write_list("{}", self.members(), write_member, None, &mut line);
        line
    }
}

/// Writes a value. `indent` is the depth if each item gets its own line; `None` for one line.
fn write(value: &Json, indent: Option<usize>, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Integer(integer) => out.push_str(&integer.to_string()),
        Json::Number(written) => out.push_str(written),
        Json::String(string) => write_string(string, out),
        Json::Array(items) => write_list("[]", items.iter(), write, indent, out),
        Json::Object(object) => write_list("{}", object.members(), write_member, indent, out),
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
