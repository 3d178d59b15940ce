//! A whole catalogue at once, for demonstration and load work.
//!
//! Rows go in by the thousand, each table by one statement from one JSON parameter, and only where their ids are new. No
//! events are told: who seeds the catalogue seeds its neighbours as well.

use chrono::{DateTime, Utc};
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::database::Database;
use platform::errors::GraphError;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{Kc, Notice, NoticeKind, OptionKind, Picture, ProductOption};
use crate::rules;

/// How many products go into one transaction.
const CHUNK: usize = 1_000;

/// A category; a parent comes before its children.
#[derive(Clone, Debug, Serialize)]
pub struct SeedCategory {
    /// The category's id, without its prefix.
    pub id: Uuid,
    /// The category above, without its prefix.
    pub parent_id: Option<Uuid>,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its place among its siblings.
    pub position: i32,
}

/// A brand.
#[derive(Clone, Debug, Serialize)]
pub struct SeedBrand {
    /// The brand's id, without its prefix.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A product that is on sale.
#[derive(Clone, Debug)]
pub struct SeedProduct {
    /// The product's id, without its prefix.
    pub id: Uuid,
    /// The seller's id, without its prefix.
    pub seller_id: Uuid,
    /// The ids of the category's ancestors and of itself, from the top: one to three.
    pub category_path: Vec<Uuid>,
    /// The brand's id, without its prefix.
    pub brand_id: Option<Uuid>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub summary: Option<String>,
    /// All about it.
    pub description: String,
    /// How its options are chosen.
    pub option_kind: OptionKind,
    /// Its options.
    pub options: Vec<ProductOption>,
    /// Its images, the first of them its thumbnail.
    pub images: Vec<Picture>,
    /// The legal notice; what it lacks for its kind is told to stand in the description.
    pub notices: Vec<Notice>,
    /// The kind of goods that the notice is of.
    pub notice_kind: Option<NoticeKind>,
    /// How it stands with KC.
    pub kc: Option<Kc>,
    /// Where it comes from.
    pub origin: String,
    /// Whether it is free of value added tax.
    pub tax_free: bool,
    /// When it went on sale.
    pub published_at: DateTime<Utc>,
    /// Its variants, at least one.
    pub variants: Vec<SeedVariant>,
}

/// A variant.
#[derive(Clone, Debug)]
pub struct SeedVariant {
    /// The variant's id, without its prefix.
    pub id: Uuid,
    /// The seller's own code of it.
    pub sku: String,
    /// Its value of each option.
    pub option_values: Vec<String>,
    /// Won.
    pub price: i64,
    /// Won; not below the price. It was the price for the first thirty days.
    pub list_price: Option<i64>,
}

/// Whether there is no product yet.
///
/// # Errors
/// When the database fails.
pub async fn is_empty(database: &Database) -> Result<bool, GraphError> {
    use diesel::{OptionalExtension as _, QueryDsl as _};
    use diesel_async::RunQueryDsl as _;
    let mut connection = database.connection().await?;
    let first: Option<Uuid> =
        crate::schema::product::table.select(crate::schema::product::id).first(&mut connection).await.optional()?;
    Ok(first.is_none())
}

/// Inserts categories and brands that are new. Repeating it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn seed_frame(
    database: &Database,
    categories: &[SeedCategory],
    brands: &[SeedBrand],
) -> Result<(), GraphError> {
    let mut connection = database.connection().await?;
    let categories = serde_json::to_value(categories).map_err(GraphError::internal)?;
    let brands = serde_json::to_value(brands).map_err(GraphError::internal)?;
    insert(&mut connection, CATEGORIES, categories).await?;
    insert(&mut connection, BRANDS, brands).await?;
    Ok(())
}

/// Inserts the products that are new, ON_SALE, with their variants and past prices. Returns how many were new.
/// Repeating it changes nothing.
///
/// # Errors
/// When the database fails, or a product breaks one of its rules.
pub async fn seed_products(database: &Database, products: &[SeedProduct]) -> Result<usize, GraphError> {
    let mut inserted = 0;
    for chunk in products.chunks(CHUNK) {
        let mut connection = database.connection().await?;
        let rows = Rows::of(chunk)?;
        inserted += connection
            .transaction(async |connection| {
                insert(connection, SELLERS, rows.products.clone()).await?;
                let inserted = insert(connection, PRODUCTS, rows.products).await?;
                insert(connection, DETAILS, rows.details).await?;
                insert(connection, VARIANTS, rows.variants.clone()).await?;
                insert(connection, PRICES, rows.variants).await?;
                diesel::QueryResult::Ok(inserted)
            })
            .await?;
    }
    Ok(inserted)
}

async fn insert(connection: &mut AsyncPgConnection, statement: &str, rows: Value) -> diesel::QueryResult<usize> {
    diesel_async::RunQueryDsl::execute(diesel::sql_query(statement).bind::<Jsonb, _>(rows), connection).await
}

const CATEGORIES: &str = "
    INSERT INTO category (id, parent_id, slug, name, position)
    SELECT * FROM jsonb_to_recordset($1) AS r (id uuid, parent_id uuid, slug text, name text, position integer)
    ON CONFLICT DO NOTHING";
const BRANDS: &str = "
    INSERT INTO brand (id, name) SELECT * FROM jsonb_to_recordset($1) AS r (id uuid, name text)
    ON CONFLICT DO NOTHING";
