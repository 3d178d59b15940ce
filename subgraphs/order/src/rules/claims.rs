//! The claim's state machine, who may do what, and its arithmetic. Pure.

use chrono::{DateTime, TimeDelta, Utc};

use super::days::{end_of_months, end_of_period};
use crate::error::ErrorCode;
use crate::model::{
    ClaimFault, ClaimKind, ClaimParty, ClaimReason, ClaimRemedy, ClaimState, DisputeOutcome, OrderLineState,
};

/// 전자상거래법 제17조: a buyer may withdraw within seven days of the delivery …
const WITHDRAWAL: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);
/// … and where the goods are not what they had to be, within three months of it …
const DEFECT_MONTHS: u32 = 3;
/// … and thirty days of knowing it.
const NOTICE: std::time::Duration = std::time::Duration::from_secs(30 * 86_400);

/// What can happen to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimCommand {
    /// The seller, or time, agrees.
    Approve,
    /// The seller refuses: the request, or what came back.
    Reject,
    /// The buyer takes it back, or never sends the goods.
    Withdraw,
    /// The goods are handed to a carrier.
    StartCollection,
    /// The goods are back.
    Receive,
    /// The seller has looked at the goods.
    Inspect,
    /// The money goes back.
    Refund,
    /// The payment service has given the money back.
    FinishRefund,
    /// Other goods are sent.
    Reship,
    /// The other goods have arrived.
    Complete,
    /// The seller waits for something.
    Hold,
    /// The seller goes on.
    Resume,
    /// Staff are to decide.
    Dispute,
    /// Staff decide.
    Decide(DisputeOutcome),
}

/// Where a command leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimMove {
    /// To this state.
    To(ClaimState),
    /// To the state before the hold.
    Back,
    /// To where the goods are: [`stage`].
    Onward,
}

/// The move that the command makes, or `None` where it is refused.
pub(crate) fn next_claim_state(state: ClaimState, command: ClaimCommand) -> Option<ClaimMove> {
    use ClaimCommand as Command;
    use ClaimState as State;
    let to = match (state, command) {
        (State::Requested, Command::Approve) => State::Approved,
        (State::Requested | State::Collected, Command::Reject) => State::Rejected,
        (State::Requested | State::Approved | State::Collecting | State::OnHold, Command::Withdraw) => State::Withdrawn,
        (State::Approved, Command::StartCollection) => State::Collecting,
        (State::Approved | State::Collecting, Command::Receive) => State::Collected,
        (State::Collected, Command::Inspect) => State::Inspected,
        (State::Inspected, Command::Refund) => State::Refunded,
        (State::Inspected, Command::Reship) => State::Reshipped,
        (State::Refunded, Command::FinishRefund) | (State::Reshipped, Command::Complete) => State::Done,
        (State::Approved | State::Collecting | State::Collected | State::Inspected, Command::Hold) => State::OnHold,
        (State::OnHold, Command::Resume) => return Some(ClaimMove::Back),
        (
            State::Rejected | State::OnHold | State::Collecting | State::Collected | State::Inspected,
            Command::Dispute,
        ) => State::Disputed,
        (State::Disputed, Command::Decide(DisputeOutcome::Approve)) => return Some(ClaimMove::Onward),
        (State::Disputed, Command::Decide(DisputeOutcome::Refund)) => State::Refunded,
        (State::Disputed, Command::Decide(DisputeOutcome::Reject)) => State::Rejected,
        _ => return None,
    };
    Some(ClaimMove::To(to))
}

/// What is waited for in a state that has a deadline of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// The goods, which are on their way back.
    Receive,
    /// The seller, who has to look at them.
    Inspect,
    /// The seller, who has to send others or to give the money back.
    Settle,
    /// The end of a hold.
    Hold,
}

