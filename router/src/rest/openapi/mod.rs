//! OpenAPI 3.1 from the REST operations and the API schema.
//!
//! What repeats is written once, in the document's components: response and request shapes, enums, parameters, headers and
//! the problem. Equal inputs give equal bytes.

mod operation;
mod schemas;
mod shared;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use self::operation::{describe, headers};
use self::schemas::Schemas;
use super::Beside;
use super::document::Operation;
use super::refusals::Refusals;
use crate::schema::Schema;

/// Generates the document, as JSON.
pub(super) fn generate(schema: &Schema, operations: &[Operation], refusals: &Refusals, beside: &Beside) -> Vec<u8> {
    let mut schemas = Schemas::new(schema);
    let templates = templates(operations);
    let mut paths = Map::new();
    for operation in operations {
        let template = templates.get(&bare(&operation.path)).copied().unwrap_or(&operation.path);
        let described = describe(&mut schemas, operation, refusals, template);
        let path = paths.entry(template).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(methods) = path {
            methods.insert(operation.method.as_str().to_ascii_lowercase(), described);
        }
    }
    for (path, methods) in beside {
        let known = paths.entry(path).or_insert_with(|| Value::Object(Map::new()));
        if let (Value::Object(known), Value::Object(methods)) = (known, methods) {
            known.extend(methods.clone());
        }
    }
    let parameters = shared::parameters(&mut paths);
    let tags: Vec<Value> = tags(&paths).into_iter().map(|tag| json!({ "name": tag })).collect();
    let (mut components, names) = schemas.components();
    components.insert("Problem".to_owned(), problem(refusals));
    components.insert("Page".to_owned(), page());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "REST API", "version": "1" },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                "apiKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Api-Key",
                    "description": "A program's key. What its operations of a minute cost is limited.",
                },
            },
            "headers": headers(operations),
            "parameters": parameters,
            "responses": { "Problem": {
                "description": "What went wrong (RFC 9457)",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            } },
            "schemas": components,
        },
    });
    shared::name_references(&mut document, &names);
    write::write(&document).into_bytes()
}

/// The tags of all operations.
fn tags(paths: &Map<String, Value>) -> BTreeSet<&str> {
    let operations = paths.values().filter_map(Value::as_object).flat_map(Map::values);
    operations.filter_map(|operation| operation.get("tags")?.as_array()).flatten().filter_map(Value::as_str).collect()
}

/// A path without the names of its parameters.
pub(super) fn bare(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// The template of each bare path. Paths that differ in the names of parameters alone are one path to OpenAPI; the
/// shortest names stand for all.
fn templates(operations: &[Operation]) -> BTreeMap<String, &str> {
    let mut templates: BTreeMap<String, &str> = BTreeMap::new();
    for operation in operations {
        let path = operation.path.as_str();
        let template = templates.entry(bare(path)).or_insert(path);
        if (path.len(), path) < (template.len(), *template) {
            *template = path;
        }
    }
    templates
}

/// Where a list stands.
fn page() -> Value {
    json!({
        "type": "object",
        "required": ["next", "hasMore"],
        "properties": {
            "next": { "type": ["string", "null"], "description": "The `cursor` of the next page" },
            "hasMore": { "type": "boolean" },
        },
    })
}

fn problem(refusals: &Refusals) -> Value {
    let code = json!({
        "type": "string",
        "description": "Why, for programs. `x-statuses` has the status of each code by which a command is refused",
        "x-statuses": refusals.described(),
    });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail", "errors", "traceId"],
        "properties": {
            "type": { "type": "string", "format": "uri" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": code,
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
