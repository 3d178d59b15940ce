//! Handing in documents, and until when they hold.

use chrono::{DateTime, NaiveDate, Utc};
use diesel_async::AsyncConnection;
use platform::audit::{self, Entry, json};
use platform::business_days::day_in_seoul;
use platform::date::Date;

use super::{Caller, State, locked, require_role};
use crate::error::{ErrorCode, Refusal};
use crate::graphql::SellerDocumentInput;
use crate::model::{DocumentId, DocumentRow, SellerId, SellerRow};
use crate::{rules, store};

/// The most documents that can be handed in at once.
const MOST_DOCUMENTS: usize = 20;
/// The longest URL of a document, in bytes.
const LONGEST_URL: usize = 2_000;

/// The rows of documents that are handed in now.
pub(super) fn checked_documents(
    documents: Vec<SellerDocumentInput>,
    seller_id: SellerId,
    caller: &Caller,
) -> Result<Vec<DocumentRow>, Refusal> {
    let now = Utc::now();
    if documents.is_empty() || documents.len() > MOST_DOCUMENTS {
        return Err(ErrorCode::DocumentsRequired.at(&["documents"], caller.language()).into());
    }
    for (index, document) in documents.iter().enumerate() {
        let refuse = |code: ErrorCode, field| code.at(&["documents", &index.to_string(), field], caller.language());
        let url = document.url.trim();
        if !url.starts_with("https://") || url.len() > LONGEST_URL || url.contains(char::is_whitespace) {
            return Err(refuse(ErrorCode::DocumentsRequired, "url").into());
        }
        if document.expires_on.is_some_and(|Date(day)| day < day_in_seoul(now)) {
            return Err(refuse(ErrorCode::DocumentExpired, "expiresOn").into());
        }
    }
    let rows = documents.into_iter().map(|document| DocumentRow {
        id: DocumentId::new(),
        seller_id,
        kind: document.kind,
        url: document.url.trim().to_owned(),
        submitted_by: caller.user,
        submitted_at: now,
        expires_on: document.expires_on.map(|Date(day)| day),
        replaced_at: None,
        warned_at: None,
        expired_at: None,
    });
    Ok(rows.collect())
}

/// Hands in documents in place of those that end or have ended. What they have brought about, staff take back.
pub(crate) async fn renew_documents(
    state: State,
    caller: Caller,
    id: SellerId,
    documents: Vec<SellerDocumentInput>,
) -> Result<SellerRow, Refusal> {
    let documents = checked_documents(documents, id, &caller)?;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let seller = locked(connection, id, &caller).await?;
            require_role(connection, id, &caller, rules::MANAGING).await?;
            if !rules::KEEPING_DOCUMENTS.contains(&seller.state) {
                return Err(ErrorCode::StateConflict.at(&["sellerId"], caller.language()).into());
            }
            store::hand_in(connection, id, &documents, Utc::now()).await?;
            Ok::<_, Refusal>(seller)
        })
        .await
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
