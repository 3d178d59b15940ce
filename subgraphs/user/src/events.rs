//! What this service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{ConsentPurpose, ProfileRow, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[FactDoc::of::<UserUpdated<'static>>()];

/// A person's name or phone number changed.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserUpdated<'a> {
    user_id: UserId,
    email: &'a str,
    name: &'a str,
    phone: Option<&'a str>,
}

impl<'a> From<&'a ProfileRow> for UserUpdated<'a> {
    fn from(row: &'a ProfileRow) -> Self {
        Self { user_id: row.id, email: &row.email, name: &row.name, phone: row.phone.as_deref() }
    }
}

impl Fact for UserUpdated<'_> {
    const KIND: &'static str = "user.updated";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// `user.registered`, told by the auth service: somebody signed up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserRegistered {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) registered_at: DateTime<Utc>,
}

/// What somebody agreed to, or did not.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Consent {
    pub(crate) purpose: ConsentPurpose,
    pub(crate) version: String,
    pub(crate) granted: bool,
}
