//! What the inventory service does: one use case a file.

mod adjust_stock;
mod commit_reservations;
mod create_stock;
mod exchange_stock;
mod expire_reservation;
mod extend_reservations;
mod release_reservations;
mod reserve_stock;
mod return_stock;
mod set_safety_stock;

pub(crate) use adjust_stock::{Adjustment, adjust_stock};
pub(crate) use commit_reservations::commit_reservations;
pub(crate) use create_stock::create_stock;
pub(crate) use exchange_stock::{Exchanged, exchange_stock};
pub(crate) use expire_reservation::expire_reservation;
pub(crate) use extend_reservations::extend_reservations;
pub(crate) use release_reservations::release_reservations;
pub(crate) use reserve_stock::reserve_stock;
pub(crate) use return_stock::{ComeBack, return_stock};
pub(crate) use set_safety_stock::set_safety_stock;

use platform::database::Database;
use platform::events::Outbox;
use platform::graph::RequestContext;
use platform::identity::Scope;

use crate::error::{Failure, UserErrorCode};
use crate::levels::Levels;
use crate::model::{ReservationRow, Reserved, Shortage, StockItemRow, VariantId};

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Inventory {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) levels: Levels,
}

/// What became of a reservation.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// As asked, or as it was before.
    Done(Reserved),
    /// Nothing changed: there is too little.
    Short(Vec<Shortage>),
}

fn variants_of(parts: &[ReservationRow]) -> Vec<VariantId> {
    parts.iter().map(|part| part.variant_id).collect()
}

/// Checks that the caller acts for the item's seller, or for the marketplace.
fn require_own(item: &StockItemRow, field: &[&str], context: &RequestContext) -> Result<(), Failure> {
    let principal = &context.principal;
    if principal.has_scope(Scope::StaffStock) || principal.acts_for(item.seller_id.0) {
        return Ok(());
    }
    Err(UserErrorCode::NotYourSeller.at(field, context.language).into())
}
