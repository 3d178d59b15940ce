//! Answering questions for consent.

use chrono::Utc;
use diesel_async::AsyncConnection;

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::graphql::ConsentInput;
use crate::model::{ConsentRow, UserId};
use crate::{rules, store};

/// The most answers that are taken at once.
const MOST_CONSENTS: usize = 20;

/// Records answers. Earlier ones stay in the history.
pub(crate) async fn record_consents(
    state: State,
    caller: Caller,
    consents: Vec<ConsentInput>,
) -> Result<UserId, Refusal> {
    if consents.len() > MOST_CONSENTS {
        return Err(ErrorCode::ConsentRequired.at(&["consents"], caller.language()).into());
    }
    let unacceptable = consents
        .iter()
        .position(|consent| !rules::consent_is_acceptable(consent.purpose, &consent.version, consent.granted));
    if let Some(index) = unacceptable {
        let field = ["consents", &index.to_string()];
        return Err(ErrorCode::ConsentRequired.at(&field, caller.language()).into());
    }
    let now = Utc::now();
    let rows: Vec<ConsentRow> = consents
        .into_iter()
        .map(|consent| ConsentRow {
            user_id: caller.user,
            purpose: consent.purpose,
            version: consent.version.trim().to_owned(),
            granted: consent.granted,
            recorded_at: now,
        })
        .collect();
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if store::lock_profile(connection, &state.vault, caller.user).await?.is_none() {
                return Err(ErrorCode::UserNotFound.at(&[], caller.language()).into());
            }
            if !rows.is_empty() {
                store::insert_consents(connection, &rows).await?;
            }
            Ok::<_, Refusal>(())
        })
        .await?;
    Ok(caller.user)
}
