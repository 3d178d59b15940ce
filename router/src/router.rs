//! The router itself: prepared operations, and the way from a request to an answer.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Name, Value};
use bytes::Bytes;
use futures::future::BoxFuture;
use moka::sync::Cache;
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use platform::identity::{Principal, Scope};
use platform::trace::{Span, SpanKind, trace_id};

use crate::error::{GraphError, codes};
use crate::execute::tree::Kept;
use crate::execute::{Run, run};
use crate::guard::{Limits, PoliciesOfPrincipal, PolicyEvaluator};
use crate::introspect;
use crate::operation::OperationKind;
use crate::plan::prepared::{Planned, Prepared, Source, prepare};
use crate::plan::variables::coerce;
use crate::plan::{PlanEngine, QueryPlan};
use crate::respond::{Denial, Written, write, write_failure, write_null};

/// How a router behaves. The defaults are meant for production.
#[derive(Clone, Debug)]
pub struct RouterSettings {
    /// The largest request that is accepted.
    pub limits: Limits,
    /// Whether clients may introspect the schema. Default true; our own services always may.
    pub introspection: bool,
    /// Whether messages of subgraph errors that carry no code are kept from clients. Default true.
    pub mask_errors: bool,
    /// How long a request may take before it is answered with what is there. Default 30 s.
    pub request_limit: Duration,
    /// How many entities one request to a subgraph may ask for; more are asked for in several requests side by side.
    /// Default 1,000.
    pub entities_per_request: usize,
    /// How much memory prepared operations may take, about, in bytes. Default 64 MiB.
    pub plan_cache_bytes: u64,
    /// The labels of progressive overrides that are on. A label `percent(n)` is on for so many requests in a hundred.
    pub override_labels: Vec<String>,
    /// Decides which policies of `@policy` hold. Default: those that a verified access token names.
    pub policies: Arc<dyn PolicyEvaluator>,
    /// Whether browsers that open the GraphQL endpoint get a page to try it. Default true.
    pub ide: bool,
}

impl Default for RouterSettings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            introspection: true,
            mask_errors: true,
            request_limit: Duration::from_secs(30),
            entities_per_request: 1_000,
            plan_cache_bytes: 64 * 1024 * 1024,
            override_labels: Vec::new(),
            policies: Arc::new(PoliciesOfPrincipal),
            ide: true,
        }
    }
}

impl RouterSettings {
    /// Decides for a request whether a label of a progressive override is on.
    fn is_label_on(&self, label: &str) -> bool {
        let percent =
            label.strip_prefix("percent(").and_then(|rest| rest.strip_suffix(')')?.trim().parse::<f64>().ok());
        match percent {
            Some(percent) => rand::random::<f64>() * 100.0 < percent,
            None => self.override_labels.iter().any(|on| on == label),
        }
    }
}

/// Why a router cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// The supergraph cannot be served.
    #[error("the supergraph cannot be served: {0}")]
    Supergraph(String),
    /// There is no way to a subgraph.
    #[error("there is no transport to subgraph \"{0}\"")]
    NoTransport(String),
}

/// A GraphQL request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which of its operations to execute; needed where it has several.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: BTreeMap<Name, Value>,
}

/// The answer to a GraphQL request.
#[derive(Clone, Debug)]
pub struct Response {
    /// The answer as JSON: `{"data":…,"errors":…}`.
    pub body: Vec<u8>,
    /// The errors in it.
    pub errors: Vec<GraphError>,
    /// Whether the operation was executed; if not, the request itself was at fault and there is no `data`.
    pub executed: bool,
    /// Whether `data` is null.
    pub data_is_null: bool,
    /// Whether a subgraph gave a kept answer again, for an idempotency key.
    pub replayed: bool,
}

/// A subgraph that a supergraph refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubgraphAddress {
    /// Its name.
    pub name: String,
    /// Where the supergraph says that it is served; may be empty.
    pub url: String,
}

/// Serves one supergraph.
pub struct Router {
    pub(crate) settings: RouterSettings,
    pub(crate) engine: PlanEngine,
    transports: Vec<Arc<dyn SubgraphTransport>>,
    names: Vec<String>,
    prepared: Cache<u64, Arc<Prepared>>,
    hasher: RandomState,
}

/// A failed request that was not executed.
pub(crate) type Refused = Vec<GraphError>;

