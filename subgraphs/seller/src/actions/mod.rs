//! What can be done with a seller; one use case a file.

mod apply;
mod change_bank_account;
mod change_members;
mod change_particulars;
mod change_state;
mod documents;
mod expire_documents;
mod record_look;
mod seed;
mod update_profile;

pub(crate) use apply::apply;
pub(crate) use change_bank_account::change_bank_account;
pub(crate) use change_members::{invite_member, remove_member};
pub(crate) use change_particulars::{Verdict, decide_particulars, request_particulars};
pub(crate) use change_state::{Change, change_state};
pub(crate) use documents::{renew_documents, set_document_expiry};
pub(crate) use expire_documents::watch_documents;
pub(crate) use record_look::record_look;
pub(crate) use update_profile::update_profile;

pub use seed::{SeedSeller, seed};

use std::future::Future;

use diesel_async::AsyncPgConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::{GraphClient, RequestContext};
use platform::language::Language;

use crate::error::{ErrorCode, Refusal};
use crate::loaders::Loaders;
use crate::model::{SellerId, SellerRole, SellerRow, UserId};
use crate::store;

/// What the service works with.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) loaders: Loaders,
    pub(crate) graph: GraphClient,
}

/// Who gives a command.
pub(crate) struct Caller {
    pub(crate) user: UserId,
    pub(crate) context: RequestContext,
}

impl Caller {
    fn language(&self) -> Language {
        self.context.language
    }

    fn trace(&self) -> Option<&str> {
        self.context.trace_parent.as_deref()
    }
}

/// Runs an action to its end even when the request that started it is dropped.
pub(crate) async fn to_the_end<T: Send + 'static>(
    action: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::spawn(action).await.map_err(GraphError::internal)?
}

/// Locks the seller for a change.
async fn locked(connection: &mut AsyncPgConnection, id: SellerId, caller: &Caller) -> Result<SellerRow, Refusal> {
    let seller = store::lock_seller(connection, id).await?;
    seller.ok_or_else(|| ErrorCode::SellerNotFound.at(&["sellerId"], caller.language()).into())
}

/// Checks that the caller is a member in one of the roles. The database decides, not the token: it knows of a
/// membership that began or ended after the token was issued.
async fn require_role(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    caller: &Caller,
    roles: &[SellerRole],
) -> Result<(), Refusal> {
    match store::role_of(connection, seller, caller.user).await? {
        Some(role) if roles.contains(&role) => Ok(()),
        Some(_) if roles == [SellerRole::Owner] => Err(ErrorCode::NotOwner.at(&["sellerId"], caller.language()).into()),
        _ => Err(GraphError::forbidden(caller.language()).into()),
    }
}
