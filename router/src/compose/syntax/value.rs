//! Constant values.

use std::fmt;
use std::fmt::Write as _;

/// A constant. Numbers keep their text, so that nothing is rounded on the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::compose) enum Value {
    Null,
    Boolean(bool),
    Int(String),
    Float(String),
    String(String),
    Enum(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(in crate::compose) fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    pub(in crate::compose) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::compose) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    pub(in crate::compose) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The strings of a list of strings; a single string is a list of one.
    pub(in crate::compose) fn as_strings(&self) -> Vec<&str> {
        match self {
            Self::String(text) => vec![text],
            Self::List(items) => items.iter().filter_map(Self::as_str).collect(),
            _ => Vec::new(),
        }
    }

    pub(in crate::compose) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Whether both mean the same: the order of an object's fields and the spelling of a number mean nothing.
    pub(in crate::compose) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(left), Self::Object(right)) => {
                left.len() == right.len()
                    && left.iter().all(|(key, value)| other.get(key).is_some_and(|found| value.same(found)))
            }
            (Self::List(left), Self::List(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(one, two)| one.same(two))
            }
            (Self::Int(left) | Self::Float(left), Self::Int(right) | Self::Float(right)) => {
                left == right
                    || matches!((left.parse::<f64>(), right.parse::<f64>()), (Ok(one), Ok(two)) if one.to_bits() == two.to_bits())
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Boolean(value) => write!(out, "{value}"),
            Self::Int(text) | Self::Float(text) | Self::Enum(text) => out.write_str(text),
            Self::String(text) => out.write_str(&print_string(text)),
            Self::List(items) => {
                out.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.write_str(", ")?;
                    }
                    write!(out, "{item}")?;
                }
                out.write_char(']')
            }
            Self::Object(fields) => {
                out.write_char('{')?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    if at > 0 {
                        out.write_str(", ")?;
                    }
                    write!(out, "{name}: {value}")?;
                }
                out.write_char('}')
            }
        }
    }
}

/// A string with its quotes and escapes.
pub(in crate::compose) fn print_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
