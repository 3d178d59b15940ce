//! The payment's state machine, and the ledger's postings. Pure.

pub(crate) mod receipts;
pub(crate) mod reconciliation;
pub(crate) mod refund_account;
pub(crate) mod tax_free;

use crate::model::{LedgerAccount, PaymentState};

/// What can happen to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaymentCommand {
    /// The buyer came back from the provider's window: ask the provider to take the money.
    Confirm,
    /// The provider took it.
    Approve,
    /// The provider gave the buyer a virtual account.
    AwaitDeposit,
    /// The provider refused; the buyer may try again.
    Decline,
    /// The provider did not tell.
    LoseTrack,
    /// The provider took another amount.
    Mismatch,
    /// The order is given up before money was taken; a virtual account that waits is closed at the provider first.
    Abort,
    /// The virtual account closed unpaid.
    Expire,
    /// The provider has given back whole what it took wrongly.
    Void,
    /// A part is given back.
    RefundPart,
    /// The rest is given back.
    RefundAll,
}

#[cfg(test)]
const COMMANDS: [PaymentCommand; 11] = [
    PaymentCommand::Confirm,
    PaymentCommand::Approve,
    PaymentCommand::AwaitDeposit,
    PaymentCommand::Decline,
    PaymentCommand::LoseTrack,
    PaymentCommand::Mismatch,
    PaymentCommand::Abort,
    PaymentCommand::Expire,
    PaymentCommand::Void,
    PaymentCommand::RefundPart,
    PaymentCommand::RefundAll,
];

/// The state after the command, or `None` where the command is refused.
pub(crate) fn next_state(state: PaymentState, command: PaymentCommand) -> Option<PaymentState> {
    use PaymentCommand as Command;
    use PaymentState as State;
    match (state, command) {
        (State::Ready, Command::Confirm) => Some(State::Confirming),
        (State::Ready | State::WaitingForDeposit, Command::Abort) | (State::IntegrityFailure, Command::Void) => {
            Some(State::Aborted)
        }
        (State::Confirming | State::Unknown | State::WaitingForDeposit, Command::Approve) => Some(State::Done),
        (State::Confirming | State::Unknown, Command::AwaitDeposit) => Some(State::WaitingForDeposit),
        (State::Confirming | State::Unknown, Command::Decline) => Some(State::Ready),
        (State::Confirming | State::Unknown, Command::LoseTrack) => Some(State::Unknown),
        (State::Confirming | State::Unknown | State::WaitingForDeposit, Command::Mismatch) => {
            Some(State::IntegrityFailure)
        }
        (State::WaitingForDeposit, Command::Expire) => Some(State::Expired),
        (State::Done | State::PartialCanceled, Command::RefundPart) => Some(State::PartialCanceled),
        (State::Done | State::PartialCanceled, Command::RefundAll) => Some(State::Canceled),
        _ => None,
    }
}

/// The states from which the command moves on; for conditional updates.
pub(crate) fn states_that_allow(command: PaymentCommand) -> Vec<PaymentState> {
    PaymentState::ALL.iter().copied().filter(|state| next_state(*state, command).is_some()).collect()
}

/// The postings of a payment that was taken: debit what the provider owes us, credit what the buyer has paid.
pub(crate) fn postings_of_payment(amount: i64) -> [(LedgerAccount, i64); 2] {
    [(LedgerAccount::ProviderReceivable, amount), (LedgerAccount::BuyerPayments, -amount)]
}

/// The postings of a refund: debit what was given back, credit what the provider owes us.
pub(crate) fn postings_of_refund(amount: i64) -> [(LedgerAccount, i64); 2] {
    [(LedgerAccount::Refunds, amount), (LedgerAccount::ProviderReceivable, -amount)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table: each state with the commands that it takes, in the order of `COMMANDS`; all others are refused.
    #[test]
    fn every_state_and_command() {
        use PaymentCommand as C;
        use PaymentState as S;
        let table: [(S, &[(C, S)]); 10] = [
            (S::Ready, &[(C::Confirm, S::Confirming), (C::Abort, S::Aborted)]),
            (
                S::Confirming,
                &[
                    (C::Approve, S::Done),
                    (C::AwaitDeposit, S::WaitingForDeposit),
                    (C::Decline, S::Ready),
                    (C::LoseTrack, S::Unknown),
                    (C::Mismatch, S::IntegrityFailure),
                ],
            ),
            (
                S::WaitingForDeposit,
                &[
                    (C::Approve, S::Done),
                    (C::Mismatch, S::IntegrityFailure),
                    (C::Abort, S::Aborted),
                    (C::Expire, S::Expired),
                ],
            ),
            (S::Done, &[(C::RefundPart, S::PartialCanceled), (C::RefundAll, S::Canceled)]),
            (S::PartialCanceled, &[(C::RefundPart, S::PartialCanceled), (C::RefundAll, S::Canceled)]),
            (S::Canceled, &[]),
            (S::Expired, &[]),
            (S::Aborted, &[]),
            (
                S::Unknown,
                &[
                    (C::Approve, S::Done),
                    (C::AwaitDeposit, S::WaitingForDeposit),
                    (C::Decline, S::Ready),
                    (C::LoseTrack, S::Unknown),
                    (C::Mismatch, S::IntegrityFailure),
                ],
            ),
            (S::IntegrityFailure, &[(C::Void, S::Aborted)]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, moves) in table {
            let taken: Vec<(C, S)> = COMMANDS
                .into_iter()
                .filter_map(|command| next_state(state, command).map(|next| (command, next)))
                .collect();
            assert_eq!(taken, moves, "{state:?}");
        }
    }

    #[test]
    fn postings_balance() {
        for amount in [1, 9_900, 2_100_000_000_000] {
            assert_eq!(postings_of_payment(amount).iter().map(|(_, amount)| amount).sum::<i64>(), 0);
            assert_eq!(postings_of_refund(amount).iter().map(|(_, amount)| amount).sum::<i64>(), 0);
        }
    }
}
