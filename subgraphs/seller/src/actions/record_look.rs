//! That staff are given the address of a document is on record.

use platform::audit::{Entry, json};
use platform::errors::GraphError;
use platform::events::append;
use platform::graph::RequestContext;
use platform::identity::Scope;

use super::State;
use crate::model::{DocumentId, SellerId};

/// The name of the action in the audit log; the file service has the same for documents that are files.
const ACTION: &str = "viewSellerDocument";

/// Records that staff, or staff who look at the market as somebody else, are given the address of a document that is kept
/// elsewhere: nobody here sees whether they open it. The look of the seller's own people is none.
pub(crate) async fn record_look(
    state: &State,
    context: &RequestContext,
    seller: SellerId,
    document: DocumentId,
) -> Result<(), GraphError> {
    let principal = &context.principal;
    let is_own = principal.acts_for(seller.0) || !principal.has_scope(Scope::StaffSellers);
    if principal.user_id.is_none() || (principal.impersonator.is_none() && is_own) {
        return Ok(());
    }
    let entry = Entry::on("seller", seller).after(json!({ "documentId": document })).recorded(ACTION, context);
    let mut connection = state.database.connection().await?;
    append(&mut connection, &entry, context.trace_parent.as_deref()).await?;
    drop(connection);
    state.outbox.wake();
    Ok(())
}
