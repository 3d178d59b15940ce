//! Queries; each takes a connection.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::paging::PageRequest;
use uuid::Uuid;

use crate::model::{
    ContentRow, FileId, FilePurpose, FileRow, SellerId, StoredFile, UploadId, UploadRow, UploadState, UserId,
};
use crate::rules::{UploadCommand, next_state};
use crate::schema::{content, file, upload};

/// The order of a person's files: newest first.
pub(crate) type FileKey = (DateTime<Utc>, FileId);

pub(crate) async fn files_by_id(connection: &mut AsyncPgConnection, ids: &[FileId]) -> QueryResult<Vec<StoredFile>> {
    let rows: Vec<(FileRow, ContentRow)> = file::table
        .inner_join(content::table)
        .filter(file::id.eq_any(ids))
        .filter(file::deleted_at.is_null())
        .select((FileRow::as_select(), ContentRow::as_select()))
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|(file, content)| StoredFile { file, content }).collect())
}

/// A person's files, newest first.
pub(crate) async fn files_by_owner(
    connection: &mut AsyncPgConnection,
    owner: UserId,
    purpose: Option<FilePurpose>,
    page: &PageRequest<FileKey>,
) -> QueryResult<Vec<StoredFile>> {
    let mut query = file::table
        .inner_join(content::table)
        .filter(file::owner_id.eq(owner))
        .filter(file::deleted_at.is_null())
        .order((file::created_at.desc(), file::id.desc()))
        .limit(page.rows_to_read())
        .select((FileRow::as_select(), ContentRow::as_select()))
        .into_boxed();
    if let Some(purpose) = purpose {
        query = query.filter(file::purpose.eq(purpose));
    }
    if let Some((created_at, id)) = page.from {
        let same = file::created_at.eq(created_at).and(file::id.lt(id));
        query = query.filter(file::created_at.lt(created_at).or(same));
    }
    let rows: Vec<(FileRow, ContentRow)> = query.load(connection).await?;
    Ok(rows.into_iter().map(|(file, content)| StoredFile { file, content }).collect())
}

pub(crate) async fn files_by_owner_count(
    connection: &mut AsyncPgConnection,
    owner: UserId,
    purpose: Option<FilePurpose>,
) -> QueryResult<i64> {
    let mut query =
        file::table.filter(file::owner_id.eq(owner)).filter(file::deleted_at.is_null()).count().into_boxed();
    if let Some(purpose) = purpose {
        query = query.filter(file::purpose.eq(purpose));
    }
    query.get_result(connection).await
}

pub(crate) async fn content_by_hash(
    connection: &mut AsyncPgConnection,
    hash: &[u8],
) -> QueryResult<Option<ContentRow>> {
    content::table.filter(content::hash.eq(hash)).select(ContentRow::as_select()).first(connection).await.optional()
}

/// Writes the content, or finds the one with the same bytes that somebody else wrote meanwhile.
pub(crate) async fn content_or_same(connection: &mut AsyncPgConnection, row: &ContentRow) -> QueryResult<ContentRow> {
    diesel::insert_into(content::table)
        .values(row)
        .on_conflict(content::hash)
        .do_update()
        // Changes nothing; it makes the row come back.
        .set(content::hash.eq(excluded(content::hash)))
        .returning(ContentRow::as_returning())
        .get_result(connection)
        .await
}

pub(crate) async fn add_file(connection: &mut AsyncPgConnection, row: &FileRow) -> QueryResult<()> {
    diesel::insert_into(file::table).values(row).execute(connection).await.map(|_| ())
}

/// Whether the file was there; one that is held goes only with `even_held`.
pub(crate) async fn delete_file(connection: &mut AsyncPgConnection, id: FileId, even_held: bool) -> QueryResult<bool> {
    let gone = diesel::update(file::table.filter(file::id.eq(id)).filter(file::deleted_at.is_null()))
        .filter(file::held.eq(false).or(even_held.into_sql::<Bool>()))
        .set(file::deleted_at.eq(diesel::dsl::now))
        .execute(connection)
        .await?;
    Ok(gone == 1)
}

/// Lets go of a person's documents that count no more.
pub(crate) async fn release_files(connection: &mut AsyncPgConnection, ids: &[FileId]) -> QueryResult<()> {
    diesel::update(file::table)
        .filter(file::id.eq_any(ids))
        .filter(file::purpose.eq(FilePurpose::SellerDocument))
        .set(file::held.eq(false))
        .execute(connection)
        .await?;
    Ok(())
}

