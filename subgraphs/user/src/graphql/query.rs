//! `Query` and the entities.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, SignedIn, current_user};
use platform::paging::{Connection, PageRequest};

use super::address::Address;
use super::inputs::UserWhere;
use super::user::{Consent, User, consents_of};
use super::{looking_staff, may_see, state};
use crate::actions::record_views;
use crate::model::{AddressId, ProfileRow, UserId, Viewed};
use crate::store::{self, ListKey, UserFilter};

/// Reads.
pub(crate) struct Query;

#[Object]
impl Query {
    /// The signed-in person.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn me(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<User>> {
        let id = UserId(current_user(ctx)?);
        let row = state(ctx)?.loaders.profiles.load(id).await?;
        Ok(row.filter(|row| row.person.is_some()).map(User::new))
    }

    /// One person; null when there is none. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn user(
        &self,
        ctx: &Context<'_>,
        id: UserId,
        #[graphql(desc = "Why; the person can read it.")] reason: Option<String>,
    ) -> async_graphql::Result<Option<User>> {
        let row = state(ctx)?.loaders.profiles.load(id).await?;
        Ok(row.map(|row| User::new(row).because(reason.map(Arc::from))))
    }

    /// All people, the newest first. For staff; recorded for everybody on the page as a look at the profile.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    #[allow(clippy::too_many_arguments, reason = "the four arguments of every connection, the filter and the reason")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(name = "where")] filter: Option<UserWhere>,
        #[graphql(desc = "Why; those on the page can read it.")] reason: Option<String>,
    ) -> async_graphql::Result<Connection<User>> {
        let viewer = current_user(ctx)?;
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), last, before.as_deref())?;
        let filter = UserFilter::from(filter.unwrap_or_default());
        let (database, vault) = (state(ctx)?.database.clone(), state(ctx)?.vault.clone());
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::profiles_page(&mut connection, &vault, &filter, &page).await?
        };
        let page = page.finish(rows);
        let people: Vec<UserId> = page.rows.iter().map(|row| row.id).filter(|id| id.0 != viewer).collect();
        record_views(&database, &people, UserId(viewer), Viewed::Profile, reason.as_deref()).await?;
        let count = move || {
            let (database, vault, filter) = (database.clone(), vault.clone(), filter.clone());
            Box::pin(
                async move { Ok(store::profiles_count(&mut *database.connection().await?, &vault, &filter).await?) },
            ) as _
        };
        let reason: Option<Arc<str>> = reason.map(Arc::from);
        let key = |row: &ProfileRow| (row.created_at, row.id.0);
        let user = move |row| User::new(Arc::new(row)).because(reason.clone()).recorded();
        Ok(Connection::new(page, key, user, count))
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

    /// Whether a person has shown to be an adult and it still holds, for the services that sell what is for adults only; null is
    /// no.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn is_adult_verified(&self, ctx: &Context<'_>, user_id: UserId) -> async_graphql::Result<Option<bool>> {
        Ok(Some(state(ctx)?.loaders.adults.load(user_id).await?.is_some()))
    }

    #[graphql(entity)]
    async fn find_user_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<User>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        Ok(state(ctx)?.loaders.profiles.load(id).await?.map(User::new))
    }

    #[graphql(entity)]
    async fn find_address_by_id(&self, ctx: &Context<'_>, id: ID) -> async_graphql::Result<Option<Address>> {
        let Ok(id) = id.parse() else { return Ok(None) };
        let address = state(ctx)?.loaders.addresses.load(id).await?;
        let Some(address) = address.filter(|address| may_see(ctx, address.user_id)) else { return Ok(None) };
        if let Some(viewer) = looking_staff(ctx, address.user_id) {
            let database = &state(ctx)?.database;
            record_views(database, &[address.user_id], viewer, Viewed::Addresses, None).await?;
        }
        Ok(Some(Address(address)))
    }
}
