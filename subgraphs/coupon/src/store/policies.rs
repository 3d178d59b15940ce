//! Queries on policies.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::events::append;
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::events::PolicyChanged;
use crate::model::{
    CategoryId, CouponDistribution, CouponPolicyState, CouponScope, PolicyChangeRow, PolicyId, PolicyRow, PolicyTerms,
    ProductId, SellerId, UserId,
};
use crate::schema::{coupon_policy, coupon_policy_change};

/// Which policies a list is about.
#[derive(Clone, Default)]
pub(crate) struct PolicyFilter {
    /// Of this seller.
    pub(crate) seller_id: Option<SellerId>,
    /// Without a seller.
    pub(crate) of_the_marketplace: bool,
    pub(crate) state: Option<CouponPolicyState>,
    /// Only what everybody can download now.
    pub(crate) downloadable: bool,
}

fn filtered<'a>(filter: &PolicyFilter) -> coupon_policy::BoxedQuery<'a, diesel::pg::Pg> {
    let mut query = coupon_policy::table.into_boxed();
    if let Some(seller) = filter.seller_id {
        query = query.filter(coupon_policy::seller_id.eq(seller));
    }
    if filter.of_the_marketplace {
        query = query.filter(coupon_policy::seller_id.is_null());
    }
    if let Some(state) = filter.state {
        query = query.filter(coupon_policy::state.eq(state));
    }
    if filter.downloadable {
        query = query
            .filter(coupon_policy::state.eq(CouponPolicyState::Active))
            .filter(coupon_policy::distribution.eq(CouponDistribution::Download))
            .filter(coupon_policy::ends_at.gt(diesel::dsl::now));
    }
    query
}

