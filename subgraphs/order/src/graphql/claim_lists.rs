//! Lists of claims, paged by keyset, newest first.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::errors::GraphError;
use platform::keyset;
use platform::paging::{Connection, PageRequest};

use super::claim::Claim;
use crate::actions::Orders;
use crate::model::{ClaimId, ClaimKind, ClaimRow, ClaimState, SellerId, UserId};
use crate::schema::claim;

/// The claims that are wanted.
#[derive(InputObject, Clone, Copy, Default)]
pub(crate) struct ClaimWhere {
    /// In this state.
    state: Option<ClaimState>,
    /// Of this kind.
    kind: Option<ClaimKind>,
    /// Opened at this time or later.
    requested_from: Option<DateTime<Utc>>,
    /// Opened before this time.
    requested_to: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub(super) buyer_id: Option<UserId>,
    #[graphql(skip)]
    pub(super) seller_id: Option<SellerId>,
}

impl ClaimWhere {
    fn boxed<'a>(self) -> claim::BoxedQuery<'a, Pg> {
        let mut query = claim::table.into_boxed();
        if let Some(buyer_id) = self.buyer_id {
            query = query.filter(claim::buyer_id.eq(buyer_id));
        }
        if let Some(seller_id) = self.seller_id {
            query = query.filter(claim::seller_id.eq(seller_id));
        }
        if let Some(state) = self.state {
            query = query.filter(claim::state.eq(state));
        }
        if let Some(kind) = self.kind {
            query = query.filter(claim::kind.eq(kind));
        }
        if let Some(from) = self.requested_from {
            query = query.filter(claim::requested_at.ge(from));
        }
        if let Some(to) = self.requested_to {
            query = query.filter(claim::requested_at.lt(to));
        }
        query
    }
}

/// The four arguments of every connection.
pub(crate) struct Paging {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

/// One page of claims.
pub(crate) async fn claims_page(
    orders: &Orders,
    paging: Paging,
    wanted: ClaimWhere,
) -> Result<Connection<Claim>, GraphError> {
    let Paging { first, after, last, before } = paging;
    let page = PageRequest::<(DateTime<Utc>, ClaimId)>::new(first, after.as_deref(), last, before.as_deref())?;
    let query = keyset!(wanted.boxed(), claim::requested_at, claim::id, page.from, !page.backward);
    let query = query.limit(page.rows_to_read()).select(ClaimRow::as_select());
    let rows = query.load(&mut orders.database.connection().await?).await?;
    let orders = orders.clone();
    Ok(Connection::new(
        page.finish(rows),
        |row| (row.requested_at, row.id),
        |row| Claim { row },
        move || {
            let orders = orders.clone();
            Box::pin(async move {
                let mut connection = orders.database.connection().await?;
                Ok(wanted.boxed().count().get_result(&mut connection).await?)
            })
        },
    ))
}
