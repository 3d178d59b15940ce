//! A commission rate.

use async_graphql::{Object, SimpleObject};
use chrono::{DateTime, Utc};

use crate::model::{CategoryId, RateId, RateRow};

/// A category of products.
#[derive(SimpleObject)]
pub(crate) struct Category {
    /// The category's id, `cat_…`.
    pub(crate) id: CategoryId,
}

/// What part of a sale the marketplace takes.
pub(crate) struct CommissionRate(pub(crate) RateRow);

/// What part of a sale the marketplace takes, from a time on; frozen with a line when its order is paid.
#[Object]
impl CommissionRate {
    /// The rate's id, `cmr_…`.
    async fn id(&self) -> RateId {
        self.0.id
    }

    /// The category that it is for, with those below it that have none of their own; null for all others.
    async fn category(&self) -> Option<Category> {
        self.0.category_id.map(|id| Category { id })
    }

    /// Basis points: 1,000 are 10 %.
    async fn rate(&self) -> i32 {
        self.0.rate
    }

    /// From when on.
    async fn effective_from(&self) -> DateTime<Utc> {
        self.0.effective_from
    }
}
