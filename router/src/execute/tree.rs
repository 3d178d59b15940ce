//! The response tree: what subgraphs answered, merged, before it is written. It borrows texts and keys from the answers,
//! which are kept until it has been written.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use elsa::sync::FrozenVec;
use platform::graph::GraphAnswer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// What the tree of one request borrows from.
#[derive(Default)]
pub(crate) struct Kept {
    answers: FrozenVec<Box<GraphAnswer>>,
    texts: FrozenVec<String>,
}

impl Kept {
    pub(super) fn answer(&self, answer: GraphAnswer) -> &GraphAnswer {
        self.answers.push_get(Box::new(answer))
    }

    /// Keeps a text that no answer holds as it is.
    pub(crate) fn text(&self, text: String) -> &str {
        self.texts.push_get(text)
    }
}

/// A value of the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer above the range of `i64`.
    Large(u64),
    Float(f64),
    Text(&'a str),
    /// A text as it stood in JSON: nothing in it needs to be escaped.
    Plain(&'a str),
    List(Vec<Node<'a>>),
    Object(Object<'a>),
}

/// An object: few entries, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object<'a> {
    pub(crate) entries: Vec<(&'a str, Node<'a>)>,
}

impl<'a> Object<'a> {
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|(name, _)| *name == key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The object's `__typename`.
    pub(crate) fn typename(&self) -> Option<&'a str> {
        self.get("__typename").and_then(Node::as_str)
    }

    /// Sets a key, or merges into what it has.
    pub(crate) fn merge_entry(&mut self, key: &'a str, value: Node<'a>) {
        match self.position(key) {
            Some(at) => self.entries[at].1.merge(value),
            None => self.entries.push((key, value)),
        }
    }

    /// Takes another object's entries.
    pub(crate) fn merge(&mut self, other: Self) {
        if self.entries.is_empty() {
            self.entries = other.entries;
            return;
        }
        self.entries.reserve(other.entries.len());
        for (key, value) in other.entries {
            self.merge_entry(key, value);
        }
    }

    /// Takes copies of another object's entries.
    pub(crate) fn merge_copy(&mut self, other: &Self) {
        self.entries.reserve(other.entries.len());
        for (key, value) in &other.entries {
            self.merge_entry(key, value.clone());
        }
    }
}

impl<'a> Node<'a> {
    pub(crate) fn as_str(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Plain(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Merges another answer for the same place: objects key by key, lists element by element, and a value wins over
    /// null.
    pub(crate) fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Object(own), Self::Object(other)) => own.merge(other),
            (Self::List(own), Self::List(other)) if own.len() == other.len() => {
                for (own, other) in own.iter_mut().zip(other) {
                    own.merge(other);
                }
            }
            (_, Self::Null) => {}
            (own, other) => *own = other,
        }
    }

    /// A value that async-graphql resolved, as a part of the tree.
    pub(crate) fn from_value(value: &'a Value, kept: &'a Kept) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Number(number) => {
                if let Some(int) = number.as_i64() {
                    Self::Int(int)
                } else if let Some(large) = number.as_u64() {
                    Self::Large(large)
                } else {
                    number.as_f64().map_or(Self::Null, Self::Float)
                }
            }
            Value::String(text) => Self::Text(text),
            Value::Boolean(value) => Self::Bool(*value),
            Value::Binary(bytes) => Self::Text(kept.text(String::from_utf8_lossy(bytes).into_owned())),
            Value::Enum(name) => Self::Text(name),
            Value::List(values) => Self::List(values.iter().map(|value| Self::from_value(value, kept)).collect()),
            Value::Object(map) => Self::Object(Object {
                entries: map.iter().map(|(key, value)| (key.as_str(), Self::from_value(value, kept))).collect(),
            }),
        }
    }

    /// A copy as a value of async-graphql, to send in a representation.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Boolean(*value),
            Self::Int(value) => Value::Number((*value).into()),
            Self::Large(value) => Value::Number((*value).into()),
            Self::Float(value) => async_graphql::Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Self::Text(text) | Self::Plain(text) => Value::String((*text).to_owned()),
            Self::List(values) => Value::List(values.iter().map(Self::to_value).collect()),
            Self::Object(object) => {
                let map: IndexMap<Name, Value> =
                    object.entries.iter().map(|(key, value)| (Name::new(key), value.to_value())).collect();
                Value::Object(map)
            }
        }
    }

    /// Reads JSON.
    pub(crate) fn from_json(text: &'a str, kept: &'a Kept) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let node = NodeSeed { kept, depth: 0 }.deserialize(&mut deserializer)?;
        deserializer.end().map(|()| node)
    }
}

/// How deep an answer may nest.
const DEEPEST: usize = 128;

/// Reads one value at a depth.
struct NodeSeed<'a> {
    kept: &'a Kept,
    depth: usize,
}

impl<'a> NodeSeed<'a> {
    fn below<E: Error>(&self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            return Err(E::custom("nested too deeply"));
        }
        Ok(Self { kept: self.kept, depth: self.depth + 1 })
    }
}

impl<'a> DeserializeSeed<'a> for NodeSeed<'a> {
    type Value = Node<'a>;

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<Node<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Reads an object's key.
struct KeySeed<'a>(&'a Kept);

impl<'a> DeserializeSeed<'a> for KeySeed<'a> {
    type Value = &'a str;

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<&'a str, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for KeySeed<'a> {
    type Value = &'a str;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<&'a str, E> {
        Ok(text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<&'a str, E> {
        Ok(self.0.text(text.to_owned()))
    }
}

impl<'a> Visitor<'a> for NodeSeed<'a> {
    type Value = Node<'a>;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node<'a>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node<'a>, E> {
        Ok(Node::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node<'a>, E> {
        Ok(i64::try_from(value).map_or(Node::Large(value), Node::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node<'a>, E> {
        Ok(Node::Float(value))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Node<'a>, E> {
        Ok(Node::Plain(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node<'a>, E> {
        Ok(Node::Text(self.kept.text(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'a>, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<Node<'a>, A::Error> {
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(0));
        while let Some(value) = seq.next_element_seed(self.below()?)? {
            values.push(value);
        }
        Ok(Node::List(values))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Node<'a>, A::Error> {
        let mut object = Object::default();
        while let Some(key) = map.next_key_seed(KeySeed(self.kept))? {
            let value = map.next_value_seed(self.below()?)?;
            object.entries.push((key, value));
        }
        Ok(Node::Object(object))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_borrowed_where_nothing_is_escaped() {
        let kept = Kept::default();
        let json = r#"{"a":"한글","b\n":"x\ty","c":[1,-2.5,18446744073709551615,null,true]}"#;
        let Node::Object(object) = Node::from_json(json, &kept).unwrap() else { panic!("an object") };
        assert_eq!(object.get("a"), Some(&Node::Plain("한글")));
        assert_eq!(object.get("b\n"), Some(&Node::Text("x\ty")));
        let list = [Node::Int(1), Node::Float(-2.5), Node::Large(u64::MAX), Node::Null, Node::Bool(true)];
        assert_eq!(object.get("c"), Some(&Node::List(list.into())));
    }

    #[test]
    fn nesting_has_an_end() {
        let kept = Kept::default();
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Node::from_json(&nested(100), &kept).is_ok());
        let deep = nested(100_000);
        let kept = Kept::default();
        assert!(Node::from_json(&deep, &kept).is_err());
    }
}
