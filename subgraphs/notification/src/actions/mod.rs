//! What the notification service does; one use case a file.

mod change_endpoint;
mod choose;
mod deliver;
mod redeliver;
mod send_marketing;
mod tell;

pub(crate) use change_endpoint::{EndpointChange, change_endpoint, create_endpoint, delete_endpoint};
pub(crate) use choose::{choose, mark_read};
pub(crate) use deliver::deliver_due;
pub(crate) use redeliver::redeliver;
pub(crate) use send_marketing::{Campaign, send_marketing};
pub(crate) use tell::tell;

use std::sync::Arc;

use platform::database::Database;
use platform::errors::GraphError;
use platform::graph::{GraphClient, RequestContext};
use platform::identity::Scope;
use tokio::sync::Notify;

use crate::channels::{Endpoints, Mailer, MessageProvider};
use crate::error::Failure;
use crate::live::Live;
use crate::model::{SellerId, UserId};
use crate::settings::NotificationSettings;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Notifications {
    pub(crate) database: Database,
    pub(crate) graph: GraphClient,
    pub(crate) mailer: Arc<Mailer>,
    pub(crate) messages: Arc<dyn MessageProvider>,
    pub(crate) endpoints: Arc<Endpoints>,
    pub(crate) live: Live,
    pub(crate) settings: NotificationSettings,
    pub(crate) public_url: Arc<str>,
    /// Wakes this process's worker when there is something to send.
    pub(crate) wake: Arc<Notify>,
}

/// The signed-in person.
fn caller(context: &RequestContext) -> Result<UserId, Failure> {
    let user = context.principal.user_id.map(UserId);
    user.ok_or_else(|| GraphError::unauthenticated(context.language).into())
}

/// Whether the caller manages the seller, whose endpoints are keys to what it is told, or acts for the marketplace.
pub(crate) fn manages(seller: SellerId, context: &RequestContext) -> bool {
    context.principal.manages(seller.0) || context.principal.has_scope(Scope::StaffNotifications)
}
