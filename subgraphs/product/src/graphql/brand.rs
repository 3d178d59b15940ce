//! A brand.

use std::sync::Arc;

use async_graphql::Object;

use crate::model::{BrandId, BrandRow};

/// A brand.
pub(crate) struct Brand {
    pub(crate) row: Arc<BrandRow>,
}

/// A brand.
#[Object]
impl Brand {
    /// The brand's id, `brd_…`.
    async fn id(&self) -> BrandId {
        self.row.id
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.row.name
    }
}
