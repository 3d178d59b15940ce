//! The routers that are measured: those that run already, and builds of ours that are started here.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::options::Given;

const START_LIMIT: Duration = Duration::from_secs(20);

/// A router that answers.
pub(crate) struct Contender {
    pub(crate) name: String,
    pub(crate) url: String,
    /// Where it is known, what it uses can be told.
    pub(crate) process: Option<u32>,
    started: Option<Child>,
}

impl Contender {
    /// Takes what runs, or starts a build on the supergraph in a file.
    pub(crate) async fn enter(given: Given, supergraph: &Path) -> anyhow::Result<Self> {
        match given {
            Given::Running { name, url, process } => Ok(Self { name, url, process, started: None }),
            Given::Binary { name, path } => {
                let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
                let child = Command::new(&path)
                    .args(["router", "--supergraph"])
                    .arg(supergraph)
                    .env("HOST", "127.0.0.1")
                    .env("PORT", port.to_string())
                    .env("LOG", "warn")
                    .env_remove("DOA_CONFIG")
                    .stdin(Stdio::null())
                    .spawn()
                    .with_context(|| path.display().to_string())?;
                let url = format!("http://127.0.0.1:{port}/graphql");
                let process = Some(child.id());
                let mut started = Self { name, url, process, started: Some(child) };
                started.until_ready(port).await?;
                Ok(started)
            }
        }
    }

    async fn until_ready(&mut self, port: u16) -> anyhow::Result<()> {
        let http = platform::http_client::builder().timeout(Duration::from_secs(2)).build()?;
        let began = Instant::now();
        loop {
            let answer = http.get(format!("http://127.0.0.1:{port}/health/ready")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.started.as_mut().map(Child::try_wait).transpose()?.flatten() {
                bail!("{} does not start: {status}", self.name);
            }
            ensure!(began.elapsed() < START_LIMIT, "{} is not ready after {START_LIMIT:?}", self.name);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks an operation once; its data and the length of the whole answer.
    pub(crate) async fn ask(&self, url: &str, query: &str, variables: Value) -> anyhow::Result<(Value, usize)> {
        let http = platform::http_client::builder().timeout(Duration::from_secs(30)).build()?;
        let body = serde_json::to_vec(&serde_json::json!({ "query": query, "variables": variables }))?;
        let request = http.post(url).header("content-type", "application/json").header("accept", "application/json");
        let bytes = request.body(body).send().await?.error_for_status()?.bytes().await?;
        let mut answer: Value = serde_json::from_slice(&bytes)?;
        ensure!(answer.get("errors").is_none(), "{} answers with errors: {}", self.name, answer["errors"]);
        Ok((answer["data"].take(), bytes.len()))
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        if let Some(child) = &mut self.started {
            // A router alone keeps nothing that a sudden end could hurt; it may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
