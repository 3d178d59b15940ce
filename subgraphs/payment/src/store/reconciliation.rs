//! Days that were compared with the provider, and what was not the same.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use crate::model::{DiscrepancyId, DiscrepancyRow, PaymentId, PaymentRow, RefundState, UserId};
use crate::rules::reconciliation::Difference;
use crate::schema::{discrepancy, payment, reconciliation, refund};

/// Payments of which money moved between the two moments, as our books say, or whose keys are these.
pub(crate) async fn payments_moved(
    connection: &mut AsyncPgConnection,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    keys: &[String],
) -> QueryResult<Vec<PaymentRow>> {
    let refunded = refund::table
        .filter(refund::state.eq(RefundState::Done))
        .filter(refund::completed_at.ge(from).and(refund::completed_at.lt(until)))
        .select(refund::payment_id);
    let refunded: Vec<PaymentId> = refunded.load(connection).await?;
    let taken = payment::approved_at.ge(from).and(payment::approved_at.lt(until));
    let moved = taken.assume_not_null().or(payment::id.eq_any(refunded));
    let moved = moved.or(payment::payment_key.eq_any(keys).assume_not_null());
    payment::table.filter(moved).select(PaymentRow::as_select()).load(connection).await
}

/// The newest days that were compared.
pub(crate) async fn days_reconciled(
    connection: &mut AsyncPgConnection,
    since: NaiveDate,
) -> QueryResult<Vec<NaiveDate>> {
    reconciliation::table.filter(reconciliation::day.ge(since)).select(reconciliation::day).load(connection).await
}

pub(crate) async fn record_day(
    connection: &mut AsyncPgConnection,
    day: NaiveDate,
    transactions: usize,
    discrepancies: usize,
) -> QueryResult<()> {
    let small = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let values = (
        reconciliation::transactions.eq(small(transactions)),
        reconciliation::discrepancies.eq(small(discrepancies)),
        reconciliation::reconciled_at.eq(Utc::now()),
    );
    diesel::insert_into(reconciliation::table)
        .values((reconciliation::day.eq(day), values))
        .on_conflict(reconciliation::day)
        .do_update()
        .set(values)
        .execute(connection)
        .await?;
    Ok(())
}

/// Where a difference was found.
pub(crate) struct Place<'a> {
    pub(crate) day: NaiveDate,
    pub(crate) payment_id: Option<PaymentId>,
    pub(crate) payment_key: &'a str,
    pub(crate) order_id: &'a str,
}

/// Records a difference; one that is open already stays as it was found.
pub(crate) async fn record_difference(
    connection: &mut AsyncPgConnection,
    place: &Place<'_>,
    difference: Difference,
) -> QueryResult<usize> {
    diesel::insert_into(discrepancy::table)
        .values((
            discrepancy::id.eq(DiscrepancyId::new()),
            discrepancy::day.eq(place.day),
            discrepancy::kind.eq(difference.kind),
            discrepancy::payment_id.eq(place.payment_id),
            discrepancy::payment_key.eq(place.payment_key),
            discrepancy::order_id.eq(place.order_id),
            discrepancy::ours.eq(difference.ours),
            discrepancy::theirs.eq(difference.theirs),
            discrepancy::found_at.eq(Utc::now()),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await
}

/// One page of differences, the newest first.
pub(crate) async fn discrepancies_page(
    connection: &mut AsyncPgConnection,
    open_only: bool,
    page: &PageRequest<(DateTime<Utc>, DiscrepancyId)>,
) -> QueryResult<Vec<DiscrepancyRow>> {
    let mut query = discrepancy::table.into_boxed();
    if open_only {
        query = query.filter(discrepancy::resolved_at.is_null());
    }
    let query = keyset!(query, discrepancy::found_at, discrepancy::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(DiscrepancyRow::as_select()).load(connection).await
}

pub(crate) async fn discrepancies_count(connection: &mut AsyncPgConnection, open_only: bool) -> QueryResult<i64> {
    let mut query = discrepancy::table.into_boxed();
    if open_only {
        query = query.filter(discrepancy::resolved_at.is_null());
    }
    query.count().get_result(connection).await
}

/// Marks a difference as settled; `None` when there is no open one.
pub(crate) async fn resolve(
    connection: &mut AsyncPgConnection,
    id: DiscrepancyId,
    by: UserId,
    note: &str,
) -> QueryResult<Option<DiscrepancyRow>> {
    diesel::update(discrepancy::table.find(id).filter(discrepancy::resolved_at.is_null()))
        .set((discrepancy::resolved_at.eq(Utc::now()), discrepancy::resolved_by.eq(by), discrepancy::note.eq(note)))
        .returning(DiscrepancyRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}
