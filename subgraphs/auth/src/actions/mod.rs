//! What can be done with an account and its sessions; one use case a file.

mod begin_oauth;
mod change_factors;
mod change_password;
mod complete_oauth;
mod complete_sign_in;
mod create_account;
mod end_sessions;
mod erase_account;
mod follow_links;
mod grant_scope;
mod issue;
mod link_oauth;
mod mail_links;
mod passkeys;
mod proof;
mod refresh;
mod sign_in;
mod sign_up;
mod sign_up_oauth;
mod staff;
mod step_up;

pub(crate) use begin_oauth::begin_oauth;
pub(crate) use change_factors::{begin_totp, confirm_totp, regenerate_recovery_codes, remove_factor};
pub(crate) use change_password::change_password;
pub(crate) use complete_oauth::{OauthOutcome, OauthTicket, complete_oauth};
pub(crate) use complete_sign_in::{Challenge, SignInOutcome, complete_sign_in};
pub(crate) use end_sessions::{revoke_session, sign_out};
pub(crate) use erase_account::erase_account;
pub(crate) use follow_links::{reset_password, verify_email};
pub(crate) use grant_scope::grant_scope;
pub(crate) use issue::{SignedIn, Tokens};
pub(crate) use link_oauth::{confirm_oauth_link, oauth_link, unlink_oauth};
pub(crate) use mail_links::{request_email_verification, request_password_reset};
pub(crate) use passkeys::{
    add_passkey, begin_passkey, begin_passkey_sign_in, begin_passkey_step_up, passkey, remove_passkey, rename_passkey,
    sign_in_with_passkey,
};
pub(crate) use proof::{Factor, Security, factor, security_of};
pub(crate) use refresh::refresh;
pub(crate) use sign_in::sign_in;
pub(crate) use sign_up::sign_up;
pub(crate) use sign_up_oauth::sign_up_with_oauth;
pub(crate) use staff::{hear_of_staff, issue_impersonation};
pub(crate) use step_up::{Proof, step_up};

pub use create_account::{CreateAccountError, create_account};

use std::future::Future;
use std::sync::Arc;

use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};

use crate::error::Refusal;
use crate::keys::KeyRing;
use crate::loaders::Loaders;
use crate::model::{SessionId, UserId};
use crate::passwords::Passwords;
use crate::providers::Providers;
use crate::seal::Sealer;
use crate::settings::AuthSettings;
use crate::throttle::Throttle;
use crate::webauthn::RelyingParty;

/// What the service works with.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    /// The URL under which clients reach the market, without a trailing slash.
    pub(crate) public_url: Arc<str>,
    pub(crate) graph: GraphClient,
    pub(crate) loaders: Loaders,
    pub(crate) passwords: Passwords,
    /// Seals the secrets of second factors.
    pub(crate) secrets: Arc<Sealer>,
    /// By whose services people sign in.
    pub(crate) providers: Providers,
    /// Who we are to people's devices.
    pub(crate) relying_party: Arc<RelyingParty>,
    pub(crate) throttle: Throttle,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) settings: Arc<AuthSettings>,
}

/// A signed-in person who gives a command.
pub(crate) struct Caller {
    pub(crate) user: UserId,
    pub(crate) session: Option<SessionId>,
    pub(crate) context: RequestContext,
}

/// Runs an action to its end even when the request that started it is dropped.
pub(crate) async fn to_the_end<T: Send + 'static>(
    action: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::spawn(action).await.map_err(GraphError::internal)?
}
