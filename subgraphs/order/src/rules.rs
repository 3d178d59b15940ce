//! The line's state machine, the states derived from it, and the names of orders; amounts, claims and days in files
//! of their own. Pure.

pub(crate) mod amounts;
pub(crate) mod claims;
pub(crate) mod days;

use crate::model::{OrderLineState, OrderState};

/// What can happen to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineCommand {
    /// The payment is done.
    Pay,
    /// The payment never came.
    Expire,
    /// The seller begins.
    Prepare,
    /// The seller hands the parcel over.
    Ship,
    /// The parcel has arrived.
    Deliver,
    /// The buyer, or time, confirms the purchase.
    Confirm,
    /// The buyer wants to cancel.
    RequestCancel,
    /// The seller agrees to cancel.
    ApproveCancel,
    /// The seller does not agree to cancel.
    RejectCancel,
    /// The seller does not agree to cancel what could not be delivered.
    RejectLateCancel,
    /// The goods are not to be had, or never arrive: cancelled by the seller or the market.
    Withdraw,
    /// The parcel cannot be delivered, is lost, or comes back.
    Fail,
    /// The seller sends again what could not be delivered.
    Resend,
    /// All of it came back and was refunded.
    Return,
    /// All of it was exchanged for others, which have arrived.
    Exchange,
}

impl LineCommand {
    #[cfg(test)]
    const ALL: [Self; 15] = [
        Self::Pay,
        Self::Expire,
        Self::Prepare,
        Self::Ship,
        Self::Deliver,
        Self::Confirm,
        Self::RequestCancel,
        Self::ApproveCancel,
        Self::RejectCancel,
        Self::RejectLateCancel,
        Self::Withdraw,
        Self::Fail,
        Self::Resend,
        Self::Return,
        Self::Exchange,
    ];
}

/// The state after the command, or `None` where the command is refused.
///
/// A cancel is immediate while nothing is prepared; from PREPARING on the seller is asked, unless he is late to send it (then
/// the line is withdrawn for the buyer). What is UNDELIVERED arrives after
/// all, is sent again, or is cancelled: by the buyer, whom the seller answers, by the seller, or by time. What was exchanged is confirmed
/// like what was delivered; a line that is confirmed stays so when a defect of it is made good by an exchange.
pub(crate) fn next_state(state: OrderLineState, command: LineCommand) -> Option<OrderLineState> {
    use LineCommand as Command;
    use OrderLineState as State;
    match (state, command) {
        (State::PaymentPending, Command::Pay) => Some(State::Paid),
        (State::PaymentPending, Command::Expire) => Some(State::Expired),
        (State::PaymentPending | State::Paid, Command::RequestCancel | Command::Withdraw)
        | (State::Preparing | State::Undelivered, Command::Withdraw) => Some(State::Cancelled),
        (State::Paid, Command::Prepare) => Some(State::Preparing),
        (State::Preparing, Command::Ship) => Some(State::Shipped),
        (State::Preparing | State::Undelivered, Command::RequestCancel) => Some(State::CancelRequested),
        (State::Shipped | State::Undelivered, Command::Deliver) => Some(State::Delivered),
        (State::Shipped | State::Delivered, Command::Fail) | (State::CancelRequested, Command::RejectLateCancel) => {
            Some(State::Undelivered)
        }
        (State::Undelivered, Command::Resend) => Some(State::Preparing),
        (State::Delivered | State::Exchanged, Command::Confirm) => Some(State::Confirmed),
        (State::Delivered | State::Exchanged | State::Confirmed, Command::Return) => Some(State::Returned),
        (State::Delivered | State::Exchanged, Command::Exchange) => Some(State::Exchanged),
        (State::CancelRequested, Command::ApproveCancel) => Some(State::Cancelled),
        (State::CancelRequested, Command::RejectCancel) => Some(State::Preparing),
        _ => None,
    }
}

/// What became of a parcel to a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParcelNews {
    /// A carrier has it.
    PickedUp,
    /// The buyer has it.
    Delivered,
    /// It could not be delivered, or nobody has scanned it for too long.
    Undelivered,
    /// It goes back to the seller; the buyer may have refused what was delivered.
    Returning,
}

