//! Statements that diesel's query builder cannot express. Each is prepared once a connection.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Timestamptz, Uuid};
use platform::events::Append;

use crate::model::{CouponId, PolicyId, UserId};

platform::statement! {
    /// Issues a coupon, if its policy is running, has one left and lets the user have one more: the count, the coupon and
    /// the events in one step. What decides is the policy's own row, which claimers lock one after the other. Two claims
    /// of one user at once want the same ordinal, of which there is one.
    pub(crate) struct IssueCoupon {
        policy_id: PolicyId as Uuid,
        counted_user: UserId as Uuid,
        most: i64 as BigInt,
        id: CouponId as Uuid,
        user_id: UserId as Uuid,
        ordinal_user: UserId as Uuid,
        expires_at: DateTime<Utc> as Timestamptz,
        issued: Append,
        exhausted: Append,
    }
    "WITH taken AS (
        UPDATE coupon_policy p SET
            issued_count = p.issued_count + 1, updated_at = now(),
            state = CASE WHEN p.issued_count + 1 = p.total_limit THEN 'EXHAUSTED' ELSE p.state END
        WHERE p.id = ? AND p.state = 'ACTIVE' AND p.starts_at <= now() AND p.ends_at > now()
            AND (p.total_limit IS NULL OR p.issued_count < p.total_limit)
            AND (SELECT count(*) FROM coupon c WHERE c.policy_id = p.id AND c.user_id = ?)
                < least(p.per_user_limit, ?)
        RETURNING p.id, p.state
    ), made AS (
        INSERT INTO coupon (id, policy_id, user_id, ordinal, state, expires_at)
        SELECT ?, taken.id, ?,
            (SELECT count(*) + 1 FROM coupon c WHERE c.policy_id = taken.id AND c.user_id = ?), 'ISSUED', ?
        FROM taken
        RETURNING *
    ), changed AS (
        INSERT INTO coupon_policy_change (policy_id, from_state, to_state)
        SELECT id, 'ACTIVE', state FROM taken WHERE state = 'EXHAUSTED'
    ), told AS (
        ?, made
    ), told_of_the_end AS (
        ?, taken WHERE taken.state = 'EXHAUSTED'
    )
    SELECT * FROM made"
}
