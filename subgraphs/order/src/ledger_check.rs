//! The orders' audit: what `doa-market check ledger` asks of this service.

use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use platform::database::Database;

/// Something that does not add up.
#[derive(Debug, diesel::QueryableByName)]
pub struct OrderFinding {
    /// What rule is broken.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The order that breaks it.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// By how much, in won or in orders.
    #[diesel(sql_type = BigInt)]
    pub difference: i64,
}

/// Looks for orders that are not the sum of their parts, for claims that took more or less than they say, and for
/// checkouts, refunds and reshipments that nobody finishes.
///
/// # Errors
/// When the database fails.
pub async fn check_orders(database: &Database) -> Result<Vec<OrderFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        WITH refunded AS (
            SELECT cl.line_id, sum(cl.total) AS total, sum(cl.quantity) AS quantity
            FROM claim c JOIN claim_line cl ON cl.claim_id = c.id
            WHERE c.remedy = 'REFUND' AND c.state IN ('REFUNDED', 'DONE') GROUP BY cl.line_id
        )
        SELECT 'an order is the sum of its sellers'' orders' AS rule, p.number AS subject,
               (p.total - coalesce((SELECT sum(s.total) FROM seller_order s WHERE s.order_id = p.id), 0))::bigint AS difference
        FROM purchase p
        WHERE p.total <> coalesce((SELECT sum(s.total) FROM seller_order s WHERE s.order_id = p.id), 0)
        UNION ALL
        SELECT 'a seller''s order is the sum of its lines', s.number,
               (s.total - s.shipping_total - coalesce((SELECT sum(l.total) FROM line l WHERE l.seller_order_id = s.id), 0))::bigint
        FROM seller_order s
        WHERE s.total - s.shipping_total <> coalesce((SELECT sum(l.total) FROM line l WHERE l.seller_order_id = s.id), 0)
        UNION ALL
        SELECT 'no checkout is left half done', p.number, 1::bigint
        FROM checkout c JOIN purchase p ON p.id = c.order_id
        WHERE c.step IN ('PLACED', 'PAID', 'COMPENSATING') AND c.lease_until < now() - interval '30 seconds'
        UNION ALL
        SELECT 'no refund is left half done', p.number, r.amount
        FROM refund_task r JOIN purchase p ON p.id = r.order_id
        WHERE r.state = 'PENDING' AND r.lease_until < now() - interval '30 seconds'
        UNION ALL
        SELECT 'a finished checkout leaves no line waiting for payment', p.number, count(*)::bigint
        FROM checkout c JOIN purchase p ON p.id = c.order_id JOIN line l ON l.order_id = p.id
        WHERE c.step IN ('COMPLETED', 'COMPENSATED') AND l.state = 'PAYMENT_PENDING'
        GROUP BY p.number
        UNION ALL
        SELECT 'what lines count as returned is what claims refunded', p.number,
               (l.returned_total - coalesce(r.total, 0))::bigint
        FROM line l JOIN purchase p ON p.id = l.order_id LEFT JOIN refunded r ON r.line_id = l.id
        WHERE l.returned_total <> coalesce(r.total, 0) OR l.returned_quantity <> coalesce(r.quantity, 0)
        UNION ALL
        SELECT 'a line is returned when all of it came back', p.number, (l.quantity - l.returned_quantity)::bigint
        FROM line l JOIN purchase p ON p.id = l.order_id
        WHERE (l.state = 'RETURNED') <> (l.returned_quantity = l.quantity)
        UNION ALL
        SELECT 'a claim is the sum of its lines', p.number,
               (c.items_total - (SELECT sum(cl.total) FROM claim_line cl WHERE cl.claim_id = c.id))::bigint
        FROM claim c JOIN purchase p ON p.id = c.order_id
        WHERE c.items_total <> (SELECT sum(cl.total) FROM claim_line cl WHERE cl.claim_id = c.id)
        UNION ALL
        SELECT 'a claim''s refund was recorded once', p.number, (c.refund_amount - coalesce(t.amount, 0))::bigint
        FROM claim c JOIN purchase p ON p.id = c.order_id LEFT JOIN refund_task t ON t.id = c.refund_id
        WHERE c.remedy = 'REFUND' AND c.state IN ('REFUNDED', 'DONE') AND c.refund_amount <> coalesce(t.amount, 0)
           OR c.state NOT IN ('REFUNDED', 'DONE') AND c.refund_id IS NOT NULL
        UNION ALL
        SELECT 'lines are held by open claims alone', p.number, 1::bigint
        FROM line l JOIN purchase p ON p.id = l.order_id LEFT JOIN claim c ON c.id = l.claim_id
        WHERE l.claim_id IS NOT NULL AND coalesce(c.state, 'DONE') IN ('REFUNDED', 'DONE', 'REJECTED', 'WITHDRAWN')
        UNION ALL
        SELECT 'no reshipment is left half done', p.number, 1::bigint
        FROM claim c JOIN purchase p ON p.id = c.order_id
        WHERE c.reship_lease_until < now() - interval '30 seconds'";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// What one order has been paid and has to give back, in won, as its lines have it.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct OrderTotals {
    /// The order.
    #[diesel(sql_type = SqlUuid)]
    pub order_id: uuid::Uuid,
    /// What was paid.
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    /// What its refunds amount to, carried out or not.
    #[diesel(sql_type = BigInt)]
    pub refunded: i64,
    /// What the buyer keeps: the lines that were not cancelled or returned, their shipping, and the fees of returns.
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
    /// How many pieces are out of stock for it: those of the lines that were not cancelled, less those that came back
    /// sound, and those that replaced others.
    #[diesel(sql_type = BigInt)]
    pub pieces: i64,
    /// What of what was paid is for tax-free lines.
    #[diesel(sql_type = BigInt)]
    pub tax_free: i64,
}

