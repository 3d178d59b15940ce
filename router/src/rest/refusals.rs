//! The kinds of refusals: each code of the graph declares its own, by a tag that the router reads when it starts.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use platform::refusal::RefusalKind;
use serde_json::{Map, Value, json};

use super::RestError;
use crate::plan::PlanEngine;
use crate::schema::TypeKind;

/// The kind of each code.
#[derive(Debug, Default)]
pub(super) struct Refusals(BTreeMap<String, RefusalKind>);

impl Refusals {
    /// Reads the kinds of all values of the enumerations that the `code` of `userErrors` is of; reports a code without a
    /// kind, or with two.
    pub(super) fn read(engine: &PlanEngine, errors: &mut Vec<RestError>) -> Self {
        let schema = &engine.public.schema;
        let mut refusals = Self::default();
        for ty in schema.types.values() {
            let Some(refused) = ty.fields.get("userErrors").and_then(|field| schema.get(field.ty.name())) else {
                continue;
            };
            let code = refused.fields.get("code").and_then(|field| schema.get(field.ty.name()));
            let Some(codes) = code.filter(|code| code.kind == TypeKind::Enum) else { continue };
            let tags = engine.value_tags.get(codes.name.as_str());
            for value in &codes.values {
                if refusals.0.contains_key(value.name.as_str()) {
                    continue;
                }
                let of_value = tags.and_then(|tags| tags.get(value.name.as_str())).into_iter().flatten();
                let kind = RefusalKind::declared(of_value.map(String::as_str)).unwrap_or_else(|problem| {
                    let document = format!("{}.{}", codes.name, value.name);
                    errors.push(RestError { document, problem });
                    RefusalKind::Invalid
                });
                refusals.0.insert(value.name.to_string(), kind);
            }
        }
        refusals
    }

    /// The status of an answer that is refused with this code.
    pub(super) fn status(&self, code: &str) -> StatusCode {
        self.0.get(code).copied().unwrap_or(RefusalKind::Invalid).status()
    }

    /// The statuses that refusals have, each once.
    pub(super) fn statuses(&self) -> impl Iterator<Item = u16> {
        let mut statuses: Vec<u16> = self.0.values().map(|kind| kind.status().as_u16()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        statuses.into_iter()
    }

    /// The status of each code, for the documentation.
    pub(super) fn described(&self) -> Value {
        let statuses: Map<String, Value> =
            self.0.iter().map(|(code, kind)| (code.clone(), json!(kind.status().as_u16()))).collect();
        Value::Object(statuses)
    }
}
