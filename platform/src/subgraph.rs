//! A subgraph's own GraphQL endpoint, for the router and for other services in the distributed shape.

use std::sync::Arc;

use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::graph::{LocalSchema, PRINCIPAL_HEADER, request_context_from_headers};
use crate::identity::InternalTokens;

const LARGEST_REQUEST: usize = 8 << 20;

#[derive(Clone)]
struct Endpoint {
    schema: Arc<dyn LocalSchema>,
    tokens: Arc<InternalTokens>,
}

/// `POST /graphql`, for callers that carry a principal signed by one of our own processes; nobody else is answered.
pub fn graphql_routes(schema: Arc<dyn LocalSchema>, tokens: Arc<InternalTokens>) -> Router {
    Router::new()
        .route("/graphql", post(execute))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .with_state(Endpoint { schema, tokens })
}

async fn execute(State(endpoint): State<Endpoint>, headers: HeaderMap, request: GraphQLRequest) -> Response {
    let refused = (StatusCode::UNAUTHORIZED, "This endpoint answers the router and services alone");
    if !headers.contains_key(PRINCIPAL_HEADER) {
        return refused.into_response();
    }
    match request_context_from_headers(&headers, &endpoint.tokens) {
        Ok(context) => {
            let response = endpoint.schema.answer(request.into_inner().data(context)).await;
            GraphQLResponse::from(response).into_response()
        }
        Err(_) => refused.into_response(),
    }
}
