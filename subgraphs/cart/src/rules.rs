//! What changed about a line, and what a cart costs. Pure.

use std::collections::BTreeMap;

use crate::model::{CartLineChangeKind, CartLineId, CategoryId, CouponId, LineRow, Offer, ProductId, SellerId};

/// A line that is meant to be bought, at the price of now.
#[derive(Clone, Debug)]
pub(crate) struct QuoteLine {
    pub(crate) id: CartLineId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    /// The product's category and those above it.
    pub(crate) category_ids: Vec<CategoryId>,
    pub(crate) quantity: i32,
    /// Price times quantity.
    pub(crate) amount: i64,
}

/// What a coupon takes off a line.
#[derive(Clone, Debug)]
pub(crate) struct Discount {
    pub(crate) line_id: CartLineId,
    pub(crate) coupon_id: CouponId,
    pub(crate) amount: i64,
}

/// What becomes of a coupon that the buyer chose.
#[derive(Clone, Debug)]
pub(crate) struct CouponOutcome {
    pub(crate) coupon_id: CouponId,
    pub(crate) discount: i64,
    /// Why it does not apply.
    pub(crate) refusal: Option<String>,
}

/// What one seller asks for sending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SellerShipping {
    pub(crate) total: i64,
    pub(crate) bundles: Vec<Bundle>,
}

/// Lines that are sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// The policy whose fee is charged; none where the seller has announced none.
    pub(crate) policy_id: Option<String>,
    pub(crate) line_ids: Vec<CartLineId>,
    pub(crate) fee: i64,
    pub(crate) surcharge: i64,
}

/// What lines cost, with their terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    pub(crate) items: i64,
    pub(crate) discount: i64,
    pub(crate) shipping: i64,
}

impl Amounts {
    /// What is to be paid.
    pub(crate) fn total(self) -> i64 {
        self.items.saturating_sub(self.discount).saturating_add(self.shipping)
    }
}

/// Something about a line that is not as the buyer has seen it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) kind: CartLineChangeKind,
    pub(crate) before: i64,
    /// The price now; none when it is not sold any more.
    pub(crate) now: Option<i64>,
    /// How many there are, where it is their number that changed.
    pub(crate) available: Option<i64>,
}

/// What `offer` and the stock change about a line, the gravest first; nothing when it is as the buyer has seen it.
///
/// A variant whose stock is not known has none. `may_have`: whether the buyer may buy it, by age.
pub(crate) fn changes_of(row: &LineRow, offer: Option<&Offer>, stock: Option<i64>, may_have: bool) -> Vec<Change> {
    let before = row.price_seen;
    let Some(offer) = offer.filter(|offer| offer.for_sale) else {
        return vec![Change { kind: CartLineChangeKind::NoLongerSold, before, now: None, available: None }];
    };
    let available = stock.unwrap_or(0);
    let change = |kind, available| Change { kind, before, now: Some(offer.price), available };
    let amount = if available <= 0 {
        Some(change(CartLineChangeKind::SoldOut, Some(0)))
    } else if available < row.quantity.into() {
        Some(change(CartLineChangeKind::LessAvailable, Some(available)))
    } else {
        None
    };
    let price = match offer.price.cmp(&before) {
        std::cmp::Ordering::Greater => Some(change(CartLineChangeKind::PriceUp, None)),
        std::cmp::Ordering::Less => Some(change(CartLineChangeKind::PriceDown, None)),
        std::cmp::Ordering::Equal => None,
    };
    let age = (!may_have).then(|| change(CartLineChangeKind::AdultVerificationRequired, None));
    age.into_iter().chain(amount).chain(price).collect()
}

