//! How a parcel moves: what sellers may do with it, and what carriers' scans make of it.
//!
//! Carriers repeat scans and send them in any order. A parcel's state is therefore worked out anew from all scans of its
//! number, in the order in which they happened; what comes late or twice changes nothing. It never goes backwards, except to
//! RETURNING.

use crate::error::UserErrorCode;
use crate::model::{ShipmentState, TrackingCode};

/// What people, or time, do with a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShipmentCommand {
    /// It gets a carrier and a tracking number.
    RegisterInvoice,
    /// The tracking number was wrong.
    ChangeInvoice,
    /// Some of its lines go into another parcel.
    Split,
    /// A line was cancelled.
    RemoveLine,
    /// Nobody has scanned it for too long.
    Stall,
}

/// The state after a command, or the name of the refusal.
pub(crate) fn next_state(state: ShipmentState, command: ShipmentCommand) -> Result<ShipmentState, UserErrorCode> {
    use ShipmentCommand as C;
    use ShipmentState as S;
    match (command, state) {
        (C::RegisterInvoice, S::Ready) | (C::ChangeInvoice, S::Invoiced) => Ok(S::Invoiced),
        (C::RegisterInvoice, _) => Err(UserErrorCode::AlreadyInvoiced),
        (C::ChangeInvoice, S::Ready) => Err(UserErrorCode::NotInvoiced),
        (C::Split | C::RemoveLine, S::Ready) => Ok(S::Ready),
        (C::RemoveLine, S::Invoiced) => Ok(S::Invoiced),
        (C::Split, S::Invoiced) => Err(UserErrorCode::AlreadyInvoiced),
        (C::ChangeInvoice | C::Split | C::RemoveLine, _) => Err(UserErrorCode::AlreadyPickedUp),
        (C::Stall, S::PickedUp | S::InTransit | S::OutForDelivery | S::Stalled) => Ok(S::Stalled),
        (C::Stall, S::Ready | S::Invoiced) => Err(UserErrorCode::NotPickedUp),
        (C::Stall, S::Delivered | S::Failed | S::Returning) => Err(UserErrorCode::ShipmentEnded),
    }
}

/// Where a scan says that a parcel is; `None` when it says nothing of it.
fn place(code: TrackingCode) -> Option<ShipmentState> {
    match code {
        TrackingCode::InformationReceived | TrackingCode::Unknown => None,
        TrackingCode::AtPickup => Some(ShipmentState::PickedUp),
        TrackingCode::InTransit => Some(ShipmentState::InTransit),
        TrackingCode::OutForDelivery | TrackingCode::AvailableForPickup => Some(ShipmentState::OutForDelivery),
        TrackingCode::Delivered => Some(ShipmentState::Delivered),
        TrackingCode::AttemptFailed | TrackingCode::Exception => Some(ShipmentState::Failed),
        TrackingCode::Returning | TrackingCode::Returned => Some(ShipmentState::Returning),
    }
}

/// How far a parcel is on the way that leads to its delivery.
fn progress(state: ShipmentState) -> Option<u8> {
    match state {
        ShipmentState::Ready | ShipmentState::Invoiced => Some(0),
        ShipmentState::PickedUp => Some(1),
        ShipmentState::InTransit => Some(2),
        ShipmentState::OutForDelivery => Some(3),
        ShipmentState::Delivered => Some(4),
        ShipmentState::Stalled | ShipmentState::Failed | ShipmentState::Returning => None,
    }
}

