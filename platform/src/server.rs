//! The server shell of every process: health, metrics, and a drain when the process is asked to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures::future::{BoxFuture, join_all};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::errors::ErrorCode;
use crate::problem::Problem;

const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Something the process works with.
#[derive(Clone)]
pub struct ReadinessCheck {
    /// What is checked, as in `order database`.
    pub name: String,
    /// Whether the process is of no use without it.
    pub required: bool,
    /// Asks it.
    pub check: Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl ReadinessCheck {
    /// A check of what the process cannot work without, from an asynchronous function.
    pub fn new<F, Fut>(name: impl Into<String>, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name: name.into(), required: true, check: Arc::new(move || Box::pin(check())) }
    }

    /// The same for what the process can do without for a while: it is shown, and the process stays ready.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }
}

/// The routes that every process has: `/health`, `/health/live`, `/health/ready`, `/metrics`.
pub fn health_routes(checks: Vec<ReadinessCheck>) -> Router {
    Router::new()
        .route("/health", get(ready))
        .route("/health/ready", get(ready))
        .with_state(Arc::new(checks))
        .route("/health/live", get(|| async { axum::Json(json!({ "status": "live" })) }))
        .route("/metrics", get(metrics_text))
}

async fn metrics_text() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], crate::telemetry::render_metrics()).into_response()
}

async fn ready(State(checks): State<Arc<Vec<ReadinessCheck>>>) -> Response {
    let outcomes = join_all(checks.iter().map(|check| async move {
        let outcome = tokio::time::timeout(CHECK_TIMEOUT, (check.check)()).await;
        let healthy = match outcome {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(check = check.name, error, "not ready");
                false
            }
            Err(_) => false,
        };
        (check, healthy)
    }))
    .await;
    let all = outcomes.iter().all(|(check, healthy)| *healthy || !check.required);
    let checks: serde_json::Map<String, serde_json::Value> = outcomes
        .into_iter()
        .map(|(check, healthy)| (check.name.clone(), json!(if healthy { "ready" } else { "unavailable" })))
        .collect();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(json!({ "status": if all { "ready" } else { "unavailable" }, "checks": checks })))
        .into_response()
}

/// Serves until `shutdown`, then lets requests under way finish for at most `drain`.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    shutdown: CancellationToken,
    drain: Duration,
) -> std::io::Result<()> {
    let stopped = shutdown.clone();
    // An answer's last packet must not wait for the client to confirm those before it.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection cannot be hurried");
        }
    });
    let routes = routes.layer(CatchPanicLayer::custom(answer_of_panic));
    let service = crate::trace::follow_requests(routes).into_make_service_with_connect_info::<std::net::SocketAddr>();
    let serving =
        axum::serve(listener, service).with_graceful_shutdown(async move { stopped.cancelled().await }).into_future();
    tokio::pin!(serving);
    tokio::select! {
        result = &mut serving => return result,
        () = shutdown.cancelled() => {}
    }
    tokio::time::timeout(drain, serving).await.unwrap_or(Ok(()))
}

/// A request whose handler panicked gets an answer like every other that failed here; the panic itself is in the log.
#[allow(clippy::needless_pass_by_value, reason = "the layer gives it away")]
fn answer_of_panic(_: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let code = ErrorCode::Internal.as_str();
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, code, "Something went wrong on our side.").into_response("")
}

/// A token that is cancelled by SIGTERM or ctrl-C.
///
/// # Errors
/// When signals cannot be listened for.
pub fn shutdown_on_signal() -> std::io::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let token = CancellationToken::new();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let cancelled = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        cancelled.cancel();
    });
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_and_the_server_goes_on() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let routes = Router::new()
            .route("/panics", get(async || -> &'static str { panic!("a test's own") }))
            .route("/works", get(async || "works"));
        let serving = tokio::spawn(serve(listener, routes, stop.clone(), Duration::from_secs(1)));
        let client = crate::http_client::builder().build().unwrap();
        let ask = async |path: &str| client.get(format!("http://{address}{path}")).send().await.unwrap();
        for _ in 0..2 {
            let answer = ask("/panics").await;
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
            assert!(!answer.text().await.unwrap().contains("own"));
        }
        assert_eq!(ask("/works").await.text().await.unwrap(), "works");
        stop.cancel();
        serving.await.unwrap().unwrap();
    }
}
