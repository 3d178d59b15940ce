//! Signing in.

use platform::contact::normalize_email;
use platform::graph::RequestContext;

use super::State;
use super::complete_sign_in::{SignInOutcome, enter};
use crate::error::{ErrorCode, Refusal};
use crate::graphql::SignInInput;
use crate::model::{AccountRow, AuthMethod};
use crate::store;
use crate::throttle::Attempts;

/// Opens a session for the one who knows the password, or asks for the second factor of an account that has one. An
/// unknown e-mail address answers like a wrong password, and takes as long.
pub(crate) async fn sign_in(
    state: State,
    context: RequestContext,
    input: SignInInput,
) -> Result<SignInOutcome, Refusal> {
    let email = normalize_email(&input.email).unwrap_or_default();
    let account = {
        let mut connection = state.database.connection().await?;
        store::account_by_email(&mut connection, &email).await?
    };
    let account = authenticated(&state, &context, &email, account, input.password).await?;
    enter(&state, &context, &account, AuthMethod::Password).await
}

/// The account, when the password is its own. Attempts are counted; too many have to wait.
pub(super) async fn authenticated(
    state: &State,
    context: &RequestContext,
    email: &str,
    account: Option<AccountRow>,
    password: String,
) -> Result<AccountRow, Refusal> {
    let attempts = Attempts::sign_in(email, &context.client, state.settings.free_attempts);
    if let Some(left) = state.throttle.begin(&attempts).await {
        return Err(ErrorCode::wait(left, context.language).into());
    }
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let verified = state.passwords.verify(password.clone(), stored).await?;
    let Some(account) = account.filter(|_| verified.matches) else {
        return Err(ErrorCode::InvalidCredentials.at(&[], context.language).into());
    };
    state.throttle.succeed(&attempts).await;
    if verified.outdated {
        let hash = state.passwords.hash(password).await?;
        let mut connection = state.database.connection().await?;
        store::replace_hash(&mut connection, account.id, &account.password_hash, &hash).await?;
    }
    Ok(account)
}
