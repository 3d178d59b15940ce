//! What only the merged schema can tell: whether it is a valid schema, and whether its directives make sense together.

mod access;
mod inaccessible;

use super::field_set::validate;
use super::merge::Merged;
use super::model::{Directives, Schema};
use super::schema_rules;
use super::specs::Known;
use super::subgraph::Subgraph;
use super::syntax::{Kind, TypeRef, parse_selections};
use super::{Report, quoted};

/// Reports what is wrong with the merged schema. Later checks need what earlier ones ask for.
pub(super) fn check(merged: &Merged, graphs: &[Subgraph], report: &mut Report) {
    check_implementations(&merged.schema, graphs, report);
    check_requires(&merged.schema, graphs, report);
    if !report.has_errors() {
        access::check(&merged.schema, graphs, report);
    }
    if report.has_errors() {
        return;
    }
    check_locations(&merged.schema, report);
    check_types(&merged.schema, report);
    schema_rules::check(&merged.schema, &mut |_, message| {
        report.error("INVALID_GRAPHQL", format!("in the supergraph, {message}"))
    });
    if !report.has_errors() {
        inaccessible::check(&merged.schema, report);
    }
}

/// An interface's field that only some subgraphs know may be missing in types that only others know.
fn check_implementations(schema: &Schema, graphs: &[Subgraph], report: &mut Report) {
    for (name, ty) in &schema.types {
        for interface_name in &ty.implements {
            let Some(interface) = schema.types.get(interface_name).filter(|found| found.kind == Kind::Interface) else {
                continue;
            };
            for field in interface.fields.keys().filter(|field| !ty.fields.contains_key(*field)) {
                let declaring = graphs.iter().filter(|graph| graph.schema.field(interface_name, field).is_some());
                let implementing = graphs.iter().filter(|graph| {
                    graph.schema.types.get(name).is_some_and(|ty| ty.implements.contains(interface_name))
                });
                let message = format!(
                    "\"{interface_name}.{field}\" is declared by {}, but \"{name}\", which implements \"{interface_name}\" in {}, does not have the field",
                    quoted(declaring.map(|graph| graph.name.as_str())),
                    quoted(implementing.map(|graph| graph.name.as_str()))
                );
                report.error("INTERFACE_FIELD_NO_IMPLEM", message);
            }
        }
    }
}

/// Everything that the supergraph refers to is in it.
fn check_types(schema: &Schema, report: &mut Report) {
    let mut check = |ty: &TypeRef, place: &dyn Fn() -> String| {
        if schema.kind(ty.name()).is_none() {
            let message = format!("in the supergraph, {} has unknown type \"{}\"", place(), ty.name());
            report.error("INVALID_GRAPHQL", message);
        }
    };
    for (name, ty) in &schema.types {
        for (field_name, field) in &ty.fields {
            check(&field.ty, &|| format!("\"{name}.{field_name}\""));
            for (argument, value) in &field.arguments {
                check(&value.ty, &|| format!("\"{name}.{field_name}({argument}:)\""));
            }
        }
        for (input, value) in &ty.inputs {
            check(&value.ty, &|| format!("\"{name}.{input}\""));
        }
    }
    for (name, definition) in &schema.definitions {
        for (argument, value) in &definition.arguments {
            check(&value.ty, &|| format!("\"@{name}({argument}:)\""));
        }
    }
}

/// What stood on an interface object stands on an interface, where it may not be allowed.
fn check_locations(schema: &Schema, report: &mut Report) {
    for (name, ty) in schema.types.iter().filter(|(_, ty)| ty.kind == Kind::Interface) {
        for directive in &ty.directives {
            let definition = match directive.known {
                Some(known) => Some(known.definition()),
                None => schema.definitions.get(&directive.name),
            };
            if definition.is_some_and(|definition| !definition.locations.iter().any(|location| location == "INTERFACE"))
            {
                let message =
                    format!("@{} on \"{name}\" cannot be kept: the supergraph has it as an interface", directive.name);
                report.error("INVALID_GRAPHQL", message);
            }
        }
    }
}

/// What is required must be possible to ask of the other subgraphs, with the arguments that they have.
fn check_requires(schema: &Schema, graphs: &[Subgraph], report: &mut Report) {
    for graph in graphs {
        for (name, ty) in &graph.schema.types {
            for (field_name, field) in &ty.fields {
                let Some(directive) = field.directives.first(Known::Requires) else { continue };
                let Some(selections) = directive.string("fields").and_then(|text| parse_selections(text).ok()) else {
                    continue;
                };
                if !schema.types.contains_key(name) {
                    continue;
                }
                if let Err(problem) = validate(schema, name, &selections, &mut |_, _, _| Ok(())) {
                    let message = format!(
                        "[{}] on \"{name}.{field_name}\", for {directive}: in the supergraph, {problem}",
                        graph.name
                    );
                    report.error_at("REQUIRES_INVALID_FIELDS", message, vec![(&graph.name, directive.position)]);
                }
            }
        }
    }
}
