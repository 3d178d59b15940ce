//! Stock is kept for an order: all that it wants, or nothing.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::{Inventory, Outcome, variants_of};
use crate::error::{Failure, UserErrorCode};
use crate::events::{LevelChange, tell_crossings};
use crate::model::{GroupRow, OrderId, ReservationState, Reserved, VariantId};
use crate::rules::{Answer, ReservationCommand, answer, merged_lines, shortages};
use crate::store;

/// Reserves the lines until `expires_at`. The order's id is the idempotency key: asked again, the first reservation is
/// returned as it stands; after a release it is refused.
pub(crate) async fn reserve_stock(
    inventory: &Inventory,
    order_id: OrderId,
    lines: &[(VariantId, i32)],
    expires_at: DateTime<Utc>,
    context: &RequestContext,
) -> Result<Outcome, Failure> {
    let wanted = merged_lines(lines).ok_or_else(|| UserErrorCode::InvalidQuantity.at(&["lines"], context.language))?;
    let group = GroupRow { order_id, state: ReservationState::Held, expires_at };
    let parts = store::parts_for(&wanted);
    let mut connection = inventory.database.connection().await?;
    if store::hold_plenty(&mut connection, order_id, &parts, expires_at).await? {
        drop(connection);
        inventory.levels.forget(variants_of(&parts));
        return Ok(Outcome::Done(Reserved { group, parts }));
    }
    let reserved = connection
        .transaction(async |connection| {
            // The items before the group, as above: two requests for one order take turns and do not block each other.
            let items = store::lock_items(connection, &variants_of(&parts)).await?;
            if !store::insert_group(connection, order_id, group.state, expires_at, None).await? {
                return Ok(as_it_stands(store::lock_reserved(connection, order_id).await?, context)?);
            }
            let short = shortages(&wanted, &items);
            if !short.is_empty() {
                // Undoes the group as well: the order may ask again for less.
                return Err(Refused::Short(short));
            }
            store::hold(connection, order_id, &parts).await?;
            let changes: Vec<LevelChange<'_>> =
                items.iter().zip(&parts).map(|(item, part)| LevelChange::by(item, -part.quantity)).collect();
            let told = tell_crossings(connection, &changes, context.trace_parent.as_deref()).await?;
            Ok((Reserved { group, parts }, told))
        })
        .await;
    drop(connection);
    match reserved {
        Ok((reserved, told)) => {
            inventory.levels.forget(variants_of(&reserved.parts));
            if told {
                inventory.outbox.wake();
            }
            Ok(Outcome::Done(reserved))
        }
        Err(Refused::Short(short)) => Ok(Outcome::Short(short)),
        Err(Refused::Failure(failure)) => Err(failure),
    }
}

enum Refused {
    Short(Vec<crate::model::Shortage>),
    Failure(Failure),
}

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

fn as_it_stands(known: Option<Reserved>, context: &RequestContext) -> Result<(Reserved, bool), Failure> {
    let known = known.ok_or(diesel::result::Error::NotFound)?;
    match answer(Some(known.group.state), ReservationCommand::Reserve) {
        Answer::Refused(code) => Err(code.at(&["orderId"], context.language).into()),
        Answer::Stands | Answer::Moves(_) => Ok((known, false)),
    }
}
