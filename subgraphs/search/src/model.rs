//! Identifiers, names and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::{product, synonym};

platform::define_id!(
    /// A group of words that mean the same.
    pub struct SynonymId, "syn"
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
    /// A category, owned by the product service.
    pub struct CategoryId, "cat"
);
platform::define_id!(
    /// A brand, owned by the product service.
    pub struct BrandId, "brd"
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
    /// In which order results come.
    #[derive(Default)]
    pub enum SearchSort {
        /// What matches best first; among equals the most popular.
        #[default]
        Relevance = "RELEVANCE",
        /// What went on sale last first.
        Newest = "NEWEST",
        /// The cheapest first.
        PriceAsc = "PRICE_ASC",
        /// The most expensive first.
        PriceDesc = "PRICE_DESC",
        /// The best rated first; among equals those with the most reviews.
        Rating = "RATING",
        /// What was bought most first.
        Sales = "SALES",
    }
}

platform::text_enum! {
    /// What of a product matched a word.
    pub enum MatchKind {
        /// A word of its title.
        TitleWord = "TITLE_WORD",
        /// A part of its title.
        TitlePart = "TITLE_PART",
        /// The initial consonants (초성) of its title or brand.
        Initials = "INITIALS",
        /// Its brand.
        Brand = "BRAND",
        /// One of its categories.
        Category = "CATEGORY",
    }
}

platform::text_enum! {
    /// How a word that was typed was understood.
    pub enum WordReading {
        /// As it stands.
        AsTyped = "AS_TYPED",
        /// As typed in the keyboard's other mode (한/영).
        OtherKeyboardMode = "OTHER_KEYBOARD_MODE",
        /// As a misspelling of a word that there is.
        Corrected = "CORRECTED",
        /// As a misspelling, typed in the keyboard's other mode.
        OtherKeyboardModeCorrected = "OTHER_KEYBOARD_MODE_CORRECTED",
    }
}

platform::text_enum! {
    /// What a suggestion is.
    pub enum SuggestionKind {
        /// What people look for.
        Query = "QUERY",
        /// A word of products.
        Word = "WORD",
        /// A brand.
        Brand = "BRAND",
        /// A category.
        Category = "CATEGORY",
        /// A product.
        Product = "PRODUCT",
    }
}

/// What is searched of a product.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = product)]
pub(crate) struct ProductRow {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) seller_name: String,
    pub(crate) title: String,
    pub(crate) brand_id: Option<BrandId>,
    pub(crate) brand_name: Option<String>,
    pub(crate) category_ids: Vec<CategoryId>,
    pub(crate) category_names: Vec<String>,
    pub(crate) price: i64,
    pub(crate) rating: i32,
    pub(crate) reviews: i32,
    pub(crate) sales: i64,
    pub(crate) in_stock: bool,
    pub(crate) free_shipping: bool,
    pub(crate) listed: bool,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) change: i64,
}

/// Words that mean the same.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = synonym)]
pub(crate) struct SynonymRow {
    pub(crate) id: SynonymId,
    pub(crate) terms: Vec<String>,
    pub(crate) changed_by: Option<UserId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) changed_at: DateTime<Utc>,
}
