//! What of a schema the making of operations needs.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};

/// A field, with what has to be given to it.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) arguments: Vec<Argument>,
}

/// An argument, or a field of an input object.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) has_default: bool,
}

impl Argument {
    pub(crate) fn required(&self) -> bool {
        !self.ty.nullable && !self.has_default
    }
}

/// A schema as clients see it.
#[derive(Default)]
pub(crate) struct Schema {
    /// The fields of objects and interfaces.
    fields: BTreeMap<String, Vec<Field>>,
    pub(crate) inputs: BTreeMap<String, Vec<Argument>>,
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    /// The objects that a value of an object, an interface or a union may be of.
    possible: BTreeMap<String, BTreeSet<String>>,
    interfaces: BTreeSet<String>,
    pub(crate) query: String,
}

impl Schema {
    /// Reads an API schema; leaves out fields that are named as `Type.field`, and arguments by their names alone.
    pub(crate) fn read(sdl: &str, without: &[&str]) -> Self {
        let document = parse_schema(sdl).unwrap();
        let mut schema = Self { query: "Query".to_owned(), ..Self::default() };
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(definition) => {
                    if let Some(query) = definition.node.query {
                        schema.query = query.node.to_string();
                    }
                }
                TypeSystemDefinition::Type(ty) => schema.add(ty.node.name.node.to_string(), ty.node.kind, without),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        schema
    }

    fn add(&mut self, name: String, kind: TypeKind, without: &[&str]) {
        let mut composite = |fields: Vec<Positioned<FieldDefinition>>| {
            let fields = fields.into_iter().map(|field| field_of(field.node, without));
            let kept = fields.filter(|field| !without.contains(&format!("{name}.{}", field.name).as_str()));
            self.fields.insert(name.clone(), kept.collect());
        };
        let members: Vec<Positioned<Name>> = match kind {
            TypeKind::Object(object) => {
                composite(object.fields);
                self.possible.entry(name.clone()).or_default().insert(name.clone());
                for interface in object.implements {
                    self.possible.entry(interface.node.to_string()).or_default().insert(name.clone());
                }
                return;
            }
            TypeKind::Interface(interface) => {
                composite(interface.fields);
                self.interfaces.insert(name.clone());
                self.possible.entry(name).or_default();
                return;
            }
            TypeKind::Union(union) => union.members,
            TypeKind::Enum(values) => {
                let values = values.values.into_iter().map(|value| value.node.value.node.to_string()).collect();
                self.enums.insert(name, values);
                return;
            }
            TypeKind::InputObject(input) => {
                self.inputs.insert(name, input.fields.into_iter().map(|field| argument_of(field.node)).collect());
                return;
            }
            TypeKind::Scalar => return,
        };
        self.possible.insert(name, members.into_iter().map(|member| member.node.to_string()).collect());
    }

    /// The fields of an object or an interface; a union has none.
    pub(crate) fn fields(&self, name: &str) -> &[Field] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn is_composite(&self, name: &str) -> bool {
        self.possible.contains_key(name)
    }

    /// Whether a value is of this type and no other.
    pub(crate) fn is_object(&self, name: &str) -> bool {
        self.fields.contains_key(name) && !self.interfaces.contains(name)
    }

    /// The types that a fragment may be on where a value of this type is: those with an object in common.
    pub(crate) fn overlapping(&self, name: &str) -> Vec<&str> {
        let here = &self.possible[name];
        self.possible.iter().filter(|(_, there)| !here.is_disjoint(there)).map(|(name, _)| name.as_str()).collect()
    }
}

/// The type without its lists and exclamation marks.
pub(crate) fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}

fn field_of(field: FieldDefinition, without: &[&str]) -> Field {
    let arguments = field.arguments.into_iter().map(|argument| argument_of(argument.node));
    let arguments = arguments.filter(|argument| !without.contains(&argument.name.as_str())).collect();
    Field { name: field.name.node.to_string(), ty: field.ty.node, arguments }
}

fn argument_of(argument: InputValueDefinition) -> Argument {
    Argument {
        name: argument.name.node.to_string(),
        ty: argument.ty.node,
        has_default: argument.default_value.is_some(),
    }
}
