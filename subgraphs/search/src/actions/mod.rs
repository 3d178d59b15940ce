//! What the service does; one use case a file.

mod change_synonyms;
mod read_products;
mod reconcile;
mod record_searches;
mod reindex;

pub(crate) use change_synonyms::{create_synonym, delete_synonym, update_synonym};
pub(crate) use read_products::read_products;
pub(crate) use reconcile::reconcile;
pub(crate) use record_searches::{Looking, write_searches};
pub(crate) use reindex::reindex;

use platform::database::Database;
use platform::events::Outbox;
use platform::graph::GraphClient;

use crate::engine::Engine;
use crate::settings::SearchSettings;
use crate::trends::Trends;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Search {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) engine: Engine,
    pub(crate) settings: SearchSettings,
    pub(crate) looking: Looking,
    pub(crate) trends: Trends,
}
