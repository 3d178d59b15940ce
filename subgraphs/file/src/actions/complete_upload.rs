//! The bytes of an announced upload have come: they become a file, or are refused.

use platform::errors::GraphError;
use platform::graph::RequestContext;

use super::store_file::keep;
use super::{Files, Label};
use crate::error::{Failure, Refusal, UserErrorCode};
use crate::model::{StoredFile, UploadId, UploadRow, UploadState, UserId};
use crate::objects::{Read, incoming};
use crate::rules::{UploadCommand, next_state};
use crate::store;

/// Completes an upload of the caller. Doing so again gives the same file.
pub(crate) async fn complete_upload(
    files: &Files,
    id: UploadId,
    context: &RequestContext,
) -> Result<(UploadRow, StoredFile), Failure> {
    let language = context.language;
    let owner = context.principal.user_id.map(UserId).ok_or_else(|| GraphError::unauthenticated(language))?;
    let upload = {
        let mut connection = files.database.connection().await?;
        store::upload_by_id(&mut connection, id).await?
    };
    let not_found = || UserErrorCode::UploadNotFound.at(&["uploadId"], language);
    let upload = upload.filter(|upload| upload.owner_id == owner).ok_or_else(not_found)?;
    if upload.state == UploadState::Completed {
        return completed(files, upload, context).await;
    }
    if next_state(upload.state, UploadCommand::Complete).is_none() {
        return Err(UserErrorCode::StateConflict.at(&["uploadId"], language).into());
    }
    let limit = u64::try_from(upload.size).unwrap_or_default();
    let bytes = match files.objects.read(&incoming(id), limit).await? {
        None => return Err(UserErrorCode::UploadIncomplete.at(&["uploadId"], language).worth_retrying().into()),
        Some(Read::Bytes(bytes)) if bytes.len() as u64 == limit => bytes,
        Some(_) => return refuse(files, id, UserErrorCode::InvalidSize.at(&["uploadId"], language)).await,
    };
    let label = Label { purpose: upload.purpose, name: upload.name.clone(), seller_id: upload.seller_id };
    let stored = match keep(files, owner, label, bytes, context).await {
        Ok(stored) => stored,
        Err(Failure::Refused(mut refusals)) if !refusals.is_empty() => {
            return refuse(files, id, refusals.swap_remove(0)).await;
        }
        Err(failure) => return Err(failure),
    };
    let ended = {
        let mut connection = files.database.connection().await?;
        store::end_upload(&mut connection, id, UploadCommand::Complete, None, Some(stored.file.id)).await?
    };
    let Some(upload) = ended else {
        // Completed twice at the same time: the other one's file counts.
        super::delete_file(files, stored.file.id, context).await?;
        return Err(UserErrorCode::StateConflict.at(&["uploadId"], language).worth_retrying().into());
    };
    files.objects.remove(&incoming(id)).await?;
    Ok((upload, stored))
}

async fn completed(
    files: &Files,
    upload: UploadRow,
    context: &RequestContext,
) -> Result<(UploadRow, StoredFile), Failure> {
    let id = upload.file_id;
    let found = {
        let mut connection = files.database.connection().await?;
        store::files_by_id(&mut connection, id.as_slice()).await?.pop()
    };
    let gone = || UserErrorCode::FileNotFound.at(&["uploadId"], context.language);
    Ok((upload, found.ok_or_else(gone)?))
}

async fn refuse<T>(files: &Files, id: UploadId, refusal: Refusal) -> Result<T, Failure> {
    {
        let mut connection = files.database.connection().await?;
        store::end_upload(&mut connection, id, UploadCommand::Refuse, Some(refusal.code.as_str()), None).await?;
    }
    files.objects.remove(&incoming(id)).await?;
    Err(refusal.into())
}
