//! From an HTTP request to the variables of its operation.

use std::collections::BTreeMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value};
use axum::http::{HeaderMap, StatusCode, header};

use super::document::Operation;
use crate::http::decode_pairs;
use crate::plan::variables::VariableSpec;
use crate::schema::{Schema, TypeKind, TypeRef};
use platform::problem::Problem;

/// The largest page.
const LARGEST_PAGE: u32 = 100;

/// What a request asks of its operation.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) variables: BTreeMap<Name, Value>,
    /// The fields to answer, where the client wants fewer than all.
    pub(super) fields: Option<Vec<String>>,
}

/// Collects the variables.
pub(super) fn read(
    schema: &Schema,
    operation: &Operation,
    path_values: &[&str],
    query: &str,
    body: Option<&[u8]>,
) -> Result<Asked, Problem> {
    let mut asked = Asked { variables: BTreeMap::new(), fields: None };
    let specs = &operation.prepared.variables;
    let input = specs.iter().find(|spec| spec.name == *"input");
    let mut fields = match (input, body) {
        (_, Some(body)) if !operation.take.is_empty() => {
            take(operation, &read_body(body)?, &mut asked.variables);
            IndexMap::new()
        }
        (Some(_), Some(body)) => read_body(body)?,
        (None, Some(body)) if !body.iter().all(u8::is_ascii_whitespace) && body != b"{}" => {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "UNEXPECTED_BODY", "This request takes no body."));
        }
        _ => IndexMap::new(),
    };
    for (parameter, text) in operation.parameters.iter().zip(path_values) {
        let Some(decoded) = decode_pairs(&format!("x={}", text.replace('+', "%2B"))).and_then(|mut pairs| pairs.pop())
        else {
            return Err(Problem::of_field(&parameter.name, "INVALID_PARAMETER", "The path is not UTF-8."));
        };
        let value = from_text(schema, &parameter.ty, &decoded.1);
        if !parameter.in_input {
            asked.variables.insert(parameter.name.clone(), value);
        } else if fields.insert(parameter.name.clone(), value.clone()).is_some_and(|given| given != value) {
            let message = format!("\"{}\" in the body is not that in the path.", parameter.name);
            return Err(Problem::of_field(&parameter.name, "INVALID_PARAMETER", message));
        }
    }
    if input.is_some() {
        asked.variables.insert(Name::new("input"), Value::Object(fields));
    }
    read_parameters(schema, operation, query, &mut asked)?;
    Ok(asked)
}

fn read_body(body: &[u8]) -> Result<IndexMap<Name, Value>, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(IndexMap::new());
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Problem::new(StatusCode::BAD_REQUEST, "INVALID_BODY", "The body is no JSON object.")),
        Err(error) => {
            Err(Problem::new(StatusCode::BAD_REQUEST, "INVALID_BODY", format!("The body is no JSON: {error}")))
        }
    }
}

/// Takes what the operation wants of a body that somebody else defines; the rest of it may be anything.
fn take(operation: &Operation, body: &IndexMap<Name, Value>, variables: &mut BTreeMap<Name, Value>) {
    for taken in &operation.take {
        let Some((first, rest)) = taken.path.split_first() else { continue };
        let mut value = body.get(first.as_str());
        for step in rest {
            value = match value {
                Some(Value::Object(map)) => map.get(step.as_str()),
                _ => None,
            };
        }
        if let Some(value) = value {
            variables.insert(taken.variable.clone(), value.clone());
        }
    }
}

fn read_parameters(schema: &Schema, operation: &Operation, query: &str, asked: &mut Asked) -> Result<(), Problem> {
    let pairs = decode_pairs(query)
        .ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "INVALID_PARAMETER", "The query string is not UTF-8."))?;
    let mut filter: IndexMap<Name, Value> = IndexMap::new();
    for (name, text) in pairs {
        if name == "fields" {
            asked.fields = Some(text.split(',').map(|field| field.trim().to_owned()).collect());
            continue;
        }
        let (variable, value) = match name.as_str() {
            "limit" => ("first", limit(&text)?),
            "cursor" => ("after", Value::String(text)),
            "sort" => ("sort", sort(operation, &text)?),
            _ => match name.strip_prefix("filter[").and_then(|rest| rest.strip_suffix(']')) {
                Some(field) => {
                    let (field, value) = filter_field(schema, operation, field, &text)?;
                    filter.insert(field, value);
                    continue;
                }
                None => {
                    let spec = plain_variable(operation, &name).ok_or_else(|| unknown(&name))?;
                    (name.as_str(), from_text(schema, &spec.ty, &text))
                }
            },
        };
        if !operation.prepared.variables.iter().any(|spec| spec.name == *variable) {
            return Err(unknown(&name));
        }
        asked.variables.insert(Name::new(variable), value);
    }
    if !filter.is_empty() {
        asked.variables.insert(Name::new("where"), Value::Object(filter));
    }
    Ok(())
}

fn unknown(name: &str) -> Problem {
    Problem::of_field(name, "UNKNOWN_PARAMETER", format!("There is no parameter \"{name}\" here."))
}

