//! In which order results come.

use crate::model::MatchKind;

/// What a match of each kind counts, of 100.
pub(crate) fn weight(kind: MatchKind) -> u32 {
    match kind {
        MatchKind::TitleWord => 100,
        MatchKind::Brand => 90,
        MatchKind::TitlePart => 80,
        MatchKind::Initials => 70,
        MatchKind::Category => 60,
    }
}

/// A match of a synonym counts so many percent of one of the word itself.
pub(crate) const SYNONYM_PERCENT: u32 = 90;

/// What makes a product come before others that match as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Popularity {
    /// 0–200: 50 for each power of ten of pieces sold.
    pub(crate) sales: u32,
    /// 0–50: the rating above three stars, the more so the more reviews there are.
    pub(crate) rating: u32,
    /// 50 for what is in stock.
    pub(crate) stock: u32,
}

impl Popularity {
    /// `rating` is in hundredths of a star.
    pub(crate) fn of(sales: u64, rating: u64, reviews: u64, in_stock: bool) -> Self {
        let above = rating.clamp(300, 500) - 300;
        let points = above.saturating_mul(reviews) / reviews.saturating_add(5).saturating_mul(4);
        Self {
            sales: sales_points(sales),
            rating: u32::try_from(points).unwrap_or(0).min(50),
            stock: if in_stock { 50 } else { 0 },
        }
    }

    pub(crate) fn total(self) -> u32 {
        self.sales + self.rating + self.stock
    }
}

/// 50 points for each power of ten, and a share of them in between; whole numbers alone, so that all replicas agree.
fn sales_points(sales: u64) -> u32 {
    let reached = sales.saturating_add(1).min(10_000);
    let power = reached.ilog10();
    let (low, high) = (10_u64.pow(power), 10_u64.pow(power + 1));
    let share = (reached - low) * 50 / (high - low);
    (power * 50 + u32::try_from(share).unwrap_or(0)).min(200)
}

/// The score that results are ordered by: how well the text matches, 0–100, counts ten times, popularity once.
pub(crate) fn relevance(text: u32, popularity: u32) -> i64 {
    i64::from(text) * 10 + i64::from(popularity)
}

/// The lower ends of the price ranges that results are counted in, in won.
pub(crate) const PRICE_STEPS: [i64; 7] = [0, 10_000, 30_000, 50_000, 100_000, 300_000, 1_000_000];

/// The price range that a price is in.
pub(crate) fn price_step(price: i64) -> usize {
    PRICE_STEPS.iter().rposition(|from| price >= *from).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn popularity_is_counted() {
        for (sales, rating, reviews, in_stock, expected) in [
            (0, 0, 0, false, 0),
            (0, 0, 0, true, 50),
            (9, 0, 0, false, 50),
            (99, 0, 0, false, 100),
            (1_000_000, 500, 1_000_000, true, 299),
            (0, 500, 5, false, 25),
            (0, 300, 500, false, 0),
        ] {
            assert_eq!(
                Popularity::of(sales, rating, reviews, in_stock).total(),
                expected,
                "{sales} {rating} {reviews}"
            );
        }
    }

    #[test]
    fn prices_are_in_one_range() {
        for (price, step) in [(0, 0), (9_999, 0), (10_000, 1), (49_999, 2), (999_999, 5), (1_000_000, 6), (i64::MAX, 6)]
        {
            assert_eq!(price_step(price), step, "{price}");
        }
    }

    proptest! {
        #[test]
        fn more_sales_never_count_less(sales in 0_u64..20_000, more in 0_u64..1_000) {
            prop_assert!(sales_points(sales) <= sales_points(sales + more));
        }

        #[test]
        fn a_better_match_comes_first(better in 71_u32..=100, sales in 0_u64..1_000_000, reviews in 0_u64..10_000) {
            let popular = Popularity::of(sales, 500, reviews, true).total();
            prop_assert!(relevance(better, 0) > relevance(better.saturating_sub(31), popular));
        }
    }
}
