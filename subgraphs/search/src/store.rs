//! Queries. Each takes a connection.

use chrono::{DateTime, Utc};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Interval, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use platform::paging::PageRequest;
use uuid::Uuid;

use crate::model::{BrandId, ProductId, ProductRow, SellerId, SynonymId, SynonymRow, UserId, VariantId};
use crate::schema::{index_order, product, product_to_read, reconciliation, synonym, variant};

/// Lets one transaction after the other draw numbers of the change sequence, until it ends. First in its transaction.
pub(crate) async fn lock_changes(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    connection.batch_execute("SELECT pg_advisory_xact_lock('product_change'::regclass::oid::bigint)").await
}

platform::statement! {
    /// Writes products that read otherwise than before. Categories are joined by line breaks. The sales that were counted
    /// before a product was known are added.
    pub(crate) struct WriteProducts {
        ids: Vec<ProductId> as Array<SqlUuid>,
        sellers: Vec<SellerId> as Array<SqlUuid>,
        seller_names: Vec<String> as Array<Text>,
        titles: Vec<String> as Array<Text>,
        brands: Vec<Option<BrandId>> as Array<Nullable<SqlUuid>>,
        brand_names: Vec<Option<String>> as Array<Nullable<Text>>,
        category_ids: Vec<String> as Array<Text>,
        category_names: Vec<String> as Array<Text>,
        prices: Vec<i64> as Array<BigInt>,
        ratings: Vec<i32> as Array<Integer>,
        reviews: Vec<i32> as Array<Integer>,
        in_stock: Vec<bool> as Array<Bool>,
        free_shipping: Vec<bool> as Array<Bool>,
        listed: Vec<bool> as Array<Bool>,
        published_at: Vec<DateTime<Utc>> as Array<Timestamptz>,
    }
    "WITH wanted AS (
        SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS w (
            product_id, seller_id, seller_name, title, brand_id, brand_name, category_ids, category_names, price, rating,
            reviews, in_stock, free_shipping, listed, published_at
        )
    )
    INSERT INTO product AS p (
        product_id, seller_id, seller_name, title, brand_id, brand_name, category_ids, category_names, price, rating,
        reviews, in_stock, free_shipping, listed, published_at, sales, change
    )
    SELECT product_id, seller_id, seller_name, title, brand_id, brand_name,
        string_to_array(category_ids, E'\\n')::uuid[], string_to_array(category_names, E'\\n'), price, rating, reviews,
        in_stock, free_shipping, listed, published_at, coalesce(sale.pieces, 0), nextval('product_change')
    FROM wanted LEFT JOIN sale USING (product_id)
    ON CONFLICT (product_id) DO UPDATE SET
        seller_id = excluded.seller_id, seller_name = excluded.seller_name, title = excluded.title,
        brand_id = excluded.brand_id, brand_name = excluded.brand_name, category_ids = excluded.category_ids,
        category_names = excluded.category_names, price = excluded.price, rating = excluded.rating,
        reviews = excluded.reviews, in_stock = excluded.in_stock, free_shipping = excluded.free_shipping,
        listed = excluded.listed, published_at = excluded.published_at, change = excluded.change
    WHERE (p.seller_id, p.seller_name, p.title, p.brand_id, p.brand_name, p.category_ids, p.category_names, p.price,
            p.rating, p.reviews, p.in_stock, p.free_shipping, p.listed, p.published_at)
        IS DISTINCT FROM (excluded.seller_id, excluded.seller_name, excluded.title, excluded.brand_id,
            excluded.brand_name, excluded.category_ids, excluded.category_names, excluded.price, excluded.rating,
            excluded.reviews, excluded.in_stock, excluded.free_shipping, excluded.listed, excluded.published_at)"
}

platform::statement! {
    /// Keeps whose variants are whose.
    pub(crate) struct WriteVariants {
        variants: Vec<VariantId> as Array<SqlUuid>,
        products: Vec<ProductId> as Array<SqlUuid>,
    }
    "INSERT INTO variant (variant_id, product_id) SELECT * FROM unnest(?, ?) ON CONFLICT DO NOTHING"
}

platform::statement! {
    /// Takes products that are not on sale off the index.
    pub(crate) struct Unlist {
        ids: Vec<ProductId> as Array<SqlUuid>,
    }
    "UPDATE product SET listed = false, change = nextval('product_change') WHERE product_id = ANY(?) AND listed"
}

platform::statement! {
    /// Notes that products were told of now.
    pub(crate) struct MarkSeen {
        ids: Vec<ProductId> as Array<SqlUuid>,
    }
    "UPDATE product SET seen_at = now() WHERE product_id = ANY(?)"
}

