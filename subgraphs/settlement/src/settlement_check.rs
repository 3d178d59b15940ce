//! The settlements' audit: what `doa-market check settlement` asks of this service.

use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use platform::database::Database;

/// Something that does not add up.
#[derive(Debug, diesel::QueryableByName)]
pub struct SettlementFinding {
    /// What rule is broken.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The item, settlement or payout that breaks it.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// By how much, in won; 1 where it is not about money.
    #[diesel(sql_type = BigInt)]
    pub difference: i64,
}

/// Looks for sales that are not their price less discount and commission, statements that are not the sum of their lines,
/// payouts that are not their statement's net, and debts and holdbacks that were lost or doubled.
///
/// # Errors
/// When the database fails.
pub async fn check_settlement(database: &Database) -> Result<Vec<SettlementFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = format!("{ITEMS} UNION ALL {STATEMENTS} UNION ALL {PAYOUTS}");
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// What the items of one order have of what its buyer paid.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct SettledTotals {
    /// The order.
    #[diesel(sql_type = SqlUuid)]
    pub order_id: uuid::Uuid,
    /// What its buyer keeps, in won, as the items have it: prices less all discounts, shipping and fees of returns, less what
    /// was taken back.
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
}

/// The totals of every order that has items, to be compared with the orders.
///
/// # Errors
/// When the database fails.
pub async fn settled_totals(database: &Database) -> Result<Vec<SettledTotals>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT order_id, sum(gross - seller_discount - platform_discount)::bigint AS kept FROM settlement_item
        WHERE kind IN ('SALE', 'SHIPPING', 'RETURN_FEE', 'CLAWBACK') AND order_id IS NOT NULL
        GROUP BY order_id ORDER BY order_id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// How the sale of an order's line stands.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct SaleStanding {
    /// The order's line.
    #[diesel(sql_type = SqlUuid)]
    pub line_id: uuid::Uuid,
    /// Whether the seller is to have it, or has it: eligible, or further on. Of one that is held, what it was before.
    #[diesel(sql_type = Bool)]
    pub is_eligible: bool,
}

/// Every sale, to be compared with the lines that were confirmed.
///
/// # Errors
/// When the database fails.
pub async fn sale_standings(database: &Database) -> Result<Vec<SaleStanding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT line_id, coalesce(CASE WHEN state = 'HELD' THEN held_from ELSE state END
                                 IN ('ELIGIBLE', 'SCHEDULED', 'APPROVED', 'PAID', 'FAILED'), false) AS is_eligible
        FROM settlement_item WHERE kind = 'SALE' AND line_id IS NOT NULL ORDER BY line_id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// A sale with all that was taken back of it comes to what a sale of what is kept comes to.
const ITEMS: &str = "
    SELECT 'a sale comes to its commission at its rate' AS rule, k.id::text AS subject,
           (k.commission - floor((k.gross - k.seller_discount) * k.rate / 10000)
            + k.vat - floor(floor((k.gross - k.seller_discount) * k.rate / 10000) / 10))::bigint AS difference
    FROM (
        SELECT s.id, s.rate, sum(i.gross) AS gross, sum(i.seller_discount) AS seller_discount,
               sum(i.commission) AS commission, sum(i.commission_vat) AS vat
        FROM settlement_item s
        JOIN settlement_item i ON i.id = s.id OR (i.reverses = s.id AND i.kind = 'CLAWBACK')
        WHERE s.kind = 'SALE' GROUP BY s.id, s.rate
    ) k
    WHERE k.commission <> floor((k.gross - k.seller_discount) * k.rate / 10000)
       OR k.vat <> floor(floor((k.gross - k.seller_discount) * k.rate / 10000) / 10)
    UNION ALL
    SELECT 'no more is taken back than there was', s.id::text, (s.gross + sum(i.gross))::bigint
    FROM settlement_item s JOIN settlement_item i ON i.reverses = s.id AND i.kind = 'CLAWBACK'
    GROUP BY s.id, s.gross HAVING s.gross + sum(i.gross) < 0
    UNION ALL
    SELECT 'what is held back is given once', h.id::text, (h.net + coalesce(sum(r.net), 0))::bigint
    FROM settlement_item h LEFT JOIN settlement_item r ON r.reverses = h.id AND r.kind = 'HOLDBACK_RELEASE'
    WHERE h.kind = 'HOLDBACK' GROUP BY h.id, h.net HAVING h.net + coalesce(sum(r.net), 0) <> 0";

const STATEMENTS: &str = "
    SELECT 'a statement is the sum of its lines', s.id::text, (s.net - coalesce(sum(l.net), 0))::bigint
    FROM settlement s LEFT JOIN settlement_line l ON l.settlement_id = s.id
    GROUP BY s.id, s.net, s.item_count, s.commission
    HAVING s.net <> coalesce(sum(l.net), 0) OR s.item_count <> count(l.item_id)
        OR s.commission <> coalesce(sum(l.commission), 0)
    UNION ALL
    SELECT 'a line of a statement is its item', coalesce(i.id, l.item_id)::text,
           (coalesce(i.net, 0) - coalesce(l.net, 0))::bigint
    FROM (SELECT * FROM settlement_item WHERE settlement_id IS NOT NULL) i
    FULL JOIN settlement_line l ON l.item_id = i.id
    WHERE i.id IS NULL OR l.item_id IS NULL
        OR (i.settlement_id, i.net, i.gross, i.commission) <> (l.settlement_id, l.net, l.gross, l.commission)
    UNION ALL
    SELECT 'a debt is carried over once', s.id::text, (least(s.net, 0) - coalesce(sum(i.net), 0))::bigint
    FROM settlement s LEFT JOIN settlement_item i ON i.carried_from = s.id AND i.kind = 'CARRY_OVER'
    GROUP BY s.id, s.net HAVING least(s.net, 0) <> coalesce(sum(i.net), 0)";

const PAYOUTS: &str = "
    SELECT 'a payout is its statement''s net', p.id::text, (p.amount - s.net)::bigint
    FROM payout p JOIN settlement s ON s.id = p.settlement_id WHERE p.amount <> s.net OR p.seller_id <> s.seller_id
    UNION ALL
    SELECT 'the items of a payout stand where it stands', i.id::text, 1::bigint
    FROM settlement_item i JOIN settlement s ON s.id = i.settlement_id LEFT JOIN payout p USING (settlement_id)
    WHERE i.state <> 'CLAWED_BACK' AND i.state <> CASE
        WHEN s.net <= 0 THEN 'PAID' WHEN p.state IS NULL OR p.state = 'REQUESTED' THEN 'SCHEDULED' ELSE p.state END";
