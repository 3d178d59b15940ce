//! A plan for people and for tools: what is asked of whom, and what waits for what.

use std::fmt;

use serde_json::{Value, json};

use super::compiled::{ContextValue, ContextualList, Fetch, FetchKind, PathStep, Plan, Require};
use super::supergraph::SubgraphInfo;

/// How an operation is going to be answered. Displays as text; [`QueryPlan::to_json`] is for tools.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryPlan {
    /// The parts, run one after the other: one for a query; for a mutation, one for each field that has to wait.
    pub parts: Vec<Vec<PlannedFetch>>,
}

/// A request to a subgraph.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedFetch {
    /// The subgraph's name.
    pub subgraph: String,
    /// The operation that it is asked.
    pub operation: String,
    /// The client's variables that go with it.
    pub variables: Vec<String>,
    /// The positions, in the same part, of the requests that must have been answered before.
    pub after: Vec<usize>,
    /// For entities: where they are in the answer, and what represents them.
    pub entities: Vec<PlannedEntities>,
}

/// Entities that a request asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedEntities {
    /// Where they are: response keys, and types in brackets where only some are meant.
    pub paths: Vec<String>,
    /// What represents each, as a selection.
    pub representation: String,
    /// What arguments take from objects further up: the variable, how many fields above the object is, and what is
    /// selected of it. Entities for which it differs travel in lists of their own.
    pub contexts: Vec<String>,
}

impl QueryPlan {
    pub(crate) fn of(plan: &Plan, subgraphs: &[SubgraphInfo]) -> Self {
        let fetch = |fetch: &Fetch| PlannedFetch {
            subgraph: subgraphs.get(fetch.subgraph).map(|subgraph| subgraph.name.clone()).unwrap_or_default(),
            operation: fetch.query.to_string(),
            variables: fetch.variables.iter().map(ToString::to_string).collect(),
            after: fetch.depends.clone(),
            entities: match &fetch.kind {
                FetchKind::Root { path, .. } if path.is_empty() => Vec::new(),
                FetchKind::Root { path, .. } => {
                    let (paths, representation) = (vec![path_text(path)], String::new());
                    vec![PlannedEntities { paths, representation, contexts: Vec::new() }]
                }
                FetchKind::Entities(lists) => lists
                    .iter()
                    .enumerate()
                    .map(|(at, list)| PlannedEntities {
                        paths: list.paths.iter().map(|path| path_text(path)).collect(),
                        representation: selection_text(&list.requires),
                        contexts: context_texts(fetch, at),
                    })
                    .collect(),
            },
        };
        Self { parts: plan.parts.iter().map(|part| part.fetches.iter().map(fetch).collect()).collect() }
    }

    /// How many requests it takes at most.
    pub fn requests(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// How many requests wait for each other at most, one after the other.
    pub fn hops(&self) -> usize {
        let hops = |part: &Vec<PlannedFetch>| {
            let mut depths: Vec<usize> = Vec::with_capacity(part.len());
            for fetch in part {
                depths.push(1 + fetch.after.iter().map(|at| depths[*at]).max().unwrap_or(0));
            }
            depths.into_iter().max().unwrap_or(0)
        };
        self.parts.iter().map(hops).sum()
    }

    /// The plan as JSON.
    pub fn to_json(&self) -> Value {
        let entities = |list: &PlannedEntities| json!({"paths": list.paths, "representation": list.representation, "contexts": list.contexts});
        let fetch = |fetch: &PlannedFetch| {
            json!({
                "subgraph": fetch.subgraph,
                "operation": fetch.operation,
                "variables": fetch.variables,
                "after": fetch.after,
                "entities": fetch.entities.iter().map(entities).collect::<Vec<_>>(),
            })
        };
        json!({"parts": self.parts.iter().map(|part| part.iter().map(fetch).collect()).collect::<Vec<Vec<_>>>()})
    }
}

impl fmt::Display for QueryPlan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, part) in self.parts.iter().enumerate() {
            if self.parts.len() > 1 {
                writeln!(out, "part {}", number + 1)?;
            }
            for (at, fetch) in part.iter().enumerate() {
                write!(out, "{}. {}", at + 1, fetch.subgraph)?;
                if !fetch.after.is_empty() {
                    let after: Vec<String> = fetch.after.iter().map(|at| (at + 1).to_string()).collect();
                    write!(out, " after {}", after.join(", "))?;
                }
                writeln!(out)?;
                for list in &fetch.entities {
                    writeln!(out, "   for {} {}", list.paths.join(" and "), list.representation)?;
                    for context in &list.contexts {
                        writeln!(out, "   with {context}")?;
                    }
                }
                writeln!(out, "   {}", fetch.operation)?;
            }
        }
        Ok(())
    }
}

fn context_texts(fetch: &Fetch, at: usize) -> Vec<String> {
    let list = fetch.contextual.as_ref().and_then(|contextual| contextual.lists.get(at));
    let text = |(number, value): (usize, &ContextValue)| {
        let variable = ContextualList::variable(at, number);
        format!("${variable} from {} above {}", value.up, selection_text(&value.select))
    };
    list.map(|list| list.values.iter().enumerate().map(text).collect()).unwrap_or_default()
}

fn path_text(path: &[PathStep]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            PathStep::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(key);
            }
            PathStep::Types(types) => {
                let names: Vec<&str> = types.iter().map(|name| name.as_str()).collect();
                text.push_str(&format!("[{}]", names.join("|")));
            }
        }
    }
    text
}

fn selection_text(requires: &[Require]) -> String {
    let parts: Vec<String> = requires
        .iter()
        .map(|require| match require {
            Require::Type(name) => format!("__typename: \"{name}\""),
            Require::Field { from, to, children } => {
                let key = if from == to { to.to_string() } else { format!("{to}: {from}") };
                if children.is_empty() { key } else { format!("{key} {}", selection_text(children)) }
            }
            Require::On { types, children } => {
                let names: Vec<&str> = types.iter().map(|name| name.as_str()).collect();
                format!("... on {} {}", names.join("|"), selection_text(children))
            }
        })
        .collect();
    format!("{{ {} }}", parts.join(" "))
}
