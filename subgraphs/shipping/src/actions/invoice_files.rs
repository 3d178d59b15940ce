//! Many tracking numbers at once, from rows or from the text of a CSV file. Rows that are right are registered, whatever is
//! wrong with the others; a dry run tells the same and changes nothing.

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::invoices::{Invoice, give_number_within};
use super::{Failure, Shipping};
use crate::error::{Refusal, UserErrorCode};
use crate::model::{ShipmentId, ShipmentRow};
use crate::rules::{ShipmentCommand, carrier_named};

/// The most rows at once.
const MOST_ROWS: usize = 1_000;
/// The longest file, in bytes.
const LONGEST_FILE: usize = 512 << 10;

/// A row as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct InvoiceRow {
    pub(crate) shipment_id: String,
    pub(crate) carrier: String,
    pub(crate) tracking_number: String,
}

/// What became of a row.
pub(crate) struct InvoiceOutcome {
    pub(crate) row: InvoiceRow,
    pub(crate) outcome: Result<ShipmentRow, Vec<Refusal>>,
}

/// Registers the rows, each by itself; with `dry_run`, only finds out what would become of them.
pub(crate) async fn register_invoices(
    shipping: &Shipping,
    rows: Vec<InvoiceRow>,
    dry_run: bool,
    context: &RequestContext,
) -> Result<Vec<InvoiceOutcome>, Failure> {
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return Err(UserErrorCode::TooMany.at(&["rows"], context.language).into());
    }
    let mut connection = shipping.database.connection().await?;
    let mut outcomes = Vec::with_capacity(rows.len());
    if dry_run {
        // Everything is done as if it were meant, and then undone.
        let undone: Result<(), Undo> = connection
            .transaction(async |connection| {
                for row in rows {
                    outcomes.push(register_row(connection, row, context).await?);
                }
                Err(Undo::Meant)
            })
            .await;
        return match undone {
            Ok(()) | Err(Undo::Meant) => Ok(outcomes),
            Err(Undo::Failed(failure)) => Err(failure),
        };
    }
    for row in rows {
        outcomes.push(register_row(&mut connection, row, context).await?);
    }
    drop(connection);
    shipping.outbox.wake();
    Ok(outcomes)
}

/// Why a dry run's transaction is rolled back.
enum Undo {
    Meant,
    Failed(Failure),
}

impl From<diesel::result::Error> for Undo {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Failure> for Undo {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Registers one row in a transaction, or a savepoint, of its own. Refusals belong to the row; only failures end all.
async fn register_row(
    connection: &mut AsyncPgConnection,
    row: InvoiceRow,
    context: &RequestContext,
) -> Result<InvoiceOutcome, Failure> {
    let (id, invoice) = match read_row(&row, context) {
        Ok(read) => read,
        Err(refusals) => return Ok(InvoiceOutcome { row, outcome: Err(refusals) }),
    };
    let command = ShipmentCommand::RegisterInvoice;
    let registered = connection
        .transaction(async |connection| give_number_within(connection, id, &invoice, command, context).await)
        .await;
    match registered {
        Ok(shipment) => Ok(InvoiceOutcome { row, outcome: Ok(shipment) }),
        Err(Failure::Refused(refusals)) => Ok(InvoiceOutcome { row, outcome: Err(refusals) }),
        Err(failure) => Err(failure),
    }
}

fn read_row(row: &InvoiceRow, context: &RequestContext) -> Result<(ShipmentId, Invoice), Vec<Refusal>> {
    let id = row.shipment_id.trim().parse().ok();
    let carrier = carrier_named(&row.carrier);
    let invoice = match carrier {
        Some(carrier) => Invoice::read(carrier, &row.tracking_number, context.language),
        None => Err(UserErrorCode::InvalidCarrier.at(&["carrier"], context.language)),
    };
    match (id, invoice) {
        (Some(id), Ok(invoice)) => Ok((id, invoice)),
        (id, invoice) => {
            let shipment = id.is_none().then(|| UserErrorCode::ShipmentNotFound.at(&["shipmentId"], context.language));
            Err(shipment.into_iter().chain(invoice.err()).collect())
        }
    }
}

/// The rows of a CSV file. Its first line names the columns, in Korean or English and in any order; others are ignored, and so
/// are empty lines.
pub(crate) fn read_csv(text: &str, context: &RequestContext) -> Result<Vec<InvoiceRow>, Failure> {
    let invalid = || Failure::from(UserErrorCode::InvalidCsv.at(&["csv"], context.language));
    if text.len() > LONGEST_FILE {
        return Err(UserErrorCode::TooMany.at(&["csv"], context.language).into());
    }
    // Spreadsheets begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|_| invalid())?.clone();
    let column = |names: [&str; 2]| headers.iter().position(|header| names.contains(&header)).ok_or_else(invalid);
    let shipment_id = column(["shipmentId", "배송번호"])?;
    let carrier = column(["carrier", "택배사"])?;
    let number = column(["trackingNumber", "운송장번호"])?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| invalid())?;
        let cell = |index: usize| record.get(index).unwrap_or_default().to_owned();
        let row = InvoiceRow { shipment_id: cell(shipment_id), carrier: cell(carrier), tracking_number: cell(number) };
        if row != InvoiceRow::default() {
            rows.push(row);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_their_columns_in_any_order_and_language() {
        let context = RequestContext::default();
        let expected = InvoiceRow {
            shipment_id: "shp_1".to_owned(),
            carrier: "CJ대한통운".to_owned(),
            tracking_number: "6601-2345-6789".to_owned(),
        };
        for text in [
            "shipmentId,carrier,trackingNumber\nshp_1,CJ대한통운,6601-2345-6789\n",
            "\u{feff}운송장번호,비고,배송번호,택배사\r\n6601-2345-6789,\"급함, 꼭\",shp_1, CJ대한통운\r\n,,,\r\n",
        ] {
            assert_eq!(read_csv(text, &context).unwrap(), std::slice::from_ref(&expected), "{text}");
        }
        for text in ["", "a,b\n1,2\n", "shipmentId,carrier\nshp_1,CJ\n"] {
            assert!(read_csv(text, &context).is_err(), "{text}");
        }
        let short = read_csv("배송번호,택배사,운송장번호\nshp_1\n", &context).unwrap();
        assert_eq!((short[0].carrier.as_str(), short[0].tracking_number.as_str()), ("", ""));
    }
}
