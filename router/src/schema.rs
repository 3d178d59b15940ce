//! A schema as the router's own code reads it: for projection, variables, introspection and OpenAPI.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types as ast;
use async_graphql::{Name, Positioned, Value};
use indexmap::IndexMap;

/// A type reference: a named type, wrapped in lists and non-null marks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TypeRef {
    Named(Name),
    List(Box<TypeRef>),
    NonNull(Box<TypeRef>),
}

impl TypeRef {
    fn read(ty: &ast::Type) -> Self {
        let inner = match &ty.base {
            ast::BaseType::Named(name) => Self::Named(name.clone()),
            ast::BaseType::List(inner) => Self::List(Box::new(Self::read(inner))),
        };
        if ty.nullable { inner } else { Self::NonNull(Box::new(inner)) }
    }

    /// The name at the core.
    pub(crate) fn name(&self) -> &Name {
        match self {
            Self::Named(name) => name,
            Self::List(inner) | Self::NonNull(inner) => inner.name(),
        }
    }

    /// Whether null is no value of it.
    pub(crate) fn is_non_null(&self) -> bool {
        matches!(self, Self::NonNull(_))
    }

    /// The type without its outermost non-null mark.
    pub(crate) fn nullable(&self) -> &Self {
        match self {
            Self::NonNull(inner) => inner,
            other => other,
        }
    }
}

impl std::fmt::Display for TypeRef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => out.write_str(name),
            Self::List(inner) => write!(out, "[{inner}]"),
            Self::NonNull(inner) => write!(out, "{inner}!"),
        }
    }
}

/// What kind of type it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeKind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    Input,
}

/// An argument or input field.
#[derive(Clone, Debug)]
pub(crate) struct InputInfo {
    pub(crate) name: Name,
    pub(crate) description: Option<String>,
    pub(crate) ty: TypeRef,
    pub(crate) default: Option<Value>,
    pub(crate) deprecation: Option<String>,
}

impl InputInfo {
    /// Whether a value must be given.
    pub(crate) fn is_required(&self) -> bool {
        self.ty.is_non_null() && self.default.is_none()
    }
}

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct FieldInfo {
    pub(crate) name: Name,
    pub(crate) description: Option<String>,
    pub(crate) arguments: Vec<InputInfo>,
    pub(crate) ty: TypeRef,
    pub(crate) deprecation: Option<String>,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub(crate) struct EnumValueInfo {
    pub(crate) name: Name,
    pub(crate) description: Option<String>,
    pub(crate) deprecation: Option<String>,
}

/// A type.
#[derive(Clone, Debug)]
pub(crate) struct TypeInfo {
    pub(crate) name: Name,
    pub(crate) kind: TypeKind,
    pub(crate) description: Option<String>,
    pub(crate) specified_by: Option<String>,
    pub(crate) one_of: bool,
    pub(crate) fields: IndexMap<Name, FieldInfo>,
    pub(crate) interfaces: Vec<Name>,
    /// The object types of an interface or union, in the order of their names.
    pub(crate) possible: Vec<Name>,
    pub(crate) values: Vec<EnumValueInfo>,
    pub(crate) inputs: IndexMap<Name, InputInfo>,
}

impl TypeInfo {
    /// Whether its values have fields to select.
    pub(crate) fn is_composite(&self) -> bool {
        matches!(self.kind, TypeKind::Object | TypeKind::Interface | TypeKind::Union)
    }
}

/// A directive's definition.
#[derive(Clone, Debug)]
pub(crate) struct DirectiveInfo {
    pub(crate) name: Name,
    pub(crate) description: Option<String>,
    pub(crate) locations: Vec<&'static str>,
    pub(crate) arguments: Vec<InputInfo>,
    pub(crate) repeatable: bool,
}

/// A schema, with the types of introspection.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) types: BTreeMap<Name, Arc<TypeInfo>>,
    pub(crate) directives: Vec<DirectiveInfo>,
    pub(crate) query: Name,
    pub(crate) mutation: Option<Name>,
    pub(crate) subscription: Option<Name>,
    /// The fields that no type defines: `__typename`, `__schema`, `__type`.
    meta: Vec<FieldInfo>,
}

/// The built-in types and directives and those of introspection.
pub(crate) const INTROSPECTION: &str = include_str!("introspect/introspection.graphql");

