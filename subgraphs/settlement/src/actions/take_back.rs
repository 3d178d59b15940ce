//! Goods or shipping were refunded: what waits for its confirmation becomes less, what was eligible is taken back by an
//! item of its own.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use crate::amounts::{Amounts, Part};
use crate::events::GoneLine;
use crate::model::{ItemRow, NewItem, SellerOrderId, SettlementItemKind, SettlementItemState};
use crate::rules::{ItemCommand, item_transition};
use crate::store::{self, Stand};

impl ItemRow {
    fn amounts(&self) -> Amounts {
        Amounts {
            gross: self.gross,
            seller_discount: self.seller_discount,
            platform_discount: self.platform_discount,
            commission: self.commission,
            commission_vat: self.commission_vat,
        }
    }

    /// Whether the buyer has not confirmed it yet, so that the item itself can become less.
    fn is_unconfirmed(&self) -> bool {
        let accrued = SettlementItemState::Accrued;
        self.state == accrued || self.held_from == Some(accrued)
    }
}

/// What is left of an item: its pieces and amounts, less what was taken back of them.
async fn kept(connection: &mut AsyncPgConnection, item: &ItemRow) -> QueryResult<(i32, Amounts)> {
    let reversals = store::reversals(connection, item.id).await?;
    let pieces = item.quantity - reversals.iter().map(|reversal| reversal.quantity).sum::<i32>();
    let amounts = reversals.iter().fold(item.amounts(), |sum, reversal| sum.plus(reversal.amounts()));
    Ok((pieces.max(0), amounts))
}

/// Takes pieces of a line back. Returns the seller's part of the order when there is such a line.
pub(super) async fn take_back_pieces(
    connection: &mut AsyncPgConnection,
    line: &GoneLine,
    claim: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<Option<SellerOrderId>> {
    let Some(item) = store::lock_sale(connection, line.line_id).await? else { return Ok(None) };
    let (pieces, amounts) = kept(connection, &item).await?;
    let gone = line.quantity.clamp(0, pieces);
    if gone == 0 {
        return Ok(item.seller_order_id);
    }
    let rest = if gone == pieces {
        Amounts::default()
    } else {
        // A line's price is the price of a piece times the pieces, so that this leaves no remainder.
        let gross = amounts.gross / i64::from(pieces) * i64::from(gone);
        let platform_discount = gross - line.total - line.seller_discount;
        amounts.without(Part { gross, seller_discount: line.seller_discount, platform_discount }, item.rate)
    };
    take(connection, &item, (pieces, gone), (amounts, rest), claim, at).await?;
    Ok(item.seller_order_id)
}

/// Takes shipping back.
pub(super) async fn take_back_shipping(
    connection: &mut AsyncPgConnection,
    part: SellerOrderId,
    refund: i64,
    claim: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    if refund <= 0 {
        return Ok(());
    }
    let Some(item) = store::lock_shipping(connection, part).await? else { return Ok(()) };
    let (_, amounts) = kept(connection, &item).await?;
    let rest = Amounts::plain((amounts.gross - refund).max(0));
    // A shipping has no pieces that could go one by one.
    let gone = i32::from(rest.gross == 0);
    take(connection, &item, (1, gone), (amounts, rest), claim, at).await
}

/// Makes an item less, or takes the difference back.
async fn take(
    connection: &mut AsyncPgConnection,
    item: &ItemRow,
    (pieces, gone): (i32, i32),
    (before, rest): (Amounts, Amounts),
    claim: Option<&str>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let nothing_left = gone == pieces;
    if item.is_unconfirmed() {
        store::set_amounts(connection, item.id, pieces - gone, rest).await?;
    } else {
        let eligible = SettlementItemState::Eligible;
        let reversal = NewItem {
            order_id: item.order_id,
            order_number: item.order_number.clone(),
            seller_order_id: item.seller_order_id,
            claim_id: claim.map(str::to_owned),
            reverses: Some(item.id),
            title: item.title.clone(),
            quantity: gone,
            rate: item.rate,
            eligible_at: Some(at),
            tax_free: item.tax_free,
            ..NewItem::plain(SettlementItemKind::Clawback, item.seller_id, rest.minus(before), eligible, at)
        };
        store::insert_items(connection, &[reversal]).await?;
    }
    let claws_back = item.is_unconfirmed() || item.state == SettlementItemState::Paid;
    if nothing_left
        && claws_back
        && let Ok(state) = item_transition(item.state, ItemCommand::ClawBack)
    {
        let stand = Stand { state, held_from: None, held_reason: None, eligible_at: item.eligible_at };
        store::set_stand(connection, item.id, stand).await?;
    }
    Ok(())
}

/// The shipping is eligible when no sale that it brought waits for its confirmation any more.
pub(super) async fn settle_shipping(
    connection: &mut AsyncPgConnection,
    part: SellerOrderId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let Some(item) = store::lock_shipping(connection, part).await? else { return Ok(()) };
    if !item.is_unconfirmed() || store::has_unconfirmed_sales(connection, part).await? {
        return Ok(());
    }
    let eligible_at = Some(at);
    let stand = match item_transition(item.state, ItemCommand::Confirm) {
        Ok(state) => Stand { state, held_from: None, held_reason: None, eligible_at },
        Err(_) => Stand {
            state: item.state,
            held_from: Some(SettlementItemState::Eligible),
            held_reason: item.held_reason.as_deref(),
            eligible_at,
        },
    };
    store::set_stand(connection, item.id, stand).await.map(drop)
}
