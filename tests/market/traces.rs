//! One trace from the client's request to the last event that it caused, as a collector gets it by OTLP over HTTP.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as SpanStatus;
use prost::Message as _;
use serde_json::json;

use crate::people::{consents, new_email};
use crate::support::{Market, PASSWORD};

/// The client's own trace and span.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENT: &str = "00f067aa0ba902b7";

/// A span as it was received.
#[derive(Clone, Debug, PartialEq)]
struct Received {
    service: String,
    name: String,
    trace: String,
    id: String,
    parent: String,
    kind: SpanKind,
    failed: bool,
}

/// A collector of traces.
#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<Received>>>,
}

impl Collector {
    /// Listens on a port of its own until the test ends; its URL.
    async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let routes = axum::Router::new().route("/v1/traces", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        url
    }

    /// The spans of the client's trace.
    fn spans(&self) -> Vec<Received> {
        self.spans.lock().unwrap().iter().filter(|span| span.trace == TRACE).cloned().collect()
    }

    /// The one span of that name in that service, once it has come.
    async fn find(&self, service: &str, name: &str) -> Received {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let mut found = self.spans();
            found.retain(|span| span.service == service && span.name == name);
            if let [span] = &*found {
                return span.clone();
            }
            assert!(found.is_empty(), "{found:#?}");
            assert!(Instant::now() < deadline, "no span {name} of {service} in {:#?}", self.spans());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn receive(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) -> (StatusCode, Vec<u8>) {
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-protobuf");
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let mut spans = collector.spans.lock().unwrap();
    for of_process in request.resource_spans {
        let attributes = of_process.resource.unwrap().attributes;
        let service = attributes
            .into_iter()
            .find(|attribute| attribute.key == "service.name")
            .and_then(|attribute| attribute.value?.value)
            .unwrap();
        let Any::StringValue(service) = service else { panic!("service.name is {service:?}") };
        for span in of_process.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            spans.push(Received {
                service: service.clone(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                kind: span.kind(),
                failed: span.status.is_some_and(|status| status.code() == SpanStatus::Error),
                name: span.name,
            });
        }
    }
    (StatusCode::OK, ExportTraceServiceResponse::default().encode_to_vec())
}

/// Somebody signs up, as a part of the client's trace.
async fn sign_up(market: &Market) {
    let query = "mutation Join($input: SignUpInput!) { signUp(input: $input) { user { id } userErrors { code } } }";
    let input = json!({ "email": new_email(), "password": PASSWORD, "name": "홍길동", "consents": consents() });
    let request = market
        .http
        .post(format!("{}/graphql", market.url))
        .header("traceparent", format!("00-{TRACE}-{CLIENT}-01"))
        .json(&json!({ "query": query, "variables": { "input": input } }));
    let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    assert!(answer["data"]["signUp"]["user"]["id"].is_string(), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_goes_through_all_processes() {
    let collector = Collector::default();
    let endpoint = collector.listen().await;
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "100")];
    let market = Market::distributed_with(&environment).await;
    sign_up(&market).await;

    let chain = [
        ("doa-router", "POST /graphql", SpanKind::Server),
        ("doa-router", "mutation Join", SpanKind::Internal),
        ("doa-router", "subgraph auth", SpanKind::Client),
        ("doa-auth", "POST /graphql", SpanKind::Server),
        ("doa-user", "process user.registered", SpanKind::Consumer),
    ];
    let mut parent = CLIENT.to_owned();
    for (service, name, kind) in chain {
        let span = collector.find(service, name).await;
        assert_eq!((&span.parent, span.kind, span.failed), (&parent, kind, false), "{span:?}");
        parent = span.id;
    }
    // While the event is on its way, auth tells the user service directly.
    let auth = collector.find("doa-auth", "POST /graphql").await;
    let told = collector.find("doa-auth", "subgraph user").await;
    assert_eq!(told.parent, auth.id);
    assert_eq!(collector.find("doa-user", "POST /graphql").await.parent, told.id);
    let everything = collector.spans.lock().unwrap().clone();
    assert!(everything.iter().all(|span| !span.name.contains("/health")), "{everything:#?}");
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_sends_its_last_spans_before_it_ends() {
    let collector = Collector::default();
    let endpoint = collector.listen().await;
    let mut market = Market::all_in_one().await;
    market.kill();
    // Spans would be sent after ten minutes.
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "600000")];
    market.start_all_in_one(&environment).await;
    sign_up(&market).await;
    assert_eq!(collector.spans(), []);
    market.terminate();
    assert!(market.has_died().await);

    let request = collector.find("doa-market", "POST /graphql").await;
    let operation = collector.find("doa-market", "mutation Join").await;
    let fetch = collector.find("doa-market", "subgraph auth").await;
    assert_eq!((request.parent.as_str(), request.kind), (CLIENT, SpanKind::Server));
    assert_eq!(operation.parent, request.id);
    assert_eq!((&fetch.parent, fetch.kind), (&operation.id, SpanKind::Internal));
    market.end().await;
}
