//! Writes the built fetches as requests: documents, variables, what waits for what.

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use async_graphql::Name;

use super::build::{Built, Draft, FetchId, PlaceId, SelectionId, type_names};
use super::compiled::{EntityFetch, Fetch, FetchKind, PathStep, Rename, Require, overlap};
use super::supergraph::{Supergraph, TypeId};

/// The variables that an operation declares: name and type.
pub(super) type Declared<'a> = &'a [(Name, String)];

/// Fetches that travel in one request.
struct Group {
    members: Vec<FetchId>,
    level: usize,
}

/// Writes all requests of a plan, each after those that it waits for.
pub(super) fn emit(mut built: Built, graph: &Supergraph, operation: &str, declared: Declared<'_>) -> Vec<Fetch> {
    let groups = group(&built.drafts);
    let mut of_draft = vec![0; built.drafts.len()];
    for (at, group) in groups.iter().enumerate() {
        group.members.iter().for_each(|member| of_draft[*member] = at);
    }
    let renames: Vec<Vec<Rename>> =
        (0..built.drafts.len()).map(|draft| part_conflicts(&mut built, graph, draft)).collect();
    let writer = Writer { built: &built, graph };
    let mut fetches = Vec::with_capacity(groups.len());
    for group in &groups {
        let mut depends: Vec<usize> = group
            .members
            .iter()
            .flat_map(|member| built.drafts[*member].parents.iter().map(|parent| of_draft[*parent]))
            .collect();
        depends.sort_unstable();
        depends.dedup();
        fetches.push(writer.fetch(group, depends, &renames, operation, declared));
    }
    fetches
}

/// Entity fetches to one subgraph at one level travel together.
fn group(drafts: &[Draft]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::with_capacity(drafts.len());
    for (at, draft) in drafts.iter().enumerate() {
        let same = groups.iter_mut().find(|group| {
            let first = &drafts[group.members[0]];
            draft.entry.is_some()
                && first.entry.is_some()
                && first.subgraph == draft.subgraph
                && group.level == draft.level
        });
        match same {
            Some(group) => group.members.push(at),
            None => groups.push(Group { members: vec![at], level: draft.level }),
        }
    }
    groups.sort_by_key(|group| group.level);
    groups
}

struct Writer<'a> {
    built: &'a Built,
    graph: &'a Supergraph,
}

/// The body of a request as it grows.
#[derive(Default)]
struct Body {
    text: String,
    variables: Vec<Name>,
}

impl Writer<'_> {
    fn fetch(
        &self,
        group: &Group,
        depends: Vec<usize>,
        renames: &[Vec<Rename>],
        operation: &str,
        declared: Declared<'_>,
    ) -> Fetch {
        let first = &self.built.drafts[group.members[0]];
        let mut body = Body::default();
        let mut query = String::new();
        let kind = if first.entry.is_none() {
            self.selection(&mut body, first.selection);
            let keys = self.built.selections[first.selection].fields.iter().map(|field| field.key.clone()).collect();
            let renames = renames[group.members[0]].clone();
            FetchKind::Root { path: self.path(first.place), renames, keys }
        } else {
            FetchKind::Entities(self.entities(group, renames, &mut body))
        };
        let operation = if first.entry.is_some() || first.place != 0 { "query" } else { operation };
        self.head(&mut query, operation, &kind, &body.variables, declared);
        query.push_str(&body.text);
        Fetch {
            subgraph: usize::from(first.subgraph),
            query: Arc::from(query),
            document: OnceLock::new(),
            variables: body.variables,
            kind,
            depends,
        }
    }

    fn head(&self, query: &mut String, operation: &str, kind: &FetchKind, variables: &[Name], declared: Declared<'_>) {
        let mut parts = Vec::with_capacity(variables.len() + 1);
        if let FetchKind::Entities(entities) = kind {
            parts.extend(entities.iter().map(|entity| format!("${}:[_Any!]!", entity.variable)));
        }
        for name in variables {
            if let Some((_, ty)) = declared.iter().find(|(known, _)| known == name) {
                parts.push(format!("${name}:{ty}"));
            }
        }
        if !parts.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(query, "{operation}({})", parts.join(","));
        } else if operation != "query" {
            query.push_str(operation);
        }
    }

    /// The lists of entities in a request; equal ones are one list.
    fn entities(&self, group: &Group, renames: &[Vec<Rename>], body: &mut Body) -> Vec<EntityFetch> {
        let mut lists: Vec<(String, EntityFetch)> = Vec::with_capacity(group.members.len());
        for member in &group.members {
            let draft = &self.built.drafts[*member];
            let mut part = Body { text: String::new(), variables: std::mem::take(&mut body.variables) };
            self.selection(&mut part, draft.selection);
            body.variables = part.variables;
            let requires = self.requires(draft);
            let path = self.path(draft.place);
            match lists.iter_mut().find(|(text, list)| {
                *text == part.text && list.requires == requires && list.renames == renames[*member]
            }) {
                Some((_, list)) => list.paths.push(path),
                None => lists.push((
                    part.text,
                    EntityFetch {
                        alias: Name::new("_entities"),
                        variable: Name::new("representations"),
                        paths: vec![path],
                        overlaps: overlap(&requires),
                        requires,
                        renames: renames[*member].clone(),
                    },
                )),
            }
        }
        if lists.len() > 1 {
            for (at, (_, list)) in lists.iter_mut().enumerate() {
                list.alias = Name::new(format!("_{at}"));
                list.variable = Name::new(format!("__r{at}"));
            }
        }
        body.text.push('{');
        for (text, list) in &lists {
            if list.alias != "_entities" {
                let _ = write!(body.text, "{}:", list.alias);
            }
            let _ = write!(body.text, "_entities(representations:${}){text}", list.variable);
        }
        body.text.push('}');
        lists.into_iter().map(|(_, list)| list).collect()
    }

    fn requires(&self, draft: &Draft) -> Vec<Require> {
        let mut all = Vec::new();
        for inputs in &draft.inputs {
            match inputs.of {
                None => all.extend(inputs.requires.iter().cloned()),
                Some(ty) => {
                    let types = type_names(self.graph, ty);
                    all.push(Require::On { types, children: inputs.requires.clone() });
                }
            }
        }
        all
    }

    fn path(&self, place: PlaceId) -> Vec<PathStep> {
        let mut path = Vec::new();
        let mut at = place;
        while let Some((above, only, key)) = &self.built.places[at].from {
            path.push(PathStep::Key(key.clone()));
            if let Some(ty) = only {
                path.push(PathStep::Types(type_names(self.graph, *ty)));
            }
            at = *above;
        }
        path.reverse();
        path
    }

    fn selection(&self, body: &mut Body, id: SelectionId) {
        let selection = &self.built.selections[id];
        body.text.push('{');
        if selection.typename || (selection.fields.is_empty() && selection.on.is_empty()) {
            body.text.push_str("__typename ");
        }
        for field in &selection.fields {
            if field.key == field.name {
                body.text.push_str(&field.name);
            } else {
                let _ = write!(body.text, "{}:{}", field.key, field.name);
            }
            if let Some(arguments) = &field.arguments {
                body.text.push_str(&arguments.text);
                for name in &arguments.variables {
                    if !body.variables.contains(name) {
                        body.variables.push(name.clone());
                    }
                }
            }
            match field.inner {
                Some(inner) => self.selection(body, inner),
                None => body.text.push(' '),
            }
        }
        for (ty, inner) in &selection.on {
            let _ = write!(body.text, "...on {}", self.graph.ty(*ty).name);
            self.selection(body, *inner);
        }
        body.text.push('}');
    }
}

