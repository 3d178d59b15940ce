//! What may happen to a reservation, what an order is short of, and when a stock level is worth telling. Pure.

use std::collections::BTreeMap;

use crate::error::UserErrorCode;
use crate::model::{ReservationState, Shortage, StockItemRow, VariantId};

/// The most that one order line, adjustment or safety stock can be.
pub(crate) const LARGEST_QUANTITY: i32 = 1_000_000;
/// The most lines of one reservation or adjustment.
pub(crate) const MOST_LINES: usize = 500;
/// Up to this many, product pages say how many are left.
const TOLD_UP_TO: i32 = 10;

/// What can be done with an order's reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReservationCommand {
    /// Keep stock for the order.
    Reserve,
    /// The order is paid: take the stock out.
    Commit,
    /// The order is given up.
    Release,
    /// The order's time is over.
    Expire,
}

/// What a reservation answers to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It moves to this state.
    Moves(ReservationState),
    /// The command was carried out before, or has nothing to do.
    Stands,
    /// Not from this state.
    Refused(UserErrorCode),
}

/// The state machine. `None` is an order that nothing is known of: a release of it leaves RELEASED behind, so that a
/// reserve that arrives late is refused and holds nothing for ever.
pub(crate) fn answer(state: Option<ReservationState>, command: ReservationCommand) -> Answer {
    use ReservationCommand as Command;
    use ReservationState as State;
    match (command, state) {
        (Command::Reserve, None) => Answer::Moves(State::Held),
        (Command::Reserve | Command::Commit, Some(State::Committed)) | (Command::Reserve, Some(State::Held)) => {
            Answer::Stands
        }
        (Command::Reserve, Some(State::Released | State::Expired)) | (Command::Commit, Some(State::Released)) => {
            Answer::Refused(UserErrorCode::ReservationClosed)
        }
        (Command::Commit, Some(State::Held | State::Expired)) => Answer::Moves(State::Committed),
        (Command::Commit, None) => Answer::Refused(UserErrorCode::ReservationNotFound),
        (Command::Release, None | Some(State::Held | State::Expired)) => Answer::Moves(State::Released),
        (Command::Release, Some(State::Released)) => Answer::Stands,
        (Command::Release, Some(State::Committed)) => Answer::Refused(UserErrorCode::ReservationClosed),
        (Command::Expire, Some(State::Held)) => Answer::Moves(State::Expired),
        (Command::Expire, None | Some(State::Committed | State::Released | State::Expired)) => Answer::Stands,
    }
}

/// The lines with one entry for each variant, in the order of the variants' ids. `None` when a quantity is below one or
/// too large, when there are too many lines, or none.
pub(crate) fn merged_lines(lines: &[(VariantId, i32)]) -> Option<Vec<(VariantId, i32)>> {
    if lines.is_empty() || lines.len() > MOST_LINES {
        return None;
    }
    let mut merged: BTreeMap<VariantId, i32> = BTreeMap::new();
    for (variant_id, quantity) in lines {
        let total = merged.entry(*variant_id).or_default();
        *total = total.checked_add(*quantity).filter(|sum| *quantity >= 1 && *sum <= LARGEST_QUANTITY)?;
    }
    Some(merged.into_iter().collect())
}

/// What there is too little of. A variant without stock item counts as none.
pub(crate) fn shortages(wanted: &[(VariantId, i32)], items: &[StockItemRow]) -> Vec<Shortage> {
    let available: BTreeMap<VariantId, i32> = items.iter().map(|item| (item.variant_id, item.available)).collect();
    wanted
        .iter()
        .filter_map(|(variant_id, requested)| {
            let available = available.get(variant_id).copied().unwrap_or(0);
            let shortage = Shortage { variant_id: *variant_id, requested: *requested, available };
            (available < *requested).then_some(shortage)
        })
        .collect()
}

/// How full the shelf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fill {
    /// Nothing can be sold.
    Depleted,
    /// No more than the safety stock.
    Low,
    /// More than the safety stock.
    Plenty,
}

impl Fill {
    pub(crate) fn of(available: i32, safety_stock: i32) -> Self {
        if available <= 0 {
            Self::Depleted
        } else if available <= safety_stock {
            Self::Low
        } else {
            Self::Plenty
        }
    }
}

/// What is worth telling when a level changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    /// It fell to the safety stock.
    Low,
    /// It fell to nothing.
    Depleted,
    /// It rose again, from nothing or above the safety stock.
    Restocked,
}

/// The threshold that was crossed, if one was.
pub(crate) fn crossing(before: Fill, after: Fill) -> Option<Crossing> {
    match (before, after) {
        (before, after) if after > before => Some(Crossing::Restocked),
        (before, after) if after == before => None,
        (_, Fill::Depleted) => Some(Crossing::Depleted),
        _ => Some(Crossing::Low),
    }
}

