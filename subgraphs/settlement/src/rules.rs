//! What may happen to an item and to a payout. Pure.

use crate::error::UserErrorCode;
use crate::model::{PayoutState, SettlementItemState};

/// What can be done with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemCommand {
    /// The buyer has confirmed the purchase.
    Confirm,
    /// A statement takes it.
    Schedule,
    /// Its payout is approved.
    Approve,
    /// Its payout is paid.
    Pay,
    /// Its statement pays nothing out: it is netted.
    Net,
    /// Its payout failed.
    Fail,
    /// Its payout is requested anew.
    Retry,
    /// Staff hold it.
    Hold,
    /// Staff let it go on, to where it would be.
    Release { to: SettlementItemState },
    /// Everything of it was cancelled or returned.
    ClawBack,
}

/// Where `command` leads an item.
///
/// # Errors
/// `STATE_CONFLICT` from every other state.
pub(crate) fn item_transition(
    state: SettlementItemState,
    command: ItemCommand,
) -> Result<SettlementItemState, UserErrorCode> {
    use ItemCommand as C;
    use SettlementItemState as S;
    match (command, state) {
        (C::Confirm, S::Accrued) => Ok(S::Eligible),
        (C::Schedule, S::Eligible) | (C::Retry, S::Failed) => Ok(S::Scheduled),
        (C::Approve, S::Scheduled) => Ok(S::Approved),
        (C::Pay, S::Approved) | (C::Net, S::Scheduled) => Ok(S::Paid),
        (C::Fail, S::Scheduled | S::Approved) => Ok(S::Failed),
        (C::Hold, S::Accrued | S::Eligible) => Ok(S::Held),
        (C::Release { to: to @ (S::Accrued | S::Eligible) }, S::Held) => Ok(to),
        // What is on its way to the seller stays there; a negative item of a later statement takes it back.
        (C::ClawBack, S::Accrued | S::Held | S::Paid) => Ok(S::ClawedBack),
        _ => Err(UserErrorCode::StateConflict),
    }
}

/// What can be done with a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayoutCommand {
    /// A second person agrees.
    Approve,
    /// Somebody does not agree.
    Reject,
    /// The bank has carried it out.
    Pay,
    /// The bank declined.
    Fail,
    /// Somebody requests it anew.
    Retry,
}

/// Where `command` leads a payout.
///
/// # Errors
/// `STATE_CONFLICT` from every other state.
pub(crate) fn payout_transition(state: PayoutState, command: PayoutCommand) -> Result<PayoutState, UserErrorCode> {
    use PayoutCommand as C;
    use PayoutState as S;
    match (command, state) {
        (C::Approve, S::Requested) => Ok(S::Approved),
        (C::Reject, S::Requested) | (C::Fail, S::Approved) => Ok(S::Failed),
        (C::Pay, S::Approved) => Ok(S::Paid),
        (C::Retry, S::Failed) => Ok(S::Requested),
        _ => Err(UserErrorCode::StateConflict),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_state_and_command() {
        use ItemCommand as C;
        use SettlementItemState as S;
        let commands = [
            C::Confirm,
            C::Schedule,
            C::Approve,
            C::Pay,
            C::Net,
            C::Fail,
            C::Retry,
            C::Hold,
            C::Release { to: S::Accrued },
            C::Release { to: S::Eligible },
            C::Release { to: S::Paid },
            C::ClawBack,
        ];
        let (e, s, a, p, h, f, c) = (
            Some(S::Eligible),
            Some(S::Scheduled),
            Some(S::Approved),
            Some(S::Paid),
            Some(S::Held),
            Some(S::Failed),
            Some(S::ClawedBack),
        );
        let table: [(S, [Option<S>; 12]); 8] = [
            (S::Accrued, [e, None, None, None, None, None, None, h, None, None, None, c]),
            (S::Eligible, [None, s, None, None, None, None, None, h, None, None, None, None]),
            (S::Scheduled, [None, None, a, None, p, f, None, None, None, None, None, None]),
            (S::Approved, [None, None, None, p, None, f, None, None, None, None, None, None]),
            (S::Paid, [None, None, None, None, None, None, None, None, None, None, None, c]),
            (S::Held, [None, None, None, None, None, None, None, None, Some(S::Accrued), e, None, c]),
            (S::Failed, [None, None, None, None, None, None, s, None, None, None, None, None]),
            (S::ClawedBack, [None; 12]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, answers) in table {
            for (command, expected) in commands.into_iter().zip(answers) {
                let expected = expected.ok_or(UserErrorCode::StateConflict);
                assert_eq!(item_transition(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn every_payout_state_and_command() {
        use PayoutCommand as C;
        use PayoutState as S;
        let commands = [C::Approve, C::Reject, C::Pay, C::Fail, C::Retry];
        let table: [(S, [Option<S>; 5]); 4] = [
            (S::Requested, [Some(S::Approved), Some(S::Failed), None, None, None]),
            (S::Approved, [None, None, Some(S::Paid), Some(S::Failed), None]),
            (S::Paid, [None; 5]),
            (S::Failed, [None, None, None, None, Some(S::Requested)]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, answers) in table {
            for (command, expected) in commands.into_iter().zip(answers) {
                let expected = expected.ok_or(UserErrorCode::StateConflict);
                assert_eq!(payout_transition(state, command), expected, "{state:?} {command:?}");
            }
        }
    }
}
