//! Something on its way.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope};
use platform::paging::{Connection, PageRequest};

use crate::actions::Notifications;
use crate::model::{DeliveryChannel, DeliveryId, DeliveryRow, DeliveryState, UserId};
use crate::store::{self, DeliveryFilter};

/// Something on its way to a person or to a seller's system.
pub(crate) struct Delivery {
    pub(crate) row: DeliveryRow,
}

/// Something on its way to a person or to a seller's system.
#[Object]
impl Delivery {
    /// The delivery's id, `dlv_…`.
    async fn id(&self) -> DeliveryId {
        self.row.id
    }

    /// By which way it goes.
    async fn channel(&self) -> DeliveryChannel {
        self.row.channel
    }

    /// What it tells of: a notification's event, or a fact as in `order.paid`.
    async fn event(&self) -> &str {
        &self.row.event
    }

    /// Where it stands.
    async fn state(&self) -> DeliveryState {
        self.row.state
    }

    /// How many tries have failed.
    async fn failures(&self) -> i32 {
        self.row.attempts
    }

    /// When it is tried next; null when it is not.
    async fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        (self.row.state == DeliveryState::Pending).then_some(self.row.next_attempt_at)
    }

    /// What the other side said last, or why it was not sent.
    async fn outcome(&self) -> Option<&str> {
        self.row.outcome.as_deref()
    }

    /// What is posted, as JSON; null for what goes to a person.
    async fn payload(&self) -> Option<String> {
        (self.row.channel == DeliveryChannel::Webhook).then(|| self.row.payload.to_string())
    }

    /// The person whom it goes to. For staff.
    #[graphql(requires_scopes = "staff:notifications", guard = "AnyScope(&[Scope::StaffNotifications])")]
    async fn user_id(&self) -> Option<UserId> {
        self.row.user_id
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it arrived, was given up or left out.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.row.finished_at
    }
}

/// A page of deliveries, the newest first.
pub(crate) async fn deliveries(
    ctx: &Context<'_>,
    filter: DeliveryFilter,
    first: Option<i32>,
    after: Option<String>,
) -> async_graphql::Result<Connection<Delivery>> {
    let page = PageRequest::<(DateTime<Utc>, DeliveryId)>::new(first, after.as_deref(), None, None)?;
    let database = ctx.data::<Notifications>()?.database.clone();
    let rows = {
        let mut connection = database.connection().await.map_err(GraphError::from)?;
        store::deliveries_page(&mut connection, &filter, &page).await.map_err(GraphError::from)?
    };
    let key = |row: &DeliveryRow| (row.created_at, row.id);
    let count = move || {
        let (database, filter) = (database.clone(), filter.clone());
        Box::pin(async move { Ok(store::deliveries_count(&mut *database.connection().await?, &filter).await?) }) as _
    };
    Ok(Connection::new(page.finish(rows), key, |row| Delivery { row }, count))
}
