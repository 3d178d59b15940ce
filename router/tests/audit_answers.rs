//! The federation audit end to end: composed by us, planned and executed over HTTP, answers compared.
//!
//! Needs the audit's data (`FEDERATION_AUDIT`) and its own server of subgraphs on the port that the data names
//! (4200). It runs when it is asked for: `cargo test -p router --test audit_answers -- --ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use router::compose::{SubgraphSdl, compose};
use router::{Request, Router, RouterSettings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The smallest HTTP client that the audit's server understands.
struct PlainHttp {
    address: String,
    path: String,
}

impl PlainHttp {
    async fn send(&self, request: GraphRequest) -> std::io::Result<GraphAnswer> {
        let request = request.with_values();
        let body =
            json!({"query": &*request.query, "variables": request.variables.clone().into_value().into_json().unwrap()});
        let body = body.to_string();
        let head = format!(
            "POST {} HTTP/1.0\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.path,
            self.address,
            body.len()
        );
        let mut stream = tokio::net::TcpStream::connect(&self.address).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let status = std::str::from_utf8(&answer[9..12]).unwrap().parse().unwrap();
        let at = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        Ok(GraphAnswer::Json { status, body: answer.split_off(at + 4).into() })
    }
}

impl SubgraphTransport for PlainHttp {
    fn execute(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async move { self.send(request).await.map_err(|error| TransportError::Connection(error.to_string())) })
    }
}

fn router_of(suite: &Path, urls: &Value) -> Arc<Router> {
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    let mut sources = Vec::new();
    for entry in urls.as_array().unwrap() {
        let (name, url) = (entry["name"].as_str().unwrap(), entry["url"].as_str().unwrap());
        let sdl = std::fs::read_to_string(suite.join("subgraphs").join(format!("{name}.graphql"))).unwrap();
        sources.push(SubgraphSdl { name: name.to_owned(), url: url.to_owned(), sdl });
        let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
        let transport = PlainHttp { address: address.to_owned(), path: format!("/{path}") };
        transports.insert(name.to_owned(), Arc::new(transport));
    }
    let settings = RouterSettings { mask_errors: false, ..RouterSettings::default() };
    Router::new(settings, &compose(&sources).unwrap().sdl, transports).unwrap()
}

#[tokio::test]
#[ignore = "needs the audit: FEDERATION_AUDIT names its data, and its server runs on port 4200"]
async fn answers_the_audit() {
    let root = std::env::var("FEDERATION_AUDIT").expect("FEDERATION_AUDIT names the audit's data");
    let mut failed = Vec::new();
    let mut count = 0;
    let mut suites: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.sort();
    for suite in suites {
        let Ok(urls) = std::fs::read_to_string(suite.join("subgraphs.json")) else { continue };
        let router = router_of(&suite, &serde_json::from_str(&urls).unwrap());
        let tests: Value = serde_json::from_str(&std::fs::read_to_string(suite.join("tests.json")).unwrap()).unwrap();
        for test in tests.as_array().unwrap() {
            count += 1;
            // One case keeps state under its request id.
            let fresh = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
            let query = test["query"].as_str().unwrap().replace("requestId: \"", &format!("requestId: \"{fresh}"));
            let variables = serde_json::from_value(test["variables"].clone()).unwrap_or_default();
            let request = Request { query: query.clone(), operation_name: None, variables };
            let response = router.execute(request, &RequestContext::default()).await;
            let answer: Value = serde_json::from_slice(&response.body).unwrap();
            let expected = &test["expected"];
            let errors = answer["errors"].is_array();
            let answer: Value = serde_json::from_str(&answer.to_string().replace(&fresh.to_string(), "")).unwrap();
            let same_data = expected.get("data").is_none_or(|data| *data == answer["data"]);
            if !same_data || errors != (expected["errors"] == json!(true)) {
                failed.push(format!("{}\n{query}\nexpected {expected}\nactual   {answer}", suite.display()));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count} fail:\n{}", failed.len(), failed.join("\n\n"));
}
