//! Who has looked at a person's data.

use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::paging::{Connection, PageRequest};

use super::state;
use crate::model::{DataViewRow, SellerId, UserId, Viewed, ViewerKind};
use crate::store::{self, ListKey};

/// A seller.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Seller {
    /// The seller's identifier, `slr_…`.
    id: SellerId,
}

/// That somebody has looked at a person's data.
pub(crate) struct DataView(DataViewRow);

/// That somebody has looked at a person's data.
#[Object]
impl DataView {
    /// Who, by the identifier of their account, `usr_…`, or of the program, `apc_…`; names of staff are not told.
    async fn viewer_id(&self) -> ID {
        self.0.viewer().into()
    }

    /// For whom they looked.
    async fn viewer_kind(&self) -> ViewerKind {
        self.0.viewer_kind
    }

    /// The seller whose member or program it was.
    async fn seller(&self) -> Option<Seller> {
        self.0.seller_id.map(|id| Seller { id })
    }

    /// What they have seen.
    async fn what(&self) -> Viewed {
        self.0.what
    }

    /// Why, as they have said; for an order's address, the order's number.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When.
    async fn viewed_at(&self) -> DateTime<Utc> {
        self.0.viewed_at
    }
}

pub(crate) async fn data_views(
    ctx: &Context<'_>,
    user: UserId,
    first: Option<i32>,
    after: Option<String>,
) -> async_graphql::Result<Connection<DataView>> {
    let page = PageRequest::<ListKey>::new(first, after.as_deref(), None, None)?;
    let database = state(ctx)?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::views_page(&mut connection, user, &page).await.map_err(GraphError::from)?
    };
    let count = move || {
        let database = database.clone();
        Box::pin(async move { Ok(store::views_count(&mut *database.connection().await?, user).await?) }) as _
    };
    Ok(Connection::new(page.finish(rows), |row: &DataViewRow| (row.viewed_at, row.id), DataView, count))
}
