//! A line of a cart.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::money::Money;

use crate::loaders::Loaders;
use crate::model::{CartLineId, LineRow, Offer, SellerId, UserId, VariantId};

/// A variant of a product.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct ProductVariant {
    /// The variant's id.
    pub(crate) id: VariantId,
}

/// A seller.
#[derive(SimpleObject)]
#[graphql(unresolvable)]
pub(crate) struct Seller {
    /// The seller's id.
    pub(crate) id: SellerId,
}

/// How a line is not what the buyer has seen any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum CartLineChangeKind {
    /// It costs more now.
    PriceUp,
    /// It costs less now.
    PriceDown,
    /// It is not sold any more.
    NoLongerSold,
}

/// How a line is not what the buyer has seen any more.
#[derive(SimpleObject)]
pub(crate) struct CartLineChange {
    /// What changed.
    kind: CartLineChangeKind,
    /// The price that the buyer has seen.
    before: Money,
    /// The price now; null when it is not sold any more.
    now: Option<Money>,
}

/// A variant in a cart.
pub(crate) struct CartLine {
    pub(crate) row: LineRow,
    pub(crate) owner: Option<UserId>,
    /// The variant as it is sold now, where that was just read.
    pub(crate) offer: Option<Offer>,
}

impl CartLine {
    async fn offer(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Offer>> {
        match &self.offer {
            Some(offer) => Ok(Some(offer.clone())),
            None => Ok(ctx.data::<Loaders>()?.offer(self.row.variant_id).await?),
        }
    }
}

/// What `offer` changes about a line; nothing when it is as the buyer has seen it.
pub(crate) fn change_of(row: &LineRow, offer: Option<&Offer>) -> Option<CartLineChange> {
    let before = Money::krw(row.price_seen);
    match offer.filter(|offer| offer.for_sale) {
        None => Some(CartLineChange { kind: CartLineChangeKind::NoLongerSold, before, now: None }),
        Some(offer) if offer.price == row.price_seen => None,
        Some(offer) => {
            let up = offer.price > row.price_seen;
            let kind = if up { CartLineChangeKind::PriceUp } else { CartLineChangeKind::PriceDown };
            Some(CartLineChange { kind, before, now: Some(Money::krw(offer.price)) })
        }
    }
}

/// What the line costs now; nothing when it is not sold any more.
pub(crate) fn total_of(row: &LineRow, offer: Option<&Offer>) -> i64 {
    let price = offer.filter(|offer| offer.for_sale).map_or(0, |offer| offer.price);
    price.saturating_mul(row.quantity.into())
}

/// A variant in a cart, and how many of it.
#[Object]
impl CartLine {
    /// The line's id.
    async fn id(&self) -> CartLineId {
        self.row.id
    }

    /// The variant.
    async fn variant(&self) -> ProductVariant {
        ProductVariant { id: self.row.variant_id }
    }

    /// How many.
    async fn quantity(&self) -> i32 {
        self.row.quantity
    }

    /// Whether it is meant for the next order.
    async fn selected(&self) -> bool {
        self.row.selected
    }

    /// The price of one that the buyer has seen and accepted.
    async fn price_when_added(&self) -> Money {
        Money::krw(self.row.price_seen)
    }

    /// What the line costs now; zero when it is not sold any more.
    async fn line_total(&self, ctx: &Context<'_>) -> async_graphql::Result<Money> {
        let offer = self.offer(ctx).await?;
        Ok(Money::krw(total_of(&self.row, offer.as_ref())))
    }

    /// How it is not what the buyer has seen any more; null when nothing changed.
    async fn change(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<CartLineChange>> {
        let offer = self.offer(ctx).await?;
        Ok(change_of(&self.row, offer.as_ref()))
    }

    /// When it was added.
    async fn added_at(&self) -> DateTime<Utc> {
        self.row.added_at
    }

    #[graphql(inaccessible, tag = "internal")]
    async fn owner_id(&self) -> Option<UserId> {
        self.owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CartId;

    #[test]
    fn changes_are_told() {
        let row = LineRow {
            id: CartLineId::new(),
            cart_id: CartId::new(),
            variant_id: VariantId::new(),
            seller_id: SellerId::new(),
            quantity: 3,
            selected: true,
            price_seen: 1_000,
            added_at: Utc::now(),
        };
        let offer = |price, for_sale| Offer { seller_id: row.seller_id, price, for_sale };
        let kind = |offer: Option<&Offer>| change_of(&row, offer).map(|change| change.kind);
        assert_eq!(kind(Some(&offer(1_000, true))), None);
        assert_eq!(kind(Some(&offer(1_100, true))), Some(CartLineChangeKind::PriceUp));
        assert_eq!(kind(Some(&offer(900, true))), Some(CartLineChangeKind::PriceDown));
        assert_eq!(kind(Some(&offer(1_000, false))), Some(CartLineChangeKind::NoLongerSold));
        assert_eq!(kind(None), Some(CartLineChangeKind::NoLongerSold));
        assert_eq!(total_of(&row, Some(&offer(900, true))), 2_700);
        assert_eq!(total_of(&row, Some(&offer(900, false))), 0);
    }
}
