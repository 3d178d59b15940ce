//! What an order costs: lines, sellers' parts and the whole, to the won. Pure.

use std::collections::BTreeMap;

use platform::money::LARGEST_LONG;

use super::claims::TravelFees;
use crate::model::{LineId, LineRow, SellerId};

/// What coupons take off a line, in won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineDiscount {
    /// In all.
    pub(crate) total: i64,
    /// What of it the seller bears.
    pub(crate) seller_part: i64,
}

/// What changes an order's price beside its prices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// What coupons take off lines; nothing of those that are not named.
    pub(crate) discounts: BTreeMap<LineId, LineDiscount>,
    /// What shipping costs a seller's part, in won; nothing of sellers that are not named.
    pub(crate) shipping: BTreeMap<SellerId, i64>,
    /// What sending goods back or exchanging them costs where the buyer has to pay it; changes no price.
    pub(crate) travel_fees: BTreeMap<SellerId, TravelFees>,
}

/// A line before discounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PricedLine {
    pub(crate) id: LineId,
    pub(crate) seller_id: SellerId,
    pub(crate) unit_price: i64,
    pub(crate) quantity: i64,
}

/// What a line, a part or an order costs: total = items − discount + shipping. A line has no shipping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) items: i64,
    pub(crate) discount: i64,
    /// What of the discount the sellers bear.
    pub(crate) seller_discount: i64,
    pub(crate) shipping: i64,
    pub(crate) total: i64,
}

impl Amounts {
    fn add(self, other: Self) -> Option<Self> {
        Some(Self {
            items: self.items.checked_add(other.items)?,
            discount: self.discount.checked_add(other.discount)?,
            seller_discount: self.seller_discount.checked_add(other.seller_discount)?,
            shipping: self.shipping.checked_add(other.shipping)?,
            total: self.total.checked_add(other.total)?,
        })
    }

    fn in_range(&self) -> bool {
        let range = 0..=LARGEST_LONG;
        range.contains(&self.items) && range.contains(&self.shipping) && range.contains(&self.total)
    }
}

/// What an order costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrderAmounts {
    /// Of each line, in their order.
    pub(crate) lines: Vec<Amounts>,
    /// Of each seller's part, in the order of their ids.
    pub(crate) parts: BTreeMap<SellerId, Amounts>,
    pub(crate) whole: Amounts,
}

/// The amounts of an order with these lines, or `None` where they are out of range or the terms do not fit: a discount that
/// is more than its line or less than the seller's part of it, a negative fee, a line or a seller that the order has not.
pub(crate) fn amounts(lines: &[PricedLine], terms: &Terms) -> Option<OrderAmounts> {
    let mut parts: BTreeMap<SellerId, Amounts> = BTreeMap::new();
    let mut known = Vec::with_capacity(lines.len());
    for line in lines {
        let amounts = line_amounts(line, terms.discounts.get(&line.id).copied().unwrap_or_default())?;
        let part = parts.entry(line.seller_id).or_default();
        *part = part.add(amounts)?;
        known.push(amounts);
    }
    let named = |id: &LineId| lines.iter().any(|line| line.id == *id);
    if !terms.discounts.keys().all(named) || !terms.shipping.keys().all(|seller| parts.contains_key(seller)) {
        return None;
    }
    let mut whole = Amounts::default();
    for (seller_id, part) in &mut parts {
        let shipping = terms.shipping.get(seller_id).copied().unwrap_or_default();
        *part = part.add(Amounts { shipping, total: shipping, ..Amounts::default() })?;
        whole = whole.add(*part)?;
        if shipping < 0 {
            return None;
        }
    }
    whole.in_range().then_some(OrderAmounts { lines: known, parts, whole })
}

/// What of these lines is tax-free (면세): what those of tax-free products cost, after their discounts. Shipping is taxed.
pub(crate) fn tax_free_total<'a>(lines: impl IntoIterator<Item = &'a LineRow>) -> i64 {
    lines.into_iter().filter(|line| line.tax_free).map(|line| line.total).sum()
}

/// What of a refund is tax-free, where tax-free goods that cost `tax_free` come back. A fee that is kept of the refund is
/// kept of what is taxed first; where the refund is less than the tax-free goods, all of it is for them.
pub(crate) fn tax_free_refund(tax_free: i64, refund: i64) -> i64 {
    tax_free.min(refund)
}

