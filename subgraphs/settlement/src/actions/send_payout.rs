//! Approved payouts are sent to the bank when their day has come.
//!
//! That a payout is sent stands in the database before the bank is asked. One that was sent and has no outcome is looked up
//! at the bank first; it is sent again only when the bank has never carried it out.

use std::time::Duration;

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};

use super::Settlements;
use super::change_payout::follow;
use crate::bank::{BankError, Transfer, TransferRequest};
use crate::calendar::day_of;
use crate::error::Failure;
use crate::model::{PayoutRow, PayoutState};
use crate::rules::{ItemCommand, PayoutCommand, payout_transition};
use crate::store::{self, PayoutChange};

const BATCH: i64 = 50;
/// What a lookup, a transfer and their recording may take beyond the bank's own time.
const MARGIN: Duration = Duration::from_millis(500);

/// Sends what is due. Returns how many payouts were looked at.
pub(crate) async fn send_due_payouts(desk: &Settlements) -> Result<usize, Failure> {
    let today = day_of(Utc::now());
    let due = {
        let mut connection = desk.database.connection().await?;
        store::take_due(&mut connection, today, desk.settings.bank_timeout * 2 + MARGIN, BATCH).await?
    };
    for payout in &due {
        match outcome(desk, payout).await? {
            Ok(transfer) => record(desk, payout, Ok(transfer)).await?,
            Err(BankError::Declined { code, message }) => {
                record(desk, payout, Err(format!("{code}: {message}"))).await?;
            }
            // The lease runs out; then it is looked up.
            Err(BankError::Unknown(cause)) => {
                metrics::counter!("payouts_unknown_total").increment(1);
                tracing::warn!(payout = %payout.id, cause, "the outcome of a payout is not known");
            }
        }
    }
    Ok(due.len())
}

async fn outcome(desk: &Settlements, payout: &PayoutRow) -> Result<Result<Transfer, BankError>, Failure> {
    let id = payout.id.to_string();
    if payout.sent_at.is_some() {
        match desk.bank.find(&id).await {
            Ok(Some(transfer)) => return Ok(Ok(transfer)),
            Ok(None) => {}
            Err(error) => return Ok(Err(error)),
        }
    }
    {
        let mut connection = desk.database.connection().await?;
        store::mark_sent(&mut connection, payout.id).await?;
    }
    let request = TransferRequest {
        id,
        amount: payout.amount,
        bank: payout.bank.clone(),
        account_number: payout.account_number.clone(),
        holder: payout.account_holder.clone(),
    };
    Ok(desk.bank.send(request).await)
}

async fn record(desk: &Settlements, payout: &PayoutRow, outcome: Result<Transfer, String>) -> Result<(), Failure> {
    if let Ok(transfer) = &outcome
        && transfer.amount != payout.amount
    {
        tracing::error!(payout = %payout.id, amount = transfer.amount, "the bank carried out another amount");
        return Ok(());
    }
    let mut connection = desk.database.connection().await?;
    connection
        .transaction(async |connection| {
            let before = store::lock_payout(connection, payout.id).await?.ok_or(diesel::result::Error::NotFound)?;
            // Another replica may have recorded it.
            if before.state != PayoutState::Approved {
                return diesel::QueryResult::Ok(());
            }
            let mut change = PayoutChange::from(&before);
            let (command, of_items) = match outcome {
                Ok(transfer) => {
                    change.bank_reference = Some(transfer.reference);
                    change.paid_at = Some(Utc::now());
                    (PayoutCommand::Pay, ItemCommand::Pay)
                }
                Err(reason) => {
                    change.failure = Some(reason);
                    (PayoutCommand::Fail, ItemCommand::Fail)
                }
            };
            let conflict = |_| diesel::result::Error::RollbackTransaction;
            change.state = payout_transition(before.state, command).map_err(conflict)?;
            let after = store::change_payout(connection, payout.id, before.state, &change, None).await?;
            let facts = |row: &PayoutRow| json!({ "state": row.state, "amount": row.amount });
            let entry = Entry::on("settlement", payout.id).before(facts(&before)).after(facts(&after));
            audit::of_service(connection, "sendPayout", entry).await?;
            follow(connection, &before, &after, of_items, None).await
        })
        .await?;
    drop(connection);
    desk.outbox.wake();
    Ok(())
}
