//! The second half of signing in: a code, where the account has a second factor.

use chrono::{DateTime, Utc};
use platform::graph::RequestContext;

use super::State;
use super::issue::{self, RefreshToken, Shown, SignedIn, open_session};
use super::proof::{Factor, show_factor};
use crate::error::{ErrorCode, Refusal};
use crate::model::{AccountRow, AuthMethod, ChallengeRow};
use crate::{rules, store};

/// How often one sign-in may be tried to complete.
const MOST_ATTEMPTS: i32 = 10;

/// A sign-in that waits for its second factor.
pub(crate) struct Challenge {
    pub(crate) token: String,
    pub(crate) expires_at: DateTime<Utc>,
}

/// What came of the first half.
#[allow(clippy::large_enum_variant, reason = "made once a request and taken apart at once")]
pub(crate) enum SignInOutcome {
    /// Somebody is signed in.
    SignedIn(SignedIn),
    /// The account has a second factor, which is to be shown.
    Challenged(Challenge),
}

/// Lets somebody in who has shown the first factor: at once, or after the second one.
pub(super) async fn enter(
    state: &State,
    context: &RequestContext,
    account: &AccountRow,
    method: AuthMethod,
) -> Result<SignInOutcome, Refusal> {
    let mut connection = state.database.connection().await?;
    if !store::has_factor(&mut connection, account.id).await? {
        drop(connection);
        return Ok(SignInOutcome::SignedIn(open_session(state, context, account, Shown::first(method)).await?));
    }
    let (token, now) = (RefreshToken::random(), Utc::now());
    let expires_at = now + rules::delta(state.settings.challenge_lifetime);
    let row =
        ChallengeRow { digest: token.digest, user_id: account.id, method, attempts: 0, created_at: now, expires_at };
    store::insert_challenge(&mut connection, &row).await?;
    Ok(SignInOutcome::Challenged(Challenge { token: token.text, expires_at }))
}

/// Opens the session of a sign-in that waited, for the one who shows the second factor.
pub(crate) async fn complete_sign_in(
    state: State,
    context: RequestContext,
    challenge: String,
    factor: Factor,
) -> Result<SignedIn, Refusal> {
    let invalid = || ErrorCode::InvalidChallenge.at(&["challenge"], context.language);
    let digest = issue::digest(&challenge);
    let mut connection = state.database.connection().await?;
    let waiting = store::try_challenge(&mut connection, &digest, MOST_ATTEMPTS, Utc::now()).await?;
    let waiting = waiting.ok_or_else(invalid)?;
    let account = store::account_by_id(&mut connection, waiting.user_id).await?.ok_or_else(invalid)?;
    drop(connection);
    let shown = show_factor(&state, &context, &account, factor).await?;
    let taken = store::take_challenge(&mut *state.database.connection().await?, &digest).await?;
    if !taken {
        return Err(invalid().into());
    }
    let shown = Shown { methods: vec![waiting.method, shown], second_factor: true };
    open_session(&state, &context, &account, shown).await
}
