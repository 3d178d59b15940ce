//! A subgraph that fails in every way that a server on a network can: what the client is told, and what not.
//!
//! The faulty subgraph is a real server on loopback that writes its bytes by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use platform::graph::{HeaderRules, HttpTransport, HttpTransportSettings, SubgraphTransport};
use platform::settings::SettingSource;
use router::compose::{SubgraphSdl, compose};
use router::{Access, Edge, Router, RouterSettings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// What no client may ever read: the names of the subgraphs, where they are, and what went wrong there.
const SECRETS: &[&str] = &[
    "catalogue7",
    "warehouse9",
    "127.0.0.1",
    "localhost",
    "refused",
    "reset",
    "hyper",
    "eof",
    "gzip",
    "expected value",
    "secret-cause",
    "connection",
    "bytes",
];

const CATALOGUE: &str = r#"
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { products: [Product!]! }
type Product @key(fields: "id") { id: ID! title: String }
"#;

const WAREHOUSE: &str = r#"
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { level: Int must: Int! }
type Product @key(fields: "id") { id: ID! remaining: Int }
"#;

const PRODUCTS: &str =
    r#"{"data":{"products":[{"__typename":"Product","id":"p1"},{"__typename":"Product","id":"p2"}]}}"#;

/// What a server does with a request that it has read.
#[derive(Clone)]
enum Does {
    /// Answers with a status and a body.
    Answers(u16, String),
    /// Writes these bytes and closes.
    Writes(Vec<u8>),
    /// Writes these bytes and breaks the connection off, as a process does that is killed.
    Breaks(Vec<u8>),
    /// Waits longer than anybody does.
    Sleeps,
}

fn answers(status: u16, body: impl ToString) -> Does {
    Does::Answers(status, body.to_string())
}

/// A server that does the same with every request; its URL.
async fn server(does: Does) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/graphql", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(converse(stream, does.clone()));
        }
    });
    url
}

async fn converse(mut stream: TcpStream, does: Does) {
    while read_request(&mut stream).await {
        match &does {
            Does::Answers(status, body) => {
                let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(body.as_bytes()).await.unwrap();
            }
            Does::Writes(bytes) => {
                stream.write_all(bytes).await.unwrap();
                return;
            }
            Does::Breaks(bytes) => {
                stream.write_all(bytes).await.unwrap();
                // What was written must arrive before the reset does.
                tokio::time::sleep(Duration::from_millis(20)).await;
                stream.set_zero_linger().unwrap();
                return;
            }
            Does::Sleeps => tokio::time::sleep(Duration::from_secs(60)).await,
        }
    }
}

/// Reads a request to its end; false when the connection ends before.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        match stream.read(&mut more).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&more[..count]),
            _ => return false,
        }
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if bytes.len() >= end + 4 + length.parse::<usize>().unwrap() {
            return true;
        }
    }
}

fn settings() -> HttpTransportSettings {
    let values = [("SUBGRAPH_TIMEOUT", "300ms"), ("SUBGRAPH_MAX_RESPONSE_BYTES", "100000")];
    let source = SettingSource::from_values(values.map(|(name, value)| (name.to_owned(), value.to_owned())));
    HttpTransportSettings::from_source(&source).unwrap()
}

/// A router whose warehouse is at the URL.
async fn edge(warehouse: &str) -> Edge {
    let catalogue = server(answers(200, PRODUCTS)).await;
    let subgraph =
        |name: &str, sdl: &str| SubgraphSdl { name: name.to_owned(), url: String::new(), sdl: sdl.to_owned() };
    let supergraph = compose(&[subgraph("catalogue7", CATALOGUE), subgraph("warehouse9", WAREHOUSE)]).unwrap();
    let mut transports: HashMap<String, Arc<dyn SubgraphTransport>> = HashMap::new();
    for (name, url) in [("catalogue7", catalogue.as_str()), ("warehouse9", warehouse)] {
        let transport = HttpTransport::to_stranger(url, settings(), HeaderRules::default()).unwrap();
        transports.insert(name.to_owned(), Arc::new(transport));
    }
    let router = Router::new(RouterSettings::default(), &supergraph.sdl, transports).unwrap();
    Edge {
        router,
        access: Access::Refused,
        internal: None,
        trusts_forwarded: false,
        clients: None,
        documents: None,
        propagated: Arc::default(),
    }
}

struct Answer {
    status: u16,
    json: Value,
}

