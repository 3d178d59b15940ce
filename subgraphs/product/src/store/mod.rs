//! Queries. Each takes a connection.

mod listing;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::keyset;
use platform::paging::PageRequest;

pub(crate) use listing::{ListKey, ProductFilter, ProductOrder, count_products, list_products};

use crate::categories::CategoryTree;
use crate::model::{
    BrandId, BrandRow, CategoryId, CategoryRow, DetailRow, NewProduct, OptionKind, PriceChangeRow, ProductId,
    ProductRow, ProductState, SellerId, VariantId, VariantRow,
};
use crate::schema::{add_on, brand, category, known_seller, price_change, product, product_detail, variant};

/// The most prices that a product's history shows.
const LONGEST_HISTORY: i64 = 1_000;

pub(crate) async fn products_by_id(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
) -> QueryResult<Vec<ProductRow>> {
    product::table.filter(product::id.among(ids)).select(ProductRow::as_select()).load(connection).await
}

pub(crate) async fn details_by_product(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
) -> QueryResult<Vec<DetailRow>> {
    product_detail::table
        .filter(product_detail::product_id.among(ids))
        .select(DetailRow::as_select())
        .load(connection)
        .await
}

/// The variants of products that are not ended, in their order.
pub(crate) async fn variants_by_product(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
) -> QueryResult<Vec<VariantRow>> {
    variant::table
        .filter(variant::product_id.among(ids))
        .filter(variant::ended_at.is_null())
        .order((variant::product_id, variant::position))
        .select(VariantRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn variants_with_product(
    connection: &mut AsyncPgConnection,
    ids: &[VariantId],
) -> QueryResult<Vec<(VariantRow, ProductRow)>> {
    variant::table
        .inner_join(product::table)
        .filter(variant::id.among(ids))
        .select((VariantRow::as_select(), ProductRow::as_select()))
        .load(connection)
        .await
}

/// The prices of products' variants, newest first.
pub(crate) async fn prices_by_product(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
) -> QueryResult<Vec<PriceChangeRow>> {
    price_change::table
        .filter(price_change::product_id.among(ids))
        .order((price_change::changed_at.desc(), price_change::variant_id))
        .limit(LONGEST_HISTORY)
        .select(PriceChangeRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn brands_by_id(connection: &mut AsyncPgConnection, ids: &[BrandId]) -> QueryResult<Vec<BrandRow>> {
    brand::table.filter(brand::id.among(ids)).select(BrandRow::as_select()).load(connection).await
}

/// Brands by name.
pub(crate) async fn list_brands(
    connection: &mut AsyncPgConnection,
    page: &PageRequest<(String, BrandId)>,
) -> QueryResult<Vec<BrandRow>> {
    let query = keyset!(brand::table.into_boxed(), brand::name, brand::id, page.from.clone(), page.backward);
    query.limit(page.rows_to_read()).select(BrandRow::as_select()).load(connection).await
}

pub(crate) async fn count_brands(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    brand::table.count().get_result(connection).await
}

pub(crate) async fn insert_brand(connection: &mut AsyncPgConnection, row: &BrandRow) -> QueryResult<()> {
    diesel::insert_into(brand::table).values(row.clone()).execute(connection).await?;
    Ok(())
}

/// All categories, siblings in the order in which they are shown.
pub(crate) async fn categories(connection: &mut AsyncPgConnection) -> QueryResult<Vec<CategoryRow>> {
    category::table.order((category::position, category::slug)).select(CategoryRow::as_select()).load(connection).await
}

/// The key under which changes of the tree, and products that are put into it, wait for each other.
const TREE_LOCK: i64 = 0x0063_6174_6567;

/// The tree, which nobody else changes, and nobody puts a product into, for the rest of the transaction.
pub(crate) async fn lock_tree(connection: &mut AsyncPgConnection) -> QueryResult<CategoryTree> {
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(TREE_LOCK);
    lock.execute(connection).await?;
    Ok(CategoryTree::new(categories(connection).await?))
}

/// The tree, which nobody changes for the rest of the transaction.
pub(crate) async fn share_tree(connection: &mut AsyncPgConnection) -> QueryResult<CategoryTree> {
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)").bind::<BigInt, _>(TREE_LOCK);
    lock.execute(connection).await?;
    Ok(CategoryTree::new(categories(connection).await?))
}

/// Writes what a category is called and where it stands.
pub(crate) async fn set_category(connection: &mut AsyncPgConnection, row: &CategoryRow) -> QueryResult<()> {
    diesel::update(category::table.find(row.id))
        .set((
            category::parent_id.eq(row.parent_id),
            category::slug.eq(&row.slug),
            category::name.eq(&row.name),
            category::position.eq(row.position),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete_category(connection: &mut AsyncPgConnection, id: CategoryId) -> QueryResult<()> {
    diesel::delete(category::table.find(id)).execute(connection).await?;
    Ok(())
}

/// Puts the products of a category into another one; returns how many there were. Their levels follow by
/// [`level_products`].
pub(crate) async fn move_products(
    connection: &mut AsyncPgConnection,
    from: CategoryId,
    to: CategoryId,
) -> QueryResult<usize> {
    diesel::update(product::table.filter(product::category_id.eq(from)))
        .set(product::category_id.eq(to))
        .execute(connection)
        .await
}

/// Writes anew on which levels the products of a category and of those below it stand.
pub(crate) async fn level_products(connection: &mut AsyncPgConnection, id: CategoryId) -> QueryResult<usize> {
    let query = "WITH RECURSIVE path AS (
            SELECT id, ARRAY[id] AS ids FROM category WHERE parent_id IS NULL
            UNION ALL
            SELECT c.id, p.ids || c.id FROM category c JOIN path p ON c.parent_id = p.id
        )
        UPDATE product SET category_level_1 = p.ids[1], category_level_2 = p.ids[2], category_level_3 = p.ids[3]
        FROM path p WHERE p.ids @> ARRAY[$1] AND product.category_id = p.id";
    diesel::sql_query(query).bind::<SqlUuid, _>(id).execute(connection).await
}

/// Whether any product, in whatever state, stands in the category itself.
pub(crate) async fn has_products(connection: &mut AsyncPgConnection, id: CategoryId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(product::table.filter(product::category_id.eq(id)))).get_result(connection).await
}

/// Locks a brand for the rest of the transaction.
pub(crate) async fn lock_brand(connection: &mut AsyncPgConnection, id: BrandId) -> QueryResult<Option<BrandRow>> {
    brand::table.find(id).for_update().select(BrandRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn set_brand(connection: &mut AsyncPgConnection, row: &BrandRow) -> QueryResult<()> {
    diesel::update(brand::table.find(row.id)).set(brand::name.eq(&row.name)).execute(connection).await?;
    Ok(())
}

/// Gives the products of a brand another one; returns how many there were.
pub(crate) async fn give_brand(connection: &mut AsyncPgConnection, from: BrandId, to: BrandId) -> QueryResult<usize> {
    diesel::update(product::table.filter(product::brand_id.eq(from)))
        .set(product::brand_id.eq(to))
        .execute(connection)
        .await
}

/// Whether any product, in whatever state, is of the brand.
pub(crate) async fn brand_has_products(connection: &mut AsyncPgConnection, id: BrandId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(product::table.filter(product::brand_id.eq(id)))).get_result(connection).await
}

pub(crate) async fn delete_brand(connection: &mut AsyncPgConnection, id: BrandId) -> QueryResult<()> {
    diesel::delete(brand::table.find(id)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn insert_category(connection: &mut AsyncPgConnection, row: &CategoryRow) -> QueryResult<()> {
    diesel::insert_into(category::table).values(row.clone()).execute(connection).await?;
    Ok(())
}

/// Whether the seller can sell as far as was heard, with `asked` for one that nothing was heard of. Its row stays locked
/// for the rest of the transaction, so that a change of it waits until the product that is being put up is there.
pub(crate) async fn lock_seller(connection: &mut AsyncPgConnection, id: SellerId, asked: bool) -> QueryResult<bool> {
    let never: DateTime<Utc> = DateTime::UNIX_EPOCH;
    diesel::insert_into(known_seller::table)
        .values((known_seller::id.eq(id), known_seller::can_sell.eq(asked), known_seller::heard_at.eq(never)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    known_seller::table.find(id).for_share().select(known_seller::can_sell).first(connection).await
}

/// Records what was heard of a seller; returns whether it is news.
pub(crate) async fn set_seller(
    connection: &mut AsyncPgConnection,
    id: SellerId,
    can_sell: bool,
    heard_at: DateTime<Utc>,
) -> QueryResult<bool> {
    use diesel::query_dsl::methods::FilterDsl as _;
    let statement = diesel::insert_into(known_seller::table)
        .values((known_seller::id.eq(id), known_seller::can_sell.eq(can_sell), known_seller::heard_at.eq(heard_at)))
        .on_conflict(known_seller::id)
        .do_update()
        .set((known_seller::can_sell.eq(can_sell), known_seller::heard_at.eq(heard_at)))
        .filter(known_seller::heard_at.lt(heard_at));
    Ok(statement.execute(connection).await? == 1)
}

/// Marks the seller's products, and records whether those on sale are offered; returns how many changed.
pub(crate) async fn set_seller_can_sell(
    connection: &mut AsyncPgConnection,
    id: SellerId,
    can_sell: bool,
) -> QueryResult<usize> {
    let other = product::table.filter(product::seller_id.eq(id)).filter(product::seller_can_sell.ne(can_sell));
    let changed = diesel::update(other).set(product::seller_can_sell.eq(can_sell)).execute(connection).await?;
    if changed > 0 {
        let offers = "INSERT INTO price_change (variant_id, changed_at, product_id, price, offered)
            SELECT v.id, clock_timestamp(), v.product_id, v.price, p.listed AND v.sellable
            FROM variant v JOIN product p ON p.id = v.product_id
            WHERE p.seller_id = $1 AND p.state = 'ON_SALE' AND v.ended_at IS NULL";
        diesel::sql_query(offers).bind::<SqlUuid, _>(id).execute(connection).await?;
    }
    Ok(changed)
}

pub(crate) async fn insert_product(
    connection: &mut AsyncPgConnection,
    new: NewProduct,
    detail: DetailRow,
    variants: Vec<VariantRow>,
) -> QueryResult<ProductRow> {
    let changed_at = new.created_at;
    let prices: Vec<PriceChangeRow> = variants.iter().map(|row| PriceChangeRow::of(row, changed_at, false)).collect();
    let row = diesel::insert_into(product::table)
        .values(new)
        .returning(ProductRow::as_returning())
        .get_result(connection)
        .await?;
    diesel::insert_into(product_detail::table).values(detail).execute(connection).await?;
    diesel::insert_into(variant::table).values(variants).execute(connection).await?;
    diesel::insert_into(price_change::table).values(prices).execute(connection).await?;
    Ok(row)
}

/// Locks the product for the rest of the transaction.
pub(crate) async fn lock_product(connection: &mut AsyncPgConnection, id: ProductId) -> QueryResult<Option<ProductRow>> {
    product::table.find(id).for_no_key_update().select(ProductRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn detail_of(connection: &mut AsyncPgConnection, id: ProductId) -> QueryResult<DetailRow> {
    product_detail::table.find(id).select(DetailRow::as_select()).first(connection).await
}

/// What changes of a product; what is `None` stays.
#[derive(AsChangeset, Default)]
#[diesel(table_name = product)]
pub(crate) struct ProductChange {
    pub(crate) category_id: Option<CategoryId>,
    pub(crate) category_level_1: Option<CategoryId>,
    pub(crate) category_level_2: Option<Option<CategoryId>>,
    pub(crate) category_level_3: Option<Option<CategoryId>>,
    pub(crate) brand_id: Option<Option<BrandId>>,
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<Option<String>>,
    pub(crate) thumbnail_url: Option<Option<String>>,
    pub(crate) thumbnail_alt: Option<Option<String>>,
    pub(crate) thumbnail_width: Option<Option<i32>>,
    pub(crate) thumbnail_height: Option<Option<i32>>,
    pub(crate) origin: Option<String>,
    pub(crate) tax_free: Option<bool>,
    pub(crate) adult_only: Option<bool>,
    pub(crate) option_kind: Option<OptionKind>,
    pub(crate) lowest_price: Option<i64>,
    pub(crate) list_price: Option<Option<i64>>,
    pub(crate) state: Option<ProductState>,
    pub(crate) rejection_reason: Option<Option<String>>,
    pub(crate) suspended_by_staff: Option<bool>,
    pub(crate) submitted_at: Option<DateTime<Utc>>,
    pub(crate) published_at: Option<DateTime<Utc>>,
}

pub(crate) async fn change_product(
    connection: &mut AsyncPgConnection,
    id: ProductId,
    change: ProductChange,
) -> QueryResult<ProductRow> {
    diesel::update(product::table.find(id))
        .set((change, product::updated_at.eq(diesel::dsl::now)))
        .returning(ProductRow::as_returning())
        .get_result(connection)
        .await
}

pub(crate) async fn set_detail(connection: &mut AsyncPgConnection, detail: &DetailRow) -> QueryResult<()> {
    diesel::update(product_detail::table.find(detail.product_id))
        .set((
            product_detail::description.eq(&detail.description),
            product_detail::images.eq(&detail.images),
            product_detail::options.eq(&detail.options),
            product_detail::notices.eq(&detail.notices),
            product_detail::notice_kind.eq(detail.notice_kind),
            product_detail::kc.eq(&detail.kc),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Every price that the product's variants have had since `from`, with the last one before it, the oldest first.
pub(crate) async fn prices_since(
    connection: &mut AsyncPgConnection,
    id: ProductId,
    from: DateTime<Utc>,
) -> QueryResult<Vec<PriceChangeRow>> {
    let mut before: Vec<PriceChangeRow> = price_change::table
        .filter(price_change::product_id.eq(id))
        .filter(price_change::changed_at.lt(from))
        .distinct_on(price_change::variant_id)
        .order((price_change::variant_id, price_change::changed_at.desc()))
        .select(PriceChangeRow::as_select())
        .load(connection)
        .await?;
    let since = price_change::table
        .filter(price_change::product_id.eq(id))
        .filter(price_change::changed_at.ge(from))
        .order((price_change::changed_at, price_change::variant_id));
    before.extend(since.select(PriceChangeRow::as_select()).load(connection).await?);
    Ok(before)
}

/// Records that all variants of the product can be bought at their prices from now on, or cannot any more.
pub(crate) async fn record_offer(
    connection: &mut AsyncPgConnection,
    id: ProductId,
    listed: bool,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let rows: Vec<PriceChangeRow> = variants_by_product(connection, &[id])
        .await?
        .iter()
        .map(|row| PriceChangeRow::of(row, at, listed && row.sellable))
        .collect();
    diesel::insert_into(price_change::table).values(rows).execute(connection).await?;
    Ok(())
}

/// Sets a variant's price, list price and sellability, and records the price when it, or whether it is offered, is new.
pub(crate) async fn set_variant(
    connection: &mut AsyncPgConnection,
    row: &VariantRow,
    recorded: Option<PriceChangeRow>,
) -> QueryResult<()> {
    diesel::update(variant::table.find(row.id))
        .set((variant::price.eq(row.price), variant::list_price.eq(row.list_price), variant::sellable.eq(row.sellable)))
        .execute(connection)
        .await?;
    if let Some(change) = recorded {
        diesel::insert_into(price_change::table).values(change).execute(connection).await?;
    }
    Ok(())
}

/// Ends variants: they cannot be bought any more, nor be added to other goods.
pub(crate) async fn end_variants(
    connection: &mut AsyncPgConnection,
    ids: &[VariantId],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::delete(add_on::table.filter(add_on::variant_id.eq_any(ids))).execute(connection).await?;
    diesel::update(variant::table.filter(variant::id.eq_any(ids)))
        .set((variant::ended_at.eq(at), variant::sellable.eq(false)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes the SKUs, names and option values of variants, which may take each other's.
pub(crate) async fn relabel_variants(connection: &mut AsyncPgConnection, rows: &[VariantRow]) -> QueryResult<()> {
    let ids: Vec<VariantId> = rows.iter().map(|row| row.id).collect();
    let free = "UPDATE variant SET sku = id::text, option_values = ARRAY[id::text] WHERE id = ANY ($1)";
    diesel::sql_query(free).bind::<Array<SqlUuid>, _>(&ids).execute(connection).await?;
    for row in rows {
        diesel::update(variant::table.find(row.id))
            .set((
                variant::sku.eq(&row.sku),
                variant::name.eq(&row.name),
                variant::option_values.eq(&row.option_values),
            ))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Adds variants to a product that is there.
pub(crate) async fn insert_variants(connection: &mut AsyncPgConnection, rows: &[VariantRow]) -> QueryResult<()> {
    diesel::insert_into(variant::table).values(rows.to_vec()).execute(connection).await?;
    Ok(())
}

/// Records prices from a moment on.
pub(crate) async fn insert_prices(connection: &mut AsyncPgConnection, rows: Vec<PriceChangeRow>) -> QueryResult<()> {
    diesel::insert_into(price_change::table).values(rows).execute(connection).await?;
    Ok(())
}

/// Which of these SKUs the seller has.
pub(crate) async fn skus_of_seller(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
    skus: &[&str],
) -> QueryResult<Vec<String>> {
    let own = variant::table.filter(variant::seller_id.eq(seller_id)).filter(variant::ended_at.is_null());
    let query = own.filter(variant::sku.eq_any(skus));
    query.select(variant::sku).load(connection).await
}

/// A seller's variants with their products and the products' options, the oldest products first.
pub(crate) async fn variants_of_seller(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
    limit: i64,
) -> QueryResult<Vec<(VariantRow, ProductRow, serde_json::Value)>> {
    variant::table
        .inner_join(product::table.inner_join(product_detail::table))
        .filter(variant::seller_id.eq(seller_id))
        .filter(product::state.ne(ProductState::Ended))
        .filter(variant::ended_at.is_null())
        .order((product::created_at, product::id, variant::position))
        .limit(limit)
        .select((VariantRow::as_select(), ProductRow::as_select(), product_detail::options))
        .load(connection)
        .await
}

/// The add-on goods of products, in their order.
pub(crate) async fn add_ons_by_product(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
) -> QueryResult<Vec<(ProductId, VariantId)>> {
    add_on::table
        .filter(add_on::product_id.among(ids))
        .order((add_on::product_id, add_on::position))
        .select((add_on::product_id, add_on::variant_id))
        .load(connection)
        .await
}

/// Replaces a product's add-on goods. Call it under the product's lock.
pub(crate) async fn set_add_ons(
    connection: &mut AsyncPgConnection,
    product_id: ProductId,
    variants: &[VariantId],
) -> QueryResult<()> {
    diesel::delete(add_on::table.filter(add_on::product_id.eq(product_id))).execute(connection).await?;
    let row = |(variant_id, position): (&VariantId, i32)| {
        (add_on::product_id.eq(product_id), add_on::variant_id.eq(*variant_id), add_on::position.eq(position))
    };
    let rows: Vec<_> = variants.iter().zip(0..).map(row).collect();
    if !rows.is_empty() {
        diesel::insert_into(add_on::table).values(rows).execute(connection).await?;
    }
    Ok(())
}
