//! What of payments and refunds is tax-free (면세), and the tax in what is not.

/// What is left of a payment, in won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) amount: i64,
    /// What of it is for tax-free goods.
    pub(crate) tax_free: i64,
}

/// What of a refund is tax-free: what is `wanted`, but no more than is left of it, and no less than what is taxed leaves
/// over. So no refund fails at the provider for a part that was told wrongly or, as by those who do not know of it yet, not
/// at all.
pub(crate) fn tax_free_part(left: Left, amount: i64, wanted: i64) -> i64 {
    let (least, most) = (amount - (left.amount - left.tax_free), left.tax_free.min(amount));
    wanted.min(most).max(least).max(0)
}

/// Splits what is taxed into supply value (공급가액) and tax (부가세) as Toss Payments does: the tax is an eleventh, rounded to the won.
pub(crate) fn split_vat(taxed: i64) -> (i64, i64) {
    let vat = (taxed * 2 + 11) / 22;
    (taxed - vat, vat)
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;

    #[test]
    fn a_refund_is_tax_free_as_far_as_its_payment_is() {
        let left = Left { amount: 25_000, tax_free: 10_000 };
        for (left, amount, wanted, expected) in [
            (left, 5_000, 5_000, 5_000),
            (left, 5_000, 0, 0),
            (left, 5_000, 7_000, 5_000),
            (left, 12_000, 10_000, 10_000),
            (left, 12_000, 12_000, 10_000),
            (left, 16_000, 0, 1_000),
            (left, 25_000, 0, 10_000),
            (left, 5_000, -1, 0),
            (Left { amount: 5_000, tax_free: 0 }, 5_000, 5_000, 0),
            (Left { amount: 5_000, tax_free: 5_000 }, 1, 0, 1),
        ] {
            assert_eq!(tax_free_part(left, amount, wanted), expected, "{left:?} {amount} {wanted}");
        }
    }

    /// However a payment is given back: neither part is ever overdrawn, and in the end all of both is back.
    #[test]
    fn refunds_sum_to_the_payment_in_both_parts() {
        let mut random = rand::rng();
        for _ in 0..1_000 {
            let amount = random.random_range(1..100_000);
            let mut left = Left { amount, tax_free: random.random_range(0..=amount) };
            while left.amount > 0 {
                let refund = random.random_range(1..=left.amount);
                let part = tax_free_part(left, refund, random.random_range(-10..=amount));
                assert!((0..=refund).contains(&part) && part <= left.tax_free, "{left:?} {refund} {part}");
                left = Left { amount: left.amount - refund, tax_free: left.tax_free - part };
                assert!(left.tax_free <= left.amount, "what is taxed is overdrawn: {left:?}");
            }
            assert_eq!(left.tax_free, 0);
        }
    }

    #[test]
    fn the_tax_is_an_eleventh_rounded_to_the_won() {
        for (taxed, expected) in [
            (0, (0, 0)),
            (1, (1, 0)),
            (5, (5, 0)),
            (6, (5, 1)),
            (1_000, (909, 91)),
            (9_026, (8_205, 821)),
            (10_000, (9_091, 909)),
            (15_000, (13_636, 1_364)),
        ] {
            assert_eq!(split_vat(taxed), expected, "{taxed}");
        }
    }
}
