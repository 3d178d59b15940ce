//! JSON that people can read and compare line by line: what is short stands on one line.

use serde_json::Value;

/// The longest line that is not broken.
const WIDTH: usize = 120;
const INDENT: usize = 2;

/// The text of a document, with a line break at its end.
pub(super) fn write(document: &Value) -> String {
    let mut text = String::new();
    write_value(document, 0, 0, &mut text);
    text.push('\n');
    text
}

/// Writes a value after `before` characters of its line.
fn write_value(value: &Value, indent: usize, before: usize, text: &mut String) {
    let line = one_line(value);
    if indent * INDENT + before + line.len() <= WIDTH {
        text.push_str(&line);
        return;
    }
    let (open, close, members): (char, char, Vec<(String, &Value)>) = match value {
        Value::Object(map) => {
            ('{', '}', map.iter().map(|(key, value)| (format!("{}: ", quoted(key)), value)).collect())
        }
        Value::Array(values) => ('[', ']', values.iter().map(|value| (String::new(), value)).collect()),
        _ => {
            text.push_str(&line);
            return;
        }
    };
    text.push(open);
    for (number, (key, value)) in members.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', (indent + 1) * INDENT));
        text.push_str(key);
        write_value(value, indent + 1, key.len() + 1, text);
    }
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent * INDENT));
    text.push(close);
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let members: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", quoted(key), one_line(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(values) => format!("[{}]", values.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn quoted(key: &str) -> String {
    Value::from(key).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_values_stand_on_one_line() {
        let long = "x".repeat(120);
        let document = json!({ "a": { "b": [1, "two \"2\"", null], "c": {} }, "long": { "text": long, "list": [] } });
        let text = write(&document);
        let expected = format!(
            "{{\n  \"a\": {{ \"b\": [1, \"two \\\"2\\\"\", null], \"c\": {{}} }},\n  \"long\": {{\n    \"text\": \
             \"{long}\",\n    \"list\": []\n  }}\n}}\n"
        );
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
    }
}
