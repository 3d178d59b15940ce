//! What a schema's change means for the clients that were written for it.
//!
//! Compared is what clients see: of a supergraph, its API schema. A change is breaking if an operation that was valid
//! may no longer be, or may get an answer that it could not get; dangerous if operations stay valid but clients may be
//! surprised; safe otherwise.

mod inputs;

use std::collections::{BTreeMap, BTreeSet};

use super::api::view;
use super::model::{Directive, DirectiveDefinition, Directives, Field, Schema, Type};
use super::specs::Known;
use super::syntax::{Kind, Root, SyntaxError};
use super::{CompositionError, Place};

/// How much a change matters to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Operations stop to work.
    Breaking,
    /// Operations work, but clients may meet what they did not know.
    Dangerous,
    /// Nothing changes for clients.
    Safe,
}

/// A change between two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How much it matters.
    pub severity: Severity,
    /// The kind of change, such as `FIELD_REMOVED`.
    pub code: &'static str,
    /// What changed, naming types and fields.
    pub message: String,
}

impl std::fmt::Display for Change {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Breaking => "BREAKING",
            Severity::Dangerous => "DANGEROUS",
            Severity::Safe => "SAFE",
        };
        write!(out, "{severity} {}: {}", self.code, self.message)
    }
}

/// What is allowed although it breaks clients.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangeRules {
    /// The removal of what was deprecated in the base.
    pub allow_deprecated_removals: bool,
}

/// Compares a base with what it becomes; both are supergraphs or API schemas. The changes are in the order of their
/// severity, then of their places.
///
/// Errors: `INVALID_GRAPHQL` if one of them cannot be parsed.
pub fn changes(base: &str, current: &str, rules: ChangeRules) -> Result<Vec<Change>, CompositionError> {
    let unreadable = |what: &str| {
        let what = what.to_owned();
        move |error: SyntaxError| CompositionError {
            code: "INVALID_GRAPHQL",
            message: format!("{what} cannot be parsed: {}", error.message),
            places: vec![Place { subgraph: String::new(), line: error.position.line, column: error.position.column }],
        }
    };
    let base = view(base, false).map_err(unreadable("the base"))?;
    let current = view(current, false).map_err(unreadable("the current schema"))?;
    let mut comparison = Comparison { base: &base, current: &current, rules, changes: Vec::new() };
    comparison.run();
    comparison.changes.sort_by_key(|change| change.severity);
    Ok(comparison.changes)
}

struct Comparison<'a> {
    base: &'a Schema,
    current: &'a Schema,
    rules: ChangeRules,
    changes: Vec<Change>,
}

impl<'a> Comparison<'a> {
    fn add(&mut self, severity: Severity, code: &'static str, message: String) {
        self.changes.push(Change { severity, code, message });
    }

    fn breaking(&mut self, code: &'static str, message: String) {
        self.add(Severity::Breaking, code, message);
    }

    fn dangerous(&mut self, code: &'static str, message: String) {
        self.add(Severity::Dangerous, code, message);
    }

    fn safe(&mut self, code: &'static str, message: String) {
        self.add(Severity::Safe, code, message);
    }

    /// A removal, which may have been announced.
    fn removed(&mut self, code: &'static str, what: &str, deprecated: bool) {
        let (severity, note) = match (deprecated, self.rules.allow_deprecated_removals) {
            (true, true) => (Severity::Safe, ", as its deprecation announced"),
            (true, false) => (Severity::Breaking, ", although it was only deprecated"),
            (false, _) => (Severity::Breaking, ""),
        };
        self.add(severity, code, format!("{what} was removed{note}"));
    }

