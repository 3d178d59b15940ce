//! Joins the subgraphs' types into one graph.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Report;
use super::merge_fields::merge_fields;
use super::merge_values::{EnumUsage, enum_usages, merge_enum, merge_inputs};
use super::model::{Applied, JoinField, JoinType, Kind, Merged, MergedType, Subgraph, TypeDefinition};
use super::type_algebra::Subtypes;

/// What merging one type needs to know of the rest.
pub(super) struct Context<'a> {
    pub(super) subgraphs: &'a [Subgraph],
    pub(super) subtypes: Subtypes,
}

/// A type as one subgraph has it.
pub(super) struct Source<'a> {
    pub(super) graph: &'a Subgraph,
    pub(super) definition: &'a TypeDefinition,
}

pub(super) fn merge(subgraphs: &[Subgraph], report: &mut Report) -> Merged {
    let context = Context { subgraphs, subtypes: Subtypes::new(subgraphs) };
    let usages = enum_usages(subgraphs);
    let names: BTreeSet<&String> = subgraphs.iter().flat_map(|graph| graph.types.keys()).collect();
    let mut types = BTreeMap::new();
    for name in names {
        let sources: Vec<Source<'_>> = subgraphs
            .iter()
            .filter_map(|graph| graph.types.get(name).map(|definition| Source { graph, definition }))
            .collect();
        if let Some(merged) = merge_type(name, &sources, &context, &usages, report) {
            types.insert(name.clone(), merged);
        }
    }
    let mut merged = Merged {
        has_mutation: types.contains_key("Mutation"),
        has_subscription: types.contains_key("Subscription"),
        types,
    };
    add_interface_object_fields(&mut merged);
    check_root(&merged, report);
    check_interfaces(&merged, &context, report);
    check_inaccessible(&merged, report);
    merged
}

