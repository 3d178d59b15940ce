//! Queries. Each takes a connection.

mod policies;
mod reservations;

pub(crate) use policies::*;
pub(crate) use reservations::*;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::keyset;
use platform::paging::PageRequest;
use uuid::Uuid;

use crate::model::{Candidate, CouponId, CouponRow, CouponState, PolicyId, PolicyRow, UserId};
use crate::rules::{CouponCommand, states_for};
use crate::schema::{coupon, coupon_policy};

/// The key that lists are ordered by, newest first.
pub(crate) type ListKey = (DateTime<Utc>, Uuid);

/// The states in which a coupon can be used.
const OPEN: [CouponState; 2] = [CouponState::Issued, CouponState::Restored];

pub(crate) async fn coupons_by_id(connection: &mut AsyncPgConnection, ids: &[CouponId]) -> QueryResult<Vec<CouponRow>> {
    coupon::table.filter(coupon::id.among(ids)).select(CouponRow::as_select()).load(connection).await
}

fn coupons_of<'a>(user_id: UserId, state: Option<CouponState>) -> coupon::BoxedQuery<'a, diesel::pg::Pg> {
    let query = coupon::table.filter(coupon::user_id.eq(user_id)).into_boxed();
    match state {
        Some(state) => query.filter(coupon::state.eq(state)),
        None => query,
    }
}

/// A user's coupons, the newest first.
pub(crate) async fn coupons_page(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    state: Option<CouponState>,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<CouponRow>> {
    let query = keyset!(coupons_of(user_id, state), coupon::issued_at, coupon::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(CouponRow::as_select()).load(connection).await
}

pub(crate) async fn coupons_count(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    state: Option<CouponState>,
) -> QueryResult<i64> {
    coupons_of(user_id, state).count().get_result(connection).await
}

/// How many coupons of each policy the user has had, those included that are used or gone.
pub(crate) async fn issued_to(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    policies: &[PolicyId],
) -> QueryResult<Vec<(PolicyId, i64)>> {
    coupon::table
        .filter(coupon::user_id.eq(user_id))
        .filter(coupon::policy_id.eq_any(policies))
        .group_by(coupon::policy_id)
        .select((coupon::policy_id, diesel::dsl::count_star()))
        .load(connection)
        .await
}

/// The user's coupons among these, with their policies.
pub(crate) async fn candidates(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    ids: &[CouponId],
) -> QueryResult<Vec<Candidate>> {
    let rows = coupon::table
        .inner_join(coupon_policy::table)
        .filter(coupon::id.eq_any(ids))
        .filter(coupon::user_id.eq(user_id))
        .select((CouponRow::as_select(), PolicyRow::as_select()))
        .load::<(CouponRow, PolicyRow)>(connection)
        .await?;
    Ok(rows.into_iter().map(|(coupon, policy)| Candidate { coupon, policy }).collect())
}

/// The user's coupons that can be used, those first that expire first.
pub(crate) async fn open_candidates(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    limit: i64,
) -> QueryResult<Vec<Candidate>> {
    let rows = coupon::table
        .inner_join(coupon_policy::table)
        .filter(coupon::user_id.eq(user_id))
        .filter(coupon::state.eq_any(OPEN))
        .filter(coupon::expires_at.gt(diesel::dsl::now))
        .order((coupon::expires_at, coupon::id))
        .limit(limit)
        .select((CouponRow::as_select(), PolicyRow::as_select()))
        .load::<(CouponRow, PolicyRow)>(connection)
        .await?;
    Ok(rows.into_iter().map(|(coupon, policy)| Candidate { coupon, policy }).collect())
}

/// Locks coupons for the rest of the transaction, in the order of their ids.
pub(crate) async fn lock_coupons(connection: &mut AsyncPgConnection, ids: &[CouponId]) -> QueryResult<Vec<CouponRow>> {
    coupon::table
        .filter(coupon::id.eq_any(ids))
        .order(coupon::id)
        .for_no_key_update()
        .select(CouponRow::as_select())
        .load(connection)
        .await
}

/// Locks a user's open coupons for the rest of the transaction, in the order of their ids.
pub(crate) async fn lock_open_coupons_of(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
) -> QueryResult<Vec<CouponRow>> {
    coupon::table
        .filter(coupon::user_id.eq(user_id))
        .filter(coupon::state.eq_any(OPEN))
        .order(coupon::id)
        .for_no_key_update()
        .select(CouponRow::as_select())
        .load(connection)
        .await
}

/// Takes coupons back.
pub(crate) async fn revoke(
    connection: &mut AsyncPgConnection,
    ids: &[CouponId],
    reason: &str,
) -> QueryResult<Vec<CouponRow>> {
    diesel::update(coupon::table.filter(coupon::id.eq_any(ids)))
        .set((coupon::state.eq(CouponState::Revoked), coupon::revoked_reason.eq(reason)))
        .returning(CouponRow::as_returning())
        .get_results(connection)
        .await
}

/// Up to `limit` open coupons whose time is over become EXPIRED; returns how many.
pub(crate) async fn expire_coupons(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<usize> {
    let overdue: Vec<CouponId> = coupon::table
        .filter(coupon::state.eq_any(states_for(CouponCommand::Expire)))
        .filter(coupon::expires_at.le(diesel::dsl::now))
        .order(coupon::expires_at)
        .limit(limit)
        .select(coupon::id)
        .for_no_key_update()
        .skip_locked()
        .load(connection)
        .await?;
    diesel::update(coupon::table.filter(coupon::id.eq_any(&overdue)))
        .set(coupon::state.eq(CouponState::Expired))
        .execute(connection)
        .await
}

/// Marks up to `limit` open coupons that expire within `notice` as told of, and returns them with their policies.
pub(crate) async fn take_expiring(
    connection: &mut AsyncPgConnection,
    notice: Duration,
    limit: i64,
) -> QueryResult<Vec<Candidate>> {
    let until = Utc::now() + TimeDelta::from_std(notice).unwrap_or(TimeDelta::MAX);
    let ids: Vec<CouponId> = coupon::table
        .filter(coupon::state.eq_any(OPEN))
        .filter(coupon::expires_at.le(until))
        .filter(coupon::expires_at.gt(diesel::dsl::now))
        .filter(coupon::expiry_told_at.is_null())
        .order(coupon::expires_at)
        .limit(limit)
        .select(coupon::id)
        .for_no_key_update()
        .skip_locked()
        .load(connection)
        .await?;
    let coupons: Vec<CouponRow> = diesel::update(coupon::table.filter(coupon::id.eq_any(&ids)))
        .set(coupon::expiry_told_at.eq(diesel::dsl::now))
        .returning(CouponRow::as_returning())
        .get_results(connection)
        .await?;
    let policies: Vec<PolicyId> = coupons.iter().map(|coupon| coupon.policy_id).collect();
    let policies = policies_by_id(connection, &policies).await?;
    Ok(with_policies(coupons, &policies))
}

/// Joins coupons with their policies.
pub(crate) fn with_policies(coupons: Vec<CouponRow>, policies: &[PolicyRow]) -> Vec<Candidate> {
    let policy_of = |coupon: &CouponRow| policies.iter().find(|policy| policy.id == coupon.policy_id).cloned();
    coupons.into_iter().filter_map(|coupon| policy_of(&coupon).map(|policy| Candidate { coupon, policy })).collect()
}
