//! That staff look at a seller's document is on record before they are given it.

use std::sync::Arc;

use platform::audit::{Entry, json};
use platform::errors::GraphError;
use platform::events::append;
use platform::graph::RequestContext;
use platform::identity::{Principal, Scope};

use super::Files;
use crate::model::{Look, StoredFile};

/// The name of the action in the audit log.
const ACTION: &str = "viewSellerDocument";

/// Records who of the staff is given which document of which seller, in the audit log of all that staff do.
pub(crate) async fn record_look(
    files: &Files,
    stored: &StoredFile,
    look: Look,
    context: &RequestContext,
) -> Result<(), GraphError> {
    let file = &stored.file;
    let (file_id, seller) = (file.id, file.handed_in_for.or(file.seller_id));
    let object = seller.map_or_else(|| file_id.to_string(), |seller| seller.to_string());
    // Who opens a signed address has no token: the address says who it was given to.
    let principal = match look.as_user {
        Some(person) => Principal { user_id: Some(person.0), impersonator: Some(look.by.0), ..Principal::default() },
        None => Principal { user_id: Some(look.by.0), scopes: vec![Scope::Staff], ..Principal::default() },
    };
    let looking = RequestContext { principal: Arc::new(principal), ..context.clone() };
    let entry = Entry::on("file", object).after(json!({ "fileId": file_id })).recorded(ACTION, &looking);
    let mut connection = files.database.connection().await?;
    append(&mut connection, &entry, context.trace_parent.as_deref()).await?;
    drop(connection);
    files.outbox.wake();
    Ok(())
}
