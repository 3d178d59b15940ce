//! The processes that the binary can be: the whole market, the router, one service, a sandbox, and the work that is done
//! before any of them runs.

mod assembly;
mod clients;
mod documents;
mod edge;
mod foreign;
mod forward;
mod market;
mod router;
mod sandbox;
mod subgraph;

pub(crate) use foreign::{over_subgraphs, over_supergraph};
pub(crate) use market::{migrate, up};
pub(crate) use router::router;
pub(crate) use sandbox::{SandboxKind, sandbox};
pub(crate) use subgraph::subgraph;

use anyhow::Context as _;
use platform::graph::HttpTransportSettings;
use tokio::net::TcpListener;

use crate::config::Config;

/// Listens, or says in a sentence why not.
async fn listen(config: &Config, default_port: u16) -> anyhow::Result<(TcpListener, u16)> {
    let (host, port) = (config.process.host, config.port_or(default_port));
    let listener = TcpListener::bind((host, port)).await.with_context(|| {
        format!("port {port} cannot be used: is another market running? Stop it, or choose a port with PORT=…")
    })?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// The HTTP client for all but subgraphs: keys, readiness.
fn http_client(config: &Config) -> anyhow::Result<reqwest::Client> {
    let HttpTransportSettings { timeout, connect_timeout, .. } = config.transport;
    let builder = platform::http_client::builder().timeout(timeout).connect_timeout(connect_timeout);
    builder.build().context("the HTTP client")
}
