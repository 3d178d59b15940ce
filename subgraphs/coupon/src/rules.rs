//! What may happen to a policy, to a coupon and to what an order holds. Pure.

use crate::error::UserErrorCode;
use crate::model::{CouponPolicyState, CouponState, UseState};

/// What can be done with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PolicyCommand {
    /// Make it known; it begins by itself.
    Publish,
    /// Its time has come.
    Start,
    /// Stop it for a while.
    Pause,
    /// Let it go on.
    Resume,
    /// Nothing is left of it.
    Exhaust,
    /// There is something left again: a budget came back, or a limit was raised.
    Replenish,
    /// Stop it for good.
    End,
}

/// Where `command` leads a policy.
///
/// # Errors
/// `STATE_CONFLICT` from every other state.
pub(crate) fn policy_transition(
    state: CouponPolicyState,
    command: PolicyCommand,
) -> Result<CouponPolicyState, UserErrorCode> {
    use CouponPolicyState as S;
    use PolicyCommand as C;
    match (command, state) {
        (C::Publish, S::Draft) => Ok(S::Scheduled),
        (C::Start, S::Scheduled) | (C::Resume, S::Paused) | (C::Replenish, S::Exhausted) => Ok(S::Active),
        (C::Pause, S::Active) => Ok(S::Paused),
        (C::Exhaust, S::Active) => Ok(S::Exhausted),
        (C::End, S::Draft | S::Scheduled | S::Active | S::Paused | S::Exhausted) => Ok(S::Ended),
        _ => Err(UserErrorCode::StateConflict),
    }
}

/// What can be done with a coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CouponCommand {
    /// Keep it for an order.
    Reserve,
    /// The order is paid.
    Use,
    /// The order is given up. A coupon that was restored before is RESTORED again.
    Release { restored_before: bool },
    /// All that it was used for was cancelled or returned.
    Restore,
    /// Its time is over.
    Expire,
    /// Take it back.
    Revoke,
}

/// Where `command` leads a coupon.
///
/// # Errors
/// `COUPON_EXPIRED` or `COUPON_NOT_USABLE` for a reserve, `STATE_CONFLICT` for every other command.
pub(crate) fn coupon_transition(state: CouponState, command: CouponCommand) -> Result<CouponState, UserErrorCode> {
    use CouponCommand as C;
    use CouponState as S;
    match (command, state) {
        (C::Reserve, S::Issued | S::Restored) => Ok(S::Reserved),
        (C::Reserve, S::Expired) => Err(UserErrorCode::CouponExpired),
        (C::Reserve, S::Reserved | S::Used | S::Revoked) => Err(UserErrorCode::CouponNotUsable),
        (C::Use, S::Reserved) => Ok(S::Used),
        (C::Release { restored_before: false }, S::Reserved) => Ok(S::Issued),
        (C::Release { restored_before: true }, S::Reserved) | (C::Restore, S::Used) => Ok(S::Restored),
        (C::Expire, S::Issued | S::Restored) => Ok(S::Expired),
        (C::Revoke, S::Issued | S::Restored) => Ok(S::Revoked),
        _ => Err(UserErrorCode::StateConflict),
    }
}

/// The states from which a coupon can be moved by `command`.
pub(crate) fn states_for(command: CouponCommand) -> Vec<CouponState> {
    CouponState::ALL.iter().copied().filter(|state| coupon_transition(*state, command).is_ok()).collect()
}

/// What can be done with what an order holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReservationCommand {
    /// Keep coupons for the order.
    Reserve,
    /// The order is paid.
    Use,
    /// The order is given up.
    Release,
    /// The order's time is over.
    Expire,
}

/// What an order's reservation answers to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It moves to this state.
    Moves(UseState),
    /// The command was carried out before, or has nothing to do.
    Stands,
    /// Not from this state.
    Refused(UserErrorCode),
}

/// The reservation's machine. `None` is an order that nothing is known of: a release of it leaves RELEASED behind, so that
/// a reserve that arrives late is refused and holds nothing for ever. RESTORED is a state of single uses, never of a
/// whole reservation.
pub(crate) fn reservation_answer(state: Option<UseState>, command: ReservationCommand) -> Answer {
    use ReservationCommand as C;
    use UseState as S;
    match (command, state) {
        (C::Reserve, None) => Answer::Moves(S::Held),
        (C::Reserve, Some(S::Held)) | (C::Reserve | C::Use, Some(S::Used)) => Answer::Stands,
        (C::Use, None) => Answer::Refused(UserErrorCode::ReservationNotFound),
        (C::Use, Some(S::Held | S::Expired)) => Answer::Moves(S::Used),
        (C::Release, None | Some(S::Held | S::Expired)) => Answer::Moves(S::Released),
        (C::Release, Some(S::Released)) => Answer::Stands,
        (C::Expire, Some(S::Held)) => Answer::Moves(S::Expired),
        (C::Expire, _) => Answer::Stands,
        (C::Reserve, Some(S::Released | S::Expired | S::Restored))
        | (C::Use, Some(S::Released | S::Restored))
        | (C::Release, Some(S::Used | S::Restored)) => Answer::Refused(UserErrorCode::ReservationClosed),
    }
}

