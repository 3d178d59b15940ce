//! A payout is requested by one person and approved by another.

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;

use super::{Settlements, caller, checked_reason};
use crate::error::{Failure, UserErrorCode};
use crate::events::{PayoutApproved, PayoutFact, PayoutFailed, PayoutRequested};
use crate::model::{BankAccount, PayoutId, PayoutRow, PayoutState, SellerId, SettlementId, SettlementItemState};
use crate::rules::{ItemCommand, PayoutCommand, item_transition, payout_transition};
use crate::store::{self, PayoutChange};

/// Requests the payout of a settlement that pays something out, to the account that the seller has now.
pub(crate) async fn request_payout(
    desk: &Settlements,
    settlement_id: SettlementId,
    context: &RequestContext,
) -> Result<PayoutRow, Failure> {
    let by = caller(context)?;
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["settlementId"], context.language));
    let settlement = {
        let mut connection = desk.database.connection().await?;
        store::settlement_by_id(&mut connection, settlement_id).await?
    };
    let settlement = settlement.ok_or_else(|| refuse(UserErrorCode::SettlementNotFound))?;
    if settlement.net <= 0 {
        return Err(refuse(UserErrorCode::NothingToPay));
    }
    let account = account_of(desk, settlement.seller_id, context).await?;
    let account = account.ok_or_else(|| refuse(UserErrorCode::SellerNotFound))?;
    let mut connection = desk.database.connection().await?;
    let payout = connection
        .transaction(async |connection| {
            let payout = store::insert_payout(connection, &settlement, &account, by).await?;
            let payout = payout.ok_or_else(|| refuse(UserErrorCode::PayoutExists))?;
            store::record_change(connection, payout.id, None, payout.state, None, Some(by)).await?;
            let facts = json!({ "state": payout.state, "settlementId": settlement_id, "amount": payout.amount });
            audit::of_money(connection, context, Entry::on("settlement", payout.id).after(facts)).await?;
            let fact = PayoutRequested(PayoutFact::from(&payout));
            append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(payout)
        })
        .await?;
    drop(connection);
    desk.outbox.wake();
    Ok(payout)
}

async fn account_of(
    desk: &Settlements,
    seller: SellerId,
    context: &RequestContext,
) -> Result<Option<BankAccount>, Failure> {
    Ok(desk.seller(seller, context).await?.and_then(|(_, account)| account))
}

/// Approves a payout that another person has requested. It is sent when its day has come.
pub(crate) async fn approve_payout(
    desk: &Settlements,
    id: PayoutId,
    context: &RequestContext,
) -> Result<PayoutRow, Failure> {
    let by = caller(context)?;
    let payout = change(desk, id, PayoutCommand::Approve, ItemCommand::Approve, context, |before, change| {
        if before.requested_by == by {
            return Err(UserErrorCode::SecondPersonNeeded);
        }
        change.approved_by = Some(by);
        change.approved_at = Some(chrono::Utc::now());
        Ok(())
    })
    .await?;
    desk.payouts.notify_one();
    Ok(payout)
}

/// Rejects a payout that was requested.
pub(crate) async fn reject_payout(
    desk: &Settlements,
    id: PayoutId,
    reason: &str,
    context: &RequestContext,
) -> Result<PayoutRow, Failure> {
    let reason = checked_reason(reason, context)?;
    change(desk, id, PayoutCommand::Reject, ItemCommand::Fail, context, |_, change| {
        change.failure = Some(reason.clone());
        Ok(())
    })
    .await
}

/// Requests a payout anew that failed, to the account that the seller has now; it needs an approval anew.
pub(crate) async fn retry_payout(
    desk: &Settlements,
    id: PayoutId,
    context: &RequestContext,
) -> Result<PayoutRow, Failure> {
    let by = caller(context)?;
    let known = {
        let mut connection = desk.database.connection().await?;
        store::payout_by_id(&mut connection, id).await?
    };
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["payoutId"], context.language));
    let seller = known.ok_or_else(|| refuse(UserErrorCode::PayoutNotFound))?.seller_id;
    let account = account_of(desk, seller, context).await?;
    let account = account.ok_or_else(|| refuse(UserErrorCode::SellerNotFound))?;
    change(desk, id, PayoutCommand::Retry, ItemCommand::Retry, context, |_, change| {
        change.bank.clone_from(&account.bank);
        change.account_number.clone_from(&account.number);
        change.account_holder.clone_from(&account.holder);
        change.requested_by = by;
        change.approved_by = None;
        change.approved_at = None;
        // The bank declined: there is no outcome to look up.
        change.sent_at = None;
        change.failure = None;
        Ok(())
    })
    .await
}

async fn change(
    desk: &Settlements,
    id: PayoutId,
    command: PayoutCommand,
    of_items: ItemCommand,
    context: &RequestContext,
    edit: impl Fn(&PayoutRow, &mut PayoutChange) -> Result<(), UserErrorCode> + Send + Sync,
) -> Result<PayoutRow, Failure> {
    let by = caller(context)?;
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["payoutId"], context.language));
    let mut connection = desk.database.connection().await?;
    let payout = connection
        .transaction(async |connection| {
            let before = store::lock_payout(connection, id).await?;
            let before = before.ok_or_else(|| refuse(UserErrorCode::PayoutNotFound))?;
            let mut change = PayoutChange::from(&before);
            change.state = payout_transition(before.state, command).map_err(refuse)?;
            edit(&before, &mut change).map_err(refuse)?;
            let after = store::change_payout(connection, id, before.state, &change, Some(by)).await?;
            let facts = |row: &PayoutRow| json!({ "state": row.state, "amount": row.amount });
            let reason = after.failure.as_deref();
            let entry = Entry::on("settlement", id).because(reason).before(facts(&before)).after(facts(&after));
            audit::of_money(connection, context, entry).await?;
            follow(connection, &before, &after, of_items, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(after)
        })
        .await?;
    drop(connection);
    desk.outbox.wake();
    Ok(payout)
}

/// Moves the items of a payout as it moves, and tells of it.
pub(super) async fn follow(
    connection: &mut AsyncPgConnection,
    before: &PayoutRow,
    after: &PayoutRow,
    command: ItemCommand,
    trace_parent: Option<&str>,
) -> diesel::QueryResult<()> {
    let from = match before.state {
        PayoutState::Requested => SettlementItemState::Scheduled,
        PayoutState::Approved => SettlementItemState::Approved,
        PayoutState::Paid => SettlementItemState::Paid,
        PayoutState::Failed => SettlementItemState::Failed,
    };
    let to = item_transition(from, command).map_err(|_| diesel::result::Error::RollbackTransaction)?;
    store::move_items(connection, after.settlement_id, from, to).await?;
    let fact = PayoutFact::from(after);
    match after.state {
        PayoutState::Requested => append(connection, &PayoutRequested(fact), trace_parent).await,
        PayoutState::Approved => append(connection, &PayoutApproved(fact), trace_parent).await,
        PayoutState::Paid => append(connection, &crate::events::PayoutPaid(fact), trace_parent).await,
        PayoutState::Failed => append(connection, &PayoutFailed(fact), trace_parent).await,
    }
}
