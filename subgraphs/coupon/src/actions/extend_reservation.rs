//! An order waits longer for its payment: its coupons are kept as long.

use chrono::{DateTime, Utc};

use super::Coupons;
use crate::error::Failure;
use crate::model::OrderId;
use crate::store;

/// Keeps the order's coupons until `expires_at`, never shorter than before; asked again, nothing changes. Returns whether it
/// holds any.
pub(crate) async fn extend_coupons(
    coupons: &Coupons,
    order_id: OrderId,
    expires_at: DateTime<Utc>,
) -> Result<bool, Failure> {
    let mut connection = coupons.database.connection().await?;
    Ok(store::extend_held(&mut connection, order_id, expires_at).await?)
}
