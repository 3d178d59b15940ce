//! Lists of orders, paged by keyset, newest first.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::errors::GraphError;
use platform::keyset;
use platform::paging::{Connection, PageRequest};

use super::line::OrderLine;
use super::order::Order;
use super::seller_order::SellerOrder;
use crate::actions::Orders;
use crate::model::{
    LineId, LineRow, OrderId, OrderLineState, OrderRow, SellerId, SellerOrderId, SellerOrderRow, UserId,
};
use crate::schema::{line, purchase, seller_order};

/// The orders that are wanted.
#[derive(InputObject, Clone, Default)]
pub(crate) struct OrderWhere {
    /// With at least one line in this state.
    state: Option<OrderLineState>,
    /// With this number.
    number: Option<String>,
    /// Placed at this time or later.
    placed_from: Option<DateTime<Utc>>,
    /// Placed before this time.
    placed_to: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub(super) buyer_id: Option<UserId>,
}

impl OrderWhere {
    fn boxed<'a>(&self) -> purchase::BoxedQuery<'a, Pg> {
        let mut query = purchase::table.into_boxed();
        if let Some(buyer_id) = self.buyer_id {
            query = query.filter(purchase::buyer_id.eq(buyer_id));
        }
        if let Some(state) = self.state {
            let lines = line::table.filter(line::order_id.eq(purchase::id)).filter(line::state.eq(state));
            query = query.filter(diesel::dsl::exists(lines));
        }
        if let Some(number) = &self.number {
            query = query.filter(purchase::number.eq(number.clone()));
        }
        if let Some(from) = self.placed_from {
            query = query.filter(purchase::placed_at.ge(from));
        }
        if let Some(to) = self.placed_to {
            query = query.filter(purchase::placed_at.lt(to));
        }
        query
    }
}

/// The sellers' orders that are wanted.
#[derive(InputObject, Clone, Copy, Default)]
pub(crate) struct SellerOrderWhere {
    /// With at least one line in this state.
    state: Option<OrderLineState>,
    /// Placed at this time or later.
    placed_from: Option<DateTime<Utc>>,
    /// Placed before this time.
    placed_to: Option<DateTime<Utc>>,
}

impl SellerOrderWhere {
    fn boxed<'a>(self, seller_id: SellerId) -> seller_order::BoxedQuery<'a, Pg> {
        // An order that is not paid is not the seller's business yet.
        let lines = line::table.filter(line::seller_order_id.eq(seller_order::id));
        let mut query = seller_order::table.filter(seller_order::seller_id.eq(seller_id)).into_boxed();
        query = match self.state {
            Some(state) => query.filter(diesel::dsl::exists(lines.filter(line::state.eq(state)))),
            None => {
                let hidden = [OrderLineState::PaymentPending, OrderLineState::Expired];
                query.filter(diesel::dsl::exists(lines.filter(line::state.ne_all(hidden))))
            }
        };
        if let Some(from) = self.placed_from {
            query = query.filter(seller_order::placed_at.ge(from));
        }
        if let Some(to) = self.placed_to {
            query = query.filter(seller_order::placed_at.lt(to));
        }
        query
    }
}

/// One page of orders.
pub(crate) async fn orders_page(
    orders: &Orders,
    page: PageRequest<(DateTime<Utc>, OrderId)>,
    wanted: OrderWhere,
) -> Result<Connection<Order>, GraphError> {
    let query = keyset!(wanted.boxed(), purchase::placed_at, purchase::id, page.from, !page.backward);
    let query = query.limit(page.rows_to_read()).select(OrderRow::as_select());
    let rows = query.load(&mut orders.database.connection().await?).await?;
    let orders = orders.clone();
    Ok(Connection::new(
        page.finish(rows),
        |row| (row.placed_at, row.id),
        Order::new,
        move || {
            let (orders, wanted) = (orders.clone(), wanted.clone());
            Box::pin(async move {
                let mut connection = orders.database.connection().await?;
                Ok(wanted.boxed().count().get_result(&mut connection).await?)
            })
        },
    ))
}

/// One page of a seller's orders.
pub(crate) async fn seller_orders_page(
    orders: &Orders,
    page: PageRequest<(DateTime<Utc>, SellerOrderId)>,
    seller_id: SellerId,
    wanted: SellerOrderWhere,
) -> Result<Connection<SellerOrder>, GraphError> {
    let (at, id) = (seller_order::placed_at, seller_order::id);
    let query = keyset!(wanted.boxed(seller_id), at, id, page.from, !page.backward);
    let query = query.limit(page.rows_to_read()).select(SellerOrderRow::as_select());
    let rows = query.load(&mut orders.database.connection().await?).await?;
    let orders = orders.clone();
    Ok(Connection::new(
        page.finish(rows),
        |row| (row.placed_at, row.id),
        |row| SellerOrder { row },
        move || {
            let orders = orders.clone();
            Box::pin(async move {
                let mut connection = orders.database.connection().await?;
                Ok(wanted.boxed(seller_id).count().get_result(&mut connection).await?)
            })
        },
    ))
}

/// The key that late lines are ordered by: until when they were to be prepared, and their ids.
pub(crate) type LateLineKey = (DateTime<Utc>, LineId);

fn late_lines<'a>(seller_id: Option<SellerId>, now: DateTime<Utc>) -> line::BoxedQuery<'a, Pg> {
    let query = line::table.filter(line::state.eq(OrderLineState::Paid)).filter(line::prepare_by.lt(now)).into_boxed();
    match seller_id {
        Some(seller_id) => query.filter(line::seller_id.eq(seller_id)),
        None => query,
    }
}

/// One page of paid lines whose preparation is late, those that wait longest first.
pub(crate) async fn late_lines_page(
    orders: &Orders,
    page: PageRequest<LateLineKey>,
    seller_id: Option<SellerId>,
) -> Result<Connection<OrderLine>, GraphError> {
    let now = Utc::now();
    let key = line::prepare_by.assume_not_null();
    let query = keyset!(late_lines(seller_id, now), key, line::id, page.from, page.backward);
    let query = query.limit(page.rows_to_read()).select(LineRow::as_select());
    let rows: Vec<LineRow> = query.load(&mut orders.database.connection().await?).await?;
    let orders = orders.clone();
    Ok(Connection::new(
        page.finish(rows),
        |row| (row.prepare_by.unwrap_or_default(), row.id),
        |row| OrderLine { row },
        move || {
            let orders = orders.clone();
            Box::pin(async move {
                let mut connection = orders.database.connection().await?;
                Ok(late_lines(seller_id, now).count().get_result(&mut connection).await?)
            })
        },
    ))
}
