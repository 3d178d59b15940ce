//! Limits on operations, counted before fragments are expanded: a few hundred bytes can spell millions of fields.

use std::collections::HashMap;

use crate::error::{GraphError, codes};
use crate::operation::{Directive, Document, Fragment, Selection};

/// The largest operation that is planned. Defaults fit pages of a shop with room to spare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body. Default 1 MiB.
    pub body_bytes: usize,
    /// Bytes of the document. Default 128 KiB: what is longer belongs into variables.
    pub document_bytes: usize,
    /// Tokens of the document. Default 8,000.
    pub tokens: usize,
    /// How deep fields nest, fragments expanded. Default 15; introspection has its own depth of 20.
    pub depth: usize,
    /// Aliases, fragments expanded. Default 100.
    pub aliases: usize,
    /// Root fields, fragments expanded. Default 20.
    pub root_fields: usize,
    /// Selections (fields and fragments), fragments expanded. Default 2,000.
    pub selections: usize,
    /// Directives, fragments expanded. Default 200.
    pub directives: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            document_bytes: 128 * 1024,
            tokens: 8_000,
            depth: 15,
            aliases: 100,
            root_fields: 20,
            selections: 2_000,
            directives: 200,
        }
    }
}

/// What an operation adds up to once its fragments are expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) depth: usize,
    pub(crate) aliases: usize,
    pub(crate) root_fields: usize,
    pub(crate) selections: usize,
    pub(crate) directives: usize,
    /// How deep the lists of introspection nest that lead from types to types.
    pub(crate) introspection: usize,
    /// How deep selection sets nest, those of fragments counted: what every walk over the operation recurses.
    pub(crate) nesting: usize,
    /// Whether introspection is asked.
    pub(crate) introspects: bool,
}

impl Counts {
    fn add(&mut self, other: Self, below: usize) {
        self.depth = self.depth.max(other.depth.saturating_add(below));
        self.nesting = self.nesting.max(other.nesting.saturating_add(1));
        self.introspects |= other.introspects;
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.selections = self.selections.saturating_add(other.selections);
        self.directives = self.directives.saturating_add(other.directives);
        self.introspection = self.introspection.max(other.introspection);
    }
}

/// How deep introspection may nest; the usual query of tools has 14 levels.
const INTROSPECTION_DEPTH: usize = 20;
/// How deep lists of introspection may nest that lead from types to types: each multiplies the answer.
const INTROSPECTION_LISTS: usize = 2;
/// How deep selection sets nest, those of fragments counted.
const DEEPEST_NESTING: usize = 60;

/// Counts every operation of a document; answers the largest numbers. Each fragment is counted once, so that the work
/// is linear in the document. Fragments that spread each other in a circle are refused.
pub(crate) fn count(document: &Document) -> Result<Counts, GraphError> {
    let fragments = document.fragments.iter().map(|fragment| (&*fragment.name, fragment)).collect();
    let mut counter = Counter { fragments, memo: HashMap::new(), open: Vec::new() };
    for fragment in &document.fragments {
        counter.fragment(&fragment.name)?;
    }
    let mut most = Counts::default();
    for operation in &document.operations {
        let mut counts = counter.selections(&operation.selections)?;
        counts.directives = counts.directives.saturating_add(operation.directives.len());
        most = Counts {
            depth: most.depth.max(counts.depth),
            aliases: most.aliases.max(counts.aliases),
            root_fields: most.root_fields.max(counts.root_fields),
            selections: most.selections.max(counts.selections),
            directives: most.directives.max(counts.directives),
            introspection: most.introspection.max(if counts.introspects { counts.introspection } else { 0 }),
            nesting: most.nesting.max(counts.nesting),
            introspects: most.introspects || counts.introspects,
        };
    }
    Ok(most)
}

struct Counter<'a> {
    fragments: HashMap<&'a str, &'a Fragment>,
    memo: HashMap<&'a str, Counts>,
    open: Vec<&'a str>,
}

impl<'a> Counter<'a> {
    fn fragment(&mut self, name: &str) -> Result<Counts, GraphError> {
        if let Some(known) = self.memo.get(name) {
            return Ok(*known);
        }
        let Some((name, fragment)) = self.fragments.get_key_value(name).map(|(name, known)| (*name, *known)) else {
            // Validation names the unknown fragment.
            return Ok(Counts::default());
        };
        if self.open.contains(&name) {
            return Err(GraphError::new(
                codes::VALIDATION,
                format!("Cannot spread fragment \"{name}\" within itself."),
            ));
        }
        if self.open.len() >= DEEPEST_NESTING {
            return Err(too_nested());
        }
        self.open.push(name);
        let counts = self.selections(&fragment.selections)?;
        self.open.pop();
        self.memo.insert(name, counts);
        Ok(counts)
    }