impl Answer {
    fn codes(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap()).collect()
    }
}

async fn ask(edge: &Edge, query: &str) -> Answer {
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .body(Body::from(json!({ "query": query }).to_string()))
        .unwrap();
    let response = edge.graphql_routes().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let lower = text.to_ascii_lowercase();
    for secret in SECRETS {
        assert!(!lower.contains(secret), "{secret} leaks: {text}");
    }
    Answer { status, json: serde_json::from_str(&text).unwrap() }
}

/// Asks for a root field that may be null, for one that may not, and for entities.
async fn expect(name: &str, does: Does, code: &str, status: u16) {
    expect_at(name, &server(does).await, code, status).await;
}

async fn expect_at(name: &str, url: &str, code: &str, status: u16) {
    let edge = edge(url).await;
    let nullable = ask(&edge, "{ level }").await;
    assert_eq!(nullable.json["data"], json!({ "level": null }), "{name}");
    assert_eq!(nullable.codes(), [code], "{name}: {}", nullable.json);
    assert_eq!(nullable.json["errors"][0]["path"], json!(["level"]), "{name}");
    assert_eq!(nullable.status, 200, "{name}");

    let needed = ask(&edge, "{ must }").await;
    assert_eq!(needed.json["data"], Value::Null, "{name}");
    assert_eq!(needed.codes()[0], code, "{name}: {}", needed.json);
    assert_eq!(needed.status, status, "{name}: {}", needed.json);

    let entities = ask(&edge, "{ products { id remaining } }").await;
    let partial = json!({ "products": [{ "id": "p1", "remaining": null }, { "id": "p2", "remaining": null }] });
    assert_eq!(entities.json["data"], partial, "{name}");
    assert_eq!(entities.codes(), [code], "{name}: {}", entities.json);
    assert_eq!(entities.json["errors"][0]["path"], json!(["products", 0]), "{name}");
    assert_eq!(entities.status, 200, "{name}");
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/graphql", listener.local_addr().unwrap().port());
    drop(listener);
    expect_at("refused", &url, "SUBREQUEST_FAILED", 200).await;
}

#[tokio::test]
async fn connections_that_break() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"data\":".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"data\":\r\n".to_vec();
    for (name, does) in [
        ("closed without an answer", Does::Writes(Vec::new())),
        ("reset without an answer", Does::Breaks(Vec::new())),
        ("closed in the head", Does::Writes(b"HTTP/1.1 200 OK\r\ncontent-".to_vec())),
        ("closed in the body", Does::Writes(head.clone())),
        ("reset in the body", Does::Breaks(head)),
        ("closed between chunks", Does::Writes(chunked.clone())),
        ("reset between chunks", Does::Breaks(chunked)),
        ("no HTTP", Does::Writes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())),
        (
            "gzip that is none",
            Does::Writes(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnone".to_vec()),
        ),
        (
            "an unknown encoding",
            Does::Writes(b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 4\r\n\r\nnone".to_vec()),
        ),
    ] {
        expect(name, does, "SUBREQUEST_FAILED", 200).await;
    }
}

#[tokio::test]
async fn no_answer_in_time() {
    expect("slow", Does::Sleeps, "SUBREQUEST_TIMEOUT", 200).await;
}

