//! A seller's policies and bundle groups, and the products that are sent under them.

use chrono::NaiveTime;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::errors::GraphError;
use platform::graph::RequestContext;

use super::{Failure, Shipping, require_manager};
use crate::clients::{ProductSeller, product_seller};
use crate::error::{Refusal, UserErrorCode};
use crate::model::{
    BundleGroupId, BundleGroupRow, BundleRule, Policy, PolicyId, PolicyRow, ProductId, ProductPolicyRow, SellerId,
    ShippingPolicyKind,
};
use crate::rules::{LARGEST_AMOUNT, LONGEST_DISPATCH};
use crate::store;

const LONGEST_NAME: usize = 60;
/// The most policies, or groups, of a seller.
const MOST_POLICIES: usize = 100;
/// The most products that are assigned at once.
const MOST_PRODUCTS: usize = 100;

/// A policy as the seller wants it.
#[derive(Clone, Debug)]
pub(crate) struct PolicyChange {
    pub(crate) name: String,
    pub(crate) kind: ShippingPolicyKind,
    pub(crate) fee: i64,
    pub(crate) free_from: Option<i64>,
    pub(crate) pieces_per_fee: Option<i32>,
    pub(crate) bundle_group_id: Option<BundleGroupId>,
    pub(crate) ships_alone: bool,
    pub(crate) jeju_surcharge: i64,
    pub(crate) remote_surcharge: i64,
    pub(crate) return_fee: i64,
    pub(crate) exchange_fee: i64,
    pub(crate) dispatch_days: i32,
    pub(crate) cut_off: String,
}

/// A bundle group as the seller wants it.
#[derive(Clone, Debug)]
pub(crate) struct GroupChange {
    pub(crate) name: String,
    pub(crate) rule: BundleRule,
}

