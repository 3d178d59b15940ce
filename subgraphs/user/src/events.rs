//! What this service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{ConsentPurpose, Person, SellerId, UserId, ViewerKind};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<UserUpdated<'static>>(),
    FactDoc::of::<UserWithdrawn>(),
    FactDoc::of::<UserAdultVerified>(),
    FactDoc::of::<UserDataExported>(),
];

/// A person's name or phone number changed.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserUpdated<'a> {
    user_id: UserId,
    email: &'a str,
    name: &'a str,
    phone: Option<&'a str>,
}

impl<'a> UserUpdated<'a> {
    pub(crate) fn of(user_id: UserId, person: &'a Person) -> Self {
        Self { user_id, email: &person.email, name: &person.name, phone: person.phone.as_deref() }
    }
}

impl Fact for UserUpdated<'_> {
    const KIND: &'static str = "user.updated";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// A person left: everything personal is to be forgotten, but for what the law asks to keep.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWithdrawn {
    pub(crate) user_id: UserId,
    pub(crate) withdrawn_at: DateTime<Utc>,
}

impl Fact for UserWithdrawn {
    const KIND: &'static str = "user.withdrawn";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// A person has shown to be an adult, and may buy what is for adults only until then.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserAdultVerified {
    pub(crate) user_id: UserId,
    pub(crate) verified_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Fact for UserAdultVerified {
    const KIND: &'static str = "user.adult_verified";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// A session of a person has taken out everything that the market holds about them.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserDataExported {
    pub(crate) user_id: UserId,
    pub(crate) exported_at: DateTime<Utc>,
}

impl Fact for UserDataExported {
    const KIND: &'static str = "user.data_exported";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// `personal_data.viewed`, told by the order service: a seller or staff has looked at a buyer's data.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonalDataViewed {
    pub(crate) user_id: UserId,
    /// `usr_…`, or `apc_…` of a program.
    pub(crate) viewer_id: String,
    pub(crate) viewer_kind: ViewerKind,
    #[serde(default)]
    pub(crate) seller_id: Option<SellerId>,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    pub(crate) viewed_at: DateTime<Utc>,
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
