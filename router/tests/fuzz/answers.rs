//! Subgraphs that answer at random, truthfully or not, and what an answer of the router must be whatever they say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::Positioned;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use async_graphql::parser::{parse_query, parse_schema};
use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, SubgraphTransport, TransportError};
use serde_json::{Map, Value, json};

use crate::choices::Choices;
use crate::graphs::{Graph, shape};

/// A subgraph.
pub(crate) struct Fake {
    pub(crate) graph: Arc<Graph>,
    /// The fields of its types.
    fields: BTreeMap<String, BTreeSet<String>>,
    seed: Vec<u8>,
    requests: AtomicUsize,
    /// In how many of a hundred cases something is wrong.
    faults: usize,
}

impl Fake {
    pub(crate) fn new(graph: &Arc<Graph>, at: usize, seed: &[u8], faults: usize) -> Self {
        let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for definition in parse_schema(&graph.subgraphs[at].sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let own = match ty.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let names = own.into_iter().map(|field| field.node.name.node.to_string());
            fields.entry(ty.node.name.node.to_string()).or_default().extend(names);
        }
        let seed = if seed.is_empty() { vec![7, 99, 180] } else { seed.to_vec() };
        Self { graph: Arc::clone(graph), fields, seed, requests: AtomicUsize::new(0), faults }
    }
}

impl SubgraphTransport for Fake {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let bytes: Vec<u8> = (0..4_096)
            .map(|at| self.seed[(at + number * 31) % self.seed.len()].wrapping_mul((at / self.seed.len() + 1) as u8))
            .collect();
        let mut choices = Choices::new(&bytes);
        let request = request.with_values();
        let variables = serde_json::to_value(&request.variables).unwrap();
        let answer = respond(self, &mut choices, &request.query, &variables);
        Box::pin(async move { answer })
    }
}

fn respond(
    fake: &Fake,
    choices: &mut Choices<'_>,
    query: &str,
    variables: &Value,
) -> Result<GraphAnswer, TransportError> {
    if choices.chance(fake.faults / 4) {
        return Err(TransportError::Connection("gone".to_owned()));
    }
    let mut answering = Answering { fake, choices, variables };
    let mut body = match parse_query(query) {
        Ok(document) => answering.document(&document),
        Err(error) => json!({ "errors": [{ "message": error.to_string() }] }),
    };
    if choices.chance(fake.faults) {
        spoil(choices, &mut body);
    }
    let mut text = body.to_string();
    if choices.chance(fake.faults) {
        text = match choices.below(6) {
            0 => "[".repeat(100_000),
            1 => format!("{{\"data\":{}", "{\"a\":".repeat(200)),
            2 => text.replace("null", "1e999").replace("true", "123456789012345678901234567890"),
            3 => String::new(),
            _ => choices.damage(&text),
        };
    }
    let status = if choices.chance(fake.faults) { *choices.pick(&[500, 401, 403, 204, 302]) } else { 200 };
    Ok(GraphAnswer::Json { status, body: text.into_bytes().into() })
}

/// Errors of all kinds beside the data, or instead of it.
fn spoil(choices: &mut Choices<'_>, body: &mut Value) {
    let paths =
        [json!(["_entities", 0, "id"]), json!([]), json!([-1, 1.5, null]), json!("x"), json!(["_entities", 99])];
    let error = match choices.below(5) {
        0 => json!({ "message": "no", "path": choices.pick(&paths).clone(), "extensions": { "code": "NO" } }),
        1 => json!({ "message": 1, "path": choices.pick(&paths).clone() }),
        2 => json!("no"),
        3 => json!({ "message": "no", "locations": [{ "line": "x" }], "extensions": [] }),
        _ => json!({ "message": "no", "path": choices.pick(&paths).clone() }),
    };
    match choices.below(5) {
        0 => body["errors"] = json!([error]),
        1 => *body = json!({ "errors": [error], "data": null }),
        2 => *body = json!({ "errors": error }),
        3 => {
            *body =
                choices.pick(&[json!([]), json!(null), json!({ "data": 1 }), json!({}), json!({ "data": [] })]).clone()
        }
        _ => body["errors"] = json!([error, error]),
    }
}