    fn selections(&mut self, selections: &'a [Selection]) -> Result<Counts, GraphError> {
        let mut counts = Counts::default();
        for selection in selections {
            counts.selections = counts.selections.saturating_add(1);
            let (directives, below): (&[Directive], _) = match selection {
                Selection::Field(field) => {
                    counts.root_fields = counts.root_fields.saturating_add(1);
                    counts.aliases = counts.aliases.saturating_add(usize::from(field.alias.is_some()));
                    counts.depth = counts.depth.max(1);
                    counts.introspects |= matches!(field.name.as_str(), "__schema" | "__type");
                    if !field.selections.is_empty() {
                        let mut below = self.selections(&field.selections)?;
                        let is_list =
                            matches!(field.name.as_str(), "fields" | "interfaces" | "possibleTypes" | "inputFields");
                        below.introspection += usize::from(is_list);
                        counts.add(below, 1);
                    }
                    (&field.directives, None)
                }
                Selection::Inline(fragment) => (&fragment.directives, Some(self.selections(&fragment.selections)?)),
                Selection::Spread(spread) => (&spread.directives, Some(self.fragment(&spread.name)?)),
            };
            counts.directives = counts.directives.saturating_add(directives.len());
            if let Some(below) = below {
                counts.root_fields = counts.root_fields.saturating_add(below.root_fields);
                counts.add(below, 0);
            }
        }
        Ok(counts)
    }
}

fn too_nested() -> GraphError {
    GraphError::new(codes::TOO_COMPLEX, format!("Fragments nest deeper than {DEEPEST_NESTING} levels."))
}

/// Refuses what is larger than the limits.
pub(crate) fn check(counts: &Counts, limits: &Limits) -> Result<(), GraphError> {
    if counts.nesting > DEEPEST_NESTING {
        return Err(too_nested());
    }
    let depth = if counts.introspects { limits.depth.max(INTROSPECTION_DEPTH) } else { limits.depth };
    let checks = [
        ("nests fields", counts.depth, depth, "levels deep"),
        ("has", counts.aliases, limits.aliases, "aliases"),
        ("has", counts.root_fields, limits.root_fields, "root fields"),
        ("has", counts.selections, limits.selections, "selections"),
        ("has", counts.directives, limits.directives, "directives"),
        ("nests lists of introspection", counts.introspection, INTROSPECTION_LISTS, "levels deep"),
    ];
    for (verb, actual, limit, what) in checks {
        if actual > limit {
            return Err(GraphError::new(
                codes::TOO_COMPLEX,
                format!("The operation {verb} {actual} {what}, fragments expanded; the limit is {limit}."),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn counts(text: &str) -> Result<Counts, GraphError> {
        count(&crate::operation::parse(text, usize::MAX).unwrap())
    }

    #[test]
    fn counts_expanded_fragments() {
        let found = counts("{ a: x { ...F } b { ...F } } fragment F on T { c { d } }").unwrap();
        let expected = Counts { depth: 3, aliases: 1, root_fields: 2, selections: 8, nesting: 3, ..Counts::default() };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_fragment_bomb_is_counted_at_once() {
        let mut text = "{ ...F0 }".to_owned();
        for level in 0..30 {
            let next = level + 1;
            text.push_str(&format!(
                " fragment F{level} on Query {{ a{{...F{next}}} b{{...F{next}}} c{{...F{next}}} }}"
            ));
        }
        text.push_str(" fragment F30 on Query { x }");
        let started = std::time::Instant::now();
        let found = counts(&text).unwrap();
        assert!(check(&found, &Limits::default()).is_err());
        assert!(started.elapsed() < std::time::Duration::from_millis(50));
    }

    #[test]
    fn long_chains_of_fragments_are_refused() {
        let mut text = "{ ...F0 }".to_owned();
        for level in 0..1000 {
            text.push_str(&format!(" fragment F{level} on Query {{ ...F{} }}", level + 1));
        }
        text.push_str(" fragment F1000 on Query { x }");
        assert!(counts(&text).map_or(true, |found| check(&found, &Limits::default()).is_err()));
    }

    #[test]
    fn circles_are_refused() {
        assert!(counts("{ ...A } fragment A on T { ...B } fragment B on T { ...A }").is_err());
    }
}
