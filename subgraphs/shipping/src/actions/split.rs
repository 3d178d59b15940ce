//! A parcel becomes two, when not all of it fits or is at hand.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::collect::first_change;
use super::{Failure, Shipping, require_seller};
use crate::error::UserErrorCode;
use crate::events::{ShipmentFact, tell};
use crate::model::{LineId, ShipmentDirection, ShipmentId, ShipmentRow, ShipmentState};
use crate::rules::{ShipmentCommand, next_state};
use crate::store;

/// Moves some of a parcel's lines into a new one. Returns both, the old one first.
pub(crate) async fn split_shipment(
    shipping: &Shipping,
    id: ShipmentId,
    mut lines: Vec<LineId>,
    context: &RequestContext,
) -> Result<[ShipmentRow; 2], Failure> {
    lines.sort_unstable();
    lines.dedup();
    let refuse = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let mut connection = shipping.database.connection().await?;
    let rows = connection
        .transaction(async |connection| {
            let found = store::lock_shipment(connection, id).await?;
            let row = found.ok_or_else(|| refuse(UserErrorCode::ShipmentNotFound, "shipmentId"))?;
            require_seller(row.seller_id, &["shipmentId"], context)?;
            next_state(row.state, ShipmentCommand::Split).map_err(|code| refuse(code, "shipmentId"))?;
            let all = store::lines_of(connection, &[id]).await?.len();
            // What is sent for a claim comes in one parcel.
            if lines.is_empty() || lines.len() >= all || row.direction != ShipmentDirection::Outbound {
                return Err(refuse(UserErrorCode::InvalidSplit, "lineIds"));
            }
            let (new_id, now) = (ShipmentId::new(), Utc::now());
            // The new parcel collects nothing by itself: its key is its own.
            let part =
                ShipmentRow { id: new_id, bundle_key: new_id.0, created_at: now, updated_at: now, ..row.clone() };
            store::insert_shipment(connection, &part).await?;
            if store::move_lines(connection, id, &lines, new_id).await? != lines.len() {
                return Err(refuse(UserErrorCode::InvalidSplit, "lineIds"));
            }
            store::insert_change(connection, &first_change(&part)).await?;
            let entry = Entry::on("shipping", id).after(json!({ "part": new_id, "lineIds": lines }));
            audit::of_staff(connection, context, entry).await?;
            let fact = ShipmentFact::of(&part, lines.clone(), now);
            tell(connection, part.direction, ShipmentState::Ready, fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>([row, part])
        })
        .await?;
    drop(connection);
    shipping.outbox.wake();
    Ok(rows)
}
