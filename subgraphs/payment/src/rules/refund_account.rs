//! What a bank account that money goes back to has to be.

use crate::model::{PaymentMethod, RefundAccount};

/// The longest name of a holder that the provider takes, in characters.
const LONGEST_HOLDER: usize = 60;

/// What of an account is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Bank,
    AccountNumber,
    HolderName,
}

/// Whether the money of such payments goes back to an account that the buyer has to name: the others go back the way that
/// they came.
pub(crate) fn needs_account(method: PaymentMethod) -> bool {
    method == PaymentMethod::VirtualAccount
}

/// The account as the provider takes it: the bank's code, the number without separators, and whose it is.
pub(crate) fn refund_account(bank: &str, number: &str, holder: &str) -> Result<RefundAccount, Wrong> {
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let bank = bank.trim();
    if !digits(bank, 2..=3) {
        return Err(Wrong::Bank);
    }
    let number: String = number.chars().filter(|letter| !matches!(letter, '-' | ' ')).collect();
    if !digits(&number, 6..=20) {
        return Err(Wrong::AccountNumber);
    }
    let holder = holder.trim();
    if !(1..=LONGEST_HOLDER).contains(&holder.chars().count()) {
        return Err(Wrong::HolderName);
    }
    Ok(RefundAccount { bank: bank.to_owned(), account_number: number, holder_name: holder.to_owned() })
}

/// Whether the provider refused a refund because of the account.
pub(crate) fn refuses_account(code: &str) -> bool {
    matches!(code, "INVALID_REFUND_ACCOUNT_INFO" | "INVALID_REFUND_ACCOUNT_NUMBER" | "INVALID_BANK")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_numbers_of_banks_with_a_holder() {
        for (bank, number, holder, expected) in [
            ("88", "110-123-456789", "홍길동", Ok("110123456789")),
            (" 088 ", "110 123 456789", " 홍길동 ", Ok("110123456789")),
            ("신한", "110123456789", "홍길동", Err(Wrong::Bank)),
            ("8", "110123456789", "홍길동", Err(Wrong::Bank)),
            ("88", "11012", "홍길동", Err(Wrong::AccountNumber)),
            ("88", "110-12a-456789", "홍길동", Err(Wrong::AccountNumber)),
            ("88", "123456789012345678901", "홍길동", Err(Wrong::AccountNumber)),
            ("88", "110123456789", "  ", Err(Wrong::HolderName)),
        ] {
            let found = refund_account(bank, number, holder);
            assert_eq!(found.as_ref().map(|account| account.account_number.as_str()), expected.as_ref().copied());
            if let Ok(account) = found {
                assert_eq!((account.bank.as_str(), account.holder_name.as_str()), (bank.trim(), "홍길동"));
            }
        }
        assert_eq!(refund_account("88", "110123456789", &"가".repeat(61)), Err(Wrong::HolderName));
        let methods: Vec<_> = PaymentMethod::ALL.iter().filter(|method| needs_account(**method)).collect();
        assert_eq!(methods, [&PaymentMethod::VirtualAccount]);
    }
}
