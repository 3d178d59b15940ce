//! Renames response keys of an answer, where the plan had to ask under other ones.

use super::tree::{Node, Object};
use crate::plan::compiled::{PathStep, Rename};

/// Renames in an answer.
pub(super) fn rename<'a>(rename: &'a Rename, node: &mut Node<'a>) {
    at(&rename.path, node, rename);
}

fn at<'a>(path: &[PathStep], node: &mut Node<'a>, rename: &'a Rename) {
    match node {
        Node::List(items) => items.iter_mut().for_each(|item| at(path, item, rename)),
        Node::Object(object) => at_object(path, object, rename),
        _ => {}
    }
}

fn at_object<'a>(path: &[PathStep], object: &mut Object<'a>, rename: &'a Rename) {
    match path.split_first() {
        Some((PathStep::Key(key), rest)) => {
            let Some(position) = object.position(key) else { return };
            if rest.is_empty() {
                let (_, value) = object.entries.remove(position);
                object.merge_entry(&rename.to, value);
            } else {
                at(rest, &mut object.entries[position].1, rename);
            }
        }
        Some((PathStep::Types(types), rest))
            if object.typename().is_none_or(|name| types.iter().any(|ty| ty.as_str() == name)) =>
        {
            at_object(rest, object, rename);
        }
        _ => {}
    }
}
