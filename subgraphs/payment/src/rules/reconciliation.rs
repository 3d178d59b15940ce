//! Our books against the provider's: what is not the same.

use crate::model::{DiscrepancyKind, PaymentState};

/// What was taken and given back for one payment key, in won; both sides say it alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) taken: i64,
    pub(crate) refunded: i64,
    /// What of that which is kept is for tax-free goods.
    pub(crate) tax_free: i64,
}

impl Sums {
    /// What our row says; `tax_free` is what of the amount is for tax-free goods, less what of that went back.
    pub(crate) fn of_state(state: PaymentState, amount: i64, refunded: i64, tax_free: i64) -> Self {
        let is_taken = matches!(state, PaymentState::Done | PaymentState::PartialCanceled | PaymentState::Canceled);
        let (taken, tax_free) = if is_taken { (amount, tax_free) } else { (0, 0) };
        Self { taken, refunded, tax_free }
    }
}

/// Something that is not the same in our books and in the provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) kind: DiscrepancyKind,
    pub(crate) ours: i64,
    pub(crate) theirs: i64,
}

/// Compares one payment key; `None` where a side does not know it.
pub(crate) fn differences(ours: Option<Sums>, theirs: Option<Sums>) -> Vec<Difference> {
    let difference = |kind, ours, theirs| Difference { kind, ours, theirs };
    match (ours, theirs) {
        (None, None) => Vec::new(),
        (None, Some(theirs)) if theirs.taken == theirs.refunded => Vec::new(),
        (None, Some(theirs)) => {
            vec![difference(DiscrepancyKind::UnknownToUs, 0, theirs.taken - theirs.refunded)]
        }
        (Some(ours), None) if ours.taken == 0 => Vec::new(),
        // What the provider took wrongly and gave back whole is in no book of ours.
        (Some(ours), Some(theirs)) if ours.taken == 0 && ours.refunded == 0 && theirs.taken == theirs.refunded => {
            Vec::new()
        }
        (Some(ours), None) => vec![difference(DiscrepancyKind::MissingAtProvider, ours.taken - ours.refunded, 0)],
        (Some(ours), Some(theirs)) => {
            let taken = (ours.taken != theirs.taken)
                .then(|| difference(DiscrepancyKind::TakenDiffers, ours.taken, theirs.taken));
            let refunded = (ours.refunded != theirs.refunded)
                .then(|| difference(DiscrepancyKind::RefundedDiffers, ours.refunded, theirs.refunded));
            // Of another sum the tax-free part is another one, too.
            let is_same_sum = taken.is_none() && refunded.is_none();
            let tax_free = (is_same_sum && ours.tax_free != theirs.tax_free)
                .then(|| difference(DiscrepancyKind::TaxFreeDiffers, ours.tax_free, theirs.tax_free));
            taken.into_iter().chain(refunded).chain(tax_free).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_has_its_name() {
        use DiscrepancyKind::{MissingAtProvider, RefundedDiffers, TakenDiffers, TaxFreeDiffers, UnknownToUs};
        let sums = |taken, refunded| Some(Sums { taken, refunded, tax_free: 0 });
        let with_tax_free = |taken, refunded, tax_free| Some(Sums { taken, refunded, tax_free });
        type Found<'a> = &'a [(DiscrepancyKind, i64, i64)];
        let table: [(Option<Sums>, Option<Sums>, Found<'_>); 14] = [
            (None, None, &[]),
            (sums(10, 3), sums(10, 3), &[]),
            (sums(10, 3), None, &[(MissingAtProvider, 7, 0)]),
            (sums(0, 0), None, &[]),
            (None, sums(10, 3), &[(UnknownToUs, 0, 7)]),
            (None, sums(10, 10), &[]),
            (sums(0, 0), sums(10, 10), &[]),
            (sums(0, 0), sums(10, 0), &[(TakenDiffers, 0, 10)]),
            (sums(10, 0), sums(11, 0), &[(TakenDiffers, 10, 11)]),
            (sums(10, 3), sums(10, 4), &[(RefundedDiffers, 3, 4)]),
            (sums(10, 3), sums(9, 4), &[(TakenDiffers, 10, 9), (RefundedDiffers, 3, 4)]),
            (with_tax_free(10, 3, 2), with_tax_free(10, 3, 2), &[]),
            (with_tax_free(10, 3, 2), with_tax_free(10, 3, 0), &[(TaxFreeDiffers, 2, 0)]),
            (with_tax_free(10, 3, 2), with_tax_free(9, 3, 1), &[(TakenDiffers, 10, 9)]),
        ];
        for (ours, theirs, expected) in table {
            let found: Vec<_> =
                differences(ours, theirs).into_iter().map(|one| (one.kind, one.ours, one.theirs)).collect();
            assert_eq!(found, expected, "{ours:?} {theirs:?}");
        }
    }

    #[test]
    fn only_what_was_taken_counts() {
        for &state in PaymentState::ALL {
            let taken = matches!(state, PaymentState::Done | PaymentState::PartialCanceled | PaymentState::Canceled);
            let sums = Sums::of_state(state, 10, 0, 4);
            assert_eq!((sums.taken, sums.tax_free), if taken { (10, 4) } else { (0, 0) }, "{state:?}");
        }
    }
}
