//! Showing to be an adult: the person is verified by an outside provider, and only what the provider answers us counts.

use chrono::{Datelike as _, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use platform::events::append;

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::UserAdultVerified;
use crate::identity::{IdentityDesk, IdentityError, Outcome, VerifiedPerson};
use crate::model::{AdultRow, IdentityVerificationId, IdentityVerificationRow, UserId};
use crate::{rules, store};

/// Starts a verification that the signed-in person, and nobody else, can confirm.
pub(crate) async fn start_identity_verification(
    state: State,
    caller: Caller,
) -> Result<IdentityVerificationRow, Refusal> {
    desk(&state, &caller)?;
    let started_at = Utc::now();
    let row = IdentityVerificationRow {
        id: IdentityVerificationId::new(),
        user_id: caller.user,
        started_at,
        expires_at: started_at + state.settings.identity_lifetime,
        confirmed_at: None,
    };
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if store::lock_profile(connection, &state.vault, caller.user).await?.is_none() {
                return Err(ErrorCode::UserNotFound.at(&[], caller.language()).into());
            }
            let since = started_at - TimeDelta::hours(24);
            let lately = store::identity_verifications_since(connection, caller.user, since).await?;
            if lately >= i64::from(state.settings.verifications_per_day) {
                let refusal = ErrorCode::TooManyIdentityVerifications.at(&[], caller.language());
                return Err(refusal.worth_retrying().into());
            }
            store::insert_identity_verification(connection, &row).await?;
            Ok::<_, Refusal>(())
        })
        .await?;
    Ok(row)
}

/// Takes a verification that its person has gone through, once, and keeps that the person is an adult.
pub(crate) async fn confirm_identity_verification(
    state: State,
    caller: Caller,
    id: IdentityVerificationId,
) -> Result<UserId, Refusal> {
    let desk = desk(&state, &caller)?;
    let refused = |code: ErrorCode| Refusal::from(code.at(&["id"], caller.language()));
    let known = {
        let mut connection = state.database.connection().await?;
        store::identity_verification_of(&mut connection, caller.user, id).await?
    };
    let known = known.ok_or_else(|| refused(ErrorCode::IdentityVerificationNotFound))?;
    if let Some(code) = rules::not_confirmable(known.confirmed_at, known.expires_at, Utc::now()) {
        return Err(refused(code));
    }
    let person = match desk.provider.find(id).await {
        Ok(Outcome::Verified(person)) => person,
        Ok(Outcome::Failed) => return Err(refused(ErrorCode::IdentityVerificationFailed)),
        Ok(Outcome::Pending) => {
            let refusal = ErrorCode::IdentityVerificationPending.at(&["id"], caller.language());
            return Err(refusal.worth_retrying().into());
        }
        Err(error) => return Err(unavailable(&error, &caller)),
    };
    if !rules::is_adult(person.birth_date, Utc::now()) {
        return Err(refused(ErrorCode::NotAdult));
    }
    keep(&state, &caller, id, &person).await?;
    metrics::counter!("user_adults_verified_total").increment(1);
    state.outbox.wake();
    Ok(caller.user)
}

fn desk<'a>(state: &'a State, caller: &Caller) -> Result<&'a IdentityDesk, Refusal> {
    let disabled = || ErrorCode::IdentityVerificationDisabled.at(&[], caller.language()).into();
    state.identity.as_deref().ok_or_else(disabled)
}

fn unavailable(error: &IdentityError, caller: &Caller) -> Refusal {
    match error {
        IdentityError::Unavailable(_) => tracing::warn!(%error, "the provider of identity verifications"),
        IdentityError::Unusable(_) => tracing::error!(%error, "the provider of identity verifications"),
    }
    ErrorCode::IdentityProviderUnavailable.at(&[], caller.language()).worth_retrying().into()
}

async fn keep(
    state: &State,
    caller: &Caller,
    id: IdentityVerificationId,
    person: &VerifiedPerson,
) -> Result<(), Refusal> {
    let refused = |code: ErrorCode| Refusal::from(code.at(&["id"], caller.language()));
    let verified_at = Utc::now();
    let row = AdultRow {
        user_id: caller.user,
        verification_id: id,
        person: state.vault.token_of_person(&person.ci),
        sealed: Vec::new(),
        verified_at,
        expires_at: verified_at + state.settings.adult_validity,
    };
    let fact = UserAdultVerified { user_id: caller.user, verified_at, expires_at: row.expires_at };
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if store::lock_profile(connection, &state.vault, caller.user).await?.is_none() {
                return Err(ErrorCode::UserNotFound.at(&[], caller.language()).into());
            }
            if !store::take_identity_verification(connection, id, verified_at).await? {
                return Err(refused(ErrorCode::IdentityVerificationUsed));
            }
            let others = store::other_accounts_count(connection, caller.user, &row.person, verified_at).await?;
            if others >= state.settings.accounts_per_person.into() {
                return Err(refused(ErrorCode::IdentityAccountLimit));
            }
            store::set_adult(connection, &state.vault, row.clone(), person.birth_date.year()).await?;
            append(connection, &fact, caller.context.trace_parent.as_deref()).await?;
            Ok::<_, Refusal>(())
        })
        .await
}
