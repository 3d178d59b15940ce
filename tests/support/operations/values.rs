//! Values for arguments and variables.

use std::collections::BTreeMap;

use async_graphql::parser::types::{BaseType, Type};
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Map, Value};

use super::schema::{Argument, Schema, named};

/// Values that mean something to the subgraphs. Without any, arguments have made-up ones.
#[derive(Default)]
pub(crate) struct Values {
    /// By the argument, as `Type.field.argument` or `Input.field`; or by its name alone, and then it is always given.
    by_argument: BTreeMap<String, Vec<Value>>,
    /// By the type's name.
    by_type: BTreeMap<String, Vec<Value>>,
}

impl Values {
    pub(crate) fn add_to_argument(&mut self, argument: &str, value: Value) {
        add(self.by_argument.entry(argument.to_owned()).or_default(), value);
    }

    pub(crate) fn add_to_type(&mut self, ty: &str, value: Value) {
        add(self.by_type.entry(ty.to_owned()).or_default(), value);
    }

    fn always_given(&self, name: &str) -> bool {
        self.by_argument.contains_key(name)
    }

    fn pick(&self, place: &str, ty: &str, random: &mut StdRng) -> Value {
        let name = place.rsplit('.').next().unwrap_or(place);
        let by_argument = self.by_argument.get(place).or_else(|| self.by_argument.get(name));
        if let Some(value) = by_argument.and_then(|known| known.choose(random)) {
            return value.clone();
        }
        if let Some(value) = self.by_type.get(ty).and_then(|known| known.choose(random))
            && random.random_bool(0.85)
        {
            return value.clone();
        }
        match ty {
            "Boolean" => random.random_bool(0.5).into(),
            "Float" => [0.5, 3.0, 250.25][random.random_range(0..3)].into(),
            "ID" | "String" => ["u1", "p1", "a", ""][random.random_range(0..4)].into(),
            _ => random.random_range(0..6).into(),
        }
    }
}

