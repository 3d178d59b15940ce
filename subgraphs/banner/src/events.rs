//! What the banner service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{BannerId, BannerRow, SlotId, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] =
    &[FactDoc::of::<AuditRecorded>(), FactDoc::of::<BannerPublished>(), FactDoc::of::<BannerEnded>()];

/// A banner as events tell it.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BannerFact {
    banner_id: BannerId,
    slot_id: SlotId,
    title: String,
    is_ad: bool,
    starts_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
}

impl From<&BannerRow> for BannerFact {
    fn from(row: &BannerRow) -> Self {
        Self {
            banner_id: row.id,
            slot_id: row.slot_id,
            title: row.title.clone(),
            is_ad: row.is_ad,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        }
    }
}

/// A banner is shown for the first time.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(transparent)]
pub(crate) struct BannerPublished(pub(crate) BannerFact);

impl Fact for BannerPublished {
    const KIND: &'static str = "banner.published";

    fn aggregate(&self) -> String {
        self.0.banner_id.to_string()
    }
}

/// A banner is over.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(transparent)]
pub(crate) struct BannerEnded(pub(crate) BannerFact);

impl Fact for BannerEnded {
    const KIND: &'static str = "banner.ended";

    fn aggregate(&self) -> String {
        self.0.banner_id.to_string()
    }
}

/// `user.registered`, as the auth service tells it: somebody signed up.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRegistered {
    pub(crate) user_id: UserId,
    #[serde(default)]
    pub(crate) registered_at: Option<DateTime<Utc>>,
}

/// `user.withdrawn`: somebody left.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWithdrawn {
    pub(crate) user_id: UserId,
}
