//! The router as a process over anybody's subgraphs: of a supergraph, or of a configuration file.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail, ensure};
use futures::future::try_join_all;
use platform::graph::{GraphAnswer, GraphRequest, HeaderRules, HttpTransport, RequestContext, SubgraphTransport};
use platform::server::{health_routes, serve, shutdown_on_signal};
use platform::trace::{SpanKind, follow_fetches};
use router::compose::{SubgraphSdl, compose};
use router::{Access, Edge, Router, RouterSettings};
use serde::Deserialize;
use tokio::net::TcpListener;

use super::listen;
use crate::config::Config;
use crate::router_file::{Reached, RouterFile};

/// How long a subgraph rests that did not give its schema.
const PAUSE: Duration = Duration::from_secs(1);
const ASK_FOR_SDL: &str = "query { _service { sdl } }";

/// Runs a router over somebody's supergraph.
pub(crate) async fn over_supergraph(config: Config, file: &Path, overrides: &[String]) -> anyhow::Result<()> {
    let (listener, _) = listen(&config, 3000).await?;
    let supergraph = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let overrides = read_overrides(overrides)?;
    let addresses = Router::subgraphs_of(&supergraph)?;
    check_names(&overrides, addresses.iter().map(|address| address.name.as_str()))?;
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    for address in addresses {
        let url = overrides.get(address.name.as_str()).copied().unwrap_or(&address.url);
        let transport = HttpTransport::to_stranger(url, config.transport.clone(), HeaderRules::default())
            .with_context(|| format!("subgraph {}", address.name))?;
        let transport = follow_fetches(&address.name, SpanKind::Client, Arc::new(transport));
        transports.insert(address.name, transport);
    }
    let router = Router::new(config.router_settings(), &supergraph, transports)?;
    open(&config, listener, edge(&config, router, Arc::default())).await
}

/// Runs a router over the subgraphs of a configuration file.
pub(crate) async fn over_subgraphs(config: Config, path: &Path, overrides: &[String]) -> anyhow::Result<()> {
    let file = RouterFile::read(path)?;
    let mut subgraphs = file.subgraphs(&config.transport).with_context(|| path.display().to_string())?;
    let overrides = read_overrides(overrides)?;
    check_names(&overrides, subgraphs.iter().map(|subgraph| subgraph.name.as_str()))?;
    for subgraph in &mut subgraphs {
        if let Some(url) = overrides.get(subgraph.name.as_str()) {
            (*url).clone_into(&mut subgraph.url);
        }
    }
    let listener = match file.listen {
        Some(address) => TcpListener::bind(address).await.with_context(|| format!("listen: {address}"))?,
        None => listen(&config, 3000).await?.0,
    };
    let settings = file.router_settings(config.router_settings())?;
    let router = build(settings, subgraphs, file.start_limit()).await.with_context(|| path.display().to_string())?;
    open(&config, listener, edge(&config, router, file.propagated()?.into())).await
}

/// The URLs given on the command line, by the names of subgraphs.
fn read_overrides<'a>(overrides: &'a [String]) -> anyhow::Result<HashMap<&'a str, &'a str>> {
    let read = |text: &'a String| text.split_once('=').with_context(|| format!("--override {text}: write name=url"));
    overrides.iter().map(read).collect()
}

fn check_names<'a>(
    overrides: &HashMap<&str, &str>,
    known: impl Iterator<Item = &'a str> + Clone,
) -> anyhow::Result<()> {
    for name in overrides.keys() {
        ensure!(known.clone().any(|known| known == *name), "--override {name}=…: there is no subgraph {name}");
    }
    Ok(())
}

