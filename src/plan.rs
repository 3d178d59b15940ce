//! `doa-market plan`: how the router would answer an operation. Nobody is asked for anything.

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use async_graphql::{Name, Value};
use clap::Args;
use futures::future::{BoxFuture, ready};
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use router::compose::compose;
use router::{GraphError, QueryPlan, Request, Router, RouterSettings};

use crate::router_file::RouterFile;
use crate::schema;

#[derive(Args)]
pub(crate) struct PlanArguments {
    /// A file with the operation, or - for standard input.
    #[arg(value_name = "FILE")]
    document: PathBuf,
    /// Plan over this supergraph instead of the market's.
    #[arg(long, value_name = "FILE", group = "graph")]
    supergraph: Option<PathBuf>,
    /// Plan over the subgraphs of this configuration file of a router, which must name a `schema` for each.
    #[arg(long, value_name = "CONFIG", group = "graph")]
    compose: Option<PathBuf>,
    /// Which of the operations; needed where there are several.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// The variables, which decide what is skipped or included.
    #[arg(long, value_name = "JSON", value_parser = variables)]
    variables: Option<BTreeMap<Name, Value>>,
    /// Print the plan as JSON.
    #[arg(long)]
    json: bool,
}

fn variables(text: &str) -> serde_json::Result<BTreeMap<Name, Value>> {
    serde_json::from_str(text)
}

/// Prints the plan for a client that is not signed in; or, to standard error, why there is none.
pub(crate) fn run(arguments: PlanArguments) -> anyhow::Result<ExitCode> {
    let (settings, supergraph) = graph(&arguments)?;
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    for address in Router::subgraphs_of(&supergraph)? {
        transports.insert(address.name, Arc::new(Nowhere));
    }
    let router = Router::new(settings, &supergraph, transports)?;
    let request = Request {
        query: read(&arguments.document)?,
        operation_name: arguments.operation,
        variables: arguments.variables.unwrap_or_default(),
    };
    match router.explain(request, &RequestContext::default()) {
        Ok(plan) if arguments.json => println!("{:#}", plan.to_json()),
        Ok(plan) => print!("{}", text(&plan)),
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{}", told(error)));
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The supergraph, and how a router over it is set up.
fn graph(arguments: &PlanArguments) -> anyhow::Result<(RouterSettings, String)> {
    if let Some(file) = &arguments.supergraph {
        return Ok((RouterSettings::default(), read(file)?));
    }
    let Some(path) = &arguments.compose else { return Ok((RouterSettings::default(), schema::compose()?)) };
    let file = RouterFile::read(path)?;
    let supergraph = compose(&file.schemas().with_context(|| path.display().to_string())?).map_err(|errors| {
        let lines: String = errors.iter().map(|error| format!("\n  {error}")).collect();
        anyhow!("{}: the subgraphs do not compose:{lines}", path.display())
    })?;
    Ok((file.router_settings(RouterSettings::default())?, supergraph.sdl))
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("standard input")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    Ok(text)
}

fn text(plan: &QueryPlan) -> String {
    match (plan.requests(), plan.hops()) {
        (0, _) => "no subgraph is asked\n".to_owned(),
        (1, _) => format!("{plan}\n1 request\n"),
        (requests, hops) => format!("{plan}\n{requests} requests at most, {hops} of them one after the other\n"),
    }
}

fn told(error: &GraphError) -> String {
    let places: String = error.locations.iter().map(|(line, column)| format!("{line}:{column}: ")).collect();
    format!("{places}{}: {}", error.code, error.message)
}

/// A way to a subgraph that nobody goes.
struct Nowhere;

impl SubgraphTransport for Nowhere {
    fn execute(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(ready(Err(TransportError::Connection("a plan is only looked at".to_owned()))))
    }
}