const SELLERS: &str = "
    INSERT INTO known_seller (id, can_sell, heard_at)
    SELECT DISTINCT seller_id, true, 'epoch'::timestamptz FROM jsonb_to_recordset($1) AS r (seller_id uuid)
    ON CONFLICT DO NOTHING";
const PRODUCTS: &str = "
    INSERT INTO product (id, seller_id, category_id, category_level_1, category_level_2, category_level_3, brand_id,
        title, summary, option_kind, state, seller_can_sell, lowest_price, list_price, thumbnail_url, thumbnail_alt,
        thumbnail_width, thumbnail_height, origin, tax_free, adult_only, created_at, updated_at, submitted_at, published_at)
    SELECT r.id, seller_id, category_id, category_level_1, category_level_2, category_level_3, brand_id,
        title, summary, option_kind, 'ON_SALE', s.can_sell, lowest_price, list_price, thumbnail_url, thumbnail_alt,
        thumbnail_width, thumbnail_height, origin, tax_free, false, at, at, at, at
    FROM jsonb_to_recordset($1) AS r (id uuid, seller_id uuid, category_id uuid, category_level_1 uuid,
        category_level_2 uuid, category_level_3 uuid, brand_id uuid, title text, summary text, option_kind text,
        lowest_price bigint, list_price bigint, thumbnail_url text, thumbnail_alt text, thumbnail_width integer,
        thumbnail_height integer, origin text, tax_free boolean, at timestamptz)
    JOIN known_seller s ON s.id = r.seller_id
    ON CONFLICT DO NOTHING";
const DETAILS: &str = "
    INSERT INTO product_detail (product_id, description, images, options, notices, notice_kind, kc)
    SELECT * FROM jsonb_to_recordset($1)
        AS r (product_id uuid, description text, images jsonb, options jsonb, notices jsonb,
            notice_kind text, kc jsonb)
    ON CONFLICT DO NOTHING";
const VARIANTS: &str = "
    INSERT INTO variant (id, product_id, seller_id, position, sku, name, option_values, price, list_price)
    SELECT id, product_id, seller_id, position, sku, name, option_values, price, list_price
    FROM jsonb_to_recordset($1) AS r (id uuid, product_id uuid, seller_id uuid, position integer, sku text,
        name text, option_values text[], price bigint, list_price bigint)
    ON CONFLICT DO NOTHING";
const PRICES: &str = "
    INSERT INTO price_change (variant_id, changed_at, product_id, price)
    SELECT id, at, product_id, coalesce(list_price, price)
    FROM jsonb_to_recordset($1) AS r (id uuid, at timestamptz, product_id uuid, price bigint, list_price bigint)
    UNION ALL
    SELECT id, at + interval '30 days', product_id, price
    FROM jsonb_to_recordset($1) AS r (id uuid, at timestamptz, product_id uuid, price bigint, list_price bigint)
    WHERE list_price > price
    ON CONFLICT DO NOTHING";

/// A chunk as the statements take it.
struct Rows {
    products: Value,
    details: Value,
    variants: Value,
}

impl Rows {
    fn of(chunk: &[SeedProduct]) -> Result<Self, GraphError> {
        let (mut products, mut details, mut variants) = (Vec::new(), Vec::new(), Vec::new());
        for product in chunk {
            let prices = product.variants.iter().map(|variant| (variant.price, variant.list_price, true));
            let (lowest_price, list_price) = rules::standing_price(prices)
                .ok_or_else(|| GraphError::internal(format_args!("{} has no variants", product.title)))?;
            let thumbnail = product.images.first();
            let level = |level: usize| product.category_path.get(level);
            products.push(json!({
                "id": product.id, "seller_id": product.seller_id, "category_id": product.category_path.last(),
                "category_level_1": level(0), "category_level_2": level(1), "category_level_3": level(2),
                "brand_id": product.brand_id, "title": product.title, "summary": product.summary,
                "option_kind": product.option_kind, "lowest_price": lowest_price, "list_price": list_price,
                "thumbnail_url": thumbnail.map(|picture| &picture.url),
                "thumbnail_alt": thumbnail.map(|picture| &picture.alt),
                "thumbnail_width": thumbnail.map(|picture| picture.width),
                "thumbnail_height": thumbnail.map(|picture| picture.height),
                "origin": product.origin, "tax_free": product.tax_free, "at": product.published_at,
            }));
            let notices = match product.notice_kind {
                Some(kind) => rules::notice::completed(kind, product.notices.clone()),
                None => product.notices.clone(),
            };
            details.push(json!({
                "product_id": product.id, "description": product.description, "images": product.images,
                "options": product.options, "notices": notices, "notice_kind": product.notice_kind, "kc": product.kc,
            }));
            for (position, variant) in product.variants.iter().enumerate() {
                let wanted = rules::WantedVariant {
                    sku: variant.sku.clone(),
                    option_values: variant.option_values.clone(),
                    price: variant.price,
                    list_price: variant.list_price,
                    initial_stock: 0,
                };
                variants.push(json!({
                    "id": variant.id, "product_id": product.id, "seller_id": product.seller_id, "position": position,
                    "sku": wanted.sku, "name": wanted.name(), "option_values": wanted.option_values,
                    "price": wanted.price, "list_price": wanted.list_price, "at": product.published_at,
                }));
            }
        }
        Ok(Self { products: products.into(), details: details.into(), variants: variants.into() })
    }
}
