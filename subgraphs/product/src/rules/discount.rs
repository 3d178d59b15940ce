//! Which list prices may be struck through. Pure.
//!
//! The Fair Trade Commission's notice on unfair labelling (부당한 표시·광고행위의 유형 및 기준 지정고시) lets a seller compare with the price
//! before (종전거래가격) that it has really asked for a considerable time, some twenty days, of late. A list price is therefore proven by
//! the variant's own history alone: what was never asked, or only while it could not be bought, proves nothing.

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{PriceChangeRow, VariantId};

/// For how long a variant must have been offered at its list price, and within which time before now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proof {
    pub(crate) now: DateTime<Utc>,
    pub(crate) window: TimeDelta,
    pub(crate) least: TimeDelta,
}

impl Proof {
    /// When the time begins that counts.
    pub(crate) fn from(&self) -> DateTime<Utc> {
        self.now - self.window
    }

    /// Whether the variant was offered at the list price or above for long enough. `history` has the prices of any variants, of
    /// each the oldest first.
    pub(crate) fn holds(&self, list_price: i64, variant_id: VariantId, history: &[PriceChangeRow]) -> bool {
        let own: Vec<&PriceChangeRow> = history.iter().filter(|change| change.variant_id == variant_id).collect();
        let ends = own.iter().skip(1).map(|change| change.changed_at).chain([self.now]);
        let offered = own
            .iter()
            .zip(ends)
            .filter(|(change, _)| change.offered && change.price >= list_price)
            .map(|(change, end)| (end.min(self.now) - change.changed_at.max(self.from())).max(TimeDelta::zero()));
        offered.fold(TimeDelta::zero(), |sum, period| sum + period) >= self.least
    }
}

/// Whether a list price announces a discount.
pub(crate) fn announces(price: i64, list_price: Option<i64>) -> bool {
    list_price.is_some_and(|list_price| list_price > price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProductId;

    #[test]
    fn a_list_price_was_asked_for_twenty_of_the_last_sixty_days() {
        let (now, variant_id, product_id) = (Utc::now(), VariantId::new(), ProductId::new());
        let proof = Proof { now, window: TimeDelta::days(60), least: TimeDelta::days(20) };
        let row = |(days, price, offered): &(i64, i64, bool)| PriceChangeRow {
            variant_id,
            changed_at: now - TimeDelta::days(*days),
            product_id,
            price: *price,
            offered: *offered,
        };
        // Days ago, the price from then on, whether it could be bought; then whether 10,000 is proven.
        for (history, proven) in [
            (&[][..], false),
            (&[(0, 10_000, true)], false),
            (&[(20, 10_000, true)], true),
            (&[(19, 10_000, true)], false),
            (&[(300, 10_000, true)], true),
            (&[(300, 10_000, true), (40, 9_000, true)], true),
            (&[(300, 10_000, true), (41, 9_000, true)], false),
            (&[(50, 12_000, true), (30, 9_000, true)], true),
            (&[(50, 9_999, true)], false),
            (&[(50, 10_000, false)], false),
            (&[(50, 10_000, false), (19, 10_000, true)], false),
            (&[(50, 10_000, true), (40, 10_000, false), (10, 10_000, true)], true),
            (&[(50, 10_000, true), (41, 10_000, false), (10, 10_000, true)], false),
        ] {
            let rows: Vec<PriceChangeRow> = history.iter().map(row).collect();
            assert_eq!(proof.holds(10_000, variant_id, &rows), proven, "{history:?}");
            assert!(!proof.holds(10_000, VariantId::new(), &rows), "another variant's prices prove nothing");
        }
        assert!(announces(900, Some(901)) && !announces(900, Some(900)) && !announces(900, None));
    }
}
