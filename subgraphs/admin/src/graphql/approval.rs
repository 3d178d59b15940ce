//! Requests for approval, read.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope};
use platform::paging::{Connection, PageRequest};

use super::desk;
use super::staff::User;
use crate::model::{ApprovalId, ApprovalKind, ApprovalRow, ApprovalState};
use crate::store;
use crate::store::approvals::ApprovalFilter;

/// What one person asks for and another decides.
pub(crate) struct ApprovalRequest(pub(crate) ApprovalRow);

/// What one person asks for and another decides. Payouts are asked for and decided at the settlements themselves.
#[Object]
impl ApprovalRequest {
    /// The request's id, `apr_…`.
    async fn id(&self) -> ApprovalId {
        self.0.id
    }

    /// What is asked for.
    async fn kind(&self) -> ApprovalKind {
        self.0.kind
    }

    /// Where it stands.
    async fn state(&self) -> ApprovalState {
        self.0.state
    }

    /// What it is about, by its identifier: a person, a role, a claim.
    async fn object(&self) -> &str {
        &self.0.object
    }

    /// What shall be so, as JSON: the roles, the permissions, the amount in won.
    async fn wanted(&self) -> String {
        self.0.wanted.to_string()
    }

    /// Why it is asked for.
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Who asks.
    async fn requested_by(&self) -> User {
        User { id: self.0.requested_by }
    }

    /// When it was asked for.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.requested_at
    }

    /// Until when it can be decided; once approved, until when it can be carried out.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// Who decided.
    async fn decided_by(&self) -> Option<User> {
        self.0.decided_by.map(|id| User { id })
    }

    /// When it was decided.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Why it was rejected.
    async fn decision_reason(&self) -> Option<&str> {
        self.0.decision_reason.as_deref()
    }

    /// When it was carried out.
    async fn executed_at(&self) -> Option<DateTime<Utc>> {
        self.0.executed_at
    }
}

/// Which requests a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct ApprovalRequestWhere {
    /// Of this kind.
    kind: Option<ApprovalKind>,
    /// In this state.
    state: Option<ApprovalState>,
}

#[derive(Default)]
pub(crate) struct ApprovalQuery;

#[Object]
impl ApprovalQuery {
    /// Requests for approval, the newest first. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn approval_requests(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<ApprovalRequestWhere>,
    ) -> async_graphql::Result<Connection<ApprovalRequest>> {
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = filter.unwrap_or_default();
        let filter = ApprovalFilter { kind: filter.kind, state: filter.state };
        let database = desk(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::approvals::page(&mut connection, filter, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(async move { Ok(store::approvals::count(&mut *database.connection().await?, filter).await?) }) as _
        };
        let key = |row: &ApprovalRow| (row.requested_at, row.id.0);
        Ok(Connection::new(page.finish(rows), key, ApprovalRequest, count))
    }

    /// One request. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn approval_request(
        &self,
        ctx: &Context<'_>,
        id: ApprovalId,
    ) -> async_graphql::Result<Option<ApprovalRequest>> {
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        Ok(store::approvals::find(&mut connection, id).await.map_err(GraphError::from)?.map(ApprovalRequest))
    }
}
