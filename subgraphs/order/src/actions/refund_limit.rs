//! Staff refund up to a limit by themselves, and beyond it what two of them agree on.

use std::collections::BTreeMap;

use diesel_async::AsyncPgConnection;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::Orders;
use crate::clients::{ApprovedRefund, approved_refund};
use crate::error::{ErrorCode, Failure};
use crate::model::{ClaimId, ClaimParty, LineId, OrderId, RefundTaskRow};
use crate::store;

/// As what the caller cancels lines for a seller.
pub(super) fn canceller(context: &RequestContext) -> ClaimParty {
    if context.principal.has_scope(Scope::Service) {
        ClaimParty::Market
    } else if context.principal.has_scope(Scope::StaffOrders) {
        ClaimParty::Staff
    } else {
        ClaimParty::Seller
    }
}

/// What staff refund: a claim, or lines of an order that are cancelled.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refunded {
    Claim(ClaimId),
    Order(OrderId),
}

/// Up to how much staff may refund it: the limit, or what two of them agree on. Ask it before any transaction.
pub(super) async fn allowed_refund(orders: &Orders, refunded: Refunded, context: &RequestContext) -> i64 {
    let limit = orders.settings.refund_approval_limit.into();
    if !context.principal.has_scope(Scope::StaffOrders) {
        return limit;
    }
    let variables = match refunded {
        Refunded::Claim(id) => approved_refund::Variables { claim_id: Some(id.to_string()), order_id: None },
        Refunded::Order(id) => approved_refund::Variables { claim_id: None, order_id: Some(id.to_string()) },
    };
    match orders.graph.ask::<ApprovedRefund>("admin", variables, context).await {
        Ok(answer) => answer.approved_refund.unwrap_or_default().max(limit),
        Err(error) => {
            tracing::warn!(%error, "approvals are not known: staff refund up to the limit");
            limit
        }
    }
}

/// Up to how much the caller may refund of each order; nothing of anybody but staff is limited.
pub(super) struct RefundLimits(BTreeMap<OrderId, i64>);

impl RefundLimits {
    /// Asks for the limits of the orders of these lines.
    pub(super) async fn ask(orders: &Orders, lines: &[LineId], context: &RequestContext) -> Result<Self, Failure> {
        let mut limits = BTreeMap::new();
        if canceller(context) == ClaimParty::Staff {
            let ids = {
                let mut connection = orders.database.connection().await?;
                store::orders_of_lines(&mut connection, lines).await?
            };
            for id in ids {
                limits.insert(id, allowed_refund(orders, Refunded::Order(id), context).await);
            }
        }
        Ok(Self(limits))
    }

    /// Refuses refunds above the limits, and records those that staff give; an approval is used up by that.
    pub(super) async fn admit(
        &self,
        connection: &mut AsyncPgConnection,
        tasks: &[RefundTaskRow],
        context: &RequestContext,
    ) -> Result<(), Failure> {
        for (order, limit) in &self.0 {
            let amount: i64 = tasks.iter().filter(|task| task.order_id == *order).map(|task| task.amount).sum();
            if amount > *limit {
                return Err(ErrorCode::ApprovalRequired.at(&["lineIds"], context.language).into());
            }
        }
        for task in tasks {
            let entry = Entry::on("order", task.order_id).because(task.reason.as_str());
            audit::of_staff(connection, context, entry.after(json!({ "refundAmount": task.amount }))).await?;
        }
        Ok(())
    }
}
