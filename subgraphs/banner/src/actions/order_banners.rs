//! In which order a slot shows its banners.

use std::collections::BTreeSet;

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::Banners;
use crate::error::{Failure, UserErrorCode};
use crate::model::{BannerId, BannerRow, SlotId};
use crate::store;

/// Gives a slot's banners that are not over this order. It must name each of them once, so that nobody overlooks one that
/// was added meanwhile.
pub(crate) async fn order_banners(
    banners: &Banners,
    slot_id: SlotId,
    order: &[BannerId],
    context: &RequestContext,
) -> Result<Vec<BannerId>, Failure> {
    let mut connection = banners.database.connection().await?;
    connection
        .transaction(async |connection| {
            let refusal = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
            if store::lock_slot(connection, slot_id).await?.is_none() {
                return Err(refusal(UserErrorCode::SlotNotFound, "slotId"));
            }
            let known: Vec<BannerRow> = store::unended(connection, slot_id).await?;
            let known: BTreeSet<BannerId> = known.into_iter().map(|row| row.id).collect();
            let named: BTreeSet<BannerId> = order.iter().copied().collect();
            if named != known || named.len() != order.len() {
                return Err(refusal(UserErrorCode::InvalidOrder, "bannerIds"));
            }
            for (id, position) in order.iter().zip(1..) {
                store::set_position(connection, *id, position).await?;
            }
            let entry = Entry::on("banner", slot_id).after(json!({ "bannerIds": order }));
            audit::of_staff(connection, context, entry).await?;
            Ok(())
        })
        .await?;
    banners.placements.forget();
    Ok(order.to_vec())
}
