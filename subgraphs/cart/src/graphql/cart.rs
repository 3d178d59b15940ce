//! A cart.

use std::collections::{BTreeMap, HashMap};

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use platform::errors::GraphError;
use platform::identity::request_context;
use platform::money::Money;

use super::line::{CartLine, Seller};
use super::quote::{CartCouponSuggestion, CartQuote, Wanted, known_shipping, zonecode_or_mainland};
use crate::actions::Carts;
use crate::clients::best_coupons;
use crate::loaders::Loaders;
use crate::model::{CartId, CartRow, CouponId, LineRow, Offer, SellerId, VariantId};
use crate::rules::{Bundle, QuoteLine, SellerShipping, quote_line, total_of};

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
    /// What sending the selected lines costs; none where it was not asked or is not known.
    shipping: Option<SellerShipping>,
}

/// Lines of a seller that are sent together (묶음배송).
pub(crate) struct CartBundle {
    bundle: Bundle,
    lines: Vec<CartLine>,
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

    /// The selected lines that are on sale.
    async fn quote_lines(&self, ctx: &Context<'_>) -> Result<Vec<QuoteLine>, GraphError> {
        let (lines, offers) = self.priced_lines(ctx).await?;
        let offer = |row: &LineRow| offers.get(&row.variant_id).and_then(Option::as_ref);
        Ok(lines.iter().filter_map(|row| quote_line(row, offer(row))).collect())
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

    /// The lines by seller, and what each sends together.
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where bundles are sent, five digits; without, the mainland is meant.")] zonecode: Option<
            String,
        >,
    ) -> async_graphql::Result<Vec<CartGroup>> {
        let zonecode = zonecode_or_mainland(zonecode.as_deref())?;
        let (lines, offers) = self.priced_lines(ctx).await?;
        let offer = |row: &LineRow| offers.get(&row.variant_id).and_then(Option::as_ref);
        // Shipping is asked once for all groups, and only by those who want to see it.
        let shipping = if ctx.look_ahead().field("bundles").exists() {
            let selected: Vec<QuoteLine> = lines.iter().filter_map(|row| quote_line(row, offer(row))).collect();
            if selected.is_empty() {
                Some(BTreeMap::new())
            } else {
                known_shipping(&ctx.data::<Carts>()?.graph, zonecode, &selected, request_context(ctx)).await
            }
        } else {
            None
        };
        let mut groups: Vec<CartGroup> = Vec::new();
        for row in lines {
            let total = total_of(&row, offer(&row));
            let line = self.line(row);
            match groups.iter_mut().find(|group| group.seller_id == line.row.seller_id) {
                Some(group) => {
                    group.total = group.total.saturating_add(total);
                    group.lines.push(line);
                }
                None => {
                    let seller_id = line.row.seller_id;
                    let of_seller = |all: &BTreeMap<SellerId, SellerShipping>| all.get(&seller_id).cloned();
                    let shipping = shipping.as_ref().map(|all| of_seller(all).unwrap_or_default());
                    groups.push(CartGroup { seller_id, total, shipping, lines: vec![line] });
                }
            }
        }
        Ok(groups)
    }

    /// The lines that are not what the buyer has seen any more.
    async fn changed_lines(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<CartLine>> {
        let rows = ctx.data::<Loaders>()?.lines_of(self.row.id).await?;
        let changed = try_join_all(rows.into_iter().map(async |row| {
            let line = self.line(row);
            let changes = line.found_changes(ctx).await?;
            Ok::<_, async_graphql::Error>((!changes.is_empty()).then_some(line))
        }));
        Ok(changed.await?.into_iter().flatten().collect())
    }

    /// What the selected lines cost now, with shipping and coupons.
    async fn quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Where it is sent, five digits; without, the mainland is meant, where no surcharge is asked."
        )]
        zonecode: Option<String>,
        #[graphql(desc = "The member's coupons to be used together; guests have none.", default)] coupon_ids: Vec<
            CouponId,
        >,
    ) -> async_graphql::Result<CartQuote> {
        let lines = self.quote_lines(ctx).await?;
        let wanted = Wanted { member: self.row.user_id, zonecode, coupon_ids };
        Ok(CartQuote::of(&ctx.data::<Carts>()?.graph, lines, wanted, request_context(ctx)).await?)
    }

    /// Those of the member's coupons that take the most off the selected lines together; null for guests, and where none
    /// takes anything off. With more than eight that fit, the answer is good and not always the best.
    async fn best_coupons(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<CartCouponSuggestion>> {
        let lines = self.quote_lines(ctx).await?;
        let Some(member) = self.row.user_id.filter(|_| !lines.is_empty()) else { return Ok(None) };
        let graph = &ctx.data::<Carts>()?.graph;
        let discounts = best_coupons(graph, member, &lines, request_context(ctx)).await?;
        Ok(CartCouponSuggestion::of(&discounts))
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

    /// The selected lines that are on sale, by what is sent together; null where shipping cannot be asked.
    async fn bundles(&self) -> Option<Vec<CartBundle>> {
        let shipping = self.shipping.as_ref()?;
        let of = |bundle: &Bundle| {
            let lines = self.lines.iter().filter(|line| bundle.line_ids.contains(&line.row.id)).cloned().collect();
            CartBundle { bundle: bundle.clone(), lines }
        };
        Some(shipping.bundles.iter().map(of).collect())
    }

    /// What all of the seller's lines cost now, selected or not.
    async fn items_total(&self) -> Money {
        Money::krw(self.total)
    }
}

/// Lines of a seller that are sent together (묶음배송).
#[Object]
impl CartBundle {
    /// The shipping policy whose fee is charged, `spp_…`; null where the seller has announced none and charges nothing.
    async fn policy_id(&self) -> Option<ID> {
        self.bundle.policy_id.clone().map(ID)
    }

    /// The lines.
    async fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// What sending them costs.
    async fn fee(&self) -> Money {
        Money::krw(self.bundle.fee)
    }

    /// What the area costs more.
    async fn surcharge(&self) -> Money {
        Money::krw(self.bundle.surcharge)
    }
}
