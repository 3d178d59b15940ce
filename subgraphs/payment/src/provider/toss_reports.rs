//! Toss Payments' cash receipts and transactions (<https://docs.tosspayments.com/reference#현금영수증>,
//! <https://docs.tosspayments.com/reference#거래>).

use chrono::{DateTime, Utc};
use platform::business_days::{day_in_seoul, time_in_seoul};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::toss::TossClient;
use super::{ProviderError, ProviderReceipt, ProviderTransaction, ReceiptCancelRequest, ReceiptRequest};
use crate::model::CashReceiptPurpose;

/// How many transactions one answer has at most.
const PAGE: usize = 1_000;

/// A cash receipt in Toss's JSON. Only what we read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossCashReceipt {
    pub(crate) receipt_key: String,
    pub(crate) issue_number: Option<String>,
    pub(crate) issue_status: String,
    pub(crate) amount: i64,
    #[serde(default)]
    pub(crate) tax_free_amount: i64,
    pub(crate) order_id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) receipt_url: Option<String>,
}

/// A transaction in Toss's JSON. Only what we read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossTransaction {
    pub(crate) transaction_key: String,
    pub(crate) payment_key: String,
    pub(crate) order_id: String,
    pub(crate) status: String,
    pub(crate) amount: i64,
    pub(crate) transaction_at: DateTime<Utc>,
}

impl From<TossCashReceipt> for ProviderReceipt {
    fn from(receipt: TossCashReceipt) -> Self {
        Self { receipt_key: receipt.receipt_key, issue_number: receipt.issue_number, receipt_url: receipt.receipt_url }
    }
}

impl TossClient {
    pub(super) async fn post_receipt(&self, request: ReceiptRequest) -> Result<ProviderReceipt, ProviderError> {
        let kind = match request.purpose {
            CashReceiptPurpose::IncomeDeduction => "소득공제",
            CashReceiptPurpose::ExpenseProof => "지출증빙",
        };
        let post = self
            .client
            .post(format!("{}/v1/cash-receipts", self.base_url))
            .header("Idempotency-Key", request.id.to_string())
            .json(&json!({
                "amount": request.amount,
                "taxFreeAmount": request.tax_free,
                "orderId": request.order_id,
                "orderName": request.order_name,
                "customerIdentityNumber": request.identity,
                "type": kind,
            }));
        self.ask::<TossCashReceipt>(post).await.map(ProviderReceipt::from)
    }

    pub(super) async fn post_receipt_cancel(
        &self,
        request: ReceiptCancelRequest,
    ) -> Result<ProviderReceipt, ProviderError> {
        let post = self
            .client
            .post(format!("{}/v1/cash-receipts/{}/cancel", self.base_url, request.receipt_key))
            .header("Idempotency-Key", &request.idempotency_key)
            .json(&json!({ "amount": request.amount }));
        self.ask::<TossCashReceipt>(post).await.map(ProviderReceipt::from)
    }

    pub(super) async fn list_transactions(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<ProviderTransaction>, ProviderError> {
        // Toss's times without an offset are Seoul's.
        let local = |at: DateTime<Utc>| format!("{}T{}", day_in_seoul(at), time_in_seoul(at).format("%H:%M:%S"));
        let mut all: Vec<ProviderTransaction> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut url = reqwest::Url::parse(&format!("{}/v1/transactions", self.base_url))
                .map_err(|error| ProviderError::Unknown(format!("TOSS_BASE_URL: {error}")))?;
            url.query_pairs_mut()
                .append_pair("startDate", &local(from))
                .append_pair("endDate", &local(until))
                .append_pair("limit", &PAGE.to_string())
                .extend_pairs(after.iter().map(|key| ("startingAfter", key)));
            let page: Vec<TossTransaction> = self.ask(self.client.get(url)).await?;
            let last = (page.len() == PAGE).then(|| page.last().map(|one| one.transaction_key.clone())).flatten();
            let moved = page.into_iter().filter(|one| one.transaction_at < until);
            all.extend(moved.map(|one| ProviderTransaction { payment_key: one.payment_key, order_id: one.order_id }));
            match last {
                Some(key) => after = Some(key),
                None => return Ok(all),
            }
        }
    }
}
