//! Fields of object types and interfaces.

use indexmap::IndexMap;

use super::super::field_set::TYPENAME;
use super::super::model::{Directive, Directives, Field, Type};
use super::super::specs::Known;
use super::super::subgraph::parse_context;
use super::super::syntax::{Kind, TypeRef, Value};
use super::join::JoinField;
use super::overrides::Overrides;
use super::{Merger, carried, variants};

/// A field in one subgraph that has its type, or that has an interface object in the type's place.
#[derive(Clone, Copy)]
pub(super) struct FieldSource<'a> {
    pub(super) at: usize,
    pub(super) field: Option<&'a Field>,
}

/// How a type was merged: all equal, or different in ways that fit.
pub(super) struct MergedTypeRef {
    pub(super) ty: TypeRef,
    pub(super) all_equal: bool,
}

impl<'a> Merger<'a> {
    pub(super) fn merge_fields(&mut self, name: &str, kind: Kind, sources: &[(usize, &'a Type)]) {
        let is_entity = self.hint_at_entities(name, kind, sources);
        let value_type = !is_entity && !self.schema.is_root(name);
        let present = self.present(name);
        let mut names: IndexMap<&'a str, Vec<FieldSource<'a>>> = IndexMap::new();
        for (at, ty) in sources {
            for (field_name, field) in &ty.fields {
                let found = names
                    .entry(field_name)
                    .or_insert_with(|| present.iter().map(|at| FieldSource { at: *at, field: None }).collect());
                if let Some(source) = found.iter_mut().find(|source| source.at == *at) {
                    source.field = Some(field);
                }
            }
        }
        for (field_name, found) in names {
            if value_type {
                self.hint_at_missing_field(name, kind, field_name, sources);
            }
            if self.schema.roots.get(&super::Root::Subscription).is_some_and(|root| root == name) {
                self.check_subscription(name, field_name, &found);
            }
            let overrides = self.find_overrides(name, field_name, kind, &found);
            if let Some(field) = self.merge_field(name, field_name, &found, &overrides)
                && let Some(merged) = self.schema.types.get_mut(name)
            {
                merged.fields.insert(field_name.to_owned(), field);
            }
            if kind == Kind::Object {
                self.check_sharing(name, field_name, &found, &overrides);
            }
        }
    }

    /// The subgraphs that have a type, or an interface object that stands for it.
    fn present(&self, name: &str) -> Vec<usize> {
        let interfaces = self.schema.types.get(name).map(|ty| ty.implements.as_slice()).unwrap_or_default();
        (0..self.graphs.len())
            .filter(|at| {
                let types = &self.graphs[*at].schema.types;
                types.contains_key(name)
                    || interfaces.iter().any(|interface| types.get(interface).is_some_and(Type::is_interface_object))
            })
            .collect()
    }

    /// Fields of interface objects that stand for a field of a type that the subgraph does not have, with their types.
    pub(super) fn abstracted(&self, name: &str, field: &str, at: usize) -> Vec<(&'a str, &'a Field)> {
        let types = &self.graphs[at].schema.types;
        let Some(merged) = self.schema.types.get(name) else { return Vec::new() };
        if merged.kind != Kind::Object || types.contains_key(name) {
            return Vec::new();
        }
        let has = |interface: &&String| self.schema.field(interface, field).is_some();
        merged
            .implements
            .iter()
            .filter(has)
            .filter_map(|interface| {
                let (owner, ty) = types.get_key_value(interface)?;
                let found = (ty.kind == Kind::Object).then(|| ty.fields.get(field)).flatten()?;
                Some((owner.as_str(), found))
            })
            .collect()
    }

    fn is_external(&self, at: usize, ty: &str, field: &str) -> bool {
        self.graphs[at].facts.is_external(ty, field)
    }

    fn merge_field(
        &mut self,
        owner: &str,
        name: &str,
        sources: &[FieldSource<'a>],
        overrides: &Overrides<'a>,
    ) -> Option<Field> {
        let place = format!("\"{owner}.{name}\"");
        let external = |source: &FieldSource<'a>| match source.field {
            Some(_) => self.is_external(source.at, owner, name),
            None => self.abstracted(owner, name, source.at).iter().all(|(ty, _)| self.is_external(source.at, ty, name)),
        };
        if sources.iter().all(external) {
            let list = self.list(sources.iter().filter(|source| source.field.is_some()).map(|source| source.at));
            let places = self.field_places(sources);
            let message = format!("{place} is @external in all subgraphs that have it ({list}): one must resolve it");
            self.report.error_at("EXTERNAL_MISSING_ON_BASE", message, places);
            return None;
        }
        let resolving: Vec<FieldSource<'a>> = self.without_externals(owner, name, sources);
        let fields: Vec<(usize, &'a Field)> = present(&resolving);
        let descriptions: Vec<_> = fields.iter().map(|(at, field)| (*at, field.description.as_ref())).collect();
        let description = self.merge_descriptions(&place, &descriptions);
        let applied: Vec<_> = fields.iter().map(|(at, field)| (*at, &field.directives)).collect();
        let additional = self.access.of_field(owner, name);
        let mut directives = self.merge_directives(&place, &applied, &additional);
        let arguments = self.merge_arguments(&format!("{owner}.{name}"), &fields);
        let typed = if fields.is_empty() { present(sources) } else { fields };
        let types: Vec<(usize, &TypeRef)> = typed.iter().map(|(at, field)| (*at, &field.ty)).collect();
        let merged = self.merge_type_refs(&place, &types, &FIELD)?;
        self.note_enum(&merged.ty, false, &place);
        self.check_external_fields(owner, name, sources, (&merged, &arguments));
        directives.extend(self.join_fields(owner, name, sources, merged.all_equal, overrides));
        let all: Vec<_> = present(sources).into_iter().map(|(at, field)| (at, &field.directives)).collect();
        directives.extend(carried(self.graphs, &all));
        let (position, declaration) = (super::Position::default(), 0);
        Some(Field { description, arguments, ty: merged.ty, directives, position, declaration })
    }

    pub(super) fn field_places(&self, sources: &[FieldSource<'a>]) -> Vec<(&'a str, super::Position)> {
        self.places(present(sources).into_iter().map(|(at, field)| (at, field.position)))
    }

    /// The sources that resolve the field. Directives that the supergraph keeps cannot stand on the others.
    fn without_externals(&mut self, owner: &str, name: &str, sources: &[FieldSource<'a>]) -> Vec<FieldSource<'a>> {
        let mut kept = Vec::new();
        for source in sources {
            let external = source.field.filter(|_| self.is_external(source.at, owner, name));
            let Some(field) = external else {
                kept.push(*source);
                continue;
            };
            let refused: Vec<&'a Directive> =
                field.directives.iter().filter(|directive| self.is_kept(source.at, directive)).collect();
            for directive in refused {
                let message = format!(
                    "[{}] \"{owner}.{name}\" is @external, so that {directive} cannot stand on it",
                    self.name(source.at)
                );
                let places = self.places([(source.at, directive.position)]);
                self.report.error_at("MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL", message, places);
            }
            kept.push(FieldSource { field: None, ..*source });
        }
        kept
    }

    /// The type of the supergraph: in answers the most general, in questions the most specific.
    pub(super) fn merge_type_refs(
        &mut self,
        place: &str,
        found: &[(usize, &TypeRef)],
        what: &TypeCodes,
    ) -> Option<MergedTypeRef> {
        let (mut subtypes, mut incompatible) = (false, false);
        let mut chosen: &TypeRef = found.first()?.1;
        for (_, ty) in found {
            if **ty == *chosen {
                continue;
            }
            let (more_specific, more_general) =
                (self.schema.is_subtype(ty, chosen), self.schema.is_subtype(chosen, ty));
            if more_specific || more_general {
                subtypes = true;
                if more_specific == what.input {
                    chosen = ty;
                }
            } else {
                incompatible = true;
            }
        }
        let list = || variants(self.graphs, found.iter().map(|(at, ty)| (*at, format!("\"{ty}\""))));
        if incompatible {
            let message = format!("{place} has types that do not fit together: {}", list());
            self.report.error(what.error, message);
        } else if subtypes {
            let message = format!("{place} has type \"{chosen}\" in the supergraph, but {}", list());
            self.report.hint(what.hint, message, Vec::new());
        }
        Some(MergedTypeRef { ty: chosen.clone(), all_equal: !subtypes && !incompatible })
    }

    /// Remembers where an enum is used.
    pub(super) fn note_enum(&mut self, ty: &TypeRef, input: bool, place: &str) {
        if self.schema.kind(ty.name()) == Some(Kind::Enum) {
            let usage = self.enums.entry(ty.name().to_owned()).or_default();
            let example = if input { &mut usage.input } else { &mut usage.output };
            example.get_or_insert_with(|| place.to_owned());
        }
    }

    /// `@join__field` for each subgraph, or nothing where all that have the type resolve the field alike.
    fn join_fields(
        &self,
        owner: &str,
        name: &str,
        sources: &[FieldSource<'a>],
        all_equal: bool,
        overrides: &Overrides<'a>,
    ) -> Vec<Directive> {
        let contextual =
            |field: &Field| field.arguments.values().any(|argument| argument.directives.has(Known::FromContext));
        let tells = |source: &FieldSource<'a>| match source.field.filter(|_| !overrides.is_unused(source.at)) {
            Some(field) => {
                self.is_external(source.at, owner, name)
                    || field.directives.has(Known::Provides)
                    || field.directives.has(Known::Requires)
            }
            None => self.graphs[source.at].schema.types.contains_key(owner),
        };
        let needed = !all_equal
            || overrides.matter()
            || sources.iter().filter_map(|source| source.field).any(contextual)
            || sources.iter().any(tells);
        if !needed {
            return Vec::new();
        }
        let mut joins = Vec::new();
        for (at, field) in present(sources) {
            let label = overrides.label(at);
            if overrides.is_unused(at) && label.is_none() {
                continue;
            }
            let text = |known, argument| {
                field.directives.first(known).and_then(|directive: &Directive| directive.string(argument))
            };
            joins.push(
                JoinField {
                    id: &self.graphs[at].id,
                    requires: text(Known::Requires, "fields"),
                    provides: text(Known::Provides, "fields"),
                    ty: (!all_equal).then(|| field.ty.to_string()),
                    external: self.is_external(at, owner, name),
                    overrides: text(Known::Override, "from"),
                    used_overridden: overrides.is_used(at),
                    label,
                    context_arguments: self.context_arguments(at, field),
                }
                .directive(),
            );
        }
        joins
    }

    /// The arguments of a field that are taken from a context.
    fn context_arguments(&self, at: usize, field: &Field) -> Vec<Value> {
        let mut found = Vec::new();
        for (name, argument) in &field.arguments {
            let directive = argument.directives.first(Known::FromContext);
            let parsed = directive.and_then(|directive| directive.string("field")).and_then(parse_context);
            if let Some((context, selection)) = parsed {
                found.push(Value::Object(vec![
                    ("context".to_owned(), Value::String(format!("{}__{context}", self.name(at)))),
                    ("name".to_owned(), Value::string(name.as_str())),
                    ("type".to_owned(), Value::String(argument.ty.to_string())),
                    ("selection".to_owned(), Value::String(selection)),
                ]));
            }
        }
        found
    }

    /// Whether a type is an entity somewhere; it should be everywhere.
    fn hint_at_entities(&mut self, name: &str, kind: Kind, sources: &[(usize, &'a Type)]) -> bool {
        let (entities, values): (Vec<_>, Vec<_>) = sources.iter().partition(|(_, ty)| ty.is_entity());
        if kind == Kind::Object && !entities.is_empty() && !values.is_empty() {
            let message = format!(
                "\"{name}\" has a @key in {}, but none in {}",
                self.list(entities.iter().map(|(at, _)| *at)),
                self.list(values.iter().map(|(at, _)| *at))
            );
            self.report.hint("INCONSISTENT_ENTITY", message, Vec::new());
        }
        // An interface object's key does not make its interface an entity.
        entities.iter().any(|(_, ty)| kind == Kind::Object || ty.kind == Kind::Interface)
    }

    /// A type without keys should have the same fields everywhere.
    fn hint_at_missing_field(&mut self, name: &str, kind: Kind, field: &str, sources: &[(usize, &'a Type)]) {
        let lacks = |(at, ty): &(usize, &'a Type)| {
            let excused = ty.is_interface_object()
                || ty.fields.contains_key(field)
                || ty.fields.keys().all(|own| self.is_external(*at, name, own))
                || (kind == Kind::Interface && self.is_provided_by_interface_object(name, field));
            !excused
        };
        if !sources.iter().any(lacks) {
            return;
        }
        let (having, lacking): (Vec<_>, Vec<_>) = sources.iter().partition(|(_, ty)| ty.fields.contains_key(field));
        let message = format!(
            "\"{name}.{field}\" is defined in {} but not in {}",
            self.list(having.iter().map(|(at, _)| *at)),
            self.list(lacking.iter().map(|(at, _)| *at))
        );
        let code = match kind {
            Kind::Interface => "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD",
            _ => "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
        };
        self.report.hint(code, message, Vec::new());
    }

    /// Whether some subgraph resolves an interface's field on an interface object.
    pub(super) fn is_provided_by_interface_object(&self, interface: &str, field: &str) -> bool {
        field != TYPENAME
            && self.having(interface).any(|(at, ty)| {
                ty.is_interface_object() && ty.fields.contains_key(field) && !self.is_external(at, interface, field)
            })
    }
}

/// What differs between fields and arguments when their types do.
pub(super) struct TypeCodes {
    pub(super) input: bool,
    pub(super) error: &'static str,
    pub(super) hint: &'static str,
}

const FIELD: TypeCodes =
    TypeCodes { input: false, error: "FIELD_TYPE_MISMATCH", hint: "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE" };

/// The sources that have the field.
pub(super) fn present<'a>(sources: &[FieldSource<'a>]) -> Vec<(usize, &'a Field)> {
    sources.iter().filter_map(|source| Some((source.at, source.field?))).collect()
}