/// What is waited for in this state. REQUESTED, APPROVED and RESHIPPED have deadlines from elsewhere, DISPUTED waits for
/// staff, and REFUNDED for the payment service.
pub(crate) fn patience(state: ClaimState) -> Option<Patience> {
    match state {
        ClaimState::Collecting => Some(Patience::Receive),
        ClaimState::Collected => Some(Patience::Inspect),
        ClaimState::Inspected => Some(Patience::Settle),
        ClaimState::OnHold => Some(Patience::Hold),
        ClaimState::Requested
        | ClaimState::Approved
        | ClaimState::Refunded
        | ClaimState::Reshipped
        | ClaimState::Done
        | ClaimState::Rejected
        | ClaimState::Withdrawn
        | ClaimState::Disputed => None,
    }
}

/// What time does when it is over: a seller's silence counts for the buyer; where nobody knows whose turn it is, staff
/// decide.
pub(crate) fn after_patience(patience: Patience) -> ClaimCommand {
    match patience {
        Patience::Inspect => ClaimCommand::Inspect,
        Patience::Settle => ClaimCommand::Refund,
        Patience::Receive | Patience::Hold => ClaimCommand::Dispute,
    }
}

/// Where an approved claim stands by its goods.
pub(crate) fn stage(collected: bool, inspected: bool) -> ClaimState {
    match (collected, inspected) {
        (_, true) => ClaimState::Inspected,
        (true, false) => ClaimState::Collected,
        (false, false) => ClaimState::Approved,
    }
}

/// Whether it is the party's to give the command.
pub(crate) fn may(party: ClaimParty, command: ClaimCommand) -> bool {
    use ClaimCommand as Command;
    use ClaimParty as Party;
    match command {
        Command::Approve | Command::Receive => party != Party::Buyer,
        Command::Reject | Command::Reship | Command::Hold | Command::Resume => {
            matches!(party, Party::Seller | Party::Staff)
        }
        Command::Inspect | Command::Refund => matches!(party, Party::Seller | Party::Staff | Party::Market),
        Command::Withdraw => matches!(party, Party::Buyer | Party::Market),
        Command::FinishRefund => party == Party::Market,
        Command::StartCollection | Command::Complete => true,
        Command::Dispute => matches!(party, Party::Buyer | Party::Seller | Party::Market),
        Command::Decide(_) => party == Party::Staff,
    }
}

/// Whose fault the reason is.
pub(crate) fn fault_of(reason: ClaimReason) -> ClaimFault {
    match reason {
        ClaimReason::ChangeOfMind | ClaimReason::WrongChoice => ClaimFault::Buyer,
        ClaimReason::Defective | ClaimReason::Damaged | ClaimReason::WrongItem | ClaimReason::NotAsDescribed => {
            ClaimFault::Seller
        }
    }
}

/// What the buyer gets by such a claim, or `None` where kind, wish and reason do not fit.
pub(crate) fn remedy_of(kind: ClaimKind, wish: Option<ClaimRemedy>, reason: ClaimReason) -> Option<ClaimRemedy> {
    match kind {
        ClaimKind::Return => (wish != Some(ClaimRemedy::Reship)).then_some(ClaimRemedy::Refund),
        ClaimKind::Exchange => (wish != Some(ClaimRemedy::Refund)).then_some(ClaimRemedy::Reship),
        ClaimKind::Defect => (fault_of(reason) == ClaimFault::Seller).then_some(wish.unwrap_or(ClaimRemedy::Refund)),
    }
}

/// Whether lines in this state can be claimed at all.
pub(crate) fn claimable(kind: ClaimKind, state: OrderLineState) -> bool {
    match state {
        OrderLineState::Delivered | OrderLineState::Exchanged => true,
        OrderLineState::Confirmed => kind == ClaimKind::Defect,
        _ => false,
    }
}

/// Refuses a claim that comes too late, or before its time.
pub(crate) fn check_period(
    kind: ClaimKind,
    delivered_at: DateTime<Utc>,
    noticed_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), ErrorCode> {
    // A buyer's clock may be a little ahead of ours.
    if noticed_at.is_some_and(|noticed| noticed > now + TimeDelta::minutes(5)) {
        return Err(ErrorCode::InvalidClaim);
    }
    let open = match kind {
        ClaimKind::Return | ClaimKind::Exchange => now < end_of_period(delivered_at, WITHDRAWAL),
        ClaimKind::Defect => {
            let noticed = noticed_at.unwrap_or(now);
            now < end_of_months(delivered_at, DEFECT_MONTHS) && now < end_of_period(noticed, NOTICE)
        }
    };
    if open { Ok(()) } else { Err(ErrorCode::ClaimPeriodOver) }
}

