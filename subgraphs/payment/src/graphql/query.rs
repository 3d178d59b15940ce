//! The queries and entity look-ups.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, authenticated};
use platform::keyset;
use platform::paging::{Connection, PageRequest};

use super::ledger::{self, LedgerEntry, LedgerEntryWhere};
use super::order::Order;
use super::payment::{Payment, Refund, may_see};
use crate::actions::Payments;
use crate::loaders::Loaders;
use crate::model::{LedgerEntryId, LedgerEntryRow, OrderId, PaymentId, PaymentRow, PaymentState, RefundId};
use crate::schema::{ledger_entry, payment};
use crate::store;

/// The payments that are wanted.
#[derive(InputObject, Default, Clone, Copy)]
pub(crate) struct PaymentWhere {
    /// In this state.
    state: Option<PaymentState>,
    /// Of this order.
    order_id: Option<OrderId>,
}

impl PaymentWhere {
    fn boxed<'a>(self) -> payment::BoxedQuery<'a, diesel::pg::Pg> {
        let mut query = payment::table.into_boxed();
        if let Some(state) = self.state {
            query = query.filter(payment::state.eq(state));
        }
        if let Some(order_id) = self.order_id {
            query = query.filter(payment::order_id.eq(order_id));
        }
        query
    }
}

#[derive(Default)]
pub(crate) struct PaymentQuery;

#[Object]
impl PaymentQuery {
    /// A payment: the buyer's own, or any for staff. Null when there is none that the caller may see.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn payment(&self, ctx: &Context<'_>, id: PaymentId) -> async_graphql::Result<Option<Payment>> {
        let row = ctx.data::<Loaders>()?.payment(id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(|row| Payment { row }))
    }

    /// All payments, newest first. Staff only.
    #[graphql(
        requires_scopes = "staff:orders",
        requires_scopes = "staff:settlements",
        guard = "AnyScope(&[Scope::StaffOrders, Scope::StaffSettlements])"
    )]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn payments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<PaymentWhere>,
    ) -> async_graphql::Result<Connection<Payment>> {
        let page = PageRequest::<(DateTime<Utc>, PaymentId)>::new(first, after.as_deref(), last, before.as_deref())?;
        let wanted = r#where.unwrap_or_default();
        let payments = ctx.data::<Payments>()?.clone();
        let query = keyset!(wanted.boxed(), payment::created_at, payment::id, page.from, !page.backward);
        let rows: Vec<PaymentRow> = {
            let mut connection = payments.database.connection().await.map_err(GraphError::from)?;
            let query = query.limit(page.rows_to_read()).select(PaymentRow::as_select());
            query.load(&mut connection).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| (row.created_at, row.id),
            |row| Payment { row },
            move || {
                let payments = payments.clone();
                Box::pin(async move {
                    let mut connection = payments.database.connection().await?;
                    Ok(wanted.boxed().count().get_result(&mut connection).await?)
                })
            },
        ))
    }

    /// The ledger, newest first. Staff only.
    #[graphql(requires_scopes = "staff:settlements", guard = "AnyScope(&[Scope::StaffSettlements])")]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn ledger_entries(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<LedgerEntryWhere>,
    ) -> async_graphql::Result<Connection<LedgerEntry>> {
        let page =
            PageRequest::<(DateTime<Utc>, LedgerEntryId)>::new(first, after.as_deref(), last, before.as_deref())?;
        let wanted = std::sync::Arc::new(r#where.unwrap_or_default());
        let payments = ctx.data::<Payments>()?.clone();
        let (at, id) = (ledger_entry::occurred_at, ledger_entry::id);
        let query = keyset!(wanted.boxed(), at, id, page.from, !page.backward);
        let rows: Vec<LedgerEntryRow> = {
            let mut connection = payments.database.connection().await.map_err(GraphError::from)?;
            let query = query.limit(page.rows_to_read()).select(LedgerEntryRow::as_select());
            query.load(&mut connection).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| (row.occurred_at, row.id),
            |row| LedgerEntry { row },
            move || {
                let (payments, wanted) = (payments.clone(), std::sync::Arc::clone(&wanted));
                Box::pin(async move { ledger::count(&payments, &wanted).await })
            },
        ))
    }

    #[graphql(entity)]
    async fn find_order(&self, id: OrderId) -> Option<Order> {
        Some(Order { id })
    }

    #[graphql(entity)]
    async fn find_payment(&self, ctx: &Context<'_>, id: PaymentId) -> async_graphql::Result<Option<Payment>> {
        let row = ctx.data::<Loaders>()?.payment(id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(|row| Payment { row }))
    }

    #[graphql(entity)]
    async fn find_refund(&self, ctx: &Context<'_>, id: RefundId) -> async_graphql::Result<Option<Refund>> {
        let payments = ctx.data::<Payments>()?;
        let row = {
            let mut connection = payments.database.connection().await.map_err(GraphError::from)?;
            store::refund_by_id(&mut connection, id).await.map_err(GraphError::from)?
        };
        let Some(row) = row else { return Ok(None) };
        let payment = ctx.data::<Loaders>()?.payment(row.payment_id).await?;
        Ok(payment.filter(|payment| may_see(ctx, payment)).map(|_| Refund { row }))
    }

    #[graphql(entity)]
    async fn find_ledger_entry(
        &self,
        ctx: &Context<'_>,
        id: LedgerEntryId,
    ) -> async_graphql::Result<Option<LedgerEntry>> {
        platform::identity::require_any_scope(ctx, &[Scope::StaffSettlements])?;
        let mut connection = ctx.data::<Payments>()?.database.connection().await.map_err(GraphError::from)?;
        let row = ledger_entry::table
            .find(id)
            .select(LedgerEntryRow::as_select())
            .first(&mut connection)
            .await
            .optional()
            .map_err(GraphError::from)?;
        Ok(row.map(|row| LedgerEntry { row }))
    }
}
