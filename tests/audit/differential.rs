//! Random operations, answered by our router and by the reference gateway over the same subgraphs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use crate::differences::{self, Asked, Difference};
use crate::folder::Folder;
use crate::market;
use crate::operations::{Bounds, Operation, Operations, Schema, Values};
use crate::process::{Router, ask, compose, write_subgraphs};
use crate::suites::Suite;

/// How far the two answer alike.
#[derive(Args)]
pub(crate) struct Options {
    /// Where the federation audit's server is.
    #[arg(long)]
    server: String,
    /// Where the reference gateway is.
    #[arg(long)]
    gateway: String,
    /// How many operations a graph is asked.
    #[arg(long, default_value_t = 250)]
    operations: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this suite, or "market".
    #[arg(long)]
    suite: Option<String>,
    /// Show differences that have a known reason, too.
    #[arg(long)]
    verbose: bool,
}

const BOUNDS: Bounds = Bounds { fields: 30, depth: 7 };

/// What was compared, and what differed for which reason.
#[derive(Default)]
pub(crate) struct Tally {
    asked: usize,
    explained: BTreeMap<&'static str, usize>,
    open: usize,
}

/// An endpoint with the headers that it is sent.
type Endpoint = (String, Box<dyn Fn() -> Vec<(&'static str, String)>>);

/// A graph, and the two that answer for it.
pub(crate) struct Pair<'a> {
    pub(crate) name: &'a str,
    pub(crate) schema: &'a Schema,
    pub(crate) values: &'a Values,
    pub(crate) bounds: Bounds,
    pub(crate) ours: Endpoint,
    pub(crate) theirs: Endpoint,
}

/// Prints how many answers are equal in every graph; whether every difference has a known reason.
pub(crate) async fn run(options: &Options) -> bool {
    let mut tally = Tally::default();
    println!("{:<36} {:>10} {:>10} {:>10}", "graph", "operations", "explained", "open");
    let only = options.suite.as_deref();
    for suite in Suite::all(&options.server, only).await {
        over_suite(&suite, options, &mut tally).await;
    }
    if only.is_none_or(|only| only == "market") {
        market::compare(options, &mut tally).await;
    }
    println!();
    for (reason, count) in &tally.explained {
        println!("{count:>6} {reason}");
    }
    let equal = tally.asked - tally.open - tally.explained.values().sum::<usize>();
    println!(
        "\noperations with equal answers: {equal}/{}; differences without a known reason: {}",
        tally.asked, tally.open
    );
    tally.asked > 0 && tally.open == 0
}

async fn over_suite(suite: &Suite, options: &Options, tally: &mut Tally) {
    let folder = Folder::new();
    let config = write_subgraphs(&folder, &suite.subgraphs);
    let supergraph = compose(&config).unwrap_or_else(|said| panic!("{}: {said}", suite.name));
    let router = Router::start(&["--compose"], &config).await.expect("the router starts");
    let Some(theirs) = options.teach(&suite.name, &suite.supergraph).await else { return };
    let mut values = Values::default();
    for case in suite.cases().await {
        differences::gather_texts(&case.expected.data, &case.query, &mut values);
    }
    let schema = Schema::read(&::router::compose::api_schema(&supergraph).unwrap(), &[]);
    let pair = Pair {
        name: &suite.name,
        schema: &schema,
        values: &values,
        bounds: BOUNDS,
        ours: (router.url.clone(), Box::new(Vec::new)),
        theirs: (theirs, Box::new(Vec::new)),
    };
    pair.compare(options, tally).await;
}

impl Options {
    /// Gives the reference gateway a supergraph; its endpoint, if it takes it.
    pub(crate) async fn teach(&self, name: &str, supergraph: &str) -> Option<String> {
        let url = format!("{}/graphs/{name}", self.gateway);
        let answer = client().post(&url).body(supergraph.to_owned()).send().await.expect("the gateway answers");
        if answer.status().is_success() {
            return Some(format!("{url}/graphql"));
        }
        println!("{name:<36} refused by the reference gateway: {}", answer.text().await.unwrap());
        None
    }
}

fn client() -> reqwest::Client {
    platform::http_client::builder().timeout(Duration::from_secs(60)).build().unwrap()
}

impl Pair<'_> {
    pub(crate) async fn compare(&self, options: &Options, tally: &mut Tally) {
        let asked = Http { pair: self, http: client() };
        let mut seen = BTreeSet::new();
        let (mut explained, mut open) = (0, 0);
        // Small schemas have few operations; what was asked before shows nothing new.
        let operations =
            Operations::new(self.schema, self.values, self.bounds, options.seed).take(options.operations * 20);
        let new = operations.filter(|operation| seen.insert(format!("{} {}", operation.query, operation.variables)));
        let new: Vec<Operation> = new.take(options.operations).collect();
        for operation in &new {
            let (ours, theirs) = (asked.ours(operation).await, asked.theirs(operation).await);
            let Some(difference) = Difference::between(self.name, operation, ours, theirs) else { continue };
            let reason = difference.reason(&asked).await;
            match reason {
                Some(reason) => {
                    explained += 1;
                    *tally.explained.entry(reason).or_default() += 1;
                }
                None => open += 1,
            }
            if reason.is_none() || options.verbose {
                println!("\nreason: {}\n{difference}\n", reason.unwrap_or("unknown"));
            }
        }
        tally.asked += new.len();
        tally.open += open;
        println!("{:<36} {:>10} {explained:>10} {open:>10}", self.name, new.len());
    }
}

struct Http<'a> {
    pair: &'a Pair<'a>,
    http: reqwest::Client,
}

impl Http<'_> {
    async fn ask(&self, (url, headers): &Endpoint, operation: &Operation) -> Value {
        ask(&self.http, url, &operation.query, &operation.variables, &headers()).await
    }
}

impl Asked for Http<'_> {
    async fn ours(&self, operation: &Operation) -> Value {
        self.ask(&self.pair.ours, operation).await
    }

    async fn theirs(&self, operation: &Operation) -> Value {
        self.ask(&self.pair.theirs, operation).await
    }
}