platform::statement! {
    /// Counts pieces that were bought.
    pub(crate) struct CountSale {
        product_id: ProductId as SqlUuid,
        pieces: i64 as BigInt,
    }
    "WITH counted AS (
        INSERT INTO sale AS s (product_id, pieces) VALUES (?, ?)
        ON CONFLICT (product_id) DO UPDATE SET pieces = s.pieces + excluded.pieces RETURNING product_id, pieces
    )
    UPDATE product p SET sales = counted.pieces, change = nextval('product_change')
    FROM counted WHERE p.product_id = counted.product_id"
}

/// Sets what was sold of products, for demonstration and load work.
pub(crate) async fn set_sales(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
    pieces: &[i64],
) -> QueryResult<()> {
    let query = "WITH counted AS (
            INSERT INTO sale (product_id, pieces) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING
            RETURNING product_id, pieces
        )
        UPDATE product p SET sales = counted.pieces, change = nextval('product_change')
        FROM counted WHERE p.product_id = counted.product_id AND p.sales <> counted.pieces";
    diesel::sql_query(query)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<BigInt>, _>(pieces)
        .execute(connection)
        .await?;
    Ok(())
}

/// Rows that changed after a number, in order.
pub(crate) async fn changed_after(
    connection: &mut AsyncPgConnection,
    change: i64,
    limit: i64,
) -> QueryResult<Vec<ProductRow>> {
    product::table
        .filter(product::change.gt(change))
        .order(product::change)
        .limit(limit)
        .select(ProductRow::as_select())
        .load(connection)
        .await
}

/// The last change, the generation that indexes are to have, and the state of the synonyms.
pub(crate) async fn index_order(connection: &mut AsyncPgConnection) -> QueryResult<(Option<i64>, i64, i64)> {
    let last = product::table.select(diesel::dsl::max(product::change)).single_value();
    index_order::table.select((last, index_order::generation, index_order::synonyms)).first(connection).await
}

/// Asks for indexes that are built anew. Returns their generation.
pub(crate) async fn raise_generation(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    diesel::update(index_order::table)
        .set(index_order::generation.eq(index_order::generation + 1))
        .returning(index_order::generation)
        .get_result(connection)
        .await
}

/// Notes that products are to be read at a time, or sooner if they are noted already.
pub(crate) async fn note_products(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
    due_at: DateTime<Utc>,
) -> QueryResult<()> {
    let query = "INSERT INTO product_to_read (product_id, due_at) SELECT DISTINCT id, $2 FROM unnest($1) AS id
        ON CONFLICT (product_id) DO UPDATE SET asked = gen_random_uuid(), noted_at = now(), due_at = excluded.due_at, attempts = 0";
    diesel::sql_query(query).bind::<Array<SqlUuid>, _>(ids).bind::<Timestamptz, _>(due_at).execute(connection).await?;
    Ok(())
}

/// A product that is to be read, with the sign of who asked last.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct ToRead {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) product_id: ProductId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) asked: Uuid,
}