/// The state after one more scan, or the name of the refusal.
fn scanned(state: ShipmentState, code: TrackingCode) -> Result<ShipmentState, UserErrorCode> {
    use ShipmentState as S;
    let Some(place) = place(code) else {
        return if state == S::Ready { Err(UserErrorCode::NotInvoiced) } else { Ok(state) };
    };
    match (state, place) {
        (S::Ready, _) => Err(UserErrorCode::NotInvoiced),
        // A parcel that goes back has only this to tell, and what was delivered can still be refused.
        (S::Returning, _) | (_, S::Returning) => Ok(S::Returning),
        (S::Delivered, _) => Ok(S::Delivered),
        // A second attempt; anything else after a failure tells nothing new.
        (S::Failed, S::OutForDelivery | S::Delivered) => Ok(place),
        (S::Failed, _) | (_, S::Failed) => Ok(S::Failed),
        // It is found again, wherever that is.
        (S::Stalled, _) => Ok(place),
        (S::Invoiced | S::PickedUp | S::InTransit | S::OutForDelivery, _) => {
            Ok(if progress(place) > progress(state) { place } else { state })
        }
    }
}

/// The state of an invoiced parcel after these scans, in the order in which they happened.
pub(crate) fn state_after(scans: impl IntoIterator<Item = TrackingCode>) -> ShipmentState {
    scans.into_iter().fold(ShipmentState::Invoiced, |state, code| scanned(state, code).unwrap_or(state))
}

/// The states to tell of when a parcel has come from one to another: those that it passed without a scan included, so that
/// nobody hears of a delivery without a pick-up.
pub(crate) fn told_between(from: ShipmentState, to: ShipmentState) -> Vec<ShipmentState> {
    use ShipmentState as S;
    if from == to {
        return Vec::new();
    }
    let way = [S::PickedUp, S::InTransit, S::OutForDelivery, S::Delivered];
    match (progress(from), progress(to)) {
        (Some(behind), Some(ahead)) => {
            way.into_iter().filter(|state| progress(*state).is_some_and(|at| behind < at && at <= ahead)).collect()
        }
        (Some(0), None) => vec![S::PickedUp, to],
        _ => vec![to],
    }
}

/// Whether a parcel in this state did not reach its buyer, so that its lines may go out again in another.
pub(crate) fn resendable(state: ShipmentState) -> bool {
    matches!(state, ShipmentState::Stalled | ShipmentState::Failed | ShipmentState::Returning)
}

/// Whether a parcel in this state is not on its way yet: nobody has to wait for it when its claim is over.
pub(crate) fn unsent(state: ShipmentState) -> bool {
    next_state(state, ShipmentCommand::RemoveLine).is_ok()
}

