//! Identifiers, states and rows.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::{attempt, cash_receipt, discrepancy, ledger_entry, payment, refund};

platform::define_id!(
    /// A payment.
    pub struct PaymentId, "pay"
);
platform::define_id!(
    /// A refund; made by whoever asks for it, so that asking twice refunds once.
    pub struct RefundId, "rfd"
);
platform::define_id!(
    /// A ledger entry.
    pub struct LedgerEntryId, "led"
);
platform::define_id!(
    /// An attempt to confirm.
    pub struct AttemptId, "att"
);
platform::define_id!(
    /// An order, owned by the order service.
    pub struct OrderId, "ord"
);
platform::define_id!(
    /// A user, owned by the user service.
    pub struct UserId, "usr"
);

platform::text_enum! {
    /// Where a payment stands.
    pub enum PaymentState {
        /// Waiting for the buyer.
        Ready = "READY",
        /// The provider is being asked to take the money.
        Confirming = "CONFIRMING",
        /// The buyer has a virtual account to pay into.
        WaitingForDeposit = "WAITING_FOR_DEPOSIT",
        /// The money was taken.
        Done = "DONE",
        /// A part of the money was given back.
        PartialCanceled = "PARTIAL_CANCELED",
        /// All of the money was given back.
        Canceled = "CANCELED",
        /// The virtual account was not paid into in time.
        Expired = "EXPIRED",
        /// Given up before money was taken.
        Aborted = "ABORTED",
        /// The provider did not tell the outcome; it is asked until it does.
        Unknown = "UNKNOWN",
        /// The provider took another amount than was asked for; a person must look.
        IntegrityFailure = "INTEGRITY_FAILURE",
    }
}

platform::text_enum! {
    /// How the buyer pays.
    pub enum PaymentMethod {
        /// 카드.
        Card = "CARD",
        /// 가상계좌.
        VirtualAccount = "VIRTUAL_ACCOUNT",
        /// 계좌이체.
        Transfer = "TRANSFER",
        /// 간편결제.
        EasyPay = "EASY_PAY",
    }
}

platform::text_enum! {
    /// Where a refund stands.
    pub enum RefundState {
        /// The provider is being asked.
        Requested = "REQUESTED",
        /// The money was given back.
        Done = "DONE",
        /// The provider refused.
        Failed = "FAILED",
        /// The provider did not tell the outcome; it is asked until it does.
        Unknown = "UNKNOWN",
        /// The money came into a virtual account, and it is not known where it is to go; it goes as soon as the buyer has said so.
        AccountNeeded = "ACCOUNT_NEEDED",
    }
}

platform::define_id!(
    /// A cash receipt.
    pub struct CashReceiptId, "crc"
);
platform::define_id!(
    /// Something that is not the same in our books and the provider's.
    pub struct DiscrepancyId, "dsc"
);

platform::text_enum! {
    /// What a cash receipt (현금영수증) is for.
    pub enum CashReceiptPurpose {
        /// 소득공제: a person's income deduction.
        IncomeDeduction = "INCOME_DEDUCTION",
        /// 지출증빙: a business's proof of expense.
        ExpenseProof = "EXPENSE_PROOF",
    }
}

platform::text_enum! {
    /// Where a cash receipt stands.
    pub enum CashReceiptState {
        /// Issued as soon as the money is there.
        Requested = "REQUESTED",
        /// Issued.
        Issued = "ISSUED",
        /// Cancelled in part, as the payment was refunded.
        PartialCanceled = "PARTIAL_CANCELED",
        /// Cancelled whole.
        Canceled = "CANCELED",
        /// The tax office refused it.
        Failed = "FAILED",
        /// The payment ended before it could be issued.
        GivenUp = "GIVEN_UP",
    }
}

platform::text_enum! {
    /// What is not the same in our books and the provider's.
    #[graphql(name = "PaymentDiscrepancyKind")]
    pub enum DiscrepancyKind {
        /// Our books have a payment that the provider does not know.
        MissingAtProvider = "MISSING_AT_PROVIDER",
        /// The provider has taken money that our books do not know.
        UnknownToUs = "UNKNOWN_TO_US",
        /// Another amount was taken.
        TakenDiffers = "TAKEN_DIFFERS",
        /// Another amount was given back.
        RefundedDiffers = "REFUNDED_DIFFERS",
        /// Another part of what is kept is tax-free.
        TaxFreeDiffers = "TAX_FREE_DIFFERS",
    }
}

