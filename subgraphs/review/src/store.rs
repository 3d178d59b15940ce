//! Queries. Each takes a connection.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::paging::PageRequest;

use crate::model::{
    AuthorRow, ConfirmedLineRow, EditRow, FileId, LineId, ModerationRow, ProductId, RatingRow, ReportRow, ReviewId,
    ReviewModerationAction, ReviewRow, ReviewSort, ReviewState, SellerId, UserId,
};
use crate::schema::{
    author, confirmed_line, helpful_vote, line_refund, product_rating, review, review_edit, review_moderation,
    review_report,
};

/// A row's place in a list: what the list is ordered by, and the id.
pub(crate) type ListKey = (i64, ReviewId);

/// Which reviews a list is about; all conditions hold together.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReviewFilter {
    pub(crate) product_id: Option<ProductId>,
    pub(crate) author_id: Option<UserId>,
    pub(crate) seller_id: Option<SellerId>,
    /// Those of staff and of authors; else only what is published.
    pub(crate) hidden_too: bool,
    pub(crate) stars: Option<Vec<i16>>,
    pub(crate) with_photos: Option<bool>,
    pub(crate) replied: Option<bool>,
    pub(crate) reported: bool,
}

type Query<'a> = review::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered(filter: &ReviewFilter) -> Query<'_> {
    let mut query = review::table.into_boxed();
    query = if filter.hidden_too {
        query.filter(review::state.ne(ReviewState::Deleted))
    } else {
        query.filter(review::state.eq(ReviewState::Published))
    };
    if let Some(product_id) = filter.product_id {
        query = query.filter(review::product_id.eq(product_id));
    }
    if let Some(author_id) = filter.author_id {
        query = query.filter(review::author_id.eq(author_id));
    }
    if let Some(seller_id) = filter.seller_id {
        query = query.filter(review::seller_id.eq(seller_id));
    }
    if let Some(stars) = &filter.stars {
        query = query.filter(review::stars.eq_any(stars));
    }
    if let Some(with_photos) = filter.with_photos {
        query = query.filter(review::has_photos.eq(with_photos));
    }
    match filter.replied {
        Some(true) => query = query.filter(review::reply.is_not_null()),
        Some(false) => query = query.filter(review::reply.is_null()),
        None => {}
    }
    if filter.reported { query.filter(review::open_reports.gt(0)) } else { query }
}

/// Where a review stands in a list.
pub(crate) fn list_key(row: &ReviewRow, sort: ReviewSort) -> ListKey {
    let key = match sort {
        ReviewSort::Newest => row.created_at.timestamp_micros(),
        ReviewSort::Helpful => row.helpful_count.into(),
        ReviewSort::RatingDesc | ReviewSort::RatingAsc => row.stars.into(),
    };
    (key, row.id)
}

