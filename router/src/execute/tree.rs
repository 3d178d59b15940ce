//! The response tree: what subgraphs answered, merged, before it is written.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// A value of the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer above the range of `i64`.
    Large(u64),
    Float(f64),
    Text(String),
    /// A name that the subgraph shares: enum values and type names.
    Name(Name),
    List(Vec<Node>),
    Object(Object),
}

/// An object: few entries, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) entries: Vec<(Name, Node)>,
}

impl Object {
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|(name, _)| name.as_str() == key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| name.as_str() == key).map(|(_, value)| value)
    }

    /// The object's `__typename`.
    pub(crate) fn typename(&self) -> Option<&str> {
        self.get("__typename").and_then(Node::as_str)
    }

    /// Sets a key, or merges into what it has.
    pub(crate) fn merge_entry(&mut self, key: Name, value: Node) {
        match self.position(&key) {
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
}

impl Node {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Name(name) => Some(name),
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

    /// Moves a value that async-graphql resolved into the tree.
    pub(crate) fn from_value(value: Value) -> Self {
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
            Value::Boolean(value) => Self::Bool(value),
            Value::Binary(bytes) => Self::Text(String::from_utf8_lossy(&bytes).into_owned()),
            Value::Enum(name) => Self::Name(name),
            Value::List(values) => Self::List(values.into_iter().map(Self::from_value).collect()),
            Value::Object(map) => Self::Object(Object {
                entries: map.into_iter().map(|(key, value)| (key, Self::from_value(value))).collect(),
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
            Self::Text(text) => Value::String(text.clone()),
            Self::Name(name) => Value::String(name.to_string()),
            Self::List(values) => Value::List(values.iter().map(Self::to_value).collect()),
            Self::Object(object) => {
                let map: IndexMap<Name, Value> =
                    object.entries.iter().map(|(key, value)| (key.clone(), value.to_value())).collect();
                Value::Object(map)
            }
        }
    }
}

/// Reads JSON into the tree. Keys are shared: an answer has few different ones.
#[derive(Default)]
pub(crate) struct JsonReader {
    keys: Vec<Name>,
}

/// How many different keys are shared before further ones are kept apart.
const SHARED_KEYS: usize = 64;
/// How deep an answer may nest.
const DEEPEST: usize = 128;

impl JsonReader {
    fn key(&mut self, text: &str) -> Name {
        if let Some(known) = self.keys.iter().find(|known| known.as_str() == text) {
            return known.clone();
        }
        let name = Name::new(text);
        if self.keys.len() < SHARED_KEYS {
            self.keys.push(name.clone());
        }
        name
    }
}

/// Reads one value at a depth.
pub(crate) struct NodeSeed<'a> {
    pub(crate) reader: &'a mut JsonReader,
    pub(crate) depth: usize,
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Reads an object's key.
struct KeySeed<'a>(&'a mut JsonReader);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Name;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Name;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
        Ok(self.0.key(text))
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Large(value), Node::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        if self.depth >= DEEPEST {
            return Err(A::Error::custom("nested too deeply"));
        }
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(0));
        while let Some(value) = seq.next_element_seed(NodeSeed { reader: &mut *self.reader, depth: self.depth + 1 })? {
            values.push(value);
        }
        Ok(Node::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        if self.depth >= DEEPEST {
            return Err(A::Error::custom("nested too deeply"));
        }
        let mut object = Object::default();
        while let Some(key) = map.next_key_seed(KeySeed(&mut *self.reader))? {
            let value = map.next_value_seed(NodeSeed { reader: &mut *self.reader, depth: self.depth + 1 })?;
            object.entries.push((key, value));
        }
        Ok(Node::Object(object))
    }
}
