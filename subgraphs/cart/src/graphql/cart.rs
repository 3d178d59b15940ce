//! A cart.

use std::collections::HashMap;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use platform::errors::GraphError;
use platform::money::Money;

use super::line::{CartLine, Seller, total_of};
use crate::loaders::Loaders;
use crate::model::{CartId, CartRow, LineRow, Offer, SellerId, VariantId};

/// A cart.
pub(crate) struct Cart {
    pub(crate) row: CartRow,
    /// The guest's token, where the one who asks has given it or just got it.
    pub(crate) token: Option<String>,
    /// The variant that was just added, as it is sold now.
    pub(crate) added: Option<(VariantId, Offer)>,
}

/// One seller's lines in a cart.
pub(crate) struct CartGroup {
    seller_id: SellerId,
    lines: Vec<CartLine>,
    total: i64,
}

/// What the selected lines cost now.
#[derive(SimpleObject)]
pub(crate) struct CartQuote {
    /// The lines' prices times quantities.
    items_total: Money,
    /// What coupons take off.
    discount_total: Money,
    /// What shipping costs.
    shipping_total: Money,
    /// What is to be paid: items − discounts + shipping.
    total: Money,
    /// How many lines are selected and on sale.
    line_count: i32,
}

type Offers = HashMap<VariantId, Option<Offer>>;

impl Cart {
    pub(crate) fn new(row: CartRow) -> Self {
        Self { row, token: None, added: None }
    }

    fn line(&self, row: LineRow) -> CartLine {
        let added = self.added.as_ref().filter(|(variant_id, _)| *variant_id == row.variant_id);
        CartLine { offer: added.map(|(_, offer)| offer.clone()), owner: self.row.user_id, row }
    }

    async fn priced_lines(&self, ctx: &Context<'_>) -> Result<(Vec<LineRow>, Offers), GraphError> {
        let loaders = ctx.data::<Loaders>().map_err(|error| GraphError::internal(error.message))?;
        let lines = loaders.lines_of(self.row.id).await?;
        let offers = try_join_all(
            lines
                .iter()
                .map(|line| async { Ok::<_, GraphError>((line.variant_id, loaders.offer(line.variant_id).await?)) }),
        )
        .await?;
        Ok((lines, offers.into_iter().collect()))
    }
}

/// A cart: a member's, or that of a guest who has its token.
#[Object]
impl Cart {
    /// The cart's id.
    async fn id(&self) -> CartId {
        self.row.id
    }

    /// The guest's token; null for a member's cart. Whoever has it has the cart.
    async fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The lines, oldest first.
    async fn lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<CartLine>> {
        let rows = ctx.data::<Loaders>()?.lines_of(self.row.id).await?;
        Ok(rows.into_iter().map(|row| self.line(row)).collect())
    }

    /// The lines by seller.
    async fn groups(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<CartGroup>> {
        let (lines, offers) = self.priced_lines(ctx).await?;
        let mut groups: Vec<CartGroup> = Vec::new();
        for row in lines {
            let total = total_of(&row, offers.get(&row.variant_id).and_then(Option::as_ref));
            let line = self.line(row);
            match groups.iter_mut().find(|group| group.seller_id == line.row.seller_id) {
                Some(group) => {
                    group.total = group.total.saturating_add(total);
                    group.lines.push(line);
                }
                None => groups.push(CartGroup { seller_id: line.row.seller_id, total, lines: vec![line] }),
            }
        }
        Ok(groups)
    }

    /// What the selected lines cost now.
    async fn quote(&self, ctx: &Context<'_>) -> async_graphql::Result<CartQuote> {
        let (mut lines, offers) = self.priced_lines(ctx).await?;
        let offer = |row: &LineRow| offers.get(&row.variant_id).and_then(Option::as_ref);
        lines.retain(|row| row.selected && offer(row).is_some_and(|offer| offer.for_sale));
        let items = lines.iter().fold(0_i64, |sum, row| sum.saturating_add(total_of(row, offer(row))));
        Ok(CartQuote {
            items_total: Money::krw(items),
            discount_total: Money::krw(0),
            shipping_total: Money::krw(0),
            total: Money::krw(items),
            line_count: i32::try_from(lines.len()).unwrap_or(i32::MAX),
        })
    }

    /// How many pieces are in the cart.
    async fn total_quantity(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let rows = ctx.data::<Loaders>()?.lines_of(self.row.id).await?;
        Ok(rows.iter().fold(0, |sum: i32, row| sum.saturating_add(row.quantity)))
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}

/// One seller's lines in a cart.
#[Object]
impl CartGroup {
    /// The seller.
    async fn seller(&self) -> Seller {
        Seller { id: self.seller_id }
    }

    /// The seller's lines.
    async fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// What all of the seller's lines cost now, selected or not.
    async fn items_total(&self) -> Money {
        Money::krw(self.total)
    }
}
