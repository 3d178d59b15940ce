//! A line of a cart.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::money::Money;

use crate::loaders::Loaders;
use crate::model::{CartLineChangeKind, CartLineId, LineRow, Offer, SellerId, UserId, VariantId};
use crate::rules::{Change, changes_of, total_of};

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
#[derive(SimpleObject)]
pub(crate) struct CartLineChange {
    /// What changed.
    kind: CartLineChangeKind,
    /// The price that the buyer has seen.
    before: Money,
    /// The price now; null when it is not sold any more.
    now: Option<Money>,
    /// How many there are, where there are fewer than the line wants.
    available: Option<i32>,
}

impl From<Change> for CartLineChange {
    fn from(change: Change) -> Self {
        Self {
            kind: change.kind,
            before: Money::krw(change.before),
            now: change.now.map(Money::krw),
            available: change.available.and_then(|available| i32::try_from(available).ok()),
        }
    }
}

/// A variant in a cart.
#[derive(Clone)]
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

    pub(crate) async fn found_changes(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Change>> {
        let loaders = ctx.data::<Loaders>()?;
        let (offer, stock) = futures::try_join!(self.offer(ctx), async {
            Ok::<_, async_graphql::Error>(loaders.stock(self.row.variant_id).await?)
        })?;
        let may_have = match &offer {
            Some(offer) if offer.adult_only => self.is_of_adult(loaders).await,
            _ => true,
        };
        Ok(changes_of(&self.row, offer.as_ref(), stock, may_have))
    }

    /// Whether the cart's owner has shown to be an adult; guests have not. A cart can still be seen without the user service:
    /// the checkout asks again.
    async fn is_of_adult(&self, loaders: &Loaders) -> bool {
        let Some(member) = self.owner else { return false };
        loaders.is_adult(member).await.unwrap_or_else(|error| {
            tracing::warn!(?error, "whether a cart's owner is an adult is not known");
            true
        })
    }
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

    /// What the buyer writes for each of the product's options, in their order; empty where nothing is written.
    async fn option_texts(&self) -> &[String] {
        &self.row.option_texts
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

    /// The gravest of the changes; null when it is what the buyer has seen.
    async fn change(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<CartLineChange>> {
        Ok(self.found_changes(ctx).await?.into_iter().next().map(CartLineChange::from))
    }

    /// How it is not what the buyer has seen any more, the gravest first.
    async fn changes(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<CartLineChange>> {
        Ok(self.found_changes(ctx).await?.into_iter().map(CartLineChange::from).collect())
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
