//! What the settlement service does: one use case a file.

mod change_payout;
mod close;
mod hear;
mod hold;
mod run;
mod send_payout;
mod set_terms;
mod take_back;

pub(crate) use change_payout::{approve_payout, reject_payout, request_payout, retry_payout};
pub(crate) use close::close_now;
pub(crate) use hear::{hear_fact, hear_paid};
pub(crate) use hold::hold_item;
pub(crate) use run::run_settlements;
pub(crate) use send_payout::send_due_payouts;
pub(crate) use set_terms::{AccountTerms, set_account, set_rate};

use std::sync::Arc;

use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};
use tokio::sync::Notify;

use crate::bank::BankTransfer;
use crate::clients::{SellerToPay, seller_to_pay};
use crate::error::{Failure, UserErrorCode};
use crate::model::{BankAccount, Particulars, SellerId, SettlementCadence, UserId};
use crate::settings::SettlementSettings;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Settlements {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) bank: Arc<dyn BankTransfer>,
    pub(crate) settings: Arc<SettlementSettings>,
    /// How sellers without a cadence of their own are settled with.
    pub(crate) cadence: SettlementCadence,
    /// Wakes the job that sends payouts.
    pub(crate) payouts: Arc<Notify>,
}

impl Settlements {
    /// A seller's particulars and bank account, as its owner has them now.
    async fn seller(
        &self,
        seller: SellerId,
        context: &RequestContext,
    ) -> Result<Option<(Particulars, Option<BankAccount>)>, GraphError> {
        let variables = seller_to_pay::Variables { id: seller.to_string() };
        let answer = self.graph.ask::<SellerToPay>("seller", variables, context).await?.seller;
        Ok(answer.map(|seller| {
            let account = seller.bank_account.map(|account| BankAccount {
                bank: account.bank,
                number: account.number,
                holder: account.holder,
            });
            let particulars = Particulars {
                name: seller.name,
                representative_name: seller.representative_name,
                business_number: seller.business_number,
                address: seller.address,
                email: seller.email,
            };
            (particulars, account)
        }))
    }
}

/// The person who asks; money is never moved by a request without one.
fn caller(context: &RequestContext) -> Result<UserId, GraphError> {
    context.principal.user_id.map(UserId).ok_or_else(|| GraphError::unauthenticated(context.language))
}

/// The reason, trimmed, when it has 1–200 characters.
fn checked_reason(reason: &str, context: &RequestContext) -> Result<String, Failure> {
    let reason = reason.trim();
    if (1..=LONGEST_REASON).contains(&reason.chars().count()) {
        return Ok(reason.to_owned());
    }
    Err(UserErrorCode::ReasonRequired.at(&["reason"], context.language).into())
}
