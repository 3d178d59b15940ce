//! A payment and its refunds.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, current_principal};
use platform::money::Money;

use super::order::Order;
use super::receipts::CashReceipt;
use crate::actions::Payments;
use crate::loaders::Loaders;
use crate::model::{
    AttemptId, AttemptRow, PaymentId, PaymentMethod, PaymentRow, PaymentState, RefundId, RefundRow, RefundState,
};
use crate::provider::CheckoutRequest;
use crate::rules::refund_account::needs_account;
use crate::schema::attempt;

/// Whether the one who asks may see the payment: its buyer, staff, or one of our services.
pub(crate) fn may_see(ctx: &Context<'_>, row: &PaymentRow) -> bool {
    let principal = current_principal(ctx);
    principal.user_id == Some(row.buyer_id.0)
        || principal.has_scope(Scope::StaffOrders)
        || principal.has_scope(Scope::StaffSettlements)
        || principal.has_scope(Scope::Service)
}

/// A payment of one order.
pub(crate) struct Payment {
    pub(crate) row: PaymentRow,
}

/// A payment of one order.
#[Object]
impl Payment {
    /// The payment's id.
    async fn id(&self) -> PaymentId {
        self.row.id
    }

    /// The order that it pays.
    async fn order(&self) -> Order {
        Order { id: self.row.order_id }
    }

    /// Where it stands.
    async fn state(&self) -> PaymentState {
        self.row.state
    }

    /// How the buyer pays.
    async fn method(&self) -> PaymentMethod {
        self.row.method
    }

    /// The order's total.
    async fn amount(&self) -> Money {
        Money::krw(self.row.amount)
    }

    /// What of the amount is tax-free (면세): the order's tax-free lines after their discounts. Whoever opens the provider's
    /// window by its browser library tells it there (`taxFreeAmount`); a payment that says otherwise is not taken for the
    /// order's.
    async fn tax_free_amount(&self) -> Money {
        Money::krw(self.row.tax_free_amount)
    }

    /// What was given back so far.
    async fn refunded_amount(&self) -> Money {
        Money::krw(self.row.refunded)
    }

    /// The payment provider's name.
    async fn provider(&self) -> &str {
        &self.row.provider
    }

    /// The page where the buyer pays, while the payment waits for it; append `successUrl` and `failUrl`. Null when the
    /// provider opens its window by its browser library instead.
    async fn checkout_url(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        if self.row.state != PaymentState::Ready {
            return Ok(None);
        }
        let provider = &ctx.data::<Payments>()?.provider;
        Ok(provider.checkout_url(CheckoutRequest {
            order_id: &self.row.order_id.to_string(),
            amount: self.row.amount,
            tax_free: self.row.tax_free_amount,
            order_name: &self.row.order_name,
            method: self.row.method.as_str(),
        }))
    }

    /// The provider's receipt.
    async fn receipt_url(&self) -> Option<&str> {
        self.row.receipt_url.as_deref()
    }

    /// Why the last attempt was declined.
    async fn failure(&self) -> Option<PaymentFailure> {
        Some(PaymentFailure { code: self.row.failure_code.clone()?, message: self.row.failure_message.clone()? })
    }

    /// The account that the buyer pays into, for VIRTUAL_ACCOUNT.
    async fn virtual_account(&self) -> Option<VirtualAccount> {
        let account: crate::model::VirtualAccount = serde_json::from_value(self.row.virtual_account.clone()?).ok()?;
        Some(VirtualAccount {
            bank: account.bank,
            account_number: account.account_number,
            holder: account.holder,
            due_at: account.due_at,
        })
    }

