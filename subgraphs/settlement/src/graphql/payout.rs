//! A payout.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::date::Date;
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal};
use platform::money::Money;

use super::settlement::{Seller, Settlement};
use crate::loaders::Loaders;
use crate::model::{PayoutId, PayoutRow, PayoutState, UserId};

/// The money on its way to a seller.
pub(crate) struct Payout(pub(crate) PayoutRow);

/// The money of a statement on its way to its seller. One person requests it, another approves it.
#[Object]
impl Payout {
    /// The payout's id, `pyo_…`.
    async fn id(&self) -> PayoutId {
        self.0.id
    }

    /// The statement that it pays.
    async fn settlement(&self, ctx: &Context<'_>) -> async_graphql::Result<Settlement> {
        let row = ctx.data::<Loaders>()?.settlements.load(self.0.settlement_id).await?;
        Ok(row.map(Settlement).ok_or_else(|| GraphError::internal("a payout's settlement is gone"))?)
    }

    /// Whose it is.
    async fn seller(&self) -> Seller {
        Seller { id: self.0.seller_id }
    }

    /// How much.
    async fn amount(&self) -> Money {
        Money::krw(self.0.amount)
    }

    /// Where it stands.
    async fn state(&self) -> PayoutState {
        self.0.state
    }

    /// From which day on it is sent.
    async fn payable_on(&self) -> Date {
        Date(self.0.payable_on)
    }

    /// The bank.
    async fn bank(&self) -> &str {
        &self.0.bank
    }

    /// The account's number; all but its last four digits are hidden.
    async fn account_number(&self) -> String {
        let hidden = self.0.account_number.chars().count().saturating_sub(4);
        let shown = |(index, sign): (usize, char)| if index < hidden && sign.is_ascii_digit() { '*' } else { sign };
        self.0.account_number.chars().enumerate().map(shown).collect()
    }

    /// The account's holder (예금주).
    async fn account_holder(&self) -> &str {
        &self.0.account_holder
    }

    /// Who requested it. For staff; null for anybody else.
    async fn requested_by(&self, ctx: &Context<'_>) -> Option<UserId> {
        current_principal(ctx).has_scope(Scope::StaffSettlements).then_some(self.0.requested_by)
    }

    /// When it was requested.
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.requested_at
    }

    /// Who approved it. For staff; null for anybody else.
    async fn approved_by(&self, ctx: &Context<'_>) -> Option<UserId> {
        self.0.approved_by.filter(|_| current_principal(ctx).has_scope(Scope::StaffSettlements))
    }

    /// When it was approved.
    async fn approved_at(&self) -> Option<DateTime<Utc>> {
        self.0.approved_at
    }

    /// How often the bank was asked to send it.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// Whether the bank was asked and its answer is not known yet.
    async fn outcome_unknown(&self) -> bool {
        self.0.state == PayoutState::Approved && self.0.sent_at.is_some()
    }

    /// The bank's reference.
    async fn bank_reference(&self) -> Option<&str> {
        self.0.bank_reference.as_deref()
    }

    /// When the bank carried it out.
    async fn paid_at(&self) -> Option<DateTime<Utc>> {
        self.0.paid_at
    }

    /// Why it failed.
    async fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    /// Every change, the oldest first. For staff; null for anybody else.
    async fn history(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Vec<PayoutChange>>> {
        if !current_principal(ctx).has_scope(Scope::StaffSettlements) {
            return Ok(None);
        }
        let rows = ctx.data::<Loaders>()?.payout_changes.load(self.0.id).await?;
        let changes = rows.iter().flat_map(|rows| rows.iter()).map(|row| PayoutChange {
            from: row.from_state,
            to: row.to_state,
            reason: row.reason.clone(),
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        });
        Ok(Some(changes.collect()))
    }
}

/// A change of a payout.
#[derive(SimpleObject)]
pub(crate) struct PayoutChange {
    /// The state before; null when it was requested.
    from: Option<PayoutState>,
    /// The state after.
    to: PayoutState,
    /// Why.
    reason: Option<String>,
    /// Who did it; null when the bank's answer did.
    changed_by: Option<UserId>,
    /// When.
    changed_at: DateTime<Utc>,
}
