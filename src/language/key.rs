//! The keys of the texts. A key that isn't in `texts/en.json` doesn't compile.

/// The English texts.
pub(super) const ENGLISH: &str = include_str!("../../texts/en.json");

/// The key of a text in the files of the languages, like `sign_in.title`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key([&'static str; 3]);

impl Key {
    /// The key with this name.
    ///
    /// # Panics
    /// If English has no such text: use [`key!`], so that it's noticed at compile time.
    pub(crate) const fn new(name: &'static str) -> Key {
        Key::of_parts([name, "", ""])
    }

    /// The key whose name consists of these parts. Panics as [`new`](Self::new) does.
    pub(crate) const fn of_parts(parts: [&'static str; 3]) -> Key {
        assert!(is_known(&parts), "texts/en.json has no text with this key");
        Key(parts)
    }

    /// The same for parts that have been checked when this was compiled.
    pub(super) fn of_checked_parts(parts: [&'static str; 3]) -> Key {
        Key(parts)
    }

    /// The name, as in the files.
    pub(super) fn name(self) -> String {
        self.0.concat()
    }
}

/// As its name, by which scripts find the text in the files.
impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

/// A [`Key`], looked up when this is compiled.
macro_rules! key {
    ($name:literal) => {{
        const KEY: $crate::language::Key = $crate::language::Key::new($name);
        KEY
    }};
}
pub(crate) use key;

/// Every key of the English file, in its order.
pub(super) const NAMES: [&str; count()] = names();

/// What a line that begins with a key begins with.
const KEY_START: &[u8] = b"\n  \"";

const fn count() -> usize {
    let file = ENGLISH.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < file.len() {
        if starts_with(file, at, KEY_START) {
            count += 1;
        }
        at += 1;
    }
    count
}

const fn names() -> [&'static str; count()] {
    let file = ENGLISH.as_bytes();
    let mut names = [""; count()];
    let (mut at, mut found) = (0, 0);
    while at < file.len() {
        if starts_with(file, at, KEY_START) {
            let start = at + KEY_START.len();
            let mut end = start;
            while file[end] != b'"' {
                end += 1;
            }
            names[found] = ENGLISH.split_at(end).0.split_at(start).1;
            found += 1;
        }
        at += 1;
    }
    names
}

/// Whether the text has this part at this place.
const fn starts_with(text: &[u8], at: usize, part: &[u8]) -> bool {
    if text.len() < at + part.len() {
        return false;
    }
    let mut index = 0;
    while index < part.len() {
        if text[at + index] != part[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Whether these parts make the name of a text.
const fn is_known(parts: &[&str; 3]) -> bool {
    let length = parts[0].len() + parts[1].len() + parts[2].len();
    let mut index = 0;
    while index < NAMES.len() {
        let name = NAMES[index].as_bytes();
        let second = parts[0].len();
        let third = second + parts[1].len();
        if name.len() == length
            && starts_with(name, 0, parts[0].as_bytes())
            && starts_with(name, second, parts[1].as_bytes())
            && starts_with(name, third, parts[2].as_bytes())
        {
            return true;
        }
        index += 1;
    }
    false
}
