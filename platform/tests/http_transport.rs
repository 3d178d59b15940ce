//! The HTTP transport against real servers on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_graphql::Variables;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Version};
use axum::response::IntoResponse;
use axum::routing::post;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use platform::graph::{
    ClientInfo, GraphAnswer, GraphRequest, HeaderRules, HttpTransport, HttpTransportSettings, RequestContext,
    SubgraphTransport, TransportError,
};
use platform::identity::InternalTokens;
use platform::settings::SettingSource;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn settings(values: &[(&str, &str)]) -> HttpTransportSettings {
    let source =
        SettingSource::from_values(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    HttpTransportSettings::from_source(&source).unwrap()
}

fn stranger(url: &str, values: &[(&str, &str)]) -> HttpTransport {
    HttpTransport::to_stranger(url, settings(values), HeaderRules::default()).unwrap()
}

fn request(query: &str) -> GraphRequest {
    GraphRequest {
        query: query.into(),
        document: None,
        variables: Variables::default(),
        json_variables: Vec::new(),
        context: RequestContext::default(),
    }
}

async fn text(transport: &HttpTransport, request: GraphRequest) -> Result<(u16, String), TransportError> {
    match transport.execute(request).await? {
        GraphAnswer::Json { status, body } => Ok((status, String::from_utf8(body.to_vec()).unwrap())),
        GraphAnswer::Tree(_) => panic!("an answer over HTTP is JSON"),
    }
}

/// What a server saw of a request.
#[derive(Debug)]
struct Seen {
    version: Version,
    headers: HeaderMap,
    body: Vec<u8>,
}

type Log = Arc<Mutex<Vec<Seen>>>;

/// A server that writes down what it sees and answers with its number; compressed on request.
async fn server() -> (String, Log) {
    let log = Log::default();
    let seen = Arc::clone(&log);
    let routes = Router::new().route(
        "/graphql",
        post(move |request: Request| {
            let seen = Arc::clone(&seen);
            async move {
                let (head, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
                let zips = head.headers.get("accept-encoding").is_some_and(|value| value == "gzip");
                let mut seen = seen.lock().unwrap();
                seen.push(Seen { version: head.version, headers: head.headers, body });
                let answer = json!({ "data": { "number": seen.len() } }).to_string();
                if zips {
                    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                    encoder.write_all(answer.as_bytes()).unwrap();
                    let zipped = Bytes::from(encoder.finish().unwrap());
                    ([("content-encoding", "gzip")], zipped).into_response()
                } else {
                    answer.into_response()
                }
            }
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/graphql", listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    (url, log)
}

#[tokio::test]
async fn speaks_the_protocol_that_it_is_told() {
    for (protocol, version) in [("http1", Version::HTTP_11), ("http2", Version::HTTP_2)] {
        let (url, log) = server().await;
        let transport = stranger(&url, &[("SUBGRAPH_PROTOCOL", protocol)]);
        let mut asked = request("query($id: ID!) { product(id: $id) { \"\u{1}\" } }");
        asked.variables = Variables::from_json(json!({ "id": "p\"1\n", "list": [1, 2.5, null, true, { "한": "글" }] }));
        let (status, answer) = text(&transport, asked).await.unwrap();
        assert_eq!((status, answer.as_str()), (200, r#"{"data":{"number":1}}"#));
        let log = log.lock().unwrap();
        assert_eq!(log[0].version, version);
        assert_eq!(log[0].headers["content-type"], "application/json");
        let body: Value = serde_json::from_slice(&log[0].body).unwrap();
        let expected = json!({
            "query": "query($id: ID!) { product(id: $id) { \"\u{1}\" } }",
            "variables": { "id": "p\"1\n", "list": [1, 2.5, null, true, { "한": "글" }] },
        });
        assert_eq!(body, expected);
    }
}

#[tokio::test]
async fn compresses_what_it_is_told() {
    for (compression, answers, requests) in [("off", false, false), ("answers", true, false), ("both", true, true)] {
        let (url, log) = server().await;
        let transport = stranger(&url, &[("SUBGRAPH_COMPRESSION", compression)]);
        let (_, answer) = text(&transport, request("{ number }")).await.unwrap();
        assert_eq!(answer, r#"{"data":{"number":1}}"#, "{compression}");
        let log = log.lock().unwrap();
        assert_eq!(log[0].headers.contains_key("accept-encoding"), answers, "{compression}");
        assert_eq!(log[0].headers.contains_key("content-encoding"), requests, "{compression}");
        let mut body = log[0].body.clone();
        if requests {
            body.clear();
            GzDecoder::new(&*log[0].body).read_to_end(&mut body).unwrap();
        }
        assert!(String::from_utf8(body).unwrap().contains("{ number }"), "{compression}");
    }
}

#[tokio::test]
async fn a_small_answer_that_unpacks_to_a_large_one_is_too_large() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 1_000_000]).unwrap();
    let bomb = Bytes::from(encoder.finish().unwrap());
    assert!(bomb.len() < 10_000);
    let routes = Router::new().route("/", post(move || async move { ([("content-encoding", "gzip")], bomb) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let transport = stranger(&url, &[("SUBGRAPH_MAX_RESPONSE_BYTES", "100000")]);
    assert!(matches!(text(&transport, request("{ a }")).await, Err(TransportError::TooLarge(100_000))));
}

fn context() -> RequestContext {
    let mut headers = HeaderMap::new();
    headers.append("x-tenant", HeaderValue::from_static("one"));
    headers.append("x-tenant", HeaderValue::from_static("two"));
    headers.append("authorization", HeaderValue::from_static("Bearer secret"));
    RequestContext {
        idempotency_key: Some("key-1".into()),
        trace_parent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
        client: Arc::new(ClientInfo {
            user_agent: Some("Firefox".to_owned()),
            ip_address: Some("192.0.2.7".to_owned()),
            headers,
        }),
        ..RequestContext::default()
    }
}

#[tokio::test]
async fn strangers_learn_the_trace_and_what_the_rules_say() {
    let (url, log) = server().await;
    let transport = stranger(&url, &[]);
    text(&transport, GraphRequest { context: context(), ..request("{ a }") }).await.unwrap();
    let rules = HeaderRules {
        propagate: vec![HeaderName::from_static("x-tenant"), HeaderName::from_static("idempotency-key")],
        insert: [(HeaderName::from_static("x-api-key"), HeaderValue::from_static("k"))].into_iter().collect(),
    };
    let transport = HttpTransport::to_stranger(&url, settings(&[]), rules).unwrap();
    text(&transport, GraphRequest { context: context(), ..request("{ a }") }).await.unwrap();
    let log = log.lock().unwrap();
    let names = |seen: &Seen| {
        let mut names: Vec<String> = seen.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&log[0]), ["accept", "content-length", "content-type", "host", "traceparent"]);
    assert_eq!(names(&log[1])[3..], ["host", "idempotency-key", "traceparent", "x-api-key", "x-tenant"]);
    let tenants: Vec<_> = log[1].headers.get_all("x-tenant").iter().collect();
    assert_eq!(tenants, ["one", "two"]);
    assert_eq!(log[1].headers["idempotency-key"], "key-1");
}

#[tokio::test]
async fn ours_learn_everything_and_who_asks_is_signed() {
    let (url, log) = server().await;
    let tokens = Arc::new(InternalTokens::new(b"a key of at least thirty-two bytes"));
    let transport = HttpTransport::to_ours(&url, settings(&[]), Arc::clone(&tokens)).unwrap();
    text(&transport, GraphRequest { context: context(), ..request("{ a }") }).await.unwrap();
    let log = log.lock().unwrap();
    let read = platform::graph::request_context_from_headers(&log[0].headers, &tokens).unwrap();
    let sent = context();
    assert_eq!((read.idempotency_key, read.trace_parent), (sent.idempotency_key, sent.trace_parent));
    assert_eq!(read.client.ip_address, sent.client.ip_address);
    assert!(!log[0].headers.contains_key("authorization"));
}

/// A server that counts connections and requests, and breaks the connection where the answer to a request should be:
/// for each connection it is told how many requests it answers.
async fn breaking(answered: &'static [usize]) -> (String, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = (Arc::clone(&connections), Arc::clone(&requests));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/graphql", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let number = counted.0.fetch_add(1, Ordering::SeqCst);
            let requests = Arc::clone(&counted.1);
            tokio::spawn(async move {
                let mut left = answered.get(number).copied().unwrap_or(usize::MAX);
                let mut bytes = vec![0; 4096];
                // A request of these tests comes in one piece.
                while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {
                    requests.fetch_add(1, Ordering::SeqCst);
                    if left == 0 {
                        return;
                    }
                    left -= 1;
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
                }
            });
        }
    });
    (url, connections, requests)
}

#[tokio::test]
async fn connections_are_kept_and_used_again() {
    let (url, connections, requests) = breaking(&[]).await;
    let transport = stranger(&url, &[]);
    for _ in 0..10 {
        text(&transport, request("{ a }")).await.unwrap();
    }
    assert_eq!((connections.load(Ordering::SeqCst), requests.load(Ordering::SeqCst)), (1, 10));
}

#[tokio::test]
async fn a_connection_that_has_rested_too_long_is_not_used_again() {
    let (url, connections, _) = breaking(&[]).await;
    let transport = stranger(&url, &[("SUBGRAPH_IDLE_TIMEOUT", "30ms")]);
    text(&transport, request("{ a }")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(80)).await;
    text(&transport, request("{ a }")).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

/// The server gets the second request and then breaks the connection: what only reads is sent again, what changes
/// something is not.
#[tokio::test]
async fn only_what_reads_is_sent_twice() {
    let (url, _, requests) = breaking(&[1]).await;
    let transport = stranger(&url, &[]);
    text(&transport, request("{ a }")).await.unwrap();
    text(&transport, request("query { a }")).await.unwrap();
    assert_eq!(requests.load(Ordering::SeqCst), 3);

    let (url, _, requests) = breaking(&[1]).await;
    let transport = stranger(&url, &[]);
    text(&transport, request("{ a }")).await.unwrap();
    let lost = text(&transport, request("mutation { pay }")).await;
    assert!(matches!(lost, Err(TransportError::Connection(_))));
    assert_eq!(requests.load(Ordering::SeqCst), 2);

    // Not even what reads is sent again where the connection was new.
    let (url, connections, requests) = breaking(&[0, 0]).await;
    let lost = text(&stranger(&url, &[]), request("{ a }")).await;
    assert!(matches!(lost, Err(TransportError::Connection(_))));
    assert_eq!((connections.load(Ordering::SeqCst), requests.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn who_does_not_wait_leaves_no_broken_connection_behind() {
    let (url, connections, _) = breaking(&[]).await;
    let transport = stranger(&url, &[]);
    text(&transport, request("{ a }")).await.unwrap();
    // Begun and given up at once, again and again.
    for _ in 0..5 {
        let _ = tokio::time::timeout(Duration::ZERO, text(&transport, request("{ a }"))).await;
    }
    for _ in 0..5 {
        assert_eq!(text(&transport, request("{ a }")).await.unwrap().1, "{}");
    }
    assert!(connections.load(Ordering::SeqCst) <= 7);
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    for url in [
        "",
        "example.com",
        "/graphql",
        "ftp://example.com",
        "http://",
        "http://user:secret@example.com/",
        "http://a b/",
    ] {
        let made = HttpTransport::to_stranger(url, settings(&[]), HeaderRules::default());
        assert!(made.is_err_and(|error| error.to_string().contains("no http:// or https:// URL")), "{url}");
    }
    HttpTransport::to_stranger("https://example.com", settings(&[]), HeaderRules::default()).unwrap();
    HttpTransport::to_stranger("http://[::1]:4000/graphql?a=b", settings(&[]), HeaderRules::default()).unwrap();
}

/// A server that takes a while to answer; its URL, and how many requests it got.
async fn slow() -> (String, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let answer = move || async move {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
        format!("{{\"data\":{{\"number\":{number}}}}}")
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/graphql", listener.local_addr().unwrap().port());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/graphql", post(answer))).await.unwrap() });
    (url, requests)
}

fn asked_by(user: u128) -> GraphRequest {
    let principal = platform::identity::Principal { user_id: Some(uuid::Uuid::from_u128(user)), ..Default::default() };
    let trace_parent = Some(format!("00-{:032x}-00f067aa0ba902b7-01", rand::random::<u128>()).into());
    let context = RequestContext { principal: Arc::new(principal), trace_parent, ..RequestContext::default() };
    GraphRequest { context, ..request("{ number }") }
}

#[tokio::test]
async fn equal_queries_under_way_share_a_request() {
    let (url, requests) = slow().await;
    let tokens = Arc::new(InternalTokens::new(b"a key of at least thirty-two bytes"));
    let transport = HttpTransport::to_ours(&url, settings(&[]), Arc::clone(&tokens)).unwrap();
    let answers = tokio::join!(text(&transport, asked_by(1)), text(&transport, asked_by(1)));
    assert_eq!(answers.0.unwrap(), answers.1.unwrap());
    assert_eq!(requests.swap(0, Ordering::SeqCst), 1);
    // Afterwards the question is asked again.
    text(&transport, asked_by(1)).await.unwrap();
    assert_eq!(requests.swap(0, Ordering::SeqCst), 1);

    let with = |name: &str| {
        let mut variables = Variables::default();
        variables.insert(async_graphql::Name::new(name), 1.into());
        GraphRequest { variables, ..asked_by(1) }
    };
    let mut korean = asked_by(1);
    korean.context.language = platform::language::Language::from_accept_language("en");
    let different = [asked_by(1), asked_by(2), with("a"), with("b"), korean];
    let count = different.len();
    futures::future::join_all(different.into_iter().map(|request| text(&transport, request))).await;
    assert_eq!(requests.swap(0, Ordering::SeqCst), count);

    let apart = HttpTransport::to_ours(&url, settings(&[("SUBGRAPH_SHARE_QUERIES", "false")]), tokens).unwrap();
    let _ = tokio::join!(text(&apart, asked_by(1)), text(&apart, asked_by(1)));
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn who_writes_reads_what_was_written() {
    let (url, requests) = slow().await;
    let transport = stranger(&url, &[]);
    let before = text(&transport, request("{ number }"));
    let after = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        text(&transport, request("mutation { number }")).await.unwrap();
        text(&transport, request("{ number }")).await.unwrap().1
    };
    let long = async {
        // Under way until the mutation has ended, and longer.
        tokio::time::sleep(Duration::from_millis(250)).await;
        text(&transport, request("{ number }")).await.unwrap().1
    };
    let (_, long, after) = tokio::join!(before, long, after);
    assert_ne!(long, after, "a query after the mutation shares none that started before its end");
    assert_eq!(requests.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn who_waits_asks_himself_where_the_first_goes_away() {
    let (url, requests) = slow().await;
    let transport = stranger(&url, &[]);
    let first = tokio::time::timeout(Duration::from_millis(50), text(&transport, request("{ number }")));
    let second = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        text(&transport, request("{ number }")).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_err());
    assert_eq!(second.unwrap().0, 200);
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}
