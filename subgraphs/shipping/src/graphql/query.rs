//! The queries and the entities.

use async_graphql::{Context, ID, Object};
use platform::errors::{ErrorCode, GraphError};
use platform::identity::{AnyScope, Scope, SignedIn, authenticated, current_principal, current_user, request_context};
use platform::paging::Connection;

use super::inputs::{ShipmentWhere, shipments_page};
use super::policy::ShippingPolicy;
use super::quote::{QuoteShippingInput, QuotedSeller, QuotedShipping, ShippingQuote, ShippingQuoteLineInput};
use super::references::{OrderLine, Product, ProductSellerKey, Seller};
use super::shipment::{Shipment, may_see};
use crate::actions::{LineToSend, quote_lines, quote_variants};
use crate::loaders::Loaders;
use crate::model::{SellerId, ShipmentId, UserId};
use crate::rules::{MOST_LINES, area_of};

pub(crate) struct Query;

#[Object]
impl Query {
    /// What sending variants to an address costs, at their prices of now.
    async fn shipping_quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address's zonecode, five digits.")] zonecode: String,
        #[graphql(desc = "What is sent; variants that do not exist are left out.")] lines: Vec<ShippingQuoteLineInput>,
    ) -> async_graphql::Result<ShippingQuote> {
        let invalid = |message: &str| GraphError::new(ErrorCode::BadUserInput, message);
        let area = area_of(&zonecode).ok_or_else(|| invalid("A zonecode has five digits"))?;
        if lines.len() > MOST_LINES {
            return Err(invalid("At most 500 lines at once").into());
        }
        let variants: Vec<_> = lines.iter().map(|line| (line.variant_id, line.quantity)).collect();
        let quotes = quote_variants(ctx.data()?, &zonecode, &variants, request_context(ctx)).await?;
        Ok(ShippingQuote::of(area, quotes))
    }

    /// What sending lines costs whose products, sellers and amounts the asking service knows.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn quote_shipping(
        &self,
        ctx: &Context<'_>,
        input: QuoteShippingInput,
    ) -> async_graphql::Result<QuotedShipping> {
        let lines: Vec<LineToSend> = input.lines.into_iter().map(LineToSend::from).collect();
        let quotes = quote_lines(ctx.data()?, &input.zonecode, &lines).await?;
        Ok(QuotedShipping { sellers: quotes.into_iter().map(QuotedSeller::from).collect() })
    }

    /// A shipping policy; null when there is none.
    async fn shipping_policy(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<ShippingPolicy>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(ctx.data::<Loaders>()?.policies.load(id).await?.map(ShippingPolicy))
    }

    /// A parcel. For its buyer, the seller's members and staff; null for anybody else, and when there is none.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    async fn shipment(&self, ctx: &Context<'_>, id: ShipmentId) -> async_graphql::Result<Option<Shipment>> {
        let row = ctx.data::<Loaders>()?.shipments.load(id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(Shipment))
    }

    /// The signed-in buyer's parcels, newest first.
    #[graphql(directive = authenticated::apply(), guard = "SignedIn")]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn my_shipments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ShipmentWhere>,
    ) -> async_graphql::Result<Connection<Shipment>> {
        let mut filter = r#where.unwrap_or_default().filter();
        filter.buyer_id = Some(UserId(current_user(ctx)?));
        Ok(shipments_page(ctx, (first, after, last, before), filter).await?)
    }

    /// All parcels, newest first. Staff only.
    #[graphql(requires_scopes = "staff:shipping", guard = "AnyScope(&[Scope::StaffShipping])")]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, and the filter")]
    async fn shipments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#where: Option<ShipmentWhere>,
    ) -> async_graphql::Result<Connection<Shipment>> {
        let filter = r#where.unwrap_or_default().filter();
        Ok(shipments_page(ctx, (first, after, last, before), filter).await?)
    }

    /// Parcels that should have been sent by now and were not, newest first: a seller's for its members, all of them for
    /// staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:shipping",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffShipping])"
    )]
    async fn late_shipments(
        &self,
        ctx: &Context<'_>,
        seller_id: Option<SellerId>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<Shipment>> {
        let principal = current_principal(ctx);
        if !principal.has_scope(Scope::StaffShipping) && !seller_id.is_some_and(|seller| principal.acts_for(seller.0)) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let mut filter = ShipmentWhere::default().filter();
        filter.overdue = true;
        filter.seller_id = seller_id;
        Ok(shipments_page(ctx, (first, after, None, None), filter).await?)
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_shipment(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Shipment>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.shipments.load(id).await?;
        Ok(row.filter(|row| may_see(ctx, row)).map(Shipment))
    }

    #[graphql(entity)]
    async fn find_shipping_policy(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<ShippingPolicy>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(ctx.data::<Loaders>()?.policies.load(id).await?.map(ShippingPolicy))
    }

    #[graphql(entity)]
    async fn find_seller(&self, id: ID) -> Option<Seller> {
        id.parse().ok().map(|id| Seller { id })
    }

    #[graphql(entity)]
    async fn find_product(&self, #[graphql(key)] id: ID, seller: Option<ProductSellerKey>) -> Option<Product> {
        id.parse().ok().map(|id| Product { id, seller_id: seller.map(|seller| seller.id) })
    }

    #[graphql(entity)]
    async fn find_order_line(&self, id: ID) -> Option<OrderLine> {
        id.parse().ok().map(|id| OrderLine { id })
    }
}
