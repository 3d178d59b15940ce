//! `make bench`: what one market in one process does on this machine, measured over real HTTP and real PostgreSQL.
//!
//! Three scenarios are driven one after the other, each by a fixed number of connections that send their next request
//! as soon as they have the answer to the last:
//!
//! - `list`: a page of 20 products with seller, price and stock; other pages, orders and categories every time.
//! - `detail`: one product with everything its page shows; another product every time.
//! - `checkout`: into the cart, order, authorise at the sandbox, confirm the payment.
//!
//! The first error of any kind ends the run. Processor time is what the kernel counted for the server's process (the
//! payment sandbox is in it), for all processes of PostgreSQL, and for this program, which runs on the same cores.
//!
//! `cargo bench --bench market -- [--json] [list] [detail] [checkout]`. Environment: `BENCH_SECONDS` (10) and
//! `BENCH_WARM_UP` (2) for each scenario, `BENCH_CONNECTIONS` (8), `BENCH_BUYERS` (24), `BENCH_SCALE` (1, times the
//! demo catalogue), and `BENCH_DATABASE_URL` (empty: a private PostgreSQL, as the market makes itself one). Options of
//! the market itself pass through to it.
//!
//! `shapes` alone (`make bench-shapes`) compares the market in one process with its router and a process a service over
//! HTTP: `list` against both in turns, `BENCH_ROUNDS` (3) times, over one PostgreSQL.

mod catalogue;
mod client;
mod cluster;
mod drive;
mod market;
mod options;
#[path = "../../tests/support/ports.rs"]
mod ports;
mod report;
mod scenarios;
mod shapes;
mod usage;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::signal::unix::{SignalKind, signal};

use catalogue::Catalogue;
use drive::{Measured, drive};
use market::{Installation, Server};
use options::{Options, Scenario};
use report::{Report, StartReport};
use scenarios::{Buyer, Checkout, Detail, List};
use usage::{Machine, Meter};

/// How long the server rests before its idle memory is read.
const REST: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    let outcome = Options::read().and_then(|options| {
        let Some(options) = options else { return Ok(()) };
        // One thread: what drives the load shall take as little as possible from what is measured.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(until_interrupted(&options))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the benchmark; a signal ends it in an orderly way, so that no server is left behind.
async fn until_interrupted(options: &Options) -> anyhow::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        outcome = Box::pin(run(options)) => outcome,
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("interrupted"),
    }
}

fn say(text: &str) {
    eprintln!("bench: {text}");
}

async fn run(options: &Options) -> anyhow::Result<()> {
    if options.shapes {
        print!("{}", shapes::measure(options).await?);
        return Ok(());
    }
    let installation = Installation::new(options.database_url.clone())?;
    say("starting the market for the first time; it makes its database and the demo catalogue");
    let (server, first_start) = installation.start().await?;
    if options.scale > 1 {
        say(&format!("making the catalogue {} times as large", options.scale));
        installation.run(&["seed", "--scale", &options.scale.to_string()])?;
    }
    server.stop().await?;
    say("starting it again, with the database that is there now");
    let (server, start) = installation.start().await?;
    let outcome = Box::pin(measure(options, &installation, &server, first_start, start)).await;
    if outcome.as_ref().map_or(true, |report| report.warnings > 0) {
        eprintln!("{}", installation.end_of_log());
    }
    let report = outcome?;
    server.stop().await?;
    if options.json {
        println!("{}", report.json()?);
    } else {
        print!("{}", report.table());
    }
    Ok(())
}

async fn measure(
    options: &Options,
    installation: &Installation,
    server: &Server,
    first_start: Duration,
    start: Duration,
) -> anyhow::Result<Report> {
    tokio::time::sleep(REST).await;
    let idle = usage::memory(server.pid())?;
    let postgres = usage::Postgres::at(&installation.database()?.url).await?;
    let meter = Meter::new(vec![server.pid()], postgres.postmaster);
    say("reading the catalogue");
    let catalogue = Catalogue::read(&installation.url).await?;
    let mut measured = Vec::new();
    for scenario in &options.scenarios {
        say(&format!("{}: {} s after {} s of warming up", scenario.name(), options.seconds, options.warm_up));
        measured.push(one(*scenario, options, installation, &catalogue, &meter).await.context(scenario.name())?);
    }
    say("verifying the books");
    let books = installation.check_ledger().await?;
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        build: if cfg!(debug_assertions) { "debug" } else { "release" },
        machine: Machine::this()?,
        postgres_version: postgres.version,
        connections: options.connections,
        seconds: options.seconds,
        products: catalogue.products.len(),
        variants: catalogue.variants.len(),
        pages: catalogue.pages.len(),
        start: StartReport {
            first_seconds: first_start.as_secs_f64(),
            existing_database_seconds: start.as_secs_f64(),
            starts_postgres: options.database_url.is_none(),
            idle_resident_mib: idle.resident_mib,
        },
        scenarios: measured,
        books,
        warnings: installation.warnings()?,
    })
}

async fn one(
    scenario: Scenario,
    options: &Options,
    installation: &Installation,
    catalogue: &Catalogue,
    meter: &Meter,
) -> anyhow::Result<Measured> {
    let (url, connections) = (installation.url.as_str(), options.connections);
    let plan = drive::Plan {
        name: scenario.name(),
        unit: scenario.unit(),
        warm_up: Duration::from_secs(options.warm_up),
        measured: Duration::from_secs(options.seconds),
    };
    match scenario {
        Scenario::List => drive(plan, List::on(url, catalogue, connections)?, meter).await,
        Scenario::Detail => drive(plan, Detail::on(url, catalogue, connections)?, meter).await,
        Scenario::Checkout => {
            say(&format!("signing up {} buyers and filling the shelves", options.buyers));
            let buyers = Buyer::sign_up(url, options.buyers).await?;
            catalogue.fill_shelves(url).await?;
            drive(plan, Checkout::on(url, catalogue, buyers, connections)?, meter).await
        }
    }
}
