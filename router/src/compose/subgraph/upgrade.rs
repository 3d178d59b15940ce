//! Federation 1: what its schemas meant, said in the terms of Federation 2.

use super::super::field_set::fields;
use super::super::model::{Directive, Directives, Schema, Type};
use super::super::specs::{FEDERATION_1_COUNTS_AS, Known};
use super::super::syntax::{Kind, Root, Selection, Value, print_selections};
use super::super::{Report, quoted};
use super::facts::{Facts, selections};
use super::{Problems, Subgraph, check_federation};

/// Brings the subgraphs of Federation 1 among the given ones to Federation 2. They are complete only if nothing is
/// reported.
pub(in crate::compose) fn upgrade(graphs: &mut [Subgraph], report: &mut Report) {
    if graphs.iter().all(|graph| !graph.is_federation_1()) {
        return;
    }
    let originals = graphs.to_vec();
    check_interface_objects(&originals, report);
    for (at, graph) in graphs.iter_mut().enumerate() {
        if !graph.is_federation_1() {
            continue;
        }
        let others: Vec<&Subgraph> =
            originals.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other).collect();
        let mut problems = Problems::new(&originals[at].name, report);
        Upgrade { graph, original: &originals[at], others, problems: &mut problems }.run();
        if problems.is_empty() {
            graph.links.federation = Some(FEDERATION_1_COUNTS_AS);
            graph.facts = Facts::find(graph);
            check_federation(graph, report);
        }
    }
}

/// An interface object needs the interface's key to find out what stands behind it; in Federation 1 that key did nothing.
fn check_interface_objects(graphs: &[Subgraph], report: &mut Report) {
    let stands_for = graphs.iter().filter(|graph| !graph.is_federation_1()).flat_map(|graph| {
        graph
            .schema
            .types
            .iter()
            .filter(|(_, ty)| ty.directives.has(Known::InterfaceObject))
            .map(move |(name, _)| (graph, name))
    });
    for (graph, name) in stands_for {
        let keyed = graphs.iter().filter(|other| {
            let ty = other.schema.types.get(name);
            other.is_federation_1() && ty.is_some_and(|ty| ty.kind == Kind::Interface && ty.is_entity())
        });
        let keyed: Vec<&str> = keyed.map(|graph| graph.name.as_str()).collect();
        if !keyed.is_empty() {
            let message = format!(
                "\"{name}\" has @interfaceObject in subgraph \"{}\", but the @key of the interface in Federation 1 ({}) resolves nothing: these subgraphs must be of Federation 2",
                graph.name,
                quoted(keyed)
            );
            report.error("INTERFACE_OBJECT_USAGE_ERROR", message);
        }
    }
}

struct Upgrade<'a, 'p> {
    graph: &'a mut Subgraph,
    original: &'a Subgraph,
    others: Vec<&'a Subgraph>,
    problems: &'a mut Problems<'p>,
}

/// Whether a type is no more than an extension of another subgraph's type.
fn is_extension(ty: &Type) -> bool {
    matches!(ty.kind, Kind::Object | Kind::Interface) && (ty.directives.has(Known::Extends) || !ty.defined)
}

impl Upgrade<'_, '_> {
    fn schema(&mut self) -> &mut Schema {
        &mut self.graph.schema
    }

    fn run(&mut self) {
        self.check_bases();
        self.fix_arguments();
        self.drop_external_where_it_meant_nothing();
        self.drop_external_from_keys_of_extensions();
        self.reduce_selections();
        self.make_extensions_definitions();
        self.drop_directives_on_interfaces();
        self.drop_unused_externals();
        self.share_fields();
        self.drop_repeated_tags();
    }

    fn check_bases(&mut self) {
        for (name, ty) in &self.original.schema.types {
            if !is_extension(ty) || self.original.schema.is_root(name) {
                continue;
            }
            let based = self.others.iter().filter_map(|other| other.schema.types.get(name));
            if !based.into_iter().any(|other| other.defined && matches!(other.kind, Kind::Object | Kind::Interface)) {
                let message = format!("\"{name}\" is extended, but no subgraph defines it");
                self.problems.add("EXTENSION_WITH_NO_BASE", ty.position, message);
            }
        }
    }

    /// Field sets could be lists of strings, and names without quotes.
    fn fix_arguments(&mut self) {
        let fix = |directive: &mut Directive| {
            if !matches!(directive.known, Some(Known::Key | Known::Requires | Known::Provides)) {
                return;
            }
            for (_, value) in directive.arguments.iter_mut().filter(|(name, _)| name == "fields") {
                match value {
                    Value::Enum(name) => *value = Value::string(name.as_str()),
                    Value::List(items) if items.iter().all(|item| item.as_str().is_some()) => {
                        *value = Value::String(value.as_strings().join(" "));
                    }
                    _ => {}
                }
            }
        };
        for ty in self.schema().types.values_mut() {
            ty.directives.iter_mut().for_each(fix);
            ty.fields.values_mut().flat_map(|field| &mut field.directives).for_each(fix);
        }
    }

