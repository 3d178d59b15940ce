//! The coupons' audit: what `doa-market check coupons` asks of this service.

use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use platform::database::Database;

/// Something that does not add up.
#[derive(Debug, diesel::QueryableByName)]
pub struct CouponFinding {
    /// What rule is broken.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The policy, coupon or order that breaks it.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// By how much, in coupons or won.
    #[diesel(sql_type = BigInt)]
    pub difference: i64,
}

/// Looks for policies whose counts or budgets their coupons do not explain, for discounts that their lines do not sum to, and
/// for coupons whose state is not that of their order.
///
/// # Errors
/// When the database fails.
pub async fn check_coupons(database: &Database) -> Result<Vec<CouponFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        WITH issued AS (SELECT policy_id, count(*) AS total FROM coupon GROUP BY policy_id),
        spent AS (
            SELECT policy_id, sum(discount) AS total FROM coupon_use WHERE state IN ('HELD', 'USED') GROUP BY policy_id
        ),
        on_lines AS (
            SELECT order_id, coupon_id, sum(discount) AS total FROM coupon_use_line GROUP BY order_id, coupon_id
        )
        SELECT 'what a policy has issued are its coupons' AS rule, p.id::text AS subject,
               (p.issued_count - coalesce(i.total, 0))::bigint AS difference
        FROM coupon_policy p LEFT JOIN issued i ON i.policy_id = p.id WHERE p.issued_count <> coalesce(i.total, 0)
        UNION ALL
        SELECT 'a spent budget is what orders hold and have used', p.id::text,
               (p.budget_spent - coalesce(s.total, 0))::bigint
        FROM coupon_policy p LEFT JOIN spent s ON s.policy_id = p.id WHERE p.budget_spent <> coalesce(s.total, 0)
        UNION ALL
        SELECT 'no policy is over its limit or its budget', p.id::text,
               greatest(p.issued_count - p.total_limit, p.budget_spent - p.budget)::bigint
        FROM coupon_policy p WHERE p.issued_count > p.total_limit OR p.budget_spent > p.budget
        UNION ALL
        SELECT 'a discount is the sum of its lines', u.order_id::text, (u.discount - coalesce(l.total, 0))::bigint
        FROM coupon_use u LEFT JOIN on_lines l USING (order_id, coupon_id) WHERE u.discount <> coalesce(l.total, 0)
        UNION ALL
        SELECT 'a coupon in an order is the order''s', c.id::text, 1::bigint
        FROM coupon c LEFT JOIN coupon_use u ON u.coupon_id = c.id AND u.state IN ('HELD', 'USED')
        WHERE (c.state, c.order_id) IS DISTINCT FROM
              (CASE u.state WHEN 'HELD' THEN 'RESERVED' WHEN 'USED' THEN 'USED' ELSE c.state END, u.order_id)
        UNION ALL
        SELECT 'what an order holds follows its reservation', u.order_id::text, 1::bigint
        FROM coupon_use u JOIN coupon_reservation r USING (order_id)
        WHERE u.state <> r.state AND NOT (u.state = 'RESTORED' AND r.state = 'USED')";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}
