//! What the directives of a supergraph stand for, whatever they are called there.
//!
//! `@link` says under which names a supergraph has the elements of a specification: as they are, imported under other
//! names, or with a prefix. Who guards a graph must know them all: what is closed must not be open because of a name.

use std::collections::BTreeMap;

use async_graphql::Value;
use async_graphql::parser::types::{EnumValueDefinition, ServiceDocument, TypeKind, TypeSystemDefinition};

use super::specs::{Known, version_exists};
use super::subgraph::{Feature, Links};
use super::syntax::{Definition, Document, parse_document};

/// The versions of the join specification that are understood.
const JOIN_VERSIONS: std::ops::RangeInclusive<(u32, u32)> = (0, 1)..=(0, 5);

/// The tags of enum values, by enum and value.
pub(crate) type ValueTags = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The names of a supergraph's directives.
#[derive(Debug, Default)]
pub(crate) struct Meanings {
    links: Links,
}

impl Meanings {
    /// Reads the links of a supergraph. The error is a sentence: the supergraph cannot be parsed, a link cannot be
    /// understood, or it needs a specification that this router does not know.
    pub(crate) fn read(supergraph: &str) -> Result<Self, String> {
        let document = parse_document(supergraph).map_err(|error| error.message)?;
        let mut errors = Vec::new();
        let mut links = Links::read(&document, &mut errors);
        if let Some((_, problem, _)) = errors.into_iter().next() {
            return Err(problem);
        }
        if let Some(feature) = links.features.iter().find(|feature| !is_understood(feature)) {
            return Err(format!("it needs the specification \"{}\", which is not known here", feature.url()));
        }
        if links.features.is_empty() && links_something(&document) {
            return Err("it links specifications, but not the one of @link itself".to_owned());
        }
        links.assume_own_names();
        Ok(Self { links })
    }

    /// The name of a directive in its specification, if it is one that composition knows.
    pub(crate) fn of(&self, directive: &str) -> Option<&'static str> {
        self.links.known(directive).map(Known::name)
    }

    /// The `@tag`s of the supergraph's enum values; enums without one are left out.
    pub(crate) fn value_tags(&self, supergraph: &ServiceDocument) -> ValueTags {
        let mut tags = ValueTags::new();
        for definition in &supergraph.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let TypeKind::Enum(values) = &ty.node.kind else { continue };
            let values = values.values.iter().map(|value| (value.node.value.node.to_string(), self.tags(&value.node)));
            let tagged: BTreeMap<_, _> = values.filter(|(_, tags)| !tags.is_empty()).collect();
            if !tagged.is_empty() {
                tags.entry(ty.node.name.node.to_string()).or_default().extend(tagged);
            }
        }
        tags
    }

    fn tags(&self, value: &EnumValueDefinition) -> Vec<String> {
        let tags = value.directives.iter().filter(|directive| self.of(&directive.node.name.node) == Some("tag"));
        let names = tags.filter_map(|tag| match &tag.node.get_argument("name")?.node {
            Value::String(name) => Some(name.clone()),
            _ => None,
        });
        names.collect()
    }
}

/// Whether a schema has links that cannot be read, of an old or of no version.
fn links_something(document: &Document) -> bool {
    document.iter().any(|definition| match definition {
        Definition::Schema(schema) => {
            schema.directives.iter().any(|directive| matches!(directive.name.as_str(), "link" | "core"))
        }
        _ => false,
    })
}

/// Whether a specification that has to be understood is, and whether none is taken for another version of one about
/// access.
fn is_understood(feature: &Feature) -> bool {
    let version = feature.version;
    match feature.spec() {
        Some("join") => JOIN_VERSIONS.contains(&version),
        // It tells what may be kept of answers; nothing has to be done about it.
        Some("cacheTag") => true,
        Some(spec @ ("authenticated" | "requiresScopes" | "policy" | "inaccessible")) => {
            version_exists(spec, version) == Some(true)
        }
        spec => {
            let known = spec.is_some_and(|spec| version_exists(spec, version) == Some(true));
            known || !feature.needed
        }
    }
}
