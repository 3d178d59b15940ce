//! What represents an entity in a request for it: its type, its key, and what the wanted fields require.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};

use super::tree::{Node, Object};
use crate::plan::compiled::{EntityFetch, Require};
use crate::respond::{write_node, write_text};

const TYPENAME: &str = "__typename";

/// Writes a representation as JSON. False where a part is missing, or where nothing identifies the entity; what was
/// written then means nothing.
pub(super) fn write_representation(out: &mut Vec<u8>, object: &Object<'_>, fetch: &EntityFetch) -> bool {
    if fetch.overlaps {
        // Parts that meet under one key have to be merged before they are written.
        return represent(object, &fetch.requires).is_some_and(|value| serde_json::to_writer(out, &value).is_ok());
    }
    let mut seen = Seen::default();
    write_object(out, object, &fetch.requires, &mut seen).is_some() && seen.typename && seen.identified
}

/// What a representation has.
#[derive(Default)]
struct Seen {
    typename: bool,
    /// A value that is not null.
    identified: bool,
}

impl Seen {
    fn field(&mut self, key: &str, is_null: bool) {
        if key == TYPENAME {
            self.typename = true;
        } else {
            self.identified |= !is_null;
        }
    }
}

fn write_object(out: &mut Vec<u8>, object: &Object<'_>, requires: &[Require], seen: &mut Seen) -> Option<()> {
    out.push(b'{');
    write_fields(out, object, requires, seen)?;
    match out.last_mut() {
        Some(comma @ b',') => *comma = b'}',
        _ => out.push(b'}'),
    }
    Some(())
}

/// Writes the fields, each with a comma after it.
fn write_fields(out: &mut Vec<u8>, object: &Object<'_>, requires: &[Require], seen: &mut Seen) -> Option<()> {
    for require in requires {
        match require {
            Require::Type(name) => {
                out.extend_from_slice(b"\"__typename\":");
                write_text(out, name);
                out.push(b',');
                seen.typename = true;
            }
            Require::Field { from, to, children } => {
                let node = object.get(from)?;
                write_text(out, to);
                out.push(b':');
                write_part(out, node, children)?;
                out.push(b',');
                seen.field(to, node.is_null());
            }
            Require::On { types, children } => {
                let name = object.typename()?;
                if types.iter().any(|ty| ty.as_str() == name) {
                    write_fields(out, object, children, seen)?;
                }
            }
        }
    }
    Some(())
}

fn write_part(out: &mut Vec<u8>, node: &Node<'_>, children: &[Require]) -> Option<()> {
    match node {
        Node::Object(object) if !children.is_empty() => write_object(out, object, children, &mut Seen::default()),
        Node::List(items) if !children.is_empty() => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_part(out, item, children)?;
            }
            out.push(b']');
            Some(())
        }
        other => {
            write_node(out, other);
            Some(())
        }
    }
}

/// A representation as a value.
pub(super) fn represent(object: &Object<'_>, requires: &[Require]) -> Option<Value> {
    let mut map = IndexMap::with_capacity(4);
    let mut seen = Seen::default();
    fill(object, requires, &mut map, &mut seen)?;
    (seen.typename && seen.identified).then_some(Value::Object(map))
}

fn fill(object: &Object<'_>, requires: &[Require], map: &mut IndexMap<Name, Value>, seen: &mut Seen) -> Option<()> {
    for require in requires {
        match require {
            Require::Type(name) => {
                map.insert(Name::new(TYPENAME), Value::String(name.to_string()));
                seen.typename = true;
            }
            Require::Field { from, to, children } => {
                let value = part(object.get(from)?, children)?;
                seen.field(to, matches!(value, Value::Null));
                match map.get_mut(to) {
                    Some(own) => merge(own, value),
                    None => {
                        map.insert(to.clone(), value);
                    }
                }
            }
            Require::On { types, children } => {
                let name = object.typename()?;
                if types.iter().any(|ty| ty.as_str() == name) {
                    fill(object, children, map, seen)?;
                }
            }
        }
    }
    Some(())
}

/// Merges what two requirements want of one field.
fn merge(own: &mut Value, other: Value) {
    match (own, other) {
        (Value::Object(own), Value::Object(other)) => {
            for (key, value) in other {
                match own.get_mut(&key) {
                    Some(own) => merge(own, value),
                    None => {
                        own.insert(key, value);
                    }
                }
            }
        }
        (Value::List(own), Value::List(other)) if own.len() == other.len() => {
            own.iter_mut().zip(other).for_each(|(own, other)| merge(own, other));
        }
        (own, other) => *own = other,
    }
}

fn part(node: &Node<'_>, children: &[Require]) -> Option<Value> {
    match node {
        Node::Object(object) if !children.is_empty() => {
            let mut map = IndexMap::with_capacity(children.len());
            fill(object, children, &mut map, &mut Seen::default())?;
            Some(Value::Object(map))
        }
        Node::List(items) if !children.is_empty() => {
            items.iter().map(|item| part(item, children)).collect::<Option<_>>().map(Value::List)
        }
        other => Some(other.to_value()),
    }
}
