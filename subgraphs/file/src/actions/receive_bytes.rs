//! The bytes of an announced upload come to us, where the store cannot take them itself.

use bytes::Bytes;
use platform::language::Language;

use super::Files;
use crate::error::{Failure, UserErrorCode};
use crate::model::{UploadId, UploadState};
use crate::objects::incoming;
use crate::store;

/// Keeps the bytes until the upload is completed. Bringing them again replaces them.
pub(crate) async fn receive_bytes(
    files: &Files,
    id: UploadId,
    bytes: Bytes,
    language: Language,
) -> Result<(), Failure> {
    let upload = {
        let mut connection = files.database.connection().await?;
        store::upload_by_id(&mut connection, id).await?
    };
    let upload = upload.ok_or_else(|| UserErrorCode::UploadNotFound.at(&[], language))?;
    if upload.state != UploadState::Waiting {
        return Err(UserErrorCode::StateConflict.at(&[], language).into());
    }
    if i64::try_from(bytes.len()).ok() != Some(upload.size) {
        return Err(UserErrorCode::InvalidSize.at(&["size"], language).into());
    }
    files.objects.write(&incoming(id), bytes).await?;
    Ok(())
}