/// One response key under two types must have one shape: where a subgraph's types differ, it is renamed on the way.
fn part_conflicts(built: &mut Built, graph: &Supergraph, draft: FetchId) -> Vec<Rename> {
    let root = built.drafts[draft].selection;
    if !tells_types_apart(built, root) {
        return Vec::new();
    }
    let mut renames = Vec::new();
    let mut path = Vec::new();
    visit(built, graph, &[(root, None)], &mut path, &mut renames);
    renames
}

fn tells_types_apart(built: &Built, selection: SelectionId) -> bool {
    let selection = &built.selections[selection];
    selection.on.len() > 1
        || (!selection.on.is_empty() && !selection.fields.is_empty())
        || selection.on.iter().any(|(_, inner)| tells_types_apart(built, *inner))
        || selection.fields.iter().filter_map(|field| field.inner).any(|inner| tells_types_apart(built, inner))
}

/// A selection, and the type of the objects to which it applies.
type Part = (SelectionId, Option<TypeId>);

/// Visits the selections that meet in one object.
fn visit(built: &mut Built, graph: &Supergraph, parts: &[Part], path: &mut Vec<PathStep>, renames: &mut Vec<Rename>) {
    let mut flat: Vec<Part> = Vec::new();
    for (selection, only) in parts {
        flatten(built, *selection, *only, &mut flat);
    }
    let mut seen: Vec<(Name, Arc<str>, bool, Vec<Part>)> = Vec::new();
    for (selection, only) in flat {
        for at in 0..built.selections[selection].fields.len() {
            let field = &built.selections[selection].fields[at];
            let (key, shape, inner) = (field.key.clone(), Arc::clone(&field.shape), field.inner);
            let leaf = inner.is_none();
            match seen.iter_mut().find(|(known, ..)| *known == key) {
                None => seen.push((key, shape, leaf, inner.map(|inner| (inner, None)).into_iter().collect())),
                Some((_, known, known_leaf, inners)) if *known_leaf == leaf && fits(known, &shape, leaf) => {
                    inners.extend(inner.map(|inner| (inner, None)));
                }
                Some(_) => {
                    let made_up = built.made_up_key();
                    built.selections[selection].fields[at].key = made_up.clone();
                    built.selections[selection].typename = true;
                    let mut from = path.clone();
                    from.extend(only.map(|ty| PathStep::Types(type_names(graph, ty))));
                    from.push(PathStep::Key(made_up));
                    if let Some(inner) = inner {
                        visit(built, graph, &[(inner, None)], &mut from.clone(), renames);
                    }
                    renames.push(Rename { path: from, to: key });
                }
            }
        }
    }
    for (key, _, _, inners) in seen.into_iter().filter(|(.., inners)| !inners.is_empty()) {
        path.push(PathStep::Key(key));
        visit(built, graph, &inners, path, renames);
        path.pop();
    }
}

fn flatten(built: &Built, selection: SelectionId, only: Option<TypeId>, flat: &mut Vec<Part>) {
    flat.push((selection, only));
    for (ty, inner) in &built.selections[selection].on {
        flatten(built, *inner, Some(*ty), flat);
    }
}

/// Whether two fields can share a response key: equal lists and non-null marks, and equal leaves.
fn fits(own: &str, other: &str, leaf: bool) -> bool {
    if leaf {
        return own == other;
    }
    let marks = |text: &str| text.chars().filter(|mark| matches!(mark, '[' | ']' | '!')).collect::<String>();
    own == other || marks(own) == marks(other)
}
