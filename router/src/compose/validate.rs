//! What one subgraph can get wrong alone, and which of its fields its own directives refer to.

use super::Report;
use super::field_set::{implementers, named, parse, visit};
use super::model::{Kind, Subgraph};

/// Checks a subgraph, marks the fields that are in use and those that are shareable by being part of a key.
pub(super) fn check(graph: &mut Subgraph, report: &mut Report) {
    check_references(graph, report);
    check_keys(graph, report);
    check_field_directives(graph, report);
    mark_interface_fields(graph);
    check_externals(graph, report);
}

fn is_known(graph: &Subgraph, name: &str) -> bool {
    matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID") || graph.types.contains_key(name)
}

fn check_references(graph: &Subgraph, report: &mut Report) {
    let prefix = &graph.name;
    let mut unknown = |name: &str, place: String| {
        if !is_known(graph, name) && !name.starts_with('_') {
            report.error("INVALID_GRAPHQL", format!("[{prefix}] {place} refers to unknown type \"{name}\""));
        }
    };
    for (type_name, definition) in &graph.types {
        for (field_name, field) in &definition.fields {
            unknown(named(&field.ty), format!("\"{type_name}.{field_name}\""));
            for (argument, value) in &field.arguments {
                unknown(named(&value.ty), format!("\"{type_name}.{field_name}({argument}:)\""));
            }
        }
        for (input_name, input) in &definition.inputs {
            unknown(named(&input.ty), format!("\"{type_name}.{input_name}\""));
        }
        for name in definition.implements.iter().chain(&definition.members) {
            unknown(name, format!("\"{type_name}\""));
        }
    }
}

fn check_keys(graph: &mut Subgraph, report: &mut Report) {
    let mut shareable = Vec::new();
    let mut fake_externals = Vec::new();
    let mut used = Vec::new();
    for (type_name, definition) in &graph.types {
        if definition.interface_object && definition.keys.is_empty() {
            report.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                format!("[{}] @interfaceObject type \"{type_name}\" has no @key", graph.name),
            );
        }
        for key in &definition.keys {
            let parsed = match parse(&key.fields) {
                Ok(parsed) => parsed,
                Err(problem) => {
                    report.error("KEY_INVALID_FIELDS", format!("[{}] @key of \"{type_name}\": {problem}", graph.name));
                    continue;
                }
            };
            let visited = visit(graph, type_name, &parsed, &mut |owner, field| {
                used.push((owner.to_owned(), field.to_owned()));
                shareable.push((owner.to_owned(), field.to_owned()));
                if key.extension || graph.federation_1 && definition.extends_only {
                    fake_externals.push((owner.to_owned(), field.to_owned()));
                }
            });
            if let Err(problem) = visited {
                report.error("KEY_INVALID_FIELDS", format!("[{}] @key of \"{type_name}\": {problem}", graph.name));
            }
        }
    }
    for (owner, field) in shareable {
        if let Some(field) = graph.types.get_mut(&owner).and_then(|ty| ty.fields.get_mut(&field)) {
            field.shareable = true;
        }
    }
    // A key field on an extension had to be @external in Federation 1, although the subgraph can resolve it.
    for (owner, field) in fake_externals {
        if let Some(field) = graph.types.get_mut(&owner).and_then(|ty| ty.fields.get_mut(&field)) {
            field.external = false;
        }
    }
    graph.used.extend(used);
}

fn check_field_directives(graph: &mut Subgraph, report: &mut Report) {
    let mut used = Vec::new();
    let mut provided = Vec::new();
    for (type_name, definition) in &graph.types {
        for (field_name, field) in &definition.fields {
            let place = format!("[{}] \"{type_name}.{field_name}\"", graph.name);
            if let Some(requires) = &field.requires {
                let result = parse(requires).and_then(|parsed| {
                    visit(graph, type_name, &parsed, &mut |owner, name| used.push((owner.to_owned(), name.to_owned())))
                });
                if let Err(problem) = result {
                    report.error("REQUIRES_INVALID_FIELDS", format!("{place}: @requires: {problem}"));
                }
            }
            if let Some(provides) = &field.provides {
                let target = named(&field.ty);
                let result = parse(provides).and_then(|parsed| {
                    visit(graph, target, &parsed, &mut |owner, name| provided.push((owner.to_owned(), name.to_owned())))
                });
                if let Err(problem) = result {
                    report.error("PROVIDES_INVALID_FIELDS", format!("{place}: @provides: {problem}"));
                }
            }
            if let Some(overrides) = &field.overrides {
                if overrides.from == graph.name {
                    report.error("OVERRIDE_FROM_SELF_ERROR", format!("{place} overrides the subgraph itself"));
                }
                if field.external || field.requires.is_some() || field.provides.is_some() {
                    report.error(
                        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                        format!("{place}: @override cannot stand beside @external, @requires or @provides"),
                    );
                }
                if definition.kind == Kind::Interface {
                    report.error("OVERRIDE_ON_INTERFACE", format!("{place}: @override cannot stand on an interface"));
                }
            }
        }
    }
    for (owner, name) in &provided {
        if let Some(field) = graph.types.get_mut(owner).and_then(|ty| ty.fields.get_mut(name)) {
            field.shareable = true;
        }
    }
    graph.used.extend(used);
    graph.used.extend(provided);
}

fn mark_interface_fields(graph: &mut Subgraph) {
    let mut used = Vec::new();
    for (name, definition) in &graph.types {
        if definition.kind != Kind::Interface {
            continue;
        }
        for implementer in implementers(graph, name) {
            for field in definition.fields.keys() {
                used.push((implementer.to_owned(), field.clone()));
            }
        }
    }
    graph.used.extend(used);
}

fn check_externals(graph: &mut Subgraph, report: &mut Report) {
    let mut unused = Vec::new();
    for (type_name, definition) in &graph.types {
        for (field_name, field) in &definition.fields {
            let coordinate = (type_name.clone(), field_name.clone());
            if !field.external || graph.used.contains(&coordinate) {
                continue;
            }
            if graph.federation_1 {
                unused.push(coordinate);
            } else {
                report.error(
                    "EXTERNAL_UNUSED",
                    format!(
                        "[{}] \"{type_name}.{field_name}\" is @external, but no @key, @requires, @provides or interface of the subgraph uses it",
                        graph.name
                    ),
                );
            }
        }
    }
    // Federation 1 allowed them; they have no effect.
    for (type_name, field_name) in unused {
        if let Some(definition) = graph.types.get_mut(&type_name) {
            definition.fields.shift_remove(&field_name);
        }
    }
}
