//! Cash receipts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{CashReceiptId, CashReceiptPurpose, CashReceiptRow, CashReceiptState, PaymentId, PaymentRow};
use crate::provider::ProviderReceipt;
use crate::schema::{cash_receipt, payment};

/// Records that a receipt is asked for; `None` when the payment has one. One that failed is asked for again.
pub(crate) async fn request_receipt(
    connection: &mut AsyncPgConnection,
    payment_id: PaymentId,
    purpose: CashReceiptPurpose,
    identity: &str,
    lease_until: DateTime<Utc>,
) -> QueryResult<Option<CashReceiptRow>> {
    use diesel::query_dsl::methods::FilterDsl;
    use diesel::upsert::excluded;
    let hint: String = identity.chars().skip(identity.chars().count().saturating_sub(4)).collect();
    let insert = diesel::insert_into(cash_receipt::table)
        .values((
            cash_receipt::id.eq(CashReceiptId::new()),
            cash_receipt::payment_id.eq(payment_id),
            cash_receipt::purpose.eq(purpose),
            cash_receipt::identity.eq(identity),
            cash_receipt::identity_hint.eq(hint),
            cash_receipt::state.eq(CashReceiptState::Requested),
            cash_receipt::lease_until.eq(lease_until),
        ))
        .on_conflict(cash_receipt::payment_id)
        .do_update()
        .set((
            // The provider answers a repeated id with its first answer: another try is another request.
            cash_receipt::id.eq(excluded(cash_receipt::id)),
            cash_receipt::purpose.eq(excluded(cash_receipt::purpose)),
            cash_receipt::identity.eq(excluded(cash_receipt::identity)),
            cash_receipt::identity_hint.eq(excluded(cash_receipt::identity_hint)),
            cash_receipt::state.eq(excluded(cash_receipt::state)),
            cash_receipt::failure_code.eq(None::<String>),
            cash_receipt::lease_until.eq(excluded(cash_receipt::lease_until)),
        ));
    let insert = FilterDsl::filter(insert, cash_receipt::state.eq(CashReceiptState::Failed));
    insert.returning(CashReceiptRow::as_returning()).get_result(connection).await.optional()
}

pub(crate) async fn receipts_by_payment(
    connection: &mut AsyncPgConnection,
    payments: &[PaymentId],
) -> QueryResult<Vec<CashReceiptRow>> {
    let query = cash_receipt::table.filter(cash_receipt::payment_id.eq_any(payments));
    query.select(CashReceiptRow::as_select()).load(connection).await
}

/// Receipts that may have a next step and whose worker is overdue, with their payments; the lease is taken.
pub(crate) async fn claim_open_receipts(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<(CashReceiptRow, PaymentRow)>> {
    use diesel::dsl::sql;
    use diesel::sql_types::Bool;
    let behind = sql::<Bool>("(cash_receipt.state = 'REQUESTED' AND payment.state NOT IN ('READY', 'CONFIRMING', 'UNKNOWN', 'WAITING_FOR_DEPOSIT')
        OR cash_receipt.state IN ('ISSUED', 'PARTIAL_CANCELED')
            AND payment.refunded > cash_receipt.refunded_before + cash_receipt.canceled)");
    let ids: Vec<CashReceiptId> = cash_receipt::table
        .inner_join(payment::table)
        .filter(cash_receipt::lease_until.lt(Utc::now()))
        .filter(behind)
        .order(cash_receipt::lease_until)
        .limit(limit)
        .select(cash_receipt::id)
        .load(connection)
        .await?;
    diesel::update(
        cash_receipt::table.filter(cash_receipt::id.eq_any(&ids)).filter(cash_receipt::lease_until.lt(Utc::now())),
    )
    .set(cash_receipt::lease_until.eq(lease_until))
    .execute(connection)
    .await?;
    cash_receipt::table
        .inner_join(payment::table)
        .filter(cash_receipt::id.eq_any(ids))
        .filter(cash_receipt::lease_until.eq(lease_until))
        .select((CashReceiptRow::as_select(), PaymentRow::as_select()))
        .load(connection)
        .await
}

/// REQUESTED → ISSUED. The number that it was issued for is not needed any more.
pub(crate) async fn receipt_issued(
    connection: &mut AsyncPgConnection,
    id: CashReceiptId,
    amount: i64,
    refunded_before: i64,
    issued: ProviderReceipt,
) -> QueryResult<usize> {
    diesel::update(cash_receipt::table.find(id).filter(cash_receipt::state.eq(CashReceiptState::Requested)))
        .set((
            cash_receipt::state.eq(CashReceiptState::Issued),
            cash_receipt::identity.eq(None::<String>),
            cash_receipt::amount.eq(amount),
            cash_receipt::refunded_before.eq(refunded_before),
            cash_receipt::receipt_key.eq(issued.receipt_key),
            cash_receipt::issue_number.eq(issued.issue_number),
            cash_receipt::receipt_url.eq(issued.receipt_url),
            cash_receipt::issued_at.eq(Utc::now()),
        ))
        .execute(connection)
        .await
}

/// A part of it was cancelled; `canceled` is all of it by now.
pub(crate) async fn receipt_canceled(
    connection: &mut AsyncPgConnection,
    row: &CashReceiptRow,
    canceled: i64,
) -> QueryResult<usize> {
    let state =
        if row.amount == Some(canceled) { CashReceiptState::Canceled } else { CashReceiptState::PartialCanceled };
    diesel::update(cash_receipt::table.find(row.id).filter(cash_receipt::canceled.eq(row.canceled)))
        .set((cash_receipt::state.eq(state), cash_receipt::canceled.eq(canceled)))
        .execute(connection)
        .await
}

/// REQUESTED → FAILED or GIVEN_UP.
pub(crate) async fn end_receipt(
    connection: &mut AsyncPgConnection,
    id: CashReceiptId,
    state: CashReceiptState,
    code: Option<&str>,
) -> QueryResult<usize> {
    diesel::update(cash_receipt::table.find(id).filter(cash_receipt::state.eq(CashReceiptState::Requested)))
        .set((
            cash_receipt::state.eq(state),
            cash_receipt::identity.eq(None::<String>),
            cash_receipt::failure_code.eq(code),
        ))
        .execute(connection)
        .await
}
