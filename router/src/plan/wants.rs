//! What is wanted of an object: the fields of an operation or of a field set, each once.

use std::sync::Arc;

use async_graphql::Name;

use super::selection::{Field, Item};
use super::supergraph::{Supergraph, TypeId};
use crate::operation::{self as ast, Argument, Value};

/// What is wanted of an object of some type.
#[derive(Clone, Debug, Default)]
pub(super) struct WantSet {
    /// Whether the name of the object's type is wanted.
    pub(super) typename: bool,
    pub(super) fields: Vec<Want>,
    /// What is wanted of objects of a more precise type only.
    pub(super) on: Vec<(TypeId, Arc<WantSet>)>,
}

/// A field that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Want {
    /// The client's key in the answer; none for what only the router needs.
    pub(super) key: Option<Name>,
    pub(super) name: Name,
    pub(super) arguments: Option<Arc<Arguments>>,
    pub(super) set: Option<Arc<WantSet>>,
}

/// Arguments as they are sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    /// `(name: value, …)`.
    pub(super) text: String,
    pub(super) variables: Vec<Name>,
}

impl Want {
    /// Whether both ask the same of the same field; what they select of it may differ.
    pub(super) fn is_alike(&self, name: &Name, arguments: Option<&Arguments>) -> bool {
        self.name == *name && self.arguments.as_deref() == arguments
    }
}

impl WantSet {
    pub(super) fn is_empty(&self) -> bool {
        !self.typename && self.fields.is_empty() && self.on.is_empty()
    }

    /// What is wanted of an object of type `object`, without conditions.
    pub(super) fn of_object(self: &Arc<Self>, graph: &Supergraph, object: TypeId) -> Arc<Self> {
        if self.on.is_empty() {
            return Arc::clone(self);
        }
        let mut flat = Self::default();
        flat.take(self, graph, object);
        Arc::new(flat)
    }

    fn take(&mut self, other: &Self, graph: &Supergraph, object: TypeId) {
        self.typename |= other.typename;
        for want in &other.fields {
            self.add(want.clone());
        }
        for (condition, inner) in &other.on {
            if graph.covers(*condition, object) {
                self.take(inner, graph, object);
            }
        }
    }

    /// Adds a field; where it is wanted already, what is selected of it is joined.
    pub(super) fn add(&mut self, want: Want) {
        let known = self.fields.iter_mut().find(|known| {
            known.key == want.key && (want.key.is_some() || known.is_alike(&want.name, want.arguments.as_deref()))
        });
        match (known, want.set.clone()) {
            (None, _) => self.fields.push(want),
            (Some(known), Some(other)) => {
                let mut joined = known.set.as_deref().cloned().unwrap_or_default();
                joined.join(&other);
                known.set = Some(Arc::new(joined));
            }
            (Some(_), None) => {}
        }
    }

    /// Adds everything that another set wants.
    pub(super) fn join(&mut self, other: &Self) {
        self.typename |= other.typename;
        for want in &other.fields {
            self.add(want.clone());
        }
        for (condition, inner) in &other.on {
            self.add_on(*condition, inner);
        }
    }

    /// Adds what is wanted of objects of a type only.
    pub(super) fn add_on(&mut self, condition: TypeId, inner: &Arc<Self>) {
        match self.on.iter_mut().find(|(known, _)| *known == condition) {
            Some((_, known)) => Arc::make_mut(known).join(inner),
            None => self.on.push((condition, Arc::clone(inner))),
        }
    }

