//! What clients may ask for by its hash: documents that staff has registered at the gateway.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use moka::future::Cache;
use platform::graph::{GraphClient, RequestContext};
use platform::trace::trace_id;
use router::{GraphError, TrustedDocuments, codes};

use crate::services::GATEWAY;

/// The documents, kept for a while.
pub(super) struct RegisteredDocuments {
    graph: GraphClient,
    kept: Cache<String, Arc<str>>,
}

impl RegisteredDocuments {
    /// Documents that are asked for at the gateway's subgraph and kept for `lifetime`, up to `bytes` of them.
    pub(super) fn new(graph: &GraphClient, lifetime: Duration, bytes: u64) -> Self {
        let weight = |hash: &String, body: &Arc<str>| u32::try_from(hash.len() + body.len()).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(bytes).weigher(weight).time_to_live(lifetime).build();
        Self { graph: graph.for_service(GATEWAY.name), kept }
    }
}

impl TrustedDocuments for RegisteredDocuments {
    fn find<'a>(
        &'a self,
        hash: &'a str,
        context: &'a RequestContext,
    ) -> BoxFuture<'a, Result<Option<Arc<str>>, GraphError>> {
        async move {
            if let Some(body) = self.kept.get(hash).await {
                return Ok(Some(body));
            }
            let found = gateway::trusted_body(&self.graph, hash, context).await.map_err(|error| {
                tracing::error!(%error, trace = context.trace_parent.as_deref().map(trace_id), "no trusted document was read");
                GraphError::new(codes::INTERNAL, "The document cannot be read now.")
            })?;
            let Some(body) = found else { return Ok(None) };
            let body: Arc<str> = body.into();
            self.kept.insert(hash.to_owned(), Arc::clone(&body)).await;
            Ok(Some(body))
        }
        .boxed()
    }
}
