//! An order is paid: what it holds leaves the stock.

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::{Inventory, Outcome, variants_of};
use crate::error::{Failure, UserErrorCode};
use crate::events::{LevelChange, tell_crossings};
use crate::model::{OrderId, ReservationState, Reserved, StockMovementKind, VariantId};
use crate::rules::{Answer, ReservationCommand, answer, shortages};
use crate::store::{self, Cause, Movement};

/// Takes the order's reservation out of the stock, once. When it had expired, the stock is taken anew if it is still
/// there; otherwise what is missing is returned and nothing changes.
pub(crate) async fn commit_reservations(
    inventory: &Inventory,
    order_id: OrderId,
    context: &RequestContext,
) -> Result<Outcome, Failure> {
    let mut connection = inventory.database.connection().await?;
    if let Some(reserved) = store::commit_held(&mut connection, order_id).await? {
        drop(connection);
        inventory.levels.forget(variants_of(&reserved.parts));
        return Ok(Outcome::Done(reserved));
    }
    let (outcome, told) = connection
        .transaction(async |connection| {
            let known = store::lock_reserved(connection, order_id).await?;
            let state = known.as_ref().map(|reserved| reserved.group.state);
            let to = match answer(state, ReservationCommand::Commit) {
                Answer::Moves(to) => Some(to),
                Answer::Stands => None,
                Answer::Refused(code) => return Err(Failure::from(code.at(&["orderId"], context.language))),
            };
            let not_found = || UserErrorCode::ReservationNotFound.at(&["orderId"], context.language);
            let mut reserved = known.ok_or_else(not_found)?;
            let Some(to) = to else { return Ok((Outcome::Done(reserved), false)) };
            let was_held = reserved.group.state == ReservationState::Held;
            let taken = take(connection, &reserved, was_held, context.trace_parent.as_deref()).await?;
            let told = match taken {
                Taken::Out { told } => told,
                Taken::Short(outcome) => return Ok((outcome, false)),
            };
            store::set_group_state(connection, order_id, to, None).await?;
            reserved.group.state = to;
            Ok((Outcome::Done(reserved), told))
        })
        .await?;
    drop(connection);
    if let Outcome::Done(reserved) = &outcome {
        inventory.levels.forget(variants_of(&reserved.parts));
    }
    if told {
        inventory.outbox.wake();
    }
    Ok(outcome)
}

enum Taken {
    Out { told: bool },
    Short(Outcome),
}

/// Takes the parts out: of what is held, or of what can be had.
async fn take(
    connection: &mut AsyncPgConnection,
    reserved: &Reserved,
    was_held: bool,
    trace_parent: Option<&str>,
) -> diesel::QueryResult<Taken> {
    let items = store::lock_items(connection, &variants_of(&reserved.parts)).await?;
    if !was_held {
        let wanted: Vec<(VariantId, i32)> =
            reserved.parts.iter().map(|part| (part.variant_id, part.quantity)).collect();
        let short = shortages(&wanted, &items);
        if !short.is_empty() {
            return Ok(Taken::Short(Outcome::Short(short)));
        }
    }
    let movements: Vec<Movement> = reserved
        .parts
        .iter()
        .map(|part| Movement {
            variant_id: part.variant_id,
            on_hand: -part.quantity,
            reserved: if was_held { -part.quantity } else { 0 },
        })
        .collect();
    let order_id = Some(reserved.group.order_id);
    let cause = Cause { kind: StockMovementKind::Sale, reason: None, order_id, claim_id: None };
    store::move_stock(connection, &movements, cause).await?;
    let changes: Vec<LevelChange<'_>> = items
        .iter()
        .zip(&movements)
        .map(|(item, movement)| LevelChange::by(item, movement.on_hand - movement.reserved))
        .collect();
    Ok(Taken::Out { told: tell_crossings(connection, &changes, trace_parent).await? })
}
