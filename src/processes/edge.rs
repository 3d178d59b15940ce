//! The public side of a process: GraphQL, REST, the web client.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::anyhow;
use platform::graph::{GraphClient, RequestContext, SubgraphTransport};
use platform::identity::{AccessTokenVerifier, ImpersonationSource, InternalTokens, JwkSource};
use router::rest::RestApi;
use router::{Access, Edge, Router};

use super::assembly::Shared;
use super::clients::RegisteredClients;
use super::documents::RegisteredDocuments;
use crate::config::Config;
use crate::services::GATEWAY;
use crate::{schema, web};

/// The router of the market, and all that clients reach through it.
pub(super) struct PublicSide {
    pub(super) router: Arc<Router>,
    pub(super) rest: Arc<RestApi>,
    pub(super) supergraph: Arc<str>,
    pub(super) routes: axum::Router,
    edge: Edge,
}

impl PublicSide {
    /// Everything that clients reach, with the routes of services, which are told who asks.
    pub(super) fn with_services(&self, services: axum::Router) -> axum::Router {
        self.routes.clone().merge(self.edge.identified(services))
    }
}

/// Whether looks at the market as somebody else go on, asked of the admin service.
fn impersonations(graph: &GraphClient) -> ImpersonationSource {
    let graph = graph.for_service(GATEWAY.name);
    Arc::new(move |id| {
        let graph = graph.clone();
        Box::pin(async move {
            let asked = admin::impersonation_goes_on(&graph, id, &RequestContext::default()).await;
            asked.inspect_err(|error| tracing::warn!(%error, "whether an impersonation goes on is not known")).ok()
        })
    })
}

/// Builds the public side over the subgraphs' transports.
pub(super) fn public_side(
    config: &Config,
    transports: HashMap<String, Arc<dyn SubgraphTransport>>,
    shared: &Shared,
    keys: JwkSource,
    internal: Option<Arc<InternalTokens>>,
) -> anyhow::Result<PublicSide> {
    let supergraph = schema::compose()?;
    let router = Router::new(config.router_settings(), &supergraph, transports)?;
    let rest =
        RestApi::new(Arc::clone(&router), &schema::rest_documents(), &schema::beside_rest()).map_err(|errors| {
            let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
            anyhow!("REST routes do not fit the graph:{lines}")
        })?;
    let (lifetime, bytes) = config.trusted_document_cache();
    let clients = RegisteredClients::new(&shared.graph, shared.cache.clone(), config.api_key_cache());
    let edge = Edge {
        router: Arc::clone(&router),
        access: Access::Verified(Arc::new(AccessTokenVerifier::new(keys).asking(impersonations(&shared.graph)))),
        internal,
        trusts_forwarded: config.trusts_forwarded(),
        clients: Some(Arc::new(clients)),
        documents: Some(Arc::new(RegisteredDocuments::new(&shared.graph, lifetime, bytes))),
        propagated: Arc::default(),
    };
    let routes = axum::Router::new()
        .merge(edge.graphql_routes())
        .merge(rest.routes(&edge))
        .merge(web::routes(&config.process.web_client, &config.process.content_security_policy)?);
    Ok(PublicSide { router, rest, supergraph: supergraph.into(), routes, edge })
}
