//! The payment's steps, each one statement: it happens with all that belongs to it, or not at all. Each returns the
//! payment as it is then.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid};
use platform::events::Append;

use crate::model::{AttemptId, LedgerAccount, LedgerEntryId, OrderId, PaymentId, PaymentMethod, PaymentState, UserId};

platform::statement! {
    /// An order's payment, READY; nothing when the order has one.
    pub(crate) struct InsertPayment {
        id: PaymentId as Uuid,
        order_id: OrderId as Uuid,
        buyer_id: UserId as Uuid,
        order_name: String as Text,
        method: PaymentMethod as Text,
        amount: i64 as BigInt,
        provider: &'static str as Text,
        tax_free_amount: i64 as BigInt,
    }
    "INSERT INTO payment (id, order_id, buyer_id, order_name, method, state, amount, provider, tax_free_amount)
    VALUES (?, ?, ?, ?, ?, 'READY', ?, ?, ?) ON CONFLICT (order_id) DO NOTHING RETURNING *"
}

platform::statement! {
    /// READY → CONFIRMING under the key, with an attempt; nothing when the order's payment is another buyer's, of another
    /// amount, or not READY any more.
    pub(crate) struct BeginConfirmation {
        payment_key: String as Text,
        lease_until: DateTime<Utc> as Timestamptz,
        order_id: OrderId as Uuid,
        buyer_id: UserId as Uuid,
        amount: i64 as BigInt,
        from: Vec<PaymentState> as Array<Text>,
        attempt: AttemptId as Uuid,
    }
    "WITH begun AS (
        UPDATE payment SET
            state = 'CONFIRMING', payment_key = ?, lease_until = ?, failure_code = NULL, failure_message = NULL,
            updated_at = now()
        WHERE order_id = ? AND buyer_id = ? AND amount = ? AND state = ANY(?)
        RETURNING *
    ), asked AS (
        INSERT INTO attempt (id, payment_id, payment_key, outcome) SELECT ?, id, payment_key, 'PENDING' FROM begun
    )
    SELECT * FROM begun"
}

platform::statement! {
    /// The money was taken: the payment is DONE, its attempts have ended, the ledger has its postings and the event tells
    /// it; nothing of it when the payment's state does not allow it (any more).
    pub(crate) struct RecordTaken {
        receipt_url: Option<String> as Nullable<Text>,
        approved_at: DateTime<Utc> as Timestamptz,
        payment_id: PaymentId as Uuid,
        from: Vec<PaymentState> as Array<Text>,
        now: DateTime<Utc> as Timestamptz,
        transaction_id: uuid::Uuid as Uuid,
        occurred_at: DateTime<Utc> as Timestamptz,
        entry_ids: Vec<LedgerEntryId> as Array<Uuid>,
        accounts: Vec<LedgerAccount> as Array<Text>,
        amounts: Vec<i64> as Array<BigInt>,
        event: Append,
    }
    "WITH done AS (
        UPDATE payment SET
            state = 'DONE', receipt_url = coalesce(?, receipt_url), approved_at = ?, updated_at = now()
        WHERE id = ? AND state = ANY(?)
        RETURNING *
    ), ended AS (
        UPDATE attempt SET outcome = 'DONE', provider_code = NULL, finished_at = ?
        FROM done WHERE attempt.payment_id = done.id AND attempt.finished_at IS NULL
    ), posted AS (
        INSERT INTO ledger_entry (payment_id, transaction_id, occurred_at, id, account, amount)
        SELECT done.id, ?, ?, entry.* FROM done, unnest(?, ?, ?) AS entry
    ), told AS (
        ? WHERE EXISTS (SELECT FROM done)
    )
    SELECT * FROM done"
}
