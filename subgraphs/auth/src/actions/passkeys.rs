//! Passkeys: registering them, signing in by them, and what becomes of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::graph::RequestContext;
use platform::language::Language;
use serde::Deserialize;
use serde_json::{Value, json};

use super::issue::{RefreshToken, Shown, SignedIn, digest, open_session};
use super::link_oauth::keeps_a_credential;
use super::proof::{proven, tell};
use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::SecurityChange;
use crate::model::{AuthMethod, PasskeyChallengeRow, PasskeyId, PasskeyRow, SessionId, UserId};
use crate::webauthn::{self, Disbelief};
use crate::{rules, store};

/// How many passkeys an account may have.
const MOST_PASSKEYS: usize = 20;

/// What `navigator.credentials.create()` answers, as JSON.
#[derive(Deserialize)]
struct Registration {
    response: Attestation,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attestation {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: String,
}

/// What `navigator.credentials.get()` answers, as JSON.
#[derive(Deserialize)]
struct Authentication {
    id: String,
    response: Assertion,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assertion {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

/// What a challenge is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ceremony {
    Registration(UserId),
    SignIn,
    StepUp(UserId, SessionId),
}

impl Ceremony {
    fn parties(self) -> (Option<UserId>, Option<SessionId>) {
        match self {
            Self::Registration(user) => (Some(user), None),
            Self::SignIn => (None, None),
            Self::StepUp(user, session) => (Some(user), Some(session)),
        }
    }
}

/// Makes a challenge, and remembers it.
async fn challenge(state: &State, ceremony: Ceremony) -> Result<String, Refusal> {
    let (user_id, session_id) = ceremony.parties();
    let challenge = RefreshToken::random();
    let expires_at = Utc::now() + rules::delta(state.settings.challenge_lifetime);
    let row = PasskeyChallengeRow { digest: challenge.digest, user_id, session_id, expires_at };
    store::insert_passkey_challenge(&mut *state.database.connection().await?, &row).await?;
    Ok(challenge.text)
}

/// Takes the challenge that an answer is for. Each is good once, for what it was made for.
async fn answered(state: &State, client_data: &[u8], ceremony: Ceremony) -> Result<bool, Refusal> {
    let Ok(challenge) = webauthn::challenge_of(client_data) else { return Ok(false) };
    let mut connection = state.database.connection().await?;
    let taken = store::take_passkey_challenge(&mut connection, &digest(&challenge), Utc::now()).await?;
    Ok(taken.is_some_and(|taken| (taken.user_id, taken.session_id) == ceremony.parties()))
}

/// Refuses where the installation has switched passkeys off.
fn enabled(state: &State, language: Language) -> Result<(), Refusal> {
    if state.settings.passkeys { Ok(()) } else { Err(ErrorCode::PasskeysDisabled.at(&[], language).into()) }
}

/// The options of `navigator.credentials.create()` for the signed-in person.
pub(crate) async fn begin_passkey(state: State, caller: Caller) -> Result<Value, Refusal> {
    enabled(&state, caller.context.language)?;
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    let present = store::passkeys_of(&mut connection, account.id).await?;
    drop(connection);
    if present.len() >= MOST_PASSKEYS {
        return Err(ErrorCode::TooManyFactors.at(&[], caller.context.language).into());
    }
    let present: Vec<Value> = present.iter().map(|row| descriptor(&row.credential_id)).collect();
    let algorithms = webauthn::ALGORITHMS.map(|number| json!({ "type": "public-key", "alg": number }));
    Ok(json!({
        "rp": { "id": state.relying_party.id, "name": "DOA Market" },
        "user": {
            "id": URL_SAFE_NO_PAD.encode(account.id.0.as_bytes()),
            "name": account.email,
            "displayName": account.email,
        },
        "challenge": challenge(&state, Ceremony::Registration(account.id)).await?,
        "pubKeyCredParams": algorithms,
        "timeout": milliseconds(&state),
        "excludeCredentials": present,
        "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
        "attestation": "none",
    }))
}

fn descriptor(credential: &[u8]) -> Value {
    json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(credential) })
}

fn milliseconds(state: &State) -> u64 {
    u64::try_from(state.settings.challenge_lifetime.as_millis()).unwrap_or(u64::MAX)
}

