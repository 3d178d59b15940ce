//! Showing a second factor, and how recently a session has proved who it is.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::errors::GraphError;
use platform::events::append;
use platform::graph::RequestContext;
use sha2::{Digest as _, Sha256};

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::{SecurityChange, SecurityChanged};
use crate::model::{AccountRow, AuthMethod, FactorId, FactorRow, SessionId, UserId};
use crate::seal::Stored;
use crate::throttle::Attempts;
use crate::{rules, store, totp};

/// What somebody shows as a second factor.
pub(crate) enum Factor {
    /// A code of an authenticator app.
    Code(String),
    /// A code that was kept for the loss of the app.
    RecoveryCode(String),
}

impl Factor {
    /// What the input names: a code or a recovery code, not both.
    pub(crate) fn of(code: Option<String>, recovery_code: Option<String>) -> Option<Self> {
        match (code, recovery_code) {
            (Some(code), None) => Some(Self::Code(code)),
            (None, Some(code)) => Some(Self::RecoveryCode(code)),
            _ => None,
        }
    }

    fn field(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::RecoveryCode(_) => "recoveryCode",
        }
    }
}

/// What is stored of a recovery code. It has 80 random bits, so that a plain hash is enough.
pub(crate) fn recovery_digest(user: UserId, code: &str) -> Vec<u8> {
    Sha256::digest(format!("{user}\n{}", rules::plain_code(code))).to_vec()
}

/// Lets pass who shows a second factor of the account, and uses the code up. Attempts are counted for the account, from
/// wherever they come: who guesses codes knows the password already.
pub(super) async fn show_factor(
    state: &State,
    context: &RequestContext,
    account: &AccountRow,
    factor: Factor,
) -> Result<AuthMethod, Refusal> {
    let attempts = code_attempts(state, account.id);
    if let Some(left) = state.throttle.begin(&attempts).await {
        return Err(ErrorCode::wait(left, context.language).into());
    }
    let field = factor.field();
    let mut connection = state.database.connection().await?;
    let method = match factor {
        Factor::Code(code) => use_code(&mut connection, state, account.id, &code).await?.then_some(AuthMethod::Totp),
        Factor::RecoveryCode(code) => {
            let trace = context.trace_parent.as_deref();
            let used = use_recovery_code(&mut connection, account, &code, trace).await?;
            used.then_some(AuthMethod::RecoveryCode)
        }
    };
    drop(connection);
    let outcome = if method.is_some() { "accepted" } else { "refused" };
    metrics::counter!("auth_second_factors_total", "outcome" => outcome).increment(1);
    let method = method.ok_or_else(|| ErrorCode::InvalidCode.at(&[field], context.language))?;
    state.throttle.succeed(&attempts).await;
    state.outbox.wake();
    Ok(method)
}

/// The attempts at codes of an account.
pub(super) fn code_attempts(state: &State, user: UserId) -> Attempts {
    Attempts::new("SECOND_FACTOR", &[&user.to_string()], state.settings.free_codes)
}

async fn use_code(
    connection: &mut AsyncPgConnection,
    state: &State,
    user: UserId,
    code: &str,
) -> Result<bool, Refusal> {
    let now = Utc::now();
    for factor in store::factors_of(connection, user).await? {
        let (id, last) = (factor.id, factor.last_step);
        let secret = secret_of(state, factor)?;
        let Some(step) = totp::step_of(&secret, code, now.timestamp(), last) else { continue };
        return Ok(store::use_step(connection, id, step, now).await?);
    }
    Ok(false)
}

/// The secret of a factor.
pub(super) fn secret_of(state: &State, factor: FactorRow) -> Result<Vec<u8>, Refusal> {
    Ok(state.secrets.open(&factor.id.to_string(), Stored { bytes: factor.secret, sealed: factor.sealed })?)
}

async fn use_recovery_code(
    connection: &mut AsyncPgConnection,
    account: &AccountRow,
    code: &str,
    trace: Option<&str>,
) -> diesel::QueryResult<bool> {
    let now = Utc::now();
    let digest = recovery_digest(account.id, code);
    connection
        .transaction(async |connection| {
            let used = store::use_recovery_code(connection, account.id, &digest, now).await?;
            if used {
                tell(connection, account, SecurityChange::RecoveryCodeUsed, trace).await?;
            }
            Ok(used)
        })
        .await
}

/// Tells of a change, inside the caller's transaction.
pub(super) async fn tell(
    connection: &mut AsyncPgConnection,
    account: &AccountRow,
    change: SecurityChange,
    trace: Option<&str>,
) -> diesel::QueryResult<()> {
    let fact = SecurityChanged { user_id: account.id, email: account.email.clone(), change, at: Utc::now() };
    append(connection, &fact, trace).await
}

/// The caller's account and session, when the session proved a moment ago who it is. Asked of everybody who changes how
/// they sign in: whoever has found an open browser must not lock its owner out.
pub(super) async fn proven(
    connection: &mut AsyncPgConnection,
    state: &State,
    caller: &Caller,
) -> Result<(AccountRow, SessionId), Refusal> {
    let language = caller.context.language;
    let id = caller.session.ok_or_else(|| GraphError::unauthenticated(language))?;
    let session = store::sessions_by_id(connection, &[id]).await?.pop();
    let now = Utc::now();
    let session = session.filter(|session| session.user_id == caller.user && session.is_alive(now));
    let session = session.ok_or_else(|| GraphError::unauthenticated(language))?;
    let account = store::account_by_id(connection, caller.user).await?;
    let account = account.ok_or_else(|| ErrorCode::UserNotFound.at(&[], language))?;
    let has_factor = store::has_factor(connection, caller.user).await?;
    let proved_at = rules::proved_at(session.authenticated_at, session.mfa_verified_at, has_factor);
    if !rules::is_recent(proved_at, state.settings.proof_lifetime, now) {
        return Err(GraphError::step_up_required(language).into());
    }
    Ok((account, id))
}

/// How a person signs in.
pub(crate) struct Security {
    pub(crate) factors: Vec<FactorRow>,
    pub(crate) recovery_codes_left: i64,
}

/// Reads how a person signs in.
pub(crate) async fn security_of(state: &State, user: UserId) -> Result<Security, GraphError> {
    let mut connection = state.database.connection().await?;
    let factors = store::factors_of(&mut connection, user).await?;
    let recovery_codes_left = store::recovery_codes_left(&mut connection, user).await?;
    Ok(Security { factors, recovery_codes_left })
}

/// A second factor that counts.
pub(crate) async fn factor(state: &State, id: FactorId) -> Result<Option<FactorRow>, GraphError> {
    let factor = store::factor(&mut *state.database.connection().await?, id).await?;
    Ok(factor.filter(|factor| factor.confirmed_at.is_some()))
}
