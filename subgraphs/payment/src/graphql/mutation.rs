//! The mutations.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use platform::audit;
use platform::errors::{UserError, run_to_end};
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_user, request_context};
use platform::money::Long;

use super::payment::{Payment, Refund};
use super::receipts::{CashReceipt, CashReceiptPayload, RequestCashReceiptInput};
use crate::actions::{
    Confirmation, GivenAccount, Payments, abort_payment, confirm_payment, create_payment, receive_webhook,
    refund_payment, request_cash_receipt, set_refund_account, void_payment,
};
use crate::error::ErrorCode;
use crate::model::{OrderId, PaymentId, PaymentMethod, RefundId, UserId};
use crate::statements::InsertPayment;

/// What the buyer brings back from the payment window.
#[derive(InputObject)]
pub(crate) struct ConfirmPaymentInput {
    /// The order.
    order_id: OrderId,
    /// The provider's key of the payment, from the window's success URL.
    payment_key: String,
    /// The amount, from the window's success URL; it must be the order's total.
    amount: Long,
}

/// The confirmed payment.
#[derive(SimpleObject, Default)]
pub(crate) struct ConfirmPaymentPayload {
    /// The payment as it stands.
    payment: Option<Payment>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// To which bank account the money of a virtual account goes back.
#[derive(InputObject)]
pub(crate) struct SetRefundAccountInput {
    /// The buyer's order.
    order_id: OrderId,
    /// The bank's code: two or three digits.
    bank: String,
    /// The account's number.
    account_number: String,
    /// Whose account it is, as the bank has the name.
    holder_name: String,
}

/// The payment whose money has somewhere to go.
#[derive(SimpleObject, Default)]
pub(crate) struct SetRefundAccountPayload {
    /// The payment as it stands; what waited for the account is on its way.
    payment: Option<Payment>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// Which payment the provider took wrongly.
#[derive(InputObject)]
pub(crate) struct VoidPaymentInput {
    /// The payment, INTEGRITY_FAILURE.
    payment_id: PaymentId,
    /// Why, 1–500 characters.
    note: String,
}

/// The payment that is closed.
#[derive(SimpleObject, Default)]
pub(crate) struct VoidPaymentPayload {
    /// The payment as it stands.
    payment: Option<Payment>,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// A call-back of the provider.
#[derive(InputObject)]
pub(crate) struct ReceivePaymentWebhookInput {
    /// The provider's key of the payment. Nothing else of the call-back is believed.
    payment_key: String,
}

/// What became of a call-back.
#[derive(SimpleObject)]
pub(crate) struct ReceivePaymentWebhookPayload {
    /// Whether the key is one of ours.
    known: bool,
    /// Why it was refused.
    user_errors: Vec<UserError<ErrorCode>>,
}

/// An order asks for a payment.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct CreatePaymentInput {
    order_id: OrderId,
    buyer_id: UserId,
    amount: Long,
    method: PaymentMethod,
    order_name: String,
    /// What of the amount is for tax-free goods; none when it is not told.
    tax_free_amount: Option<Long>,
}

/// The order's payment.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct CreatePaymentPayload {
    payment: Option<Payment>,
    user_errors: Vec<UserError<ErrorCode>>,
}

/// An order is given up.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct AbortPaymentInput {
    order_id: OrderId,
    reason: String,
    /// Whether a virtual account that waits to be paid into is closed as well.
    #[graphql(default)]
    closes_deposit: bool,
}

/// Whether the order's payment can still be taken.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct AbortPaymentPayload {
    /// Whether it is certain that no money was or will be taken.
    aborted: bool,
    payment: Option<Payment>,
    user_errors: Vec<UserError<ErrorCode>>,
}

/// An order gives money back.
#[derive(InputObject)]
#[graphql(inaccessible)]
pub(crate) struct RefundPaymentInput {
    order_id: OrderId,
    /// Made by the caller: the same id again refunds once.
    refund_id: RefundId,
    amount: Long,
    reason: String,
    /// What of the amount is for tax-free goods; none when it is not told. It is put right where the payment has no such part
    /// left.
    tax_free_amount: Option<Long>,
}

/// The refund.
#[derive(SimpleObject, Default)]
#[graphql(inaccessible)]
pub(crate) struct RefundPaymentPayload {
    refund: Option<Refund>,
    user_errors: Vec<UserError<ErrorCode>>,
}

#[derive(Default)]
pub(crate) struct PaymentMutation;

