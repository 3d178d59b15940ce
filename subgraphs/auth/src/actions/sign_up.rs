//! Signing up.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::contact::{normalize_email, normalize_phone};
use platform::errors::UserError;
use platform::events::append;
use platform::graph::RequestContext;
use platform::language::Language;

use super::State;
use super::issue::{self, RefreshToken, Shown, SignedIn, Standing};
use super::mail_links::mail_verification;
use crate::clients::{Memberships, register_user};
use crate::error::{ErrorCode, Refusal};
use crate::events::{Consent, UserRegistered};
use crate::graphql::{ConsentInput, SignUpInput};
use crate::model::{AccountRow, AuthMethod, Scope, UserId};
use crate::{rules, store};

/// Makes an account, mails the link that verifies its e-mail address, and signs its owner in.
pub(crate) async fn sign_up(state: State, context: RequestContext, input: SignUpInput) -> Result<SignedIn, Refusal> {
    let language = context.language;
    let password = input.password.clone();
    let registered = checked(input, language).map_err(Refusal::Expected)?;
    let password_hash = state.passwords.hash(password).await?;
    let account = new_account(&registered, Some(password_hash), vec![Scope::Buyer]);
    let shown = Shown::first(AuthMethod::Password);
    let session = issue::new_session(&state, account.id, Memberships::default(), shown, &context);
    let refresh = RefreshToken::random();
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !store::insert_account(connection, &account).await? {
                return Err(Refusal::from(ErrorCode::EmailTaken.at(&["email"], language)));
            }
            issue::insert_session(connection, &session, &refresh).await?;
            append(connection, &registered, context.trace_parent.as_deref()).await?;
            let trace = context.trace_parent.as_deref();
            mail_verification(connection, &state, account.id, &account.email, trace).await?;
            Ok(())
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    register_user(&state.graph, &registered, &context).await;
    let standing = Standing { scopes: account.scopes, has_factor: false };
    let tokens = issue::tokens(&state, &session, &standing, refresh)?;
    Ok(SignedIn { session, tokens })
}

/// The row of an account that is not there yet.
pub(super) fn new_account(
    registered: &UserRegistered,
    password_hash: Option<String>,
    scopes: Vec<Scope>,
) -> AccountRow {
    AccountRow {
        id: registered.user_id,
        email: registered.email.clone(),
        password_hash,
        scopes,
        email_verified_at: None,
        password_changed_at: registered.registered_at,
        created_at: registered.registered_at,
    }
}

/// What a person says of themselves.
pub(super) struct Profile {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) consents: Vec<ConsentInput>,
}

/// The new person, or everything that is wrong.
fn checked(input: SignUpInput, language: Language) -> Result<UserRegistered, Vec<UserError<ErrorCode>>> {
    let mut wrong = Vec::new();
    if !rules::password_is_acceptable(&input.password, &input.email) {
        wrong.push(ErrorCode::WeakPassword.at(&["password"], language));
    }
    let SignUpInput { email, password: _, name, phone, consents } = input;
    checked_profile(Profile { email, name, phone, consents }, wrong, language)
}

/// The new person, or everything that is wrong, beside what was found before.
pub(super) fn checked_profile(
    input: Profile,
    mut wrong: Vec<UserError<ErrorCode>>,
    language: Language,
) -> Result<UserRegistered, Vec<UserError<ErrorCode>>> {
    let email = normalize_email(&input.email);
    if email.is_none() {
        wrong.insert(0, ErrorCode::InvalidEmail.at(&["email"], language));
    }
    let name = rules::person_name(&input.name);
    if name.is_none() {
        wrong.push(ErrorCode::InvalidName.at(&["name"], language));
    }
    let phone = input.phone.filter(|phone| !phone.trim().is_empty());
    let normal_phone = phone.as_deref().and_then(normalize_phone);
    if phone.is_some() && normal_phone.is_none() {
        wrong.push(ErrorCode::InvalidPhone.at(&["phone"], language));
    }
    let consents = latest(input.consents);
    let granted: Vec<_> = consents.iter().filter(|consent| consent.granted).map(|consent| consent.purpose).collect();
    let all_versioned = consents.iter().all(|consent| rules::is_version(&consent.version));
    if !rules::missing_consents(&granted).is_empty() || !all_versioned {
        wrong.push(ErrorCode::ConsentRequired.at(&["consents"], language));
    }
    match (email, name) {
        (Some(email), Some(name)) if wrong.is_empty() => Ok(UserRegistered {
            user_id: UserId::new(),
            email,
            name,
            phone: normal_phone,
            consents,
            registered_at: Utc::now(),
        }),
        _ => Err(wrong),
    }
}

/// One consent per purpose: the last that the input names.
fn latest(inputs: Vec<ConsentInput>) -> Vec<Consent> {
    let mut consents: Vec<Consent> = Vec::new();
    for ConsentInput { purpose, version, granted } in inputs {
        consents.retain(|consent| consent.purpose != purpose);
        consents.push(Consent { purpose, version: version.trim().to_owned(), granted });
    }
    consents
}
