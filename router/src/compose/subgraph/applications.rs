//! Whether directives stand where they may, with the arguments that they have.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::super::model::{Directive, DirectiveDefinition, Schema};
use super::super::specs::{FEDERATION_1_DEFINES, Known};
use super::super::syntax::Kind;
use super::super::values::fits;
use super::{Links, Problems};

/// Checks all applications. `own` are the definitions that the subgraph gives itself of directives of specifications.
pub(super) fn check(
    schema: &Schema,
    links: &Links,
    own: &BTreeMap<Known, DirectiveDefinition>,
    problems: &mut Problems<'_>,
) {
    let mut checker = Checker { schema, links, own, problems };
    checker.element(&schema.directives, "SCHEMA", &|| "the schema".to_owned());
    for (name, ty) in &schema.types {
        let location = match ty.kind {
            Kind::Scalar => "SCALAR",
            Kind::Object => "OBJECT",
            Kind::Interface => "INTERFACE",
            Kind::Union => "UNION",
            Kind::Enum => "ENUM",
            Kind::Input => "INPUT_OBJECT",
        };
        checker.element(&ty.directives, location, &|| format!("\"{name}\""));
        for (field_name, field) in &ty.fields {
            checker.element(&field.directives, "FIELD_DEFINITION", &|| format!("\"{name}.{field_name}\""));
            for (argument, value) in &field.arguments {
                let place = || format!("\"{name}.{field_name}({argument}:)\"");
                checker.element(&value.directives, "ARGUMENT_DEFINITION", &place);
            }
        }
        for (value_name, value) in &ty.values {
            checker.element(&value.directives, "ENUM_VALUE", &|| format!("\"{name}.{value_name}\""));
        }
        for (input, value) in &ty.inputs {
            checker.element(&value.directives, "INPUT_FIELD_DEFINITION", &|| format!("\"{name}.{input}\""));
        }
    }
    for (name, definition) in &schema.definitions {
        for (argument, value) in &definition.arguments {
            checker.element(&value.directives, "ARGUMENT_DEFINITION", &|| format!("\"@{name}({argument}:)\""));
        }
    }
}

struct Checker<'a, 'p> {
    schema: &'a Schema,
    links: &'a Links,
    own: &'a BTreeMap<Known, DirectiveDefinition>,
    problems: &'a mut Problems<'p>,
}

impl Checker<'_, '_> {
    fn element(&mut self, directives: &[Directive], location: &str, place: &dyn Fn() -> String) {
        for (at, directive) in directives.iter().enumerate() {
            let Some(definition) = self.definition(directive).map(Cow::into_owned) else {
                self.unknown(directive, place);
                continue;
            };
            if !definition.locations.iter().any(|allowed| allowed == location) {
                self.invalid(directive, place, "cannot stand there");
            }
            let repeated = directives[..at].iter().any(|other| other.name == directive.name);
            if repeated && !definition.repeatable {
                self.invalid(directive, place, "cannot be repeated");
            }
            self.arguments(directive, &definition, place);
        }
    }

    fn definition(&self, directive: &Directive) -> Option<Cow<'_, DirectiveDefinition>> {
        match directive.known {
            Some(known) if self.own.contains_key(&known) => self.own.get(&known).map(Cow::Borrowed),
            Some(known) => {
                let federation = self.links.federation.unwrap_or(FEDERATION_1_DEFINES);
                Some(Cow::Owned(known.definition_in(federation)))
            }
            None => self.schema.definitions.get(&directive.name).map(Cow::Borrowed),
        }
    }

    fn invalid(&mut self, directive: &Directive, place: &dyn Fn() -> String, problem: &str) {
        let message = format!("directive \"@{}\" on {} {problem}", directive.name, place());
        self.problems.invalid(directive.position, message);
    }

    fn unknown(&mut self, directive: &Directive, place: &dyn Fn() -> String) {
        let federated = Known::ALL.into_iter().find(|known| !known.is_builtin() && known.name() == directive.name);
        let advice = match federated {
            Some(_) if self.links.federation.is_none() => {
                "; it is of Federation 2, which the schema must @link to use it".to_owned()
            }
            Some(known) => match self.links.name_of(known) {
                Some(name) => format!("; it is called \"@{name}\" as the schema links it"),
                None => "; the linked version of the federation specification does not have it".to_owned(),
            },
            None => String::new(),
        };
        self.invalid(directive, place, &format!("is unknown{advice}"));
    }

    fn arguments(&mut self, directive: &Directive, definition: &DirectiveDefinition, place: &dyn Fn() -> String) {
        for (at, (name, value)) in directive.arguments.iter().enumerate() {
            let Some(argument) = definition.arguments.get(name) else {
                self.invalid(directive, place, &format!("has no argument \"{name}\""));
                continue;
            };
            if directive.arguments[..at].iter().any(|(other, _)| other == name) {
                self.invalid(directive, place, &format!("has argument \"{name}\" twice"));
            }
            if !fits(value, &argument.ty, self.schema) {
                let problem = format!("cannot have {value} for argument \"{name}\" of type \"{}\"", argument.ty);
                self.invalid(directive, place, &problem);
            }
        }
        for (name, argument) in &definition.arguments {
            if argument.is_required() && !directive.arguments.iter().any(|(given, _)| given == name) {
                self.invalid(directive, place, &format!("needs argument \"{name}\""));
            }
        }
    }
}
