//! The wishlist as a connection.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::paging::{Page, PageInfo, encode_cursor};

use super::state;
use crate::model::{ProductId, UserId, WishRow};
use crate::store;

/// A product, described by the product service.
#[derive(Clone, SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Product {
    /// The product's identifier, `prd_…`.
    id: ProductId,
}

/// A product that a person wants to remember.
#[derive(Clone, SimpleObject)]
pub(crate) struct WishlistItem {
    /// The product.
    product: Product,
    /// When it was added.
    added_at: DateTime<Utc>,
}

impl From<WishRow> for WishlistItem {
    fn from(row: WishRow) -> Self {
        Self { product: Product { id: row.product_id }, added_at: row.added_at }
    }
}

/// An element of a wishlist, with its position.
#[derive(SimpleObject)]
pub(crate) struct WishlistEdge {
    /// The element.
    node: WishlistItem,
    /// Its position, for `after`.
    cursor: String,
}

/// A page of a wishlist, the newest first.
pub(crate) struct WishlistConnection {
    user: UserId,
    page: Page<WishRow>,
}

impl WishlistConnection {
    pub(crate) fn new(user: UserId, page: Page<WishRow>) -> Self {
        Self { user, page }
    }
}

fn cursor(row: &WishRow) -> String {
    encode_cursor(&(row.added_at, row.product_id.0))
}

/// A page of a wishlist, the newest first.
#[Object]
impl WishlistConnection {
    /// The elements with their cursors.
    async fn edges(&self) -> Vec<WishlistEdge> {
        self.page.rows.iter().map(|row| WishlistEdge { node: row.clone().into(), cursor: cursor(row) }).collect()
    }

    /// The elements alone.
    async fn nodes(&self) -> Vec<WishlistItem> {
        self.page.rows.iter().cloned().map(Into::into).collect()
    }

    /// Where this page stands.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.page.has_next,
            has_previous_page: self.page.has_previous,
            start_cursor: self.page.rows.first().map(cursor),
            end_cursor: self.page.rows.last().map(cursor),
        }
    }

    /// How many products the wishlist has. Counted only when selected.
    async fn total_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let mut connection = state(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let count = store::wishes_count(&mut connection, self.user).await.map_err(GraphError::from)?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
