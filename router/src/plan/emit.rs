//! Writes the built fetches as requests: documents, variables, what waits for what.

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use async_graphql::Name;

use super::build::{Built, Draft, FetchId, PlaceId, Selected, SelectionId, type_names};
use super::compiled::{
    ContextValue, Contextual, ContextualList, EntityFetch, Fetch, FetchKind, PathStep, Rename, Require, overlap,
};
use super::supergraph::{Supergraph, TypeId};
use super::values::ValueId;

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
    /// What arguments take from contexts, and where in the text.
    values: Vec<ValueId>,
    marks: Vec<(usize, usize)>,
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
        let mut contextual = Vec::new();
        let kind = if first.entry.is_none() {
            self.selection(&mut body, first.selection);
            let keys = self.built.selections[first.selection].fields.iter().map(|field| field.key.clone()).collect();
            let renames = renames[group.members[0]].clone();
            FetchKind::Root { path: self.path(first.place), renames, keys }
        } else {
            FetchKind::Entities(self.entities(group, renames, &mut body, &mut contextual))
        };
        let operation = if first.entry.is_some() || first.place != 0 { "query" } else { operation };
        let declared = declare(&body.variables, declared);
        head(&mut query, operation, &kind, &contextual, &declared);
        query.push_str(&body.text);
        Fetch {
            subgraph: usize::from(first.subgraph),
            query: Arc::from(query),
            document: OnceLock::new(),
            variables: body.variables,
            kind,
            contextual: contextual
                .iter()
                .any(|list| !list.values.is_empty())
                .then(|| Box::new(Contextual { declared, lists: contextual })),
            depends,
        }
    }

    /// The lists of entities in a request; equal ones are one list.
    fn entities(
        &self,
        group: &Group,
        renames: &[Vec<Rename>],
        body: &mut Body,
        contextual: &mut Vec<ContextualList>,
    ) -> Vec<EntityFetch> {
        let mut lists: Vec<EntityFetch> = Vec::with_capacity(group.members.len());
        for member in &group.members {
            let draft = &self.built.drafts[*member];
            let mut part = Body { variables: std::mem::take(&mut body.variables), ..Body::default() };
            self.selection(&mut part, draft.selection);
            let values = part.values.iter().map(|value| self.value(draft, *value)).collect();
            body.variables = part.variables;
            let selected = ContextualList { text: part.text, marks: part.marks, values };
            let requires = self.requires(draft);
            let path = self.path(draft.place);
            let same = lists.iter().zip(&*contextual).position(|(list, known)| {
                *known == selected && list.requires == requires && list.renames == renames[*member]
            });
            if let Some(same) = same {
                lists[same].paths.push(path);
                continue;
            }
            contextual.push(selected);
            lists.push(EntityFetch {
                alias: Name::new("_entities"),
                variable: Name::new("representations"),
                paths: vec![path],
                overlaps: overlap(&requires),
                requires,
                renames: renames[*member].clone(),
            });
        }
        let several = lists.len() > 1;
        for (at, list) in lists.iter_mut().enumerate() {
            if several {
                list.alias = Name::new(format!("_{at}"));
                list.variable = Name::new(format!("__r{at}"));
            }
            // A client may have a variable of that name.
            while body.variables.contains(&list.variable) {
                list.variable = Name::new(format!("{}_", list.variable));
            }
        }
        body.text.push('{');
        for (at, (list, selected)) in lists.iter().zip(&*contextual).enumerate() {
            if list.alias != "_entities" {
                let _ = write!(body.text, "{}:", list.alias);
            }
            let _ = write!(body.text, "_entities(representations:${})", list.variable);
            selected.write(at, &mut body.text);
        }
        body.text.push('}');
        lists
    }

    fn value(&self, draft: &Draft, value: ValueId) -> ContextValue {
        let value = &self.built.values[value];
        let up = self.built.distance(draft.place, value.place);
        ContextValue { up, select: value.select.clone(), ty: Arc::clone(&value.shape) }
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
            if !field.contextual.is_empty() {
                body.contextual_arguments(field);
            } else if let Some(arguments) = &field.arguments {
                body.text.push_str(&arguments.text);
            }
            if let Some(arguments) = &field.arguments {
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

impl Body {
    /// Writes the arguments of a field, and notes where the variables of those belong that are taken from contexts.
    fn contextual_arguments(&mut self, field: &Selected) {
        let own = field.arguments.as_ref().and_then(|arguments| arguments.text.strip_suffix(')'));
        self.text.push_str(own.unwrap_or("("));
        for (at, (name, value)) in field.contextual.iter().enumerate() {
            let comma = if at > 0 || own.is_some() { ", " } else { "" };
            let _ = write!(self.text, "{comma}{name}: ");
            let number = self.values.iter().position(|known| known == value).unwrap_or_else(|| {
                self.values.push(*value);
                self.values.len() - 1
            });
            self.marks.push((self.text.len(), number));
        }
        self.text.push(')');
    }
}

/// Declares the client's variables, each after a comma.
fn declare(variables: &[Name], declared: Declared<'_>) -> String {
    let mut text = String::new();
    for name in variables {
        if let Some((_, ty)) = declared.iter().find(|(known, _)| known == name) {
            let _ = write!(text, ",${name}:{ty}");
        }
    }
    text
}

/// Writes what comes before a request's selection.
fn head(query: &mut String, operation: &str, kind: &FetchKind, contextual: &[ContextualList], declared: &str) {
    let mut variables = String::new();
    if let FetchKind::Entities(entities) = kind {
        for entity in entities {
            let _ = write!(variables, ",${}:[_Any!]!", entity.variable);
        }
    }
    contextual.iter().enumerate().for_each(|(number, list)| list.declare(number, &mut variables));
    variables.push_str(declared);
    if let Some(variables) = variables.strip_prefix(',') {
        let _ = write!(query, "{operation}({variables})");
    } else if operation != "query" {
        query.push_str(operation);
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
