//! Sealing the accounts that money goes back to: each opens for its own payment alone.

use platform::errors::GraphError;
use platform::seal::SealingKey;
use ring::digest;

use crate::model::{PaymentId, PaymentRow, RefundAccount};

/// The service's own key for personal data.
#[derive(Clone, Debug)]
pub(crate) struct Vault(SealingKey);

impl Vault {
    /// A vault under a secret; an empty one protects nothing.
    pub(crate) fn new(secret: &str) -> Result<Self, GraphError> {
        let key = digest::digest(&digest::SHA256, format!("doa-market refund accounts\0{secret}").as_bytes());
        SealingKey::new(key.as_ref()).map(Self).map_err(GraphError::internal)
    }

    pub(crate) fn seal(&self, payment: PaymentId, account: &RefundAccount) -> Result<Vec<u8>, GraphError> {
        let account = serde_json::to_vec(account).map_err(GraphError::internal)?;
        self.0.seal(payment.0.as_bytes(), &account).map_err(GraphError::internal)
    }

    /// The account that the payment's money goes back to, where one is known.
    pub(crate) fn account_of(&self, row: &PaymentRow) -> Result<Option<RefundAccount>, GraphError> {
        let Some(sealed) = &row.refund_account else { return Ok(None) };
        let unreadable = |error| GraphError::internal(format_args!("{error}: is PAYMENT_DATA_KEY another one?"));
        let account = self.0.open(row.id.0.as_bytes(), sealed).map_err(unreadable)?;
        serde_json::from_slice(&account).map(Some).map_err(GraphError::internal)
    }
}
