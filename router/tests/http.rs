//! GraphQL over HTTP: methods, media types, statuses, malformed requests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use futures::future::BoxFuture;
use platform::graph::RequestContext;
use platform::identity::Principal;
use router::{Access, Allowance, ApiClients, Edge, GraphError, Limits, RouterSettings, TrustedDocuments, codes};
use serde_json::{Value, json};
use support::market_with;
use tower::ServiceExt;
use uuid::Uuid;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// What the SHA-256 of `TRUSTED` is.
const TRUSTED_HASH: &str = "c2008ab4bcd1f84b8f8c963417df7623a6b0462f220c255e57d0e49af6075b52";
const TRUSTED: &str = "query Trusted($n: Int = 1) { products(first: $n) { id } }";

struct OneDocument;

impl TrustedDocuments for OneDocument {
    fn find<'a>(&'a self, hash: &'a str, _: &'a RequestContext) -> BoxFuture<'a, Result<Option<Arc<str>>, GraphError>> {
        let found = match hash {
            TRUSTED_HASH => Ok(Some(TRUSTED.into())),
            _ if hash.starts_with("dead") => Err(GraphError::new(codes::INTERNAL, "The document cannot be read now.")),
            _ => Ok(None),
        };
        Box::pin(std::future::ready(found))
    }
}

fn edge() -> Edge {
    let limits = Limits { body_bytes: 10_000, ..Limits::default() };
    let market = market_with(RouterSettings { limits, ..RouterSettings::default() }, false);
    Edge {
        router: market.router,
        access: Access::Refused,
        internal: None,
        trusts_forwarded: false,
        clients: None,
        documents: Some(Arc::new(OneDocument)),
        propagated: Arc::default(),
    }
}

struct Answer {
    status: StatusCode,
    content_type: String,
    headers: axum::http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }
}

async fn send(edge: &Edge, request: Request<Body>) -> Answer {
    let response = edge.graphql_routes().oneshot(request).await.unwrap();
    let headers = response.headers().clone();
    Answer {
        status: response.status(),
        content_type: headers[header::CONTENT_TYPE].to_str().unwrap().to_owned(),
        body: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec(),
        headers,
    }
}

fn post(accept: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post("/graphql").header("content-type", JSON);
    if let Some(accept) = accept {
        request = request.header("accept", accept);
    }
    request.body(body.into()).unwrap()
}

