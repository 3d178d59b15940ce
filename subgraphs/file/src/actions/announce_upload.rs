//! Somebody says which bytes will come, and is told where to bring them.

use chrono::{Duration, Utc};
use platform::graph::RequestContext;

use super::{Files, Label};
use crate::error::{Failure, UserErrorCode};
use crate::model::{UploadId, UploadRow, UploadState};
use crate::store;

/// An upload, and where its bytes go.
#[derive(Debug)]
pub(crate) struct Announced {
    pub(crate) row: UploadRow,
    /// A `PUT` with the bytes as its body.
    pub(crate) address: String,
}

/// Announces `size` bytes.
pub(crate) async fn announce_upload(
    files: &Files,
    label: Label,
    size: i64,
    context: &RequestContext,
) -> Result<Announced, Failure> {
    let (owner_id, label) = files.admitted(label, context)?;
    let invalid = || UserErrorCode::InvalidSize.at(&["size"], context.language);
    let bytes = u64::try_from(size).ok().filter(|size| (1..=files.limit(label.purpose)).contains(size));
    files.require_quota(owner_id, bytes.ok_or_else(invalid)?, context).await?;
    let lifetime = files.settings.upload_lifetime;
    let now = Utc::now();
    let row = UploadRow {
        id: UploadId::new(),
        owner_id,
        seller_id: label.seller_id,
        purpose: label.purpose,
        name: label.name,
        size,
        state: UploadState::Waiting,
        refusal: None,
        file_id: None,
        created_at: now,
        expires_at: now + Duration::from_std(lifetime).unwrap_or(Duration::MAX),
    };
    let address = match files.objects.direct_address(row.id, lifetime).await? {
        Some(address) => address,
        None => files.links.of_upload(row.id, row.expires_at.timestamp()),
    };
    let mut connection = files.database.connection().await?;
    store::add_upload(&mut connection, &row).await?;
    Ok(Announced { row, address })
}