/// Takes products that are due for as long as a lease; each attempt waits longer, up to an hour.
pub(crate) async fn take_products(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<ToRead>> {
    let query = "UPDATE product_to_read SET attempts = attempts + 1,
            due_at = now() + least(interval '1 hour', interval '20 seconds' * power(2, least(attempts, 10)))
        WHERE product_id IN (
            SELECT product_id FROM product_to_read WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        RETURNING product_id, asked";
    diesel::sql_query(query).bind::<BigInt, _>(limit).load(connection).await
}

/// Forgets products that were read, unless something was heard of them meanwhile.
pub(crate) async fn forget_read(connection: &mut AsyncPgConnection, read: &[ToRead]) -> QueryResult<()> {
    let asked: Vec<Uuid> = read.iter().map(|read| read.asked).collect();
    diesel::delete(product_to_read::table.filter(product_to_read::asked.eq_any(asked))).execute(connection).await?;
    Ok(())
}

/// Forgets products that were read with others, unless something was heard of them since then.
pub(crate) async fn forget_noted(
    connection: &mut AsyncPgConnection,
    ids: &[ProductId],
    since: DateTime<Utc>,
) -> QueryResult<()> {
    let noted = product_to_read::table
        .filter(product_to_read::product_id.eq_any(ids))
        .filter(product_to_read::noted_at.lt(since));
    diesel::delete(noted).execute(connection).await?;
    Ok(())
}

/// The product of a variant.
pub(crate) async fn product_of(
    connection: &mut AsyncPgConnection,
    variant_id: VariantId,
) -> QueryResult<Option<ProductId>> {
    variant::table.find(variant_id).select(variant::product_id).first(connection).await.optional()
}

/// A seller's products, as far as they are known.
pub(crate) async fn products_of_seller(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
) -> QueryResult<Vec<ProductId>> {
    product::table.filter(product::seller_id.eq(seller_id)).select(product::product_id).load(connection).await
}

/// The products of a brand, or in a category or below it, as far as they are known.
pub(crate) async fn products_of_place(connection: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Vec<ProductId>> {
    product::table
        .filter(product::category_ids.contains(vec![id]).or(product::brand_id.is_not_distinct_from(id)))
        .select(product::product_id)
        .load(connection)
        .await
}

/// Has everything read anew, now.
pub(crate) async fn reconcile_now(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::update(reconciliation::table)
        .set((
            reconciliation::asked.eq(Uuid::now_v7()),
            reconciliation::due_at.eq(diesel::dsl::now),
            reconciliation::cursor.eq(None::<String>),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// A page of what is read anew: the sign of who asked for it, and where it begins.
pub(crate) type TakenPage = (Uuid, Option<String>);

/// Takes the next page of what is read anew, for a lease of a minute; none when nothing is due or another replica reads.
pub(crate) async fn take_page(connection: &mut AsyncPgConnection) -> QueryResult<Option<TakenPage>> {
    let lease = Utc::now() + chrono::TimeDelta::seconds(60);
    let now = diesel::dsl::now.into_sql::<Nullable<Timestamptz>>();
    let began = case_when(reconciliation::cursor.is_null(), now).otherwise(reconciliation::started_at);
    diesel::update(reconciliation::table.filter(reconciliation::due_at.le(diesel::dsl::now)))
        .set((reconciliation::due_at.eq(lease), reconciliation::started_at.eq(began)))
        .returning((reconciliation::asked, reconciliation::cursor))
        .get_result(connection)
        .await
        .optional()
}

/// Notes where the next page begins, and when it is due; or that all was read, and when that begins again. Nothing, if
/// somebody asked for everything again meanwhile.
pub(crate) async fn set_page(
    connection: &mut AsyncPgConnection,
    asked: Uuid,
    cursor: Option<&str>,
    due_at: DateTime<Utc>,
) -> QueryResult<()> {
    let mine = reconciliation::table.filter(reconciliation::asked.eq(asked));
    let next = (reconciliation::cursor.eq(cursor), reconciliation::due_at.eq(due_at));
    match cursor {
        Some(_) => diesel::update(mine).set(next).execute(connection).await?,
        None => {
            let finished = reconciliation::finished_at.eq(diesel::dsl::now);
            diesel::update(mine).set((next, finished)).execute(connection).await?
        }
    };
    Ok(())
}

/// Has a page that could not be read be due at a time.
pub(crate) async fn postpone_page(connection: &mut AsyncPgConnection, due_at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(reconciliation::table).set(reconciliation::due_at.eq(due_at)).execute(connection).await?;
    Ok(())
}

/// Since when all that is on sale has been read, and whether it is being read anew.
pub(crate) async fn reconciliation(connection: &mut AsyncPgConnection) -> QueryResult<(Option<DateTime<Utc>>, bool)> {
    type Times = (DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);
    let times = (reconciliation::due_at, reconciliation::started_at, reconciliation::finished_at);
    let (due_at, started_at, finished_at): Times = reconciliation::table.select(times).first(connection).await?;
    Ok((finished_at, due_at <= Utc::now() || finished_at.is_none() || started_at > finished_at))
}

/// How many products are to be read.
pub(crate) async fn count_to_read(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    product_to_read::table.count().get_result(connection).await
}

/// Notes those listed products that were not seen since reading everything began; returns how many.
pub(crate) async fn note_unseen(connection: &mut AsyncPgConnection) -> QueryResult<usize> {
    let query = "INSERT INTO product_to_read (product_id, due_at)
        SELECT product_id, now() FROM product, reconciliation WHERE listed AND seen_at < started_at
        ON CONFLICT DO NOTHING";
    diesel::sql_query(query).execute(connection).await
}

/// All groups of synonyms, the oldest first, up to a bound.
pub(crate) async fn synonyms(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<SynonymRow>> {
    synonym::table.order(synonym::id).limit(limit).select(SynonymRow::as_select()).load(connection).await
}

pub(crate) async fn synonyms_page(
    connection: &mut AsyncPgConnection,
    page: &PageRequest<(DateTime<Utc>, SynonymId)>,
) -> QueryResult<Vec<SynonymRow>> {
    let query = synonym::table.into_boxed::<diesel::pg::Pg>();
    let query = platform::keyset!(query, synonym::created_at, synonym::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(SynonymRow::as_select()).load(connection).await
}

pub(crate) async fn count_synonyms(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    synonym::table.count().get_result(connection).await
}

pub(crate) async fn synonym_by_id(
    connection: &mut AsyncPgConnection,
    id: SynonymId,
) -> QueryResult<Option<SynonymRow>> {
    synonym::table.find(id).select(SynonymRow::as_select()).first(connection).await.optional()
}

/// Notes that synonyms changed; first in its transaction, so that only one changes them at a time.
pub(crate) async fn raise_synonyms(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::update(index_order::table)
        .set(index_order::synonyms.eq(index_order::synonyms + 1))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn insert_synonym(connection: &mut AsyncPgConnection, row: &SynonymRow) -> QueryResult<()> {
    diesel::insert_into(synonym::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn set_terms(
    connection: &mut AsyncPgConnection,
    id: SynonymId,
    terms: &[String],
    by: Option<UserId>,
) -> QueryResult<Option<SynonymRow>> {
    diesel::update(synonym::table.find(id))
        .set((synonym::terms.eq(terms), synonym::changed_by.eq(by), synonym::changed_at.eq(diesel::dsl::now)))
        .returning(SynonymRow::as_select())
        .get_result(connection)
        .await
        .optional()
}

pub(crate) async fn delete_synonym(connection: &mut AsyncPgConnection, id: SynonymId) -> QueryResult<bool> {
    Ok(diesel::delete(synonym::table.find(id)).execute(connection).await? == 1)
}

/// Whether a term stands in a group other than `but`.
pub(crate) async fn term_taken(
    connection: &mut AsyncPgConnection,
    terms: &[String],
    but: Option<SynonymId>,
) -> QueryResult<bool> {
    let but = but.unwrap_or(SynonymId(Uuid::nil()));
    let query = synonym::table.filter(synonym::terms.overlaps_with(terms)).filter(synonym::id.ne(but));
    diesel::select(diesel::dsl::exists(query)).get_result(connection).await
}

/// Keeps who looked for what; returns which of them are new, by their place.
pub(crate) async fn keep_looked_for(
    connection: &mut AsyncPgConnection,
    hour: DateTime<Utc>,
    terms: &[String],
    people: &[Uuid],
) -> QueryResult<Vec<(String, Uuid)>> {
    #[derive(QueryableByName)]
    struct New {
        #[diesel(sql_type = Text)]
        term: String,
        #[diesel(sql_type = SqlUuid)]
        person: Uuid,
    }
    let query = "INSERT INTO looked_for (hour, term, person) SELECT $1, t, p FROM unnest($2, $3) AS w (t, p)
        ON CONFLICT DO NOTHING RETURNING term, person";
    let new: Vec<New> = diesel::sql_query(query)
        .bind::<Timestamptz, _>(hour)
        .bind::<Array<Text>, _>(terms)
        .bind::<Array<SqlUuid>, _>(people)
        .load(connection)
        .await?;
    Ok(new.into_iter().map(|new| (new.term, new.person)).collect())
}

/// A term that people look for.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub(crate) struct TrendRow {
    #[diesel(sql_type = Text)]
    pub(crate) term: String,
    /// How many people in the window that ends now.
    #[diesel(sql_type = BigInt)]
    pub(crate) people: i64,
    /// How many in the window before.
    #[diesel(sql_type = BigInt)]
    pub(crate) before: i64,
}

/// The terms that most people looked for in the window that ends now, a person counted once.
pub(crate) async fn trends(
    connection: &mut AsyncPgConnection,
    window: chrono::TimeDelta,
    least: i64,
    limit: i64,
) -> QueryResult<Vec<TrendRow>> {
    let query = "SELECT term, count(DISTINCT person) FILTER (WHERE hour > now() - $1) AS people,
            count(DISTINCT person) FILTER (WHERE hour <= now() - $1) AS before
        FROM looked_for WHERE hour > now() - 2 * $1
        GROUP BY term HAVING count(DISTINCT person) FILTER (WHERE hour > now() - $1) >= $2
        ORDER BY people DESC, term LIMIT $3";
    diesel::sql_query(query)
        .bind::<Interval, _>(diesel::pg::data_types::PgInterval::from_microseconds(
            window.num_microseconds().unwrap_or(i64::MAX / 4),
        ))
        .bind::<BigInt, _>(least)
        .bind::<BigInt, _>(limit)
        .load(connection)
        .await
}

/// Forgets who looked for what before a time.
pub(crate) async fn forget_looked_for(connection: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<()> {
    diesel::sql_query("DELETE FROM looked_for WHERE hour < $1")
        .bind::<Timestamptz, _>(before)
        .execute(connection)
        .await?;
    Ok(())
}
