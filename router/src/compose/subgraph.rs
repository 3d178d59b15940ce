//! Reads one subgraph's SDL: resolves the names of federation directives and folds extensions into definitions.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{self as ast, TypeKind, TypeSystemDefinition};
use async_graphql::{Positioned, Value};
use indexmap::IndexMap;

use super::model::{
    Applied, DirectiveDefinition, EnumValue, Field, InputValue, Key, Kind, Override, Subgraph, TypeDefinition,
};
use super::print::directive_definition;
use super::{Report, SubgraphSdl};

const FEDERATION_URL: &str = "https://specs.apollo.dev/federation/";

/// Directives that the supergraph keeps under these names.
pub(super) const KEPT: &[&str] = &[
    "deprecated",
    "specifiedBy",
    "oneOf",
    "tag",
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "listSize",
];

/// Types that belong to the federation machinery of a subgraph and not to its graph.
fn is_machinery(name: &str) -> bool {
    matches!(name, "_Any" | "_Service" | "_Entity" | "_FieldSet" | "FieldSet")
        || name.starts_with("__")
        || name.starts_with("federation__")
        || name.starts_with("link__")
        || name.starts_with("core__")
}

/// How a subgraph calls the directives of the specifications that it links.
struct Names {
    federation_1: bool,
    /// Local name to the specification's name.
    local: BTreeMap<String, String>,
    /// `@link`s of other specifications: the names that they import (with their local names), and their printed form.
    others: Vec<(BTreeSet<String>, String)>,
}

impl Names {
    /// The specification's name of a directive, or the name itself.
    fn canonical<'a>(&'a self, local: &'a str) -> &'a str {
        if let Some(name) = self.local.get(local) {
            return name;
        }
        local.strip_prefix("federation__").unwrap_or(local)
    }
}

/// Reads a subgraph. On unreadable SDL reports an error and answers none.
pub(super) fn read(source: &SubgraphSdl, report: &mut Report) -> Option<Subgraph> {
    let document = match parse_schema(&source.sdl) {
        Ok(document) => document,
        Err(error) => {
            report.error("INVALID_GRAPHQL", format!("[{}] {error}", source.name));
            return None;
        }
    };
    let names = read_links(&document);
    let mut reader = Reader {
        graph: Subgraph {
            name: source.name.clone(),
            url: source.url.clone(),
            id: String::new(),
            federation_1: names.federation_1,
            types: BTreeMap::new(),
            composed: BTreeMap::new(),
            composed_links: BTreeSet::new(),
            used: BTreeSet::new(),
        },
        names,
        report,
        roots: BTreeMap::new(),
        composed_names: BTreeSet::new(),
    };
    reader.read_schema_definitions(&document);
    reader.read_directive_definitions(&document);
    for definition in &document.definitions {
        if let TypeSystemDefinition::Type(ty) = definition {
            reader.read_type(&ty.node);
        }
    }
    reader.finish();
    Some(reader.graph)
}

fn read_links(document: &ast::ServiceDocument) -> Names {
    let mut names = Names { federation_1: true, local: BTreeMap::new(), others: Vec::new() };
    for definition in &document.definitions {
        let TypeSystemDefinition::Schema(schema) = definition else { continue };
        for directive in &schema.node.directives {
            if directive.node.name.node != "link" {
                continue;
            }
            let link = applied(&directive.node, "link");
            let Some(url) = link.string("url") else { continue };
            let mut imported = BTreeSet::new();
            if let Some(Value::List(imports)) = link.argument("import") {
                for import in imports {
                    let (name, local) = match import {
                        Value::String(name) => (name.clone(), name.clone()),
                        Value::Object(map) => {
                            let text = |key: &str| match map.get(key) {
                                Some(Value::String(text)) => Some(text.clone()),
                                _ => None,
                            };
                            let Some(name) = text("name") else { continue };
                            let local = text("as").unwrap_or_else(|| name.clone());
                            (name, local)
                        }
                        _ => continue,
                    };
                    if let (Some(name), Some(local)) = (name.strip_prefix('@'), local.strip_prefix('@')) {
                        imported.insert(local.to_owned());
                        if url.starts_with(FEDERATION_URL) {
                            names.local.insert(local.to_owned(), name.to_owned());
                        }
                    }
                }
            }
            if url.starts_with(FEDERATION_URL) {
                names.federation_1 = false;
                if let Some(prefix) = link.string("as") {
                    for name in FEDERATION_DIRECTIVES {
                        names.local.insert(format!("{prefix}__{name}"), (*name).to_owned());
                    }
                }
            } else if !url.starts_with("https://specs.apollo.dev/link/") {
                names.others.push((imported, super::print::applied_directive(&link)));
            }
        }
    }
    names
}

