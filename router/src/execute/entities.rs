//! Entity fetches: what represents the entities in the tree, and where the answers belong.

use std::collections::HashMap;
use std::hash::BuildHasher;

use async_graphql::{Name, Value};
use bytes::Bytes;
use foldhash::fast::RandomState;

use super::rename::rename;
use super::represent::{represent, write_representation};
use super::tree::{Node, Object};
use crate::error::{GraphError, PathSegment};
use crate::plan::compiled::{EntityFetch, PathStep};

/// The entities of one list in a request.
pub(super) struct Batch {
    /// Different representations as JSON, each with a comma after it, in the order in which they were met.
    json: Vec<u8>,
    /// Where each of them is.
    written: Vec<(u32, u32)>,
    /// The same as values, where the transport wants those.
    values: Option<Vec<Value>>,
    /// How many of them were sent.
    sent: usize,
    /// How many places want the answer to each representation.
    uses: Vec<u32>,
    /// The places: from the root, the position of an entry or list element on each level.
    positions: Vec<u32>,
    targets: Vec<Target>,
    /// Representations by their hashes. Where two have the same one, the second is not known: it is asked for again.
    known: HashMap<u64, u32, RandomState>,
}

/// A list of entities as it is asked for.
pub(super) struct Asked<'a> {
    /// The response key of the `_entities` field.
    pub(super) alias: Name,
    /// The variable that carries the representations.
    pub(super) variable: Name,
    planned: &'a EntityFetch,
    batch: Batch,
}

impl<'a> Asked<'a> {
    /// The list under the names that the plan has for it.
    pub(super) fn planned(planned: &'a EntityFetch, batch: Batch) -> Self {
        Self { alias: planned.alias.clone(), variable: planned.variable.clone(), planned, batch }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batch.targets.is_empty()
    }

    /// How many entities are asked for.
    pub(super) fn count(&self) -> usize {
        self.batch.uses.len()
    }

    /// The next representations to send, so many.
    pub(super) fn next(&mut self, count: usize) -> Representations {
        self.batch.next(count)
    }
}

struct Target {
    start: u32,
    end: u32,
    representation: u32,
}

/// Representations as they travel.
pub(super) enum Representations {
    Values(Value),
    Json(Bytes),
}

impl Batch {
    pub(super) fn new(as_values: bool) -> Self {
        Self {
            json: Vec::new(),
            written: Vec::new(),
            values: as_values.then(Vec::new),
            sent: 0,
            uses: Vec::new(),
            positions: Vec::new(),
            targets: Vec::new(),
            known: HashMap::default(),
        }
    }

    /// Finds the entities of a fetch in the tree and represents them.
    pub(super) fn collect(root: &Object<'_>, fetch: &EntityFetch, as_values: bool) -> Self {
        let mut batch = Self::new(as_values);
        let mut found = |object: &Object<'_>, place: &[u32]| batch.add(place, object, fetch);
        let mut place = Vec::with_capacity(8);
        for path in &fetch.paths {
            walk_object(root, path, &mut place, &mut found);
        }
        batch
    }

    fn next(&mut self, count: usize) -> Representations {
        let from = self.sent;
        self.sent += count;
        if let Some(values) = &mut self.values {
            let rest = values.split_off(count);
            return Representations::Values(Value::List(std::mem::replace(values, rest)));
        }
        let bytes = match &self.written[from..self.sent] {
            [] => &[],
            some => &self.json[some[0].0 as usize..some[some.len() - 1].1 as usize],
        };
        let mut json = Vec::with_capacity(bytes.len() + 2);
        json.push(b'[');
        json.extend_from_slice(bytes);
        json.push(b']');
        Representations::Json(json.into())
    }

