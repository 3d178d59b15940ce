//! What is told and heard, as documents: AsyncAPI 3.0, one a service, with the JSON Schema of every payload.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Fact;

/// A kind of fact with the schema of its payload.
#[derive(Clone, Copy)]
pub struct FactDoc {
    /// What happened, as in `order.paid`.
    pub kind: &'static str,
    /// The version of the payload's schema.
    pub version: i16,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl FactDoc {
    /// The document of a fact.
    pub const fn of<F: Fact>() -> Self {
        Self { kind: F::KIND, version: F::VERSION, schema: F::json_schema }
    }
}

/// The AsyncAPI document of a service. `tellers` names, for each kind that it hears, the service that tells it.
pub fn asyncapi(service: &str, tells: &[FactDoc], hears: &[(&str, &str)]) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .for_serialize()
        .into_generator();
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    for fact in tells {
        let mut payload = (fact.schema)(&mut generator).to_value();
        let summary = payload.as_object_mut().and_then(|payload| {
            payload.remove("title");
            payload.remove("description")
        });
        let message = json!({
            "name": fact.kind,
            "summary": summary,
            "payload": {
                "allOf": [
                    { "$ref": "#/components/schemas/Event" },
                    { "properties": {
                        "kind": { "const": fact.kind },
                        "version": { "const": fact.version },
                        "payload": payload,
                    } },
                ],
            },
        });
        channels.insert(fact.kind.to_owned(), channel(fact.kind, &format!("#/components/messages/{}", fact.kind)));
        operations.insert(format!("tell {}", fact.kind), operation("send", fact.kind));
        messages.insert(fact.kind.to_owned(), message);
    }
    for (kind, teller) in hears {
        if *teller != service {
            let message = format!("{teller}.json#/components/messages/{kind}");
            channels.insert((*kind).to_owned(), channel(kind, &message));
        }
        operations.insert(format!("hear {kind}"), operation("receive", kind));
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Event".to_owned(), envelope());
    schemas.sort_keys();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": format!("Events of the {service} service"),
            "version": "1.0.0",
            "description": "Over RabbitMQ an event is a message of a topic exchange, its kind the routing key. Delivery is at \
                            least once; the events of one aggregate come in order.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn channel(kind: &str, message: &str) -> Value {
    json!({ "address": kind, "messages": { kind: { "$ref": message } } })
}

fn operation(action: &str, kind: &str) -> Value {
    json!({ "action": action, "channel": { "$ref": format!("#/channels/{kind}") } })
}

/// [`super::Event`].
fn envelope() -> Value {
    json!({
        "description": "A fact, as it travels.",
        "type": "object",
        "properties": {
            "id": { "description": "The same on every delivery.", "type": "string", "format": "uuid" },
            "kind": { "description": "What happened.", "type": "string" },
            "version": { "description": "The version of the payload's schema.", "type": "integer", "default": 1 },
            "aggregate": {
                "description": "What it happened to; events of one aggregate are delivered in order.",
                "type": "string",
            },
            "occurred_at": { "type": "string", "format": "date-time" },
            "trace_parent": { "description": "The W3C traceparent of what caused it.", "type": "string" },
            "payload": {},
        },
        "required": ["id", "kind", "aggregate", "occurred_at", "payload"],
    })
}

/// What a payload's schema may not do within a version, told of the documents before and after: each breach a line. What
/// consumers read must stay there with its type; a new property does no harm.
pub fn breaches(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let messages = |document: &Value| document["components"]["messages"].as_object().cloned().unwrap_or_default();
    let now = messages(after);
    for (kind, old) in messages(before) {
        let Some(new) = now.get(&kind) else {
            found.push(format!("{kind} is not told any more"));
            continue;
        };
        let (old, new) = (&old["payload"]["allOf"][1]["properties"], &new["payload"]["allOf"][1]["properties"]);
        if old["version"] == new["version"] {
            compare(&kind, (before, &old["payload"]), (after, &new["payload"]), &mut found);
        }
    }
    found
}

fn compare(path: &str, (before, old): (&Value, &Value), (after, new): (&Value, &Value), found: &mut Vec<String>) {
    let (old, new) = (resolved(before, old), resolved(after, new));
    for keyword in ["type", "pattern", "format", "enum", "const"] {
        if old[keyword] != new[keyword] && !(keyword == "enum" && includes(&new[keyword], &old[keyword])) {
            found.push(format!("{path}: {keyword} was {} and is {}", old[keyword], new[keyword]));
        }
    }
    for (name, property) in old["properties"].as_object().into_iter().flatten() {
        match new["properties"].get(name) {
            Some(still) => compare(&format!("{path}.{name}"), (before, property), (after, still), found),
            None => found.push(format!("{path}.{name} is gone")),
        }
    }
    let required = |schema: &Value| schema["required"].as_array().cloned().unwrap_or_default();
    let optional = required(old).into_iter().filter(|name| !required(new).contains(name));
    found.extend(optional.map(|name| format!("{path}.{} is not always there any more", name.as_str().unwrap_or("?"))));
    if old.get("items").is_some() {
        compare(&format!("{path}[]"), (before, &old["items"]), (after, &new["items"]), found);
    }
    if old["anyOf"] != new["anyOf"] {
        let parts = |schema: &Value| schema["anyOf"].as_array().cloned().unwrap_or_default();
        if parts(old).len() != parts(new).len() {
            found.push(format!("{path}: its alternatives changed"));
        }
        for (old, new) in parts(old).iter().zip(&parts(new)) {
            compare(path, (before, old), (after, new), found);
        }
    }
}

fn includes(all: &Value, some: &Value) -> bool {
    let (Some(all), Some(some)) = (all.as_array(), some.as_array()) else { return false };
    some.iter().all(|value| all.contains(value))
}

/// A schema, or what it refers to.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| document.pointer(target)).unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Serialize;