    fn drop_external_where_it_meant_nothing(&mut self) {
        let external = |directive: &Directive| directive.known == Some(Known::External);
        for ty in self.schema().types.values_mut() {
            if ty.kind == Kind::Interface {
                ty.fields.values_mut().for_each(|field| field.directives.retain(|directive| !external(directive)));
            } else {
                ty.directives.retain(|directive| !external(directive));
            }
        }
    }

    /// A key of an extension had to be @external, although the subgraph resolves it.
    fn drop_external_from_keys_of_extensions(&mut self) {
        let mut resolved: Vec<(String, String)> = Vec::new();
        for (name, ty) in self.graph.schema.types.iter().filter(|(_, ty)| is_extension(ty)) {
            let own = |schema: &Schema, key: &Directive, found: &mut Vec<(String, String)>| {
                let selected = selections(key, "fields");
                let direct = fields(schema, name, &selected, false).into_iter().filter(|(owner, _)| owner == name);
                found.extend(direct.map(|(owner, field)| (owner.to_owned(), field.to_owned())));
            };
            if ty.is_entity() {
                ty.keys().for_each(|key| own(&self.graph.schema, key, &mut resolved));
            } else {
                for other in &self.others {
                    if let Some(key) = other.schema.types.get(name).and_then(|ty| ty.keys().next()) {
                        own(&other.schema, key, &mut resolved);
                    }
                }
            }
        }
        for (owner, field) in resolved {
            if let Some(field) = self.schema().types.get_mut(&owner).and_then(|ty| ty.fields.get_mut(&field)) {
                field.directives.retain(|directive| directive.known != Some(Known::External));
            }
        }
    }

    /// Fields of the subgraph itself could be required and provided, to no effect.
    fn reduce_selections(&mut self) {
        let mut reduced: Vec<(String, String, Known, Option<String>)> = Vec::new();
        let schema = &self.graph.schema;
        for (name, ty) in &schema.types {
            for (field_name, field) in &ty.fields {
                for (known, target) in [(Known::Requires, name.as_str()), (Known::Provides, field.ty.name())] {
                    let Some(directive) = field.directives.first(known) else { continue };
                    let selected = selections(directive, "fields");
                    let kept = only_external(schema, target, &selected);
                    if !selected.is_empty() && kept != selected {
                        let text = (!kept.is_empty()).then(|| print_selections(&kept));
                        reduced.push((name.clone(), field_name.clone(), known, text));
                    }
                }
            }
        }
        for (owner, field, known, text) in reduced {
            let Some(field) = self.schema().types.get_mut(&owner).and_then(|ty| ty.fields.get_mut(&field)) else {
                continue;
            };
            match text {
                Some(text) => {
                    let directive = field.directives.iter_mut().find(|directive| directive.known == Some(known));
                    if let Some(directive) = directive {
                        directive.arguments = vec![("fields".to_owned(), Value::String(text))];
                    }
                }
                None => field.directives.retain(|directive| directive.known != Some(known)),
            }
        }
    }

    fn make_extensions_definitions(&mut self) {
        for ty in self.schema().types.values_mut().filter(|ty| is_extension(ty)) {
            ty.defined = true;
            ty.extensions = 0;
            ty.directives.iter_mut().for_each(|directive| directive.declaration = 0);
            ty.fields.values_mut().for_each(|field| field.declaration = 0);
        }
    }

    fn drop_directives_on_interfaces(&mut self) {
        let mut leaves = Vec::new();
        for ty in self.schema().types.values_mut() {
            if ty.kind == Kind::Interface {
                ty.directives.retain(|directive| directive.known != Some(Known::Key));
                for field in ty.fields.values_mut() {
                    field
                        .directives
                        .retain(|directive| !matches!(directive.known, Some(Known::Requires | Known::Provides)));
                }
            }
        }
        // Nothing can be provided below a scalar.
        let schema = &self.graph.schema;
        for (name, ty) in schema.types.iter().filter(|(_, ty)| ty.kind == Kind::Object) {
            for (field_name, field) in &ty.fields {
                if !schema.kind(field.ty.name()).is_some_and(Kind::is_composite) {
                    leaves.push((name.clone(), field_name.clone()));
                }
            }
        }
        for (owner, field) in leaves {
            if let Some(field) = self.schema().types.get_mut(&owner).and_then(|ty| ty.fields.get_mut(&field)) {
                field.directives.retain(|directive| directive.known != Some(Known::Provides));
            }
        }
    }

