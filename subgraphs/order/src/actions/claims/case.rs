//! A claim in the hands of a transaction that holds its order's lock.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use platform::graph::RequestContext;
use platform::identity::{Principal, Scope};
use platform::language::Language;

use crate::actions::Orders;
use crate::actions::refund::record_refund;
use crate::error::{ErrorCode, Failure};
use crate::events::{Arrival, tell_claim};
use crate::model::{
    ClaimFault, ClaimId, ClaimKind, ClaimLineRow, ClaimParty, ClaimRemedy, ClaimRow, ClaimState, LineId, LineRow,
    OrderLineState, OrderRow, RefundId, RefundMoney, RefundTaskRow, SellerOrderRow,
};
use crate::rules::amounts::tax_free_refund;
use crate::rules::claims::{
    ClaimCommand, ClaimMove, Patience, claimable, may, next_claim_state, patience, settlement, share, stage,
};
use crate::rules::days::{end_of_business_days, end_of_period};
use crate::rules::{LineCommand, next_state};
use crate::settings::OrderSettings;
use crate::store::claims::ClaimChange;
use crate::store::{self, LineChange, claims};

/// A claim with all that belongs to it; its order is locked.
pub(super) struct Case {
    pub(super) order: OrderRow,
    part: SellerOrderRow,
    pub(super) claim: ClaimRow,
    pub(super) lines: Vec<ClaimLineRow>,
    /// Money that has to go back once the transaction has committed.
    pub(super) refund: Option<RefundTaskRow>,
    settings: Arc<OrderSettings>,
    lease_until: DateTime<Utc>,
    trace: Option<String>,
    language: Language,
}

impl Case {
    /// Takes up a claim; `None` when there is none.
    pub(super) async fn take_up(
        connection: &mut AsyncPgConnection,
        orders: &Orders,
        id: ClaimId,
        context: &RequestContext,
    ) -> Result<Option<Self>, Failure> {
        let Some(found) = claims::claim_by_id(connection, id).await? else { return Ok(None) };
        let Some(order) = store::lock_order(connection, found.order_id).await? else { return Ok(None) };
        // Read again: now nobody else changes it.
        let Some(claim) = claims::claim_by_id(connection, id).await? else { return Ok(None) };
        let lines = claims::lines_of_claims(connection, &[id]).await?;
        let part = store::seller_order_by_id(connection, claim.seller_order_id).await?;
        Ok(Some(Self {
            order,
            part,
            claim,
            lines,
            refund: None,
            settings: Arc::clone(&orders.settings),
            lease_until: orders.step_lease(),
            trace: context.trace_parent.as_deref().map(str::to_owned),
            language: context.language,
        }))
    }

    /// As whom the principal may give the command.
    pub(super) fn party(&self, principal: &Principal, command: ClaimCommand) -> Result<ClaimParty, Failure> {
        let parties: Vec<ClaimParty> = ClaimParty::ALL
            .iter()
            .copied()
            .filter(|party| match party {
                ClaimParty::Buyer => principal.user_id == Some(self.claim.buyer_id.0),
                ClaimParty::Seller => principal.acts_for(self.claim.seller_id.0),
                ClaimParty::Staff => principal.has_scope(Scope::StaffOrders),
                ClaimParty::Market => principal.has_scope(Scope::Service),
            })
            .collect();
        match parties.iter().copied().find(|party| may(*party, command)) {
            Some(party) => Ok(party),
            None if parties.is_empty() => Err(self.refused(ErrorCode::ClaimNotFound)),
            None => Err(self.refused(ErrorCode::NotYourPart)),
        }
    }

    pub(super) fn refused(&self, code: ErrorCode) -> Failure {
        code.at(&["claimId"], self.language).into()
    }

    /// Where the command leads, if it leads anywhere now.
    pub(super) fn next(&self, command: ClaimCommand) -> Result<ClaimState, Failure> {
        if self.claim.reship_lease_until.is_some() && command != ClaimCommand::Reship {
            let busy = ErrorCode::StateConflict.at(&["claimId"], self.language).worth_retrying();
            return Err(busy.into());
        }
        let conflict = || self.refused(ErrorCode::StateConflict);
        match next_claim_state(self.claim.state, command).ok_or_else(conflict)? {
            ClaimMove::To(state) => Ok(state),
            ClaimMove::Back => self.claim.held_from.ok_or_else(conflict),
            ClaimMove::Onward => {
                let inspected = self.lines.iter().all(|line| line.sound.is_some());
                Ok(stage(self.claim.collected_at.is_some(), inspected))
            }
        }
    }

