//! Entity requests that would be too large, sent in several.

use async_graphql::Name;

use super::answer::Answer;
use super::tree::{Node, Object};
use crate::error::{GraphError, PathSegment};
use crate::plan::compiled::EntityFetch;

/// A part of the entities that a fetch asks for: a request of its own.
pub(super) struct Chunk {
    /// The position of its first entity in each list.
    first: usize,
    /// How many entities of each list it asks for.
    counts: Vec<usize>,
}

/// Cuts lists of entities into parts of at most `most` each; one part where that is enough for all.
pub(super) fn cut(asked: &[usize], most: usize) -> Vec<Chunk> {
    let most = most.max(1);
    let longest = asked.iter().copied().max().unwrap_or(0);
    (0..longest.div_ceil(most).max(1))
        .map(|number| {
            let first = number * most;
            Chunk { first, counts: asked.iter().map(|asked| asked.saturating_sub(first).min(most)).collect() }
        })
        .collect()
}

impl Chunk {
    pub(super) fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// Whether there is an answer for each entity. Where there is not, nothing says which one is missing.
    pub(super) fn fits(&self, answer: &Answer<'_>, entities: &[EntityFetch]) -> bool {
        let Node::Object(data) = &answer.data else { return true };
        entities.iter().zip(&self.counts).all(|(entity, count)| match data.get(&entity.alias) {
            Some(Node::List(items)) => items.len() == *count,
            // An error that took the whole list with it.
            None | Some(Node::Null) => !answer.errors.is_empty(),
            Some(_) => false,
        })
    }

    /// The error as it would be if all entities had been asked for at once.
    fn place(&self, mut error: GraphError, entities: &[EntityFetch]) -> GraphError {
        match &mut error.path[..] {
            [PathSegment::Key(_), PathSegment::Index(index), ..] => *index += self.first,
            [PathSegment::Key(_), PathSegment::Key(_), ..] => {}
            // It concerns this whole request: say so where its first entity is.
            _ => {
                let first = entities.iter().zip(&self.counts).find(|(_, count)| **count > 0);
                if let Some((entity, _)) = first {
                    error.path = vec![PathSegment::Key(Name::new(&entity.alias)), PathSegment::Index(self.first)];
                }
            }
        }
        error
    }
}

/// The answers to all parts as one.
pub(super) fn join<'a>(answers: Vec<(Chunk, Answer<'a>)>, entities: &'a [EntityFetch]) -> Answer<'a> {
    let mut lists: Vec<Vec<Node<'a>>> = entities.iter().map(|_| Vec::new()).collect();
    let mut joined = Answer { data: Node::Null, errors: Vec::new(), replayed: false };
    for (chunk, mut answer) in answers {
        joined.replayed |= answer.replayed;
        joined.errors.extend(answer.errors.drain(..).map(|error| chunk.place(error, entities)));
        for ((list, entity), count) in lists.iter_mut().zip(entities).zip(&chunk.counts) {
            let items = match &mut answer.data {
                Node::Object(data) => data.position(&entity.alias).map(|at| data.entries.swap_remove(at).1),
                _ => None,
            };
            match items {
                Some(Node::List(items)) => list.extend(items),
                _ => list.extend(std::iter::repeat_n(Node::Null, *count)),
            }
        }
    }
    let entries = entities.iter().zip(lists).map(|(entity, list)| (entity.alias.as_str(), Node::List(list)));
    joined.data = Node::Object(Object { entries: entries.collect() });
    joined
}
