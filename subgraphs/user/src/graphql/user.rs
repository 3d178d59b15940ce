//! `User`.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{SignedIn, request_context};
use platform::paging::{Connection, PageRequest};
use tokio::sync::OnceCell;

use super::address::Address;
use super::adult::AdultVerification;
use super::data_view::{DataView, data_views};
use super::wishlist::WishlistConnection;
use super::{looking_staff, may_see, state};
use crate::actions::record_views;
use crate::model::{ConsentPurpose, Person, ProfileRow, UserId, Viewed};
use crate::store::{self, ListKey};

/// A person with an account. What identifies the person is for the person and for staff.
pub(crate) struct User {
    pub(crate) row: Arc<ProfileRow>,
    /// Why staff looks, where it was said.
    reason: Option<Arc<str>>,
    /// What of it was recorded as looked at; by [`Viewed`].
    recorded: [OnceCell<()>; Viewed::ALL.len()],
}

impl User {
    pub(crate) fn new(row: Arc<ProfileRow>) -> Self {
        Self { row, reason: None, recorded: Default::default() }
    }

    /// The same, looked at for this reason.
    pub(crate) fn because(self, reason: Option<Arc<str>>) -> Self {
        Self { reason, ..self }
    }

    /// The same, when it is recorded already that the profile is looked at.
    pub(crate) fn recorded(self) -> Self {
        let [_, addresses, consents, wishlist, order] = self.recorded;
        Self { recorded: [OnceCell::new_with(Some(())), addresses, consents, wishlist, order], ..self }
    }

    /// Whether the one who asks may see this. A look of staff is recorded first.
    async fn shows(&self, ctx: &Context<'_>, what: Viewed) -> Result<bool, GraphError> {
        let id = self.row.id;
        if !may_see(ctx, id) {
            return Ok(false);
        }
        if let Some(viewer) = looking_staff(ctx, id)
            && let Some(recorded) = self.recorded.get(what as usize)
        {
            let database = &state(ctx).map_err(|error| GraphError::internal(error.message))?.database;
            let reason = self.reason.as_deref();
            recorded.get_or_try_init(async || record_views(database, &[id], viewer, what, reason).await).await?;
        }
        Ok(true)
    }

    async fn require(&self, ctx: &Context<'_>, what: Viewed) -> Result<(), GraphError> {
        if self.shows(ctx, what).await? {
            return Ok(());
        }
        Err(GraphError::forbidden(request_context(ctx).language))
    }

    async fn person(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&Person>> {
        Ok(if self.shows(ctx, Viewed::Profile).await? { self.row.person.as_ref() } else { None })
    }
}

/// A person with an account. What identifies the person is for the person and for staff: null or refused for others.
#[Object]
impl User {
    /// The person's identifier, `usr_…`.
    async fn id(&self) -> UserId {
        self.row.id
    }

    /// The e-mail address of the account; null for a person who left.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn email(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        Ok(self.person(ctx).await?.map(|person| person.email.as_str()))
    }

    /// The person's name; null for a person who left.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn name(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        Ok(self.person(ctx).await?.map(|person| person.name.as_str()))
    }

    /// The person's phone number, as in `010-1234-5678`.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn phone(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<&str>> {
        Ok(self.person(ctx).await?.and_then(|person| person.phone.as_deref()))
    }

    /// When the person signed up.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// Whether the person left; nothing personal is known any more then.
    async fn withdrawn(&self) -> bool {
        self.row.person.is_none()
    }

    /// The delivery addresses: the default first, then the newest.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn addresses(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Address>> {
        self.require(ctx, Viewed::Addresses).await?;
        let rows = state(ctx)?.loaders.addresses_of_user.load(self.row.id).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).map(Arc::clone).map(Address).collect())
    }

    /// Where it is delivered unless another address is chosen; null while there is no address.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn default_address(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Address>> {
        self.require(ctx, Viewed::Addresses).await?;
        let rows = state(ctx)?.loaders.addresses_of_user.load(self.row.id).await?;
        Ok(rows.iter().flat_map(|rows| rows.iter()).find(|row| row.is_default).map(Arc::clone).map(Address))
    }

    /// The consents in force: the newest answer per purpose.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn consents(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Consent>> {
        self.require(ctx, Viewed::Consents).await?;
        consents_of(ctx, self.row.id).await
    }

    /// That the person has shown to be an adult, while it holds; null where not, and for others than the person and staff.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn adult_verification(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<AdultVerification>> {
        if !self.shows(ctx, Viewed::Profile).await? {
            return Ok(None);
        }
        Ok(state(ctx)?.loaders.adults.load(self.row.id).await?.map(AdultVerification))
    }

    /// Products to remember, the newest first.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn wishlist(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<WishlistConnection> {
        self.require(ctx, Viewed::Wishlist).await?;
        let page = PageRequest::<ListKey>::new(first, after.as_deref(), None, None)?;
        let mut connection = state(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::wishes_page(&mut connection, self.row.id, &page).await.map_err(GraphError::from)?;
        Ok(WishlistConnection::new(self.row.id, page.finish(rows)))
    }

    /// Who from the marketplace or from sellers has looked at one's own data, the newest first. For the person alone.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn data_views(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> async_graphql::Result<Connection<DataView>> {
        let context = request_context(ctx);
        if context.principal.user_id != Some(self.row.id.0) {
            return Err(GraphError::forbidden(context.language).into());
        }
        data_views(ctx, self.row.id, first, after).await
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