/// The commands that bring a line in this state to where its parcel is; none when it is there, beyond, or not to be sent.
///
/// A parcel that is on its way is a fact: a seller who sends what a buyer asked to cancel has refused that.
pub(crate) fn way_of_parcel(state: OrderLineState, news: ParcelNews) -> &'static [LineCommand] {
    use LineCommand::{Deliver, Fail, Prepare, RejectCancel, Ship};
    use OrderLineState as State;
    match (state, news) {
        (State::Paid, ParcelNews::PickedUp) => &[Prepare, Ship],
        (State::Paid, ParcelNews::Delivered) => &[Prepare, Ship, Deliver],
        (State::Paid, ParcelNews::Undelivered | ParcelNews::Returning) => &[Prepare, Ship, Fail],
        (State::Preparing, ParcelNews::PickedUp) => &[Ship],
        (State::Preparing, ParcelNews::Delivered) => &[Ship, Deliver],
        (State::Preparing, ParcelNews::Undelivered | ParcelNews::Returning) => &[Ship, Fail],
        (State::CancelRequested, ParcelNews::PickedUp) => &[RejectCancel, Ship],
        (State::CancelRequested, ParcelNews::Delivered) => &[RejectCancel, Ship, Deliver],
        (State::CancelRequested, ParcelNews::Undelivered | ParcelNews::Returning) => &[RejectCancel, Ship, Fail],
        (State::Shipped | State::Undelivered, ParcelNews::Delivered) => &[Deliver],
        (State::Shipped, ParcelNews::Undelivered | ParcelNews::Returning)
        | (State::Delivered, ParcelNews::Returning) => &[Fail],
        (State::Shipped, ParcelNews::PickedUp)
        | (State::Delivered, ParcelNews::PickedUp | ParcelNews::Delivered | ParcelNews::Undelivered)
        | (State::Undelivered, ParcelNews::PickedUp | ParcelNews::Undelivered | ParcelNews::Returning)
        | (
            State::PaymentPending
            | State::Confirmed
            | State::Expired
            | State::Cancelled
            | State::Returned
            | State::Exchanged,
            _,
        ) => &[],
    }
}

/// The state of an order with these lines.
pub(crate) fn derived_state(lines: &[OrderLineState]) -> OrderState {
    use OrderLineState as Line;
    let all = |wanted: &[Line]| lines.iter().all(|line| wanted.contains(line));
    let any = |wanted: &[Line]| lines.iter().any(|line| wanted.contains(line));
    let ended = [Line::Cancelled, Line::Returned, Line::Expired];
    // Lines that have ended say nothing about those that go on.
    let open: Vec<Line> = lines.iter().copied().filter(|line| !ended.contains(line)).collect();
    let open_all = |wanted: &[Line]| open.iter().all(|line| wanted.contains(line));
    if open.is_empty() {
        return if all(&[Line::Expired]) {
            OrderState::Expired
        } else if all(&[Line::Cancelled, Line::Expired]) {
            OrderState::Cancelled
        } else if all(&[Line::Returned]) {
            OrderState::Returned
        } else {
            OrderState::PartiallyCancelled
        };
    }
    if any(&[Line::PaymentPending]) {
        OrderState::PaymentPending
    } else if open_all(&[Line::Paid]) {
        OrderState::Paid
    } else if open_all(&[Line::CancelRequested]) {
        OrderState::CancelRequested
    } else if open_all(&[Line::Confirmed]) {
        if open.len() == lines.len() { OrderState::Confirmed } else { OrderState::PartiallyCancelled }
    } else if open_all(&[Line::Delivered, Line::Exchanged, Line::Confirmed]) {
        OrderState::Delivered
    } else if open_all(&[Line::Shipped, Line::Undelivered, Line::Delivered, Line::Exchanged, Line::Confirmed]) {
        // What could not be delivered has left the seller, too.
        OrderState::Shipped
    } else if any(&[Line::Shipped, Line::Undelivered, Line::Delivered, Line::Exchanged, Line::Confirmed]) {
        OrderState::PartiallyShipped
    } else {
        OrderState::Preparing
    }
}

