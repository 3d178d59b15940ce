//! A product.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use platform::errors::GraphError;
use platform::identity::{AnyScope, Principal, Scope, current_principal};
use platform::language::Language;
use platform::money::Money;
use serde::de::DeserializeOwned;

use super::brand::Brand;
use super::category::Category;
use super::seller::Seller;
use super::variant::ProductVariant;
use crate::actions::Catalogue;
use crate::loaders::Loaders;
use crate::model::{self, DetailRow, KcKind, NoticeKind, OptionKind, ProductId, ProductRow, ProductState, UserId};
use crate::rules::discount_percent;
use crate::rules::notice::Template;

/// Whether the principal is one of the seller's members, of staff, or one of our services.
pub(crate) fn is_insider(principal: &Principal, row: &ProductRow) -> bool {
    principal.acts_for(row.seller_id.0)
        || principal.has_scope(Scope::StaffProducts)
        || principal.has_scope(Scope::Service)
}

/// Whether the one who asks may see the product: what was on sale once can be looked at by everybody, a product that is
/// still being written only by insiders.
pub(crate) fn may_see(ctx: &Context<'_>, row: &ProductRow) -> bool {
    match row.state {
        ProductState::OnSale | ProductState::Suspended => true,
        ProductState::Ended if row.published_at.is_some() => true,
        ProductState::Ended | ProductState::Draft | ProductState::InReview => is_insider(current_principal(ctx), row),
    }
}

/// A product.
pub(crate) struct Product {
    pub(crate) row: Arc<ProductRow>,
}

impl Product {
    async fn detail(&self, ctx: &Context<'_>) -> async_graphql::Result<Arc<DetailRow>> {
        let row = ctx.data::<Loaders>()?.detail(self.row.id).await?;
        Ok(row.ok_or_else(|| GraphError::internal("a product without its detail"))?)
    }

    /// Whether the one who asks may see what it looks like: of what is for adults only, insiders and those who have shown to be
    /// adults. Nobody may of whom that is not known.
    async fn shows_images(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        let principal = current_principal(ctx);
        if !self.row.adult_only || is_insider(principal, &self.row) {
            return Ok(true);
        }
        let Some(person) = principal.user_id else { return Ok(false) };
        let is_adult = ctx.data::<Loaders>()?.is_adult(UserId(person)).await;
        Ok(is_adult.unwrap_or_else(|error| {
            tracing::warn!(?error, "whether somebody is an adult is not known");
            false
        }))
    }
}

fn read<T: DeserializeOwned>(value: &serde_json::Value) -> async_graphql::Result<T> {
    Ok(T::deserialize(value).map_err(GraphError::internal)?)
}

fn thumbnail_of(row: &ProductRow) -> Option<ProductImage> {
    Some(ProductImage {
        url: row.thumbnail_url.clone()?,
        alt: row.thumbnail_alt.clone()?,
        width: row.thumbnail_width?,
        height: row.thumbnail_height?,
    })
}

/// A product: what a seller offers, in one or more variants.
#[Object]
impl Product {
    /// The product's id, `prd_…`.
    async fn id(&self) -> ProductId {
        self.row.id
    }

    /// Its title, up to 100 characters.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// A sentence about it, up to 200 characters.
    async fn summary(&self) -> Option<&str> {
        self.row.summary.as_deref()
    }

    /// All about it, in paragraphs that are parted by empty lines.
    async fn description(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(self.detail(ctx).await?.description.clone())
    }

    /// Who sells it.
    async fn seller(&self) -> Seller {
        Seller { id: self.row.seller_id }
    }