#[Object]
impl PaymentMutation {
    /// Takes the money for an order: the amount is compared with the order's total, then the provider is asked exactly
    /// once. The payment key is the idempotency key: the same key again returns the payment as it stands.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn confirm_payment(
        &self,
        ctx: &Context<'_>,
        input: ConfirmPaymentInput,
    ) -> async_graphql::Result<ConfirmPaymentPayload> {
        let payments = ctx.data::<Payments>()?.clone();
        let context = request_context(ctx).clone();
        let confirmation = Confirmation {
            buyer_id: UserId(current_user(ctx)?),
            order_id: input.order_id,
            payment_key: input.payment_key,
            amount: input.amount.0,
        };
        let outcome = run_to_end(async move { confirm_payment(&payments, confirmation, &context).await }).await;
        Ok(match outcome {
            Ok(row) => ConfirmPaymentPayload { payment: Some(Payment { row }), user_errors: Vec::new() },
            Err(failure) => ConfirmPaymentPayload { payment: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Asks for a cash receipt (현금영수증) of one's own payment by virtual account or transfer. It is issued when the money is
    /// there, for what is kept of it, and cancelled as the payment is refunded. One that was refused can be asked for again.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn request_cash_receipt(
        &self,
        ctx: &Context<'_>,
        input: RequestCashReceiptInput,
    ) -> async_graphql::Result<CashReceiptPayload> {
        let (payments, context) = (ctx.data::<Payments>()?.clone(), request_context(ctx).clone());
        let buyer = UserId(current_user(ctx)?);
        let RequestCashReceiptInput { payment_id, purpose, identity_number } = input;
        let action = async move {
            request_cash_receipt(&payments, buyer, payment_id, purpose, &identity_number, &context).await
        };
        Ok(match run_to_end(action).await {
            Ok(row) => CashReceiptPayload { cash_receipt: Some(CashReceipt(row)), user_errors: Vec::new() },
            Err(failure) => CashReceiptPayload { cash_receipt: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Says to which bank account the money of one's own payment by virtual account goes back, whatever it goes back for: a
    /// cancellation, a claim, goods that were sold out, a deposit that came too late. What waits for it is carried out at once.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn set_refund_account(
        &self,
        ctx: &Context<'_>,
        input: SetRefundAccountInput,
    ) -> async_graphql::Result<SetRefundAccountPayload> {
        let (payments, language) = (ctx.data::<Payments>()?.clone(), request_context(ctx).language);
        let buyer = UserId(current_user(ctx)?);
        let SetRefundAccountInput { order_id, bank, account_number, holder_name } = input;
        let given = GivenAccount { bank, account_number, holder_name };
        let action = async move { set_refund_account(&payments, buyer, order_id, &given, language).await };
        Ok(match run_to_end(action).await {
            Ok(row) => SetRefundAccountPayload { payment: Some(Payment { row }), user_errors: Vec::new() },
            Err(failure) => SetRefundAccountPayload { payment: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Gives back whole what the provider took wrongly: a payment of another amount or order than ours. It is cancelled at the
    /// provider and closed, and its order is undone. Staff only.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    async fn void_payment(
        &self,
        ctx: &Context<'_>,
        input: VoidPaymentInput,
    ) -> async_graphql::Result<VoidPaymentPayload> {
        let (payments, context) = (ctx.data::<Payments>()?.clone(), audit::command(ctx));
        let VoidPaymentInput { payment_id, note } = input;
        let action = async move { void_payment(&payments, payment_id, &note, &context).await };
        Ok(match run_to_end(action).await {
            Ok(row) => VoidPaymentPayload { payment: Some(Payment { row }), user_errors: Vec::new() },
            Err(failure) => VoidPaymentPayload { payment: None, user_errors: failure.into_refusals()? },
        })
    }

    /// Receives a call-back of the payment provider. The payment is looked up at the provider before anything is
    /// believed, so that anybody may call this.
    async fn receive_payment_webhook(
        &self,
        ctx: &Context<'_>,
        input: ReceivePaymentWebhookInput,
    ) -> async_graphql::Result<ReceivePaymentWebhookPayload> {
        let payments = ctx.data::<Payments>()?.clone();
        let context = request_context(ctx).clone();
        let outcome = run_to_end(async move { receive_webhook(&payments, &input.payment_key, &context).await }).await;
        Ok(match outcome {
            Ok(row) => ReceivePaymentWebhookPayload { known: row.is_some(), user_errors: Vec::new() },
            Err(failure) => ReceivePaymentWebhookPayload { known: false, user_errors: failure.into_refusals()? },
        })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn create_payment(
        &self,
        ctx: &Context<'_>,
        input: CreatePaymentInput,
    ) -> async_graphql::Result<CreatePaymentPayload> {
        let new = InsertPayment {
            id: PaymentId::new(),
            order_id: input.order_id,
            buyer_id: input.buyer_id,
            order_name: input.order_name,
            method: input.method,
            amount: input.amount.0,
            provider: "toss",
            tax_free_amount: input.tax_free_amount.map_or(0, |tax_free| tax_free.0),
        };
        Ok(match create_payment(ctx.data::<Payments>()?, new).await {
            Ok(row) => CreatePaymentPayload { payment: Some(Payment { row }), user_errors: Vec::new() },
            Err(failure) => CreatePaymentPayload { payment: None, user_errors: failure.into_refusals()? },
        })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn abort_payment(
        &self,
        ctx: &Context<'_>,
        input: AbortPaymentInput,
    ) -> async_graphql::Result<AbortPaymentPayload> {
        tracing::info!(order = %input.order_id, reason = input.reason, "payment to be aborted");
        let (payments, context) = (ctx.data::<Payments>()?.clone(), request_context(ctx).clone());
        let AbortPaymentInput { order_id, closes_deposit, .. } = input;
        let action = async move { abort_payment(&payments, order_id, closes_deposit, &context).await };
        Ok(match run_to_end(action).await {
            Ok((aborted, row)) => {
                AbortPaymentPayload { aborted, payment: row.map(|row| Payment { row }), user_errors: Vec::new() }
            }
            Err(failure) => AbortPaymentPayload { user_errors: failure.into_refusals()?, ..Default::default() },
        })
    }

    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn refund_payment(
        &self,
        ctx: &Context<'_>,
        input: RefundPaymentInput,
    ) -> async_graphql::Result<RefundPaymentPayload> {
        let payments = ctx.data::<Payments>()?.clone();
        let language = request_context(ctx).language;
        let RefundPaymentInput { order_id, refund_id, amount, reason, tax_free_amount } = input;
        let money = (amount.0, tax_free_amount.map_or(0, |tax_free| tax_free.0));
        let action = async move { refund_payment(&payments, order_id, refund_id, money, &reason, language).await };
        let outcome = run_to_end(action).await;
        Ok(match outcome {
            Ok(row) => RefundPaymentPayload { refund: Some(Refund { row }), user_errors: Vec::new() },
            Err(failure) => RefundPaymentPayload { refund: None, user_errors: failure.into_refusals()? },
        })
    }
}
