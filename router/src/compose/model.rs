//! Schemas as composition works on them: those of the subgraphs, and the one they become.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::specs::Known;
use super::syntax::{Kind, Position, Root, TypeRef, Value};

/// A directive as applied.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    pub(super) name: String,
    /// Which directive of a specification it is, under whatever name it goes.
    pub(super) known: Option<Known>,
    pub(super) arguments: Vec<(String, Value)>,
    pub(super) position: Position,
    /// On which declaration of its type it stands: 0 is the definition, the others are extensions.
    pub(super) declaration: u32,
}

impl Directive {
    pub(super) fn new(name: impl Into<String>, arguments: Vec<(&str, Value)>) -> Self {
        Self {
            name: name.into(),
            known: None,
            arguments: arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            position: Position::default(),
            declaration: 0,
        }
    }

    pub(super) fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(super) fn string(&self, name: &str) -> Option<&str> {
        self.argument(name).and_then(Value::as_str)
    }

    /// Whether a `@key` can be used to enter its subgraph.
    pub(super) fn is_resolvable(&self) -> bool {
        self.argument("resolvable").and_then(Value::as_bool) != Some(false)
    }
}

impl std::fmt::Display for Directive {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "@{}", self.name)?;
        if !self.arguments.is_empty() {
            let parts: Vec<String> = self.arguments.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            write!(out, "({})", parts.join(", "))?;
        }
        Ok(())
    }
}

/// Directives by what they are.
pub(super) trait Directives {
    fn all(&self) -> &[Directive];

    fn each(&self, known: Known) -> impl Iterator<Item = &Directive> {
        self.all().iter().filter(move |directive| directive.known == Some(known))
    }

    fn first(&self, known: Known) -> Option<&Directive> {
        self.each(known).next()
    }

    fn has(&self, known: Known) -> bool {
        self.first(known).is_some()
    }
}

impl Directives for Vec<Directive> {
    fn all(&self) -> &[Directive] {
        self
    }
}

/// An argument or an input field.
#[derive(Clone, Debug)]
pub(super) struct InputValue {
    pub(super) description: Option<String>,
    pub(super) ty: TypeRef,
    pub(super) default: Option<Value>,
    pub(super) directives: Vec<Directive>,
    pub(super) position: Position,
}

impl InputValue {
    /// Whether a value must be given.
    pub(super) fn is_required(&self) -> bool {
        self.ty.is_non_null() && self.default.is_none()
    }
}

/// A field of an object type or interface.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) description: Option<String>,
    pub(super) arguments: IndexMap<String, InputValue>,
    pub(super) ty: TypeRef,
    pub(super) directives: Vec<Directive>,
    pub(super) position: Position,
    /// On which declaration of its type it stands, as for [`Directive::declaration`].
    pub(super) declaration: u32,
}

/// A value of an enum.
#[derive(Clone, Debug, Default)]
pub(super) struct EnumValue {
    pub(super) description: Option<String>,
    pub(super) directives: Vec<Directive>,
    pub(super) position: Position,
}

/// A type with all its extensions. Which of the lists are in use depends on the kind.
#[derive(Clone, Debug)]
pub(super) struct Type {
    pub(super) kind: Kind,
    pub(super) description: Option<String>,
    pub(super) directives: Vec<Directive>,
    pub(super) implements: Vec<String>,
    pub(super) fields: IndexMap<String, Field>,
    pub(super) members: Vec<String>,
    pub(super) values: IndexMap<String, EnumValue>,
    pub(super) inputs: IndexMap<String, InputValue>,
    pub(super) position: Position,
    /// Whether it is defined, and not only extended.
    pub(super) defined: bool,
    /// How many extensions it has.
    pub(super) extensions: u32,
}