pub(crate) async fn reviews_page(
    connection: &mut AsyncPgConnection,
    filter: &ReviewFilter,
    sort: ReviewSort,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ReviewRow>> {
    let query = filtered(filter);
    let query = match sort {
        ReviewSort::Newest => {
            let from = page.from.and_then(|(micros, id)| Some((DateTime::from_timestamp_micros(micros)?, id)));
            platform::keyset!(query, review::created_at, review::id, from, !page.backward)
        }
        ReviewSort::Helpful => {
            let from = page.from.map(|(count, id)| (i32::try_from(count).unwrap_or(i32::MAX), id));
            platform::keyset!(query, review::helpful_count, review::id, from, !page.backward)
        }
        ReviewSort::RatingDesc | ReviewSort::RatingAsc => {
            let from = page.from.map(|(stars, id)| (i16::try_from(stars).unwrap_or(i16::MAX), id));
            let downward = (sort == ReviewSort::RatingDesc) != page.backward;
            platform::keyset!(query, review::stars, review::id, from, downward)
        }
    };
    query.limit(page.rows_to_read()).select(ReviewRow::as_select()).load(connection).await
}

pub(crate) async fn reviews_count(connection: &mut AsyncPgConnection, filter: &ReviewFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

/// Reported reviews, those with the most open reports first.
pub(crate) async fn reported_page(
    connection: &mut AsyncPgConnection,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ReviewRow>> {
    let query = review::table.filter(review::open_reports.gt(0)).into_boxed();
    let from = page.from.map(|(count, id)| (i32::try_from(count).unwrap_or(i32::MAX), id));
    let query = platform::keyset!(query, review::open_reports, review::id, from, !page.backward);
    query.limit(page.rows_to_read()).select(ReviewRow::as_select()).load(connection).await
}

pub(crate) async fn reviews_by_id(connection: &mut AsyncPgConnection, ids: &[ReviewId]) -> QueryResult<Vec<ReviewRow>> {
    review::table.filter(review::id.among(ids)).select(ReviewRow::as_select()).load(connection).await
}

pub(crate) async fn reviews_by_line(connection: &mut AsyncPgConnection, ids: &[LineId]) -> QueryResult<Vec<ReviewRow>> {
    review::table.filter(review::line_id.among(ids)).select(ReviewRow::as_select()).load(connection).await
}

pub(crate) async fn ratings(connection: &mut AsyncPgConnection, ids: &[ProductId]) -> QueryResult<Vec<RatingRow>> {
    product_rating::table
        .filter(product_rating::product_id.among(ids))
        .select(RatingRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn authors(connection: &mut AsyncPgConnection, ids: &[UserId]) -> QueryResult<Vec<AuthorRow>> {
    author::table.filter(author::user_id.among(ids)).select(AuthorRow::as_select()).load(connection).await
}

/// Locks a review for the rest of the transaction.
pub(crate) async fn lock_review(connection: &mut AsyncPgConnection, id: ReviewId) -> QueryResult<Option<ReviewRow>> {
    review::table.find(id).for_no_key_update().select(ReviewRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn review_by_id(connection: &mut AsyncPgConnection, id: ReviewId) -> QueryResult<ReviewRow> {
    review::table.find(id).select(ReviewRow::as_select()).first(connection).await
}

/// What was bought, confirmed, kept, and is without a review.
#[diesel::dsl::auto_type(no_type_alias)]
fn reviewable() -> _ {
    let reviewed = review::table.filter(review::line_id.eq(confirmed_line::line_id));
    let kept: diesel::expression::SqlLiteral<Bool> = diesel::dsl::sql::<Bool>(
        "coalesce((SELECT sum(r.quantity) FROM line_refund r WHERE r.line_id = confirmed_line.line_id
            AND r.refunded_at >= confirmed_line.confirmed_at), 0) < confirmed_line.quantity",
    );
    confirmed_line::table.filter(diesel::dsl::not(diesel::dsl::exists(reviewed))).filter(kept)
}

pub(crate) async fn reviewable_lines(
    connection: &mut AsyncPgConnection,
    ids: &[LineId],
) -> QueryResult<Vec<ConfirmedLineRow>> {
    reviewable().filter(confirmed_line::line_id.among(ids)).select(ConfirmedLineRow::as_select()).load(connection).await
}

/// What a buyer can still review, of purchases confirmed since; those confirmed last first.
pub(crate) async fn reviewable_page(
    connection: &mut AsyncPgConnection,
    buyer_id: UserId,
    since: DateTime<Utc>,
    page: &PageRequest<(DateTime<Utc>, LineId)>,
) -> QueryResult<Vec<ConfirmedLineRow>> {
    let query = reviewable()
        .filter(confirmed_line::buyer_id.eq(buyer_id))
        .filter(confirmed_line::confirmed_at.ge(since))
        .into_boxed();
    let query =
        platform::keyset!(query, confirmed_line::confirmed_at, confirmed_line::line_id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ConfirmedLineRow::as_select()).load(connection).await
}

pub(crate) async fn reviewable_count(
    connection: &mut AsyncPgConnection,
    buyer_id: UserId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    reviewable()
        .filter(confirmed_line::buyer_id.eq(buyer_id))
        .filter(confirmed_line::confirmed_at.ge(since))
        .count()
        .get_result(connection)
        .await
}

pub(crate) async fn confirmed_line(
    connection: &mut AsyncPgConnection,
    id: LineId,
) -> QueryResult<Option<ConfirmedLineRow>> {
    confirmed_line::table.find(id).select(ConfirmedLineRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn insert_confirmed_line(
    connection: &mut AsyncPgConnection,
    row: &ConfirmedLineRow,
) -> QueryResult<()> {
    diesel::insert_into(confirmed_line::table).values(row).on_conflict_do_nothing().execute(connection).await?;
    Ok(())
}

pub(crate) async fn insert_refund(
    connection: &mut AsyncPgConnection,
    line_id: LineId,
    claim_id: &str,
    quantity: i32,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(line_refund::table)
        .values((
            line_refund::line_id.eq(line_id),
            line_refund::claim_id.eq(claim_id),
            line_refund::quantity.eq(quantity),
            line_refund::refunded_at.eq(at),
        ))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps how somebody is called, unless something newer is known or the person left.
pub(crate) async fn name_author(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    display_name: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use diesel::query_dsl::methods::FilterDsl as _;
    diesel::insert_into(author::table)
        .values((author::user_id.eq(user_id), author::display_name.eq(display_name), author::changed_at.eq(at)))
        .on_conflict(author::user_id)
        .do_update()
        .set((author::display_name.eq(display_name), author::changed_at.eq(at)))
        .filter(author::withdrawn.eq(false).and(author::changed_at.lt(at)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets how somebody was called who left.
pub(crate) async fn withdraw_author(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let gone = (author::display_name.eq(""), author::withdrawn.eq(true), author::changed_at.eq(at));
    diesel::insert_into(author::table)
        .values((author::user_id.eq(user_id), gone))
        .on_conflict(author::user_id)
        .do_update()
        .set(gone)
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what a review says now as an earlier version.
pub(crate) async fn insert_edit(connection: &mut AsyncPgConnection, row: &ReviewRow) -> QueryResult<()> {
    diesel::insert_into(review_edit::table)
        .values((
            review_edit::review_id.eq(row.id),
            review_edit::stars.eq(row.stars),
            review_edit::body.eq(&row.body),
            review_edit::photos.eq(&row.photos),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Earlier versions, the newest first.
pub(crate) async fn edits(connection: &mut AsyncPgConnection, id: ReviewId) -> QueryResult<Vec<EditRow>> {
    review_edit::table
        .filter(review_edit::review_id.eq(id))
        .order(review_edit::sequence.desc())
        .limit(100)
        .select(EditRow::as_select())
        .load(connection)
        .await
}

/// The photos that a review has; none where the review is not the author's.
pub(crate) async fn photos_of(
    connection: &mut AsyncPgConnection,
    id: ReviewId,
    author_id: UserId,
) -> QueryResult<Vec<String>> {
    let own = review::table.find(id).filter(review::author_id.eq(author_id));
    let photos: Option<Vec<String>> = own.select(review::photos).first(connection).await.optional()?;
    Ok(photos.unwrap_or_default())
}

/// Removes a file of an author's from the author's reviews and their earlier versions; returns the reviews that had it.
pub(crate) async fn remove_photo(
    connection: &mut AsyncPgConnection,
    author_id: UserId,
    file_id: FileId,
) -> QueryResult<Vec<ReviewId>> {
    let photo = file_id.to_string();
    let edits = "UPDATE review_edit e SET photos = array_remove(e.photos, $1)
        FROM review r WHERE r.id = e.review_id AND r.author_id = $2 AND $1 = ANY (e.photos)";
    diesel::sql_query(edits).bind::<Text, _>(&photo).bind::<SqlUuid, _>(author_id).execute(connection).await?;
    let having = review::table.filter(review::author_id.eq(author_id)).filter(review::photos.contains(vec![&photo]));
    let ids: Vec<ReviewId> = having.select(review::id).order(review::id).for_update().load(connection).await?;
    let reviews = "UPDATE review SET photos = array_remove(photos, $1) WHERE id = ANY ($2)";
    diesel::sql_query(reviews).bind::<Text, _>(&photo).bind::<Array<SqlUuid>, _>(&ids).execute(connection).await?;
    Ok(ids)
}

pub(crate) async fn set_body(
    connection: &mut AsyncPgConnection,
    id: ReviewId,
    body: &str,
    photos: &[String],
) -> QueryResult<()> {
    diesel::update(review::table.find(id))
        .set((review::body.eq(body), review::photos.eq(photos), review::edited_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_follow_up(connection: &mut AsyncPgConnection, id: ReviewId, body: &str) -> QueryResult<()> {
    diesel::update(review::table.find(id))
        .set((review::follow_up.eq(body), review::follow_up_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes all that a review says, and said before.
pub(crate) async fn erase(connection: &mut AsyncPgConnection, id: ReviewId) -> QueryResult<()> {
    diesel::delete(review_edit::table.filter(review_edit::review_id.eq(id))).execute(connection).await?;
    diesel::update(review::table.find(id))
        .set((
            review::body.eq(""),
            review::photos.eq(Vec::<String>::new()),
            review::follow_up.eq(None::<String>),
            review::reply.eq(None::<String>),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes the seller's answer; a later one replaces it.
pub(crate) async fn set_reply(
    connection: &mut AsyncPgConnection,
    row: &ReviewRow,
    text: &str,
    by: UserId,
) -> QueryResult<()> {
    let now = Utc::now();
    let (first, edited) = (row.replied_at.unwrap_or(now), row.replied_at.map(|_| now));
    diesel::update(review::table.find(row.id))
        .set((
            review::reply.eq(text),
            review::replied_by.eq(by),
            review::replied_at.eq(first),
            review::reply_edited_at.eq(edited),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn insert_moderation(
    connection: &mut AsyncPgConnection,
    id: ReviewId,
    action: ReviewModerationAction,
    reason: &str,
    by: Option<UserId>,
) -> QueryResult<()> {
    diesel::insert_into(review_moderation::table)
        .values((
            review_moderation::review_id.eq(id),
            review_moderation::action.eq(action),
            review_moderation::reason.eq(reason),
            review_moderation::moderated_by.eq(by),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn moderations(connection: &mut AsyncPgConnection, id: ReviewId) -> QueryResult<Vec<ModerationRow>> {
    review_moderation::table
        .filter(review_moderation::review_id.eq(id))
        .order(review_moderation::sequence)
        .limit(100)
        .select(ModerationRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn reports(connection: &mut AsyncPgConnection, id: ReviewId) -> QueryResult<Vec<ReportRow>> {
    review_report::table
        .filter(review_report::review_id.eq(id))
        .order(review_report::reported_at.desc())
        .limit(100)
        .select(ReportRow::as_select())
        .load(connection)
        .await
}

/// Which of the reviews a person has voted for.
pub(crate) async fn voted(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    review_id: ReviewId,
) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(helpful_vote::table.find((review_id, user_id)))).get_result(connection).await
}
