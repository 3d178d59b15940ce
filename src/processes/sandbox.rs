//! Sandboxes of other people's systems as processes of their own, so that they outlive ours in tests.

use clap::ValueEnum;
use platform::server::{health_routes, serve, shutdown_on_signal};

use super::listen;
use crate::config::Config;

/// Whose system.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SandboxKind {
    /// Toss Payments.
    Toss,
    /// The bank that pays sellers.
    Bank,
}

/// Runs a sandbox until it is told to stop.
pub(crate) async fn sandbox(config: &Config, whose: SandboxKind) -> anyhow::Result<()> {
    let (listener, port) = listen(config, 3900).await?;
    let shutdown = shutdown_on_signal()?;
    let routes = match whose {
        SandboxKind::Toss => payment::sandbox::routes(config.local_directory()?.join("sandbox-toss.jsonl"))?,
        SandboxKind::Bank => settlement::sandbox::routes(config.local_directory()?.join("sandbox-bank.jsonl"))?,
    };
    tracing::info!(?whose, port, "the sandbox is open");
    serve(listener, routes.merge(health_routes(Vec::new())), shutdown, config.process.drain).await?;
    Ok(())
}
