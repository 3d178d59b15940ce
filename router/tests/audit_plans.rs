//! Every operation of the federation audit is planned over the supergraph that we compose, where a copy is at hand
//! (`FEDERATION_AUDIT`).

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use router::compose::{SubgraphSdl, compose};
use router::{Request, Router, RouterSettings};

/// Answers every request with nothing.
struct Silent;

impl SubgraphTransport for Silent {
    fn execute(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async { Ok(GraphAnswer::Json { status: 200, body: b"{\"data\":{}}".to_vec().into() }) })
    }
}

#[tokio::test]
#[ignore = "needs the audit: FEDERATION_AUDIT names its data"]
async fn plans_every_operation() {
    let root = std::env::var("FEDERATION_AUDIT").expect("FEDERATION_AUDIT names the audit's data");
    let mut failed = Vec::new();
    let mut count = 0;
    for suite in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(urls) = std::fs::read_to_string(suite.join("subgraphs.json")) else { continue };
        let urls: serde_json::Value = serde_json::from_str(&urls).unwrap();
        let sources: Vec<SubgraphSdl> = urls
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                let name = entry["name"].as_str().unwrap().to_owned();
                let sdl = std::fs::read_to_string(suite.join("subgraphs").join(format!("{name}.graphql"))).unwrap();
                SubgraphSdl { url: String::new(), name, sdl }
            })
            .collect();
        let supergraph = compose(&sources).unwrap();
        let transports: HashMap<String, Arc<dyn SubgraphTransport>> = sources
            .iter()
            .map(|source| (source.name.clone(), Arc::new(Silent) as Arc<dyn SubgraphTransport>))
            .collect();
        let router = Router::new(RouterSettings::default(), &supergraph.sdl, transports).unwrap();
        let tests: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(suite.join("tests.json")).unwrap()).unwrap();
        for test in tests.as_array().unwrap() {
            count += 1;
            let query = test["query"].as_str().unwrap().to_owned();
            let variables = serde_json::from_value(test["variables"].clone()).unwrap_or_default();
            let request = Request { query: query.clone(), operation_name: None, variables };
            let response = router.execute(request, &RequestContext::default()).await;
            let planned = !response.errors.iter().any(|error| error.code == "INTERNAL_SERVER_ERROR");
            // Where the audit expects an error and no data, there is no plan.
            if !planned && test["expected"]["data"].is_object()
                || !response.executed && test["expected"]["errors"] != true
            {
                failed.push(format!("{}: {query}\n{:?}", suite.display(), response.errors));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count} fail:\n{}", failed.len(), failed.join("\n"));
}