fn merge_type(
    name: &str,
    sources: &[Source<'_>],
    context: &Context<'_>,
    usages: &BTreeMap<String, EnumUsage>,
    report: &mut Report,
) -> Option<MergedType> {
    let kind = sources.first()?.definition.supergraph_kind();
    if let Some(other) = sources.iter().find(|source| source.definition.supergraph_kind() != kind) {
        report.error(
            "TYPE_KIND_MISMATCH",
            format!(
                "type \"{name}\" is {} in subgraph \"{}\" but {} in subgraph \"{}\"",
                article(kind),
                sources[0].graph.name,
                article(other.definition.supergraph_kind()),
                other.graph.name
            ),
        );
        return None;
    }
    if sources.iter().all(|source| source.definition.interface_object) {
        report.error(
            "INTERFACE_OBJECT_USAGE_ERROR",
            format!("\"{name}\" is an @interfaceObject wherever it is defined; one subgraph must define the interface"),
        );
        return None;
    }
    let mut merged = MergedType {
        kind,
        description: merge_description(sources.iter().map(|source| source.definition.description.as_ref())),
        directives: merge_directives(sources.iter().map(|source| source.definition.directives.as_slice())),
        joins: join_types(sources),
        implements: IndexMap::new(),
        fields: IndexMap::new(),
        members: IndexMap::new(),
        values: IndexMap::new(),
        inputs: IndexMap::new(),
    };
    for source in sources {
        for interface in &source.definition.implements {
            merged.implements.entry(interface.clone()).or_default().push(source.graph.id.clone());
        }
        for member in &source.definition.members {
            merged.members.entry(member.clone()).or_default().push(source.graph.id.clone());
        }
    }
    match kind {
        Kind::Object | Kind::Interface => merge_fields(name, sources, context, &mut merged, report),
        Kind::Enum => merge_enum(name, sources, usages.get(name), &mut merged, report),
        Kind::Input => merge_inputs(name, sources, context, &mut merged, report),
        Kind::Scalar | Kind::Union => {}
    }
    Some(merged)
}

fn article(kind: Kind) -> String {
    let name = kind.name();
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

fn join_types(sources: &[Source<'_>]) -> Vec<JoinType> {
    let mut joins = Vec::new();
    for source in sources {
        let interface_object = source.definition.interface_object;
        let graph = &source.graph.id;
        if source.definition.keys.is_empty() {
            joins.push(JoinType { graph: graph.clone(), key: None, interface_object });
        }
        for key in &source.definition.keys {
            joins.push(JoinType { graph: graph.clone(), key: Some(key.clone()), interface_object });
        }
    }
    joins
}

/// The description that most subgraphs have; of equals, the first.
pub(super) fn merge_description<'a>(descriptions: impl Iterator<Item = Option<&'a String>>) -> Option<String> {
    let mut counts: IndexMap<&String, usize> = IndexMap::new();
    for description in descriptions.flatten() {
        *counts.entry(description).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(text, _)| text.clone())
}

/// Every directive that some subgraph applies, once. `@requiresScopes` and `@policy` of several subgraphs must all
/// hold, and the first reason of a deprecation wins.
pub(super) fn merge_directives<'a>(sources: impl Iterator<Item = &'a [Applied]>) -> Vec<Applied> {
    let mut merged: Vec<Applied> = Vec::new();
    for directive in sources.flatten() {
        if merged.contains(directive) {
            continue;
        }
        let repeated = merged.iter_mut().find(|other| other.name == directive.name);
        match (directive.name.as_str(), repeated) {
            ("deprecated" | "specifiedBy" | "cost" | "listSize", Some(_)) => {}
            ("requiresScopes" | "policy", Some(other)) => conjoin(other, directive),
            _ => merged.push(directive.clone()),
        }
    }
    merged.sort_by(|left, right| left.name.cmp(&right.name));
    merged
}

/// Both lists of alternatives must hold: the alternatives of the result are the unions of one of each.
fn conjoin(target: &mut Applied, other: &Applied) {
    use async_graphql::Value;
    let alternatives = |directive: &Applied| -> Vec<Vec<Value>> {
        match directive.arguments.first() {
            Some((_, Value::List(outer))) => outer
                .iter()
                .map(|inner| match inner {
                    Value::List(values) => values.clone(),
                    single => vec![single.clone()],
                })
                .collect(),
            _ => Vec::new(),
        }
    };
    let (left, right) = (alternatives(target), alternatives(other));
    let mut product = Vec::new();
    for one in &left {
        for two in &right {
            let mut both = one.clone();
            both.extend(two.iter().filter(|value| !one.contains(value)).cloned());
            let both = Value::List(both);
            if !product.contains(&both) {
                product.push(both);
            }
        }
    }
    if let Some((_, value)) = target.arguments.first_mut() {
        *value = Value::List(product);
    }
}

/// What an interface object adds to its interface, every implementation has.
fn add_interface_object_fields(merged: &mut Merged) {
    let mut additions = Vec::new();
    for (name, interface) in &merged.types {
        if interface.kind != Kind::Interface || !interface.joins.iter().any(|join| join.interface_object) {
            continue;
        }
        for (implementer_name, implementer) in &merged.types {
            if implementer.kind != Kind::Object || !implementer.implements.contains_key(name) {
                continue;
            }
            for (field_name, field) in &interface.fields {
                if !implementer.fields.contains_key(field_name) {
                    let mut copy = field.clone();
                    copy.joins = vec![JoinField::default()];
                    additions.push((implementer_name.clone(), field_name.clone(), copy));
                }
            }
        }
    }
    for (type_name, field_name, field) in additions {
        if let Some(ty) = merged.types.get_mut(&type_name) {
            ty.fields.insert(field_name, field);
        }
    }
}

fn check_root(merged: &Merged, report: &mut Report) {
    let queryable = merged.types.get("Query").is_some_and(|query| !query.fields.is_empty());
    if !queryable {
        report.error("NO_QUERIES", "no subgraph has a query field");
    }
}

fn check_interfaces(merged: &Merged, context: &Context<'_>, report: &mut Report) {
    for (name, ty) in &merged.types {
        for interface_name in ty.implements.keys() {
            let Some(interface) = merged.types.get(interface_name) else { continue };
            for (field_name, field) in &interface.fields {
                match ty.fields.get(field_name) {
                    None => report.error(
                        "INTERFACE_FIELD_NO_IMPLEM",
                        format!(
                            "\"{interface_name}.{field_name}\" is in the supergraph, but \"{name}\", which implements \"{interface_name}\", has no such field"
                        ),
                    ),
                    Some(own) if !context.subtypes.is_subtype(&own.ty, &field.ty) => report.error(
                        "INTERFACE_FIELD_TYPE_MISMATCH",
                        format!(
                            "\"{name}.{field_name}\" has type {}, but \"{interface_name}.{field_name}\" has type {}",
                            own.ty, field.ty
                        ),
                    ),
                    Some(_) => {}
                }
            }
        }
    }
}

fn is_inaccessible(directives: &[Applied]) -> bool {
    directives.iter().any(|directive| directive.name == "inaccessible")
}

/// A public field cannot have an inaccessible type, nor require an inaccessible argument.
fn check_inaccessible(merged: &Merged, report: &mut Report) {
    let hidden: BTreeSet<&str> =
        merged.types.iter().filter(|(_, ty)| is_inaccessible(&ty.directives)).map(|(name, _)| name.as_str()).collect();
    for (type_name, ty) in &merged.types {
        if hidden.contains(type_name.as_str()) {
            continue;
        }
        let mut visible = 0;
        for (field_name, field) in &ty.fields {
            if is_inaccessible(&field.directives) {
                continue;
            }
            visible += 1;
            let mut referenced = vec![&field.ty];
            for (argument_name, argument) in &field.arguments {
                if !is_inaccessible(&argument.directives) {
                    referenced.push(&argument.ty);
                } else if !argument.ty.nullable && argument.default.is_none() {
                    report.error(
                        "REQUIRED_INACCESSIBLE",
                        format!("argument \"{type_name}.{field_name}({argument_name}:)\" is required but inaccessible"),
                    );
                }
            }
            for reference in referenced {
                let inner = super::field_set::named(reference);
                if hidden.contains(inner) {
                    report.error(
                        "REFERENCED_INACCESSIBLE",
                        format!("\"{type_name}.{field_name}\" is public but refers to inaccessible type \"{inner}\""),
                    );
                }
            }
        }
        if visible == 0 && !ty.fields.is_empty() && type_name != "Query" {
            report.error(
                "ONLY_INACCESSIBLE_CHILDREN",
                format!("every field of public type \"{type_name}\" is inaccessible"),
            );
        }
        for (input_name, input) in &ty.inputs {
            let inner = super::field_set::named(&input.value.ty);
            if !is_inaccessible(&input.value.directives) && hidden.contains(inner) {
                report.error(
                    "REFERENCED_INACCESSIBLE",
                    format!("\"{type_name}.{input_name}\" is public but refers to inaccessible type \"{inner}\""),
                );
            }
        }
    }
}
