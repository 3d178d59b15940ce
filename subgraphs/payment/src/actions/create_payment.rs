//! An order asks for a payment of its total.

use platform::errors::GraphError;

use super::{Failure, Payments};
use crate::model::{NewPayment, PaymentRow};
use crate::store;

/// Creates the order's payment; asked again, returns the one that it has.
pub(crate) async fn create_payment(payments: &Payments, new: NewPayment) -> Result<PaymentRow, Failure> {
    let mut connection = payments.database.connection().await?;
    store::insert_payment(&mut connection, &new).await?;
    let row = store::payment_by_order(&mut connection, new.order_id).await?;
    row.ok_or_else(|| Failure::Failed(GraphError::internal("a payment vanished after it was created")))
}
