//! What the review service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    FileId, LineId, ProductId, RatingRow, ReviewId, ReviewRow, ReviewState, SellerId, UserId, VariantId,
};
use crate::rules;

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<RatingChanged>(),
    FactDoc::of::<ReviewCreated>(),
    FactDoc::of::<ReviewChanged>(),
    FactDoc::of::<ReviewBlinded>(),
    FactDoc::of::<ReviewReplied>(),
];

/// A review as events tell it.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReviewFact {
    review_id: ReviewId,
    line_id: LineId,
    author_id: UserId,
    seller_id: SellerId,
    product_id: ProductId,
    variant_id: VariantId,
    state: ReviewState,
    stars: i16,
    has_photos: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    at: DateTime<Utc>,
}

impl From<&ReviewRow> for ReviewFact {
    fn from(row: &ReviewRow) -> Self {
        Self {
            review_id: row.id,
            line_id: row.line_id,
            author_id: row.author_id,
            seller_id: row.seller_id,
            product_id: row.product_id,
            variant_id: row.variant_id,
            state: row.state,
            stars: row.stars,
            has_photos: !row.photos.is_empty(),
            reason: row.blinded_reason.clone(),
            at: Utc::now(),
        }
    }
}

macro_rules! review_fact {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, JsonSchema, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) ReviewFact);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0.review_id.to_string()
            }
        }
    )*};
}

review_fact! {
    /// A buyer wrote a review.
    ReviewCreated, "review.created";
    /// A review was edited, followed up, removed, or shown again.
    ReviewChanged, "review.changed";
    /// Staff hid a review.
    ReviewBlinded, "review.blinded";
    /// The seller answered a review for the first time.
    ReviewReplied, "review.replied";
}

/// What a product's published reviews come to.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatingChanged {
    product_id: ProductId,
    /// In hundredths of a star; 0 without reviews.
    average: i32,
    count: i64,
    histogram: [i32; 5],
}

impl From<&RatingRow> for RatingChanged {
    fn from(row: &RatingRow) -> Self {
        let (count, average) = rules::average(row.histogram());
        Self { product_id: row.product_id, average: average.unwrap_or(0), count, histogram: row.histogram() }
    }
}

impl Fact for RatingChanged {
    const KIND: &'static str = "review.rating_changed";

    fn aggregate(&self) -> String {
        self.product_id.to_string()
    }
}

/// `line.confirmed`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineConfirmed {
    pub(crate) buyer_id: UserId,
    pub(crate) line: Line,
    #[serde(default)]
    pub(crate) at: Option<DateTime<Utc>>,
}

/// A line of an order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    pub(crate) line_id: LineId,
    pub(crate) seller_id: SellerId,
    pub(crate) product_id: ProductId,
    pub(crate) variant_id: VariantId,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) variant_name: String,
    pub(crate) quantity: i32,
}

/// `claim.refunded`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClaimRefunded {
    pub(crate) claim_id: String,
    pub(crate) lines: Vec<RefundedLine>,
    #[serde(default)]
    pub(crate) at: Option<DateTime<Utc>>,
}

/// What was paid back of a line.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundedLine {
    pub(crate) line_id: LineId,
    pub(crate) quantity: i32,
}

/// `user.registered` and `user.updated`: how somebody is called.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserNamed {
    pub(crate) user_id: UserId,
    pub(crate) name: String,
}

/// `user.withdrawn`: somebody left.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserWithdrawn {
    pub(crate) user_id: UserId,
}

/// `file.deleted`, as the file service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileDeleted {
    pub(crate) file_id: FileId,
    pub(crate) owner_id: UserId,
}
