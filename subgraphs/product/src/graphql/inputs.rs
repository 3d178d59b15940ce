//! What product mutations are given.

use async_graphql::{InputObject, MaybeUndefined};
use platform::money::Long;

use crate::actions::{ProductUpdate, VariantUpdate, WantedProduct};
use crate::model::{
    BrandId, CategoryId, Kc, KcCertification, KcKind, Notice, NoticeKind, OptionKind, Picture, ProductId,
    ProductOption, SellerId, VariantId,
};
use crate::rules::WantedVariant;
use crate::rules::matrix::{MatrixEdit, Relabelled};

/// An item of the legal notice.
#[derive(InputObject)]
pub(crate) struct ProductNoticeInput {
    /// What is told, as in 제조국.
    name: String,
    /// What it is.
    value: String,
}

/// How a product stands with KC: its certifications, or why it needs none.
#[derive(InputObject)]
pub(crate) struct ProductKcInput {
    /// Up to ten certifications.
    #[graphql(default)]
    certifications: Vec<KcCertificationInput>,
    /// Why it needs none, up to 200 characters; only without certifications.
    exempt_reason: Option<String>,
}

/// A KC certification.
#[derive(InputObject)]
pub(crate) struct KcCertificationInput {
    /// Its kind.
    kind: KcKind,
    /// Its number; may be left out of SUPPLIER_CONFORMITY alone.
    number: Option<String>,
}

impl From<ProductKcInput> for Kc {
    fn from(input: ProductKcInput) -> Self {
        let one = |one: KcCertificationInput| KcCertification {
            kind: one.kind,
            number: one.number.map(|number| number.trim().to_owned()),
        };
        Self {
            certifications: input.certifications.into_iter().map(one).collect(),
            exempt_reason: input.exempt_reason.map(|reason| reason.trim().to_owned()),
        }
    }
}

/// An option.
#[derive(InputObject)]
pub(crate) struct ProductOptionInput {
    /// Its name, up to 30 characters.
    name: String,
    /// Its values, up to 100; none where the buyer writes them.
    values: Vec<String>,
}

/// An image.
#[derive(InputObject)]
pub(crate) struct ProductImageInput {
    /// An `https://` URL, or a path of this market.
    url: String,
    /// What it shows, for those who cannot see it.
    alt: String,
    /// Pixels.
    width: i32,
    /// Pixels.
    height: i32,
}

/// A variant to create.
#[derive(InputObject)]
pub(crate) struct NewVariantInput {
    /// The seller's own code of it; unique for the seller.
    sku: String,
    /// Its value of each of the product's options, in their order.
    option_values: Vec<String>,
    /// What it costs, in won.
    price: Long,
    /// Its list price (정가) in won, not below the price.
    list_price: Option<Long>,
    /// How many there are.
    #[graphql(default = 0)]
    initial_stock: i32,
}

/// A product to create.
#[derive(InputObject)]
pub(crate) struct CreateProductInput {
    /// The seller, one of the caller's own.
    seller_id: SellerId,
    /// Its title, 1–100 characters.
    title: String,
    /// A sentence about it, up to 200 characters.
    summary: Option<String>,
    /// All about it, up to 100,000 characters.
    description: String,
    /// The category that it stands in.
    category_id: CategoryId,
    /// Its brand.
    brand_id: Option<BrandId>,
    /// How its options are chosen.
    #[graphql(default_with = "OptionKind::Single")]
    option_kind: OptionKind,
    /// Its options, up to three.
    #[graphql(default)]
    options: Vec<ProductOptionInput>,
    /// 1–500 variants, each another combination of the options' values.
    variants: Vec<NewVariantInput>,
    /// Up to 20 images, the first of them its thumbnail.
    #[graphql(default)]
    images: Vec<ProductImageInput>,
    /// The legal notice (상품정보제공고시); `noticeTemplates` tells what it has to have.
    #[graphql(default)]
    notices: Vec<ProductNoticeInput>,
    /// The kind of goods by which the notice is checked; OTHER from its submission on where it is left out.
    notice_kind: Option<NoticeKind>,
    /// Its KC certification, which some kinds of goods need.
    kc: Option<ProductKcInput>,
    /// Where it comes from (원산지).
    origin: String,
    /// Whether it is free of value added tax.
    #[graphql(default = false)]
    tax_free: bool,
    /// Whether only adults may buy it.
    #[graphql(default = false)]
    adult_only: bool,
}

fn pictures(inputs: Vec<ProductImageInput>) -> Vec<Picture> {
    let picture =
        |input: ProductImageInput| Picture { url: input.url, alt: input.alt, width: input.width, height: input.height };
    inputs.into_iter().map(picture).collect()
}

fn notices(inputs: Vec<ProductNoticeInput>) -> Vec<Notice> {
    inputs.into_iter().map(|input| Notice { name: input.name, value: input.value }).collect()
}

impl From<ProductOptionInput> for ProductOption {
    fn from(input: ProductOptionInput) -> Self {
        Self { name: input.name, values: input.values }
    }
}

impl From<NewVariantInput> for WantedVariant {
    fn from(input: NewVariantInput) -> Self {
        Self {
            sku: input.sku,
            option_values: input.option_values,
            price: input.price.0,
            list_price: input.list_price.map(|price| price.0),
            initial_stock: input.initial_stock,
        }
    }
}

impl From<CreateProductInput> for WantedProduct {
    fn from(input: CreateProductInput) -> Self {
        let options = input.options.into_iter();
        let variants = input.variants.into_iter();
        Self {
            seller_id: input.seller_id,
            title: input.title,
            summary: input.summary,
            description: input.description,
            category_id: input.category_id,
            brand_id: input.brand_id,
            option_kind: input.option_kind,
            options: options.map(ProductOption::from).collect(),
            variants: variants.map(WantedVariant::from).collect(),
            images: pictures(input.images),
            notices: notices(input.notices),
            notice_kind: input.notice_kind,
            kc: input.kc.map(Kc::from),
            origin: input.origin,
            tax_free: input.tax_free,
            adult_only: input.adult_only,
        }
    }
}

