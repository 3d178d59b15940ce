//! What the benchmark is told by its arguments and the environment.

use std::str::FromStr;

use anyhow::{Context as _, bail, ensure};

/// What is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scenario {
    List,
    Detail,
    Checkout,
}

impl Scenario {
    const ALL: [Self; 3] = [Self::List, Self::Detail, Self::Checkout];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Detail => "detail",
            Self::Checkout => "checkout",
        }
    }

    /// What is counted.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::List | Self::Detail => "requests",
            Self::Checkout => "orders",
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// How long each scenario is measured, and driven before that.
    pub(crate) seconds: u64,
    pub(crate) warm_up: u64,
    pub(crate) connections: usize,
    pub(crate) buyers: usize,
    pub(crate) scale: u32,
    pub(crate) database_url: Option<String>,
    pub(crate) scenarios: Vec<Scenario>,
    pub(crate) json: bool,
    /// Whether the market's shapes are compared instead.
    pub(crate) shapes: bool,
    /// How often each shape is measured.
    pub(crate) rounds: usize,
}

impl Options {
    /// Reads them; none when only the usage was asked for.
    pub(crate) fn read() -> anyhow::Result<Option<Self>> {
        let (mut scenarios, mut json, mut shapes) = (Vec::new(), false, false);
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--json" => json = true,
                "shapes" => shapes = true,
                "--help" => {
                    println!("cargo bench --bench market -- [--json] [list] [detail] [checkout], or shapes alone");
                    return Ok(None);
                }
                name => match Scenario::ALL.into_iter().find(|scenario| scenario.name() == name) {
                    Some(scenario) => scenarios.push(scenario),
                    None => bail!("{name}: there are --json, the scenarios list, detail and checkout, and shapes"),
                },
            }
        }
        ensure!(!shapes || (scenarios.is_empty() && !json), "shapes goes with nothing else");
        if scenarios.is_empty() {
            scenarios.extend(Scenario::ALL);
        }
        let options = Self {
            seconds: number("BENCH_SECONDS", 10)?,
            warm_up: number("BENCH_WARM_UP", 2)?,
            connections: number("BENCH_CONNECTIONS", 8)?,
            buyers: number("BENCH_BUYERS", 24)?,
            scale: number("BENCH_SCALE", 1)?,
            database_url: std::env::var("BENCH_DATABASE_URL").ok().filter(|url| !url.is_empty()),
            scenarios,
            json,
            shapes,
            rounds: number("BENCH_ROUNDS", 3)?,
        };
        let positive = options.seconds > 0 && options.connections > 0 && options.rounds > 0;
        ensure!(positive, "BENCH_SECONDS, BENCH_CONNECTIONS and BENCH_ROUNDS must be above 0");
        // A buyer who orders on two connections at once would be a race for one cart, not a checkout.
        ensure!(options.buyers >= options.connections, "BENCH_BUYERS must be at least BENCH_CONNECTIONS");
        Ok(Some(options))
    }
}

fn number<T: FromStr>(variable: &str, default: T) -> anyhow::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    match std::env::var(variable) {
        Ok(text) if !text.is_empty() => text.parse().with_context(|| format!("{variable}={text}")),
        _ => Ok(default),
    }
}
