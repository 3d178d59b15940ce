//! What the payment service does: one use case a file.

mod abort_payment;
mod cash_receipts;
mod close_payment;
mod confirm_payment;
mod create_payment;
mod receive_webhook;
mod reconcile;
mod record_outcome;
mod refund_account;
mod refund_payment;

pub(crate) use abort_payment::abort_payment;
pub(crate) use cash_receipts::{request_cash_receipt, take_next_step};
pub(crate) use close_payment::{decide_deposit, void_payment};
pub(crate) use confirm_payment::{Confirmation, confirm_payment};
pub(crate) use create_payment::create_payment;
pub(crate) use receive_webhook::receive_webhook;
pub(crate) use reconcile::reconcile;
pub(crate) use record_outcome::{Outcome, complete_order, expire_deposit, find_outcome, record_outcome};
pub(crate) use refund_account::{GivenAccount, set_refund_account};
pub(crate) use refund_payment::{carry_out_refund, refund_payment};

use std::sync::Arc;
use std::time::Duration;

use platform::database::Database;
use platform::events::Outbox;
use platform::graph::GraphClient;

use crate::provider::PaymentProvider;
use crate::vault::Vault;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Payments {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) provider: Arc<dyn PaymentProvider>,
    /// Seals the accounts that money goes back to.
    pub(crate) vault: Vault,
    /// How many payments are looked up at the provider at once when a day is compared.
    pub(crate) comparisons: usize,
    /// How long whoever asked the provider may wait before somebody else looks.
    pub(crate) lease: Duration,
}

impl Payments {
    pub(crate) fn lease_until(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::Utc::now() + self.lease
    }
}

/// Why an action did not do what was asked.
pub(crate) type Failure = platform::errors::ActionError<crate::error::ErrorCode>;
