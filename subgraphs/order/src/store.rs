//! Queries. Each takes a connection. Those of claims are in a file of their own.

pub(crate) mod claims;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::events::Append;
use platform::idempotency::{KeepAnswer, TakeKey};

use crate::model::{
    CheckoutRow, CheckoutStep, LineId, LineRow, LineStateChangeRow, OrderId, OrderLineState, OrderRow, RefundId,
    RefundMoney, RefundTaskRow, RefundTaskState, SellerOrderId, SellerOrderRow, UserId,
};
use crate::schema::{checkout, line, line_state_change, purchase, refund_task, seller_order};
use crate::statements::{AwaitPayment, BeginCompletion, BegunCompletion, Complete, Place};

/// An order with all that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct WholeOrder {
    pub(crate) order: OrderRow,
    pub(crate) seller_orders: Vec<SellerOrderRow>,
    pub(crate) lines: Vec<LineRow>,
}

/// Writes the order and its workflow under the idempotency key; false, and nothing, when the key is known.
pub(crate) async fn place(
    connection: &mut AsyncPgConnection,
    whole: &WholeOrder,
    key: TakeKey,
    lease_until: DateTime<Utc>,
) -> QueryResult<bool> {
    Ok(Place::new(whole, key, lease_until).execute(connection).await? == 1)
}

/// PLACED → AWAITING_PAYMENT, until `deadline`, with the answer and the event; false, and nothing, when the workflow is not
/// at PLACED any more.
pub(crate) async fn await_payment(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    deadline: DateTime<Utc>,
    answer: KeepAnswer,
    event: Append,
) -> QueryResult<bool> {
    Ok(AwaitPayment { deadline, order_id, answer, event }.execute(connection).await? == 1)
}

/// AWAITING_PAYMENT → PAID, or the overdue lease of PAID: the order, and whether its completion is the caller's now.
pub(crate) async fn begin_completion(
    connection: &mut AsyncPgConnection,
    order_id: OrderId,
    lease_until: DateTime<Utc>,
) -> QueryResult<Option<BegunCompletion>> {
    let statement = BeginCompletion { lease_until, workflow: order_id, order_id };
    statement.get_result(connection).await.optional()
}

/// PAID → COMPLETED, with what that means for the order and its lines, and the event; false, and nothing, when the workflow
/// is not at PAID any more.
pub(crate) async fn complete(connection: &mut AsyncPgConnection, completion: Complete) -> QueryResult<bool> {
    Ok(completion.execute(connection).await? == 1)
}

