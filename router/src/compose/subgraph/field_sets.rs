//! `@key`, `@requires` and `@provides`: what their field sets select must exist and make sense.

use super::super::field_set::validate;
use super::super::model::{Directive, Directives, Field};
use super::super::specs::Known;
use super::super::syntax::{Kind, Selection, Value, parse_selections};
use super::{Problems, Subgraph};

/// The codes of a directive's errors.
struct Codes {
    known: Known,
    fields_type: &'static str,
    fields: &'static str,
    arguments: &'static str,
    directives: &'static str,
    missing_external: &'static str,
    on_interface: &'static str,
}

const KEY: Codes = Codes {
    known: Known::Key,
    fields_type: "KEY_INVALID_FIELDS_TYPE",
    fields: "KEY_INVALID_FIELDS",
    arguments: "KEY_FIELDS_HAS_ARGS",
    directives: "KEY_DIRECTIVE_IN_FIELDS_ARG",
    missing_external: "KEY_INVALID_FIELDS",
    on_interface: "KEY_UNSUPPORTED_ON_INTERFACE",
};

const REQUIRES: Codes = Codes {
    known: Known::Requires,
    fields_type: "REQUIRES_INVALID_FIELDS_TYPE",
    fields: "REQUIRES_INVALID_FIELDS",
    arguments: "REQUIRES_INVALID_FIELDS",
    directives: "REQUIRES_DIRECTIVE_IN_FIELDS_ARG",
    missing_external: "REQUIRES_FIELDS_MISSING_EXTERNAL",
    on_interface: "REQUIRES_UNSUPPORTED_ON_INTERFACE",
};

const PROVIDES: Codes = Codes {
    known: Known::Provides,
    fields_type: "PROVIDES_INVALID_FIELDS_TYPE",
    fields: "PROVIDES_INVALID_FIELDS",
    arguments: "PROVIDES_FIELDS_HAS_ARGS",
    directives: "PROVIDES_DIRECTIVE_IN_FIELDS_ARG",
    missing_external: "PROVIDES_FIELDS_MISSING_EXTERNAL",
    on_interface: "PROVIDES_UNSUPPORTED_ON_INTERFACE",
};

pub(super) fn check(graph: &Subgraph, problems: &mut Problems<'_>) {
    let keys_on_interfaces = graph.links.federation.is_some_and(|version| version >= (2, 3));
    for (name, ty) in &graph.schema.types {
        for key in ty.keys() {
            if ty.kind == Kind::Interface && !keys_on_interfaces {
                let message = format!(
                    "{key} cannot stand on interface \"{name}\" before version 2.3 of the federation specification"
                );
                problems.add(KEY.on_interface, key.position, message);
            }
            FieldSet { graph, problems, codes: &KEY, directive: key, place: format!("\"{name}\"") }.check(name);
        }
        for (field_name, field) in &ty.fields {
            let place = format!("\"{name}.{field_name}\"");
            for directive in field.directives.each(Known::Requires) {
                if ty.kind == Kind::Interface {
                    let message = format!("{directive} cannot stand on {place}, which is a field of an interface");
                    problems.add(REQUIRES.on_interface, directive.position, message);
                }
                FieldSet { graph, problems, codes: &REQUIRES, directive, place: place.clone() }.check(name);
            }
            for directive in field.directives.each(Known::Provides) {
                check_provides(graph, (name, ty.kind), (field_name, field), directive, problems);
            }
        }
    }
}

fn check_provides(
    graph: &Subgraph,
    (name, kind): (&str, Kind),
    (field_name, field): (&str, &Field),
    directive: &Directive,
    problems: &mut Problems<'_>,
) {
    let place = format!("\"{name}.{field_name}\"");
    if graph.facts.is_external(name, field_name) {
        let message = format!("{place} has @provides but is @external: what is not resolved provides nothing");
        problems.add("EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE", directive.position, message);
    }
    let target = field.ty.name();
    if !graph.schema.kind(target).is_some_and(Kind::is_composite) {
        let message = format!("{place} has @provides, but its type \"{}\" has no fields", field.ty);
        problems.add("PROVIDES_ON_NON_OBJECT_FIELD", directive.position, message);
        return;
    }
    if kind == Kind::Interface {
        let message = format!("{directive} cannot stand on {place}, which is a field of an interface");
        problems.add(PROVIDES.on_interface, directive.position, message);
    }
    FieldSet { graph, problems, codes: &PROVIDES, directive, place }.check(target);
}