    fn run(&mut self) {
        let (base, current) = (self.base, self.current);
        for root in Root::ALL {
            let name = |schema: &'a Schema| schema.roots.get(&root).filter(|name| schema.types.contains_key(*name));
            if let (Some(old), Some(new)) = (name(base), name(current))
                && old != new
            {
                self.breaking(
                    "ROOT_TYPE_CHANGED",
                    format!("the {} root type was \"{old}\" and is \"{new}\"", root.keyword()),
                );
            }
        }
        let announced = if self.rules.allow_deprecated_removals { self.announced() } else { BTreeSet::new() };
        for (name, old) in &base.types {
            match current.types.get(name) {
                None => self.removed("TYPE_REMOVED", &format!("type \"{name}\""), announced.contains(name.as_str())),
                Some(new) if new.kind != old.kind => {
                    let message = format!("type \"{name}\" was {} and is {}", old.kind.article(), new.kind.article());
                    self.breaking("TYPE_KIND_CHANGED", message);
                }
                Some(new) => self.compare_types(name, old, new),
            }
        }
        for name in current.types.keys().filter(|name| !base.types.contains_key(*name)) {
            self.safe("TYPE_ADDED", format!("type \"{name}\" was added"));
        }
        self.compare_definitions(&base.definitions, &current.definitions);
    }

