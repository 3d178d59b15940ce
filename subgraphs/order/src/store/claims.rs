//! Queries of claims. Each takes a connection.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz, Uuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::model::{
    ClaimFault, ClaimId, ClaimLineRow, ClaimParty, ClaimRemedy, ClaimRow, ClaimState, ClaimStateChangeRow, FileId,
    LineClaim, LineId, RefundId, SellerOrderId, UserId,
};
use crate::schema::{claim, claim_line, claim_state_change, line, seller_order};

pub(crate) async fn claim_by_id(connection: &mut AsyncPgConnection, id: ClaimId) -> QueryResult<Option<ClaimRow>> {
    claim::table.find(id).select(ClaimRow::as_select()).first(connection).await.optional()
}

pub(crate) async fn claim_by_refund(connection: &mut AsyncPgConnection, id: RefundId) -> QueryResult<Option<ClaimId>> {
    claim::table.filter(claim::refund_id.eq(id)).select(claim::id).first(connection).await.optional()
}

pub(crate) async fn lines_of_claims(
    connection: &mut AsyncPgConnection,
    ids: &[ClaimId],
) -> QueryResult<Vec<ClaimLineRow>> {
    claim_line::table
        .filter(claim_line::claim_id.eq_any(ids))
        .order((claim_line::claim_id, claim_line::line_id))
        .select(ClaimLineRow::as_select())
        .load(connection)
        .await
}

/// The claims of lines, oldest first.
pub(crate) async fn claims_of_lines(connection: &mut AsyncPgConnection, ids: &[LineId]) -> QueryResult<Vec<LineClaim>> {
    let rows: Vec<(LineId, ClaimRow)> = claim_line::table
        .inner_join(claim::table)
        .filter(claim_line::line_id.eq_any(ids))
        .order((claim::requested_at, claim::id))
        .select((claim_line::line_id, ClaimRow::as_select()))
        .load(connection)
        .await?;
    Ok(rows.into_iter().map(|(line_id, claim)| LineClaim { line_id, claim }).collect())
}

pub(crate) async fn history_of_claims(
    connection: &mut AsyncPgConnection,
    ids: &[ClaimId],
) -> QueryResult<Vec<ClaimStateChangeRow>> {
    claim_state_change::table
        .filter(claim_state_change::claim_id.eq_any(ids))
        .order(claim_state_change::id)
        .select(ClaimStateChangeRow::as_select())
        .load(connection)
        .await
}

/// Writes a claim with its lines, and makes it their open claim.
pub(crate) async fn insert_claim(
    connection: &mut AsyncPgConnection,
    row: &ClaimRow,
    lines: &[ClaimLineRow],
) -> QueryResult<()> {
    diesel::insert_into(claim::table).values(row.clone()).execute(connection).await?;
    diesel::insert_into(claim_line::table).values(lines.to_vec()).execute(connection).await?;
    open_for_lines(connection, row.id, lines).await?;
    insert_claim_change(connection, row.id, None, row.state, ClaimParty::Buyer, None).await
}

/// Makes the claim the open claim of its lines.
pub(crate) async fn open_for_lines(
    connection: &mut AsyncPgConnection,
    id: ClaimId,
    lines: &[ClaimLineRow],
) -> QueryResult<()> {
    let ids: Vec<LineId> = lines.iter().map(|line| line.line_id).collect();
    diesel::update(line::table.filter(line::id.eq_any(ids))).set(line::claim_id.eq(id)).execute(connection).await?;
    Ok(())
}