fn get(accept: &str, query: &str) -> Request<Body> {
    Request::get(format!("/graphql?{query}")).header("accept", accept).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn media_types() {
    let edge = edge();
    let query = json!({"query": "{ __typename }"}).to_string();
    let cases = [
        (Some(GRAPHQL), 200, GRAPHQL),
        (Some(JSON), 200, JSON),
        (Some("*/*"), 200, JSON),
        (None, 200, JSON),
        (Some("image/png"), 406, JSON),
    ];
    for (accept, status, media) in cases {
        let answer = send(&edge, post(accept, query.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{accept:?}");
        assert_eq!(answer.content_type, format!("{media}; charset=utf-8"));
    }
}

#[tokio::test]
async fn statuses_of_posts() {
    let edge = edge();
    let body = |value: Value| value.to_string();
    // Body; status as graphql-response+json; status as json.
    let cases = [
        (body(json!({"query": "{ __typename }"})), 200, 200),
        (
            body(json!({"query": "{ __typename }", "variables": null, "operationName": null, "extensions": null})),
            200,
            200,
        ),
        (
            body(
                json!({"query": "query A { __typename }", "operationName": "A", "variables": {}, "extensions": {"x": 1}}),
            ),
            200,
            200,
        ),
        (body(json!({"query": "query A { __typename }", "operationName": "B"})), 400, 200),
        (body(json!({"query": "{"})), 400, 200),
        (body(json!({"query": "{ nope }"})), 400, 200),
        (body(json!({"query": "query($id: ID!) { product(id: $id) { id } }"})), 400, 200),
        (body(json!({"query": "mutation { create(title: \"x\") { number } }"})), 200, 200),
        (body(json!({})), 400, 400),
        (body(json!({"query": null})), 400, 400),
        (body(json!({"query": {}})), 400, 400),
        (body(json!({"query": 0})), 400, 400),
        (body(json!({"query": ["{ __typename }"]})), 400, 400),
        (body(json!({"query": "{ __typename }", "operationName": {}})), 400, 400),
        (body(json!({"query": "{ __typename }", "variables": "{}"})), 400, 400),
        (body(json!({"query": "{ __typename }", "variables": []})), 400, 400),
        (body(json!({"query": "{ __typename }", "extensions": "x"})), 400, 400),
        (body(json!({"query": "{ __typename }", "extensions": []})), 400, 400),
        (body(json!({"extensions": {"persistedQuery": "x"}})), 400, 400),
        (body(json!({"extensions": {"persistedQuery": {"sha256Hash": 1}}})), 400, 400),
        (body(json!([{"query": "{ __typename }"}])), 400, 400),
        (body(json!("x")), 400, 400),
        ("{ \"not a JSON".to_owned(), 400, 400),
        (String::new(), 400, 400),
        (format!("{{\"query\": \"{}\"}}", "x".repeat(20_000)), 413, 413),
        (format!("{{\"query\": \"{{__typename}}\", \"variables\": {{\"a\": {}}}}}", "[".repeat(2000)), 400, 400),
    ];
    for (body, graphql, json) in cases {
        for (accept, status) in [(GRAPHQL, graphql), (JSON, json)] {
            let answer = send(&edge, post(Some(accept), body.clone())).await;
            assert_eq!(answer.status.as_u16(), status, "{accept}: {}", &body[..body.len().min(200)]);
            let failed = status != 200 || answer.json()["data"].is_null();
            assert_eq!(answer.json()["errors"].is_array(), failed);
            if failed {
                assert!(answer.json().get("data").is_none());
                assert_eq!(answer.json()["errors"][0]["extensions"]["traceId"].as_str().unwrap().len(), 32);
            }
        }
    }
}

#[tokio::test]
async fn documents_are_asked_for_by_their_hash() {
    let edge = edge();
    let by = |hash: &str| json!({"version": 1, "sha256Hash": hash});
    let body = |hash: &str| json!({"extensions": {"persistedQuery": by(hash)}, "variables": {"n": 2}}).to_string();
    let written_out =
        send(&edge, post(Some(GRAPHQL), json!({"query": TRUSTED, "variables": {"n": 2}}).to_string())).await;
    assert_eq!(written_out.status, StatusCode::OK);
    for hash in [TRUSTED_HASH.to_owned(), TRUSTED_HASH.to_uppercase()] {
        let answer = send(&edge, post(Some(GRAPHQL), body(&hash))).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, written_out.json()), "{hash}");
    }
    let in_address =
        format!("extensions=%7B%22persistedQuery%22:{}%7D", by(TRUSTED_HASH).to_string().replace('"', "%22"));
    for accept in [JSON, "text/html"] {
        let answer = send(&edge, get(accept, &in_address)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.json()["data"]["products"].is_array(), "{accept}");
    }
    for (hash, code) in [
        ("0".repeat(64), codes::NOT_FOUND),
        (TRUSTED_HASH[1..].to_owned(), codes::NOT_FOUND),
        ("한".repeat(32), codes::NOT_FOUND),
        ("dead".repeat(16), codes::INTERNAL),
    ] {
        for (accept, status) in [(GRAPHQL, 400), (JSON, 200)] {
            let answer = send(&edge, post(Some(accept), body(&hash))).await;
            assert_eq!(answer.status.as_u16(), status);
            assert_eq!(answer.json()["errors"][0]["extensions"]["code"], code);
        }
    }
    let nothing_registered = Edge { documents: None, ..edge };
    let answer = send(&nothing_registered, post(Some(JSON), body(TRUSTED_HASH))).await;
    assert_eq!(answer.json()["errors"][0]["extensions"]["code"], codes::NOT_SUPPORTED);
}

/// Knows one key, and how much its client has spent of its 5 a minute.
#[derive(Default)]
struct OneClient(AtomicU64);

impl ApiClients for OneClient {
    fn identify<'a>(
        &'a self,
        key: &'a str,
        _: &'a RequestContext,
    ) -> BoxFuture<'a, Result<Option<Arc<Principal>>, GraphError>> {
        let client = Principal { client: Some(Uuid::from_u128(1)), ..Principal::default() };
        let found = match key {
            "doak_one" => Ok(Some(Arc::new(client))),
            "doak_away" => {
                Err(GraphError::new(codes::UNAVAILABLE, "API keys cannot be verified right now; try again."))
            }
            _ => Ok(None),
        };
        Box::pin(std::future::ready(found))
    }

    fn spend(&self, client: Uuid, cost: u64) -> BoxFuture<'_, Option<Allowance>> {
        assert_eq!(client, Uuid::from_u128(1));
        let spent = self.0.fetch_add(cost, Ordering::Relaxed) + cost;
        let allowance = Allowance { per_minute: 5, spent, resets_in: Duration::from_secs(20) };
        Box::pin(std::future::ready(Some(allowance)))
    }
}

