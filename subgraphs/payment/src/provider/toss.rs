//! Toss Payments' core API (<https://docs.tosspayments.com/reference>): confirm, look up, cancel.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    CancelRequest, CheckoutRequest, CloseRequest, ConfirmRequest, PaymentProvider, ProviderError, ProviderPayment,
    ProviderReceipt, ProviderState, ProviderTransaction, ReceiptCancelRequest, ReceiptRequest,
};
use crate::model::{RefundAccount, RefundId, VirtualAccount};

/// A client of Toss Payments, or of a server that speaks its API.
pub(crate) struct TossClient {
    pub(super) client: reqwest::Client,
    pub(super) base_url: String,
    authorization: String,
    /// The payment window of the sandbox; Toss's own window is opened by its browser library and has no URL.
    window_url: Option<String>,
}

/// A payment in Toss's JSON. Only what we read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossPayment {
    pub(crate) payment_key: String,
    pub(crate) order_id: String,
    pub(crate) status: String,
    pub(crate) total_amount: i64,
    pub(crate) balance_amount: i64,
    /// What of the balance is taxed, without the tax; the tax; and what is tax-free. As the balance they become less with
    /// every cancellation.
    #[serde(default)]
    pub(crate) supplied_amount: i64,
    #[serde(default)]
    pub(crate) vat: i64,
    #[serde(default)]
    pub(crate) tax_free_amount: i64,
    pub(crate) method: Option<String>,
    pub(crate) approved_at: Option<DateTime<Utc>>,
    pub(crate) receipt: Option<TossReceipt>,
    pub(crate) virtual_account: Option<TossVirtualAccount>,
    pub(crate) cancels: Option<Vec<TossCancel>>,
}

/// Where the receipt is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TossReceipt {
    pub(crate) url: String,
}

/// A virtual account in Toss's JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossVirtualAccount {
    pub(crate) bank_code: String,
    pub(crate) account_number: String,
    pub(crate) customer_name: String,
    pub(crate) due_date: DateTime<Utc>,
}

/// A cancellation in Toss's JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossCancel {
    pub(crate) cancel_amount: i64,
    #[serde(default)]
    pub(crate) tax_free_amount: i64,
    pub(crate) cancel_reason: String,
    pub(crate) canceled_at: DateTime<Utc>,
}

/// A request to cancel in Toss's JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossCancelRequest {
    pub(crate) cancel_reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cancel_amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tax_free_amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund_receive_account: Option<TossRefundAccount>,
}

/// Where the money of a virtual account goes back to, in Toss's JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TossRefundAccount {
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) holder_name: String,
}

impl From<RefundAccount> for TossRefundAccount {
    fn from(account: RefundAccount) -> Self {
        Self { bank: account.bank, account_number: account.account_number, holder_name: account.holder_name }
    }
}

#[derive(Deserialize)]
struct TossError {
    code: String,
    message: String,
}

impl TossClient {
    /// A client with a secret key and a limit on how long an answer may take.
    pub(crate) fn new(
        base_url: String,
        secret_key: &str,
        timeout: Duration,
        window_url: Option<String>,
    ) -> Result<Self, reqwest::Error> {
        let connect_timeout = timeout.min(Duration::from_secs(2));
        let client = platform::http_client::builder().timeout(timeout).connect_timeout(connect_timeout).build()?;
        let authorization = format!("Basic {}", STANDARD.encode(format!("{secret_key}:")));
        Ok(Self { client, base_url, authorization, window_url })
    }

    async fn look_up(&self, request: reqwest::RequestBuilder) -> Result<ProviderPayment, ProviderError> {
        match self.ask::<TossPayment>(request).await {
            Err(ProviderError::Refused { code, .. }) if !is_absence(&code) => Err(ProviderError::Unknown(code)),
            answer => answer.map(ProviderPayment::from),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<ProviderPayment, ProviderError> {
        self.ask::<TossPayment>(request).await.map(ProviderPayment::from)
    }

    /// Asks and reads the answer.
    pub(super) async fn ask<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, ProviderError> {
        let unknown = |error: reqwest::Error| ProviderError::Unknown(error.without_url().to_string());
        let response =
            request.header(reqwest::header::AUTHORIZATION, &self.authorization).send().await.map_err(unknown)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unknown)?;
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|error| ProviderError::Unknown(format!("answer not understood: {error}")));
        }
        let error = serde_json::from_slice::<TossError>(&body);
        match error {
            // It did not come to judging the request: our key was not taken, or there were too many requests.
            Ok(error) if matches!(status.as_u16(), 401 | 408 | 429) => Err(ProviderError::Unknown(error.code)),
            // A request that is still being processed, or was already: the payment itself tells which.
            Ok(error)
                if matches!(error.code.as_str(), "IDEMPOTENT_REQUEST_PROCESSING" | "ALREADY_PROCESSED_PAYMENT") =>
            {
                Err(ProviderError::Unknown(error.code))
            }
            Ok(error) if status.is_client_error() => {
                Err(ProviderError::Refused { code: error.code, message: error.message })
            }
            _ => Err(ProviderError::Unknown(format!("status {status}"))),
        }
    }
}

