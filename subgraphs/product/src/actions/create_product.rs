//! A seller writes a product: a draft with its options, variants and prices.

use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::{Catalogue, category_path, json, refuse, require_brand, require_seller_who_sells, trimmed};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ProductCreated, VariantCreated};
use crate::model::{
    BrandId, CategoryId, DetailRow, Kc, NewProduct, Notice, NoticeKind, OptionKind, Picture, ProductId, ProductOption,
    ProductRow, ProductState, SellerId, VariantRow,
};
use crate::rules::{Broken, Texts, WantedVariant, check_variants, standing_price};
use crate::store;

/// A product as it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct WantedProduct {
    pub(crate) seller_id: SellerId,
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) description: String,
    pub(crate) category_id: CategoryId,
    pub(crate) brand_id: Option<BrandId>,
    pub(crate) option_kind: OptionKind,
    pub(crate) options: Vec<ProductOption>,
    pub(crate) variants: Vec<WantedVariant>,
    pub(crate) images: Vec<Picture>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) notice_kind: Option<NoticeKind>,
    pub(crate) kc: Option<Kc>,
    pub(crate) origin: String,
    pub(crate) tax_free: bool,
    pub(crate) adult_only: bool,
}

/// Creates a draft. Its stock is counted by the inventory service, which hears of it.
pub(crate) async fn create_product(
    catalogue: &Catalogue,
    wanted: WantedProduct,
    context: &RequestContext,
) -> Result<ProductRow, Failure> {
    if !context.principal.acts_for(wanted.seller_id.0) {
        return Err(UserErrorCode::NotYourSeller.at(&["sellerId"], context.language).into());
    }
    check(&wanted, context)?;
    require_seller_who_sells(catalogue, wanted.seller_id, &["sellerId"], context).await?;
    let mut connection = catalogue.database.connection().await?;
    let outcome = connection
        .transaction(async |connection| {
            let path = category_path(connection, wanted.category_id, context).await?;
            let CreatedRows { mut product, detail, variants, fact } = CreatedRows::of(&wanted, &path)?;
            if let Some(brand_id) = wanted.brand_id {
                require_brand(connection, brand_id, context).await?;
            }
            product.seller_can_sell = store::lock_seller(connection, wanted.seller_id, true).await?;
            let row = store::insert_product(connection, product, detail, variants).await?;
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Refused>(row)
        })
        .await;
    drop(connection);
    catalogue.recent.counts.forget_all();
    catalogue.outbox.wake();
    outcome.map_err(|refused| refused.into_failure(context))
}

pub(super) enum Refused {
    Failure(Failure),
    Database(Error),
}

impl Refused {
    /// The failure, with a SKU that is taken by its name.
    pub(super) fn into_failure(self, context: &RequestContext) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Database(error) => named(error, context),
        }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

fn named(error: Error, context: &RequestContext) -> Failure {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, ref details)
            if details.constraint_name() == Some("variant_sku_taken") =>
        {
            UserErrorCode::DuplicateSku.at(&["variants"], context.language).into()
        }
        other => other.into(),
    }
}

fn check(wanted: &WantedProduct, context: &RequestContext) -> Result<(), Failure> {
    refuse(broken_rules(wanted), context)
}

/// What is wrong with the product, but for its category and brand.
pub(super) fn broken_rules(wanted: &WantedProduct) -> Vec<Broken> {
    let mut wrong = Vec::new();
    let texts = Texts {
        title: Some(&wanted.title),
        summary: wanted.summary.as_deref(),
        description: Some(&wanted.description),
        origin: Some(&wanted.origin),
        images: Some(&wanted.images),
        notices: Some(&wanted.notices),
        kc: wanted.kc.as_ref(),
    };
    texts.check(&mut wrong);
    check_variants(wanted.option_kind, &wanted.options, &wanted.variants, &mut wrong);
    wrong
}

/// The rows of a new product, and the event that tells of it.
pub(super) struct CreatedRows {
    pub(super) product: NewProduct,
    pub(super) detail: DetailRow,
    pub(super) variants: Vec<VariantRow>,
    pub(super) fact: ProductCreated,
}

impl CreatedRows {
    pub(super) fn of(wanted: &WantedProduct, path: &[CategoryId]) -> Result<Self, Failure> {
        let (id, now, seller_id) = (ProductId::new(), Utc::now(), wanted.seller_id);
        let rows: Vec<VariantRow> =
            wanted.variants.iter().zip(0..).map(|(variant, position)| variant.row(id, seller_id, position)).collect();
        let variants = rows
            .iter()
            .zip(&wanted.variants)
            .map(|(row, variant)| VariantCreated { variant_id: row.id, initial_stock: variant.initial_stock })
            .collect();
        let prices = wanted.variants.iter().map(|variant| (variant.price, variant.list_price, true));
        let (lowest_price, list_price) = standing_price(prices).ok_or(diesel::result::Error::NotFound)?;
        let thumbnail = wanted.images.first();
        let product = NewProduct {
            id,
            seller_id,
            category_id: wanted.category_id,
            category_level_1: path.first().copied().unwrap_or(wanted.category_id),
            category_level_2: path.get(1).copied(),
            category_level_3: path.get(2).copied(),
            brand_id: wanted.brand_id,
            title: wanted.title.trim().to_owned(),
            summary: wanted.summary.as_deref().and_then(trimmed),
            option_kind: wanted.option_kind,
            state: ProductState::Draft,
            seller_can_sell: true,
            lowest_price,
            list_price,
            thumbnail_url: thumbnail.map(|picture| picture.url.clone()),
            thumbnail_alt: thumbnail.map(|picture| picture.alt.clone()),
            thumbnail_width: thumbnail.map(|picture| picture.width),
            thumbnail_height: thumbnail.map(|picture| picture.height),
            origin: wanted.origin.trim().to_owned(),
            tax_free: wanted.tax_free,
            adult_only: wanted.adult_only,
            created_at: now,
            updated_at: now,
        };
        let detail = DetailRow {
            product_id: id,
            description: wanted.description.clone(),
            images: json(&wanted.images)?,
            options: json(&wanted.options)?,
            notices: json(&wanted.notices)?,
            notice_kind: wanted.notice_kind,
            kc: wanted.kc.as_ref().map(json).transpose()?,
        };
        let fact = ProductCreated { product_id: id, seller_id, variants };
        Ok(Self { product, detail, variants: rows, fact })
    }
}