/// Writes down that the claim moved.
pub(crate) async fn insert_claim_change(
    connection: &mut AsyncPgConnection,
    id: ClaimId,
    from: Option<ClaimState>,
    to: ClaimState,
    party: ClaimParty,
    reason: Option<&str>,
) -> QueryResult<()> {
    diesel::insert_into(claim_state_change::table)
        .values((
            claim_state_change::claim_id.eq(id),
            claim_state_change::from_state.eq(from),
            claim_state_change::to_state.eq(to),
            claim_state_change::party.eq(party),
            claim_state_change::reason.eq(reason),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// What changes beside a claim's state. What is `None` stays; `Some(None)` is emptied.
#[derive(AsChangeset, Clone, Debug, Default)]
#[diesel(table_name = claim)]
pub(crate) struct ClaimChange {
    pub(crate) remedy: Option<ClaimRemedy>,
    pub(crate) fault: Option<ClaimFault>,
    pub(crate) held_from: Option<Option<ClaimState>>,
    pub(crate) items_total: Option<i64>,
    pub(crate) fee: Option<i64>,
    pub(crate) shipping_refund: Option<i64>,
    pub(crate) refund_amount: Option<i64>,
    pub(crate) refund_id: Option<RefundId>,
    pub(crate) carrier: Option<String>,
    pub(crate) tracking_number: Option<String>,
    pub(crate) reship_carrier: Option<String>,
    pub(crate) reship_tracking_number: Option<String>,
    pub(crate) reship_lease_until: Option<Option<DateTime<Utc>>>,
    pub(crate) reshipped: Option<bool>,
    pub(crate) refusal: Option<String>,
    pub(crate) hold_reason: Option<Option<String>>,
    pub(crate) collected_at: Option<DateTime<Utc>>,
    pub(crate) disputed_at: Option<DateTime<Utc>>,
    pub(crate) closed_at: Option<Option<DateTime<Utc>>>,
    pub(crate) act_by: Option<Option<DateTime<Utc>>>,
}

/// Moves the claim; returns it as it is now.
pub(crate) async fn change_claim(
    connection: &mut AsyncPgConnection,
    id: ClaimId,
    to: ClaimState,
    change: ClaimChange,
) -> QueryResult<ClaimRow> {
    diesel::update(claim::table.find(id))
        .set((claim::state.eq(to), change))
        .returning(ClaimRow::as_returning())
        .get_result(connection)
        .await
}

/// Says whose fault it is; what that costs follows with the settlement.
pub(crate) async fn set_fault(connection: &mut AsyncPgConnection, id: ClaimId, fault: ClaimFault) -> QueryResult<()> {
    diesel::update(claim::table.find(id)).set(claim::fault.eq(fault)).execute(connection).await?;
    Ok(())
}

/// Changes how many won of the line a claim is about.
pub(crate) async fn set_claim_line_total(connection: &mut AsyncPgConnection, row: &ClaimLineRow) -> QueryResult<()> {
    diesel::update(claim_line::table.find((row.claim_id, row.line_id)))
        .set((claim_line::total.eq(row.total), claim_line::seller_discount.eq(row.seller_discount)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes down what the inspection found.
pub(crate) async fn set_sound(connection: &mut AsyncPgConnection, row: &ClaimLineRow) -> QueryResult<()> {
    diesel::update(claim_line::table.find((row.claim_id, row.line_id)))
        .set(claim_line::sound.eq(row.sound))
        .execute(connection)
        .await?;
    Ok(())
}

/// Counts a claim's pieces as returned. They never are more than the line has: the database refuses that.
pub(crate) async fn count_returned(connection: &mut AsyncPgConnection, row: &ClaimLineRow) -> QueryResult<()> {
    diesel::update(line::table.find(row.line_id))
        .set((
            line::returned_quantity.eq(line::returned_quantity + row.quantity),
            line::returned_total.eq(line::returned_total + row.total),
            line::returned_seller_discount.eq(line::returned_seller_discount + row.seller_discount),
        ))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes down what the buyer has instead of what was bought.
pub(crate) async fn replace_variant(connection: &mut AsyncPgConnection, row: &ClaimLineRow) -> QueryResult<()> {
    let (Some(variant_id), Some(name)) = (row.new_variant_id, &row.new_variant_name) else { return Ok(()) };
    diesel::update(line::table.find(row.line_id))
        .set((line::variant_id.eq(variant_id), line::variant_name.eq(name)))
        .execute(connection)
        .await?;
    Ok(())
}

platform::statement! {
    /// Frees the lines of a claim that ends: they confirm themselves as much later as it was open, and not before `least`.
    pub(crate) struct FreeLines {
        since: DateTime<Utc> as Timestamptz,
        least: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        claim_id: ClaimId as Uuid,
    }
    "UPDATE line SET claim_id = NULL, updated_at = now(), confirm_by = CASE
        WHEN confirm_by IS NOT NULL THEN greatest(confirm_by + (now() - ?), ?) END
    WHERE claim_id = ?"
}

/// Frees the lines of a claim that ends.
pub(crate) async fn free_lines(
    connection: &mut AsyncPgConnection,
    row: &ClaimRow,
    least: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    let statement = FreeLines { since: row.requested_at, least, claim_id: row.id };
    statement.execute(connection).await?;
    Ok(())
}

/// Lets delivered lines confirm themselves at another time.
pub(crate) async fn set_confirm_by(
    connection: &mut AsyncPgConnection,
    ids: &[LineId],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(line::table.filter(line::id.eq_any(ids))).set(line::confirm_by.eq(at)).execute(connection).await?;
    Ok(())
}

/// Counts an amount of the part's shipping as gone back. It never is more than the shipping: the database refuses that.
pub(crate) async fn count_shipping_refund(
    connection: &mut AsyncPgConnection,
    id: SellerOrderId,
    amount: i64,
) -> QueryResult<()> {
    diesel::update(seller_order::table.find(id))
        .set(seller_order::shipping_refunded.eq(seller_order::shipping_refunded + amount))
        .execute(connection)
        .await?;
    Ok(())
}

platform::statement! {
    /// Removes a file of a buyer's from the photos of the buyer's claims.
    pub(crate) struct RemovePhoto {
        file_id: FileId as Uuid,
        buyer_id: UserId as Uuid,
        named: FileId as Uuid,
    }
    "UPDATE claim SET photos = array_remove(photos, ?) WHERE buyer_id = ? AND ? = ANY (photos)"
}

/// Removes a file of a buyer's from the photos of the buyer's claims.
pub(crate) async fn remove_photo(
    connection: &mut AsyncPgConnection,
    buyer_id: UserId,
    file_id: FileId,
) -> QueryResult<()> {
    RemovePhoto { file_id, buyer_id, named: file_id }.execute(connection).await?;
    Ok(())
}

/// Claims that were not answered in time.
pub(crate) async fn unanswered_claims(connection: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<ClaimId>> {
    claim::table
        .filter(claim::state.eq(ClaimState::Requested))
        .filter(claim::answer_by.lt(Utc::now()))
        .order(claim::answer_by)
        .limit(limit)
        .select(claim::id)
        .load(connection)
        .await
}

/// Claims in which somebody should have acted by now, with their states. Those whose goods are being sent are left out.
pub(crate) async fn overdue_claims(
    connection: &mut AsyncPgConnection,
    limit: i64,
) -> QueryResult<Vec<(ClaimId, ClaimState)>> {
    claim::table
        .filter(claim::act_by.lt(Utc::now()))
        .filter(claim::reship_lease_until.is_null())
        .order(claim::act_by)
        .limit(limit)
        .select((claim::id, claim::state))
        .load(connection)
        .await
}

/// Claims that have stood in this state since before `since`.
pub(crate) async fn waiting_claims(
    connection: &mut AsyncPgConnection,
    state: ClaimState,
    since: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<ClaimId>> {
    let moved = claim_state_change::table
        .filter(claim_state_change::claim_id.eq(claim::id))
        .filter(claim_state_change::changed_at.ge(since));
    claim::table
        .filter(claim::state.eq(state))
        .filter(diesel::dsl::not(diesel::dsl::exists(moved)))
        .order(claim::id)
        .limit(limit)
        .select(claim::id)
        .load(connection)
        .await
}

/// Reshipments that nobody works on, with the lease taken until `lease_until`.
pub(crate) async fn claim_reshipments(
    connection: &mut AsyncPgConnection,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<ClaimId>> {
    let now = Utc::now();
    let ids: Vec<ClaimId> = claim::table
        .filter(claim::reship_lease_until.lt(now))
        .order(claim::reship_lease_until)
        .limit(limit)
        .for_update()
        .skip_locked()
        .select(claim::id)
        .load(connection)
        .await?;
    if ids.is_empty() {
        return Ok(ids);
    }
    diesel::update(claim::table.filter(claim::id.eq_any(ids)))
        .filter(claim::reship_lease_until.lt(now))
        .set(claim::reship_lease_until.eq(lease_until))
        .returning(claim::id)
        .get_results(connection)
        .await
}
