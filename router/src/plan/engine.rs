//! Plans operations over one supergraph.

use std::sync::Arc;

use async_graphql::parser::parse_schema as parse_service;

use super::build::Builder;
use super::choose::{Chooser, Stand, TooComplex};
use super::compiled::Fetch;
use super::emit::emit;
use super::selection::Item;
use super::supergraph::{Mask, SubgraphInfo, Supergraph};
use super::unions;
use super::wants::{self, WantSet};
use crate::compose::{Meanings, ValueTags, schema_view};
use crate::error::{GraphError, codes};
use crate::guard::AccessRules;
use crate::operation::{OperationKind, VariableDefinition};
use crate::schema::Schema;

/// How many steps planning one operation may take: many times what a large page needs, and a few milliseconds.
const MOST_STEPS: usize = 2_000;

/// A schema that operations are asked against.
pub(crate) struct View {
    pub(crate) schema: Schema,
    /// The schema's text.
    pub(crate) sdl: String,
}

/// Plans operations over one supergraph.
pub(crate) struct PlanEngine {
    supergraph: Supergraph,
    /// What everybody may ask.
    pub(crate) public: View,
    /// What our own services may ask: also what is inaccessible.
    pub(crate) internal: View,
    pub(crate) rules: AccessRules,
    /// The `@tag`s of enum values.
    pub(crate) value_tags: ValueTags,
}

impl PlanEngine {
    /// Reads a supergraph. The error is a sentence.
    pub(crate) fn new(supergraph: &str) -> Result<Self, String> {
        let service = parse_service(supergraph).map_err(|error| error.to_string())?;
        let meanings = Meanings::read(supergraph)?;
        Ok(Self {
            public: view(supergraph, false)?,
            internal: view(supergraph, true)?,
            rules: AccessRules::read(&service, &meanings),
            value_tags: meanings.value_tags(&service),
            supergraph: Supergraph::read(&service, &meanings)?,
        })
    }

    /// The subgraphs, in the order in which plans number them.
    pub(crate) fn subgraphs(&self) -> &[SubgraphInfo] {
        &self.supergraph.subgraphs
    }

    /// The labels of progressive overrides.
    pub(crate) fn labels(&self) -> &[String] {
        &self.supergraph.labels
    }

    /// Whether a field of this name is moved from subgraph to subgraph by a label.
    pub(super) fn is_overridden(&self, field: &str) -> bool {
        self.supergraph.overridden.contains(field)
    }

    /// The view of a principal.
    pub(crate) fn view(&self, internal: bool) -> &View {
        if internal { &self.internal } else { &self.public }
    }

    /// Plans the requests for an operation's selection of root fields; none where introspection answers them all.
    pub(super) fn plan(
        &self,
        kind: OperationKind,
        root: &str,
        items: &[Item<'_>],
        definitions: &[VariableDefinition],
        labels: &[bool],
    ) -> Result<Vec<Fetch>, GraphError> {
        let graph = &self.supergraph;
        let mut wants = WantSet::of_client(items, graph, true);
        if wants.is_empty() {
            return Ok(Vec::new());
        }
        let too_complex =
            |_: TooComplex| GraphError::new(codes::TOO_COMPLEX, "The operation is too complex to be planned.");
        let ty = graph.id(root).ok_or_else(|| unplannable(&format!("type {root} does not exist")))?;
        if graph.has_uneven_unions {
            wants = unions::narrow(graph, &wants, ty, Mask::MAX);
        }
        let wants = Arc::new(wants);
        let mut chooser = Chooser::new(graph, labels, MOST_STEPS);
        let trail = chooser.trail_of_root(ty);
        let stand = Stand { ty, subgraph: None, provided: None, entered: false, trail };
        let choice = chooser.choose(&wants, stand).map_err(too_complex)?;
        if let Some(missing) = &choice.missing {
            return Err(unplannable(&format!("no way leads to {missing:?}")));
        }
        let built = Builder::build(&mut chooser, &wants, &choice).map_err(too_complex)?;
        let declared: Vec<_> = definitions
            .iter()
            .map(|definition| {
                let default = definition.default.as_ref().map(|value| format!("={}", wants::value(value)));
                (definition.name.clone(), format!("{}{}", definition.ty, default.unwrap_or_default()))
            })
            .collect();
        let operation = if kind == OperationKind::Mutation { "mutation" } else { "query" };
        Ok(emit(built, graph, operation, &declared))
    }
}

fn unplannable(problem: &str) -> GraphError {
    tracing::error!(%problem, "an operation cannot be planned");
    GraphError::new(codes::INTERNAL, "The operation cannot be planned.")
}

fn view(supergraph: &str, internal: bool) -> Result<View, String> {
    let sdl = schema_view(supergraph, internal).map_err(|error| error.to_string())?;
    Ok(View { schema: Schema::read(&sdl)?, sdl })
}
