//! One operation: its parameters, its body, its answers.

use async_graphql::Name;
use axum::http::Method;
use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use crate::plan::compiled::OutKind;
use crate::rest::document::{Body, Operation, field_at};
use crate::rest::refusals::Refusals;
use crate::rest::request::plain_variable;
use crate::schema::InputInfo;

/// The headers of answers, by the name of their component.
const HEADERS: [(&str, &str); 5] = [
    ("ETag", "Names this state of the resource; send it as `If-None-Match` or `If-Match`"),
    ("Link", "The next page, as `rel=\"next\"`"),
    ("Idempotent-Replayed", "`true` where this is the first answer again"),
    ("Deprecation", "Since when the route is deprecated (RFC 9745)"),
    ("Sunset", "When the route ends (RFC 8594)"),
];

/// Describes an operation under a path whose parameters may have other names than its own.
pub(super) fn describe(schemas: &mut Schemas<'_>, operation: &Operation, refusals: &Refusals, template: &str) -> Value {
    schemas.operation.clone_from(&operation.name);
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
        described.insert("security".to_owned(), json!([{ "bearer": [] }, { "apiKey": [] }]));
    }
    let parameters = parameters(schemas, operation, template);
    if !parameters.is_empty() {
        described.insert("parameters".to_owned(), Value::Array(parameters));
    }
    if let Some(body) = request_body(schemas, operation) {
        described.insert("requestBody".to_owned(), body);
    }
    described.insert("responses".to_owned(), responses(schemas, operation, refusals));
    Value::Object(described)
}

fn parameters(schemas: &mut Schemas<'_>, operation: &Operation, template: &str) -> Vec<Value> {
    let in_path = template.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = operation
        .parameters
        .iter()
        .zip(in_path)
        .map(|(parameter, name)| {
            json!({ "name": name, "in": "path", "required": true, "schema": schemas.input(&parameter.ty, false) })
        })
        .collect();
    for spec in &operation.prepared.variables {
        match spec.name.as_str() {
            "first" => {
                let schema = json!({ "type": "integer", "minimum": 1, "maximum": 100 });
                parameters.push(query("limit", false, "How many to answer", schema));
            }
            "after" => {
                let description = "Where the page begins: `page.next` of the one before";
                parameters.push(query("cursor", false, description, json!({ "type": "string" })));
            }
            "sort" => {
                let choices: Vec<&str> = operation.sort.iter().map(|choice| choice.parameter.as_str()).collect();
                if !choices.is_empty() {
                    let schema = json!({ "type": "string", "enum": choices });
                    parameters.push(query("sort", false, "The order", schema));
                }
            }
            "where" => {
                for field in schemas.fields_of(spec.ty.name()) {
                    let schema = schemas.input(&field.ty, true);
                    let description = field.description.as_deref().unwrap_or_default();
                    parameters.push(query(&format!("filter[{}]", field.name), false, description, schema));
                }
            }
            name if plain_variable(operation, name).is_some() => {
                let required = spec.ty.is_non_null() && spec.default.is_none();
                parameters.push(query(name, required, "", schemas.input(&spec.ty, false)));
            }
            _ => {}
        }
    }
    if operation.body != Body::Empty {
        let description = "The fields to answer, separated by commas";
        parameters.push(query("fields", false, description, json!({ "type": "string" })));
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

fn query(name: &str, required: bool, description: &str, schema: Value) -> Value {
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), json!(name));
    parameter.insert("in".to_owned(), json!("query"));
    parameter.insert("required".to_owned(), json!(required));
    if !description.is_empty() {
        parameter.insert("description".to_owned(), json!(description));
    }
    parameter.insert("schema".to_owned(), schema);
    Value::Object(parameter)
}

