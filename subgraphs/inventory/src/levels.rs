//! Stock levels as product pages show them, kept for a moment.
//!
//! A level may be as old as `INVENTORY_AVAILABILITY_LIFETIME`, or until this process changes the stock itself. Nothing
//! is ever decided by a kept level: reservations lock and count the stock in the database.

use std::time::Duration;

use moka::sync::Cache;

use crate::model::VariantId;
use crate::rules::Level;

/// How many levels are kept.
const CAPACITY: u64 = 100_000;

/// The levels of variants that were asked for a moment ago.
#[derive(Clone)]
pub(crate) struct Levels {
    kept: Cache<VariantId, Level>,
}

impl Levels {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { kept: Cache::builder().max_capacity(CAPACITY).time_to_live(lifetime).build() }
    }

    pub(crate) fn get(&self, id: VariantId) -> Option<Level> {
        self.kept.get(&id)
    }

    pub(crate) fn keep(&self, id: VariantId, level: Level) {
        self.kept.insert(id, level);
    }

    /// Forgets levels that have just changed.
    pub(crate) fn forget(&self, ids: impl IntoIterator<Item = VariantId>) {
        for id in ids {
            self.kept.invalidate(&id);
        }
    }
}