    /// Adds an entity that is wanted at a place; where it cannot be represented, nothing.
    pub(super) fn add(&mut self, place: &[u32], object: &Object<'_>, fetch: &EntityFetch) {
        let start = self.json.len();
        if !write_representation(&mut self.json, object, fetch) {
            self.json.truncate(start);
            return;
        }
        let end = self.json.len();
        let hash = self.known.hasher().hash_one(&self.json[start..]);
        let same = |at: &u32| {
            let (other, until) = self.written[*at as usize];
            self.json[other as usize..until as usize] == self.json[start..end]
        };
        let at = match self.known.get(&hash).copied().filter(same) {
            Some(at) => {
                self.json.truncate(start);
                at
            }
            None => {
                let at = as_u32(self.written.len());
                if let Some(values) = &mut self.values {
                    let Some(value) = represent(object, &fetch.requires) else {
                        self.json.truncate(start);
                        return;
                    };
                    values.push(value);
                }
                self.json.push(b',');
                self.written.push((as_u32(start), as_u32(end)));
                self.known.insert(hash, at);
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

/// The places of the objects at a path.
pub(super) fn object_places(root: &Object<'_>, path: &[PathStep]) -> Vec<Vec<u32>> {
    let mut places = Vec::new();
    walk_object(root, path, &mut Vec::new(), &mut |_: &Object<'_>, place: &[u32]| places.push(place.to_vec()));
    places
}

/// Merges what was asked once into each of the places.
pub(super) fn merge_at<'a>(root: &mut Object<'a>, places: &[Vec<u32>], answer: &Object<'a>) {
    for place in places {
        if let Some(object) = object_at(root, place) {
            object.merge(answer.clone());
        }
    }
}

/// Goes to the objects at a path. Lists on the way are entered.
fn walk(node: &Node<'_>, path: &[PathStep], place: &mut Vec<u32>, found: &mut impl FnMut(&Object<'_>, &[u32])) {
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
    object: &Object<'_>,
    path: &[PathStep],
    place: &mut Vec<u32>,
    found: &mut impl FnMut(&Object<'_>, &[u32]),
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

/// Merges the answers into the places that want them.
pub(super) fn merge<'a>(root: &mut Object<'a>, asked: Asked<'a>, list: Node<'a>) {
    let Node::List(mut items) = list else { return };
    let Asked { planned, mut batch, .. } = asked;
    for item in &mut items {
        for wanted in &planned.renames {
            rename(wanted, item);
        }
    }
    for at in 0..batch.targets.len() {
        let target = &batch.targets[at];
        let representation = target.representation as usize;
        batch.uses[representation] -= 1;
        let (Some(Node::Object(entity)), Some(object)) =
            (items.get_mut(representation), object_at(root, batch.place(target)))
        else {
            continue;
        };
        if batch.uses[representation] == 0 {
            object.merge(std::mem::take(entity));
        } else {
            object.merge_copy(entity);
        }
    }
}

fn object_at<'t, 'a>(root: &'t mut Object<'a>, place: &[u32]) -> Option<&'t mut Object<'a>> {
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
fn client_path(root: &Object<'_>, place: &[u32]) -> Vec<PathSegment> {
    let mut path = Vec::with_capacity(place.len());
    let mut current: Option<&Node<'_>> = None;
    for position in place {
        let position = *position as usize;
        let object = match current {
            None => Some(root),
            Some(Node::Object(object)) => Some(object),
            Some(_) => None,
        };
        let next = match (object, current) {
            (Some(object), _) => object.entries.get(position).map(|(key, value)| {
                path.push(PathSegment::Key(Name::new(key)));
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
    lists: &[Asked<'_>],
    root: &Object<'_>,
    data: &Node<'_>,
    errors: &mut Vec<GraphError>,
) {
    let mut guessed: Vec<(usize, usize)> = Vec::new();
    for mut error in found {
        error.locations.clear();
        let path = std::mem::take(&mut error.path);
        let list = match path.first() {
            Some(PathSegment::Key(alias)) => lists.iter().position(|list| list.alias == *alias),
            _ => None,
        };
        let place = match (list, path.get(1)) {
            (Some(list), Some(PathSegment::Index(index))) => Some((list, *index, &path[2..])),
            // Some servers leave the position out: it is that of an entity in which the value is null.
            (Some(list), Some(PathSegment::Key(_))) => {
                guess(&lists[list].alias, list, &path[1..], data, &mut guessed).map(|index| (list, index, &path[1..]))
            }
            _ => None,
        };
        match place {
            Some((list, representation, rest)) => {
                let batch = &lists[list].batch;
                let wanting = batch.targets.iter().filter(|target| target.representation as usize == representation);
                for target in wanting.take(MOST_PLACES) {
                    let mut path = client_path(root, batch.place(target));
                    path.extend(rest.iter().cloned());
                    errors.push(error.clone().at(path));
                }
            }
            // It concerns the whole request: say so where its first entity is.
            None => {
                let first = lists.iter().find_map(|list| Some((&list.batch, list.batch.targets.first()?)));
                let path = first.map(|(batch, target)| client_path(root, batch.place(target))).unwrap_or_default();
                errors.push(error.at(path));
            }
        }
    }
}

/// The first entity that has null at a path and no error yet.
fn guess(
    alias: &str,
    number: usize,
    path: &[PathSegment],
    data: &Node<'_>,
    guessed: &mut Vec<(usize, usize)>,
) -> Option<usize> {
    let Node::Object(data) = data else { return None };
    let Some(Node::List(entities)) = data.get(alias) else { return None };
    let is_null = |entity: &Node<'_>| {
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
