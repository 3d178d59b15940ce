//! The gateway benchmark: many connections ask one large operation, driven by wrk.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::contender::Contender;
use crate::expected;
use crate::options::Options;
use crate::usage::{Meter, memory};

const OPERATION: &str = include_str!("operation.graphql");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/router");
/// Values of `$nonce`: more than there are connections, so that no two questions under way are the same.
const NONCES: usize = 512;

/// What one run came to.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) router: String,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    /// Processor time of the router, where its process is known.
    pub(crate) cpu_seconds: Option<f64>,
    pub(crate) cpu_ms_each: Option<f64>,
    pub(crate) peak_mib: Option<f64>,
    pub(crate) failures: u64,
}

/// What `load.lua` prints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    right: u64,
    wrong_status: u64,
    wrong_length: u64,
    socket_errors: u64,
    timeouts: u64,
    seconds: f64,
    p50_us: f64,
    p95_us: f64,
    p99_us: f64,
}

/// Measures every router so many rounds; they take turns, and each round begins with another one.
pub(crate) async fn measure(options: &Options, contenders: &[Contender]) -> anyhow::Result<Vec<Run>> {
    ensure!(options.connections < NONCES && options.threads <= options.connections, "too many connections or threads");
    let mut lengths = Vec::new();
    for contender in contenders {
        lengths.push(right_length(contender).await?);
    }
    let mut runs = Vec::new();
    for round in 0..options.rounds {
        for turn in 0..contenders.len() {
            let at = (round + turn) % contenders.len();
            let run = one(options, &contenders[at], lengths[at]).await?;
            eprintln!("bench: round {}, {}: {:.0} requests/s", round + 1, run.router, run.per_second);
            runs.push(run);
        }
    }
    Ok(runs)
}

/// The answer must be right before its speed means anything; its length, which is that of all right answers.
async fn right_length(contender: &Contender) -> anyhow::Result<usize> {
    let (data, length) = contender.ask(&contender.url, OPERATION, json!({ "nonce": 0 })).await?;
    let expected = expected::data();
    if let Some(place) = difference(&expected, &data, String::from("data")) {
        anyhow::bail!("{} answers wrongly at {place}", contender.name);
    }
    Ok(length)
}

/// The first place where two values differ.
fn difference(expected: &Value, found: &Value, place: String) -> Option<String> {
    match (expected, found) {
        (Value::Object(wanted), Value::Object(given)) if wanted.len() == given.len() => {
            wanted.iter().find_map(|(key, value)| {
                difference(value, given.get(key).unwrap_or(&Value::Null), format!("{place}.{key}"))
            })
        }
        (Value::Array(wanted), Value::Array(given)) if wanted.len() == given.len() => wanted
            .iter()
            .zip(given)
            .enumerate()
            .find_map(|(at, (wanted, given))| difference(wanted, given, format!("{place}[{at}]"))),
        (wanted, given) => (wanted != given).then_some(place),
    }
}

async fn one(options: &Options, contender: &Contender, length: usize) -> anyhow::Result<Run> {
    if options.warm_up > 0 {
        drive(options, contender, length, options.warm_up).await?;
    }
    let meter = contender.process.map(|process| Meter::new(vec![process], None));
    let before = meter.as_ref().map(Meter::read).transpose()?;
    let counted = drive(options, contender, length, options.seconds).await?;
    let spent = match (&meter, before) {
        (Some(meter), Some(before)) => Some(meter.read()?.since(before).server.as_secs_f64()),
        _ => None,
    };
    let all = counted.right + counted.wrong_status + counted.wrong_length;
    Ok(Run {
        router: contender.name.clone(),
        per_second: counted.right as f64 / counted.seconds,
        p50_ms: counted.p50_us / 1_000.0,
        p95_ms: counted.p95_us / 1_000.0,
        p99_ms: counted.p99_us / 1_000.0,
        cpu_seconds: spent,
        cpu_ms_each: spent.map(|seconds| seconds * 1_000.0 / all.max(1) as f64),
        peak_mib: contender.process.map(memory).transpose()?.map(|memory| memory.peak_mib),
        failures: counted.wrong_status + counted.wrong_length + counted.socket_errors + counted.timeouts,
    })
}

async fn drive(options: &Options, contender: &Contender, length: usize, seconds: u64) -> anyhow::Result<Counted> {
    let folder = Path::new(FOLDER);
    let mut wrk = Command::new("wrk");
    wrk.arg("--threads").arg(options.threads.to_string());
    wrk.arg("--connections").arg(options.connections.to_string());
    wrk.arg("--duration").arg(format!("{seconds}s")).args(["--timeout", "10s"]);
    wrk.arg("--script").arg(folder.join("load.lua")).arg(&contender.url).arg("--");
    wrk.arg(folder.join("operation.graphql"));
    wrk.args([length, NONCES, options.threads].map(|number| number.to_string()));
    let limit = Duration::from_secs(seconds + 30);
    let output = tokio::time::timeout(limit, wrk.kill_on_drop(true).output()).await.context("wrk does not end")?;
    let output = output.context("wrk; `make bench-router` installs it")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk: {text}{}", String::from_utf8_lossy(&output.stderr));
    let line = text.lines().find(|line| line.starts_with('{')).with_context(|| format!("wrk printed: {text}"))?;
    Ok(serde_json::from_str(line)?)
}
