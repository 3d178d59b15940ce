//! What the federation specification asks of one subgraph.

use super::super::field_set::normal;
use super::super::model::{Directive, Directives, Type};
use super::super::specs::Known;
use super::super::syntax::{Kind, Position, parse_selections};
use super::{Problems, Subgraph, context, demand, field_sets};

pub(super) fn check(graph: &Subgraph, problems: &mut Problems<'_>) {
    field_sets::check(graph, problems);
    context::check(graph, problems);
    for (name, ty) in &graph.schema.types {
        check_externals(graph, name, ty, problems);
        check_interface_keys(graph, name, ty, problems);
        if ty.directives.has(Known::InterfaceObject) && !ty.is_entity() {
            let message =
                format!("\"{name}\" has @interfaceObject but no @key: only entities can stand for an interface");
            problems.add("INTERFACE_OBJECT_USAGE_ERROR", ty.position, message);
        }
        check_sharing(name, ty, problems);
        check_access(name, ty, problems);
    }
    demand::check(graph, problems);
}

fn check_externals(graph: &Subgraph, name: &str, ty: &Type, problems: &mut Problems<'_>) {
    for (field_name, field) in &ty.fields {
        if !graph.facts.is_external(name, field_name) {
            continue;
        }
        if ty.kind == Kind::Interface {
            let message = format!("\"{name}.{field_name}\" is @external, but nobody resolves fields of an interface");
            problems.add("EXTERNAL_ON_INTERFACE", field.position, message);
        }
        if !graph.facts.is_used(name, field_name) {
            let message = format!(
                "\"{name}.{field_name}\" is @external, but no @key, @requires, @provides or interface of the subgraph uses it"
            );
            problems.add("EXTERNAL_UNUSED", field.position, message);
        }
    }
}

/// A key of an interface must be a key of all that implement it.
fn check_interface_keys(graph: &Subgraph, name: &str, ty: &Type, problems: &mut Problems<'_>) {
    if ty.kind != Kind::Interface {
        return;
    }
    let text =
        |key: &Directive| key.string("fields").and_then(|text| parse_selections(text).ok()).map(|found| normal(&found));
    for key in ty.keys() {
        let Some(wanted) = text(key) else { continue };
        let (mut missing, mut unresolvable) = (Vec::new(), Vec::new());
        for (implementer, object) in graph.schema.implementers(name).filter(|(_, ty)| ty.kind == Kind::Object) {
            match object.keys().find(|own| text(own).as_ref() == Some(&wanted)) {
                None => missing.push(implementer),
                Some(own) if key.is_resolvable() && !own.is_resolvable() => unresolvable.push(implementer),
                Some(_) => {}
            }
        }
        let (lacking, what) =
            if missing.is_empty() { (unresolvable, "not resolvable on") } else { (missing, "missing on") };
        if !lacking.is_empty() {
            let message = format!("{key} of interface \"{name}\" is {what} {}", super::super::quoted(lacking));
            problems.add("INTERFACE_KEY_NOT_ON_IMPLEMENTATION", key.position, message);
        }
    }
}

fn check_sharing(name: &str, ty: &Type, problems: &mut Problems<'_>) {
    let twice = |directives: &Vec<Directive>, place: String, problems: &mut Problems<'_>| {
        let mut seen = Vec::new();
        for directive in directives.each(Known::Shareable) {
            if seen.contains(&directive.declaration) {
                let message = format!("@shareable stands twice on {place}; it may be repeated on extensions only");
                problems.add("INVALID_SHAREABLE_USAGE", directive.position, message);
            }
            seen.push(directive.declaration);
        }
    };
    if ty.kind == Kind::Object {
        twice(&ty.directives, format!("the same declaration of \"{name}\""), problems);
    }
    for (field_name, field) in &ty.fields {
        let place = format!("\"{name}.{field_name}\"");
        if ty.kind == Kind::Object {
            twice(&field.directives, place, problems);
        } else if let Some(directive) = field.directives.first(Known::Shareable) {
            let message = format!("@shareable cannot stand on {place}: only fields of object types are resolved");
            problems.add("INVALID_SHAREABLE_USAGE", directive.position, message);
        }
    }
}

/// Access is decided by the objects that stand behind an interface.
fn check_access(name: &str, ty: &Type, problems: &mut Problems<'_>) {
    let mut refuse = |directives: &Vec<Directive>, place: String| {
        for directive in Known::ACCESS.into_iter().filter_map(|known| directives.first(known)) {
            let message = format!(
                "@{} cannot stand on {place}: access is decided by the types that implement an interface",
                directive.name
            );
            let position: Position = directive.position;
            problems.add("AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE", position, message);
        }
    };
    if ty.kind == Kind::Interface {
        refuse(&ty.directives, format!("interface \"{name}\""));
        for (field_name, field) in &ty.fields {
            refuse(&field.directives, format!("interface field \"{name}.{field_name}\""));
        }
    } else if ty.is_interface_object() {
        refuse(&ty.directives, format!("interface object \"{name}\""));
    }
}
