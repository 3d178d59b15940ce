//! Spans, and where they are made: requests, fetches from subgraphs, events.
//!
//! A span's parent is whatever `traceparent` the work came with, and the work goes on with the span's own, so that the
//! trace holds together in one process and across several.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures::future::BoxFuture;
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue, Value};

pub use opentelemetry::trace::SpanKind;

use super::export::{is_on, tracer};
use super::is_well_formed;
use crate::events::{Event, Subscription};
use crate::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TRACE_HEADER, TransportError};

/// A piece of work in a trace. It ends when it is dropped.
pub struct Span(Box<opentelemetry_sdk::trace::Span>);

impl Span {
    /// Begins a span below `parent`, a `traceparent`; none while traces are off, and then `name` is not asked for.
    pub fn begin(kind: SpanKind, parent: Option<&str>, name: impl FnOnce() -> String) -> Option<Self> {
        let tracer = tracer()?;
        let context = match parent.and_then(span_context) {
            Some(parent) => Context::new().with_remote_span_context(parent),
            None => Context::new(),
        };
        Some(Self(Box::new(tracer.span_builder(name()).with_kind(kind).start_with_context(tracer, &context))))
    }

    /// Begins a span below the request's, and answers the context with which the work goes on.
    pub fn within<'a>(
        context: &'a RequestContext,
        kind: SpanKind,
        name: impl FnOnce() -> String,
    ) -> (Option<Self>, Cow<'a, RequestContext>) {
        match Self::begin(kind, context.trace_parent.as_deref(), name) {
            Some(span) => {
                let trace_parent = Some(span.trace_parent().into());
                (Some(span), Cow::Owned(RequestContext { trace_parent, ..context.clone() }))
            }
            None => (None, Cow::Borrowed(context)),
        }
    }

    /// The `traceparent` for what is done as a part of this.
    pub fn trace_parent(&self) -> String {
        let context = self.0.span_context();
        format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8())
    }

    /// Notes something that is known of the work, under a name of OpenTelemetry's conventions.
    pub fn note(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.set_attribute(KeyValue::new(name, value));
    }

    /// Notes that the work failed.
    pub fn fail(&mut self, cause: impl Into<Cow<'static, str>>) {
        self.0.set_status(Status::error(cause));
    }
}

fn span_context(trace_parent: &str) -> Option<SpanContext> {
    if !is_well_formed(trace_parent) {
        return None;
    }
    let trace_id = TraceId::from_hex(trace_parent.get(3..35)?).ok()?;
    let span_id = SpanId::from_hex(trace_parent.get(36..52)?).ok()?;
    let flags = u8::from_str_radix(trace_parent.get(53..55)?, 16).ok()?;
    Some(SpanContext::new(trace_id, span_id, TraceFlags::new(flags), true, TraceState::NONE))
}

/// The routes with a span for every request; the routes as they are while traces are off.
pub(crate) fn follow_requests(routes: axum::Router) -> axum::Router {
    if is_on() { routes.layer(axum::middleware::from_fn(follow_request)) } else { routes }
}

async fn follow_request(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // What asks every few seconds whether all is well would bury everything else.
    if path.starts_with("/health") || path == "/metrics" {
        return next.run(request).await;
    }
    let parent = request.headers().get(TRACE_HEADER).and_then(|value| value.to_str().ok());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let begun = Span::begin(SpanKind::Server, parent, || match &route {
        Some(route) => format!("{} {route}", request.method()),
        None => request.method().to_string(),
    });
    let Some(mut span) = begun else { return next.run(request).await };
    span.note("http.request.method", request.method().to_string());
    span.note("url.path", path.to_owned());
    if let Some(route) = route {
        span.note("http.route", route);
    }
    if let Ok(value) = HeaderValue::from_str(&span.trace_parent()) {
        request.headers_mut().insert(TRACE_HEADER, value);
    }
    let response = next.run(request).await;
    span.note("http.response.status_code", i64::from(response.status().as_u16()));
    if response.status() >= StatusCode::INTERNAL_SERVER_ERROR {
        span.fail("");
    }
    response
}

/// The way to a subgraph with a span for every fetch; the way itself while traces are off. `kind` is
/// [`SpanKind::Client`] where the subgraph is another process.
pub fn follow_fetches(
    subgraph: &str,
    kind: SpanKind,
    transport: Arc<dyn SubgraphTransport>,
) -> Arc<dyn SubgraphTransport> {
    if is_on() { Arc::new(Followed { subgraph: subgraph.to_owned(), kind, transport }) } else { transport }
}

struct Followed {
    subgraph: String,
    kind: SpanKind,
    transport: Arc<dyn SubgraphTransport>,
}

impl SubgraphTransport for Followed {
    fn execute(&self, mut request: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        let parent = request.context.trace_parent.as_deref();
        let span = Span::begin(self.kind.clone(), parent, || format!("subgraph {}", self.subgraph));
        let Some(mut span) = span else { return self.transport.execute(request) };
        request.context.trace_parent = Some(span.trace_parent().into());
        Box::pin(async move {
            let answer = self.transport.execute(request).await;
            match &answer {
                Ok(GraphAnswer::Tree(response)) if !response.errors.is_empty() => span.fail("the answer has errors"),
                Ok(GraphAnswer::Json { status, .. }) if *status >= 400 => span.fail(format!("status {status}")),
                Ok(_) => {}
                Err(error) => span.fail(error.to_string()),
            }
            answer
        })
    }

    fn in_memory(&self) -> bool {
        self.transport.in_memory()
    }
}

/// The subscription with a span for every event that is handled; the subscription itself while traces are off.
pub(crate) fn follow_events(subscription: Subscription) -> Subscription {
    if !is_on() {
        return subscription;
    }
    let Subscription { consumer, kinds, handler } = subscription;
    let followed = move |mut event: Event| -> BoxFuture<'static, _> {
        let parent = event.trace_parent.as_deref();
        let Some(mut span) = Span::begin(SpanKind::Consumer, parent, || format!("process {}", event.kind)) else {
            return handler(event);
        };
        span.note("messaging.destination.name", event.kind.clone());
        span.note("messaging.consumer.group.name", consumer);
        span.note("messaging.message.id", event.id.to_string());
        event.trace_parent = Some(span.trace_parent());
        let handled = handler(event);
        Box::pin(async move {
            let outcome = handled.await;
            if let Err(error) = &outcome {
                span.fail(error.to_string());
            }
            outcome
        })
    };
    Subscription { consumer, kinds, handler: Arc::new(followed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_made_while_traces_are_off() {
        let context = RequestContext::default();
        let (span, same) = Span::within(&context, SpanKind::Internal, || unreachable!("a span was named"));
        assert!(span.is_none());
        assert!(matches!(same, Cow::Borrowed(_)));
    }

    #[test]
    fn a_parent_is_read_as_it_was_written() {
        let context = span_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap();
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.span_id().to_string(), "00f067aa0ba902b7");
        assert!(context.is_sampled() && context.is_remote());
        assert!(span_context("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7").is_none());
    }
}
