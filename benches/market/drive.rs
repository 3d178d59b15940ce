//! Driving a scenario: warming up, a measured time, and what it cost.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::usage::{self, Meter};

/// Does one thing over and over, on a connection of its own.
pub(crate) trait Actor: Send + 'static {
    /// The steps of that thing, when there are several.
    const STEPS: &'static [&'static str];

    /// Does it once; how long each step took.
    fn act(&mut self) -> impl Future<Output = anyhow::Result<Vec<Duration>>> + Send;
}

/// How a scenario is driven.
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
}

/// What a scenario came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) count: usize,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) latency: Latency,
    pub(crate) steps: Vec<Step>,
    /// Processor time for one request or order.
    pub(crate) server_cpu_ms: f64,
    /// None when PostgreSQL runs elsewhere.
    pub(crate) postgres_cpu_ms: Option<f64>,
    pub(crate) client_cpu_ms: f64,
    /// The server's memory at the end of the scenario.
    pub(crate) memory: usage::Memory,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Latency {
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) latency: Latency,
}

const WARMING: u8 = 0;
const MEASURING: u8 = 1;
const OVER: u8 = 2;

/// How long one act and its steps took.
type Act = (Duration, Vec<Duration>);

/// Drives the actors side by side. What ends within the measured time counts.
pub(crate) async fn drive<A: Actor>(plan: Plan, actors: Vec<A>, meter: &Meter) -> anyhow::Result<Measured> {
    let phase = Arc::new(AtomicU8::new(WARMING));
    let mut working = JoinSet::new();
    for actor in actors {
        working.spawn(work(actor, Arc::clone(&phase)));
    }
    unless_one_fails(&mut working, plan.warm_up).await?;
    let before = meter.read()?;
    let began = Instant::now();
    phase.store(MEASURING, Ordering::Relaxed);
    unless_one_fails(&mut working, plan.measured).await?;
    phase.store(OVER, Ordering::Relaxed);
    let took = began.elapsed();
    let spent = meter.read()?.since(before);
    let memory = meter.memory()?;
    let mut acts: Vec<Act> = Vec::new();
    while let Some(done) = working.join_next().await {
        acts.extend(done??);
    }
    let count = acts.len();
    ensure!(count > 0, "nothing ended within {} s", took.as_secs());
    let each = |time: Duration| time.as_secs_f64() * 1_000.0 / count as f64;
    let step = |(index, name): (usize, &&'static str)| Step {
        name,
        latency: Latency::of(acts.iter().filter_map(|(_, steps)| steps.get(index).copied()).collect()),
    };
    Ok(Measured {
        name: plan.name,
        unit: plan.unit,
        count,
        seconds: took.as_secs_f64(),
        per_second: count as f64 / took.as_secs_f64(),
        steps: A::STEPS.iter().enumerate().map(step).collect(),
        latency: Latency::of(acts.iter().map(|(whole, _)| *whole).collect()),
        server_cpu_ms: each(spent.server),
        postgres_cpu_ms: spent.postgres.map(each),
        client_cpu_ms: each(spent.client),
        memory,
    })
}

async fn work<A: Actor>(mut actor: A, phase: Arc<AtomicU8>) -> anyhow::Result<Vec<Act>> {
    let mut acts = Vec::new();
    loop {
        let began = Instant::now();
        let steps = actor.act().await?;
        let took = began.elapsed();
        match phase.load(Ordering::Relaxed) {
            WARMING => {}
            MEASURING => acts.push((took, steps)),
            _ => return Ok(acts),
        }
    }
}

/// Waits; but not when an actor ends before its time, which it does only on an error.
async fn unless_one_fails(working: &mut JoinSet<anyhow::Result<Vec<Act>>>, time: Duration) -> anyhow::Result<()> {
    match tokio::time::timeout(time, working.join_next()).await {
        Err(_) => Ok(()),
        Ok(Some(ended)) => {
            ended??;
            bail!("a connection stopped by itself")
        }
        Ok(None) => bail!("no connection is left"),
    }
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { p50_ms: percentile(&times, 50), p99_ms: percentile(&times, 99) }
    }
}

/// The smallest time that so many of a hundred do not exceed, in milliseconds.
fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