/// A variable that a parameter of its name sets.
pub(super) fn plain_variable<'a>(operation: &'a Operation, name: &str) -> Option<&'a VariableSpec> {
    const OTHERWISE_SET: &[&str] = &["input", "first", "after", "where", "sort", "last", "before"];
    operation.prepared.variables.iter().find(|spec| {
        spec.name == *name
            && !OTHERWISE_SET.contains(&name)
            && !operation.parameters.iter().any(|parameter| parameter.name == *name)
            && !operation.take.iter().any(|taken| taken.variable == *name)
    })
}

fn limit(text: &str) -> Result<Value, Problem> {
    match text.parse::<u32>() {
        Ok(limit) if (1..=LARGEST_PAGE).contains(&limit) => Ok(Value::Number(limit.into())),
        _ => Err(Problem::of_field("limit", "INVALID_PARAMETER", format!("limit is between 1 and {LARGEST_PAGE}."))),
    }
}

fn sort(operation: &Operation, text: &str) -> Result<Value, Problem> {
    match operation.sort.iter().find(|choice| choice.parameter == text) {
        Some(choice) => Ok(Value::Enum(choice.value.clone())),
        None if operation.sort.is_empty() => Err(unknown("sort")),
        None => {
            let choices: Vec<&str> = operation.sort.iter().map(|choice| choice.parameter.as_str()).collect();
            let message = format!("sort is one of {}.", choices.join(", "));
            Err(Problem::of_field("sort", "INVALID_PARAMETER", message))
        }
    }
}

fn filter_field(schema: &Schema, operation: &Operation, field: &str, text: &str) -> Result<(Name, Value), Problem> {
    let found = operation
        .prepared
        .variables
        .iter()
        .find(|spec| spec.name == *"where")
        .and_then(|spec| schema.get(spec.ty.name()))
        .and_then(|ty| ty.inputs.get(field));
    match found {
        Some(input) => Ok((input.name.clone(), from_text(schema, &input.ty, text))),
        None => Err(unknown(&format!("filter[{field}]"))),
    }
}

/// A text as a value of a type. What does not fit stays a text, for the coercion to refuse.
fn from_text(schema: &Schema, ty: &TypeRef, text: &str) -> Value {
    match ty.nullable() {
        TypeRef::List(inner) => {
            Value::List(text.split(',').map(|part| from_text(schema, inner, part.trim())).collect())
        }
        TypeRef::NonNull(inner) => from_text(schema, inner, text),
        TypeRef::Named(name) => {
            let custom = schema.get(name).is_some_and(|info| info.kind == TypeKind::Scalar)
                && !matches!(name.as_str(), "String" | "ID");
            match (name.as_str(), text) {
                ("Boolean", "true") => Value::Boolean(true),
                ("Boolean", "false") => Value::Boolean(false),
                ("Float", _) => text
                    .parse::<f64>()
                    .ok()
                    .and_then(async_graphql::Number::from_f64)
                    .map_or_else(|| Value::String(text.to_owned()), Value::Number),
                _ if custom => text
                    .parse::<i64>()
                    .map_or_else(|_| Value::String(text.to_owned()), |number| Value::Number(number.into())),
                _ => Value::String(text.to_owned()),
            }
        }
    }
}

/// Refuses what the client cannot send or will not take. The answer is of the type `media`.
pub(super) fn check_headers(headers: &HeaderMap, has_body: bool, media: &str) -> Result<(), Problem> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if has_body {
        let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
        let media = content_type.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json")
            && !media.eq_ignore_ascii_case("application/merge-patch+json")
        {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "Send application/json.",
            ));
        }
    }
    if let Some(accept) = text(header::ACCEPT)
        && !accept.split(',').any(|range| takes(range, media))
    {
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", format!("The answer is {media}.")));
    }
    Ok(())
}

/// Whether a media range of `Accept` takes an answer of this type. Who only takes problems takes JSON.
fn takes(range: &str, media: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_refused = parts.any(|part| {
        let (key, value) = part.split_once('=').unwrap_or_default();
        key.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|weight| weight == 0.0)
    });
    let kind = media.split('/').next().unwrap_or_default();
    !is_refused
        && (name == "*/*"
            || name == media
            || name.strip_suffix("/*") == Some(kind)
            || (name == "application/problem+json" && media == "application/json"))
}

#[cfg(test)]
mod tests {
    use super::takes;

    #[test]
    fn media_ranges() {
        for (range, media, expected) in [
            ("*/*", "text/csv", true),
            ("text/csv", "text/csv", true),
            (" Text/CSV ; charset=utf-8; q=0.5", "text/csv", true),
            ("text/*", "text/csv", true),
            ("text/csv;q=0", "text/csv", false),
            ("text/csv; Q=0.000", "text/csv", false),
            ("application/json", "text/csv", false),
            ("application/*", "text/csv", false),
            ("text/plain", "text/csv", false),
            ("application/*", "application/json", true),
            ("application/problem+json", "application/json", true),
            ("text/csv", "application/json", false),
            ("", "application/json", false),
        ] {
            assert_eq!(takes(range, media), expected, "{range} for {media}");
        }
    }
}
