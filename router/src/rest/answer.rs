//! From a written GraphQL answer to the body of a REST answer: slices of it, not a second serialisation.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use axum::http::StatusCode;
use serde_json::Value;

use super::document::{Body, Operation, marks};
use super::problem::{of_errors, of_user_errors};
use super::refusals::Refusals;
use crate::operation::OperationKind;
use crate::respond::Written;
use platform::problem::{FieldProblem, Problem};

/// A successful answer.
pub(super) struct Success {
    pub(super) body: Vec<u8>,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

/// Makes the answer of an operation.
pub(super) fn make(
    refusals: &Refusals,
    operation: &Operation,
    written: &Written,
    fields: Option<&[String]>,
) -> Result<Success, Problem> {
    let slice = |mark: usize| slice(written, mark);
    let user_errors = slice(marks::USER_ERRORS).filter(|bytes| *bytes != b"[]" && *bytes != b"null");
    if let Some(bytes) = user_errors {
        return Err(of_user_errors(refusals, read_user_errors(bytes)));
    }
    let whole = operation.data.is_empty() && operation.body != Body::Empty;
    let data = if whole { written.data() } else { slice(marks::DATA) };
    let data = data.filter(|bytes| *bytes != b"null");
    // A mutation that has its data has had its effect, whatever could not be read afterwards.
    let effect = operation.prepared.kind == OperationKind::Mutation && data.is_some();
    if !written.errors.is_empty() && !effect {
        return Err(of_errors(&written.errors));
    }
    if operation.body == Body::Empty {
        return Ok(Success { body: Vec::new(), next: None });
    }
    let Some(data) = data else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such resource."));
    };
    let chosen = match fields {
        Some(fields) => Some(choose(data, fields)?),
        None => None,
    };
    let data = chosen.as_deref().unwrap_or(data);
    if operation.media.is_some() {
        let text: String = serde_json::from_slice(data)
            .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", ""))?;
        return Ok(Success { body: text.into_bytes(), next: None });
    }
    if operation.body == Body::Single {
        return Ok(Success { body: without_user_errors(data), next: None });
    }
    let more = slice(marks::MORE) == Some(b"true");
    let cursor: &[u8] = if more { slice(marks::CURSOR).unwrap_or(b"null") } else { b"null" };
    let mut body = Vec::with_capacity(data.len() + cursor.len() + 48);
    body.extend_from_slice(b"{\"data\":");
    body.extend_from_slice(data);
    body.extend_from_slice(b",\"page\":{\"next\":");
    body.extend_from_slice(cursor);
    body.extend_from_slice(if more { b",\"hasMore\":true}}" } else { b",\"hasMore\":false}}" });
    Ok(Success { body, next: serde_json::from_slice(cursor).unwrap_or_default() })
}

/// A whole payload as the body, without the empty list of refusals that it ends with.
fn without_user_errors(data: &[u8]) -> Vec<u8> {
    const END: &[u8] = b",\"userErrors\":[]}";
    match data.strip_suffix(END) {
        Some(rest) => [rest, b"}"].concat(),
        None => data.to_vec(),
    }
}

fn slice(written: &Written, mark: usize) -> Option<&[u8]> {
    let range: Range<usize> = written.marks.get(mark)?.clone()?;
    written.body.get(range)
}

fn read_user_errors(bytes: &[u8]) -> Vec<FieldProblem> {
    let Ok(Value::Array(errors)) = serde_json::from_slice(bytes) else { return Vec::new() };
    errors
        .iter()
        .map(|error| {
            let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let field = match error.get("field") {
                Some(Value::Array(parts)) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("."),
                Some(Value::String(field)) => field.clone(),
                _ => String::new(),
            };
            FieldProblem { field, code: text("code"), message: text("message") }
        })
        .collect()
}

/// Keeps the named fields of a resource, or of each resource of a list. A field of a field is named with a dot.
fn choose(data: &[u8], fields: &[String]) -> Result<Vec<u8>, Problem> {
    let mut value: Value = serde_json::from_slice(data)
        .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", ""))?;
    let paths: Vec<Vec<&str>> = fields.iter().map(|field| field.split('.').collect()).collect();
    for (field, path) in fields.iter().zip(&paths) {
        if !exists(&value, path) {
            return Err(Problem::of_field("fields", "INVALID_PARAMETER", format!("There is no field \"{field}\".")));
        }
    }
    let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
    keep(&mut value, &paths);
    Ok(value.to_string().into_bytes())
}

fn exists(value: &Value, path: &[&str]) -> bool {
    match (value, path.split_first()) {
        (_, None) => true,
        // Nothing tells what the fields of nothing would be.
        (Value::Null, _) => true,
        (Value::Array(items), _) => items.is_empty() || items.iter().any(|item| exists(item, path)),
        (Value::Object(map), Some((first, rest))) => map.get(*first).is_some_and(|value| exists(value, rest)),
        _ => false,
    }
}

fn keep(value: &mut Value, paths: &[&[&str]]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| keep(item, paths)),
        Value::Object(map) => map.retain(|key, value| {
            let below: Vec<&[&str]> =
                paths.iter().filter(|path| path.first() == Some(&key.as_str())).map(|path| &path[1..]).collect();
            if !below.is_empty() && below.iter().all(|path| !path.is_empty()) {
                keep(value, &below);
            }
            !below.is_empty()
        }),
        _ => {}
    }
}

/// The tag of a body. It is weak: compression changes the bytes and not the meaning.
pub(super) fn entity_tag(body: &[u8]) -> String {
    let hash = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(body);
        hasher.finish()
    };
    format!("W/\"{:016x}{:016x}\"", hash(0), hash(1))
}

/// Whether a list of tags, as in `If-None-Match`, has one.
pub(super) fn matches(list: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|listed| bare(listed) == bare(tag))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_chosen() {
        let data = br#"[{"id":1,"a":{"b":2,"c":3},"d":null},{"id":2,"a":{"b":4,"c":5},"d":6}]"#;
        let chosen = |fields: &[&str]| {
            let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
            choose(data, &fields).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(chosen(&["id", "a.b"]).unwrap(), r#"[{"id":1,"a":{"b":2}},{"id":2,"a":{"b":4}}]"#);
        assert_eq!(chosen(&["a", "a.b"]).unwrap(), r#"[{"a":{"b":2,"c":3}},{"a":{"b":4,"c":5}}]"#);
        assert!(chosen(&["x"]).is_err());
    }

    #[test]
    fn tags_compare_weakly() {
        let tag = entity_tag(b"{}");
        assert!(matches(&tag, &tag) && matches("*", &tag) && matches(&format!("\"x\", {tag}"), &tag));
        assert!(matches(tag.trim_start_matches("W/"), &tag));
        assert!(!matches("\"x\"", &tag));
        assert_ne!(tag, entity_tag(b"{ }"));
    }
}