/// What the buyer wrote for the options, trimmed: a text for each of them; none where the buyer writes nothing. `None` where that
/// is not so.
pub(crate) fn checked_texts(texts: &[String], options: usize, longest: usize) -> Option<Vec<String>> {
    let fits = |text: &&str| (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let trimmed: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
    (trimmed.len() == options && trimmed.iter().all(fits)).then(|| trimmed.into_iter().map(str::to_owned).collect())
}

/// What the line costs now; nothing when it is not sold any more.
pub(crate) fn total_of(row: &LineRow, offer: Option<&Offer>) -> i64 {
    let price = offer.filter(|offer| offer.for_sale).map_or(0, |offer| offer.price);
    price.saturating_mul(row.quantity.into())
}

/// The line as it would be ordered now; none when it is not selected or not sold any more.
pub(crate) fn quote_line(row: &LineRow, offer: Option<&Offer>) -> Option<QuoteLine> {
    let sold = offer.filter(|offer| row.selected && offer.for_sale)?;
    Some(QuoteLine {
        id: row.id,
        seller_id: sold.seller_id,
        product_id: sold.product_id,
        category_ids: sold.category_ids.clone(),
        quantity: row.quantity,
        amount: total_of(row, Some(sold)),
    })
}

/// What each seller's lines cost.
pub(crate) fn amounts_by_seller(
    lines: &[QuoteLine],
    shipping: &BTreeMap<SellerId, SellerShipping>,
    discounts: &[Discount],
) -> BTreeMap<SellerId, Amounts> {
    let mut sellers: BTreeMap<SellerId, Amounts> = BTreeMap::new();
    for line in lines {
        let amounts = sellers.entry(line.seller_id).or_default();
        amounts.items = amounts.items.saturating_add(line.amount);
        let off = discounts.iter().filter(|discount| discount.line_id == line.id).map(|discount| discount.amount);
        amounts.discount += off.sum::<i64>();
    }
    for (seller, amounts) in &mut sellers {
        amounts.shipping = shipping.get(seller).map_or(0, |shipping| shipping.total);
    }
    sellers
}

/// What all of them cost.
pub(crate) fn sum<'a>(amounts: impl IntoIterator<Item = &'a Amounts>) -> Amounts {
    amounts.into_iter().fold(Amounts::default(), |sum, one| Amounts {
        items: sum.items.saturating_add(one.items),
        discount: sum.discount.saturating_add(one.discount),
        shipping: sum.shipping.saturating_add(one.shipping),
    })
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;
    use crate::model::{CartId, VariantId};

    fn row() -> LineRow {
        LineRow {
            id: CartLineId::new(),
            cart_id: CartId::new(),
            variant_id: VariantId::new(),
            seller_id: SellerId::new(),
            quantity: 3,
            selected: true,
            price_seen: 1_000,
            added_at: Utc::now(),
            option_texts: Vec::new(),
        }
    }

    fn offer(price: i64, for_sale: bool) -> Offer {
        Offer {
            seller_id: SellerId::new(),
            product_id: ProductId::new(),
            category_ids: Vec::new(),
            price,
            for_sale,
            adult_only: false,
            written_options: 0,
        }
    }

    #[test]
    fn every_change_is_told_the_gravest_first() {
        use CartLineChangeKind::{LessAvailable, NoLongerSold, PriceDown, PriceUp, SoldOut};
        let table: [(Option<Offer>, Option<i64>, &[CartLineChangeKind]); 10] = [
            (Some(offer(1_000, true)), Some(3), &[]),
            (Some(offer(1_000, true)), Some(2), &[LessAvailable]),
            (Some(offer(1_000, true)), Some(0), &[SoldOut]),
            (Some(offer(1_000, true)), None, &[SoldOut]),
            (Some(offer(1_100, true)), Some(9), &[PriceUp]),
            (Some(offer(900, true)), Some(9), &[PriceDown]),
            (Some(offer(900, true)), Some(1), &[LessAvailable, PriceDown]),
            (Some(offer(1_100, true)), Some(0), &[SoldOut, PriceUp]),
            (Some(offer(900, false)), Some(9), &[NoLongerSold]),
            (None, None, &[NoLongerSold]),
        ];
        for (offer, stock, expected) in table {
            let kinds: Vec<_> =
                changes_of(&row(), offer.as_ref(), stock, true).iter().map(|change| change.kind).collect();
            assert_eq!(kinds, expected, "{offer:?} {stock:?}");
        }
        let less = changes_of(&row(), Some(&offer(1_000, true)), Some(2), true)[0];
        assert_eq!((less.available, less.now), (Some(2), Some(1_000)));
        let barred = changes_of(&row(), Some(&offer(1_000, true)), Some(2), false);
        let kinds: Vec<_> = barred.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [CartLineChangeKind::AdultVerificationRequired, LessAvailable]);
        assert_eq!(changes_of(&row(), None, None, false)[0].kind, NoLongerSold);
    }

    #[test]
    fn every_written_option_has_a_text_and_no_other_has() {
        let texts = |texts: &[&str], options| {
            checked_texts(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), options, 5)
        };
        assert_eq!(texts(&[], 0), Some(Vec::new()));
        assert_eq!(texts(&[" 김도아 ", "20260"], 2), Some(vec!["김도아".to_owned(), "20260".to_owned()]));
        for (wrong, options) in
            [(&["가"][..], 0), (&[], 1), (&["가"], 2), (&[" "], 1), (&["가나다라마바"], 1), (&["가\n나"], 1)]
        {
            assert_eq!(texts(wrong, options), None, "{wrong:?} for {options}");
        }
    }

    #[test]
    fn only_what_is_selected_and_sold_is_quoted() {
        let line = row();
        assert_eq!(quote_line(&line, Some(&offer(900, true))).map(|line| line.amount), Some(2_700));
        assert!(quote_line(&line, Some(&offer(900, false))).is_none());
        assert!(quote_line(&line, None).is_none());
        assert!(quote_line(&LineRow { selected: false, ..line }, Some(&offer(900, true))).is_none());
    }

    #[test]
    fn a_quote_is_the_sum_of_its_sellers() {
        let (one, two) = (offer(1_000, true), offer(500, true));
        let lines: Vec<QuoteLine> =
            [&one, &one, &two].iter().filter_map(|offer| quote_line(&row(), Some(offer))).collect();
        let coupon_id = CouponId::new();
        let discounts = [
            Discount { line_id: lines[0].id, coupon_id, amount: 100 },
            Discount { line_id: lines[0].id, coupon_id: CouponId::new(), amount: 50 },
            Discount { line_id: lines[2].id, coupon_id, amount: 30 },
        ];
        let shipping = BTreeMap::from(
            [(one.seller_id, 3_000), (SellerId::new(), 9_999)]
                .map(|(seller, total)| (seller, SellerShipping { total, bundles: Vec::new() })),
        );
        let sellers = amounts_by_seller(&lines, &shipping, &discounts);
        assert_eq!(sellers[&one.seller_id], Amounts { items: 6_000, discount: 150, shipping: 3_000 });
        assert_eq!(sellers[&two.seller_id], Amounts { items: 1_500, discount: 30, shipping: 0 });
        let all = sum(sellers.values());
        assert_eq!((all, all.total()), (Amounts { items: 7_500, discount: 180, shipping: 3_000 }, 10_320));
    }
}
