//! Jobs: what a service does by itself, again and again until it ends.

use std::fmt::Debug;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// Does a job, rests for `interval`, and does it again, until `shutdown`. One that has begun is done to its end; one that
/// fails is told of (`jobs_failed_total`, by name) and tried again after the rest.
pub async fn every<Run, Running, Error>(
    name: &'static str,
    interval: Duration,
    shutdown: &CancellationToken,
    mut run: Run,
) where
    Run: FnMut() -> Running,
    Running: Future<Output = Result<(), Error>>,
    Error: Debug,
{
    while !shutdown.is_cancelled() {
        if let Err(error) = run().await {
            metrics::counter!("jobs_failed_total", "job" => name).increment(1);
            tracing::warn!(job = name, ?error, "a job failed and is tried again");
        }
        rest(interval, shutdown).await;
    }
}

/// Waits, but not beyond `shutdown`.
pub async fn rest(time: Duration, shutdown: &CancellationToken) {
    let _ended = shutdown.run_until_cancelled(tokio::time::sleep(time)).await;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_job_that_fails_is_done_again_and_ends_with_the_service() {
        let shutdown = CancellationToken::new();
        let runs = AtomicU32::new(0);
        let began = std::time::Instant::now();
        every("test", Duration::from_millis(20), &shutdown, async || {
            if runs.fetch_add(1, Ordering::Relaxed) == 2 {
                shutdown.cancel();
            }
            Err("never works")
        })
        .await;
        assert_eq!(runs.into_inner(), 3);
        assert!(began.elapsed() >= Duration::from_millis(40));
    }
}