/// Adds the passkey that the person's device has made.
pub(crate) async fn add_passkey(
    state: State,
    caller: Caller,
    name: &str,
    credential: &str,
) -> Result<PasskeyRow, Refusal> {
    let language = caller.context.language;
    enabled(&state, language)?;
    let name = rules::person_name(name).ok_or_else(|| ErrorCode::InvalidName.at(&["name"], language))?;
    let invalid = || Refusal::from(ErrorCode::InvalidPasskey.at(&["credential"], language));
    let account = proven(&mut *state.database.connection().await?, &state, &caller).await?.0;
    let read = || -> Result<_, Disbelief> {
        let answer: Registration = serde_json::from_str(credential).map_err(|_| Disbelief::Malformed("credential"))?;
        let client_data = webauthn::decoded(&answer.response.client_data)?;
        Ok((client_data, webauthn::decoded(&answer.response.attestation_object)?))
    };
    let (client_data, attestation) = read().map_err(|_| invalid())?;
    if !answered(&state, &client_data, Ceremony::Registration(account.id)).await? {
        return Err(invalid());
    }
    let made = webauthn::registered(&state.relying_party, &client_data, &attestation).map_err(|error| {
        tracing::info!(%error, "a passkey was not believed");
        invalid()
    })?;
    let row = PasskeyRow {
        id: PasskeyId::new(),
        user_id: account.id,
        credential_id: made.id,
        public_key: made.public_key,
        sign_count: i64::from(made.state.sign_count),
        name,
        backed_up: made.state.backed_up,
        backup_eligible: Some(made.state.backup_eligible),
        created_at: Utc::now(),
        last_used_at: None,
    };
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !store::insert_passkey(connection, &row).await? {
                return Err(invalid());
            }
            let trace = caller.context.trace_parent.as_deref();
            tell(connection, &account, SecurityChange::PasskeyAdded, trace).await?;
            Ok::<_, Refusal>(())
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(row)
}

/// The options of `navigator.credentials.get()` for whoever wants to sign in: the device knows its passkeys.
pub(crate) async fn begin_passkey_sign_in(state: State, language: Language) -> Result<Value, Refusal> {
    enabled(&state, language)?;
    Ok(json!({
        "rpId": state.relying_party.id,
        "challenge": challenge(&state, Ceremony::SignIn).await?,
        "timeout": milliseconds(&state),
        "userVerification": "required",
        "allowCredentials": [],
    }))
}

/// Opens a session for the one whose device has signed. The device has verified the person, so that it counts as a second
/// factor as well.
pub(crate) async fn sign_in_with_passkey(
    state: State,
    context: RequestContext,
    credential: &str,
) -> Result<SignedIn, Refusal> {
    enabled(&state, context.language)?;
    let used = believed(&state, credential, Ceremony::SignIn).await?;
    let invalid = || ErrorCode::InvalidPasskey.at(&["credential"], context.language);
    let user = used.ok_or_else(invalid)?;
    let account = store::account_by_id(&mut *state.database.connection().await?, user).await?;
    let shown = Shown { methods: vec![AuthMethod::Passkey], second_factor: true };
    open_session(&state, &context, &account.ok_or_else(invalid)?, shown).await
}

/// The options of `navigator.credentials.get()` for the signed-in person, who proves anew who it is.
pub(crate) async fn begin_passkey_step_up(state: State, caller: Caller) -> Result<Value, Refusal> {
    let language = caller.context.language;
    enabled(&state, language)?;
    let session = caller.session.ok_or_else(|| GraphError::unauthenticated(language))?;
    let mut connection = state.database.connection().await?;
    let now = Utc::now();
    let alive = store::sessions_by_id(&mut connection, &[session]).await?.pop();
    alive
        .filter(|session| session.user_id == caller.user && session.is_alive(now))
        .ok_or_else(|| GraphError::unauthenticated(language))?;
    let present = store::passkeys_of(&mut connection, caller.user).await?;
    drop(connection);
    if present.is_empty() {
        return Err(ErrorCode::PasskeyNotFound.at(&[], language).into());
    }
    let present: Vec<Value> = present.iter().map(|row| descriptor(&row.credential_id)).collect();
    Ok(json!({
        "rpId": state.relying_party.id,
        "challenge": challenge(&state, Ceremony::StepUp(caller.user, session)).await?,
        "timeout": milliseconds(&state),
        "userVerification": "required",
        "allowCredentials": present,
    }))
}

/// Lets pass whom one of the person's own passkeys has signed for, in the session that began it.
pub(super) async fn show_passkey(
    state: &State,
    caller: &Caller,
    session: SessionId,
    credential: &str,
) -> Result<AuthMethod, Refusal> {
    enabled(state, caller.context.language)?;
    let used = believed(state, credential, Ceremony::StepUp(caller.user, session)).await?;
    let invalid = || ErrorCode::InvalidPasskey.at(&["credential"], caller.context.language);
    Ok(used.map(|_| AuthMethod::Passkey).ok_or_else(invalid)?)
}

