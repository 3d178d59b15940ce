//! Schemas of what is sent and answered.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Name;
use serde_json::{Map, Value, json};

use super::shared::Shapes;
use crate::plan::compiled::{Fields, OutField, OutKind, OutType};
use crate::schema::{InputInfo, Schema, TypeKind, TypeRef};

/// Makes schemas, and gathers those that are components.
pub(super) struct Schemas<'a> {
    schema: &'a Schema,
    /// The operation that is being described.
    pub(super) operation: String,
    /// Input types and enums that are referred to.
    inputs: BTreeSet<Name>,
    pending: Vec<Name>,
    shapes: Shapes,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self {
            schema,
            operation: String::new(),
            inputs: BTreeSet::new(),
            pending: Vec::new(),
            shapes: Shapes::default(),
        }
    }

    /// The type of a field, without lists and non-null marks.
    pub(super) fn type_of(&self, field: &OutField) -> Option<&'a Name> {
        Some(self.schema.get(&field.parent)?.fields.get(&field.name)?.ty.name())
    }

    /// The fields of an input type.
    pub(super) fn fields_of(&self, input: &Name) -> Vec<InputInfo> {
        self.schema.get(input).map(|info| info.inputs.values().cloned().collect()).unwrap_or_default()
    }

    fn output(&mut self, ty: &OutType, named: Option<&Name>) -> Value {
        let schema = self.output_kind(&ty.kind, named);
        if ty.non_null { schema } else { nullable(schema) }
    }

    /// What is answered of a kind, null aside. `named` is the type's name where the kind does not know it.
    pub(super) fn output_kind(&mut self, kind: &OutKind, named: Option<&Name>) -> Value {
        match kind {
            OutKind::Int => json!({ "type": "integer", "format": "int32" }),
            OutKind::Float => json!({ "type": "number" }),
            OutKind::Text | OutKind::Id => json!({ "type": "string" }),
            OutKind::Boolean => json!({ "type": "boolean" }),
            OutKind::Any => named.map_or(json!({}), |name| scalar(name)),
            OutKind::Enum(values) => match named {
                Some(name) => self.reference(name),
                None => json!({ "type": "string", "enum": values.iter().map(Name::as_str).collect::<Vec<_>>() }),
            },
            OutKind::List(inner) => json!({ "type": "array", "items": self.output(inner, named) }),
            OutKind::Object(fields) => self.output_object(fields, named, &[]),
            OutKind::Abstract(shapes) => {
                let shapes: Vec<Value> =
                    shapes.iter().map(|(name, fields)| self.output_object(fields, Some(name), &[])).collect();
                json!({ "type": "object", "oneOf": shapes })
            }
        }
    }

    /// An object without some of its fields.
    pub(super) fn output_object(&mut self, fields: &Fields, named: Option<&Name>, without: &[&str]) -> Value {
        let (schema, name) = (self.schema, fields.type_name.as_ref().or(named));
        let description = name.and_then(|name| schema.get(name)?.description.as_ref());
        let object = self.object_of(fields, description, without);
        match name {
            Some(name) => self.shapes.refer(name, object, &self.operation),
            None => Value::Object(object),
        }
    }

    /// The data of an operation as a whole.
    pub(super) fn whole(&mut self, root: &Fields) -> Value {
        Value::Object(self.object_of(root, None, &[]))
    }

    fn object_of(&mut self, fields: &Fields, description: Option<&String>, without: &[&str]) -> Map<String, Value> {
        let mut properties = Map::new();
        for field in fields.fields.iter().filter(|field| !without.contains(&field.key.as_str())) {
            properties.insert(field.key.to_string(), self.output_field(field));
        }
        let required: Vec<&String> = properties.keys().collect();
        let mut object = Map::new();
        object.insert("type".to_owned(), json!("object"));
        if let Some(text) = description {
            object.insert("description".to_owned(), json!(text));
        }
        object.insert("required".to_owned(), json!(required));
        object.insert("properties".to_owned(), Value::Object(properties));
        object
    }

    fn output_field(&mut self, field: &OutField) -> Value {
        let info = self.schema.get(&field.parent).and_then(|ty| ty.fields.get(&field.name));
        let mut schema = self.output(&field.ty, info.map(|info| info.ty.name()));
        if let (Value::Object(map), Some(info)) = (&mut schema, info) {
            if let Some(description) = &info.description {
                map.insert("description".to_owned(), json!(description));
            }
            if info.deprecation.is_some() {
                map.insert("deprecated".to_owned(), json!(true));
            }
        }
        schema
    }

    pub(super) fn input(&mut self, ty: &TypeRef, optional: bool) -> Value {
        let schema = match ty.nullable() {
            TypeRef::List(inner) => json!({ "type": "array", "items": self.input(inner, false) }),
            TypeRef::NonNull(inner) => return self.input(inner, optional),
            TypeRef::Named(name) => match self.schema.get(name).map(|info| info.kind) {
                Some(TypeKind::Input | TypeKind::Enum) => self.reference(name),
                _ => scalar(name),
            },
        };
        if ty.is_non_null() || optional { schema } else { nullable(schema) }
    }

    /// A reference to an input type or enum.
    pub(super) fn reference(&mut self, name: &Name) -> Value {
        if self.inputs.insert(name.clone()) {
            self.pending.push(name.clone());
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// What is sent of an input type where the rest of it is in the path.
    pub(super) fn input_without_path(&mut self, name: &Name, left: &[InputInfo]) -> Value {
        let description = self.schema.get(name).and_then(|info| info.description.as_ref());
        let object = self.input_object(left, description);
        let name = Name::new(format!("{}Body", name.strip_suffix("Input").unwrap_or(name)));
        self.shapes.refer(&name, object, &self.operation)
    }

    fn input_object(&mut self, inputs: &[InputInfo], description: Option<&String>) -> Map<String, Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for input in inputs {
            let mut schema = self.input(&input.ty, false);
            if let Value::Object(map) = &mut schema {
                if let Some(text) = &input.description {
                    map.insert("description".to_owned(), json!(text));
                }
                if let Some(default) = input.default.clone().and_then(|default| default.into_json().ok()) {
                    map.insert("default".to_owned(), default);
                }
            }
            if input.ty.is_non_null() && input.default.is_none() {
                required.push(input.name.to_string());
            }
            properties.insert(input.name.to_string(), schema);
        }
        let mut object = Map::new();
        object.insert("type".to_owned(), json!("object"));
        if let Some(text) = description {
            object.insert("description".to_owned(), json!(text));
        }
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        object.insert("properties".to_owned(), Value::Object(properties));
        object.insert("additionalProperties".to_owned(), json!(false));
        object
    }

    /// All components by name, and the names of shapes by their provisional references.
    pub(super) fn components(mut self) -> (Map<String, Value>, BTreeMap<String, String>) {
        let mut found: BTreeMap<String, Value> = BTreeMap::new();
        while let Some(name) = self.pending.pop() {
            let Some(info) = self.schema.get(&name) else { continue };
            let schema = if info.kind == TypeKind::Enum {
                let values: Vec<&str> = info.values.iter().map(|value| value.name.as_str()).collect();
                let mut described = json!({ "type": "string", "enum": values });
                if let (Value::Object(map), Some(text)) = (&mut described, &info.description) {
                    map.insert("description".to_owned(), json!(text));
                }
                described
            } else {
                let inputs: Vec<InputInfo> = info.inputs.values().cloned().collect();
                Value::Object(self.input_object(&inputs, info.description.as_ref()))
            };
            found.insert(name.to_string(), schema);
        }
        let mut taken: BTreeSet<String> = found.keys().cloned().collect();
        taken.extend(["Problem".to_owned(), "Page".to_owned()]);
        let names = self.shapes.names(taken);
        found.extend(self.shapes.into_schemas(&names));
        (found.into_iter().collect(), names)
    }
}

/// The schema of a scalar by its name.
fn scalar(name: &str) -> Value {
    match name {
        "Int" => json!({ "type": "integer", "format": "int32" }),
        "Long" => json!({ "type": "integer", "format": "int64" }),
        "Float" => json!({ "type": "number" }),
        "Boolean" => json!({ "type": "boolean" }),
        "String" | "ID" => json!({ "type": "string" }),
        "DateTime" => json!({ "type": "string", "format": "date-time" }),
        "Date" => json!({ "type": "string", "format": "date" }),
        "URL" | "Uri" => json!({ "type": "string", "format": "uri" }),
        _ => json!({}),
    }
}

fn nullable(mut schema: Value) -> Value {
    if let Value::Object(map) = &mut schema {
        match map.get("type").cloned() {
            Some(Value::String(ty)) => {
                map.insert("type".to_owned(), json!([ty, "null"]));
            }
            Some(_) => {}
            None if map.is_empty() => {}
            None => return json!({ "anyOf": [schema, { "type": "null" }] }),
        }
        if let Some(Value::Array(values)) = map.get_mut("enum") {
            values.push(Value::Null);
        }
    }
    schema
}
