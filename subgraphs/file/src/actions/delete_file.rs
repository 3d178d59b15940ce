//! A file is deleted: nobody sees it any more, and its bytes go after a while.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;

use super::Files;
use crate::error::{Failure, UserErrorCode};
use crate::events::FileDeleted;
use crate::model::{FileId, StoredFile};
use crate::rules::{may_delete, may_see};
use crate::store;

/// Deletes a file of the caller, of a seller that he acts for, or as staff who look after what it is for. What is held, only they delete.
pub(crate) async fn delete_file(files: &Files, id: FileId, context: &RequestContext) -> Result<StoredFile, Failure> {
    let mut connection = files.database.connection().await?;
    let found = store::files_by_id(&mut connection, &[id]).await?.pop();
    let not_found = || UserErrorCode::FileNotFound.at(&["fileId"], context.language);
    let stored = found.filter(|stored| may_see(&stored.file, &context.principal)).ok_or_else(not_found)?;
    if !may_delete(&stored.file, &context.principal) {
        return Err(UserErrorCode::PurposeNotAllowed.at(&["fileId"], context.language).into());
    }
    let even_held = context.principal.has_scope(stored.file.purpose.staff_scope());
    if stored.file.held && !even_held {
        return Err(UserErrorCode::FileHeld.at(&["fileId"], context.language).into());
    }
    let fact = FileDeleted { file_id: id, owner_id: stored.file.owner_id, purpose: stored.file.purpose };
    let gone = connection
        .transaction(async |connection| {
            let gone = store::delete_file(connection, id, even_held).await?;
            if gone {
                let (purpose, held) = (fact.purpose, stored.file.held);
                let entry = Entry::on("file", id).before(json!({ "purpose": purpose, "held": held }));
                audit::of_staff(connection, context, entry).await?;
                append(connection, &fact, context.trace_parent.as_deref()).await?;
            }
            Ok::<_, diesel::result::Error>(gone)
        })
        .await?;
    drop(connection);
    if !gone {
        return Err(not_found().into());
    }
    files.outbox.wake();
    Ok(stored)
}
