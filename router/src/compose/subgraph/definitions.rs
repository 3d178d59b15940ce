//! What a subgraph defines again although a specification defines it: it must agree.

use std::collections::btree_map::{BTreeMap, Entry};

use super::super::model::{DirectiveDefinition, Schema, Type};
use super::super::specs::{FEDERATION_1_DEFINES, Known};
use super::super::syntax::{Kind, Root, TypeRef};
use super::{Links, Problems, build};

/// Checks redefined directives and types of the specifications. The directives' definitions are taken out of the schema
/// and answered: they may allow less than the specification does.
pub(super) fn check(
    schema: &mut Schema,
    links: &Links,
    problems: &mut Problems<'_>,
) -> BTreeMap<Known, DirectiveDefinition> {
    let mut own = BTreeMap::new();
    let federation = links.federation.unwrap_or(FEDERATION_1_DEFINES);
    let names: Vec<(String, Known)> =
        schema.definitions.keys().filter_map(|name| Some((name.clone(), links.known(name)?))).collect();
    for (name, known) in names {
        if let Some(actual) = schema.definitions.remove(&name)
            && !known.is_builtin()
            && !(links.federation.is_none() && is_forgiven(known, &actual))
        {
            let expected = known.definition_in(federation);
            for problem in differences(&expected, &actual, schema, links) {
                let message = format!("the definition of \"@{name}\" is not that of its specification: {problem}");
                problems.add("DIRECTIVE_DEFINITION_INVALID", actual.position, message);
            }
            own.insert(known, actual);
        }
    }
    for (name, ty) in &schema.types {
        if !links.is_machinery(name) {
            continue;
        }
        let expected = if name.ends_with("__Purpose") { Kind::Enum } else { Kind::Scalar };
        if ty.kind != expected {
            let message = format!("\"{name}\" must be {}, not {}", expected.article(), ty.kind.article());
            problems.add("TYPE_DEFINITION_INVALID", ty.position, message);
        }
    }
    own
}

/// Old ways to define the directives of Federation 1 that have always been accepted.
fn is_forgiven(known: Known, actual: &DirectiveDefinition) -> bool {
    let lenient = matches!(known, Known::Key | Known::Requires | Known::Provides);
    let fields = || match actual.arguments.get("fields").map(|argument| &argument.ty) {
        Some(TypeRef::Named(name)) => matches!(name.as_str(), "String" | "_FieldSet" | "FieldSet"),
        _ => false,
    };
    lenient && (actual.arguments.is_empty() || (actual.arguments.len() == 1 && fields()))
}

fn differences(
    expected: &DirectiveDefinition,
    actual: &DirectiveDefinition,
    schema: &Schema,
    links: &Links,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, wanted) in &expected.arguments {
        let Some(given) = actual.arguments.get(name) else {
            if wanted.is_required() {
                found.push(format!("argument \"{name}\" is missing"));
            }
            continue;
        };
        let given_type = if wanted.ty.is_non_null() { &given.ty } else { given.ty.nullable() };
        let same_default = match (&wanted.default, &given.default) {
            (Some(one), Some(two)) => one.same(two),
            (None, None) => true,
            _ => false,
        };
        if !agrees(&wanted.ty, given_type, schema, links) {
            found.push(format!("argument \"{name}\" has type \"{}\" instead of \"{}\"", given.ty, wanted.ty));
        } else if !given.ty.is_non_null() && !same_default {
            found.push(format!("argument \"{name}\" has another default value"));
        }
    }
    for name in actual.arguments.keys().filter(|name| !expected.arguments.contains_key(*name)) {
        found.push(format!("it has no argument \"{name}\""));
    }
    if actual.repeatable && !expected.repeatable {
        found.push("it is not repeatable".to_owned());
    }
    for location in actual.locations.iter().filter(|location| !expected.locations.contains(location)) {
        found.push(format!("it cannot stand on {location}"));
    }
    found
}

/// Whether a type can stand for that of the specification: its scalars may be other types, but not other scalars.
fn agrees(expected: &TypeRef, actual: &TypeRef, schema: &Schema, links: &Links) -> bool {
    match (expected, actual) {
        (TypeRef::List(expected), TypeRef::List(actual)) | (TypeRef::NonNull(expected), TypeRef::NonNull(actual)) => {
            agrees(expected, actual, schema, links)
        }
        (TypeRef::Named(expected), TypeRef::Named(actual)) => {
            if super::super::model::is_builtin_scalar(expected) {
                return expected == actual;
            }
            let custom = schema.types.get(actual).is_some_and(|ty| ty.kind == Kind::Scalar);
            build::is_machinery(actual, links) || !custom
        }
        _ => false,
    }
}

/// Takes out of the schema what is not of the graph.
pub(super) fn remove_machinery(schema: &mut Schema, links: &Links) {
    for name in ["_Any", "_Service", "_Entity"] {
        schema.types.remove(name);
    }
    for name in links.machinery() {
        schema.types.remove(name);
    }
    if let Some(query) = schema.roots.get(&Root::Query).and_then(|name| schema.types.get_mut(name)) {
        query.fields.shift_remove("_entities");
        query.fields.shift_remove("_service");
    }
}

/// Every subgraph can be entered through `Query._entities`, whether or not it has query fields of its own.
pub(super) fn add_query(schema: &mut Schema) {
    if let Entry::Vacant(root) = schema.roots.entry(Root::Query) {
        let name = Root::Query.type_name();
        root.insert(name.to_owned());
        schema.types.insert(name.to_owned(), Type { defined: true, ..Type::new(Kind::Object) });
    }
}
