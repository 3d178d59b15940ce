//! Programs that ask with an API key: who they are, as the gateway's subgraph knows them, and what they have spent.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use moka::future::Cache as Kept;
use platform::cache::Cache;
use platform::graph::{GraphClient, RequestContext};
use platform::identity::{OrganisationRole, Principal, Scope};
use platform::trace::trace_id;
use router::{Allowance, ApiClients, GraphError, codes};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::services::GATEWAY;

/// A client's time to spend its quota in.
const WINDOW: Duration = Duration::from_secs(60);

/// The clients that staff has registered at the gateway.
pub(super) struct RegisteredClients {
    graph: GraphClient,
    /// Whose a key is, by its SHA-256; nobody's, too, so that guessing does not reach the database each time.
    known: Kept<[u8; 32], Option<Arc<Principal>>>,
    quotas: Kept<Uuid, u64>,
    spent: Cache,
}

impl RegisteredClients {
    /// Clients that are asked for at the gateway's subgraph and kept for `lifetime`, up to `count` of them. All processes
    /// that share the cache count together.
    pub(super) fn new(graph: &GraphClient, spent: Cache, (lifetime, count): (Duration, u64)) -> Self {
        Self {
            graph: graph.for_service(GATEWAY.name),
            known: Kept::builder().max_capacity(count).time_to_live(lifetime).build(),
            quotas: Kept::builder().max_capacity(count).time_to_live(lifetime.max(WINDOW)).build(),
            spent,
        }
    }

    async fn ask(&self, key: &str, context: &RequestContext) -> Result<Option<Arc<Principal>>, GraphError> {
        let found = gateway::client_of_api_key(&self.graph, key, context).await.map_err(|error| {
            tracing::error!(%error, trace = context.trace_parent.as_deref().map(trace_id), "no API key was read");
            GraphError::new(codes::UNAVAILABLE, "API keys cannot be verified right now; try again.")
        })?;
        let Some(client) = found else { return Ok(None) };
        self.quotas.insert(client.id, client.cost_per_minute).await;
        let mut scopes = Vec::new();
        scopes.extend(client.seller_id.map(|_| Scope::Seller));
        scopes.extend(client.is_staffs.then_some(Scope::Staff));
        Ok(Some(Arc::new(Principal {
            client: Some(client.id),
            scopes,
            // What a manager may: no key opens what belongs to a seller's owners.
            roles: client.seller_id.map(|_| OrganisationRole::Manager).into_iter().collect(),
            organisations: client.seller_id.into_iter().collect(),
            // A program proves nothing anew: what asks for a recent proof is for persons.
            proof_lifetime: Some(0),
            ..Principal::default()
        })))
    }
}

impl ApiClients for RegisteredClients {
    fn identify<'a>(
        &'a self,
        key: &'a str,
        context: &'a RequestContext,
    ) -> BoxFuture<'a, Result<Option<Arc<Principal>>, GraphError>> {
        async move {
            let digest: [u8; 32] = Sha256::digest(key).into();
            if let Some(known) = self.known.get(&digest).await {
                return Ok(known);
            }
            let found = self.ask(key, context).await?;
            self.known.insert(digest, found.clone()).await;
            Ok(found)
        }
        .boxed()
    }

    fn spend(&self, client: Uuid, cost: u64) -> BoxFuture<'_, Option<Allowance>> {
        async move {
            let per_minute = self.quotas.get(&client).await?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let (window, into) = (now / WINDOW.as_secs(), now % WINDOW.as_secs());
            let key = format!("quota:{client}:{window}");
            let counted = self.spent.add(&key, u32::try_from(cost).unwrap_or(u32::MAX), WINDOW).await;
            // Nobody is kept out because the cache is away.
            let spent = counted.inspect_err(|error| tracing::warn!(%error, "a quota is not counted")).ok()?;
            Some(Allowance { per_minute, spent, resets_in: Duration::from_secs(WINDOW.as_secs() - into) })
        }
        .boxed()
    }
}
