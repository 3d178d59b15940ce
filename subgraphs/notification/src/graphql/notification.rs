//! A notification, and what notifications add to a person.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{SignedIn, current_principal, request_context};
use platform::paging::{Connection, PageRequest};

use crate::actions::Notifications;
use crate::model::{NotificationEvent, NotificationId, NotificationRow, Params, UserId};
use crate::store;
use crate::templates::{Rendered, render};

/// What a person is told.
pub(crate) struct Notification {
    pub(crate) row: NotificationRow,
}

impl Notification {
    fn text(&self, ctx: &Context<'_>) -> Rendered {
        let params: Params = serde_json::from_value(self.row.params.clone()).unwrap_or_default();
        render(self.row.event, &params, request_context(ctx).language)
    }
}

/// What a person is told in the market itself.
#[Object]
impl Notification {
    /// The notification's id, `ntf_…`.
    async fn id(&self) -> NotificationId {
        self.row.id
    }

    /// What it tells of.
    async fn event(&self) -> NotificationEvent {
        self.row.event
    }

    /// Its title, in the language of `Accept-Language`. Advertising begins with (광고).
    async fn title(&self, ctx: &Context<'_>) -> String {
        self.text(ctx).title
    }

    /// Its text, in the language of `Accept-Language`.
    async fn body(&self, ctx: &Context<'_>) -> String {
        self.text(ctx).body
    }

    /// The page that it is about, a path of the market.
    async fn link(&self) -> Option<&str> {
        self.row.link.as_deref()
    }

    /// When it was told.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it was read; null while it is unread.
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.row.read_at
    }
}

/// A person with an account.
pub(crate) struct User {
    pub(crate) id: UserId,
}

impl User {
    /// What somebody is told is nobody else's, not even staff's.
    fn require_own(&self, ctx: &Context<'_>) -> Result<(), GraphError> {
        if current_principal(ctx).user_id == Some(self.id.0) {
            return Ok(());
        }
        Err(GraphError::forbidden(request_context(ctx).language))
    }
}

/// A person with an account.
#[Object]
impl User {
    /// The person's identifier, `usr_…`.
    async fn id(&self) -> UserId {
        self.id
    }

    /// What the person was told, the newest first. For the person alone.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(desc = "Only what is not read yet.", default = false)] unread_only: bool,
    ) -> async_graphql::Result<Connection<Notification>> {
        self.require_own(ctx)?;
        let page = PageRequest::<(DateTime<Utc>, NotificationId)>::new(first, after.as_deref(), None, None)?;
        let (database, user) = (ctx.data::<Notifications>()?.database.clone(), self.id);
        let rows = {
            let mut connection = database.connection().await.map_err(GraphError::from)?;
            store::notifications_page(&mut connection, user, unread_only, &page).await.map_err(GraphError::from)?
        };
        let key = |row: &NotificationRow| (row.created_at, row.id);
        let count = move || {
            let database = database.clone();
            Box::pin(async move {
                Ok(store::notifications_count(&mut *database.connection().await?, user, unread_only).await?)
            }) as _
        };
        Ok(Connection::new(page.finish(rows), key, |row| Notification { row }, count))
    }

    /// How much the person has not read yet. For the person alone.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn unread_notification_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        self.require_own(ctx)?;
        let database = &ctx.data::<Notifications>()?.database;
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        let count = store::notifications_count(&mut connection, self.id, true).await.map_err(GraphError::from)?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
