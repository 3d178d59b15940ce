//! Asking a service how it is.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use graphql_client::{GraphQLQuery, QueryBody};
use platform::graph::{GraphClient, GraphClientError, RequestContext, TransportError};
use serde::{Deserialize, Serialize};

use crate::front_door::ServiceEntry;

/// How long a service may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a service is.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    pub(crate) healthy: bool,
    /// Until the answer, or until the patience ended.
    pub(crate) latency: Duration,
    /// What is wrong, without the cause: that is in the log.
    pub(crate) detail: Option<&'static str>,
    pub(crate) checked_at: DateTime<Utc>,
}

/// `{ __typename }`: every schema answers it, and it costs nothing.
struct Typename;

#[derive(Serialize)]
struct NoVariables {}

#[derive(Deserialize)]
struct TypenameData {
    #[serde(rename = "__typename")]
    _typename: String,
}

impl GraphQLQuery for Typename {
    type Variables = NoVariables;
    type ResponseData = TypenameData;

    fn build_query(variables: NoVariables) -> QueryBody<NoVariables> {
        QueryBody { variables, query: "query Typename { __typename }", operation_name: "Typename" }
    }
}

/// Asks a service for an answer, and then whether it has what it needs.
pub(crate) async fn probe(graph: &GraphClient, service: &ServiceEntry, context: &RequestContext) -> Health {
    let checked_at = Utc::now();
    let started = Instant::now();
    let asked = tokio::time::timeout(PATIENCE, graph.ask::<Typename>(&service.name, NoVariables {}, context)).await;
    let latency = started.elapsed();
    let detail = match asked {
        Ok(Ok(_)) => not_ready(service).await,
        Ok(Err(error)) => {
            tracing::warn!(service = service.name, %error, "a service is not healthy");
            Some(match error {
                GraphClientError::NotConnected(_) => "not connected",
                GraphClientError::Transport(_, TransportError::Timeout(_)) => "no answer in time",
                GraphClientError::Transport(..) => "cannot be reached",
                GraphClientError::Refused { .. } | GraphClientError::Shape(..) => "answers with an error",
            })
        }
        Err(_) => Some("no answer in time"),
    };
    Health { healthy: detail.is_none(), latency, detail, checked_at }
}

async fn not_ready(service: &ServiceEntry) -> Option<&'static str> {
    let readiness = service.readiness.as_ref()?;
    match tokio::time::timeout(PATIENCE, (readiness.check)()).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            tracing::warn!(service = service.name, check = readiness.name, error, "a service is not ready");
            Some("answers, but is not ready to work")
        }
        Err(_) => Some("answers, but does not say in time whether it is ready"),
    }
}