    /// Its brand.
    async fn brand(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Brand>> {
        let Some(id) = self.row.brand_id else { return Ok(None) };
        Ok(ctx.data::<Loaders>()?.brand(id).await?.map(|row| Brand { row }))
    }

    /// The category that it stands in.
    async fn category(&self, ctx: &Context<'_>) -> async_graphql::Result<Category> {
        let tree = ctx.data::<Catalogue>()?.categories.tree().await?;
        let index = tree.find(self.row.category_id);
        let index = index.ok_or_else(|| GraphError::internal("a product without its category"))?;
        Ok(Category::new(&tree, index))
    }

    /// Where it stands. It can be bought while ON_SALE.
    async fn state(&self) -> ProductState {
        self.row.state
    }

    /// Why staff handed it back. For the seller's members and staff.
    #[graphql(
        requires_scopes = "seller",
        requires_scopes = "staff:products",
        guard = "AnyScope(&[Scope::Seller, Scope::StaffProducts, Scope::Service])"
    )]
    async fn rejection_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let inside = is_insider(current_principal(ctx), &self.row);
        self.row.rejection_reason.as_deref().filter(|_| inside)
    }

    /// Its images, the first of them its thumbnail. None of what is for adults only, for those who have not shown to be adults.
    async fn images(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ProductImage>> {
        if !self.shows_images(ctx).await? {
            return Ok(Vec::new());
        }
        let pictures: Vec<model::Picture> = read(&self.detail(ctx).await?.images)?;
        Ok(pictures.into_iter().map(ProductImage::from).collect())
    }

    /// The image that stands for it in lists; null of what is for adults only, for those who have not shown to be adults.
    async fn thumbnail(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ProductImage>> {
        Ok(if self.shows_images(ctx).await? { thumbnail_of(&self.row) } else { None })
    }

    /// The price of its cheapest variant that can be bought.
    async fn price(&self) -> Money {
        Money::krw(self.row.lowest_price)
    }

    /// The list price (정가) of that variant.
    async fn list_price(&self) -> Option<Money> {
        self.row.list_price.map(Money::krw)
    }

    /// By how many percent the price is below the list price, rounded down; 0 without a list price.
    async fn discount_percent(&self) -> i32 {
        discount_percent(self.row.lowest_price, self.row.list_price)
    }

    /// How its options are chosen.
    async fn option_kind(&self) -> OptionKind {
        self.row.option_kind
    }

    /// Its options.
    async fn options(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ProductOption>> {
        let options: Vec<model::ProductOption> = read(&self.detail(ctx).await?.options)?;
        Ok(options.into_iter().map(|option| ProductOption { name: option.name, values: option.values }).collect())
    }

    /// Its variants: the combinations of its options that are on offer, in their order.
    async fn variants(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ProductVariant>> {
        let rows = ctx.data::<Loaders>()?.variants_of(self.row.id).await?;
        let variant = |row: &Arc<_>| ProductVariant { row: Arc::clone(row), product: Arc::clone(&self.row) };
        Ok(rows.iter().map(variant).collect())
    }

    /// Add-on goods (추가상품): variants of the seller's other products that can be bought together with it, in their order.
    async fn add_ons(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ProductVariant>> {
        let ids = ctx.data::<Loaders>()?.add_ons_of(self.row.id).await?;
        let found = try_join_all(ids.into_iter().map(|id| ProductVariant::find(ctx, id))).await?;
        Ok(found.into_iter().flatten().filter(|one| may_see(ctx, &one.product)).collect())
    }

    /// The legal notice (상품정보제공고시).
    async fn notices(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ProductNotice>> {
        let notices: Vec<model::Notice> = read(&self.detail(ctx).await?.notices)?;
        Ok(notices.into_iter().map(|notice| ProductNotice { name: notice.name, value: notice.value }).collect())
    }

    /// The kind of goods that the notice is of; null of products from before there were kinds.
    async fn notice_kind(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<NoticeKind>> {
        Ok(self.detail(ctx).await?.notice_kind)
    }

    /// How it stands with KC; null where nothing is told.
    async fn kc(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ProductKc>> {
        let detail = self.detail(ctx).await?;
        let Some(kc) = &detail.kc else { return Ok(None) };
        let model::Kc { certifications, exempt_reason } = read(kc)?;
        let one = |one: model::KcCertification| KcCertification { kind: one.kind, number: one.number };
        Ok(Some(ProductKc { certifications: certifications.into_iter().map(one).collect(), exempt_reason }))
    }

    /// Where it comes from (원산지).
    async fn origin(&self) -> &str {
        &self.row.origin
    }

    /// Whether it is free of value added tax (면세).
    async fn tax_free(&self) -> bool {
        self.row.tax_free
    }

    /// Whether only adults may buy it, who have shown that they are: see `startIdentityVerification`.
    async fn adult_only(&self) -> bool {
        self.row.adult_only
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it first went on sale.
    async fn published_at(&self) -> Option<DateTime<Utc>> {
        self.row.published_at
    }

    /// The prices that its variants have had, the newest first, up to a thousand.
    async fn price_history(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<PriceChange>> {
        let loaders = ctx.data::<Loaders>()?;
        let (prices, variants) = (loaders.prices_of(self.row.id).await?, loaders.variants_of(self.row.id).await?);
        let change = |price: &model::PriceChangeRow| {
            let row = variants.iter().find(|row| row.id == price.variant_id)?;
            let variant = ProductVariant { row: Arc::clone(row), product: Arc::clone(&self.row) };
            Some(PriceChange { variant, price: Money::krw(price.price), changed_at: price.changed_at })
        };
        // A row that only tells that the price is offered again is none of another price.
        let is_news = |(index, price): &(usize, &model::PriceChangeRow)| {
            let before = prices.iter().skip(index + 1).find(|before| before.variant_id == price.variant_id);
            before.is_none_or(|before| before.price != price.price)
        };
        Ok(prices.iter().enumerate().filter(is_news).filter_map(|(_, price)| change(price)).collect())
    }
}

/// An image of a product.
#[derive(SimpleObject)]
pub(crate) struct ProductImage {
    /// An `https://` URL, or a path of this market.
    url: String,
    /// What it shows, for those who cannot see it.
    alt: String,
    /// Pixels.
    width: i32,
    /// Pixels.
    height: i32,
}

impl From<model::Picture> for ProductImage {
    fn from(picture: model::Picture) -> Self {
        Self { url: picture.url, alt: picture.alt, width: picture.width, height: picture.height }
    }
}

/// An option of a product, as in 색상 with the values 검정 and 흰색.
#[derive(SimpleObject)]
pub(crate) struct ProductOption {
    /// Its name.
    name: String,
    /// Its values; none where the buyer writes them.
    values: Vec<String>,
}

/// An item of the legal notice.
#[derive(SimpleObject)]
pub(crate) struct ProductNotice {
    /// What is told, as in 제조국.
    name: String,
    /// What it is.
    value: String,
}

/// How a product stands with KC: certified, or exempt.
#[derive(SimpleObject)]
pub(crate) struct ProductKc {
    /// Its certifications.
    certifications: Vec<KcCertification>,
    /// Why it needs none.
    exempt_reason: Option<String>,
}

/// A KC certification.
#[derive(SimpleObject)]
pub(crate) struct KcCertification {
    /// Its kind.
    kind: KcKind,
    /// Its number.
    number: Option<String>,
}

/// What the legal notice (상품정보제공고시) of a kind of goods tells.
#[derive(SimpleObject)]
pub(crate) struct NoticeTemplate {
    /// The kind.
    kind: NoticeKind,
    /// What it is called.
    name: &'static str,
    /// The items that a notice of it has to have, by name.
    items: Vec<&'static str>,
    /// Whether it needs KC, or why it is exempt.
    kc_required: bool,
}

impl NoticeTemplate {
    /// The template of every kind.
    pub(crate) fn all(language: Language) -> Vec<Self> {
        let of = |kind: &NoticeKind| {
            let template = Template::of(*kind);
            Self {
                kind: template.kind,
                name: template.name(language),
                items: template.items.iter().map(|item| item.name(language)).collect(),
                kc_required: template.kc,
            }
        };
        NoticeKind::ALL.iter().map(of).collect()
    }
}

/// A price that a variant has had.
#[derive(SimpleObject)]
pub(crate) struct PriceChange {
    /// The variant.
    variant: ProductVariant,
    /// The price from then on.
    price: Money,
    /// When.
    changed_at: DateTime<Utc>,
}
