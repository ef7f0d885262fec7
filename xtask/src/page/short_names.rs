//! Short names for what WebAssembly and its glue call each other by.
//!
//! wasm-bindgen makes up names like `__wbg_fetch_8d9b732df7467c44` and writes each into both files. No
//! compressor can shorten such digits, and nobody but these two files knows the names.

use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;

/// The numbers of sections with notes, and of those with the imports and the exports.
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Gives short names to the imports and exports of `wasm` in both files, and leaves out notes for tools.
///
/// # Errors
/// When the files have another form than that of the wasm-bindgen that is pinned.
pub(super) fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let used: Vec<&str> = identifiers(glue)
        .filter_map(|(word, is_name)| is_name.then_some(word))
        .collect();
    let is_short = |name: &&str| name.starts_with('$') && name.len() > 1;
    if let Some(taken) = used.iter().find(|name| is_short(name)) {
        bail!("the glue has a name of our own kind: {taken}");
    }
    let mut names = HashMap::new();
    let mut short = Vec::new();
    let mut rest = wasm;
    short.extend(take(&mut rest, 8)?);
    ensure!(
        short == *b"\0asm\x01\0\0\0",
        "this is no WebAssembly of version 1"
    );
    while !rest.is_empty() {
        let section = take(&mut rest, 1)?[0];
        let length = number(&mut rest)?;
        let mut body = take(&mut rest, length)?;
        let renamed = match section {
            // Notes for tools, which are done.
            CUSTOM => continue,
            IMPORTS => imports(&mut body, &used, &mut names).context("the imports")?,
            EXPORTS => exports(&mut body, &used, &mut names).context("the exports")?,
            _ => body.to_vec(),
        };
        short.push(section);
        put_bytes(&renamed, &mut short);
    }
    let replaced = |(word, is_name)| match names.get(word) {
        Some(short) if is_name => short.as_str(),
        _ => word,
    };
    let glue = identifiers(glue).map(replaced).collect();
    Ok((short, glue))
}

fn imports(
    body: &mut &[u8],
    used: &[&str],
    names: &mut HashMap<String, String>,
) -> Result<Vec<u8>> {
    let mut renamed = Vec::new();
    let count = number(body)?;
    put_number(count, &mut renamed);
    for _ in 0..count {
        let module = text(body)?;
        let name = text(body)?;
        ensure!(used.contains(&name), "the glue has no {name}");
        ensure!(take(body, 1)? == [0], "{name} is no function");
        let function_type = number(body)?;
        put_bytes(module.as_bytes(), &mut renamed);
        put_bytes(short_name(name, names).as_bytes(), &mut renamed);
        renamed.push(0);
        put_number(function_type, &mut renamed);
    }
    Ok(renamed)
}

/// What the glue does not name keeps its name: it may be for somebody else, like a debugger.
fn exports(
    body: &mut &[u8],
    used: &[&str],
    names: &mut HashMap<String, String>,
) -> Result<Vec<u8>> {
    let mut renamed = Vec::new();
    let count = number(body)?;
    put_number(count, &mut renamed);
    for _ in 0..count {
        let name = text(body)?;
        let kind = take(body, 1)?;
        let index = number(body)?;
        // Words like "memory" are more than one thing in the glue.
        let is_made_up = name.contains("__");
        let name = if is_made_up && used.contains(&name) {
            short_name(name, names)
        } else {
            name.to_owned()
        };
        put_bytes(name.as_bytes(), &mut renamed);
        renamed.extend(kind);
        put_number(index, &mut renamed);
    }
    Ok(renamed)
}

fn short_name(name: &str, names: &mut HashMap<String, String>) -> String {
    let next = format!("${}", names.len());
    names.entry(name.to_owned()).or_insert(next).clone()
}

/// Cuts a script into names and what is between them; `true` for a name.
fn identifiers(script: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let mut rest = script;
    std::iter::from_fn(move || {
        let is_name = is_part(rest.chars().next()?);
        let end = rest.find(|c| is_part(c) != is_name).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some((word, is_name))
    })
}

