//! `Query` and the entities.

use async_graphql::{Context, ID, Object};
use platform::identity::{SignedIn, current_user};

use super::session::Session;
use super::state;
use super::user::{User, may_see, sessions_of};
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
