//! The queries and the entities.

use async_graphql::{Context, ID, Object};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, current_user, request_context};
use platform::paging::{Connection, PageRequest};

use super::coupon::{self, Coupon};
use super::policy::{self, CouponPolicy};
use super::references::{Seller, User, coupons_of, policies};
use crate::actions::Coupons;
use crate::clients::{ProductPlace, product_place};
use crate::loaders::Loaders;
use crate::model::{CouponId, CouponPolicyState, CouponState, PolicyId, ProductId, SellerId, UserId};
use crate::store::{self, Goods, PolicyFilter};

/// How many coupons a page offers for download.
const MOST_OFFERED: i64 = 50;

#[derive(Default)]
pub(crate) struct CouponQuery;

#[Object]
impl CouponQuery {
    /// The signed-in person's coupons, the newest first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn my_coupons(
        &self,
        ctx: &Context<'_>,
        state: Option<CouponState>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Coupon>> {
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        coupons_of(ctx, UserId(current_user(ctx)?), state, page).await
    }

    /// One coupon. For its user and for staff; null for anybody else.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn coupon(&self, ctx: &Context<'_>, id: CouponId) -> async_graphql::Result<Option<Coupon>> {
        let row = ctx.data::<Loaders>()?.coupon(id).await?;
        Ok(row.filter(|row| coupon::may_see(ctx, row)).map(Coupon))
    }

    /// One policy. What cannot be downloaded is only seen by the seller's members and staff; null for anybody else.
    async fn coupon_policy(&self, ctx: &Context<'_>, id: PolicyId) -> async_graphql::Result<Option<CouponPolicy>> {
        let row = ctx.data::<Loaders>()?.policy(id).await?;
        Ok(row.filter(|row| policy::may_see(ctx, row)).map(CouponPolicy))
    }

    /// The policies of a seller, for its members and staff; without a seller those of the marketplace, for staff. The newest
    /// first.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:coupons",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffCoupons])"
    )]
    #[expect(clippy::too_many_arguments, reason = "a connection has four")]
    async fn coupon_policies(
        &self,
        ctx: &Context<'_>,
        seller_id: Option<SellerId>,
        state: Option<CouponPolicyState>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<CouponPolicy>> {
        let context = request_context(ctx);
        let acts_for = seller_id.is_some_and(|seller| context.principal.acts_for(seller.0));
        if !acts_for && !context.principal.has_scope(Scope::StaffCoupons) {
            return Err(GraphError::forbidden(context.language).into());
        }
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        let filter =
            PolicyFilter { seller_id, of_the_marketplace: seller_id.is_none(), state, ..PolicyFilter::default() };
        policies(ctx, filter, page).await
    }

    /// What can be downloaded now, up to 50, those first that end first: for a product the coupons that it can be bought
    /// with, for a seller its own and the marketplace's, else the marketplace's.
    async fn downloadable_coupons(
        &self,
        ctx: &Context<'_>,
        seller_id: Option<SellerId>,
        product_id: Option<ProductId>,
    ) -> async_graphql::Result<Vec<CouponPolicy>> {
        let goods = match product_id {
            Some(product_id) => match place_of(ctx, product_id).await? {
                Some(goods) => goods,
                None => return Ok(Vec::new()),
            },
            None => Goods { seller_id, ..Goods::default() },
        };
        let mut connection = ctx.data::<Coupons>()?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::downloadable(&mut connection, &goods, MOST_OFFERED).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(CouponPolicy::from).collect())
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_coupon(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Coupon>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.coupon(id).await?;
        Ok(row.filter(|row| coupon::may_see(ctx, row)).map(Coupon))
    }

    #[graphql(entity)]
    async fn find_coupon_policy(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<CouponPolicy>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.policy(id).await?;
        Ok(row.filter(|row| policy::may_see(ctx, row)).map(CouponPolicy))
    }

    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> Option<User> {
        id.parse().ok().map(|id| User { id })
    }

    #[graphql(entity)]
    async fn find_seller(&self, id: ID) -> Option<Seller> {
        id.parse().ok().map(|id| Seller { id })
    }
}

/// Whose a product is and where it stands; `None` when the one who asks cannot see it.
async fn place_of(ctx: &Context<'_>, product_id: ProductId) -> async_graphql::Result<Option<Goods>> {
    let variables = product_place::Variables { id: product_id.to_string() };
    let graph = &ctx.data::<Coupons>()?.graph;
    let answer =
        graph.ask::<ProductPlace>("product", variables, request_context(ctx)).await.map_err(GraphError::from)?;
    Ok(answer.product.map(|product| Goods {
        seller_id: product.seller.id.parse().ok(),
        product_id: Some(product_id),
        category_ids: product.category.path.iter().filter_map(|category| category.id.parse().ok()).collect(),
    }))
}