/// The name of an order on payment pages: the first product, and how many others.
pub(crate) fn order_name(titles: &[&str]) -> String {
    const LONGEST: usize = 90;
    let first: String = titles.first().copied().unwrap_or_default().chars().take(LONGEST).collect();
    match titles.len() {
        0 | 1 => first,
        count => format!("{first} 외 {}건", count - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LineCommand as C;
    use OrderLineState as S;

    /// The whole table: each state with the commands that it takes, in order; all others are refused.
    #[test]
    fn every_state_and_command() {
        let table: [(S, &[(C, S)]); 12] = [
            (
                S::PaymentPending,
                &[
                    (C::Pay, S::Paid),
                    (C::Expire, S::Expired),
                    (C::RequestCancel, S::Cancelled),
                    (C::Withdraw, S::Cancelled),
                ],
            ),
            (S::Paid, &[(C::Prepare, S::Preparing), (C::RequestCancel, S::Cancelled), (C::Withdraw, S::Cancelled)]),
            (
                S::Preparing,
                &[(C::Ship, S::Shipped), (C::RequestCancel, S::CancelRequested), (C::Withdraw, S::Cancelled)],
            ),
            (S::Shipped, &[(C::Deliver, S::Delivered), (C::Fail, S::Undelivered)]),
            (
                S::Delivered,
                &[
                    (C::Confirm, S::Confirmed),
                    (C::Fail, S::Undelivered),
                    (C::Return, S::Returned),
                    (C::Exchange, S::Exchanged),
                ],
            ),
            (S::Confirmed, &[(C::Return, S::Returned)]),
            (S::Expired, &[]),
            (
                S::CancelRequested,
                &[
                    (C::ApproveCancel, S::Cancelled),
                    (C::RejectCancel, S::Preparing),
                    (C::RejectLateCancel, S::Undelivered),
                ],
            ),
            (S::Cancelled, &[]),
            (S::Returned, &[]),
            (S::Exchanged, &[(C::Confirm, S::Confirmed), (C::Return, S::Returned), (C::Exchange, S::Exchanged)]),
            (
                S::Undelivered,
                &[
                    (C::Deliver, S::Delivered),
                    (C::RequestCancel, S::CancelRequested),
                    (C::Withdraw, S::Cancelled),
                    (C::Resend, S::Preparing),
                ],
            ),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, moves) in table {
            let taken: Vec<(C, S)> = C::ALL
                .into_iter()
                .filter_map(|command| next_state(state, command).map(|next| (command, next)))
                .collect();
            assert_eq!(taken, moves, "{state:?}");
        }
    }

    #[test]
    fn parcels_take_lines_along_in_any_order() {
        for state in S::ALL {
            for (news, reached) in [
                (ParcelNews::PickedUp, S::Shipped),
                (ParcelNews::Delivered, S::Delivered),
                (ParcelNews::Undelivered, S::Undelivered),
                (ParcelNews::Returning, S::Undelivered),
            ] {
                let way = way_of_parcel(*state, news);
                let end = way.iter().try_fold(*state, |state, command| next_state(state, *command));
                let moves = matches!(state, S::Paid | S::Preparing | S::CancelRequested)
                    || (*state == S::Shipped && news != ParcelNews::PickedUp)
                    || (*state == S::Undelivered && news == ParcelNews::Delivered)
                    || (*state == S::Delivered && news == ParcelNews::Returning);
                assert_eq!(end, Some(if moves { reached } else { *state }), "{state:?} {news:?}");
                let end = end.unwrap();
                assert!(way_of_parcel(end, news).is_empty(), "the same news again change nothing");
                assert!(way_of_parcel(end, ParcelNews::PickedUp).is_empty(), "nothing goes back");
            }
        }
    }

    #[test]
    fn states_are_derived_from_lines() {
        let cases: [(&[S], OrderState); 18] = [
            (&[S::PaymentPending, S::PaymentPending], OrderState::PaymentPending),
            (&[S::Paid, S::Paid], OrderState::Paid),
            (&[S::Paid, S::Cancelled], OrderState::Paid),
            (&[S::Paid, S::Preparing], OrderState::Preparing),
            (&[S::Preparing, S::CancelRequested], OrderState::Preparing),
            (&[S::CancelRequested], OrderState::CancelRequested),
            (&[S::Shipped, S::Preparing], OrderState::PartiallyShipped),
            (&[S::Shipped, S::Delivered], OrderState::Shipped),
            (&[S::Delivered, S::Confirmed], OrderState::Delivered),
            (&[S::Confirmed, S::Confirmed], OrderState::Confirmed),
            (&[S::Confirmed, S::Returned], OrderState::PartiallyCancelled),
            (&[S::Expired], OrderState::Expired),
            (&[S::Cancelled, S::Cancelled], OrderState::Cancelled),
            (&[S::Returned], OrderState::Returned),
            (&[S::Exchanged, S::Returned], OrderState::Delivered),
            (&[S::Exchanged, S::Shipped], OrderState::Shipped),
            (&[S::Undelivered, S::Delivered], OrderState::Shipped),
            (&[S::Undelivered, S::Preparing], OrderState::PartiallyShipped),
        ];
        for (lines, expected) in cases {
            assert_eq!(derived_state(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn orders_have_names() {
        assert_eq!(order_name(&["무선 이어폰"]), "무선 이어폰");
        assert_eq!(order_name(&["무선 이어폰", "충전기", "케이스"]), "무선 이어폰 외 2건");
    }
}