impl PaymentProvider for TossClient {
    fn confirm(&self, request: ConfirmRequest) -> BoxFuture<'_, Result<ProviderPayment, ProviderError>> {
        let post = self
            .client
            .post(format!("{}/v1/payments/confirm", self.base_url))
            .header("Idempotency-Key", &request.idempotency_key)
            .json(&json!({
                "paymentKey": request.payment_key,
                "orderId": request.order_id,
                "amount": request.amount,
            }));
        Box::pin(self.send(post))
    }

    fn find<'a>(&'a self, payment_key: &'a str) -> BoxFuture<'a, Result<ProviderPayment, ProviderError>> {
        Box::pin(async move {
            let mut url = reqwest::Url::parse(&self.base_url)
                .map_err(|error| ProviderError::Unknown(format!("TOSS_BASE_URL: {error}")))?;
            if let Ok(mut path) = url.path_segments_mut() {
                path.pop_if_empty().extend(["v1", "payments", payment_key]);
            }
            self.look_up(self.client.get(url)).await
        })
    }

    fn cancel(&self, request: CancelRequest) -> BoxFuture<'_, Result<ProviderPayment, ProviderError>> {
        let post = self
            .client
            .post(format!("{}/v1/payments/{}/cancel", self.base_url, request.payment_key))
            .header("Idempotency-Key", &request.idempotency_key)
            .json(&TossCancelRequest {
                cancel_reason: reason_with_id(&request.reason, request.refund_id),
                cancel_amount: Some(request.amount),
                tax_free_amount: (request.tax_free > 0).then_some(request.tax_free),
                refund_receive_account: request.account.map(TossRefundAccount::from),
            });
        Box::pin(self.send(post))
    }

    fn close(&self, request: CloseRequest) -> BoxFuture<'_, Result<ProviderPayment, ProviderError>> {
        let post = self
            .client
            .post(format!("{}/v1/payments/{}/cancel", self.base_url, request.payment_key))
            .header("Idempotency-Key", &request.idempotency_key)
            .json(&TossCancelRequest {
                cancel_reason: short(&request.reason),
                cancel_amount: None,
                tax_free_amount: None,
                refund_receive_account: request.account.map(TossRefundAccount::from),
            });
        Box::pin(self.send(post))
    }

    fn issue_receipt(&self, request: ReceiptRequest) -> BoxFuture<'_, Result<ProviderReceipt, ProviderError>> {
        Box::pin(self.post_receipt(request))
    }

    fn cancel_receipt(&self, request: ReceiptCancelRequest) -> BoxFuture<'_, Result<ProviderReceipt, ProviderError>> {
        Box::pin(self.post_receipt_cancel(request))
    }

    fn transactions(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<ProviderTransaction>, ProviderError>> {
        Box::pin(self.list_transactions(from, until))
    }

    fn checkout_url(&self, request: CheckoutRequest<'_>) -> Option<String> {
        let mut url = reqwest::Url::parse(self.window_url.as_ref()?).ok()?;
        url.query_pairs_mut()
            .append_pair("orderId", request.order_id)
            .append_pair("amount", &request.amount.to_string())
            .append_pair("taxFreeAmount", &request.tax_free.to_string())
            .append_pair("orderName", request.order_name)
            .append_pair("method", request.method);
        Some(url.into())
    }
}

/// Whether the code says that there is no such payment.
fn is_absence(code: &str) -> bool {
    matches!(code, "NOT_FOUND_PAYMENT" | "NOT_FOUND")
}

/// The reason as the provider keeps it: with the refund's id, so that a look-up tells which refunds were carried out.
fn reason_with_id(reason: &str, refund: RefundId) -> String {
    format!("{} [{refund}]", short(reason))
}

fn short(reason: &str) -> String {
    reason.chars().take(150).collect()
}

fn id_in_reason(reason: &str) -> Option<RefundId> {
    reason.strip_suffix(']')?.rsplit_once('[')?.1.parse().ok()
}

