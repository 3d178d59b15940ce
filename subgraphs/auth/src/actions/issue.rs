//! Opening a session and issuing its tokens.

use async_graphql::SimpleObject;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::errors::GraphError;
use platform::graph::{ClientInfo, RequestContext};
use platform::identity::{self, AccessClaims};
use sha2::{Digest as _, Sha256};

use super::State;
use crate::clients::{Memberships, memberships_of};
use crate::error::Refusal;
use crate::model::{AccountRow, AuthMethod, RefreshTokenRow, Scope, SessionId, SessionRow, UserId};
use crate::{rules, store};

/// The longest part of a user agent's name that is kept, in characters.
const LONGEST_USER_AGENT: usize = 300;

/// What a client proves with who it is.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct Tokens {
    /// For the `Authorization` header of every request: a signed token, to be treated as opaque.
    access_token: String,
    /// For `refreshSession`, once: each refresh returns the next one.
    refresh_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i32,
}

/// Somebody is signed in.
pub(crate) struct SignedIn {
    pub(crate) session: SessionRow,
    pub(crate) tokens: Tokens,
}

/// A refresh token as the client has it, and what is stored of it.
pub(crate) struct RefreshToken {
    pub(crate) text: String,
    pub(crate) digest: Vec<u8>,
}

impl RefreshToken {
    pub(crate) fn random() -> Self {
        let text = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        Self { digest: digest(&text), text }
    }

    /// The row of this token, in place of `parent`.
    pub(crate) fn row(&self, session: SessionId, parent: Option<&[u8]>, at: DateTime<Utc>) -> RefreshTokenRow {
        RefreshTokenRow {
            digest: self.digest.clone(),
            session_id: session,
            parent: parent.map(<[u8]>::to_vec),
            created_at: at,
            rotated_at: None,
        }
    }
}

/// What is stored of a refresh token.
pub(crate) fn digest(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// What is kept of the client's device.
pub(crate) fn device(client: &ClientInfo) -> (Option<String>, Option<String>) {
    let agent = client.user_agent.as_ref().map(|agent| agent.chars().take(LONGEST_USER_AGENT).collect());
    (agent, client.ip_address.clone())
}

/// How somebody showed who they are.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) methods: Vec<AuthMethod>,
    /// Whether a second factor was among them.
    pub(crate) second_factor: bool,
}

impl Shown {
    /// By one means that is no second factor.
    pub(crate) fn first(method: AuthMethod) -> Self {
        Self { methods: vec![method], second_factor: false }
    }
}

/// A new session of the person on the device that asks.
pub(crate) fn new_session(
    state: &State,
    user: UserId,
    memberships: Memberships,
    shown: Shown,
    context: &RequestContext,
) -> SessionRow {
    let now = Utc::now();
    let (user_agent, ip_address) = device(&context.client);
    SessionRow {
        id: SessionId::new(),
        user_id: user,
        organisations: memberships.organisations,
        owner_of: memberships.owner_of,
        staff_of: memberships.staff_of,
        user_agent,
        ip_address,
        created_at: now,
        last_used_at: now,
        expires_at: now + rules::delta(state.settings.session_lifetime),
        revoked_at: None,
        revoked_for: None,
        authenticated_at: Some(now),
        methods: shown.methods,
        mfa_verified_at: shown.second_factor.then_some(now),
    }
}

/// Writes a new session with its first refresh token.
pub(crate) async fn insert_session(
    connection: &mut AsyncPgConnection,
    session: &SessionRow,
    refresh: &RefreshToken,
) -> QueryResult<()> {
    store::insert_session(connection, session).await?;
    store::insert_refresh_token(connection, &refresh.row(session.id, None, session.created_at)).await
}

/// What an account's tokens depend on besides the session.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) scopes: Vec<Scope>,
    /// Whether it has a second factor.
    pub(crate) has_factor: bool,
}

/// Opens a session for somebody who has shown who they are.
pub(crate) async fn open_session(
    state: &State,
    context: &RequestContext,
    account: &AccountRow,
    shown: Shown,
) -> Result<SignedIn, Refusal> {
    let memberships = memberships_of(&state.graph, account.id, context).await.unwrap_or_default();
    let session = new_session(state, account.id, memberships, shown, context);
    let refresh = RefreshToken::random();
    let mut connection = state.database.connection().await?;
    let has_factor = connection
        .transaction(async |connection| {
            insert_session(connection, &session, &refresh).await?;
            store::has_factor(connection, account.id).await
        })
        .await?;
    drop(connection);
    let tokens = tokens(state, &session, &Standing { scopes: account.scopes.clone(), has_factor }, refresh)?;
    Ok(SignedIn { session, tokens })
}

/// The tokens of a session, for a client.
pub(crate) fn tokens(
    state: &State,
    session: &SessionRow,
    account: &Standing,
    refresh: RefreshToken,
) -> Result<Tokens, GraphError> {
    let lifetime = state.settings.access_lifetime.as_secs();
    let now = seconds(Utc::now());
    let required = state.settings.mfa_required;
    let acts_for_sellers = !session.organisations.is_empty();
    let shown = session.mfa_verified_at.is_some();
    let permissions = rules::permissions(&account.scopes, acts_for_sellers, required, shown);
    let is_privileged = permissions.scopes.len() + permissions.withheld.len() > 1;
    let asked = account.has_factor || (required && is_privileged);
    let proved_at = rules::proved_at(session.authenticated_at, session.mfa_verified_at, account.has_factor);
    let mut amr: Vec<String> = session.methods.iter().map(|method| method.amr().to_owned()).collect();
    if shown && amr.len() > 1 {
        amr.push("mfa".to_owned());
    }
    let withheld = permissions.withheld.contains(&Scope::Seller);
    let memberships = if withheld { Memberships::default() } else { session.memberships() };
    let named = |scopes: Vec<Scope>| scopes.into_iter().map(identity::Scope::from).collect();
    let claims = AccessClaims {
        iss: AccessClaims::ISSUER.to_owned(),
        sub: session.user_id.0,
        act: None,
        sid: session.id.0,
        scopes: named(permissions.scopes),
        roles: memberships.roles(),
        orgs: memberships.organisations,
        policies: Vec::new(),
        withheld: named(permissions.withheld),
        auth_time: proved_at.map(seconds),
        amr,
        proof_lifetime: asked.then_some(state.settings.proof_lifetime.as_secs()),
        iat: now,
        exp: now + lifetime,
    };
    let access_token = state.keys.sign(&claims).map_err(GraphError::internal)?;
    Ok(Tokens {
        access_token,
        refresh_token: refresh.text,
        token_type: "Bearer",
        expires_in: i32::try_from(lifetime).unwrap_or(i32::MAX),
    })
}

fn seconds(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp()).unwrap_or_default()
}
