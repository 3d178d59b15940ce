//! An announced upload.

use async_graphql::Object;
use chrono::{DateTime, Utc};

use crate::model::{FilePurpose, UploadId, UploadRow, UploadState};

/// An announced upload, as it stands.
pub(crate) struct FileUpload {
    pub(crate) row: UploadRow,
}

/// An upload that was announced: its bytes are brought to an address, and then it is completed.
#[Object]
impl FileUpload {
    /// Its id.
    async fn id(&self) -> UploadId {
        self.row.id
    }

    /// Where it stands.
    async fn state(&self) -> UploadState {
        self.row.state
    }

    /// What the file is for.
    async fn purpose(&self) -> FilePurpose {
        self.row.purpose
    }

    /// The code of why it was refused, as in `UNSUPPORTED_TYPE`.
    async fn refusal(&self) -> Option<&str> {
        self.row.refusal.as_deref()
    }

    /// Until when its bytes may come.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.row.expires_at
    }
}
