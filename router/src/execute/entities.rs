//! Entity fetches: what represents the entities in the tree, and where the answers belong.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};

use super::rename::rename;
use super::tree::{Node, Object};
use crate::error::{GraphError, PathSegment};
use crate::plan::compiled::{EntityFetch, PathStep, Require};

/// The entities of one list in a request.
#[derive(Default)]
pub(super) struct Batch {
    /// Different representations, in the order in which they were met.
    pub(super) representations: Vec<Value>,
    /// How many places want the answer to each representation.
    uses: Vec<u32>,
    /// The places: from the root, the position of an entry or list element on each level.
    positions: Vec<u32>,
    targets: Vec<Target>,
    known: HashMap<u64, u32>,
}

struct Target {
    start: u32,
    end: u32,
    representation: u32,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// How many entities are asked for.
    pub(super) fn asked(&self) -> usize {
        self.uses.len()
    }

    pub(super) fn add(&mut self, place: &[u32], representation: Value) {
        let mut hasher = DefaultHasher::new();
        hash_value(&representation, &mut hasher);
        let hash = hasher.finish();
        let known = self.known.get(&hash).copied().filter(|at| self.representations[*at as usize] == representation);
        let at = match known {
            Some(at) => at,
            None => {
                let at = as_u32(self.representations.len());
                self.known.insert(hash, at);
                self.representations.push(representation);
                self.uses.push(0);
                at
            }
        };
        self.uses[at as usize] += 1;
        let start = as_u32(self.positions.len());
        self.positions.extend_from_slice(place);
        self.targets.push(Target { start, end: as_u32(self.positions.len()), representation: at });
    }

    fn place(&self, target: &Target) -> &[u32] {
        &self.positions[target.start as usize..target.end as usize]
    }
}

fn as_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn hash_value(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Number(number) => number.hash(hasher),
        Value::String(text) => text.hash(hasher),
        Value::Boolean(value) => value.hash(hasher),
        Value::Binary(bytes) => bytes.hash(hasher),
        Value::Enum(name) => name.hash(hasher),
        Value::List(items) => items.iter().for_each(|item| hash_value(item, hasher)),
        Value::Object(map) => {
            for (key, value) in map {
                key.hash(hasher);
                hash_value(value, hasher);
            }
        }
    }
}

/// Finds the entities of a fetch in the tree and represents them.
pub(super) fn collect(root: &Object, fetch: &EntityFetch) -> Batch {
    let mut batch = Batch::default();
    let mut found = |object: &Object, place: &[u32]| {
        if let Some(representation) = represent(object, &fetch.requires) {
            batch.add(place, representation);
        }
    };
    let mut place = Vec::with_capacity(8);
    for path in &fetch.paths {
        walk_object(root, path, &mut place, &mut found);
    }
    batch
}

/// The places of the objects at a path.
pub(super) fn object_places(root: &Object, path: &[PathStep]) -> Vec<Vec<u32>> {
    let mut places = Vec::new();
    walk_object(root, path, &mut Vec::new(), &mut |_: &Object, place: &[u32]| places.push(place.to_vec()));
    places
}

/// Merges what was asked once into each of the places.
pub(super) fn merge_at(root: &mut Object, places: &[Vec<u32>], answer: &Object) {
    for place in places {
        if let Some(object) = object_at(root, place) {
            object.merge(answer.clone());
        }
    }
}

/// Goes to the objects at a path. Lists on the way are entered.
fn walk(node: &Node, path: &[PathStep], place: &mut Vec<u32>, found: &mut impl FnMut(&Object, &[u32])) {
    match node {
        Node::Object(object) => walk_object(object, path, place, found),
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push(as_u32(index));
                walk(item, path, place, found);
                place.pop();
            }
        }
        _ => {}
    }
}

pub(super) fn walk_object(
    object: &Object,
    path: &[PathStep],
    place: &mut Vec<u32>,
    found: &mut impl FnMut(&Object, &[u32]),
) {
    match path.split_first() {
        None => found(object, place),
        Some((PathStep::Key(key), rest)) => {
            if let Some(at) = object.position(key) {
                place.push(as_u32(at));
                walk(&object.entries[at].1, rest, place, found);
                place.pop();
            }
        }
        Some((PathStep::Types(types), rest)) => {
            // Where the subgraph was not asked for the type, the path was typed by the plan.
            if object.typename().is_none_or(|name| types.iter().any(|ty| ty.as_str() == name)) {
                walk_object(object, rest, place, found);
            }
        }
    }
}

/// A representation; none where a part is missing, or where nothing identifies the entity.
pub(super) fn represent(object: &Object, requires: &[Require]) -> Option<Value> {
    let mut map = IndexMap::with_capacity(4);
    let mut identified = false;
    fill(object, requires, &mut map, &mut identified)?;
    (identified && map.contains_key("__typename")).then_some(Value::Object(map))
}

fn fill(object: &Object, requires: &[Require], map: &mut IndexMap<Name, Value>, identified: &mut bool) -> Option<()> {
    for require in requires {
        match require {
            Require::Type(name) => {
                map.insert(Name::new("__typename"), Value::String(name.to_string()));
            }
            Require::Field { from, to, children } => {
                let value = part(object.get(from)?, children)?;
                *identified |= to != "__typename" && !matches!(value, Value::Null);
                match (map.get_mut(to), value) {
                    (Some(Value::Object(own)), Value::Object(other)) => own.extend(other),
                    (_, value) => {
                        map.insert(to.clone(), value);
                    }
                }
            }
            Require::On { types, children } => {
                let name = object.typename()?;
                if types.iter().any(|ty| ty.as_str() == name) {
                    fill(object, children, map, identified)?;
                }
            }
        }
    }
    Some(())
}

