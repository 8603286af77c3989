// SPDX-License-Identifier: MIT
//! Tokens of JSON text.
//!
//! Spec: RFC 8259, "Strings".
//! Here: escaping and indentation as on the wire; text beyond the basic plane is written as UTF-8.
//! Not here: separators (`writer`).

/// Starts a line that is indented by two spaces per level.
pub(super) fn line(out: &mut Vec<u8>, depth: usize) {
    out.push(b'\n');
    out.resize(out.len().saturating_add(depth.saturating_mul(2)), b' ');
}

/// Writes a quoted string.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len().saturating_add(2));
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(plain) = rest.iter().position(|byte| must_escape(*byte)) {
        let (head, tail) = rest.split_at(plain);
        out.extend_from_slice(head);
        let Some((byte, tail)) = tail.split_first() else {
            break;
        };
        escape(out, *byte);
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

const fn must_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0C => out.extend_from_slice(b"\\f"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        other => out.extend_from_slice(format!("\\u{other:04X}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_quotes_and_backslashes_are_escaped() {
        let mut out = Vec::new();
        string(&mut out, "a\"\\\u{8}\u{c}\n\r\t\u{1f}\u{7f}é😀");
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\"a\\\"\\\\\\b\\f\\n\\r\\u0009\\u001F\u{7f}é😀\""
        );
    }
}
