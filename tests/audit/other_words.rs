//! The same question in other words: without conditions and fragments' names, or with keys that no schema has.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use async_graphql::Positioned;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use serde_json::{Map, Value};

use crate::operations::Operation;

/// What every key begins with after it was changed; no field of a schema does.
const KEY: &str = "zz_";
/// The key of what is selected where nothing else would be.
const NOTHING: &str = "yy_typename";

/// In which words an operation is asked again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    /// Whether conditions are decided here.
    pub(crate) decided: bool,
    /// Whether keys are changed.
    pub(crate) renamed: bool,
    /// Whether every object is asked for its type.
    pub(crate) typed: bool,
}

impl Operation {
    /// The operation in other words; [`in_first_words`] gives the answer the form that was asked for.
    pub(crate) fn in_other_words(&self, words: Words) -> Self {
        let document = parse_query(&self.query).unwrap();
        let DocumentOperations::Single(operation) = &document.operations else { unreachable!("it has one operation") };
        let mut writer = Writer {
            document: &document,
            operation: &operation.node,
            variables: &self.variables,
            words,
            used: BTreeSet::new(),
        };
        let body = writer.set(&operation.node.selection_set.node);
        let mut declared = Vec::new();
        for definition in &operation.node.variable_definitions {
            let definition = &definition.node;
            if writer.used.contains(definition.name.node.as_str()) {
                let default =
                    definition.default_value.as_ref().map_or(String::new(), |default| format!(" = {}", default.node));
                declared.push(format!("${}: {}{default}", definition.name.node, definition.var_type.node));
            }
        }
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        Self { query: format!("query{declared} {body}"), variables: self.variables.clone() }
    }
}

/// An answer to other words, as it would be to the first.
pub(crate) fn in_first_words(data: &Value) -> Value {
    match data {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, _)| *key != NOTHING);
            let named =
                kept.map(|(key, value)| (key.strip_prefix(KEY).unwrap_or(key).to_owned(), in_first_words(value)));
            Value::Object(named.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(in_first_words).collect(),
        other => other.clone(),
    }
}

struct Writer<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Value,
    words: Words,
    used: BTreeSet<String>,
}

impl Writer<'_> {
    fn set(&mut self, set: &SelectionSet) -> String {
        let mut written: Vec<String> =
            set.items.iter().filter_map(|selection| self.selection(&selection.node)).collect();
        if written.is_empty() || self.words.typed {
            written.push(format!("{NOTHING}: __typename"));
        }
        format!("{{ {} }}", written.join(" "))
    }

    fn selection(&mut self, selection: &Selection) -> Option<String> {
        let (head, directives, inner) = match selection {
            Selection::Field(field) => (self.head(&field.node), &field.node.directives, &field.node.selection_set.node),
            Selection::InlineFragment(fragment) => {
                let fragment = &fragment.node;
                let on = fragment.type_condition.as_ref().map(|on| format!(" on {}", on.node.on.node));
                (format!("...{}", on.unwrap_or_default()), &fragment.directives, &fragment.selection_set.node)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = &self.document.fragments[&spread.node.fragment_name.node].node;
                let head = format!("... on {}", fragment.type_condition.node.on.node);
                (head, &spread.node.directives, &fragment.selection_set.node)
            }
        };
        let conditions = self.conditions(directives)?;
        let body = if inner.items.is_empty() { String::new() } else { format!(" {}", self.set(inner)) };
        Some(format!("{head}{conditions}{body}"))
    }

    fn head(&mut self, field: &Field) -> String {
        let (name, key) = (&field.name.node, &field.response_key().node);
        let mut head = match self.words.renamed {
            true => format!("{KEY}{key}: {name}"),
            false if name == key => name.to_string(),
            false => format!("{key}: {name}"),
        };
        let arguments: Vec<String> =
            field.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node)).collect();
        if !arguments.is_empty() {
            let _ = write!(head, "({})", arguments.join(", "));
        }
        field.arguments.iter().for_each(|(_, value)| self.uses(&value.node.to_string()));
        head
    }

    /// The conditions as they are written; none where they are decided and do not hold.
    fn conditions(&mut self, directives: &[Positioned<Directive>]) -> Option<String> {
        let mut written = String::new();
        for directive in directives {
            let name = directive.node.name.node.as_str();
            let value = directive.node.arguments[0].1.node.to_string();
            if self.words.decided {
                if self.holds(&value) != (name == "include") {
                    return None;
                }
            } else {
                let _ = write!(written, " @{name}(if: {value})");
                self.uses(&value);
            }
        }
        Some(written)
    }

    fn holds(&self, value: &str) -> bool {
        let Some(name) = value.strip_prefix('$') else { return value == "true" };
        if let Some(given) = self.variables.get(name) {
            return *given == Value::Bool(true);
        }
        let mut definitions = self.operation.variable_definitions.iter().map(|definition| &definition.node);
        let definition = definitions.find(|definition| definition.name.node == name);
        let default = definition.and_then(|definition| definition.default_value.as_ref());
        default.is_some_and(|default| default.node.to_string() == "true")
    }

    /// Notes the variables in a value as it is written; texts of ours have no dollar sign.
    fn uses(&mut self, value: &str) {
        for rest in value.split('$').skip(1) {
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
            self.used.insert(rest[..end].to_owned());
        }
    }
}
