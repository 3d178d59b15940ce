//! What a sale comes to for its seller, to the won. Pure.
//!
//! The seller's base is the price less the discount that the seller bears: what the marketplace takes off, it pays back. The
//! commission is a part of the base, rounded down; VAT on the commission is a tenth of it, rounded down. When pieces go
//! back, what remains is computed anew from what is kept, so that an item and all that is taken back of it sum to what a
//! smaller sale would have come to.

/// A whole in basis points.
pub(crate) const WHOLE: i64 = 10_000;
/// VAT on a commission, in basis points.
const VAT: i64 = 1_000;

/// What an item consists of, in won. Of what is taken back, each part is negative or zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    /// The price.
    pub(crate) gross: i64,
    /// What of the discount the seller bears.
    pub(crate) seller_discount: i64,
    /// What of the discount the marketplace bears: the buyer has not paid it, the seller gets it.
    pub(crate) platform_discount: i64,
    pub(crate) commission: i64,
    pub(crate) commission_vat: i64,
}

/// A part of a sale that goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) gross: i64,
    pub(crate) seller_discount: i64,
    pub(crate) platform_discount: i64,
}

impl Amounts {
    /// A sale of this price at a rate in basis points.
    pub(crate) fn of_sale(gross: i64, seller_discount: i64, platform_discount: i64, rate: i32) -> Self {
        let commission = share(gross - seller_discount, i64::from(rate));
        Self { gross, seller_discount, platform_discount, commission, commission_vat: share(commission, VAT) }
    }

    /// An amount without commission.
    pub(crate) fn plain(gross: i64) -> Self {
        Self { gross, ..Self::default() }
    }

    /// What remains when a part goes back; no more than what there is can go.
    pub(crate) fn without(self, part: Part, rate: i32) -> Self {
        let gross = part.gross.clamp(0, self.gross);
        let seller_discount = part.seller_discount.clamp(0, self.seller_discount);
        let platform_discount = part.platform_discount.clamp(0, self.platform_discount);
        Self::of_sale(
            self.gross - gross,
            (self.seller_discount - seller_discount).min(self.gross - gross),
            self.platform_discount - platform_discount,
            rate,
        )
    }

    /// The difference between two, part by part.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            gross: self.gross - other.gross,
            seller_discount: self.seller_discount - other.seller_discount,
            platform_discount: self.platform_discount - other.platform_discount,
            commission: self.commission - other.commission,
            commission_vat: self.commission_vat - other.commission_vat,
        }
    }

    /// The sum of two, part by part.
    pub(crate) fn plus(self, other: Self) -> Self {
        self.minus(Self::default().minus(other))
    }
}

/// So many basis points of an amount that is not negative, rounded down.
pub(crate) fn share(amount: i64, basis_points: i64) -> i64 {
    i64::try_from(i128::from(amount.max(0)) * i128::from(basis_points) / i128::from(WHOLE)).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Amounts {
        /// What the seller gets; the database computes it likewise.
        fn net(self) -> i64 {
            self.gross - self.seller_discount - self.commission - self.commission_vat
        }
    }

    #[test]
    fn a_sale_to_the_won() {
        // 30,000 won, 2,000 of it off by the seller and 1,000 by the marketplace, at 12.5 %.
        let sale = Amounts::of_sale(30_000, 2_000, 1_000, 1_250);
        assert_eq!((sale.commission, sale.commission_vat, sale.net()), (3_500, 350, 24_150));
        let odd = Amounts::of_sale(9_999, 0, 0, 333);
        assert_eq!((odd.commission, odd.commission_vat, odd.net()), (332, 33, 9_634));
        assert_eq!(Amounts::plain(3_000).net(), 3_000);
    }

    #[test]
    fn a_part_goes_back() {
        let sale = Amounts::of_sale(30_000, 2_000, 1_000, 1_250);
        let part = Part { gross: 10_000, seller_discount: 667, platform_discount: 333 };
        let rest = sale.without(part, 1_250);
        assert_eq!(rest, Amounts::of_sale(20_000, 1_333, 667, 1_250));
        let all = Part { gross: 99_999, seller_discount: 99_999, platform_discount: 99_999 };
        assert_eq!(sale.without(all, 1_250), Amounts::default(), "no more than there is");
    }

    fn any_sale() -> impl Strategy<Value = (Amounts, i32)> {
        (0_i64..10_000_000, 0_i32..=10_000, 0.0..=1.0_f64, 0.0..=1.0_f64).prop_map(|(gross, rate, off, seller)| {
            let discount = (gross as f64 * off) as i64;
            let seller_discount = (discount as f64 * seller) as i64;
            (Amounts::of_sale(gross, seller_discount, discount - seller_discount, rate), rate)
        })
    }

    proptest! {
        #[test]
        fn nothing_is_lost((sale, rate) in any_sale(), parts in prop::collection::vec((0_i64..6_000_000, 0_i64..900_000), 0..6)) {
            prop_assert!(sale.commission >= 0 && sale.commission_vat >= 0);
            prop_assert_eq!(sale.net() + sale.commission + sale.commission_vat + sale.seller_discount, sale.gross);
            let (mut kept, mut taken) = (sale, Amounts::default());
            for (gross, seller_discount) in parts {
                let rest = kept.without(Part { gross, seller_discount, platform_discount: seller_discount }, rate);
                taken = taken.plus(rest.minus(kept));
                kept = rest;
                // What is kept is what a smaller sale would have come to.
                prop_assert_eq!(kept, Amounts::of_sale(kept.gross, kept.seller_discount, kept.platform_discount, rate));
                prop_assert!(kept.gross >= 0 && kept.seller_discount <= kept.gross);
            }
            prop_assert_eq!(sale.plus(taken), kept);
            prop_assert_eq!(sale.net() + taken.net(), kept.net());
        }

        #[test]
        fn shares_never_exceed(amount in 0_i64..i64::MAX, rate in 0_i64..=10_000) {
            prop_assert!((0..=amount).contains(&share(amount, rate)));
        }
    }
}
