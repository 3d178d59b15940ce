//! Composition: subgraph SDLs become one supergraph.
//!
//! The supergraph is printed in Apollo's join specification, so that any Federation 2 router can serve it and this
//! router can serve anybody's. Composition is deterministic: subgraphs are taken in the order of their names and types
//! are printed in the order of theirs, so that equal inputs give equal text.
//!
//! Steps: [`subgraph`] reads one SDL and resolves its federation directives, [`validate`] checks what one subgraph can
//! get wrong alone, [`merge`] joins the subgraphs' types and reports what does not fit,
//! [`satisfiability`] sees whether every field can be reached, [`print`] writes the result.

mod api;
mod field_set;
mod merge;
mod merge_fields;
mod merge_values;
mod model;
mod print;
mod satisfiability;
mod subgraph;
mod type_algebra;
mod validate;

pub(crate) use api::schema_view;
pub use api::{api_schema, internal_schema};
pub(crate) use print::location_name;

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

/// Why subgraphs do not compose. The codes are those that Apollo documents for composition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct CompositionError {
    /// The stable code, such as `INVALID_FIELD_SHARING`.
    pub code: &'static str,
    /// What is wrong, naming subgraphs, types and fields.
    pub message: String,
}

/// Something that composes but may surprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositionHint {
    /// The stable code, such as `INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM`.
    pub code: &'static str,
    /// What was done, naming subgraphs, types and fields.
    pub message: String,
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
        self.errors.push(CompositionError { code, message: message.into() });
    }

    fn hint(&mut self, code: &'static str, message: impl Into<String>) {
        self.hints.push(CompositionHint { code, message: message.into() });
    }
}

/// Composes subgraphs into a supergraph.
///
/// Errors: every reason found, each with its code; composition does not stop at the first one, except where a subgraph's
/// SDL cannot be read at all.
pub fn compose(subgraphs: &[SubgraphSdl]) -> Result<Supergraph, Vec<CompositionError>> {
    let mut report = Report::default();
    if subgraphs.is_empty() {
        report.error("NO_SUBGRAPHS", "there is no subgraph to compose");
        return Err(report.errors);
    }
    let mut read: Vec<model::Subgraph> =
        subgraphs.iter().filter_map(|source| subgraph::read(source, &mut report)).collect();
    read.sort_by(|left, right| left.name.cmp(&right.name));
    for pair in read.windows(2) {
        if pair[0].name == pair[1].name {
            report.error("DUPLICATE_SUBGRAPH_NAME", format!("two subgraphs are named \"{}\"", pair[0].name));
        }
    }
    if !report.errors.is_empty() {
        return Err(report.errors);
    }
    model::name_graphs(&mut read);
    for graph in &mut read {
        validate::check(graph, &mut report);
    }
    let merged = merge::merge(&read, &mut report);
    if report.errors.is_empty() {
        satisfiability::check(&merged, &read, &mut report);
    }
    if !report.errors.is_empty() {
        return Err(report.errors);
    }
    Ok(Supergraph { sdl: print::print(&merged, &read), hints: report.hints })
}
