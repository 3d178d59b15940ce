//! A buyer opens a claim.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;
use platform::language::Language;

use super::{LONGEST_TEXT, photos};
use crate::actions::{Orders, snapshot};
use crate::error::{ErrorCode, Failure, Refusal};
use crate::events::{Arrival, tell_claim};
use crate::model::{
    ClaimId, ClaimKind, ClaimLineRow, ClaimReason, ClaimRemedy, ClaimRow, ClaimState, FileId, LineId, LineRow, OrderId,
    UserId, VariantId,
};
use crate::rules::claims::{check_period, claimable, fault_of, remedy_of, settlement, share};
use crate::rules::days::end_of_business_days;
use crate::store::{self, claims};

/// Pieces of a line that a claim is about.
#[derive(Clone, Debug)]
pub(crate) struct ClaimItem {
    pub(crate) line_id: LineId,
    /// All that is left of the line when absent.
    pub(crate) quantity: Option<i32>,
    /// What comes instead; the same variant when absent.
    pub(crate) new_variant_id: Option<VariantId>,
}

/// What a buyer claims.
#[derive(Clone, Debug)]
pub(crate) struct OpenClaim {
    pub(crate) order_id: OrderId,
    pub(crate) kind: ClaimKind,
    pub(crate) remedy: Option<ClaimRemedy>,
    pub(crate) reason: ClaimReason,
    pub(crate) detail: String,
    pub(crate) noticed_at: Option<DateTime<Utc>>,
    pub(crate) items: Vec<ClaimItem>,
    /// Files of the buyer's that were uploaded for the order's seller.
    pub(crate) photos: Vec<FileId>,
}

/// Opens a claim about lines of one seller's order.
pub(crate) async fn open_claim(
    orders: &Orders,
    buyer_id: UserId,
    request: OpenClaim,
    context: &RequestContext,
) -> Result<ClaimRow, Failure> {
    let language = context.language;
    let remedy = check_request(&request, language)?;
    let replacements = replacements(orders, &request, remedy, context).await?;
    let shown_to = photos::sellers_shown(orders, buyer_id, &request.photos, context).await?;
    let (now, settings) = (Utc::now(), &orders.settings);
    let mut connection = orders.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let not_found = || ErrorCode::OrderNotFound.at(&["orderId"], language);
            let order = store::lock_order(connection, request.order_id).await?;
            let order = order.filter(|order| order.buyer_id == buyer_id).ok_or_else(not_found)?;
            let ids: Vec<LineId> = request.items.iter().map(|item| item.line_id).collect();
            let lines = store::lock_lines(connection, &ids).await?;
            let id = ClaimId::new();
            let claimed = claim_lines(id, &request, &lines, &replacements, now, language)?;
            let first = lines.first().ok_or_else(|| ErrorCode::OrderLineNotFound.at(&["lines"], language))?;
            if shown_to.iter().any(|seller| *seller != Some(first.seller_id)) {
                return Err(ErrorCode::PhotoNotShared.at(&["photoIds"], language).into());
            }
            let items_total = claimed.iter().map(|line| line.total).sum();
            let fault = fault_of(request.reason);
            let part = store::seller_order_by_id(connection, first.seller_order_id).await?;
            let settled = settlement(remedy, fault, items_total, 0, settings.travel_fees_of(&part));
            let row = ClaimRow {
                id,
                order_id: order.id,
                seller_order_id: first.seller_order_id,
                seller_id: first.seller_id,
                buyer_id,
                kind: request.kind,
                remedy,
                reason: request.reason,
                detail: request.detail.trim().to_owned(),
                fault,
                state: ClaimState::Requested,
                held_from: None,
                items_total,
                fee: settled.fee,
                shipping_refund: 0,
                refund_amount: settled.refund,
                refund_id: None,
                answer_by: end_of_business_days(now, settings.claim_answer_days),
                carrier: None,
                tracking_number: None,
                reship_carrier: None,
                reship_tracking_number: None,
                reship_lease_until: None,
                reshipped: false,
                refusal: None,
                hold_reason: None,
                requested_at: now,
                collected_at: None,
                disputed_at: None,
                closed_at: None,
                photos: request.photos.clone(),
                act_by: None,
            };
            claims::insert_claim(connection, &row, &claimed).await?;
            let trace = context.trace_parent.as_deref();
            tell_claim(connection, &order, &row, &claimed, Arrival::First, None, trace).await?;
            Result::<_, Failure>::Ok(row)
        })
        .await?;
    drop(connection);
    orders.outbox.wake();
    Ok(row)
}

