//! What the file service does: one use case a file.

mod announce_upload;
mod complete_upload;
mod delete_file;
mod draw_rendition;
mod hold_photos;
mod receive_bytes;
mod record_look;
mod store_file;

pub(crate) use announce_upload::{Announced, announce_upload};
pub(crate) use complete_upload::complete_upload;
pub(crate) use delete_file::delete_file;
pub(crate) use draw_rendition::draw_rendition;
pub(crate) use hold_photos::{hold_documents, hold_photos};
pub(crate) use receive_bytes::receive_bytes;
pub(crate) use record_look::record_look;
pub(crate) use store_file::store_file;

use std::sync::Arc;

use chrono::{Duration, Utc};
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::Outbox;
use platform::graph::RequestContext;

use crate::error::{Failure, UserErrorCode};
use crate::images::Images;
use crate::links::Links;
use crate::model::{FilePurpose, SellerId, UserId};
use crate::objects::Objects;
use crate::rules::clean_name;
use crate::settings::FileSettings;
use crate::store;

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) database: Database,
    pub(crate) outbox: Outbox,
    pub(crate) objects: Objects,
    pub(crate) images: Images,
    pub(crate) links: Links,
    pub(crate) settings: Arc<FileSettings>,
}

/// What somebody says of a file to be.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) purpose: FilePurpose,
    pub(crate) name: String,
    pub(crate) seller_id: Option<SellerId>,
}

impl Files {
    /// The most bytes that a file for this purpose may have.
    pub(crate) fn limit(&self, purpose: FilePurpose) -> u64 {
        match purpose {
            FilePurpose::SellerDocument => self.settings.largest_document.max(self.settings.largest_image),
            _ => self.settings.largest_image,
        }
    }

    /// The label with a safe name, and who uploads; or why it is refused.
    fn admitted(&self, label: Label, context: &RequestContext) -> Result<(UserId, Label), Failure> {
        let (principal, language) = (&context.principal, context.language);
        let owner = principal.user_id.ok_or_else(|| GraphError::unauthenticated(language))?;
        if !label.purpose.may_be_uploaded_by(principal) {
            return Err(UserErrorCode::PurposeNotAllowed.at(&["purpose"], language).into());
        }
        if label.seller_id.is_some_and(|seller| !label.purpose.may_name_seller(principal, seller.0)) {
            return Err(UserErrorCode::NotYourSeller.at(&["sellerId"], language).into());
        }
        let invalid = || UserErrorCode::InvalidName.at(&["name"], language);
        let name = clean_name(&label.name).ok_or_else(invalid)?;
        Ok((UserId(owner), Label { name, ..label }))
    }

    /// Refuses what would be more than a day's.
    async fn require_quota(&self, owner: UserId, size: u64, context: &RequestContext) -> Result<(), Failure> {
        let (bytes, files) = {
            let mut connection = self.database.connection().await?;
            store::uploaded_since(&mut connection, owner, Utc::now() - Duration::hours(24)).await?
        };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(size);
        if bytes > self.settings.daily_bytes || files >= i64::from(self.settings.daily_files) {
            return Err(UserErrorCode::QuotaExceeded.at(&[], context.language).worth_retrying().into());
        }
        Ok(())
    }
}
