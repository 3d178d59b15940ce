//! Rows that were read a moment ago, so that a page that many look at is read once.
//!
//! Bounded in number and in age; this process's own changes are forgotten at once, another replica's are seen when the
//! age is over. Checkout never reads from here: our services get rows from the database.

use std::sync::Arc;
use std::time::Duration;

use platform::recent::Recent;

use crate::model::{BrandId, BrandRow, DetailRow, ProductId, ProductRow, VariantId, VariantRow};
use crate::store::ProductFilter;

/// How old a row may be.
const LIFETIME: Duration = Duration::from_secs(2);
/// How old the length of a list may be: counting a long one takes longer than reading a page of it.
const COUNT_LIFETIME: Duration = Duration::from_secs(10);
/// How many products' rows are kept; variants three times as many. Some 30 MiB when full.
const CAPACITY: usize = 10_000;

/// What was read a moment ago.
#[derive(Clone)]
pub(crate) struct RecentRows {
    pub(crate) products: Recent<ProductId, Arc<ProductRow>>,
    pub(crate) details: Recent<ProductId, Arc<DetailRow>>,
    pub(crate) variants_of_product: Recent<ProductId, Arc<[Arc<VariantRow>]>>,
    pub(crate) variants: Recent<VariantId, Arc<VariantRow>>,
    pub(crate) brands: Recent<BrandId, Arc<BrandRow>>,
    pub(crate) counts: Recent<Arc<ProductFilter>, i64>,
}

impl RecentRows {
    pub(crate) fn new() -> Self {
        Self {
            products: Recent::new(CAPACITY, LIFETIME),
            details: Recent::new(CAPACITY / 5, LIFETIME),
            variants_of_product: Recent::new(CAPACITY, LIFETIME),
            variants: Recent::new(CAPACITY * 3, LIFETIME),
            brands: Recent::new(CAPACITY, LIFETIME),
            counts: Recent::new(1_000, COUNT_LIFETIME),
        }
    }

    /// Forgets a product that has just changed, with all its parts.
    pub(crate) fn forget(&self, id: ProductId, variants: impl IntoIterator<Item = VariantId>) {
        self.products.forget(&id);
        self.details.forget(&id);
        self.variants_of_product.forget(&id);
        self.counts.forget_all();
        for variant in variants {
            self.variants.forget(&variant);
        }
    }

    /// Forgets all products, when it is not known which have changed.
    pub(crate) fn forget_products(&self) {
        self.products.forget_all();
        self.counts.forget_all();
    }
}
