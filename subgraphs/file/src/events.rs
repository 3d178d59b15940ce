//! What the file service tells, and the shape of what it hears.

use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{FileId, FilePurpose, SellerId, UserId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[FactDoc::of::<FileStored>(), FactDoc::of::<FileDeleted>()];

/// A file was uploaded.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileStored {
    pub(crate) file_id: FileId,
    pub(crate) owner_id: UserId,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) purpose: FilePurpose,
    pub(crate) media_type: String,
    /// Bytes.
    pub(crate) size: i64,
}

impl Fact for FileStored {
    const KIND: &'static str = "file.stored";

    fn aggregate(&self) -> String {
        self.file_id.to_string()
    }
}

/// A file was deleted. Its bytes go later.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileDeleted {
    pub(crate) file_id: FileId,
    pub(crate) owner_id: UserId,
    pub(crate) purpose: FilePurpose,
}

impl Fact for FileDeleted {
    const KIND: &'static str = "file.deleted";

    fn aggregate(&self) -> String {
        self.file_id.to_string()
    }
}

/// `claim.requested`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimRequested {
    pub(crate) buyer_id: UserId,
    /// Absent of claims from before they had photos.
    #[serde(default)]
    pub(crate) photo_ids: Vec<FileId>,
}

/// `seller.documents_handed_in`, as the seller service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerDocumentsHandedIn {
    pub(crate) seller_id: SellerId,
    pub(crate) owner_id: UserId,
    pub(crate) file_ids: Vec<FileId>,
    pub(crate) released_file_ids: Vec<FileId>,
}
