//! Making accounts from the command line and for demonstration.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::contact::normalize_email;
use platform::database::Database;
use platform::events::append;
use platform::identity;
use uuid::Uuid;

use super::sign_up::new_account;
use crate::events::UserRegistered;
use crate::model::{Scope, UserId};
use crate::passwords::Passwords;
use crate::settings::AuthSettings;
use crate::{rules, store};

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateAccountError {
    /// The text is no e-mail address.
    #[error("{0:?} is no e-mail address")]
    InvalidEmail(String),
    /// The password is too short, too simple, too common, or too close to the e-mail address.
    #[error("the password needs at least 10 characters, must differ from the e-mail address and be hard to guess")]
    WeakPassword,
    /// A name has 1–50 characters.
    #[error("a name has 1 to 50 characters")]
    InvalidName,
    /// Only services have this scope.
    #[error("a person cannot have the scope {0:?}")]
    InvalidScope(identity::Scope),
    /// The password could not be hashed, or the database failed.
    #[error("{0}")]
    Internal(String),
}

impl From<diesel::result::Error> for CreateAccountError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Internal(format!("database: {error}"))
    }
}

/// Makes an account with these scopes, tells `user.registered`, and returns the user's id. When somebody has the
/// e-mail address already, that account gets the scopes that it lacks, keeps its password, and its id is returned.
///
/// # Errors
/// When an argument is not valid, or the database fails.
pub async fn create_account(
    database: &Database,
    settings: &AuthSettings,
    email: &str,
    password: &str,
    name: &str,
    scopes: &[identity::Scope],
) -> Result<Uuid, CreateAccountError> {
    let internal = |error: &dyn std::fmt::Display| CreateAccountError::Internal(error.to_string());
    let email = normalize_email(email).ok_or_else(|| CreateAccountError::InvalidEmail(email.to_owned()))?;
    let name = rules::person_name(name).ok_or(CreateAccountError::InvalidName)?;
    let scopes = scopes.iter().map(|scope| person_scope(*scope)).collect::<Result<Vec<_>, _>>()?;
    if !rules::password_is_acceptable(password, &email) {
        return Err(CreateAccountError::WeakPassword);
    }
    let known = {
        let mut connection = database.connection().await.map_err(|error| internal(&error))?;
        store::account_by_email(&mut connection, &email).await?
    };
    let password_hash = match known {
        Some(account) => account.password_hash,
        None => {
            let passwords = Passwords::new(settings).map_err(|error| internal(&error))?;
            Some(passwords.hash(password.to_owned()).await.map_err(|error| internal(&error.message))?)
        }
    };
    let registered = UserRegistered {
        user_id: UserId::new(),
        email,
        name,
        phone: None,
        consents: Vec::new(),
        registered_at: Utc::now(),
    };
    let account = new_account(&registered, password_hash, with_scopes(vec![Scope::Buyer], &scopes));
    let mut connection = database.connection().await.map_err(|error| internal(&error))?;
    connection
        .transaction(async |connection| {
            if store::insert_account(connection, &account).await? {
                append(connection, &registered, None).await?;
                return Ok(account.id.0);
            }
            let known = store::account_by_email(connection, &account.email)
                .await?
                .ok_or_else(|| CreateAccountError::Internal("the account vanished".to_owned()))?;
            let present = store::lock_scopes(connection, known.id).await?.unwrap_or_default();
            store::set_scopes(connection, known.id, &with_scopes(present, &scopes)).await?;
            Ok(known.id.0)
        })
        .await
}

fn person_scope(scope: identity::Scope) -> Result<Scope, CreateAccountError> {
    let mut all = Scope::ALL.iter().copied();
    all.find(|one| identity::Scope::from(*one) == scope).ok_or(CreateAccountError::InvalidScope(scope))
}

fn with_scopes(mut present: Vec<Scope>, more: &[Scope]) -> Vec<Scope> {
    present.extend_from_slice(more);
    present.sort_unstable();
    present.dedup();
    present
}