/// One field set in one place.
struct FieldSet<'a, 'p> {
    graph: &'a Subgraph,
    problems: &'a mut Problems<'p>,
    codes: &'static Codes,
    directive: &'a Directive,
    place: String,
}

impl FieldSet<'_, '_> {
    fn report(&mut self, code: &'static str, problem: &str) {
        let message = format!("on {}, for {}: {problem}", self.place, self.directive);
        self.problems.add(code, self.directive.position, message);
    }

    fn check(mut self, target: &str) {
        let Some(text) = self.directive.argument("fields").and_then(Value::as_str) else {
            let code = self.codes.fields_type;
            return self.report(code, "argument \"fields\" must be a string");
        };
        let selections = match parse_selections(text) {
            Ok(selections) => selections,
            Err(error) => {
                let code = self.codes.fields;
                return self.report(code, &error.message);
            }
        };
        let is_key = self.codes.known == Known::Key;
        let mut abstract_field = None;
        let schema = &self.graph.schema;
        let valid = validate(schema, target, &selections, &mut |owner, name, field| {
            if is_key && schema.kind(field.ty.name()).is_some_and(Kind::is_abstract) {
                abstract_field = Some(format!("\"{owner}.{name}\" of type \"{}\" cannot be part of a @key", field.ty));
                return Err(String::new());
            }
            Ok(())
        });
        if let Some(problem) = abstract_field {
            return self.report("KEY_FIELDS_SELECT_INVALID_TYPE", &problem);
        }
        if let Err(problem) = valid {
            let code = self.codes.fields;
            return self.report(code, &problem);
        }
        self.check_selections(target, &selections, false);
    }

    /// What is valid GraphQL may still mean nothing: `@requires` and `@provides` are about fields of other subgraphs.
    fn check_selections(&mut self, owner: &str, selections: &[Selection], external_above: bool) {
        for selection in selections {
            let field = match selection {
                Selection::Field(field) => field,
                Selection::Fragment(fragment) => {
                    if fragment.has_directives {
                        let code = self.codes.directives;
                        self.report(code, "directives cannot stand in field sets");
                    }
                    let on = fragment.on.as_deref().unwrap_or(owner);
                    self.check_selections(on, &fragment.selections, external_above);
                    continue;
                }
                Selection::Spread(_) => continue,
            };
            if field.has_directives {
                let code = self.codes.directives;
                self.report(code, "directives cannot stand in field sets");
            }
            let graph = self.graph;
            let Some(definition) = graph.schema.field(owner, &field.name) else { continue };
            let place = format!("\"{owner}.{}\"", field.name);
            if !definition.arguments.is_empty() && self.codes.known != Known::Requires {
                let code = self.codes.arguments;
                self.report(code, &format!("{place} has arguments, so that it cannot be selected here"));
            }
            let external = graph.facts.is_external(owner, &field.name);
            let needs_external = self.codes.known != Known::Key;
            if needs_external && field.selections.is_empty() && !external && !external_above {
                let code = self.codes.missing_external;
                let why = if graph.facts.is_fake_external(owner, &field.name) {
                    "it is @external, but as a key of an extension this subgraph resolves it"
                } else {
                    "this subgraph resolves it: it is not @external"
                };
                self.report(code, &format!("{place} need not be selected: {why}"));
            }
            let implemented = || {
                graph.schema.kind(owner) == Some(Kind::Interface)
                    && graph.schema.implementers(owner).any(|(name, _)| graph.facts.is_external(name, &field.name))
            };
            let external_below = external_above || external || implemented();
            self.check_selections(definition.ty.name(), &field.selections, external_below);
        }
    }
}
