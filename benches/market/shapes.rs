//! The same product list answered by the market in one process and by its router over HTTP, on the same database.

use std::time::Duration;

use crate::catalogue::Catalogue;
use crate::cluster::{Backing, Cluster};
use crate::drive::{self, Measured, drive};
use crate::market::Installation;
use crate::options::Options;
use crate::scenarios::List;
use crate::usage::{Machine, Meter, Postgres};
use crate::{Scenario, say};

const IN_PROCESS: &str = "one process";
const OVER_HTTP: &str = "over HTTP";

/// Drives the shapes in turns, each started anew for each round.
pub(crate) async fn measure(options: &Options) -> anyhow::Result<String> {
    let backing = Backing::start()?;
    let database = backing.get("DATABASE_URL")?;
    let mut installation = Installation::new(Some(database.clone()))?;
    let secret = || format!("{}{}", uuid::Uuid::new_v4().as_simple(), uuid::Uuid::new_v4().as_simple());
    installation.secrets = vec![("INTERNAL_KEY", secret()), ("AUTH_SIGNING_KEY", secret())];
    say("starting the market for the first time; it makes its tables and the demo catalogue");
    let (server, _) = installation.start().await?;
    if options.scale > 1 {
        installation.run(&["seed", "--scale", &options.scale.to_string()])?;
    }
    let catalogue = Catalogue::read(&installation.url).await?;
    server.stop().await?;
    let postgres = Postgres::at(&database).await?;
    let mut runs = Vec::new();
    for round in 1..=options.rounds {
        say(&format!("round {round}"));
        let (server, _) = installation.start().await?;
        let meter = Meter::new(vec![server.pid()], postgres.postmaster);
        runs.push(list(IN_PROCESS, options, &installation.url, &catalogue, &meter).await?);
        server.stop().await?;
        let cluster = Cluster::start(&installation, &backing).await?;
        let meter = Meter::new(cluster.pids(), postgres.postmaster);
        runs.push(list(OVER_HTTP, options, &cluster.url, &catalogue, &meter).await?);
        cluster.stop().await?;
    }
    report(options, &runs)
}

async fn list(
    name: &'static str,
    options: &Options,
    url: &str,
    catalogue: &Catalogue,
    meter: &Meter,
) -> anyhow::Result<Measured> {
    let plan = drive::Plan {
        name,
        unit: Scenario::List.unit(),
        warm_up: Duration::from_secs(options.warm_up),
        measured: Duration::from_secs(options.seconds),
    };
    drive(plan, List::on(url, catalogue, options.connections)?, meter).await
}

fn report(options: &Options, runs: &[Measured]) -> anyhow::Result<String> {
    let machine = Machine::this()?;
    let mut text = format!(
        "\nProduct list, 20 products with seller, price and stock: {} connections, {} s each, database and load on the \
         same cores\nMachine: {}, {} cores; CPU-ms for one request, `server` being all processes of the market\n\n",
        options.connections, options.seconds, machine.processor, machine.cores
    );
    text += &row(["", "per second", "p50 ms", "p99 ms", "server", "PostgreSQL", "client"]);
    text.extend(runs.iter().map(line));
    let median = |name: &str, value: fn(&Measured) -> f64| {
        let mut values: Vec<f64> = runs.iter().filter(|run| run.name == name).map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let ratio = |one: &str, other: &str, value| median(one, value) / median(other, value);
    text += &format!(
        "\nMedians: in one process ×{:.2} requests/s and 1/{:.2} of the market's processor time\n",
        ratio(IN_PROCESS, OVER_HTTP, |run| run.per_second),
        ratio(OVER_HTTP, IN_PROCESS, |run| run.server_cpu_ms)
    );
    Ok(text)
}

fn line(run: &Measured) -> String {
    row([
        run.name,
        &format!("{:.0}", run.per_second),
        &format!("{:.2}", run.latency.p50_ms),
        &format!("{:.2}", run.latency.p99_ms),
        &format!("{:.3}", run.server_cpu_ms),
        &run.postgres_cpu_ms.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}")),
        &format!("{:.3}", run.client_cpu_ms),
    ])
}

fn row([name, per_second, p50, p99, server, postgres, client]: [&str; 7]) -> String {
    format!("{name:<14}{per_second:>11}{p50:>9}{p99:>9}{server:>9}{postgres:>12}{client:>9}\n")
}
