//! `POST /api/v1/webhooks/shipping/{carrier}`: carriers tell of scans.
//!
//! A call is believed when its signature is the carrier's and at most five minutes old. A call that is repeated within that
//! time changes nothing, because every scan counts once.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, MatchedPath, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use chrono::Utc;
use platform::caller::Caller;
use platform::problem::{Problem, answers};
use platform::service::ClientPath;
use platform::trace::trace_id;
use serde_json::{Value, json};

use crate::actions::{Shipping, receive_scans};
use crate::carriers::{Parcel, SIGNATURE_HEADER, TIMESTAMP_HEADER, is_recent, verify};
use crate::model::{Carrier, TrackingCode};
use crate::rules::tracking_number;

const LARGEST_BODY: usize = 256 << 10;
const PATH: &str = "/api/v1/webhooks/shipping/{carrier}";
/// Where carriers were told to call before; they go on to do so for the parcels of that time.
const FORMER_PATH: &str = "/webhooks/shipping/{carrier}";
/// Since when the former path is deprecated, as RFC 9745 writes it: 2026-11-27.
const DEPRECATED_SINCE: &str = "@1795737600";

pub(crate) const PATHS: &[ClientPath] = &[
    ClientPath { path: PATH, describe: Some(|| describe("ReceiveScans", false)) },
    ClientPath { path: FORMER_PATH, describe: Some(|| describe("ReceiveScansFormerly", true)) },
];

/// The path for a carrier.
pub(crate) fn path_of(carrier: Carrier) -> String {
    PATH.replace("{carrier}", carrier.as_str())
}

pub(crate) fn routes(shipping: Shipping) -> Router {
    Router::new()
        .route(PATH, post(receive))
        .route(FORMER_PATH, post(receive))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(shipping)
}

fn describe(operation: &str, deprecated: bool) -> Value {
    let carriers: Vec<&str> = Carrier::ALL.iter().map(|carrier| carrier.as_str()).collect();
    let codes: Vec<&str> = TrackingCode::ALL.iter().map(|code| code.as_str()).collect();
    let header = |name: &str, description: &str| {
        let schema = json!({ "type": "string" });
        json!({ "name": name, "in": "header", "required": true, "description": description, "schema": schema })
    };
    let scan = json!({
        "type": "object",
        "required": ["code", "occurredAt"],
        "properties": {
            "code": { "type": "string", "description": format!("{}; others move nothing", codes.join(", ")) },
            "description": { "type": "string" },
            "location": { "type": ["string", "null"] },
            "occurredAt": { "type": "string", "format": "date-time" },
        },
    });
    let parcel = json!({
        "type": "object",
        "required": ["trackingNumber", "events"],
        "properties": { "trackingNumber": { "type": "string" }, "events": { "type": "array", "items": scan } },
    });
    let mut responses = answers(&[400, 401, 404, 413, 503]);
    let mut success = json!({ "description": "Success" });
    if deprecated {
        let since = json!({ "description": "Since when it is (RFC 9745)", "schema": { "type": "string" } });
        success["headers"] = json!({ "Deprecation": since });
    }
    responses.insert("204".to_owned(), success);
    let mut described = json!({
        "operationId": operation,
        "summary": "Tell of a parcel's scans; repetitions change nothing",
        "tags": ["webhooks"],
        "parameters": [
            {
                "name": "carrier", "in": "path", "required": true, "description": "Who calls",
                "schema": { "type": "string", "enum": carriers },
            },
            header(TIMESTAMP_HEADER, "Seconds since 1970, at most five minutes ago"),
            header(SIGNATURE_HEADER, "The hexadecimal HMAC-SHA-256 over `timestamp.body` with the carrier's secret"),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": parcel } } },
        "responses": responses,
    });
    if deprecated {
        described["deprecated"] = json!(true);
    }
    json!({ "post": described })
}

/// Answers a call, by either path.
async fn receive(
    State(shipping): State<Shipping>,
    path: MatchedPath,
    Path(carrier): Path<String>,
    Caller(context): Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut response = match received(&shipping, &carrier, &headers, body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err((status, code, detail)) => {
            Problem::new(status, code, detail).into_response(context.trace_parent.as_deref().map_or("", trace_id))
        }
    };
    if path.as_str() == FORMER_PATH {
        let since = HeaderValue::from_static(DEPRECATED_SINCE);
        response.headers_mut().insert(HeaderName::from_static("deprecation"), since);
    }
    response
}

async fn received(
    shipping: &Shipping,
    carrier: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(), (StatusCode, &'static str, &'static str)> {
    let malformed = (StatusCode::BAD_REQUEST, "INVALID_BODY", "The body is no parcel with its scans.");
    let Some(carrier) = Carrier::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(carrier)) else {
        return Err((StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such carrier."));
    };
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The body is larger than 256 KiB.")
        }
        _ => malformed,
    })?;
    if !is_believed(shipping, carrier, headers, &body) {
        metrics::counter!("shipping_webhooks_refused_total", "carrier" => carrier.as_str()).increment(1);
        let detail = "The signature is not the carrier's, or too old.";
        return Err((StatusCode::UNAUTHORIZED, "INVALID_SIGNATURE", detail));
    }
    let parcel: Parcel = serde_json::from_slice(&body).map_err(|_| malformed)?;
    let number = tracking_number(carrier, &parcel.tracking_number).ok_or(malformed)?;
    receive_scans(shipping, carrier, &number, &parcel.events).await.map_err(|error| {
        // The carrier sends it again, or the parcel is asked for.
        tracing::warn!(carrier = carrier.as_str(), ?error, "scans could not be kept");
        (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "Temporarily unavailable, try again.")
    })
}

fn is_believed(shipping: &Shipping, carrier: Carrier, headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let secret = shipping.carriers.get(&carrier).and_then(|reach| reach.secret.as_deref());
    match (secret, text(TIMESTAMP_HEADER), text(SIGNATURE_HEADER)) {
        (Some(secret), Some(timestamp), Some(signature)) => {
            is_recent(timestamp, Utc::now()) && verify(secret, timestamp, body, signature)
        }
        _ => false,
    }
}
