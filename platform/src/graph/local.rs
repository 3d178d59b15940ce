//! The in-process transport: a direct call of the subgraph's schema.

use std::sync::Arc;

use async_graphql::{ObjectType, Request, Schema, SubscriptionType};
use futures::future::BoxFuture;

use super::{GraphAnswer, GraphRequest, SubgraphTransport, TransportError};

/// An async-graphql schema with its types erased.
pub trait LocalSchema: Send + Sync {
    /// Executes one request.
    fn answer(&self, request: Request) -> BoxFuture<'_, async_graphql::Response>;
}

impl<Q, M, S> LocalSchema for Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn answer(&self, request: Request) -> BoxFuture<'_, async_graphql::Response> {
        Box::pin(Schema::execute(self, request))
    }
}

/// Reaches a subgraph that lives in this process.
#[derive(Clone)]
pub struct LocalTransport {
    schema: Arc<dyn LocalSchema>,
}

impl LocalTransport {
    /// A transport to `schema`.
    pub fn new(schema: Arc<dyn LocalSchema>) -> Self {
        Self { schema }
    }
}

impl SubgraphTransport for LocalTransport {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async move {
            let request = request.with_values();
            let mut local = Request::new(&*request.query).variables(request.variables).data(request.context);
            if let Some(document) = request.document {
                local.set_parsed_query((*document).clone());
            }
            Ok(GraphAnswer::Tree(Box::new(self.schema.answer(local).await)))
        })
    }

    fn in_memory(&self) -> bool {
        true
    }
}
