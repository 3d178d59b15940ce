//! Logs and metrics.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

crate::settings! {
    /// What is logged, and how.
    pub struct TelemetrySettings {
        /// Which events are logged, as tracing's directives: info,order=debug.
        filter: String = "LOG", "info";
        /// text for people, json for machines.
        format: String = "LOG_FORMAT", "text";
    }
}

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts logging and metrics for this process. A second call changes nothing.
pub fn start(settings: &TelemetrySettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        .with_span_events(FmtSpan::NONE);
    let started = if settings.format == "json" {
        registry.with(layer.json()).try_init()
    } else {
        registry.with(layer.compact().with_target(true)).try_init()
    };
    if started.is_err() {
        return;
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        let _ = METRICS.set(handle);
    }
}

/// The metrics in Prometheus's text format; empty before [`start`].
pub fn render_metrics() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}
