//! The variables of an operation, and the coercion of a request's values to their types.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};

use crate::error::{GraphError, codes};
use crate::operation::{Value as Literal, VariableDefinition};
use crate::schema::{Schema, TypeInfo, TypeKind, TypeRef};

/// A variable as declared.
#[derive(Clone, Debug)]
pub(crate) struct VariableSpec {
    pub(crate) name: Name,
    pub(crate) ty: TypeRef,
    pub(crate) default: Option<Value>,
}

/// The values of a request's variables, coerced.
pub(crate) type Values = BTreeMap<Name, Value>;

/// Reads the variables that an operation declares.
pub(crate) fn read(definitions: &[VariableDefinition]) -> Vec<VariableSpec> {
    definitions
        .iter()
        .map(|definition| VariableSpec {
            name: definition.name.clone(),
            ty: definition.ty.clone(),
            default: definition.default.as_ref().map(|value| constant(value, &Values::new())),
        })
        .collect()
}

/// A literal with its variables replaced by their values.
pub(crate) fn constant(value: &Literal, values: &Values) -> Value {
    match value {
        Literal::Variable(name) => values.get(name).cloned().unwrap_or(Value::Null),
        Literal::Int(text) | Literal::Float(text) => {
            text.parse().map_or(Value::Null, |number: async_graphql::Number| Value::Number(number))
        }
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Null => Value::Null,
        Literal::Enum(name) => Value::Enum(name.clone()),
        Literal::List(items) => Value::List(items.iter().map(|item| constant(item, values)).collect()),
        Literal::Object(fields) => {
            let map: IndexMap<Name, Value> =
                fields.iter().map(|field| (field.name.clone(), constant(&field.value, values))).collect();
            Value::Object(map)
        }
    }
}

/// Coerces the values of a request to the declared types.
///
/// Errors: one for each variable that does not fit.
pub(crate) fn coerce(
    schema: &Schema,
    specs: &[VariableSpec],
    mut given: BTreeMap<Name, Value>,
) -> Result<Values, Vec<GraphError>> {
    let mut values = Values::new();
    let mut errors = Vec::new();
    for spec in specs {
        match given.remove(&spec.name) {
            None => match &spec.default {
                Some(default) => {
                    values.insert(spec.name.clone(), default.clone());
                }
                None if spec.ty.is_non_null() => errors.push(GraphError::new(
                    codes::VARIABLES,
                    format!("Variable \"${}\" of required type \"{}\" was not provided.", spec.name, spec.ty),
                )),
                None => {}
            },
            Some(value) => {
                let mut coercion = Coercion { schema, path: Vec::new() };
                match coercion.value(&spec.ty, value) {
                    Ok(value) => {
                        values.insert(spec.name.clone(), value);
                    }
                    Err(problem) => errors.push(GraphError::new(
                        codes::VARIABLES,
                        format!(
                            "Variable \"${}\" got an invalid value{}; {problem}",
                            spec.name,
                            coercion.place(&spec.name)
                        ),
                    )),
                }
            }
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

enum Place {
    Field(Name),
    Index(usize),
}

struct Coercion<'a> {
    schema: &'a Schema,
    /// Where the coercion is; kept on failure.
    path: Vec<Place>,
}

impl Coercion<'_> {
    fn place(&self, variable: &Name) -> String {
        use std::fmt::Write;
        if self.path.is_empty() {
            return String::new();
        }
        let mut text = format!(" at \"{variable}");
        for place in &self.path {
            let _ = match place {
                Place::Field(name) => write!(text, ".{name}"),
                Place::Index(index) => write!(text, "[{index}]"),
            };
        }
        text.push('"');
        text
    }

    fn value(&mut self, ty: &TypeRef, value: Value) -> Result<Value, String> {
        if matches!(value, Value::Null) {
            return if ty.is_non_null() {
                Err(format!("Expected non-nullable type \"{ty}\" not to be null."))
            } else {
                Ok(Value::Null)
            };
        }
        match ty.nullable() {
            TypeRef::List(inner) => match value {
                Value::List(items) => {
                    let mut coerced = Vec::with_capacity(items.len());
                    for (index, item) in items.into_iter().enumerate() {
                        self.path.push(Place::Index(index));
                        coerced.push(self.value(inner, item)?);
                        self.path.pop();
                    }
                    Ok(Value::List(coerced))
                }
                single => Ok(Value::List(vec![self.value(inner, single)?])),
            },
            TypeRef::NonNull(inner) => self.value(inner, value),
            TypeRef::Named(name) => match self.schema.get(name).cloned() {
                Some(info) => self.named(&info, value),
                None => Err(format!("Unknown type \"{name}\".")),
            },
        }
    }

    fn named(&mut self, info: &Arc<TypeInfo>, value: Value) -> Result<Value, String> {
        match info.kind {
            TypeKind::Scalar => scalar(&info.name, value),
            TypeKind::Enum => {
                let name = match &value {
                    Value::String(text) => text.as_str(),
                    Value::Enum(name) => name.as_str(),
                    other => return Err(format!("Enum \"{}\" cannot represent {other}.", info.name)),
                };
                match info.values.iter().find(|known| known.name.as_str() == name) {
                    Some(known) => Ok(Value::Enum(known.name.clone())),
                    None => Err(format!("Value \"{name}\" does not exist in \"{}\" enum.", info.name)),
                }
            }
            TypeKind::Input => self.input(info, value),
            _ => Err(format!("Type \"{}\" is no input type.", info.name)),
        }
    }

    fn input(&mut self, info: &Arc<TypeInfo>, value: Value) -> Result<Value, String> {
        let Value::Object(given) = value else {
            return Err(format!("Expected type \"{}\" to be an object.", info.name));
        };
        let mut coerced = IndexMap::with_capacity(given.len());
        for (name, value) in given {
            let Some(field) = info.inputs.get(&name) else {
                return Err(format!("Field \"{name}\" is not defined by type \"{}\".", info.name));
            };
            self.path.push(Place::Field(name.clone()));
            let value = self.value(&field.ty, value)?;
            self.path.pop();
            coerced.insert(name, value);
        }
        for (name, field) in &info.inputs {
            if field.ty.is_non_null() && field.default.is_none() && !coerced.contains_key(name) {
                return Err(format!("Field \"{name}\" of required type \"{}\" was not provided.", field.ty));
            }
        }
        if info.one_of && (coerced.len() != 1 || coerced.values().any(|value| matches!(value, Value::Null))) {
            return Err(format!("Exactly one key must be specified for OneOf type \"{}\".", info.name));
        }
        Ok(Value::Object(coerced))
    }
}

fn scalar(name: &str, value: Value) -> Result<Value, String> {
    let fits = match (name, &value) {
        ("Int", Value::Number(number)) => match number.as_i64() {
            Some(int) => i32::try_from(int).is_ok(),
            // JSON does not tell 1.0 from 1.
            None => match number.as_f64() {
                Some(float) if float.fract() == 0.0 && float.abs() <= f64::from(i32::MAX) => {
                    return Ok(Value::Number((float as i64).into()));
                }
                _ => false,
            },
        },
        ("Float", Value::Number(_)) | ("String", Value::String(_)) | ("Boolean", Value::Boolean(_)) => true,
        ("ID", Value::String(_)) => true,
        ("ID", Value::Number(number)) if !number.is_f64() => return Ok(Value::String(number.to_string())),
        ("Int" | "Float" | "String" | "Boolean" | "ID", _) => false,
        _ => true,
    };
    if fits { Ok(value) } else { Err(format!("{name} cannot represent {}.", shown(&value))) }
}

/// A value in a message, cut where it is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
