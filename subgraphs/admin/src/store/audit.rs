//! The audit log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;
use uuid::Uuid;

use crate::model::AuditRow;
use crate::schema::{audit_entry, audit_head};

/// The key that the log is listed by: an entry's number and its event.
pub(crate) type AuditKey = (i64, Uuid);

/// Which entries a list is about; all conditions hold together.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditFilter {
    pub(crate) actor: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) object: Option<String>,
    pub(crate) from: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
}

fn filtered<'a>(filter: &AuditFilter) -> audit_entry::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = audit_entry::table.into_boxed();
    if let Some(actor) = filter.actor.clone() {
        query = query.filter(audit_entry::actor.eq(actor));
    }
    if let Some(service) = filter.service.clone() {
        query = query.filter(audit_entry::service.eq(service));
    }
    if let Some(action) = filter.action.clone() {
        query = query.filter(audit_entry::action.eq(action));
    }
    if let Some(object) = filter.object.clone() {
        query = query.filter(audit_entry::object.eq(object));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entry::at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_entry::at.lt(until));
    }
    query
}

pub(crate) async fn page(
    connection: &mut AsyncPgConnection,
    filter: &AuditFilter,
    page: &PageRequest<AuditKey>,
) -> QueryResult<Vec<AuditRow>> {
    let query = keyset!(filtered(filter), audit_entry::sequence, audit_entry::event_id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(AuditRow::as_select()).load(connection).await
}

pub(crate) async fn count(connection: &mut AsyncPgConnection, filter: &AuditFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

pub(crate) async fn by_sequence(connection: &mut AsyncPgConnection, sequence: i64) -> QueryResult<Option<AuditRow>> {
    audit_entry::table.find(sequence).select(AuditRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn is_known(connection: &mut AsyncPgConnection, event_id: Uuid) -> QueryResult<bool> {
    let found = audit_entry::table.filter(audit_entry::event_id.eq(event_id));
    diesel::select(diesel::dsl::exists(found)).get_result(connection).await
}

/// The end of the chain, locked until the transaction ends: entries are added one after the other.
pub(crate) async fn lock_head(connection: &mut AsyncPgConnection) -> QueryResult<(i64, Vec<u8>)> {
    audit_head::table.select((audit_head::sequence, audit_head::hash)).for_update().first(connection).await
}

/// The end of the chain as it is.
pub(crate) async fn head(connection: &mut AsyncPgConnection) -> QueryResult<(i64, Vec<u8>)> {
    audit_head::table.select((audit_head::sequence, audit_head::hash)).first(connection).await
}

/// Adds an entry to the end of the chain, which is locked.
pub(crate) async fn insert(connection: &mut AsyncPgConnection, row: &AuditRow) -> QueryResult<()> {
    diesel::insert_into(audit_entry::table).values(row).execute(connection).await?;
    diesel::update(audit_head::table)
        .set((audit_head::sequence.eq(row.sequence), audit_head::hash.eq(&row.hash)))
        .execute(connection)
        .await?;
    Ok(())
}

/// The entries after a number, in order.
pub(crate) async fn after(connection: &mut AsyncPgConnection, sequence: i64, limit: i64) -> QueryResult<Vec<AuditRow>> {
    audit_entry::table
        .filter(audit_entry::sequence.gt(sequence))
        .order(audit_entry::sequence)
        .limit(limit)
        .select(AuditRow::as_select())
        .load(connection)
        .await
}