    /// What an operation wants of the client's answer.
    pub(super) fn of_client(items: &[Item<'_>], graph: &Supergraph, root: bool) -> Self {
        let mut set = Self::default();
        set.read(items, graph, &Reading { client: true, root });
        set
    }

    fn read(&mut self, items: &[Item<'_>], graph: &Supergraph, reading: &Reading) {
        for item in items {
            match item {
                Item::Field(field) => self.read_field(field, graph, reading),
                Item::On { type_name, items } => {
                    let Some(condition) = graph.id(type_name) else { continue };
                    match self.on.iter_mut().find(|(known, _)| *known == condition) {
                        Some((_, known)) => Arc::make_mut(known).read(items, graph, reading),
                        None => {
                            let mut inner = Self::default();
                            inner.read(items, graph, reading);
                            if !inner.is_empty() {
                                self.on.push((condition, Arc::new(inner)));
                            }
                        }
                    }
                }
            }
        }
    }

    fn read_field(&mut self, field: &Field<'_>, graph: &Supergraph, reading: &Reading) {
        if field.denied {
            return;
        }
        if field.name == "__typename" {
            self.typename |= !reading.root;
            return;
        }
        // The fields of introspection at the root are answered by the router itself.
        if reading.root && field.name.starts_with("__") {
            return;
        }
        let key = reading.client.then(|| field.key().clone());
        let known = self.fields.iter_mut().find(|known| match &key {
            Some(key) => known.key.as_ref() == Some(key),
            None => known.name == field.name && known.arguments == arguments(field.arguments),
        });
        let want = match known {
            Some(known) => known,
            None => {
                let arguments = arguments(field.arguments);
                self.fields.push(Want { key, name: field.name.clone(), arguments, set: None });
                let Some(added) = self.fields.last_mut() else { return };
                added
            }
        };
        if field.composite {
            let set = want.set.get_or_insert_default();
            let set = Arc::make_mut(set);
            set.read(&field.items, graph, &Reading { client: reading.client, root: false });
        }
    }
}

struct Reading {
    client: bool,
    root: bool,
}

/// Reads the field set of a directive such as `@key`.
pub(super) fn parse_field_set(text: &str, graph: &Supergraph) -> Result<Arc<WantSet>, String> {
    let no_selection = |problem: &str| format!("\"{text}\" is no selection: {problem}");
    let document = ast::parse(&format!("{{{text}}}"), usize::MAX).map_err(|error| no_selection(&error.message))?;
    let ([operation], []) = (document.operations.as_slice(), document.fragments.as_slice()) else {
        return Err(no_selection("it ends early"));
    };
    let mut wants = WantSet::default();
    wants.read(&items(&operation.selections), graph, &Reading { client: false, root: false });
    Ok(Arc::new(wants))
}

fn items(selections: &[ast::Selection]) -> Vec<Item<'_>> {
    selections
        .iter()
        .flat_map(|selection| match selection {
            ast::Selection::Field(field) => vec![Item::Field(Box::new(Field {
                parent: Name::new(""),
                name: field.name.clone(),
                alias: None,
                arguments: &field.arguments,
                directives: &[],
                composite: !field.selections.is_empty(),
                items: items(&field.selections),
                denied: false,
            }))],
            ast::Selection::Inline(fragment) => match &fragment.on {
                Some(name) => vec![Item::On { type_name: name.clone(), items: items(&fragment.selections) }],
                None => items(&fragment.selections),
            },
            ast::Selection::Spread(_) => Vec::new(),
        })
        .collect()
}

/// Writes arguments as they are sent.
pub(super) fn arguments(given: &[Argument]) -> Option<Arc<Arguments>> {
    if given.is_empty() {
        return None;
    }
    let mut arguments = Arguments { text: String::from("("), variables: Vec::new() };
    arguments.write_all(given);
    arguments.text.push(')');
    Some(Arc::new(arguments))
}

/// Writes a value as it is sent.
pub(super) fn value(value: &Value) -> String {
    let mut written = Arguments { text: String::new(), variables: Vec::new() };
    written.write(value);
    written.text
}

impl Arguments {
    fn write_all(&mut self, given: &[Argument]) {
        for (at, argument) in given.iter().enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            self.text.push_str(&argument.name);
            self.text.push_str(": ");
            self.write(&argument.value);
        }
    }

    fn write(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => {
                self.text.push('$');
                self.text.push_str(name);
                if !self.variables.contains(name) {
                    self.variables.push(name.clone());
                }
            }
            Value::Int(text) | Value::Float(text) | Value::Enum(text) => self.text.push_str(text),
            // A string is written in GraphQL as it is in JSON, which cannot fail.
            Value::String(text) => self.text.push_str(&serde_json::to_string(text).unwrap_or_default()),
            Value::Boolean(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Null => self.text.push_str("null"),
            Value::List(values) => {
                self.text.push('[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        self.text.push_str(", ");
                    }
                    self.write(value);
                }
                self.text.push(']');
            }
            Value::Object(fields) => {
                self.text.push('{');
                self.write_all(fields);
                self.text.push('}');
            }
        }
    }
}
