//! `make bench-router`: what a federation router does on this machine, ours or anybody's.
//!
//! `load` is the scenario of the well-known gateway benchmark: four subgraphs in memory (accounts, inventory, products,
//! reviews), one large operation that goes back and forth between them, 50 connections. Every request carries another
//! variable, and every request to a subgraph depends on it, so that sharing equal requests under way helps nobody. The
//! answer is compared with one that is worked out without a router before anything is measured; while measuring, another
//! status than 200 or another length is a failure, and any failure fails the run.
//!
//! `overhead` asks one subgraph a small question, through the router and directly.
//!
//! Others are started and measured beside ours with `--against NAME=COMMAND`; `--help` has the commands of two. For a
//! router that is started by hand: `serve` keeps the subgraphs up and says where the supergraph is; then, in another
//! terminal, `--router NAME=URL=PID`. Several are measured in turns, `--rounds` times, and compared by their medians.

mod contender;
mod data;
mod expected;
mod load;
mod options;
mod overhead;
#[path = "../../tests/support/ports.rs"]
mod ports;
mod report;
mod subgraphs;
#[allow(dead_code)]
#[path = "../market/usage.rs"]
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use contender::Contender;
use options::{Mode, Options};

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(until_interrupted(&options)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A signal ends it in an orderly way, so that no router is left behind.
async fn until_interrupted(options: &Options) -> anyhow::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        outcome = Box::pin(run(options)) => outcome,
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("interrupted"),
    }
}

async fn run(options: &Options) -> anyhow::Result<()> {
    let subgraphs = subgraphs::all(options.first_port);
    let file = write_supergraph(&subgraphs::supergraph(&subgraphs)?)?;
    let products = subgraphs[2].url();
    if options.mode == Mode::Serve || !subgraphs::are_served(&subgraphs).await? {
        for subgraph in &subgraphs {
            eprintln!("bench: {:<10} {}", subgraph.name, subgraph.url());
        }
        subgraphs::serve(subgraphs)?;
    }
    if options.mode == Mode::Serve {
        eprintln!("bench: the supergraph is {}; ctrl-C ends the subgraphs", file.display());
        return std::future::pending().await;
    }
    let mut contenders = Vec::new();
    for given in options.routers()? {
        contenders.push(Contender::enter(given, &file).await?);
    }
    if options.mode == Mode::Overhead {
        print!("{}", overhead::measure(&contenders, &products).await?);
        return Ok(());
    }
    let runs = load::measure(options, &contenders).await?;
    print!("{}", report::load(options, &runs)?);
    let failures: u64 = runs.iter().map(|run| run.failures).sum();
    anyhow::ensure!(failures == 0, "{failures} requests failed");
    Ok(())
}

fn write_supergraph(text: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir().join("doa-market-bench-router");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("supergraph.graphql");
    std::fs::write(&file, text).with_context(|| file.display().to_string())?;
    Ok(file)
}
