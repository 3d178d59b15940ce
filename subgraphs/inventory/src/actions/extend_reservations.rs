//! An order waits longer for its payment: what it holds is kept as long.

use chrono::{DateTime, Utc};

use super::Inventory;
use crate::error::Failure;
use crate::model::OrderId;
use crate::store;

/// Keeps what the order holds until `expires_at`, never shorter than before; asked again, nothing changes. Returns whether it
/// holds anything: what had expired is taken anew only when the order is paid.
pub(crate) async fn extend_reservations(
    inventory: &Inventory,
    order_id: OrderId,
    expires_at: DateTime<Utc>,
) -> Result<bool, Failure> {
    let mut connection = inventory.database.connection().await?;
    Ok(store::extend_held(&mut connection, order_id, expires_at).await?)
}
