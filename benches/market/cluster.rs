//! The market in its distributed shape: a router and a process a service, over PostgreSQL, Redis and RabbitMQ of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use router::Router;

use crate::market::{Installation, START_LIMIT, Server};
use crate::ports::free_port;

const SUPERGRAPH: &str = include_str!("../../schema/supergraph.graphql");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/services");
/// The part of the market that runs beside the router.
const BESIDE_THE_ROUTER: &str = "gateway";

/// PostgreSQL, Redis and RabbitMQ, ended and removed with their owner.
pub(crate) struct Backing {
    folder: PathBuf,
    /// Where they are, as the market's processes are told.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Backing {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("doa-market-bench-services-{}", uuid::Uuid::now_v7()));
        let mut backing = Self { folder, environment: BTreeMap::new() };
        backing.script("start", &["--throwaway"])?;
        let text = std::fs::read_to_string(backing.folder.join("env"))?;
        let variables = text.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        backing.environment.extend(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(backing)
    }

    pub(crate) fn get(&self, name: &str) -> anyhow::Result<String> {
        self.environment.get(name).cloned().with_context(|| format!("{SCRIPT} told of no {name}"))
    }

    fn script(&self, what: &str, options: &[&str]) -> anyhow::Result<()> {
        let mut command = Command::new(SCRIPT);
        command.arg(what).arg(&self.folder).args(options).stdout(std::io::stderr());
        ensure!(command.status().context(SCRIPT)?.success(), "{SCRIPT} {what} failed");
        Ok(())
    }
}

impl Drop for Backing {
    fn drop(&mut self) {
        if let Err(error) = self.script("remove", &[]) {
            eprintln!("bench: {} could not be removed: {error}", self.folder.display());
        }
    }
}

/// The processes of the market.
pub(crate) struct Cluster {
    pub(crate) url: String,
    processes: Vec<Server>,
}

impl Cluster {
    /// Starts all processes, on free ports, and waits until every one is ready.
    pub(crate) async fn start(installation: &Installation, backing: &Backing) -> anyhow::Result<Self> {
        let services: Vec<String> = Router::subgraphs_of(SUPERGRAPH)?
            .into_iter()
            .map(|subgraph| subgraph.name)
            .filter(|name| name != BESIDE_THE_ROUTER)
            .collect();
        let ports: Vec<u16> = (0..=services.len()).map(|_| free_port()).collect();
        let mut environment = backing.environment.clone();
        for (service, port) in services.iter().zip(&ports) {
            environment.insert(format!("{}_URL", service.to_ascii_uppercase()), url_at(*port));
        }
        let router = ports[services.len()];
        environment.insert("ROUTER_URL".to_owned(), url_at(router));
        // Nobody pays while pages are looked at.
        environment.insert("TOSS_BASE_URL".to_owned(), "http://127.0.0.1:9".to_owned());
        let mut cluster = Self { url: url_at(router), processes: Vec::new() };
        for (name, port) in services.iter().map(String::as_str).chain(["router"]).zip(&ports) {
            let arguments: &[&str] = if name == "router" { &["router"] } else { &["subgraph", name] };
            let mut command = installation.command(arguments);
            command.envs(&environment).env("PORT", port.to_string());
            cluster.processes.push(installation.spawn(command, name)?);
        }
        let began = Instant::now();
        let http = platform::http_client::builder().timeout(Duration::from_secs(10)).build()?;
        for (process, port) in cluster.processes.iter_mut().zip(&ports) {
            let ready = format!("{}/health/ready", url_at(*port));
            while !http.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
                process.still_runs().with_context(|| installation.end_of_log())?;
                ensure!(began.elapsed() < START_LIMIT, "{ready} is not ready\n{}", installation.end_of_log());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(cluster)
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        self.processes.iter().map(Server::pid).collect()
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        // The router first, which asks the others.
        for process in self.processes.into_iter().rev() {
            process.stop().await?;
        }
        Ok(())
    }
}

fn url_at(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
