//! Entity requests that would be too large, sent in several.

use super::answer::Answer;
use super::entities::Asked;
use super::tree::{Kept, Node, Object};
use crate::error::{GraphError, PathSegment};

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
    pub(super) fn fits(&self, answer: &Answer<'_>, lists: &[Asked<'_>]) -> bool {
        let Node::Object(data) = &answer.data else { return true };
        lists.iter().zip(&self.counts).all(|(list, count)| match data.get(&list.alias) {
            Some(Node::List(items)) => items.len() == *count,
            // An error that took the whole list with it.
            None | Some(Node::Null) => !answer.errors.is_empty(),
            Some(_) => false,
        })
    }

    /// The error as it would be if all entities had been asked for at once.
    fn place(&self, mut error: GraphError, lists: &[Asked<'_>]) -> GraphError {
        match &mut error.path[..] {
            [PathSegment::Key(_), PathSegment::Index(index), ..] => *index += self.first,
            [PathSegment::Key(_), PathSegment::Key(_), ..] => {}
            // It concerns this whole request: say so where its first entity is.
            _ => {
                let first = lists.iter().zip(&self.counts).find(|(_, count)| **count > 0);
                if let Some((list, _)) = first {
                    error.path = vec![PathSegment::Key(list.alias.clone()), PathSegment::Index(self.first)];
                }
            }
        }
        error
    }
}

/// The answers to all parts as one.
pub(super) fn join<'a>(answers: Vec<(Chunk, Answer<'a>)>, lists: &[Asked<'_>], kept: &'a Kept) -> Answer<'a> {
    let mut all: Vec<Vec<Node<'a>>> = lists.iter().map(|_| Vec::new()).collect();
    let mut joined = Answer { data: Node::Null, errors: Vec::new(), replayed: false };
    for (chunk, mut answer) in answers {
        joined.replayed |= answer.replayed;
        joined.errors.extend(answer.errors.drain(..).map(|error| chunk.place(error, lists)));
        for ((list, all), count) in lists.iter().zip(&mut all).zip(&chunk.counts) {
            let items = match &mut answer.data {
                Node::Object(data) => data.position(&list.alias).map(|at| data.entries.swap_remove(at).1),
                _ => None,
            };
            match items {
                Some(Node::List(items)) => all.extend(items),
                _ => all.extend(std::iter::repeat_n(Node::Null, *count)),
            }
        }
    }
    let keys = lists.iter().map(|list| kept.text(list.alias.to_string()));
    joined.data = Node::Object(Object { entries: keys.zip(all.into_iter().map(Node::List)).collect() });
    joined
}
