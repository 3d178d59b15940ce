//! A statement is closed: everything of a seller that is eligible comes onto it, once and for ever.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;

use super::{Settlements, caller};
use crate::amounts::{Amounts, share};
use crate::calendar::{Period, business_day_after, day_of, end_of};
use crate::error::{Failure, UserErrorCode};
use crate::events::SettlementClosed;
use crate::model::{
    ItemId, ItemRow, NewItem, Particulars, SellerId, SettlementId, SettlementItemKind, SettlementItemState,
    SettlementRow, UserId,
};
use crate::rules::{ItemCommand, item_transition};
use crate::store::{self, NewSettlement, RunRow};

/// What is closed, and why.
pub(super) struct Closing<'a> {
    pub(super) seller: SellerId,
    pub(super) recipient: &'a Particulars,
    pub(super) period: Period,
    /// The run that closes it; without one, staff do.
    pub(super) run: Option<&'a RunRow>,
    pub(super) closed_by: Option<UserId>,
    /// The day of the payment, where it does not follow from the period.
    pub(super) payable_on: Option<NaiveDate>,
    /// What was eligible before comes onto the statement.
    pub(super) before: DateTime<Utc>,
}

/// Closes a statement of all that is eligible now, out of turn. For staff.
pub(crate) async fn close_now(
    desk: &Settlements,
    seller: SellerId,
    payable_on: Option<NaiveDate>,
    context: &RequestContext,
) -> Result<SettlementRow, Failure> {
    let by = caller(context)?;
    let now = Utc::now();
    let today = day_of(now);
    if payable_on.is_some_and(|day| day < today) {
        return Err(UserErrorCode::InvalidLag.at(&["payableOn"], context.language).into());
    }
    let not_found = || UserErrorCode::SellerNotFound.at(&["sellerId"], context.language);
    let (recipient, _) = desk.seller(seller, context).await?.ok_or_else(not_found)?;
    let closing = Closing {
        seller,
        recipient: &recipient,
        period: Period { start: today, end: today },
        run: None,
        closed_by: Some(by),
        payable_on,
        before: now,
    };
    let closed = close(desk, closing, Some(context)).await?;
    closed.ok_or_else(|| UserErrorCode::NothingToSettle.at(&["sellerId"], context.language).into())
}

/// Closes a statement in one transaction, by hand in the context of who does it, or in a run; `None` when there is nothing for it, or its run has closed it before.
pub(super) async fn close(
    desk: &Settlements,
    closing: Closing<'_>,
    by_hand: Option<&RequestContext>,
) -> Result<Option<SettlementRow>, Failure> {
    let trace_parent = by_hand.and_then(|context| context.trace_parent.as_deref());
    let mut connection = desk.database.connection().await?;
    let closed = connection
        .transaction(async |connection| {
            let account = store::lock_account(connection, closing.seller).await?;
            if let Some(run) = closing.run
                && store::is_settled(connection, closing.seller, run).await?
            {
                return Ok(None);
            }
            let items = store::lock_eligible(connection, closing.seller, closing.before).await?;
            if items.is_empty() {
                return Ok(None);
            }
            let lag = account.lag.unwrap_or_else(|| i32::try_from(desk.settings.lag).unwrap_or(0));
            let payable_on = closing.payable_on.unwrap_or_else(|| business_day_after(closing.period.end, lag));
            let row = write(connection, desk, &closing, &items, account.holdback, payable_on).await?;
            let facts = json!({ "sellerId": row.seller_id, "net": row.net, "payableOn": row.payable_on });
            let entry = Entry::on("settlement", row.id).after(facts);
            match by_hand {
                Some(context) => audit::of_money(connection, context, entry).await?,
                None => audit::of_service(connection, "closeSettlement", entry).await?,
            }
            append(connection, &SettlementClosed::from(&row), trace_parent).await?;
            Ok::<_, Failure>(Some(row))
        })
        .await?;
    drop(connection);
    if closed.is_some() {
        metrics::counter!("settlements_closed_total").increment(1);
        desk.outbox.wake();
    }
    Ok(closed)
}

