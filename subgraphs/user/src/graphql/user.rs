//! `User`.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::SignedIn;
use platform::paging::PageRequest;

use super::address::Address;
use super::wishlist::WishlistConnection;
use super::{may_see, require_may_see, state};
use crate::model::{ConsentPurpose, ProfileRow, UserId};
use crate::store::{self, ListKey};

/// A person with an account. What identifies the person is for the person and for staff.
pub(crate) struct User(pub(crate) Arc<ProfileRow>);

/// A person with an account. What identifies the person is for the person and for staff: null or refused for others.
#[Object]
impl User {
    /// The person's identifier, `usr_…`.
    async fn id(&self) -> UserId {
        self.0.id
    }

    /// The e-mail address of the account.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn email(&self, ctx: &Context<'_>) -> Option<&str> {
        may_see(ctx, self.0.id).then_some(self.0.email.as_str())
    }

    /// The person's name.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn name(&self, ctx: &Context<'_>) -> Option<&str> {
        may_see(ctx, self.0.id).then_some(self.0.name.as_str())
    }

    /// The person's phone number, as in `010-1234-5678`.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn phone(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.phone.as_deref().filter(|_| may_see(ctx, self.0.id))
    }

    /// When the person signed up.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The delivery addresses: the default first, then the newest.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn addresses(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Address>> {
        require_may_see(ctx, self.0.id)?;
        let rows = state(ctx)?.loaders.addresses_of_user.load(self.0.id).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).map(Arc::clone).map(Address).collect())
    }

    /// Where it is delivered unless another address is chosen; null while there is no address.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn default_address(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Address>> {
        require_may_see(ctx, self.0.id)?;
        let rows = state(ctx)?.loaders.addresses_of_user.load(self.0.id).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).find(|row| row.is_default).map(Arc::clone).map(Address))
    }

    /// The consents in force: the newest answer per purpose.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn consents(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Consent>> {
        require_may_see(ctx, self.0.id)?;
        consents_of(ctx, self.0.id).await
    }

    /// Products to remember, the newest first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn wishlist(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<WishlistConnection> {
        require_may_see(ctx, self.0.id)?;
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), None, None)?;
        let mut connection = state(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::wishes_page(&mut connection, self.0.id, &page).await.map_err(GraphError::from)?;
        Ok(WishlistConnection::new(self.0.id, page.finish(rows)))
    }
}

/// An answer to a question for consent.
#[derive(SimpleObject)]
pub(crate) struct Consent {
    /// To what.
    purpose: ConsentPurpose,
    /// The version of the text that was shown.
    version: String,
    /// Whether the person agreed.
    granted: bool,
    /// When.
    recorded_at: DateTime<Utc>,
}

/// A person's consents in force.
pub(crate) async fn consents_of(ctx: &Context<'_>, id: UserId) -> async_graphql::Result<Vec<Consent>> {
    let rows = state(ctx)?.loaders.consents.load(id).await?;
    let consents = rows.iter().flat_map(|rows| rows.iter()).map(|row| Consent {
        purpose: row.purpose,
        version: row.version.clone(),
        granted: row.granted,
        recorded_at: row.recorded_at,
    });
    Ok(consents.collect())
}
