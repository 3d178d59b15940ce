//! Queries; each takes a connection.

pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod complaints;
pub(crate) mod impersonations;
pub(crate) mod notices;
pub(crate) mod staff;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The key that lists are ordered by, the newest first.
pub(crate) type ListKey = (DateTime<Utc>, Uuid);