/// Writes the statement, its lines, what is held back, and the debt that is carried over.
async fn write(
    connection: &mut AsyncPgConnection,
    desk: &Settlements,
    closing: &Closing<'_>,
    items: &[ItemRow],
    holdback: i32,
    payable_on: NaiveDate,
) -> Result<SettlementRow, Failure> {
    let id = SettlementId::new();
    let earned: i64 = items.iter().map(|item| item.net).sum();
    let held_back = share(earned, i64::from(holdback));
    let sum = |part: fn(&ItemRow) -> i64| items.iter().map(part).sum::<i64>();
    let count = items.len() + usize::from(held_back > 0);
    let new = NewSettlement {
        id,
        seller_id: closing.seller,
        cadence: closing.run.map(|run| run.cadence),
        period_start: closing.period.start,
        period_end: closing.period.end,
        payable_on,
        item_count: i32::try_from(count).unwrap_or(i32::MAX),
        gross: sum(|item| item.gross) - held_back,
        seller_discount: sum(|item| item.seller_discount),
        platform_discount: sum(|item| item.platform_discount),
        commission: sum(|item| item.commission),
        commission_vat: sum(|item| item.commission_vat),
        net: earned - held_back,
        recipient: serde_json::to_value(closing.recipient).map_err(platform::errors::GraphError::internal)?,
        closed_by: closing.closed_by,
    };
    let row = store::insert_settlement(connection, &new).await?;
    let conflict = |_| diesel::result::Error::RollbackTransaction;
    let state = item_transition(SettlementItemState::Eligible, ItemCommand::Schedule).map_err(conflict)?;
    let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    if store::schedule(connection, id, &ids, state).await? != ids.len() {
        return Err(diesel::result::Error::NotFound.into());
    }
    if held_back > 0 {
        let items = holdback_items(desk, &row, held_back, state);
        store::insert_items(connection, &items).await?;
    }
    if store::freeze_lines(connection, id).await? != count {
        return Err(diesel::result::Error::NotFound.into());
    }
    if row.net <= 0 {
        let netted = item_transition(state, ItemCommand::Net).map_err(conflict)?;
        store::move_items(connection, id, state, netted).await?;
    }
    if row.net < 0 {
        store::insert_items(connection, &[carry_over(&row)]).await?;
    }
    Ok(row)
}

/// What is kept back of a statement, on that statement, and its return on a later one.
fn holdback_items(desk: &Settlements, row: &SettlementRow, held_back: i64, state: SettlementItemState) -> [NewItem; 2] {
    let time = TimeDelta::from_std(desk.settings.holdback_time).unwrap_or(TimeDelta::zero());
    let (minus, plus) = (Amounts::plain(-held_back), Amounts::plain(held_back));
    let kept = NewItem {
        title: "지급 유보".to_owned(),
        settlement_id: Some(row.id),
        ..NewItem::plain(SettlementItemKind::Holdback, row.seller_id, minus, state, row.closed_at)
    };
    let (kind, eligible) = (SettlementItemKind::HoldbackRelease, SettlementItemState::Eligible);
    let given = NewItem {
        title: "지급 유보 해제".to_owned(),
        reverses: Some(kept.id),
        eligible_at: Some(row.closed_at + time),
        ..NewItem::plain(kind, row.seller_id, plus, eligible, row.closed_at)
    };
    [kept, given]
}

/// The debt of a statement, on the next one.
fn carry_over(row: &SettlementRow) -> NewItem {
    let (kind, eligible) = (SettlementItemKind::CarryOver, SettlementItemState::Eligible);
    NewItem {
        title: "이월".to_owned(),
        carried_from: Some(row.id),
        eligible_at: Some(row.closed_at),
        ..NewItem::plain(kind, row.seller_id, Amounts::plain(row.net), eligible, row.closed_at)
    }
}

/// What a run takes: everything that was eligible before its period was over.
pub(super) fn of_run<'a>(seller: SellerId, recipient: &'a Particulars, run: &'a RunRow) -> Closing<'a> {
    Closing {
        seller,
        recipient,
        period: run.period(),
        run: Some(run),
        closed_by: None,
        payable_on: None,
        before: end_of(run.period_end),
    }
}
