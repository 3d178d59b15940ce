//! The REST interface: one GraphQL operation a route, compiled to a plan at start.
//!
//! A document in `schema/rest/v1` holds operations that carry their route in a directive:
//!
//! ```graphql
//! query GetProduct($id: ID!)
//!   @rest(method: GET, path: "/api/v1/products/{id}", data: "product", tag: "products", summary: "One product") {
//!   product(id: $id) { id title }
//! }
//! ```
//!
//! | argument | meaning |
//! | --- | --- |
//! | `method`, `path` | the route; `{name}` in the path is the variable `$name`, or the field `name` of `$input` |
//! | `status` | the status of success, 200 if left out; 204 has no body |
//! | `data` | where the body is in the data, as response keys joined by dots; `*` for the whole of a query's data |
//! | `sort` | what `?sort=` accepts, as `"-createdAt=NEWEST price=PRICE_ASC"`: parameter = value of `$sort` |
//! | `media` | the media type of the answer, where the value at `data` is a text that is the body itself, as a CSV file or a JSON document |
//! | `take` | what is read of a body that somebody else defines, as `"data.paymentKey=key"`: path = variable |
//! | `tag`, `summary` | for the documentation |
//! | `idempotent` | whether the route honours `Idempotency-Key` |
//! | `deprecated`, `sunset` | since when the route is deprecated, and when it ends (RFC 3339 dates) |
//!
//! Queries are for GET, or for POST where what is asked is too much for an address: an `$input`.
//!
//! The request's body is `$input`; `limit` is `$first`, `cursor` is `$after`, `filter[x]` is the field `x` of `$where`,
//! and every other parameter is the variable of its name. A connection (`nodes`, `pageInfo`) or list becomes
//! `{data, page: {next, hasMore}}`; everything else is the body as it is.
//!
//! What a mutation refuses in its `userErrors` becomes a problem with the status of the first code's kind, which the code
//! declares by a tag where it is declared (`platform::refusal`).

mod answer;
mod document;
mod openapi;
mod problem;
mod refusals;
mod request;
mod routes;
mod serve;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router as Routes;
use axum::routing::{any, get};
use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, SubgraphTransport, TransportError};
use serde_json::{Map, Value};
use tower_http::compression::CompressionLayer;

use self::document::Operation;
use self::refusals::Refusals;
use self::routes::RouteTable;
use crate::http::Edge;
use crate::router::{Router, RouterError, RouterSettings};

/// A document of REST operations.
#[derive(Clone, Debug)]
pub struct RestDocument {
    /// Its name, for messages: the file's.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What others serve beside the operations: OpenAPI's path items by path, each with an operation for each method. It is
/// part of the OpenAPI document, and may refer to its `#/components/responses/Problem`.
pub type Beside = Map<String, Value>;

/// Why the REST interface cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{document}: {problem}")]
pub struct RestError {
    /// The document, and the operation where one is at fault.
    pub document: String,
    /// What is wrong.
    pub problem: String,
}

/// A route with its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestRouteUse {
    /// `GET`, `POST`, ….
    pub method: String,
    /// The path, parameters in braces.
    pub path: String,
    /// The name of its operation.
    pub operation: String,
    /// How many requests it had since the process started.
    pub requests: u64,
    /// Since when it is deprecated (RFC 3339 date).
    pub deprecated_since: Option<String>,
    /// When it ends (RFC 3339 date).
    pub sunset: Option<String>,
}

/// The REST interface over a router.
pub struct RestApi {
    router: Arc<Router>,
    operations: Vec<Operation>,
    requests: Vec<AtomicU64>,
    table: RouteTable,
    refusals: Refusals,
    openapi: Vec<u8>,
}

const DOCS: &str = include_str!("docs.html");

