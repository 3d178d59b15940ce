//! Queries. Each takes a connection.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::database::AmongKeys as _;
use platform::paging::PageRequest;

use crate::model::{
    BannerId, BannerRow, BannerState, BannerVariantId, DayRow, SlotId, SlotRow, StateChangeRow, UserId, VariantRow,
    Whole,
};
use crate::schema::{banner, banner_state_change, banner_variant, new_member, slot, variant_day};

/// A banner's place in the list of all.
pub(crate) type ListKey = (DateTime<Utc>, BannerId);

/// Which banners a list is about; all conditions hold together.
#[derive(Clone, Debug, Default)]
pub(crate) struct BannerFilter {
    pub(crate) slot_id: Option<SlotId>,
    pub(crate) states: Option<Vec<BannerState>>,
}

fn filtered(filter: &BannerFilter) -> banner::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = banner::table.into_boxed();
    if let Some(slot_id) = filter.slot_id {
        query = query.filter(banner::slot_id.eq(slot_id));
    }
    if let Some(states) = &filter.states {
        query = query.filter(banner::state.eq_any(states));
    }
    query
}

pub(crate) async fn banners_page(
    connection: &mut AsyncPgConnection,
    filter: &BannerFilter,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<Whole>> {
    let query = platform::keyset!(filtered(filter), banner::created_at, banner::id, page.from, !page.backward);
    let rows = query.limit(page.rows_to_read()).select(BannerRow::as_select()).load(connection).await?;
    with_variants(connection, rows).await
}

pub(crate) async fn banners_count(connection: &mut AsyncPgConnection, filter: &BannerFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

async fn with_variants(connection: &mut AsyncPgConnection, rows: Vec<BannerRow>) -> QueryResult<Vec<Whole>> {
    let ids: Vec<BannerId> = rows.iter().map(|row| row.id).collect();
    let variants: Vec<VariantRow> = banner_variant::table
        .filter(banner_variant::banner_id.eq_any(&ids))
        .order(banner_variant::position)
        .select(VariantRow::as_select())
        .load(connection)
        .await?;
    let mut by_banner: HashMap<BannerId, Vec<VariantRow>> = HashMap::new();
    for variant in variants {
        by_banner.entry(variant.banner_id).or_default().push(variant);
    }
    let whole = |banner: BannerRow| Whole { variants: by_banner.remove(&banner.id).unwrap_or_default(), banner };
    Ok(rows.into_iter().map(whole).collect())
}

/// Banners of these ids, without those that do not exist.
pub(crate) async fn banners_by_id(connection: &mut AsyncPgConnection, ids: &[BannerId]) -> QueryResult<Vec<Whole>> {
    let query = banner::table.filter(banner::id.among(ids)).select(BannerRow::as_select());
    let rows = query.load(connection).await?;
    with_variants(connection, rows).await
}

/// Locks a banner for the rest of the transaction.
pub(crate) async fn lock_banner(connection: &mut AsyncPgConnection, id: BannerId) -> QueryResult<Option<Whole>> {
    let query = banner::table.find(id).for_no_key_update().select(BannerRow::as_select());
    let row: Option<BannerRow> = query.first(connection).await.optional()?;
    Ok(with_variants(connection, row.into_iter().collect()).await?.into_iter().next())
}

/// What a slot may show, in its order: what is active, and what waits for a beginning that may have come a moment ago.
pub(crate) async fn showable(connection: &mut AsyncPgConnection, slot_id: SlotId) -> QueryResult<Vec<Whole>> {
    let query = banner::table
        .filter(banner::slot_id.eq(slot_id))
        .filter(banner::state.eq_any([BannerState::Scheduled, BannerState::Active]))
        .filter(banner::ends_at.is_null().or(banner::ends_at.gt(Utc::now())))
        .order((banner::position, banner::id))
        .select(BannerRow::as_select());
    let rows = query.load(connection).await?;
    with_variants(connection, rows).await
}

/// A slot's banners that are not over, for the preview of conflicts.
pub(crate) async fn unended(connection: &mut AsyncPgConnection, slot_id: SlotId) -> QueryResult<Vec<BannerRow>> {
    banner::table
        .filter(banner::slot_id.eq(slot_id))
        .filter(banner::state.ne(BannerState::Ended))
        .order((banner::position, banner::id))
        .select(BannerRow::as_select())
        .load(connection)
        .await
}

/// Banners whose beginning has come or whose end is over.
pub(crate) async fn due(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<BannerId>> {
    let now = Utc::now();
    let to_start = banner::state.eq(BannerState::Scheduled).and(banner::starts_at.le(now));
    let running = [BannerState::Scheduled, BannerState::Active, BannerState::Paused];
    let to_end = banner::state.eq_any(running).and(banner::ends_at.le(now));
    banner::table
        .filter(to_start.or(to_end))
        .order(banner::starts_at)
        .limit(limit)
        .select(banner::id)
        .load(connection)
        .await
}

/// Banners that are shown with several variants.
pub(crate) async fn experiments(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<BannerId>> {
    banner_variant::table
        .inner_join(banner::table.on(banner::id.eq(banner_variant::banner_id)))
        .filter(banner::state.eq(BannerState::Active))
        .filter(banner_variant::stopped_at.is_null())
        .group_by(banner_variant::banner_id)
        .having(diesel::dsl::count_star().gt(1))
        .limit(limit)
        .select(banner_variant::banner_id)
        .load(connection)
        .await
}

/// The place after the last of a slot.
pub(crate) async fn next_position(connection: &mut AsyncPgConnection, slot_id: SlotId) -> QueryResult<i32> {
    let last: Option<i32> = banner::table
        .filter(banner::slot_id.eq(slot_id))
        .select(diesel::dsl::max(banner::position))
        .get_result(connection)
        .await?;
    Ok(last.map_or(1, |last| last.saturating_add(1)))
}

pub(crate) async fn insert_banners(connection: &mut AsyncPgConnection, rows: &[BannerRow]) -> QueryResult<usize> {
    diesel::insert_into(banner::table).values(rows).on_conflict_do_nothing().execute(connection).await
}

pub(crate) async fn insert_variants(connection: &mut AsyncPgConnection, rows: &[VariantRow]) -> QueryResult<()> {
    diesel::insert_into(banner_variant::table).values(rows).on_conflict_do_nothing().execute(connection).await?;
    Ok(())
}

pub(crate) async fn delete_variants(connection: &mut AsyncPgConnection, id: BannerId) -> QueryResult<()> {
    let own = banner_variant::table.filter(banner_variant::banner_id.eq(id));
    diesel::delete(own).execute(connection).await?;
    Ok(())
}

/// Writes what staff can change of a banner.
pub(crate) async fn update_banner(connection: &mut AsyncPgConnection, row: &BannerRow) -> QueryResult<()> {
    diesel::update(banner::table.find(row.id))
        .set((
            banner::title.eq(&row.title),
            banner::link.eq(&row.link),
            banner::is_ad.eq(row.is_ad),
            banner::advertiser.eq(&row.advertiser),
            banner::devices.eq(&row.devices),
            banner::audience.eq(row.audience),
            banner::starts_at.eq(row.starts_at),
            banner::ends_at.eq(row.ends_at),
            banner::confidence_percent.eq(row.confidence_percent),
            banner::minimum_sample.eq(row.minimum_sample),
            banner::updated_at.eq(diesel::dsl::now),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Moves a banner that is locked to another state, and writes that down.
pub(crate) async fn set_state(
    connection: &mut AsyncPgConnection,
    row: &BannerRow,
    state: BannerState,
    by: Option<UserId>,
) -> QueryResult<()> {
    let published_at = row.published_at.or_else(|| (state == BannerState::Active).then(Utc::now));
    diesel::update(banner::table.find(row.id))
        .set((banner::state.eq(state), banner::published_at.eq(published_at), banner::updated_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    insert_state_change(connection, row.id, Some(row.state), state, by).await
}

pub(crate) async fn insert_state_change(
    connection: &mut AsyncPgConnection,
    id: BannerId,
    from: Option<BannerState>,
    to: BannerState,
    by: Option<UserId>,
) -> QueryResult<()> {
    diesel::insert_into(banner_state_change::table)
        .values((
            banner_state_change::banner_id.eq(id),
            banner_state_change::from_state.eq(from),
            banner_state_change::to_state.eq(to),
            banner_state_change::changed_by.eq(by),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn state_changes(
    connection: &mut AsyncPgConnection,
    id: BannerId,
) -> QueryResult<Vec<StateChangeRow>> {
    banner_state_change::table
        .filter(banner_state_change::banner_id.eq(id))
        .order(banner_state_change::sequence)
        .limit(200)
        .select(StateChangeRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn set_position(connection: &mut AsyncPgConnection, id: BannerId, position: i32) -> QueryResult<()> {
    diesel::update(banner::table.find(id)).set(banner::position.eq(position)).execute(connection).await?;
    Ok(())
}

pub(crate) async fn stop_variants(connection: &mut AsyncPgConnection, ids: &[BannerVariantId]) -> QueryResult<()> {
    diesel::update(banner_variant::table.filter(banner_variant::id.eq_any(ids)))
        .set(banner_variant::stopped_at.eq(diesel::dsl::now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Where a variant leads, when its banner is or was shown.
pub(crate) async fn link_of(
    connection: &mut AsyncPgConnection,
    id: BannerVariantId,
) -> QueryResult<Option<(String, BannerState)>> {
    banner_variant::table
        .inner_join(banner::table.on(banner::id.eq(banner_variant::banner_id)))
        .filter(banner_variant::id.eq(id))
        .select((banner::link, banner::state))
        .first(connection)
        .await
        .optional()
}

/// What was counted day by day, the newest first; 90 days at most.
pub(crate) async fn days(connection: &mut AsyncPgConnection, ids: &[BannerVariantId]) -> QueryResult<Vec<DayRow>> {
    variant_day::table
        .filter(variant_day::variant_id.eq_any(ids))
        .order((variant_day::day.desc(), variant_day::variant_id))
        .limit(90 * i64::try_from(ids.len()).unwrap_or(1))
        .select(DayRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn slots(connection: &mut AsyncPgConnection) -> QueryResult<Vec<SlotRow>> {
    slot::table.order(slot::key).limit(500).select(SlotRow::as_select()).load(connection).await
}

pub(crate) async fn slot_by_key(connection: &mut AsyncPgConnection, key: &str) -> QueryResult<Option<SlotRow>> {
    slot::table.filter(slot::key.eq(key)).select(SlotRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn slot_by_id(connection: &mut AsyncPgConnection, id: SlotId) -> QueryResult<Option<SlotRow>> {
    slot::table.find(id).select(SlotRow::as_select()).first(connection).await.optional()
}

/// Locks a slot, so that two do not order its banners at once.
pub(crate) async fn lock_slot(connection: &mut AsyncPgConnection, id: SlotId) -> QueryResult<Option<SlotRow>> {
    let query = slot::table.find(id).for_no_key_update().select(SlotRow::as_select());
    query.first(connection).await.optional()
}

/// Inserts those slots whose key is new; returns how many were.
pub(crate) async fn insert_slots(connection: &mut AsyncPgConnection, rows: &[SlotRow]) -> QueryResult<usize> {
    diesel::insert_into(slot::table).values(rows).on_conflict_do_nothing().execute(connection).await
}

pub(crate) async fn update_slot(connection: &mut AsyncPgConnection, row: &SlotRow) -> QueryResult<()> {
    diesel::update(slot::table.find(row.id))
        .set((
            slot::name.eq(&row.name),
            slot::width.eq(row.width),
            slot::height.eq(row.height),
            slot::capacity.eq(row.capacity),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn insert_new_member(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(new_member::table)
        .values((new_member::user_id.eq(user_id), new_member::registered_at.eq(at)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete_new_member(connection: &mut AsyncPgConnection, user_id: UserId) -> QueryResult<()> {
    diesel::delete(new_member::table.find(user_id)).execute(connection).await?;
    Ok(())
}

/// Forgets who signed up before.
pub(crate) async fn forget_members(connection: &mut AsyncPgConnection, before: DateTime<Utc>) -> QueryResult<()> {
    diesel::delete(new_member::table.filter(new_member::registered_at.lt(before))).execute(connection).await?;
    Ok(())
}

/// Whether somebody signed up since.
pub(crate) async fn is_new_member(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    since: DateTime<Utc>,
) -> QueryResult<bool> {
    let query = new_member::table.find(user_id).filter(new_member::registered_at.ge(since));
    diesel::select(diesel::dsl::exists(query)).get_result(connection).await
}
