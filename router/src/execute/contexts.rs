//! Entity requests in which arguments take their values from objects further up: entities whose values differ are asked
//! for in lists of their own, each under an alias, in one request.

use std::collections::HashMap;
use std::fmt::Write;

use async_graphql::{Name, Value};

use super::entities::{Asked, Batch, walk_object};
use super::tree::{Node, Object};
use super::{Question, Text};
use crate::plan::compiled::{ContextValue, Contextual, ContextualList, EntityFetch, Fetch, PathStep, Require};

/// Entities of a list for which all values are the same.
struct Group {
    list: usize,
    values: Vec<Value>,
    batch: Batch,
}

/// Finds the entities of a fetch and sorts them by the values that their arguments have.
pub(super) fn split<'a>(
    root: &Object<'_>,
    fetch: &'a Fetch,
    entities: &'a [EntityFetch],
    contextual: &Contextual,
    as_values: bool,
) -> Question<'a> {
    let mut groups = Vec::new();
    for (at, (entity, list)) in entities.iter().zip(&contextual.lists).enumerate() {
        if list.values.is_empty() {
            groups.push(Group { list: at, values: Vec::new(), batch: Batch::collect(root, entity, as_values) });
        } else {
            gather(root, entity, list, at, as_values, &mut groups);
        }
    }
    let as_planned = groups.len() == entities.len() && groups.iter().enumerate().all(|(at, group)| group.list == at);
    let text = if as_planned { Text::Planned(fetch) } else { Text::Written(write(contextual, &groups).into()) };
    let mut variables = Vec::new();
    let mut lists = Vec::with_capacity(groups.len());
    for (number, Group { list, values, batch }) in groups.into_iter().enumerate() {
        let mut asked = Asked::planned(&entities[list], batch);
        if !as_planned {
            asked.alias = Name::new(format!("_{number}"));
            asked.variable = Name::new(format!("__r{number}"));
        }
        lists.push(asked);
        let values = values.into_iter().enumerate();
        variables.extend(values.map(|(at, value)| (ContextualList::variable(number, at), value)));
    }
    Question { text, variables, lists }
}

/// Sorts the entities of a list into groups. One whose values are not to be had is left out.
fn gather(
    root: &Object<'_>,
    entity: &EntityFetch,
    list: &ContextualList,
    at: usize,
    as_values: bool,
    groups: &mut Vec<Group>,
) {
    let first = groups.len();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut place = Vec::with_capacity(8);
    for path in &entity.paths {
        let keys = path.iter().filter(|step| matches!(step, PathStep::Key(_))).count();
        walk_object(root, path, &mut place, &mut |object: &Object<'_>, place: &[u32]| {
            let Some(values) = values(root, place, keys, list) else { return };
            // Neighbours mostly have their values from the same object.
            let group = match groups[first..].last() {
                Some(last) if last.values == values => groups.len() - 1,
                _ => *known.entry(Value::List(values.clone()).to_string()).or_insert_with(|| {
                    groups.push(Group { list: at, values, batch: Batch::new(as_values) });
                    groups.len() - 1
                }),
            };
            groups[group].batch.add(place, object, entity);
        });
    }
}

/// The values of an entity's arguments; none where one of them was not fetched, or must not be null and is.
fn values(root: &Object<'_>, place: &[u32], keys: usize, list: &ContextualList) -> Option<Vec<Value>> {
    let value = |wanted: &ContextValue| {
        let value = take(object_above(root, place, keys.checked_sub(wanted.up)?)?, &wanted.select)?;
        (value != Value::Null || !wanted.ty.ends_with('!')).then_some(value)
    };
    list.values.iter().map(value).collect()
}

/// The object that is so many fields away from the root, on the way to a place.
fn object_above<'t, 'a>(root: &'t Object<'a>, place: &[u32], fields: usize) -> Option<&'t Object<'a>> {
    let mut current = root;
    let mut positions = place.iter().map(|position| *position as usize);
    for _ in 0..fields {
        let mut node = &current.entries.get(positions.next()?)?.1;
        while let Node::List(items) = node {
            node = items.get(positions.next()?)?;
        }
        let Node::Object(object) = node else { return None };
        current = object;
    }
    Some(current)
}

/// What is selected of an object; null where nothing is selected of objects of its type.
fn take(object: &Object<'_>, select: &[Require]) -> Option<Value> {
    for require in select {
        match require {
            Require::Type(_) => {}
            Require::Field { from, children, .. } => return take_part(object.get(from)?, children),
            Require::On { types, children } => {
                // Where the subgraph was not asked for the type, it is known to be one of these.
                if object.typename().is_none_or(|name| types.iter().any(|ty| ty.as_str() == name)) {
                    return take(object, children);
                }
            }
        }
    }
    Some(Value::Null)
}

fn take_part(node: &Node<'_>, children: &[Require]) -> Option<Value> {
    match node {
        Node::Object(object) if !children.is_empty() => take(object, children),
        Node::List(items) if !children.is_empty() => {
            items.iter().map(|item| take_part(item, children)).collect::<Option<_>>().map(Value::List)
        }
        other => Some(other.to_value()),
    }
}

/// Writes a request with a list for each group.
fn write(contextual: &Contextual, groups: &[Group]) -> String {
    let mut declared = String::new();
    let mut selection = String::from("{");
    // Writing to a string cannot fail.
    for (number, group) in groups.iter().enumerate() {
        let list = &contextual.lists[group.list];
        let _ = write!(declared, ",$__r{number}:[_Any!]!");
        list.declare(number, &mut declared);
        let _ = write!(selection, "_{number}:_entities(representations:$__r{number})");
        list.write(number, &mut selection);
    }
    declared.push_str(&contextual.declared);
    format!("query({}){selection}}}", declared.trim_start_matches(','))
}
