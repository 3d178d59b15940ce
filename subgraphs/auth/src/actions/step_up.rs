//! Proving anew who one is, before a command that a stolen session must not give.

use chrono::Utc;
use platform::errors::GraphError;

use super::passkeys::show_passkey;
use super::proof::{Factor, show_factor};
use super::sign_in::authenticated;
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::model::{AuthMethod, SessionId, SessionRow};
use crate::store;

/// What somebody proves with who it is.
pub(crate) struct Proof {
    pub(crate) password: Option<String>,
    pub(crate) factor: Option<Factor>,
    /// What one of the person's devices has signed.
    pub(crate) credential: Option<String>,
}

/// Notes that the session proved who it is: by a passkey, by a second factor where the account has one, by the password
/// elsewhere.
pub(crate) async fn step_up(state: State, caller: Caller, proof: Proof) -> Result<SessionRow, Refusal> {
    let id: SessionId = caller.session.ok_or_else(|| GraphError::unauthenticated(caller.context.language))?;
    let (method, second_factor) = match &proof.credential {
        // The device has verified the person, as for a sign-in.
        Some(credential) => (show_passkey(&state, &caller, id, credential).await?, true),
        None => shown(&state, &caller, proof).await?,
    };
    let mut connection = state.database.connection().await?;
    store::set_proved(&mut connection, id, &[method], second_factor, Utc::now()).await?;
    let session = store::sessions_by_id(&mut connection, &[id]).await?.pop();
    let session = session.filter(|session| session.user_id == caller.user && session.is_alive(Utc::now()));
    session.ok_or_else(|| GraphError::unauthenticated(caller.context.language).into())
}

/// What was typed, and whether it is a second factor.
async fn shown(state: &State, caller: &Caller, proof: Proof) -> Result<(AuthMethod, bool), Refusal> {
    let language = caller.context.language;
    let (account, has_factor) = {
        let mut connection = state.database.connection().await?;
        let account = store::account_by_id(&mut connection, caller.user).await?;
        (account, store::has_factor(&mut connection, caller.user).await?)
    };
    let account = account.ok_or_else(|| ErrorCode::UserNotFound.at(&[], language))?;
    if has_factor {
        let factor = proof.factor.ok_or_else(|| ErrorCode::InvalidCode.at(&["code"], language))?;
        return Ok((show_factor(state, &caller.context, &account, factor).await?, true));
    }
    let password = proof.password.ok_or_else(|| ErrorCode::InvalidCredentials.at(&["password"], language))?;
    let email = account.email.clone();
    authenticated(state, &caller.context, &email, Some(account), password).await?;
    Ok((AuthMethod::Password, false))
}
