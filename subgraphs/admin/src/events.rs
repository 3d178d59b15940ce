//! What this service tells.

use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{ApprovalId, ApprovalKind, ApprovalRow, ApprovalState, Permission, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<StaffChanged>(),
    FactDoc::of::<ApprovalRequested>(),
    FactDoc::of::<ApprovalDecided>(),
    FactDoc::of::<AuditRecorded>(),
];

/// What a member of staff may do has changed. Of two for one person the one with the larger version holds.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StaffChanged {
    pub(crate) user_id: UserId,
    /// Whether the person is of the staff.
    pub(crate) active: bool,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) version: i64,
}

impl Fact for StaffChanged {
    const KIND: &'static str = "staff.changed";

    fn aggregate(&self) -> String {
        self.user_id.to_string()
    }
}

/// A request for approval as events tell it.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApprovalFact {
    approval_id: ApprovalId,
    kind: ApprovalKind,
    state: ApprovalState,
    object: String,
    requested_by: UserId,
    decided_by: Option<UserId>,
}

impl From<&ApprovalRow> for ApprovalFact {
    fn from(row: &ApprovalRow) -> Self {
        Self {
            approval_id: row.id,
            kind: row.kind,
            state: row.state,
            object: row.object.clone(),
            requested_by: row.requested_by,
            decided_by: row.decided_by,
        }
    }
}

macro_rules! approval_facts {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(JsonSchema, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) ApprovalFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.approval_id.to_string()
            }
        }
    )*};
}

approval_facts! {
    /// Somebody asks for an approval.
    ApprovalRequested, "approval.requested";
    /// A second person has decided, or the request has ended otherwise; its state tells how.
    ApprovalDecided, "approval.decided";
}