pub(crate) async fn order_by_id(connection: &mut AsyncPgConnection, id: OrderId) -> QueryResult<Option<OrderRow>> {
    purchase::table.find(id).select(OrderRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn orders_by_id(connection: &mut AsyncPgConnection, ids: &[OrderId]) -> QueryResult<Vec<OrderRow>> {
    purchase::table.filter(purchase::id.eq_any(ids)).select(OrderRow::as_select()).load(connection).await
}

pub(crate) async fn seller_orders_of(
    connection: &mut AsyncPgConnection,
    id: OrderId,
) -> QueryResult<Vec<SellerOrderRow>> {
    seller_order::table
        .filter(seller_order::order_id.eq(id))
        .order(seller_order::number)
        .select(SellerOrderRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn seller_order_by_id(
    connection: &mut AsyncPgConnection,
    id: SellerOrderId,
) -> QueryResult<SellerOrderRow> {
    seller_order::table.find(id).select(SellerOrderRow::as_select()).first(connection).await
}

/// Locks the order for the rest of the transaction, so that its lines change one command after the other.
pub(crate) async fn lock_order(connection: &mut AsyncPgConnection, id: OrderId) -> QueryResult<Option<OrderRow>> {
    purchase::table.find(id).for_update().select(OrderRow::as_select()).first(connection).await.optional()
}

/// Locks the orders of lines, in the order of their ids. Every command on lines locks their orders first.
pub(crate) async fn lock_orders_of_lines(
    connection: &mut AsyncPgConnection,
    ids: &[LineId],
) -> QueryResult<Vec<OrderRow>> {
    let orders = line::table.filter(line::id.eq_any(ids)).select(line::order_id);
    purchase::table
        .filter(purchase::id.eq_any(orders))
        .order(purchase::id)
        .for_update()
        .select(OrderRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn lines_by_order(connection: &mut AsyncPgConnection, id: OrderId) -> QueryResult<Vec<LineRow>> {
    line::table.filter(line::order_id.eq(id)).order(line::id).select(LineRow::as_select()).load(connection).await
}

pub(crate) async fn lines_by_seller_order(
    connection: &mut AsyncPgConnection,
    id: SellerOrderId,
) -> QueryResult<Vec<LineRow>> {
    line::table.filter(line::seller_order_id.eq(id)).order(line::id).select(LineRow::as_select()).load(connection).await
}

/// Counts all of the order's shipping as gone back.
pub(crate) async fn refund_all_shipping(connection: &mut AsyncPgConnection, id: OrderId) -> QueryResult<()> {
    diesel::update(seller_order::table.filter(seller_order::order_id.eq(id)))
        .set(seller_order::shipping_refunded.eq(seller_order::shipping_total))
        .execute(connection)
        .await?;
    Ok(())
}

/// Locks the lines, in the order of their ids.
pub(crate) async fn lock_lines(connection: &mut AsyncPgConnection, ids: &[LineId]) -> QueryResult<Vec<LineRow>> {
    line::table
        .filter(line::id.eq_any(ids))
        .order(line::id)
        .for_update()
        .select(LineRow::as_select())
        .load(connection)
        .await
}

/// What changes beside a line's state.
#[derive(AsChangeset, Clone, Default)]
#[diesel(table_name = line)]
pub(crate) struct LineChange {
    pub(crate) prepare_by: Option<DateTime<Utc>>,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    pub(crate) confirm_by: Option<DateTime<Utc>>,
    pub(crate) cancel_reason: Option<String>,
    pub(crate) cancel_answer_by: Option<DateTime<Utc>>,
    pub(crate) undelivered_at: Option<DateTime<Utc>>,
    pub(crate) resend_by: Option<DateTime<Utc>>,
    pub(crate) cancel_from: Option<OrderLineState>,
}

/// Moves lines that are all in `from` to `to`, and writes the history. Returns the lines as they are now.
pub(crate) async fn move_lines(
    connection: &mut AsyncPgConnection,
    lines: &[LineRow],
    to: OrderLineState,
    reason: Option<&str>,
    change: LineChange,
) -> QueryResult<Vec<LineRow>> {
    let now = Utc::now();
    let history: Vec<_> = lines
        .iter()
        .map(|row| {
            (
                line_state_change::line_id.eq(row.id),
                line_state_change::from_state.eq(row.state),
                line_state_change::to_state.eq(to),
                line_state_change::reason.eq(reason),
            )
        })
        .collect();
    let ids: Vec<LineId> = lines.iter().map(|row| row.id).collect();
    diesel::insert_into(line_state_change::table).values(history).execute(connection).await?;
    let mut moved: Vec<LineRow> = diesel::update(line::table.filter(line::id.eq_any(ids)))
        .set((line::state.eq(to), line::updated_at.eq(now), change))
        .returning(LineRow::as_returning())
        .get_results(connection)
        .await?;
    moved.sort_by_key(|row| row.id);
    Ok(moved)
}

pub(crate) async fn history_of_lines(
    connection: &mut AsyncPgConnection,
    ids: &[LineId],
) -> QueryResult<Vec<LineStateChangeRow>> {
    line_state_change::table
        .filter(line_state_change::line_id.eq_any(ids))
        .order(line_state_change::id)
        .select(LineStateChangeRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn mark_paid(connection: &mut AsyncPgConnection, id: OrderId, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(purchase::table.find(id)).set(purchase::paid_at.eq(at)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn set_refusal(connection: &mut AsyncPgConnection, id: OrderId, refusal: &str) -> QueryResult<()> {
    diesel::update(purchase::table.find(id)).set(purchase::refusal.eq(refusal)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn workflow_of(connection: &mut AsyncPgConnection, id: OrderId) -> QueryResult<Option<CheckoutRow>> {
    checkout::table.find(id).select(CheckoutRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn step_of(connection: &mut AsyncPgConnection, id: OrderId) -> QueryResult<Option<CheckoutStep>> {
    checkout::table.find(id).select(checkout::step).first(connection).await.optional()
}

/// Moves the workflow from one step to the next; false when it is not at `from` (any more).
pub(crate) async fn advance(
    connection: &mut AsyncPgConnection,
    id: OrderId,
    from: CheckoutStep,
    to: CheckoutStep,
    lease_until: DateTime<Utc>,
) -> QueryResult<bool> {
    let updated = diesel::update(checkout::table.find(id))
        .filter(checkout::step.eq(from))
        .set((checkout::step.eq(to), checkout::lease_until.eq(lease_until), checkout::attempts.eq(0)))
        .execute(connection)
        .await?;
    Ok(updated == 1)
}

/// The order waits for a deposit: until `due_at`, where that is known, with the lease taken until `lease_until`. `None`, and
/// nothing, when it does not wait for its payment any more.
pub(crate) async fn await_deposit(
    connection: &mut AsyncPgConnection,
    id: OrderId,
    due_at: Option<DateTime<Utc>>,
    lease_until: DateTime<Utc>,
) -> QueryResult<Option<OrderRow>> {
    if !postpone_payment(connection, id, lease_until).await? {
        return Ok(None);
    }
    if let Some(due_at) = due_at {
        let order = diesel::update(purchase::table.find(id)).set(purchase::payment_deadline.eq(due_at));
        return order.returning(OrderRow::as_returning()).get_result(connection).await.map(Some);
    }
    order_by_id(connection, id).await
}

/// Sets when an order that awaits its payment is looked at again; false when it does not await it any more.
pub(crate) async fn postpone_payment(
    connection: &mut AsyncPgConnection,
    id: OrderId,
    lease_until: DateTime<Utc>,
) -> QueryResult<bool> {
    let updated = diesel::update(checkout::table.find(id))
        .filter(checkout::step.eq(CheckoutStep::AwaitingPayment))
        .set((checkout::lease_until.eq(lease_until), checkout::attempts.eq(0)))
        .execute(connection)
        .await?;
    Ok(updated == 1)
}

/// Workflows whose step is overdue, with the lease taken until `lease_until`. An order that awaits its payment is
/// overdue at its payment deadline, which is its lease.
pub(crate) async fn claim_overdue(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<CheckoutRow>> {
    let ids: Vec<OrderId> = checkout::table
        .filter(checkout::step.ne_all([CheckoutStep::Completed, CheckoutStep::Compensated]))
        .filter(checkout::lease_until.lt(Utc::now()))
        .order(checkout::lease_until)
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(checkout::order_id)
        .load(connection)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(checkout::table.filter(checkout::order_id.eq_any(ids)))
        .set((checkout::lease_until.eq(lease_until), checkout::attempts.eq(checkout::attempts + 1)))
        .returning(CheckoutRow::as_returning())
        .get_results(connection)
        .await
}

pub(crate) async fn insert_refund_task(
    connection: &mut AsyncPgConnection,
    id: RefundId,
    order_id: OrderId,
    money: RefundMoney,
    reason: &str,
    lease_until: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(refund_task::table)
        .values((
            refund_task::id.eq(id),
            refund_task::order_id.eq(order_id),
            refund_task::amount.eq(money.amount),
            refund_task::tax_free_amount.eq(money.tax_free),
            refund_task::reason.eq(reason),
            refund_task::state.eq(RefundTaskState::Pending),
            refund_task::lease_until.eq(lease_until),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn finish_refund_task(connection: &mut AsyncPgConnection, id: RefundId) -> QueryResult<()> {
    diesel::update(refund_task::table.find(id))
        .set(refund_task::state.eq(RefundTaskState::Done))
        .execute(connection)
        .await?;
    Ok(())
}

/// Sets when a refund is asked for again.
pub(crate) async fn postpone_refund_task(
    connection: &mut AsyncPgConnection,
    id: RefundId,
    lease_until: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(refund_task::table.find(id))
        .set(refund_task::lease_until.eq(lease_until))
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the refund is one of ours and not known to be done yet.
pub(crate) async fn is_refund_pending(connection: &mut AsyncPgConnection, id: RefundId) -> QueryResult<bool> {
    let pending = refund_task::table.find(id).filter(refund_task::state.eq(RefundTaskState::Pending));
    diesel::select(diesel::dsl::exists(pending)).get_result(connection).await
}

/// Refund tasks that are overdue, with the lease taken until `lease_until`.
pub(crate) async fn claim_refund_tasks(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<RefundTaskRow>> {
    let ids: Vec<RefundId> = refund_task::table
        .filter(refund_task::state.eq(RefundTaskState::Pending))
        .filter(refund_task::lease_until.lt(Utc::now()))
        .order(refund_task::lease_until)
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(refund_task::id)
        .load(connection)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(refund_task::table.filter(refund_task::id.eq_any(ids)))
        .set((refund_task::lease_until.eq(lease_until), refund_task::attempts.eq(refund_task::attempts + 1)))
        .returning(RefundTaskRow::as_returning())
        .get_results(connection)
        .await
}

/// Lines that confirm themselves now (those with an open claim do not), and lines whose cancellation was not answered in time.
pub(crate) async fn overdue_lines(
    connection: &mut AsyncPgConnection,
    limit: i64,
) -> QueryResult<(Vec<LineId>, Vec<LineId>)> {
    let now = Some(Utc::now());
    let confirm = line::table
        .filter(line::state.eq_any([OrderLineState::Delivered, OrderLineState::Exchanged]))
        .filter(line::claim_id.is_null())
        .filter(line::confirm_by.lt(now))
        .limit(limit)
        .select(line::id)
        .load(connection)
        .await?;
    let cancel = line::table
        .filter(line::state.eq(OrderLineState::CancelRequested))
        .filter(line::cancel_answer_by.lt(now))
        .limit(limit)
        .select(line::id)
        .load(connection)
        .await?;
    Ok((confirm, cancel))
}

/// The orders of lines, in the order of their ids.
pub(crate) async fn orders_of_lines(connection: &mut AsyncPgConnection, ids: &[LineId]) -> QueryResult<Vec<OrderId>> {
    let query = line::table.filter(line::id.eq_any(ids)).select(line::order_id).distinct();
    query.order(line::order_id).load(connection).await
}

/// Notes of paid lines whose preparation is late that it is told; returns them.
pub(crate) async fn mark_late_lines(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<LineRow>> {
    let now = Utc::now();
    let ids: Vec<LineId> = line::table
        .filter(line::state.eq(OrderLineState::Paid))
        .filter(line::prepare_by.lt(now))
        .filter(line::preparation_overdue_at.is_null())
        .order((line::prepare_by, line::id))
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(line::id)
        .load(connection)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    diesel::update(line::table.filter(line::id.eq_any(ids)))
        .set(line::preparation_overdue_at.eq(now))
        .returning(LineRow::as_returning())
        .get_results(connection)
        .await
}

/// Lines that were sent before `since` and of which nothing was heard again, and lines that could not be delivered and were
/// not sent again in time.
pub(crate) async fn stranded_lines(
    connection: &mut AsyncPgConnection,
    since: DateTime<Utc>,
    limit: i64,
) -> QueryResult<(Vec<LineId>, Vec<LineId>)> {
    let silent = line::table
        .filter(line::state.eq(OrderLineState::Shipped))
        .filter(line::updated_at.lt(since))
        .order(line::updated_at)
        .limit(limit)
        .select(line::id)
        .load(connection)
        .await?;
    let undelivered = line::table
        .filter(line::state.eq(OrderLineState::Undelivered))
        .filter(line::resend_by.lt(Utc::now()))
        .order(line::resend_by)
        .limit(limit)
        .select(line::id)
        .load(connection)
        .await?;
    Ok((silent, undelivered))
}

/// Notes of lines in preparation that their time to be sent is over.
pub(crate) async fn mark_sent_late(
    connection: &mut AsyncPgConnection,
    ids: &[LineId],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(line::table.filter(line::id.eq_any(ids)))
        .filter(line::state.eq(OrderLineState::Preparing))
        .filter(line::dispatch_overdue_at.is_null())
        .set(line::dispatch_overdue_at.eq(at))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the parcel of lines that are sent again.
pub(crate) async fn forget_parcel(connection: &mut AsyncPgConnection, ids: &[LineId]) -> QueryResult<()> {
    diesel::update(line::table.filter(line::id.eq_any(ids)))
        .set((
            line::carrier.eq(None::<String>),
            line::tracking_number.eq(None::<String>),
            line::dispatch_overdue_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The numbers of a buyer's orders that are not over, the oldest first.
pub(crate) async fn open_orders_of(
    connection: &mut AsyncPgConnection,
    buyer_id: UserId,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let over = [
        OrderLineState::Confirmed,
        OrderLineState::Expired,
        OrderLineState::Cancelled,
        OrderLineState::Returned,
        OrderLineState::Exchanged,
    ];
    // What is over goes on while something is claimed of it.
    let open = line::table
        .filter(line::order_id.eq(purchase::id))
        .filter(line::state.ne_all(over).or(line::claim_id.is_not_null()));
    purchase::table
        .filter(purchase::buyer_id.eq(buyer_id))
        .filter(diesel::dsl::exists(open))
        .order((purchase::placed_at, purchase::id))
        .limit(limit)
        .select(purchase::number)
        .load(connection)
        .await
}

/// Whether a buyer has ever paid an order.
pub(crate) async fn has_paid_orders(connection: &mut AsyncPgConnection, buyer_id: UserId) -> QueryResult<bool> {
    let paid = purchase::table.filter(purchase::buyer_id.eq(buyer_id)).filter(purchase::paid_at.is_not_null());
    diesel::select(diesel::dsl::exists(paid)).get_result(connection).await
}
