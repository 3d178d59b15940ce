//! What the benchmark is told.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// The gateway benchmark: one large operation over four subgraphs, asked by many connections.
    Load,
    /// What a router adds to a small question to one subgraph, asked one after the other.
    Overhead,
    /// Nothing is measured: the subgraphs are served until ctrl-C, for routers that are started by hand.
    Serve,
}

/// How others are compared with ours.
const OTHERS: &str = "\
Others, with what has to be there first:
  Hive Router (cargo install hive-router), which does not share equal requests of clients unless it is told to
    --against 'hive=env SUPERGRAPH_FILE_PATH={supergraph} HOST=127.0.0.1 PORT={port} LOG_LEVEL=warn hive_router'
  Apollo's gateway (npm install --prefix .local/apollo @apollo/gateway @apollo/server graphql@16)
    --against 'apollo=env NODE_ENV=production NODE_PATH=.local/apollo/node_modules node benches/router/apollo.cjs {supergraph} {port}'";

/// Measures routers. Without --router and --binary it is our own release build, which it starts; others are measured
/// beside it with --against.
#[derive(Debug, Parser)]
#[command(name = "cargo bench --bench router --", after_long_help = OTHERS)]
pub(crate) struct Options {
    #[arg(value_enum, default_value = "load")]
    pub(crate) mode: Mode,
    /// A router that runs already, as URL or NAME=URL or NAME=URL=PID; may be repeated.
    #[arg(long = "router", value_name = "NAME=URL=PID")]
    routers: Vec<String>,
    /// The process of the only --router.
    #[arg(long)]
    pid: Option<u32>,
    /// Another build of ours, to be started as NAME=PATH; may be repeated.
    #[arg(long = "binary", value_name = "NAME=PATH")]
    binaries: Vec<String>,
    /// Another router, started by a command without quotes in which {supergraph} is a file and {port} where to serve
    /// /graphql; may be repeated.
    #[arg(long = "against", value_name = "NAME=COMMAND")]
    commands: Vec<String>,
    /// How long each run is measured.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// How long each run is driven before that.
    #[arg(long, default_value_t = 3)]
    pub(crate) warm_up: u64,
    /// How often each router is measured; the routers take turns.
    #[arg(long, default_value_t = 1)]
    pub(crate) rounds: usize,
    /// Connections of the load.
    #[arg(long, default_value_t = 50)]
    pub(crate) connections: usize,
    /// Threads that drive them.
    #[arg(long, default_value_t = 2)]
    pub(crate) threads: usize,
    /// The subgraphs take this port and the next three, unless they are served there already by `serve`.
    #[arg(long, default_value_t = 4200)]
    pub(crate) first_port: u16,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A router to measure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Running { name: String, url: String, process: Option<u32> },
    Binary { name: String, path: PathBuf },
    Command { name: String, words: Vec<String> },
}

impl Options {
    /// The routers, in the order in which they are measured.
    pub(crate) fn routers(&self) -> anyhow::Result<Vec<Given>> {
        let mut given = Vec::new();
        for text in &self.routers {
            given.push(running(text, self.pid).with_context(|| format!("--router {text}"))?);
        }
        for text in &self.binaries {
            let (name, path) = text.split_once('=').with_context(|| format!("--binary {text}: write NAME=PATH"))?;
            given.push(Given::Binary { name: name.to_owned(), path: path.into() });
        }
        if given.is_empty() {
            given.push(Given::Binary { name: "ours".to_owned(), path: env!("CARGO_BIN_EXE_doa-market").into() });
        }
        for text in &self.commands {
            let (name, words) =
                text.split_once('=').with_context(|| format!("--against {text}: write NAME=COMMAND"))?;
            let words = words.split_whitespace().map(str::to_owned).collect();
            given.push(Given::Command { name: name.to_owned(), words });
        }
        Ok(given)
    }
}

fn running(text: &str, pid: Option<u32>) -> anyhow::Result<Given> {
    let (name, rest) = match text.split_once('=') {
        Some((name, rest)) if !name.contains("://") => (name, rest),
        _ => ("router", text),
    };
    let (url, process) = match rest.rsplit_once('=') {
        Some((url, process)) => (url, Some(process.parse().with_context(|| format!("{process} is no process id"))?)),
        None => (rest, pid),
    };
    anyhow::ensure!(url.starts_with("http://"), "{url} is no http:// URL");
    Ok(Given::Running { name: name.to_owned(), url: url.to_owned(), process })
}