    /// Moves the claim, writes the history, and tells.
    pub(super) async fn step(
        &mut self,
        connection: &mut AsyncPgConnection,
        command: ClaimCommand,
        party: ClaimParty,
        note: Option<&str>,
        change: ClaimChange,
    ) -> Result<(), Failure> {
        let (from, to) = (self.claim.state, self.next(command)?);
        let resumed = match command {
            ClaimCommand::Resume => true,
            ClaimCommand::Decide(_) => {
                !matches!(to, ClaimState::Approved | ClaimState::Refunded | ClaimState::Rejected)
            }
            _ => false,
        };
        let change = ClaimChange { act_by: Some(self.act_by(to)), ..change };
        self.claim = claims::change_claim(connection, self.claim.id, to, change).await?;
        claims::insert_claim_change(connection, self.claim.id, Some(from), to, party, note).await?;
        let arrival = if resumed { Arrival::Resumed } else { Arrival::First };
        let trace = self.trace.as_deref();
        tell_claim(connection, &self.order, &self.claim, &self.lines, arrival, note, trace).await?;
        metrics::counter!("claim_moves_total", "state" => to.as_str()).increment(1);
        Ok(())
    }

    /// Until when whoever's turn it is has to act in this state.
    fn act_by(&self, state: ClaimState) -> Option<DateTime<Utc>> {
        let settings = &self.settings;
        let days = match patience(state)? {
            Patience::Receive => settings.claim_receive_days,
            Patience::Inspect => settings.claim_inspect_days,
            Patience::Settle => settings.claim_reship_days,
            Patience::Hold => settings.claim_hold_days,
        };
        Some(end_of_business_days(Utc::now(), days))
    }

    /// What the claim costs with this fault, as long as it is not settled.
    pub(super) fn quoted(&self, fault: ClaimFault) -> ClaimChange {
        let items = self.claim.items_total;
        let settled = settlement(self.claim.remedy, fault, items, 0, self.settings.travel_fees_of(&self.part));
        ClaimChange {
            fault: Some(fault),
            fee: Some(settled.fee),
            refund_amount: Some(settled.refund),
            ..ClaimChange::default()
        }
    }

    /// Lets the lines go: they confirm themselves as much later as the claim was open, but not before `least`.
    pub(super) async fn free_lines(
        &self,
        connection: &mut AsyncPgConnection,
        least: Option<DateTime<Utc>>,
    ) -> Result<(), Failure> {
        Ok(claims::free_lines(connection, &self.claim, least).await?)
    }

    /// Until when a refusal that is made now can be disputed.
    pub(super) fn dispute_until(&self, refused_at: DateTime<Utc>) -> DateTime<Utc> {
        end_of_period(refused_at, self.settings.claim_dispute_window)
    }

    /// A refused claim takes hold of its lines again, if they still are what it is about.
    pub(super) async fn reopen_lines(&mut self, connection: &mut AsyncPgConnection) -> Result<(), Failure> {
        let ids: Vec<LineId> = self.lines.iter().map(|line| line.line_id).collect();
        let known = store::lock_lines(connection, &ids).await?;
        for row in &mut self.lines {
            let line = known.iter().find(|line| line.id == row.line_id);
            let line = line.filter(|line| {
                claimable(self.claim.kind, line.state)
                    && line.claim_id.is_none()
                    && line.variant_id == row.variant_id
                    && line.quantity - line.returned_quantity >= row.quantity
            });
            let Some(line) = line else {
                return Err(ErrorCode::StateConflict.at(&["claimId"], self.language).into());
            };
            // Another claim may have been settled since: the pieces are the next ones now.
            row.total = share(line.total, line.quantity, line.returned_quantity, row.quantity);
            row.seller_discount = share(line.seller_discount, line.quantity, line.returned_quantity, row.quantity);
            claims::set_claim_line_total(connection, row).await?;
        }
        self.claim.items_total = self.lines.iter().map(|line| line.total).sum();
        claims::open_for_lines(connection, self.claim.id, &self.lines).await?;
        Ok(())
    }