fn text<'a>(bytes: &mut &'a [u8]) -> Result<&'a str> {
    let length = number(bytes)?;
    Ok(std::str::from_utf8(take(bytes, length)?)?)
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8]> {
    let (taken, rest) = bytes
        .split_at_checked(count)
        .context("the WebAssembly ends too early")?;
    *bytes = rest;
    Ok(taken)
}

/// An unsigned number in LEB128: seven bits a byte, the lowest first.
fn number(bytes: &mut &[u8]) -> Result<usize> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = usize::from(take(bytes, 1)?[0]);
        value |= (byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    bail!("a number of the WebAssembly has more than 32 bits")
}

fn put_number(mut value: usize, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push((value & 0x7f | 0x80) as u8);
        value >>= 7;
    }
    out.push(value as u8);
}

fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_number(bytes.len(), out);
    out.extend(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function type, an import of it under this name, and exports of the import.
    fn wasm(import: &str, exports: &[&str]) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
        let mut body = vec![1];
        put_bytes(b"./glue.js", &mut body);
        put_bytes(import.as_bytes(), &mut body);
        body.extend([0, 0]);
        wasm.push(IMPORTS);
        put_bytes(&body, &mut wasm);
        let mut body = vec![exports.len() as u8];
        for export in exports {
            put_bytes(export.as_bytes(), &mut body);
            body.extend([0, 0]);
        }
        wasm.push(EXPORTS);
        put_bytes(&body, &mut wasm);
        wasm
    }

    #[test]
    fn both_files_get_the_same_short_names() {
        let long = "__wbg_invoke_".to_owned() + &"0123456789abcdef".repeat(10);
        let glue = format!(
            "const i = {{ __wbg_fetch_0123: (a) => fetch(`${{a}}`) }};\nwasm.{long}(wasm.memory, __wbg_fetch_01234);"
        );
        let exports = ["memory", "main", long.as_str(), "__wbg_unused_1"];
        let (short, glue) = shorten(&wasm("__wbg_fetch_0123", &exports), &glue).unwrap();
        assert_eq!(
            glue,
            "const i = { $0: (a) => fetch(`${a}`) };\nwasm.$1(wasm.memory, __wbg_fetch_01234);"
        );
        let expected = wasm("$0", &["memory", "main", "$1", "__wbg_unused_1"]);
        assert_eq!(short, expected);
    }

    #[test]
    fn notes_are_left_out() {
        let plain = wasm("__wbg_a_1", &["memory"]);
        let glue = "x = { __wbg_a_1: 1 }";
        let noted = [&plain[..], b"\0\x09\x04notemade"].concat();
        assert_eq!(
            shorten(&noted, glue).unwrap(),
            shorten(&plain, glue).unwrap()
        );
    }

    #[test]
    fn another_form_of_the_files_is_an_error() {
        let good = wasm("__wbg_a_1", &["memory"]);
        let glue = "x = { __wbg_a_1: 1 }";
        assert!(shorten(&good, glue).is_ok());
        assert!(shorten(&good, "x = { __wbg_a_2: 1 }").is_err());
        assert!(shorten(&good, "x = { __wbg_a_1: $0 }").is_err());
        assert!(shorten(&good[..good.len() - 1], glue).is_err());
        assert!(shorten(b"\0asm\x02\0\0\0", glue).is_err());
        assert!(shorten(b"\0asm", glue).is_err());
        let mut memory = good.clone();
        // The kind of the import, before its type.
        let kind = memory
            .windows(9)
            .position(|name| name == b"__wbg_a_1")
            .unwrap()
            + 9;
        memory[kind] = 2;
        assert!(shorten(&memory, glue).is_err());
    }

    #[test]
    fn numbers_of_every_length_are_read_as_written() {
        for value in [0, 1, 127, 128, 300, 16_383, 16_384, u32::MAX as usize] {
            let mut bytes = Vec::new();
            put_number(value, &mut bytes);
            assert_eq!(number(&mut bytes.as_slice()).unwrap(), value);
        }
        assert!(number(&mut &[0x80, 0x80, 0x80, 0x80, 0x80, 0][..]).is_err());
    }
}
