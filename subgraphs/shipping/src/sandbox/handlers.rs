//! The sandbox's answers over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::Fault;
use super::parcels::{Kept, Parcels};
use crate::carriers::{Parcel, PushRequest, SIGNATURE_HEADER, Scan, TIMESTAMP_HEADER, sign};
use crate::model::{Carrier, TrackingCode};

/// Longer than any client waits.
const NO_ANSWER: Duration = Duration::from_secs(120);
const PUSH_TIMEOUT: Duration = Duration::from_secs(5);

type Shared = State<Arc<Parcels>>;

fn refusal(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "code": code }))).into_response()
}

fn is_authorised(parcels: &Parcels, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    shown.strip_prefix("Bearer ") == Some(parcels.options.key.as_str())
}

pub(super) async fn track(
    State(parcels): Shared,
    headers: HeaderMap,
    Path((carrier, number)): Path<(String, String)>,
) -> Response {
    if !is_authorised(&parcels, &headers) {
        return refusal(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
    }
    parcels.count(&number, |calls| calls.track += 1);
    let fault = parcels.take_fault(&number);
    let found = carrier.parse::<Carrier>().ok().and_then(|carrier| parcels.track(carrier, &number));
    let Some(mut parcel) = found.filter(|_| fault != Some(Fault::UnknownNumber)) else {
        return refusal(StatusCode::NOT_FOUND, "UNKNOWN_TRACKING_NUMBER");
    };
    match fault {
        Some(Fault::Slow) => tokio::time::sleep(NO_ANSWER).await,
        Some(Fault::ServerError) => return refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
        Some(Fault::OutOfOrder) => parcel.events.reverse(),
        Some(Fault::Duplicated) => parcel.events.extend(parcel.events.clone()),
        Some(Fault::Truncated) => {
            let mut text = serde_json::to_vec(&parcel).unwrap_or_default();
            text.truncate(text.len() / 2);
            return Response::new(Body::from(text));
        }
        Some(Fault::UnknownNumber) | None => {}
    }
    Json(parcel).into_response()
}

pub(super) async fn push(
    State(parcels): Shared,
    headers: HeaderMap,
    Path(carrier): Path<String>,
    Json(request): Json<PushRequest>,
) -> Response {
    if !is_authorised(&parcels, &headers) {
        return refusal(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
    }
    let Ok(carrier) = carrier.parse::<Carrier>() else { return refusal(StatusCode::NOT_FOUND, "UNKNOWN_CARRIER") };
    parcels.count(&request.tracking_number, |calls| calls.push += 1);
    match parcels.push(carrier, &request.tracking_number, request.callback_url) {
        Ok(kept) => {
            tokio::spawn(tell_as_time_goes_by(parcels, kept));
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
    }
}

/// Tells of the scans that time makes, each when its time has come. What a restart forgets is found by asking.
async fn tell_as_time_goes_by(parcels: Arc<Parcels>, kept: Kept) {
    for scan in parcels.paced(kept.known_since) {
        let wait = (scan.occurred_at - Utc::now()).to_std().unwrap_or_default();
        tokio::time::sleep(wait).await;
        tell(&parcels, &kept, Parcel { tracking_number: kept.parcel.tracking_number.clone(), events: vec![scan] })
            .await;
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewScan {
    carrier: Carrier,
    tracking_number: String,
    code: TrackingCode,
    #[serde(default)]
    description: String,
    location: Option<String>,
    occurred_at: Option<DateTime<Utc>>,
}

pub(super) async fn scan(State(parcels): Shared, Json(new): Json<NewScan>) -> Response {
    let scan = Scan {
        code: new.code.as_str().to_owned(),
        description: new.description,
        location: new.location,
        occurred_at: new.occurred_at.unwrap_or_else(Utc::now),
    };
    match parcels.scan(new.carrier, &new.tracking_number, scan.clone()) {
        Ok(kept) => {
            let told = tell(&parcels, &kept, Parcel { tracking_number: new.tracking_number, events: vec![scan] }).await;
            Json(json!({ "told": told })).into_response()
        }
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
    }
}

/// Sends the webhook; returns the status of the answer.
async fn tell(parcels: &Parcels, kept: &Kept, parcel: Parcel) -> Option<u16> {
    let url = kept.callback_url.as_ref()?;
    let payload = serde_json::to_vec(&parcel).ok()?;
    let timestamp = Utc::now().timestamp().to_string();
    let signature = sign(&parcels.options.secret, &timestamp, &payload);
    let request = parcels
        .client
        .post(url)
        .timeout(PUSH_TIMEOUT)
        .header(TIMESTAMP_HEADER, timestamp)
        .header(SIGNATURE_HEADER, signature)
        .header(header::CONTENT_TYPE, "application/json")
        .body(payload);
    request.send().await.ok().map(|response| response.status().as_u16())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanFault {
    fault: Fault,
    #[serde(default = "once")]
    times: u32,
    tracking_number: Option<String>,
}

const fn once() -> u32 {
    1
}

pub(super) async fn set_fault(State(parcels): Shared, Json(body): Json<PlanFault>) -> StatusCode {
    parcels.plan_fault(body.fault, body.times, body.tracking_number);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfParcel {
    tracking_number: String,
}

pub(super) async fn calls(State(parcels): Shared, Query(query): Query<OfParcel>) -> Response {
    Json(parcels.calls(&query.tracking_number)).into_response()
}
