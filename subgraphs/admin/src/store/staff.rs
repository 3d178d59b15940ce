//! Staff and roles.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{Permission, RoleId, RoleRow, StaffRow, UserId};
use crate::schema::{role, staff, staff_role};

/// All members of staff, those of the past included, the longest-standing first.
pub(crate) async fn all(connection: &mut AsyncPgConnection) -> QueryResult<Vec<StaffRow>> {
    staff::table.order((staff::joined_at, staff::user_id)).select(StaffRow::as_select()).load(connection).await
}

pub(crate) async fn find(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Option<StaffRow>> {
    staff::table.find(user).select(StaffRow::as_select()).first(connection).await.optional()
}

/// Locks all members: changes of staff and roles take turns.
pub(crate) async fn lock_all(connection: &mut AsyncPgConnection) -> QueryResult<Vec<StaffRow>> {
    staff::table.order(staff::user_id).for_update().select(StaffRow::as_select()).load(connection).await
}

pub(crate) async fn roles(connection: &mut AsyncPgConnection) -> QueryResult<Vec<RoleRow>> {
    role::table.order((role::created_at, role::id)).select(RoleRow::as_select()).load(connection).await
}

/// Which of these people has which role, in the order of the roles.
pub(crate) async fn roles_of(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
) -> QueryResult<Vec<(UserId, RoleRow)>> {
    staff_role::table
        .inner_join(role::table.on(role::id.eq(staff_role::role_id)))
        .filter(staff_role::user_id.eq_any(users))
        .order((role::created_at, role::id))
        .select((staff_role::user_id, RoleRow::as_select()))
        .load(connection)
        .await
}

/// What a person may do; nothing when the person is not of the staff.
pub(crate) async fn permissions_of(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<Permission>> {
    let active = find(connection, user).await?.is_some_and(|row| row.active);
    if !active {
        return Ok(Vec::new());
    }
    let roles = roles_of(connection, &[user]).await?;
    let mut permissions: Vec<Permission> = roles.into_iter().flat_map(|(_, role)| role.permissions).collect();
    permissions.sort_unstable();
    permissions.dedup();
    Ok(permissions)
}

/// The active people whose roles permit this.
pub(crate) async fn permitted_to(
    connection: &mut AsyncPgConnection,
    permission: Permission,
) -> QueryResult<Vec<UserId>> {
    let active: Vec<UserId> = staff::table.filter(staff::active).select(staff::user_id).load(connection).await?;
    let roles = roles_of(connection, &active).await?;
    let permitted = roles.into_iter().filter(|(_, role)| role.permissions.contains(&permission));
    let mut people: Vec<UserId> = permitted.map(|(user, _)| user).collect();
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// The active people who have this role.
pub(crate) async fn members_of(connection: &mut AsyncPgConnection, role: RoleId) -> QueryResult<Vec<UserId>> {
    staff_role::table
        .inner_join(staff::table.on(staff::user_id.eq(staff_role::user_id)))
        .filter(staff_role::role_id.eq(role))
        .filter(staff::active)
        .order(staff::user_id)
        .select(staff::user_id)
        .load(connection)
        .await
}

/// Whether any active person has this permission.
pub(crate) async fn anybody_has(connection: &mut AsyncPgConnection, permission: Permission) -> QueryResult<bool> {
    let people = staff_role::table
        .inner_join(staff::table.on(staff::user_id.eq(staff_role::user_id)))
        .inner_join(role::table.on(role::id.eq(staff_role::role_id)))
        .filter(staff::active)
        .filter(role::permissions.contains(vec![permission]))
        .select(staff::user_id);
    let found: Option<UserId> = people.first(connection).await.optional()?;
    Ok(found.is_some())
}

/// Makes somebody a member, or changes one; gives back the row with its new version.
pub(crate) async fn save(
    connection: &mut AsyncPgConnection,
    user: UserId,
    name: &str,
    active: bool,
) -> QueryResult<StaffRow> {
    diesel::insert_into(staff::table)
        .values((staff::user_id.eq(user), staff::name.eq(name), staff::active.eq(active), staff::version.eq(1)))
        .on_conflict(staff::user_id)
        .do_update()
        .set((
            staff::name.eq(name),
            staff::active.eq(active),
            staff::version.eq(staff::version + 1),
            staff::updated_at.eq(diesel::dsl::now),
        ))
        .returning(StaffRow::as_returning())
        .get_result(connection)
        .await
}

/// Gives a person exactly these roles.
pub(crate) async fn set_roles(connection: &mut AsyncPgConnection, user: UserId, roles: &[RoleId]) -> QueryResult<()> {
    diesel::delete(staff_role::table.filter(staff_role::user_id.eq(user))).execute(connection).await?;
    let rows: Vec<_> = roles.iter().map(|role| (staff_role::user_id.eq(user), staff_role::role_id.eq(*role))).collect();
    diesel::insert_into(staff_role::table).values(rows).execute(connection).await?;
    Ok(())
}

/// Writes a role, or changes it.
pub(crate) async fn save_role(connection: &mut AsyncPgConnection, row: &RoleRow) -> QueryResult<()> {
    diesel::insert_into(role::table)
        .values(row)
        .on_conflict(role::id)
        .do_update()
        .set((role::name.eq(&row.name), role::permissions.eq(&row.permissions)))
        .execute(connection)
        .await?;
    Ok(())
}