/// Whose passkey has signed our challenge.
async fn believed(state: &State, credential: &str, ceremony: Ceremony) -> Result<Option<UserId>, Refusal> {
    let signer = signer(state, credential, ceremony).await?;
    let outcome = if signer.is_some() { "accepted" } else { "refused" };
    metrics::counter!("auth_passkeys_total", "outcome" => outcome).increment(1);
    Ok(signer)
}

async fn signer(state: &State, credential: &str, ceremony: Ceremony) -> Result<Option<UserId>, Refusal> {
    let read = || -> Result<_, Disbelief> {
        let answer: Authentication =
            serde_json::from_str(credential).map_err(|_| Disbelief::Malformed("credential"))?;
        let handle = answer.response.user_handle.as_deref().map(webauthn::decoded).transpose()?;
        Ok((
            webauthn::decoded(&answer.id)?,
            webauthn::decoded(&answer.response.client_data)?,
            webauthn::decoded(&answer.response.authenticator_data)?,
            webauthn::decoded(&answer.response.signature)?,
            handle,
        ))
    };
    let Ok((id, client_data, authenticator, signature, handle)) = read() else { return Ok(None) };
    if !answered(state, &client_data, ceremony).await? {
        return Ok(None);
    }
    let mut connection = state.database.connection().await?;
    let Some(passkey) = store::passkey_by_credential(&mut connection, &id).await? else { return Ok(None) };
    let (expected, _) = ceremony.parties();
    // Nobody has said who signs in, so that the device has to; elsewhere it may.
    let is_owner = match handle {
        Some(handle) => handle == passkey.user_id.0.as_bytes(),
        None => expected.is_some(),
    };
    if !is_owner || expected.is_some_and(|user| user != passkey.user_id) {
        return Ok(None);
    }
    let party = &state.relying_party;
    match webauthn::asserted(party, &passkey.public_key, &client_data, &authenticator, &signature) {
        Ok(shown) if shown.follows(passkey.sign_count, passkey.backup_eligible) => {
            let used = store::use_passkey(&mut connection, &passkey, shown, Utc::now()).await?;
            Ok(used.then_some(passkey.user_id))
        }
        Ok(shown) => {
            tracing::warn!(passkey = %passkey.id, stored = passkey.sign_count, ?shown, "a passkey may have been copied");
            Ok(None)
        }
        Err(error) => {
            tracing::info!(%error, "a passkey was not believed");
            Ok(None)
        }
    }
}

/// Gives a passkey another name.
pub(crate) async fn rename_passkey(
    state: State,
    caller: Caller,
    id: PasskeyId,
    name: &str,
) -> Result<PasskeyRow, Refusal> {
    let language = caller.context.language;
    let name = rules::person_name(name).ok_or_else(|| ErrorCode::InvalidName.at(&["name"], language))?;
    let mut connection = state.database.connection().await?;
    let renamed = store::rename_passkey(&mut connection, caller.user, id, &name).await?;
    renamed.ok_or_else(|| ErrorCode::PasskeyNotFound.at(&["passkeyId"], language).into())
}

/// Removes a passkey, unless nothing would be left to sign in with.
pub(crate) async fn remove_passkey(state: State, caller: Caller, id: PasskeyId) -> Result<PasskeyRow, Refusal> {
    let language = caller.context.language;
    let mut connection = state.database.connection().await?;
    let (account, _) = proven(&mut connection, &state, &caller).await?;
    let removed = connection
        .transaction(async |connection| {
            // Two that are removed at once take turns, so that one of them is left.
            store::lock_scopes(connection, account.id).await?;
            let removed = store::delete_passkey(connection, account.id, id).await?;
            let removed = removed.ok_or_else(|| ErrorCode::PasskeyNotFound.at(&["passkeyId"], language))?;
            keeps_a_credential(connection, &state, &caller, account.id).await?;
            let trace = caller.context.trace_parent.as_deref();
            tell(connection, &account, SecurityChange::PasskeyRemoved, trace).await?;
            Ok::<_, Refusal>(removed)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(removed)
}

/// A passkey.
pub(crate) async fn passkey(state: &State, id: PasskeyId) -> Result<Option<PasskeyRow>, GraphError> {
    Ok(store::passkey(&mut *state.database.connection().await?, id).await?)
}
