//! Joins enums and input objects.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use super::Report;
use super::field_set::named;
use super::merge::{Context, Source, merge_description, merge_directives};
use super::merge_fields::{InputCodes, merge_input};
use super::model::{EnumValue, InputValue, JoinField, MergedInput, MergedType, MergedValue, Subgraph};

/// Where an enum occurs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EnumUsage {
    input: bool,
    output: bool,
}

/// Where every type occurs that could be an enum.
pub(super) fn enum_usages(subgraphs: &[Subgraph]) -> BTreeMap<String, EnumUsage> {
    let mut usages: BTreeMap<String, EnumUsage> = BTreeMap::new();
    for definition in subgraphs.iter().flat_map(|graph| graph.types.values()) {
        for field in definition.fields.values() {
            usages.entry(named(&field.ty).to_owned()).or_default().output = true;
            for argument in field.arguments.values() {
                usages.entry(named(&argument.ty).to_owned()).or_default().input = true;
            }
        }
        for input in definition.inputs.values() {
            usages.entry(named(&input.ty).to_owned()).or_default().input = true;
        }
    }
    usages
}

/// An enum that is only answered has the values of all subgraphs, one that is only asked with has those that all know,
/// and one that is both must be the same everywhere.
pub(super) fn merge_enum(
    type_name: &str,
    sources: &[Source<'_>],
    usage: Option<&EnumUsage>,
    merged: &mut MergedType,
    report: &mut Report,
) {
    let usage = usage.copied().unwrap_or_default();
    let names: IndexSet<&String> = sources.iter().flat_map(|source| source.definition.values.keys()).collect();
    for name in names {
        let having: Vec<(&Source<'_>, &EnumValue)> =
            sources.iter().filter_map(|source| Some((source, source.definition.values.get(name)?))).collect();
        let directives = merge_directives(having.iter().map(|(_, value)| value.directives.as_slice()));
        let inaccessible = directives.iter().any(|directive| directive.name == "inaccessible");
        if having.len() < sources.len() && usage.input && !inaccessible {
            let missing: Vec<String> = sources
                .iter()
                .filter(|source| !source.definition.values.contains_key(name))
                .map(|source| format!("\"{}\"", source.graph.name))
                .collect();
            let missing = missing.join(", ");
            if usage.output {
                report.error(
                    "ENUM_VALUE_MISMATCH",
                    format!("enum \"{type_name}\" is both input and output, but {missing} lack its value \"{name}\""),
                );
            } else {
                report.hint(
                    "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
                    format!("value \"{name}\" of input enum \"{type_name}\" is left out: {missing} lack it"),
                );
            }
            continue;
        }
        merged.values.insert(
            name.clone(),
            MergedValue {
                value: EnumValue {
                    description: merge_description(having.iter().map(|(_, value)| value.description.as_ref())),
                    directives,
                },
                graphs: having.iter().map(|(source, _)| source.graph.id.clone()).collect(),
            },
        );
    }
    if merged.values.is_empty() {
        report.error("EMPTY_MERGED_ENUM_TYPE", format!("no value of enum \"{type_name}\" is known to every subgraph"));
    }
}

/// An input object has the fields that every subgraph knows.
pub(super) fn merge_inputs(
    type_name: &str,
    sources: &[Source<'_>],
    context: &Context<'_>,
    merged: &mut MergedType,
    report: &mut Report,
) {
    let names: IndexSet<&String> = sources.iter().flat_map(|source| source.definition.inputs.keys()).collect();
    for name in names {
        let place = format!("{type_name}.{name}");
        let having: Vec<(&Source<'_>, &InputValue)> =
            sources.iter().filter_map(|source| Some((source, source.definition.inputs.get(name)?))).collect();
        if having.len() < sources.len() {
            let required = having.iter().any(|(_, value)| !value.ty.nullable && value.default.is_none());
            if required {
                report.error(
                    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
                    format!("input field \"{place}\" is required in some subgraphs but missing in others"),
                );
            } else {
                report.hint(
                    "INCONSISTENT_INPUT_OBJECT_FIELD",
                    format!("input field \"{place}\" is left out: some subgraphs lack it"),
                );
            }
            continue;
        }
        let values: Vec<(&str, &InputValue)> =
            having.iter().map(|(source, value)| (source.graph.name.as_str(), *value)).collect();
        let codes = InputCodes { ty: "FIELD_TYPE_MISMATCH", default: "INPUT_FIELD_DEFAULT_MISMATCH" };
        let Some(value) = merge_input(&place, &values, &codes, context, report) else { continue };
        let joins = if having.iter().all(|(_, own)| own.ty == value.ty) {
            Vec::new()
        } else {
            having
                .iter()
                .map(|(source, own)| JoinField {
                    graph: Some(source.graph.id.clone()),
                    ty: Some(own.ty.to_string()),
                    ..JoinField::default()
                })
                .collect()
        };
        merged.inputs.insert(name.clone(), MergedInput { value, joins });
    }
    if merged.inputs.is_empty() {
        report
            .error("EMPTY_MERGED_INPUT_TYPE", format!("no field of input \"{type_name}\" is known to every subgraph"));
    }
}
