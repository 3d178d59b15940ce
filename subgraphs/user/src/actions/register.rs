//! Taking over a person who signed up.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::errors::GraphError;

use super::State;
use crate::error::Refusal;
use crate::events::Consent;
use crate::model::{ConsentRow, Person, ProfileRow, UserId};
use crate::store;
use crate::vault::Vault;

/// Somebody who signed up.
pub(crate) struct Registration {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) consents: Vec<Consent>,
    pub(crate) at: DateTime<Utc>,
}

/// Writes the profile that a person begins with. One that is there already stays as it is: the person may have changed
/// it since.
pub(crate) async fn register(state: State, registration: Registration) -> Result<UserId, Refusal> {
    let mut connection = state.database.connection().await?;
    connection.transaction(async |connection| register_once(connection, &state.vault, &registration).await).await?;
    Ok(registration.id)
}

/// The same inside the caller's transaction.
pub(crate) async fn register_once(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    registration: &Registration,
) -> Result<(), GraphError> {
    let row = ProfileRow {
        id: registration.id,
        person: Some(Person {
            email: registration.email.clone(),
            name: registration.name.clone(),
            phone: registration.phone.clone(),
        }),
        created_at: registration.at,
        updated_at: registration.at,
    };
    let is_new = !store::insert_new_profiles(connection, vault, std::slice::from_ref(&row)).await?.is_empty();
    if is_new && !registration.consents.is_empty() {
        let consents = registration.consents.iter().map(|consent| ConsentRow {
            user_id: registration.id,
            purpose: consent.purpose,
            version: consent.version.clone(),
            granted: consent.granted,
            recorded_at: registration.at,
        });
        store::insert_consents(connection, &consents.collect::<Vec<_>>()).await?;
    }
    Ok(())
}
