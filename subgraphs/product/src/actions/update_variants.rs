//! A seller changes prices, many at once, and may look first at what would change.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::{Catalogue, lock_own, refuse};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ProductChanged, VariantChanged};
use crate::model::{PriceChangeRow, ProductId, ProductRow, VariantId, VariantRow};
use crate::rules::discount::announces;
use crate::rules::{Broken, MOST_VARIANTS, ProductCommand, check_price, next_state, standing_price};
use crate::store::{self, ProductChange};

/// What becomes of a variant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VariantUpdate {
    pub(crate) variant_id: VariantId,
    pub(crate) price: i64,
    /// `None` stays; `Some(None)` takes it away.
    pub(crate) list_price: Option<Option<i64>>,
    pub(crate) sellable: Option<bool>,
}

/// A variant that changed, with the price it had.
#[derive(Clone, Debug)]
pub(crate) struct VariantUpdated {
    pub(crate) after: VariantRow,
    pub(crate) price_before: i64,
    pub(crate) sellable_before: bool,
}

/// Changes variants; with `dry_run`, only tells what would change.
pub(crate) async fn update_variants(
    catalogue: &Catalogue,
    product_id: ProductId,
    updates: Vec<VariantUpdate>,
    dry_run: bool,
    context: &RequestContext,
) -> Result<(ProductRow, Vec<VariantUpdated>), Failure> {
    if updates.is_empty() || updates.len() > MOST_VARIANTS {
        return Err(UserErrorCode::TooManyVariants.at(&["variants"], context.language).into());
    }
    let mut connection = catalogue.database.connection().await?;
    let (row, changes) = connection
        .transaction(async |connection| {
            change_variants(connection, catalogue, product_id, &updates, dry_run, context).await
        })
        .await?;
    drop(connection);
    if !dry_run {
        catalogue.recent.forget(product_id, changes.iter().map(|change| change.after.id));
        catalogue.outbox.wake();
    }
    Ok((row, changes))
}

/// The same inside the caller's transaction.
pub(super) async fn change_variants(
    connection: &mut AsyncPgConnection,
    catalogue: &Catalogue,
    product_id: ProductId,
    updates: &[VariantUpdate],
    dry_run: bool,
    context: &RequestContext,
) -> Result<(ProductRow, Vec<VariantUpdated>), Failure> {
    let before = lock_own(connection, product_id, context).await?;
    if next_state(before.state, ProductCommand::Edit).is_none() {
        return Err(Failure::from(UserErrorCode::StateConflict.at(&["productId"], context.language)));
    }
    let mut rows = store::variants_by_product(connection, &[product_id]).await?;
    let now = Utc::now();
    let proof = catalogue.proof(now);
    let history = store::prices_since(connection, product_id, proof.from()).await?;
    let proven = |row: &VariantRow, list_price: i64| proof.holds(list_price, row.id, &history);
    let changes = apply(&mut rows, updates, proven, context)?;
    if dry_run || changes.is_empty() {
        return Ok((before, changes));
    }
    for change in &changes {
        let after = &change.after;
        let news = after.price != change.price_before || after.sellable != change.sellable_before;
        let offered = before.listed && after.sellable;
        store::set_variant(connection, after, news.then(|| PriceChangeRow::of(after, now, offered))).await?;
    }
    let prices = rows.iter().map(|row| (row.price, row.list_price, row.sellable));
    let (lowest_price, list_price) = standing_price(prices).ok_or(diesel::result::Error::NotFound)?;
    let change =
        ProductChange { lowest_price: Some(lowest_price), list_price: Some(list_price), ..ProductChange::default() };
    let row = store::change_product(connection, product_id, change).await?;
    platform::events::append(connection, &fact(&row, &changes), context.trace_parent.as_deref()).await?;
    Ok((row, changes))
}

/// Changes the rows and returns those that differ from before.
fn apply(
    rows: &mut [VariantRow],
    updates: &[VariantUpdate],
    proven: impl Fn(&VariantRow, i64) -> bool,
    context: &RequestContext,
) -> Result<Vec<VariantUpdated>, Failure> {
    let mut wrong: Vec<Broken> = Vec::new();
    let mut changes = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (index, update) in updates.iter().enumerate() {
        let index = index.to_string();
        let row = rows.iter_mut().find(|row| row.id == update.variant_id);
        let Some(row) = row.filter(|_| seen.insert(update.variant_id)) else {
            let field = ["variants", &index, "variantId"].map(str::to_owned);
            wrong.push((UserErrorCode::VariantNotFound, field.to_vec()));
            continue;
        };
        let list_price = update.list_price.unwrap_or(row.list_price);
        check_price(update.price, list_price, &["variants", &index], &mut wrong);
        let claims = (update.price, list_price) != (row.price, row.list_price) && announces(update.price, list_price);
        if claims && !list_price.is_some_and(|list_price| proven(row, list_price)) {
            wrong.push((
                UserErrorCode::ListPriceUnproven,
                ["variants", &index, "listPrice"].map(str::to_owned).to_vec(),
            ));
        }
        let sellable = update.sellable.unwrap_or(row.sellable);
        let (price_before, before) = (row.price, (row.price, row.list_price, row.sellable));
        (row.price, row.list_price, row.sellable) = (update.price, list_price, sellable);
        if before != (row.price, row.list_price, row.sellable) {
            changes.push(VariantUpdated { after: row.clone(), price_before, sellable_before: before.2 });
        }
    }
    refuse(wrong, context)?;
    Ok(changes)
}

fn fact(row: &ProductRow, changes: &[VariantUpdated]) -> ProductChanged {
    let variants = changes
        .iter()
        .map(|change| VariantChanged {
            variant_id: change.after.id,
            price: change.after.price,
            sellable: change.after.sellable,
        })
        .collect();
    ProductChanged { product_id: row.id, seller_id: row.seller_id, variants }
}