/// Policies, the newest first.
pub(crate) async fn policies_page(
    connection: &mut AsyncPgConnection,
    filter: &PolicyFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<PolicyRow>> {
    let query = keyset!(filtered(filter), coupon_policy::created_at, coupon_policy::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(PolicyRow::as_select()).load(connection).await
}

pub(crate) async fn policies_count(connection: &mut AsyncPgConnection, filter: &PolicyFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

/// The goods that downloadable coupons are looked for.
#[derive(Clone, Default)]
pub(crate) struct Goods {
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) product_id: Option<ProductId>,
    /// The product's category and those above it.
    pub(crate) category_ids: Vec<CategoryId>,
}

/// What can be downloaded now for these goods, the marketplace's and the seller's, those first that end first. Without
/// goods: the marketplace's own.
pub(crate) async fn downloadable(
    connection: &mut AsyncPgConnection,
    goods: &Goods,
    limit: i64,
) -> QueryResult<Vec<PolicyRow>> {
    let mut named: Vec<uuid::Uuid> = goods.category_ids.iter().map(|category| category.0).collect();
    named.extend(goods.product_id.map(|product| product.0));
    named.extend(goods.seller_id.map(|seller| seller.0));
    let mut query = filtered(&PolicyFilter { downloadable: true, ..PolicyFilter::default() });
    query = match goods.seller_id {
        Some(seller) => query.filter(coupon_policy::seller_id.is_null().or(coupon_policy::seller_id.eq(seller))),
        None => query.filter(coupon_policy::seller_id.is_null()),
    };
    if goods.product_id.is_some() {
        let all = coupon_policy::scope.eq(CouponScope::All);
        query = query.filter(all.or(coupon_policy::scope_ids.overlaps_with(named)));
    } else if goods.seller_id.is_some() {
        // Of the marketplace's coupons for single sellers, those for another one are of no use.
        let not_for_sellers = coupon_policy::scope.ne(CouponScope::Seller);
        query = query.filter(not_for_sellers.or(coupon_policy::scope_ids.overlaps_with(named)));
    }
    query
        .order((coupon_policy::ends_at, coupon_policy::id))
        .limit(limit)
        .select(PolicyRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn policies_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[PolicyId],
) -> QueryResult<Vec<PolicyRow>> {
    coupon_policy::table.filter(coupon_policy::id.among(ids)).select(PolicyRow::as_select()).load(connection).await
}

/// The policy that is known under a code, unless it is over.
pub(crate) async fn policy_by_code(connection: &mut AsyncPgConnection, code: &str) -> QueryResult<Option<PolicyRow>> {
    coupon_policy::table
        .filter(coupon_policy::code.eq(code))
        .filter(coupon_policy::state.ne(CouponPolicyState::Ended))
        .select(PolicyRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Locks policies for the rest of the transaction, in the order of their ids.
pub(crate) async fn lock_policies(connection: &mut AsyncPgConnection, ids: &[PolicyId]) -> QueryResult<Vec<PolicyRow>> {
    coupon_policy::table
        .filter(coupon_policy::id.eq_any(ids))
        .order(coupon_policy::id)
        .for_no_key_update()
        .select(PolicyRow::as_select())
        .load(connection)
        .await
}

/// Locks up to `limit` policies whose time has come to start, or to end.
pub(crate) async fn lock_due_policies(
    connection: &mut AsyncPgConnection,
    to_end: bool,
    limit: i64,
) -> QueryResult<Vec<PolicyRow>> {
    use CouponPolicyState as S;
    let mut query = coupon_policy::table.into_boxed();
    query = if to_end {
        let running = [S::Scheduled, S::Active, S::Paused, S::Exhausted];
        query.filter(coupon_policy::state.eq_any(running)).filter(coupon_policy::ends_at.le(diesel::dsl::now))
    } else {
        query.filter(coupon_policy::state.eq(S::Scheduled)).filter(coupon_policy::starts_at.le(diesel::dsl::now))
    };
    let due: Vec<PolicyId> =
        query.order(coupon_policy::id).limit(limit).select(coupon_policy::id).load(connection).await?;
    lock_policies(connection, &due).await
}

pub(crate) async fn insert_policy(
    connection: &mut AsyncPgConnection,
    seller_id: Option<SellerId>,
    terms: &PolicyTerms,
    created_by: Option<UserId>,
) -> QueryResult<PolicyRow> {
    diesel::insert_into(coupon_policy::table)
        .values((
            coupon_policy::id.eq(PolicyId::new()),
            coupon_policy::seller_id.eq(seller_id),
            coupon_policy::state.eq(CouponPolicyState::Draft),
            coupon_policy::created_by.eq(created_by),
            terms,
        ))
        .returning(PolicyRow::as_returning())
        .get_result(connection)
        .await
}

pub(crate) async fn update_terms(
    connection: &mut AsyncPgConnection,
    id: PolicyId,
    terms: &PolicyTerms,
) -> QueryResult<PolicyRow> {
    diesel::update(coupon_policy::table.find(id))
        .set((terms, coupon_policy::updated_at.eq(diesel::dsl::now)))
        .returning(PolicyRow::as_returning())
        .get_result(connection)
        .await
}

/// Why a policy's state changes, and by whom.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cause<'a> {
    pub(crate) reason: Option<&'a str>,
    pub(crate) changed_by: Option<UserId>,
    pub(crate) trace_parent: Option<&'a str>,
}

/// Writes a policy's new state, its history and its event. `policy` is locked and as it was before.
pub(crate) async fn set_policy_state(
    connection: &mut AsyncPgConnection,
    policy: &PolicyRow,
    to: CouponPolicyState,
    cause: Cause<'_>,
) -> QueryResult<PolicyRow> {
    let moved = diesel::update(coupon_policy::table.find(policy.id))
        .set((coupon_policy::state.eq(to), coupon_policy::updated_at.eq(diesel::dsl::now)))
        .returning(PolicyRow::as_returning())
        .get_result(connection)
        .await?;
    record_policy_change(connection, policy, Some(policy.state), to, cause).await?;
    Ok(moved)
}

/// Writes what happened to a policy into its history and tells it.
pub(crate) async fn record_policy_change(
    connection: &mut AsyncPgConnection,
    policy: &PolicyRow,
    from: Option<CouponPolicyState>,
    to: CouponPolicyState,
    cause: Cause<'_>,
) -> QueryResult<()> {
    diesel::insert_into(coupon_policy_change::table)
        .values((
            coupon_policy_change::policy_id.eq(policy.id),
            coupon_policy_change::from_state.eq(from),
            coupon_policy_change::to_state.eq(to),
            coupon_policy_change::reason.eq(cause.reason),
            coupon_policy_change::changed_by.eq(cause.changed_by),
        ))
        .execute(connection)
        .await?;
    let fact = PolicyChanged {
        policy_id: policy.id,
        seller_id: policy.seller_id,
        name: policy.terms.name.clone(),
        from,
        to,
        reason: cause.reason.map(str::to_owned),
        changed_by: cause.changed_by,
    };
    append(connection, &fact, cause.trace_parent).await
}

/// A policy's changes, the oldest first.
pub(crate) async fn policy_changes(
    connection: &mut AsyncPgConnection,
    id: PolicyId,
) -> QueryResult<Vec<PolicyChangeRow>> {
    coupon_policy_change::table
        .filter(coupon_policy_change::policy_id.eq(id))
        .order(coupon_policy_change::id)
        .select(PolicyChangeRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn add_to_budget_spent(
    connection: &mut AsyncPgConnection,
    id: PolicyId,
    amount: i64,
) -> QueryResult<PolicyRow> {
    diesel::update(coupon_policy::table.find(id))
        .set((
            coupon_policy::budget_spent.eq(coupon_policy::budget_spent + amount),
            coupon_policy::updated_at.eq(diesel::dsl::now),
        ))
        .returning(PolicyRow::as_returning())
        .get_result(connection)
        .await
}