#[tokio::test]
async fn programs_ask_with_a_key_until_their_quota_is_spent() {
    let edge = Edge { clients: Some(Arc::new(OneClient::default())), ..edge() };
    let with = |key: Option<&str>, token: Option<&str>| {
        let mut request = post(Some(GRAPHQL), json!({"query": "{ products { id } }"}).to_string());
        let headers = request.headers_mut();
        if let Some(key) = key {
            headers.insert("x-api-key", key.parse().unwrap());
        }
        if let Some(token) = token {
            headers.insert(header::AUTHORIZATION, token.parse().unwrap());
        }
        request
    };
    for (key, token, status, code) in [
        ("doak_other", None, 401, "INVALID_API_KEY"),
        ("", None, 401, "INVALID_API_KEY"),
        ("doak_away", None, 503, codes::UNAVAILABLE),
        ("doak_one", Some("Bearer x"), 400, codes::REQUEST),
    ] {
        let answer = send(&edge, with(Some(key), token)).await;
        assert_eq!(answer.status.as_u16(), status, "{key}");
        assert_eq!(answer.json()["errors"][0]["extensions"]["code"], code);
    }
    let nobody = send(&edge, with(None, None)).await;
    assert_eq!((nobody.status, nobody.headers.get("ratelimit")), (StatusCode::OK, None));
    // Two fields cost two.
    for left in [3, 1] {
        let answer = send(&edge, with(Some("doak_one"), None)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["ratelimit"], format!("\"cost\";r={left};t=20").as_str());
        assert_eq!(answer.headers["ratelimit-policy"], "\"cost\";q=5;w=60");
        assert!(!answer.headers.contains_key(header::RETRY_AFTER));
    }
    let answer = send(&edge, with(Some("doak_one"), None)).await;
    assert_eq!(
        (answer.status, &answer.headers[header::RETRY_AFTER]),
        (StatusCode::TOO_MANY_REQUESTS, &"20".parse().unwrap())
    );
    assert_eq!(answer.json()["errors"][0]["extensions"]["code"], codes::RATE_LIMITED);
    let without = Edge { clients: None, ..edge };
    assert_eq!(send(&without, with(Some("doak_one"), None)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn gets_are_for_queries() {
    let edge = edge();
    let cases = [
        ("query=%7B__typename%7D", 200),
        ("query=query(%24id:ID!)%7Bproduct(id:%24id)%7Bid%7D%7D&variables=%7B%22id%22:%22p1%22%7D", 200),
        ("query=query+A%7B__typename%7D&operationName=A", 200),
        ("query=%7B__typename%7D&variables=x", 400),
        ("query=%7B__typename%7D&extensions=%5B%5D", 400),
        ("query=mutation%7Bcreate(title:%22x%22)%7Bnumber%7D%7D", 405),
        ("query=%ff", 400),
        ("", 400),
    ];
    for (query, status) in cases {
        let answer = send(&edge, get(GRAPHQL, query)).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.json());
    }
    let answer = send(&edge, Request::put("/graphql").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.headers["allow"], "GET, POST");
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let edge = edge();
    for content_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
        let request = Request::post("/graphql")
            .header("content-type", content_type)
            .body(Body::from(r#"{"query":"{__typename}"}"#))
            .unwrap();
        assert_eq!(send(&edge, request).await.status, 415, "{content_type}");
    }
}

#[tokio::test]
async fn browsers_get_a_page() {
    let edge = edge();
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let answer = send(&edge, Request::get("/graphql").header("accept", accept).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.content_type, "text/html; charset=utf-8");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"), "the page needs nobody else's server");
}

#[tokio::test]
async fn tokens_that_are_not_ours_are_refused() {
    let edge = edge();
    for value in ["Bearer nonsense", "Basic dTpw", "Bearer"] {
        let request = Request::post("/graphql")
            .header("content-type", JSON)
            .header("authorization", value)
            .body(Body::from(r#"{"query":"{__typename}"}"#))
            .unwrap();
        let answer = send(&edge, request).await;
        assert_eq!(answer.status, 401);
        assert!(answer.headers.contains_key("www-authenticate"));
        assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "INVALID_TOKEN");
    }
}

#[tokio::test]
async fn the_trace_goes_on() {
    let edge = edge();
    let request = Request::post("/graphql")
        .header("content-type", JSON)
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        .body(Body::from(r#"{"query":"{"}"#))
        .unwrap();
    let answer = send(&edge, request).await;
    assert_eq!(answer.json()["errors"][0]["extensions"]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

#[tokio::test]
async fn answers_are_compressed_on_request() {
    let edge = edge();
    let mut request = post(Some(JSON), json!({"query": "{ __schema { types { name description } } }"}).to_string());
    request.headers_mut().insert("accept-encoding", "gzip".parse().unwrap());
    let answer = send(&edge, request).await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
}

/// Bytes that were a request, changed at random places: never a panic, never a 5xx.
#[tokio::test]
async fn damaged_requests_are_refused_calmly() {
    let edge = edge();
    let good = json!({
        "query": "query Q($id: ID!, $a: Boolean = true) @x { p: product(id: $id) @include(if: $a) { ...F related { __typename ... on Voucher { code } } } } fragment F on Product { id title price { amount } }",
        "variables": {"id": "p1", "where": {"states": ["ON_SALE"]}},
    })
    .to_string()
    .into_bytes();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let pool = b"{}()[]$@!:\"\\.,#|=&\0\xff\xf0 a1-";
    for _ in 0..1500 {
        let mut bytes = good.clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(3) {
                0 => bytes[at] = pool[random(pool.len())],
                1 => {
                    bytes.remove(at);
                }
                _ => bytes.insert(at, pool[random(pool.len())]),
            }
        }
        let answer = send(&edge, post(Some(GRAPHQL), bytes.clone())).await;
        assert!(answer.status.as_u16() < 500, "{}", String::from_utf8_lossy(&bytes));
        answer.json();
    }
}