fn part(node: &Node, children: &[Require]) -> Option<Value> {
    if children.is_empty() {
        return Some(node.to_value());
    }
    match node {
        Node::Object(object) => {
            let mut map = IndexMap::with_capacity(children.len());
            fill(object, children, &mut map, &mut false)?;
            Some(Value::Object(map))
        }
        Node::List(items) => items.iter().map(|item| part(item, children)).collect::<Option<_>>().map(Value::List),
        other => Some(other.to_value()),
    }
}

/// Merges the answers into the places that want them.
pub(super) fn merge(root: &mut Object, fetch: &EntityFetch, batch: &mut Batch, list: Node) {
    let Node::List(items) = list else { return };
    let mut items: Vec<Option<Node>> = items.into_iter().map(Some).collect();
    for item in items.iter_mut().flatten() {
        for wanted in &fetch.renames {
            rename(wanted, item);
        }
    }
    for at in 0..batch.targets.len() {
        let target = &batch.targets[at];
        let representation = target.representation as usize;
        let Some(slot) = items.get_mut(representation) else { continue };
        batch.uses[representation] -= 1;
        let entity = if batch.uses[representation] == 0 { slot.take() } else { slot.clone() };
        let (Some(Node::Object(entity)), Some(object)) = (entity, object_at(root, batch.place(target))) else {
            continue;
        };
        object.merge(entity);
    }
}

fn object_at<'a>(root: &'a mut Object, place: &[u32]) -> Option<&'a mut Object> {
    let (first, rest) = place.split_first()?;
    let mut node = &mut root.entries.get_mut(*first as usize)?.1;
    for position in rest {
        node = match node {
            Node::Object(object) => &mut object.entries.get_mut(*position as usize)?.1,
            Node::List(items) => items.get_mut(*position as usize)?,
            _ => return None,
        };
    }
    match node {
        Node::Object(object) => Some(object),
        _ => None,
    }
}

/// The client's path of a place.
fn client_path(root: &Object, place: &[u32]) -> Vec<PathSegment> {
    let mut path = Vec::with_capacity(place.len());
    let mut current: Option<&Node> = None;
    for position in place {
        let position = *position as usize;
        let object = match current {
            None => Some(root),
            Some(Node::Object(object)) => Some(object),
            Some(_) => None,
        };
        let next = match (object, current) {
            (Some(object), _) => object.entries.get(position).map(|(key, value)| {
                path.push(PathSegment::Key(key.clone()));
                value
            }),
            (None, Some(Node::List(items))) => {
                path.push(PathSegment::Index(position));
                items.get(position)
            }
            _ => None,
        };
        if next.is_none() {
            return path;
        }
        current = next;
    }
    path
}

/// How many places one error of a subgraph is told at.
const MOST_PLACES: usize = 20;

/// Gives the errors of an entity request their paths in the client's answer.
pub(super) fn place_errors(
    found: Vec<GraphError>,
    fetches: &[EntityFetch],
    batches: &[Batch],
    root: &Object,
    data: &Node,
    errors: &mut Vec<GraphError>,
) {
    let mut guessed: Vec<(usize, usize)> = Vec::new();
    for mut error in found {
        error.locations.clear();
        let path = std::mem::take(&mut error.path);
        let fetch = match path.first() {
            Some(PathSegment::Key(alias)) => fetches.iter().position(|fetch| fetch.alias == *alias),
            _ => None,
        };
        let place = match (fetch, path.get(1)) {
            (Some(fetch), Some(PathSegment::Index(index))) => Some((fetch, *index, &path[2..])),
            // Some servers leave the position out: it is that of an entity in which the value is null.
            (Some(fetch), Some(PathSegment::Key(_))) => {
                guess(&fetches[fetch], fetch, &path[1..], data, &mut guessed).map(|index| (fetch, index, &path[1..]))
            }
            _ => None,
        };
        match place {
            Some((fetch, representation, rest)) => {
                let Some(batch) = batches.get(fetch) else { continue };
                let wanting = batch.targets.iter().filter(|target| target.representation as usize == representation);
                for target in wanting.take(MOST_PLACES) {
                    let mut path = client_path(root, batch.place(target));
                    path.extend(rest.iter().cloned());
                    errors.push(error.clone().at(path));
                }
            }
            // It concerns the whole request: say so where its first entity is.
            None => {
                let first = batches.iter().find_map(|batch| Some((batch, batch.targets.first()?)));
                let path = first.map(|(batch, target)| client_path(root, batch.place(target))).unwrap_or_default();
                errors.push(error.at(path));
            }
        }
    }
}

/// The first entity that has null at a path and no error yet.
fn guess(
    fetch: &EntityFetch,
    number: usize,
    path: &[PathSegment],
    data: &Node,
    guessed: &mut Vec<(usize, usize)>,
) -> Option<usize> {
    let Node::Object(data) = data else { return None };
    let Some(Node::List(entities)) = data.get(&fetch.alias) else { return None };
    let is_null = |entity: &Node| {
        let mut node = Some(entity);
        for segment in path {
            node = match (node, segment) {
                (Some(Node::Object(object)), PathSegment::Key(key)) => object.get(key),
                (Some(Node::List(items)), PathSegment::Index(index)) => items.get(*index),
                _ => break,
            };
        }
        node.is_none_or(Node::is_null)
    };
    let null = |index: &usize| is_null(&entities[*index]);
    let fresh = (0..entities.len()).find(|index| null(index) && !guessed.contains(&(number, *index)));
    let index = fresh.or_else(|| (0..entities.len()).find(null))?;
    guessed.push((number, index));
    Some(index)
}
