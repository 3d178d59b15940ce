//! The ratings' audit: what `doa-market check` asks of this service.

use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use platform::database::Database;

/// Something that does not add up.
#[derive(Debug, diesel::QueryableByName)]
pub struct RatingFinding {
    /// What rule is broken.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The product or review that breaks it.
    #[diesel(sql_type = Text)]
    pub subject: String,
    /// By how much.
    #[diesel(sql_type = BigInt)]
    pub difference: i64,
}

/// Looks for ratings that are not what the published reviews say, and for votes and reports that are miscounted.
///
/// # Errors
/// When the database fails.
pub async fn check_ratings(database: &Database) -> Result<Vec<RatingFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    let query = "
        WITH counted AS (
            SELECT product_id, stars, count(*) AS count FROM review WHERE state = 'PUBLISHED' GROUP BY product_id, stars
        ), kept AS (
            SELECT product_id, stars, count FROM product_rating
            CROSS JOIN LATERAL (VALUES (1, one), (2, two), (3, three), (4, four), (5, five)) AS bucket (stars, count)
        )
        SELECT 'a rating is what the published reviews say' AS rule,
               coalesce(k.product_id, c.product_id)::text || ' at ' || coalesce(k.stars, c.stars) AS subject,
               (coalesce(k.count, 0) - coalesce(c.count, 0))::bigint AS difference
        FROM kept k FULL JOIN counted c ON c.product_id = k.product_id AND c.stars = k.stars
        WHERE coalesce(k.count, 0) <> coalesce(c.count, 0)
        UNION ALL
        SELECT 'votes are counted', r.id::text, (r.helpful_count - coalesce(v.count, 0))::bigint
        FROM review r LEFT JOIN (SELECT review_id, count(*) FROM helpful_vote GROUP BY review_id) v ON v.review_id = r.id
        WHERE r.helpful_count <> coalesce(v.count, 0)
        UNION ALL
        SELECT 'open reports are counted', r.id::text, (r.open_reports - coalesce(v.count, 0))::bigint
        FROM review r LEFT JOIN (
            SELECT review_id, count(*) FROM review_report WHERE settled_at IS NULL GROUP BY review_id
        ) v ON v.review_id = r.id
        WHERE r.open_reports <> coalesce(v.count, 0)";
    diesel::sql_query(query).load(&mut connection).await.map_err(|error| error.to_string())
}
