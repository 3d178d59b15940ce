//! An order asks for a payment of its total.

use diesel::OptionalExtension as _;
use diesel_async::RunQueryDsl as _;
use platform::errors::GraphError;

use super::{Failure, Payments};
use crate::model::PaymentRow;
use crate::statements::InsertPayment;
use crate::store;

/// Creates the order's payment; asked again, returns the one that it has.
pub(crate) async fn create_payment(payments: &Payments, new: InsertPayment) -> Result<PaymentRow, Failure> {
    let mut connection = payments.database.connection().await?;
    let order_id = new.order_id;
    if let Some(row) = new.get_result(&mut connection).await.optional()? {
        return Ok(row);
    }
    let row = store::payment_by_order(&mut connection, order_id).await?;
    row.ok_or_else(|| Failure::Failed(GraphError::internal("a payment vanished after it was created")))
}
