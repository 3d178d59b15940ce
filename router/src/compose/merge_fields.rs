//! Joins the fields of object types and interfaces.

use std::collections::BTreeMap;

use async_graphql::parser::types::Type;
use indexmap::{IndexMap, IndexSet};

use super::Report;
use super::merge::{Context, Source, merge_description, merge_directives};
use super::model::{Field, InputValue, JoinField, Kind, MergedField, MergedType};

/// What `@override` does to a field in one subgraph.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overridden {
    No,
    /// Another subgraph resolves it, but the own subgraph's directives still refer to it.
    Used,
    Unused,
    /// A label decides for each request; both subgraphs keep it.
    Labelled,
}

struct FieldSource<'a> {
    source: &'a Source<'a>,
    field: &'a Field,
    overridden: Overridden,
    /// The label under which another subgraph takes the field over.
    label: Option<String>,
}

pub(super) fn merge_fields(
    type_name: &str,
    sources: &[Source<'_>],
    context: &Context<'_>,
    merged: &mut MergedType,
    report: &mut Report,
) {
    let names: IndexSet<&String> = sources.iter().flat_map(|source| source.definition.fields.keys()).collect();
    for name in names {
        let mut fields: Vec<FieldSource<'_>> = sources
            .iter()
            .filter_map(|source| {
                let field = source.definition.fields.get(name)?;
                Some(FieldSource { source, field, overridden: Overridden::No, label: None })
            })
            .collect();
        apply_overrides(type_name, name, &mut fields, context, report);
        if let Some(field) = merge_field(type_name, name, sources, &fields, context, merged.kind, report) {
            merged.fields.insert(name.clone(), field);
        }
    }
}

fn apply_overrides(
    type_name: &str,
    name: &str,
    fields: &mut [FieldSource<'_>],
    context: &Context<'_>,
    report: &mut Report,
) {
    let overrides: Vec<(String, super::model::Override)> = fields
        .iter()
        .filter_map(|field| Some((field.source.graph.name.clone(), field.field.overrides.clone()?)))
        .collect();
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for (graph, overriding) in overrides {
        if let Some(other) = taken.insert(overriding.from.clone(), graph.clone()) {
            report.error(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                format!(
                    "\"{type_name}.{name}\" of subgraph \"{}\" is overridden by \"{other}\" and \"{graph}\"",
                    overriding.from
                ),
            );
        }
        if !context.subgraphs.iter().any(|known| known.name == overriding.from) {
            report.hint(
                "FROM_SUBGRAPH_DOES_NOT_EXIST",
                format!(
                    "\"{type_name}.{name}\" of \"{graph}\" overrides subgraph \"{}\", which does not exist",
                    overriding.from
                ),
            );
            continue;
        }
        let Some(target) = fields.iter_mut().find(|field| field.source.graph.name == overriding.from) else {
            report.hint(
                "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
                format!("\"{type_name}.{name}\" no longer exists in subgraph \"{}\"", overriding.from),
            );
            continue;
        };
        if target.field.overrides.is_some() {
            report.error(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                format!("\"{type_name}.{name}\" of subgraph \"{}\" is itself an override", overriding.from),
            );
        }
        if target.field.external {
            continue;
        }
        let coordinate = (type_name.to_owned(), name.to_owned());
        target.overridden = if overriding.label.is_some() {
            Overridden::Labelled
        } else if target.source.graph.used.contains(&coordinate) {
            Overridden::Used
        } else {
            Overridden::Unused
        };
        target.label = overriding.label;
    }
}

fn merge_field(
    type_name: &str,
    name: &str,
    sources: &[Source<'_>],
    fields: &[FieldSource<'_>],
    context: &Context<'_>,
    kind: Kind,
    report: &mut Report,
) -> Option<MergedField> {
    let place = format!("{type_name}.{name}");
    let resolving: Vec<&FieldSource<'_>> = fields.iter().filter(|field| !field.field.external).collect();
    if resolving.is_empty() {
        report.error(
            "EXTERNAL_MISSING_ON_BASE",
            format!("\"{place}\" is @external in every subgraph that has it; one subgraph must resolve it"),
        );
        return None;
    }
    let types: Vec<&Type> = resolving.iter().map(|field| &field.field.ty).collect();
    let Some(ty) = context.subtypes.most_general(&types) else {
        report.error("FIELD_TYPE_MISMATCH", type_mismatch(&place, &resolving));
        return None;
    };
    check_externals(&place, &ty, fields, report);
    if kind == Kind::Object {
        check_sharing(&place, type_name, &resolving, report);
    }
    let all_equal = fields.iter().all(|field| field.field.ty == ty);
    let joins =
        if needs_join(type_name, sources, fields, all_equal) { join_fields(fields, all_equal) } else { Vec::new() };
    Some(MergedField {
        description: merge_description(fields.iter().map(|field| field.field.description.as_ref())),
        arguments: merge_arguments(&place, fields, context, report),
        ty,
        directives: merge_directives(resolving.iter().map(|field| field.field.directives.as_slice())),
        joins,
    })
}

fn type_mismatch(place: &str, fields: &[&FieldSource<'_>]) -> String {
    let list: Vec<String> =
        fields.iter().map(|field| format!("{} in \"{}\"", field.field.ty, field.source.graph.name)).collect();
    format!("\"{place}\" has incompatible types: {}", list.join(", "))
}

fn check_externals(place: &str, ty: &Type, fields: &[FieldSource<'_>], report: &mut Report) {
    for field in fields.iter().filter(|field| field.field.external) {
        if super::field_set::named(&field.field.ty) != super::field_set::named(ty) {
            report.error(
                "EXTERNAL_TYPE_MISMATCH",
                format!(
                    "\"{place}\" is @external in \"{}\" with type {}, but has type {ty}",
                    field.source.graph.name, field.field.ty
                ),
            );
        }
    }
}

fn check_sharing(place: &str, type_name: &str, resolving: &[&FieldSource<'_>], report: &mut Report) {
    let active: Vec<&&FieldSource<'_>> =
        resolving.iter().filter(|field| field.overridden == Overridden::No && field.label.is_none()).collect();
    if active.len() < 2 {
        return;
    }
    let closed: Vec<String> = active
        .iter()
        .filter(|field| !field.field.shareable || type_name == "Subscription")
        .map(|field| format!("\"{}\"", field.source.graph.name))
        .collect();
    if !closed.is_empty() {
        let all: Vec<String> = active.iter().map(|field| format!("\"{}\"", field.source.graph.name)).collect();
        report.error(
            "INVALID_FIELD_SHARING",
            format!("\"{place}\" is resolved by {}, but is not @shareable in {}", all.join(", "), closed.join(", ")),
        );
    }
}

fn needs_join(type_name: &str, sources: &[Source<'_>], fields: &[FieldSource<'_>], all_equal: bool) -> bool {
    if !all_equal {
        return true;
    }
    let marked = fields.iter().any(|field| {
        matches!(field.overridden, Overridden::Used | Overridden::Labelled)
            || field.field.overrides.as_ref().is_some_and(|overriding| overriding.label.is_some())
            || field.field.external
            || field.field.requires.is_some()
            || field.field.provides.is_some()
    });
    let present = fields.iter().filter(|field| field.overridden != Overridden::Unused).count();
    // A root type is entered through every subgraph, so that it must say where its fields are.
    marked || present < sources.len() || (type_name == "Query" && sources.len() > present)
}

fn join_fields(fields: &[FieldSource<'_>], all_equal: bool) -> Vec<JoinField> {
    fields
        .iter()
        .filter(|field| field.overridden != Overridden::Unused)
        .map(|field| JoinField {
            graph: Some(field.source.graph.id.clone()),
            requires: field.field.requires.clone(),
            provides: field.field.provides.clone(),
            ty: (!all_equal).then(|| field.field.ty.to_string()),
            external: field.field.external,
            overrides: field.field.overrides.clone().or_else(|| {
                // The subgraph that gives a field away names the label, too, so that a planner sees both sides.
                field.label.clone().map(|label| super::model::Override { from: String::new(), label: Some(label) })
            }),
            used_overridden: field.overridden == Overridden::Used,
        })
        .collect()
}

fn merge_arguments(
    place: &str,
    fields: &[FieldSource<'_>],
    context: &Context<'_>,
    report: &mut Report,
) -> IndexMap<String, InputValue> {
    let considered: Vec<&FieldSource<'_>> =
        fields.iter().filter(|field| field.overridden != Overridden::Unused || fields.len() == 1).collect();
    let names: IndexSet<&String> = considered.iter().flat_map(|field| field.field.arguments.keys()).collect();
    let mut merged = IndexMap::new();
    for name in names {
        let values: Vec<(&FieldSource<'_>, &InputValue)> =
            considered.iter().filter_map(|field| Some((*field, field.field.arguments.get(name)?))).collect();
        let place = format!("{place}({name}:)");
        let missing: Vec<String> = considered
            .iter()
            .filter(|field| !field.field.arguments.contains_key(name))
            .map(|field| format!("\"{}\"", field.source.graph.name))
            .collect();
        if !missing.is_empty() {
            let required = values.iter().any(|(_, value)| !value.ty.nullable && value.default.is_none());
            if required {
                report.error(
                    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
                    format!("argument \"{place}\" is required in some subgraphs but missing in {}", missing.join(", ")),
                );
            } else {
                report.hint(
                    "INCONSISTENT_ARGUMENT_PRESENCE",
                    format!("argument \"{place}\" is left out: it is missing in {}", missing.join(", ")),
                );
            }
            continue;
        }
        let values: Vec<(&str, &InputValue)> =
            values.iter().map(|(field, value)| (field.source.graph.name.as_str(), *value)).collect();
        let codes = InputCodes { ty: "FIELD_ARGUMENT_TYPE_MISMATCH", default: "FIELD_ARGUMENT_DEFAULT_MISMATCH" };
        if let Some(value) = merge_input(&place, &values, &codes, context, report) {
            merged.insert(name.clone(), value);
        }
    }
    merged
}

/// The error codes of an argument, or of an input field.
pub(super) struct InputCodes {
    pub(super) ty: &'static str,
    pub(super) default: &'static str,
}

/// Joins one argument or input field that every subgraph has.
pub(super) fn merge_input(
    place: &str,
    values: &[(&str, &InputValue)],
    codes: &InputCodes,
    context: &Context<'_>,
    report: &mut Report,
) -> Option<InputValue> {
    let types: Vec<&Type> = values.iter().map(|(_, value)| &value.ty).collect();
    let Some(ty) = context.subtypes.most_specific(&types) else {
        let list: Vec<String> = values.iter().map(|(graph, value)| format!("{} in \"{graph}\"", value.ty)).collect();
        report.error(codes.ty, format!("\"{place}\" has incompatible types: {}", list.join(", ")));
        return None;
    };
    let (_, first) = values.first()?;
    if values.iter().any(|(_, value)| value.default != first.default) {
        report.error(codes.default, format!("\"{place}\" has different default values in different subgraphs"));
    }
    Some(InputValue {
        description: merge_description(values.iter().map(|(_, value)| value.description.as_ref())),
        ty,
        default: first.default.clone(),
        directives: merge_directives(values.iter().map(|(_, value)| value.directives.as_slice())),
    })
}
