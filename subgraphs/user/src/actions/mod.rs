//! What can be done with a person's data; one use case a file.

mod change_addresses;
mod change_wishlist;
mod export_data;
mod housekeeping;
mod record_consents;
mod record_views;
mod register;
mod seed;
mod update_profile;
mod verify_identity;
mod withdraw;

pub(crate) use change_addresses::{add_address, remove_address, set_default_address, update_address};
pub(crate) use change_wishlist::{add_to_wishlist, remove_from_wishlist};
pub(crate) use export_data::export_data;
pub(crate) use housekeeping::{keep_house, seal_what_is_plain};
pub(crate) use record_consents::record_consents;
pub(crate) use record_views::{hear_view, record_views};
pub(crate) use register::{Registration, register, register_once};
pub(crate) use update_profile::update_profile;
pub(crate) use verify_identity::{confirm_identity_verification, start_identity_verification};
pub(crate) use withdraw::withdraw;

pub use seed::{SeedAddress, SeedUser, seed};

use std::future::Future;
use std::sync::Arc;

use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};
use platform::language::Language;

use crate::error::Refusal;
use crate::identity::IdentityDesk;
use crate::loaders::Loaders;
use crate::model::UserId;
use crate::settings::UserSettings;
use crate::vault::Vault;

/// What the service works with.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) loaders: Loaders,
    pub(crate) vault: Vault,
    /// Where people show that they are adults; none where that was not set up.
    pub(crate) identity: Option<Arc<IdentityDesk>>,
    pub(crate) settings: Arc<UserSettings>,
}

/// A signed-in person who gives a command.
pub(crate) struct Caller {
    pub(crate) user: UserId,
    pub(crate) context: RequestContext,
}

impl Caller {
    fn language(&self) -> Language {
        self.context.language
    }
}

/// Runs an action to its end even when the request that started it is dropped.
pub(crate) async fn to_the_end<T: Send + 'static>(
    action: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::spawn(action).await.map_err(GraphError::internal)?
}
