//! The front door seen as a subgraph: how the services are, which supergraph is in force, which REST routes there are.

mod front_door;
mod graphql;
mod probe;

pub use front_door::{FrontDoor, RestRouteUse, ServiceEntry, SupergraphInForce, attach};

use std::sync::Arc;

use platform::service::{Service, ServiceContext, ServiceDefinition, StartError};

/// The service. It keeps nothing of its own, and runs beside the router.
pub const SERVICE: ServiceDefinition = ServiceDefinition {
    name: "gateway",
    port: 3000,
    sdl: graphql::sdl,
    migrations: None,
    client_paths: &[],
    tells: &[],
    hears: &[],
    settings: &[],
    start: |context| Box::pin(async move { start(context) }),
};

#[allow(clippy::unnecessary_wraps, reason = "every service may fail to start")]
fn start(context: ServiceContext) -> Result<Service, StartError> {
    Ok(Service {
        schema: Arc::new(graphql::schema(context.graph)),
        routes: axum::Router::new(),
        subscriptions: Vec::new(),
        jobs: Vec::new(),
    })
}