impl Router {
    /// A router for a supergraph in the join specification, with a transport to each of its subgraphs by name.
    ///
    /// # Errors
    /// When the supergraph cannot be read, or a transport is missing.
    pub fn new(
        settings: RouterSettings,
        supergraph: &str,
        mut transports: HashMap<String, Arc<dyn SubgraphTransport>>,
    ) -> Result<Arc<Self>, RouterError> {
        let engine = PlanEngine::new(supergraph).map_err(RouterError::Supergraph)?;
        let names: Vec<String> = engine.subgraphs().iter().map(|subgraph| subgraph.name.clone()).collect();
        let transports = names
            .iter()
            .map(|name| transports.remove(name).ok_or_else(|| RouterError::NoTransport(name.clone())))
            .collect::<Result<Vec<_>, _>>()?;
        let prepared = Cache::builder()
            .max_capacity(settings.plan_cache_bytes)
            .weigher(|_, prepared: &Arc<Prepared>| prepared.weight())
            .build();
        Ok(Arc::new(Self { settings, engine, transports, names, prepared, hasher: RandomState::new() }))
    }

    /// The subgraphs that a supergraph refers to, in the order of their names.
    ///
    /// # Errors
    /// When the supergraph cannot be read.
    pub fn subgraphs_of(supergraph: &str) -> Result<Vec<SubgraphAddress>, RouterError> {
        let engine = PlanEngine::new(supergraph).map_err(RouterError::Supergraph)?;
        let mut addresses: Vec<_> = engine
            .subgraphs()
            .iter()
            .map(|subgraph| SubgraphAddress { name: subgraph.name.clone(), url: subgraph.url.clone() })
            .collect();
        addresses.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(addresses)
    }

    /// The schema that clients may ask, as text.
    pub fn api_schema(&self) -> &str {
        &self.engine.public.sdl
    }

    /// Executes a request.
    pub async fn execute(&self, request: Request, context: &RequestContext) -> Response {
        let internal = context.principal.has_scope(Scope::Service);
        let prepared = match self.prepared(&request.query, request.operation_name.as_deref(), internal) {
            Ok(prepared) => prepared,
            Err(errors) => return refused(errors, context),
        };
        self.execute_prepared(&prepared, request.variables, context).await
    }

    /// How a request would be answered for a principal, without asking anybody: the policies that hold are those of the
    /// principal.
    ///
    /// # Errors
    /// Those of a request that cannot be executed.
    pub fn explain(&self, request: Request, context: &RequestContext) -> Result<QueryPlan, Vec<GraphError>> {
        let planned = self.planned(request, context)?;
        Ok(QueryPlan::of(&planned.plan, self.engine.subgraphs()))
    }

    /// Parses, checks and plans a request, so that it is at hand when it is asked for.
    ///
    /// # Errors
    /// Those of a request that cannot be executed.
    pub fn prepare(&self, request: Request, context: &RequestContext) -> Result<(), Vec<GraphError>> {
        self.planned(request, context).map(|_| ())
    }

    fn planned(&self, request: Request, context: &RequestContext) -> Result<Planned, Vec<GraphError>> {
        let internal = context.principal.has_scope(Scope::Service);
        let prepared = self.prepared(&request.query, request.operation_name.as_deref(), internal)?;
        let view = self.engine.view(prepared.internal);
        let values = coerce(&view.schema, &prepared.variables, request.variables)?;
        let policies = context.principal.policies.iter().cloned().collect();
        let planned = prepared
            .plan(&self.engine, &values, &context.principal, &policies, |label| self.settings.is_label_on(label))
            .map_err(|error| vec![error])?;
        self.note(&prepared, &planned);
        Ok(planned)
    }

    /// The cache weighs what it is given: with another plan, an operation is heavier.
    fn note(&self, prepared: &Arc<Prepared>, planned: &Planned) {
        if let (true, Some(key)) = (planned.is_new, prepared.cache_key) {
            self.prepared.insert(key, Arc::clone(prepared));
        }
    }

    pub(crate) async fn execute_prepared(
        &self,
        prepared: &Arc<Prepared>,
        variables: BTreeMap<Name, Value>,
        context: &RequestContext,
    ) -> Response {
        match self.run(prepared, variables, context, 0).await {
            Ok(written) => Response {
                body: written.body,
                errors: written.errors,
                executed: true,
                data_is_null: written.data_is_null,
                replayed: written.replayed,
            },
            Err(errors) => refused(errors, context),
        }
    }

    /// Runs a prepared operation and writes its answer; errors are those of a request that cannot be executed.
    pub(crate) async fn run(
        &self,
        prepared: &Arc<Prepared>,
        variables: BTreeMap<Name, Value>,
        context: &RequestContext,
        marks: usize,
    ) -> Result<Written, Refused> {
        let (mut span, context) = Span::within(context, SpanKind::Internal, || prepared.title());
        let outcome = self.run_traced(prepared, variables, &context, marks).await;
        if let Some(span) = &mut span
            && let Some(error) = outcome.as_ref().map_or_else(|errors| errors.first(), |written| written.errors.first())
        {
            span.fail(error.code.clone());
        }
        outcome
    }

