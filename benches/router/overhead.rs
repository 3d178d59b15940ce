//! What a router adds: the same small question asked of it and of the subgraph that answers it, one after the other.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::contender::Contender;

const QUESTION: &str = "{ topProducts { upc name price weight } }";
/// Questions to each side, before and while it is measured.
const WARM_UP: usize = 500;
const MEASURED: usize = 5_000;

/// Half of the questions take at most so long, and 99 of 100.
#[derive(Clone, Copy, Debug)]
struct Latency {
    p50: Duration,
    p99: Duration,
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
    }
}

/// Measures each router; a line for each.
pub(crate) async fn measure(contenders: &[Contender], subgraph: &str) -> anyhow::Result<String> {
    let mut text = format!("\nA cached operation on one subgraph, {MEASURED} times one after the other, in µs\n");
    text +=
        &format!("{:<14}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "", "router p50", "p99", "direct p50", "p99", "added p50");
    for contender in contenders {
        let (through, _) = contender.ask(&contender.url, QUESTION, json!({})).await?;
        let (direct, _) = contender.ask(subgraph, QUESTION, json!({})).await?;
        ensure!(through == direct && through["topProducts"].is_array(), "{} and the subgraph differ", contender.name);
        let (router, direct) = compare(&contender.url, subgraph).with_context(|| contender.name.clone())?;
        let us = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e6);
        let added = us(router.p50.saturating_sub(direct.p50));
        text += &format!(
            "{:<14}{:>12}{:>12}{:>12}{:>12}{added:>12}\n",
            contender.name,
            us(router.p50),
            us(router.p99),
            us(direct.p50),
            us(direct.p99)
        );
    }
    Ok(text)
}

/// Asks both in turn, so that both meet the same machine.
fn compare(router: &str, subgraph: &str) -> anyhow::Result<(Latency, Latency)> {
    let (mut router, mut subgraph) = (Connection::to(router)?, Connection::to(subgraph)?);
    let (mut through, mut direct) = (Vec::new(), Vec::new());
    for turn in 0..WARM_UP + MEASURED {
        let (one, other) = (router.ask()?, subgraph.ask()?);
        if turn >= WARM_UP {
            through.push(one);
            direct.push(other);
        }
    }
    Ok((Latency::of(through), Latency::of(direct)))
}

/// A connection that asks the same thing again and again, with as little of its own as can be.
struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    fn to(url: &str) -> anyhow::Result<Self> {
        let (authority, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).context("the URL")?;
        let stream = TcpStream::connect(authority)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let body = serde_json::to_vec(&json!({ "query": QUESTION, "variables": Value::Object(Default::default()) }))?;
        let mut request = format!(
            "POST /{path} HTTP/1.1\r\nhost: {authority}\r\ncontent-type: application/json\r\n\
             accept: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend(body);
        Ok(Self { stream, request, answer: vec![0; 64 * 1024] })
    }

    /// Asks once; how long the answer took.
    fn ask(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        self.stream.write_all(&self.request)?;
        let (mut filled, mut whole) = (0, None);
        loop {
            let more = self.stream.read(&mut self.answer[filled..])?;
            ensure!(more > 0, "the connection was closed");
            filled += more;
            if whole.is_none() {
                whole = length(&self.answer[..filled])?;
            }
            if whole.is_some_and(|whole| filled >= whole) {
                return Ok(began.elapsed());
            }
        }
    }
}

/// The length of an answer with its head, once the head is there.
fn length(answer: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    ensure!(head.starts_with("http/1.1 200"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).context("no content-length")?;
    Ok(Some(end + 4 + length.trim().parse::<usize>()?))
}