    use super::*;

    #[derive(JsonSchema, Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Piece {
        weight: i64,
        note: Option<String>,
    }

    /// Something was packed.
    #[derive(JsonSchema, Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Packed {
        parcel_id: String,
        pieces: Vec<Piece>,
    }

    impl Fact for Packed {
        const KIND: &'static str = "parcel.packed";

        fn aggregate(&self) -> String {
            self.parcel_id.clone()
        }
    }

    fn document() -> Value {
        asyncapi("parcel", &[FactDoc::of::<Packed>()], &[("order.paid", "order")])
    }

    #[test]
    fn told_and_heard() {
        let document = document();
        let message = &document["components"]["messages"]["parcel.packed"];
        assert_eq!(message["summary"], "Something was packed.");
        assert_eq!(message["payload"]["allOf"][1]["properties"]["version"]["const"], 1);
        assert_eq!(document["operations"]["hear order.paid"]["action"], "receive");
        let heard = &document["channels"]["order.paid"]["messages"]["order.paid"]["$ref"];
        assert_eq!(heard, "order.json#/components/messages/order.paid");
    }

    #[test]
    fn what_breaks_consumers_is_named() {
        let before = document();
        assert!(breaches(&before, &before).is_empty());
        let changed = |change: &dyn Fn(&mut Value)| {
            let mut after = before.clone();
            change(&mut after);
            breaches(&before, &after)
        };
        let payload = "/components/messages/parcel.packed/payload/allOf/1/properties";
        let piece = "/components/schemas/Piece";
        let added = changed(&|after| {
            after.pointer_mut(piece).unwrap()["properties"]["colour"] = json!({ "type": "string" });
        });
        assert!(added.is_empty(), "{added:?}");
        let gone = changed(&|after| {
            after.pointer_mut(piece).unwrap()["properties"].as_object_mut().unwrap().remove("weight");
        });
        assert_eq!(gone, ["parcel.packed.pieces[].weight is gone"]);
        let retyped = changed(&|after| {
            after.pointer_mut(piece).unwrap()["properties"]["weight"]["type"] = json!("string");
        });
        assert_eq!(retyped, ["parcel.packed.pieces[].weight: type was \"integer\" and is \"string\""]);
        let optional = changed(&|after| {
            after.pointer_mut(payload).unwrap()["payload"]["required"] = json!(["parcelId"]);
        });
        assert_eq!(optional, ["parcel.packed.pieces is not always there any more"]);
        let silent = changed(&|after| after["components"]["messages"] = json!({}));
        assert_eq!(silent, ["parcel.packed is not told any more"]);
        let next_version = changed(&|after| {
            after.pointer_mut(payload).unwrap()["version"]["const"] = json!(2);
            after.pointer_mut(payload).unwrap()["payload"]["properties"] = json!({});
        });
        assert!(next_version.is_empty(), "{next_version:?}");
    }
}
