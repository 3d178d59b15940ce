//! Keeping delivery addresses: up to 20, one of them the default.

use chrono::Utc;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::language::Language;

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::graphql::{AddAddressInput, AddressFields, UpdateAddressInput};
use crate::model::{AddressId, AddressRow, AddressText};
use crate::vault::Vault;
use crate::{rules, store};

/// Adds an address. The first one becomes the default.
pub(crate) async fn add_address(state: State, caller: Caller, input: AddAddressInput) -> Result<AddressRow, Refusal> {
    let text = checked(input.address, caller.language())?;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            lock(connection, &state.vault, &caller).await?;
            let count = store::addresses_count(connection, caller.user).await?;
            if count >= rules::MOST_ADDRESSES {
                return Err(ErrorCode::AddressLimit.at(&[], caller.language()).into());
            }
            let is_default = input.make_default || count == 0;
            if is_default {
                store::clear_default(connection, caller.user).await?;
            }
            let row = text.into_row(caller.user, is_default, Utc::now());
            store::insert_addresses(connection, &state.vault, std::slice::from_ref(&row)).await?;
            Ok(row)
        })
        .await
}

/// Rewrites an address.
pub(crate) async fn update_address(
    state: State,
    caller: Caller,
    input: UpdateAddressInput,
) -> Result<AddressRow, Refusal> {
    let text = checked(input.address, caller.language())?;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            lock(connection, &state.vault, &caller).await?;
            let row = store::set_address(connection, &state.vault, caller.user, input.id, &text).await?;
            row.ok_or_else(|| not_found(&caller))
        })
        .await
}

/// Removes an address. When it was the default, the newest of the others takes its place.
pub(crate) async fn remove_address(state: State, caller: Caller, id: AddressId) -> Result<AddressId, Refusal> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            lock(connection, &state.vault, &caller).await?;
            let removed = store::delete_address(connection, caller.user, id).await?;
            let was_default = removed.ok_or_else(|| not_found(&caller))?;
            if was_default
                && let Some(newest) = store::addresses_by_user(connection, &state.vault, &[caller.user]).await?.first()
            {
                store::mark_default(connection, &state.vault, caller.user, newest.id).await?;
            }
            Ok(id)
        })
        .await
}

/// Makes an address the default.
pub(crate) async fn set_default_address(state: State, caller: Caller, id: AddressId) -> Result<AddressRow, Refusal> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            lock(connection, &state.vault, &caller).await?;
            store::clear_default(connection, caller.user).await?;
            let marked = store::mark_default(connection, &state.vault, caller.user, id).await?;
            marked.ok_or_else(|| not_found(&caller))
        })
        .await
}

/// Changes of one person's addresses take turns.
async fn lock(connection: &mut AsyncPgConnection, vault: &Vault, caller: &Caller) -> Result<(), Refusal> {
    if store::lock_profile(connection, vault, caller.user).await?.is_some() {
        Ok(())
    } else {
        Err(ErrorCode::UserNotFound.at(&[], caller.language()).into())
    }
}

fn not_found(caller: &Caller) -> Refusal {
    ErrorCode::AddressNotFound.at(&["id"], caller.language()).into()
}

fn checked(fields: AddressFields, language: Language) -> Result<AddressText, Refusal> {
    rules::address(fields).map_err(|wrong| {
        Refusal::Expected(wrong.into_iter().map(|(code, field)| code.at(&["address", field], language)).collect())
    })
}
