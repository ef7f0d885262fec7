//! Random changes of inputs. Some know the structure of what they change: JSON, base64url, numbers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Random numbers below a limit: a xorshift generator, the same sequence for the same seed.
pub(crate) fn random_numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |limit| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % limit.max(1) as u64) as usize
    }
}

/// The most bytes of a changed input, unless it is repeated.
const SIZE_LIMIT: usize = 8 * 1024;

/// What goes wrong in any format.
const WORDS: &[&str] = &[
    "",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "false",
    "\"\"",
    "{}",
    "[]",
    "0",
    "-1",
    "1e999",
    "0.5",
    "99999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "4294967296",
    "\\u0000",
    "\\ud800",
    "é",
    "\u{202e}",
    "\u{feff}",
    "\u{0}",
    "\r\n",
    " ",
    "%00",
    "__proto__",
];

/// Changes an input one to four times. `others` are inputs to take parts from, `words` what the reader looks for.
pub(crate) fn mutate(
    input: &[u8],
    others: &[Vec<u8>],
    words: &[&str],
    draw: &mut impl FnMut(usize) -> usize,
) -> Vec<u8> {
    let mut changed = input.to_vec();
    for _ in 0..=draw(4) {
        changed = mutate_once(&changed, others, words, draw);
    }
    changed.truncate(SIZE_LIMIT);
    if draw(500) == 0 && !changed.is_empty() {
        // Shows what takes more than linear time or space.
        changed = changed.repeat(1 + 4 * SIZE_LIMIT / changed.len());
    }
    changed
}

/// Numbers at the edges of what fits somewhere.
const EDGES: &[i64] = &[
    i64::MIN,
    i64::MIN + 1,
    -1,
    0,
    1,
    1 << 31,
    1 << 32,
    1 << 53,
    253_402_300_800,
    i64::MAX - 1,
    i64::MAX,
];

fn mutate_once(
    input: &[u8],
    others: &[Vec<u8>],
    words: &[&str],
    draw: &mut impl FnMut(usize) -> usize,
) -> Vec<u8> {
    let at = draw(input.len() + 1);
    let until = (at + draw(24)).min(input.len());
    let other: &[u8] = others.get(draw(others.len())).map_or(&[], Vec::as_slice);
    let word = if draw(3) == 0 || words.is_empty() {
        WORDS[draw(WORDS.len())]
    } else {
        words[draw(words.len())]
    };
    let with = |middle: &[u8], until: usize| [&input[..at], middle, &input[until..]].concat();
    match draw(16) {
        // A bit, a byte.
        0 if at < input.len() => with(&[input[at] ^ 1 << draw(8)], at + 1),
        1 if at < input.len() => with(&[draw(256) as u8], at + 1),
        // A part, left out or twice.
        2 => with(&[], until),
        3 => with(&input[at..until].repeat(2), until),
        4 => with(word.as_bytes(), at),
        5 => with(word.as_bytes(), until),
        // Two inputs, cut and joined.
        6 => [&input[..at], &other[draw(other.len() + 1)..]].concat(),
        7 | 8 => replace_token(input, &tokens(input), word.as_bytes(), draw),
        9 => {
            let (ours, theirs) = (tokens(input), tokens(other));
            let theirs = theirs
                .get(draw(theirs.len()))
                .map_or(&[][..], |token| &other[token.clone()]);
            replace_token(input, &ours, theirs, draw)
        }
        10 | 11 => swap_tokens(input, &tokens(input), draw),
        12 | 13 => change_number(input, draw),
        14 | 15 => mutate_inside_base64url(input, others, words, draw),
        _ => with(word.as_bytes(), at),
    }
}

type Range = std::ops::Range<usize>;

