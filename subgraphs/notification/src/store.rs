//! Queries. Each takes a connection.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::language::Language;
use platform::paging::PageRequest;
use uuid::Uuid;

use crate::model::{
    ContactRow, DeliveryChannel, DeliveryId, DeliveryRow, DeliveryState, EndpointRow, NotificationChannel,
    NotificationEvent, NotificationId, NotificationLanguage, NotificationRow, PreferenceRow, SellerId, UserId,
    WebhookEndpointId, WebhookEndpointState,
};
use crate::schema::{contact, delivery, notification, order_buyer, preference, recipient_language, webhook_endpoint};
use crate::statements::{Announce, Lease};

/// Keeps how somebody is reached, unless something newer is known or the person left.
pub(crate) async fn keep_contact(connection: &mut AsyncPgConnection, row: &ContactRow) -> QueryResult<()> {
    use diesel::query_dsl::methods::FilterDsl as _;
    diesel::insert_into(contact::table)
        .values(row)
        .on_conflict(contact::user_id)
        .do_update()
        .set((
            contact::email.eq(&row.email),
            contact::name.eq(&row.name),
            contact::phone.eq(&row.phone),
            contact::changed_at.eq(row.changed_at),
        ))
        .filter(contact::withdrawn.eq(false).and(contact::changed_at.lt(row.changed_at)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets all that is known of somebody who left; nothing more is sent.
pub(crate) async fn forget(connection: &mut AsyncPgConnection, user: UserId, at: DateTime<Utc>) -> QueryResult<()> {
    let gone = || {
        (
            contact::email.eq(""),
            contact::name.eq(""),
            contact::phone.eq(None::<String>),
            contact::withdrawn.eq(true),
            contact::changed_at.eq(at),
        )
    };
    diesel::insert_into(contact::table)
        .values((contact::user_id.eq(user), gone()))
        .on_conflict(contact::user_id)
        .do_update()
        .set(gone())
        .execute(connection)
        .await?;
    diesel::delete(notification::table.filter(notification::user_id.eq(user))).execute(connection).await?;
    diesel::delete(preference::table.filter(preference::user_id.eq(user))).execute(connection).await?;
    diesel::delete(delivery::table.filter(delivery::user_id.eq(user))).execute(connection).await?;
    Ok(())
}

pub(crate) async fn contact(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Option<ContactRow>> {
    contact::table.find(user).select(ContactRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn note_buyer(connection: &mut AsyncPgConnection, order: &str, buyer: UserId) -> QueryResult<()> {
    diesel::insert_into(order_buyer::table)
        .values((order_buyer::order_id.eq(order), order_buyer::buyer_id.eq(buyer)))
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn buyer_of(connection: &mut AsyncPgConnection, order: &str) -> QueryResult<Option<UserId>> {
    order_buyer::table.find(order).select(order_buyer::buyer_id).first(connection).await.optional()
}

pub(crate) async fn language(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<NotificationLanguage> {
    let found: Option<NotificationLanguage> =
        recipient_language::table.find(user).select(recipient_language::language).first(connection).await.optional()?;
    Ok(found.unwrap_or(NotificationLanguage::Korean))
}

pub(crate) async fn set_language(
    connection: &mut AsyncPgConnection,
    user: UserId,
    language: NotificationLanguage,
) -> QueryResult<()> {
    diesel::insert_into(recipient_language::table)
        .values((recipient_language::user_id.eq(user), recipient_language::language.eq(language)))
        .on_conflict(recipient_language::user_id)
        .do_update()
        .set(recipient_language::language.eq(language))
        .execute(connection)
        .await?;
    Ok(())
}

impl From<NotificationLanguage> for Language {
    fn from(language: NotificationLanguage) -> Self {
        match language {
            NotificationLanguage::Korean => Self::Korean,
            NotificationLanguage::English => Self::English,
        }
    }
}

/// What these people have chosen.
pub(crate) async fn preferences(
    connection: &mut AsyncPgConnection,
    users: &[UserId],
) -> QueryResult<HashMap<(UserId, NotificationEvent, NotificationChannel), bool>> {
    let rows: Vec<PreferenceRow> = preference::table
        .filter(preference::user_id.eq_any(users))
        .select(PreferenceRow::as_select())
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|row| ((row.user_id, row.event, row.channel), row.enabled)).collect())
}

pub(crate) async fn set_preferences(connection: &mut AsyncPgConnection, rows: &[PreferenceRow]) -> QueryResult<()> {
    diesel::insert_into(preference::table)
        .values(rows)
        .on_conflict((preference::user_id, preference::event, preference::channel))
        .do_update()
        .set(preference::enabled.eq(diesel::upsert::excluded(preference::enabled)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes notifications and announces them to every replica once they are committed.
pub(crate) async fn insert_notifications(
    connection: &mut AsyncPgConnection,
    rows: &[NotificationRow],
) -> QueryResult<()> {
    diesel::insert_into(notification::table).values(rows).execute(connection).await?;
    for row in rows {
        Announce { text: crate::live::announcement(row.user_id, row.id) }.execute(connection).await?;
    }
    Ok(())
}

pub(crate) async fn insert_deliveries(connection: &mut AsyncPgConnection, rows: &[DeliveryRow]) -> QueryResult<()> {
    diesel::insert_into(delivery::table).values(rows).execute(connection).await?;
    Ok(())
}

/// A person's notifications, the newest first.
pub(crate) async fn notifications_page(
    connection: &mut AsyncPgConnection,
    user: UserId,
    unread: bool,
    page: &PageRequest<(DateTime<Utc>, NotificationId)>,
) -> QueryResult<Vec<NotificationRow>> {
    let mut query = notification::table.filter(notification::user_id.eq(user)).into_boxed();
    if unread {
        query = query.filter(notification::read_at.is_null());
    }
    let query = platform::keyset!(query, notification::created_at, notification::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(NotificationRow::as_select()).load(connection).await
}

pub(crate) async fn notifications_count(
    connection: &mut AsyncPgConnection,
    user: UserId,
    unread: bool,
) -> QueryResult<i64> {
    let mut query = notification::table.filter(notification::user_id.eq(user)).into_boxed();
    if unread {
        query = query.filter(notification::read_at.is_null());
    }
    query.count().get_result(connection).await
}

/// A person's own notification.
pub(crate) async fn notification_of(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: NotificationId,
) -> QueryResult<Option<NotificationRow>> {
    notification::table
        .find(id)
        .filter(notification::user_id.eq(user))
        .select(NotificationRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Marks a person's notifications as read: these, or all. Returns how many were not.
pub(crate) async fn mark_read(
    connection: &mut AsyncPgConnection,
    user: UserId,
    ids: Option<&[NotificationId]>,
) -> QueryResult<usize> {
    let unread = notification::table.filter(notification::user_id.eq(user)).filter(notification::read_at.is_null());
    match ids {
        Some(ids) => {
            diesel::update(unread.filter(notification::id.eq_any(ids)))
                .set(notification::read_at.eq(diesel::dsl::now))
                .execute(connection)
                .await
        }
        None => diesel::update(unread).set(notification::read_at.eq(diesel::dsl::now)).execute(connection).await,
    }
}

/// Takes deliveries that are due.
pub(crate) async fn lease(
    connection: &mut AsyncPgConnection,
    lease: Uuid,
    seconds: f64,
    limit: i64,
) -> QueryResult<Vec<DeliveryRow>> {
    Lease { lease, seconds, limit }.load(connection).await
}

/// What became of a try.
pub(crate) struct Outcome<'a> {
    pub(crate) state: DeliveryState,
    /// How many failures there are now.
    pub(crate) attempts: i32,
    pub(crate) next_attempt_at: DateTime<Utc>,
    pub(crate) text: &'a str,
}

/// Writes an outcome down, unless another process has taken the delivery over. Returns whether it was written.
pub(crate) async fn finish(
    connection: &mut AsyncPgConnection,
    id: DeliveryId,
    lease: Uuid,
    outcome: &Outcome<'_>,
) -> QueryResult<bool> {
    let finished_at = (outcome.state != DeliveryState::Pending).then(Utc::now);
    let changed = diesel::update(delivery::table.find(id).filter(delivery::lease.eq(lease)))
        .set((
            delivery::state.eq(outcome.state),
            delivery::attempts.eq(outcome.attempts),
            delivery::next_attempt_at.eq(outcome.next_attempt_at),
            delivery::outcome.eq(outcome.text),
            delivery::finished_at.eq(finished_at),
            delivery::lease.eq(None::<Uuid>),
            delivery::leased_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn lock_delivery(
    connection: &mut AsyncPgConnection,
    id: DeliveryId,
) -> QueryResult<Option<DeliveryRow>> {
    let query = delivery::table.find(id).for_no_key_update().select(DeliveryRow::as_select());
    query.first(connection).await.optional()
}

/// Lets a delivery begin anew.
pub(crate) async fn restart(connection: &mut AsyncPgConnection, id: DeliveryId) -> QueryResult<DeliveryRow> {
    diesel::update(delivery::table.find(id))
        .set((
            delivery::state.eq(DeliveryState::Pending),
            delivery::attempts.eq(0),
            delivery::next_attempt_at.eq(diesel::dsl::now),
            delivery::finished_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(DeliveryRow::as_returning())
        .get_result(connection)
        .await
}

/// Which deliveries a list is about; all conditions hold together.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeliveryFilter {
    pub(crate) endpoint_id: Option<WebhookEndpointId>,
    pub(crate) state: Option<DeliveryState>,
    pub(crate) channel: Option<DeliveryChannel>,
}

fn filtered(filter: &DeliveryFilter) -> delivery::BoxedQuery<'_, diesel::pg::Pg> {
    let mut query = delivery::table.into_boxed();
    if let Some(endpoint_id) = filter.endpoint_id {
        query = query.filter(delivery::endpoint_id.eq(endpoint_id));
    }
    if let Some(state) = filter.state {
        query = query.filter(delivery::state.eq(state));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(delivery::channel.eq(channel));
    }
    query
}

/// Deliveries, the newest first.
pub(crate) async fn deliveries_page(
    connection: &mut AsyncPgConnection,
    filter: &DeliveryFilter,
    page: &PageRequest<(DateTime<Utc>, DeliveryId)>,
) -> QueryResult<Vec<DeliveryRow>> {
    let query = platform::keyset!(filtered(filter), delivery::created_at, delivery::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(DeliveryRow::as_select()).load(connection).await
}

pub(crate) async fn deliveries_count(connection: &mut AsyncPgConnection, filter: &DeliveryFilter) -> QueryResult<i64> {
    filtered(filter).count().get_result(connection).await
}

/// The endpoints of these sellers that are told of such a fact.
pub(crate) async fn listening_endpoints(
    connection: &mut AsyncPgConnection,
    sellers: &[SellerId],
    kind: &str,
) -> QueryResult<Vec<EndpointRow>> {
    webhook_endpoint::table
        .filter(webhook_endpoint::seller_id.eq_any(sellers))
        .filter(webhook_endpoint::state.eq(WebhookEndpointState::Active))
        .filter(webhook_endpoint::events.contains(vec![kind]))
        .select(EndpointRow::as_select())
        .load(connection)
        .await
}

/// A seller's endpoints, the oldest first.
pub(crate) async fn endpoints_of(
    connection: &mut AsyncPgConnection,
    seller: SellerId,
) -> QueryResult<Vec<EndpointRow>> {
    webhook_endpoint::table
        .filter(webhook_endpoint::seller_id.eq(seller))
        .order((webhook_endpoint::created_at, webhook_endpoint::id))
        .limit(100)
        .select(EndpointRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn endpoint(
    connection: &mut AsyncPgConnection,
    id: WebhookEndpointId,
) -> QueryResult<Option<EndpointRow>> {
    webhook_endpoint::table.find(id).select(EndpointRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn lock_endpoint(
    connection: &mut AsyncPgConnection,
    id: WebhookEndpointId,
) -> QueryResult<Option<EndpointRow>> {
    let query = webhook_endpoint::table.find(id).for_no_key_update().select(EndpointRow::as_select());
    query.first(connection).await.optional()
}

pub(crate) async fn insert_endpoint(connection: &mut AsyncPgConnection, row: &EndpointRow) -> QueryResult<()> {
    diesel::insert_into(webhook_endpoint::table).values(row).execute(connection).await?;
    Ok(())
}

/// Writes all that can change of an endpoint.
pub(crate) async fn update_endpoint(connection: &mut AsyncPgConnection, row: &EndpointRow) -> QueryResult<()> {
    diesel::update(webhook_endpoint::table.find(row.id))
        .set((
            webhook_endpoint::url.eq(&row.url),
            webhook_endpoint::events.eq(&row.events),
            webhook_endpoint::secret.eq(&row.secret),
            webhook_endpoint::previous_secret.eq(&row.previous_secret),
            webhook_endpoint::previous_secret_until.eq(row.previous_secret_until),
            webhook_endpoint::state.eq(row.state),
            webhook_endpoint::failures.eq(row.failures),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn delete_endpoint(connection: &mut AsyncPgConnection, id: WebhookEndpointId) -> QueryResult<()> {
    diesel::delete(webhook_endpoint::table.find(id)).execute(connection).await?;
    Ok(())
}

/// Counts a failure of an endpoint, or forgets its failures; disables it after `most` in a row. Returns whether this one
/// disabled it.
pub(crate) async fn count_endpoint(
    connection: &mut AsyncPgConnection,
    id: WebhookEndpointId,
    failed: bool,
    most: i32,
) -> QueryResult<bool> {
    if !failed {
        let reset = webhook_endpoint::table.find(id).filter(webhook_endpoint::failures.gt(0));
        diesel::update(reset).set(webhook_endpoint::failures.eq(0)).execute(connection).await?;
        return Ok(false);
    }
    let failures: i32 = diesel::update(webhook_endpoint::table.find(id))
        .set(webhook_endpoint::failures.eq(webhook_endpoint::failures + 1))
        .returning(webhook_endpoint::failures)
        .get_result(connection)
        .await?;
    if failures < most {
        return Ok(false);
    }
    let active = webhook_endpoint::state.eq(WebhookEndpointState::Active);
    let disabled = diesel::update(webhook_endpoint::table.find(id).filter(active))
        .set(webhook_endpoint::state.eq(WebhookEndpointState::Disabled))
        .execute(connection)
        .await?;
    Ok(disabled == 1)
}

/// Removes finished deliveries and read notifications that are older.
pub(crate) async fn prune(connection: &mut AsyncPgConnection, keep: TimeDelta) -> QueryResult<()> {
    let before = Utc::now() - keep;
    let finished = delivery::table.filter(delivery::finished_at.lt(before));
    diesel::delete(finished).execute(connection).await?;
    let read = notification::table.filter(notification::read_at.lt(before));
    diesel::delete(read).execute(connection).await?;
    Ok(())
}
