//! Policies of many sellers at once, for demonstration and load work.

use chrono::NaiveTime;
use platform::database::Database;
use platform::errors::GraphError;
use uuid::Uuid;

use crate::model::{PolicyId, PolicyRow, SellerId, ShippingPolicyKind};
use crate::store;

/// The default policy of a seller: a fee, and none from an amount on.
#[derive(Clone, Copy, Debug)]
pub struct SeedPolicies {
    /// The seller's id, without its prefix; its policy has the same.
    pub seller_id: Uuid,
    /// The fee in won.
    pub fee: i64,
    /// From which amount on sending costs nothing, in won.
    pub free_from: i64,
}

/// Gives those sellers a default policy that have none. Returns how many were new. Repeating it changes nothing.
///
/// # Errors
/// When the database fails, or a number is negative.
pub async fn seed(database: &Database, policies: &[SeedPolicies]) -> Result<usize, GraphError> {
    let rows: Vec<PolicyRow> = policies
        .iter()
        .map(|policy| PolicyRow {
            id: PolicyId(policy.seller_id),
            seller_id: SellerId(policy.seller_id),
            name: "기본 배송".to_owned(),
            kind: ShippingPolicyKind::ConditionalFree,
            fee: policy.fee,
            free_from: Some(policy.free_from),
            pieces_per_fee: None,
            bundle_group_id: None,
            ships_alone: false,
            jeju_surcharge: 3_000,
            remote_surcharge: 5_000,
            return_fee: policy.fee,
            exchange_fee: policy.fee * 2,
            dispatch_days: 1,
            cut_off: NaiveTime::from_hms_opt(14, 0, 0).unwrap_or(NaiveTime::MIN),
            is_default: true,
        })
        .collect();
    let mut connection = database.connection().await?;
    Ok(store::insert_new_policies(&mut connection, &rows).await?)
}
