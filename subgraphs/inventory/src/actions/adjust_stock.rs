//! A seller or staff counted anew: what is on hand changes by hand, with a reason.

use std::collections::HashMap;

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::errors::UserError;
use platform::graph::RequestContext;
use platform::idempotency::{self, Begin, Claim};

use super::{Inventory, require_own};
use crate::error::{Failure, UserErrorCode};
use crate::events::{LevelChange, tell_crossings};
use crate::model::{StockItemRow, StockMovementKind, VariantId};
use crate::rules::{LARGEST_QUANTITY, MOST_LINES};
use crate::store::{self, Cause, Movement};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// What to change, and why.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Adjustment {
    /// By how much each variant's stock changes.
    pub(crate) deltas: Vec<(VariantId, i32)>,
    pub(crate) reason: String,
}

/// Changes the stock of all the variants, or of none. Needs an idempotency key: the same request again changes nothing
/// and returns the items as they are.
pub(crate) async fn adjust_stock(
    inventory: &Inventory,
    mut adjustment: Adjustment,
    context: &RequestContext,
) -> Result<Vec<StockItemRow>, Failure> {
    adjustment.reason = adjustment.reason.trim().to_owned();
    check(&adjustment, context)?;
    let variants: Vec<VariantId> = adjustment.deltas.iter().map(|(variant_id, _)| *variant_id).collect();
    let owner = context.principal.user_id.map(|id| id.to_string()).or_else(|| context.principal.service.clone());
    let key = context.idempotency_key.as_deref();
    let claim = Claim::new(owner.unwrap_or_default(), key, "adjustStock", &adjustment, context.language)?;
    let mut connection = inventory.database.connection().await?;
    if let Begin::Replay(_) = idempotency::begin(&mut connection, &claim, context.language).await? {
        context.note_replay();
        return Ok(store::items_by_variant(&mut connection, &variants).await?);
    }
    let outcome: Result<(Vec<StockItemRow>, bool), Failure> = connection
        .transaction(async |connection| {
            let told = adjust(connection, &adjustment, context).await?;
            idempotency::finish(connection, &claim, &variants).await?;
            Ok((store::items_by_variant(connection, &variants).await?, told))
        })
        .await;
    match outcome {
        Ok((items, told)) => {
            drop(connection);
            inventory.levels.forget(variants);
            if told {
                inventory.outbox.wake();
            }
            Ok(items)
        }
        Err(failure) => {
            idempotency::abandon(&mut connection, &claim).await?;
            Err(failure)
        }
    }
}

fn check(adjustment: &Adjustment, context: &RequestContext) -> Result<(), Failure> {
    let mut refusals = Vec::new();
    let count = adjustment.deltas.len();
    if count == 0 || count > MOST_LINES {
        refusals.push(UserErrorCode::InvalidQuantity.at(&["adjustments"], context.language));
    }
    let mut seen = std::collections::HashSet::new();
    for (index, (variant_id, delta)) in adjustment.deltas.iter().enumerate() {
        if *delta == 0 || delta.unsigned_abs() > LARGEST_QUANTITY.unsigned_abs() || !seen.insert(*variant_id) {
            let index = index.to_string();
            refusals.push(UserErrorCode::InvalidQuantity.at(&["adjustments", &index, "delta"], context.language));
        }
    }
    let length = adjustment.reason.chars().count();
    if length == 0 || length > LONGEST_REASON {
        refusals.push(UserErrorCode::ReasonRequired.at(&["reason"], context.language));
    }
    if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
}

async fn adjust(
    connection: &mut AsyncPgConnection,
    adjustment: &Adjustment,
    context: &RequestContext,
) -> Result<bool, Failure> {
    let variants: Vec<VariantId> = adjustment.deltas.iter().map(|(variant_id, _)| *variant_id).collect();
    let items = store::lock_items(connection, &variants).await?;
    let by_variant: HashMap<VariantId, &StockItemRow> = items.iter().map(|item| (item.variant_id, item)).collect();
    let (mut refusals, mut changes, mut movements) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (variant_id, delta)) in adjustment.deltas.iter().enumerate() {
        let index = index.to_string();
        let refusal = |code: UserErrorCode, field: &str| -> UserError<UserErrorCode> {
            code.at(&["adjustments", &index, field], context.language)
        };
        let Some(item) = by_variant.get(variant_id) else {
            refusals.push(refusal(UserErrorCode::StockItemNotFound, "variantId"));
            continue;
        };
        require_own(item, &["adjustments", &index, "variantId"], context)?;
        if item.available + delta < 0 {
            refusals.push(refusal(UserErrorCode::InsufficientStock, "delta"));
        } else if item.on_hand + delta > LARGEST_QUANTITY {
            refusals.push(refusal(UserErrorCode::InvalidQuantity, "delta"));
        }
        changes.push(LevelChange::by(item, *delta));
        movements.push(Movement { variant_id: *variant_id, on_hand: *delta, reserved: 0 });
    }
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let kind = StockMovementKind::Adjustment;
    let cause = Cause { kind, reason: Some(&adjustment.reason), order_id: None, claim_id: None };
    store::move_stock(connection, &movements, cause).await?;
    for change in &changes {
        let before = json!({ "available": change.before.available });
        let entry = Entry::on("inventory", change.before.variant_id).because(adjustment.reason.as_str());
        let entry = entry.before(before).after(json!({ "available": change.available }));
        audit::of_staff(connection, context, entry).await?;
    }
    Ok(tell_crossings(connection, &changes, context.trace_parent.as_deref()).await?)
}
