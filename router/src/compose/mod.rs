//! Composition: subgraph SDLs become one supergraph.
//!
//! The supergraph is printed in Apollo's join specification, so that any Federation 2 router can serve it and this
//! router can serve anybody's. Composition is deterministic: subgraphs are taken in the order of their names and types
//! are printed in the order of theirs, so that equal inputs give equal text.
//!
//! Steps: [`syntax`] reads text, [`subgraph`] makes it a schema that is valid by itself (in the terms of Federation 2),
//! [`merge`] joins the schemas and reports what does not fit, [`checks`] sees whether the result makes sense,
//! [`satisfiability`] whether everything in it can be answered, and [`print`] writes it. A step with errors ends
//! composition; until then all errors are collected.

mod api;
mod changes;
mod checks;
mod field_set;
mod locations;
mod meanings;
mod merge;
mod model;
mod print;
mod satisfiability;
mod schema_rules;
mod specs;
mod subgraph;
mod syntax;
mod values;

use syntax::Position;

pub use api::{api_schema, internal_schema};
pub(crate) use api::{repeatable_directives, schema_view};
pub use changes::{Change, ChangeRules, Severity, changes};
pub(crate) use locations::location_name;
pub(crate) use meanings::{Meanings, ValueTags};

/// One subgraph to compose.
#[derive(Clone, Debug)]
pub struct SubgraphSdl {
    /// The subgraph's name, unique among those composed.
    pub name: String,
    /// Where it is served; kept in the supergraph for routers that reach it over HTTP. May be empty.
    pub url: String,
    /// Its schema, Federation 2 (with `@link`) or Federation 1.
    pub sdl: String,
}

/// A place in a subgraph's schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The subgraph's name; empty for a text that is none.
    pub subgraph: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// Why subgraphs do not compose. The codes are those that Apollo documents for composition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionError {
    /// The stable code, such as `INVALID_FIELD_SHARING`.
    pub code: &'static str,
    /// What is wrong, naming subgraphs, types and fields.
    pub message: String,
    /// The places in the subgraphs that it is about, as far as they are known.
    pub places: Vec<Place>,
}

impl std::error::Error for CompositionError {}

impl std::fmt::Display for CompositionError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_finding(out, self.code, &self.message, &self.places)
    }
}

/// Something that composes but may surprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionHint {
    /// The stable code, such as `INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM`.
    pub code: &'static str,
    /// What was done, naming subgraphs, types and fields.
    pub message: String,
    /// The places in the subgraphs that it is about, as far as they are known.
    pub places: Vec<Place>,
}

impl std::fmt::Display for CompositionHint {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_finding(out, self.code, &self.message, &self.places)
    }
}

/// `CODE: message (subgraph:line:column)`.
fn write_finding(out: &mut std::fmt::Formatter<'_>, code: &str, message: &str, places: &[Place]) -> std::fmt::Result {
    write!(out, "{code}: {message}")?;
    for (at, place) in places.iter().enumerate() {
        out.write_str(if at == 0 { " (" } else { ", " })?;
        if !place.subgraph.is_empty() {
            write!(out, "{}:", place.subgraph)?;
        }
        write!(out, "{}:{}", place.line, place.column)?;
    }
    if !places.is_empty() {
        out.write_str(")")?;
    }
    Ok(())
}

/// A composed supergraph.
#[derive(Clone, Debug)]
pub struct Supergraph {
    /// The supergraph's text, in the join specification.
    pub sdl: String,
    /// What composes but may surprise.
    pub hints: Vec<CompositionHint>,
}

/// What composition found out on its way.
#[derive(Default)]
struct Report {
    errors: Vec<CompositionError>,
    hints: Vec<CompositionHint>,
}

impl Report {
    fn error(&mut self, code: &'static str, message: impl Into<String>) {
        self.error_at(code, message, Vec::new());
    }

    fn error_at(&mut self, code: &'static str, message: impl Into<String>, places: Vec<(&str, Position)>) {
        self.errors.push(CompositionError { code, message: message.into(), places: public_places(places) });
    }

    fn hint(&mut self, code: &'static str, message: impl Into<String>, places: Vec<(&str, Position)>) {
        self.hints.push(CompositionHint { code, message: message.into(), places: public_places(places) });
    }

    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

fn public_places(places: Vec<(&str, Position)>) -> Vec<Place> {
    places
        .into_iter()
        // Elements that composition made itself are nowhere.
        .filter(|(_, position)| position.line > 0)
        .map(|(subgraph, Position { line, column })| Place { subgraph: subgraph.to_owned(), line, column })
        .collect()
}

/// `"a"`, `"a" and "b"`, `"a", "b" and "c"`.
fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// Composes subgraphs into a supergraph.
///
/// Errors: every reason found, each with its code; composition does not stop at the first one, except where later ones
/// could only follow from it.
pub fn compose(subgraphs: &[SubgraphSdl]) -> Result<Supergraph, Vec<CompositionError>> {
    let mut report = Report::default();
    match compose_into(subgraphs, &mut report) {
        Some(sdl) if !report.has_errors() => Ok(Supergraph { sdl, hints: report.hints }),
        _ => Err(report.errors),
    }
}

fn compose_into(subgraphs: &[SubgraphSdl], report: &mut Report) -> Option<String> {
    if subgraphs.is_empty() {
        report.error("NO_SUBGRAPHS", "there is no subgraph to compose");
        return None;
    }
    let mut sorted: Vec<&SubgraphSdl> = subgraphs.iter().collect();
    sorted.sort_by(|left, right| left.name.cmp(&right.name));
    for pair in sorted.windows(2).filter(|pair| pair[0].name == pair[1].name) {
        report.error("DUPLICATE_SUBGRAPH_NAME", format!("two subgraphs are named \"{}\"", pair[0].name));
    }
    let mut graphs: Vec<subgraph::Subgraph> =
        sorted.into_iter().filter_map(|source| subgraph::read(source, report)).collect();
    if report.has_errors() {
        return None;
    }
    subgraph::upgrade(&mut graphs, report);
    if report.has_errors() {
        return None;
    }
    subgraph::name_graphs(&mut graphs);
    let merged = merge::merge(&graphs, report)?;
    checks::check(&merged, &graphs, report);
    if !report.has_errors() {
        satisfiability::check(&merged, &graphs, report);
    }
    if report.has_errors() {
        return None;
    }
    Some(print::print_supergraph(&merged, &graphs))
}
