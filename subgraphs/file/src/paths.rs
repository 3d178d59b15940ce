//! The paths that clients reach beside the graph, and what the API's documentation says of them.

use platform::problem::answers;
use platform::service::ClientPath;
use serde_json::{Map, Value, json};

use crate::model::FilePurpose;

/// Where files are.
pub(crate) const FILES: &str = "/files";
/// Where files are uploaded as multipart.
pub(crate) const UPLOADS: &str = "/api/v1/uploads";
/// Where a file is read.
pub(crate) const FILE: &str = "/files/{id}";
/// Where the bytes of an announced upload are brought.
pub(crate) const BYTES: &str = "/files/uploads/{id}";

pub(crate) const PATHS: &[ClientPath] = &[
    ClientPath { path: UPLOADS, describe: Some(describe_upload) },
    ClientPath { path: FILE, describe: Some(describe_read) },
    ClientPath { path: BYTES, describe: Some(describe_bytes) },
];

fn describe_upload() -> Value {
    let purposes: Vec<&str> = FilePurpose::ALL.iter().map(|purpose| purpose.as_str()).collect();
    let text = |description: &str| json!({ "type": "string", "description": description });
    let mut purpose = text("What the file is for; it must come before the file");
    purpose["enum"] = json!(purposes);
    let form = json!({
        "type": "object",
        "required": ["purpose", "file"],
        "properties": {
            "purpose": purpose,
            "name": text("The file's name; that of the part `file` where it is left out"),
            "sellerId": text("The seller whose members may see the file, where it is not for everybody"),
            "file": binary(),
        },
    });
    let created = json!({
        "description": "Success",
        "headers": { "Location": { "description": "Where the file is described", "schema": { "type": "string" } } },
        "content": { "application/json": { "schema": stored_file() } },
    });
    let responses = with(created, "201", &[400, 401, 403, 409, 413, 415, 422, 429, 503]);
    json!({ "post": {
        "operationId": "UploadFile",
        "summary": "Upload a file as multipart; its bytes tell what it is",
        "tags": ["files"],
        "security": [{ "bearer": [] }],
        "requestBody": { "required": true, "content": { "multipart/form-data": { "schema": form } } },
        "responses": responses,
    } })
}

/// What [`crate::routes`] answers of a file that it has stored.
fn stored_file() -> Value {
    let number = || json!({ "type": ["integer", "null"], "format": "int32", "description": "Pixels, of an image" });
    let properties = json!({
        "id": { "type": "string" },
        "purpose": { "type": "string" },
        "name": { "type": "string" },
        "mediaType": { "type": "string" },
        "sizeInBytes": { "type": "integer", "format": "int64" },
        "width": number(),
        "height": number(),
        "public": { "type": "boolean", "description": "Whether everybody may see it" },
        "url": { "type": "string", "format": "uri", "description": "Where it is read, for a while unless it is public" },
        "sellerId": { "type": ["string", "null"] },
        "createdAt": { "type": "string", "format": "date-time" },
    });
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn describe_read() -> Value {
    let media = ["image/jpeg", "image/png", "image/webp", "application/pdf"];
    let content: Map<String, Value> =
        media.into_iter().map(|media| (media.to_owned(), json!({ "schema": binary() }))).collect();
    let tag = json!({ "description": "Names these bytes; send it as `If-None-Match`", "schema": { "type": "string" } });
    let found = json!({ "description": "Success", "headers": { "ETag": tag }, "content": content });
    let mut responses = with(found, "200", &[400, 404, 503]);
    responses.insert("304".to_owned(), json!({ "description": "It is what `If-None-Match` names" }));
    let pixels = |name: &str, description: &str| {
        let schema = json!({ "type": "integer", "format": "int32", "minimum": 0 });
        json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
    };
    json!({ "get": {
        "operationId": "ReadFile",
        "summary": "The bytes of a file, or a picture of it",
        "description": "What is not public needs a signed address, as `url` of a file is, or the token of somebody who \
                        may see it.",
        "tags": ["files"],
        "parameters": [
            id("The file"),
            pixels("width", "A picture so wide instead, in WebP: 160, 320, 640, 960 or 1280"),
            pixels("section", "Which of the pictures that a very high image is drawn in, from 0"),
            signed("by", false, json!({ "type": "string" })),
            signed("as", false, json!({ "type": "string" })),
            signed("expires", false, json!({ "type": "integer", "format": "int64" })),
            signed("signature", false, json!({ "type": "string" })),
        ],
        "responses": responses,
    } })
}

fn describe_bytes() -> Value {
    let responses = with(json!({ "description": "Success" }), "204", &[400, 403, 404, 409, 413, 415, 422, 503]);
    json!({ "put": {
        "operationId": "BringFileBytes",
        "summary": "Bring the bytes of an announced upload",
        "description": "The whole address is in the answer that announced the upload, and is good for a while. Where \
                        files are kept elsewhere, that address leads there.",
        "tags": ["files"],
        "parameters": [
            id("The upload"),
            signed("expires", true, json!({ "type": "integer", "format": "int64" })),
            signed("signature", true, json!({ "type": "string" })),
        ],
        "requestBody": { "required": true, "content": { "application/octet-stream": { "schema": binary() } } },
        "responses": responses,
    } })
}

fn with(success: Value, status: &str, problems: &[u16]) -> Map<String, Value> {
    let mut responses = answers(problems);
    responses.insert(status.to_owned(), success);
    responses
}

fn binary() -> Value {
    json!({ "type": "string", "format": "binary" })
}

fn id(description: &str) -> Value {
    json!({ "name": "id", "in": "path", "required": true, "description": description, "schema": { "type": "string" } })
}

fn signed(name: &str, required: bool, schema: Value) -> Value {
    let description = "Of a signed address; take it as it is";
    json!({ "name": name, "in": "query", "required": required, "description": description, "schema": schema })
}
