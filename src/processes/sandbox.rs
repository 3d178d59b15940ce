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
    /// The carriers.
    Carriers,
    /// The bank that pays sellers.
    Bank,
}

/// Runs a sandbox until it is told to stop.
pub(crate) async fn sandbox(config: &Config, whose: SandboxKind) -> anyhow::Result<()> {
    let (listener, port) = listen(config, 3900).await?;
    let shutdown = shutdown_on_signal()?;
    let routes = match whose {
        SandboxKind::Toss => payment::sandbox::routes(config.local_directory()?.join("sandbox-toss.jsonl"))?,
        SandboxKind::Carriers => shipping::sandbox::routes(carriers(config)?)?,
        SandboxKind::Bank => settlement::sandbox::routes(config.local_directory()?.join("sandbox-bank.jsonl"))?,
    };
    tracing::info!(?whose, port, "the sandbox is open");
    serve(listener, routes.merge(health_routes(Vec::new())), shutdown, config.process.drain).await?;
    Ok(())
}

/// A process of its own is told the key and the secret that the shipping service has for CJ대한통운; all carriers share them.
fn carriers(config: &Config) -> anyhow::Result<shipping::sandbox::SandboxOptions> {
    let settings = shipping::ShippingSettings::from_source(&config.source)?;
    Ok(shipping::sandbox::SandboxOptions {
        file: config.local_directory()?.join("sandbox-carriers.jsonl"),
        key: settings.cj_key,
        secret: settings.cj_secret,
        pace: settings.sandbox_pace,
    })
}
