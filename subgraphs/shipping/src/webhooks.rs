//! `POST /webhooks/shipping/{carrier}`: carriers tell of scans.
//!
//! A call is believed when its signature is the carrier's and at most five minutes old. A call that is repeated within that
//! time changes nothing, because every scan counts once.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::Utc;

use crate::actions::{Shipping, receive_scans};
use crate::carriers::{Parcel, SIGNATURE_HEADER, TIMESTAMP_HEADER, is_recent, verify};
use crate::model::Carrier;
use crate::rules::tracking_number;

const LARGEST_BODY: usize = 256 << 10;

pub(crate) fn routes(shipping: Shipping) -> Router {
    Router::new()
        .route("/webhooks/shipping/{carrier}", post(receive))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(shipping)
}

async fn receive(
    State(shipping): State<Shipping>,
    Path(carrier): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Some(carrier) = Carrier::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(&carrier)) else {
        return StatusCode::NOT_FOUND;
    };
    if !is_believed(&shipping, carrier, &headers, &body) {
        metrics::counter!("shipping_webhooks_refused_total", "carrier" => carrier.as_str()).increment(1);
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(parcel) = serde_json::from_slice::<Parcel>(&body) else { return StatusCode::BAD_REQUEST };
    let Some(number) = tracking_number(carrier, &parcel.tracking_number) else { return StatusCode::BAD_REQUEST };
    match receive_scans(&shipping, carrier, &number, &parcel.events).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            // The carrier sends it again, or the parcel is asked for.
            tracing::warn!(carrier = carrier.as_str(), ?error, "scans could not be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
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
