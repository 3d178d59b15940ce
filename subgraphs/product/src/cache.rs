//! Rows that were read a moment ago, so that a page that many look at is read once.
//!
//! Bounded in number and in age; this process's own changes are forgotten at once, another replica's are seen when the
//! age is over. Checkout never reads from here: our services get rows from the database.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::model::{BrandId, BrandRow, DetailRow, ProductId, ProductRow, VariantId, VariantRow};
use crate::store::ProductFilter;

/// How old a row may be.
const LIFETIME: Duration = Duration::from_secs(2);
/// How old the length of a list may be: counting a long one takes longer than reading a page of it.
const COUNT_LIFETIME: Duration = Duration::from_secs(10);
/// How many products' rows are kept; variants three times as many. Some 30 MiB when full.
const CAPACITY: u64 = 10_000;

/// What was read a moment ago.
#[derive(Clone)]
pub(crate) struct Recent {
    pub(crate) products: Cache<ProductId, Arc<ProductRow>>,
    pub(crate) details: Cache<ProductId, Arc<DetailRow>>,
    pub(crate) variants_of_product: Cache<ProductId, Arc<[Arc<VariantRow>]>>,
    pub(crate) variants: Cache<VariantId, Arc<VariantRow>>,
    pub(crate) brands: Cache<BrandId, Arc<BrandRow>>,
    pub(crate) counts: Cache<Arc<ProductFilter>, i64>,
}

impl Recent {
    pub(crate) fn new() -> Self {
        fn cache<K: Eq + std::hash::Hash + Send + Sync + 'static, V: Clone + Send + Sync + 'static>(
            capacity: u64,
        ) -> Cache<K, V> {
            Cache::builder().max_capacity(capacity).time_to_live(LIFETIME).build()
        }
        Self {
            products: cache(CAPACITY),
            details: cache(CAPACITY / 5),
            variants_of_product: cache(CAPACITY),
            variants: cache(CAPACITY * 3),
            brands: cache(CAPACITY),
            counts: Cache::builder().max_capacity(1_000).time_to_live(COUNT_LIFETIME).build(),
        }
    }

    /// Forgets a product that has just changed, with all its parts.
    pub(crate) fn forget(&self, id: ProductId, variants: impl IntoIterator<Item = VariantId>) {
        self.products.invalidate(&id);
        self.details.invalidate(&id);
        self.variants_of_product.invalidate(&id);
        self.counts.invalidate_all();
        for variant in variants {
            self.variants.invalidate(&variant);
        }
    }

    /// Forgets all products, when it is not known which have changed.
    pub(crate) fn forget_products(&self) {
        self.products.invalidate_all();
        self.counts.invalidate_all();
    }
}
