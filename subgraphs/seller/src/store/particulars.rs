//! Queries on requests to correct particulars.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::keyset;
use platform::paging::PageRequest;

use super::ListKey;
use crate::model::{
    Particulars, ParticularsRequestId, ParticularsRequestRow, ParticularsRequestState, SellerId, SellerRow, TaxType,
    UserId,
};
use crate::schema::{seller, seller_particulars_request as request};

pub(crate) async fn insert_particulars_request(
    connection: &mut AsyncPgConnection,
    row: &ParticularsRequestRow,
) -> QueryResult<()> {
    diesel::insert_into(request::table).values(row).execute(connection).await?;
    Ok(())
}

pub(crate) async fn particulars_request(
    connection: &mut AsyncPgConnection,
    id: ParticularsRequestId,
) -> QueryResult<Option<ParticularsRequestRow>> {
    request::table.find(id).select(ParticularsRequestRow::as_select()).first(connection).await.optional()
}

/// What became of a request.
pub(crate) struct Decision {
    pub(crate) state: ParticularsRequestState,
    pub(crate) before: Option<Particulars>,
    pub(crate) by: UserId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) decision: Option<String>,
}

pub(crate) async fn decide_particulars_request(
    connection: &mut AsyncPgConnection,
    id: ParticularsRequestId,
    decision: Decision,
) -> QueryResult<ParticularsRequestRow> {
    diesel::update(request::table.find(id))
        .set((
            request::state.eq(decision.state),
            request::before.eq(decision.before.map(|before| before.stored())),
            request::decided_by.eq(decision.by),
            request::decided_at.eq(decision.at),
            request::decision.eq(decision.decision),
        ))
        .returning(ParticularsRequestRow::as_returning())
        .get_result(connection)
        .await
}

/// Requests of these sellers, the newest first.
pub(crate) async fn particulars_requests_by_seller(
    connection: &mut AsyncPgConnection,
    ids: &[SellerId],
) -> QueryResult<Vec<ParticularsRequestRow>> {
    request::table
        .filter(request::seller_id.eq_any(ids))
        .order((request::requested_at.desc(), request::id.desc()))
        .select(ParticularsRequestRow::as_select())
        .load(connection)
        .await
}

type Filtered<'a> = request::BoxedQuery<'a, diesel::pg::Pg>;

fn filtered<'a>(state: Option<ParticularsRequestState>) -> Filtered<'a> {
    let query = request::table.into_boxed();
    match state {
        Some(state) => query.filter(request::state.eq(state)),
        None => query,
    }
}

/// One page of requests, newest first, in reading order.
pub(crate) async fn particulars_requests_page(
    connection: &mut AsyncPgConnection,
    state: Option<ParticularsRequestState>,
    page: &PageRequest<ListKey>,
) -> QueryResult<Vec<ParticularsRequestRow>> {
    let query = keyset!(filtered(state), request::requested_at, request::id, page.from, !page.backward);
    query.limit(page.rows_to_read()).select(ParticularsRequestRow::as_select()).load(connection).await
}

pub(crate) async fn particulars_requests_count(
    connection: &mut AsyncPgConnection,
    state: Option<ParticularsRequestState>,
) -> QueryResult<i64> {
    filtered(state).count().get_result(connection).await
}

#[derive(AsChangeset)]
#[diesel(table_name = seller)]
struct Change<'a> {
    name: Option<&'a str>,
    representative_name: Option<&'a str>,
    mail_order_number: Option<&'a str>,
    tax_type: Option<TaxType>,
    address: Option<&'a str>,
    updated_at: DateTime<Utc>,
}

/// Sets the particulars that are given.
pub(crate) async fn set_particulars(
    connection: &mut AsyncPgConnection,
    id: SellerId,
    wanted: &Particulars,
    at: DateTime<Utc>,
) -> QueryResult<SellerRow> {
    let change = Change {
        name: wanted.name.as_deref(),
        representative_name: wanted.representative_name.as_deref(),
        mail_order_number: wanted.mail_order_number.as_deref(),
        tax_type: wanted.tax_type,
        address: wanted.address.as_deref(),
        updated_at: at,
    };
    diesel::update(seller::table.find(id)).set(change).returning(SellerRow::as_returning()).get_result(connection).await
}
