//! Impressions and clicks, gathered in memory and written down together.
//!
//! A page with ten banners would otherwise write ten rows. What a process that is killed has gathered since it wrote last is
//! lost (`BANNER_COUNT_INTERVAL`); what a database that is away refuses is kept and tried again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use diesel_async::RunQueryDsl as _;
use platform::database::Database;

use crate::model::BannerVariantId;
use crate::statements::AddCounts;

/// What was counted since it was written down last: impressions and clicks.
type Gathered = HashMap<BannerVariantId, (i64, i64)>;

/// How many variants are kept while the database is away; an attacker must not fill the memory with ids.
const MOST_VARIANTS: usize = 10_000;

/// Counts of this process.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    gathered: Arc<Mutex<Gathered>>,
}

impl Counts {
    pub(crate) fn seen(&self, id: BannerVariantId) {
        self.add(id, 1, 0);
    }

    pub(crate) fn followed(&self, id: BannerVariantId) {
        self.add(id, 0, 1);
    }

    fn add(&self, id: BannerVariantId, impressions: i64, clicks: i64) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        if gathered.len() < MOST_VARIANTS || gathered.contains_key(&id) {
            let count = gathered.entry(id).or_default();
            *count = (count.0 + impressions, count.1 + clicks);
        }
    }

    /// Writes down what was gathered.
    pub(crate) async fn write(&self, database: &Database) -> Result<(), String> {
        let gathered = std::mem::take(&mut *self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
        if gathered.is_empty() {
            return Ok(());
        }
        let statement = AddCounts {
            variant_ids: gathered.keys().copied().collect(),
            impressions: gathered.values().map(|(impressions, _)| *impressions).collect(),
            clicks: gathered.values().map(|(_, clicks)| *clicks).collect(),
        };
        let outcome = async {
            let mut connection = database.connection().await.map_err(|error| error.to_string())?;
            statement.execute(&mut connection).await.map_err(|error| error.to_string())
        };
        match outcome.await {
            Ok(_) => {
                let seen: i64 = gathered.values().map(|(impressions, _)| impressions).sum();
                let followed: i64 = gathered.values().map(|(_, clicks)| clicks).sum();
                metrics::counter!("banner_impressions_total").increment(u64::try_from(seen).unwrap_or(0));
                metrics::counter!("banner_clicks_total").increment(u64::try_from(followed).unwrap_or(0));
                Ok(())
            }
            Err(error) => {
                for (id, (impressions, clicks)) in gathered {
                    self.add(id, impressions, clicks);
                }
                Err(error)
            }
        }
    }
}
