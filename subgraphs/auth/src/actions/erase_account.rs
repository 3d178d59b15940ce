//! Forgetting a person who has left.

use diesel_async::AsyncConnection;
use platform::events::HandlerError;

use super::State;
use super::end_sessions::revoke;
use crate::model::{RevocationReason, UserId};
use crate::store::{self, Which};

/// Ends the person's sessions and erases the account with all credentials. Doing it again changes nothing.
pub(crate) async fn erase_account(state: &State, user: UserId, trace: Option<&str>) -> Result<(), HandlerError> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            revoke(connection, user, Which::AllBut(None), RevocationReason::Withdrawn, trace).await?;
            store::delete_account(connection, user).await
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(())
}
