//! Bytes become a file.

use bytes::Bytes;
use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error as DatabaseError};
use diesel_async::AsyncConnection as _;
use platform::errors::GraphError;
use platform::events::append;
use platform::graph::RequestContext;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Files, Label};
use crate::error::{Failure, UserErrorCode};
use crate::events::FileStored;
use crate::model::{ContentRow, FileId, FileRow, StoredFile, UserId};
use crate::objects::content;
use crate::rules::MediaType;
use crate::store;

/// Checks the bytes, keeps them unless equal ones are kept already, and makes them a file of the caller.
pub(crate) async fn store_file(
    files: &Files,
    label: Label,
    bytes: Bytes,
    context: &RequestContext,
) -> Result<StoredFile, Failure> {
    let (owner, label) = files.admitted(label, context)?;
    files.require_quota(owner, bytes.len() as u64, context).await?;
    keep(files, owner, label, bytes, context).await
}

/// The same for a label that was admitted before.
pub(super) async fn keep(
    files: &Files,
    owner: UserId,
    label: Label,
    bytes: Bytes,
    context: &RequestContext,
) -> Result<StoredFile, Failure> {
    let content = checked(files, &label, bytes, context).await?;
    // Twice at most: the first time, equal bytes may be removed between the look and the write.
    for _ in 0..2 {
        let kept = kept_content(files, &content).await?;
        let file = FileRow {
            id: FileId::new(),
            owner_id: owner,
            seller_id: label.seller_id,
            purpose: label.purpose,
            name: label.name.clone(),
            content_id: kept.id,
            created_at: Utc::now(),
            held: false,
            handed_in_for: None,
        };
        if let Some(stored) = write(files, StoredFile { file, content: kept }, context).await? {
            files.outbox.wake();
            metrics::counter!("files_stored_total", "purpose" => label.purpose.as_str()).increment(1);
            return Ok(stored);
        }
    }
    Err(GraphError::unavailable("the bytes of a file were removed twice while it was written").into())
}

/// Bytes that are what their purpose takes.
struct Checked {
    bytes: Bytes,
    row: ContentRow,
}

async fn checked(files: &Files, label: &Label, bytes: Bytes, context: &RequestContext) -> Result<Checked, Failure> {
    let refuse = |code: UserErrorCode| Failure::from(code.at(&["file"], context.language));
    let Some(media_type) = MediaType::of(&bytes).filter(|found| label.purpose.takes(*found)) else {
        return Err(refuse(if bytes.is_empty() { UserErrorCode::InvalidSize } else { UserErrorCode::UnsupportedType }));
    };
    let limit = if media_type.is_image() { files.settings.largest_image } else { files.settings.largest_document };
    if bytes.len() as u64 > limit {
        return Err(refuse(UserErrorCode::InvalidSize));
    }
    let (bytes, width, height) = if media_type.is_image() {
        let image = files.images.clean(bytes, media_type).await?.map_err(|error| {
            tracing::debug!(%error, "an image is refused");
            refuse(UserErrorCode::InvalidImage)
        })?;
        let side = |pixels: u32| i32::try_from(pixels).ok();
        (image.bytes, side(image.width), side(image.height))
    } else {
        (bytes, None, None)
    };
    let row = ContentRow {
        id: Uuid::now_v7(),
        hash: Sha256::digest(&bytes).to_vec(),
        media_type: media_type.as_str().to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        width,
        height,
    };
    Ok(Checked { bytes, row })
}

/// The content with these bytes: one that is kept already, or these. An object whose row was never written stays behind
/// when the process dies here; it is never read.
async fn kept_content(files: &Files, checked: &Checked) -> Result<ContentRow, Failure> {
    let known = {
        let mut connection = files.database.connection().await?;
        store::content_by_hash(&mut connection, &checked.row.hash).await?
    };
    if let Some(known) = known {
        return Ok(known);
    }
    files.objects.write(&content(checked.row.id), checked.bytes.clone()).await?;
    let kept = {
        let mut connection = files.database.connection().await?;
        store::content_or_same(&mut connection, &checked.row).await?
    };
    if kept.id != checked.row.id {
        files.objects.remove(&content(checked.row.id)).await?;
    }
    Ok(kept)
}

/// Writes the file with its event; nothing when its content has just been removed.
async fn write(files: &Files, stored: StoredFile, context: &RequestContext) -> Result<Option<StoredFile>, Failure> {
    let fact = FileStored {
        file_id: stored.file.id,
        owner_id: stored.file.owner_id,
        seller_id: stored.file.seller_id,
        purpose: stored.file.purpose,
        media_type: stored.content.media_type.clone(),
        size: stored.content.size,
    };
    let mut connection = files.database.connection().await?;
    let written = connection
        .transaction(async |connection| {
            store::add_file(connection, &stored.file).await?;
            append(connection, &fact, context.trace_parent.as_deref()).await
        })
        .await;
    match written {
        Ok(()) => Ok(Some(stored)),
        Err(DatabaseError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
