//! Looks at the market as somebody else.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::audit;
use platform::errors::{GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope};
use platform::paging::{Connection, PageRequest};

use super::staff::User;
use super::{desk, permitted};
use crate::actions;
use crate::error::UserErrorCode;
use crate::model::{ImpersonationId, ImpersonationRow, Permission, UserId};
use crate::store;

/// A member of staff who looks at the market as somebody else.
pub(crate) struct Impersonation(ImpersonationRow);

/// A member of staff who looks, or looked, at the market as somebody else, and can change nothing.
#[Object]
impl Impersonation {
    /// Its id, `imp_…`.
    async fn id(&self) -> ImpersonationId {
        self.0.id
    }

    /// Who looks.
    async fn staff(&self) -> User {
        User { id: self.0.staff_id }
    }

    /// As whom.
    async fn user(&self) -> User {
        User { id: self.0.user_id }
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Since when.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// Until when.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }
}

/// As whom to look at the market, and why.
#[derive(InputObject)]
pub(crate) struct StartImpersonationInput {
    /// The person; nobody of the staff.
    user_id: UserId,
    /// Why, up to 500 characters.
    reason: String,
    /// For how many minutes; for as long as is allowed when it is left out.
    minutes: Option<i32>,
}

/// The outcome of `startImpersonation`.
#[derive(SimpleObject)]
pub(crate) struct StartImpersonationPayload {
    /// The look that has begun.
    impersonation: Option<Impersonation>,
    /// The access token to look with, for the `Authorization` header. It cannot be refreshed and changes nothing.
    access_token: Option<String>,
    /// Why it did not begin; empty when it did.
    user_errors: Vec<UserError<UserErrorCode>>,
}

#[derive(Default)]
pub(crate) struct ImpersonationQuery;

#[Object]
impl ImpersonationQuery {
    /// Who looked at the market as whom, the newest first. For staff with `AUDIT_READ`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn impersonations(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Impersonation>> {
        permitted(ctx, Permission::AuditRead).await?;
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let database = desk(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::impersonations::page(&mut connection, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move { Ok(store::impersonations::count(&mut *database.connection().await?).await?) }) as _
        };
        let key = |row: &ImpersonationRow| (row.started_at, row.id.0);
        Ok(Connection::new(page.finish(rows), key, Impersonation, count))
    }
}

#[derive(Default)]
pub(crate) struct ImpersonationMutation;

#[Object]
impl ImpersonationMutation {
    /// Begins to look at the market as somebody else, for a reason and a while. Every mutation is refused meanwhile.
    /// For staff with `IMPERSONATE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn start_impersonation(
        &self,
        ctx: &Context<'_>,
        input: StartImpersonationInput,
    ) -> async_graphql::Result<StartImpersonationPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let StartImpersonationInput { user_id, reason, minutes } = input;
        let action = async move { actions::start_impersonation(&desk, user_id, &reason, minutes, &context).await };
        Ok(match run_to_end(action).await {
            Ok(begun) => StartImpersonationPayload {
                impersonation: Some(Impersonation(begun.row)),
                access_token: Some(begun.access_token),
                user_errors: Vec::new(),
            },
            Err(failure) => StartImpersonationPayload {
                impersonation: None,
                access_token: None,
                user_errors: failure.into_refusals()?,
            },
        })
    }
}
