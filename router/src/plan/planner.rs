//! The planning library behind our own types. Nothing else in the router names it.
//!
//! What is known to be wrong with it and on our path is kept away from it: conditions never reach it, a mutation is
//! planned one root field at a time, overrides by percentage are off, operations are bounded before they come here, and
//! a panic in it is an error here.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use async_graphql::parser::parse_schema as parse_service;
use graphql_tools::parser::query as ast;
use graphql_tools::parser::schema as schema_ast;
use graphql_tools::validation::rules::default_rules_validation_plan;
use graphql_tools::validation::validate::ValidationPlan;
use hive_router_query_planner::ast::normalization::normalize_operation;
use hive_router_query_planner::graph::PlannerOverrideContext;
use hive_router_query_planner::planner::{Planner, QueryPlannerOptions};
use hive_router_query_planner::utils::cancellation::CancellationToken;

use super::compiled::Step;
use super::convert::Converter;
use crate::compose::schema_view;
use crate::error::{GraphError, codes};
use crate::guard::AccessRules;
use crate::schema::{INTROSPECTION, Schema};

/// How long planning one operation may take.
const PLANNING_LIMIT: Duration = Duration::from_millis(500);

/// A schema that operations are asked against.
pub(crate) struct View {
    pub(crate) schema: Schema,
    /// The schema's text.
    pub(crate) sdl: String,
    pub(super) document: schema_ast::Document<'static, String>,
}

/// A subgraph of the supergraph.
#[derive(Clone, Debug)]
pub(crate) struct SubgraphInfo {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// Plans operations over one supergraph.
pub(crate) struct PlanEngine {
    planner: Planner,
    /// What everybody may ask.
    pub(crate) public: View,
    /// What our own services may ask: also what is inaccessible.
    pub(crate) internal: View,
    pub(crate) rules: AccessRules,
    pub(crate) subgraphs: Vec<SubgraphInfo>,
    pub(super) validation: ValidationPlan,
}

impl PlanEngine {
    /// Reads a supergraph. The error is a sentence.
    pub(crate) fn new(supergraph: &str) -> Result<Self, String> {
        let service = parse_service(supergraph).map_err(|error| error.to_string())?;
        let parsed = parse_schema(supergraph)?;
        // The library panics on supergraphs that are not well-formed.
        let planner =
            catch_unwind(AssertUnwindSafe(|| Planner::new_from_supergraph(&parsed, QueryPlannerOptions::default())))
                .map_err(|_| "the supergraph is not well-formed".to_owned())?
                .map_err(|error| error.to_string())?;
        let endpoints: BTreeMap<&String, &String> = planner.supergraph.subgraph_endpoint_map.iter().collect();
        let subgraphs =
            endpoints.into_iter().map(|(name, url)| SubgraphInfo { name: name.clone(), url: url.clone() }).collect();
        Ok(Self {
            public: view(supergraph, false)?,
            internal: view(supergraph, true)?,
            rules: AccessRules::read(&service),
            subgraphs,
            validation: default_rules_validation_plan(),
            planner,
        })
    }

    /// The view of a principal.
    pub(crate) fn view(&self, internal: bool) -> &View {
        if internal { &self.internal } else { &self.public }
    }

    /// Plans an operation that has a selection of root fields, none of which introspection answers.
    pub(super) fn plan(&self, operation: ast::OperationDefinition<'static, String>) -> Result<Step, GraphError> {
        let document = ast::Document { definitions: vec![ast::Definition::Operation(operation)] };
        let planned = catch_unwind(AssertUnwindSafe(|| {
            let normalized = normalize_operation(&self.planner.supergraph, &document, None)
                .map_err(|error| format!("normalising: {error}"))?;
            self.planner
                .plan_from_normalized_operation(
                    normalized.executable_operation(),
                    // Labels of overrides are off: the field stays where it was.
                    PlannerOverrideContext::from_percentage(100.0),
                    &CancellationToken::with_timeout(PLANNING_LIMIT),
                )
                .map_err(|error| format!("planning: {error}"))
        }));
        let plan = match planned {
            Ok(Ok(plan)) => plan,
            Ok(Err(problem)) => {
                tracing::error!(%problem, "an operation cannot be planned");
                return Err(GraphError::new(codes::INTERNAL, "The operation cannot be planned."));
            }
            Err(_) => {
                tracing::error!(operation = %document, "the planner panicked");
                return Err(GraphError::new(codes::INTERNAL, "The operation cannot be planned."));
            }
        };
        Converter { schema: &self.internal.schema, subgraphs: &self.subgraphs }.plan(plan).map_err(|problem| {
            tracing::error!(%problem, "a plan cannot be compiled");
            GraphError::new(codes::INTERNAL, "The operation cannot be planned.")
        })
    }
}

fn parse_schema(text: &str) -> Result<schema_ast::Document<'static, String>, String> {
    graphql_tools::parser::parse_schema::<String>(text)
        .map(schema_ast::Document::into_static)
        .map_err(|error| error.to_string())
}

fn view(supergraph: &str, internal: bool) -> Result<View, String> {
    let sdl = schema_view(supergraph, internal).map_err(|error| error.to_string())?;
    let schema = Schema::read(&sdl)?;
    let mut document = parse_schema(&sdl)?;
    document.definitions.extend(parse_schema(INTROSPECTION)?.definitions);
    let meta = parse_schema("type Query { __schema: __Schema! __type(name: String!): __Type }")?;
    let meta_fields = meta.definitions.into_iter().find_map(|definition| match definition {
        schema_ast::Definition::TypeDefinition(schema_ast::TypeDefinition::Object(object)) => Some(object.fields),
        _ => None,
    });
    for definition in &mut document.definitions {
        if let schema_ast::Definition::TypeDefinition(schema_ast::TypeDefinition::Object(object)) = definition
            && object.name == schema.query.as_str()
        {
            object.fields.extend(meta_fields.clone().unwrap_or_default());
        }
    }
    Ok(View { schema, sdl, document })
}