/// Composes the subgraphs, asking those for their schemas that came without.
async fn build(settings: RouterSettings, subgraphs: Vec<Reached>, limit: Duration) -> anyhow::Result<Arc<Router>> {
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    let mut sources = Vec::new();
    for subgraph in subgraphs {
        let Reached { name, url, sdl, settings, rules } = subgraph;
        let transport =
            HttpTransport::to_stranger(&url, settings, rules).with_context(|| format!("subgraphs.{name}.url"))?;
        let transport = follow_fetches(&name, SpanKind::Client, Arc::new(transport));
        transports.insert(name.clone(), Arc::clone(&transport));
        sources.push(async move {
            let sdl = match sdl {
                Some(sdl) => sdl,
                None => fetch_sdl(&name, &url, transport.as_ref(), limit).await?,
            };
            anyhow::Ok(SubgraphSdl { name, url, sdl })
        });
    }
    let sources = try_join_all(sources).await?;
    let supergraph = compose(&sources).map_err(|errors| {
        let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("the subgraphs do not compose:{lines}")
    })?;
    for hint in &supergraph.hints {
        tracing::info!(code = hint.code, "{}", hint.message);
    }
    Ok(Router::new(settings, &supergraph.sdl, transports)?)
}

/// Why a subgraph gave no schema.
enum NoSdl {
    /// It may later.
    Yet(String),
    /// It will not.
    Ever(String),
}

/// A subgraph's schema as it tells it itself; waits for it within the limit.
async fn fetch_sdl(
    name: &str,
    url: &str,
    transport: &dyn SubgraphTransport,
    limit: Duration,
) -> anyhow::Result<String> {
    let began = Instant::now();
    loop {
        let reason = match ask_for_sdl(transport).await {
            Ok(sdl) => return Ok(sdl),
            Err(NoSdl::Yet(reason)) => reason,
            Err(NoSdl::Ever(reason)) => bail!("subgraphs.{name}: {url} gives no schema: {reason}"),
        };
        if began.elapsed() + PAUSE > limit {
            bail!("subgraphs.{name}: {url} gave no schema within {limit:?}: {reason}");
        }
        tracing::warn!(subgraph = name, url, reason, "no schema yet");
        tokio::time::sleep(PAUSE).await;
    }
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<AnswerError>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "_service")]
    service: Option<Service>,
}

#[derive(Deserialize)]
struct Service {
    sdl: Option<String>,
}

#[derive(Deserialize)]
struct AnswerError {
    #[serde(default)]
    message: String,
}

async fn ask_for_sdl(transport: &dyn SubgraphTransport) -> Result<String, NoSdl> {
    let request = GraphRequest {
        query: ASK_FOR_SDL.into(),
        document: None,
        variables: async_graphql::Variables::default(),
        json_variables: Vec::new(),
        context: RequestContext::default(),
    };
    let (status, body) = match transport.execute(request).await {
        Ok(GraphAnswer::Json { status, body }) => (status, body),
        Ok(GraphAnswer::Tree(_)) => return Err(NoSdl::Ever("an answer that is no JSON".to_owned())),
        Err(error) => return Err(NoSdl::Yet(error.to_string())),
    };
    let answer: Answer = match serde_json::from_slice(&body) {
        Ok(answer) => answer,
        Err(_) if status == 429 || status >= 500 => return Err(NoSdl::Yet(format!("status {status}"))),
        Err(error) => return Err(NoSdl::Ever(format!("status {status}, and the answer is no GraphQL: {error}"))),
    };
    let told = answer.errors.first().map(|error| error.message.clone());
    match answer.data.and_then(|data| data.service).and_then(|service| service.sdl) {
        Some(sdl) => Ok(sdl),
        None => Err(NoSdl::Ever(told.unwrap_or_else(|| "the answer has no _service.sdl".to_owned()))),
    }
}

fn edge(config: &Config, router: Arc<Router>, propagated: Arc<[axum::http::HeaderName]>) -> Edge {
    let trusts_forwarded = config.trusts_forwarded();
    Edge {
        router,
        access: Access::Unread,
        internal: None,
        trusts_forwarded,
        clients: None,
        documents: None,
        propagated,
    }
}

async fn open(config: &Config, listener: TcpListener, edge: Edge) -> anyhow::Result<()> {
    let shutdown = shutdown_on_signal()?;
    tracing::info!(address = %listener.local_addr()?, "the router is open");
    let routes = edge.graphql_routes().merge(health_routes(Vec::new()));
    serve(listener, routes, shutdown, config.process.drain).await?;
    Ok(())
}
