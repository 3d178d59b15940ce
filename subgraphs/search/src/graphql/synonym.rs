//! What staff sees of search.

use async_graphql::{Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::money::Long;

use super::references::User;
use crate::model::{SynonymId, SynonymRow};

/// Words that mean the same: who looks for one of them finds what any of them finds.
pub(crate) struct Synonym {
    pub(crate) row: SynonymRow,
}

/// Words that mean the same: who looks for one of them finds what any of them finds.
#[Object]
impl Synonym {
    /// The group's id, `syn_…`.
    pub(crate) async fn id(&self) -> SynonymId {
        self.row.id
    }

    /// The words, or groups of words, in small letters.
    async fn terms(&self) -> &[String] {
        &self.row.terms
    }

    /// Who changed it last.
    async fn changed_by(&self) -> Option<User> {
        self.row.changed_by.map(|id| User { id })
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it was changed last.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.row.changed_at
    }
}

/// How the index of the replica that answers stands.
#[derive(SimpleObject)]
pub(crate) struct SearchIndexStatus {
    /// Which one of those that staff asked for it is; 0 while the first is built.
    pub(crate) generation: Long,
    /// How many products it has.
    pub(crate) products: Long,
    /// The number of the last change that it has.
    pub(crate) change: Long,
    /// The number of the last change that there is.
    pub(crate) last_change: Long,
    /// How long building it took, in milliseconds.
    pub(crate) built_in_milliseconds: Long,
    /// How many products are to be read from their owners.
    pub(crate) products_to_read: Long,
    /// When all that is on sale was last read from its owners.
    pub(crate) reconciled_at: Option<DateTime<Utc>>,
    /// Whether all that is on sale is being read from its owners: at the start, after bulk work, and from time to time.
    pub(crate) reconciling: bool,
}