#[tokio::test]
async fn bodies_that_are_no_graphql() {
    let large = json!({ "data": { "level": 1, "must": 1, "x": "x".repeat(200_000) } });
    for (name, does) in [
        ("HTML", answers(200, "<html>secret-cause</html>")),
        ("nothing", answers(200, "")),
        ("cut off", answers(200, r#"{"data":{"level":1,"must":1,"_entities":["#)),
        ("more after the end", answers(200, r#"{"data":{"level":1,"must":1}}{"#)),
        ("a text", answers(200, r#""secret-cause""#)),
        ("a list", answers(200, r#"[{"data":{"level":1}}]"#)),
        ("an empty object", answers(200, "{}")),
        ("data is a list", answers(200, r#"{"data":[1,2]}"#)),
        ("data is a text", answers(200, r#"{"data":"secret-cause"}"#)),
        ("data is null", answers(200, r#"{"data":null}"#)),
        ("no error of many", answers(200, r#"{"data":null,"errors":[]}"#)),
        ("errors is a text", answers(200, r#"{"errors":"secret-cause"}"#)),
        ("errors is an object", answers(200, r#"{"data":null,"errors":{"message":"secret-cause"}}"#)),
        ("an error is a text", answers(200, r#"{"errors":["secret-cause"]}"#)),
        ("too large", answers(200, large)),
        (
            "too large, in chunks",
            Does::Writes({
                let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
                (0..40).for_each(|_| bytes.extend(format!("1000\r\n{}\r\n", " ".repeat(4096)).into_bytes()));
                bytes
            }),
        ),
        ("an error page", answers(500, "secret-cause")),
        ("a gateway's error page", answers(502, "<html>secret-cause</html>")),
        ("moved", Does::Writes(b"HTTP/1.1 307 X\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n".to_vec())),
    ] {
        expect(name, does, "SUBREQUEST_INVALID", 200).await;
    }
}

#[tokio::test]
async fn statuses_keep_their_meaning() {
    let plain = r#"{"error":"secret-cause"}"#;
    let graphql = r#"{"errors":[{"message":"secret-cause"}],"data":null}"#;
    for body in ["", plain, graphql] {
        expect("401", answers(401, body), "UNAUTHENTICATED", 401).await;
        expect("403", answers(403, body), "FORBIDDEN", 403).await;
    }
    for body in ["", plain] {
        expect("429", answers(429, body), "RATE_LIMITED", 200).await;
        expect("503", answers(503, body), "UNAVAILABLE", 200).await;
    }
}

#[tokio::test]
async fn an_error_status_with_graphql_is_graphql() {
    for status in [400, 500, 503] {
        let body = json!({
            "data": { "level": null, "_entities": [{ "remaining": 3 }, { "remaining": null }] },
            "errors": [{ "message": "Closed on Sundays.", "path": ["level"], "extensions": { "code": "CLOSED" } }],
        });
        let edge = edge(&server(answers(status, body)).await).await;
        let answer = ask(&edge, "{ level }").await;
        assert_eq!(answer.json["data"], json!({ "level": null }));
        assert_eq!(answer.json["errors"][0]["message"], "Closed on Sundays.");
        assert_eq!((answer.status, answer.codes()), (200, vec!["CLOSED"]));
        let answer = ask(&edge, "{ products { remaining } }").await;
        assert_eq!(answer.json["data"], json!({ "products": [{ "remaining": 3 }, { "remaining": null }] }));
    }
}

#[tokio::test]
async fn errors_that_say_little_are_errors_still() {
    for error in
        [json!({}), json!({ "message": null }), json!({ "message": "" }), json!({ "extensions": 3, "path": "x" })]
    {
        let code = json!({ "errors": [error], "data": null });
        expect("no message", answers(200, code), "INTERNAL_SERVER_ERROR", 200).await;
    }
    let edge = edge(&server(answers(200, r#"{"errors":[{"extensions":{"code":"CLOSED"}}]}"#)).await).await;
    let answer = ask(&edge, "{ level }").await;
    assert_eq!(answer.codes(), ["CLOSED"]);
    assert!(!answer.json["errors"][0]["message"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn other_entities_than_asked_for() {
    for (name, entities) in [
        ("too few", json!([{ "remaining": 3 }])),
        ("none", json!([])),
        ("too many", json!([{ "remaining": 3 }, { "remaining": 4 }, { "remaining": 5 }])),
        ("no list", json!({ "remaining": 3 })),
        ("null", Value::Null),
    ] {
        let edge = edge(&server(answers(200, json!({ "data": { "_entities": entities } }))).await).await;
        let answer = ask(&edge, "{ products { id remaining } }").await;
        let partial = json!({ "products": [{ "id": "p1", "remaining": null }, { "id": "p2", "remaining": null }] });
        assert_eq!(answer.json["data"], partial, "{name}");
        assert_eq!(answer.codes(), ["SUBREQUEST_INVALID"], "{name}");
    }
    let edge = edge(&server(answers(200, json!({ "data": {} }))).await).await;
    assert_eq!(ask(&edge, "{ products { id remaining } }").await.codes(), ["SUBREQUEST_INVALID"]);
}

#[tokio::test]
async fn a_closed_connection_at_rest_is_replaced() {
    // The server answers once on each connection and closes it, without having said so.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/graphql", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                if read_request(&mut stream).await {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"data\":{\"level\":7}}";
                    stream.write_all(answer).await.unwrap();
                }
            });
        }
    });
    let edge = edge(&url).await;
    for _ in 0..20 {
        let answer = ask(&edge, "{ level }").await;
        assert_eq!(answer.json, json!({ "data": { "level": 7 } }));
    }
}
