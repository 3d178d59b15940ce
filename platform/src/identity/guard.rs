//! Checks at the owner: a subgraph never relies on the router alone.

use async_graphql::{Context, Guard, TypeDirective};
use uuid::Uuid;

use super::{Principal, Scope};
use crate::errors::GraphError;
use crate::graph::RequestContext;

/// Only a signed-in principal may select this. Enforced by the router, and again by the resolver.
#[TypeDirective(location = "FieldDefinition", location = "Object")]
pub fn authenticated() {}

/// The context of the request. A request that carries none is treated as a visitor's.
pub fn request_context<'a>(ctx: &Context<'a>) -> &'a RequestContext {
    static VISITOR: std::sync::LazyLock<RequestContext> = std::sync::LazyLock::new(RequestContext::default);
    ctx.data_opt::<RequestContext>().unwrap_or(&VISITOR)
}

/// Who asks.
pub fn current_principal<'a>(ctx: &Context<'a>) -> &'a Principal {
    &request_context(ctx).principal
}

/// The signed-in user.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is signed in.
pub fn current_user(ctx: &Context<'_>) -> Result<Uuid, GraphError> {
    let context = request_context(ctx);
    context.principal.user_id.ok_or_else(|| GraphError::unauthenticated(context.language))
}

/// Passes when the principal has one of the scopes.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is signed in, `FORBIDDEN` when no scope fits.
pub fn require_any_scope(ctx: &Context<'_>, scopes: &[Scope]) -> Result<(), GraphError> {
    let context = request_context(ctx);
    if scopes.iter().any(|scope| context.principal.has_scope(*scope)) {
        Ok(())
    } else if context.principal.is_authenticated() {
        Err(GraphError::forbidden(context.language))
    } else {
        Err(GraphError::unauthenticated(context.language))
    }
}

/// A resolver guard: one of these scopes, as in `#[graphql(guard = "AnyScope(&[Scope::Staff])")]`.
pub struct AnyScope(pub &'static [Scope]);

impl Guard for AnyScope {
    async fn check(&self, ctx: &Context<'_>) -> async_graphql::Result<()> {
        Ok(require_any_scope(ctx, self.0)?)
    }
}

/// A resolver guard: anybody who is signed in, or one of our services.
pub struct SignedIn;

impl Guard for SignedIn {
    async fn check(&self, ctx: &Context<'_>) -> async_graphql::Result<()> {
        let context = request_context(ctx);
        if context.principal.is_authenticated() {
            Ok(())
        } else {
            Err(GraphError::unauthenticated(context.language).into())
        }
    }
}
