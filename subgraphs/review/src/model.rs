//! Identifiers, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{author, confirmed_line, product_rating, review, review_edit, review_moderation, review_report};

platform::define_id!(
    /// A review.
    pub struct ReviewId, "rev"
);
platform::define_id!(
    /// A file, owned by the file service.
    pub struct FileId, "fil"
);
platform::define_id!(
    /// A line of an order, owned by the order service.
    pub struct LineId, "lin"
);
platform::define_id!(
    /// A product, owned by the product service.
    pub struct ProductId, "prd"
);
platform::define_id!(
    /// A variant, owned by the product service.
    pub struct VariantId, "var"
);
platform::define_id!(
    /// A seller, owned by the seller service.
    pub struct SellerId, "slr"
);
platform::define_id!(
    /// A person, owned by the user service.
    pub struct UserId, "usr"
);

platform::text_enum! {
    /// Where a review stands.
    pub enum ReviewState {
        /// Everybody reads it, and it counts in the product's rating.
        Published = "PUBLISHED",
        /// Hidden by staff; only its author and staff read it, and it does not count.
        Blinded = "BLINDED",
        /// Removed by its author, with all that it said.
        Deleted = "DELETED",
    }
}

platform::text_enum! {
    /// What is wrong with a review.
    pub enum ReviewReportReason {
        /// Advertising, or the same text again and again.
        Spam = "SPAM",
        /// Insults or hatred.
        Abuse = "ABUSE",
        /// Somebody's private data.
        Privacy = "PRIVACY",
        /// It is about something else than the product.
        Unrelated = "UNRELATED",
        /// It says what is not true.
        FalseClaim = "FALSE_CLAIM",
        /// Pictures or text of somebody else.
        Copyright = "COPYRIGHT",
        /// Something else, which the detail tells.
        Other = "OTHER",
    }
}

platform::text_enum! {
    /// What staff decided of a review.
    pub enum ReviewModerationAction {
        /// Hidden.
        Blind = "BLIND",
        /// Shown again.
        Unblind = "UNBLIND",
        /// What was reported is no reason to hide it.
        DismissReports = "DISMISS_REPORTS",
    }
}

platform::text_enum! {
    /// In which order reviews come.
    pub enum ReviewSort {
        /// The newest first.
        Newest = "NEWEST",
        /// Those that most people found helpful first.
        Helpful = "HELPFUL",
        /// The most stars first.
        RatingDesc = "RATING_DESC",
        /// The fewest stars first.
        RatingAsc = "RATING_ASC",
    }
}

/// A confirmed line.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = confirmed_line)]
pub(crate) struct ConfirmedLineRow {
    pub(crate) line_id: LineId,
    pub(crate) buyer_id: UserId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) variant_id: VariantId,
    pub(crate) title: String,
    pub(crate) variant_name: String,
    pub(crate) quantity: i32,
    pub(crate) confirmed_at: DateTime<Utc>,
}

/// Who writes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = author)]
pub(crate) struct AuthorRow {
    pub(crate) user_id: UserId,
    pub(crate) display_name: String,
    pub(crate) withdrawn: bool,
}

/// A review.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = review)]
pub(crate) struct ReviewRow {
    pub(crate) id: ReviewId,
    pub(crate) line_id: LineId,
    pub(crate) author_id: UserId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) variant_id: VariantId,
    pub(crate) variant_name: String,
    pub(crate) state: ReviewState,
    pub(crate) stars: i16,
    pub(crate) body: String,
    pub(crate) photos: Vec<String>,
    pub(crate) confirmed_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) edited_at: Option<DateTime<Utc>>,
    pub(crate) follow_up: Option<String>,
    pub(crate) follow_up_at: Option<DateTime<Utc>>,
    pub(crate) reply: Option<String>,
    pub(crate) replied_by: Option<UserId>,
    pub(crate) replied_at: Option<DateTime<Utc>>,
    pub(crate) reply_edited_at: Option<DateTime<Utc>>,
    pub(crate) blinded_reason: Option<String>,
    pub(crate) helpful_count: i32,
    pub(crate) open_reports: i32,
}

/// What a review said before an edit.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_edit)]
pub(crate) struct EditRow {
    pub(crate) stars: i16,
    pub(crate) body: String,
    pub(crate) photos: Vec<String>,
    pub(crate) replaced_at: DateTime<Utc>,
}

/// How many published reviews a product has of each number of stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = product_rating)]
pub(crate) struct RatingRow {
    pub(crate) product_id: ProductId,
    pub(crate) one: i32,
    pub(crate) two: i32,
    pub(crate) three: i32,
    pub(crate) four: i32,
    pub(crate) five: i32,
}

impl RatingRow {
    /// The rating of a product without reviews.
    pub(crate) fn none(product_id: ProductId) -> Self {
        Self { product_id, one: 0, two: 0, three: 0, four: 0, five: 0 }
    }

    /// How many have one star, two, … five.
    pub(crate) fn histogram(&self) -> [i32; 5] {
        [self.one, self.two, self.three, self.four, self.five]
    }
}

/// A report of a review.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_report)]
pub(crate) struct ReportRow {
    pub(crate) user_id: UserId,
    pub(crate) reason: ReviewReportReason,
    pub(crate) detail: Option<String>,
    pub(crate) reported_at: DateTime<Utc>,
    pub(crate) settled_at: Option<DateTime<Utc>>,
}

/// A decision of staff.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = review_moderation)]
pub(crate) struct ModerationRow {
    pub(crate) action: ReviewModerationAction,
    pub(crate) reason: String,
    pub(crate) moderated_by: Option<UserId>,
    pub(crate) moderated_at: DateTime<Utc>,
}
