//! Queries. Each takes a connection.

mod receipts;
mod reconciliation;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub(crate) use receipts::{
    claim_open_receipts, end_receipt, receipt_canceled, receipt_issued, receipts_by_payment, request_receipt,
};
pub(crate) use reconciliation::{
    Place, days_reconciled, discrepancies_count, discrepancies_page, payments_moved, record_day, record_difference,
    resolve,
};

use crate::model::{
    LedgerAccount, LedgerEntryId, LedgerEntryRow, OrderId, PaymentId, PaymentRow, PaymentState, RefundId, RefundRow,
    RefundState,
};
use crate::rules::tax_free::Left;
use crate::rules::{PaymentCommand, states_that_allow};
use crate::schema::{attempt, ledger_entry, payment, refund};

pub(crate) async fn payment_by_order(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
) -> QueryResult<Option<PaymentRow>> {
    payment::table
        .filter(payment::order_id.eq(order_id))
        .select(PaymentRow::as_select())
        .first(connection)
        .await
        .optional()
}

pub(crate) async fn payment_by_key(
    connection: &mut AsyncPgConnection,
    payment_key: &str,
) -> QueryResult<Option<PaymentRow>> {
    payment::table
        .filter(payment::payment_key.eq(payment_key))
        .select(PaymentRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Ends the attempts of the payment that have no outcome yet.
pub(crate) async fn finish_attempts(
    connection: &mut AsyncPgConnection,
    payment_id: PaymentId,
    outcome: &str,
    provider_code: Option<&str>,
) -> QueryResult<()> {
    diesel::update(attempt::table)
        .filter(attempt::payment_id.eq(payment_id))
        .filter(attempt::finished_at.is_null())
        .set((
            attempt::outcome.eq(outcome),
            attempt::provider_code.eq(provider_code),
            attempt::finished_at.eq(Some(Utc::now())),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// What changes when a payment moves.
#[derive(AsChangeset, Default)]
#[diesel(table_name = payment)]
pub(crate) struct PaymentChange {
    pub(crate) state: Option<PaymentState>,
    pub(crate) receipt_url: Option<String>,
    pub(crate) approved_at: Option<DateTime<Utc>>,
    pub(crate) failure_code: Option<String>,
    pub(crate) failure_message: Option<String>,
    pub(crate) virtual_account: Option<serde_json::Value>,
    pub(crate) refunded: Option<i64>,
    pub(crate) lease_until: Option<DateTime<Utc>>,
}

/// Moves the payment if its state allows the command. `None` when it does not (any more).
pub(crate) async fn move_payment(
    connection: &mut AsyncPgConnection,
    id: PaymentId,
    command: PaymentCommand,
    change: PaymentChange,
) -> QueryResult<Option<PaymentRow>> {
    diesel::update(payment::table.find(id))
        .filter(payment::state.eq_any(states_that_allow(command)))
        .set((change, payment::updated_at.eq(diesel::dsl::now)))
        .returning(PaymentRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// As [`move_payment`], if the payment still is in the state `from`.
pub(crate) async fn move_payment_from(
    connection: &mut AsyncPgConnection,
    id: PaymentId,
    from: PaymentState,
    command: PaymentCommand,
    change: PaymentChange,
) -> QueryResult<Option<PaymentRow>> {
    diesel::update(payment::table.find(id))
        .filter(payment::state.eq(from))
        .filter(payment::state.eq_any(states_that_allow(command)))
        .set((change, payment::updated_at.eq(diesel::dsl::now)))
        .returning(PaymentRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// A declined payment waits for the buyer again, without the key that failed.
pub(crate) async fn reopen_payment(
    connection: &mut AsyncPgConnection,
    id: PaymentId,
    code: &str,
    message: &str,
) -> QueryResult<Option<PaymentRow>> {
    diesel::update(payment::table.find(id))
        .filter(payment::state.eq_any(states_that_allow(PaymentCommand::Decline)))
        .set((
            payment::state.eq(PaymentState::Ready),
            payment::payment_key.eq(None::<String>),
            payment::lease_until.eq(None::<DateTime<Utc>>),
            payment::failure_code.eq(code),
            payment::failure_message.eq(message),
            payment::updated_at.eq(diesel::dsl::now),
        ))
        .returning(PaymentRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

pub(crate) async fn insert_postings(
    connection: &mut AsyncPgConnection,
    payment_id: PaymentId,
    refund_id: Option<RefundId>,
    postings: [(LedgerAccount, i64); 2],
) -> QueryResult<()> {
    let transaction_id = uuid::Uuid::now_v7();
    let occurred_at = Utc::now();
    let rows = postings.map(|(account, amount)| LedgerEntryRow {
        id: LedgerEntryId::new(),
        transaction_id,
        account,
        amount,
        payment_id,
        refund_id,
        occurred_at,
    });
    diesel::insert_into(ledger_entry::table).values(rows.to_vec()).execute(connection).await?;
    Ok(())
}

/// Payments whose outcome is open and whose asker is overdue; the lease is taken until `lease_until`.
pub(crate) async fn claim_undecided_payments(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<PaymentRow>> {
    let due = payment::table
        .filter(payment::state.eq_any([PaymentState::Confirming, PaymentState::Unknown]))
        .filter(payment::lease_until.lt(Some(Utc::now())))
        .order(payment::lease_until)
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(payment::id);
    let ids: Vec<PaymentId> = due.load(connection).await?;
    diesel::update(payment::table.filter(payment::id.eq_any(ids)))
        .set(payment::lease_until.eq(lease_until))
        .returning(PaymentRow::as_returning())
        .get_results(connection)
        .await
}

/// Virtual accounts that closed and whose asker, if there was one, is overdue; the lease is taken until `lease_until`.
pub(crate) async fn claim_overdue_deposits(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<PaymentRow>> {
    use diesel::dsl::sql;
    use diesel::sql_types::Bool;
    let ids: Vec<PaymentId> = payment::table
        .filter(payment::state.eq(PaymentState::WaitingForDeposit))
        .filter(sql::<Bool>("(virtual_account->>'due_at')::timestamptz < now()"))
        .filter(sql::<Bool>("coalesce(lease_until < now(), true)"))
        .order(payment::lease_until.asc().nulls_first())
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(payment::id)
        .load(connection)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(payment::table.filter(payment::id.eq_any(ids)))
        .set(payment::lease_until.eq(lease_until))
        .returning(PaymentRow::as_returning())
        .get_results(connection)
        .await
}

pub(crate) async fn refund_by_id(connection: &mut AsyncPgConnection, id: RefundId) -> QueryResult<Option<RefundRow>> {
    refund::table.find(id).select(RefundRow::as_select()).first(connection).await.optional()
}

/// Records a refund that is asked for: how much, and what of it is tax-free.
pub(crate) async fn insert_refund(
    connection: &mut AsyncPgConnection,
    id: RefundId,
    payment_id: PaymentId,
    (amount, tax_free): (i64, i64),
    reason: &str,
    lease_until: DateTime<Utc>,
) -> QueryResult<RefundRow> {
    diesel::insert_into(refund::table)
        .values((
            refund::id.eq(id),
            refund::payment_id.eq(payment_id),
            refund::amount.eq(amount),
            refund::tax_free_amount.eq(tax_free),
            refund::reason.eq(reason),
            refund::state.eq(RefundState::Requested),
            refund::lease_until.eq(lease_until),
        ))
        .returning(RefundRow::as_returning())
        .get_result(connection)
        .await
}

/// What is left of a payment after its refunds that are done or may yet be.
pub(crate) async fn left_of(connection: &mut AsyncPgConnection, payment: &PaymentRow) -> QueryResult<Left> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let (amount, tax_free): (i64, i64) = refund::table
        .filter(refund::payment_id.eq(payment.id))
        .filter(refund::state.ne(RefundState::Failed))
        .select((
            sql::<BigInt>("coalesce(sum(amount), 0)::bigint"),
            sql::<BigInt>("coalesce(sum(tax_free_amount), 0)::bigint"),
        ))
        .first(connection)
        .await?;
    Ok(Left { amount: payment.amount - amount, tax_free: payment.tax_free_amount - tax_free })
}

/// What of a payment is tax-free and was not given back.
pub(crate) async fn tax_free_kept(connection: &mut AsyncPgConnection, payment: &PaymentRow) -> QueryResult<i64> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let given_back: i64 = refund::table
        .filter(refund::payment_id.eq(payment.id))
        .filter(refund::state.eq(RefundState::Done))
        .select(sql::<BigInt>("coalesce(sum(tax_free_amount), 0)::bigint"))
        .first(connection)
        .await?;
    Ok(payment.tax_free_amount - given_back)
}

/// Locks the payment's row for the rest of the transaction.
pub(crate) async fn lock_payment(connection: &mut AsyncPgConnection, id: PaymentId) -> QueryResult<PaymentRow> {
    payment::table.find(id).for_update().select(PaymentRow::as_select()).first(connection).await
}

/// Decides a refund that is still open. `None` when it was decided before.
pub(crate) async fn decide_refund(
    connection: &mut AsyncPgConnection,
    id: RefundId,
    state: RefundState,
    provider_code: Option<&str>,
) -> QueryResult<Option<RefundRow>> {
    let completed_at = (state == RefundState::Done).then(Utc::now);
    diesel::update(refund::table.find(id))
        .filter(refund::state.eq_any([RefundState::Requested, RefundState::Unknown]))
        .set((refund::state.eq(state), refund::provider_code.eq(provider_code), refund::completed_at.eq(completed_at)))
        .returning(RefundRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// A refund that failed is asked for again.
pub(crate) async fn reopen_refund(
    connection: &mut AsyncPgConnection,
    id: RefundId,
    lease_until: DateTime<Utc>,
) -> QueryResult<bool> {
    let updated = diesel::update(refund::table.find(id))
        .filter(refund::state.eq(RefundState::Failed))
        .set((refund::state.eq(RefundState::Requested), refund::lease_until.eq(lease_until)))
        .execute(connection)
        .await?;
    Ok(updated == 1)
}

/// Keeps the sealed account that the payment's money goes back to.
pub(crate) async fn keep_refund_account(
    connection: &mut AsyncPgConnection,
    id: PaymentId,
    sealed: &[u8],
) -> QueryResult<PaymentRow> {
    diesel::update(payment::table.find(id))
        .set((
            payment::refund_account.eq(sealed),
            payment::refund_account_version.eq(payment::refund_account_version + 1),
            payment::updated_at.eq(diesel::dsl::now),
        ))
        .returning(PaymentRow::as_returning())
        .get_result(connection)
        .await
}

/// Forgets the account that money went back to, or that the provider did not take.
pub(crate) async fn forget_refund_account(connection: &mut AsyncPgConnection, id: PaymentId) -> QueryResult<()> {
    diesel::update(payment::table.find(id))
        .set(payment::refund_account.eq(None::<Vec<u8>>))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the accounts of payments that have not changed since then, unless something is going back to them. Returns how many.
pub(crate) async fn forget_unused_refund_accounts(
    connection: &mut AsyncPgConnection,
    since: DateTime<Utc>,
) -> QueryResult<usize> {
    let going_back = refund::table
        .filter(refund::payment_id.eq(payment::id))
        .filter(refund::state.eq_any([RefundState::Requested, RefundState::Unknown]));
    let unused = payment::table
        .filter(payment::refund_account.is_not_null())
        .filter(payment::updated_at.lt(since))
        .filter(diesel::dsl::not(diesel::dsl::exists(going_back)));
    diesel::update(unused).set(payment::refund_account.eq(None::<Vec<u8>>)).execute(connection).await
}

/// Whether the provider is being asked for a refund of the payment.
pub(crate) async fn is_refund_asked_for(connection: &mut AsyncPgConnection, id: PaymentId) -> QueryResult<bool> {
    let asked = refund::table
        .filter(refund::payment_id.eq(id))
        .filter(refund::state.eq_any([RefundState::Requested, RefundState::Unknown]));
    diesel::select(diesel::dsl::exists(asked)).get_result(connection).await
}

/// The payment's refunds that wait for an account are asked for now; the lease is taken until `lease_until`.
pub(crate) async fn request_waiting_refunds(
    connection: &mut AsyncPgConnection,
    id: PaymentId,
    lease_until: DateTime<Utc>,
) -> QueryResult<Vec<RefundRow>> {
    diesel::update(refund::table)
        .filter(refund::payment_id.eq(id))
        .filter(refund::state.eq(RefundState::AccountNeeded))
        .set((refund::state.eq(RefundState::Requested), refund::lease_until.eq(lease_until)))
        .returning(RefundRow::as_returning())
        .get_results(connection)
        .await
}

/// Refunds whose outcome is open and whose asker is overdue; the lease is taken until `lease_until`.
pub(crate) async fn claim_undecided_refunds(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<RefundRow>> {
    let ids: Vec<RefundId> = refund::table
        .filter(refund::state.eq_any([RefundState::Requested, RefundState::Unknown]))
        .filter(refund::lease_until.lt(Some(Utc::now())))
        .order(refund::lease_until)
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(refund::id)
        .load(connection)
        .await?;
    diesel::update(refund::table.filter(refund::id.eq_any(ids)))
        .set(refund::lease_until.eq(lease_until))
        .returning(RefundRow::as_returning())
        .get_results(connection)
        .await
}

pub(crate) async fn payment_by_id(
    connection: &mut AsyncPgConnection,
    id: PaymentId,
) -> QueryResult<Option<PaymentRow>> {
    payment::table.find(id).select(PaymentRow::as_select()).first(connection).await.optional()
}
