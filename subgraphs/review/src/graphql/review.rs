//! A review.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use platform::errors::GraphError;
use platform::identity::{AnyScope, Scope, current_principal};

use super::author::{ReviewAuthor, User, may_see};
use super::line::OrderLine;
use super::product::Product;
use super::references::{ProductVariant, Seller};
use crate::actions::Reviews;
use crate::model::{
    EditRow, FileId, ModerationRow, ReportRow, ReviewId, ReviewModerationAction, ReviewReportReason, ReviewRow,
    ReviewState, UserId,
};
use crate::{rules, store};

/// Whether the one who asks may read the review: everybody what is published, author and staff what is hidden, and nobody
/// what was removed.
pub(crate) fn may_read(ctx: &Context<'_>, row: &ReviewRow) -> bool {
    match row.state {
        ReviewState::Published => true,
        ReviewState::Blinded => may_see(ctx, row.author_id),
        ReviewState::Deleted => false,
    }
}

/// What a confirmed buyer says of a purchase.
pub(crate) struct Review {
    pub(crate) row: ReviewRow,
}

/// What a confirmed buyer says of a purchase; one a line of an order.
#[Object]
impl Review {
    /// The review's id, `rev_…`.
    async fn id(&self) -> ReviewId {
        self.row.id
    }

    /// Where it stands.
    async fn state(&self) -> ReviewState {
        self.row.state
    }

    /// Who wrote it.
    async fn author(&self) -> ReviewAuthor {
        ReviewAuthor { id: self.row.author_id }
    }

    /// The product.
    async fn product(&self) -> Product {
        Product { id: self.row.product_id }
    }

    /// The variant that was bought.
    async fn variant(&self) -> ProductVariant {
        ProductVariant { id: self.row.variant_id }
    }

    /// The variant's name when it was bought.
    async fn variant_name(&self) -> &str {
        &self.row.variant_name
    }

    /// The seller.
    async fn seller(&self) -> Seller {
        Seller { id: self.row.seller_id }
    }

    /// The line of the order. For the author and staff; null for anybody else.
    async fn line(&self, ctx: &Context<'_>) -> Option<OrderLine> {
        may_see(ctx, self.row.author_id).then_some(OrderLine { id: self.row.line_id })
    }

    /// The number of stars, 1–5.
    async fn stars(&self) -> i32 {
        self.row.stars.into()
    }

    /// What it says.
    async fn body(&self) -> &str {
        &self.row.body
    }

    /// Addresses of photos, up to ten together with the files.
    async fn photo_urls(&self) -> Vec<&str> {
        urls(&self.row.photos)
    }

    /// Photos that the file service keeps, `fil_…`.
    async fn photo_file_ids(&self) -> Vec<FileId> {
        files(&self.row.photos)
    }

    /// What a month of use has shown.
    async fn follow_up(&self) -> Option<ReviewFollowUp<'_>> {
        let written_at = self.row.follow_up_at?;
        self.row.follow_up.as_deref().map(|body| ReviewFollowUp { body, written_at })
    }

    /// What the seller answered.
    async fn reply(&self) -> Option<ReviewReply<'_>> {
        let (row, replied_at) = (&self.row, self.row.replied_at?);
        row.reply.as_deref().map(|text| ReviewReply { text, replied_at, edited_at: row.reply_edited_at })
    }

    /// How many people find it helpful.
    async fn helpful_count(&self) -> i32 {
        self.row.helpful_count
    }

    /// Whether the one who asks finds it helpful.
    async fn voted_helpful(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let Some(user) = current_principal(ctx).user_id else { return Ok(false) };
        let mut connection = connection(ctx).await?;
        Ok(store::voted(&mut connection, UserId(user), self.row.id).await.map_err(GraphError::from)?)
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it was edited last.
    async fn edited_at(&self) -> Option<DateTime<Utc>> {
        self.row.edited_at
    }

    /// What it said before, the newest first; at most 100. For the author and staff; empty for anybody else.
    async fn edits(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReviewEdit>> {
        if !may_see(ctx, self.row.author_id) {
            return Ok(Vec::new());
        }
        let mut connection = connection(ctx).await?;
        let rows = store::edits(&mut connection, self.row.id).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(ReviewEdit::from).collect())
    }

    /// Why staff has hidden it. For the author and staff; null for anybody else.
    async fn blinded_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.row.blinded_reason.as_deref().filter(|_| may_see(ctx, self.row.author_id))
    }

    /// How many reports staff has not settled yet. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn open_reports(&self) -> i32 {
        self.row.open_reports
    }

    /// What was reported, the newest first; at most 100. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn reports(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReviewReport>> {
        let mut connection = connection(ctx).await?;
        let rows = store::reports(&mut connection, self.row.id).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(ReviewReport::from).collect())
    }

    /// What staff decided, the oldest first; at most 100. For staff.
    #[graphql(requires_scopes = "staff:reviews", guard = "AnyScope(&[Scope::StaffReviews])")]
    async fn moderations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReviewModeration>> {
        let mut connection = connection(ctx).await?;
        let rows = store::moderations(&mut connection, self.row.id).await.map_err(GraphError::from)?;
        Ok(rows.into_iter().map(ReviewModeration::from).collect())
    }
}

