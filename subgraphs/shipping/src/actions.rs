//! What the shipping service does: one use case a file.

mod change_policies;
mod collect;
mod invoice_files;
mod invoices;
mod quote;
mod scans;
mod split;
mod watch;

use std::sync::Arc;

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use platform::database::Database;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};
use platform::identity::Scope;

use crate::carriers::Carriers;
use crate::error::UserErrorCode;
use crate::events::{ShipmentFact, tell};
use crate::model::{LineId, SellerId, ShipmentDirection, ShipmentRow, ShipmentState, StateChangeRow};
use crate::settings::ShippingSettings;
use crate::store;

pub(crate) use crate::error::Failure;
pub(crate) use change_policies::{
    GroupChange, PolicyChange, assign_policy, delete_group, delete_policy, save_group, save_policy, set_default_policy,
};
pub(crate) use collect::{
    collect_line, collect_return, end_collection, end_replacement, leave_shipments, note_payment, send_replacement,
};
pub(crate) use invoice_files::{InvoiceOutcome, InvoiceRow, read_csv, register_invoices};
pub(crate) use invoices::{Invoice, change_invoice, register_invoice};
pub(crate) use quote::{LineToSend, quote_lines, quote_variants};
pub(crate) use scans::{poll_shipment, receive_scans};
pub(crate) use split::split_shipment;
pub(crate) use watch::{mark_overdue, stall_shipment};

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Shipping {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) settings: Arc<ShippingSettings>,
    pub(crate) carriers: Carriers,
}

/// Checks that the caller acts for the seller, or for the marketplace.
fn require_seller(seller_id: SellerId, field: &[&str], context: &RequestContext) -> Result<(), Failure> {
    let principal = &context.principal;
    if principal.has_scope(Scope::StaffShipping) || principal.acts_for(seller_id.0) {
        return Ok(());
    }
    Err(UserErrorCode::NotYourSeller.at(field, context.language).into())
}

/// The lines that a parcel's facts are about: not those that were sent again in another.
async fn lines_travelling(connection: &mut AsyncPgConnection, row: &ShipmentRow) -> QueryResult<Vec<LineId>> {
    let lines = store::lines_of(connection, &[row.id]).await?.into_iter();
    let own = lines.filter(|line| line.outbound || row.direction != ShipmentDirection::Outbound);
    Ok(own.map(|line| line.line_id).collect())
}

/// Checks that the caller manages the seller, or acts for the marketplace: what buyers pay for shipping is the seller's terms.
fn require_manager(seller_id: SellerId, field: &[&str], context: &RequestContext) -> Result<(), Failure> {
    require_seller(seller_id, field, context)?;
    let principal = &context.principal;
    if principal.has_scope(Scope::StaffShipping) || principal.manages(seller_id.0) {
        return Ok(());
    }
    Err(UserErrorCode::ManagerNeeded.at(field, context.language).into())
}

/// Writes a parcel in its new state, with its history and the events of all states in `told`.
async fn record_move(
    connection: &mut AsyncPgConnection,
    from: ShipmentState,
    row: &ShipmentRow,
    told: &[ShipmentState],
    note: Option<&str>,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    let now = chrono::Utc::now();
    store::update_shipment(connection, row).await?;
    let change = StateChangeRow {
        shipment_id: row.id,
        from_state: Some(from),
        to_state: row.state,
        note: note.map(str::to_owned),
        changed_at: now,
    };
    store::insert_change(connection, &change).await?;
    let lines = lines_travelling(connection, row).await?;
    for state in told {
        let fact = ShipmentFact::of(row, lines.clone(), now);
        tell(connection, row.direction, *state, fact, trace_parent).await?;
    }
    Ok(())
}
