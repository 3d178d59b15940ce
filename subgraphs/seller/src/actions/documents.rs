//! Handing in documents, and until when they hold.

use chrono::{DateTime, NaiveDate, Utc};
use diesel_async::AsyncConnection;
use platform::audit::{self, Entry, json};
use platform::business_days::day_in_seoul;
use platform::date::Date;
use platform::events::append;

use super::{Caller, State, locked, require_role};
use crate::clients::are_own_documents;
use crate::error::{ErrorCode, Refusal};
use crate::events::SellerDocumentsHandedIn;
use crate::graphql::SellerDocumentInput;
use crate::model::{DocumentId, DocumentRow, FileId, SellerId, SellerRow};
use crate::{rules, store};

/// The most documents that can be handed in at once.
const MOST_DOCUMENTS: usize = 20;
/// The longest URL of a document, in bytes.
const LONGEST_URL: usize = 2_000;

/// The rows of documents that are handed in now: files of the caller's, uploaded as SELLER_DOCUMENT.
pub(super) async fn checked_documents(
    state: &State,
    documents: Vec<SellerDocumentInput>,
    seller_id: SellerId,
    caller: &Caller,
) -> Result<Vec<DocumentRow>, Refusal> {
    let now = Utc::now();
    if documents.is_empty() || documents.len() > MOST_DOCUMENTS {
        return Err(ErrorCode::DocumentsRequired.at(&["documents"], caller.language()).into());
    }
    let refuse = |index: usize, code: ErrorCode, field: &str| {
        Refusal::from(code.at(&["documents", &index.to_string(), field], caller.language()))
    };
    let mut rows = Vec::new();
    for (index, document) in documents.into_iter().enumerate() {
        let url = match (document.file_id, document.url) {
            (Some(file), None) => format!("/files/{file}"),
            (None, Some(url)) if is_address(url.trim()) => url.trim().to_owned(),
            (Some(_), Some(_)) => return Err(refuse(index, ErrorCode::DocumentsRequired, "url")),
            (None, given) => {
                let field = if given.is_some() { "url" } else { "fileId" };
                return Err(refuse(index, ErrorCode::DocumentsRequired, field));
            }
        };
        if document.expires_on.is_some_and(|Date(day)| day < day_in_seoul(now)) {
            return Err(refuse(index, ErrorCode::DocumentExpired, "expiresOn"));
        }
        rows.push(DocumentRow {
            id: DocumentId::new(),
            seller_id,
            kind: document.kind,
            url,
            submitted_by: caller.user,
            submitted_at: now,
            expires_on: document.expires_on.map(|Date(day)| day),
            replaced_at: None,
            warned_at: None,
            expired_at: None,
            file_id: document.file_id,
        });
    }
    let files: Vec<(usize, FileId)> =
        rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.file_id?))).collect();
    let ids: Vec<FileId> = files.iter().map(|(_, file)| *file).collect();
    let own = are_own_documents(&state.graph, caller.user, seller_id, &ids, &caller.context).await?;
    match files.iter().zip(own).find(|(_, own)| !own) {
        Some(((index, _), _)) => Err(refuse(*index, ErrorCode::FileNotFound, "fileId")),
        None => Ok(rows),
    }
}

fn is_address(url: &str) -> bool {
    url.starts_with("https://") && url.len() <= LONGEST_URL && !url.contains(char::is_whitespace)
}

/// Writes documents that were handed in, and tells which files are to stay and which need not any more.
pub(super) async fn hand_in(
    connection: &mut diesel_async::AsyncPgConnection,
    seller_id: SellerId,
    documents: &[DocumentRow],
    caller: &Caller,
    now: DateTime<Utc>,
) -> diesel::QueryResult<()> {
    let released_file_ids = store::hand_in(connection, seller_id, documents, now).await?;
    let file_ids: Vec<FileId> = documents.iter().filter_map(|row| row.file_id).collect();
    if file_ids.is_empty() && released_file_ids.is_empty() {
        return Ok(());
    }
    let fact = SellerDocumentsHandedIn { seller_id, owner_id: caller.user, file_ids, released_file_ids };
    append(connection, &fact, caller.trace()).await
}

/// Hands in documents in place of those that end or have ended. What they have brought about, staff take back.
pub(crate) async fn renew_documents(
    state: State,
    caller: Caller,
    id: SellerId,
    documents: Vec<SellerDocumentInput>,
) -> Result<SellerRow, Refusal> {
    let documents = checked_documents(&state, documents, id, &caller).await?;
    let mut connection = state.database.connection().await?;
    let seller = connection
        .transaction(async |connection| {
            let seller = locked(connection, id, &caller).await?;
            require_role(connection, id, &caller, rules::MANAGING).await?;
            if !rules::KEEPING_DOCUMENTS.contains(&seller.state) {
                return Err(ErrorCode::StateConflict.at(&["sellerId"], caller.language()).into());
            }
            hand_in(connection, id, &documents, &caller, Utc::now()).await?;
            Ok::<_, Refusal>(seller)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(seller)
}

/// Sets until when a document holds, as staff have read on it.
pub(crate) async fn set_document_expiry(
    state: State,
    caller: Caller,
    id: SellerId,
    document: DocumentId,
    expires_on: Option<NaiveDate>,
    reason: &str,
) -> Result<SellerRow, Refusal> {
    let reason = rules::line(reason, rules::LONGEST_REASON)
        .ok_or_else(|| ErrorCode::ReasonRequired.at(&["reason"], caller.language()))?;
    let mut connection = state.database.connection().await?;
    let seller = connection
        .transaction(async |connection| {
            let seller = locked(connection, id, &caller).await?;
            let before = store::document_in_force(connection, id, document).await?;
            let before = before.ok_or_else(|| ErrorCode::DocumentNotFound.at(&["documentId"], caller.language()))?;
            store::set_expiry(connection, document, expires_on).await?;
            let entry = Entry::on("seller", id)
                .because(reason.as_str())
                .before(json!({ "document": document, "expiresOn": before.expires_on }))
                .after(json!({ "document": document, "expiresOn": expires_on }));
            audit::of_staff(connection, &caller.context, entry).await?;
            Ok::<_, Refusal>(seller)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(seller)
}

/// Whether a seller has no document that has ended.
pub(super) async fn all_hold(
    connection: &mut diesel_async::AsyncPgConnection,
    id: SellerId,
    now: DateTime<Utc>,
) -> diesel::QueryResult<bool> {
    Ok(store::ended_documents(connection, id, day_in_seoul(now)).await?.is_empty())
}
