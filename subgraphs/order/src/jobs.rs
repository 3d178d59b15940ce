//! The recovery job: every checkout, refund, reshipment and deadline that nobody works on is taken up here.

use chrono::Utc;
use platform::graph::RequestContext;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::{
    ClaimAction, LineMove, Orders, Withdrawal, act_on_claim, approve_cancellation, carry_out_refund, commit,
    compensate, expire_unpaid, finish_reshipment, move_lines, tell_late_lines, withdraw_lines,
};
use crate::error::Failure;
use crate::model::{CheckoutRow, CheckoutStep, ClaimParty, ClaimState};
use crate::rules::claims::{ClaimCommand, after_patience, patience};
use crate::store::{self, claims};

const BATCH: i64 = 50;
const NOT_FINISHED: &str = "주문을 완료하지 못했습니다";
const NOT_PAID: &str = "결제 기한이 지났습니다";
const NEVER_ARRIVED: &str = "배송되지 않아 취소되었습니다";
const OVERDUE: &str = "처리 기한이 지났습니다";

/// Looks every interval until `shutdown`.
pub(crate) async fn recover(orders: Orders, shutdown: CancellationToken) {
    let context = RequestContext::of_service("order", None);
    every("recover orders", orders.settings.recovery_interval, &shutdown, || look(&orders, &context)).await;
}

async fn look(orders: &Orders, context: &RequestContext) -> Result<(), Failure> {
    let (workflows, refunds, (confirm, cancel)) = {
        let mut connection = orders.database.connection().await?;
        let lease = orders.step_lease();
        (
            store::claim_overdue(&mut connection, lease, BATCH).await?,
            store::claim_refund_tasks(&mut connection, lease, BATCH).await?,
            store::overdue_lines(&mut connection, BATCH).await?,
        )
    };
    for workflow in workflows {
        metrics::counter!("order_recoveries_total", "step" => workflow.step.as_str()).increment(1);
        if let Err(error) = resume(orders, &workflow, context).await {
            tracing::warn!(order = %workflow.order_id, step = workflow.step.as_str(), ?error, "not resumed yet");
        }
    }
    for task in refunds {
        carry_out_refund(orders, &task, context).await;
    }
    for line in confirm {
        if let Err(error) = move_lines(orders, &[line], LineMove::Confirm, context).await {
            tracing::warn!(%line, ?error, "not confirmed yet");
        }
    }
    for line in cancel {
        if let Err(error) = approve_cancellation(orders, &[line], context).await {
            tracing::warn!(%line, ?error, "not cancelled yet");
        }
    }
    look_at_lines(orders, context).await?;
    look_at_claims(orders, context).await
}

async fn look_at_lines(orders: &Orders, context: &RequestContext) -> Result<(), Failure> {
    tell_late_lines(orders, BATCH, context).await?;
    let (silent, undelivered) = {
        let mut connection = orders.database.connection().await?;
        store::stranded_lines(&mut connection, Utc::now() - orders.settings.arrive_after, BATCH).await?
    };
    for line in silent {
        if let Err(error) = move_lines(orders, &[line], LineMove::Deliver, context).await {
            tracing::warn!(%line, ?error, "not delivered yet");
        }
    }
    for line in undelivered {
        let withdrawal = Withdrawal { line_ids: vec![line], reason: NEVER_ARRIVED.to_owned(), sold_out: false };
        if let Err(error) = withdraw_lines(orders, withdrawal, context).await {
            tracing::warn!(%line, ?error, "not cancelled yet");
        }
    }
    Ok(())
}

async fn look_at_claims(orders: &Orders, context: &RequestContext) -> Result<(), Failure> {
    let (now, settings) = (Utc::now(), &orders.settings);
    let (reshipments, overdue, waiting) = {
        let mut connection = orders.database.connection().await?;
        let (sent_by, arrived_by) = (now - settings.claim_collect_within, now - settings.claim_complete_after);
        let (approved, reshipped) = (ClaimState::Approved, ClaimState::Reshipped);
        (
            claims::claim_reshipments(&mut connection, orders.step_lease(), BATCH).await?,
            [
                (ClaimAction::Approve { fault: None }, claims::unanswered_claims(&mut connection, BATCH).await?),
                (ClaimAction::Withdraw, claims::waiting_claims(&mut connection, approved, sent_by, BATCH).await?),
                (ClaimAction::Complete, claims::waiting_claims(&mut connection, reshipped, arrived_by, BATCH).await?),
            ],
            claims::overdue_claims(&mut connection, BATCH).await?,
        )
    };
    for (action, waiting) in overdue {
        for claim in waiting {
            if let Err(error) = act_on_claim(orders, claim, action.clone(), context).await {
                tracing::warn!(%claim, ?action, ?error, "not moved yet");
            }
        }
    }
    for (claim, state) in waiting {
        let action = match patience(state).map(after_patience) {
            Some(ClaimCommand::Inspect) => ClaimAction::Inspect { damaged: Vec::new() },
            Some(ClaimCommand::Refund) => ClaimAction::Refund,
            Some(_) => ClaimAction::Dispute { reason: OVERDUE.to_owned() },
            None => continue,
        };
        if let Err(error) = act_on_claim(orders, claim, action, context).await {
            tracing::warn!(%claim, ?state, ?error, "not moved yet");
        }
    }
    for claim in reshipments {
        if let Err(error) = finish_reshipment(orders, claim, ClaimParty::Market, context).await {
            tracing::warn!(%claim, ?error, "not reshipped yet");
        }
    }
    Ok(())
}

async fn resume(orders: &Orders, workflow: &CheckoutRow, context: &RequestContext) -> Result<(), Failure> {
    let order_id = workflow.order_id;
    match workflow.step {
        CheckoutStep::Placed | CheckoutStep::Compensating => compensate(orders, order_id, NOT_FINISHED, context).await,
        CheckoutStep::AwaitingPayment => {
            expire_unpaid(orders, order_id, NOT_PAID, false, context).await?;
            Ok(())
        }
        CheckoutStep::Paid => {
            let order = {
                let mut connection = orders.database.connection().await?;
                store::order_by_id(&mut connection, order_id).await?
            };
            if let Some(order) = order {
                commit(orders, order, context).await?;
            }
            Ok(())
        }
        CheckoutStep::Completed | CheckoutStep::Compensated => Ok(()),
    }
}
