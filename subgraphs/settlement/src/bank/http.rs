//! The bank's transfer API over HTTP; the sandbox's module tells the protocol.

use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};

use super::{BankError, BankTransfer, Transfer, TransferRequest};

/// A client of the bank, or of a server that speaks its API.
pub(crate) struct BankClient {
    client: reqwest::Client,
    base_url: String,
    key: String,
}

/// The body of a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferBody {
    pub(crate) amount: i64,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) holder: String,
}

/// A transfer that was carried out, as the bank answers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BankAnswer {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
}

/// Why the bank did not carry a transfer out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BankRefusal {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl BankClient {
    /// A client with a key and a limit on how long an answer may take.
    pub(crate) fn new(base_url: String, key: String, timeout: Duration) -> Result<Self, reqwest::Error> {
        let connect_timeout = timeout.min(Duration::from_secs(2));
        let client = platform::http_client::builder().timeout(timeout).connect_timeout(connect_timeout).build()?;
        Ok(Self { client, base_url, key })
    }

    fn url(&self, id: &str) -> String {
        format!("{}/v1/transfers/{id}", self.base_url)
    }
}

/// A transfer in an answer of success; an answer of another transfer leaves the outcome open.
async fn transfer_of(response: reqwest::Response, id: &str) -> Result<Transfer, BankError> {
    let answer: BankAnswer = response.json().await.map_err(unknown)?;
    if answer.id != id {
        return Err(BankError::Unknown(format!("asked for {id}, answered {}", answer.id)));
    }
    Ok(Transfer { reference: answer.reference, amount: answer.amount })
}

fn unknown(error: reqwest::Error) -> BankError {
    BankError::Unknown(error.to_string())
}

impl BankTransfer for BankClient {
    fn send(&self, request: TransferRequest) -> BoxFuture<'_, Result<Transfer, BankError>> {
        Box::pin(async move {
            let TransferRequest { id, amount, bank, account_number, holder } = request;
            let body = TransferBody { amount, bank, account_number, holder };
            let response =
                self.client.put(self.url(&id)).bearer_auth(&self.key).json(&body).send().await.map_err(unknown)?;
            match response.status() {
                StatusCode::OK => transfer_of(response, &id).await,
                StatusCode::UNPROCESSABLE_ENTITY => {
                    let refusal: BankRefusal = response.json().await.map_err(unknown)?;
                    Err(BankError::Declined { code: refusal.code, message: refusal.message })
                }
                status => Err(BankError::Unknown(format!("status {status}"))),
            }
        })
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Transfer>, BankError>> {
        Box::pin(async move {
            let response = self.client.get(self.url(id)).bearer_auth(&self.key).send().await.map_err(unknown)?;
            match response.status() {
                StatusCode::OK => transfer_of(response, id).await.map(Some),
                StatusCode::NOT_FOUND => Ok(None),
                status => Err(BankError::Unknown(format!("status {status}"))),
            }
        })
    }
}
