//! Identifiers, purposes, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::{content, file, upload};

platform::define_id!(
    /// A file.
    pub struct FileId, "fil"
);
platform::define_id!(
    /// An upload that was announced.
    pub struct UploadId, "upl"
);
platform::define_id!(
    /// A user, owned by the user service.
    pub struct UserId, "usr"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);

platform::text_enum! {
    /// What a file is for; it decides who may upload it, what it may be, and who may see it.
    pub enum FilePurpose {
        /// A picture of a product. Everybody sees it.
        ProductImage = "PRODUCT_IMAGE",
        /// A long picture that describes a product (상세 이미지). Everybody sees it.
        ProductDetail = "PRODUCT_DETAIL",
        /// A photo in a review. Everybody sees it.
        ReviewPhoto = "REVIEW_PHOTO",
        /// A banner. Everybody sees it.
        BannerImage = "BANNER_IMAGE",
        /// A document of a seller or applicant, such as 사업자등록증. The owner, the seller's members and staff see it.
        SellerDocument = "SELLER_DOCUMENT",
        /// A photo that proves a claim. The owner and staff see it, and the seller's members where one is named.
        ClaimPhoto = "CLAIM_PHOTO",
    }
}

platform::text_enum! {
    /// Where an announced upload stands.
    pub enum UploadState {
        /// Its bytes may come until it expires.
        Waiting = "WAITING",
        /// It became a file.
        Completed = "COMPLETED",
        /// Its bytes were not what was announced, or not what its purpose allows.
        Refused = "REFUSED",
        /// Its time is over.
        Expired = "EXPIRED",
    }
}

/// Bytes that are stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = content)]
pub(crate) struct ContentRow {
    pub(crate) id: Uuid,
    pub(crate) hash: Vec<u8>,
    pub(crate) media_type: String,
    pub(crate) size: i64,
    pub(crate) width: Option<i32>,
    pub(crate) height: Option<i32>,
}

/// A file of somebody.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = file)]
pub(crate) struct FileRow {
    pub(crate) id: FileId,
    pub(crate) owner_id: UserId,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) purpose: FilePurpose,
    pub(crate) name: String,
    pub(crate) content_id: Uuid,
    pub(crate) created_at: DateTime<Utc>,
    /// Whether it proves a claim, or is a seller's document that counts.
    pub(crate) held: bool,
    /// The seller for whom it was handed in, of a document.
    pub(crate) handed_in_for: Option<SellerId>,
}

/// A member of staff who looks at a seller's document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) by: UserId,
    /// The person as whom the market is looked at.
    pub(crate) as_user: Option<UserId>,
}

/// An announced upload.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = upload)]
pub(crate) struct UploadRow {
    pub(crate) id: UploadId,
    pub(crate) owner_id: UserId,
    pub(crate) seller_id: Option<SellerId>,
    pub(crate) purpose: FilePurpose,
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) state: UploadState,
    pub(crate) refusal: Option<String>,
    pub(crate) file_id: Option<FileId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// A file with its content.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub(crate) file: FileRow,
    pub(crate) content: ContentRow,
}
