//! How a service asks another service, or the whole graph.
//!
//! Operations are `.graphql` files checked against the checked-in SDL at compile time by `graphql_client`.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

use async_graphql::Variables;
use async_graphql::parser::types::ExecutableDocument;
use graphql_client::GraphQLQuery;
use serde::de::DeserializeOwned;

use super::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use crate::identity::Principal;

/// A question to another service failed. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub enum GraphClientError {
    /// The graph is not up yet.
    #[error("{0} is not connected")]
    NotConnected(String),
    /// No answer came.
    #[error("{0}: {1}")]
    Transport(String, TransportError),
    /// The answer was an error.
    #[error("{target} refused {operation}: {message} ({code})")]
    Refused {
        /// The service that was asked.
        target: String,
        /// The operation.
        operation: &'static str,
        /// `extensions.code` of the first error, empty when it has none.
        code: String,
        /// Its message.
        message: String,
    },
    /// The answer does not have the shape that the operation promises.
    #[error("{0} answered in another shape: {1}")]
    Shape(String, String),
}

type Transports = HashMap<String, Arc<dyn SubgraphTransport>>;

/// The ways to every service and to the whole graph; filled by the composition root once all of them stand.
#[derive(Clone, Default)]
pub struct GraphClient {
    service: Arc<str>,
    transports: Arc<OnceLock<Transports>>,
    documents: Arc<RwLock<HashMap<&'static str, Arc<ExecutableDocument>>>>,
}

/// The name under which the router, and so the whole graph, is reached.
pub const WHOLE_GRAPH: &str = "graph";

impl GraphClient {
    /// A client without connections; [`Self::connect`] adds them.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same connections, asking as `service`.
    #[must_use]
    pub fn for_service(&self, service: &str) -> Self {
        Self { service: service.into(), ..self.clone() }
    }

    /// Adds the connections, once: one per service by name, and [`WHOLE_GRAPH`].
    pub fn connect(&self, transports: Transports) {
        if self.transports.set(transports).is_err() {
            tracing::error!("the graph client was connected twice");
        }
    }

    /// Asks one service as this service; the language, trace and idempotency key of `context` go along.
    ///
    /// # Errors
    /// When no answer comes, or it is an error.
    pub async fn ask<Q>(
        &self,
        target: &str,
        variables: Q::Variables,
        context: &RequestContext,
    ) -> Result<Q::ResponseData, GraphClientError>
    where
        Q: GraphQLQuery,
        Q::ResponseData: DeserializeOwned,
    {
        let principal = Arc::new(Principal::service(&self.service));
        self.send::<Q>(target, variables, RequestContext { principal, ..context.clone() }).await
    }

    /// Sends an operation under this context.
    async fn send<Q>(
        &self,
        target: &str,
        variables: Q::Variables,
        context: RequestContext,
    ) -> Result<Q::ResponseData, GraphClientError>
    where
        Q: GraphQLQuery,
        Q::ResponseData: DeserializeOwned,
    {
        let body = Q::build_query(variables);
        let variables = serde_json::to_value(body.variables)
            .map_err(|error| GraphClientError::Shape(target.to_owned(), error.to_string()))?;
        let transport = self
            .transports
            .get()
            .and_then(|transports| transports.get(target))
            .ok_or_else(|| GraphClientError::NotConnected(target.to_owned()))?;
        let request = GraphRequest {
            query: body.query.into(),
            document: self.document(body.query),
            variables: Variables::from_json(variables),
            json_variables: Vec::new(),
            context,
        };
        let answer =
            transport.execute(request).await.map_err(|error| GraphClientError::Transport(target.to_owned(), error))?;
        read_answer(answer, target, body.operation_name)
    }

    /// Asks the whole graph through the router: a federated read.
    ///
    /// # Errors
    /// When no answer comes, or it is an error.
    pub async fn ask_graph<Q>(
        &self,
        variables: Q::Variables,
        context: &RequestContext,
    ) -> Result<Q::ResponseData, GraphClientError>
    where
        Q: GraphQLQuery,
        Q::ResponseData: DeserializeOwned,
    {
        self.ask::<Q>(WHOLE_GRAPH, variables, context).await
    }

    /// Asks the whole graph as the one who asks this service: every owner answers what it would answer that person, and
    /// refuses what it would refuse. For reads of what is the person's own.
    ///
    /// # Errors
    /// When no answer comes, or it is an error.
    pub async fn ask_graph_as_caller<Q>(
        &self,
        variables: Q::Variables,
        context: &RequestContext,
    ) -> Result<Q::ResponseData, GraphClientError>
    where
        Q: GraphQLQuery,
        Q::ResponseData: DeserializeOwned,
    {
        // The key is that of the caller's own command.
        let context = RequestContext { idempotency_key: None, replayed: None, ..context.clone() };
        self.send::<Q>(WHOLE_GRAPH, variables, context).await
    }

    /// The operation, parsed once per process.
    fn document(&self, query: &'static str) -> Option<Arc<ExecutableDocument>> {
        let known = self.documents.read().ok()?.get(query).cloned();
        if known.is_some() {
            return known;
        }
        let document = Arc::new(async_graphql::parser::parse_query(query).ok()?);
        self.documents.write().ok()?.insert(query, Arc::clone(&document));
        Some(document)
    }
}

fn read_answer<T: DeserializeOwned>(
    answer: GraphAnswer,
    target: &str,
    operation: &'static str,
) -> Result<T, GraphClientError> {
    let shape = |error: String| GraphClientError::Shape(target.to_owned(), error);
    let refused = |code: Option<String>, message: String| GraphClientError::Refused {
        target: target.to_owned(),
        operation,
        code: code.unwrap_or_default(),
        message,
    };
    match answer {
        GraphAnswer::Tree(response) => {
            if let Some(error) = response.errors.into_iter().next() {
                let code = error.extensions.as_ref().and_then(|values| values.get("code")).map(ToString::to_string);
                return Err(refused(code.map(|code| code.trim_matches('"').to_owned()), error.message));
            }
            async_graphql::from_value(response.data).map_err(|error| shape(error.to_string()))
        }
        GraphAnswer::Json { body, .. } => {
            let body: graphql_client::Response<T> =
                serde_json::from_slice(&body).map_err(|error| shape(error.to_string()))?;
            if let Some(error) = body.errors.unwrap_or_default().into_iter().next() {
                let code = error
                    .extensions
                    .as_ref()
                    .and_then(|extensions| extensions.get("code"))
                    .and_then(|code| code.as_str().map(str::to_owned));
                return Err(refused(code, error.message));
            }
            body.data.ok_or_else(|| shape("neither data nor errors".to_owned()))
        }
    }
}
