//! Field sets: the selections in `@key`, `@requires` and `@provides`.

use async_graphql::Positioned;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, DocumentOperations, Selection, SelectionSet, Type};

use super::model::{Kind, Subgraph};

/// Parses a field set. The error is a sentence.
pub(super) fn parse(text: &str) -> Result<SelectionSet, String> {
    let document =
        parse_query(format!("{{{text}}}")).map_err(|error| format!("\"{text}\" is no selection: {error}"))?;
    match document.operations {
        DocumentOperations::Single(operation) => Ok(operation.node.selection_set.node),
        DocumentOperations::Multiple(_) => Err(format!("\"{text}\" is no selection")),
    }
}

/// The name at the core of a type, without lists and nullability.
pub(super) fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

/// Visits every field of a field set with the type that it belongs to; answers the first thing that does not fit.
pub(super) fn visit(
    graph: &Subgraph,
    type_name: &str,
    selection: &SelectionSet,
    visitor: &mut dyn FnMut(&str, &str),
) -> Result<(), String> {
    for item in &selection.items {
        match &item.node {
            Selection::Field(field) => {
                visit_field(graph, type_name, &field.node, visitor)?;
            }
            Selection::InlineFragment(fragment) => {
                let condition = match &fragment.node.type_condition {
                    Some(condition) => condition.node.on.node.as_str(),
                    None => type_name,
                };
                if !graph.types.contains_key(condition) {
                    return Err(format!("it has a fragment on \"{condition}\", which the subgraph does not define"));
                }
                visit(graph, condition, &fragment.node.selection_set.node, visitor)?;
            }
            Selection::FragmentSpread(_) => return Err("it has a named fragment".to_owned()),
        }
    }
    Ok(())
}

fn visit_field(
    graph: &Subgraph,
    type_name: &str,
    field: &async_graphql::parser::types::Field,
    visitor: &mut dyn FnMut(&str, &str),
) -> Result<(), String> {
    let name = field.name.node.as_str();
    if name == "__typename" {
        return Ok(());
    }
    let definition = graph.types.get(type_name).ok_or_else(|| format!("type \"{type_name}\" does not exist"))?;
    let Some(found) = definition.fields.get(name) else {
        return Err(format!("\"{type_name}\" has no field \"{name}\""));
    };
    visitor(type_name, name);
    if definition.kind == Kind::Interface {
        for implementer in implementers(graph, type_name) {
            visitor(implementer, name);
        }
    }
    let inner = named(&found.ty);
    let children: &Positioned<SelectionSet> = &field.selection_set;
    let composite =
        graph.types.get(inner).is_some_and(|ty| matches!(ty.kind, Kind::Object | Kind::Interface | Kind::Union));
    if composite && children.node.items.is_empty() {
        return Err(format!("\"{type_name}.{name}\" needs a selection of its fields"));
    }
    if !composite && !children.node.items.is_empty() {
        return Err(format!("\"{type_name}.{name}\" has no fields to select"));
    }
    visit(graph, inner, &children.node, visitor)
}

/// The types of a subgraph that declare to implement an interface.
pub(super) fn implementers<'a>(graph: &'a Subgraph, interface: &'a str) -> impl Iterator<Item = &'a str> {
    graph
        .types
        .iter()
        .filter(move |(_, ty)| ty.implements.iter().any(|name| name == interface))
        .map(|(name, _)| name.as_str())
}
