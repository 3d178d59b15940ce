//! The edge to carriers: what we ask of one, and what it may answer.
//!
//! Korean carriers have no public interface that pushes scans; shops reach them through tracking services, which speak one
//! JSON protocol for all of them. So does ours, documented in this crate's README; every carrier has its own URL, key and
//! secret.

mod http;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::model::{Carrier, TrackingCode};

pub(crate) use http::HttpTracker;
pub(crate) use platform::signature::{is_recent, sign, verify};

/// The header that says when a webhook was signed, in seconds since 1970.
pub(crate) const TIMESTAMP_HEADER: &str = "x-tracking-timestamp";
/// The header that carries the signature in hexadecimal digits.
pub(crate) const SIGNATURE_HEADER: &str = "x-tracking-signature";

/// A parcel in the carriers' JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parcel {
    pub(crate) tracking_number: String,
    pub(crate) events: Vec<Scan>,
}

/// A scan in the carriers' JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scan {
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    pub(crate) occurred_at: DateTime<Utc>,
}

impl Scan {
    /// What the scan says; a code that carriers invent later is unknown, not an error.
    pub(crate) fn tracking_code(&self) -> TrackingCode {
        self.code.parse().unwrap_or(TrackingCode::Unknown)
    }
}

/// A request to be told of a parcel's scans.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PushRequest {
    pub(crate) tracking_number: String,
    pub(crate) callback_url: String,
}

/// Why a carrier gave no such answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TrackerError {
    /// The carrier knows no such number; it may learn of it when it takes the parcel.
    #[error("unknown tracking number")]
    UnknownNumber,
    /// No answer in time, a broken connection, a fault of the carrier's.
    #[error("no answer: {0}")]
    Unavailable(String),
}

/// A carrier that tells where parcels are.
pub(crate) trait Tracker: Send + Sync {
    /// Asks to be told of a parcel's scans from now on.
    fn register<'a>(&'a self, request: &'a PushRequest) -> BoxFuture<'a, Result<(), TrackerError>>;

    /// All scans of a parcel.
    fn track<'a>(&'a self, tracking_number: &'a str) -> BoxFuture<'a, Result<Vec<Scan>, TrackerError>>;
}

/// A carrier as this process reaches it.
pub(crate) struct Reach {
    pub(crate) tracker: Box<dyn Tracker>,
    /// What its webhooks are signed with; none when they are refused.
    pub(crate) secret: Option<String>,
    /// Where it sends them.
    pub(crate) callback_url: String,
}

/// All carriers.
pub(crate) type Carriers = Arc<HashMap<Carrier, Reach>>;
