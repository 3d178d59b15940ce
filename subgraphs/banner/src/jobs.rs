//! Moves banners on whose time has come or is over, ends experiments that are decided, and writes counts down.

use chrono::Utc;
use platform::jobs::{every, rest};
use tokio_util::sync::CancellationToken;

use crate::actions::{Banners, move_due, stop_losers};
use crate::error::Failure;
use crate::store;

const BATCH: i64 = 100;

/// Looks after banners every `interval` until `shutdown`.
pub(crate) async fn look_after(banners: Banners, shutdown: CancellationToken) {
    every("move banners", banners.settings.schedule_interval, &shutdown, || look(&banners)).await;
}

async fn look(banners: &Banners) -> Result<(), Failure> {
    let (due, experiments) = {
        let mut connection = banners.database.connection().await?;
        let forgotten = Utc::now() - chrono::TimeDelta::from_std(banners.settings.new_member_for).unwrap_or_default();
        store::forget_members(&mut connection, forgotten).await?;
        (store::due(&mut connection, BATCH).await?, store::experiments(&mut connection, BATCH).await?)
    };
    for id in due {
        move_due(banners, id).await?;
    }
    for id in experiments {
        stop_losers(banners, id).await?;
    }
    Ok(())
}

/// Writes counts down until `shutdown`, and once more then.
pub(crate) async fn write_counts(banners: Banners, shutdown: CancellationToken) {
    loop {
        let last = shutdown.is_cancelled();
        if let Err(error) = banners.counts.write(&banners.database).await {
            tracing::warn!(error, "counts of banners will be written later");
        }
        if last {
            return;
        }
        rest(banners.settings.count_interval, &shutdown).await;
    }
}