platform::text_enum! {
    /// An account of the ledger. A debit is positive, a credit negative.
    pub enum LedgerAccount {
        /// What buyers have paid and orders have not yet earned.
        BuyerPayments = "BUYER_PAYMENTS",
        /// What the provider owes us.
        ProviderReceivable = "PROVIDER_RECEIVABLE",
        /// What orders have earned.
        OrderRevenue = "ORDER_REVENUE",
        /// What was given back to buyers.
        Refunds = "REFUNDS",
    }
}

/// A virtual account that the buyer pays into.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct VirtualAccount {
    /// The bank's code.
    pub(crate) bank: String,
    /// The account's number.
    pub(crate) account_number: String,
    /// The name that the account runs under.
    pub(crate) holder: String,
    /// When it closes.
    pub(crate) due_at: DateTime<Utc>,
}

/// A bank account of the buyer's that money goes back to. Stored sealed alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundAccount {
    /// The bank's code.
    pub(crate) bank: String,
    /// The account's number: digits alone.
    pub(crate) account_number: String,
    /// Whose it is.
    pub(crate) holder_name: String,
}

impl std::fmt::Debug for RefundAccount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RefundAccount").field("bank", &self.bank).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = payment)]
pub(crate) struct PaymentRow {
    pub(crate) id: PaymentId,
    pub(crate) order_id: OrderId,
    pub(crate) buyer_id: UserId,
    pub(crate) order_name: String,
    pub(crate) method: PaymentMethod,
    pub(crate) state: PaymentState,
    pub(crate) amount: i64,
    pub(crate) refunded: i64,
    pub(crate) provider: String,
    pub(crate) payment_key: Option<String>,
    pub(crate) receipt_url: Option<String>,
    pub(crate) failure_code: Option<String>,
    pub(crate) failure_message: Option<String>,
    pub(crate) virtual_account: Option<serde_json::Value>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) approved_at: Option<DateTime<Utc>>,
    /// The sealed account that money goes back to.
    pub(crate) refund_account: Option<Vec<u8>>,
    /// How often one was given.
    pub(crate) refund_account_version: i32,
    /// What of the amount is for tax-free goods.
    pub(crate) tax_free_amount: i64,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = attempt)]
pub(crate) struct AttemptRow {
    pub(crate) id: AttemptId,
    pub(crate) outcome: String,
    pub(crate) provider_code: Option<String>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = refund)]
pub(crate) struct RefundRow {
    pub(crate) id: RefundId,
    pub(crate) payment_id: PaymentId,
    pub(crate) amount: i64,
    pub(crate) reason: String,
    pub(crate) state: RefundState,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
    /// What of the amount is for tax-free goods.
    pub(crate) tax_free_amount: i64,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_entry)]
pub(crate) struct LedgerEntryRow {
    pub(crate) id: LedgerEntryId,
    pub(crate) transaction_id: uuid::Uuid,
    pub(crate) account: LedgerAccount,
    pub(crate) amount: i64,
    pub(crate) payment_id: PaymentId,
    pub(crate) refund_id: Option<RefundId>,
    pub(crate) occurred_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = cash_receipt)]
pub(crate) struct CashReceiptRow {
    pub(crate) id: CashReceiptId,
    pub(crate) payment_id: PaymentId,
    pub(crate) purpose: CashReceiptPurpose,
    pub(crate) identity: Option<String>,
    pub(crate) identity_hint: String,
    pub(crate) state: CashReceiptState,
    pub(crate) amount: Option<i64>,
    pub(crate) refunded_before: i64,
    pub(crate) canceled: i64,
    pub(crate) receipt_key: Option<String>,
    pub(crate) issue_number: Option<String>,
    pub(crate) receipt_url: Option<String>,
    pub(crate) failure_code: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) issued_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = discrepancy)]
pub(crate) struct DiscrepancyRow {
    pub(crate) id: DiscrepancyId,
    pub(crate) day: NaiveDate,
    pub(crate) kind: DiscrepancyKind,
    pub(crate) payment_id: Option<PaymentId>,
    pub(crate) payment_key: String,
    pub(crate) order_id: String,
    pub(crate) ours: i64,
    pub(crate) theirs: i64,
    pub(crate) found_at: DateTime<Utc>,
    pub(crate) resolved_at: Option<DateTime<Utc>>,
    pub(crate) resolved_by: Option<UserId>,
    pub(crate) note: Option<String>,
}
