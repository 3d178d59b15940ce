//! `@inaccessible`: what clients see must stand without what they do not see.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Report;
use super::super::locations::is_executable;
use super::super::model::{Directive, Directives, Field, InputValue, Schema, Type};
use super::super::specs::Known;
use super::super::syntax::{Kind, Root, TypeRef, Value};

pub(super) fn check(schema: &Schema, report: &mut Report) {
    let mut check = Check { schema, report, used: BTreeMap::new() };
    check.collect_defaults();
    for (name, ty) in &schema.types {
        if hidden(&ty.directives) {
            if schema.roots.get(&Root::Query) == Some(name) {
                let message = format!("the query root type \"{name}\" is @inaccessible, but clients must see it");
                check.report.error("QUERY_ROOT_TYPE_INACCESSIBLE", message);
            }
            continue;
        }
        check.children(name, ty);
        for (field_name, field) in &ty.fields {
            check.field(name, ty, field_name, field);
        }
        for (input, value) in &ty.inputs {
            let place = format!("input field \"{name}.{input}\"");
            check.input(&place, value);
            check.default_use(&format!("{name}.{input}"), &place, &value.directives);
        }
        for (value_name, value) in &ty.values {
            let place = format!("enum value \"{name}.{value_name}\"");
            check.default_use(&format!("{name}.{value_name}"), &place, &value.directives);
        }
    }
    check.definitions();
}

fn hidden(directives: &Vec<Directive>) -> bool {
    directives.has(Known::Inaccessible)
}

struct Check<'a> {
    schema: &'a Schema,
    report: &'a mut Report,
    /// Input fields and enum values that visible default values use, with the places that use them.
    used: BTreeMap<String, BTreeSet<String>>,
}

