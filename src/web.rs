//! The built web client: files as they are, and the start page for every address that is the client's own.

use std::path::Path;

use anyhow::Context as _;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Html;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

const MISSING: &str = "<!doctype html><meta charset=utf-8><title>DOA Market</title><h1>DOA Market</h1>\
<p>The web client is not built: run <code>npm ci && npm run build</code> in <code>web-client</code>. \
The API answers at <a href=/graphql>/graphql</a> and <a href=/docs>/docs</a>.</p>";

/// The client's routes: the fallback of everything else. `policy` is what the client may load and do.
pub(crate) fn routes(directory: &str, policy: &str) -> anyhow::Result<Router> {
    let policy = HeaderValue::from_str(policy).context("CONTENT_SECURITY_POLICY is not the value of a header")?;
    let start = Path::new(directory).join("index.html");
    if directory.is_empty() || !start.is_file() {
        return Ok(Router::new().route("/", get(|| async { Html(MISSING) })));
    }
    let assets = ServeDir::new(Path::new(directory).join("assets"));
    let pages = ServeDir::new(directory).fallback(ServeFile::new(start));
    // Names of assets carry a hash of their content; the start page is what names them.
    let cached = Router::new()
        .nest_service("/assets", assets)
        .layer(header_layer(header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    let routes = Router::new()
        .merge(cached)
        .fallback_service(pages)
        .layer(SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, policy))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "strict-origin-when-cross-origin"))
        .layer(CompressionLayer::new().gzip(true));
    Ok(routes)
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
