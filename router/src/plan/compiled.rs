//! A plan, ready to run: everything that does not depend on variables is done.

use std::fmt::Write;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use async_graphql::Name;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;

use super::prepared::IdempotencyKey;
use crate::operation::Argument;

/// A plan of one variant of an operation.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What to fetch. A query has at most one part; a mutation has one a root field, run one after the other.
    pub(crate) parts: Vec<PlanPart>,
    /// What to answer.
    pub(crate) projection: Projection,
    /// The root fields that introspection answers.
    pub(crate) introspects: bool,
    /// How long the last answer was, in bytes: the next one will not be much longer.
    pub(crate) answer_bytes: AtomicUsize,
}

/// A part of a plan that starts after the parts before it have ended.
#[derive(Debug)]
pub(crate) struct PlanPart {
    /// The requests, each after those that it waits for.
    pub(crate) fetches: Vec<Fetch>,
    /// The key of a mutation field's `@idempotent`.
    pub(crate) idempotency: Option<IdempotencyKey>,
}

/// A request to one subgraph.
#[derive(Debug)]
pub(crate) struct Fetch {
    /// The subgraph's position in the plan engine's list.
    pub(crate) subgraph: usize,
    pub(crate) query: Arc<str>,
    /// The query, parsed when a transport first wants it so.
    pub(super) document: OnceLock<Option<Arc<ExecutableDocument>>>,
    /// The client's variables that the request needs.
    pub(crate) variables: Vec<Name>,
    pub(crate) kind: FetchKind,
    /// What arguments take from contexts; none for most requests.
    pub(crate) contextual: Option<Box<Contextual>>,
    /// The fetches of the same part that must have ended before.
    pub(crate) depends: Vec<usize>,
}

impl Fetch {
    /// The query, parsed.
    pub(crate) fn document(&self) -> Option<Arc<ExecutableDocument>> {
        self.document.get_or_init(|| parse_query(&self.query).ok().map(Arc::new)).clone()
    }
}

/// What a request asks for.
#[derive(Debug)]
pub(crate) enum FetchKind {
    /// Fields of the root, wanted in the objects at a path; at the root of the tree where the path is empty.
    Root { path: Vec<PathStep>, renames: Vec<Rename>, keys: Vec<Name> },
    /// Fields of entities, by their keys; several lists of entities travel in one request.
    Entities(Vec<EntityFetch>),
}

/// A list of entities to fetch.
#[derive(Debug)]
pub(crate) struct EntityFetch {
    /// The response key of the `_entities` field.
    pub(crate) alias: Name,
    /// The variable that carries the representations.
    pub(crate) variable: Name,
    /// Where in the tree the entities are.
    pub(crate) paths: Vec<Vec<PathStep>>,
    /// What represents an entity.
    pub(crate) requires: Vec<Require>,
    /// Whether several of `requires` may meet under one key.
    pub(crate) overlaps: bool,
    /// Response keys to rename in the answer.
    pub(crate) renames: Vec<Rename>,
}

/// A request for entities in which arguments take their values from objects further up. It is written anew where the
/// entities of a list have different ones: each combination of values is a list of its own.
#[derive(Debug)]
pub(crate) struct Contextual {
    /// How the client's variables are declared, each after a comma.
    pub(crate) declared: String,
    /// The lists of entities, in the order of the request's.
    pub(crate) lists: Vec<ContextualList>,
}

/// A list of entities, and what is selected of them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ContextualList {
    /// The selection, without the variables of the values.
    pub(crate) text: String,
    /// Where in the selection which value's variable belongs.
    pub(crate) marks: Vec<(usize, usize)>,
    pub(crate) values: Vec<ContextValue>,
}

/// A value that is taken from an object further up.
#[derive(Debug, PartialEq)]
pub(crate) struct ContextValue {
    /// How many fields above the entity the object is.
    pub(crate) up: usize,
    /// What is taken of it: one path through the tree, for some types another one.
    pub(crate) select: Vec<Require>,
    /// The argument's type.
    pub(crate) ty: Arc<str>,
}

impl ContextualList {
    /// The variable of a value, where the list is the `number`th of a request.
    pub(crate) fn variable(number: usize, value: usize) -> Name {
        Name::new(format!("__c{number}_{value}"))
    }

    /// Writes the selection of the list that is the `number`th of a request.
    pub(crate) fn write(&self, number: usize, out: &mut String) {
        let mut from = 0;
        for (at, value) in &self.marks {
            out.push_str(&self.text[from..*at]);
            out.push('$');
            out.push_str(&Self::variable(number, *value));
            from = *at;
        }
        out.push_str(&self.text[from..]);
    }

    /// Declares the variables of the list that is the `number`th of a request.
    pub(crate) fn declare(&self, number: usize, out: &mut String) {
        for (at, value) in self.values.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(out, ",${}:{}", Self::variable(number, at), value.ty);
        }
    }
}

