//! The address that a banner's link has on a page: counts the click and sends the browser on.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use platform::caller::Caller;
use platform::problem::{Problem, answers};
use platform::trace::trace_id;
use serde_json::{Value, json};

use crate::actions::{Banners, follow};

/// The address, for a variant of a banner.
pub(crate) const CLICK_PATH: &str = "/banners/{variant}/click";

/// `GET /banners/{variant}/click`.
pub(crate) fn routes(banners: Banners) -> Router {
    Router::new().route(CLICK_PATH, get(click)).with_state(banners)
}

/// What is at [`CLICK_PATH`], for the API's documentation.
pub(crate) fn describe() -> Value {
    let mut responses = answers(&[404, 503]);
    let location = json!({ "description": "Where the banner leads", "schema": { "type": "string" } });
    let found = json!({ "description": "On to where the banner leads", "headers": { "Location": location } });
    responses.insert("302".to_owned(), found);
    json!({ "get": {
        "operationId": "FollowBanner",
        "summary": "Count a click, and lead on to where the banner leads",
        "tags": ["banners"],
        "parameters": [{
            "name": "variant", "in": "path", "required": true, "description": "The variant that was shown",
            "schema": { "type": "string" },
        }],
        "responses": responses,
    } })
}

/// Leads only where the banner itself leads; nothing of the request says where.
async fn click(State(banners): State<Banners>, Path(variant): Path<String>, Caller(context): Caller) -> Response {
    let refused = |status: StatusCode, code: &str, detail: &str| {
        Problem::new(status, code, detail).into_response(context.trace_parent.as_deref().map_or("", trace_id))
    };
    let not_found = || refused(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such banner.");
    let Ok(variant) = variant.parse() else { return not_found() };
    match follow(&banners, variant).await {
        Ok(Some(link)) => match HeaderValue::try_from(link) {
            Ok(link) => {
                let headers = [
                    (header::LOCATION, link),
                    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                    (header::REFERRER_POLICY, HeaderValue::from_static("origin")),
                ];
                (StatusCode::FOUND, headers).into_response()
            }
            Err(_) => not_found(),
        },
        Ok(None) => not_found(),
        Err(_) => refused(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "Temporarily unavailable, try again."),
    }
}
