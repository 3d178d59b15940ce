//! Stock levels as product pages show them, kept for a moment.
//!
//! A level may be as old as `INVENTORY_AVAILABILITY_LIFETIME`, or until this process changes the stock itself. Nothing
//! is ever decided by a kept level: reservations lock and count the stock in the database.

use std::time::Duration;

use platform::recent::Recent;

use crate::model::VariantId;
use crate::rules::Level;

/// How many levels are kept.
const CAPACITY: usize = 100_000;

/// The levels of variants that were asked for a moment ago.
#[derive(Clone)]
pub(crate) struct Levels {
    kept: Recent<VariantId, Level>,
}

impl Levels {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { kept: Recent::new(CAPACITY, lifetime) }
    }

    pub(crate) fn get(&self, id: VariantId) -> Option<Level> {
        self.kept.get(&id)
    }

    pub(crate) fn keep(&self, id: VariantId, level: Level) {
        self.kept.keep(id, level);
    }

    /// Forgets levels that have just changed.
    pub(crate) fn forget(&self, ids: impl IntoIterator<Item = VariantId>) {
        for id in ids {
            self.kept.forget(&id);
        }
    }
}
