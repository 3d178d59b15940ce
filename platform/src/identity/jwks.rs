//! Where the published keys are read from: over HTTP, or from the routes of a service in this process.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use jsonwebtoken::jwk::JwkSet;
use tower::ServiceExt as _;

use super::JwkSource;

const TIMEOUT: Duration = Duration::from_secs(3);
const LARGEST_SET: usize = 1 << 20;

/// Keys at a URL.
pub fn jwks_over_http(client: reqwest::Client, url: String) -> JwkSource {
    Arc::new(move || {
        let (client, url) = (client.clone(), url.clone());
        Box::pin(async move {
            let answer = client.get(&url).timeout(TIMEOUT).send().await.and_then(reqwest::Response::error_for_status);
            match answer {
                Ok(response) => response.json::<JwkSet>().await.ok(),
                Err(error) => {
                    tracing::warn!(%error, "the keys that verify access tokens cannot be read");
                    None
                }
            }
        })
    })
}

/// Keys that a service of this process publishes at `path` of its routes.
pub fn jwks_in_process(routes: axum::Router, path: &'static str) -> JwkSource {
    Arc::new(move || {
        let routes = routes.clone();
        Box::pin(async move {
            let request = http::Request::get(path).body(Body::empty()).ok()?;
            let response = routes.oneshot(request).await.ok()?;
            let body = axum::body::to_bytes(response.into_body(), LARGEST_SET).await.ok()?;
            serde_json::from_slice(&body).ok()
        })
    })
}