fn add(values: &mut Vec<Value>, value: Value) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// Writes arguments, and keeps the variables of an operation.
pub(crate) struct Arguments<'a> {
    schema: &'a Schema,
    values: &'a Values,
    declarations: Vec<String>,
    variables: Map<String, Value>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(schema: &'a Schema, values: &'a Values) -> Self {
        Self { schema, values, declarations: Vec::new(), variables: Map::new() }
    }

    /// The declarations, and the values of those variables that are given.
    pub(crate) fn variables(&self) -> (&[String], Value) {
        (&self.declarations, Value::Object(self.variables.clone()))
    }

    /// Some of a field's arguments, with parentheses; empty where there is none.
    pub(crate) fn of_field(&mut self, place: &str, arguments: &[Argument], random: &mut StdRng) -> String {
        let mut written = Vec::new();
        for argument in arguments {
            if argument.required() || self.values.always_given(&argument.name) || random.random_bool(0.5) {
                let value = self.argument(&format!("{place}.{}", argument.name), argument, random);
                written.push(format!("{}: {value}", argument.name));
            }
        }
        if written.is_empty() { String::new() } else { format!("({})", written.join(", ")) }
    }

    /// The condition of `@skip` or `@include`.
    pub(crate) fn condition(&mut self, random: &mut StdRng) -> String {
        let flag = random.random_bool(0.5);
        match random.random_range(0..10) {
            0 => flag.to_string(),
            1 => self.declare("Boolean!", Some(flag.to_string()), None),
            2 => self.declare("Boolean", Some((!flag).to_string()), Some(flag.into())),
            _ => self.declare("Boolean!", None, Some(flag.into())),
        }
    }

    fn declare(&mut self, ty: &str, default: Option<String>, value: Option<Value>) -> String {
        let name = format!("v{}", self.declarations.len());
        let default = default.map_or(String::new(), |default| format!(" = {default}"));
        self.declarations.push(format!("${name}: {ty}{default}"));
        if let Some(value) = value {
            self.variables.insert(name.clone(), value);
        }
        format!("${name}")
    }

    fn argument(&mut self, place: &str, argument: &Argument, random: &mut StdRng) -> String {
        if random.random_bool(0.5) {
            return self.variable(place, argument, random);
        }
        self.literal(place, argument, random)
    }

    /// A variable for the whole argument: given or not, with a default or without.
    fn variable(&mut self, place: &str, argument: &Argument, random: &mut StdRng) -> String {
        let ty = argument.ty.to_string();
        let strict = ty.trim_end_matches('!').to_owned() + "!";
        let value = self.value(place, &argument.ty, random);
        let default = self.value(place, &argument.ty, random);
        let needed = argument.required() || self.values.always_given(&argument.name);
        match (random.random_range(0..6), needed) {
            // Where null is refused, a variable that may be null needs a default, and is not given as null.
            (0, true) if !default.is_null() => {
                let given = random.random_bool(0.5).then_some(value);
                self.declare(ty.trim_end_matches('!'), Some(literal_of(&default, &argument.ty, self.schema)), given)
            }
            (0, false) if argument.ty.nullable => self.declare(&ty, None, None),
            (1, false) if argument.ty.nullable => self.declare(&ty, None, Some(Value::Null)),
            (2, false) => {
                let given = random.random_bool(0.5).then_some(value);
                self.declare(&ty, Some(literal_of(&default, &argument.ty, self.schema)), given)
            }
            (3, false) if !value.is_null() => self.declare(&strict, None, Some(value)),
            _ => self.declare(&ty, None, Some(value)),
        }
    }

    /// A literal, within which there may be variables.
    fn literal(&mut self, place: &str, argument: &Argument, random: &mut StdRng) -> String {
        let inputs = &self.schema.inputs;
        let BaseType::Named(name) = &argument.ty.base else {
            let value = self.value(place, &argument.ty, random);
            return literal_of(&value, &argument.ty, self.schema);
        };
        let Some(fields) = inputs.get(name.as_str()) else {
            let value = self.value(place, &argument.ty, random);
            return literal_of(&value, &argument.ty, self.schema);
        };
        let mut written = Vec::new();
        for field in fields {
            if field.required() || random.random_bool(0.3) {
                let value = self.argument(&format!("{name}.{}", field.name), field, random);
                written.push(format!("{}: {value}", field.name));
            }
        }
        format!("{{ {} }}", written.join(", "))
    }

    /// A value as variables carry it.
    fn value(&self, place: &str, ty: &Type, random: &mut StdRng) -> Value {
        if ty.nullable && random.random_bool(0.05) {
            return Value::Null;
        }
        let name = match &ty.base {
            BaseType::List(inner) => {
                return (0..random.random_range(0..4)).map(|_| self.value(place, inner, random)).collect();
            }
            BaseType::Named(name) => name.as_str(),
        };
        if let Some(values) = self.schema.enums.get(name) {
            return values.choose(random).unwrap().as_str().into();
        }
        let Some(fields) = self.schema.inputs.get(name) else { return self.values.pick(place, name, random) };
        let mut object = Map::new();
        for field in fields {
            if field.required() || random.random_bool(0.3) {
                let value = self.value(&format!("{name}.{}", field.name), &field.ty, random);
                object.insert(field.name.clone(), value);
            }
        }
        Value::Object(object)
    }
}

/// The value as it stands in an operation.
fn literal_of(value: &Value, ty: &Type, schema: &Schema) -> String {
    match (value, &ty.base) {
        (Value::Array(items), BaseType::List(inner)) => {
            let items: Vec<String> = items.iter().map(|item| literal_of(item, inner, schema)).collect();
            format!("[{}]", items.join(", "))
        }
        (Value::Object(object), BaseType::Named(name)) => {
            let fields = schema.inputs[name.as_str()].iter();
            let given = fields.filter_map(|field| Some((field, object.get(&field.name)?)));
            let written: Vec<String> = given
                .map(|(field, value)| format!("{}: {}", field.name, literal_of(value, &field.ty, schema)))
                .collect();
            format!("{{ {} }}", written.join(", "))
        }
        (Value::String(text), _) if schema.enums.contains_key(named(ty)) => text.clone(),
        (value, _) => value.to_string(),
    }
}