const FEDERATION_DIRECTIVES: &[&str] = &[
    "key",
    "requires",
    "provides",
    "external",
    "shareable",
    "override",
    "extends",
    "interfaceObject",
    "composeDirective",
    "tag",
    "inaccessible",
    "authenticated",
    "requiresScopes",
    "policy",
    "context",
    "fromContext",
    "cost",
    "listSize",
];

fn applied(directive: &ast::ConstDirective, name: &str) -> Applied {
    Applied {
        name: name.to_owned(),
        arguments: directive.arguments.iter().map(|(key, value)| (key.node.to_string(), value.node.clone())).collect(),
    }
}

struct Reader<'a> {
    graph: Subgraph,
    names: Names,
    report: &'a mut Report,
    /// Own names of root types to their names in the supergraph.
    roots: BTreeMap<String, &'static str>,
    composed_names: BTreeSet<String>,
}

impl Reader<'_> {
    fn read_schema_definitions(&mut self, document: &ast::ServiceDocument) {
        for definition in &document.definitions {
            let TypeSystemDefinition::Schema(schema) = definition else { continue };
            let roots = [
                (&schema.node.query, "Query"),
                (&schema.node.mutation, "Mutation"),
                (&schema.node.subscription, "Subscription"),
            ];
            for (name, standard) in roots {
                if let Some(name) = name {
                    self.roots.insert(name.node.to_string(), standard);
                }
            }
            for directive in &schema.node.directives {
                if self.names.canonical(&directive.node.name.node) == "composeDirective"
                    && let Some(name) = applied(&directive.node, "composeDirective").string("name")
                {
                    self.composed_names.insert(name.trim_start_matches('@').to_owned());
                }
            }
        }
    }

    fn read_directive_definitions(&mut self, document: &ast::ServiceDocument) {
        let mut missing = self.composed_names.clone();
        for definition in &document.definitions {
            let TypeSystemDefinition::Directive(directive) = definition else { continue };
            let name = directive.node.name.node.to_string();
            if missing.remove(&name) {
                let text = directive_definition(&directive.node);
                self.graph.composed.insert(name.clone(), DirectiveDefinition { text });
                for (imported, link) in &self.names.others {
                    if imported.contains(&name) {
                        self.graph.composed_links.insert(link.clone());
                    }
                }
            }
        }
        for name in missing {
            let graph = &self.graph.name;
            self.report.error(
                "DIRECTIVE_COMPOSITION_ERROR",
                format!("[{graph}] @composeDirective names \"@{name}\", which the subgraph does not define"),
            );
        }
    }

    fn type_name(&self, own: &str) -> String {
        match self.roots.get(own) {
            Some(standard) => (*standard).to_owned(),
            None => own.to_owned(),
        }
    }

    fn rename(&self, ty: &ast::Type) -> ast::Type {
        let base = match &ty.base {
            ast::BaseType::Named(name) => ast::BaseType::Named(async_graphql::Name::new(self.type_name(name))),
            ast::BaseType::List(inner) => ast::BaseType::List(Box::new(self.rename(inner))),
        };
        ast::Type { base, nullable: ty.nullable }
    }

    fn read_type(&mut self, source: &ast::TypeDefinition) {
        if is_machinery(&source.name.node) {
            return;
        }
        let name = self.type_name(&source.name.node);
        let kind = match &source.kind {
            TypeKind::Scalar => Kind::Scalar,
            TypeKind::Object(_) => Kind::Object,
            TypeKind::Interface(_) => Kind::Interface,
            TypeKind::Union(_) => Kind::Union,
            TypeKind::Enum(_) => Kind::Enum,
            TypeKind::InputObject(_) => Kind::Input,
        };
        let mut definition = self.graph.types.remove(&name).unwrap_or_else(|| TypeDefinition::new(kind));
        if definition.kind != kind {
            self.report.error(
                "INVALID_GRAPHQL",
                format!("[{}] type \"{name}\" is defined as two kinds of type", self.graph.name),
            );
            return;
        }
        if !source.extend {
            definition.extends_only = false;
        }
        if let Some(description) = &source.description {
            definition.description = Some(description.node.clone());
        }
        let (shareable, external) = self.read_type_directives(source, &mut definition);
        match &source.kind {
            TypeKind::Scalar => {}
            TypeKind::Object(object) => {
                self.read_fields(&name, &object.fields, &mut definition, shareable, external);
                self.read_implements(&object.implements, &mut definition);
            }
            TypeKind::Interface(interface) => {
                self.read_fields(&name, &interface.fields, &mut definition, shareable, external);
                self.read_implements(&interface.implements, &mut definition);
            }
            TypeKind::Union(union) => {
                for member in &union.members {
                    let member = self.type_name(&member.node);
                    if !definition.members.contains(&member) {
                        definition.members.push(member);
                    }
                }
            }
            TypeKind::Enum(values) => {
                for value in &values.values {
                    let directives = self.kept(&value.node.directives);
                    let description = value.node.description.as_ref().map(|text| text.node.clone());
                    definition.values.insert(value.node.value.node.to_string(), EnumValue { description, directives });
                }
            }
            TypeKind::InputObject(input) => {
                let inputs = self.read_inputs(&input.fields);
                definition.inputs.extend(inputs);
            }
        }
        self.graph.types.insert(name, definition);
    }

    fn read_implements(&self, names: &[Positioned<async_graphql::Name>], definition: &mut TypeDefinition) {
        for name in names {
            let name = name.node.to_string();
            if !definition.implements.contains(&name) {
                definition.implements.push(name);
            }
        }
    }

    /// Reads the directives on a type; answers whether its fields are all shareable, and all external.
    fn read_type_directives(&mut self, source: &ast::TypeDefinition, definition: &mut TypeDefinition) -> (bool, bool) {
        let (mut shareable, mut external, mut extends) = (false, false, false);
        let mut keys = Vec::new();
        for directive in &source.directives {
            let canonical = self.names.canonical(&directive.node.name.node).to_owned();
            match canonical.as_str() {
                "key" => {
                    let key = applied(&directive.node, "key");
                    match key.string("fields") {
                        Some(fields) => keys.push(Key {
                            fields: normalise_field_set(fields),
                            resolvable: key.boolean("resolvable").unwrap_or(true),
                            // Federation 1 wrote "extend" for every type of another subgraph; it meant nothing.
                            extension: source.extend && !self.names.federation_1,
                        }),
                        None => self.report.error(
                            "KEY_INVALID_FIELDS_TYPE",
                            format!("[{}] @key on \"{}\" needs a string", self.graph.name, source.name.node),
                        ),
                    }
                }
                "shareable" => shareable = true,
                "external" => external = true,
                "extends" => extends = true,
                "interfaceObject" => definition.interface_object = true,
                "context" | "fromContext" => self.report.error(
                    "UNSUPPORTED_FEATURE",
                    format!("[{}] @context on \"{}\" is not supported", self.graph.name, source.name.node),
                ),
                _ => {}
            }
        }
        if extends {
            definition.extends_only = true;
            keys.iter_mut().for_each(|key| key.extension = true);
        }
        definition.keys.extend(keys);
        let kept = self.kept(&source.directives);
        for directive in kept {
            if !definition.directives.contains(&directive) {
                definition.directives.push(directive);
            }
        }
        (shareable, external)
    }

    fn read_fields(
        &mut self,
        type_name: &str,
        fields: &[Positioned<ast::FieldDefinition>],
        definition: &mut TypeDefinition,
        all_shareable: bool,
        all_external: bool,
    ) {
        for field in fields {
            let field = &field.node;
            let name = field.name.node.to_string();
            if type_name == "Query" && matches!(name.as_str(), "_service" | "_entities") {
                continue;
            }
            let mut read = Field {
                description: field.description.as_ref().map(|text| text.node.clone()),
                arguments: self.read_inputs(&field.arguments),
                ty: self.rename(&field.ty.node),
                directives: self.kept(&field.directives),
                external: all_external,
                shareable: all_shareable || self.names.federation_1,
                requires: None,
                provides: None,
                overrides: None,
            };
            for directive in &field.directives {
                let canonical = self.names.canonical(&directive.node.name.node);
                let directive = applied(&directive.node, canonical);
                match directive.name.as_str() {
                    "external" => read.external = true,
                    "shareable" => read.shareable = true,
                    "requires" => read.requires = directive.string("fields").map(normalise_field_set),
                    "provides" => read.provides = directive.string("fields").map(normalise_field_set),
                    "override" => {
                        read.overrides = directive.string("from").map(|from| Override {
                            from: from.to_owned(),
                            label: directive.string("label").map(str::to_owned),
                        });
                    }
                    _ => {}
                }
            }
            if definition.fields.insert(name.clone(), read).is_some() {
                self.report.error(
                    "INVALID_GRAPHQL",
                    format!("[{}] field \"{type_name}.{name}\" is defined twice", self.graph.name),
                );
            }
        }
    }

    fn read_inputs(&mut self, values: &[Positioned<ast::InputValueDefinition>]) -> IndexMap<String, InputValue> {
        let mut read = IndexMap::new();
        for value in values {
            let value = &value.node;
            for directive in &value.directives {
                if self.names.canonical(&directive.node.name.node) == "fromContext" {
                    self.report.error(
                        "UNSUPPORTED_FEATURE",
                        format!("[{}] @fromContext on \"{}\" is not supported", self.graph.name, value.name.node),
                    );
                }
            }
            read.insert(
                value.name.node.to_string(),
                InputValue {
                    description: value.description.as_ref().map(|text| text.node.clone()),
                    ty: self.rename(&value.ty.node),
                    default: value.default_value.as_ref().map(|default| default.node.clone()),
                    directives: self.kept(&value.directives),
                },
            );
        }
        read
    }

    /// The directives that the supergraph keeps, under their names there.
    fn kept(&self, directives: &[Positioned<ast::ConstDirective>]) -> Vec<Applied> {
        let mut kept = Vec::new();
        for directive in directives {
            let local = directive.node.name.node.as_str();
            let canonical = self.names.canonical(local);
            if KEPT.contains(&canonical) {
                kept.push(applied(&directive.node, canonical));
            } else if self.composed_names.contains(local) {
                kept.push(applied(&directive.node, local));
            }
        }
        kept
    }

    /// Removes what federation 1 and code generators leave behind: empty root types, scalars of the machinery.
    fn finish(&mut self) {
        for root in ["Query", "Mutation", "Subscription"] {
            if self.graph.types.get(root).is_some_and(|ty| ty.fields.is_empty()) {
                self.graph.types.remove(root);
            }
        }
        // Every subgraph can be entered through Query._entities, whether or not it has own query fields.
        self.graph.types.entry("Query".to_owned()).or_insert_with(|| TypeDefinition::new(Kind::Object));
    }
}

/// Field sets are compared and printed with single spaces.
fn normalise_field_set(text: &str) -> String {
    let inner = text.trim();
    let inner = match inner.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(unwrapped) => unwrapped,
        None => inner,
    };
    inner.split_whitespace().collect::<Vec<_>>().join(" ")
}