/// Holds a person's files of a purpose: photos of claims, or a seller's documents. What was deleted since the claim looked at it comes back; what is held already and
/// was deleted by staff does not.
pub(crate) async fn hold_files(
    connection: &mut AsyncPgConnection,
    owner: UserId,
    ids: &[FileId],
    purpose: FilePurpose,
) -> QueryResult<()> {
    diesel::update(file::table)
        .filter(file::id.eq_any(ids))
        .filter(file::owner_id.eq(owner))
        .filter(file::purpose.eq(purpose))
        .filter(diesel::dsl::not(file::held))
        .set((file::held.eq(true), file::deleted_at.eq(None::<DateTime<Utc>>)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes for which seller a person's documents were handed in.
pub(crate) async fn note_seller(
    connection: &mut AsyncPgConnection,
    owner: UserId,
    ids: &[FileId],
    seller: SellerId,
) -> QueryResult<()> {
    diesel::update(file::table)
        .filter(file::id.eq_any(ids))
        .filter(file::owner_id.eq(owner))
        .filter(file::purpose.eq(FilePurpose::SellerDocument))
        .set(file::handed_in_for.eq(seller))
        .execute(connection)
        .await?;
    Ok(())
}

/// How many bytes and files a person has uploaded since then, with those that are announced.
pub(crate) async fn uploaded_since(
    connection: &mut AsyncPgConnection,
    owner: UserId,
    since: DateTime<Utc>,
) -> QueryResult<(i64, i64)> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    let (bytes, files): (i64, i64) = file::table
        .inner_join(content::table)
        .filter(file::owner_id.eq(owner))
        .filter(file::created_at.gt(since))
        .select((sql::<BigInt>("coalesce(sum(content.size), 0)::bigint"), sql::<BigInt>("count(*)")))
        .get_result(connection)
        .await?;
    let (more_bytes, more_files): (i64, i64) = upload::table
        .filter(upload::owner_id.eq(owner))
        .filter(upload::created_at.gt(since))
        .filter(upload::state.eq(UploadState::Waiting))
        .select((sql::<BigInt>("coalesce(sum(size), 0)::bigint"), sql::<BigInt>("count(*)")))
        .get_result(connection)
        .await?;
    Ok((bytes + more_bytes, files + more_files))
}

pub(crate) async fn add_upload(connection: &mut AsyncPgConnection, row: &UploadRow) -> QueryResult<()> {
    diesel::insert_into(upload::table).values(row).execute(connection).await.map(|_| ())
}

pub(crate) async fn upload_by_id(connection: &mut AsyncPgConnection, id: UploadId) -> QueryResult<Option<UploadRow>> {
    upload::table.find(id).select(UploadRow::as_select()).first(connection).await.optional()
}

/// Moves an upload that still waits; `None` when it does not wait any more.
pub(crate) async fn end_upload(
    connection: &mut AsyncPgConnection,
    id: UploadId,
    command: UploadCommand,
    refusal: Option<&str>,
    file_id: Option<FileId>,
) -> QueryResult<Option<UploadRow>> {
    let state = next_state(UploadState::Waiting, command);
    diesel::update(upload::table.find(id).filter(upload::state.eq(UploadState::Waiting)))
        .set((state.map(|state| upload::state.eq(state)), upload::refusal.eq(refusal), upload::file_id.eq(file_id)))
        .returning(UploadRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Ends the uploads whose time is over, and returns them.
pub(crate) async fn expire_uploads(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<UploadId>> {
    let over: Vec<UploadId> = upload::table
        .filter(upload::state.eq(UploadState::Waiting))
        .filter(upload::expires_at.lt(diesel::dsl::now))
        .order(upload::expires_at)
        .limit(limit)
        .select(upload::id)
        .load(connection)
        .await?;
    diesel::update(upload::table.filter(upload::id.eq_any(over)).filter(upload::state.eq(UploadState::Waiting)))
        .set(next_state(UploadState::Waiting, UploadCommand::Expire).map(|state| upload::state.eq(state)))
        .returning(upload::id)
        .get_results(connection)
        .await
}

/// Removes the rows of files that were deleted long ago.
pub(crate) async fn forget_deleted(
    connection: &mut AsyncPgConnection,
    kept: Duration,
    limit: i64,
) -> QueryResult<usize> {
    let old: Vec<FileId> = file::table
        .filter(file::deleted_at.lt(Utc::now() - kept))
        .order(file::deleted_at)
        .limit(limit)
        .select(file::id)
        .load(connection)
        .await?;
    diesel::delete(file::table.filter(file::id.eq_any(old))).execute(connection).await
}

/// Takes away a content that no file has, when there is one. The reference of a file that is just being written refuses it.
pub(crate) async fn take_unused(connection: &mut AsyncPgConnection, grace: Duration) -> QueryResult<Option<Uuid>> {
    let unused: Option<Uuid> = content::table
        .left_join(file::table)
        .filter(file::id.is_null())
        .filter(content::stored_at.lt(Utc::now() - grace))
        .select(content::id)
        .first(connection)
        .await
        .optional()?;
    let Some(id) = unused else { return Ok(None) };
    diesel::delete(content::table.find(id)).execute(connection).await?;
    Ok(Some(id))
}
