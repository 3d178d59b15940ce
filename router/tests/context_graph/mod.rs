//! Subgraphs in process whose fields take arguments from contexts, and a router over them. Every field answers with what
//! it was told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_graphql::{EmptyMutation, EmptySubscription, ObjectType, Schema};
use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, LocalTransport, RequestContext, SubgraphTransport, TransportError};
use router::compose::{SubgraphSdl, compose};
use router::{Request, Router, RouterSettings};
use serde_json::{Value, json};

mod more;
mod trade;

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@shareable", "@external", "@requires", "@context", "@fromContext"])
"#;

/// Who was asked, and what, in order.
type Log = Arc<Mutex<Vec<(&'static str, String)>>>;

/// Notes what a subgraph is asked, and fails it on demand.
struct Noted {
    name: &'static str,
    inner: LocalTransport,
    log: Log,
    fails: Arc<AtomicBool>,
    over_json: bool,
}

impl SubgraphTransport for Noted {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        self.log.lock().unwrap().push((self.name, request.query.to_string()));
        if self.fails.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::Connection("refused".to_owned())) });
        }
        Box::pin(async move {
            match self.inner.execute(request).await? {
                GraphAnswer::Tree(response) if self.over_json => {
                    Ok(GraphAnswer::Json { status: 200, body: serde_json::to_vec(&response).unwrap().into() })
                }
                answer => Ok(answer),
            }
        })
    }
}

pub(crate) struct Graph {
    router: Arc<Router>,
    log: Log,
    failing: HashMap<&'static str, Arc<AtomicBool>>,
}

impl Graph {
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        let variables = serde_json::from_value(variables).unwrap();
        let request = Request { query: query.to_owned(), operation_name: None, variables };
        self.log.lock().unwrap().clear();
        let response = self.router.execute(request, &RequestContext::default()).await;
        serde_json::from_slice(&response.body).unwrap()
    }

    /// How many requests an operation takes, and how many of them one after the other.
    pub(crate) fn cost(&self, query: &str) -> (usize, usize) {
        let request = Request { query: query.to_owned(), ..Request::default() };
        let plan = self.router.explain(request, &RequestContext::default()).unwrap();
        (plan.requests(), plan.hops())
    }

    /// The data of an answer without errors.
    pub(crate) async fn data(&self, query: &str) -> Value {
        let mut answer = self.ask(query, json!({})).await;
        assert_eq!(answer["errors"], json!(null), "{answer}");
        answer["data"].take()
    }

    /// Who was asked by the last operation.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        self.log.lock().unwrap().iter().map(|(name, _)| *name).collect()
    }

    pub(crate) fn queries(&self) -> Vec<String> {
        self.log.lock().unwrap().iter().map(|(_, query)| query.clone()).collect()
    }

    pub(crate) fn fail(&self, subgraph: &str) {
        self.failing[subgraph].store(true, Ordering::SeqCst);
    }
}

struct Builder {
    over_json: bool,
    log: Log,
    sources: Vec<SubgraphSdl>,
    transports: HashMap<String, Arc<dyn SubgraphTransport>>,
    failing: HashMap<&'static str, Arc<AtomicBool>>,
}

impl Builder {
    fn add<Q: ObjectType + 'static>(&mut self, name: &'static str, sdl: &str, query: Q) {
        self.add_schema(name, sdl, Schema::build(query, EmptyMutation, EmptySubscription).enable_federation().finish());
    }

    fn add_schema<Q, M>(&mut self, name: &'static str, sdl: &str, schema: Schema<Q, M, EmptySubscription>)
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
    {
        let sdl = format!("{LINK}{sdl}");
        self.sources.push(SubgraphSdl { name: name.to_owned(), url: String::new(), sdl });
        let fails = Arc::new(AtomicBool::new(false));
        self.failing.insert(name, Arc::clone(&fails));
        let inner = LocalTransport::new(Arc::new(schema));
        let noted = Noted { name, inner, log: Arc::clone(&self.log), fails, over_json: self.over_json };
        self.transports.insert(name.to_owned(), Arc::new(noted));
    }
}

pub(crate) fn graph(over_json: bool) -> Graph {
    let mut builder = Builder {
        over_json,
        log: Log::default(),
        sources: Vec::new(),
        transports: HashMap::new(),
        failing: HashMap::new(),
    };
    let trade = Schema::build(trade::Query, trade::Mutation, EmptySubscription).enable_federation().finish();
    builder.add_schema("trade", trade::SDL, trade);
    builder.add("stock", more::stock::SDL, more::stock::Query);
    builder.add("ship", more::ship::SDL, more::ship::Query);
    builder.add("places", more::places::SDL, more::places::Query);
    builder.add("desks", more::desks::SDL, more::desks::Query);
    builder.add("people", more::people::SDL, more::people::Query);
    let supergraph = compose(&builder.sources).unwrap();
    let router = Router::new(RouterSettings::default(), &supergraph.sdl, builder.transports).unwrap();
    Graph { router, log: builder.log, failing: builder.failing }
}
