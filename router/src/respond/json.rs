//! JSON, written byte by byte.

use crate::execute::tree::Node;

/// Writes a text with its quotes.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..=0x1f => {
                out.extend_from_slice(&bytes[start..at]);
                out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                start = at + 1;
                continue;
            }
            _ => continue,
        };
        out.extend_from_slice(&bytes[start..at]);
        out.extend_from_slice(escape);
        start = at + 1;
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

/// Writes a value as it came.
pub(crate) fn write_node(out: &mut Vec<u8>, value: &Node<'_>) {
    match value {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Bool(true) => out.extend_from_slice(b"true"),
        Node::Bool(false) => out.extend_from_slice(b"false"),
        Node::Int(value) => write_integer(out, *value),
        Node::Large(value) => write_unsigned(out, *value),
        Node::Float(value) => write_float(out, *value),
        Node::Text(text) => write_text(out, text),
        Node::Plain(text) => write_plain(out, text),
        Node::List(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_node(out, item);
            }
            out.push(b']');
        }
        Node::Object(object) => {
            out.push(b'{');
            for (at, (key, value)) in object.entries.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_text(out, key);
                out.push(b':');
                write_node(out, value);
            }
            out.push(b'}');
        }
    }
}

/// Writes a text in which nothing needs to be escaped.
pub(super) fn write_plain(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Writes an integer.
pub(super) fn write_integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    write_unsigned(out, value.unsigned_abs());
}

/// Writes an integer that is not negative.
pub(super) fn write_unsigned(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(value % 10).unwrap_or(0);
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Writes a number; JSON has none for infinity.
pub(super) fn write_float(out: &mut Vec<u8>, value: f64) {
    match serde_json::Number::from_f64(value) {
        Some(number) => out.extend_from_slice(number.to_string().as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_agree_with_serde() {
        for text in ["", "한글", "a\"b\\c\nd\u{1}e\u{1f600}", "\t\r"] {
            assert_eq!(written(|out| write_text(out, text)), serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(written(|out| write_integer(out, i64::MIN)), i64::MIN.to_string());
        assert_eq!(written(|out| write_integer(out, 0)), "0");
        assert_eq!(written(|out| write_unsigned(out, u64::MAX)), u64::MAX.to_string());
        assert_eq!(written(|out| write_float(out, 1.0)), "1.0");
        assert_eq!(written(|out| write_float(out, f64::NAN)), "null");
    }
}
