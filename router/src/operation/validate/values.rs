//! Literal values: whether they are of the type that is expected.

use super::Validator;
use super::repeated;
use super::variables::VariableUse;
use crate::operation::ast::{Argument, Offset, Value};
use crate::schema::{InputInfo, TypeInfo, TypeKind, TypeRef};

/// What a value must be.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) ty: &'a TypeRef,
    /// Whether the place has a value of its own where none is given.
    pub(super) has_default: bool,
    /// The input object that takes exactly one field, when the value is that of one of its fields.
    pub(super) one_of: Option<&'a str>,
}

impl<'a> Expected<'a> {
    /// What the value of an argument or an input field must be.
    pub(super) fn of(info: &'a InputInfo) -> Self {
        Self { ty: &info.ty, has_default: info.default.is_some(), one_of: None }
    }
}

impl<'a> Validator<'a> {
    /// Checks a value; where nothing is known about what is expected, its variables are used all the same. `at` is where
    /// the argument is that it is given for.
    pub(super) fn check_value(&mut self, value: &'a Value, expected: Option<Expected<'a>>, at: Offset) {
        let Some(expected) = expected else {
            match value {
                Value::Variable(name) => self.uses.variables.push(VariableUse { name, at, expected: None }),
                Value::List(items) => items.iter().for_each(|item| self.check_value(item, None, at)),
                Value::Object(fields) => {
                    self.check_repeated_fields(fields);
                    fields.iter().for_each(|field| self.check_value(&field.value, None, field.at));
                }
                _ => {}
            }
            return;
        };
        match value {
            Value::Variable(name) => self.uses.variables.push(VariableUse { name, at, expected: Some(expected) }),
            Value::Null => {
                if expected.ty.is_non_null() {
                    self.report(at, || format!("Expected value of type \"{}\", found null.", expected.ty));
                }
            }
            _ => match (expected.ty.nullable(), value) {
                (TypeRef::List(inner), Value::List(items)) => {
                    let inner = Expected { ty: inner, has_default: false, one_of: None };
                    items.iter().for_each(|item| self.check_value(item, Some(inner), at));
                }
                // A single value is a list of one.
                (TypeRef::List(inner), _) => {
                    let inner = Expected { ty: inner, has_default: false, one_of: None };
                    self.check_value(value, Some(inner), at);
                }
                (ty, _) => {
                    if let Some(info) = self.schema.get(ty.name()) {
                        self.check_named(info, ty, value, at);
                    }
                }
            },
        }
    }

    fn check_named(&mut self, info: &'a TypeInfo, ty: &'a TypeRef, value: &'a Value, at: Offset) {
        let name = &info.name;
        match (info.kind, value) {
            (TypeKind::Input, Value::Object(fields)) => self.check_input_object(info, fields, at),
            (TypeKind::Enum, Value::Enum(given)) => {
                if !info.values.iter().any(|known| known.name == *given) {
                    self.report(at, || format!("Value \"{given}\" does not exist in \"{name}\" enum."));
                }
            }
            (TypeKind::Enum, _) => {
                self.report(at, || format!("Enum \"{name}\" cannot represent non-enum value: {}.", shown(value)));
            }
            (TypeKind::Scalar, _) => self.check_scalar(ty, value, at),
            _ => self.report(at, || format!("Expected value of type \"{name}\", found {}.", shown(value))),
        }
    }

    fn check_scalar(&mut self, ty: &'a TypeRef, value: &'a Value, at: Offset) {
        let name = ty.name().as_str();
        let fits = match (name, value) {
            ("Int", Value::Int(text)) => {
                if text.parse::<i32>().is_err() {
                    let text = shown(value);
                    self.report(at, || format!("Int cannot represent non 32-bit signed integer value: {text}."));
                }
                true
            }
            ("Float", Value::Int(text) | Value::Float(text)) => text.parse::<f64>().is_ok_and(f64::is_finite),
            ("ID", Value::Int(_) | Value::String(_))
            | ("String", Value::String(_))
            | ("Boolean", Value::Boolean(_)) => true,
            ("Int" | "Float" | "ID" | "String" | "Boolean", _) => false,
            // What a custom scalar takes only its subgraph knows; a list of it is taken for a list of such scalars.
            (_, Value::List(items)) => {
                let expected = Expected { ty, has_default: false, one_of: None };
                items.iter().for_each(|item| self.check_value(item, Some(expected), at));
                true
            }
            _ => {
                self.check_value(value, None, at);
                true
            }
        };
        if !fits {
            self.report(at, || format!("Expected value of type \"{name}\", found {}.", shown(value)));
        }
    }

    fn check_input_object(&mut self, info: &'a TypeInfo, fields: &'a [Argument], at: Offset) {
        self.check_repeated_fields(fields);
        for field in fields {
            let known = info.inputs.get(&field.name);
            if known.is_none() {
                self.report(field.at, || format!("Field \"{}\" is not defined by type \"{}\".", field.name, info.name));
            }
            let expected =
                known.map(|known| Expected { one_of: info.one_of.then_some(&*info.name), ..Expected::of(known) });
            self.check_value(&field.value, expected, field.at);
        }
        for known in info.inputs.values().filter(|known| known.is_required()) {
            if !fields.iter().any(|field| field.name == known.name) {
                self.report(at, || {
                    let (owner, name, ty) = (&info.name, &known.name, &known.ty);
                    format!("Field \"{owner}.{name}\" of required type \"{ty}\" was not provided.")
                });
            }
        }
        if info.one_of {
            match fields {
                [Argument { value: Value::Null, name, .. }] => {
                    self.report(at, || format!("Field \"{}.{name}\" must be non-null.", info.name));
                }
                [_] => {}
                _ => self.report(at, || format!("OneOf Input Object \"{}\" must specify exactly one key.", info.name)),
            }
        }
    }

    fn check_repeated_fields(&mut self, fields: &'a [Argument]) {
        for (name, at) in repeated(fields.iter().map(|field| (&*field.name, field.at))) {
            self.report(at, || format!("There can be only one input field named \"{name}\"."));
        }
    }
}

/// A value in a message, without what may be long.
fn shown(value: &Value) -> String {
    match value {
        Value::Variable(name) => format!("${name}"),
        Value::Int(text) | Value::Float(text) | Value::Enum(text) => text.chars().take(60).collect(),
        Value::String(text) => format!("{:?}", text.chars().take(60).collect::<String>()),
        Value::Boolean(value) => value.to_string(),
        Value::Null => "null".to_owned(),
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
