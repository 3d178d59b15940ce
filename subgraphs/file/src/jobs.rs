//! The sweep: uploads whose time is over, and bytes that nobody has any more.

use chrono::Duration;
use platform::errors::GraphError;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use crate::actions::Files;
use crate::objects::incoming;
use crate::store;

const BATCH: i64 = 100;
/// How long bytes stay that no file has: an upload of equal bytes may be about to take them.
const GRACE: Duration = Duration::hours(1);

/// Looks every interval until `shutdown`.
pub(crate) async fn sweep(files: Files, shutdown: CancellationToken) {
    every("sweep files", files.settings.sweep_interval, &shutdown, || look(&files)).await;
}

async fn look(files: &Files) -> Result<(), GraphError> {
    let kept = Duration::from_std(files.settings.deleted_kept).unwrap_or(Duration::MAX);
    let expired = {
        let mut connection = files.database.connection().await?;
        store::forget_deleted(&mut connection, kept, BATCH).await?;
        store::expire_uploads(&mut connection, BATCH).await?
    };
    metrics::counter!("file_uploads_expired_total").increment(expired.len() as u64);
    for id in expired {
        files.objects.remove(&incoming(id)).await?;
    }
    for _ in 0..BATCH {
        let unused = {
            let mut connection = files.database.connection().await?;
            store::take_unused(&mut connection, GRACE.min(kept)).await?
        };
        let Some(id) = unused else { break };
        files.objects.remove_content(id).await?;
        metrics::counter!("file_contents_removed_total").increment(1);
    }
    Ok(())
}
