//! `Session`.

use std::sync::Arc;

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::identity::current_principal;

use super::user::User;
use crate::model::{SessionId, SessionRow};

/// A signed-in device.
pub(crate) struct Session(pub(crate) Arc<SessionRow>);

/// A signed-in device.
#[Object]
impl Session {
    /// The session's identifier, `ses_…`.
    async fn id(&self) -> SessionId {
        self.0.id
    }

    /// Who is signed in.
    async fn user(&self) -> User {
        User { id: self.0.user_id }
    }

    /// When the person signed in.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the session was refreshed last.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.0.last_used_at
    }

    /// When the session ends unless it is refreshed.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// What the client's software calls itself.
    async fn user_agent(&self) -> Option<&str> {
        self.0.user_agent.as_deref()
    }

    /// The address of the last refresh.
    async fn ip_address(&self) -> Option<&str> {
        self.0.ip_address.as_deref()
    }

    /// Whether this is the session that asks.
    async fn current(&self, ctx: &Context<'_>) -> bool {
        current_principal(ctx).session_id == Some(self.0.id.0)
    }
}
