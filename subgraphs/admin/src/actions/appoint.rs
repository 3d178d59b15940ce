//! The first administrators: appointed by whoever runs the market, from the command line and for demonstration.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::database::Database;
use platform::errors::GraphError;
use uuid::{Uuid, uuid};

use super::SERVICE;
use super::staff::tell;
use crate::model::{RoleId, UserId};
use crate::store;

/// The role that a new market has for those who may do everything.
const ADMINISTRATOR: RoleId = RoleId(uuid!("01970000-0000-7000-8000-000000000001"));

/// Makes a person with an account an administrator, and tells `staff.changed`. Repeating it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn appoint_administrator(database: &Database, user: Uuid, name: &str) -> Result<(), GraphError> {
    let user = UserId(user);
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            let roles = store::staff::roles_of(connection, &[user]).await?;
            let mut roles: Vec<RoleId> = roles.into_iter().map(|(_, role)| role.id).collect();
            if roles.contains(&ADMINISTRATOR) {
                return Ok(());
            }
            roles.push(ADMINISTRATOR);
            let row = store::staff::save(connection, user, name, true).await?;
            store::staff::set_roles(connection, user, &roles).await?;
            let entry = Entry::on(SERVICE, user).after(json!({ "roleIds": roles }));
            audit::of_service(connection, "appointAdministrator", entry).await?;
            tell(connection, &row, None).await
        })
        .await?;
    Ok(())
}
