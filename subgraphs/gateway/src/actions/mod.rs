//! What can be done about those who ask the graph; one use case a file.

mod clients;
mod documents;
mod keys;

pub(crate) use clients::{ClientText, create_client, edit_client, revoke_client};
pub(crate) use documents::{NewDocument, register_documents, revoke_documents};
pub(crate) use keys::{client_of_key, issue_key, revoke_key};

use diesel_async::AsyncPgConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::RequestContext;

use crate::error::{Failure, UserErrorCode};
use crate::model::{ApiClientId, ClientRow, UserId};
use crate::store;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
}

/// Locks a client that is not revoked.
async fn live_client(
    connection: &mut AsyncPgConnection,
    id: ApiClientId,
    context: &RequestContext,
) -> Result<ClientRow, Failure> {
    let client = store::lock_client(connection, id).await?;
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["clientId"], context.language));
    let client = client.ok_or_else(|| refuse(UserErrorCode::ApiClientNotFound))?;
    if client.revoked_at.is_some() {
        return Err(refuse(UserErrorCode::ApiClientRevoked));
    }
    Ok(client)
}

/// The member of staff who asks.
fn staff(context: &RequestContext) -> Result<UserId, GraphError> {
    let user = context.principal.user_id.map(UserId);
    user.ok_or_else(|| GraphError::forbidden(context.language))
}

/// A text without the blanks around it, where it is as long as it may be.
fn text(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    (1..=longest).contains(&text.chars().count()).then(|| text.to_owned())
}
