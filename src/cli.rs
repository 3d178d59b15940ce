//! The commands.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use platform::trace::TraceExport;

use crate::config::Config;
use crate::{admin, check, demo, events, plan, processes, schema};

/// DOA Market: a Korean open marketplace as one federated graph.
#[derive(Parser)]
#[command(name = "doa-market", version, about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole market in this process.
    Up,
    /// Run the router; with the market's own gateway unless another graph is given.
    Router {
        /// Serve this supergraph instead of the market's.
        #[arg(long, value_name = "FILE", group = "graph")]
        supergraph: Option<PathBuf>,
        /// Compose and serve the subgraphs of this configuration file; router/router.example.toml shows all it can say.
        #[arg(long, value_name = "CONFIG", group = "graph")]
        compose: Option<PathBuf>,
        /// Reach a subgraph of that graph at another URL, as name=url; may be repeated.
        #[arg(long = "override", value_name = "NAME=URL", requires = "graph")]
        overrides: Vec<String>,
    },
    /// Run one service.
    Subgraph {
        /// The service's name.
        name: String,
    },
    /// Create and migrate the services' schemas.
    Migrate {
        /// Also remove what only the release before reads: when none of its replicas runs any more.
        #[arg(long)]
        contract: bool,
    },
    /// Fill the market with the demo catalogue; what is there stays.
    Seed {
        /// How many times the demo catalogue.
        #[arg(long, default_value_t = 1)]
        scale: u32,
    },
    /// Print and compose schemas.
    Schema {
        #[command(subcommand)]
        command: schema::SchemaCommand,
    },
    /// Explain how the router would answer an operation; no server is needed.
    Plan(#[command(flatten)] plan::PlanArguments),
    /// Print the OpenAPI document of the REST API.
    Openapi,
    /// List every option with its default.
    Config,
    /// Verify what must always hold.
    Check {
        /// What is verified.
        #[arg(value_enum)]
        what: check::What,
    },
    /// Tell events again.
    Events {
        #[command(subcommand)]
        command: events::EventsCommand,
    },
    /// Make the stats anew of the events that were told.
    RebuildStats,
    /// Accounts of the staff.
    Admin {
        #[command(subcommand)]
        command: admin::AdminCommand,
    },
    /// Run a sandbox of somebody else's system.
    Sandbox {
        /// Whose.
        #[arg(value_enum)]
        whose: processes::SandboxKind,
    },
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::Schema { command } => return schema::run(command),
        Command::Plan(arguments) => return plan::run(arguments),
        Command::Openapi => {
            print!("{}", schema::openapi()?);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config => {
            print!("{}", Config::documentation());
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let config = Config::load()?;
    // What runs for a moment only has no traces.
    let role = match &arguments.command {
        Command::Up => "market",
        Command::Router { .. } => "router",
        Command::Subgraph { name } => name,
        _ => return act(arguments.command, config).await,
    };
    let traces = TraceExport::start(&config.traces, role)?;
    let outcome = act(arguments.command, config).await;
    traces.stop().await;
    outcome
}

async fn act(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up => processes::up(config).await?,
        Command::Router { supergraph: Some(file), overrides, .. } => {
            processes::over_supergraph(config, &file, &overrides).await?;
        }
        Command::Router { compose: Some(file), overrides, .. } => {
            processes::over_subgraphs(config, &file, &overrides).await?;
        }
        Command::Router { .. } => processes::router(config).await?,
        Command::Subgraph { name } => processes::subgraph(config, &name).await?,
        Command::Migrate { contract } => processes::migrate(&config, contract).await?,
        Command::Seed { scale } => demo::run(&config, scale).await?,
        Command::Check { what } => return check::run(&config, what).await,
        Command::Events { command } => events::run(&config, command).await?,
        Command::RebuildStats => check::rebuild_stats(&config).await?,
        Command::Admin { command } => admin::run(&config, command).await?,
        Command::Sandbox { whose } => processes::sandbox(&config, whose).await?,
        Command::Schema { .. } | Command::Plan(_) | Command::Openapi | Command::Config => {}
    }
    Ok(ExitCode::SUCCESS)
}
