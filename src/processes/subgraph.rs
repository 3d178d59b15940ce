//! One service as a process of its own.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use platform::caller::behind_router;
use platform::graph::{HttpTransport, SubgraphTransport, WHOLE_GRAPH};
use platform::server::{health_routes, serve, shutdown_on_signal};
use platform::subgraph::graphql_routes;
use platform::trace::{SpanKind, follow_fetches};

use super::assembly::{Shared, stand, work};
use super::listen;
use crate::config::Config;
use crate::services::{GATEWAY, SERVICES, find};

/// Runs one service until it is told to stop.
pub(crate) async fn subgraph(config: Config, name: &str) -> anyhow::Result<()> {
    let names = || SERVICES.iter().map(|service| service.name).collect::<Vec<_>>().join(", ");
    let definition = find(name).filter(|definition| definition.name != GATEWAY.name).with_context(|| {
        format!("there is no service {name}; there are {} (the gateway runs beside the router)", names())
    })?;
    ensure!(!config.process.amqp_url.is_empty(), "AMQP_URL must name a RabbitMQ: services hear each other through it");
    let (listener, port) = listen(&config, definition.port).await?;
    let shutdown = shutdown_on_signal()?;
    let tokens = config.shared_tokens()?;
    let shared = Shared::new(&config, port, shutdown.clone())?;
    let service = stand(definition, &config, &config.database, config.database_url()?, &shared).await?;
    let over_http = |name: &str, url: String| -> anyhow::Result<(String, Arc<dyn SubgraphTransport>)> {
        let endpoint = format!("{url}/graphql");
        let transport = HttpTransport::to_ours(&endpoint, config.transport.clone(), Arc::clone(&tokens))
            .with_context(|| name.to_owned())?;
        Ok((name.to_owned(), follow_fetches(name, SpanKind::Client, Arc::new(transport))))
    };
    let mut ways: HashMap<String, Arc<dyn SubgraphTransport>> = SERVICES
        .iter()
        .map(|other| over_http(other.name, config.service_url(other.name, other.port)))
        .collect::<anyhow::Result<_>>()?;
    ways.extend([over_http(WHOLE_GRAPH, config.router_url().to_owned())?]);
    shared.graph.connect(ways);
    let mut checks = shared.readiness();
    checks.extend(service.readiness.clone());
    let own = behind_router(service.routes.clone(), Arc::clone(&tokens));
    let routes = graphql_routes(Arc::clone(&service.schema), tokens).merge(own).merge(health_routes(checks));
    work(vec![service], &shared).await?;
    tracing::info!(service = definition.name, port, "the service is open");
    serve(listener, routes, shutdown, config.process.drain).await?;
    Ok(())
}
