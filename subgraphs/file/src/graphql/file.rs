//! A file.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::identity::{Scope, current_principal};

use crate::actions::Files;
use crate::model::{FileId, FilePurpose, Look, SellerId, StoredFile, UserId};
use crate::rules::{look_of_staff, renditions, widths};

/// A file with its content.
pub(crate) struct File {
    pub(crate) stored: StoredFile,
}

/// A picture of an image, in WebP.
#[derive(SimpleObject)]
pub(crate) struct FileRendition {
    /// Where it is. Good for a short time when the file is private.
    url: String,
    /// Pixels.
    width: i32,
    /// Pixels.
    height: i32,
}

impl File {
    /// The image's width and height in pixels; none for documents.
    fn size(&self) -> Option<(u32, u32)> {
        let side = |pixels: Option<i32>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
        Some((side(self.stored.content.width)?, side(self.stored.content.height)?))
    }

    /// The look of the one who asks, where it is on record.
    fn look(&self, ctx: &Context<'_>) -> Option<Look> {
        look_of_staff(&self.stored.file, current_principal(ctx))
    }

    fn drawn(&self, files: &Files, size: (u32, u32), width: u32, look: Option<Look>) -> Vec<FileRendition> {
        let one = |rendition: crate::rules::Rendition| {
            let query = if rendition.sections == 1 {
                format!("width={width}")
            } else {
                format!("width={width}&section={}", rendition.section)
            };
            FileRendition {
                url: files.links.of_file(&self.stored, &query, look),
                width: i32::try_from(rendition.width).unwrap_or(i32::MAX),
                height: i32::try_from(rendition.height).unwrap_or(i32::MAX),
            }
        };
        renditions(size, width).unwrap_or_default().into_iter().map(one).collect()
    }
}

/// Something that was uploaded: an image, or a document.
#[Object]
impl File {
    /// Its id.
    async fn id(&self) -> FileId {
        self.stored.file.id
    }

    /// What it is for.
    async fn purpose(&self) -> FilePurpose {
        self.stored.file.purpose
    }

    /// Its name, without a path.
    async fn name(&self) -> &str {
        &self.stored.file.name
    }

    /// What it is by its bytes: `image/jpeg`, `image/png`, `image/webp` or `application/pdf`.
    async fn media_type(&self) -> &str {
        &self.stored.content.media_type
    }

    /// Bytes.
    async fn size_in_bytes(&self) -> i32 {
        i32::try_from(self.stored.content.size).unwrap_or(i32::MAX)
    }

    /// The image's width in pixels; null for documents.
    async fn width(&self) -> Option<i32> {
        self.stored.content.width
    }

    /// The image's height in pixels; null for documents.
    async fn height(&self) -> Option<i32> {
        self.stored.content.height
    }

    /// Whether everybody may see it.
    async fn public(&self) -> bool {
        self.stored.file.purpose.is_public()
    }

    /// Where it is, as it was uploaded (images without their metadata). Good for a short time when the file is private.
    /// When staff open a seller's document there, that is in the audit log.
    async fn url(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(ctx.data::<Files>()?.links.of_file(&self.stored, "", self.look(ctx)))
    }

    /// The image drawn as large as fits into `width` pixels, from 160, 320, 640, 960 and 1280; images are never made larger.
    /// Very tall ones come in sections, from top to bottom. Empty for documents.
    async fn renditions(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 640)] width: i32,
    ) -> async_graphql::Result<Vec<FileRendition>> {
        let Some(size) = self.size() else { return Ok(Vec::new()) };
        let wanted = u32::try_from(width).unwrap_or_default();
        let all = widths(size.0);
        let Some(fitting) = all.iter().rev().find(|drawn| **drawn <= wanted).or(all.first()) else {
            return Ok(Vec::new());
        };
        Ok(self.drawn(ctx.data::<Files>()?, size, *fitting, self.look(ctx)))
    }

    /// Who uploaded it. For the owner and staff; null for others.
    async fn owner_id(&self, ctx: &Context<'_>) -> Option<UserId> {
        let (principal, owner) = (current_principal(ctx), self.stored.file.owner_id);
        let may = principal.user_id == Some(owner.0)
            || principal.has_scope(Scope::Staff)
            || principal.has_scope(Scope::Service);
        may.then_some(owner)
    }

    /// The seller whose members may see it as well.
    async fn seller_id(&self) -> Option<SellerId> {
        self.stored.file.seller_id
    }

    /// Whether it proves a claim, or is a seller's document that counts: then it stays, and only staff can delete it.
    async fn held(&self) -> bool {
        self.stored.file.held
    }

    /// When it was uploaded.
    async fn created_at(&self) -> DateTime<Utc> {
        self.stored.file.created_at
    }
}
