//! Random input for everything that reads what others send: the parser, validation, composition, planning, execution.
//!
//! `cargo test` runs a few cases of each, always the same. `FUZZ_SECONDS=600 cargo test --release -p router --test fuzz --
//! --nocapture planner` runs new ones for so long and tells how many, and how memory grew. What fails is made smaller
//! and shown; `FUZZ_BYTES` (as shown, in hexadecimal) runs it again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::cast_possible_truncation, clippy::needless_range_loop)]

mod answers;
mod choices;
mod graphs;
mod operations;

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use answers::Fake;
use choices::Choices;
use graphs::Graph;
use operations::Api;
use platform::graph::{RequestContext, SubgraphTransport};
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use router::compose::{SubgraphSdl, api_schema, compose};
use router::rest::{Beside, RestApi, RestDocument};
use router::{GraphError, Request, Router, RouterSettings};

/// No single case may take longer; generous, because tests share a machine.
const LONGEST: Duration = Duration::from_secs(3);

/// Runs a property over random bytes: so many cases, or as long as `FUZZ_SECONDS` says.
fn run(name: &str, cases: u32, bytes: usize, property: impl Fn(&[u8]) -> Result<(), String>) {
    let executions = Cell::new(0u64);
    let slowest = Cell::new(Duration::ZERO);
    let test = |bytes: Vec<u8>| {
        let started = Instant::now();
        property(&bytes).map_err(TestCaseError::fail)?;
        let took = started.elapsed();
        executions.set(executions.get() + 1);
        slowest.set(slowest.get().max(took));
        if took > LONGEST { Err(TestCaseError::fail(format!("it took {took:?}"))) } else { Ok(()) }
    };
    if let Ok(hex) = std::env::var("FUZZ_BYTES") {
        let bytes: Vec<u8> = hex
            .as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect();
        return property(&bytes).unwrap();
    }
    let strategy = proptest::collection::vec(any::<u8>(), 0..bytes);
    let config = Config { cases, max_shrink_iters: 5_000, failure_persistence: None, ..Config::default() };
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse::<u64>().ok());
    let started = Instant::now();
    let mut before = None;
    loop {
        let mut runner = match seconds {
            Some(_) => TestRunner::new(config.clone()),
            None => TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        };
        if let Err(TestError::Fail(reason, bytes)) = runner.run(&strategy, test) {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            panic!("{name}: {reason}\nFUZZ_BYTES={hex}");
        }
        // The first round fills caches and pools; from then on nothing should grow.
        let before = *before.get_or_insert_with(resident);
        match seconds {
            Some(seconds) if started.elapsed() < Duration::from_secs(seconds) => {}
            _ => {
                let (count, slowest) = (executions.get(), slowest.get());
                let now = resident();
                println!(
                    "{name}: {count} executions in {:?}, slowest {slowest:?}, memory {before} → {now} KiB",
                    started.elapsed()
                );
                return;
            }
        }
    }
}

/// Memory of this process in KiB, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A router that remembers no operation, so that nothing grows between cases.
fn router(supergraph: &str, graph: &Arc<Graph>, seed: &[u8], faults: usize) -> Result<Arc<Router>, String> {
    let transports: HashMap<String, Arc<dyn SubgraphTransport>> = (0..graph.subgraphs.len())
        .map(|at| {
            let fake = Fake::new(graph, at, seed, faults);
            (graph.subgraphs[at].name.clone(), Arc::new(fake) as Arc<dyn SubgraphTransport>)
        })
        .collect();
    let settings = RouterSettings { plan_cache_bytes: 0, ..RouterSettings::default() };
    Router::new(settings, supergraph, transports).map_err(|error| format!("{error}\n{supergraph}"))
}

fn request(query: &str) -> Request {
    Request { query: query.to_owned(), ..Request::default() }
}

/// A graph that does not change, for what is about operations alone.
static FIXED: LazyLock<(Arc<Graph>, Arc<Router>, Api)> = LazyLock::new(|| {
    let bytes: Vec<u8> = (0..4_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let graph = Arc::new(graphs::graph(&mut Choices::new(&bytes)));
    let supergraph = compose(&graph.subgraphs).unwrap().sdl;
    let router = router(&supergraph, &graph, &[], 0).unwrap();
    let api = Api::read(router.api_schema());
    (graph, router, api)
});

/// Words of the language of operations.
const WORDS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "=",
    "...",
    " on ",
    "query ",
    "mutation ",
    "subscription ",
    "fragment ",
    "F ",
    "$a",
    "id",
    "tag",
    "__typename",
    "__schema",
    "null",
    "true",
    "1",
    "-0",
    "1.5e3",
    "\"x\"",
    "\"\\u00e9\"",
    "\"\"\"b\"\"\"",
    "#c\n",
    ",",
    "Thing",
    "E0",
    "Query",
    "Int",
    "@skip(if: true)",
    "@include(if: $a)",
    "\u{feff}",
    "개",
];

/// Planned or refused, with codes that say why; answers the errors.
fn plans_or_refuses(router: &Router, query: &str) -> Result<Vec<GraphError>, String> {
    match router.explain(request(query), &RequestContext::default()) {
        Ok(_) => Ok(Vec::new()),
        Err(errors) if errors.is_empty() => Err(format!("refused without an error: {query}")),
        Err(errors) => match errors.iter().find(|error| error.code == "INTERNAL_SERVER_ERROR") {
            Some(error) => Err(format!("{}: {query}", error.message)),
            None => Ok(errors),
        },
    }
}

