//! The address that a banner's link has on a page: counts the click and sends the browser on.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::actions::{Banners, follow};

/// `GET /banners/{variant}/click`.
pub(crate) fn routes(banners: Banners) -> Router {
    Router::new().route("/banners/{variant}/click", get(click)).with_state(banners)
}

/// Leads only where the banner itself leads; nothing of the request says where.
async fn click(State(banners): State<Banners>, Path(variant): Path<String>) -> Response {
    let Ok(variant) = variant.parse() else { return StatusCode::NOT_FOUND.into_response() };
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
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        },
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
