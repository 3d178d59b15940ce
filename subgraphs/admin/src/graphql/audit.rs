//! The audit log.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope};
use platform::paging::{Connection, PageRequest};

use super::{desk, permitted};
use crate::model::{AuditActorKind, AuditRow, Permission};
use crate::store;
use crate::store::audit::{AuditFilter, AuditKey};

/// Something that staff did, or that happened to money.
pub(crate) struct AuditEntry(AuditRow);

/// Something that staff did, or that happened to money. Entries are added and never changed; the hash of each covers
/// the hash before it.
#[Object]
impl AuditEntry {
    /// The entry's number, from 1 without gaps.
    async fn sequence(&self) -> String {
        self.0.sequence.to_string()
    }

    /// Who: `usr_…`, or the name of a service.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// As what.
    async fn actor_kind(&self) -> AuditActorKind {
        self.0.actor_kind
    }

    /// As whom the actor looked at the market.
    async fn impersonated(&self) -> Option<&str> {
        self.0.impersonated.as_deref()
    }

    /// Whose action it is, as in `seller`.
    async fn service(&self) -> &str {
        &self.0.service
    }

    /// What was done, by the mutation's name, as in `suspendSeller`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// What it was done to, by its identifier.
    async fn object(&self) -> &str {
        &self.0.object
    }

    /// Why.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// What was so before, as JSON.
    async fn before(&self) -> String {
        self.0.before.to_string()
    }

    /// What was so afterwards, as JSON.
    async fn after(&self) -> String {
        self.0.after.to_string()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// The trace of the request.
    async fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// The entry's hash: SHA-256 in hexadecimal digits.
    async fn hash(&self) -> String {
        hex::encode(&self.0.hash)
    }

    /// The hash of the entry before it.
    async fn previous_hash(&self) -> String {
        hex::encode(&self.0.previous)
    }
}

/// Which entries a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct AuditEntryWhere {
    /// Of this actor: `usr_…`, or the name of a service.
    actor: Option<String>,
    /// Of this service, as in `seller`.
    service: Option<String>,
    /// Of this action, as in `suspendSeller`.
    action: Option<String>,
    /// About this object, by its identifier.
    object: Option<String>,
    /// Done at that time or later.
    from: Option<DateTime<Utc>>,
    /// Done before that time.
    until: Option<DateTime<Utc>>,
}

impl From<AuditEntryWhere> for AuditFilter {
    fn from(input: AuditEntryWhere) -> Self {
        let AuditEntryWhere { actor, service, action, object, from, until } = input;
        Self { actor, service, action, object, from, until }
    }
}

#[derive(Default)]
pub(crate) struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit log, the newest entry first. For staff with `AUDIT_READ`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<AuditEntryWhere>,
    ) -> async_graphql::Result<Connection<AuditEntry>> {
        permitted(ctx, Permission::AuditRead).await?;
        let page = PageRequest::<AuditKey>::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = AuditFilter::from(filter.unwrap_or_default());
        let database = desk(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::audit::page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let (database, filter) = (database.clone(), filter.clone());
            Box::pin(async move { Ok(store::audit::count(&mut *database.connection().await?, &filter).await?) }) as _
        };
        let key = |row: &AuditRow| (row.sequence, row.event_id);
        Ok(Connection::new(page.finish(rows), key, AuditEntry, count))
    }

    /// One entry by its number. For staff with `AUDIT_READ`.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn audit_entry(&self, ctx: &Context<'_>, sequence: String) -> async_graphql::Result<Option<AuditEntry>> {
        permitted(ctx, Permission::AuditRead).await?;
        let Ok(sequence) = sequence.parse() else { return Ok(None) };
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let row = store::audit::by_sequence(&mut connection, sequence).await.map_err(GraphError::from)?;
        Ok(row.map(AuditEntry))
    }
}
