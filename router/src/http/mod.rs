//! GraphQL over HTTP, and what every HTTP request to the router has in common.

mod accept;
mod body;
mod context;
mod graphql;

use std::sync::Arc;

use axum::Router as Routes;
use axum::routing::any;
use platform::identity::{AccessTokenVerifier, InternalTokens};
use tower_http::compression::CompressionLayer;

use crate::router::Router;

pub(crate) use body::read_body;
pub(crate) use context::{Denied, read_context};
pub(crate) use graphql::decode_pairs;

/// How requests from outside reach the router, and whom they are believed to come from.
#[derive(Clone)]
pub struct Edge {
    /// The router that answers.
    pub router: Arc<Router>,
    /// Verifies `Authorization: Bearer` tokens; without it every token is refused.
    pub access: Option<Arc<AccessTokenVerifier>>,
    /// Verifies the principal that our own services send in `x-doa-principal`; without it the header is ignored.
    pub internal: Option<Arc<InternalTokens>>,
    /// Whether a proxy in front names the client's address in `X-Forwarded-For`.
    pub trusts_forwarded: bool,
}

impl Edge {
    /// The GraphQL endpoint: `/graphql`, for GET and POST, with a page for browsers.
    pub fn graphql_routes(&self) -> Routes {
        Routes::new()
            .route("/graphql", any(graphql::serve))
            .layer(CompressionLayer::new().gzip(true))
            .with_state(self.clone())
    }
}
