//! Who looks at a buyer's data.

use chrono::{DateTime, Utc};
use platform::events::Fact;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{SellerId, UserId};

/// Somebody other than the buyer has looked at where an order goes.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonalDataViewed<'a> {
    /// Whose data it is.
    pub(crate) user_id: UserId,
    /// `usr_…`, or `apc_…` of a program.
    pub(crate) viewer_id: String,
    /// `STAFF`, `SELLER` or `SELLER_PROGRAM`.
    pub(crate) viewer_kind: &'static str,
    /// The seller whose member or program the viewer is.
    pub(crate) seller_id: Option<SellerId>,
    /// Why: the order's number.
    pub(crate) reason: &'a str,
    pub(crate) viewed_at: DateTime<Utc>,
}

impl Fact for PersonalDataViewed<'_> {
    const KIND: &'static str = "personal_data.viewed";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}