/// The share of an amount that `pieces` more pieces have after `before` of `quantity`. The shares of all pieces sum to
/// the amount, however they are parted.
pub(crate) fn share(amount: i64, quantity: i32, before: i32, pieces: i32) -> i64 {
    let up_to = |count: i32| {
        let part = i128::from(amount) * i128::from(count) / i128::from(quantity.max(1));
        i64::try_from(part).unwrap_or(amount)
    };
    up_to(before + pieces) - up_to(before)
}

/// What a claim costs and gives back, in won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settlement {
    /// What the buyer pays for sending goods: kept from a refund, paid to the seller directly for an exchange.
    pub(crate) fee: i64,
    /// What of the part's shipping goes back.
    pub(crate) shipping: i64,
    /// What goes back in all.
    pub(crate) refund: i64,
}

/// What sending claimed goods costs, in won, where the buyer has to pay it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TravelFees {
    /// Back to the seller.
    pub(crate) back: i64,
    /// Back, and others to the buyer.
    pub(crate) exchange: i64,
}

/// Settles a claim of `items` won. `shipping` is what goes back of the shipping when the fault is the seller's.
pub(crate) fn settlement(
    remedy: ClaimRemedy,
    fault: ClaimFault,
    items: i64,
    shipping: i64,
    fees: TravelFees,
) -> Settlement {
    match (remedy, fault) {
        (ClaimRemedy::Refund, ClaimFault::Seller) => Settlement { fee: 0, shipping, refund: items + shipping },
        (ClaimRemedy::Refund, ClaimFault::Buyer) => {
            let fee = fees.back.clamp(0, items);
            Settlement { fee, shipping: 0, refund: items - fee }
        }
        (ClaimRemedy::Reship, ClaimFault::Seller) => Settlement { fee: 0, shipping: 0, refund: 0 },
        (ClaimRemedy::Reship, ClaimFault::Buyer) => Settlement { fee: fees.exchange, shipping: 0, refund: 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ClaimCommand as C;
    use ClaimParty as P;
    use ClaimState as S;

    const COMMANDS: [C; 16] = [
        C::Approve,
        C::Reject,
        C::Withdraw,
        C::StartCollection,
        C::Receive,
        C::Inspect,
        C::Refund,
        C::FinishRefund,
        C::Reship,
        C::Complete,
        C::Hold,
        C::Resume,
        C::Dispute,
        C::Decide(DisputeOutcome::Approve),
        C::Decide(DisputeOutcome::Refund),
        C::Decide(DisputeOutcome::Reject),
    ];

    /// The whole table: each state with the commands that it takes, in order; all others are refused.
    #[test]
    fn every_state_and_command() {
        use ClaimMove::{Back, Onward, To};
        let table: [(S, &[(C, ClaimMove)]); 12] = [
            (
                S::Requested,
                &[(C::Approve, To(S::Approved)), (C::Reject, To(S::Rejected)), (C::Withdraw, To(S::Withdrawn))],
            ),
            (
                S::Approved,
                &[
                    (C::Withdraw, To(S::Withdrawn)),
                    (C::StartCollection, To(S::Collecting)),
                    (C::Receive, To(S::Collected)),
                    (C::Hold, To(S::OnHold)),
                ],
            ),
            (
                S::Collecting,
                &[
                    (C::Withdraw, To(S::Withdrawn)),
                    (C::Receive, To(S::Collected)),
                    (C::Hold, To(S::OnHold)),
                    (C::Dispute, To(S::Disputed)),
                ],
            ),
            (
                S::Collected,
                &[
                    (C::Reject, To(S::Rejected)),
                    (C::Inspect, To(S::Inspected)),
                    (C::Hold, To(S::OnHold)),
                    (C::Dispute, To(S::Disputed)),
                ],
            ),
            (
                S::Inspected,
                &[
                    (C::Refund, To(S::Refunded)),
                    (C::Reship, To(S::Reshipped)),
                    (C::Hold, To(S::OnHold)),
                    (C::Dispute, To(S::Disputed)),
                ],
            ),
            (S::Refunded, &[(C::FinishRefund, To(S::Done))]),
            (S::Reshipped, &[(C::Complete, To(S::Done))]),
            (S::Done, &[]),
            (S::Rejected, &[(C::Dispute, To(S::Disputed))]),
            (S::Withdrawn, &[]),
            (S::OnHold, &[(C::Withdraw, To(S::Withdrawn)), (C::Resume, Back), (C::Dispute, To(S::Disputed))]),
            (
                S::Disputed,
                &[
                    (C::Decide(DisputeOutcome::Approve), Onward),
                    (C::Decide(DisputeOutcome::Refund), To(S::Refunded)),
                    (C::Decide(DisputeOutcome::Reject), To(S::Rejected)),
                ],
            ),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, moves) in table {
            let taken: Vec<(C, ClaimMove)> = COMMANDS
                .into_iter()
                .filter_map(|command| next_claim_state(state, command).map(|next| (command, next)))
                .collect();
            assert_eq!(taken, moves, "{state:?}");
        }
    }

    #[test]
    fn every_party_and_command() {
        let of = |command| P::ALL.iter().copied().filter(|party| may(*party, command)).collect::<Vec<P>>();
        let shop: &[P] = &[P::Seller, P::Staff];
        let table: [(C, &[P]); 16] = [
            (C::Approve, &[P::Seller, P::Staff, P::Market]),
            (C::Reject, shop),
            (C::Withdraw, &[P::Buyer, P::Market]),
            (C::StartCollection, &[P::Buyer, P::Seller, P::Staff, P::Market]),
            (C::Receive, &[P::Seller, P::Staff, P::Market]),
            (C::Inspect, &[P::Seller, P::Staff, P::Market]),
            (C::Refund, &[P::Seller, P::Staff, P::Market]),
            (C::FinishRefund, &[P::Market]),
            (C::Reship, shop),
            (C::Complete, &[P::Buyer, P::Seller, P::Staff, P::Market]),
            (C::Hold, shop),
            (C::Resume, shop),
            (C::Dispute, &[P::Buyer, P::Seller, P::Market]),
            (C::Decide(DisputeOutcome::Approve), &[P::Staff]),
            (C::Decide(DisputeOutcome::Refund), &[P::Staff]),
            (C::Decide(DisputeOutcome::Reject), &[P::Staff]),
        ];
        for ((command, parties), known) in table.into_iter().zip(COMMANDS) {
            assert_eq!((command, of(command)), (known, parties.to_vec()));
        }
    }

    /// No state waits for ever: it ends, has a deadline, or is staff's; and what time does then is the market's to do.
    #[test]
    fn every_state_has_its_time() {
        for state in S::ALL {
            let elsewhere = matches!(state, S::Requested | S::Approved | S::Refunded | S::Reshipped | S::Disputed);
            let over = matches!(state, S::Done | S::Rejected | S::Withdrawn);
            assert_eq!(patience(*state).is_some(), !elsewhere && !over, "{state:?}");
            if let Some(patience) = patience(*state) {
                let command = after_patience(patience);
                assert!(may(P::Market, command), "{state:?} {command:?}");
                assert!(next_claim_state(*state, command).is_some(), "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn claims_go_on_from_where_the_goods_are() {
        assert_eq!(stage(false, false), S::Approved);
        assert_eq!(stage(true, false), S::Collected);
        assert_eq!(stage(true, true), S::Inspected);
    }

    #[test]
    fn kind_wish_and_reason_have_to_fit() {
        use ClaimKind::{Defect, Exchange, Return};
        use ClaimReason::{ChangeOfMind, Defective};
        use ClaimRemedy::{Refund, Reship};
        assert_eq!(remedy_of(Return, None, ChangeOfMind), Some(Refund));
        assert_eq!(remedy_of(Return, Some(Reship), ChangeOfMind), None);
        assert_eq!(remedy_of(Exchange, None, Defective), Some(Reship));
        assert_eq!(remedy_of(Exchange, Some(Refund), Defective), None);
        assert_eq!(remedy_of(Defect, None, Defective), Some(Refund));
        assert_eq!(remedy_of(Defect, Some(Reship), Defective), Some(Reship));
        assert_eq!(remedy_of(Defect, None, ChangeOfMind), None, "a change of mind is no defect");
    }

    #[test]
    fn confirmed_lines_are_claimed_for_defects_only() {
        for state in OrderLineState::ALL {
            let arrived = matches!(state, OrderLineState::Delivered | OrderLineState::Exchanged);
            for kind in ClaimKind::ALL {
                let defect = *state == OrderLineState::Confirmed && *kind == ClaimKind::Defect;
                assert_eq!(claimable(*kind, *state), arrived || defect, "{kind:?} {state:?}");
            }
        }
    }

    #[test]
    fn claims_have_their_time() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
        let delivered = at("2026-03-04T15:00:00+09:00");
        let (last, late) = (at("2026-03-11T23:59:59+09:00"), at("2026-03-12T00:00:00+09:00"));
        for kind in [ClaimKind::Return, ClaimKind::Exchange] {
            assert_eq!(check_period(kind, delivered, None, last), Ok(()));
            assert_eq!(check_period(kind, delivered, None, late), Err(ErrorCode::ClaimPeriodOver));
        }
        let defect =
            |noticed: Option<&str>, now: &str| check_period(ClaimKind::Defect, delivered, noticed.map(at), at(now));
        assert_eq!(defect(None, "2026-06-04T23:59:59+09:00"), Ok(()));
        assert_eq!(defect(None, "2026-06-05T00:00:00+09:00"), Err(ErrorCode::ClaimPeriodOver));
        assert_eq!(defect(Some("2026-03-05T12:00:00+09:00"), "2026-04-06T23:59:59+09:00"), Ok(()), "4 April: Saturday");
        let too_late = defect(Some("2026-03-05T12:00:00+09:00"), "2026-04-07T00:00:00+09:00");
        assert_eq!(too_late, Err(ErrorCode::ClaimPeriodOver));
        let tomorrow = defect(Some("2026-04-02T12:00:00+09:00"), "2026-04-01T12:00:00+09:00");
        assert_eq!(tomorrow, Err(ErrorCode::InvalidClaim));
    }

    #[test]
    fn shares_sum_to_the_whole_however_they_are_parted() {
        for amount in [0, 1, 2, 999, 1_000, 12_900, 9_007_199_254_740_991] {
            for quantity in 1..=9 {
                assert_eq!(share(amount, quantity, 0, quantity), amount);
                for first in 1..quantity {
                    for second in 0..=(quantity - first) {
                        let third = quantity - first - second;
                        let parts = [
                            share(amount, quantity, 0, first),
                            share(amount, quantity, first, second),
                            share(amount, quantity, first + second, third),
                        ];
                        assert!(parts.iter().all(|part| *part >= 0), "{parts:?}");
                        assert_eq!(parts.iter().sum::<i64>(), amount, "{quantity}: {first} {second} {third}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_fault_decides_who_pays() {
        use ClaimFault::{Buyer, Seller};
        use ClaimRemedy::{Refund, Reship};
        let of =
            |remedy, fault, items| settlement(remedy, fault, items, 2_500, TravelFees { back: 3_000, exchange: 5_000 });
        assert_eq!(of(Refund, Buyer, 12_900), Settlement { fee: 3_000, shipping: 0, refund: 9_900 });
        assert_eq!(of(Refund, Buyer, 2_000), Settlement { fee: 2_000, shipping: 0, refund: 0 }, "never below zero");
        assert_eq!(of(Refund, Seller, 12_900), Settlement { fee: 0, shipping: 2_500, refund: 15_400 });
        assert_eq!(of(Reship, Buyer, 12_900), Settlement { fee: 5_000, shipping: 0, refund: 0 });
        assert_eq!(of(Reship, Seller, 12_900), Settlement { fee: 0, shipping: 0, refund: 0 });
    }
}
