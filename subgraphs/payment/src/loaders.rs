//! Batched reads for entity resolvers and nested fields.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::database::{AmongKeys as _, Database};
use platform::errors::GraphError;
use platform::loader::{Loader, each, grouped};

use crate::model::{CashReceiptRow, OrderId, PaymentId, PaymentRow, RefundRow};
use crate::schema::{payment, refund};
use crate::store;

/// One loader per kind of key.
pub(crate) struct Loaders {
    payments: Loader<PaymentId, PaymentRow>,
    payment_of_order: Loader<OrderId, PaymentRow>,
    refunds_of_payment: Loader<PaymentId, Vec<RefundRow>>,
    receipt_of_payment: Loader<PaymentId, CashReceiptRow>,
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let [one, two, three, four] = std::array::from_fn(|_| database.clone());
        Self {
            payments: Loader::new(move |keys: Vec<PaymentId>| {
                let database = one.clone();
                async move {
                    let mut connection = database.connection().await?;
                    let query = payment::table.filter(payment::id.among(keys)).select(PaymentRow::as_select());
                    Ok(each(query.load(&mut connection).await?, |row: &PaymentRow| row.id))
                }
            }),
            payment_of_order: Loader::new(move |keys: Vec<OrderId>| {
                let database = two.clone();
                async move {
                    let mut connection = database.connection().await?;
                    let query = payment::table.filter(payment::order_id.among(keys)).select(PaymentRow::as_select());
                    Ok(each(query.load(&mut connection).await?, |row: &PaymentRow| row.order_id))
                }
            }),
            refunds_of_payment: Loader::new(move |keys: Vec<PaymentId>| {
                let database = three.clone();
                async move {
                    let mut connection = database.connection().await?;
                    let query = refund::table
                        .filter(refund::payment_id.among(keys))
                        .order(refund::created_at)
                        .select(RefundRow::as_select());
                    Ok(grouped(query.load(&mut connection).await?, |row: &RefundRow| row.payment_id))
                }
            }),
            receipt_of_payment: Loader::new(move |keys: Vec<PaymentId>| {
                let database = four.clone();
                async move {
                    let rows = store::receipts_by_payment(&mut *database.connection().await?, &keys).await?;
                    Ok(each(rows, |row: &CashReceiptRow| row.payment_id))
                }
            }),
        }
    }

    pub(crate) async fn payment(&self, id: PaymentId) -> Result<Option<PaymentRow>, GraphError> {
        Loader::load(&self.payments, id).await
    }

    pub(crate) async fn payment_of_order(&self, id: OrderId) -> Result<Option<PaymentRow>, GraphError> {
        Loader::load(&self.payment_of_order, id).await
    }

    pub(crate) async fn receipt_of(&self, id: PaymentId) -> Result<Option<CashReceiptRow>, GraphError> {
        Loader::load(&self.receipt_of_payment, id).await
    }

    pub(crate) async fn refunds_of(&self, id: PaymentId) -> Result<Vec<RefundRow>, GraphError> {
        Ok(Loader::load(&self.refunds_of_payment, id).await?.unwrap_or_default())
    }
}
