//! Schema documents as written.

use std::fmt;

use super::value::Value;

/// A place in a text: line and column, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::compose) struct Position {
    pub(in crate::compose) line: u32,
    pub(in crate::compose) column: u32,
}

/// A reference to a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::compose) enum TypeRef {
    Named(String),
    List(Box<TypeRef>),
    NonNull(Box<TypeRef>),
}

impl TypeRef {
    /// The name at the core.
    pub(in crate::compose) fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::List(inner) | Self::NonNull(inner) => inner.name(),
        }
    }

    pub(in crate::compose) fn name_mut(&mut self) -> &mut String {
        match self {
            Self::Named(name) => name,
            Self::List(inner) | Self::NonNull(inner) => inner.name_mut(),
        }
    }

    pub(in crate::compose) fn is_non_null(&self) -> bool {
        matches!(self, Self::NonNull(_))
    }

    /// The type without its outermost non-null mark.
    pub(in crate::compose) fn nullable(&self) -> &Self {
        match self {
            Self::NonNull(inner) => inner,
            other => other,
        }
    }

    pub(in crate::compose) fn is_list(&self) -> bool {
        matches!(self.nullable(), Self::List(_))
    }
}

impl fmt::Display for TypeRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => out.write_str(name),
            Self::List(inner) => write!(out, "[{inner}]"),
            Self::NonNull(inner) => write!(out, "{inner}!"),
        }
    }
}

/// What kind of type a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compose) enum Kind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    Input,
}

impl Kind {
    /// The kind with its article, for sentences.
    pub(in crate::compose) fn article(self) -> &'static str {
        match self {
            Self::Scalar => "a scalar",
            Self::Object => "an object type",
            Self::Interface => "an interface",
            Self::Union => "a union",
            Self::Enum => "an enum",
            Self::Input => "an input object",
        }
    }

    pub(in crate::compose) fn keyword(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Object => "type",
            Self::Interface => "interface",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::Input => "input",
        }
    }

    /// Whether its values have fields to select.
    pub(in crate::compose) fn is_composite(self) -> bool {
        matches!(self, Self::Object | Self::Interface | Self::Union)
    }

    pub(in crate::compose) fn is_abstract(self) -> bool {
        matches!(self, Self::Interface | Self::Union)
    }
}

/// A directive as applied.
#[derive(Clone, Debug)]
pub(in crate::compose) struct DirectiveNode {
    pub(in crate::compose) name: String,
    pub(in crate::compose) arguments: Vec<(String, Value)>,
    pub(in crate::compose) position: Position,
}

/// A name with its place.
#[derive(Clone, Debug)]
pub(in crate::compose) struct NameNode {
    pub(in crate::compose) name: String,
    pub(in crate::compose) position: Position,
}

/// An argument or an input field.
#[derive(Clone, Debug)]
pub(in crate::compose) struct InputValueNode {
    pub(in crate::compose) description: Option<String>,
    pub(in crate::compose) name: String,
    pub(in crate::compose) ty: TypeRef,
    pub(in crate::compose) default: Option<Value>,
    pub(in crate::compose) directives: Vec<DirectiveNode>,
    pub(in crate::compose) position: Position,
}

#[derive(Clone, Debug)]
pub(in crate::compose) struct FieldNode {
    pub(in crate::compose) description: Option<String>,
    pub(in crate::compose) name: String,
    pub(in crate::compose) arguments: Vec<InputValueNode>,
    pub(in crate::compose) ty: TypeRef,
    pub(in crate::compose) directives: Vec<DirectiveNode>,
    pub(in crate::compose) position: Position,
}

#[derive(Clone, Debug)]
pub(in crate::compose) struct EnumValueNode {
    pub(in crate::compose) description: Option<String>,
    pub(in crate::compose) name: String,
    pub(in crate::compose) directives: Vec<DirectiveNode>,
    pub(in crate::compose) position: Position,
}

/// The definition or extension of a type. Which of the lists are in use depends on the kind.
#[derive(Clone, Debug)]
pub(in crate::compose) struct TypeNode {
    pub(in crate::compose) extend: bool,
    pub(in crate::compose) description: Option<String>,
    pub(in crate::compose) kind: Kind,
    pub(in crate::compose) name: String,
    pub(in crate::compose) implements: Vec<NameNode>,
    pub(in crate::compose) directives: Vec<DirectiveNode>,
    pub(in crate::compose) fields: Vec<FieldNode>,
    pub(in crate::compose) members: Vec<NameNode>,
    pub(in crate::compose) values: Vec<EnumValueNode>,
    pub(in crate::compose) inputs: Vec<InputValueNode>,
    pub(in crate::compose) position: Position,
}

#[derive(Clone, Debug)]
pub(in crate::compose) struct DirectiveDefinitionNode {
    pub(in crate::compose) description: Option<String>,
    pub(in crate::compose) name: String,
    pub(in crate::compose) arguments: Vec<InputValueNode>,
    pub(in crate::compose) repeatable: bool,
    pub(in crate::compose) locations: Vec<String>,
    pub(in crate::compose) position: Position,
}

/// The kinds of operations, which have a root type each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::compose) enum Root {
    Query,
    Mutation,
    Subscription,
}

impl Root {
    pub(in crate::compose) const ALL: [Self; 3] = [Self::Query, Self::Mutation, Self::Subscription];

    /// The name that its type has in a supergraph.
    pub(in crate::compose) fn type_name(self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Mutation => "Mutation",
            Self::Subscription => "Subscription",
        }
    }

    pub(in crate::compose) fn keyword(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

#[derive(Clone, Debug)]
pub(in crate::compose) struct SchemaNode {
    pub(in crate::compose) extend: bool,
    pub(in crate::compose) description: Option<String>,
    pub(in crate::compose) directives: Vec<DirectiveNode>,
    pub(in crate::compose) roots: Vec<(Root, NameNode)>,
    pub(in crate::compose) position: Position,
}

#[derive(Clone, Debug)]
pub(in crate::compose) enum Definition {
    Schema(SchemaNode),
    Type(TypeNode),
    Directive(DirectiveDefinitionNode),
}

pub(in crate::compose) type Document = Vec<Definition>;
