//! The ledger's audit: what `doa-market check ledger` asks of this service.

use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use platform::database::Database;

/// Something that does not balance.
#[derive(Debug, diesel::QueryableByName)]
pub struct LedgerFinding {
    /// What rule is broken.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The payment or transaction that breaks it.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// By how much, in won.
    #[diesel(sql_type = BigInt)]
    pub difference: i64,
}

/// Looks for transactions that do not sum to zero, payments whose ledger is not what they took and gave back, differences
/// from the provider's books that nobody has settled, and cash receipts that are not for what is kept of their payments.
///
/// # Errors
/// When the database fails.
pub async fn check_ledger(database: &Database) -> Result<Vec<LedgerFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT 'a ledger transaction sums to zero' AS rule, transaction_id::text AS subject, sum(amount)::bigint AS difference
        FROM ledger_entry GROUP BY transaction_id HAVING sum(amount) <> 0
        UNION ALL
        SELECT 'what buyers paid is in the ledger', p.id::text,
               (CASE WHEN p.state IN ('DONE', 'PARTIAL_CANCELED', 'CANCELED') THEN p.amount ELSE 0 END
                - coalesce((SELECT -sum(l.amount) FROM ledger_entry l WHERE l.payment_id = p.id AND l.account = 'BUYER_PAYMENTS'), 0))::bigint
        FROM payment p
        WHERE (CASE WHEN p.state IN ('DONE', 'PARTIAL_CANCELED', 'CANCELED') THEN p.amount ELSE 0 END)
           <> coalesce((SELECT -sum(l.amount) FROM ledger_entry l WHERE l.payment_id = p.id AND l.account = 'BUYER_PAYMENTS'), 0)
        UNION ALL
        SELECT 'what was given back is in the ledger', p.id::text,
               (p.refunded - coalesce((SELECT sum(l.amount) FROM ledger_entry l WHERE l.payment_id = p.id AND l.account = 'REFUNDS'), 0))::bigint
        FROM payment p
        WHERE p.refunded <> coalesce((SELECT sum(l.amount) FROM ledger_entry l WHERE l.payment_id = p.id AND l.account = 'REFUNDS'), 0)
        UNION ALL
        SELECT 'refunds that are done are what the payment gave back', p.id::text,
               (p.refunded - coalesce((SELECT sum(r.amount) FROM refund r WHERE r.payment_id = p.id AND r.state = 'DONE'), 0))::bigint
        FROM payment p
        WHERE p.refunded <> coalesce((SELECT sum(r.amount) FROM refund r WHERE r.payment_id = p.id AND r.state = 'DONE'), 0)
        UNION ALL
        SELECT 'refunds give back no more tax-free money than was paid', p.id::text, (sum(r.tax_free_amount) - p.tax_free_amount)::bigint
        FROM payment p JOIN refund r ON r.payment_id = p.id AND r.state = 'DONE'
        GROUP BY p.id HAVING sum(r.tax_free_amount) > p.tax_free_amount
            OR p.refunded = p.amount AND sum(r.tax_free_amount) <> p.tax_free_amount
        UNION ALL
        SELECT 'our books are the provider''s: ' || kind, payment_key, theirs - ours FROM discrepancy WHERE resolved_at IS NULL
        UNION ALL
        SELECT 'a cash receipt is for what is kept of its payment', c.id::text, (c.amount - c.canceled - (p.amount - p.refunded))::bigint
        FROM cash_receipt c JOIN payment p ON p.id = c.payment_id
        WHERE c.state IN ('ISSUED', 'PARTIAL_CANCELED', 'CANCELED') AND c.amount - c.canceled <> p.amount - p.refunded
          AND c.lease_until < now() - interval '1 minute' AND p.updated_at < now() - interval '1 minute'";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// What one order's payment took and gave back, in won.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct PaymentTotals {
    /// The order.
    #[diesel(sql_type = SqlUuid)]
    pub order_id: uuid::Uuid,
    /// What was taken.
    #[diesel(sql_type = BigInt)]
    pub taken: i64,
    /// What was given back.
    #[diesel(sql_type = BigInt)]
    pub refunded: i64,
    /// What waits to be given back until its buyer says to which bank account.
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    /// What of what was taken is tax-free.
    #[diesel(sql_type = BigInt)]
    pub tax_free: i64,
}

/// What every order's payment took and gave back, to be compared with the orders.
///
/// # Errors
/// When the database fails.
pub async fn payment_totals(database: &Database) -> Result<Vec<PaymentTotals>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT order_id, amount AS taken, refunded, tax_free_amount AS tax_free,
               coalesce((SELECT sum(r.amount) FROM refund r
                         WHERE r.payment_id = p.id AND r.state = 'ACCOUNT_NEEDED'), 0)::bigint AS waiting
        FROM payment p
        WHERE state IN ('DONE', 'PARTIAL_CANCELED', 'CANCELED') ORDER BY order_id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}