#[test]
fn parser() {
    run("parser", 3_000, 200, |bytes| {
        let (_, router, _) = &*FIXED;
        let mut choices = Choices::new(bytes);
        let mut text = String::new();
        while !choices.is_used_up() {
            match choices.below(12) {
                0 => text.push(char::from(choices.byte())),
                1 => text.push(char::from_u32(choices.below(0x3100) as u32).unwrap_or('x')),
                _ => text.push_str(choices.pick::<&str>(WORDS)),
            }
        }
        plans_or_refuses(router, &text)?;
        // The same text as a schema, a supergraph and a document of routes.
        let sdl = SubgraphSdl { name: "a".to_owned(), url: String::new(), sdl: text.clone() };
        if compose(&[sdl]).is_ok() {
            return Err(format!("{text} is no schema"));
        }
        let _ = Router::subgraphs_of(&text);
        let _ = RestApi::new(Arc::clone(router), &[RestDocument { name: "a".to_owned(), text }], &Beside::new());
        Ok(())
    });
}

#[test]
fn validator() {
    run("validator", 3_000, 300, |bytes| {
        let (_, router, api) = &*FIXED;
        let mut choices = Choices::new(bytes);
        let mut query = api.operation(&mut choices, 60);
        if choices.chance(10) {
            let mut errors = plans_or_refuses(router, &query)?;
            errors.retain(|error| error.code != "OPERATION_TOO_COMPLEX");
            return if errors.is_empty() { Ok(()) } else { Err(format!("{errors:?}: {query}")) };
        }
        query = choices.damage(&query);
        if choices.chance(30) {
            query = format!("{query} {}", api.operation(&mut choices, 10).replace(" Op", " Other"));
        }
        plans_or_refuses(router, &query).map(|_| ())
    });
}

#[test]
fn composer() {
    run("composer", 500, 600, |bytes| {
        let mut choices = Choices::new(bytes);
        let mut sources = graphs::graph(&mut choices).subgraphs;
        if choices.chance(70) {
            let at = choices.below(sources.len());
            sources[at].sdl = choices.damage(&sources[at].sdl);
        }
        match compose(&sources) {
            Ok(composed) => {
                Router::subgraphs_of(&composed.sdl).map_err(|error| format!("{error}\n{}", composed.sdl))?;
                api_schema(&composed.sdl).map_err(|error| format!("{error}\n{}", composed.sdl))?;
                sources.reverse();
                match compose(&sources) {
                    Ok(again) if again.sdl == composed.sdl => Ok(()),
                    _ => Err(format!("it depends on the order of the subgraphs: {sources:#?}")),
                }
            }
            Err(errors) if errors.is_empty() => Err("refused without an error".to_owned()),
            Err(_) => Ok(()),
        }
    });
}

/// A graph that composes, with a router over it; none where the bytes make one that does not.
fn composed(choices: &mut Choices<'_>, faults: usize) -> Result<Option<(Arc<Router>, Api)>, String> {
    let graph = Arc::new(graphs::graph(choices));
    let Ok(composed) = compose(&graph.subgraphs) else { return Ok(None) };
    let seed: Vec<u8> = (0..choices.below(60) + 3).map(|_| choices.byte()).collect();
    let router = router(&composed.sdl, &graph, &seed, faults)?;
    let api = Api::read(router.api_schema());
    Ok(Some((router, api)))
}

#[test]
fn most_graphs_compose() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = proptest::collection::vec(any::<u8>(), 300..600);
    let all = 100;
    let mut refused = Vec::new();
    for _ in 0..all {
        let bytes = strategy.new_tree(&mut runner).unwrap().current();
        if let Err(errors) = compose(&graphs::graph(&mut Choices::new(&bytes)).subgraphs) {
            refused.push(errors[0].to_string());
        }
    }
    assert!(refused.len() * 5 < all, "{refused:#?}");
}

#[test]
fn planner() {
    run("planner", 400, 900, |bytes| {
        let mut choices = Choices::new(bytes);
        let Some((router, api)) = composed(&mut choices, 0)? else { return Ok(()) };
        for _ in 0..5 {
            let query = api.operation(&mut choices, 60);
            match router.explain(request(&query), &RequestContext::default()) {
                Ok(_) => {}
                Err(errors) if errors.iter().all(|error| error.code == "OPERATION_TOO_COMPLEX") => {}
                Err(errors) => return Err(format!("{errors:?}\n{query}")),
            }
        }
        Ok(())
    });
}

#[test]
fn executor() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    run("executor", 400, 900, |bytes| {
        let mut choices = Choices::new(bytes);
        let faults = *choices.pick(&[0, 0, 8, 40]);
        let Some((router, api)) = composed(&mut choices, faults)? else { return Ok(()) };
        for _ in 0..5 {
            let query = api.operation(&mut choices, 40);
            let response = runtime.block_on(router.execute(request(&query), &RequestContext::default()));
            let shown = || format!("{query}\n{}", String::from_utf8_lossy(&response.body));
            let answer = answers::check(&query, &response.body).map_err(|problem| format!("{problem}\n{}", shown()))?;
            let too_complex = answer["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX";
            if faults == 0 && !answer["errors"].is_null() && !too_complex {
                return Err(format!("subgraphs that answer well make no errors\n{}", shown()));
            }
        }
        Ok(())
    });
}
