//! OpenAPI 3.1 from the REST operations and the API schema.

use std::collections::BTreeSet;

use async_graphql::Name;
use serde_json::{Map, Value, json};

use super::document::{Body, Operation, field_at};
use super::request::plain_variable;
use crate::plan::compiled::{Fields, OutField, OutKind, OutType};
use crate::schema::{InputInfo, Schema, TypeKind, TypeRef};

/// Generates the document, as JSON. Equal inputs give equal bytes.
pub(super) fn generate(schema: &Schema, operations: &[Operation]) -> Vec<u8> {
    let mut generator = Generator { schema, inputs: BTreeSet::new(), pending: Vec::new() };
    let mut paths = Map::new();
    for operation in operations {
        let described = generator.operation(operation);
        let path = paths.entry(operation.path.clone()).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(methods) = path {
            methods.insert(operation.method.as_str().to_ascii_lowercase(), described);
        }
    }
    let tags: BTreeSet<&str> = operations.iter().map(|operation| operation.tag.as_str()).collect();
    let tags: Vec<Value> = tags.into_iter().map(|tag| json!({ "name": tag })).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "REST API", "version": "1" },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "responses": { "Problem": {
                "description": "What went wrong (RFC 9457)",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
            "schemas": generator.components(),
        },
    });
    // Writing JSON that was just made cannot fail.
    serde_json::to_vec_pretty(&document).unwrap_or_default()
}

struct Generator<'a> {
    schema: &'a Schema,
    /// Input types and enums that are referred to.
    inputs: BTreeSet<Name>,
    pending: Vec<Name>,
}

