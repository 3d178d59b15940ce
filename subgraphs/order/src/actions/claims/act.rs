//! What the parties do to a claim: one action moves it, with all that follows from it.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;
use platform::language::Language;

use super::LONGEST_TEXT;
use super::case::Case;
use crate::actions::refund_limit::{Refunded, allowed_refund};
use crate::actions::{Orders, carry_out_refund};
use crate::error::{ErrorCode, Failure, Refusal};
use crate::model::{ClaimFault, ClaimId, ClaimParty, ClaimRemedy, ClaimRow, ClaimState, DisputeOutcome, LineId};
use crate::rules::claims::ClaimCommand;
use crate::store::claims::{self, ClaimChange};

/// What is done to a claim. Sending other goods is apart: it asks the inventory.
#[derive(Clone, Debug)]
pub(crate) enum ClaimAction {
    /// The seller agrees; it may take the fault.
    Approve { fault: Option<ClaimFault> },
    /// The seller refuses.
    Reject { reason: String },
    /// The buyer takes it back.
    Withdraw,
    /// The goods are handed to a carrier.
    StartCollection { carrier: Option<String>, tracking_number: Option<String> },
    /// The goods are back.
    Receive,
    /// The seller has looked at the goods; those of these lines cannot be sold again. A refund follows at once.
    Inspect { damaged: Vec<LineId> },
    /// The money goes back, also instead of an exchange.
    Refund,
    /// The other goods have arrived.
    Complete,
    /// The seller waits for something.
    Hold { reason: String },
    /// The seller goes on.
    Resume,
    /// Staff are to decide.
    Dispute { reason: String },
    /// Staff decide.
    Decide { outcome: DisputeOutcome, fault: Option<ClaimFault>, reason: String },
}

impl ClaimAction {
    fn command(&self) -> ClaimCommand {
        match self {
            Self::Approve { .. } => ClaimCommand::Approve,
            Self::Reject { .. } => ClaimCommand::Reject,
            Self::Withdraw => ClaimCommand::Withdraw,
            Self::StartCollection { .. } => ClaimCommand::StartCollection,
            Self::Receive => ClaimCommand::Receive,
            Self::Inspect { .. } => ClaimCommand::Inspect,
            Self::Refund => ClaimCommand::Refund,
            Self::Complete => ClaimCommand::Complete,
            Self::Hold { .. } => ClaimCommand::Hold,
            Self::Resume => ClaimCommand::Resume,
            Self::Dispute { .. } => ClaimCommand::Dispute,
            Self::Decide { outcome, .. } => ClaimCommand::Decide(*outcome),
        }
    }

    /// Why, for the other parties.
    fn note(&self) -> Option<&str> {
        match self {
            Self::Reject { reason }
            | Self::Hold { reason }
            | Self::Dispute { reason }
            | Self::Decide { reason, .. } => Some(reason.trim()),
            _ => None,
        }
    }

    fn check(&self, language: Language) -> Result<(), Refusal> {
        match self.note() {
            Some("") => Err(ErrorCode::ReasonRequired.at(&["reason"], language)),
            Some(text) if text.chars().count() > LONGEST_TEXT => Err(ErrorCode::InvalidClaim.at(&["reason"], language)),
            _ => Ok(()),
        }
    }
}

