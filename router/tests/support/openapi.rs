//! What every OpenAPI document must be.

use std::collections::BTreeSet;

use roas::v3_1::spec::Spec;
use roas::validation::{Options, Validate as _};
use serde_json::Value;

/// Panics unless the text is a valid OpenAPI 3.1 document whose references lead somewhere, and all of whose components
/// are referred to.
pub(crate) fn check(text: &str) {
    let spec: Spec = serde_json::from_str(text).expect("an OpenAPI 3.1 document");
    // The validator does not look into arrays that may be null, so that unused schemas are looked for below.
    spec.validate(Options::IgnoreUnusedSchemas.into(), None).unwrap();
    let document: Value = serde_json::from_str(text).unwrap();
    let mut referred = BTreeSet::new();
    gather(&document, &mut referred);
    for reference in &referred {
        resolve(&document, reference);
    }
    for (kind, components) in document["components"].as_object().unwrap() {
        for name in components.as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(kind == "securitySchemes" || referred.contains(&reference), "{reference} is not used");
        }
    }
}

/// What a schema or parameter refers to; itself where it is no reference.
pub(crate) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().map_or(value, |reference| resolve(document, reference))
}

fn resolve<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let pointer = reference.strip_prefix('#').unwrap();
    document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

fn gather(value: &Value, referred: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                referred.insert(reference.clone());
            }
            map.values().for_each(|value| gather(value, referred));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, referred)),
        _ => {}
    }
}