/// The totals of every paid order, to be compared with the payments.
///
/// # Errors
/// When the database fails.
pub async fn order_totals(database: &Database) -> Result<Vec<OrderTotals>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT p.id AS order_id, p.total AS paid,
               coalesce((SELECT sum(r.amount) FROM refund_task r WHERE r.order_id = p.id), 0)::bigint AS refunded,
               (coalesce((SELECT sum(l.total - l.returned_total) FROM line l WHERE l.order_id = p.id
                          AND l.state NOT IN ('CANCELLED', 'EXPIRED')), 0)
                + coalesce((SELECT sum(s.shipping_total - s.shipping_refunded) FROM seller_order s
                            WHERE s.order_id = p.id), 0)
                + coalesce((SELECT sum(c.fee) FROM claim c WHERE c.order_id = p.id
                            AND c.remedy = 'REFUND' AND c.state IN ('REFUNDED', 'DONE')), 0))::bigint AS kept,
               (coalesce((SELECT sum(l.quantity) FROM line l WHERE l.order_id = p.id
                          AND l.state NOT IN ('CANCELLED', 'EXPIRED')), 0)
                - coalesce((SELECT sum(cl.quantity) FROM claim c JOIN claim_line cl ON cl.claim_id = c.id
                            WHERE c.order_id = p.id AND cl.sound), 0)
                + coalesce((SELECT sum(cl.quantity) FROM claim c JOIN claim_line cl ON cl.claim_id = c.id
                            WHERE c.order_id = p.id AND c.reshipped), 0))::bigint AS pieces,
               coalesce((SELECT sum(l.total) FROM line l WHERE l.order_id = p.id AND l.tax_free), 0)::bigint AS tax_free
        FROM purchase p WHERE p.paid_at IS NOT NULL ORDER BY p.id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// How a line of a paid order stands to its confirmation.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct LineConfirmation {
    /// The line.
    #[diesel(sql_type = SqlUuid)]
    pub line_id: uuid::Uuid,
    /// Whether it is confirmed, with something of it kept.
    #[diesel(sql_type = Bool)]
    pub is_confirmed: bool,
    /// Whether it ever was, whatever came back since.
    #[diesel(sql_type = Bool)]
    pub was_confirmed: bool,
}

/// Every line of the paid orders, to be compared with what sellers are settled for.
///
/// # Errors
/// When the database fails.
pub async fn line_confirmations(database: &Database) -> Result<Vec<LineConfirmation>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT l.id AS line_id, l.state = 'CONFIRMED' AND l.returned_quantity < l.quantity AS is_confirmed,
               l.state = 'CONFIRMED' OR EXISTS (SELECT FROM line_state_change h
                                                WHERE h.line_id = l.id AND h.to_state = 'CONFIRMED') AS was_confirmed
        FROM line l JOIN purchase p ON p.id = l.order_id WHERE p.paid_at IS NOT NULL ORDER BY l.id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}
