//! The routers that are measured: those that run already, and those that are started here, builds of ours or others.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::options::Given;
use crate::ports::free_port;

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
    /// Takes what runs, or starts a router on the supergraph in a file.
    pub(crate) async fn enter(given: Given, supergraph: &Path) -> anyhow::Result<Self> {
        let port = free_port();
        let (name, command) = match given {
            Given::Running { name, url, process } => return Ok(Self { name, url, process, started: None }),
            Given::Binary { name, path } => (name, ours(&path, supergraph, port)),
            Given::Command { name, words } => (name, others(&words, supergraph, port)?),
        };
        Self::start(name, command, port).await
    }

    async fn start(name: String, mut command: Command, port: u16) -> anyhow::Result<Self> {
        // What it says is no part of the report.
        command.stdin(Stdio::null()).stdout(std::io::stderr());
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("{name}: {program}"))?;
        let url = format!("http://127.0.0.1:{port}/graphql");
        let process = Some(child.id());
        let mut started = Self { name, url, process, started: Some(child) };
        started.until_ready().await?;
        Ok(started)
    }

    async fn until_ready(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let Err(error) = self.ask(&self.url, "{ __typename }", Value::Null).await else { return Ok(()) };
            if let Some(status) = self.started.as_mut().map(Child::try_wait).transpose()?.flatten() {
                bail!("{} does not start: {status}", self.name);
            }
            ensure!(began.elapsed() < START_LIMIT, "{} is not ready after {START_LIMIT:?}: {error:#}", self.name);
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

fn ours(path: &Path, supergraph: &Path, port: u16) -> Command {
    let mut command = Command::new(path);
    command.args(["router", "--supergraph"]).arg(supergraph);
    command.envs([("HOST", "127.0.0.1"), ("PORT", &port.to_string()), ("LOG", "warn")]).env_remove("DOA_CONFIG");
    command
}

fn others(words: &[String], supergraph: &Path, port: u16) -> anyhow::Result<Command> {
    let supergraph = supergraph.to_str().context("the supergraph's path")?;
    let mut words =
        words.iter().map(|word| word.replace("{supergraph}", supergraph).replace("{port}", &port.to_string()));
    let mut command = Command::new(words.next().context("an empty command")?);
    command.args(words);
    Ok(command)
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
