//! Queries on policies, bundle groups and the products that are assigned to policies.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;

use crate::model::{BundleGroupId, BundleGroupRow, Policy, PolicyId, PolicyRow, ProductId, ProductPolicyRow, SellerId};
use crate::schema::{bundle_group, product_policy, shipping_policy};

fn joined(rows: Vec<(PolicyRow, Option<BundleGroupRow>)>) -> Vec<Policy> {
    rows.into_iter().map(|(row, group)| Policy { row, group }).collect()
}

pub(crate) async fn policies_by_id(connection: &mut AsyncPgConnection, ids: &[PolicyId]) -> QueryResult<Vec<Policy>> {
    let rows = shipping_policy::table
        .left_join(bundle_group::table)
        .filter(shipping_policy::id.among(ids))
        .select((PolicyRow::as_select(), Option::<BundleGroupRow>::as_select()))
        .load(connection)
        .await?;
    Ok(joined(rows))
}

/// All policies of these sellers, the oldest first.
pub(crate) async fn policies_by_seller(
    connection: &mut AsyncPgConnection,
    sellers: &[SellerId],
) -> QueryResult<Vec<Policy>> {
    let rows = shipping_policy::table
        .left_join(bundle_group::table)
        .filter(shipping_policy::seller_id.among(sellers))
        .order((shipping_policy::seller_id, shipping_policy::id))
        .select((PolicyRow::as_select(), Option::<BundleGroupRow>::as_select()))
        .load(connection)
        .await?;
    Ok(joined(rows))
}

/// The policies of those products that have one of their own.
pub(crate) async fn policies_by_product(
    connection: &mut AsyncPgConnection,
    products: &[ProductId],
) -> QueryResult<Vec<(ProductId, Policy)>> {
    let rows: Vec<(ProductId, PolicyRow, Option<BundleGroupRow>)> = product_policy::table
        .inner_join(shipping_policy::table.left_join(bundle_group::table))
        .filter(product_policy::product_id.among(products))
        .select((product_policy::product_id, PolicyRow::as_select(), Option::<BundleGroupRow>::as_select()))
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|(product, row, group)| (product, Policy { row, group })).collect())
}

pub(crate) async fn groups_by_seller(
    connection: &mut AsyncPgConnection,
    sellers: &[SellerId],
) -> QueryResult<Vec<BundleGroupRow>> {
    bundle_group::table
        .filter(bundle_group::seller_id.among(sellers))
        .order((bundle_group::seller_id, bundle_group::id))
        .select(BundleGroupRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn group(
    connection: &mut AsyncPgConnection,
    id: BundleGroupId,
) -> QueryResult<Option<BundleGroupRow>> {
    bundle_group::table.find(id).select(BundleGroupRow::as_select()).first(connection).await.optional()
}

/// Inserts the group, or changes its name and rule.
pub(crate) async fn save_group(connection: &mut AsyncPgConnection, row: &BundleGroupRow) -> QueryResult<()> {
    diesel::insert_into(bundle_group::table)
        .values(row)
        .on_conflict(bundle_group::id)
        .do_update()
        .set((bundle_group::name.eq(&row.name), bundle_group::rule.eq(row.rule)))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete_group(connection: &mut AsyncPgConnection, id: BundleGroupId) -> QueryResult<()> {
    diesel::delete(bundle_group::table.find(id)).execute(connection).await?;
    Ok(())
}

/// Locks a policy for the rest of the transaction.
pub(crate) async fn lock_policy(connection: &mut AsyncPgConnection, id: PolicyId) -> QueryResult<Option<PolicyRow>> {
    shipping_policy::table
        .find(id)
        .for_no_key_update()
        .select(PolicyRow::as_select())
        .first(connection)
        .await
        .optional()
}

pub(crate) async fn insert_policy(connection: &mut AsyncPgConnection, row: &PolicyRow) -> QueryResult<()> {
    diesel::insert_into(shipping_policy::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn insert_new_policies(connection: &mut AsyncPgConnection, rows: &[PolicyRow]) -> QueryResult<usize> {
    diesel::insert_into(shipping_policy::table).values(rows).on_conflict_do_nothing().execute(connection).await
}

pub(crate) async fn update_policy(connection: &mut AsyncPgConnection, row: &PolicyRow) -> QueryResult<()> {
    diesel::update(shipping_policy::table.find(row.id))
        .set((
            shipping_policy::name.eq(&row.name),
            shipping_policy::kind.eq(row.kind),
            shipping_policy::fee.eq(row.fee),
            shipping_policy::free_from.eq(row.free_from),
            shipping_policy::pieces_per_fee.eq(row.pieces_per_fee),
            shipping_policy::bundle_group_id.eq(row.bundle_group_id),
            shipping_policy::ships_alone.eq(row.ships_alone),
            shipping_policy::jeju_surcharge.eq(row.jeju_surcharge),
            shipping_policy::remote_surcharge.eq(row.remote_surcharge),
            shipping_policy::return_fee.eq(row.return_fee),
            shipping_policy::exchange_fee.eq(row.exchange_fee),
            shipping_policy::dispatch_days.eq(row.dispatch_days),
            shipping_policy::cut_off.eq(row.cut_off),
            shipping_policy::updated_at.eq(diesel::dsl::now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the policy its seller's default.
pub(crate) async fn set_default(connection: &mut AsyncPgConnection, seller: SellerId, id: PolicyId) -> QueryResult<()> {
    diesel::update(shipping_policy::table)
        .filter(shipping_policy::seller_id.eq(seller))
        .filter(shipping_policy::is_default)
        .filter(shipping_policy::id.ne(id))
        .set(shipping_policy::is_default.eq(false))
        .execute(connection)
        .await?;
    diesel::update(shipping_policy::table.find(id))
        .set(shipping_policy::is_default.eq(true))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete_policy(connection: &mut AsyncPgConnection, id: PolicyId) -> QueryResult<()> {
    diesel::delete(shipping_policy::table.find(id)).execute(connection).await?;
    Ok(())
}

/// One after the other changes a seller's policies, so that exactly one is its default.
pub(crate) async fn lock_seller(connection: &mut AsyncPgConnection, seller: SellerId) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 16))")
        .bind::<diesel::sql_types::Uuid, _>(seller)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn assign(connection: &mut AsyncPgConnection, rows: &[ProductPolicyRow]) -> QueryResult<()> {
    diesel::insert_into(product_policy::table)
        .values(rows)
        .on_conflict(product_policy::product_id)
        .do_update()
        .set(product_policy::policy_id.eq(diesel::upsert::excluded(product_policy::policy_id)))
        .execute(connection)
        .await?;
    Ok(())
}

/// The products are sent under their seller's default policy again.
pub(crate) async fn unassign(connection: &mut AsyncPgConnection, products: &[ProductId]) -> QueryResult<()> {
    diesel::delete(product_policy::table.filter(product_policy::product_id.eq_any(products)))
        .execute(connection)
        .await?;
    Ok(())
}
