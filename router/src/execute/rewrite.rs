//! Small changes that a plan asks for: to representations before they are sent, to answers before they are merged.

use async_graphql::{Name, Value};

use super::tree::Node;
use crate::plan::compiled::{PathStep, Rewrite};

/// Changes a part of an answer.
pub(super) fn rewrite_node(rewrite: &Rewrite, node: &mut Node) {
    match rewrite {
        Rewrite::Set { path, value } => at_node(path, node, &mut |object, key| {
            if let Some(at) = object.position(key) {
                object.entries[at].1 = Node::Text(value.clone());
            }
        }),
        Rewrite::Rename { path, to } => at_node(path, node, &mut |object, key| {
            if let Some(at) = object.position(key) {
                let (_, value) = object.entries.remove(at);
                object.merge_entry(to.clone(), value);
            }
        }),
    }
}

fn at_node(path: &[PathStep], node: &mut Node, change: &mut dyn FnMut(&mut super::tree::Object, &str)) {
    if let Node::List(items) = node {
        items.iter_mut().for_each(|item| at_node(path, item, change));
        return;
    }
    let (Node::Object(object), Some((step, rest))) = (node, path.split_first()) else { return };
    match step {
        PathStep::Key(key) if rest.is_empty() => change(object, key),
        PathStep::Key(key) => {
            if let Some(at) = object.position(key) {
                at_node(rest, &mut object.entries[at].1, change);
            }
        }
        PathStep::Elements => {
            for (_, value) in &mut object.entries {
                at_node(rest, value, change);
            }
        }
        PathStep::Types(types) => {
            let holds = object.typename().is_none_or(|name| types.iter().any(|ty| ty.as_str() == name));
            if holds {
                let mut whole = Node::Object(std::mem::take(object));
                at_node(rest, &mut whole, change);
                if let Node::Object(changed) = whole {
                    *object = changed;
                }
            }
        }
    }
}

/// Changes a representation.
pub(super) fn rewrite_value(rewrite: &Rewrite, value: &mut Value) {
    let (path, set, to) = match rewrite {
        Rewrite::Set { path, value } => (path, Some(value), None),
        Rewrite::Rename { path, to } => (path, None, Some(to)),
    };
    at_value(path, value, set, to);
}

fn at_value(path: &[PathStep], value: &mut Value, set: Option<&String>, to: Option<&Name>) {
    if let Value::List(items) = value {
        items.iter_mut().for_each(|item| at_value(path, item, set, to));
        return;
    }
    let (Value::Object(map), Some((step, rest))) = (&mut *value, path.split_first()) else { return };
    match step {
        PathStep::Key(key) if rest.is_empty() => {
            if let (Some(text), Some(found)) = (set, map.get_mut(key)) {
                *found = Value::String(text.clone());
            }
            if let Some(to) = to
                && let Some(found) = map.shift_remove(key)
            {
                map.insert(to.clone(), found);
            }
        }
        PathStep::Key(key) => {
            if let Some(inner) = map.get_mut(key) {
                at_value(rest, inner, set, to);
            }
        }
        PathStep::Elements => at_value(rest, value, set, to),
        PathStep::Types(types) => {
            let name = match map.get("__typename") {
                Some(Value::String(name)) => name.as_str(),
                _ => return,
            };
            if types.iter().any(|ty| ty.as_str() == name) {
                at_value(rest, value, set, to);
            }
        }
    }
}
