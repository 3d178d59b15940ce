//! What this service adds to `User`.

use std::sync::Arc;

use async_graphql::{Context, Object};
use platform::errors::GraphError;
use platform::identity::{Scope, SignedIn, request_context};

use super::session::Session;
use super::state;
use crate::model::UserId;

/// A person with an account.
pub(crate) struct User {
    pub(crate) id: UserId,
}

impl User {
    /// Private fields are for the person, for staff and for our own services.
    fn require_self_or_staff(&self, ctx: &Context<'_>) -> Result<(), GraphError> {
        let context = request_context(ctx);
        if may_see(ctx, self.id) { Ok(()) } else { Err(GraphError::forbidden(context.language)) }
    }
}

/// Whether the one who asks may see what belongs to the person.
pub(super) fn may_see(ctx: &Context<'_>, user: UserId) -> bool {
    let principal = &request_context(ctx).principal;
    principal.user_id == Some(user.0) || principal.has_scope(Scope::Staff) || principal.has_scope(Scope::Service)
}

/// The sessions of a person that can still be refreshed, the one used last first.
pub(super) async fn sessions_of(ctx: &Context<'_>, user: UserId) -> async_graphql::Result<Vec<Session>> {
    let sessions = state(ctx)?.loaders.living_sessions.load(user).await?;
    Ok(sessions.iter().flat_map(|rows| rows.iter()).map(Arc::clone).map(Session).collect())
}

/// A person with an account.
#[Object]
impl User {
    /// The person's identifier, `usr_…`.
    async fn id(&self) -> UserId {
        self.id
    }

    /// Whether the person has shown that the e-mail address is theirs. For the person and for staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn email_verified(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        self.require_self_or_staff(ctx)?;
        let account = state(ctx)?.loaders.accounts.load(self.id).await?;
        Ok(account.is_some_and(|account| account.email_verified_at.is_some()))
    }

    /// The devices on which the person is signed in, the one used last first. For the person and for staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn sessions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Session>> {
        self.require_self_or_staff(ctx)?;
        sessions_of(ctx, self.id).await
    }
}
