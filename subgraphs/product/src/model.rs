//! Identifiers, states and rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::{brand, category, price_change, product, product_detail, variant};

platform::define_id!(
    /// A product.
    pub struct ProductId, "prd"
);
platform::define_id!(
    /// A variant: one combination of a product's options.
    pub struct VariantId, "var"
);
platform::define_id!(
    /// A category.
    pub struct CategoryId, "cat"
);
platform::define_id!(
    /// A brand.
    pub struct BrandId, "brd"
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
    /// Where a product stands.
    pub enum ProductState {
        /// The seller writes it.
        Draft = "DRAFT",
        /// Staff look at it.
        InReview = "IN_REVIEW",
        /// Can be bought.
        OnSale = "ON_SALE",
        /// Taken off the shelf for a while.
        Suspended = "SUSPENDED",
        /// Never sold again.
        Ended = "ENDED",
    }
}

platform::text_enum! {
    /// How a product's options are chosen.
    pub enum OptionKind {
        /// 단독형: no option, or one whose values are the variants.
        Single = "SINGLE",
        /// 조합형: up to three options; each combination on offer is a variant with its own price.
        Combination = "COMBINATION",
        /// 직접입력: the buyer writes the options' values; there is one variant.
        Text = "TEXT",
    }
}

platform::text_enum! {
    /// The kind of goods by which the law says what the notice (상품정보제공고시) tells.
    pub enum NoticeKind {
        /// 의류.
        Clothing = "CLOTHING",
        /// 구두·신발.
        Shoes = "SHOES",
        /// 가방.
        Bags = "BAGS",
        /// 패션잡화.
        Accessories = "ACCESSORIES",
        /// 침구류·커튼.
        Bedding = "BEDDING",
        /// 가구.
        Furniture = "FURNITURE",
        /// 가정용 전기제품.
        Appliances = "APPLIANCES",
        /// 소형전자.
        Electronics = "ELECTRONICS",
        /// 주방용품.
        Kitchenware = "KITCHENWARE",
        /// 화장품.
        Cosmetics = "COSMETICS",
        /// 귀금속·보석·시계류.
        Jewelry = "JEWELRY",
        /// 농수축산물.
        FreshFood = "FRESH_FOOD",
        /// 가공식품.
        ProcessedFood = "PROCESSED_FOOD",
        /// 어린이제품.
        ChildrenGoods = "CHILDREN_GOODS",
        /// 스포츠용품.
        SportsGoods = "SPORTS_GOODS",
        /// 서적.
        Books = "BOOKS",
        /// 기타 재화.
        Other = "OTHER",
    }
}

platform::text_enum! {
    /// A KC mark's kind of proof.
    pub enum KcKind {
        /// 안전인증.
        SafetyCertification = "SAFETY_CERTIFICATION",
        /// 안전확인.
        SafetyConfirmation = "SAFETY_CONFIRMATION",
        /// 공급자적합성확인, which may have no number.
        SupplierConformity = "SUPPLIER_CONFORMITY",
        /// 방송통신기자재 적합성평가.
        RadioConformity = "RADIO_CONFORMITY",
    }
}

/// A KC certification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KcCertification {
    /// Its kind.
    pub kind: KcKind,
    /// Its number; none where its kind has none.
    pub number: Option<String>,
}

/// How a product stands with KC: certified, or exempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kc {
    /// Its certifications.
    pub certifications: Vec<KcCertification>,
    /// Why it needs none; none where it has some.
    pub exempt_reason: Option<String>,
}

/// An image of a product.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Picture {
    /// An `https://` URL, or a path of this market.
    pub url: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
}

/// An option, as in 색상 with the values 검정 and 흰색.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct ProductOption {
    /// The option's name.
    pub name: String,
    /// Its values; none where the buyer writes them.
    pub values: Vec<String>,
}

/// An item of the legal notice (상품정보제공고시).
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
pub struct Notice {
    /// What is told, as in 제조국.
    pub name: String,
    /// What it is.
    pub value: String,
}

/// What a list shows of a product.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = product)]
pub(crate) struct ProductRow {
    pub(crate) id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) category_id: CategoryId,
    pub(crate) brand_id: Option<BrandId>,
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) option_kind: OptionKind,
    pub(crate) state: ProductState,
    pub(crate) rejection_reason: Option<String>,
    pub(crate) suspended_by_staff: bool,
    pub(crate) lowest_price: i64,
    pub(crate) list_price: Option<i64>,
    pub(crate) thumbnail_url: Option<String>,
    pub(crate) thumbnail_alt: Option<String>,
    pub(crate) thumbnail_width: Option<i32>,
    pub(crate) thumbnail_height: Option<i32>,
    pub(crate) origin: String,
    pub(crate) tax_free: bool,
    pub(crate) adult_only: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) submitted_at: Option<DateTime<Utc>>,
    pub(crate) published_at: Option<DateTime<Utc>>,
    pub(crate) listed_at: DateTime<Utc>,
    /// On sale, by a seller who can sell.
    pub(crate) listed: bool,
}

/// What only a product's page shows.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = product_detail)]
pub(crate) struct DetailRow {
    pub(crate) product_id: ProductId,
    pub(crate) description: String,
    pub(crate) images: serde_json::Value,
    pub(crate) options: serde_json::Value,
    pub(crate) notices: serde_json::Value,
    /// None of products from before there were kinds.
    pub(crate) notice_kind: Option<NoticeKind>,
    pub(crate) kc: Option<serde_json::Value>,
}

/// A variant.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = variant)]
pub(crate) struct VariantRow {
    pub(crate) id: VariantId,
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) position: i32,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) option_values: Vec<String>,
    pub(crate) price: i64,
    pub(crate) list_price: Option<i64>,
    pub(crate) sellable: bool,
    /// When it was taken off for good; orders still refer to it.
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

/// A price that a variant has had.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_change)]
pub(crate) struct PriceChangeRow {
    pub(crate) variant_id: VariantId,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) product_id: ProductId,
    pub(crate) price: i64,
    /// Whether the variant could be bought at it.
    pub(crate) offered: bool,
}

impl PriceChangeRow {
    /// The variant's price from a moment on.
    pub(crate) fn of(row: &VariantRow, changed_at: DateTime<Utc>, offered: bool) -> Self {
        Self { variant_id: row.id, changed_at, product_id: row.product_id, price: row.price, offered }
    }
}

/// A category.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = category)]
pub(crate) struct CategoryRow {
    pub(crate) id: CategoryId,
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) position: i32,
}

/// A brand.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = brand)]
pub(crate) struct BrandRow {
    pub(crate) id: BrandId,
    pub(crate) name: String,
}

/// A product to insert.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = product)]
pub(crate) struct NewProduct {
    pub(crate) id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) category_id: CategoryId,
    pub(crate) category_level_1: CategoryId,
    pub(crate) category_level_2: Option<CategoryId>,
    pub(crate) category_level_3: Option<CategoryId>,
    pub(crate) brand_id: Option<BrandId>,
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) option_kind: OptionKind,
    pub(crate) state: ProductState,
    pub(crate) seller_can_sell: bool,
    pub(crate) lowest_price: i64,
    pub(crate) list_price: Option<i64>,
    pub(crate) thumbnail_url: Option<String>,
    pub(crate) thumbnail_alt: Option<String>,
    pub(crate) thumbnail_width: Option<i32>,
    pub(crate) thumbnail_height: Option<i32>,
    pub(crate) origin: String,
    pub(crate) tax_free: bool,
    pub(crate) adult_only: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}
