//! Checks at the owner: a subgraph never relies on the router alone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
/// `UNAUTHENTICATED` when nobody is signed in, `FORBIDDEN` for a program: this is for persons.
pub fn current_user(ctx: &Context<'_>) -> Result<Uuid, GraphError> {
    let context = request_context(ctx);
    context.principal.user_id.ok_or_else(|| match context.principal.client {
        Some(_) => GraphError::forbidden(context.language),
        None => GraphError::unauthenticated(context.language),
    })
}

/// Passes when the principal has one of the scopes.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is signed in, `SECOND_FACTOR_REQUIRED` when a scope is withheld until the account has a
/// second factor, `FORBIDDEN` when no scope fits.
pub fn require_any_scope(ctx: &Context<'_>, scopes: &[Scope]) -> Result<(), GraphError> {
    let context = request_context(ctx);
    if scopes.iter().any(|scope| context.principal.has_scope(*scope)) {
        Ok(())
    } else if scopes.iter().any(|scope| context.principal.withheld.contains(scope)) {
        Err(GraphError::second_factor_required(context.language))
    } else if context.principal.is_authenticated() {
        Err(GraphError::forbidden(context.language))
    } else {
        Err(GraphError::unauthenticated(context.language))
    }
}

/// Passes when the session proved a moment ago who it is, or the user needs not: for commands that a stolen session must
/// not give.
///
/// # Errors
/// `STEP_UP_REQUIRED`: prove it by `stepUp`, refresh the session, and ask again.
pub fn require_recent_proof(context: &RequestContext) -> Result<(), GraphError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    if context.principal.has_recent_proof(now) { Ok(()) } else { Err(GraphError::step_up_required(context.language)) }
}

/// Passes when the session proved within `lifetime` who it is, also where no proof is asked of the user otherwise: for what
/// nobody must do who has only found an open browser.
///
/// # Errors
/// `STEP_UP_REQUIRED`: prove it by `stepUp` or a new sign-in, refresh the session, and ask again.
pub fn require_proof_within(context: &RequestContext, lifetime: Duration) -> Result<(), GraphError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    let recent = context.principal.has_proof_within(lifetime.as_secs(), now);
    if recent { Ok(()) } else { Err(GraphError::step_up_required(context.language)) }
}

/// A resolver guard: a proof of a moment ago, as in `#[graphql(guard = "AnyScope(&[Scope::Staff]).and(RecentProof)")]`.
pub struct RecentProof;

impl Guard for RecentProof {
    async fn check(&self, ctx: &Context<'_>) -> async_graphql::Result<()> {
        Ok(require_recent_proof(request_context(ctx))?)
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
