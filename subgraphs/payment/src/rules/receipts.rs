//! What a cash receipt (현금영수증) has to be, and what is to be done about one.

use crate::model::{CashReceiptPurpose, CashReceiptState, PaymentMethod, PaymentState};

/// What is to be done about a cash receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing now.
    Wait,
    /// It is issued for this amount.
    Issue(i64),
    /// This amount of it is cancelled.
    Cancel(i64),
    /// It is never issued: there is nothing to issue it for.
    GiveUp,
}

/// What a receipt and its payment stand at, in won.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) receipt: CashReceiptState,
    pub(crate) payment: PaymentState,
    /// What was paid, and what of it was refunded.
    pub(crate) paid: i64,
    pub(crate) refunded: i64,
    /// What of the refunds was before the receipt, and what of the receipt was cancelled.
    pub(crate) refunded_before: i64,
    pub(crate) canceled: i64,
}

/// The next step. A receipt follows its payment: it is issued for what is kept of it, and cancelled by what goes back.
pub(crate) fn next_step(standing: Standing) -> Step {
    use PaymentState as Payment;
    match standing.receipt {
        CashReceiptState::Requested => match standing.payment {
            Payment::Done | Payment::PartialCanceled => Step::Issue(standing.paid - standing.refunded),
            Payment::Canceled | Payment::Expired | Payment::Aborted | Payment::IntegrityFailure => Step::GiveUp,
            Payment::Ready | Payment::Confirming | Payment::WaitingForDeposit | Payment::Unknown => Step::Wait,
        },
        CashReceiptState::Issued | CashReceiptState::PartialCanceled => {
            match standing.refunded - standing.refunded_before - standing.canceled {
                open if open > 0 => Step::Cancel(open),
                _ => Step::Wait,
            }
        }
        CashReceiptState::Canceled | CashReceiptState::Failed | CashReceiptState::GivenUp => Step::Wait,
    }
}

/// Whether payments of this kind get cash receipts: cards have their own receipts.
pub(crate) fn gets_receipt(method: PaymentMethod) -> bool {
    matches!(method, PaymentMethod::VirtualAccount | PaymentMethod::Transfer)
}

/// The number that a receipt is issued for, without separators: a mobile phone's or a cash receipt card's for income
/// deduction, a business's for proof of expense. `None` when it is none.
pub(crate) fn identity_number(purpose: CashReceiptPurpose, text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, '-' | ' ')).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fits = match purpose {
        CashReceiptPurpose::IncomeDeduction => {
            (digits.starts_with("01") && matches!(digits.len(), 10 | 11)) || (13..=19).contains(&digits.len())
        }
        CashReceiptPurpose::ExpenseProof => is_business_number(&digits),
    };
    fits.then_some(digits)
}

/// 사업자등록번호: ten digits with a check digit.
fn is_business_number(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let [first @ .., ninth, check] = digits.as_slice() else { return false };
    if first.len() != 8 {
        return false;
    }
    let weights = [1, 3, 7, 1, 3, 7, 1, 3];
    let sum: u32 = first.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    let sum = sum + ninth * 5 / 10 + ninth * 5;
    (10 - sum % 10) % 10 == *check
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(receipt: CashReceiptState, payment: PaymentState) -> Standing {
        Standing { receipt, payment, paid: 10_000, refunded: 3_000, refunded_before: 1_000, canceled: 500 }
    }

    #[test]
    fn every_receipt_knows_its_next_step_in_every_state_of_its_payment() {
        use PaymentState as Payment;
        for &receipt in CashReceiptState::ALL {
            for &payment in Payment::ALL {
                let expected = match (receipt, payment) {
                    (CashReceiptState::Requested, Payment::Done | Payment::PartialCanceled) => Step::Issue(7_000),
                    (
                        CashReceiptState::Requested,
                        Payment::Canceled | Payment::Expired | Payment::Aborted | Payment::IntegrityFailure,
                    ) => Step::GiveUp,
                    (CashReceiptState::Issued | CashReceiptState::PartialCanceled, _) => Step::Cancel(1_500),
                    _ => Step::Wait,
                };
                assert_eq!(next_step(standing(receipt, payment)), expected, "{receipt:?} {payment:?}");
            }
        }
        let settled = Standing { canceled: 2_000, ..standing(CashReceiptState::Issued, Payment::PartialCanceled) };
        assert_eq!(next_step(settled), Step::Wait, "what went back is cancelled already");
    }

    #[test]
    fn numbers_are_what_the_purpose_asks_for() {
        use CashReceiptPurpose::{ExpenseProof, IncomeDeduction};
        for (purpose, text, expected) in [
            (IncomeDeduction, "010-1234-5678", Some("01012345678")),
            (IncomeDeduction, "1234567890123", Some("1234567890123")),
            (IncomeDeduction, "02-123-4567", None),
            (IncomeDeduction, "010-12a4-5678", None),
            (IncomeDeduction, "", None),
            (ExpenseProof, "220-81-62517", Some("2208162517")),
            (ExpenseProof, "220-81-62518", None),
            (ExpenseProof, "01012345678", None),
        ] {
            assert_eq!(identity_number(purpose, text).as_deref(), expected, "{purpose:?} {text}");
        }
        let methods: Vec<_> = PaymentMethod::ALL.iter().filter(|method| gets_receipt(**method)).collect();
        assert_eq!(methods, [&PaymentMethod::VirtualAccount, &PaymentMethod::Transfer]);
    }
}
