//! A stock item and its movements.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{Scope, current_principal};
use platform::paging::{Connection, PageRequest};

use super::variant::ProductVariant;
use crate::actions::Inventory;
use crate::model::{ClaimId, MovementId, MovementRow, OrderId, StockItemId, StockItemRow, StockMovementKind};
use crate::store;

/// Whether the one who asks may see the item: the seller's members, staff, or one of our services.
pub(crate) fn may_see(ctx: &Context<'_>, row: &StockItemRow) -> bool {
    let principal = current_principal(ctx);
    principal.acts_for(row.seller_id.0) || principal.has_scope(Scope::StaffStock) || principal.has_scope(Scope::Service)
}

/// The stock of a variant.
pub(crate) struct StockItem {
    pub(crate) row: StockItemRow,
}

/// The stock of a variant, in pieces. For the seller's members and staff.
#[Object]
impl StockItem {
    /// The stock item's id, `stk_…`.
    async fn id(&self) -> StockItemId {
        self.row.variant_id.0.into()
    }

    /// The variant that it counts.
    async fn variant(&self) -> ProductVariant {
        ProductVariant { id: self.row.variant_id }
    }

    /// How many there are, those included that orders hold.
    async fn on_hand(&self) -> i32 {
        self.row.on_hand
    }

    /// How many unpaid orders hold.
    async fn reserved(&self) -> i32 {
        self.row.reserved
    }

    /// How many can be sold: on hand, less reserved.
    async fn available(&self) -> i32 {
        self.row.available
    }

    /// At or below how many available ones the seller is warned. They can still be sold.
    async fn safety_stock(&self) -> i32 {
        self.row.safety_stock
    }

    /// When a number changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// Every change of the number on hand, newest first. The deltas sum to `onHand`.
    async fn movements(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<StockMovement>> {
        let page = PageRequest::<i64>::new(first, after.as_deref(), None, None)?;
        let (database, variant_id) = (ctx.data::<Inventory>()?.database.clone(), self.row.variant_id);
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::movements(&mut connection, variant_id, &page).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| row.sequence,
            |row| StockMovement { row },
            move || {
                let database = database.clone();
                Box::pin(async move {
                    let mut connection = database.connection().await?;
                    Ok(store::movements_count(&mut connection, variant_id).await?)
                })
            },
        ))
    }
}

/// A change of the number on hand.
pub(crate) struct StockMovement {
    row: MovementRow,
}

/// A change of the number on hand; written once and never changed.
#[Object]
impl StockMovement {
    /// The movement's id, `mov_…`.
    async fn id(&self) -> MovementId {
        self.row.id
    }

    /// Why the number changed.
    async fn kind(&self) -> StockMovementKind {
        self.row.kind
    }

    /// By how many.
    async fn delta(&self) -> i32 {
        self.row.delta
    }

    /// How many there were afterwards.
    async fn on_hand_after(&self) -> i32 {
        self.row.on_hand_after
    }

    /// What was said to it.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// The order that took it or gave it back.
    async fn order_id(&self) -> Option<OrderId> {
        self.row.order_id
    }

    /// The claim that sent it back or out.
    async fn claim_id(&self) -> Option<ClaimId> {
        self.row.claim_id
    }

    /// When.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }
}
