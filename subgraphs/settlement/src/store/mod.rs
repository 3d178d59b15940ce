//! Queries. Each takes a connection.

mod items;
mod payouts;
mod settlements;

pub(crate) use items::*;
pub(crate) use payouts::*;
pub(crate) use settlements::*;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The key that lists are ordered by, newest first.
pub(crate) type ListKey = (DateTime<Utc>, Uuid);
