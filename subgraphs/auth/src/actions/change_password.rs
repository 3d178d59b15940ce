//! Changing one's password.

use chrono::Utc;
use diesel_async::AsyncConnection;

use super::end_sessions::revoke;
use super::proof::tell;
use super::sign_in::authenticated;
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::SecurityChange;
use crate::graphql::ChangePasswordInput;
use crate::model::{RevocationReason, UserId};
use crate::rules;
use crate::store::{self, Which};

/// Changes the password and ends the person's other sessions: whoever knew the old one is out.
pub(crate) async fn change_password(
    state: State,
    caller: Caller,
    input: ChangePasswordInput,
) -> Result<UserId, Refusal> {
    let language = caller.context.language;
    let account = {
        let mut connection = state.database.connection().await?;
        store::account_by_id(&mut connection, caller.user).await?
    };
    let account = account.ok_or_else(|| ErrorCode::UserNotFound.at(&[], language))?;
    if !rules::password_is_acceptable(&input.new_password, &account.email) {
        return Err(ErrorCode::WeakPassword.at(&["newPassword"], language).into());
    }
    let email = account.email.clone();
    let account = authenticated(&state, &caller.context, &email, Some(account), input.current_password)
        .await
        .map_err(at_current_password)?;
    let hash = state.passwords.hash(input.new_password).await?;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::set_password(connection, account.id, &hash, Utc::now()).await?;
            let trace = caller.context.trace_parent.as_deref();
            tell(connection, &account, SecurityChange::PasswordChanged, trace).await?;
            let others = Which::AllBut(caller.session);
            revoke(connection, account.id, others, RevocationReason::PasswordChanged, trace).await
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(account.id)
}

/// A wrong password is a wrong `currentPassword` here.
fn at_current_password(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Expected(mut errors) => {
            for error in errors.iter_mut().filter(|error| error.code == ErrorCode::InvalidCredentials) {
                error.field = vec!["currentPassword".to_owned()];
            }
            Refusal::Expected(errors)
        }
        fault @ Refusal::Fault(_) => fault,
    }
}
