//! Whether constants fit types.

use super::model::Schema;
use super::syntax::{Kind, TypeRef, Value};

/// Whether a constant can be given where a type is asked for, as GraphQL coerces input.
pub(super) fn fits(value: &Value, ty: &TypeRef, schema: &Schema) -> bool {
    match ty {
        TypeRef::NonNull(inner) => *value != Value::Null && fits(value, inner, schema),
        _ if *value == Value::Null => true,
        TypeRef::List(inner) => match value {
            Value::List(items) => items.iter().all(|item| fits(item, inner, schema)),
            single => fits(single, inner, schema),
        },
        TypeRef::Named(name) => fits_named(value, name, schema),
    }
}

fn fits_named(value: &Value, name: &str, schema: &Schema) -> bool {
    let Some(ty) = schema.types.get(name) else {
        return match name {
            "Int" => value.as_int().is_some_and(|number| i32::try_from(number).is_ok()),
            "Float" => matches!(value, Value::Int(_) | Value::Float(_)),
            "String" => matches!(value, Value::String(_)),
            "Boolean" => matches!(value, Value::Boolean(_)),
            "ID" => matches!(value, Value::String(_) | Value::Int(_)),
            // A scalar of a specification.
            _ => true,
        };
    };
    match ty.kind {
        Kind::Scalar => true,
        Kind::Enum => matches!(value, Value::Enum(name) if ty.values.contains_key(name)),
        Kind::Input => match value {
            Value::Object(fields) => {
                fields
                    .iter()
                    .all(|(name, value)| ty.inputs.get(name).is_some_and(|input| fits(value, &input.ty, schema)))
                    && ty
                        .inputs
                        .iter()
                        .all(|(name, input)| !input.is_required() || fields.iter().any(|(given, _)| given == name))
            }
            _ => false,
        },
        _ => false,
    }
}
