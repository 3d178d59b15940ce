//! Queries on sellers' documents.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{DocumentId, DocumentRow, FileId, SellerId, SellerRow, SellerState};
use crate::rules;
use crate::schema::{seller, seller_document};

/// Inserts a seller's documents; they replace the earlier ones of their kinds, whose files are answered.
pub(crate) async fn hand_in(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    rows: &[DocumentRow],
    at: DateTime<Utc>,
) -> QueryResult<Vec<FileId>> {
    let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    let earlier = seller_document::table
        .filter(seller_document::seller_id.eq(seller))
        .filter(seller_document::kind.eq_any(kinds))
        .filter(seller_document::replaced_at.is_null());
    let replaced: Vec<Option<FileId>> = diesel::update(earlier)
        .set(seller_document::replaced_at.eq(at))
        .returning(seller_document::file_id)
        .get_results(connection)
        .await?;
    diesel::insert_into(seller_document::table).values(rows).execute(connection).await?;
    // A file can be several documents at once, and be handed in again.
    let in_force: Vec<Option<FileId>> = seller_document::table
        .filter(seller_document::seller_id.eq(seller))
        .filter(seller_document::replaced_at.is_null())
        .select(seller_document::file_id)
        .load(connection)
        .await?;
    Ok(replaced.into_iter().flatten().filter(|file| !in_force.contains(&Some(*file))).collect())
}

/// Documents of these sellers, oldest first.
pub(crate) async fn documents_by_seller(
    connection: &mut AsyncPgConnection,
    ids: &[SellerId],
) -> QueryResult<Vec<DocumentRow>> {
    seller_document::table
        .filter(seller_document::seller_id.eq_any(ids))
        .order((seller_document::submitted_at, seller_document::id))
        .select(DocumentRow::as_select())
        .load(connection)
        .await
}

/// A seller's document that counts. Call it under the seller's lock.
pub(crate) async fn document_in_force(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    id: DocumentId,
) -> QueryResult<Option<DocumentRow>> {
    let found = seller_document::table.find(id).filter(seller_document::seller_id.eq(seller));
    let found = found.filter(seller_document::replaced_at.is_null());
    found.select(DocumentRow::as_select()).first(connection).await.optional()
}

/// Sets when a document ends; what was told of the day before is forgotten.
pub(crate) async fn set_expiry(
    connection: &mut AsyncPgConnection,
    id: DocumentId,
    expires_on: Option<NaiveDate>,
) -> QueryResult<()> {
    diesel::update(seller_document::table.find(id))
        .set((
            seller_document::expires_on.eq(expires_on),
            seller_document::warned_at.eq(None::<DateTime<Utc>>),
            seller_document::expired_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// The documents of a seller that count and have ended before `today`.
pub(crate) async fn ended_documents(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
    today: NaiveDate,
) -> QueryResult<Vec<DocumentRow>> {
    seller_document::table
        .filter(seller_document::seller_id.eq(seller))
        .filter(seller_document::replaced_at.is_null())
        .filter(seller_document::expires_on.lt(today))
        .order((seller_document::expires_on, seller_document::id))
        .select(DocumentRow::as_select())
        .load(connection)
        .await
}

/// Documents that count, end by `until` and not before `today`, and of which nobody has been told.
pub(crate) async fn documents_to_warn_of(
    connection: &mut AsyncPgConnection,
    today: NaiveDate,
    until: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<(DocumentRow, SellerRow)>> {
    seller_document::table
        .inner_join(seller::table.on(seller::id.eq(seller_document::seller_id)))
        .filter(seller_document::replaced_at.is_null())
        .filter(seller_document::warned_at.is_null())
        .filter(seller_document::expires_on.between(today, until))
        .filter(seller::state.eq_any(rules::KEEPING_DOCUMENTS))
        .order((seller_document::expires_on, seller_document::id))
        .limit(limit)
        .for_update()
        .skip_locked()
        .select((DocumentRow::as_select(), SellerRow::as_select()))
        .load(connection)
        .await
}

pub(crate) async fn set_warned(
    connection: &mut AsyncPgConnection,
    ids: &[DocumentId],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(seller_document::table.filter(seller_document::id.eq_any(ids)))
        .set(seller_document::warned_at.eq(at))
        .execute(connection)
        .await?;
    Ok(())
}

/// Sellers who have a document that counts and has ended, and who have not been told of it, or may put goods on sale still.
pub(crate) async fn sellers_with_ended_documents(
    connection: &mut AsyncPgConnection,
    today: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<SellerId>> {
    seller_document::table
        .inner_join(seller::table.on(seller::id.eq(seller_document::seller_id)))
        .filter(seller_document::replaced_at.is_null())
        .filter(seller_document::expires_on.lt(today))
        .filter(seller::state.eq_any(rules::KEEPING_DOCUMENTS))
        .filter(seller_document::expired_at.is_null().or(seller::state.eq(SellerState::Active)))
        .select(seller::id)
        .distinct()
        .limit(limit)
        .load(connection)
        .await
}

pub(crate) async fn set_expired(
    connection: &mut AsyncPgConnection,
    ids: &[DocumentId],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(seller_document::table.filter(seller_document::id.eq_any(ids)))
        .set(seller_document::expired_at.eq(at))
        .execute(connection)
        .await?;
    Ok(())
}