/// The text without surrounding space, when it can be a name.
fn name_of(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// The row that a change makes of a policy.
fn checked(
    change: PolicyChange,
    (id, seller_id, is_default): (PolicyId, SellerId, bool),
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    let mut refusals: Vec<Refusal> = Vec::new();
    let mut refuse = |code: UserErrorCode, field: &str| refusals.push(code.at(&["policy", field], context.language));
    let name = name_of(&change.name);
    let cut_off = NaiveTime::parse_from_str(&change.cut_off, "%H:%M").ok();
    if name.is_none() {
        refuse(UserErrorCode::InvalidName, "name");
    }
    if cut_off.is_none() {
        refuse(UserErrorCode::InvalidCutOff, "cutOff");
    }
    for (amount, field) in [
        (change.fee, "fee"),
        (change.jeju_surcharge, "jejuSurcharge"),
        (change.remote_surcharge, "remoteSurcharge"),
        (change.return_fee, "returnFee"),
        (change.exchange_fee, "exchangeFee"),
    ] {
        if !(0..=LARGEST_AMOUNT).contains(&amount) {
            refuse(UserErrorCode::InvalidAmount, field);
        }
    }
    let is = |kind: ShippingPolicyKind| change.kind == kind;
    if is(ShippingPolicyKind::Free) && change.fee != 0 {
        refuse(UserErrorCode::InvalidAmount, "fee");
    }
    let free_from_fits = change.free_from.is_none_or(|amount| (1..=LARGEST_AMOUNT).contains(&amount));
    if change.free_from.is_some() != is(ShippingPolicyKind::ConditionalFree) || !free_from_fits {
        refuse(UserErrorCode::InvalidAmount, "freeFrom");
    }
    let pieces_fit = change.pieces_per_fee.is_none_or(|pieces| (1..=10_000).contains(&pieces));
    if change.pieces_per_fee.is_some() != is(ShippingPolicyKind::ByQuantity) || !pieces_fit {
        refuse(UserErrorCode::InvalidAmount, "piecesPerFee");
    }
    if !(0..=LONGEST_DISPATCH).contains(&change.dispatch_days) {
        refuse(UserErrorCode::InvalidDispatchDays, "dispatchDays");
    }
    if change.ships_alone && change.bundle_group_id.is_some() {
        refuse(UserErrorCode::AloneOrBundled, "shipsAlone");
    }
    match (name, cut_off) {
        (Some(name), Some(cut_off)) if refusals.is_empty() => Ok(PolicyRow {
            id,
            seller_id,
            name,
            kind: change.kind,
            fee: change.fee,
            free_from: change.free_from,
            pieces_per_fee: change.pieces_per_fee,
            bundle_group_id: change.bundle_group_id,
            ships_alone: change.ships_alone,
            jeju_surcharge: change.jeju_surcharge,
            remote_surcharge: change.remote_surcharge,
            return_fee: change.return_fee,
            exchange_fee: change.exchange_fee,
            dispatch_days: change.dispatch_days,
            cut_off,
            is_default,
        }),
        _ => Err(Failure::Refused(refusals)),
    }
}

/// A policy of the caller's seller, locked.
async fn own_policy(
    connection: &mut AsyncPgConnection,
    id: PolicyId,
    context: &RequestContext,
) -> Result<PolicyRow, Failure> {
    let found = store::lock_policy(connection, id).await?;
    let row = found.ok_or_else(|| UserErrorCode::PolicyNotFound.at(&["policyId"], context.language))?;
    require_manager(row.seller_id, &["policyId"], context)?;
    Ok(row)
}

/// A bundle group of the caller's seller.
async fn own_group(
    connection: &mut AsyncPgConnection,
    id: BundleGroupId,
    context: &RequestContext,
) -> Result<BundleGroupRow, Failure> {
    let found = store::group(connection, id).await?;
    let row = found.ok_or_else(|| UserErrorCode::BundleGroupNotFound.at(&["bundleGroupId"], context.language))?;
    require_manager(row.seller_id, &["bundleGroupId"], context)?;
    Ok(row)
}

/// Writes a new policy of a seller, or changes one. A seller's first policy is the default.
pub(crate) async fn save_policy(
    shipping: &Shipping,
    target: Result<PolicyId, SellerId>,
    change: PolicyChange,
    context: &RequestContext,
) -> Result<Policy, Failure> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            let (id, seller_id, is_default) = match target {
                Ok(id) => {
                    let row = own_policy(connection, id, context).await?;
                    (id, row.seller_id, row.is_default)
                }
                Err(seller_id) => {
                    require_manager(seller_id, &["sellerId"], context)?;
                    store::lock_seller(connection, seller_id).await?;
                    let policies = store::policies_by_seller(connection, &[seller_id]).await?;
                    if policies.len() >= MOST_POLICIES {
                        return Err(UserErrorCode::TooMany.at(&["sellerId"], context.language).into());
                    }
                    (PolicyId::new(), seller_id, policies.is_empty())
                }
            };
            let group = match change.bundle_group_id {
                Some(group) => store::group(connection, group).await?.filter(|group| group.seller_id == seller_id),
                None => None,
            };
            if change.bundle_group_id.is_some() && group.is_none() {
                let field = ["policy", "bundleGroupId"];
                return Err(UserErrorCode::BundleGroupNotFound.at(&field, context.language).into());
            }
            let row = checked(change, (id, seller_id, is_default), context)?;
            if target.is_ok() {
                store::update_policy(connection, &row).await?;
            } else {
                store::insert_policy(connection, &row).await?;
            }
            let entry = Entry::on("shipping", id).after(json!({ "sellerId": seller_id, "name": row.name }));
            audit::of_staff(connection, context, entry).await?;
            Ok(Policy { row, group })
        })
        .await
}

/// Removes a policy; its products are sent under the default again.
pub(crate) async fn delete_policy(
    shipping: &Shipping,
    id: PolicyId,
    context: &RequestContext,
) -> Result<PolicyId, Failure> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            if own_policy(connection, id, context).await?.is_default {
                return Err(UserErrorCode::DefaultPolicy.at(&["policyId"], context.language).into());
            }
            store::delete_policy(connection, id).await?;
            audit::of_staff(connection, context, Entry::on("shipping", id)).await?;
            Ok(id)
        })
        .await
}

