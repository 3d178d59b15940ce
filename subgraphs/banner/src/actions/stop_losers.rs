//! An experiment that is decided: what does worse is not shown any more.

use diesel_async::AsyncConnection as _;

use super::Banners;
use crate::error::Failure;
use crate::experiment::{Sample, Standard, losers};
use crate::model::{BannerId, BannerState, BannerVariantId, VariantRow};
use crate::store;

/// Stops the variants of a banner that another one beats.
pub(crate) async fn stop_losers(banners: &Banners, id: BannerId) -> Result<(), Failure> {
    let mut connection = banners.database.connection().await?;
    let stopped: usize = connection
        .transaction(async |connection| {
            let Some(whole) = store::lock_banner(connection, id).await? else { return Ok(0) };
            if whole.banner.state != BannerState::Active {
                return Ok(0);
            }
            let (confidence_percent, minimum_sample) = (whole.banner.confidence_percent, whole.banner.minimum_sample);
            let running: Vec<&VariantRow> = whole.variants.iter().filter(|row| row.stopped_at.is_none()).collect();
            let samples: Vec<Sample> =
                running.iter().map(|row| Sample { impressions: row.impressions, clicks: row.clicks }).collect();
            let beaten: Vec<BannerVariantId> = losers(&samples, Standard { confidence_percent, minimum_sample })
                .into_iter()
                .filter_map(|place| Some(running.get(place)?.id))
                .collect();
            store::stop_variants(connection, &beaten).await?;
            diesel::QueryResult::Ok(beaten.len())
        })
        .await?;
    if stopped > 0 {
        tracing::info!(banner = %id, stopped, "an experiment is decided");
        metrics::counter!("banner_variants_stopped_total").increment(stopped as u64);
        banners.placements.forget();
    }
    Ok(())
}
