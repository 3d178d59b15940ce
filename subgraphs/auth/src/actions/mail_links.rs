//! Links that are mailed to a person: made here, told as facts, sent by whoever hears them.

use chrono::Utc;
use diesel::QueryResult;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::contact::normalize_email;
use platform::events::append;
use platform::graph::RequestContext;

use super::issue::RefreshToken;
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::{EmailVerificationRequested, MailedLink, PasswordResetRequested};
use crate::model::{AccountTokenRow, TokenPurpose, UserId};
use crate::throttle::Attempts;
use crate::{rules, store};

/// The page of the web client that ends in `verifyEmail`.
const VERIFY_PATH: &str = "/verify-email";
/// The page of the web client that ends in `resetPassword`.
const RESET_PATH: &str = "/reset-password";
/// So many people may ask from one address, as behind a company's router, for each mail that one of them may ask for.
const PEOPLE_PER_ADDRESS: u32 = 10;

/// Mails the signed-in person a link that shows that the e-mail address is theirs.
pub(crate) async fn request_email_verification(state: State, caller: Caller) -> Result<UserId, Refusal> {
    let language = caller.context.language;
    let account = {
        let mut connection = state.database.connection().await?;
        store::account_by_id(&mut connection, caller.user).await?
    };
    let account = account.ok_or_else(|| ErrorCode::UserNotFound.at(&[], language))?;
    if account.email_verified_at.is_some() {
        return Err(ErrorCode::EmailAlreadyVerified.at(&[], language).into());
    }
    count(&state, &caller.context, TokenPurpose::VerifyEmail, &account.email).await?;
    let trace = caller.context.trace_parent.as_deref();
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| mail_verification(connection, &state, account.id, &account.email, trace).await)
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(account.id)
}

/// Mails the account's owner a link to a new password. Who asks learns nothing of whether there is an account: what
/// depends on it happens after the answer.
pub(crate) async fn request_password_reset(
    state: State,
    context: RequestContext,
    email: String,
) -> Result<(), Refusal> {
    let email = normalize_email(&email).ok_or_else(|| ErrorCode::InvalidEmail.at(&["email"], context.language))?;
    count(&state, &context, TokenPurpose::ResetPassword, &email).await?;
    tokio::spawn(async move {
        if let Err(error) = mail_reset(&state, &context, &email).await {
            tracing::error!(?error, "the link to a new password was not made");
        }
    });
    Ok(())
}

async fn mail_reset(state: &State, context: &RequestContext, email: &str) -> Result<(), Refusal> {
    let mut connection = state.database.connection().await?;
    let Some(account) = store::account_by_email(&mut connection, email).await? else { return Ok(()) };
    let link = new_link(state, account.id, email, TokenPurpose::ResetPassword);
    connection
        .transaction(async |connection| {
            store::insert_account_token(connection, &link.row).await?;
            append(connection, &PasswordResetRequested(link.fact), context.trace_parent.as_deref()).await
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(())
}

/// Makes the link of a verification and tells of it, inside the caller's transaction.
pub(super) async fn mail_verification(
    connection: &mut AsyncPgConnection,
    state: &State,
    user: UserId,
    email: &str,
    trace: Option<&str>,
) -> QueryResult<()> {
    let link = new_link(state, user, email, TokenPurpose::VerifyEmail);
    store::insert_account_token(connection, &link.row).await?;
    append(connection, &EmailVerificationRequested(link.fact), trace).await
}

struct Link {
    row: AccountTokenRow,
    fact: MailedLink,
}

fn new_link(state: &State, user: UserId, email: &str, purpose: TokenPurpose) -> Link {
    let (path, lifetime) = match purpose {
        TokenPurpose::VerifyEmail => (VERIFY_PATH, state.settings.email_token_lifetime),
        TokenPurpose::ResetPassword => (RESET_PATH, state.settings.reset_token_lifetime),
    };
    let token = RefreshToken::random();
    let now = Utc::now();
    let expires_at = now + rules::delta(lifetime);
    Link {
        fact: MailedLink {
            user_id: user,
            email: email.to_owned(),
            url: format!("{}{path}?token={}", state.public_url, token.text),
            expires_at,
        },
        row: AccountTokenRow {
            digest: token.digest,
            user_id: user,
            purpose,
            email: email.to_owned(),
            created_at: now,
            expires_at,
        },
    }
}

/// Counts a mail to the address, and one that was asked for from the client's. Too many have to wait.
async fn count(state: &State, context: &RequestContext, purpose: TokenPurpose, email: &str) -> Result<(), Refusal> {
    let free = state.settings.free_mails;
    let to = Attempts::new(purpose.as_str(), &["to", email], free);
    let from = context.client.ip_address.as_deref();
    let from = from.map(|ip| Attempts::new(purpose.as_str(), &["from", ip], free.saturating_mul(PEOPLE_PER_ADDRESS)));
    for attempts in [from, Some(to)].into_iter().flatten() {
        if let Some(left) = state.throttle.begin(&attempts).await {
            return Err(ErrorCode::wait(left, context.language).into());
        }
    }
    Ok(())
}
