//! Looks at the market as somebody else.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::audit;
use platform::errors::{GraphError, UserError, run_to_end};
use platform::identity::{AnyScope, Scope};
use platform::paging::{Connection, PageRequest};

use super::staff::User;
use super::{desk, payload, permitted};
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

    /// Until when, unless it is ended before.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// When it was ended before its time; null when it was not.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    /// Who ended it; null when nobody did.
    async fn ended_by(&self) -> Option<User> {
        self.0.ended_by.map(|id| User { id })
    }

    /// Whether it goes on: its time is not over, and nobody has ended it.
    async fn active(&self) -> bool {
        self.0.goes_on(Utc::now())
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

/// Which look to end.
#[derive(InputObject)]
pub(crate) struct EndImpersonationInput {
    /// The look, `imp_…`.
    impersonation_id: ImpersonationId,
    /// Why, up to 500 characters; may be left out.
    reason: Option<String>,
}

payload! {
    /// The outcome of `endImpersonation`.
    EndImpersonationPayload,
    /// The look that has ended.
    impersonation: Impersonation
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

    /// Whether this look goes on, and who looks may still look. For the router, which asks at every request under the
    /// look's token.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn impersonation_goes_on(
        &self,
        ctx: &Context<'_>,
        impersonation_id: ImpersonationId,
    ) -> async_graphql::Result<bool> {
        Ok(actions::goes_on(desk(ctx)?, impersonation_id).await?)
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

    /// Ends a look at the market as somebody else before its time: from then on its token is refused. For who began it, and
    /// for staff with `IMPERSONATE`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn end_impersonation(
        &self,
        ctx: &Context<'_>,
        input: EndImpersonationInput,
    ) -> async_graphql::Result<EndImpersonationPayload> {
        let (desk, context) = (desk(ctx)?.clone(), audit::command(ctx));
        let EndImpersonationInput { impersonation_id, reason } = input;
        let action =
            async move { actions::end_impersonation(&desk, impersonation_id, reason.as_deref(), &context).await };
        EndImpersonationPayload::of(run_to_end(action).await.map(Impersonation))
    }
}
