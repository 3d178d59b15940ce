//! The sandbox's payments, kept in a file of JSON lines: the last line of a payment counts.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Call, Fault};
use crate::provider::{
    TossCancelRequest, TossCashReceipt, TossPayment, TossReceipt, TossRefundAccount, TossVirtualAccount,
};
use crate::rules::tax_free::split_vat;

/// A refusal in Toss's form.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Refusal {
    #[serde(skip)]
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: &'static str,
}

const fn refusal(status: u16, code: &'static str, message: &'static str) -> Refusal {
    Refusal { status, code, message }
}

/// A fault that waits for its requests.
struct PlannedFault {
    fault: Fault,
    left: u32,
    order_id: Option<String>,
    /// The calls that it concerns; those that move money when none is named.
    call: Option<Call>,
}

impl PlannedFault {
    fn concerns(&self, order_id: &str, call: Call) -> bool {
        self.left > 0
            && self.order_id.as_deref().is_none_or(|id| id == order_id)
            && self.call.map_or(call != Call::Find, |wanted| wanted == call)
    }
}

/// How often calls arrived for one order.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Calls {
    pub(super) confirm: u32,
    pub(super) find: u32,
    pub(super) cancel: u32,
}

struct Inner {
    by_key: HashMap<String, TossPayment>,
    answered: HashMap<String, TossPayment>,
    faults: Vec<PlannedFault>,
    calls: HashMap<String, Calls>,
    /// Until when the virtual accounts of some payments can be paid into.
    due: HashMap<String, DateTime<Utc>>,
    receipts: HashMap<String, TossCashReceipt>,
    receipt_answers: HashMap<String, TossCashReceipt>,
    file: File,
}

pub(super) struct Payments {
    inner: Mutex<Inner>,
}

impl Payments {
    pub(super) fn open(path: PathBuf) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
        let mut by_key = HashMap::new();
        for line in BufReader::new(File::open(&path)?).lines() {
            // A process killed while it wrote leaves half a line at the end; the payment keeps its line before.
            if let Ok(payment) = serde_json::from_str::<TossPayment>(&line?) {
                by_key.insert(payment.payment_key.clone(), payment);
            }
        }
        let inner = Inner {
            by_key,
            answered: HashMap::new(),
            faults: Vec::new(),
            calls: HashMap::new(),
            due: HashMap::new(),
            receipts: HashMap::new(),
            receipt_answers: HashMap::new(),
            file,
        };
        Ok(Self { inner: Mutex::new(inner) })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What the payment window does when the buyer presses the button, for an amount and what of it is tax-free.
    pub(super) fn authorize(
        &self,
        order_id: &str,
        (amount, tax_free): (i64, i64),
        method: &str,
        valid_seconds: Option<i64>,
    ) -> std::io::Result<TossPayment> {
        let (supplied_amount, vat) = split_vat(amount - tax_free);
        let payment = TossPayment {
            payment_key: format!("sandbox_{}", uuid::Uuid::now_v7().as_simple()),
            order_id: order_id.to_owned(),
            status: "IN_PROGRESS".to_owned(),
            total_amount: amount,
            balance_amount: amount,
            supplied_amount,
            vat,
            tax_free_amount: tax_free,
            method: Some(method.to_owned()),
            approved_at: None,
            receipt: None,
            virtual_account: None,
            cancels: None,
        };
        let mut inner = self.lock();
        if let Some(seconds) = valid_seconds {
            inner.due.insert(payment.payment_key.clone(), Utc::now() + TimeDelta::seconds(seconds));
        }
        inner.keep(payment)
    }

    pub(super) fn confirm(
        &self,
        payment_key: &str,
        order_id: &str,
        amount: i64,
        idempotency_key: Option<&str>,
    ) -> Result<TossPayment, Refusal> {
        let mut inner = self.lock();
        if let Some(answer) = idempotency_key.and_then(|key| inner.answered.get(key)) {
            return Ok(answer.clone());
        }
        let not_found =
            refusal(404, "NOT_FOUND_PAYMENT_SESSION", "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.");
        let mut payment = inner.by_key.get(payment_key).cloned().ok_or(not_found)?;
        if payment.status != "IN_PROGRESS" {
            return Err(refusal(400, "ALREADY_PROCESSED_PAYMENT", "이미 처리된 결제 입니다."));
        }
        if payment.order_id != order_id || payment.total_amount != amount {
            return Err(refusal(400, "INVALID_REQUEST", "결제 금액 또는 주문번호가 일치하지 않습니다."));
        }
        if payment.method.as_deref() == Some("VIRTUAL_ACCOUNT") {
            "WAITING_FOR_DEPOSIT".clone_into(&mut payment.status);
            let due_date = inner.due.remove(payment_key).unwrap_or_else(|| Utc::now() + TimeDelta::days(3));
            payment.virtual_account = Some(TossVirtualAccount {
                bank_code: "088".to_owned(),
                account_number: format!("X{}", &payment.payment_key[8..20]),
                customer_name: "도아마켓".to_owned(),
                due_date,
            });
        } else {
            "DONE".clone_into(&mut payment.status);
            payment.approved_at = Some(Utc::now());
        }
        payment.receipt = Some(TossReceipt { url: format!("https://sandbox.invalid/receipts/{payment_key}") });
        inner.answer(payment, idempotency_key)
    }

