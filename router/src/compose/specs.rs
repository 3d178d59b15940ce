//! The specifications that subgraphs and supergraphs link, and the directives that they define.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::model::{DirectiveDefinition, InputValue};
use super::syntax::{Definition, parse_document};

/// A version of a specification: major and minor.
pub(super) type Version = (u32, u32);

/// What subgraphs of Federation 1 count as.
pub(super) const FEDERATION_1_COUNTS_AS: Version = (2, 4);

/// The version whose definitions the directives of Federation 1 have.
pub(super) const FEDERATION_1_DEFINES: Version = (2, 0);

/// The newest version of the federation specification that composition knows.
pub(super) const LATEST_FEDERATION: Version = (2, 14);

/// A directive that composition knows the meaning of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Known {
    Key,
    Requires,
    Provides,
    External,
    Shareable,
    Override,
    Extends,
    InterfaceObject,
    ComposeDirective,
    Tag,
    Inaccessible,
    Authenticated,
    RequiresScopes,
    Policy,
    Context,
    FromContext,
    Cost,
    ListSize,
    CacheTag,
    Link,
    Deprecated,
    SpecifiedBy,
    OneOf,
    Skip,
    Include,
}

impl Known {
    pub(super) const ALL: [Self; 25] = [
        Self::Key,
        Self::Requires,
        Self::Provides,
        Self::External,
        Self::Shareable,
        Self::Override,
        Self::Extends,
        Self::InterfaceObject,
        Self::ComposeDirective,
        Self::Tag,
        Self::Inaccessible,
        Self::Authenticated,
        Self::RequiresScopes,
        Self::Policy,
        Self::Context,
        Self::FromContext,
        Self::Cost,
        Self::ListSize,
        Self::CacheTag,
        Self::Link,
        Self::Deprecated,
        Self::SpecifiedBy,
        Self::OneOf,
        Self::Skip,
        Self::Include,
    ];

    /// Directives that tell about access.
    pub(super) const ACCESS: [Self; 3] = [Self::Authenticated, Self::RequiresScopes, Self::Policy];

    /// The name in its specification.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Requires => "requires",
            Self::Provides => "provides",
            Self::External => "external",
            Self::Shareable => "shareable",
            Self::Override => "override",
            Self::Extends => "extends",
            Self::InterfaceObject => "interfaceObject",
            Self::ComposeDirective => "composeDirective",
            Self::Tag => "tag",
            Self::Inaccessible => "inaccessible",
            Self::Authenticated => "authenticated",
            Self::RequiresScopes => "requiresScopes",
            Self::Policy => "policy",
            Self::Context => "context",
            Self::FromContext => "fromContext",
            Self::Cost => "cost",
            Self::ListSize => "listSize",
            Self::CacheTag => "cacheTag",
            Self::Link => "link",
            Self::Deprecated => "deprecated",
            Self::SpecifiedBy => "specifiedBy",
            Self::OneOf => "oneOf",
            Self::Skip => "skip",
            Self::Include => "include",
        }
    }

    /// The directives that GraphQL itself defines.
    pub(super) fn builtin(name: &str) -> Option<Self> {
        [Self::Deprecated, Self::SpecifiedBy, Self::OneOf, Self::Skip, Self::Include]
            .into_iter()
            .find(|known| known.name() == name)
    }

    pub(super) fn is_builtin(self) -> bool {
        Self::builtin(self.name()).is_some()
    }

    /// The version of the federation specification that has it first; none for directives of other specifications.
    fn federation_since(self) -> Option<u32> {
        match self {
            Self::Key
            | Self::Requires
            | Self::Provides
            | Self::External
            | Self::Shareable
            | Self::Override
            | Self::Extends
            | Self::Tag
            | Self::Inaccessible => Some(0),
            Self::ComposeDirective => Some(1),
            Self::InterfaceObject => Some(3),
            Self::Authenticated | Self::RequiresScopes => Some(5),
            Self::Policy => Some(6),
            Self::Context | Self::FromContext => Some(8),
            Self::Cost | Self::ListSize => Some(9),
            Self::CacheTag => Some(12),
            Self::Link | Self::Deprecated | Self::SpecifiedBy | Self::OneOf | Self::Skip | Self::Include => None,
        }
    }

    /// Whether Federation 1 has it.
    pub(super) fn in_federation_1(self) -> bool {
        matches!(self, Self::Key | Self::Requires | Self::Provides | Self::External | Self::Tag | Self::Extends)
    }

    /// The specification that the supergraph links for it, if the supergraph keeps it as it is.
    pub(super) fn composed_by(self) -> Option<Composed> {
        let (spec, version, security) = match self {
            Self::Tag => ("tag", "v0.3", false),
            Self::Inaccessible => ("inaccessible", "v0.2", true),
            Self::Authenticated => ("authenticated", "v0.1", true),
            Self::RequiresScopes => ("requiresScopes", "v0.1", true),
            Self::Policy => ("policy", "v0.1", true),
            Self::Context => ("context", "v0.1", true),
            Self::Cost | Self::ListSize => ("cost", "v0.1", false),
            _ => return None,
        };
        Some(Composed { spec, version, security })
    }

    /// The definition in the newest version of its specification.
    pub(super) fn definition(self) -> &'static DirectiveDefinition {
        static EMPTY: LazyLock<DirectiveDefinition> = LazyLock::new(|| DirectiveDefinition {
            description: None,
            arguments: indexmap::IndexMap::new(),
            repeatable: false,
            locations: Vec::new(),
            position: super::syntax::Position::default(),
        });
        DEFINITIONS.get(self.name()).unwrap_or(&EMPTY)
    }

    /// The definition as a version of the federation specification has it.
    pub(super) fn definition_in(self, federation: Version) -> DirectiveDefinition {
        let mut definition = self.definition().clone();
        match self {
            Self::Override if federation < (2, 7) => {
                definition.arguments.shift_remove("label");
            }
            Self::Shareable => definition.repeatable = federation >= (2, 2),
            Self::Tag if federation < (2, 3) => definition.locations.retain(|location| location != "SCHEMA"),
            _ => {}
        }
        definition
    }
}

