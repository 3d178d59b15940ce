//! Statements that change a review together with what is counted of it, so that a count is exact whoever else writes.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid};

use crate::model::{LineId, ProductId, ReviewId, ReviewReportReason, ReviewState, SellerId, UserId, VariantId};

platform::statement! {
    /// Writes those reviews whose line has none yet and counts them in their products' ratings. Photos are joined by line
    /// breaks. Returns the ratings of their products, as `RatingRow`s; none for a review that was there.
    pub(crate) struct WriteReviews {
        ids: Vec<ReviewId> as Array<Uuid>,
        lines: Vec<LineId> as Array<Uuid>,
        authors: Vec<UserId> as Array<Uuid>,
        sellers: Vec<SellerId> as Array<Uuid>,
        products: Vec<ProductId> as Array<Uuid>,
        variants: Vec<VariantId> as Array<Uuid>,
        variant_names: Vec<String> as Array<Text>,
        stars: Vec<i16> as Array<SmallInt>,
        bodies: Vec<String> as Array<Text>,
        photos: Vec<String> as Array<Text>,
        confirmed_at: Vec<DateTime<Utc>> as Array<Timestamptz>,
        created_at: Vec<DateTime<Utc>> as Array<Timestamptz>,
        replies: Vec<Option<String>> as Array<Nullable<Text>>,
    }
    "WITH wanted AS (
        SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS w (
            id, line_id, author_id, seller_id, product_id, variant_id, variant_name, stars, body, photos, confirmed_at,
            created_at, reply
        )
    ), written AS (
        INSERT INTO review (
            id, line_id, author_id, seller_id, product_id, variant_id, variant_name, state, stars, body, photos,
            confirmed_at, created_at, reply, replied_at
        )
        SELECT id, line_id, author_id, seller_id, product_id, variant_id, variant_name, 'PUBLISHED', stars, body,
            string_to_array(photos, E'\\n'), confirmed_at, created_at, reply,
            CASE WHEN reply IS NOT NULL THEN created_at + interval '1 day' END
        FROM wanted
        ON CONFLICT DO NOTHING RETURNING product_id, stars
    )
    INSERT INTO product_rating AS r (product_id, one, two, three, four, five)
    SELECT product_id, count(*) FILTER (WHERE stars = 1), count(*) FILTER (WHERE stars = 2),
        count(*) FILTER (WHERE stars = 3), count(*) FILTER (WHERE stars = 4), count(*) FILTER (WHERE stars = 5)
    FROM written GROUP BY product_id ORDER BY product_id
    ON CONFLICT (product_id) DO UPDATE SET
        one = r.one + excluded.one, two = r.two + excluded.two, three = r.three + excluded.three,
        four = r.four + excluded.four, five = r.five + excluded.five
    RETURNING r.product_id, r.one, r.two, r.three, r.four, r.five"
}

platform::statement! {
    /// Gives a review that is locked another state or number of stars, with what that changes in its product's rating.
    /// Returns the rating, as a `RatingRow`.
    pub(crate) struct MoveReview {
        state: ReviewState as Text,
        stars: i16 as SmallInt,
        blinded_reason: Option<String> as Nullable<Text>,
        id: ReviewId as Uuid,
        one: i32 as Integer,
        two: i32 as Integer,
        three: i32 as Integer,
        four: i32 as Integer,
        five: i32 as Integer,
    }
    "WITH moved AS (
        UPDATE review SET state = ?, stars = ?, blinded_reason = ? WHERE id = ? RETURNING product_id
    )
    UPDATE product_rating r SET
        one = r.one + ?, two = r.two + ?, three = r.three + ?, four = r.four + ?, five = r.five + ?
    FROM moved WHERE r.product_id = moved.product_id
    RETURNING r.product_id, r.one, r.two, r.three, r.four, r.five"
}

platform::statement! {
    /// Counts a person's vote, once.
    pub(crate) struct Vote {
        review_id: ReviewId as Uuid,
        user_id: UserId as Uuid,
    }
    "WITH voted AS (
        INSERT INTO helpful_vote (review_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING review_id
    )
    UPDATE review r SET helpful_count = r.helpful_count + 1 FROM voted WHERE r.id = voted.review_id"
}

platform::statement! {
    /// Takes a person's vote back, if there is one.
    pub(crate) struct WithdrawVote {
        review_id: ReviewId as Uuid,
        user_id: UserId as Uuid,
    }
    "WITH gone AS (DELETE FROM helpful_vote WHERE review_id = ? AND user_id = ? RETURNING review_id)
    UPDATE review r SET helpful_count = r.helpful_count - 1 FROM gone WHERE r.id = gone.review_id"
}

platform::statement! {
    /// Counts many votes, each once, for demonstration.
    pub(crate) struct VoteMany {
        review_ids: Vec<ReviewId> as Array<Uuid>,
        user_ids: Vec<UserId> as Array<Uuid>,
    }
    "WITH voted AS (
        INSERT INTO helpful_vote (review_id, user_id) SELECT * FROM unnest(?, ?) ON CONFLICT DO NOTHING
        RETURNING review_id
    ), counted AS (SELECT review_id, count(*)::integer AS votes FROM voted GROUP BY review_id)
    UPDATE review r SET helpful_count = r.helpful_count + votes FROM counted WHERE r.id = counted.review_id"
}

platform::statement! {
    /// Keeps a person's report, once, and counts it as open.
    pub(crate) struct Report {
        review_id: ReviewId as Uuid,
        user_id: UserId as Uuid,
        reason: ReviewReportReason as Text,
        detail: Option<String> as Nullable<Text>,
    }
    "WITH reported AS (
        INSERT INTO review_report (review_id, user_id, reason, detail) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING RETURNING review_id
    )
    UPDATE review r SET open_reports = r.open_reports + 1 FROM reported WHERE r.id = reported.review_id"
}

platform::statement! {
    /// Settles a review's open reports.
    pub(crate) struct SettleReports {
        review_id: ReviewId as Uuid,
    }
    "WITH settled AS (
        UPDATE review_report SET settled_at = now() WHERE review_id = ? AND settled_at IS NULL RETURNING review_id
    )
    UPDATE review r SET open_reports = r.open_reports - s.count
    FROM (SELECT review_id, count(*)::integer AS count FROM settled GROUP BY review_id) AS s WHERE r.id = s.review_id"
}
