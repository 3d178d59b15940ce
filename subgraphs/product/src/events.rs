//! What the product service tells, and the shape of what it hears.

use platform::audit::AuditRecorded;
use platform::events::{Fact, FactDoc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{BrandId, CategoryId, CategoryRow, ProductId, ProductRow, ProductState, SellerId, VariantId};

/// Every fact that this service tells.
pub(crate) const TELLS: &[FactDoc] = &[
    FactDoc::of::<AuditRecorded>(),
    FactDoc::of::<ProductCreated>(),
    FactDoc::of::<ProductChanged>(),
    FactDoc::of::<ProductVariantsAdded>(),
    FactDoc::of::<ProductStateChanged>(),
    FactDoc::of::<ProductApproved>(),
    FactDoc::of::<CategoryCreated>(),
    FactDoc::of::<CategoryChanged>(),
    FactDoc::of::<CategoryRemoved>(),
    FactDoc::of::<BrandChanged>(),
    FactDoc::of::<BrandRemoved>(),
];

/// A product was written; it is a draft and its stock is to be counted.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductCreated {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) variants: Vec<VariantCreated>,
}

/// A new variant.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariantCreated {
    pub(crate) variant_id: VariantId,
    pub(crate) initial_stock: i32,
}

/// A product has more variants than before; their stock is to be counted.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductVariantsAdded {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) variants: Vec<VariantCreated>,
}

/// A product reads or costs otherwise than before.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductChanged {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    /// The variants whose price or sellability changed.
    pub(crate) variants: Vec<VariantChanged>,
}

/// A variant as it is now.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariantChanged {
    pub(crate) variant_id: VariantId,
    /// Won.
    pub(crate) price: i64,
    pub(crate) sellable: bool,
}

/// A product moved from one state to another.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductStateChanged {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) from: ProductState,
    pub(crate) to: ProductState,
    pub(crate) reason: Option<String>,
    pub(crate) title: String,
    /// Whether staff did it, and not the seller.
    pub(crate) by_staff: bool,
}

/// Staff let a product on sale.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductApproved {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) title: String,
}

impl ProductApproved {
    pub(crate) fn of(row: &ProductRow) -> Self {
        Self { product_id: row.id, seller_id: row.seller_id, title: row.title.clone() }
    }
}

/// The category tree grew.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryCreated {
    pub(crate) category_id: CategoryId,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: String,
    pub(crate) name: String,
}

/// A category is called otherwise, or stands elsewhere in the tree, with all below it.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryChanged {
    pub(crate) category_id: CategoryId,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) position: i32,
}

impl CategoryChanged {
    pub(crate) fn of(row: &CategoryRow) -> Self {
        Self {
            category_id: row.id,
            parent_id: row.parent_id,
            slug: row.slug.clone(),
            name: row.name.clone(),
            position: row.position,
        }
    }
}

/// A category is no more.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CategoryRemoved {
    pub(crate) category_id: CategoryId,
    /// Where its products stand now; null when it had none.
    pub(crate) merged_into: Option<CategoryId>,
}

/// A brand is called otherwise.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BrandChanged {
    pub(crate) brand_id: BrandId,
    pub(crate) name: String,
}

/// A brand is no more.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BrandRemoved {
    pub(crate) brand_id: BrandId,
    /// Whose its products are now; null when it had none.
    pub(crate) merged_into: Option<BrandId>,
}

macro_rules! facts {
    ($($name:ident, $kind:literal, $aggregate:ident;)*) => {$(
        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.$aggregate.to_string()
            }
        }
    )*};
}

facts! {
    ProductCreated, "product.created", product_id;
    ProductVariantsAdded, "product.variants_added", product_id;
    ProductChanged, "product.changed", product_id;
    ProductStateChanged, "product.state_changed", product_id;
    ProductApproved, "product.approved", product_id;
    CategoryCreated, "category.created", category_id;
    CategoryChanged, "category.changed", category_id;
    CategoryRemoved, "category.removed", category_id;
    BrandChanged, "brand.changed", brand_id;
    BrandRemoved, "brand.removed", brand_id;
}

/// `seller.state_changed`, as the seller service tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SellerStateChanged {
    pub(crate) seller_id: SellerId,
    pub(crate) can_sell: bool,
}
