//! A place on a page.

use async_graphql::Object;

use crate::model::{SlotId, SlotRow};

/// A place on a page.
pub(crate) struct Slot {
    pub(crate) row: SlotRow,
}

/// A place on a page that shows banners.
#[Object]
impl Slot {
    /// The slot's id, `slt_…`.
    async fn id(&self) -> SlotId {
        self.row.id
    }

    /// How pages know it, as in `home-hero`.
    async fn key(&self) -> &str {
        &self.row.key
    }

    /// How staff knows it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The pictures' width in pixels.
    async fn width(&self) -> i32 {
        self.row.width
    }

    /// The pictures' height in pixels.
    async fn height(&self) -> i32 {
        self.row.height
    }

    /// How many banners it shows at most.
    async fn capacity(&self) -> i32 {
        self.row.capacity
    }
}