    /// Types that only deprecated fields, arguments and values lead to, or other such types.
    fn announced(&self) -> BTreeSet<&'a str> {
        let mut announced: BTreeSet<&str> =
            self.base.types.keys().map(String::as_str).filter(|name| !self.current.types.contains_key(*name)).collect();
        loop {
            let before = announced.len();
            let mut used: BTreeSet<&str> = self.base.roots.values().map(String::as_str).collect();
            for (_, ty) in self.base.types.iter().filter(|(name, _)| !announced.contains(name.as_str())) {
                for field in ty.fields.values().filter(|field| !is_deprecated(&field.directives)) {
                    used.insert(field.ty.name());
                    let arguments = field.arguments.values().filter(|argument| !is_deprecated(&argument.directives));
                    used.extend(arguments.map(|argument| argument.ty.name()));
                }
                let inputs = ty.inputs.values().filter(|input| !is_deprecated(&input.directives));
                used.extend(inputs.map(|input| input.ty.name()));
                used.extend(ty.members.iter().map(String::as_str));
            }
            // What stands behind an interface that is used is met there.
            for (name, ty) in &self.base.types {
                let behind = ty.implements.iter().any(|interface| !announced.contains(interface.as_str()));
                if behind {
                    used.insert(name);
                }
            }
            announced.retain(|name| !used.contains(name));
            if announced.len() == before {
                return announced;
            }
        }
    }

    fn compare_types(&mut self, name: &str, old: &Type, new: &Type) {
        match old.kind {
            Kind::Object | Kind::Interface => {
                self.compare_interfaces(name, old, new);
                self.compare_fields(name, old, new);
            }
            Kind::Union => self.compare_members(name, old, new),
            Kind::Enum => self.compare_values(name, old, new),
            Kind::Input => self.compare_input_types(name, old, new),
            Kind::Scalar => {
                let meaning = |ty: &Type| {
                    ty.directives.first(Known::SpecifiedBy).and_then(|found| found.string("url").map(str::to_owned))
                };
                if meaning(old) != meaning(new) {
                    self.dangerous(
                        "SCALAR_MEANING_CHANGED",
                        format!("scalar \"{name}\" is specified by something else"),
                    );
                }
            }
        }
    }

    fn compare_interfaces(&mut self, name: &str, old: &Type, new: &Type) {
        for interface in old.implements.iter().filter(|interface| !new.implements.contains(interface)) {
            self.breaking("INTERFACE_REMOVED", format!("\"{name}\" no longer implements \"{interface}\""));
        }
        for interface in new.implements.iter().filter(|interface| !old.implements.contains(interface)) {
            self.dangerous("INTERFACE_ADDED", format!("\"{name}\" implements \"{interface}\""));
        }
    }

    fn compare_fields(&mut self, owner: &str, old: &Type, new: &Type) {
        for (name, field) in &old.fields {
            match new.fields.get(name) {
                None => {
                    self.removed(
                        "FIELD_REMOVED",
                        &format!("field \"{owner}.{name}\""),
                        is_deprecated(&field.directives),
                    );
                }
                Some(found) => self.compare_field(&format!("\"{owner}.{name}\""), field, found),
            }
        }
        for name in new.fields.keys().filter(|name| !old.fields.contains_key(*name)) {
            self.safe("FIELD_ADDED", format!("field \"{owner}.{name}\" was added"));
        }
    }

    fn compare_field(&mut self, place: &str, old: &Field, new: &Field) {
        if old.ty != new.ty {
            let message = format!("field {place} had type \"{}\" and has \"{}\"", old.ty, new.ty);
            // A more specific answer fits whoever knew the more general one.
            if self.current.is_subtype(&new.ty, &old.ty) {
                self.safe("FIELD_TYPE_NARROWED", message);
            } else {
                self.breaking("FIELD_TYPE_CHANGED", message);
            }
        }
        self.compare_arguments(place, &old.arguments, &new.arguments);
        self.compare_deprecations(&format!("field {place}"), &old.directives, &new.directives);
    }

    fn compare_members(&mut self, name: &str, old: &Type, new: &Type) {
        for member in old.members.iter().filter(|member| !new.members.contains(member)) {
            self.breaking("UNION_MEMBER_REMOVED", format!("\"{member}\" is no longer a member of union \"{name}\""));
        }
        for member in new.members.iter().filter(|member| !old.members.contains(member)) {
            self.dangerous("UNION_MEMBER_ADDED", format!("\"{member}\" is a member of union \"{name}\""));
        }
    }

    fn compare_values(&mut self, owner: &str, old: &Type, new: &Type) {
        for (name, value) in &old.values {
            match new.values.get(name) {
                None => {
                    let what = format!("enum value \"{owner}.{name}\"");
                    self.removed("ENUM_VALUE_REMOVED", &what, is_deprecated(&value.directives));
                }
                Some(found) => {
                    let place = format!("enum value \"{owner}.{name}\"");
                    self.compare_deprecations(&place, &value.directives, &found.directives);
                }
            }
        }
        for name in new.values.keys().filter(|name| !old.values.contains_key(*name)) {
            self.dangerous("ENUM_VALUE_ADDED", format!("enum value \"{owner}.{name}\" was added"));
        }
    }

    fn compare_deprecations(&mut self, place: &str, old: &Vec<Directive>, new: &Vec<Directive>) {
        match (is_deprecated(old), is_deprecated(new)) {
            (false, true) => self.safe("DEPRECATED", format!("{place} is deprecated")),
            (true, false) => self.safe("NO_LONGER_DEPRECATED", format!("{place} is no longer deprecated")),
            _ => {}
        }
    }

    fn compare_definitions(
        &mut self,
        base: &BTreeMap<String, DirectiveDefinition>,
        current: &BTreeMap<String, DirectiveDefinition>,
    ) {
        for (name, old) in base {
            let Some(new) = current.get(name) else {
                self.removed("DIRECTIVE_REMOVED", &format!("directive \"@{name}\""), false);
                continue;
            };
            for location in old.locations.iter().filter(|location| !new.locations.contains(location)) {
                let message = format!("directive \"@{name}\" can no longer stand on {location}");
                self.breaking("DIRECTIVE_LOCATION_REMOVED", message);
            }
            for location in new.locations.iter().filter(|location| !old.locations.contains(location)) {
                self.safe("DIRECTIVE_LOCATION_ADDED", format!("directive \"@{name}\" can stand on {location}"));
            }
            if old.repeatable && !new.repeatable {
                let message = format!("directive \"@{name}\" can no longer be repeated");
                self.breaking("DIRECTIVE_NO_LONGER_REPEATABLE", message);
            }
            self.compare_arguments(&format!("\"@{name}\""), &old.arguments, &new.arguments);
        }
        for name in current.keys().filter(|name| !base.contains_key(*name)) {
            self.safe("DIRECTIVE_ADDED", format!("directive \"@{name}\" was added"));
        }
    }
}

fn is_deprecated(directives: &Vec<Directive>) -> bool {
    directives.has(Known::Deprecated)
}