    /// Every attempt to confirm, oldest first. Staff only.
    #[graphql(
        requires_scopes = "staff:orders",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::StaffOrders, Scope::StaffSettlements])"
    )]
    async fn attempts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PaymentAttempt>> {
        let mut connection = ctx.data::<Payments>()?.database.connection().await.map_err(GraphError::from)?;
        let rows: Vec<AttemptRow> = attempt::table
            .filter(attempt::payment_id.eq(self.row.id))
            .order(attempt::started_at)
            .select(AttemptRow::as_select())
            .load(&mut connection)
            .await
            .map_err(GraphError::from)?;
        Ok(rows.into_iter().map(PaymentAttempt::from).collect())
    }

    /// The payment's refunds, oldest first.
    async fn refunds(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Refund>> {
        let rows = ctx.data::<Loaders>()?.refunds_of(self.row.id).await?;
        Ok(rows.into_iter().map(|row| Refund { row }).collect())
    }

    /// Whether money waits to be given back until the buyer says to which bank account (`setRefundAccount`).
    async fn refund_account_needed(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let row = &self.row;
        // Staff cannot give back what was taken wrongly without it either.
        if row.state == PaymentState::IntegrityFailure {
            return Ok(needs_account(row.method) && row.refund_account.is_none());
        }
        let refunds = ctx.data::<Loaders>()?.refunds_of(row.id).await?;
        Ok(refunds.iter().any(|refund| refund.state == RefundState::AccountNeeded))
    }

    /// The payment's cash receipt (현금영수증), when one was asked for.
    async fn cash_receipt(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<CashReceipt>> {
        Ok(ctx.data::<Loaders>()?.receipt_of(self.row.id).await?.map(CashReceipt))
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the money was taken.
    async fn approved_at(&self) -> Option<DateTime<Utc>> {
        self.row.approved_at
    }
}

/// Why the provider declined.
#[derive(SimpleObject)]
pub(crate) struct PaymentFailure {
    /// The provider's code.
    code: String,
    /// The provider's message for the buyer.
    message: String,
}

/// An account that the buyer pays into.
#[derive(SimpleObject)]
pub(crate) struct VirtualAccount {
    /// The bank's code.
    bank: String,
    /// The account's number.
    account_number: String,
    /// The name that the account runs under.
    holder: String,
    /// When it closes.
    due_at: DateTime<Utc>,
}

/// One attempt to confirm a payment.
#[derive(SimpleObject)]
pub(crate) struct PaymentAttempt {
    /// The attempt's id, also its idempotency key at the provider.
    id: AttemptId,
    /// PENDING, DONE, WAITING, REFUSED or MISMATCH.
    outcome: String,
    /// When the provider was asked.
    started_at: DateTime<Utc>,
    /// When the outcome was recorded.
    finished_at: Option<DateTime<Utc>>,
    /// The provider's code, when it refused.
    provider_code: Option<String>,
}

impl From<AttemptRow> for PaymentAttempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            id: row.id,
            outcome: row.outcome,
            started_at: row.started_at,
            finished_at: row.finished_at,
            provider_code: row.provider_code,
        }
    }
}

/// Money given back.
pub(crate) struct Refund {
    pub(crate) row: RefundRow,
}

/// Money given back.
#[Object]
impl Refund {
    /// The refund's id.
    async fn id(&self) -> RefundId {
        self.row.id
    }

    /// The payment that it gives back from.
    async fn payment(&self, ctx: &Context<'_>) -> async_graphql::Result<Payment> {
        let row = ctx.data::<Loaders>()?.payment(self.row.payment_id).await?;
        let row = row.ok_or_else(|| GraphError::internal("a refund without its payment"))?;
        Ok(Payment { row })
    }

    /// How much.
    async fn amount(&self) -> Money {
        Money::krw(self.row.amount)
    }

    /// What of it is tax-free (면세): for tax-free goods.
    async fn tax_free_amount(&self) -> Money {
        Money::krw(self.row.tax_free_amount)
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.row.reason
    }

    /// Where it stands.
    async fn state(&self) -> RefundState {
        self.row.state
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the money was given back.
    async fn completed_at(&self) -> Option<DateTime<Utc>> {
        self.row.completed_at
    }
}