/// What a product page tells of a stock: whether there is any, whether little is left, and how much when it is little.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) in_stock: bool,
    pub(crate) low_stock: bool,
    pub(crate) remaining: Option<i32>,
}

impl Level {
    /// The level of a variant; one without stock item has none.
    pub(crate) fn of(item: Option<&StockItemRow>) -> Self {
        let available = item.map_or(0, |item| item.available.max(0));
        let safety_stock = item.map_or(0, |item| item.safety_stock);
        let told = available <= TOLD_UP_TO;
        Self {
            in_stock: available > 0,
            low_stock: available > 0 && (told || available <= safety_stock),
            remaining: told.then_some(available),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(variant_id: VariantId, available: i32, safety_stock: i32) -> StockItemRow {
        StockItemRow {
            variant_id,
            seller_id: uuid::Uuid::nil().into(),
            on_hand: available,
            reserved: 0,
            available,
            safety_stock,
            updated_at: chrono::Utc::now(),
        }
    }

    /// The whole table: every state, and an unknown order, under every command.
    #[test]
    fn every_state_and_command() {
        use Answer::{Moves, Refused, Stands};
        use ReservationCommand as C;
        use ReservationState as S;
        let (closed, unknown) = (UserErrorCode::ReservationClosed, UserErrorCode::ReservationNotFound);
        let commands = [C::Reserve, C::Commit, C::Release, C::Expire];
        let table: [(Option<S>, [Answer; 4]); 5] = [
            (None, [Moves(S::Held), Refused(unknown), Moves(S::Released), Stands]),
            (Some(S::Held), [Stands, Moves(S::Committed), Moves(S::Released), Moves(S::Expired)]),
            (Some(S::Committed), [Stands, Stands, Refused(closed), Stands]),
            (Some(S::Released), [Refused(closed), Refused(closed), Stands, Stands]),
            (Some(S::Expired), [Refused(closed), Moves(S::Committed), Moves(S::Released), Stands]),
        ];
        assert_eq!(table.len(), S::ALL.len() + 1);
        for (state, answers) in table {
            for (command, expected) in commands.into_iter().zip(answers) {
                assert_eq!(answer(state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn lines_are_merged_in_the_order_of_ids() {
        let (one, two) = (VariantId::new(), VariantId::new());
        assert_eq!(merged_lines(&[(two, 1), (one, 2), (two, 3)]), Some(vec![(one, 2), (two, 4)]));
        for wrong in [0, -1, LARGEST_QUANTITY + 1] {
            assert_eq!(merged_lines(&[(one, wrong)]), None, "{wrong}");
        }
        assert_eq!(merged_lines(&[(one, LARGEST_QUANTITY), (one, 1)]), None);
        assert_eq!(merged_lines(&[]), None);
        assert_eq!(merged_lines(&vec![(one, 1); MOST_LINES + 1]), None);
    }

    #[test]
    fn shortages_name_what_there_is() {
        let (one, two, unknown) = (VariantId::new(), VariantId::new(), VariantId::new());
        let items = [item(one, 5, 0), item(two, 1, 0)];
        assert_eq!(shortages(&[(one, 5)], &items), []);
        let short = [
            Shortage { variant_id: two, requested: 2, available: 1 },
            Shortage { variant_id: unknown, requested: 1, available: 0 },
        ];
        assert_eq!(shortages(&[(one, 5), (two, 2), (unknown, 1)], &items), short);
    }

    #[test]
    fn crossings_are_told_once() {
        use Fill::{Depleted, Low, Plenty};
        let table = [
            (Plenty, Low, Some(Crossing::Low)),
            (Plenty, Depleted, Some(Crossing::Depleted)),
            (Low, Depleted, Some(Crossing::Depleted)),
            (Low, Plenty, Some(Crossing::Restocked)),
            (Depleted, Low, Some(Crossing::Restocked)),
            (Depleted, Plenty, Some(Crossing::Restocked)),
            (Plenty, Plenty, None),
            (Low, Low, None),
            (Depleted, Depleted, None),
        ];
        for (before, after, expected) in table {
            assert_eq!(crossing(before, after), expected, "{before:?} {after:?}");
        }
        assert_eq!([Fill::of(0, 0), Fill::of(1, 0), Fill::of(3, 3), Fill::of(4, 3)], [Depleted, Plenty, Low, Plenty]);
    }

    #[test]
    fn pages_tell_how_many_only_when_few_are_left() {
        let variant = VariantId::new();
        let level = |available, safety| Level::of(Some(&item(variant, available, safety)));
        assert_eq!(level(11, 0), Level { in_stock: true, low_stock: false, remaining: None });
        assert_eq!(level(11, 20), Level { in_stock: true, low_stock: true, remaining: None });
        assert_eq!(level(10, 0), Level { in_stock: true, low_stock: true, remaining: Some(10) });
        assert_eq!(level(0, 0), Level { in_stock: false, low_stock: false, remaining: Some(0) });
        assert_eq!(Level::of(None), level(0, 0));
    }
}
