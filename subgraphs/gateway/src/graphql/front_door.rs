//! The services, the supergraph and the REST routes.

use std::collections::HashMap;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, TimeDelta, Utc};
use platform::business_days::day_in_seoul;
use platform::date::Date;
use platform::errors::{ErrorCode, GraphError};
use platform::graph::GraphClient;
use platform::identity::request_context;
use platform::money::Long;

use crate::actions::Gateway;
use crate::front_door::{FrontDoor, RestRouteUse, ServiceEntry, SupergraphInForce, attached};
use crate::model::SupergraphRow;
use crate::probe::probe;
use crate::store;

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
    /// The SDL, in the join specification.
    sdl: String,
}

impl From<SupergraphInForce> for Supergraph {
    fn from(supergraph: SupergraphInForce) -> Self {
        let SupergraphInForce { hash, composed_at, subgraphs, sdl } = supergraph;
        Self { hash, composed_at, subgraphs, sdl: sdl.to_string() }
    }
}

/// A supergraph that has answered clients.
pub(crate) struct PastSupergraph {
    pub(super) row: SupergraphRow,
}

/// A supergraph that has answered clients.
#[Object]
impl PastSupergraph {
    /// The SHA-256 of its SDL, in hexadecimal.
    async fn hash(&self) -> &str {
        &self.row.hash
    }

    /// The subgraphs that it is made of.
    async fn subgraphs(&self) -> &[String] {
        &self.row.subgraphs
    }

    /// Since when it answered, until the next one did.
    async fn in_force_since(&self) -> DateTime<Utc> {
        self.row.in_force_since
    }

    /// The SDL, in the join specification.
    async fn sdl(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let mut connection = ctx.data::<Gateway>()?.database.connection().await.map_err(GraphError::from)?;
        Ok(store::sdl_of(&mut connection, self.row.sequence).await.map_err(GraphError::from)?)
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
    /// Requests to the process that answers, since it started.
    requests: i32,
    /// Requests to all processes on each day in Korea that had some, the newest first. What came a moment ago is not in it yet.
    daily: Vec<RestRouteDay>,
    /// Since when it is deprecated; null while it is not.
    deprecated_since: Option<DateTime<Utc>>,
    /// When it will be gone; null while that is not decided.
    sunset: Option<DateTime<Utc>>,
}

/// The use of a REST route on one day.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct RestRouteDay {
    /// The day, in Korea.
    day: Date,
    /// Requests, whatever they were answered.
    requests: Long,
}

/// The most days that are looked back.
const MOST_DAYS: i32 = 400;

/// Every route with its use, as far back as so many days.
pub(super) async fn rest_routes(ctx: &Context<'_>, days: i32) -> async_graphql::Result<Vec<RestRoute>> {
    if !(1..=MOST_DAYS).contains(&days) {
        let message = format!("days is between 1 and {MOST_DAYS}");
        return Err(GraphError::new(ErrorCode::BadUserInput, message).into());
    }
    let routes = (front_door()?.rest_routes)();
    let first = day_in_seoul(Utc::now()) - TimeDelta::days(i64::from(days) - 1);
    let rows = {
        let mut connection = ctx.data::<Gateway>()?.database.connection().await.map_err(GraphError::from)?;
        store::route_uses(&mut connection, first).await.map_err(GraphError::from)?
    };
    let mut daily: HashMap<String, Vec<RestRouteDay>> = HashMap::new();
    for (operation, day, requests) in rows {
        daily.entry(operation).or_default().push(RestRouteDay { day: Date(day), requests: Long(requests) });
    }
    let with_days = |route: RestRouteUse| {
        let days = daily.remove(&route.operation).unwrap_or_default();
        RestRoute { daily: days, ..RestRoute::from(route) }
    };
    Ok(routes.into_iter().map(with_days).collect())
}

impl From<RestRouteUse> for RestRoute {
    fn from(route: RestRouteUse) -> Self {
        Self {
            daily: Vec::new(),
            method: route.method,
            path: route.path,
            operation: route.operation,
            requests: i32::try_from(route.requests).unwrap_or(i32::MAX),
            deprecated_since: route.deprecated_since,
            sunset: route.sunset,
        }
    }
}

pub(super) fn front_door() -> Result<&'static FrontDoor, GraphError> {
    attached().ok_or_else(|| GraphError::unavailable("no front door is attached"))
}

pub(super) async fn status(ctx: &Context<'_>, graph: &GraphClient, service: &ServiceEntry) -> ServiceStatus {
    let health = probe(graph, service, request_context(ctx)).await;
    ServiceStatus {
        name: service.name.clone(),
        version: service.version.clone(),
        healthy: health.healthy,
        latency_ms: health.latency.as_secs_f64() * 1_000.0,
        detail: health.detail.map(str::to_owned),
        checked_at: health.checked_at,
    }
}
