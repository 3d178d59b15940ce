//! The command `events`: telling events again, and dead letters.

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use platform::database::Database;
use platform::events::{AmqpBus, Replay, replay};

use crate::config::{Config, ProcessSettings};
use crate::services;

#[derive(Subcommand)]
pub(crate) enum EventsCommand {
    /// Tell published events of a service again. Who has had an event's effect has it once.
    Replay(#[command(flatten)] ReplayArguments),
    /// Show how many dead letters each consumer has.
    DeadLetters,
    /// Put a consumer's dead letters back into its queue.
    Redrive {
        /// The consumer, as in `stats`.
        consumer: String,
    },
}

#[derive(Args)]
pub(crate) struct ReplayArguments {
    /// The service that told them.
    service: String,
    /// Only this kind, as in `order.paid` or `order.*`; may be repeated.
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Only what happened to this, as in `ord_…`.
    #[arg(long, value_name = "ID")]
    aggregate: Option<String>,
    /// Only what happened then or later, as in 2026-01-31T09:00:00+09:00.
    #[arg(long, value_name = "TIME")]
    since: Option<DateTime<Utc>>,
    /// Only what happened before.
    #[arg(long, value_name = "TIME")]
    until: Option<DateTime<Utc>>,
    /// Only for this consumer.
    #[arg(long = "to", value_name = "SERVICE")]
    only_for: Option<String>,
    /// Count them, and tell nothing.
    #[arg(long)]
    dry_run: bool,
}

pub(crate) async fn run(config: &Config, command: EventsCommand) -> anyhow::Result<()> {
    match command {
        EventsCommand::Replay(arguments) => tell_again(config, arguments).await,
        EventsCommand::DeadLetters => {
            let bus = broker(config)?;
            for service in services::all().filter(|service| !service.hears.is_empty()) {
                println!("{}: {}", service.name, bus.dead_letters(service.name).await?);
            }
            Ok(())
        }
        EventsCommand::Redrive { consumer } => {
            hearing(&consumer)?;
            println!("put back: {}", broker(config)?.redrive(&consumer).await?);
            Ok(())
        }
    }
}

async fn tell_again(config: &Config, arguments: ReplayArguments) -> anyhow::Result<()> {
    let ReplayArguments { service, kinds, aggregate, since, until, only_for, dry_run } = arguments;
    let definition = services::find(&service).with_context(|| format!("there is no service {service}"))?;
    let mut told = Vec::new();
    for pattern in &kinds {
        let before = told.len();
        let fitting = definition.tells.iter().filter(|fact| fits(pattern, fact.kind));
        told.extend(fitting.map(|fact| fact.kind.to_owned()));
        if told.len() == before {
            bail!("{service} tells nothing like {pattern}");
        }
    }
    if let Some(consumer) = &only_for {
        hearing(consumer)?;
    }
    let database = Database::connect(&config.database, config.database_url()?, definition.name)?;
    let wanted = Replay { kinds: told, aggregate, since, until, only_for };
    let count = replay(&mut *database.connection().await?, &wanted, dry_run).await?;
    println!("{}: {count}", if dry_run { "would be told again" } else { "told again" });
    Ok(())
}

fn fits(pattern: &str, kind: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == kind, |beginning| kind.starts_with(beginning))
}

fn hearing(consumer: &str) -> anyhow::Result<()> {
    let service = services::find(consumer).with_context(|| format!("there is no service {consumer}"))?;
    if service.hears.is_empty() {
        bail!("{consumer} hears no events");
    }
    Ok(())
}

/// The bus that `AMQP_URL` names, between all services.
pub(crate) fn bus(process: &ProcessSettings) -> AmqpBus {
    let (url, namespace) = (process.amqp_url.clone(), &process.amqp_namespace);
    AmqpBus::new(url, namespace, process.event_attempts, services::consumers())
}

fn broker(config: &Config) -> anyhow::Result<AmqpBus> {
    let process = &config.process;
    if process.amqp_url.is_empty() {
        bail!("AMQP_URL is not set: events in memory have no dead letters, they wait in the outbox");
    }
    Ok(bus(process))
}
