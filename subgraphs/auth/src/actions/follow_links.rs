//! What the links that were mailed to a person end in.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::events::append;
use platform::graph::RequestContext;

use super::end_sessions::revoke;
use super::{State, issue};
use crate::error::{ErrorCode, Refusal};
use crate::events::{SecurityChange, SecurityChanged};
use crate::graphql::ResetPasswordInput;
use crate::model::{RevocationReason, TokenPurpose, UserId};
use crate::store::{self, Which};
use crate::{rules, throttle};

/// Notes that the e-mail address is the person's. Following the link again changes nothing.
pub(crate) async fn verify_email(state: State, context: RequestContext, token: String) -> Result<UserId, Refusal> {
    let invalid = || ErrorCode::InvalidToken.at(&["token"], context.language);
    let now = Utc::now();
    let mut connection = state.database.connection().await?;
    let token = store::account_token(&mut connection, &issue::digest(&token), TokenPurpose::VerifyEmail, now).await?;
    let token = token.ok_or_else(invalid)?;
    let same_address = store::set_email_verified(&mut connection, token.user_id, &token.email, now).await?;
    if same_address { Ok(token.user_id) } else { Err(invalid().into()) }
}

/// Sets a new password and ends all of the person's sessions. The token works once; a password that is refused does not
/// use it up.
pub(crate) async fn reset_password(
    state: State,
    context: RequestContext,
    input: ResetPasswordInput,
) -> Result<UserId, Refusal> {
    let invalid = || Refusal::from(ErrorCode::InvalidToken.at(&["token"], context.language));
    let digest = issue::digest(&input.token);
    let token = {
        let mut connection = state.database.connection().await?;
        store::account_token(&mut connection, &digest, TokenPurpose::ResetPassword, Utc::now()).await?
    };
    let token = token.ok_or_else(invalid)?;
    if !rules::password_is_acceptable(&input.new_password, &token.email) {
        return Err(ErrorCode::WeakPassword.at(&["newPassword"], context.language).into());
    }
    let hash = state.passwords.hash(input.new_password).await?;
    let (user, now) = (token.user_id, Utc::now());
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            // Whoever uses the token up first has changed the password: the link works once.
            let still_good = store::take_account_token(connection, &digest).await?;
            // The link came by mail, so that the address is theirs.
            if !still_good || !store::set_email_verified(connection, user, &token.email, now).await? {
                return Err(invalid());
            }
            store::delete_account_tokens(connection, user, TokenPurpose::ResetPassword).await?;
            store::set_password(connection, user, &hash, now).await?;
            let trace = context.trace_parent.as_deref();
            let change = SecurityChange::PasswordChanged;
            let fact = SecurityChanged { user_id: user, email: token.email.clone(), change, at: now };
            append(connection, &fact, trace).await?;
            revoke(connection, user, Which::AllBut(None), RevocationReason::PasswordReset, trace).await?;
            Ok(())
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    let attempts = throttle::Attempts::sign_in(&token.email, &context.client, state.settings.free_attempts);
    state.throttle.succeed(&attempts).await;
    Ok(user)
}