    pub(super) fn deposit(&self, payment_key: &str) -> Result<TossPayment, Refusal> {
        let mut inner = self.lock();
        let mut payment = inner.payment(payment_key)?;
        if payment.status != "WAITING_FOR_DEPOSIT" {
            return Err(refusal(400, "INVALID_REQUEST", "입금 대기 중인 결제가 아닙니다."));
        }
        "DONE".clone_into(&mut payment.status);
        payment.approved_at = Some(Utc::now());
        inner.answer(payment, None)
    }

    pub(super) fn cancel(
        &self,
        payment_key: &str,
        request: &TossCancelRequest,
        idempotency_key: Option<&str>,
    ) -> Result<TossPayment, Refusal> {
        let mut inner = self.lock();
        if let Some(answer) = idempotency_key.and_then(|key| inner.answered.get(key)) {
            return Ok(answer.clone());
        }
        let mut payment = inner.payment(payment_key)?;
        let amount = request.cancel_amount.unwrap_or(payment.balance_amount);
        let waits = payment.status == "WAITING_FOR_DEPOSIT";
        if !waits && !matches!(payment.status.as_str(), "DONE" | "PARTIAL_CANCELED") {
            return Err(refusal(403, "NOT_CANCELABLE_PAYMENT", "취소 할 수 없는 결제 입니다."));
        }
        if !waits && payment.virtual_account.is_some() && !takes_money(request.refund_receive_account.as_ref()) {
            return Err(refusal(400, "INVALID_REFUND_ACCOUNT_INFO", "환불 계좌번호와 예금주명이 일치하지 않습니다."));
        }
        if waits && amount != payment.total_amount {
            return Err(refusal(403, "NOT_CANCELABLE_AMOUNT", "취소 할 수 없는 금액 입니다."));
        }
        if amount < 1 || amount > payment.balance_amount {
            return Err(refusal(403, "NOT_CANCELABLE_AMOUNT", "취소 할 수 없는 금액 입니다."));
        }
        // All of both parts goes back with a payment that is cancelled whole.
        let tax_free = request.tax_free_amount.unwrap_or(match request.cancel_amount {
            None => payment.tax_free_amount,
            Some(_) => 0,
        });
        let taxed_left = payment.balance_amount - payment.tax_free_amount;
        if !(0..=payment.tax_free_amount).contains(&tax_free) || !(0..=taxed_left).contains(&(amount - tax_free)) {
            return Err(refusal(403, "NOT_CANCELABLE_AMOUNT", "취소 할 수 없는 면세 금액 입니다."));
        }
        payment.balance_amount -= amount;
        payment.tax_free_amount -= tax_free;
        (payment.supplied_amount, payment.vat) = split_vat(payment.balance_amount - payment.tax_free_amount);
        payment.status = if payment.balance_amount == 0 { "CANCELED" } else { "PARTIAL_CANCELED" }.to_owned();
        payment.cancels.get_or_insert_default().push(crate::provider::TossCancel {
            cancel_amount: amount,
            tax_free_amount: tax_free,
            cancel_reason: request.cancel_reason.clone(),
            canceled_at: Utc::now(),
        });
        inner.answer(payment, idempotency_key)
    }

    pub(super) fn find(&self, payment_key: &str) -> Result<TossPayment, Refusal> {
        self.lock().payment(payment_key)
    }

    pub(super) fn find_by_order(&self, order_id: &str) -> Result<TossPayment, Refusal> {
        let inner = self.lock();
        let latest = inner.by_key.values().filter(|payment| payment.order_id == order_id).max_by(|one, other| {
            one.approved_at.cmp(&other.approved_at).then_with(|| one.payment_key.cmp(&other.payment_key))
        });
        latest.cloned().ok_or(NOT_FOUND)
    }

    pub(super) fn all(&self) -> Vec<TossPayment> {
        self.lock().by_key.values().cloned().collect()
    }