/// The tokens of a text: strings in quotation marks, words with numbers, and single characters. Brackets with all
/// that they hold are tokens, too.
fn tokens(text: &[u8]) -> Vec<Range> {
    let is_word = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'_' | b'.') || *byte >= 0x80
    };
    let mut tokens = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = match text[at] {
            b'"' => string_length(rest),
            _ => rest.iter().take_while(|byte| is_word(byte)).count().max(1),
        };
        match text[at] {
            b'{' | b'[' => open.push(at),
            b'}' | b']' => tokens.extend(open.pop().map(|start| start..at + 1)),
            b' ' | b'\n' => {}
            _ => tokens.push(at..at + length),
        }
        at += length;
    }
    tokens
}

/// The length of the string that starts here.
fn string_length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    for (index, byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

fn replace_token(
    input: &[u8],
    tokens: &[Range],
    by: &[u8],
    draw: &mut impl FnMut(usize) -> usize,
) -> Vec<u8> {
    let Some(token) = tokens.get(draw(tokens.len())) else {
        return by.to_vec();
    };
    let is_string = input[token.start] == b'"';
    // Most often, a string stays one.
    let quote: &[u8] = if is_string && !by.starts_with(b"\"") && draw(4) > 0 {
        b"\""
    } else {
        b""
    };
    [&input[..token.start], quote, by, quote, &input[token.end..]].concat()
}

/// Makes a number one at the edge of a range, or a little different.
fn change_number(input: &[u8], draw: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut numbers = tokens(input);
    numbers.retain(|token| {
        input[token.clone()]
            .iter()
            .all(|byte| matches!(byte, b'-' | b'0'..=b'9'))
    });
    let Some(token) = numbers.get(draw(numbers.len())) else {
        return input.to_vec();
    };
    let known = str::from_utf8(&input[token.clone()])
        .ok()
        .and_then(|text| text.parse::<i64>().ok());
    let by = match known {
        Some(number) if draw(2) == 0 => number.saturating_add(draw(700) as i64 - 350),
        _ => EDGES[draw(EDGES.len())],
    };
    [
        &input[..token.start],
        by.to_string().as_bytes(),
        &input[token.end..],
    ]
    .concat()
}

fn swap_tokens(input: &[u8], tokens: &[Range], draw: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let (Some(one), Some(other)) = (
        tokens.get(draw(tokens.len())),
        tokens.get(draw(tokens.len())),
    ) else {
        return input.to_vec();
    };
    let (first, second) = if one.start <= other.start {
        (one, other)
    } else {
        (other, one)
    };
    if first.end > second.start {
        // One holds the other: it takes its place.
        return [
            &input[..first.start],
            &input[second.clone()],
            &input[first.end..],
        ]
        .concat();
    }
    let (before, between, after) = (
        &input[..first.start],
        &input[first.end..second.start],
        &input[second.end..],
    );
    [
        before,
        &input[second.clone()],
        between,
        &input[first.clone()],
        after,
    ]
    .concat()
}

/// Changes what a piece of base64url stands for, as the parts of a token are.
fn mutate_inside_base64url(
    input: &[u8],
    others: &[Vec<u8>],
    words: &[&str],
    draw: &mut impl FnMut(usize) -> usize,
) -> Vec<u8> {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let mut pieces = Vec::new();
    let mut start = 0;
    for piece in input.split(|byte| !is_base64url(byte)) {
        if let (8.., Ok(decoded)) = (piece.len(), URL_SAFE_NO_PAD.decode(piece)) {
            pieces.push((start..start + piece.len(), decoded));
        }
        start += piece.len() + 1;
    }
    let Some((range, decoded)) = pieces.get(draw(pieces.len())) else {
        return input.to_vec();
    };
    // Inside, everything but this.
    let changed = if draw(8) == 0 {
        Vec::new()
    } else {
        mutate_once(decoded, &others[..0], words, draw)
    };
    [
        &input[..range.start],
        URL_SAFE_NO_PAD.encode(changed).as_bytes(),
        &input[range.end..],
    ]
    .concat()
}