struct Answering<'a, 'c, 'b> {
    fake: &'a Fake,
    choices: &'c mut Choices<'b>,
    variables: &'a Value,
}

impl Answering<'_, '_, '_> {
    fn document(&mut self, document: &ExecutableDocument) -> Value {
        let DocumentOperations::Single(operation) = &document.operations else { return json!({}) };
        let kind = operation.node.ty.to_string();
        let root = if kind == "mutation" { "Mutation" } else { "Query" };
        match self.object(root, &operation.node.selection_set.node) {
            Ok(data) => json!({ "data": data }),
            Err(problem) => {
                json!({ "data": null, "errors": [{ "message": problem, "extensions": { "code": "PLAN" } }] })
            }
        }
    }

    fn object(&mut self, ty: &str, set: &SelectionSet) -> Result<Value, String> {
        let mut object = Map::new();
        self.fill(ty, set, &mut object)?;
        Ok(Value::Object(object))
    }

    fn fill(&mut self, ty: &str, set: &SelectionSet, object: &mut Map<String, Value>) -> Result<(), String> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let key = field.response_key().node.to_string();
                    let name = field.name.node.as_str();
                    let value = match name {
                        "__typename" => json!(ty),
                        "_entities" => {
                            self.entities(&field.arguments[0].1.node.to_string(), &field.selection_set.node)?
                        }
                        _ => {
                            if !self.fake.fields.get(ty).is_some_and(|fields| fields.contains(name)) {
                                return Err(format!("the subgraph has no field {ty}.{name}"));
                            }
                            self.value(name, &field.selection_set)?
                        }
                    };
                    merge(object, key, value);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    let meets = on.is_none_or(|on| self.fake.graph.objects(on).iter().any(|object| object == ty));
                    if meets {
                        self.fill(ty, &fragment.node.selection_set.node, object)?;
                    }
                }
                Selection::FragmentSpread(_) => return Err("nobody sends fragments".to_owned()),
            }
        }
        Ok(())
    }

    fn entities(&mut self, variable: &str, set: &SelectionSet) -> Result<Value, String> {
        let asked = self.variables[variable.trim_start_matches('$')].as_array().cloned().unwrap_or_default();
        let mut entities = Vec::new();
        for one in &asked {
            let Some(ty) = one["__typename"].as_str() else { return Err("an entity has no type".to_owned()) };
            entities.push(self.object(ty, set)?);
        }
        if self.choices.chance(self.fake.faults / 2) {
            entities.truncate(self.choices.below(3));
        }
        if self.choices.chance(self.fake.faults / 2) {
            entities.push(Value::Null);
        }
        Ok(Value::Array(entities))
    }

    fn value(&mut self, name: &str, set: &Positioned<SelectionSet>) -> Result<Value, String> {
        if self.choices.chance(self.fake.faults / 2) {
            let wrong =
                [json!(null), json!({}), json!([]), json!("x"), json!(1.5), json!([[null]]), json!(true), json!(-1)];
            return Ok(self.choices.pick(&wrong).clone());
        }
        let (wrap, ty) = shape(name);
        if matches!(wrap, 'o' | 'l') && self.choices.chance(15) {
            return Ok(Value::Null);
        }
        if matches!(wrap, 'o' | 'n') {
            return self.item(ty, set);
        }
        let mut items = Vec::new();
        for _ in 0..self.choices.below(4) {
            items.push(if wrap == 'l' && self.choices.chance(15) { Value::Null } else { self.item(ty, set)? });
        }
        Ok(Value::Array(items))
    }

    fn item(&mut self, ty: &str, set: &Positioned<SelectionSet>) -> Result<Value, String> {
        Ok(match ty {
            "Int" => json!(self.choices.below(1_000)),
            "Float" => json!(1.5),
            "String" => json!(self.choices.pick(&["", "x", "\"개\\\n", "\u{1F600}\u{7}"])),
            "Boolean" => json!(self.choices.chance(50)),
            "ID" => json!(self.choices.below(5).to_string()),
            "Kind" => json!(self.choices.pick(&["ONE", "TWO"])),
            composite => {
                let objects = self.fake.graph.objects(composite);
                let object = self.choices.pick(&objects).clone();
                self.object(&object, &set.node)?
            }
        })
    }
}

