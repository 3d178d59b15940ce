//! What `doa-market check` compares with the payments' ledger.

use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use platform::database::Database;
use uuid::Uuid;

/// What one order brought and what went back, in won, as it was counted from events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, diesel::QueryableByName)]
pub struct OrderMoney {
    /// The order.
    #[diesel(sql_type = SqlUuid)]
    pub order_id: Uuid,
    /// What was paid.
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    /// What went back.
    #[diesel(sql_type = BigInt)]
    pub refunded: i64,
}

/// What every order brought and what went back.
///
/// # Errors
/// When the database fails.
pub async fn totals(database: &Database) -> Result<Vec<OrderMoney>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "SELECT order_id, sum(sold)::bigint AS paid, sum(refunded)::bigint AS refunded FROM market_movement
        GROUP BY order_id HAVING sum(sold) <> 0 OR sum(refunded) <> 0 ORDER BY order_id";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}