impl Check<'_> {
    fn is_hidden(&self, ty: &str) -> bool {
        self.schema.types.get(ty).is_some_and(|ty| hidden(&ty.directives))
    }

    fn refer(&mut self, place: &str, ty: &TypeRef) {
        if self.is_hidden(ty.name()) {
            let message = format!("\"{}\" is @inaccessible, but clients see {place}, which has that type", ty.name());
            self.report.error("REFERENCED_INACCESSIBLE", message);
        }
    }

    /// A type that clients see has something to see.
    fn children(&mut self, name: &str, ty: &Type) {
        let (any, all_hidden) = match ty.kind {
            Kind::Object | Kind::Interface => {
                (!ty.fields.is_empty(), ty.fields.values().all(|field| hidden(&field.directives)))
            }
            Kind::Input => (!ty.inputs.is_empty(), ty.inputs.values().all(|input| hidden(&input.directives))),
            Kind::Enum => (!ty.values.is_empty(), ty.values.values().all(|value| hidden(&value.directives))),
            Kind::Union => (!ty.members.is_empty(), ty.members.iter().all(|member| self.is_hidden(member))),
            Kind::Scalar => return,
        };
        if any && all_hidden {
            let message = format!("clients see \"{name}\", but everything in it is @inaccessible");
            self.report.error("ONLY_INACCESSIBLE_CHILDREN", message);
        }
    }

    fn field(&mut self, owner: &str, ty: &Type, name: &str, field: &Field) {
        let place = format!("field \"{owner}.{name}\"");
        let interfaces: Vec<(&String, &Field)> = ty
            .implements
            .iter()
            .filter(|interface| !self.is_hidden(interface))
            .filter_map(|interface| Some((interface, self.schema.field(interface, name)?)))
            .filter(|(_, field)| !hidden(&field.directives))
            .collect();
        if hidden(&field.directives) {
            for (interface, _) in interfaces {
                let message =
                    format!("{place} is @inaccessible, but implements \"{interface}.{name}\", which clients see");
                self.report.error("IMPLEMENTED_BY_INACCESSIBLE", message);
            }
            return;
        }
        self.refer(&place, &field.ty);
        for (argument, value) in &field.arguments {
            let place = format!("argument \"{owner}.{name}({argument}:)\"");
            self.input(&place, value);
            if !hidden(&value.directives) {
                continue;
            }
            for (interface, wanted) in &interfaces {
                if wanted.arguments.get(argument).is_some_and(|wanted| !hidden(&wanted.directives)) {
                    let message = format!(
                        "{place} is @inaccessible, but implements that of \"{interface}.{name}\", which clients see"
                    );
                    self.report.error("IMPLEMENTED_BY_INACCESSIBLE", message);
                }
            }
            for (implementer, ty) in self.schema.implementers(owner).filter(|(_, ty)| !hidden(&ty.directives)) {
                let own = ty.fields.get(name).filter(|field| !hidden(&field.directives));
                let own = own.and_then(|field| field.arguments.get(argument));
                if own.is_some_and(|own| !hidden(&own.directives) && own.is_required()) {
                    let message =
                        format!("{place} is @inaccessible, but \"{implementer}.{name}\" requires the argument");
                    self.report.error("REQUIRED_INACCESSIBLE", message);
                }
            }
        }
    }

    fn input(&mut self, place: &str, value: &InputValue) {
        if !hidden(&value.directives) {
            self.refer(place, &value.ty);
        } else if value.is_required() {
            self.report.error("REQUIRED_INACCESSIBLE", format!("{place} is @inaccessible, but required"));
        }
    }

    fn default_use(&mut self, coordinate: &str, place: &str, directives: &Vec<Directive>) {
        if !hidden(directives) {
            return;
        }
        for user in self.used.remove(coordinate).unwrap_or_default() {
            let message =
                format!("{place} is @inaccessible, but the default value of {user}, which clients see, uses it");
            self.report.error("DEFAULT_VALUE_USES_INACCESSIBLE", message);
        }
    }

    fn collect_defaults(&mut self) {
        let schema = self.schema;
        for (name, ty) in schema.types.iter().filter(|(_, ty)| !hidden(&ty.directives)) {
            for (field_name, field) in ty.fields.iter().filter(|(_, field)| !hidden(&field.directives)) {
                for (argument, value) in &field.arguments {
                    self.collect_default(&format!("argument \"{name}.{field_name}({argument}:)\""), value);
                }
            }
            for (input, value) in &ty.inputs {
                self.collect_default(&format!("input field \"{name}.{input}\""), value);
            }
        }
        for (name, definition) in &schema.definitions {
            for (argument, value) in &definition.arguments {
                self.collect_default(&format!("argument \"@{name}({argument}:)\""), value);
            }
        }
    }

    fn collect_default(&mut self, place: &str, value: &InputValue) {
        if hidden(&value.directives) {
            return;
        }
        if let Some(default) = &value.default {
            self.collect_value(place, default, value.ty.name());
        }
    }

    fn collect_value(&mut self, place: &str, value: &Value, ty: &str) {
        let Some(definition) = self.schema.types.get(ty) else { return };
        match value {
            Value::List(items) => items.iter().for_each(|item| self.collect_value(place, item, ty)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(input) = definition.inputs.get(name) {
                        self.used.entry(format!("{ty}.{name}")).or_default().insert(place.to_owned());
                        self.collect_value(place, value, input.ty.name());
                    }
                }
            }
            Value::Enum(name) if definition.kind == Kind::Enum => {
                self.used.entry(format!("{ty}.{name}")).or_default().insert(place.to_owned());
            }
            _ => {}
        }
    }

    fn definitions(&mut self) {
        let schema = self.schema;
        for (name, definition) in &schema.definitions {
            for (argument, value) in &definition.arguments {
                let place = format!("argument \"@{name}({argument}:)\"");
                if hidden(&value.directives) && !definition.locations.iter().all(|location| is_executable(location)) {
                    let message = format!("{place} cannot be @inaccessible: the directive can stand in schemas");
                    self.report.error("DISALLOWED_INACCESSIBLE", message);
                    continue;
                }
                self.input(&place, value);
            }
        }
    }
}