/// Makes a policy the one under which products are sent that have none of their own.
pub(crate) async fn set_default_policy(
    shipping: &Shipping,
    id: PolicyId,
    context: &RequestContext,
) -> Result<Policy, Failure> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            let row = own_policy(connection, id, context).await?;
            store::lock_seller(connection, row.seller_id).await?;
            store::set_default(connection, row.seller_id, id).await?;
            let entry = Entry::on("shipping", id).after(json!({ "sellerId": row.seller_id }));
            audit::of_staff(connection, context, entry).await?;
            let policy = store::policies_by_id(connection, &[id]).await?.into_iter().next();
            policy.ok_or_else(|| GraphError::internal("a policy that was locked is gone").into())
        })
        .await
}

/// Lets products of a policy's seller be sent under it; without a policy, under the seller's default again.
pub(crate) async fn assign_policy(
    shipping: &Shipping,
    seller_id: SellerId,
    products: Vec<ProductId>,
    policy_id: Option<PolicyId>,
    context: &RequestContext,
) -> Result<Vec<ProductId>, Failure> {
    require_manager(seller_id, &["sellerId"], context)?;
    if products.is_empty() || products.len() > MOST_PRODUCTS {
        return Err(UserErrorCode::TooMany.at(&["productIds"], context.language).into());
    }
    // Whose a product is, its owner knows; asked before a transaction begins.
    for (index, product) in products.iter().enumerate() {
        let variables = product_seller::Variables { id: product.to_string() };
        let found = shipping.graph.ask::<ProductSeller>("product", variables, context).await?.product;
        if found.is_none_or(|product| product.seller.id != seller_id.to_string()) {
            let field = ["productIds", &index.to_string()];
            return Err(UserErrorCode::ProductNotFound.at(&field, context.language).into());
        }
    }
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            let facts = json!({ "policyId": policy_id, "productIds": products });
            audit::of_staff(connection, context, Entry::on("shipping", seller_id).after(facts)).await?;
            let Some(policy_id) = policy_id else {
                store::unassign(connection, &products).await?;
                return Ok(products);
            };
            if own_policy(connection, policy_id, context).await?.seller_id != seller_id {
                return Err(UserErrorCode::PolicyNotFound.at(&["policyId"], context.language).into());
            }
            let mut rows: Vec<ProductPolicyRow> =
                products.iter().map(|product_id| ProductPolicyRow { product_id: *product_id, policy_id }).collect();
            rows.sort_by_key(|row| row.product_id);
            rows.dedup_by_key(|row| row.product_id);
            store::assign(connection, &rows).await?;
            Ok(products)
        })
        .await
}

/// Writes a new bundle group of a seller, or changes one.
pub(crate) async fn save_group(
    shipping: &Shipping,
    target: Result<BundleGroupId, SellerId>,
    change: GroupChange,
    context: &RequestContext,
) -> Result<BundleGroupRow, Failure> {
    let name = name_of(&change.name);
    let name = name.ok_or_else(|| UserErrorCode::InvalidName.at(&["name"], context.language))?;
    let mut connection = shipping.database.connection().await?;
    let (id, seller_id) = match target {
        Ok(id) => (id, own_group(&mut connection, id, context).await?.seller_id),
        Err(seller_id) => {
            require_manager(seller_id, &["sellerId"], context)?;
            if store::groups_by_seller(&mut connection, &[seller_id]).await?.len() >= MOST_POLICIES {
                return Err(UserErrorCode::TooMany.at(&["sellerId"], context.language).into());
            }
            (BundleGroupId::new(), seller_id)
        }
    };
    let row = BundleGroupRow { id, seller_id, name, rule: change.rule };
    connection
        .transaction(async |connection| {
            store::save_group(connection, &row).await?;
            let entry = Entry::on("shipping", id).after(json!({ "sellerId": seller_id, "name": row.name }));
            audit::of_staff(connection, context, entry).await
        })
        .await?;
    Ok(row)
}

/// Removes a bundle group; its policies are bundled with nothing but themselves then.
pub(crate) async fn delete_group(
    shipping: &Shipping,
    id: BundleGroupId,
    context: &RequestContext,
) -> Result<BundleGroupId, Failure> {
    let mut connection = shipping.database.connection().await?;
    connection
        .transaction(async |connection| {
            own_group(connection, id, context).await?;
            store::delete_group(connection, id).await?;
            audit::of_staff(connection, context, Entry::on("shipping", id)).await?;
            Ok(id)
        })
        .await
}