    fn drop_unused_externals(&mut self) {
        self.graph.facts = Facts::find(self.graph);
        let facts = &self.graph.facts;
        let mut emptied = Vec::new();
        for (name, ty) in &mut self.graph.schema.types {
            let before = ty.fields.len();
            ty.fields.retain(|field, _| !facts.is_external(name, field) || facts.is_used(name, field));
            if before > 0 && ty.fields.is_empty() {
                emptied.push(name.clone());
            }
        }
        for name in emptied {
            let query = name == Root::Query.type_name();
            if !query && (is_referenced(&self.graph.schema, &name) || self.graph.schema.is_root(&name)) {
                let message = format!("\"{name}\" has only @external fields, and none of them is used");
                let position = self.graph.schema.types.get(&name).map(|ty| ty.position).unwrap_or_default();
                self.problems.add("TYPE_WITH_ONLY_UNUSED_EXTERNAL", position, message);
            } else if !query {
                self.schema().types.remove(&name);
            }
        }
    }

    /// In Federation 1 every field could be resolved by several subgraphs.
    fn share_fields(&mut self) {
        let mut shared = Vec::new();
        for (name, ty) in self.graph.schema.types.iter().filter(|(_, ty)| ty.kind == Kind::Object) {
            if self.graph.schema.roots.get(&Root::Subscription) == Some(name) {
                continue;
            }
            let elsewhere = |wanted: &dyn Fn(&Subgraph, &Type) -> bool| {
                self.others.iter().any(|other| {
                    let ty = other.schema.types.get(name);
                    ty.is_some_and(|ty| matches!(ty.kind, Kind::Object | Kind::Interface) && wanted(other, ty))
                })
            };
            if !ty.is_entity() && !self.graph.schema.is_root(name) {
                if elsewhere(&|_, _| true) {
                    shared.push((name.clone(), None));
                }
                continue;
            }
            for field in ty.fields.keys() {
                let resolved = elsewhere(&|other, ty| {
                    let facts = &other.facts;
                    ty.fields.contains_key(field)
                        && (!facts.is_external(name, field) || facts.is_partially_external(name, field))
                });
                if resolved && !self.original.facts.is_shareable(name, field) {
                    shared.push((name.clone(), Some(field.clone())));
                }
            }
        }
        for (owner, field) in shared {
            let Some(ty) = self.schema().types.get_mut(&owner) else { continue };
            let directive = Directive { known: Some(Known::Shareable), ..Directive::new("shareable", Vec::new()) };
            match field {
                Some(field) => {
                    ty.fields.get_mut(&field).into_iter().for_each(|field| field.directives.push(directive.clone()))
                }
                None => {
                    // It holds for all declarations.
                    for declaration in 0..=ty.extensions {
                        ty.directives.push(Directive { declaration, ..directive.clone() });
                    }
                }
            }
        }
    }

    /// A tag could be repeated where the field is @external.
    fn drop_repeated_tags(&mut self) {
        let others = &self.others;
        for (name, ty) in &mut self.graph.schema.types {
            for (field_name, field) in &mut ty.fields {
                if !field.directives.has(Known::External) {
                    continue;
                }
                field.directives.retain(|directive| {
                    let repeated =
                        others.iter().filter_map(|other| other.schema.field(name, field_name)).any(|other| {
                            !other.directives.has(Known::External)
                                && other
                                    .directives
                                    .each(Known::Tag)
                                    .any(|tag| tag.string("name") == directive.string("name"))
                        });
                    directive.known != Some(Known::Tag) || !repeated
                });
            }
        }
    }
}

fn is_marked(schema: &Schema, owner: &str, name: &str) -> bool {
    let marked = |owner: &str| schema.field(owner, name).is_some_and(|field| field.directives.has(Known::External));
    marked(owner)
        || (schema.kind(owner) == Some(Kind::Interface)
            && schema.implementers(owner).any(|(implementer, _)| marked(implementer)))
}

/// What is left of selections without fields that the subgraph resolves.
fn only_external(schema: &Schema, owner: &str, found: &[Selection]) -> Vec<Selection> {
    found
        .iter()
        .filter_map(|selection| match selection {
            Selection::Field(field) => {
                if is_marked(schema, owner, &field.name) {
                    return Some(selection.clone());
                }
                // What does not exist is told later.
                let Some(definition) = schema.field(owner, &field.name) else { return Some(selection.clone()) };
                let inner = only_external(schema, definition.ty.name(), &field.selections);
                let kept = super::super::syntax::FieldSelection { selections: inner, ..field.clone() };
                (!kept.selections.is_empty()).then_some(Selection::Field(kept))
            }
            Selection::Fragment(fragment) => {
                let on = fragment.on.as_deref().unwrap_or(owner);
                let inner = only_external(schema, on, &fragment.selections);
                let kept = super::super::syntax::Fragment { selections: inner, ..fragment.clone() };
                (!kept.selections.is_empty()).then_some(Selection::Fragment(kept))
            }
            Selection::Spread(_) => Some(selection.clone()),
        })
        .collect()
}

fn is_referenced(schema: &Schema, name: &str) -> bool {
    schema.types.values().any(|ty| {
        ty.fields.values().any(|field| field.ty.name() == name)
            || ty.members.iter().any(|member| member == name)
            || ty.implements.iter().any(|interface| interface == name)
    })
}
