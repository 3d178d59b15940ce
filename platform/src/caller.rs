//! Who asks a service's own HTTP routes: what the GraphQL side knows from its request context.
//!
//! Whoever serves clients puts the context into the request: the router in its process, which verified the client's
//! token, or [`behind_router`] in a service's process, which believes what one of our processes has signed.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::graph::{RequestContext, request_context_from_headers};
use crate::identity::InternalTokens;

/// The context of the request; a visitor's where nobody said who asks.
pub struct Caller(pub RequestContext);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let context = parts.extensions.get::<RequestContext>().cloned().unwrap_or_default();
        // Who looks at the market as another person can read; for anything else that person has not asked.
        if context.principal.impersonator.is_some() && !parts.method.is_safe() {
            return Ok(Self(RequestContext { principal: Arc::default(), ..context }));
        }
        Ok(Self(context))
    }
}

/// The routes of a service in its own process: a signed principal is who asks, an unsigned one is refused, and without
/// one it is a visitor.
pub fn behind_router(routes: Router, tokens: Arc<InternalTokens>) -> Router {
    routes.layer(from_fn_with_state(tokens, read))
}

async fn read(State(tokens): State<Arc<InternalTokens>>, mut request: Request, next: Next) -> Response {
    match request_context_from_headers(request.headers(), &tokens) {
        Ok(context) => {
            request.extensions_mut().insert(context);
            next.run(request).await
        }
        Err(_) => (StatusCode::UNAUTHORIZED, "Only the router and services may say who asks").into_response(),
    }
}
