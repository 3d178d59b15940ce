//! What the admin service does: one use case a file.

mod appoint;
mod approvals;
mod complaints;
mod impersonate;
mod notices;
mod record;
mod staff;

pub(crate) use approvals::{Decision, decide, expire_due, request_refund, withdraw};
pub(crate) use complaints::{ComplaintText, file_complaint, move_complaint};
pub(crate) use impersonate::{end_impersonation, goes_on, start_impersonation};
pub(crate) use notices::{NoticeText, change_notice, create_notice};
pub(crate) use record::record;
pub(crate) use staff::{request_role, request_staff_roles};

pub use appoint::appoint_administrator;

use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};

use crate::error::{Failure, UserErrorCode};
use crate::model::{Permission, UserId};
use crate::settings::AdminSettings;
use crate::{rules, store};

/// The service's name in the audit log.
pub(crate) const SERVICE: &str = "admin";

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) graph: GraphClient,
    pub(crate) settings: Arc<AdminSettings>,
}

/// The signed-in person.
pub(crate) fn caller(context: &RequestContext) -> Result<UserId, GraphError> {
    context.principal.user_id.map(UserId).ok_or_else(|| GraphError::unauthenticated(context.language))
}

/// The person who asks, if the person's roles permit it now. The database decides, not the token.
async fn permitted(
    connection: &mut AsyncPgConnection,
    permission: Permission,
    context: &RequestContext,
) -> Result<UserId, Failure> {
    let user = caller(context)?;
    if store::staff::permissions_of(connection, user).await?.contains(&permission) {
        return Ok(user);
    }
    Err(UserErrorCode::PermissionMissing.at(&[], context.language).into())
}

fn checked_reason(reason: &str, context: &RequestContext) -> Result<String, Failure> {
    rules::text(reason, rules::LONGEST_REASON)
        .ok_or_else(|| UserErrorCode::ReasonRequired.at(&["reason"], context.language).into())
}

fn checked_text(text: &str, longest: usize, field: &str, context: &RequestContext) -> Result<String, Failure> {
    rules::text(text, longest).ok_or_else(|| UserErrorCode::InvalidText.at(&[field], context.language).into())
}