impl Generator<'_> {
    fn operation(&mut self, operation: &Operation) -> Value {
        let mut described = Map::new();
        described.insert("operationId".to_owned(), json!(operation.name));
        described.insert("summary".to_owned(), json!(operation.summary));
        described.insert("tags".to_owned(), json!([operation.tag]));
        if let Some(date) = &operation.deprecated {
            described.insert("deprecated".to_owned(), json!(true));
            described.insert("x-deprecated-since".to_owned(), json!(date.text));
        }
        if let Some(date) = &operation.sunset {
            described.insert("x-sunset".to_owned(), json!(date.text));
        }
        if operation.protected {
            described.insert("security".to_owned(), json!([{ "bearer": [] }]));
        }
        let parameters = self.parameters(operation);
        if !parameters.is_empty() {
            described.insert("parameters".to_owned(), Value::Array(parameters));
        }
        if let Some(body) = self.request_body(operation) {
            described.insert("requestBody".to_owned(), body);
        }
        described.insert("responses".to_owned(), self.responses(operation));
        Value::Object(described)
    }

    fn parameters(&mut self, operation: &Operation) -> Vec<Value> {
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            let schema = self.input(&parameter.ty, false);
            parameters
                .push(json!({ "name": parameter.name.as_str(), "in": "path", "required": true, "schema": schema }));
        }
        let mut add = |name: String, required: bool, description: &str, schema: Value| {
            let mut parameter = Map::new();
            parameter.insert("name".to_owned(), json!(name));
            parameter.insert("in".to_owned(), json!("query"));
            parameter.insert("required".to_owned(), json!(required));
            if !description.is_empty() {
                parameter.insert("description".to_owned(), json!(description));
            }
            parameter.insert("schema".to_owned(), schema);
            parameters.push(Value::Object(parameter));
        };
        for spec in &operation.prepared.variables {
            match spec.name.as_str() {
                "first" => add(
                    "limit".to_owned(),
                    false,
                    "How many to answer",
                    json!({ "type": "integer", "minimum": 1, "maximum": 100 }),
                ),
                "after" => {
                    add(
                        "cursor".to_owned(),
                        false,
                        "Where the page begins: `page.next` of the one before",
                        json!({ "type": "string" }),
                    );
                }
                "sort" => {
                    let choices: Vec<&str> = operation.sort.iter().map(|choice| choice.parameter.as_str()).collect();
                    if !choices.is_empty() {
                        add("sort".to_owned(), false, "The order", json!({ "type": "string", "enum": choices }));
                    }
                }
                "where" => {
                    let fields = self.schema.get(spec.ty.name()).map(|info| info.inputs.clone()).unwrap_or_default();
                    for (name, field) in fields {
                        let schema = self.input(&field.ty, true);
                        add(format!("filter[{name}]"), false, field.description.as_deref().unwrap_or(""), schema);
                    }
                }
                name if plain_variable(operation, name).is_some() => {
                    let required = spec.ty.is_non_null() && spec.default.is_none();
                    let schema = self.input(&spec.ty, false);
                    add(name.to_owned(), required, "", schema);
                }
                _ => {}
            }
        }
        if operation.body != Body::Empty {
            add("fields".to_owned(), false, "The fields to answer, separated by commas", json!({ "type": "string" }));
        }
        if operation.idempotent {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": true,
                "description": "A repetition with the same key and body gets the first answer",
                "schema": { "type": "string", "maxLength": 255 },
            }));
        }
        parameters
    }

    fn request_body(&mut self, operation: &Operation) -> Option<Value> {
        if !operation.take.is_empty() {
            return Some(
                json!({ "required": true, "content": { "application/json": { "schema": { "type": "object" } } } }),
            );
        }
        let spec = operation.prepared.variables.iter().find(|spec| spec.name == *"input")?;
        let name = spec.ty.name().clone();
        let in_path: Vec<&Name> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.in_input)
            .map(|parameter| &parameter.name)
            .collect();
        let info = self.schema.get(&name)?.clone();
        let left: Vec<InputInfo> =
            info.inputs.values().filter(|input| !in_path.contains(&&input.name)).cloned().collect();
        if left.is_empty() {
            return None;
        }
        let required = left.iter().any(|input| input.ty.is_non_null() && input.default.is_none());
        let schema =
            if in_path.is_empty() { self.reference(&name) } else { self.object(&left, info.description.as_ref()) };
        Some(json!({ "required": required, "content": { "application/json": { "schema": schema } } }))
    }

    fn responses(&self, operation: &Operation) -> Value {
        let mut responses = Map::new();
        let mut success = Map::new();
        success.insert("description".to_owned(), json!("Success"));
        if operation.body != Body::Empty {
            let schema = self.success(operation);
            success.insert("content".to_owned(), json!({ "application/json": { "schema": schema } }));
        }
        responses.insert(operation.status.to_string(), Value::Object(success));
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        let mut statuses = vec!["400"];
        if operation.protected {
            statuses.extend(["401", "403"]);
        }
        if operation.body == Body::Single || !operation.parameters.is_empty() {
            statuses.push("404");
        }
        if operation.method != axum::http::Method::GET {
            statuses.extend(["409", "415", "422"]);
        }
        statuses.push("503");
        for status in statuses {
            responses.insert(status.to_owned(), problem.clone());
        }
        Value::Object(responses)
    }

    fn success(&self, operation: &Operation) -> Value {
        let root = &operation.full_plan.projection.root;
        let data = match operation.body {
            Body::Page => {
                let mut path = operation.data.clone();
                path.push(Name::new("nodes"));
                field_at(root, &path)
            }
            _ => field_at(root, &operation.data),
        };
        let Some(data) = data else { return json!({}) };
        let mut schema = self.output(&data.ty);
        leave_out_user_errors(&mut schema);
        // What would be null is 404, 409 or 422 instead.
        if let Value::Object(map) = &mut schema
            && let Some(Value::Array(types)) = map.get("type")
        {
            let first = types.first().cloned().unwrap_or(Value::Null);
            map.insert("type".to_owned(), first);
        }
        if operation.body == Body::Single {
            return schema;
        }
        json!({
            "type": "object",
            "required": ["data", "page"],
            "properties": {
                "data": schema,
                "page": {
                    "type": "object",
                    "required": ["next", "hasMore"],
                    "properties": { "next": { "type": ["string", "null"] }, "hasMore": { "type": "boolean" } },
                },
            },
        })
    }

    fn output(&self, ty: &OutType) -> Value {
        let schema = match &ty.kind {
            OutKind::Int => json!({ "type": "integer", "format": "int32" }),
            OutKind::Float => json!({ "type": "number" }),
            OutKind::Text | OutKind::Id => json!({ "type": "string" }),
            OutKind::Boolean => json!({ "type": "boolean" }),
            OutKind::Any => json!({}),
            OutKind::Enum(values) => {
                let values: Vec<&str> = values.iter().map(Name::as_str).collect();
                json!({ "type": "string", "enum": values })
            }
            OutKind::List(inner) => json!({ "type": "array", "items": self.output(inner) }),
            OutKind::Object(fields) => self.output_object(fields),
            OutKind::Abstract(shapes) => {
                let shapes: Vec<Value> = shapes.iter().map(|(_, fields)| self.output_object(fields)).collect();
                json!({ "type": "object", "oneOf": shapes })
            }
        };
        if ty.non_null { schema } else { nullable(schema) }
    }

    fn output_object(&self, fields: &Fields) -> Value {
        let mut properties = Map::new();
        for field in &fields.fields {
            properties.insert(field.key.to_string(), self.output_field(field));
        }
        let required: Vec<&str> = fields.fields.iter().map(|field| field.key.as_str()).collect();
        json!({ "type": "object", "required": required, "properties": properties })
    }

    fn output_field(&self, field: &OutField) -> Value {
        let info = self.schema.get(&field.parent).and_then(|ty| ty.fields.get(&field.name));
        let mut schema = match (&field.ty.kind, info) {
            (OutKind::Any, Some(info)) => {
                let schema = scalar(info.ty.name());
                if field.ty.non_null { schema } else { nullable(schema) }
            }
            _ => self.output(&field.ty),
        };
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

    fn input(&mut self, ty: &TypeRef, optional: bool) -> Value {
        let schema = match ty.nullable() {
            TypeRef::List(inner) => json!({ "type": "array", "items": self.input(inner, false) }),
            TypeRef::NonNull(inner) => return self.input(inner, optional),
            TypeRef::Named(name) => match self.schema.get(name).map(|info| info.kind) {
                Some(TypeKind::Input | TypeKind::Enum) => return self.reference(name),
                _ => scalar(name),
            },
        };
        if ty.is_non_null() || optional { schema } else { nullable(schema) }
    }

    fn reference(&mut self, name: &Name) -> Value {
        if self.inputs.insert(name.clone()) {
            self.pending.push(name.clone());
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn object(&mut self, inputs: &[InputInfo], description: Option<&String>) -> Value {
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
        Value::Object(object)
    }

    fn components(&mut self) -> Value {
        let mut found: Vec<(Name, Value)> = Vec::new();
        while let Some(name) = self.pending.pop() {
            let Some(info) = self.schema.get(&name).cloned() else { continue };
            let schema = if info.kind == TypeKind::Enum {
                let values: Vec<&str> = info.values.iter().map(|value| value.name.as_str()).collect();
                json!({ "type": "string", "enum": values })
            } else {
                let inputs: Vec<InputInfo> = info.inputs.values().cloned().collect();
                self.object(&inputs, info.description.as_ref())
            };
            found.push((name, schema));
        }
        found.sort_by(|left, right| left.0.cmp(&right.0));
        let mut schemas = Map::new();
        for (name, schema) in found {
            schemas.insert(name.to_string(), schema);
        }
        schemas.insert("Problem".to_owned(), problem());
        Value::Object(schemas)
    }
}

/// The refusals of a payload become a problem and are not in its body.
fn leave_out_user_errors(schema: &mut Value) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.shift_remove("userErrors");
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name != "userErrors");
    }
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail", "errors", "traceId"],
        "properties": {
            "type": { "type": "string", "format": "uri" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string", "description": "Why, for programs" },
            "detail": { "type": "string", "description": "Why, for people" },
            "errors": { "type": "array", "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": { "type": "string", "description": "The field at fault, joined by dots; empty where none is" },
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                },
            } },
            "traceId": { "type": "string" },
        },
    })
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
