//! What a subgraph's directives say about its fields when they are taken together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::field_set::fields;
use super::super::model::{Directive, Directives, Schema};
use super::super::specs::Known;
use super::super::syntax::{Kind, Selection, parse_selections};
use super::{Subgraph, parse_context};

/// A set of fields with their types.
#[derive(Clone, Debug, Default)]
pub(in crate::compose) struct FieldCoordinates(BTreeMap<String, BTreeSet<String>>);

impl FieldCoordinates {
    fn insert(&mut self, ty: &str, field: &str) {
        match self.0.get_mut(ty) {
            Some(names) => {
                if !names.contains(field) {
                    names.insert(field.to_owned());
                }
            }
            None => {
                self.0.insert(ty.to_owned(), BTreeSet::from([field.to_owned()]));
            }
        }
    }

    fn extend(&mut self, found: Vec<(&str, &str)>) {
        for (ty, field) in found {
            self.insert(ty, field);
        }
    }

    pub(in crate::compose) fn contains(&self, ty: &str, field: &str) -> bool {
        self.0.get(ty).is_some_and(|names| names.contains(field))
    }
}

/// What follows from a subgraph's directives.
#[derive(Clone, Debug, Default)]
pub(in crate::compose) struct Facts {
    /// Fields that the subgraph does not resolve.
    external: FieldCoordinates,
    /// Key fields of extensions that are marked `@external` as Federation 1 wanted, although the subgraph resolves them.
    fake_external: FieldCoordinates,
    /// Fields that some `@provides` names.
    provided: FieldCoordinates,
    /// Fields that other subgraphs may resolve, too.
    shareable: FieldCoordinates,
    /// Fields that a directive or an interface of the subgraph refers to.
    used: FieldCoordinates,
}

/// The selections of a directive's argument, as far as they can be read.
pub(super) fn selections(directive: &Directive, argument: &str) -> Vec<Selection> {
    directive.string(argument).and_then(|text| parse_selections(text).ok()).unwrap_or_default()
}

impl Facts {
    pub(super) fn find(graph: &Subgraph) -> Self {
        let schema = &graph.schema;
        let mut facts = Self::default();
        facts.find_externals(schema, graph.is_federation_1());
        for (name, ty) in &schema.types {
            for key in ty.keys() {
                let found = selections(key, "fields");
                let found = fields(schema, name, &found, true);
                facts.shareable.extend(found.clone());
                facts.used.extend(found);
            }
            for (field_name, field) in &ty.fields {
                for requires in field.directives.each(Known::Requires) {
                    facts.used.extend(fields(schema, name, &selections(requires, "fields"), true));
                }
                for provides in field.directives.each(Known::Provides) {
                    let found = selections(provides, "fields");
                    let found = fields(schema, field.ty.name(), &found, true);
                    if ty.kind == Kind::Object {
                        let external =
                            found.iter().copied().filter(|(ty, field)| facts.is_external(ty, field)).collect();
                        facts.shareable.extend(external);
                    }
                    facts.provided.extend(found.clone());
                    facts.used.extend(found);
                }
                let shared = field.directives.has(Known::Shareable)
                    || ty.directives.each(Known::Shareable).any(|directive| directive.declaration == field.declaration);
                if ty.kind == Kind::Object && shared {
                    facts.shareable.insert(name, field_name);
                }
            }
            if ty.kind == Kind::Interface {
                for (implementer, _) in schema.implementers(name) {
                    for field in ty.fields.keys() {
                        facts.used.insert(implementer, field);
                    }
                }
            }
        }
        facts.find_context_uses(schema);
        facts
    }

    fn find_externals(&mut self, schema: &Schema, federation_1: bool) {
        for (name, ty) in &schema.types {
            let extended = ty.directives.has(Known::Extends);
            for key in ty.keys().filter(|key| key.declaration > 0 || extended) {
                let found = selections(key, "fields");
                let marked = |(ty, field): &(&str, &str)| {
                    schema.field(ty, field).is_some_and(|field| field.directives.has(Known::External))
                };
                self.fake_external.extend(fields(schema, name, &found, false).into_iter().filter(marked).collect());
            }
        }
        for (name, ty) in &schema.types {
            // On a whole type it meant nothing in Federation 1.
            let all = !federation_1 && ty.kind == Kind::Object && ty.directives.has(Known::External);
            for (field_name, field) in &ty.fields {
                if (all || field.directives.has(Known::External)) && !self.fake_external.contains(name, field_name) {
                    self.external.insert(name, field_name);
                }
            }
        }
    }

    fn find_context_uses(&mut self, schema: &Schema) {
        let mut contexts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, ty) in &schema.types {
            for context in ty.directives.each(Known::Context).filter_map(|context| context.string("name")) {
                contexts.entry(context).or_default().push(name);
            }
        }
        if contexts.is_empty() {
            return;
        }
        let arguments =
            schema.types.values().flat_map(|ty| ty.fields.values()).flat_map(|field| field.arguments.values());
        for directive in arguments.flat_map(|argument| argument.directives.each(Known::FromContext)) {
            let Some((context, selection)) = directive.string("field").and_then(parse_context) else { continue };
            let Ok(selection) = parse_selections(&selection) else { continue };
            for ty in contexts.get(context.as_str()).into_iter().flatten() {
                self.used.extend(fields(schema, ty, &selection, true));
            }
        }
    }

    /// Whether the subgraph does not resolve the field, save where it is provided.
    pub(in crate::compose) fn is_external(&self, ty: &str, field: &str) -> bool {
        self.external.contains(ty, field)
    }

    pub(super) fn is_fake_external(&self, ty: &str, field: &str) -> bool {
        self.fake_external.contains(ty, field)
    }

    /// Whether the subgraph never resolves the field.
    pub(in crate::compose) fn is_fully_external(&self, ty: &str, field: &str) -> bool {
        self.is_external(ty, field) && !self.provided.contains(ty, field)
    }

    /// Whether the subgraph resolves the field in some places only.
    pub(super) fn is_partially_external(&self, ty: &str, field: &str) -> bool {
        self.is_external(ty, field) && self.provided.contains(ty, field)
    }

    pub(in crate::compose) fn is_shareable(&self, ty: &str, field: &str) -> bool {
        self.shareable.contains(ty, field)
    }

    pub(in crate::compose) fn is_used(&self, ty: &str, field: &str) -> bool {
        self.used.contains(ty, field)
    }
}
