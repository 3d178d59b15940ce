//! How long it takes to make a plan of an operation that was never seen: parse, check, plan.
//!
//! `cargo bench -p router --bench planning`. Measured are the operation of the gateway benchmark, our own REST operations,
//! those of the public federation audit (where `FEDERATION_AUDIT` names its data), each for itself with the median of
//! all, and operations that are made to take long, with the slowest.

#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, unreachable_pub)]

#[path = "../../benches/router/subgraphs/accounts.rs"]
mod accounts;
#[path = "../../benches/router/data.rs"]
mod data;
#[path = "../tests/support/hostile.rs"]
mod hostile;
#[path = "../../benches/router/subgraphs/inventory.rs"]
mod inventory;
#[path = "../../benches/router/subgraphs/products.rs"]
mod products;
#[path = "../../benches/router/subgraphs/reviews.rs"]
mod reviews;

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{Name, Value};
use criterion::{Criterion, criterion_group, criterion_main};
use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError, print_sdl};
use platform::identity::{Principal, Scope};
use router::compose::{SubgraphSdl, compose};
use router::{Limits, Request, Router, RouterSettings};

/// Nobody is asked.
struct Nobody;

impl SubgraphTransport for Nobody {
    fn execute(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async { Err(TransportError::Connection("nobody is there".to_owned())) })
    }
}

/// A router that remembers nothing.
fn router(supergraph: &str, limits: Limits) -> Arc<Router> {
    let transports = Router::subgraphs_of(supergraph)
        .unwrap()
        .into_iter()
        .map(|subgraph| (subgraph.name, Arc::new(Nobody) as Arc<dyn SubgraphTransport>))
        .collect();
    Router::new(RouterSettings { plan_cache_bytes: 0, limits, ..RouterSettings::default() }, supergraph, transports)
        .unwrap()
}

fn source(name: &str, sdl: String) -> SubgraphSdl {
    SubgraphSdl { name: name.to_owned(), url: String::new(), sdl }
}

/// An operation, and the router to plan it.
struct Case {
    name: String,
    router: Arc<Router>,
    request: Request,
}

impl Case {
    fn plan(&self, context: &RequestContext) -> bool {
        black_box(self.router.prepare(black_box(self.request.clone()), context)).is_ok()
    }

    /// How long one plan takes: the best of several rounds, since others use the machine too.
    fn time(&self, context: &RequestContext, rounds: u32, each: u32) -> Duration {
        let round = || {
            let started = Instant::now();
            (0..each).for_each(|_| {
                self.plan(context);
            });
            started.elapsed() / each
        };
        (0..rounds).map(|_| round()).min().unwrap_or_default()
    }
}

/// Plans all, and tells the distribution.
fn measure(criterion: &mut Criterion, group: &str, cases: &[Case], context: &RequestContext) {
    let failed: Vec<&str> = cases.iter().filter(|case| !case.plan(context)).map(|case| case.name.as_str()).collect();
    println!("{group}: {} operations, {} of them refused", cases.len(), failed.len());
    let mut times: Vec<Duration> = cases.iter().map(|case| case.time(context, 20, 20)).collect();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!("{group}: median {:?}, 90 % {:?}, slowest {:?}", at(50), at(90), at(100));
    criterion.bench_function(group, |bencher| {
        bencher.iter(|| cases.iter().filter(|case| case.plan(context)).count());
    });
}

fn gateway(criterion: &mut Criterion) {
    let sources = [
        source("accounts", print_sdl(&accounts::schema())),
        source("inventory", print_sdl(&inventory::schema())),
        source("products", print_sdl(&products::schema())),
        source("reviews", print_sdl(&reviews::schema())),
    ];
    let query = include_str!("../../benches/router/operation.graphql").to_owned();
    let router = router(&compose(&sources).unwrap().sdl, Limits::default());
    let variables = [(Name::new("nonce"), Value::from(1))].into_iter().collect();
    let request = Request { query, operation_name: None, variables };
    let case = Case { name: "gateway".to_owned(), router, request };
    measure(criterion, "planning/gateway", &[case], &RequestContext::default());
}