/// Whether scans of a parcel in this state are waited for.
pub(crate) fn moving(state: ShipmentState) -> bool {
    match state {
        ShipmentState::Invoiced
        | ShipmentState::PickedUp
        | ShipmentState::InTransit
        | ShipmentState::OutForDelivery
        | ShipmentState::Stalled
        | ShipmentState::Failed => true,
        ShipmentState::Ready | ShipmentState::Delivered | ShipmentState::Returning => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ShipmentState as S;
    use TrackingCode as T;

    const COMMANDS: [ShipmentCommand; 5] = [
        ShipmentCommand::RegisterInvoice,
        ShipmentCommand::ChangeInvoice,
        ShipmentCommand::Split,
        ShipmentCommand::RemoveLine,
        ShipmentCommand::Stall,
    ];

    /// The whole table: a row a state, a column a command.
    #[test]
    fn every_state_and_command() {
        use UserErrorCode as E;
        let invoiced = Err(E::AlreadyInvoiced);
        let picked = Err(E::AlreadyPickedUp);
        let table: [(S, [Result<S, E>; 5]); 9] = [
            (S::Ready, [Ok(S::Invoiced), Err(E::NotInvoiced), Ok(S::Ready), Ok(S::Ready), Err(E::NotPickedUp)]),
            (S::Invoiced, [invoiced, Ok(S::Invoiced), invoiced, Ok(S::Invoiced), Err(E::NotPickedUp)]),
            (S::PickedUp, [invoiced, picked, picked, picked, Ok(S::Stalled)]),
            (S::InTransit, [invoiced, picked, picked, picked, Ok(S::Stalled)]),
            (S::OutForDelivery, [invoiced, picked, picked, picked, Ok(S::Stalled)]),
            (S::Delivered, [invoiced, picked, picked, picked, Err(E::ShipmentEnded)]),
            (S::Stalled, [invoiced, picked, picked, picked, Ok(S::Stalled)]),
            (S::Failed, [invoiced, picked, picked, picked, Err(E::ShipmentEnded)]),
            (S::Returning, [invoiced, picked, picked, picked, Err(E::ShipmentEnded)]),
        ];
        assert_eq!(table.map(|(state, _)| state).as_slice(), S::ALL);
        for (state, row) in table {
            for (command, expected) in COMMANDS.into_iter().zip(row) {
                assert_eq!(next_state(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    /// The whole table: a row a state, a column a code.
    #[test]
    fn every_state_and_scan() {
        const P: S = S::PickedUp;
        const I: S = S::InTransit;
        const O: S = S::OutForDelivery;
        const D: S = S::Delivered;
        const F: S = S::Failed;
        const R: S = S::Returning;
        let table: [(S, [S; 11]); 8] = [
            (S::Invoiced, [S::Invoiced, P, I, O, O, F, D, F, R, R, S::Invoiced]),
            (P, [P, P, I, O, O, F, D, F, R, R, P]),
            (I, [I, I, I, O, O, F, D, F, R, R, I]),
            (O, [O, O, O, O, O, F, D, F, R, R, O]),
            (D, [D, D, D, D, D, D, D, D, R, R, D]),
            (S::Stalled, [S::Stalled, P, I, O, O, F, D, F, R, R, S::Stalled]),
            (F, [F, F, F, O, O, F, D, F, R, R, F]),
            (R, [R; 11]),
        ];
        for (state, row) in table {
            for (code, expected) in T::ALL.iter().zip(row) {
                assert_eq!(scanned(state, *code), Ok(expected), "{state:?} {code:?}");
            }
        }
        for code in T::ALL {
            assert_eq!(scanned(S::Ready, *code), Err(UserErrorCode::NotInvoiced));
        }
    }

    #[test]
    fn lines_leave_what_did_not_go_or_did_not_arrive() {
        for state in S::ALL {
            assert_eq!(unsent(*state), matches!(state, S::Ready | S::Invoiced), "{state:?}");
            assert_eq!(resendable(*state), matches!(state, S::Stalled | S::Failed | S::Returning), "{state:?}");
        }
    }

    #[test]
    fn what_was_passed_is_told() {
        assert_eq!(
            told_between(S::Invoiced, S::Delivered),
            [S::PickedUp, S::InTransit, S::OutForDelivery, S::Delivered]
        );
        assert_eq!(told_between(S::InTransit, S::Delivered), [S::OutForDelivery, S::Delivered]);
        assert_eq!(told_between(S::Invoiced, S::Returning), [S::PickedUp, S::Returning]);
        assert_eq!(told_between(S::PickedUp, S::Failed), [S::Failed]);
        assert_eq!(told_between(S::Failed, S::Delivered), [S::Delivered]);
        assert_eq!(told_between(S::Delivered, S::Returning), [S::Returning]);
        assert!(told_between(S::Delivered, S::Delivered).is_empty());
    }

    fn rank(state: S) -> u8 {
        match state {
            S::Failed => 3,
            S::Returning => 9,
            other => progress(other).unwrap(),
        }
    }

    proptest! {
        /// Scan by scan, however they are repeated, a parcel goes on or stays; nothing that has arrived leaves again but to
        /// return.
        #[test]
        fn never_backwards(scans in proptest::collection::vec(proptest::sample::select(T::ALL), 0..30)) {
            let mut state = S::Invoiced;
            for code in scans {
                let next = scanned(state, code).unwrap();
                prop_assert!(rank(next) >= rank(state), "{state:?} → {next:?} by {code:?}");
                prop_assert_eq!(scanned(next, code), Ok(next), "told twice");
                state = next;
            }
        }
    }
}
