//! Sends finished spans to a collector, by OTLP over HTTP in protobuf.
//!
//! The SDK gathers spans in a thread of its own, outside Tokio; the requests themselves run on our runtime with the same
//! HTTP client as all others.

use std::sync::OnceLock;
use std::time::Duration;

use futures::future::BoxFuture;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};

const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

crate::settings! {
    /// Where traces are sent.
    pub struct TraceSettings {
        /// The collector that takes traces by OTLP over HTTP, as in http://collector:4318; /v1/traces is added. Empty: no traces are made.
        endpoint: String = "OTEL_EXPORTER_OTLP_ENDPOINT", "";
        /// What traces call this process. Empty: doa-market, doa-router, or doa- and the service's name.
        service_name: String = "OTEL_SERVICE_NAME", "";
        /// The share of the traces begun here that is kept, from 0 to 1; a caller's decision on its trace is followed.
        sampled_share: f64 = "OTEL_TRACES_SAMPLER_ARG", "1";
    }
}

/// Traces cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent: {0}")]
pub struct TraceError(String);

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// What spans are made with; none while traces are off.
pub(super) fn tracer() -> Option<&'static SdkTracer> {
    TRACER.get()
}

/// Whether this process makes traces. What is built before [`TraceExport::start`] makes none.
pub(super) fn is_on() -> bool {
    TRACER.get().is_some()
}

/// The sending of traces. It must be stopped at the end, or the last spans are lost.
pub struct TraceExport {
    provider: Option<SdkTracerProvider>,
}

impl TraceExport {
    /// Begins to make traces when the settings name a collector, once in a process. Call it in a Tokio runtime, before
    /// transports, subscriptions and servers are made.
    ///
    /// # Errors
    /// When the collector's URL is none.
    pub fn start(settings: &TraceSettings, role: &str) -> Result<Self, TraceError> {
        let base = settings.endpoint.trim_end_matches('/');
        if base.is_empty() {
            return Ok(Self { provider: None });
        }
        let failed = |error: &dyn std::fmt::Display| TraceError(error.to_string());
        let client = crate::http_client::builder().timeout(EXPORT_TIMEOUT).build().map_err(|error| failed(&error))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(RuntimeClient { client, runtime: tokio::runtime::Handle::current() })
            .with_endpoint(format!("{base}/v1/traces"))
            .build()
            .map_err(|error| failed(&error))?;
        let name = match settings.service_name.as_str() {
            "" => format!("doa-{role}"),
            name => name.to_owned(),
        };
        let resource = Resource::builder()
            .with_service_name(name)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sampled_share)));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .with_sampler(sampler)
            .build();
        if TRACER.set(provider.tracer("doa-market")).is_err() {
            return Err(TraceError("they are sent already".to_owned()));
        }
        Ok(Self { provider: Some(provider) })
    }

    /// Sends what is left, and ends the sending.
    pub async fn stop(self) {
        let Some(provider) = self.provider else { return };
        // It waits for the thread that gathers spans, which waits for this runtime.
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH_TIMEOUT)).await;
        match stopped {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last spans may be lost"),
            Err(error) => tracing::warn!(%error, "the last spans may be lost"),
        }
    }
}

/// Our HTTP client for a thread that is outside the runtime.
#[derive(Debug)]
struct RuntimeClient {
    client: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

impl HttpClient for RuntimeClient {
    fn send_bytes<'a, 'out>(&'a self, request: Request<Bytes>) -> BoxFuture<'out, Result<Response<Bytes>, HttpError>>
    where
        'a: 'out,
        Self: 'out,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(answer.headers());
            }
            Ok(response.body(answer.bytes().await?)?)
        });
        Box::pin(async move { sent.await? })
    }
}
