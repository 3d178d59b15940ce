//! `@cost` and `@listSize`: what an operation's price is computed from.

use super::super::model::{Directive, Directives, Field};
use super::super::specs::Known;
use super::super::syntax::{Kind, TypeRef, Value};
use super::{Problems, Subgraph};

pub(super) fn check(graph: &Subgraph, problems: &mut Problems<'_>) {
    for (name, ty) in &graph.schema.types {
        for (field_name, field) in &ty.fields {
            let place = format!("\"{name}.{field_name}\"");
            for cost in field.directives.each(Known::Cost).filter(|_| ty.kind == Kind::Interface) {
                let message = format!("@cost cannot stand on {place}, which is a field of an interface");
                problems.add("COST_APPLIED_TO_INTERFACE_FIELD", cost.position, message);
            }
            for list_size in field.directives.each(Known::ListSize) {
                check_list_size(graph, &place, field, list_size, problems);
            }
        }
    }
}

fn check_list_size(graph: &Subgraph, place: &str, field: &Field, directive: &Directive, problems: &mut Problems<'_>) {
    let mut add = |code, message: String| problems.add(code, directive.position, message);
    let strings = |name| directive.argument(name).map(Value::as_strings).unwrap_or_default();
    let sized_fields = strings("sizedFields");
    if sized_fields.is_empty() && !field.ty.is_list() {
        add("LIST_SIZE_APPLIED_TO_NON_LIST", format!("@listSize stands on {place}, which is no list"));
    }
    if directive.argument("assumedSize").and_then(Value::as_int).is_some_and(|size| size < 0) {
        add("LIST_SIZE_INVALID_ASSUMED_SIZE", format!("the assumed size of {place} is negative"));
    }
    for name in strings("slicingArguments") {
        let code = "LIST_SIZE_INVALID_SLICING_ARGUMENT";
        match field.arguments.get(name) {
            None => add(code, format!("slicing argument \"{name}\" is no argument of {place}")),
            Some(argument) if argument.ty.nullable() != &TypeRef::Named("Int".to_owned()) => {
                add(code, format!("slicing argument \"{name}\" of {place} has type \"{}\", not Int", argument.ty));
            }
            Some(_) => {}
        }
    }
    if sized_fields.is_empty() {
        return;
    }
    let inner = field.ty.name();
    if !graph.schema.kind(inner).is_some_and(Kind::is_composite) {
        let message = format!("{place} cannot have sized fields: its type \"{}\" has no fields", field.ty);
        return add("LIST_SIZE_INVALID_SIZED_FIELD", message);
    }
    for name in sized_fields {
        match graph.schema.field(inner, name) {
            None => add(
                "LIST_SIZE_INVALID_SIZED_FIELD",
                format!("sized field \"{name}\" of {place} is no field of \"{inner}\""),
            ),
            Some(sized) if !sized.ty.is_list() => {
                add("LIST_SIZE_APPLIED_TO_NON_LIST", format!("sized field \"{inner}.{name}\" of {place} is no list"));
            }
            Some(_) => {}
        }
    }
}
