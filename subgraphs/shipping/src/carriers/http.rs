//! A carrier's tracking API over HTTP.

use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::StatusCode;

use super::{Parcel, PushRequest, Scan, Tracker, TrackerError};

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: u64 = 1 << 20;

/// A client of one carrier.
pub(crate) struct HttpTracker {
    client: reqwest::Client,
    base_url: String,
    key: String,
}

impl HttpTracker {
    /// A client with a key and a limit on how long an answer may take.
    pub(crate) fn new(base_url: String, key: &str, timeout: Duration) -> Result<Self, reqwest::Error> {
        let connect_timeout = timeout.min(Duration::from_secs(2));
        let client = platform::http_client::builder().timeout(timeout).connect_timeout(connect_timeout).build()?;
        Ok(Self { client, base_url, key: key.to_owned() })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, TrackerError> {
        let unavailable = |error: reqwest::Error| TrackerError::Unavailable(error.without_url().to_string());
        let response = request.bearer_auth(&self.key).send().await.map_err(unavailable)?;
        match response.status() {
            StatusCode::NOT_FOUND => Err(TrackerError::UnknownNumber),
            status if status.is_success() => Ok(response),
            status => Err(TrackerError::Unavailable(format!("status {status}"))),
        }
    }
}

impl Tracker for HttpTracker {
    fn register<'a>(&'a self, request: &'a PushRequest) -> BoxFuture<'a, Result<(), TrackerError>> {
        let post = self.client.post(format!("{}/v1/pushes", self.base_url)).json(request);
        Box::pin(async move { self.send(post).await.map(|_| ()) })
    }

    fn track<'a>(&'a self, tracking_number: &'a str) -> BoxFuture<'a, Result<Vec<Scan>, TrackerError>> {
        // The number consists of digits, so that nothing in it has to be escaped.
        let get = self.client.get(format!("{}/v1/parcels/{tracking_number}", self.base_url));
        Box::pin(async move {
            let response = self.send(get).await?;
            if response.content_length().is_some_and(|length| length > LARGEST_ANSWER) {
                return Err(TrackerError::Unavailable("the answer is too large".to_owned()));
            }
            let unavailable = |error: reqwest::Error| TrackerError::Unavailable(error.without_url().to_string());
            let parcel: Parcel = response.json().await.map_err(unavailable)?;
            if parcel.tracking_number != tracking_number {
                return Err(TrackerError::Unavailable("the answer is about another parcel".to_owned()));
            }
            Ok(parcel.events)
        })
    }
}