/// Does it, if it is the caller's to do and the claim's state allows it.
pub(crate) async fn act_on_claim(
    orders: &Orders,
    id: ClaimId,
    action: ClaimAction,
    context: &RequestContext,
) -> Result<ClaimRow, Failure> {
    action.check(context.language)?;
    let allowed = allowed_refund(orders, Refunded::Claim(id), context).await;
    let mut connection = orders.database.connection().await?;
    let case = connection
        .transaction(async |connection| {
            let found = Case::take_up(connection, orders, id, context).await?;
            let not_found = || Failure::from(ErrorCode::ClaimNotFound.at(&["claimId"], context.language));
            let mut case = found.ok_or_else(not_found)?;
            let party = case.party(&context.principal, action.command())?;
            // Time does these only when it is over; somebody may have acted since the job looked.
            let is_times =
                matches!(action.command(), ClaimCommand::Inspect | ClaimCommand::Refund | ClaimCommand::Dispute);
            if party == ClaimParty::Market && is_times && case.claim.act_by.is_none_or(|at| at > Utc::now()) {
                return Err(case.refused(ErrorCode::StateConflict));
            }
            let from = case.claim.state;
            perform(&mut case, connection, party, &action).await?;
            let refund = case.refund.as_ref().map_or(0, |task| task.amount);
            if party == ClaimParty::Staff && refund > allowed {
                return Err(case.refused(ErrorCode::ApprovalRequired));
            }
            record(connection, &case, from, &action, context).await?;
            Result::<_, Failure>::Ok(case)
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    platform::fault::point("claim.moved");
    let Some(task) = case.refund else { return Ok(case.claim) };
    carry_out_refund(orders, &task, context).await;
    let mut connection = orders.database.connection().await?;
    Ok(claims::claim_by_id(&mut connection, id).await?.unwrap_or(case.claim))
}

/// Records what staff do, and every refund whoever grants it.
async fn record(
    connection: &mut AsyncPgConnection,
    case: &Case,
    from: ClaimState,
    action: &ClaimAction,
    context: &RequestContext,
) -> diesel::QueryResult<()> {
    let amount = case.refund.as_ref().map(|task| task.amount);
    let after = json!({ "state": case.claim.state, "fault": case.claim.fault, "refundAmount": amount });
    let entry = Entry::on("order", case.claim.id).because(action.note()).before(json!({ "state": from })).after(after);
    match amount {
        Some(_) => audit::of_money(connection, context, entry).await,
        None => audit::of_staff(connection, context, entry).await,
    }
}

async fn perform(
    case: &mut Case,
    connection: &mut AsyncPgConnection,
    party: ClaimParty,
    action: &ClaimAction,
) -> Result<(), Failure> {
    let (command, note) = (action.command(), action.note());
    let now = Utc::now();
    match action {
        ClaimAction::Approve { fault } => {
            // A seller may take the fault, but not put it on the buyer: that is for staff to decide.
            if *fault == Some(ClaimFault::Buyer) && case.claim.fault == ClaimFault::Seller && party != ClaimParty::Staff
            {
                return Err(case.refused(ErrorCode::NotYourPart));
            }
            let change = case.quoted(fault.unwrap_or(case.claim.fault));
            case.step(connection, command, party, note, change).await
        }
        ClaimAction::Reject { reason } => reject(case, connection, command, party, reason.trim()).await,
        ClaimAction::Withdraw => {
            // Goods that are back already have to be decided about.
            if case.claim.collected_at.is_some() {
                return Err(case.refused(ErrorCode::StateConflict));
            }
            case.free_lines(connection, None).await?;
            let change = ClaimChange { closed_at: Some(Some(now)), ..ClaimChange::default() };
            case.step(connection, command, party, note, change).await
        }
        ClaimAction::StartCollection { carrier, tracking_number } => {
            let change = ClaimChange {
                carrier: carrier.clone(),
                tracking_number: tracking_number.clone(),
                ..ClaimChange::default()
            };
            case.step(connection, command, party, note, change).await
        }
        ClaimAction::Receive => {
            let change = ClaimChange { collected_at: Some(now), ..ClaimChange::default() };
            case.step(connection, command, party, note, change).await
        }
        ClaimAction::Inspect { damaged } => inspect(case, connection, party, damaged).await,
        ClaimAction::Refund => case.refund(connection, command, party, note).await,
        ClaimAction::Complete => case.complete(connection, party).await,
        ClaimAction::Hold { reason } => {
            let change = ClaimChange {
                held_from: Some(Some(case.claim.state)),
                hold_reason: Some(Some(reason.trim().to_owned())),
                ..ClaimChange::default()
            };
            case.step(connection, command, party, note, change).await
        }
        ClaimAction::Resume => {
            let change = ClaimChange { held_from: Some(None), hold_reason: Some(None), ..ClaimChange::default() };
            case.step(connection, command, party, note, change).await
        }
        ClaimAction::Dispute { .. } => dispute(case, connection, party, note).await,
        ClaimAction::Decide { outcome, fault, reason } => {
            let fault = fault.unwrap_or(case.claim.fault);
            decide(case, connection, party, *outcome, fault, reason.trim()).await
        }
    }
}

async fn reject(
    case: &mut Case,
    connection: &mut AsyncPgConnection,
    command: ClaimCommand,
    party: ClaimParty,
    reason: &str,
) -> Result<(), Failure> {
    let now = Utc::now();
    case.free_lines(connection, Some(case.dispute_until(now))).await?;
    let change = ClaimChange { refusal: Some(reason.to_owned()), closed_at: Some(Some(now)), ..ClaimChange::default() };
    case.step(connection, command, party, Some(reason), change).await
}

async fn inspect(
    case: &mut Case,
    connection: &mut AsyncPgConnection,
    party: ClaimParty,
    damaged: &[LineId],
) -> Result<(), Failure> {
    if damaged.iter().any(|id| !case.lines.iter().any(|line| line.line_id == *id)) {
        return Err(case.refused(ErrorCode::OrderLineNotFound));
    }
    case.next(ClaimCommand::Inspect)?;
    for line in &mut case.lines {
        line.sound = Some(!damaged.contains(&line.line_id));
        claims::set_sound(connection, line).await?;
    }
    case.step(connection, ClaimCommand::Inspect, party, None, ClaimChange::default()).await?;
    match case.claim.remedy {
        ClaimRemedy::Refund => case.refund(connection, ClaimCommand::Refund, party, None).await,
        ClaimRemedy::Reship => Ok(()),
    }
}

async fn dispute(
    case: &mut Case,
    connection: &mut AsyncPgConnection,
    party: ClaimParty,
    note: Option<&str>,
) -> Result<(), Failure> {
    // The parties ask staff once; what nobody goes on with comes to them again.
    if case.claim.disputed_at.is_some() && party != ClaimParty::Market {
        return Err(case.refused(ErrorCode::DisputeDecided));
    }
    let now = Utc::now();
    let mut change = ClaimChange::default();
    if case.claim.state == ClaimState::Rejected {
        if case.claim.closed_at.is_some_and(|closed| now >= case.dispute_until(closed)) {
            return Err(case.refused(ErrorCode::ClaimPeriodOver));
        }
        case.reopen_lines(connection).await?;
        change = case.quoted(case.claim.fault);
        change.items_total = Some(case.claim.items_total);
    }
    change.disputed_at = Some(now);
    change.closed_at = Some(None);
    change.held_from = Some(None);
    change.hold_reason = Some(None);
    case.step(connection, ClaimCommand::Dispute, party, note, change).await
}

async fn decide(
    case: &mut Case,
    connection: &mut AsyncPgConnection,
    party: ClaimParty,
    outcome: DisputeOutcome,
    fault: ClaimFault,
    reason: &str,
) -> Result<(), Failure> {
    let command = ClaimCommand::Decide(outcome);
    match outcome {
        DisputeOutcome::Approve => {
            let change = case.quoted(fault);
            case.step(connection, command, party, Some(reason), change).await
        }
        DisputeOutcome::Refund => {
            case.next(command)?;
            case.claim.fault = fault;
            let id = case.claim.id;
            claims::set_fault(connection, id, fault).await?;
            case.refund(connection, command, party, Some(reason)).await
        }
        DisputeOutcome::Reject => reject(case, connection, command, party, reason).await,
    }
}
