//! The queries and the entities.

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, TimeDelta, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, current_principal, current_user, request_context};
use platform::paging::{Connection, PageRequest};

use super::author::User;
use super::line::{OrderLine, ReviewableLine};
use super::list::{Page, ReviewWhere, reviews};
use super::product::Product;
use super::review::{Review, may_read};
use crate::actions::Reviews;
use crate::loaders::Loaders;
use crate::model::{LineId, ReviewId, ReviewSort, SellerId, UserId};
use crate::store::{self, ReviewFilter};

pub(crate) struct Query;

#[Object]
impl Query {
    /// One review; null when there is none, or none for the one who asks.
    async fn review(&self, ctx: &Context<'_>, id: ReviewId) -> async_graphql::Result<Option<Review>> {
        let row = ctx.data::<Loaders>()?.review(id).await?;
        Ok(row.filter(|row| may_read(ctx, row)).map(|row| Review { row }))
    }

    /// Confirmed purchases of the signed-in person that can still be reviewed, those confirmed last first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn reviewable_lines(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<ReviewableLine>> {
        let buyer = UserId(current_user(ctx)?);
        let page = PageRequest::<(DateTime<Utc>, LineId)>::new(first, after.as_deref(), None, None)?;
        let state = ctx.data::<Reviews>()?;
        let within = TimeDelta::from_std(state.settings.write_within).unwrap_or(TimeDelta::zero());
        let (database, since) = (state.database.clone(), Utc::now() - within);
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::reviewable_page(&mut connection, buyer, since, &page).await.map_err(GraphError::from)?
        };
        Ok(Connection::new(
            page.finish(rows),
            |row| (row.confirmed_at, row.line_id),
            |row| ReviewableLine::new(row, within),
            move || {
                let database = database.clone();
                Box::pin(
                    async move { Ok(store::reviewable_count(&mut *database.connection().await?, buyer, since).await?) },
                )
            },
        ))
    }

    /// Reviews of a seller's products, the newest first. For the seller's members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:reviews",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffReviews])"
    )]
    async fn seller_reviews(
        &self,
        ctx: &Context<'_>,
        seller_id: SellerId,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(name = "where")] filter: Option<ReviewWhere>,
    ) -> async_graphql::Result<Connection<Review>> {
        let principal = current_principal(ctx);
        if !principal.acts_for(seller_id.0) && !principal.has_scope(Scope::StaffReviews) {
            return Err(GraphError::forbidden(request_context(ctx).language).into());
        }
        let own = ReviewFilter { seller_id: Some(seller_id), ..ReviewFilter::default() };
        let filter = filter.unwrap_or_default().narrow(own);
        reviews(ctx, filter, ReviewSort::Newest, Page { first, after, ..Page::default() }).await
    }

    /// Reviews with reports that nobody has settled, the most reported first. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn reported_reviews(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<Review>> {
        let filter = ReviewFilter { reported: true, hidden_too: true, ..ReviewFilter::default() };
        reviews(ctx, filter, ReviewSort::Newest, Page { first, after, ..Page::default() }).await
    }

    // An id that is none of ours is an entity that does not exist; an error would take the whole batch with it.
    #[graphql(entity)]
    async fn find_product(&self, id: ID) -> Option<Product> {
        id.parse().ok().map(|id| Product { id })
    }

    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> Option<User> {
        id.parse().ok().map(|id| User { id })
    }

    #[graphql(entity)]
    async fn find_order_line(&self, id: ID) -> Option<OrderLine> {
        id.parse().ok().map(|id| OrderLine { id })
    }

    #[graphql(entity)]
    async fn find_review(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Review>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let row = ctx.data::<Loaders>()?.review(id).await?;
        Ok(row.filter(|row| may_read(ctx, row)).map(|row| Review { row }))
    }
}