impl Type {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            description: None,
            directives: Vec::new(),
            implements: Vec::new(),
            fields: IndexMap::new(),
            members: Vec::new(),
            values: IndexMap::new(),
            inputs: IndexMap::new(),
            position: Position::default(),
            defined: false,
            extensions: 0,
        }
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Directive> {
        self.directives.each(Known::Key)
    }

    pub(super) fn is_entity(&self) -> bool {
        self.directives.has(Known::Key)
    }

    pub(super) fn is_interface_object(&self) -> bool {
        self.kind == Kind::Object && self.directives.has(Known::InterfaceObject)
    }

    /// The kind that the type has in the supergraph.
    pub(super) fn supergraph_kind(&self) -> Kind {
        if self.is_interface_object() { Kind::Interface } else { self.kind }
    }
}

/// The definition of a directive.
#[derive(Clone, Debug)]
pub(super) struct DirectiveDefinition {
    pub(super) description: Option<String>,
    pub(super) arguments: IndexMap<String, InputValue>,
    pub(super) repeatable: bool,
    pub(super) locations: Vec<String>,
    pub(super) position: Position,
}

/// A schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    pub(super) description: Option<String>,
    pub(super) directives: Vec<Directive>,
    pub(super) roots: BTreeMap<Root, String>,
    pub(super) types: BTreeMap<String, Type>,
    pub(super) definitions: BTreeMap<String, DirectiveDefinition>,
}

/// The built-in scalars.
pub(super) fn is_builtin_scalar(name: &str) -> bool {
    matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID")
}

impl Schema {
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        match self.types.get(name) {
            Some(ty) => Some(ty.kind),
            None => is_builtin_scalar(name).then_some(Kind::Scalar),
        }
    }

    pub(super) fn is_root(&self, name: &str) -> bool {
        self.roots.values().any(|root| root == name)
    }

    pub(super) fn field(&self, ty: &str, name: &str) -> Option<&Field> {
        self.types.get(ty)?.fields.get(name)
    }

    /// The types that declare to implement an interface.
    pub(super) fn implementers<'a>(&'a self, interface: &'a str) -> impl Iterator<Item = (&'a str, &'a Type)> {
        self.types
            .iter()
            .filter(move |(_, ty)| ty.implements.iter().any(|name| name == interface))
            .map(|(name, ty)| (name.as_str(), ty))
    }

    /// The object types that a value of the type can have.
    pub(super) fn runtime_types<'a>(&'a self, name: &'a str) -> BTreeSet<&'a str> {
        match self.types.get(name) {
            Some(ty) => match ty.kind {
                Kind::Object => BTreeSet::from([name]),
                Kind::Union => ty.members.iter().map(String::as_str).collect(),
                Kind::Interface => self
                    .implementers(name)
                    .filter(|(_, implementer)| implementer.kind == Kind::Object)
                    .map(|(name, _)| name)
                    .collect(),
                _ => BTreeSet::new(),
            },
            None => BTreeSet::new(),
        }
    }

    /// Whether a value of type `sub` is a value of the abstract type `of`.
    fn belongs_to(&self, sub: &str, of: &str) -> bool {
        let implements = self.types.get(sub).is_some_and(|ty| ty.implements.iter().any(|name| name == of));
        implements
            || self.types.get(of).is_some_and(|ty| ty.kind == Kind::Union && ty.members.iter().any(|name| name == sub))
    }

    /// Whether every value of `sub` is a value of `of`.
    pub(super) fn is_subtype(&self, sub: &TypeRef, of: &TypeRef) -> bool {
        match (sub, of) {
            (TypeRef::NonNull(sub), TypeRef::NonNull(of)) => self.is_subtype(sub, of),
            (TypeRef::NonNull(sub), of) => self.is_subtype(sub, of),
            (TypeRef::List(sub), TypeRef::List(of)) => self.is_subtype(sub, of),
            (TypeRef::Named(sub), TypeRef::Named(of)) => sub == of || self.belongs_to(sub, of),
            _ => false,
        }
    }
}