impl Schema {
    /// Reads an API schema. The error is a sentence.
    pub(crate) fn read(sdl: &str) -> Result<Self, String> {
        let mut schema = Self {
            types: BTreeMap::new(),
            directives: Vec::new(),
            query: Name::new("Query"),
            mutation: None,
            subscription: None,
            meta: meta_fields(),
        };
        schema.add(sdl)?;
        schema.add(INTROSPECTION)?;
        for (root, name) in [(&mut schema.mutation, "Mutation"), (&mut schema.subscription, "Subscription")] {
            if root.is_none() && schema.types.contains_key(name) {
                *root = Some(Name::new(name));
            }
        }
        if !schema.types.contains_key(&schema.query) {
            return Err(format!("the schema has no query type \"{}\"", schema.query));
        }
        schema.link_possible_types();
        Ok(schema)
    }

    fn add(&mut self, sdl: &str) -> Result<(), String> {
        let document = parse_schema(sdl).map_err(|error| error.to_string())?;
        // The library takes every directive for repeatable.
        let repeatable = crate::compose::repeatable_directives(sdl);
        for definition in document.definitions {
            match definition {
                ast::TypeSystemDefinition::Schema(schema) => {
                    if let Some(query) = schema.node.query {
                        self.query = query.node;
                    }
                    self.mutation = schema.node.mutation.map(|name| name.node);
                    self.subscription = schema.node.subscription.map(|name| name.node);
                }
                ast::TypeSystemDefinition::Type(ty) => {
                    let info = read_type(ty.node);
                    // A schema may define the built-in scalars itself.
                    self.types.entry(info.name.clone()).or_insert_with(|| Arc::new(info));
                }
                ast::TypeSystemDefinition::Directive(directive) => {
                    let directive = directive.node;
                    if self.directives.iter().any(|known| known.name == directive.name.node) {
                        continue;
                    }
                    self.directives.push(DirectiveInfo {
                        repeatable: repeatable.iter().any(|name| *name == directive.name.node.as_str()),
                        name: directive.name.node,
                        description: directive.description.map(|text| text.node),
                        locations: directive
                            .locations
                            .iter()
                            .map(|location| crate::compose::location_name(location.node))
                            .collect(),
                        arguments: directive.arguments.into_iter().map(|argument| read_input(argument.node)).collect(),
                    });
                }
            }
        }
        Ok(())
    }

    fn link_possible_types(&mut self) {
        let mut implementers: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
        for ty in self.types.values().filter(|ty| ty.kind == TypeKind::Object) {
            for interface in &ty.interfaces {
                implementers.entry(interface.clone()).or_default().push(ty.name.clone());
            }
        }
        for (interface, possible) in implementers {
            if let Some(ty) = self.types.get_mut(&interface) {
                Arc::make_mut(ty).possible = possible;
            }
        }
        for ty in self.types.values_mut().filter(|ty| ty.kind == TypeKind::Union) {
            Arc::make_mut(ty).possible.sort();
        }
    }

    /// A type by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<TypeInfo>> {
        self.types.get(name)
    }

    /// Whether a value of object type `object` can be a value of `ty`, which may be abstract.
    pub(crate) fn is_possible(&self, ty: &str, object: &str) -> bool {
        ty == object
            || self.get(ty).is_some_and(|info| info.possible.binary_search_by(|name| name.as_str().cmp(object)).is_ok())
    }

    /// A field as it can be selected on a composite type; those of introspection are on the root only.
    pub(crate) fn field<'a>(&'a self, parent: &'a TypeInfo, name: &str) -> Option<&'a FieldInfo> {
        if !name.starts_with("__") {
            return parent.fields.get(name);
        }
        let is_here = name == "__typename" || parent.name == self.query;
        self.meta.iter().find(|field| is_here && field.name == *name)
    }

    /// How many types, fields, arguments, values and directives there are.
    pub(crate) fn elements(&self) -> usize {
        let of_field = |field: &FieldInfo| 1 + field.arguments.len();
        let of_type = |ty: &Arc<TypeInfo>| {
            let fields: usize = ty.fields.values().map(of_field).sum();
            1 + fields + ty.inputs.len() + ty.values.len() + ty.possible.len() + ty.interfaces.len()
        };
        let directives: usize = self.directives.iter().map(|directive| 1 + directive.arguments.len()).sum();
        self.types.values().map(of_type).sum::<usize>() + directives
    }

    /// A directive by its name.
    pub(crate) fn directive(&self, name: &str) -> Option<&DirectiveInfo> {
        self.directives.iter().find(|directive| directive.name == *name)
    }
}

