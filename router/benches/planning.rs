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
use router::compose::{SubgraphSdl, compose};
use router::rest::{Beside, RestApi, RestDocument};
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

/// Our REST operations, as a router prepares them when it starts.
fn rest(criterion: &mut Criterion) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let router = router(&std::fs::read_to_string(schema.join("supergraph.graphql")).unwrap(), Limits::default());
    let documents: Vec<RestDocument> = std::fs::read_dir(schema.join("rest/v1"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| RestDocument { name: path.display().to_string(), text: std::fs::read_to_string(&path).unwrap() })
        .collect();
    let count: usize = documents.iter().map(|document| document.text.matches("@rest(").count()).sum();
    // Twice the same is refused once all are prepared: before their OpenAPI is written, which is not to be measured.
    let twice: Vec<RestDocument> = documents.iter().chain(&documents).cloned().collect();
    let prepare = || assert!(RestApi::new(Arc::clone(&router), black_box(&twice), &Beside::new()).is_err());
    let round = || {
        let started = Instant::now();
        prepare();
        started.elapsed() / u32::try_from(2 * count).unwrap()
    };
    assert!(RestApi::new(Arc::clone(&router), &documents, &Beside::new()).is_ok());
    println!("planning/rest: {count} operations, mean {:?}", (0..20).map(|_| round()).min().unwrap());
    criterion.bench_function("planning/rest", |bencher| bencher.iter(prepare));
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
            (case.time(&context, 40, 1), case.plan(&context), case.name)
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
