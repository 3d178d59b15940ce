//! Subgraphs: from text to schemas that can be merged.

mod applications;
mod build;
mod context;
mod definitions;
mod demand;
mod facts;
mod field_sets;
mod links;
mod rules;
mod upgrade;

use std::collections::BTreeSet;

pub(super) use context::parse_context;
pub(super) use facts::Facts;
pub(super) use links::{Feature, Links};
pub(super) use upgrade::upgrade;

use super::model::Schema;
use super::schema_rules;
use super::specs::{FEDERATION_1_COUNTS_AS, Version, presupposes};
use super::syntax::{Position, SyntaxError, parse_document};
use super::{Report, SubgraphSdl};

/// A subgraph as read.
#[derive(Clone, Debug)]
pub(super) struct Subgraph {
    pub(super) name: String,
    pub(super) url: String,
    /// The name in `join__Graph`.
    pub(super) id: String,
    pub(super) schema: Schema,
    pub(super) links: Links,
    /// What follows from its directives; known when the schema is valid.
    pub(super) facts: Facts,
}

impl Subgraph {
    pub(super) fn is_federation_1(&self) -> bool {
        self.links.federation.is_none()
    }

    /// The version of the federation specification that its features need, and the feature that needs more than what is
    /// linked.
    pub(super) fn federation_version(&self) -> (Version, Option<&Feature>) {
        let linked = self.links.federation.unwrap_or(FEDERATION_1_COUNTS_AS);
        if self.is_federation_1() {
            return (linked, None);
        }
        let needing = self
            .links
            .features
            .iter()
            .filter_map(|feature| Some((presupposes(feature.spec()?)?, feature)))
            .max_by_key(|(version, _)| *version);
        match needing {
            Some((needed, feature)) if needed > linked => (needed, Some(feature)),
            _ => (linked, None),
        }
    }
}

/// Errors of one subgraph.
pub(super) struct Problems<'a> {
    graph: &'a str,
    report: &'a mut Report,
    count: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(graph: &'a str, report: &'a mut Report) -> Self {
        Self { graph, report, count: 0 }
    }

    pub(super) fn add(&mut self, code: &'static str, position: Position, message: impl Into<String>) {
        self.count += 1;
        self.report.error_at(code, format!("[{}] {}", self.graph, message.into()), vec![(self.graph, position)]);
    }

    pub(super) fn invalid(&mut self, position: Position, message: impl Into<String>) {
        self.add("INVALID_GRAPHQL", position, message);
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Reads a subgraph; none if it has errors.
pub(super) fn read(source: &SubgraphSdl, report: &mut Report) -> Option<Subgraph> {
    let mut problems = Problems::new(&source.name, report);
    if source.name.is_empty() || source.name == "_" {
        problems.add("INVALID_SUBGRAPH_NAME", Position::default(), "this cannot be the name of a subgraph");
        return None;
    }
    let document = match parse_document(&source.sdl) {
        Ok(document) => document,
        Err(error) => {
            problems.invalid(error.position, error.message);
            return None;
        }
    };
    let mut link_errors = Vec::new();
    let links = Links::read(&document, &mut link_errors);
    for (code, message, position) in link_errors {
        problems.add(code, position, message);
    }
    if !problems.is_empty() {
        return None;
    }
    let mut schema = build::build(document, &links, &mut problems);
    if !problems.is_empty() {
        return None;
    }
    schema_rules::check(&schema, &mut |position, message| problems.invalid(position, message));
    if !problems.is_empty() {
        return None;
    }
    build::name_roots(&mut schema, &mut problems);
    let named = problems.is_empty();
    definitions::add_query(&mut schema);
    let mut graph = Subgraph {
        name: source.name.clone(),
        url: source.url.clone(),
        id: String::new(),
        schema,
        links,
        facts: Facts::default(),
    };
    graph.facts = Facts::find(&graph);
    let valid = graph.is_federation_1() || check_federation(&graph, report);
    (named && valid).then_some(graph)
}

/// Reads a schema that is no subgraph: a supergraph, or an API schema.
pub(super) fn read_schema(sdl: &str) -> Result<Schema, SyntaxError> {
    let document = parse_document(sdl)?;
    // Whoever made it has seen to its being valid; what cannot be understood here is not what is asked for.
    let mut report = Report::default();
    let mut links = Links::read(&document, &mut Vec::new());
    links.assume_own_names();
    let mut schema = build::assemble(document, &links, &mut Problems::new("", &mut report));
    schema.types.retain(|name, _| !links.is_of_specification(name));
    Ok(schema)
}

/// Checks what the federation specification asks of one subgraph; answers whether it is as it should be.
pub(super) fn check_federation(graph: &Subgraph, report: &mut Report) -> bool {
    let mut problems = Problems::new(&graph.name, report);
    rules::check(graph, &mut problems);
    problems.is_empty()
}

/// Chooses the names in `join__Graph`: upper case, `_` for what a GraphQL name cannot hold, numbered where equal.
pub(super) fn name_graphs(graphs: &mut [Subgraph]) {
    let plain: Vec<String> = graphs.iter().map(|graph| join_name(&graph.name)).collect();
    let mut taken = BTreeSet::new();
    for (at, graph) in graphs.iter_mut().enumerate() {
        let alike = plain.iter().filter(|name| **name == plain[at]).count();
        let mut number = plain[..=at].iter().filter(|name| **name == plain[at]).count();
        let mut candidate = if alike == 1 { plain[at].clone() } else { format!("{}_{number}", plain[at]) };
        while !taken.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{}_{number}", plain[at]);
        }
        graph.id = candidate;
    }
}

fn join_name(name: &str) -> String {
    let mut out: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
        .collect();
    if out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert(0, '_');
    }
    // A number at the end could be mistaken for one that tells equal names apart.
    let digits = out.len() - out.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    if digits > 0 && out[..out.len() - digits].ends_with('_') {
        out.push('_');
    }
    out
}