/// A step on the way to objects in the tree. Lists on the way are entered of themselves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PathStep {
    Key(Name),
    /// Only objects of these types.
    Types(Vec<Name>),
}

/// A part of a representation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Require {
    /// `__typename`, where it is known when planning.
    Type(Name),
    Field {
        /// The response key in the tree.
        from: Name,
        /// The key in the representation.
        to: Name,
        children: Vec<Require>,
    },
    /// Parts for objects of these types only.
    On { types: Vec<Name>, children: Vec<Require> },
}

/// Whether several requirements may meet under one key.
pub(crate) fn overlap(requires: &[Require]) -> bool {
    fn visit<'a>(requires: &'a [Require], keys: &mut Vec<&'a str>) -> bool {
        requires.iter().any(|require| match require {
            Require::Type(_) => repeats(keys, "__typename"),
            Require::Field { to, children, .. } => repeats(keys, to) || overlap(children),
            Require::On { children, .. } => visit(children, keys),
        })
    }
    fn repeats<'a>(keys: &mut Vec<&'a str>, key: &'a str) -> bool {
        let known = keys.contains(&key);
        keys.push(key);
        known
    }
    visit(requires, &mut Vec::new())
}

/// Renames the last key of a path in an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rename {
    pub(crate) path: Vec<PathStep>,
    pub(crate) to: Name,
}

/// What to answer, in order.
#[derive(Debug)]
pub(crate) struct Projection {
    pub(crate) root: Fields,
}

/// The fields to answer of one object.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// The object's type where it is known when planning; else it is in the data.
    pub(crate) type_name: Option<Name>,
    /// The types that the object may have, where it is not known which.
    pub(crate) possible: Option<Arc<[Name]>>,
    pub(crate) fields: Vec<OutField>,
}

/// One field to answer.
#[derive(Debug)]
pub(crate) struct OutField {
    pub(crate) key: Name,
    /// `"key":`, as written.
    pub(crate) prefix: Box<[u8]>,
    pub(crate) source: Source,
    pub(crate) ty: OutType,
    /// The type and field in the schema, for messages.
    pub(crate) parent: Name,
    pub(crate) name: Name,
    /// Arguments, kept for introspection only.
    pub(crate) arguments: Vec<Argument>,
    /// The number of a place whose bytes the caller wants to know.
    pub(crate) mark: Option<usize>,
}

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Data,
    /// `__typename` of an object whose type is known, or in the data.
    Typename,
    /// Nowhere: the principal may not select it.
    Denied,
}

/// What a value must be.
#[derive(Debug)]
pub(crate) struct OutType {
    pub(crate) non_null: bool,
    pub(crate) kind: OutKind,
}

/// The kind of a value.
#[derive(Debug)]
pub(crate) enum OutKind {
    Int,
    Float,
    Text,
    Boolean,
    Id,
    /// Any value: a custom scalar.
    Any,
    Enum(Arc<[Name]>),
    List(Box<OutType>),
    Object(Arc<Fields>),
    /// Fields by the object's type.
    Abstract(Vec<(Name, Arc<Fields>)>),
}

/// How much memory a plan takes, about, in bytes.
pub(crate) fn weight(plan: &Plan) -> usize {
    let fetches = plan.parts.iter().flat_map(|part| &part.fetches);
    // A parsed document is several times its text.
    let fetches: usize = fetches.map(|fetch| 1_000 + fetch.query.len() * 10).sum();
    fetches + fields_weight(&plan.projection.root)
}

fn fields_weight(fields: &Fields) -> usize {
    fields.fields.iter().map(|field| 200 + field.prefix.len() + type_weight(&field.ty)).sum()
}

fn type_weight(ty: &OutType) -> usize {
    match &ty.kind {
        OutKind::List(inner) => type_weight(inner),
        OutKind::Object(fields) => fields_weight(fields),
        OutKind::Abstract(shapes) => shapes.iter().map(|(_, fields)| 32 + fields_weight(fields)).sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, children: Vec<Require>) -> Require {
        Require::Field { from: Name::new(key), to: Name::new(key), children }
    }

    fn on(children: Vec<Require>) -> Require {
        Require::On { types: vec![Name::new("T")], children }
    }

    #[test]
    fn requirements_overlap_where_a_key_repeats_in_one_object() {
        assert!(!overlap(&[Require::Type(Name::new("T")), field("id", vec![]), field("a", vec![field("id", vec![])])]));
        assert!(overlap(&[field("a", vec![field("x", vec![])]), field("a", vec![field("y", vec![])])]));
        assert!(overlap(&[field("id", vec![]), on(vec![field("id", vec![])])]));
        assert!(overlap(&[field("a", vec![on(vec![field("x", vec![])]), field("x", vec![])])]));
        assert!(overlap(&[Require::Type(Name::new("T")), field("__typename", vec![])]));
    }
}
