//! The subgraph.

use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use platform::errors::GraphError;
use platform::graph::GraphClient;
use platform::identity::{AnyScope, Scope, current_principal, request_context};

use crate::front_door::{FrontDoor, RestRouteUse, ServiceEntry, SupergraphInForce, attached};
use crate::probe::probe;

/// The executable schema.
pub(crate) type GatewaySchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// The schema over a running service.
pub(crate) fn schema(graph: GraphClient) -> GatewaySchema {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .disable_introspection()
        .validation_mode(async_graphql::ValidationMode::Fast)
        .data(graph)
        .finish()
}

/// The subgraph's SDL.
pub(crate) fn sdl() -> String {
    platform::graph::print_sdl(&Schema::build(Query, EmptyMutation, EmptySubscription).finish())
}

/// How a service behind the graph is.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct ServiceStatus {
    /// The service's name.
    name: String,
    /// The version that runs.
    version: String,
    /// Whether it answers and has what it needs to work.
    healthy: bool,
    /// How long it took to answer, in milliseconds.
    latency_ms: f64,
    /// What is wrong; null while it is healthy.
    detail: Option<String>,
    /// When it was asked.
    checked_at: DateTime<Utc>,
}

/// The supergraph that answers clients.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Supergraph {
    /// The SHA-256 of its SDL, in hexadecimal.
    hash: String,
    /// When it was composed.
    composed_at: DateTime<Utc>,
    /// The subgraphs that it is made of.
    subgraphs: Vec<String>,
}

impl From<SupergraphInForce> for Supergraph {
    fn from(supergraph: SupergraphInForce) -> Self {
        Self { hash: supergraph.hash, composed_at: supergraph.composed_at, subgraphs: supergraph.subgraphs }
    }
}

/// A REST route, and the operation that it is a shim for.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct RestRoute {
    /// The HTTP method, as in `GET`.
    method: String,
    /// The path with its parameters, as in `/api/v1/orders/{id}`.
    path: String,
    /// The GraphQL operation behind it.
    operation: String,
    /// Requests since the process started.
    requests: i32,
    /// Since when it is deprecated; null while it is not.
    deprecated_since: Option<DateTime<Utc>>,
    /// When it will be gone; null while that is not decided.
    sunset: Option<DateTime<Utc>>,
}

impl From<RestRouteUse> for RestRoute {
    fn from(route: RestRouteUse) -> Self {
        Self {
            method: route.method,
            path: route.path,
            operation: route.operation,
            requests: i32::try_from(route.requests).unwrap_or(i32::MAX),
            deprecated_since: route.deprecated_since,
            sunset: route.sunset,
        }
    }
}

fn front_door() -> Result<&'static FrontDoor, GraphError> {
    attached().ok_or_else(|| GraphError::unavailable("no front door is attached"))
}

async fn status(ctx: &Context<'_>, service: &ServiceEntry) -> async_graphql::Result<ServiceStatus> {
    let health = probe(ctx.data::<GraphClient>()?, service, request_context(ctx)).await;
    Ok(ServiceStatus {
        name: service.name.clone(),
        version: service.version.clone(),
        healthy: health.healthy,
        latency_ms: health.latency.as_secs_f64() * 1_000.0,
        detail: health.detail.map(str::to_owned),
        checked_at: health.checked_at,
    })
}

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// How every service is, asked now. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn services(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ServiceStatus>> {
        let services = &front_door()?.services;
        join_all(services.iter().map(|service| status(ctx, service))).await.into_iter().collect()
    }

    /// The supergraph in force. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn supergraph(&self) -> async_graphql::Result<Supergraph> {
        let in_force = (front_door()?.supergraph)();
        Ok(in_force.map(Supergraph::from).ok_or_else(|| GraphError::unavailable("no supergraph is in force"))?)
    }

    /// Every REST route with its use. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn rest_routes(&self) -> async_graphql::Result<Vec<RestRoute>> {
        Ok((front_door()?.rest_routes)().into_iter().map(RestRoute::from).collect())
    }

    #[graphql(entity)]
    async fn find_service_status_by_name(
        &self,
        ctx: &Context<'_>,
        name: String,
    ) -> async_graphql::Result<Option<ServiceStatus>> {
        if !current_principal(ctx).has_scope(Scope::Staff) {
            return Ok(None);
        }
        match front_door()?.services.iter().find(|service| service.name == name) {
            Some(service) => Ok(Some(status(ctx, service).await?)),
            None => Ok(None),
        }
    }
}
