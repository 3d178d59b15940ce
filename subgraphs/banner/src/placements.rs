//! What a slot shows to whom: candidates, kept for a moment, and the choice among a banner's variants.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use moka::future::Cache;
use platform::database::Database;
use platform::errors::GraphError;

use crate::model::{BannerAudience, BannerDevice, BannerViewer, SlotRow, VariantRow, Whole};
use crate::schedule::Claim;
use crate::store;

/// How many slots are kept.
const CAPACITY: u64 = 1_000;

/// A slot with the banners that may be shown in it, in their order.
pub(crate) struct Candidates {
    pub(crate) slot: SlotRow,
    banners: Vec<(Claim, Whole)>,
}

impl Candidates {
    /// Whether one of the banners is for this audience.
    pub(crate) fn is_for(&self, audience: BannerAudience) -> bool {
        self.banners.iter().any(|(claim, _)| claim.audience == audience)
    }

    /// What a viewer sees now, each banner with the variant that is theirs.
    pub(crate) fn for_viewer(
        &self,
        device: BannerDevice,
        viewer: BannerViewer,
        key: Option<&str>,
    ) -> Vec<(&Whole, &VariantRow)> {
        let now = Utc::now();
        let fitting = self.banners.iter().filter(|(claim, _)| claim.fits(device, viewer, now));
        let chosen = fitting.filter_map(|(_, whole)| Some((whole, variant_for(whole, key)?)));
        chosen.take(usize::try_from(self.slot.capacity).unwrap_or(0)).collect()
    }
}

/// The slots that were asked for a moment ago, by key.
#[derive(Clone)]
pub(crate) struct Placements {
    kept: Cache<String, Option<Arc<Candidates>>>,
}

impl Placements {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { kept: Cache::builder().max_capacity(CAPACITY).time_to_live(lifetime).build() }
    }

    /// The slot of that key; those who ask at once share one look.
    pub(crate) async fn of(&self, database: &Database, key: &str) -> Result<Option<Arc<Candidates>>, Arc<GraphError>> {
        self.kept.try_get_with_by_ref(key, read(database, key)).await
    }

    /// Forgets everything: staff has just changed something.
    pub(crate) fn forget(&self) {
        self.kept.invalidate_all();
    }
}

async fn read(database: &Database, key: &str) -> Result<Option<Arc<Candidates>>, GraphError> {
    let mut connection = database.connection().await?;
    let Some(slot) = store::slot_by_key(&mut connection, key).await? else { return Ok(None) };
    let banners = store::showable(&mut connection, slot.id).await?;
    let banners = banners.into_iter().map(|whole| (Claim::from(&whole.banner), whole)).collect();
    Ok(Some(Arc::new(Candidates { slot, banners })))
}

/// The variant that a viewer sees: always the same for the same key, any without one. Those that were stopped are out.
fn variant_for<'a>(whole: &'a Whole, key: Option<&str>) -> Option<&'a VariantRow> {
    let running: Vec<&VariantRow> = whole.variants.iter().filter(|variant| variant.stopped_at.is_none()).collect();
    let weights: Vec<u64> = running.iter().map(|variant| u64::try_from(variant.weight).unwrap_or(0)).collect();
    let draw = match key {
        Some(key) => draw_of(&whole.banner.id.to_string(), key),
        None => rand::random(),
    };
    running.get(chosen(&weights, draw)?).copied()
}

/// A number that looks random and is the same for the same banner and viewer, on every replica.
fn draw_of(banner: &str, key: &str) -> u64 {
    // FNV-1a, written out so that a new version of a library changes nobody's variant.
    let bytes = banner.bytes().chain([0]).chain(key.bytes());
    let hash =
        bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    // Its high bits are poor for short keys.
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    mixed ^ (mixed >> 33)
}

/// The place that a draw falls on; `None` without weights.
fn chosen(weights: &[u64], draw: u64) -> Option<usize> {
    let total: u64 = weights.iter().sum();
    let mut left = draw.checked_rem(total)?;
    weights.iter().position(|weight| {
        let here = left < *weight;
        left = left.saturating_sub(*weight);
        here
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_fall_by_weight() {
        assert_eq!([0, 1, 2, 3, 4].map(|draw| chosen(&[1, 3], draw)), [Some(0), Some(1), Some(1), Some(1), Some(0)]);
        assert_eq!(chosen(&[], 7), None);
        assert_eq!(chosen(&[0, 1], 7), Some(1));
    }

    #[test]
    fn viewers_keep_their_variant_and_are_spread() {
        assert_eq!(draw_of("ban_1", "usr_1"), draw_of("ban_1", "usr_1"));
        assert_ne!(draw_of("ban_1", "usr_1"), draw_of("ban_2", "usr_1"));
        let first = (0..10_000).filter(|viewer| chosen(&[1, 3], draw_of("ban_1", &viewer.to_string())) == Some(0));
        let first = first.count();
        assert!((2_300..2_700).contains(&first), "{first} of 10,000 instead of a quarter");
    }
}