async fn connection<'a>(ctx: &Context<'a>) -> async_graphql::Result<platform::database::Connection<'a>> {
    Ok(ctx.data::<Reviews>()?.database.connection().await.map_err(GraphError::from)?)
}

fn urls(photos: &[String]) -> Vec<&str> {
    photos.iter().map(String::as_str).filter(|photo| rules::file(photo).is_none()).collect()
}

fn files(photos: &[String]) -> Vec<FileId> {
    photos.iter().filter_map(|photo| rules::file(photo)).collect()
}

/// What a month of use has shown.
#[derive(SimpleObject)]
pub(crate) struct ReviewFollowUp<'a> {
    /// What it says.
    body: &'a str,
    /// When it was written.
    written_at: DateTime<Utc>,
}

/// What the seller answered.
#[derive(SimpleObject)]
pub(crate) struct ReviewReply<'a> {
    /// What it says.
    text: &'a str,
    /// When it was written first.
    replied_at: DateTime<Utc>,
    /// When it was changed last.
    edited_at: Option<DateTime<Utc>>,
}

/// What a review said before an edit.
#[derive(SimpleObject)]
pub(crate) struct ReviewEdit {
    /// The number of stars.
    stars: i32,
    /// What it said.
    body: String,
    /// Its photos: addresses and ids of files.
    photos: Vec<String>,
    /// Until when.
    replaced_at: DateTime<Utc>,
}

impl From<EditRow> for ReviewEdit {
    fn from(row: EditRow) -> Self {
        Self { stars: row.stars.into(), body: row.body, photos: row.photos, replaced_at: row.replaced_at }
    }
}

/// A report of a review.
#[derive(SimpleObject)]
pub(crate) struct ReviewReport {
    /// Who reported.
    reporter: User,
    /// What is wrong.
    reason: ReviewReportReason,
    /// What was said to it.
    detail: Option<String>,
    /// When.
    reported_at: DateTime<Utc>,
    /// When staff settled it.
    settled_at: Option<DateTime<Utc>>,
}

impl From<ReportRow> for ReviewReport {
    fn from(row: ReportRow) -> Self {
        let reporter = User { id: row.user_id };
        let (reason, detail) = (row.reason, row.detail);
        Self { reporter, reason, detail, reported_at: row.reported_at, settled_at: row.settled_at }
    }
}

/// A decision of staff.
#[derive(SimpleObject)]
pub(crate) struct ReviewModeration {
    /// What was decided.
    action: ReviewModerationAction,
    /// Why.
    reason: String,
    /// Who decided.
    moderated_by: Option<User>,
    /// When.
    moderated_at: DateTime<Utc>,
}

impl From<ModerationRow> for ReviewModeration {
    fn from(row: ModerationRow) -> Self {
        let moderated_by = row.moderated_by.map(|id| User { id });
        Self { action: row.action, reason: row.reason, moderated_by, moderated_at: row.moderated_at }
    }
}
