//! What coupons add to entities of other services.

use async_graphql::{ComplexObject, Context, SimpleObject};
use platform::errors::GraphError;
use platform::identity::{Scope, SignedIn, request_context};
use platform::paging::{Connection, PageRequest};

use super::coupon::Coupon;
use super::policy::CouponPolicy;
use crate::actions::Coupons;
use crate::model::{CouponRow, CouponState, PolicyRow, SellerId, UserId};
use crate::store::{self, ListKey, PolicyFilter};

/// A person with an account.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct User {
    /// The person's identifier, `usr_…`.
    pub(crate) id: UserId,
}

#[ComplexObject]
impl User {
    /// The person's coupons, the newest first. For the person and for staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn coupons(
        &self,
        ctx: &Context<'_>,
        state: Option<CouponState>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<Coupon>> {
        let context = request_context(ctx);
        let principal = &context.principal;
        let allowed = principal.user_id == Some(self.id.0)
            || principal.has_scope(Scope::StaffCoupons)
            || principal.has_scope(Scope::Service);
        if !allowed {
            return Err(GraphError::forbidden(context.language).into());
        }
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        coupons_of(ctx, self.id, state, page).await
    }
}

/// A page of a user's coupons.
pub(crate) async fn coupons_of(
    ctx: &Context<'_>,
    user: UserId,
    state: Option<CouponState>,
    page: PageRequest<ListKey>,
) -> async_graphql::Result<Connection<Coupon>> {
    let database = ctx.data::<Coupons>()?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::coupons_page(&mut connection, user, state, &page).await.map_err(GraphError::from)?
    };
    let count = move || {
        let database = database.clone();
        Box::pin(async move { Ok(store::coupons_count(&mut *database.connection().await?, user, state).await?) }) as _
    };
    Ok(Connection::new(page.finish(rows), |row: &CouponRow| (row.issued_at, row.id.0), Coupon, count))
}

/// A shop on the marketplace.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Seller {
    /// The seller's identifier, `slr_…`.
    pub(crate) id: SellerId,
}

#[ComplexObject]
impl Seller {
    /// The seller's coupons that everybody can download now, the newest first.
    async fn coupons(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<CouponPolicy>> {
        let page = PageRequest::new(first, after.as_deref(), last, before.as_deref())?;
        policies(ctx, PolicyFilter { seller_id: Some(self.id), downloadable: true, ..PolicyFilter::default() }, page)
            .await
    }
}

/// A page of policies.
pub(crate) async fn policies(
    ctx: &Context<'_>,
    filter: PolicyFilter,
    page: PageRequest<ListKey>,
) -> async_graphql::Result<Connection<CouponPolicy>> {
    let database = ctx.data::<Coupons>()?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::policies_page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
    };
    let count = move || {
        let (database, filter) = (database.clone(), filter.clone());
        Box::pin(async move { Ok(store::policies_count(&mut *database.connection().await?, &filter).await?) }) as _
    };
    Ok(Connection::new(page.finish(rows), |row: &PolicyRow| (row.created_at, row.id.0), CouponPolicy::from, count))
}