    /// The money goes back: the lines count their pieces as returned, the refund is recorded, and the claim tells it.
    pub(super) async fn refund(
        &mut self,
        connection: &mut AsyncPgConnection,
        command: ClaimCommand,
        party: ClaimParty,
        note: Option<&str>,
    ) -> Result<(), Failure> {
        self.next(command)?;
        for row in &self.lines {
            claims::count_returned(connection, row).await?;
        }
        self.free_lines(connection, None).await?;
        let part = store::lines_by_seller_order(connection, self.claim.seller_order_id).await?;
        let returned: Vec<LineRow> = part.iter().filter(|line| self.took_the_rest_of(line)).cloned().collect();
        store::move_lines(connection, &returned, OrderLineState::Returned, note, LineChange::default()).await?;
        let whole = part.iter().all(|line| {
            matches!(line.state, OrderLineState::Cancelled | OrderLineState::Returned) || self.took_the_rest_of(line)
        });
        let shipping = if whole { self.part.shipping_total - self.part.shipping_refunded } else { 0 };
        let (items, fees) = (self.claim.items_total, self.settings.travel_fees_of(&self.part));
        let settled = settlement(ClaimRemedy::Refund, self.claim.fault, items, shipping, fees);
        if settled.shipping > 0 {
            claims::count_shipping_refund(connection, self.claim.seller_order_id, settled.shipping).await?;
        }
        if settled.refund > 0 {
            let reason = if self.claim.kind == ClaimKind::Defect { "하자 환불" } else { "반품 환불" };
            let tax_free = tax_free_refund(self.tax_free_items(&part), settled.refund);
            let money = RefundMoney { amount: settled.refund, tax_free };
            let task = record_refund(connection, self.order.id, money, reason, self.lease_until).await?;
            self.refund = Some(task);
        }
        let change = ClaimChange {
            remedy: Some(ClaimRemedy::Refund),
            fee: Some(settled.fee),
            shipping_refund: Some(settled.shipping),
            refund_amount: Some(settled.refund),
            refund_id: self.refund.as_ref().map(|task| task.id),
            ..ClaimChange::default()
        };
        self.step(connection, command, party, note, change).await?;
        if self.refund.is_none() {
            self.close(connection, ClaimCommand::FinishRefund, ClaimParty::Market).await?;
        }
        Ok(())
    }

    /// What the claim's pieces of tax-free lines cost.
    fn tax_free_items(&self, lines: &[LineRow]) -> i64 {
        let is_tax_free = |row: &&ClaimLineRow| lines.iter().any(|line| line.id == row.line_id && line.tax_free);
        self.lines.iter().filter(is_tax_free).map(|row| row.total).sum()
    }

    /// Whether the claim's pieces are all that is left of the line, which counts them as returned already.
    fn took_the_rest_of(&self, line: &LineRow) -> bool {
        line.returned_quantity == line.quantity
            && self.lines.iter().any(|row| row.line_id == line.id)
            && next_state(line.state, LineCommand::Return).is_some()
    }

    /// The other goods have arrived: the lines are what the buyer has now.
    pub(super) async fn complete(
        &mut self,
        connection: &mut AsyncPgConnection,
        party: ClaimParty,
    ) -> Result<(), Failure> {
        self.next(ClaimCommand::Complete)?;
        self.free_lines(connection, None).await?;
        let now = Utc::now();
        let ids: Vec<LineId> = self.lines.iter().map(|line| line.line_id).collect();
        let known = store::lock_lines(connection, &ids).await?;
        for row in &self.lines {
            claims::replace_variant(connection, row).await?;
        }
        let confirm_by = end_of_period(now, self.settings.confirm_after);
        let (mut whole, mut open) = (Vec::new(), Vec::new());
        for line in known {
            // A confirmed line stays confirmed.
            if next_state(line.state, LineCommand::Exchange).is_none() {
                continue;
            }
            open.push(line.id);
            let quantity = self.lines.iter().find(|row| row.line_id == line.id).map_or(0, |row| row.quantity);
            if quantity == line.quantity - line.returned_quantity {
                whole.push(line);
            }
        }
        claims::set_confirm_by(connection, &open, confirm_by).await?;
        let change = LineChange { delivered_at: Some(now), ..LineChange::default() };
        store::move_lines(connection, &whole, OrderLineState::Exchanged, None, change).await?;
        self.close(connection, ClaimCommand::Complete, party).await
    }

    /// Moves the claim to its end.
    async fn close(
        &mut self,
        connection: &mut AsyncPgConnection,
        command: ClaimCommand,
        party: ClaimParty,
    ) -> Result<(), Failure> {
        let change = ClaimChange { closed_at: Some(Some(Utc::now())), ..ClaimChange::default() };
        self.step(connection, command, party, None, change).await
    }
}

/// The payment service has given the money of this refund back; if it was a claim's, the claim is done.
pub(crate) async fn finish_refund(
    connection: &mut AsyncPgConnection,
    orders: &Orders,
    refund_id: RefundId,
    context: &RequestContext,
) -> Result<(), Failure> {
    store::finish_refund_task(connection, refund_id).await?;
    let Some(id) = claims::claim_by_refund(connection, refund_id).await? else { return Ok(()) };
    let Some(mut case) = Case::take_up(connection, orders, id, context).await? else { return Ok(()) };
    if case.claim.state == ClaimState::Refunded {
        case.close(connection, ClaimCommand::FinishRefund, ClaimParty::Market).await?;
    }
    Ok(())
}
