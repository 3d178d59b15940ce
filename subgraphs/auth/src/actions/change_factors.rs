//! Adding and removing second factors, and the codes for their loss.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};

use super::end_sessions::revoke;
use super::proof::{code_attempts, proven, recovery_digest, secret_of, tell};
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::SecurityChange;
use crate::model::{AccountRow, AuthMethod, FactorId, FactorKind, FactorRow, RevocationReason, SessionId};
use crate::store::{self, Which};
use crate::{rules, totp};

/// What authenticator apps show beside the account's name.
const ISSUER: &str = "DOA Market";
/// How many second factors an account may have.
const MOST_FACTORS: usize = 5;
/// How many recovery codes a person is given.
const RECOVERY_CODES: usize = 10;

/// A factor that is not confirmed yet.
pub(crate) struct Begun {
    pub(crate) factor: FactorId,
    pub(crate) secret: String,
    pub(crate) uri: String,
}

/// A factor that counts from now on.
pub(crate) struct Confirmed {
    pub(crate) factor: FactorRow,
    /// Shown once; empty when the person has some already.
    pub(crate) recovery_codes: Vec<String>,
}

/// Makes a secret for an authenticator app. It counts when a code of it is confirmed.
pub(crate) async fn begin_totp(state: State, caller: Caller, name: &str) -> Result<Begun, Refusal> {
    let language = caller.context.language;
    let name = rules::person_name(name).ok_or_else(|| ErrorCode::InvalidName.at(&["name"], language))?;
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    if store::factors_of(&mut connection, account.id).await?.len() >= MOST_FACTORS {
        return Err(ErrorCode::TooManyFactors.at(&[], language).into());
    }
    let (id, secret) = (FactorId::new(), rand::random::<[u8; totp::SECRET_LENGTH]>());
    let stored = state.secrets.seal(&id.to_string(), &secret)?;
    let row = FactorRow {
        id,
        user_id: account.id,
        kind: FactorKind::Totp,
        name,
        secret: stored.bytes,
        sealed: stored.sealed,
        last_step: None,
        created_at: Utc::now(),
        confirmed_at: None,
        last_used_at: None,
    };
    connection
        .transaction(async |connection| {
            store::delete_unconfirmed(connection, account.id).await?;
            store::insert_factor(connection, &row).await
        })
        .await?;
    let uri = totp::uri(ISSUER, &account.email, &secret);
    Ok(Begun { factor: id, secret: totp::base32(&secret), uri })
}

/// Makes a factor count, for the one whose app shows its code. With the first one the person's other sessions end, which
/// have not shown it.
pub(crate) async fn confirm_totp(state: State, caller: Caller, id: FactorId, code: &str) -> Result<Confirmed, Refusal> {
    let language = caller.context.language;
    let attempts = code_attempts(&state, caller.user);
    if let Some(left) = state.throttle.begin(&attempts).await {
        return Err(ErrorCode::wait(left, language).into());
    }
    let not_found = || ErrorCode::FactorNotFound.at(&["factorId"], language);
    let mut connection = state.database.connection().await?;
    let (account, session) = proven(&mut connection, &state, &caller).await?;
    let factor = store::factor(&mut connection, id).await?;
    let factor = factor.filter(|factor| factor.user_id == caller.user && factor.confirmed_at.is_none());
    let secret = secret_of(&state, factor.ok_or_else(not_found)?)?;
    let now = Utc::now();
    let step = totp::step_of(&secret, code, now.timestamp(), None);
    let step = step.ok_or_else(|| ErrorCode::InvalidCode.at(&["code"], language))?;
    let confirmed = connection
        .transaction(async |connection| {
            let is_first = !store::has_factor(connection, account.id).await?;
            if !store::confirm_factor(connection, id, step, now).await? {
                return Err(Refusal::from(not_found()));
            }
            let recovery_codes = added(connection, &caller, &account, session, is_first).await?;
            let factor = store::factor(connection, id).await?.ok_or_else(not_found)?;
            Ok(Confirmed { factor, recovery_codes })
        })
        .await?;
    drop(connection);
    state.throttle.succeed(&attempts).await;
    state.outbox.wake();
    Ok(confirmed)
}

/// What follows from a new factor, inside the caller's transaction. Returns recovery codes when the person has none.
async fn added(
    connection: &mut AsyncPgConnection,
    caller: &Caller,
    account: &AccountRow,
    session: SessionId,
    is_first: bool,
) -> Result<Vec<String>, Refusal> {
    let trace = caller.context.trace_parent.as_deref();
    store::set_proved(connection, session, &[AuthMethod::Totp], true, Utc::now()).await?;
    if is_first {
        revoke(connection, account.id, Which::AllBut(Some(session)), RevocationReason::FactorAdded, trace).await?;
    }
    tell(connection, account, SecurityChange::FactorAdded, trace).await?;
    if store::recovery_codes_left(connection, account.id).await? > 0 {
        return Ok(Vec::new());
    }
    Ok(new_recovery_codes(connection, account).await?)
}

/// Puts new recovery codes in place of the old ones, and returns them.
async fn new_recovery_codes(
    connection: &mut AsyncPgConnection,
    account: &AccountRow,
) -> diesel::QueryResult<Vec<String>> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let digests: Vec<_> = codes.iter().map(|code| recovery_digest(account.id, code)).collect();
    store::replace_recovery_codes(connection, account.id, &digests, Utc::now()).await?;
    Ok(codes)
}

/// Sixteen digits of Base32 in groups of four: 80 random bits.
fn recovery_code() -> String {
    let text = totp::base32(&rand::random::<[u8; 10]>());
    let groups: Vec<&str> = (0..4).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
    groups.join("-")
}

/// Gives the person new recovery codes; the old ones are worth nothing any more.
pub(crate) async fn regenerate_recovery_codes(state: State, caller: Caller) -> Result<Vec<String>, Refusal> {
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    let codes = connection
        .transaction(async |connection| {
            if !store::has_factor(connection, account.id).await? {
                return Err(Refusal::from(ErrorCode::FactorNotFound.at(&[], caller.context.language)));
            }
            let trace = caller.context.trace_parent.as_deref();
            tell(connection, &account, SecurityChange::RecoveryCodesReplaced, trace).await?;
            Ok(new_recovery_codes(connection, &account).await?)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(codes)
}

/// Removes a factor. With the last one the recovery codes go as well, and sellers and staff who need one lose those
/// scopes at the next refresh.
pub(crate) async fn remove_factor(state: State, caller: Caller, id: FactorId) -> Result<FactorRow, Refusal> {
    let language = caller.context.language;
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    let removed = connection
        .transaction(async |connection| {
            let removed = store::delete_factor(connection, account.id, id).await?;
            let removed = removed.ok_or_else(|| ErrorCode::FactorNotFound.at(&["factorId"], language))?;
            if !store::has_factor(connection, account.id).await? {
                store::delete_recovery_codes(connection, account.id).await?;
                store::forget_second_factor(connection, account.id).await?;
            }
            let trace = caller.context.trace_parent.as_deref();
            tell(connection, &account, SecurityChange::FactorRemoved, trace).await?;
            Ok::<_, Refusal>(removed)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(removed)
}
