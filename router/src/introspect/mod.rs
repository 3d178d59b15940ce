//! Introspection: `__schema` and `__type`, answered from the schema that the principal may ask.

use std::cell::Cell;

use async_graphql::Value;

use crate::error::{GraphError, codes};
use crate::execute::tree::{Kept, Node, Object};
use crate::operation::argument;
use crate::plan::compiled::{Fields, OutField, OutKind, OutType, Projection};
use crate::plan::variables::{Values, constant};
use crate::schema::{DirectiveInfo, EnumValueInfo, FieldInfo, InputInfo, Schema, TypeInfo, TypeKind, TypeRef};

/// How many values an answer may have for each element of the schema, and how many in any case. The usual query of tools
/// has about fifteen for each.
const VALUES_PER_ELEMENT: usize = 60;
const VALUES: usize = 10_000;

/// Answers the introspection fields of an operation into the tree.
///
/// Errors: where the answer grows out of proportion to the schema.
pub(crate) fn answer<'a>(
    schema: &'a Schema,
    projection: &'a Projection,
    values: &'a Values,
    kept: &'a Kept,
    root: &mut Object<'a>,
) -> Result<(), GraphError> {
    let most = VALUES + schema.elements() * VALUES_PER_ELEMENT;
    let introspector = Introspector { schema, values, kept, left: Cell::new(most) };
    for field in &projection.root.fields {
        let element = match &*field.name {
            "__schema" => Some(Element::Schema),
            "__type" => introspector.named_argument(field).and_then(|name| introspector.named(&name)),
            _ => continue,
        };
        let node = element.map_or(Node::Null, |element| introspector.object(&field.ty, element));
        root.merge_entry(&field.key, node);
    }
    if introspector.left.get() > 0 {
        return Ok(());
    }
    let message = format!("The answer to the introspection has more than {most} values.");
    Err(GraphError::new(codes::TOO_COMPLEX, message))
}

