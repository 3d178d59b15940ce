//! A seller can sell, or cannot any more: its products follow.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncConnection as _;
use platform::events::HandlerError;

use super::Catalogue;
use crate::events::SellerStateChanged;
use crate::store;

/// Records the newest of what was heard. Repeating it changes nothing, so that no inbox entry is needed.
pub(crate) async fn hear_seller(
    catalogue: &Catalogue,
    fact: &SellerStateChanged,
    occurred_at: DateTime<Utc>,
) -> Result<(), HandlerError> {
    let mut connection = catalogue.database.connection().await?;
    let changed = connection
        .transaction(async |connection| {
            if !store::set_seller(connection, fact.seller_id, fact.can_sell, occurred_at).await? {
                return QueryResult::Ok(0);
            }
            store::set_seller_can_sell(connection, fact.seller_id, fact.can_sell).await
        })
        .await?;
    drop(connection);
    if changed > 0 {
        tracing::info!(seller = %fact.seller_id, can_sell = fact.can_sell, changed, "a seller's products follow its state");
        catalogue.recent.forget_products();
    }
    Ok(())
}
