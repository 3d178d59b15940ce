//! A ledger entry.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::errors::GraphError;
use platform::money::Money;

use super::payment::{Payment, Refund};
use crate::actions::Payments;
use crate::loaders::Loaders;
use crate::model::{LedgerAccount, LedgerEntryId, LedgerEntryRow};
use crate::store;

/// One posting of a ledger transaction.
pub(crate) struct LedgerEntry {
    pub(crate) row: LedgerEntryRow,
}

/// One posting of a ledger transaction; the postings of a transaction sum to zero.
#[Object]
impl LedgerEntry {
    /// The entry's id.
    async fn id(&self) -> LedgerEntryId {
        self.row.id
    }

    /// The transaction that it belongs to.
    async fn transaction_id(&self) -> async_graphql::ID {
        self.row.transaction_id.to_string().into()
    }

    /// The account.
    async fn account(&self) -> LedgerAccount {
        self.row.account
    }

    /// The amount: a debit is positive, a credit negative.
    async fn amount(&self) -> Money {
        Money::krw(self.row.amount)
    }

    /// The payment that it comes from.
    async fn payment(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Payment>> {
        let row = ctx.data::<Loaders>()?.payment(self.row.payment_id).await?;
        Ok(row.map(|row| Payment { row }))
    }

    /// The refund that it comes from.
    async fn refund(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Refund>> {
        let Some(id) = self.row.refund_id else { return Ok(None) };
        let mut connection = ctx.data::<Payments>()?.database.connection().await.map_err(GraphError::from)?;
        let row = store::refund_by_id(&mut connection, id).await.map_err(GraphError::from)?;
        Ok(row.map(|row| Refund { row }))
    }

    /// When it was posted.
    async fn occurred_at(&self) -> DateTime<Utc> {
        self.row.occurred_at
    }
}

/// The entries that are wanted.
#[derive(async_graphql::InputObject, Default)]
pub(crate) struct LedgerEntryWhere {
    /// Of this account.
    pub(crate) account: Option<LedgerAccount>,
    /// Of this payment.
    pub(crate) payment_id: Option<crate::model::PaymentId>,
}

impl LedgerEntryWhere {
    pub(crate) fn boxed<'a>(&self) -> crate::schema::ledger_entry::BoxedQuery<'a, diesel::pg::Pg> {
        use crate::schema::ledger_entry;
        let mut query = ledger_entry::table.into_boxed();
        if let Some(account) = self.account {
            query = query.filter(ledger_entry::account.eq(account));
        }
        if let Some(payment_id) = self.payment_id {
            query = query.filter(ledger_entry::payment_id.eq(payment_id));
        }
        query
    }
}

/// Counts the wanted entries.
pub(crate) async fn count(payments: &Payments, wanted: &LedgerEntryWhere) -> Result<i64, GraphError> {
    let mut connection = payments.database.connection().await?;
    Ok(wanted.boxed().count().get_result(&mut connection).await?)
}