/// Changes of what a product says; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct UpdateProductInput {
    /// The product.
    product_id: ProductId,
    /// Its title, 1–100 characters.
    title: Option<String>,
    /// A sentence about it; null or empty takes it away.
    summary: MaybeUndefined<String>,
    /// All about it.
    description: Option<String>,
    /// The category that it stands in.
    category_id: Option<CategoryId>,
    /// Its brand; null takes it away.
    brand_id: MaybeUndefined<BrandId>,
    /// All its images anew.
    images: Option<Vec<ProductImageInput>>,
    /// The whole legal notice anew.
    notices: Option<Vec<ProductNoticeInput>>,
    /// The kind of goods by which the notice is checked.
    notice_kind: Option<NoticeKind>,
    /// Its KC certification; null takes it away.
    kc: MaybeUndefined<ProductKcInput>,
    /// Where it comes from (원산지).
    origin: Option<String>,
    /// Whether it is free of value added tax.
    tax_free: Option<bool>,
    /// Whether only adults may buy it.
    adult_only: Option<bool>,
}

fn given<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

impl From<UpdateProductInput> for ProductUpdate {
    fn from(input: UpdateProductInput) -> Self {
        Self {
            product_id: input.product_id,
            title: input.title,
            summary: given(input.summary),
            description: input.description,
            category_id: input.category_id,
            brand_id: given(input.brand_id),
            images: input.images.map(pictures),
            notices: input.notices.map(notices),
            notice_kind: input.notice_kind,
            kc: given(input.kc).map(|kc| kc.map(Kc::from)),
            origin: input.origin,
            tax_free: input.tax_free,
            adult_only: input.adult_only,
        }
    }
}

/// A variant's new price.
#[derive(InputObject)]
pub(crate) struct VariantPriceInput {
    /// The variant.
    variant_id: VariantId,
    /// What it costs from now on, in won.
    price: Long,
    /// Its list price (정가) in won; left out it stays, null takes it away.
    list_price: MaybeUndefined<Long>,
    /// Whether it can be bought; left out it stays.
    sellable: Option<bool>,
}

impl From<VariantPriceInput> for VariantUpdate {
    fn from(input: VariantPriceInput) -> Self {
        Self {
            variant_id: input.variant_id,
            price: input.price.0,
            list_price: given(input.list_price).map(|price| price.map(|price| price.0)),
            sellable: input.sellable,
        }
    }
}

/// New prices of a product's variants.
#[derive(InputObject)]
pub(crate) struct UpdateVariantsInput {
    /// The product.
    pub(crate) product_id: ProductId,
    /// 1–500 of its variants; all of them change, or none.
    pub(crate) variants: Vec<VariantPriceInput>,
    /// Whether only to tell what would change.
    #[graphql(default = false)]
    pub(crate) dry_run: bool,
}

/// A variant that is called otherwise.
#[derive(InputObject)]
pub(crate) struct RelabelVariantInput {
    /// The variant.
    variant_id: VariantId,
    /// The seller's own code of it; left out it stays.
    sku: Option<String>,
    /// Its value of each option; left out they stay. A product that was on sale keeps its variants' values.
    option_values: Option<Vec<String>>,
}

/// An edit of a product's options and variants; what is not named stays.
#[derive(InputObject)]
pub(crate) struct UpdateProductOptionsInput {
    /// The product.
    pub(crate) product_id: ProductId,
    /// How its options are chosen; left out it stays.
    option_kind: Option<OptionKind>,
    /// All its options anew, with their values; left out they stay.
    options: Option<Vec<ProductOptionInput>>,
    /// Variants to add.
    #[graphql(default)]
    add_variants: Vec<NewVariantInput>,
    /// Variants to call otherwise.
    #[graphql(default)]
    change_variants: Vec<RelabelVariantInput>,
    /// Variants to end. They are never deleted, since orders refer to them; their combinations and SKUs become free.
    #[graphql(default)]
    end_variants: Vec<VariantId>,
    /// Whether only to tell what would change.
    #[graphql(default = false)]
    pub(crate) dry_run: bool,
}

impl From<UpdateProductOptionsInput> for MatrixEdit {
    fn from(input: UpdateProductOptionsInput) -> Self {
        let change = |one: RelabelVariantInput| Relabelled {
            variant_id: one.variant_id,
            sku: one.sku,
            option_values: one.option_values,
        };
        Self {
            option_kind: input.option_kind,
            options: input.options.map(|options| options.into_iter().map(ProductOption::from).collect()),
            add: input.add_variants.into_iter().map(WantedVariant::from).collect(),
            change: input.change_variants.into_iter().map(change).collect(),
            end: input.end_variants,
        }
    }
}

/// A product.
#[derive(InputObject)]
pub(crate) struct ProductIdInput {
    /// The product.
    pub(crate) product_id: ProductId,
}

/// A product, and why.
#[derive(InputObject)]
pub(crate) struct ProductReasonInput {
    /// The product.
    pub(crate) product_id: ProductId,
    /// Why, up to 500 characters; the seller reads it.
    pub(crate) reason: String,
}

/// What is offered together with a product.
#[derive(InputObject)]
pub(crate) struct SetProductAddOnsInput {
    /// The product.
    pub(crate) product_id: ProductId,
    /// Up to 20 variants of the same seller's other products, all of them anew, in their order.
    pub(crate) variant_ids: Vec<VariantId>,
}