    async fn run_traced(
        &self,
        prepared: &Arc<Prepared>,
        variables: BTreeMap<Name, Value>,
        context: &RequestContext,
        marks: usize,
    ) -> Result<Written, Refused> {
        if prepared.kind == OperationKind::Subscription {
            return Err(vec![GraphError::new(codes::OPERATION, "Subscriptions are not served here.")]);
        }
        let view = self.engine.view(prepared.internal);
        let values = coerce(&view.schema, &prepared.variables, variables)?;
        let trace = context.trace_parent.as_deref().map(trace_id);
        let policies = self.policies(prepared, context).await;
        let is_on = |label: &str| self.settings.is_label_on(label);
        let plan = match prepared.plan(&self.engine, &values, &context.principal, &policies, is_on) {
            Ok(planned) => {
                self.note(prepared, &planned);
                planned.plan
            }
            // The request is right; it is the graph that cannot answer it.
            Err(error) => return Ok(write_null(vec![error], trace)),
        };
        let kept = Kept::default();
        let mut outcome = run(
            &plan,
            &Run {
                transports: &self.transports,
                names: &self.names,
                values: &values,
                context,
                mask: self.settings.mask_errors,
                limit: self.settings.request_limit,
                entities_per_request: self.settings.entities_per_request,
            },
            &kept,
        )
        .await;
        if plan.introspects
            && let Err(error) = introspect::answer(&view.schema, &plan.projection, &values, &kept, &mut outcome.root)
        {
            return Ok(write_null(vec![error], trace));
        }
        Ok(write(&plan, outcome, denial(&context.principal), marks, trace))
    }

    /// The policies that hold, of those that an operation depends on.
    async fn policies(&self, prepared: &Prepared, context: &RequestContext) -> HashSet<String> {
        if prepared.policies.is_empty() || context.principal.service.is_some() {
            return HashSet::new();
        }
        let holding = self.settings.policies.holding(&prepared.policies, context);
        match tokio::time::timeout(self.settings.request_limit, holding).await {
            Ok(policies) => policies,
            Err(_) => {
                tracing::error!("which policies hold is not known in time: none does");
                HashSet::new()
            }
        }
    }

    /// Whether clients could have this document executed; otherwise the first reason why not, as they would be told.
    ///
    /// # Errors
    /// The reason.
    pub fn validate(&self, document: &str) -> Result<(), String> {
        let first = |errors: Refused| errors.into_iter().next().map(|error| error.message).unwrap_or_default();
        self.prepared(document, None, false).map(|_| ()).map_err(first)
    }

    /// The prepared form of an operation; from the cache, or made now.
    pub(crate) fn prepared(
        &self,
        text: &str,
        operation_name: Option<&str>,
        internal: bool,
    ) -> Result<Arc<Prepared>, Refused> {
        let hash = self.hasher.hash_one((text, operation_name, internal));
        let fits = |known: &Arc<Prepared>| {
            known.internal == internal && *known.text == *text && known.requested_name.as_deref() == operation_name
        };
        if let Some(known) = self.prepared.get(&hash).filter(fits) {
            return Ok(known);
        }
        let source = |cache_key| Source { text, operation_name, internal, marks: Vec::new(), cache_key };
        let prepare = |cache_key| {
            prepare(&self.engine, &self.settings.limits, self.settings.introspection, source(cache_key)).map(Arc::new)
        };
        // Requests for the same new operation wait for the first of them; others do not wait for each other.
        let made = self.prepared.try_get_with(hash, || prepare(Some(hash))).map_err(Arc::unwrap_or_clone)?;
        // Where another operation has the hash, this one is prepared each time.
        if fits(&made) { Ok(made) } else { prepare(None) }
    }
}

fn denial(principal: &Principal) -> Denial {
    match principal.is_authenticated() {
        true if !principal.withheld.is_empty() => Denial::SecondFactor,
        true => Denial::Forbidden,
        false => Denial::Unauthenticated,
    }
}

fn refused(errors: Vec<GraphError>, context: &RequestContext) -> Response {
    let trace = context.trace_parent.as_deref().map(trace_id);
    Response { body: write_failure(&errors, trace), errors, executed: false, data_is_null: true, replayed: false }
}

/// The whole graph as one transport: a service asks it as it would ask another service.
impl SubgraphTransport for Router {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async move {
            let request = request.with_values();
            let asked = Request {
                query: request.query.as_ref().to_owned(),
                operation_name: None,
                variables: request.variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            };
            let response = Router::execute(self, asked, &request.context).await;
            Ok(GraphAnswer::Json { status: 200, body: Bytes::from(response.body) })
        })
    }
}
