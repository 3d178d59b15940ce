//! What repeats: shapes and parameters, each under a name of its own.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Name;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";
/// The most fields that a shape's name spells out.
const SPELLED_FIELDS: usize = 3;

/// The shapes of objects. Each has a provisional reference until all are known and can be named.
#[derive(Default)]
pub(super) struct Shapes(IndexMap<(Name, String), Shape>);

struct Shape {
    schema: Map<String, Value>,
    /// The operation that has it, the first in the alphabet.
    operation: String,
}

impl Shapes {
    /// A reference to a shape of the type.
    pub(super) fn refer(&mut self, ty: &Name, schema: Map<String, Value>, operation: &str) -> Value {
        let entry = self.0.entry((ty.clone(), text(&schema)));
        let index = entry.index();
        let shape = entry.or_insert_with(|| Shape { schema, operation: operation.to_owned() });
        if operation < shape.operation.as_str() {
            operation.clone_into(&mut shape.operation);
        }
        json!({ "$ref": provisional(index) })
    }

    /// A name for each shape, by its provisional reference. The largest shape of a type has the type's name; others spell
    /// out their few fields, or name the operation that has them.
    pub(super) fn names(&self, mut taken: BTreeSet<String>) -> BTreeMap<String, String> {
        let mut shapes: Vec<(usize, &Name, &Shape)> =
            self.0.iter().enumerate().map(|(index, ((ty, _), shape))| (index, ty, shape)).collect();
        shapes.sort_by_key(|(index, ty, shape)| {
            (ty.as_str(), std::cmp::Reverse(keys(shape).count()), shape.operation.as_str(), *index)
        });
        let mut names = BTreeMap::new();
        // The largest shapes first, so that no other shape takes the name of a type.
        for largest in [true, false] {
            let mut before = None;
            for (index, ty, shape) in &shapes {
                let is_largest = before.replace(*ty) != Some(*ty);
                if is_largest != largest {
                    continue;
                }
                let of_operation = format!("{ty}Of{}", shape.operation);
                let mut candidates = vec![ty.to_string(), of_operation.clone()];
                if keys(shape).count() <= SPELLED_FIELDS {
                    candidates.insert(1, format!("{ty}{}", keys(shape).map(capitalized).collect::<String>()));
                }
                let numbered = (2..).map(|number| format!("{of_operation}{number}"));
                let name = candidates.into_iter().chain(numbered).find(|name| taken.insert(name.clone()));
                names.insert(provisional(*index), name.unwrap_or_default());
            }
        }
        names
    }

    /// The schemas by name.
    pub(super) fn into_schemas(self, names: &BTreeMap<String, String>) -> impl Iterator<Item = (String, Value)> {
        self.0.into_values().enumerate().filter_map(move |(index, shape)| {
            Some((names.get(&provisional(index))?.clone(), Value::Object(shape.schema)))
        })
    }
}

fn keys(shape: &Shape) -> impl Iterator<Item = &str> {
    shape.schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys).map(String::as_str)
}

fn capitalized(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Stands for a shape until it has a name; no name of a component looks like it.
fn provisional(index: usize) -> String {
    format!("{SCHEMAS}?{index}")
}

/// Writes the names of shapes where their provisional references stand.
pub(super) fn name_references(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && let Some(name) = names.get(reference.as_str())
            {
                *reference = format!("{SCHEMAS}{name}");
            }
            map.values_mut().for_each(|value| name_references(value, names));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| name_references(value, names)),
        _ => {}
    }
}

/// Takes the parameters that operations share out of the paths. Where several have one name, the most frequent is shared.
pub(super) fn parameters(paths: &mut Map<String, Value>) -> Map<String, Value> {
    let mut uses: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for parameter in each_parameter(paths) {
        *uses.entry(key(parameter)).or_default().entry(text(parameter)).or_default() += 1;
    }
    let shared: BTreeMap<String, String> = uses
        .into_iter()
        .filter_map(|(key, definitions)| {
            let most = definitions.into_iter().max_by(|one, other| (one.1, &other.0).cmp(&(other.1, &one.0)));
            most.filter(|(_, uses)| *uses > 1).map(|(text, _)| (key, text))
        })
        .collect();
    let mut found = BTreeMap::new();
    for parameter in each_parameter(paths) {
        let key = key(parameter);
        if shared.get(&key).is_some_and(|known| *known == text(parameter)) {
            let reference = json!({ "$ref": format!("#/components/parameters/{key}") });
            found.insert(key, std::mem::replace(parameter, reference));
        }
    }
    found.into_iter().collect()
}

fn each_parameter(paths: &mut Map<String, Value>) -> impl Iterator<Item = &mut Value> {
    paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
        .filter_map(|operation| operation.get_mut("parameters")?.as_array_mut())
        .flatten()
}

/// The name of a parameter's component: `filter[state]` is `filter.state`.
fn key(parameter: &Value) -> String {
    let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
    name.replace('[', ".").replace(']', "")
}

fn text(value: &impl serde::Serialize) -> String {
    // Writing JSON that was just made cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}