impl From<TossPayment> for ProviderPayment {
    fn from(payment: TossPayment) -> Self {
        let state = match payment.status.as_str() {
            "WAITING_FOR_DEPOSIT" => ProviderState::WaitingForDeposit,
            // A virtual account that was closed before anybody paid into it.
            "CANCELED" if payment.approved_at.is_none() => ProviderState::Dead,
            "DONE" | "PARTIAL_CANCELED" | "CANCELED" => ProviderState::Taken,
            "ABORTED" | "EXPIRED" => ProviderState::Dead,
            _ => ProviderState::Open,
        };
        let cancels = payment.cancels.unwrap_or_default();
        let tax_free_canceled: i64 = cancels.iter().map(|cancel| cancel.tax_free_amount).sum();
        let cancels = if state == ProviderState::Dead { Vec::new() } else { cancels };
        Self {
            state,
            refunded: cancels.iter().map(|cancel| cancel.cancel_amount).sum(),
            tax_free: payment.tax_free_amount + tax_free_canceled,
            tax_free_refunded: cancels.iter().map(|cancel| cancel.tax_free_amount).sum(),
            order_id: payment.order_id,
            amount: payment.total_amount,
            approved_at: payment.approved_at,
            receipt_url: payment.receipt.map(|receipt| receipt.url),
            virtual_account: payment.virtual_account.map(|account| VirtualAccount {
                bank: account.bank_code,
                account_number: account.account_number,
                holder: account.customer_name,
                due_at: account.due_date,
            }),
            refunds: cancels.iter().filter_map(|cancel| id_in_reason(&cancel.cancel_reason)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refunds_are_found_again_by_their_reason() {
        let refund = RefundId::new();
        assert_eq!(id_in_reason(&reason_with_id("색상이 [사진]과 달라요", refund)), Some(refund));
        assert_eq!(id_in_reason("고객 변심"), None);
        assert_eq!(id_in_reason("[]"), None);
    }

    #[test]
    fn only_absence_is_proof_of_absence() {
        for (code, expected) in [
            ("NOT_FOUND_PAYMENT", true),
            ("NOT_FOUND", true),
            ("UNAUTHORIZED_KEY", false),
            ("FORBIDDEN_REQUEST", false),
            ("TOO_MANY_REQUESTS", false),
            ("INVALID_REQUEST", false),
        ] {
            assert_eq!(is_absence(code), expected, "{code}");
        }
    }

    #[test]
    fn a_virtual_account_that_was_closed_unpaid_has_taken_nothing() {
        let json = r#"{"paymentKey":"tgen_2026","orderId":"ord_1","totalAmount":1000,"balanceAmount":0,"status":"CANCELED",
            "method":"가상계좌","approvedAt":null,"receipt":null,"virtualAccount":null,
            "cancels":[{"cancelAmount":1000,"cancelReason":"변심","canceledAt":"2026-01-02T10:00:00+09:00"}]}"#;
        let payment = ProviderPayment::from(serde_json::from_str::<TossPayment>(json).unwrap());
        assert_eq!((payment.state, payment.refunded), (ProviderState::Dead, 0));
    }

    #[test]
    fn reads_a_payment_as_toss_documents_it() {
        let json = r#"{"version":"2022-11-16","paymentKey":"tgen_2026","type":"NORMAL","orderId":"ord_1","orderName":"토스 티셔츠",
            "currency":"KRW","method":"카드","totalAmount":1000,"balanceAmount":400,"status":"PARTIAL_CANCELED",
            "suppliedAmount":182,"vat":18,"taxFreeAmount":200,"taxExemptionAmount":0,
            "requestedAt":"2026-01-01T10:00:00+09:00","approvedAt":"2026-01-01T10:01:00+09:00",
            "receipt":{"url":"https://dashboard.tosspayments.com/receipt"},"virtualAccount":null,
            "cancels":[{"cancelAmount":600,"taxFreeAmount":100,"cancelReason":"변심","canceledAt":"2026-01-02T10:00:00+09:00"}]}"#;
        let payment = ProviderPayment::from(serde_json::from_str::<TossPayment>(json).unwrap());
        assert_eq!((payment.tax_free, payment.tax_free_refunded), (300, 100), "what is left of it, and what went back");
        assert_eq!(payment.state, ProviderState::Taken);
        assert_eq!(payment.amount, 1000);
        assert_eq!(payment.approved_at.unwrap().to_rfc3339(), "2026-01-01T01:01:00+00:00");
        assert_eq!((payment.refunds.len(), payment.refunded), (0, 600));
    }
}