    /// Issues a receipt; the same key again gets the same answer.
    pub(super) fn issue_receipt(&self, receipt: TossCashReceipt, idempotency_key: Option<&str>) -> TossCashReceipt {
        let mut inner = self.lock();
        if let Some(answer) = idempotency_key.and_then(|key| inner.receipt_answers.get(key)) {
            return answer.clone();
        }
        inner.receipts.insert(receipt.receipt_key.clone(), receipt.clone());
        inner.receipt_answers.extend(idempotency_key.map(|key| (key.to_owned(), receipt.clone())));
        receipt
    }

    /// The receipts that were issued for an order, the oldest first.
    pub(super) fn receipts_of(&self, order_id: &str) -> Vec<TossCashReceipt> {
        let inner = self.lock();
        let mut all: Vec<_> = inner.receipts.values().filter(|receipt| receipt.order_id == order_id).cloned().collect();
        all.sort_by(|one, other| one.receipt_key.cmp(&other.receipt_key));
        all
    }

    /// Takes `amount` off a receipt; the same key again gets the same answer.
    pub(super) fn cancel_receipt(
        &self,
        receipt_key: &str,
        amount: Option<i64>,
        idempotency_key: Option<&str>,
    ) -> Result<TossCashReceipt, Refusal> {
        let mut inner = self.lock();
        if let Some(answer) = idempotency_key.and_then(|key| inner.receipt_answers.get(key)) {
            return Ok(answer.clone());
        }
        let unknown = refusal(404, "NOT_FOUND_CASH_RECEIPT", "존재하지 않는 현금영수증 입니다.");
        let receipt = inner.receipts.get_mut(receipt_key).ok_or(unknown)?;
        let amount = amount.unwrap_or(receipt.amount);
        if amount < 1 || amount > receipt.amount {
            return Err(refusal(403, "NOT_CANCELABLE_AMOUNT", "취소 할 수 없는 금액 입니다."));
        }
        receipt.amount -= amount;
        receipt.tax_free_amount = receipt.tax_free_amount.min(receipt.amount);
        let receipt = receipt.clone();
        inner.receipt_answers.extend(idempotency_key.map(|key| (key.to_owned(), receipt.clone())));
        Ok(receipt)
    }

    pub(super) fn plan_fault(&self, fault: Fault, times: u32, order_id: Option<String>, call: Option<Call>) {
        self.lock().faults.push(PlannedFault { fault, left: times, order_id, call });
    }

    /// The fault that this request shall have, if one is planned.
    pub(super) fn take_fault(&self, order_id: &str, call: Call) -> Option<Fault> {
        let mut inner = self.lock();
        let planned = inner.faults.iter_mut().find(|planned| planned.concerns(order_id, call))?;
        planned.left -= 1;
        let fault = planned.fault;
        inner.faults.retain(|planned| planned.left > 0);
        Some(fault)
    }

    pub(super) fn count(&self, order_id: &str, add: impl FnOnce(&mut Calls)) {
        add(self.lock().calls.entry(order_id.to_owned()).or_default());
    }

    pub(super) fn calls(&self, order_id: &str) -> Calls {
        self.lock().calls.get(order_id).copied().unwrap_or_default()
    }
}

/// Whether money can be sent to the account.
fn takes_money(account: Option<&TossRefundAccount>) -> bool {
    account.is_some_and(|account| {
        let filled = !account.bank.is_empty() && !account.account_number.is_empty() && !account.holder_name.is_empty();
        filled && !account.account_number.ends_with("0000")
    })
}

const NOT_FOUND: Refusal = refusal(404, "NOT_FOUND_PAYMENT", "존재하지 않는 결제 정보 입니다.");
const NOT_KEPT: Refusal = refusal(500, "FAILED_INTERNAL_SYSTEM_PROCESSING", "내부 시스템 처리 작업이 실패했습니다.");

impl Inner {
    fn payment(&self, payment_key: &str) -> Result<TossPayment, Refusal> {
        self.by_key.get(payment_key).cloned().ok_or(NOT_FOUND)
    }

    fn keep(&mut self, payment: TossPayment) -> std::io::Result<TossPayment> {
        let mut line = serde_json::to_string(&payment)?;
        line.push('\n');
        self.file.write_all(line.as_bytes())?;
        self.by_key.insert(payment.payment_key.clone(), payment.clone());
        Ok(payment)
    }

    fn answer(&mut self, payment: TossPayment, idempotency_key: Option<&str>) -> Result<TossPayment, Refusal> {
        let payment = self.keep(payment).map_err(|error| {
            tracing::error!(%error, "the sandbox cannot keep its payments");
            NOT_KEPT
        })?;
        if let Some(key) = idempotency_key {
            self.answered.insert(key.to_owned(), payment.clone());
        }
        Ok(payment)
    }
}