/// A specification of a composed directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Composed {
    pub(super) spec: &'static str,
    pub(super) version: &'static str,
    /// Whether a router must know it to serve the supergraph safely.
    pub(super) security: bool,
}

const DEFINITIONS_TEXT: &str = r#"
directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @requires(fields: FieldSet!) on FIELD_DEFINITION
directive @provides(fields: FieldSet!) on FIELD_DEFINITION
directive @external(reason: String) on OBJECT | FIELD_DEFINITION
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
directive @override(from: String!, label: String) on FIELD_DEFINITION
directive @extends on OBJECT | INTERFACE
directive @interfaceObject on OBJECT
directive @composeDirective(name: String) repeatable on SCHEMA
directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @fromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
directive @cacheTag(format: String!) repeatable on OBJECT | FIELD_DEFINITION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @deprecated(reason: String = "No longer supported") on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
directive @specifiedBy(url: String!) on SCALAR
directive @oneOf on INPUT_OBJECT
directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
directive @include(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
"#;

static DEFINITIONS: LazyLock<BTreeMap<String, DirectiveDefinition>> = LazyLock::new(|| {
    let document = parse_document(DEFINITIONS_TEXT).unwrap_or_default();
    document
        .into_iter()
        .filter_map(|definition| match definition {
            Definition::Directive(node) => Some(node),
            _ => None,
        })
        .map(|node| {
            let arguments = node.arguments.into_iter().map(|argument| {
                let value = InputValue {
                    description: None,
                    ty: argument.ty,
                    default: argument.default,
                    directives: Vec::new(),
                    position: argument.position,
                };
                (argument.name, value)
            });
            let definition = DirectiveDefinition {
                description: None,
                arguments: arguments.collect(),
                repeatable: node.repeatable,
                locations: node.locations,
                position: node.position,
            };
            (node.name, definition)
        })
        .collect()
});

/// The specifications by their names under `https://specs.apollo.dev/`.
pub(super) const APOLLO: &str = "https://specs.apollo.dev/";

/// Whether a version of a known specification exists; none for a specification that composition does not know.
pub(super) fn version_exists(spec: &str, version: Version) -> Option<bool> {
    Some(match spec {
        "federation" => version.0 == 2 && version <= LATEST_FEDERATION,
        "link" => version == (1, 0),
        "tag" => matches!(version, (0, 1..=3)),
        "inaccessible" => matches!(version, (0, 1..=2)),
        "authenticated" | "requiresScopes" | "policy" | "context" | "cost" => version == (0, 1),
        _ => return None,
    })
}

/// The version of the federation specification that a linked specification presupposes.
pub(super) fn presupposes(spec: &str) -> Option<Version> {
    match spec {
        "tag" | "inaccessible" | "link" => Some((2, 0)),
        "authenticated" => Some((2, 5)),
        "cost" => Some((2, 9)),
        _ => None,
    }
}

/// The directives of a specification.
pub(super) fn directives_of(spec: &str, version: Version) -> Vec<Known> {
    if spec == "federation" {
        return Known::ALL
            .into_iter()
            .filter(|known| known.federation_since().is_some_and(|since| (2, since) <= version))
            .collect();
    }
    if spec == "link" {
        return vec![Known::Link];
    }
    let mut directives: Vec<Known> = Known::ALL
        .into_iter()
        .filter(|known| known.composed_by().is_some_and(|composed| composed.spec == spec))
        .collect();
    if spec == "context" {
        directives.push(Known::FromContext);
    }
    directives
}

/// The types of a specification.
pub(super) fn types_of(spec: &str, version: Version) -> Vec<&'static str> {
    match spec {
        "federation" => [("FieldSet", 0), ("Scope", 5), ("Policy", 6), ("ContextFieldValue", 8)]
            .into_iter()
            .filter(|(_, since)| (2, *since) <= version)
            .map(|(name, _)| name)
            .collect(),
        "link" => vec!["Purpose", "Import"],
        "requiresScopes" => vec!["Scope"],
        "policy" => vec!["Policy"],
        "context" => vec!["ContextFieldValue"],
        _ => Vec::new(),
    }
}

/// The version of the join specification that a version of the federation specification needs.
pub(super) fn join_version(federation: Version) -> Version {
    match federation {
        (2, 0..=6) => (0, 3),
        (2, 7) => (0, 4),
        _ => (0, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_directive_is_defined() {
        for known in Known::ALL {
            assert!(!known.definition().locations.is_empty(), "{}", known.name());
        }
        assert_eq!(DEFINITIONS.len(), Known::ALL.len());
    }
}
