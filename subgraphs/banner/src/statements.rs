//! Statements over several rows at once that diesel's query builder cannot express.

use diesel::sql_types::{Array, BigInt, Uuid};

use crate::model::BannerVariantId;

platform::statement! {
    /// Adds what was counted to the variants and to their day in Korea. What is no variant is left out.
    pub(crate) struct AddCounts {
        variant_ids: Vec<BannerVariantId> as Array<Uuid>,
        impressions: Vec<i64> as Array<BigInt>,
        clicks: Vec<i64> as Array<BigInt>,
    }
    "WITH counted AS MATERIALIZED (
        SELECT * FROM unnest(?, ?, ?) AS c (variant_id, impressions, clicks)
    ), locked AS MATERIALIZED (
        SELECT v.id FROM banner_variant v WHERE v.id IN (SELECT variant_id FROM counted) ORDER BY v.id FOR NO KEY UPDATE
    ), added AS (
        UPDATE banner_variant v SET impressions = v.impressions + c.impressions, clicks = v.clicks + c.clicks
        FROM counted c JOIN locked l ON l.id = c.variant_id WHERE v.id = c.variant_id
        RETURNING v.id, c.impressions, c.clicks
    )
    INSERT INTO variant_day AS d (variant_id, day, impressions, clicks)
    SELECT id, (now() AT TIME ZONE 'Asia/Seoul')::date, impressions, clicks FROM added ORDER BY id
    ON CONFLICT (variant_id, day) DO UPDATE SET
        impressions = d.impressions + excluded.impressions, clicks = d.clicks + excluded.clicks"
}
