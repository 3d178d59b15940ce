//! Queries on linked accounts of other people's services, and on the ways to them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{OauthFlowRow, OauthLinkId, OauthLinkRow, OauthTicketRow, UserId};
use crate::providers::OauthProvider;
use crate::schema::{oauth_flow, oauth_link, oauth_ticket};

pub(crate) async fn insert_flow(connection: &mut AsyncPgConnection, row: &OauthFlowRow) -> QueryResult<()> {
    diesel::insert_into(oauth_flow::table).values(row).execute(connection).await?;
    Ok(())
}

/// Takes a sign-in that is at a provider, once.
pub(crate) async fn take_flow(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<OauthFlowRow>> {
    diesel::delete(oauth_flow::table.find(digest).filter(oauth_flow::expires_at.gt(now)))
        .returning(OauthFlowRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

pub(crate) async fn insert_ticket(connection: &mut AsyncPgConnection, row: &OauthTicketRow) -> QueryResult<()> {
    diesel::insert_into(oauth_ticket::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn ticket(
    connection: &mut AsyncPgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<OauthTicketRow>> {
    oauth_ticket::table
        .find(digest)
        .filter(oauth_ticket::expires_at.gt(now))
        .select(OauthTicketRow::as_select())
        .first(connection)
        .await
        .optional()
}

/// Uses a ticket up; false when another request was first.
pub(crate) async fn take_ticket(connection: &mut AsyncPgConnection, digest: &[u8]) -> QueryResult<bool> {
    Ok(diesel::delete(oauth_ticket::table.find(digest)).execute(connection).await? == 1)
}

pub(crate) async fn links_of(connection: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<OauthLinkRow>> {
    oauth_link::table
        .filter(oauth_link::user_id.eq(user))
        .order(oauth_link::id)
        .select(OauthLinkRow::as_select())
        .load(connection)
        .await
}

pub(crate) async fn link(connection: &mut AsyncPgConnection, id: OauthLinkId) -> QueryResult<Option<OauthLinkRow>> {
    oauth_link::table.find(id).select(OauthLinkRow::as_select()).first(connection).await.optional()
}

/// The link to a person at a provider, whose use is noted.
pub(crate) async fn use_link(
    connection: &mut AsyncPgConnection,
    provider: OauthProvider,
    subject: &str,
    at: DateTime<Utc>,
) -> QueryResult<Option<OauthLinkRow>> {
    let linked = oauth_link::provider.eq(provider).and(oauth_link::subject.eq(subject));
    diesel::update(oauth_link::table.filter(linked))
        .set(oauth_link::last_used_at.eq(at))
        .returning(OauthLinkRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Links an account; false when the person there, or the account here, has such a link already.
pub(crate) async fn insert_link(connection: &mut AsyncPgConnection, row: &OauthLinkRow) -> QueryResult<bool> {
    let insert = diesel::insert_into(oauth_link::table).values(row).on_conflict_do_nothing();
    Ok(insert.execute(connection).await? == 1)
}

/// Unlinks; `None` when the person has no such link.
pub(crate) async fn delete_link(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: OauthLinkId,
) -> QueryResult<Option<OauthLinkRow>> {
    diesel::delete(oauth_link::table.find(id).filter(oauth_link::user_id.eq(user)))
        .returning(OauthLinkRow::as_returning())
        .get_result(connection)
        .await
        .optional()
}

/// Forgets what has expired.
pub(crate) async fn prune_oauth(connection: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let flows = diesel::delete(oauth_flow::table.filter(oauth_flow::expires_at.lt(now))).execute(connection).await?;
    let tickets = diesel::delete(oauth_ticket::table.filter(oauth_ticket::expires_at.lt(now)));
    Ok(flows + tickets.execute(connection).await?)
}