impl RestApi {
    /// Compiles every operation of the documents, and describes them with what others serve `beside` them.
    ///
    /// # Errors
    /// Each operation that does not fit the graph, or that somebody else serves, and each code of a refusal that does not
    /// declare its kind, with the reason.
    pub fn new(router: Arc<Router>, documents: &[RestDocument], beside: &Beside) -> Result<Arc<Self>, Vec<RestError>> {
        let mut errors = Vec::new();
        let mut operations = Vec::new();
        for document in documents {
            operations.extend(document::read(&router, document, &mut errors));
        }
        operations.sort_by(|left, right| (&left.path, left.method.as_str()).cmp(&(&right.path, right.method.as_str())));
        let mut table = RouteTable::default();
        for (number, operation) in operations.iter().enumerate() {
            if let Err(problem) = table.add(operation, number) {
                errors.push(RestError { document: operation.name.clone(), problem });
            }
        }
        for pair in operations.windows(2) {
            if operations.iter().filter(|other| other.name == pair[0].name).count() > 1 {
                let problem = "two operations have this name".to_owned();
                errors.push(RestError { document: pair[0].name.clone(), problem });
            }
        }
        for (path, method) in beside.iter().flat_map(|(path, item)| methods(item).map(move |method| (path, method))) {
            let same = |operation: &&Operation| {
                openapi::bare(&operation.path) == openapi::bare(path)
                    && operation.method.as_str().eq_ignore_ascii_case(method)
            };
            if let Some(operation) = operations.iter().find(same) {
                let problem = format!("somebody else serves {method} {path}");
                errors.push(RestError { document: operation.name.clone(), problem });
            }
        }
        let refusals = Refusals::read(&router.engine, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let openapi = openapi::generate(&router.engine.public.schema, &operations, &refusals, beside);
        let requests = operations.iter().map(|_| AtomicU64::new(0)).collect();
        Ok(Arc::new(Self { router, operations, requests, table, refusals, openapi }))
    }

    /// The routes under `/api/v1`, the OpenAPI document at `/openapi.json` and its reader at `/docs`.
    pub fn routes(self: &Arc<Self>, edge: &Edge) -> Routes {
        let state = serve::Served { api: Arc::clone(self), edge: edge.clone() };
        Routes::new()
            .route("/api/v1", any(serve::serve))
            .route("/api/v1/{*path}", any(serve::serve))
            .route("/openapi.json", get(serve::openapi))
            .route("/docs", get(serve::docs))
            .layer(CompressionLayer::new().gzip(true))
            .with_state(state)
    }

    /// The OpenAPI 3.1 document, as JSON.
    pub fn openapi(&self) -> &[u8] {
        &self.openapi
    }

    /// Every route with its use, in the order of paths.
    pub fn route_uses(&self) -> Vec<RestRouteUse> {
        self.operations
            .iter()
            .zip(&self.requests)
            .map(|(operation, requests)| RestRouteUse {
                method: operation.method.to_string(),
                path: operation.path.clone(),
                operation: operation.name.clone(),
                requests: requests.load(Ordering::Relaxed),
                deprecated_since: operation.deprecated.as_ref().map(|date| date.text.clone()),
                sunset: operation.sunset.as_ref().map(|date| date.text.clone()),
            })
            .collect()
    }
}

/// The methods of a path item.
fn methods(item: &Value) -> impl Iterator<Item = &str> {
    item.as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}

/// A transport that leads nowhere, for what needs a graph but asks nothing.
struct Nowhere;

impl SubgraphTransport for Nowhere {
    fn execute(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async { Err(TransportError::Connection("nothing is served".to_owned())) })
    }
}

/// Checks REST documents against a supergraph and answers the OpenAPI document, without serving anything.
///
/// # Errors
/// When the supergraph cannot be read, or an operation does not fit it.
pub fn openapi(supergraph: &str, documents: &[RestDocument], beside: &Beside) -> Result<Vec<u8>, Vec<RestError>> {
    let failed = |error: RouterError| vec![RestError { document: "supergraph".to_owned(), problem: error.to_string() }];
    let transports: HashMap<String, Arc<dyn SubgraphTransport>> = Router::subgraphs_of(supergraph)
        .map_err(failed)?
        .into_iter()
        .map(|subgraph| (subgraph.name, Arc::new(Nowhere) as Arc<dyn SubgraphTransport>))
        .collect();
    let router = Router::new(RouterSettings::default(), supergraph, transports).map_err(failed)?;
    Ok(RestApi::new(router, documents, beside)?.openapi.clone())
}
