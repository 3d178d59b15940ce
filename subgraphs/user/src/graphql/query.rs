//! `Query` and the entities.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, current_user};
use platform::paging::{Connection, PageRequest};

use super::address::Address;
use super::inputs::UserWhere;
use super::user::{Consent, User, consents_of};
use super::{may_see, state};
use crate::model::{AddressId, ProfileRow, UserId};
use crate::store::{self, ListKey, UserFilter};

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// The signed-in person.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn me(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<User>> {
        let id = UserId(current_user(ctx)?);
        Ok(state(ctx)?.loaders.profiles.load(id).await?.map(User))
    }

    /// One person; null when there is none. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn user(&self, ctx: &Context<'_>, id: UserId) -> async_graphql::Result<Option<User>> {
        Ok(state(ctx)?.loaders.profiles.load(id).await?.map(User))
    }

    /// All people, the newest first. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<UserWhere>,
    ) -> async_graphql::Result<Connection<User>> {
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = UserFilter::from(filter.unwrap_or_default());
        let database = state(ctx)?.database.clone();
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::profiles_page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
        };
        let count = move || {
            let (database, filter) = (database.clone(), filter.clone());
            Box::pin(async move { Ok(store::profiles_count(&mut *database.connection().await?, &filter).await?) }) as _
        };
        let key = |row: &ProfileRow| (row.created_at, row.id.0);
        Ok(Connection::new(page.finish(rows), key, |row| User(Arc::new(row)), count))
    }

    /// A person's own address, for the service that delivers there; null when it is not theirs.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn address_of(
        &self,
        ctx: &Context<'_>,
        user_id: UserId,
        address_id: AddressId,
    ) -> async_graphql::Result<Option<Address>> {
        let address = state(ctx)?.loaders.addresses.load(address_id).await?;
        Ok(address.filter(|address| address.user_id == user_id).map(Address))
    }

    /// A person's consents in force, for the service that sends advertising.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn consents_of(&self, ctx: &Context<'_>, user_id: UserId) -> async_graphql::Result<Vec<Consent>> {
        consents_of(ctx, user_id).await
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<User>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(state(ctx)?.loaders.profiles.load(id).await?.map(User))
    }

    #[graphql(entity)]
    async fn find_address_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Address>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let address = state(ctx)?.loaders.addresses.load(id).await?;
        Ok(address.filter(|address| may_see(ctx, address.user_id)).map(Address))
    }
}
