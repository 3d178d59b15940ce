//! Something is sent once more, because somebody says so.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::Notifications;
use crate::error::{Failure, UserErrorCode};
use crate::model::{DeliveryId, DeliveryRow};
use crate::rules::{DeliveryCommand, after};
use crate::store;

/// Sends a delivery again: a seller's member what went to the seller's system, staff everything.
pub(crate) async fn redeliver(
    notifications: &Notifications,
    id: DeliveryId,
    context: &RequestContext,
) -> Result<DeliveryRow, Failure> {
    let refusal = |code: UserErrorCode| Failure::from(code.at(&["deliveryId"], context.language));
    let mut connection = notifications.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let not_found = || refusal(UserErrorCode::DeliveryNotFound);
            let row = store::lock_delivery(connection, id).await?.ok_or_else(not_found)?;
            if !context.principal.has_scope(Scope::StaffNotifications) {
                let endpoint = match row.endpoint_id {
                    Some(endpoint) => store::endpoint(connection, endpoint).await?,
                    None => None,
                };
                let own = endpoint.is_some_and(|endpoint| context.principal.manages(endpoint.seller_id.0));
                if !own {
                    return Err(not_found());
                }
            }
            after(row.state, DeliveryCommand::Redeliver).map_err(refusal)?;
            let entry = Entry::on("notification", id).before(json!({ "state": row.state }));
            audit::of_staff(connection, context, entry).await?;
            Ok(store::restart(connection, id).await?)
        })
        .await?;
    drop(connection);
    notifications.wake.notify_one();
    Ok(row)
}
