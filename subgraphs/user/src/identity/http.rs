//! PortOne's V2 API of identity verifications over HTTP (developers.portone.io/api/rest-v2/identityVerification).
//!
//! The browser SDK opens a verification under an identifier that we choose; `GET /identity-verifications/{id}` tells what has
//! become of it. Whoever opens it names the channel, so that the answer's is compared with ours: one made by a test channel of
//! the store would be as good as none.

use std::time::Duration;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use serde::Deserialize;

use super::{IdentityError, IdentityProvider, Outcome, VerifiedPerson};
use crate::model::IdentityVerificationId;

/// A client of PortOne, or of a server that speaks its API.
pub(crate) struct PortOneClient {
    client: reqwest::Client,
    base_url: String,
    secret: String,
    store_id: String,
    channel_key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Ready,
    Verified,
    Failed,
}

/// A verification as it is answered; the parts that we use.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    id: String,
    status: Status,
    channel: Option<Channel>,
    verified_customer: Option<Customer>,
}

#[derive(Deserialize)]
struct Channel {
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Customer {
    birth_date: Option<NaiveDate>,
    ci: Option<String>,
}

impl PortOneClient {
    /// A client of a store, with a limit on how long an answer may take.
    pub(crate) fn new(
        base_url: String,
        secret: String,
        store_id: String,
        channel_key: String,
        timeout: Duration,
    ) -> Result<Self, reqwest::Error> {
        let connect_timeout = timeout.min(Duration::from_secs(2));
        let client = platform::http_client::builder().timeout(timeout).connect_timeout(connect_timeout).build()?;
        Ok(Self { client, base_url, secret, store_id, channel_key })
    }

    fn outcome(&self, id: &str, answer: Verification) -> Result<Outcome, IdentityError> {
        if answer.id != id {
            return Err(IdentityError::Unusable(format!("asked for {id}, answered another verification")));
        }
        match answer.status {
            Status::Ready => return Ok(Outcome::Pending),
            Status::Failed => return Ok(Outcome::Failed),
            Status::Verified => {}
        }
        let channel = answer.channel.and_then(|channel| channel.key);
        if channel.as_deref() != Some(&self.channel_key) {
            tracing::warn!(verification = id, ?channel, "a verification by another channel than ours is not believed");
            return Ok(Outcome::Failed);
        }
        let lacks = |what: &str| IdentityError::Unusable(format!("{id} is verified without {what}"));
        let customer = answer.verified_customer.ok_or_else(|| lacks("a customer"))?;
        let birth_date = customer.birth_date.ok_or_else(|| lacks("a date of birth"))?;
        let ci = customer.ci.filter(|ci| !ci.is_empty()).ok_or_else(|| lacks("CI: the contract has to include it"))?;
        Ok(Outcome::Verified(VerifiedPerson { birth_date, ci }))
    }
}

/// The reason without the URL. What a body says stays out of our logs: it may tell who somebody is.
fn unavailable(error: reqwest::Error) -> IdentityError {
    IdentityError::Unavailable(error.without_url().to_string())
}

impl IdentityProvider for PortOneClient {
    fn find(&self, id: IdentityVerificationId) -> BoxFuture<'_, Result<Outcome, IdentityError>> {
        Box::pin(async move {
            let id = id.to_string();
            let parameters = [("storeId", &self.store_id)];
            let address = format!("{}/identity-verifications/{id}", self.base_url);
            let url = reqwest::Url::parse_with_params(&address, parameters)
                .map_err(|error| IdentityError::Unusable(error.to_string()))?;
            let request = self.client.get(url).header(AUTHORIZATION, format!("PortOne {}", self.secret));
            let response = request.send().await.map_err(unavailable)?;
            match response.status() {
                StatusCode::OK => {
                    let answer = response.bytes().await.map_err(unavailable)?;
                    let answer = serde_json::from_slice(&answer)
                        .map_err(|error| IdentityError::Unavailable(format!("{:?} in the answer", error.classify())))?;
                    self.outcome(&id, answer)
                }
                // The window was not opened yet.
                StatusCode::NOT_FOUND => Ok(Outcome::Pending),
                status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                    Err(IdentityError::Unusable(format!("status {status}")))
                }
                status => Err(IdentityError::Unavailable(format!("status {status}"))),
            }
        })
    }
}