/// Refuses what does not fit before anything is read; returns what the buyer is to get.
fn check_request(request: &OpenClaim, language: Language) -> Result<ClaimRemedy, Refusal> {
    let remedy = remedy_of(request.kind, request.remedy, request.reason)
        .ok_or_else(|| ErrorCode::InvalidClaim.at(&["reason"], language))?;
    let detail = request.detail.trim();
    if detail.chars().count() > LONGEST_TEXT {
        return Err(ErrorCode::InvalidClaim.at(&["detail"], language));
    }
    if request.kind == ClaimKind::Defect && detail.is_empty() {
        return Err(ErrorCode::ReasonRequired.at(&["detail"], language));
    }
    if request.noticed_at.is_some() && request.kind != ClaimKind::Defect {
        return Err(ErrorCode::InvalidClaim.at(&["noticedAt"], language));
    }
    photos::check_ids(&request.photos, language)?;
    let mut ids: Vec<LineId> = request.items.iter().map(|item| item.line_id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() < request.items.len() {
        return Err(ErrorCode::InvalidClaim.at(&["lines"], language));
    }
    let replaced = request.items.iter().any(|item| item.new_variant_id.is_some());
    if replaced && remedy == ClaimRemedy::Refund {
        return Err(ErrorCode::NotExchangeable.at(&["lines", "newVariantId"], language));
    }
    Ok(remedy)
}

/// A line's other variant, and its name.
struct Replacement {
    line_id: LineId,
    variant_id: VariantId,
    name: String,
}

/// The other variants that the buyer wants, each known to be of the line's product, on sale, and at the price of the one
/// that it replaces.
async fn replacements(
    orders: &Orders,
    request: &OpenClaim,
    remedy: ClaimRemedy,
    context: &RequestContext,
) -> Result<Vec<Replacement>, Failure> {
    if remedy == ClaimRemedy::Refund || request.items.iter().all(|item| item.new_variant_id.is_none()) {
        return Ok(Vec::new());
    }
    let refused = || Failure::from(ErrorCode::NotExchangeable.at(&["lines", "newVariantId"], context.language));
    let mut lines = {
        let mut connection = orders.database.connection().await?;
        store::lines_by_order(&mut connection, request.order_id).await?
    };
    lines.retain(|line| request.items.iter().any(|item| item.line_id == line.id));
    let mut replacements = Vec::new();
    for line in &lines {
        let wanted = request.items.iter().find(|item| item.line_id == line.id).and_then(|item| item.new_variant_id);
        let Some(wanted) = wanted.filter(|wanted| *wanted != line.variant_id) else { continue };
        let known = snapshot::variants(orders, &[line.variant_id, wanted], context).await?;
        let [before, after] = &known[..] else { return Err(refused()) };
        let after = after.as_ref().ok_or_else(refused)?;
        // The product's price may have changed since the purchase; what counts is that both cost the same.
        let price = before.as_ref().map_or(line.unit_price, |before| before.unit_price);
        if after.product_id != line.product_id || !after.for_sale || after.unit_price != price {
            return Err(refused());
        }
        replacements.push(Replacement { line_id: line.id, variant_id: wanted, name: after.variant_name.clone() });
    }
    Ok(replacements)
}

/// The claim's lines, of lines that are locked.
fn claim_lines(
    claim_id: ClaimId,
    request: &OpenClaim,
    lines: &[LineRow],
    replacements: &[Replacement],
    now: DateTime<Utc>,
    language: Language,
) -> Result<Vec<ClaimLineRow>, Refusal> {
    let mut claimed = Vec::with_capacity(request.items.len());
    let mut parts: Vec<_> = lines.iter().map(|line| line.seller_order_id).collect();
    parts.dedup();
    if parts.len() > 1 {
        return Err(ErrorCode::InvalidClaim.at(&["lines"], language));
    }
    for item in &request.items {
        let line = lines.iter().find(|line| line.id == item.line_id && line.order_id == request.order_id);
        let line = line.ok_or_else(|| ErrorCode::OrderLineNotFound.at(&["lines", "lineId"], language))?;
        if line.claim_id.is_some() {
            return Err(ErrorCode::ClaimOpen.at(&["lines", "lineId"], language));
        }
        let delivered_at = line.delivered_at.filter(|_| claimable(request.kind, line.state));
        let delivered_at = delivered_at.ok_or_else(|| ErrorCode::StateConflict.at(&["lines", "lineId"], language))?;
        check_period(request.kind, delivered_at, request.noticed_at, now)
            .map_err(|code| code.at(&["lines", "lineId"], language))?;
        let left = line.quantity - line.returned_quantity;
        let quantity = item.quantity.unwrap_or(left);
        if !(1..=left).contains(&quantity) {
            return Err(ErrorCode::InvalidQuantity.at(&["lines", "quantity"], language));
        }
        let replacement = replacements.iter().find(|replacement| replacement.line_id == line.id);
        let unchecked = item.new_variant_id.is_some_and(|wanted| wanted != line.variant_id) && replacement.is_none();
        // A line has one variant: a part of it can be exchanged for the same only.
        if unchecked || replacement.is_some() && quantity < left {
            return Err(ErrorCode::NotExchangeable.at(&["lines", "newVariantId"], language));
        }
        let part = |amount| share(amount, line.quantity, line.returned_quantity, quantity);
        claimed.push(ClaimLineRow {
            claim_id,
            line_id: line.id,
            quantity,
            total: part(line.total),
            seller_discount: part(line.seller_discount),
            variant_id: line.variant_id,
            new_variant_id: replacement.map(|replacement| replacement.variant_id),
            new_variant_name: replacement.map(|replacement| replacement.name.clone()),
            sound: None,
        });
    }
    Ok(claimed)
}
