//! Many tracking numbers at once: what is handed in, and what became of it.

use std::sync::Arc;

use async_graphql::{InputObject, SimpleObject};
use platform::errors::UserError;

use super::shipment::Shipment;
use crate::actions::{Failure, InvoiceOutcome, InvoiceRow};
use crate::error::UserErrorCode;

/// A row to register.
#[derive(InputObject)]
pub(crate) struct InvoiceRowInput {
    /// The shipment's id.
    shipment_id: String,
    /// The carrier's name, as in `CJ` or `CJ대한통운`.
    carrier: String,
    /// The carrier's number of the parcel.
    tracking_number: String,
}

impl From<InvoiceRowInput> for InvoiceRow {
    fn from(input: InvoiceRowInput) -> Self {
        Self { shipment_id: input.shipment_id, carrier: input.carrier, tracking_number: input.tracking_number }
    }
}

/// What became of a row.
#[derive(SimpleObject)]
pub(crate) struct InvoiceRowResult {
    /// The row's number, from 1 on; the line of column names is not counted.
    row: i32,
    /// The shipment's id as it was handed in.
    shipment_id: String,
    /// The carrier as it was handed in.
    carrier: String,
    /// The number as it was handed in.
    tracking_number: String,
    /// The shipment as it is now, or would be; null when the row was refused.
    shipment: Option<Shipment>,
    /// Why the row was refused.
    errors: Vec<UserError<UserErrorCode>>,
}

/// What became of all rows. Rows that are right are registered, whatever is wrong with the others.
#[derive(SimpleObject)]
pub(crate) struct RegisterInvoicesPayload {
    /// Whether nothing was changed.
    dry_run: bool,
    /// How many rows were registered, or would be.
    registered: i32,
    /// How many rows were refused.
    refused: i32,
    /// Every row, in the order in which it was handed in.
    rows: Vec<InvoiceRowResult>,
    /// Why all of it was refused.
    user_errors: Vec<UserError<UserErrorCode>>,
}

impl RegisterInvoicesPayload {
    pub(crate) fn of(dry_run: bool, outcome: Result<Vec<InvoiceOutcome>, Failure>) -> async_graphql::Result<Self> {
        let (outcomes, user_errors) = match outcome {
            Ok(outcomes) => (outcomes, Vec::new()),
            Err(failure) => (Vec::new(), failure.into_refusals()?),
        };
        let (registered, refused) = outcomes.iter().fold((0, 0), |(registered, refused), outcome| {
            if outcome.outcome.is_ok() { (registered + 1, refused) } else { (registered, refused + 1) }
        });
        let rows = outcomes.into_iter().zip(1..).map(|(outcome, row)| {
            let (shipment, errors) = match outcome.outcome {
                Ok(shipment) => (Some(Shipment(Arc::new(shipment))), Vec::new()),
                Err(errors) => (None, errors),
            };
            let InvoiceRow { shipment_id, carrier, tracking_number } = outcome.row;
            InvoiceRowResult { row, shipment_id, carrier, tracking_number, shipment, errors }
        });
        Ok(Self { dry_run, registered, refused, rows: rows.collect(), user_errors })
    }
}
