//! Who is of the staff, and what roles permit. One person asks for a change, and it happens when another approves.

use std::collections::BTreeSet;

use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::AsyncPgConnection;
use platform::errors::GraphError;
use platform::events::append;
use platform::graph::RequestContext;
use serde::{Deserialize, Serialize};

use super::approvals::{Wish, request};
use super::{Desk, checked_reason, checked_text};
use crate::error::{Failure, UserErrorCode};
use crate::events::StaffChanged;
use crate::model::{ApprovalKind, ApprovalRow, Permission, RoleId, RoleRow, StaffRow, UserId};
use crate::rules::LONGEST_NAME;
use crate::store;

/// The roles that a person is to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StaffRoles {
    pub(super) name: String,
    pub(super) role_ids: BTreeSet<RoleId>,
}

/// What a role is to permit.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RolePermissions {
    name: String,
    permissions: BTreeSet<Permission>,
}

/// Asks that a person has exactly these roles; with none, that the person is not of the staff any more.
pub(crate) async fn request_staff_roles(
    desk: &Desk,
    user: UserId,
    name: &str,
    role_ids: Vec<RoleId>,
    reason: &str,
    context: &RequestContext,
) -> Result<ApprovalRow, Failure> {
    let wanted = StaffRoles {
        name: checked_text(name, LONGEST_NAME, "name", context)?,
        role_ids: role_ids.into_iter().collect(),
    };
    let known: BTreeSet<RoleId> = {
        let mut connection = desk.database.connection().await?;
        store::staff::roles(&mut connection).await?.into_iter().map(|role| role.id).collect()
    };
    if !wanted.role_ids.is_subset(&known) {
        return Err(UserErrorCode::RoleNotFound.at(&["roleIds"], context.language).into());
    }
    let wish = Wish {
        kind: ApprovalKind::StaffRoles,
        permission: Permission::StaffManage,
        object: user.to_string(),
        wanted: serde_json::to_value(wanted).map_err(GraphError::internal)?,
        reason: checked_reason(reason, context)?,
    };
    request(desk, wish, context).await
}

/// Asks that a role permits exactly this; without a role, that there is a new one.
pub(crate) async fn request_role(
    desk: &Desk,
    role: Option<RoleId>,
    name: &str,
    permissions: Vec<Permission>,
    reason: &str,
    context: &RequestContext,
) -> Result<ApprovalRow, Failure> {
    let wanted = RolePermissions {
        name: checked_text(name, LONGEST_NAME, "name", context)?,
        permissions: permissions.into_iter().collect(),
    };
    let known = {
        let mut connection = desk.database.connection().await?;
        store::staff::roles(&mut connection).await?
    };
    if role.is_some_and(|role| !known.iter().any(|known| known.id == role)) {
        return Err(UserErrorCode::RoleNotFound.at(&["roleId"], context.language).into());
    }
    if known.iter().any(|known| Some(known.id) != role && known.name == wanted.name) {
        return Err(UserErrorCode::RoleNameTaken.at(&["name"], context.language).into());
    }
    let wish = Wish {
        kind: ApprovalKind::RolePermissions,
        permission: Permission::StaffManage,
        object: role.unwrap_or_else(RoleId::new).to_string(),
        wanted: serde_json::to_value(wanted).map_err(GraphError::internal)?,
        reason: checked_reason(reason, context)?,
    };
    request(desk, wish, context).await
}

/// Carries an approved change out, in the transaction of its approval.
pub(super) async fn carry_out(
    connection: &mut AsyncPgConnection,
    request: &ApprovalRow,
    context: &RequestContext,
) -> Result<(), Failure> {
    store::staff::lock_all(connection).await?;
    match request.kind {
        ApprovalKind::StaffRoles => {
            let user: UserId = request.object.parse().map_err(GraphError::internal)?;
            let wanted = StaffRoles::deserialize(&request.wanted).map_err(GraphError::internal)?;
            let roles: Vec<RoleId> = wanted.role_ids.into_iter().collect();
            let row = store::staff::save(connection, user, &wanted.name, !roles.is_empty()).await?;
            store::staff::set_roles(connection, user, &roles).await?;
            tell(connection, &row, context.trace_parent.as_deref()).await?;
        }
        ApprovalKind::RolePermissions => {
            let wanted = RolePermissions::deserialize(&request.wanted).map_err(GraphError::internal)?;
            let permissions = wanted.permissions.into_iter().collect();
            let role =
                RoleRow { id: request.object.parse().map_err(GraphError::internal)?, name: wanted.name, permissions };
            store::staff::save_role(connection, &role).await.map_err(|error| taken(error, context))?;
            for user in store::staff::members_of(connection, role.id).await? {
                let Some(row) = store::staff::find(connection, user).await? else { continue };
                let row = store::staff::save(connection, user, &row.name, row.active).await?;
                tell(connection, &row, context.trace_parent.as_deref()).await?;
            }
        }
        ApprovalKind::Refund => return Ok(()),
    }
    if !store::staff::anybody_has(connection, Permission::StaffManage).await? {
        return Err(UserErrorCode::LastAdministrator.at(&["approvalId"], context.language).into());
    }
    Ok(())
}

fn taken(error: DieselError, context: &RequestContext) -> Failure {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            UserErrorCode::RoleNameTaken.at(&["approvalId"], context.language).into()
        }
        _ => error.into(),
    }
}

/// Tells what a member of staff may do from now on.
pub(super) async fn tell(
    connection: &mut AsyncPgConnection,
    row: &StaffRow,
    trace_parent: Option<&str>,
) -> QueryResult<()> {
    let permissions = store::staff::permissions_of(connection, row.user_id).await?;
    let fact = StaffChanged { user_id: row.user_id, active: row.active, permissions, version: row.version };
    append(connection, &fact, trace_parent).await
}
