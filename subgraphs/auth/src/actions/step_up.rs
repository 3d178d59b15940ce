//! Proving anew who one is, before a command that a stolen session must not give.

use chrono::Utc;
use platform::errors::GraphError;

use super::proof::{Factor, show_factor};
use super::sign_in::authenticated;
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::model::{AuthMethod, SessionId, SessionRow};
use crate::store;

/// Notes that the session proved who it is: by a second factor where the account has one, by the password elsewhere.
pub(crate) async fn step_up(
    state: State,
    caller: Caller,
    password: Option<String>,
    factor: Option<Factor>,
) -> Result<SessionRow, Refusal> {
    let language = caller.context.language;
    let id: SessionId = caller.session.ok_or_else(|| GraphError::unauthenticated(language))?;
    let (account, has_factor) = {
        let mut connection = state.database.connection().await?;
        let account = store::account_by_id(&mut connection, caller.user).await?;
        (account, store::has_factor(&mut connection, caller.user).await?)
    };
    let account = account.ok_or_else(|| ErrorCode::UserNotFound.at(&[], language))?;
    let method = if has_factor {
        let factor = factor.ok_or_else(|| ErrorCode::InvalidCode.at(&["code"], language))?;
        show_factor(&state, &caller.context, &account, factor).await?
    } else {
        let password = password.ok_or_else(|| ErrorCode::InvalidCredentials.at(&["password"], language))?;
        let email = account.email.clone();
        authenticated(&state, &caller.context, &email, Some(account), password).await?;
        AuthMethod::Password
    };
    let mut connection = state.database.connection().await?;
    store::set_proved(&mut connection, id, &[method], has_factor, Utc::now()).await?;
    let session = store::sessions_by_id(&mut connection, &[id]).await?.pop();
    let session = session.filter(|session| session.user_id == caller.user && session.is_alive(Utc::now()));
    session.ok_or_else(|| GraphError::unauthenticated(language).into())
}