/// One key may be selected twice, with other fields below.
fn merge(object: &mut Map<String, Value>, key: String, value: Value) {
    match (object.get_mut(&key), value) {
        (Some(Value::Object(known)), Value::Object(more)) if known.get("__typename") == more.get("__typename") => {
            for (key, value) in more {
                merge(known, key, value);
            }
        }
        (Some(_), _) => {}
        (None, value) => {
            object.insert(key, value);
        }
    }
}

/// What an answer has that it must not have.
pub(crate) fn check(operation: &str, body: &[u8]) -> Result<Value, String> {
    let answer: Value = serde_json::from_slice(body).map_err(|error| format!("it is no JSON: {error}"))?;
    let Some(object) = answer.as_object() else { return Err("it is no object".to_owned()) };
    if let Some(key) = object.keys().find(|key| !matches!(key.as_str(), "data" | "errors" | "extensions")) {
        return Err(format!("it has {key}"));
    }
    let errors = answer["errors"].as_array().map_or(0, Vec::len);
    if object.contains_key("errors") != (errors > 0) {
        return Err("its errors are no errors".to_owned());
    }
    match &answer["data"] {
        Value::Null if errors == 0 => return Err("there is neither data nor an error".to_owned()),
        Value::Null => {}
        data => {
            let document = parse_query(operation).map_err(|error| error.to_string())?;
            let DocumentOperations::Multiple(operations) = &document.operations else {
                return Err("the operation has no name".to_owned());
            };
            let sets: Vec<&SelectionSet> = operations.values().map(|one| &one.node.selection_set.node).collect();
            check_object(&document, data, &sets)?;
        }
    }
    Ok(answer)
}

type Asked<'a> = BTreeMap<String, (String, Vec<&'a SelectionSet>)>;

fn gather<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, asked: &mut Asked<'a>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let key = field.node.response_key().node.to_string();
                let entry = asked.entry(key).or_insert_with(|| (field.node.name.node.to_string(), Vec::new()));
                entry.1.push(&field.node.selection_set.node);
            }
            Selection::InlineFragment(fragment) => gather(document, &fragment.node.selection_set.node, asked),
            Selection::FragmentSpread(spread) => {
                let fragment = &document.fragments[&spread.node.fragment_name.node];
                gather(document, &fragment.node.selection_set.node, asked);
            }
        }
    }
}

fn check_object(document: &ExecutableDocument, value: &Value, sets: &[&SelectionSet]) -> Result<(), String> {
    let Some(object) = value.as_object() else { return Err(format!("{value} is no object")) };
    let mut asked = Asked::new();
    sets.iter().for_each(|set| gather(document, set, &mut asked));
    for (key, value) in object {
        let Some((name, sets)) = asked.get(key) else { return Err(format!("nobody asked for {key}")) };
        let (wrap, ty) = shape(name);
        let checked = match (wrap, value) {
            ('n' | 'm', Value::Null) => Err("null where there must be a value".to_owned()),
            (_, Value::Null) => Ok(()),
            ('o' | 'n', value) => check_item(document, ty, value, sets),
            (_, Value::Array(items)) => items.iter().try_for_each(|item| match item {
                Value::Null if wrap == 'l' => Ok(()),
                item => check_item(document, ty, item, sets),
            }),
            (_, other) => Err(format!("{other} is no list")),
        };
        checked.map_err(|problem| format!("{key}: {problem}"))?;
    }
    Ok(())
}

fn check_item(document: &ExecutableDocument, ty: &str, value: &Value, sets: &[&SelectionSet]) -> Result<(), String> {
    let fits = match ty {
        "Int" => value.as_i64().is_some_and(|int| i32::try_from(int).is_ok()),
        "Float" => value.is_number(),
        "String" | "ID" => value.is_string(),
        "Boolean" => value.is_boolean(),
        "Kind" => matches!(value.as_str(), Some("ONE" | "TWO")),
        _ => return check_object(document, value, sets),
    };
    if fits { Ok(()) } else { Err(format!("{value} is no {ty}")) }
}
