//! Routes of services, as the router's process serves them: it knows who asks, and passes the request on to the owner.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use platform::caller::Caller;
use platform::graph::{RequestContext, write_request_context};
use platform::identity::InternalTokens;
use platform::problem::Problem;
use platform::trace::trace_id;

use crate::config::Config;
use crate::services::SERVICES;

/// Headers that are about one connection (RFC 9110, 7.6.1), and those that the router writes itself.
const NOT_PASSED_ON: [HeaderName; 9] = [
    header::CONNECTION,
    header::HOST,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::AUTHORIZATION,
];

#[derive(Clone)]
struct Owner {
    url: Arc<str>,
    client: reqwest::Client,
    tokens: Arc<InternalTokens>,
}

/// The paths that services serve to clients themselves. `client` has no limit on how long an answer may take: files are
/// as long as they are.
pub(super) fn service_routes(config: &Config, client: &reqwest::Client, tokens: &Arc<InternalTokens>) -> axum::Router {
    let mut routes = axum::Router::new();
    for definition in &SERVICES {
        let url = config.service_url(definition.name, definition.port);
        let owner = Owner { url: url.into(), client: client.clone(), tokens: Arc::clone(tokens) };
        for served in definition.client_paths {
            routes = routes.route(served.path, any(forward).with_state(owner.clone()));
        }
    }
    routes
}

async fn forward(State(owner): State<Owner>, Caller(context): Caller, request: Request) -> Response {
    match ask(&owner, &context, request).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(%error, url = %owner.url, "a service's route is not reached");
            let trace = context.trace_parent.as_deref().map_or("", trace_id);
            let detail = "Temporarily unavailable, try again.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", detail).into_response(trace)
        }
    }
}

async fn ask(owner: &Owner, context: &RequestContext, request: Request) -> anyhow::Result<Response> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = passed_on(parts.headers);
    write_request_context(context, &owner.tokens, &mut headers)?;
    let answer = owner
        .client
        .request(parts.method, format!("{}{path}", owner.url))
        .headers(headers)
        .body(reqwest::Body::wrap_stream(body.into_data_stream()))
        .send()
        .await?;
    let (status, headers) = (answer.status(), passed_on(answer.headers().clone()));
    let mut response = Body::from_stream(answer.bytes_stream()).into_response();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// What may go on; what only our processes may say is taken away.
fn passed_on(mut headers: HeaderMap) -> HeaderMap {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in NOT_PASSED_ON.into_iter().chain(named) {
        headers.remove(name);
    }
    let ours: Vec<HeaderName> = headers.keys().filter(|name| name.as_str().starts_with("x-doa-")).cloned().collect();
    for name in ours {
        headers.remove(name);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_one_connection_and_of_ours_are_not_passed_on() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "keep-alive, x-one-hop"),
            ("x-one-hop", "1"),
            ("x-doa-principal", "forged"),
            ("authorization", "Bearer token"),
            ("content-type", "image/png"),
            ("range", "bytes=0-1"),
        ] {
            headers.insert(HeaderName::from_static(name), value.parse().unwrap_or_else(|_| unreachable!()));
        }
        let mut left: Vec<String> = passed_on(headers).keys().map(ToString::to_string).collect();
        left.sort_unstable();
        assert_eq!(left, ["content-type", "range"]);
    }
}
