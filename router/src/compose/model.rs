//! The types that composition works on: subgraphs as read, and the supergraph as merged.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Value;
use async_graphql::parser::types::Type;
use indexmap::IndexMap;

/// What kind of type a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    Input,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Object => "object type",
            Self::Interface => "interface",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::Input => "input object",
        }
    }
}

/// A directive as applied, under its name in the supergraph.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Applied {
    pub(super) name: String,
    pub(super) arguments: Vec<(String, Value)>,
}

impl Applied {
    pub(super) fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(super) fn string(&self, name: &str) -> Option<&str> {
        match self.argument(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        match self.argument(name) {
            Some(Value::Boolean(value)) => Some(*value),
            _ => None,
        }
    }
}

/// One `@key` of a type in one subgraph.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) fields: String,
    pub(super) resolvable: bool,
    /// Whether the key stands on `extend type` or beside `@extends`.
    pub(super) extension: bool,
}

/// An argument or an input field.
#[derive(Clone, Debug)]
pub(super) struct InputValue {
    pub(super) description: Option<String>,
    pub(super) ty: Type,
    pub(super) default: Option<Value>,
    pub(super) directives: Vec<Applied>,
}

/// A field of an object type or interface in one subgraph.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) description: Option<String>,
    pub(super) arguments: IndexMap<String, InputValue>,
    pub(super) ty: Type,
    /// The directives that the supergraph keeps.
    pub(super) directives: Vec<Applied>,
    pub(super) external: bool,
    pub(super) shareable: bool,
    pub(super) requires: Option<String>,
    pub(super) provides: Option<String>,
    pub(super) overrides: Option<Override>,
}

/// `@override(from:, label:)`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Override {
    pub(super) from: String,
    pub(super) label: Option<String>,
}

/// A value of an enum.
#[derive(Clone, Debug, Default)]
pub(super) struct EnumValue {
    pub(super) description: Option<String>,
    pub(super) directives: Vec<Applied>,
}

/// A type in one subgraph, its extensions folded in.
#[derive(Clone, Debug)]
pub(super) struct TypeDefinition {
    pub(super) kind: Kind,
    pub(super) description: Option<String>,
    pub(super) directives: Vec<Applied>,
    pub(super) keys: Vec<Key>,
    pub(super) interface_object: bool,
    /// Whether the subgraph has no more than extensions of it.
    pub(super) extends_only: bool,
    pub(super) fields: IndexMap<String, Field>,
    pub(super) implements: Vec<String>,
    pub(super) members: Vec<String>,
    pub(super) values: IndexMap<String, EnumValue>,
    pub(super) inputs: IndexMap<String, InputValue>,
}

impl TypeDefinition {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            description: None,
            directives: Vec::new(),
            keys: Vec::new(),
            interface_object: false,
            extends_only: true,
            fields: IndexMap::new(),
            implements: Vec::new(),
            members: Vec::new(),
            values: IndexMap::new(),
            inputs: IndexMap::new(),
        }
    }

    /// The kind that the type has in the supergraph.
    pub(super) fn supergraph_kind(&self) -> Kind {
        if self.interface_object { Kind::Interface } else { self.kind }
    }
}

/// A directive's definition, for `@composeDirective` and executable directives.
#[derive(Clone, Debug)]
pub(super) struct DirectiveDefinition {
    pub(super) text: String,
}

/// One subgraph as read.
#[derive(Clone, Debug)]
pub(super) struct Subgraph {
    pub(super) name: String,
    pub(super) url: String,
    /// The name in `join__Graph`.
    pub(super) id: String,
    pub(super) federation_1: bool,
    pub(super) types: BTreeMap<String, TypeDefinition>,
    /// Directives that `@composeDirective` keeps, by name, with their definitions.
    pub(super) composed: BTreeMap<String, DirectiveDefinition>,
    /// `@link`s of the specifications that composed directives come from, as printed in the supergraph.
    pub(super) composed_links: BTreeSet<String>,
    /// Fields that a key, `@requires`, `@provides` or an interface of the subgraph refers to.
    pub(super) used: BTreeSet<(String, String)>,
}

/// Chooses the names in `join__Graph`: upper case, `_` for what a GraphQL name cannot hold, numbered where equal.
pub(super) fn name_graphs(subgraphs: &mut [Subgraph]) {
    let mut taken = BTreeSet::new();
    for graph in subgraphs {
        let mut base: String = graph
            .name
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
            .collect();
        if base.is_empty() || base.starts_with(|first: char| first.is_ascii_digit()) {
            base.insert(0, '_');
        }
        let mut candidate = base.clone();
        let mut number = 1;
        while !taken.insert(candidate.clone()) {
            candidate = format!("{base}_{number}");
            number += 1;
        }
        graph.id = candidate;
    }
}

/// `@join__field` of one field.
#[derive(Clone, Debug, Default)]
pub(super) struct JoinField {
    /// The graph's name in `join__Graph`; none for a field that comes from an interface object.
    pub(super) graph: Option<String>,
    pub(super) requires: Option<String>,
    pub(super) provides: Option<String>,
    pub(super) ty: Option<String>,
    pub(super) external: bool,
    pub(super) overrides: Option<Override>,
    pub(super) used_overridden: bool,
}

/// A merged argument.
#[derive(Clone, Debug)]
pub(super) struct MergedInput {
    pub(super) value: InputValue,
    pub(super) joins: Vec<JoinField>,
}

/// A merged field.
#[derive(Clone, Debug)]
pub(super) struct MergedField {
    pub(super) description: Option<String>,
    pub(super) arguments: IndexMap<String, InputValue>,
    pub(super) ty: Type,
    pub(super) directives: Vec<Applied>,
    pub(super) joins: Vec<JoinField>,
}

/// A merged enum value with the graphs that have it.
#[derive(Clone, Debug)]
pub(super) struct MergedValue {
    pub(super) value: EnumValue,
    pub(super) graphs: Vec<String>,
}

/// `@join__type` of one graph and key.
#[derive(Clone, Debug)]
pub(super) struct JoinType {
    pub(super) graph: String,
    pub(super) key: Option<Key>,
    pub(super) interface_object: bool,
}

/// A merged type.
#[derive(Clone, Debug)]
pub(super) struct MergedType {
    pub(super) kind: Kind,
    pub(super) description: Option<String>,
    pub(super) directives: Vec<Applied>,
    pub(super) joins: Vec<JoinType>,
    /// Interfaces, each with the graphs that declare it.
    pub(super) implements: IndexMap<String, Vec<String>>,
    pub(super) fields: IndexMap<String, MergedField>,
    /// Union members, each with the graphs that declare it.
    pub(super) members: IndexMap<String, Vec<String>>,
    pub(super) values: IndexMap<String, MergedValue>,
    pub(super) inputs: IndexMap<String, MergedInput>,
}

/// The merged graph, before it is printed.
pub(super) struct Merged {
    pub(super) types: BTreeMap<String, MergedType>,
    pub(super) has_mutation: bool,
    pub(super) has_subscription: bool,
}