fn request_body(schemas: &mut Schemas<'_>, operation: &Operation) -> Option<Value> {
    let body = |required: bool, schema: Value| json!({ "required": required, "content": { "application/json": { "schema": schema } } });
    if !operation.take.is_empty() {
        return Some(body(true, json!({ "type": "object" })));
    }
    let spec = operation.prepared.variables.iter().find(|spec| spec.name == *"input")?;
    let in_path: Vec<&Name> =
        operation.parameters.iter().filter(|parameter| parameter.in_input).map(|parameter| &parameter.name).collect();
    let mut left: Vec<InputInfo> = schemas.fields_of(spec.ty.name());
    left.retain(|input| !in_path.contains(&&input.name));
    if left.is_empty() {
        return None;
    }
    let required = left.iter().any(|input| input.ty.is_non_null() && input.default.is_none());
    let schema = if in_path.is_empty() {
        schemas.reference(spec.ty.name())
    } else {
        schemas.input_without_path(spec.ty.name(), &left)
    };
    Some(body(required, schema))
}

fn responses(schemas: &mut Schemas<'_>, operation: &Operation, refusals: &Refusals) -> Value {
    let mut success = Map::new();
    success.insert("description".to_owned(), json!("Success"));
    let headers: Map<String, Value> = headers_of(operation)
        .into_iter()
        .map(|name| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") })))
        .collect();
    if !headers.is_empty() {
        success.insert("headers".to_owned(), Value::Object(headers));
    }
    if operation.body != Body::Empty {
        let media = operation.media.as_deref().unwrap_or("application/json");
        // A text that is JSON itself has a form that the graph does not know.
        let is_json_text = operation.media.as_deref() == Some("application/json");
        let schema = if is_json_text { json!({}) } else { body_of_success(schemas, operation) };
        success.insert("content".to_owned(), json!({ media: { "schema": schema } }));
    }
    let mut responses = Map::new();
    responses.insert(operation.status.to_string(), Value::Object(success));
    // Of every route: a token that is not valid is refused even where none is needed, and owners look once more.
    let mut statuses = vec![400, 401, 403, 404, 406, 429, 503];
    if operation.method != Method::GET {
        // A precondition, the size and type of the body, and what refusals answer.
        statuses.extend([409, 412, 413, 415, 422]);
        statuses.extend(refusals.statuses());
    }
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        responses.insert(status.to_string(), json!({ "$ref": "#/components/responses/Problem" }));
    }
    Value::Object(responses)
}

fn headers_of(operation: &Operation) -> Vec<&'static str> {
    let mut headers = Vec::new();
    if operation.method == Method::GET {
        headers.push("ETag");
        if operation.body == Body::Page {
            headers.push("Link");
        }
    }
    if operation.idempotent {
        headers.push("Idempotent-Replayed");
    }
    if operation.deprecated.is_some() {
        headers.push("Deprecation");
    }
    if operation.sunset.is_some() {
        headers.push("Sunset");
    }
    headers
}

/// The headers that these operations answer with.
pub(super) fn headers(operations: &[Operation]) -> Value {
    let mut used = Map::new();
    for (name, description) in HEADERS {
        if operations.iter().any(|operation| headers_of(operation).contains(&name)) {
            used.insert(name.to_owned(), json!({ "description": description, "schema": { "type": "string" } }));
        }
    }
    Value::Object(used)
}

fn body_of_success(schemas: &mut Schemas<'_>, operation: &Operation) -> Value {
    let root = &operation.full_plan.projection.root;
    if operation.data.is_empty() {
        return schemas.whole(root);
    }
    let data = match operation.body {
        Body::Page => {
            let mut path = operation.data.clone();
            path.push(Name::new("nodes"));
            field_at(root, &path)
        }
        _ => field_at(root, &operation.data),
    };
    let Some(data) = data else { return json!({}) };
    // What would be null is 404, 409 or 422 instead, and the refusals of a payload are a problem.
    let schema = match &data.ty.kind {
        OutKind::Object(fields) => schemas.output_object(fields, schemas.type_of(data), &["userErrors"]),
        kind => schemas.output_kind(kind, schemas.type_of(data)),
    };
    if operation.body == Body::Single {
        return schema;
    }
    json!({
        "type": "object",
        "required": ["data", "page"],
        "properties": { "data": schema, "page": { "$ref": "#/components/schemas/Page" } },
    })
}
