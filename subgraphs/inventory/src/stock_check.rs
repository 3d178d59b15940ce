//! The stock's audit: what `doa-market check ledger` asks of this service.

use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use platform::database::Database;

/// Something that does not add up.
#[derive(Debug, diesel::QueryableByName)]
pub struct StockFinding {
    /// What rule is broken.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The variant or order that breaks it.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// By how much, in pieces.
    #[diesel(sql_type = BigInt)]
    pub difference: i64,
}

/// Looks for stock that its movements do not explain, reserved stock that no order holds, and sales that are not their
/// orders' reservations.
///
/// # Errors
/// When the database fails.
pub async fn check_stock(database: &Database) -> Result<Vec<StockFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        WITH moved AS (SELECT variant_id, sum(delta) AS total FROM stock_movement GROUP BY variant_id),
        held AS (
            SELECT r.variant_id, sum(r.quantity) AS total
            FROM reservation r JOIN reservation_group g USING (order_id)
            WHERE g.state = 'HELD' GROUP BY r.variant_id
        )
        SELECT 'movements sum to the stock on hand' AS rule, s.variant_id::text AS subject,
               (s.on_hand - coalesce(m.total, 0))::bigint AS difference
        FROM stock_item s LEFT JOIN moved m USING (variant_id) WHERE s.on_hand <> coalesce(m.total, 0)
        UNION ALL
        SELECT 'what is reserved is held by orders', s.variant_id::text, (s.reserved - coalesce(h.total, 0))::bigint
        FROM stock_item s LEFT JOIN held h USING (variant_id) WHERE s.reserved <> coalesce(h.total, 0)
        UNION ALL
        SELECT 'no stock is negative or oversold', s.variant_id::text, least(s.on_hand, s.reserved, s.available)::bigint
        FROM stock_item s WHERE least(s.on_hand, s.reserved, s.available) < 0
        UNION ALL
        SELECT 'an order that was committed took what it had reserved', r.order_id::text,
               (r.quantity + coalesce(m.delta, 0))::bigint
        FROM reservation r JOIN reservation_group g USING (order_id)
        LEFT JOIN stock_movement m ON m.kind = 'SALE' AND m.order_id = r.order_id AND m.variant_id = r.variant_id
        WHERE coalesce(-m.delta, 0) <> CASE WHEN g.state = 'COMMITTED' THEN r.quantity ELSE 0 END";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}

/// What one order has taken out of stock and not given back, in pieces.
#[derive(Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct SoldPieces {
    /// The order.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub order_id: uuid::Uuid,
    /// Pieces sold less pieces that came back.
    #[diesel(sql_type = BigInt)]
    pub pieces: i64,
}

/// What every order has taken out of stock, to be compared with the orders.
///
/// # Errors
/// When the database fails.
pub async fn sold_pieces(database: &Database) -> Result<Vec<SoldPieces>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        SELECT order_id, (-sum(delta))::bigint AS pieces FROM stock_movement
        WHERE kind IN ('SALE', 'RETURN', 'EXCHANGE') AND order_id IS NOT NULL GROUP BY order_id ORDER BY order_id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}
