//! What GraphQL asks of every schema. Holds for subgraphs as read and for the supergraph as merged.

use std::collections::BTreeSet;

use super::model::{Directives, Field, InputValue, Schema, Type};
use super::specs::Known;
use super::syntax::{Kind, Position, Root, TypeRef};
use super::values::fits;

type Problem<'a> = &'a mut dyn FnMut(Position, String);

/// Reports everything that is not as the GraphQL specification wants it. Types that are referred to must exist.
pub(super) fn check(schema: &Schema, problem: Problem<'_>) {
    for (name, ty) in &schema.types {
        check_name(name, ty.position, problem);
        match ty.kind {
            Kind::Object | Kind::Interface => {
                if ty.fields.is_empty() && schema.roots.get(&Root::Query) != Some(name) {
                    problem(ty.position, format!("type \"{name}\" has no fields"));
                }
                for (field_name, field) in &ty.fields {
                    check_name(field_name, field.position, problem);
                    for (argument, value) in &field.arguments {
                        let place = format!("argument \"{name}.{field_name}({argument}:)\"");
                        check_input(schema, argument, value, &place, problem);
                    }
                }
            }
            Kind::Union if ty.members.is_empty() => problem(ty.position, format!("union \"{name}\" has no members")),
            Kind::Enum => {
                if ty.values.is_empty() {
                    problem(ty.position, format!("enum \"{name}\" has no values"));
                }
                for (value_name, value) in &ty.values {
                    check_name(value_name, value.position, problem);
                }
            }
            Kind::Input => {
                if ty.inputs.is_empty() {
                    problem(ty.position, format!("input \"{name}\" has no fields"));
                }
                for (input, value) in &ty.inputs {
                    check_input(schema, input, value, &format!("input field \"{name}.{input}\""), problem);
                }
            }
            Kind::Scalar | Kind::Union => {}
        }
    }
    for (name, definition) in &schema.definitions {
        check_name(name, definition.position, problem);
        for (argument, value) in &definition.arguments {
            check_input(schema, argument, value, &format!("argument \"@{name}({argument}:)\""), problem);
        }
    }
    for (name, ty) in &schema.types {
        for interface in &ty.implements {
            check_implements(schema, name, ty, interface, problem);
        }
    }
    check_cycles(schema, problem);
}

fn check_name(name: &str, position: Position, problem: Problem<'_>) {
    if name.starts_with("__") {
        problem(position, format!("the name \"{name}\" begins with \"__\", which is reserved"));
    }
}

fn check_input(schema: &Schema, name: &str, value: &InputValue, place: &str, problem: Problem<'_>) {
    check_name(name, value.position, problem);
    if value.is_required() && value.directives.has(Known::Deprecated) {
        problem(value.position, format!("{place} is required, so that it cannot be deprecated"));
    }
    if let Some(default) = &value.default
        && !fits(default, &value.ty, schema)
    {
        problem(value.position, format!("{place} of type \"{}\" cannot have the default value {default}", value.ty));
    }
}

fn check_implements(schema: &Schema, name: &str, ty: &Type, interface_name: &str, problem: Problem<'_>) {
    if interface_name == name {
        problem(ty.position, format!("type \"{name}\" implements itself"));
        return;
    }
    let Some(interface) = schema.types.get(interface_name) else { return };
    for (field_name, wanted) in &interface.fields {
        let place = format!("\"{interface_name}.{field_name}\"");
        match ty.fields.get(field_name) {
            None => problem(ty.position, format!("type \"{name}\" does not have the interface's field {place}")),
            Some(field) => {
                check_implementation(schema, &format!("\"{name}.{field_name}\""), field, &place, wanted, problem)
            }
        }
    }
    for further in interface.implements.iter().filter(|further| !ty.implements.contains(further)) {
        let message = if further == name {
            format!("\"{name}\" and \"{interface_name}\" implement each other")
        } else {
            format!("type \"{name}\" must implement \"{further}\", because \"{interface_name}\" does")
        };
        problem(ty.position, message);
    }
}

fn check_implementation(
    schema: &Schema,
    place: &str,
    field: &Field,
    wanted_place: &str,
    wanted: &Field,
    problem: Problem<'_>,
) {
    if !schema.is_subtype(&field.ty, &wanted.ty) {
        let message = format!("{place} of type \"{}\" does not fit {wanted_place} of type \"{}\"", field.ty, wanted.ty);
        problem(field.position, message);
    }
    for (argument, value) in &wanted.arguments {
        match field.arguments.get(argument) {
            None => problem(field.position, format!("{place} does not have argument \"{argument}\" of {wanted_place}")),
            Some(own) if own.ty != value.ty => problem(
                own.position,
                format!(
                    "argument \"{argument}\" of {place} has type \"{}\", but \"{}\" in {wanted_place}",
                    own.ty, value.ty
                ),
            ),
            Some(_) => {}
        }
    }
    for (argument, value) in &field.arguments {
        if value.is_required() && !wanted.arguments.contains_key(argument) {
            let message = format!("{place} requires argument \"{argument}\", which {wanted_place} does not have");
            problem(value.position, message);
        }
    }
}

/// An input object that contains itself without a way out can never be given.
fn check_cycles(schema: &Schema, problem: Problem<'_>) {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (start, ty) in schema.types.iter().filter(|(_, ty)| ty.kind == Kind::Input) {
        if !done.insert(start) {
            continue;
        }
        // The way down, and on each step what is still to be looked at.
        let mut way = vec![(start.as_str(), contained(ty))];
        let mut on_way = BTreeSet::from([start.as_str()]);
        while let Some((name, inner)) = way.last_mut() {
            let Some((next, position)) = inner.pop() else {
                on_way.remove(name);
                way.pop();
                continue;
            };
            if on_way.contains(next) {
                problem(position, format!("input \"{next}\" contains itself by fields that cannot be null"));
            } else if done.insert(next)
                && let Some(ty) = schema.types.get(next).filter(|ty| ty.kind == Kind::Input)
            {
                on_way.insert(next);
                way.push((next, contained(ty)));
            }
        }
    }
}

fn contained(ty: &Type) -> Vec<(&str, Position)> {
    ty.inputs
        .values()
        .filter_map(|value| match &value.ty {
            TypeRef::NonNull(inner) => match inner.as_ref() {
                TypeRef::Named(name) => Some((name.as_str(), value.position)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