fn line_amounts(line: &PricedLine, discount: LineDiscount) -> Option<Amounts> {
    let items = line.unit_price.checked_mul(line.quantity)?;
    let fits = (0..=items).contains(&discount.total) && (0..=discount.total).contains(&discount.seller_part);
    let amounts = Amounts {
        items,
        discount: discount.total,
        seller_discount: discount.seller_part,
        shipping: 0,
        total: items.checked_sub(discount.total)?,
    };
    (fits && amounts.in_range()).then_some(amounts)
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;

    fn line(seller_id: SellerId, unit_price: i64, quantity: i64) -> PricedLine {
        PricedLine { id: LineId::new(), seller_id, unit_price, quantity }
    }

    fn discount(total: i64, seller_part: i64) -> LineDiscount {
        LineDiscount { total, seller_part }
    }

    #[test]
    fn without_terms_an_order_costs_its_items() {
        let (one, two) = (SellerId::new(), SellerId::new());
        let order = amounts(&[line(two, 1_000, 3), line(one, 500, 1)], &Terms::default()).unwrap();
        assert_eq!(order.whole, Amounts { items: 3_500, total: 3_500, ..Amounts::default() });
        assert_eq!(order.parts.keys().copied().collect::<Vec<_>>(), [one, two]);
        assert_eq!(order.lines[0].items, 3_000, "lines keep their order");
    }

    #[test]
    fn discounts_and_shipping_go_where_they_belong() {
        let (one, two) = (SellerId::new(), SellerId::new());
        let lines = [line(one, 1_000, 3), line(one, 700, 1), line(two, 12_900, 1)];
        let discounts = BTreeMap::from([(lines[0].id, discount(100, 50)), (lines[2].id, discount(12_900, 0))]);
        let terms = Terms { discounts, shipping: BTreeMap::from([(one, 2_500)]), ..Terms::default() };
        let order = amounts(&lines, &terms).unwrap();
        let of = |items, discount, seller_discount, shipping, total| Amounts {
            items,
            discount,
            seller_discount,
            shipping,
            total,
        };
        assert_eq!(order.lines, [of(3_000, 100, 50, 0, 2_900), of(700, 0, 0, 0, 700), of(12_900, 12_900, 0, 0, 0)]);
        assert_eq!(order.parts[&one], of(3_700, 100, 50, 2_500, 6_100));
        assert_eq!(order.parts[&two], of(12_900, 12_900, 0, 0, 0), "a part may cost nothing");
        assert_eq!(order.whole, of(16_600, 13_000, 50, 2_500, 6_100));
    }

    #[test]
    fn terms_that_do_not_fit_are_refused() {
        let seller = SellerId::new();
        let lines = [line(seller, 1_000, 1)];
        let with = |id, discount| Terms { discounts: BTreeMap::from([(id, discount)]), ..Terms::default() };
        for (total, seller_part) in [(1_001, 0), (-1, 0), (100, 101), (100, -1)] {
            assert_eq!(
                amounts(&lines, &with(lines[0].id, discount(total, seller_part))),
                None,
                "{total} {seller_part}"
            );
        }
        assert_eq!(amounts(&lines, &with(LineId::new(), discount(1, 0))), None, "another order's line");
        let shipping = |seller, fee| Terms { shipping: BTreeMap::from([(seller, fee)]), ..Terms::default() };
        assert_eq!(amounts(&lines, &shipping(seller, -1)), None);
        assert_eq!(amounts(&lines, &shipping(SellerId::new(), 1)), None, "another order's seller");
        assert_eq!(amounts(&lines, &shipping(seller, LARGEST_LONG)), None, "too large");
        assert_eq!(amounts(&[line(seller, i64::MAX, 2)], &Terms::default()), None);
        assert_eq!(amounts(&[line(seller, LARGEST_LONG, 1); 2], &Terms::default()), None);
    }

    #[test]
    fn a_fee_is_kept_of_what_is_taxed_first() {
        for (tax_free, refund, expected) in [
            (0, 12_900, 0),
            (10_000, 10_000, 10_000),
            (10_000, 15_900, 10_000),
            (10_000, 12_900, 10_000),
            (10_000, 7_000, 7_000),
            (3_000, 0, 0),
        ] {
            assert_eq!(tax_free_refund(tax_free, refund), expected, "{tax_free} of {refund}");
        }
    }

    /// Whatever the terms: the whole is the sum of its parts, and each part the sum of its lines and its shipping.
    #[test]
    fn everything_adds_up() {
        let mut random = rand::rng();
        for _ in 0..500 {
            let sellers: Vec<SellerId> = (0..random.random_range(1..4)).map(|_| SellerId::new()).collect();
            let lines: Vec<PricedLine> = (0..random.random_range(1..9))
                .map(|_| {
                    let seller = sellers[random.random_range(0..sellers.len())];
                    line(seller, random.random_range(1..100_000), random.random_range(1..10))
                })
                .collect();
            let mut terms = Terms::default();
            for line in &lines {
                let total = random.random_range(0..=line.unit_price * line.quantity);
                terms.discounts.insert(line.id, discount(total, random.random_range(0..=total)));
                terms.shipping.insert(line.seller_id, random.random_range(0..5_000));
            }
            let order = amounts(&lines, &terms).unwrap();
            for (seller, part) in &order.parts {
                let own = lines.iter().zip(&order.lines).filter(|(line, _)| line.seller_id == *seller);
                let own: Vec<&Amounts> = own.map(|(_, amounts)| amounts).collect();
                let sum = |of: fn(&Amounts) -> i64| own.iter().map(|amounts| of(amounts)).sum::<i64>();
                assert_eq!(part.items, sum(|line| line.items));
                assert_eq!(part.discount, sum(|line| line.discount));
                assert_eq!(part.seller_discount, sum(|line| line.seller_discount));
                assert_eq!(part.total, sum(|line| line.total) + terms.shipping[seller]);
                assert_eq!(part.total, part.items - part.discount + part.shipping);
            }
            assert_eq!(order.whole.total, order.parts.values().map(|part| part.total).sum::<i64>());
            assert_eq!(order.whole.total, order.whole.items - order.whole.discount + order.whole.shipping);
        }
    }
}
