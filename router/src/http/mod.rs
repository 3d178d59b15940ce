//! GraphQL over HTTP, and what every HTTP request to the router has in common.

mod accept;
mod body;
mod clients;
mod context;
mod documents;
mod graphql;

use std::sync::Arc;

use axum::Router as Routes;
use axum::http::HeaderName;
use axum::middleware::from_fn_with_state;
use axum::routing::any;
use platform::identity::{AccessTokenVerifier, InternalTokens};
use tower_http::compression::CompressionLayer;

use crate::router::Router;

pub(crate) use body::read_body;
pub(crate) use clients::exceeded;
pub use clients::{Allowance, ApiClients};
pub(crate) use context::{Denied, read_context};
pub use documents::TrustedDocuments;
pub(crate) use graphql::decode_pairs;

/// How requests from outside reach the router, and whom they are believed to come from.
#[derive(Clone)]
pub struct Edge {
    /// The router that answers.
    pub router: Arc<Router>,
    /// What becomes of `Authorization` headers.
    pub access: Access,
    /// Verifies the principal that our own services send in `x-doa-principal`; without it the header is ignored.
    pub internal: Option<Arc<InternalTokens>>,
    /// Whether a proxy in front names the client's address in `X-Forwarded-For`.
    pub trusts_forwarded: bool,
    /// Who asks with an API key; without it no key is valid.
    pub clients: Option<Arc<dyn ApiClients>>,
    /// What may be asked for by its hash; without it no document may.
    pub documents: Option<Arc<dyn TrustedDocuments>>,
    /// The headers that are kept for subgraphs; whether one is sent them is up to its transport.
    pub propagated: Arc<[HeaderName]>,
}

/// What becomes of `Authorization` headers.
#[derive(Clone)]
pub enum Access {
    /// `Bearer` tokens are verified, and refused where they are not valid.
    Verified(Arc<AccessTokenVerifier>),
    /// Nobody has tokens: every one is refused.
    Refused,
    /// Tokens are the subgraphs' business. Whoever asks is nobody to the router.
    Unread,
}

impl Edge {
    /// The GraphQL endpoint: `/graphql`, for GET and POST, with a page for browsers.
    pub fn graphql_routes(&self) -> Routes {
        Routes::new()
            .route("/graphql", any(graphql::serve))
            .layer(CompressionLayer::new().gzip(true))
            .with_state(self.clone())
    }

    /// Routes beside the graph, which find who asks as a `RequestContext` in the request's extensions. Credentials
    /// that are no valid token of ours make nobody of who asks.
    pub fn identified(&self, routes: Routes) -> Routes {
        routes.layer(from_fn_with_state(self.clone(), context::identified))
    }
}
