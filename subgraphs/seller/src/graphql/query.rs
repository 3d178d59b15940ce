//! `Query` and the entities.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, current_user};
use platform::paging::{Connection, PageRequest};

use super::inputs::SellerWhere;
use super::member::{SellerMember, User, memberships_of};
use super::particulars::SellerParticularsRequest;
use super::seller::Seller;
use super::state;
use crate::model::{ParticularsRequestState, SellerId, UserId};
use crate::store::{self, ListKey, SellerFilter};

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// One seller; null when there is none.
    async fn seller(&self, ctx: &Context<'_>, id: SellerId) -> async_graphql::Result<Option<Seller>> {
        Ok(state(ctx)?.loaders.sellers.load(id).await?.map(Seller))
    }

    /// All sellers, the newest first. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn sellers(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<SellerWhere>,
    ) -> async_graphql::Result<Connection<Seller>> {
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = SellerFilter::from(filter.unwrap_or_default());
        let database = state(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::sellers_page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let (database, filter) = (database.clone(), filter.clone());
            Box::pin(async move { Ok(store::sellers_count(&mut *database.connection().await?, &filter).await?) }) as _
        };
        let key = |row: &crate::model::SellerRow| (row.created_at, row.id.0);
        Ok(Connection::new(page.finish(rows), key, |row| Seller(Arc::new(row)), count))
    }

    /// Requests to correct particulars, the newest first. For staff.
    #[graphql(requires_scopes = "staff:sellers", guard = "AnyScope(&[Scope::StaffSellers])")]
    async fn seller_particulars_requests(
        &self,
        ctx: &Context<'_>,
        state: Option<ParticularsRequestState>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> async_graphql::Result<Connection<SellerParticularsRequest>> {
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), last, before.as_deref())?;
        let database = super::state(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::particulars_requests_page(&mut connection, state, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let database = database.clone();
            Box::pin(
                async move { Ok(store::particulars_requests_count(&mut *database.connection().await?, state).await?) },
            ) as _
        };
        let key = |row: &crate::model::ParticularsRequestRow| (row.requested_at, row.id.0);
        Ok(Connection::new(page.finish(rows), key, SellerParticularsRequest, count))
    }

    /// The sellers that the signed-in person acts for, the oldest membership first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn my_sellers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Seller>> {
        let user = UserId(current_user(ctx)?);
        let mut connection = state(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::sellers_of_user(&mut connection, user).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(Arc::new).map(Seller).collect())
    }

    /// The memberships of a person, for the service that issues tokens.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn seller_memberships(&self, ctx: &Context<'_>, user_id: UserId) -> async_graphql::Result<Vec<SellerMember>> {
        memberships_of(ctx, user_id).await
    }

    #[graphql(entity)]
    async fn find_seller_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Seller>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(state(ctx)?.loaders.sellers.load(id).await?.map(Seller))
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, id: ID) -> Option<User> {
        id.parse().ok().map(|id| User { id })
    }
}
