//! Granting and taking scopes.

use diesel_async::AsyncConnection;
use platform::language::Language;

use super::State;
use crate::error::{ErrorCode, Refusal};
use crate::model::{Scope, UserId};
use crate::store;

/// Gives an account a scope, or takes it away. It shows in tokens from the next refresh on.
pub(crate) async fn grant_scope(
    state: State,
    language: Language,
    user: UserId,
    scope: Scope,
    granted: bool,
) -> Result<UserId, Refusal> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let scopes = store::lock_scopes(connection, user).await?;
            let mut scopes = scopes.ok_or_else(|| ErrorCode::UserNotFound.at(&["userId"], language))?;
            scopes.retain(|present| *present != scope);
            if granted {
                scopes.push(scope);
            }
            store::set_scopes(connection, user, &scopes).await?;
            Ok(user)
        })
        .await
}