/// An element of a schema.
enum Element<'a> {
    Schema,
    Type(&'a TypeInfo),
    /// A list or non-null type.
    Wrapped(&'a TypeRef),
    Field(&'a FieldInfo),
    Input(&'a InputInfo),
    EnumValue(&'a EnumValueInfo),
    Directive(&'a DirectiveInfo),
}

struct Introspector<'a> {
    schema: &'a Schema,
    values: &'a Values,
    kept: &'a Kept,
    /// How many values may yet be answered. At none, nothing more is.
    left: Cell<usize>,
}

impl<'a> Introspector<'a> {
    fn argument(&self, field: &OutField, name: &str) -> Option<Value> {
        argument(&field.arguments, name).map(|value| constant(value, self.values))
    }

    fn named_argument(&self, field: &OutField) -> Option<String> {
        match self.argument(field, "name") {
            Some(Value::String(name)) => Some(name),
            _ => None,
        }
    }

    fn with_deprecated(&self, field: &OutField) -> bool {
        matches!(self.argument(field, "includeDeprecated"), Some(Value::Boolean(true)))
    }

    fn named(&self, name: &str) -> Option<Element<'a>> {
        self.schema.get(name).map(|info| Element::Type(info))
    }

    fn type_of(&self, ty: &'a TypeRef) -> Option<Element<'a>> {
        match ty {
            TypeRef::Named(name) => self.named(name),
            wrapped => Some(Element::Wrapped(wrapped)),
        }
    }

    fn object(&self, ty: &'a OutType, element: Element<'a>) -> Node<'a> {
        let fields: &'a Fields = match &ty.kind {
            OutKind::Object(fields) => fields,
            OutKind::List(inner) => return self.object(inner, element),
            _ => return Node::Null,
        };
        let mut object = Object::default();
        self.left.set(self.left.get().saturating_sub(fields.fields.len()));
        if self.left.get() == 0 {
            return Node::Null;
        }
        for field in &fields.fields {
            let node = match &element {
                Element::Schema => self.schema_field(field),
                Element::Type(info) => self.type_field(info, field),
                Element::Wrapped(ty) => self.wrapped_field(ty, field),
                Element::Field(info) => self.field_field(info, field),
                Element::Input(info) => self.input_field(info, field),
                Element::EnumValue(info) => match &*field.name {
                    "name" => text(&info.name),
                    other => common(other, info.description.as_ref(), info.deprecation.as_ref()),
                },
                Element::Directive(info) => self.directive_field(info, field),
            };
            object.entries.push((&field.key, node));
        }
        Node::Object(object)
    }

    fn one(&self, field: &'a OutField, element: Option<Element<'a>>) -> Node<'a> {
        element.map_or(Node::Null, |element| self.object(&field.ty, element))
    }

    fn many(&self, field: &'a OutField, elements: impl Iterator<Item = Element<'a>>) -> Node<'a> {
        Node::List(elements.map(|element| self.object(&field.ty, element)).collect())
    }

    fn schema_field(&self, field: &'a OutField) -> Node<'a> {
        match &*field.name {
            "types" => self.many(field, self.schema.types.values().map(|info| Element::Type(info))),
            "queryType" => self.one(field, self.named(&self.schema.query)),
            "mutationType" => self.one(field, self.schema.mutation.as_ref().and_then(|name| self.named(name))),
            "subscriptionType" => self.one(field, self.schema.subscription.as_ref().and_then(|name| self.named(name))),
            "directives" => self.many(field, self.schema.directives.iter().map(Element::Directive)),
            _ => Node::Null,
        }
    }

    fn type_field(&self, info: &'a TypeInfo, field: &'a OutField) -> Node<'a> {
        let composite = matches!(info.kind, TypeKind::Object | TypeKind::Interface);
        let deprecated = self.with_deprecated(field);
        match &*field.name {
            "kind" => text(match info.kind {
                TypeKind::Scalar => "SCALAR",
                TypeKind::Object => "OBJECT",
                TypeKind::Interface => "INTERFACE",
                TypeKind::Union => "UNION",
                TypeKind::Enum => "ENUM",
                TypeKind::Input => "INPUT_OBJECT",
            }),
            "name" => text(&info.name),
            "description" => optional(info.description.as_ref()),
            "specifiedByURL" => optional(info.specified_by.as_ref()),
            "fields" if composite => self.many(
                field,
                info.fields.values().filter(|info| deprecated || info.deprecation.is_none()).map(Element::Field),
            ),
            "interfaces" if composite => self.many(field, info.interfaces.iter().filter_map(|name| self.named(name))),
            "possibleTypes" if matches!(info.kind, TypeKind::Interface | TypeKind::Union) => {
                self.many(field, info.possible.iter().filter_map(|name| self.named(name)))
            }
            "enumValues" if info.kind == TypeKind::Enum => self.many(
                field,
                info.values.iter().filter(|info| deprecated || info.deprecation.is_none()).map(Element::EnumValue),
            ),
            "inputFields" if info.kind == TypeKind::Input => self.many(
                field,
                info.inputs.values().filter(|info| deprecated || info.deprecation.is_none()).map(Element::Input),
            ),
            "isOneOf" if info.kind == TypeKind::Input => Node::Bool(info.one_of),
            _ => Node::Null,
        }
    }

    fn wrapped_field(&self, ty: &'a TypeRef, field: &'a OutField) -> Node<'a> {
        match (&*field.name, ty) {
            ("kind", TypeRef::List(_)) => text("LIST"),
            ("kind", TypeRef::NonNull(_)) => text("NON_NULL"),
            ("ofType", TypeRef::List(inner) | TypeRef::NonNull(inner)) => self.one(field, self.type_of(inner)),
            _ => Node::Null,
        }
    }

    fn field_field(&self, info: &'a FieldInfo, field: &'a OutField) -> Node<'a> {
        match &*field.name {
            "name" => text(&info.name),
            "args" => self.arguments(&info.arguments, field),
            "type" => self.one(field, self.type_of(&info.ty)),
            other => common(other, info.description.as_ref(), info.deprecation.as_ref()),
        }
    }

    fn input_field(&self, info: &'a InputInfo, field: &'a OutField) -> Node<'a> {
        match &*field.name {
            "name" => text(&info.name),
            "type" => self.one(field, self.type_of(&info.ty)),
            "defaultValue" => info.default.as_ref().map_or(Node::Null, |value| text(self.kept.text(value.to_string()))),
            other => common(other, info.description.as_ref(), info.deprecation.as_ref()),
        }
    }

    fn directive_field(&self, info: &'a DirectiveInfo, field: &'a OutField) -> Node<'a> {
        match &*field.name {
            "name" => text(&info.name),
            "description" => optional(info.description.as_ref()),
            "locations" => Node::List(info.locations.iter().map(|location| text(location)).collect()),
            "args" => self.arguments(&info.arguments, field),
            "isRepeatable" => Node::Bool(info.repeatable),
            _ => Node::Null,
        }
    }

    fn arguments(&self, arguments: &'a [InputInfo], field: &'a OutField) -> Node<'a> {
        let deprecated = self.with_deprecated(field);
        let shown = arguments.iter().filter(|info| deprecated || info.deprecation.is_none());
        self.many(field, shown.map(Element::Input))
    }
}

fn text(text: &str) -> Node<'_> {
    Node::Text(text)
}

fn optional(content: Option<&String>) -> Node<'_> {
    content.map_or(Node::Null, |content| text(content))
}

/// The fields that fields, arguments and enum values share.
fn common<'a>(field: &str, description: Option<&'a String>, deprecation: Option<&'a String>) -> Node<'a> {
    match field {
        "description" => optional(description),
        "isDeprecated" => Node::Bool(deprecation.is_some()),
        "deprecationReason" => optional(deprecation),
        _ => Node::Null,
    }
}
