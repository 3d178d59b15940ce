//! Staff and roles, and what this service adds to `User`.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, current_user};

use super::desk;
use crate::model::{Permission, RoleId, RoleRow, StaffRow, UserId};
use crate::store;

/// A person with an account.
pub(crate) struct User {
    pub(crate) id: UserId,
}

/// A person with an account.
#[Object]
impl User {
    /// The person's identifier, `usr_…`.
    async fn id(&self) -> UserId {
        self.id
    }

    /// The person as a member of the staff; null for anybody else. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<StaffMember>> {
        member(ctx, self.id).await
    }
}

/// What members of the staff may do.
pub(crate) struct Role(pub(crate) RoleRow);

/// What members of the staff may do.
#[Object]
impl Role {
    /// The role's id, `rol_…`.
    async fn id(&self) -> RoleId {
        self.0.id
    }

    /// How it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it permits.
    async fn permissions(&self) -> &[Permission] {
        &self.0.permissions
    }
}

/// A member of the marketplace's staff.
pub(crate) struct StaffMember {
    row: StaffRow,
    roles: Vec<RoleRow>,
}

/// A member of the marketplace's staff.
#[Object(name = "Staff")]
impl StaffMember {
    /// The person's identifier, `usr_…`.
    async fn user_id(&self) -> UserId {
        self.row.user_id
    }

    /// The person.
    async fn user(&self) -> User {
        User { id: self.row.user_id }
    }

    /// What colleagues call the person.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Whether the person is of the staff now.
    async fn active(&self) -> bool {
        self.row.active
    }

    /// The person's roles.
    async fn roles(&self) -> Vec<Role> {
        self.roles.iter().cloned().map(Role).collect()
    }

    /// What the roles permit together.
    async fn permissions(&self) -> Vec<Permission> {
        let mut permissions: Vec<Permission> = self.roles.iter().flat_map(|role| role.permissions.clone()).collect();
        permissions.sort_unstable();
        permissions.dedup();
        permissions
    }

    /// Since when.
    async fn joined_at(&self) -> DateTime<Utc> {
        self.row.joined_at
    }
}

/// The member that a person is.
pub(super) async fn member(ctx: &Context<'_>, user: UserId) -> async_graphql::Result<Option<StaffMember>> {
    let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
    let Some(row) = store::staff::find(&mut connection, user).await.map_err(GraphError::from)? else { return Ok(None) };
    let roles = store::staff::roles_of(&mut connection, &[user]).await.map_err(GraphError::from)?;
    Ok(Some(StaffMember { row, roles: roles.into_iter().map(|(_, role)| role).collect() }))
}

#[derive(Default)]
pub(crate) struct StaffQuery;

#[Object]
impl StaffQuery {
    /// Everybody who is or was of the staff, the longest-standing first. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn staff_members(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<StaffMember>> {
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        let rows = store::staff::all(&mut connection).await.map_err(GraphError::from)?;
        let users: Vec<UserId> = rows.iter().map(|row| row.user_id).collect();
        let roles = store::staff::roles_of(&mut connection, &users).await.map_err(GraphError::from)?;
        let of = |user| roles.iter().filter(|(known, _)| *known == user).map(|(_, role)| role.clone()).collect();
        Ok(rows.into_iter().map(|row| StaffMember { roles: of(row.user_id), row }).collect())
    }

    /// The signed-in member of staff, with what the roles permit. For staff; null for those who have no role.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn my_staff(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<StaffMember>> {
        member(ctx, UserId(current_user(ctx)?)).await
    }

    /// The people whose roles permit this. For services.
    #[graphql(inaccessible, tag = "internal", requires_scopes = "service", guard = "AnyScope(&[Scope::Service])")]
    async fn staff_permitted(&self, ctx: &Context<'_>, permission: Permission) -> async_graphql::Result<Vec<UserId>> {
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        Ok(store::staff::permitted_to(&mut connection, permission).await.map_err(GraphError::from)?)
    }

    /// All roles. For staff.
    #[graphql(requires_scopes = "staff", guard = "AnyScope(&[Scope::Staff])")]
    async fn roles(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Role>> {
        let mut connection = desk(ctx)?.database.connection().await.map_err(GraphError::from)?;
        Ok(store::staff::roles(&mut connection).await.map_err(GraphError::from)?.into_iter().map(Role).collect())
    }
}