fn rest(criterion: &mut Criterion) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let router = router(&std::fs::read_to_string(schema.join("supergraph.graphql")).unwrap(), Limits::default());
    let mut cases = Vec::new();
    for file in std::fs::read_dir(schema.join("rest/v1")).unwrap().map(|entry| entry.unwrap().path()) {
        cases.extend(rest_cases(&router, &std::fs::read_to_string(file).unwrap()));
    }
    let principal = Principal {
        service: Some("bench".to_owned()),
        scopes: vec![Scope::Buyer, Scope::Seller, Scope::Staff, Scope::Service],
        ..Principal::default()
    };
    let context = RequestContext { principal: Arc::new(principal), ..RequestContext::default() };
    measure(criterion, "planning/rest", &cases, &context);
}

/// Each operation of a document with the fragments that it needs, as a client would send it.
fn rest_cases(router: &Arc<Router>, text: &str) -> Vec<Case> {
    let definitions = definitions(text);
    let name = |text: &str| {
        text.split_whitespace().nth(1).unwrap_or_default().split(['(', '{']).next().unwrap_or_default().to_owned()
    };
    let (fragments, operations): (Vec<_>, Vec<_>) =
        definitions.into_iter().partition(|text| text.starts_with("fragment"));
    operations
        .into_iter()
        .map(|operation| {
            let mut query = operation.clone();
            loop {
                let missing = fragments.iter().find(|fragment| {
                    let spread = format!("...{}", name(fragment));
                    let spreads = query
                        .split(&spread)
                        .skip(1)
                        .any(|after| !after.starts_with(|next: char| next.is_alphanumeric()));
                    spreads && !query.contains(fragment.as_str())
                });
                match missing {
                    Some(fragment) => query.push_str(fragment),
                    None => break,
                }
            }
            // `@rest` is for the router's eyes.
            if let (Some(start), Some(end)) = (query.find("@rest("), query.find(") {")) {
                query.replace_range(start..=end, "");
            }
            Case {
                name: name(&operation),
                router: Arc::clone(router),
                request: Request { query, ..Request::default() },
            }
        })
        .collect()
}

/// The definitions of a document.
fn definitions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    found
}

fn audit(criterion: &mut Criterion) {
    let Ok(root) = std::env::var("FEDERATION_AUDIT") else {
        return println!("planning/audit: FEDERATION_AUDIT names no data");
    };
    let mut cases = Vec::new();
    for suite in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(tests) = std::fs::read_to_string(suite.join("tests.json")) else { continue };
        let sources: Vec<SubgraphSdl> = std::fs::read_dir(suite.join("subgraphs"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| source(path.file_stem().unwrap().to_str().unwrap(), std::fs::read_to_string(&path).unwrap()))
            .collect();
        let router = router(&compose(&sources).unwrap().sdl, Limits::default());
        let tests: serde_json::Value = serde_json::from_str(&tests).unwrap();
        for test in tests.as_array().unwrap() {
            let query = test["query"].as_str().unwrap().to_owned();
            let variables = serde_json::from_value(test["variables"].clone()).unwrap_or_default();
            let request = Request { query, operation_name: None, variables };
            cases.push(Case { name: suite.display().to_string(), router: Arc::clone(&router), request });
        }
    }
    measure(criterion, "planning/audit", &cases, &RequestContext::default());
}

fn hostile(criterion: &mut Criterion) {
    let router = router(&compose(&hostile::graph()).unwrap().sdl, Limits::default());
    let context = RequestContext::default();
    let mut times: Vec<(Duration, bool, String)> = hostile::operations()
        .into_iter()
        .map(|(name, query)| {
            let request = Request { query, ..Request::default() };
            let case = Case { name: name.to_owned(), router: Arc::clone(&router), request };
            (case.time(&context, 5, 1), case.plan(&context), case.name)
        })
        .collect();
    times.sort();
    for (time, is_valid, name) in times.iter().rev().take(12) {
        println!("planning/hostile: {time:>12?} {} {name}", if *is_valid { "planned" } else { "refused" });
    }
    let slowest = &times.last().unwrap().2;
    let operations: HashMap<&str, String> = hostile::operations().into_iter().collect();
    let request = Request { query: operations[slowest.as_str()].clone(), ..Request::default() };
    criterion.bench_function("planning/hostile", |bencher| {
        bencher.iter(|| black_box(router.prepare(black_box(request.clone()), &context)).is_ok());
    });
}

criterion_group!(planning, gateway, rest, audit, hostile);
criterion_main!(planning);
