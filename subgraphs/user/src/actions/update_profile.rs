//! Changing one's name and phone number.

use async_graphql::MaybeUndefined;
use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::contact::normalize_phone;
use platform::events::append;

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::UserUpdated;
use crate::graphql::UpdateProfileInput;
use crate::model::{Person, ProfileRow};
use crate::{rules, store};

/// The parts of a profile that change; `None` leaves a part as it is.
struct ProfileChange {
    name: Option<String>,
    phone: Option<Option<String>>,
}

/// Changes the parts that the input names.
pub(crate) async fn update_profile(
    state: State,
    caller: Caller,
    input: UpdateProfileInput,
) -> Result<ProfileRow, Refusal> {
    let change = checked(input, &caller)?;
    let mut connection = state.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let not_found = || ErrorCode::UserNotFound.at(&[], caller.language());
            let row = store::lock_profile(connection, &state.vault, caller.user).await?.ok_or_else(not_found)?;
            let before = row.person.clone().ok_or_else(not_found)?;
            let person = Person {
                email: before.email,
                name: change.name.clone().unwrap_or(before.name),
                phone: change.phone.clone().unwrap_or(before.phone),
            };
            let now = Utc::now();
            store::set_person(connection, &state.vault, row.id, &person, now).await?;
            append(connection, &UserUpdated::of(row.id, &person), caller.context.trace_parent.as_deref()).await?;
            Ok::<_, Refusal>(ProfileRow { person: Some(person), updated_at: now, ..row })
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(row)
}

fn checked(input: UpdateProfileInput, caller: &Caller) -> Result<ProfileChange, Refusal> {
    let mut wrong = Vec::new();
    let name = input.name.and_then(|text| {
        let name = rules::person_name(&text);
        if name.is_none() {
            wrong.push(ErrorCode::InvalidName.at(&["name"], caller.language()));
        }
        name
    });
    let phone = match input.phone {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) if text.trim().is_empty() => Some(None),
        MaybeUndefined::Value(text) => {
            let phone = normalize_phone(&text);
            if phone.is_none() {
                wrong.push(ErrorCode::InvalidPhone.at(&["phone"], caller.language()));
            }
            Some(phone)
        }
    };
    if wrong.is_empty() { Ok(ProfileChange { name, phone }) } else { Err(Refusal::Expected(wrong)) }
}