fn meta_fields() -> Vec<FieldInfo> {
    let named = |name: &str| TypeRef::Named(Name::new(name));
    let required = |name: &str| TypeRef::NonNull(Box::new(named(name)));
    let field = |name: &str, ty: TypeRef, arguments: Vec<InputInfo>| FieldInfo {
        name: Name::new(name),
        description: None,
        arguments,
        ty,
        deprecation: None,
    };
    let name = InputInfo {
        name: Name::new("name"),
        description: None,
        ty: required("String"),
        default: None,
        deprecation: None,
    };
    vec![
        field("__typename", required("String"), Vec::new()),
        field("__schema", required("__Schema"), Vec::new()),
        field("__type", named("__Type"), vec![name]),
    ]
}

fn read_type(ty: ast::TypeDefinition) -> TypeInfo {
    let mut info = TypeInfo {
        name: ty.name.node,
        kind: TypeKind::Scalar,
        description: ty.description.map(|text| text.node),
        specified_by: directive_text(&ty.directives, "specifiedBy", "url"),
        one_of: ty.directives.iter().any(|directive| directive.node.name.node == "oneOf"),
        fields: IndexMap::new(),
        interfaces: Vec::new(),
        possible: Vec::new(),
        values: Vec::new(),
        inputs: IndexMap::new(),
    };
    match ty.kind {
        ast::TypeKind::Scalar => {}
        ast::TypeKind::Object(object) => {
            info.kind = TypeKind::Object;
            info.fields = read_fields(object.fields);
            info.interfaces = object.implements.into_iter().map(|name| name.node).collect();
        }
        ast::TypeKind::Interface(interface) => {
            info.kind = TypeKind::Interface;
            info.fields = read_fields(interface.fields);
            info.interfaces = interface.implements.into_iter().map(|name| name.node).collect();
        }
        ast::TypeKind::Union(union) => {
            info.kind = TypeKind::Union;
            info.possible = union.members.into_iter().map(|name| name.node).collect();
        }
        ast::TypeKind::Enum(values) => {
            info.kind = TypeKind::Enum;
            info.values = values
                .values
                .into_iter()
                .map(|value| EnumValueInfo {
                    deprecation: deprecation(&value.node.directives),
                    name: value.node.value.node,
                    description: value.node.description.map(|text| text.node),
                })
                .collect();
        }
        ast::TypeKind::InputObject(input) => {
            info.kind = TypeKind::Input;
            info.inputs =
                input.fields.into_iter().map(|field| (field.node.name.node.clone(), read_input(field.node))).collect();
        }
    }
    info
}

fn read_fields(fields: Vec<Positioned<ast::FieldDefinition>>) -> IndexMap<Name, FieldInfo> {
    fields
        .into_iter()
        .map(|field| {
            let field = field.node;
            let info = FieldInfo {
                name: field.name.node.clone(),
                description: field.description.map(|text| text.node),
                arguments: field.arguments.into_iter().map(|argument| read_input(argument.node)).collect(),
                ty: TypeRef::read(&field.ty.node),
                deprecation: deprecation(&field.directives),
            };
            (field.name.node, info)
        })
        .collect()
}

fn read_input(value: ast::InputValueDefinition) -> InputInfo {
    InputInfo {
        deprecation: deprecation(&value.directives),
        name: value.name.node,
        description: value.description.map(|text| text.node),
        ty: TypeRef::read(&value.ty.node),
        default: value.default_value.map(|default| default.node),
    }
}

fn deprecation(directives: &[Positioned<ast::ConstDirective>]) -> Option<String> {
    let deprecated = directives.iter().any(|directive| directive.node.name.node == "deprecated");
    deprecated
        .then(|| directive_text(directives, "deprecated", "reason").unwrap_or_else(|| "No longer supported".to_owned()))
}

fn directive_text(directives: &[Positioned<ast::ConstDirective>], name: &str, argument: &str) -> Option<String> {
    let directive = directives.iter().find(|directive| directive.node.name.node == name)?;
    match directive.node.get_argument(argument).map(|value| &value.node) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}