/// A code as it is kept: in capitals, without the spaces that people type. `None` for what cannot be one.
pub(crate) fn normal_code(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|character| !character.is_whitespace()).collect::<String>().to_uppercase();
    let allowed = code.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    ((4..=32).contains(&code.len()) && allowed).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_state_and_command() {
        use CouponPolicyState as S;
        use PolicyCommand as C;
        let commands = [C::Publish, C::Start, C::Pause, C::Resume, C::Exhaust, C::Replenish, C::End];
        let table: [(S, [Option<S>; 7]); 6] = [
            (S::Draft, [Some(S::Scheduled), None, None, None, None, None, Some(S::Ended)]),
            (S::Scheduled, [None, Some(S::Active), None, None, None, None, Some(S::Ended)]),
            (S::Active, [None, None, Some(S::Paused), None, Some(S::Exhausted), None, Some(S::Ended)]),
            (S::Paused, [None, None, None, Some(S::Active), None, None, Some(S::Ended)]),
            (S::Exhausted, [None, None, None, None, None, Some(S::Active), Some(S::Ended)]),
            (S::Ended, [None; 7]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, answers) in table {
            for (command, expected) in commands.into_iter().zip(answers) {
                let expected = expected.ok_or(UserErrorCode::StateConflict);
                assert_eq!(policy_transition(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn every_coupon_state_and_command() {
        use CouponCommand as C;
        use CouponState as S;
        use UserErrorCode::{CouponExpired, CouponNotUsable, StateConflict};
        let commands = [
            C::Reserve,
            C::Use,
            C::Release { restored_before: false },
            C::Release { restored_before: true },
            C::Restore,
            C::Expire,
            C::Revoke,
        ];
        let no = Err(StateConflict);
        let unused = [Ok(S::Reserved), no, no, no, no, Ok(S::Expired), Ok(S::Revoked)];
        let table: [(S, [Result<S, UserErrorCode>; 7]); 6] = [
            (S::Issued, unused),
            (S::Reserved, [Err(CouponNotUsable), Ok(S::Used), Ok(S::Issued), Ok(S::Restored), no, no, no]),
            (S::Used, [Err(CouponNotUsable), no, no, no, Ok(S::Restored), no, no]),
            (S::Restored, unused),
            (S::Expired, [Err(CouponExpired), no, no, no, no, no, no]),
            (S::Revoked, [Err(CouponNotUsable), no, no, no, no, no, no]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, answers) in table {
            for (command, expected) in commands.into_iter().zip(answers) {
                assert_eq!(coupon_transition(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn every_reservation_state_and_command() {
        use Answer::{Moves, Refused, Stands};
        use ReservationCommand as C;
        use UseState as S;
        let (closed, unknown) = (UserErrorCode::ReservationClosed, UserErrorCode::ReservationNotFound);
        let commands = [C::Reserve, C::Use, C::Release, C::Expire];
        let table: [(Option<S>, [Answer; 4]); 6] = [
            (None, [Moves(S::Held), Refused(unknown), Moves(S::Released), Stands]),
            (Some(S::Held), [Stands, Moves(S::Used), Moves(S::Released), Moves(S::Expired)]),
            (Some(S::Used), [Stands, Stands, Refused(closed), Stands]),
            (Some(S::Released), [Refused(closed), Refused(closed), Stands, Stands]),
            (Some(S::Expired), [Refused(closed), Moves(S::Used), Moves(S::Released), Stands]),
            (Some(S::Restored), [Refused(closed), Refused(closed), Refused(closed), Stands]),
        ];
        assert_eq!(table.len(), S::ALL.len() + 1);
        for (state, answers) in table {
            for (command, expected) in commands.into_iter().zip(answers) {
                assert_eq!(reservation_answer(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn codes_have_one_form() {
        assert_eq!(normal_code(" welcome 2026 "), Some("WELCOME2026".to_owned()));
        assert_eq!(normal_code("a-b-1"), Some("A-B-1".to_owned()));
        for wrong in ["", "abc", "쿠폰쿠폰", "a_b_c", &"x".repeat(33)] {
            assert_eq!(normal_code(wrong), None, "{wrong}");
        }
    }
}
