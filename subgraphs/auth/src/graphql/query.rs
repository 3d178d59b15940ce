//! `Query` and the entities.

use async_graphql::{Context, ID, Object};
use platform::identity::{SignedIn, current_principal, current_user};

use super::factors::MfaFactor;
use super::security::Security;
use super::session::Session;
use super::state;
use super::user::{User, may_see, sessions_of};
use crate::actions;
use crate::model::UserId;

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// The devices on which the signed-in person is signed in, the one used last first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn my_sessions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Session>> {
        sessions_of(ctx, UserId(current_user(ctx)?)).await
    }

    /// How the signed-in person signs in.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn my_security(&self, ctx: &Context<'_>) -> async_graphql::Result<Security> {
        let user = UserId(current_user(ctx)?);
        let read = actions::security_of(state(ctx)?, user).await?;
        let second_factor_required = !current_principal(ctx).withheld.is_empty();
        Ok(Security { read, second_factor_required })
    }

    #[graphql(entity)]
    async fn find_mfa_factor_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<MfaFactor>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let factor = actions::factor(state(ctx)?, id).await?;
        Ok(factor.filter(|factor| may_see(ctx, factor.user_id)).map(MfaFactor))
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, id: ID) -> Option<User> {
        id.parse().ok().map(|id| User { id })
    }

    #[graphql(entity)]
    async fn find_session_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Session>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let session = state(ctx)?.loaders.sessions.load(id).await?;
        Ok(session.filter(|session| may_see(ctx, session.user_id)).map(Session))
    }
}
