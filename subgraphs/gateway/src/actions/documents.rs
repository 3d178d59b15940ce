//! Trusted documents: what may be asked for by its hash.

use std::collections::HashSet;

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry};
use platform::errors::GraphError;
use platform::graph::RequestContext;
use sha2::{Digest as _, Sha256};

use super::{Gateway, live_client, staff, text};
use crate::error::{Failure, UserErrorCode};
use crate::front_door::attached;
use crate::model::{ApiClientId, DocumentRow};
use crate::store;

/// The most documents of one request.
const MOST_DOCUMENTS: usize = 500;
/// The longest name, in characters.
const LONGEST_NAME: usize = 120;

/// What the record of staff's actions calls documents that are not one client's alone.
const EVERYBODY: &str = "trusted-documents";

/// A document to be trusted.
pub(crate) struct NewDocument {
    pub(crate) name: String,
    pub(crate) body: String,
    /// What its client believes its hash to be.
    pub(crate) hash: Option<String>,
}

/// Registers documents, all or none. One that is trusted already stays as it is.
pub(crate) async fn register_documents(
    gateway: &Gateway,
    client_id: Option<ApiClientId>,
    documents: Vec<NewDocument>,
    context: &RequestContext,
) -> Result<Vec<DocumentRow>, Failure> {
    let registered_by = staff(context)?;
    let front_door = attached().ok_or_else(|| GraphError::unavailable("no front door is attached"))?;
    if !(1..=MOST_DOCUMENTS).contains(&documents.len()) {
        return Err(UserErrorCode::InvalidDocuments.at(&["documents"], context.language).into());
    }
    let (mut rows, mut hashes, mut wrong) = (Vec::new(), HashSet::new(), Vec::new());
    for (index, document) in documents.into_iter().enumerate() {
        let index = index.to_string();
        let mut refuse = |code: UserErrorCode, field: &str| {
            wrong.push(code.at(&["documents", &index, field], context.language));
        };
        let hash = hex::encode(Sha256::digest(&document.body));
        if document.hash.is_some_and(|given| !given.eq_ignore_ascii_case(&hash)) {
            refuse(UserErrorCode::DocumentHashMismatch, "hash");
        }
        let name = text(&document.name, LONGEST_NAME);
        if name.is_none() {
            refuse(UserErrorCode::InvalidText, "name");
        }
        if let Err(reason) = (front_door.validate)(&document.body) {
            let mut refusal = UserErrorCode::DocumentNotValid.at(&["documents", &index, "body"], context.language);
            refusal.message = format!("{}: {reason}", refusal.message);
            wrong.push(refusal);
        }
        hashes.insert(hash.clone());
        rows.push(DocumentRow {
            hash,
            name: name.unwrap_or_default(),
            body: document.body,
            client_id,
            registered_by,
            registered_at: Utc::now(),
            revoked_at: None,
        });
    }
    if hashes.len() < rows.len() {
        wrong.push(UserErrorCode::InvalidDocuments.at(&["documents"], context.language));
    }
    if !wrong.is_empty() {
        return Err(Failure::Refused(wrong));
    }
    // In one order, so that two who register the same documents do not wait for each other in a circle.
    rows.sort_by(|one, other| one.hash.cmp(&other.hash));
    let hashes: Vec<String> = rows.iter().map(|row| row.hash.clone()).collect();
    let mut connection = gateway.database.connection().await?;
    let stored = connection
        .transaction(async |connection| {
            if let Some(client_id) = client_id {
                live_client(connection, client_id, context).await?;
            }
            store::register(connection, &rows).await?;
            let entry = Entry::on("gateway", client_id.map_or_else(|| EVERYBODY.to_owned(), |id| id.to_string()));
            audit::of_staff(connection, context, entry.after(audit::json!({ "trusted": hashes }))).await?;
            Ok::<_, Failure>(store::documents(connection, &hashes).await?)
        })
        .await?;
    gateway.outbox.wake();
    Ok(stored)
}

/// Revokes documents and returns the hashes of those that were trusted.
pub(crate) async fn revoke_documents(
    gateway: &Gateway,
    mut hashes: Vec<String>,
    context: &RequestContext,
) -> Result<Vec<String>, Failure> {
    if !(1..=MOST_DOCUMENTS).contains(&hashes.len()) {
        return Err(UserErrorCode::InvalidDocuments.at(&["hashes"], context.language).into());
    }
    hashes.iter_mut().for_each(|hash| hash.make_ascii_lowercase());
    let mut connection = gateway.database.connection().await?;
    let revoked = connection
        .transaction(async |connection| {
            let revoked = store::revoke_documents(connection, &hashes).await?;
            if !revoked.is_empty() {
                let entry = Entry::on("gateway", EVERYBODY).after(audit::json!({ "revoked": revoked }));
                audit::of_staff(connection, context, entry).await?;
            }
            Ok::<_, Failure>(revoked)
        })
        .await?;
    gateway.outbox.wake();
    Ok(revoked)
}
