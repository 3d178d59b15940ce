//! The edge to the bank that pays sellers: what we ask of it, and what it may answer.

mod http;

use futures::future::BoxFuture;

pub(crate) use http::{BankAnswer, BankClient, BankRefusal, TransferBody};

/// A request to pay a seller.
#[derive(Clone, Debug)]
pub(crate) struct TransferRequest {
    /// Ours, and the same for every repetition: the bank carries a transfer of one id out once.
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) holder: String,
}

/// A transfer that the bank has carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) reference: String,
    pub(crate) amount: i64,
}

/// Why the bank gave no such answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BankError {
    /// It declined; no money moved.
    #[error("declined with {code}: {message}")]
    Declined {
        /// The bank's code.
        code: String,
        /// The bank's message, for people.
        message: String,
    },
    /// The outcome is not known: no answer in time, a broken connection, a fault of the bank's.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

/// A bank that carries transfers out.
pub(crate) trait BankTransfer: Send + Sync {
    /// Carries a transfer out, once for its id.
    fn send(&self, request: TransferRequest) -> BoxFuture<'_, Result<Transfer, BankError>>;

    /// Looks a transfer up; `None` when the bank has carried none out under this id.
    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Transfer>, BankError>>;
}
