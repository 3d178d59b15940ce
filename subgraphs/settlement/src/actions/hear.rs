//! Orders are paid, and what becomes of their lines: items are made, become eligible, and are taken back.
//!
//! Facts of an order take turns on the order's row. One that comes before the order's payment is kept and takes effect with
//! it, so that it does not matter in which order they are heard.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::events::{Event, HandlerError, first_delivery};
use platform::graph::RequestContext;

use super::Settlements;
use super::take_back::{settle_shipping, take_back_pieces, take_back_shipping};
use crate::amounts::Amounts;
use crate::clients::{CategoryPath, category_path};
use crate::events::{ClaimRefunded, OrderFact, OrderPaid, PaidLine};
use crate::model::{CategoryId, ItemId, NewItem, SettlementItemKind, SettlementItemState};
use crate::rules::{ItemCommand, item_transition};
use crate::store::{self, Stand};

/// The categories above and including one, from the top.
type Paths = HashMap<CategoryId, Vec<CategoryId>>;

/// An order was paid: its lines and shipping accrue, at the commission that is in force at the payment.
pub(crate) async fn hear_paid(desk: &Settlements, event: &Event) -> Result<(), HandlerError> {
    let fact: OrderPaid = event.read()?;
    let paid_at = fact.paid_at.unwrap_or(event.occurred_at);
    let paths = paths_of(desk, &fact).await?;
    let default_rate = i32::try_from(desk.settings.commission).unwrap_or(0);
    let mut connection = desk.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !first_delivery(connection, event.id, "settlement").await? {
                return QueryResult::Ok(());
            }
            if store::lock_order(connection, fact.order_id).await?.is_some() {
                return Ok(());
            }
            let rates = rates_of(connection, &paths, paid_at, default_rate).await?;
            let items = items_of(&fact, paid_at, |category| {
                category.and_then(|category| rates.get(&Some(category))).or(rates.get(&None)).copied().unwrap_or(0)
            });
            store::insert_items(connection, &items).await?;
            store::set_order_paid(connection, fact.order_id, fact.number.as_deref(), paid_at).await?;
            for (kind, payload, occurred_at) in store::take_early_facts(connection, fact.order_id).await? {
                // It was read when it was kept.
                if let Ok(Some(early)) = OrderFact::read(&kind, &payload) {
                    apply(connection, &early, occurred_at).await?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// A line was confirmed, lines were cancelled, or a claim was refunded.
pub(crate) async fn hear_fact(desk: &Settlements, event: &Event) -> Result<(), HandlerError> {
    let read = OrderFact::read(&event.kind, &event.payload);
    let fact = read.map_err(|error| HandlerError(format!("{} {} does not fit: {error}", event.kind, event.id)))?;
    let Some(fact) = fact else { return Ok(()) };
    let mut connection = desk.database.connection().await?;
    connection
        .transaction(async |connection| {
            if !first_delivery(connection, event.id, "settlement").await? {
                return QueryResult::Ok(());
            }
            let order_id = fact.order_id();
            if store::lock_order(connection, order_id).await?.is_some() {
                return apply(connection, &fact, event.occurred_at).await;
            }
            let (kind, payload) = (event.kind.as_str(), &event.payload);
            store::keep_early_fact(connection, event.id, order_id, kind, payload, event.occurred_at).await
        })
        .await?;
    Ok(())
}

/// Where the order's categories stood when it was bought, so that a rate for a category holds for those below it. Of lines
/// that do not tell it, where they stand now.
async fn paths_of(desk: &Settlements, fact: &OrderPaid) -> Result<Paths, HandlerError> {
    let mut paths = Paths::new();
    for line in &fact.lines {
        let Some(category) = line.category_id.filter(|category| !paths.contains_key(category)) else { continue };
        if !line.category_path.is_empty() {
            paths.insert(category, line.category_path.clone());
            continue;
        }
        let variables = category_path::Variables { id: category.to_string() };
        let answer = desk.graph.ask::<CategoryPath>("product", variables, &RequestContext::default()).await;
        let answer = answer.map_err(|error| HandlerError(error.to_string()))?;
        let path = answer.category.map(|category| category.path).unwrap_or_default();
        let path: Vec<CategoryId> = path.iter().filter_map(|category| category.id.parse().ok()).collect();
        paths.insert(category, if path.is_empty() { vec![category] } else { path });
    }
    Ok(paths)
}

/// The rate of each category at a time: its own, or that of the nearest above it, or the one for all.
async fn rates_of(
    connection: &mut AsyncPgConnection,
    paths: &Paths,
    at: DateTime<Utc>,
    default_rate: i32,
) -> QueryResult<BTreeMap<Option<CategoryId>, i32>> {
    let categories: Vec<CategoryId> = paths.values().flatten().copied().collect();
    let rows = store::rates_at(connection, &categories, at).await?;
    let set: HashMap<Option<CategoryId>, i32> = rows.into_iter().map(|row| (row.category_id, row.rate)).collect();
    let of_all = set.get(&None).copied().unwrap_or(default_rate);
    let nearest = |path: &[CategoryId]| {
        path.iter().rev().find_map(|category| set.get(&Some(*category)).copied()).unwrap_or(of_all)
    };
    let mut rates: BTreeMap<_, _> = paths.iter().map(|(category, path)| (Some(*category), nearest(path))).collect();
    rates.insert(None, of_all);
    Ok(rates)
}

fn items_of(fact: &OrderPaid, paid_at: DateTime<Utc>, rate_of: impl Fn(Option<CategoryId>) -> i32) -> Vec<NewItem> {
    let sale = |line: &PaidLine| {
        let rate = rate_of(line.category_id);
        let platform_discount = line.discount_total - line.seller_discount;
        let gross = line.items_total.unwrap_or(line.total + line.discount_total);
        let amounts = Amounts::of_sale(gross, line.seller_discount, platform_discount, rate);
        let mut item = new_item(fact, SettlementItemKind::Sale, line.seller_id, amounts, paid_at);
        item.seller_order_id = line.seller_order_id;
        item.line_id = Some(line.line_id);
        item.category_id = line.category_id;
        item.title.clone_from(&line.title);
        item.quantity = line.quantity;
        item.rate = rate;
        item.tax_free = line.tax_free;
        item
    };
    let mut items: Vec<NewItem> = fact.lines.iter().map(sale).collect();
    for part in fact.sellers.iter().filter(|part| part.shipping_total > 0) {
        let amounts = Amounts::plain(part.shipping_total);
        let mut item = new_item(fact, SettlementItemKind::Shipping, part.seller_id, amounts, paid_at);
        item.seller_order_id = Some(part.seller_order_id);
        item.title = "배송비".to_owned();
        item.quantity = 1;
        items.push(item);
    }
    items
}

fn new_item(
    fact: &OrderPaid,
    kind: SettlementItemKind,
    seller_id: crate::model::SellerId,
    amounts: Amounts,
    occurred_at: DateTime<Utc>,
) -> NewItem {
    NewItem {
        order_id: Some(fact.order_id),
        order_number: fact.number.clone(),
        ..NewItem::plain(kind, seller_id, amounts, SettlementItemState::Accrued, occurred_at)
    }
}

/// Lets a fact of an order take effect whose row is locked.
async fn apply(connection: &mut AsyncPgConnection, fact: &OrderFact, at: DateTime<Utc>) -> QueryResult<()> {
    match fact {
        OrderFact::Confirmed(fact) => {
            let Some(item) = store::lock_sale(connection, fact.line.line_id).await? else { return Ok(()) };
            confirm(connection, &item, at).await?;
            match item.seller_order_id {
                Some(part) => settle_shipping(connection, part, at).await,
                None => Ok(()),
            }
        }
        OrderFact::Cancelled(fact) => {
            let mut parts = Vec::new();
            for line in &fact.lines {
                parts.extend(take_back_pieces(connection, line, None, at).await?);
            }
            for part in &fact.sellers {
                take_back_shipping(connection, part.seller_order_id, part.shipping_refund, None, at).await?;
            }
            for part in parts {
                settle_shipping(connection, part, at).await?;
            }
            Ok(())
        }
        OrderFact::Refunded(fact) => refund(connection, fact, at).await,
    }
}

/// The sale is eligible; one that is held will be when it is let go.
async fn confirm(
    connection: &mut AsyncPgConnection,
    item: &crate::model::ItemRow,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let eligible_at = Some(at);
    let held = item.held_from == Some(SettlementItemState::Accrued);
    let stand = match item_transition(item.state, ItemCommand::Confirm) {
        Ok(state) => Stand { state, held_from: None, held_reason: None, eligible_at },
        Err(_) if held => Stand {
            state: item.state,
            held_from: Some(SettlementItemState::Eligible),
            held_reason: item.held_reason.as_deref(),
            eligible_at,
        },
        // It was confirmed before, or nothing is left of it.
        Err(_) => return Ok(()),
    };
    store::set_stand(connection, item.id, stand).await.map(drop)
}

async fn refund(connection: &mut AsyncPgConnection, fact: &ClaimRefunded, at: DateTime<Utc>) -> QueryResult<()> {
    let claim = Some(fact.claim_id.as_str());
    for line in &fact.lines {
        take_back_pieces(connection, line, claim, at).await?;
    }
    take_back_shipping(connection, fact.seller_order_id, fact.shipping_refund, claim, at).await?;
    if fact.fee > 0 {
        let amounts = Amounts::plain(fact.fee);
        let state = SettlementItemState::Eligible;
        let fee = NewItem {
            order_id: Some(fact.order_id),
            seller_order_id: Some(fact.seller_order_id),
            claim_id: Some(fact.claim_id.clone()),
            title: "반품 배송비".to_owned(),
            quantity: 1,
            eligible_at: Some(at),
            ..NewItem::plain(SettlementItemKind::ReturnFee, fact.seller_id, amounts, state, at)
        };
        store::insert_items(connection, &[fee]).await?;
    }
    settle_shipping(connection, fact.seller_order_id, at).await
}

impl NewItem {
    /// An item of a seller alone.
    pub(crate) fn plain(
        kind: SettlementItemKind,
        seller_id: crate::model::SellerId,
        amounts: Amounts,
        state: SettlementItemState,
        occurred_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id: ItemId::new(),
            kind,
            seller_id,
            order_id: None,
            order_number: None,
            seller_order_id: None,
            line_id: None,
            claim_id: None,
            reverses: None,
            carried_from: None,
            category_id: None,
            title: String::new(),
            quantity: 0,
            rate: 0,
            gross: amounts.gross,
            seller_discount: amounts.seller_discount,
            platform_discount: amounts.platform_discount,
            commission: amounts.commission,
            commission_vat: amounts.commission_vat,
            state,
            eligible_at: None,
            settlement_id: None,
            occurred_at,
            tax_free: false,
        }
    }
}
