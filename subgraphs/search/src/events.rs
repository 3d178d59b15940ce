//! What the search service tells, and the shape of what it hears.

use chrono::{DateTime, Utc};
use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{BrandId, CategoryId, ProductId, SellerId, SynonymId, UserId, VariantId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<SearchPerformed>(),
    FactDoc::of::<SynonymChanged>(),
    FactDoc::of::<ReindexRequested>(),
];

/// Somebody looked for something. Told once per person, term and hour.
#[derive(JsonSchema, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchPerformed {
    /// In small letters, without needless spaces.
    pub(crate) term: String,
    /// Null for a visitor.
    pub(crate) user_id: Option<UserId>,
    pub(crate) results: usize,
    pub(crate) at: DateTime<Utc>,
}

impl Fact for SearchPerformed {
    const KIND: &'static str = "search.performed";

    fn aggregate(&self) -> String {
        self.term.clone()
    }
}

/// Staff changed what words mean the same.
#[derive(JsonSchema, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SynonymChanged {
    pub(crate) synonym_id: SynonymId,
    /// Empty when the group was removed.
    pub(crate) terms: Vec<String>,
    pub(crate) by: Option<UserId>,
    pub(crate) at: DateTime<Utc>,
}

impl Fact for SynonymChanged {
    const KIND: &'static str = "search.synonym_changed";

    fn aggregate(&self) -> String {
        self.synonym_id.to_string()
    }
}

/// Staff had the indexes built anew.
#[derive(JsonSchema, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReindexRequested {
    pub(crate) generation: i64,
    /// Whether all products are read anew as well.
    pub(crate) read_anew: bool,
    pub(crate) by: Option<UserId>,
    pub(crate) at: DateTime<Utc>,
}

impl Fact for ReindexRequested {
    const KIND: &'static str = "search.reindex_requested";

    fn aggregate(&self) -> String {
        "index".to_owned()
    }
}

/// What is told of a category.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfCategory {
    pub(crate) category_id: CategoryId,
}

/// What is told of a brand.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfBrand {
    pub(crate) brand_id: BrandId,
}

/// What is heard of a product: `product.*`, and `review.rating_changed`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfProduct {
    pub(crate) product_id: ProductId,
}

/// What is heard of a variant's stock: `stock.*`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfVariant {
    pub(crate) variant_id: VariantId,
}

/// `seller.state_changed`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerStateChanged {
    pub(crate) seller_id: SellerId,
    #[serde(default)]
    pub(crate) can_sell: bool,
}

/// `line.confirmed`, as the order service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineConfirmed {
    pub(crate) line: Line,
}

/// A line of an order.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    pub(crate) product_id: ProductId,
    pub(crate) quantity: i32,
}
