//! A seller edits a product's options and variants, and may look first at what would change.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::graph::RequestContext;

use super::create_product::Refused;
use super::{Catalogue, from_json, json, lock_own, refuse};
use crate::error::{Failure, UserErrorCode};
use crate::events::{ProductChanged, ProductVariantsAdded, VariantChanged, VariantCreated};
use crate::model::{PriceChangeRow, ProductId, ProductOption, ProductRow, VariantId, VariantRow};
use crate::rules::matrix::{MatrixEdit, MatrixPlan, plan};
use crate::rules::{ProductCommand, next_state, standing_price};
use crate::store::{self, ProductChange};

/// What changed, or would change.
#[derive(Debug)]
pub(crate) struct MatrixOutcome {
    pub(crate) product: ProductRow,
    pub(crate) plan: MatrixPlan,
    /// The new variants with their initial stock; of a preview they are nowhere yet.
    pub(crate) added: Vec<(VariantRow, i32)>,
}

/// Edits the option matrix, all of it or nothing; with `dry_run`, only tells what would change. Neither needs staff's review
/// again: what a product is does not change by another size of it.
pub(crate) async fn update_options(
    catalogue: &Catalogue,
    product_id: ProductId,
    edit: MatrixEdit,
    dry_run: bool,
    context: &RequestContext,
) -> Result<MatrixOutcome, Failure> {
    let mut connection = catalogue.database.connection().await?;
    let outcome = connection
        .transaction(async |connection| edit_matrix(connection, product_id, &edit, dry_run, context).await)
        .await;
    drop(connection);
    let outcome = outcome.map_err(|refused| refused.into_failure(context))?;
    if !dry_run {
        let ended = outcome.plan.ended.iter().map(|row| row.id);
        catalogue.recent.forget(product_id, ended.chain(outcome.plan.kept.iter().map(|row| row.id)));
        catalogue.outbox.wake();
    }
    Ok(outcome)
}

async fn edit_matrix(
    connection: &mut AsyncPgConnection,
    product_id: ProductId,
    edit: &MatrixEdit,
    dry_run: bool,
    context: &RequestContext,
) -> Result<MatrixOutcome, Refused> {
    let before = lock_own(connection, product_id, context).await?;
    if next_state(before.state, ProductCommand::Edit).is_none() {
        return Err(Failure::from(UserErrorCode::StateConflict.at(&["productId"], context.language)).into());
    }
    let mut detail = store::detail_of(connection, product_id).await?;
    let options: Vec<ProductOption> = match &edit.options {
        Some(options) => options.clone(),
        None => from_json(&detail.options)?,
    };
    let kind = edit.option_kind.unwrap_or(before.option_kind);
    let rows = store::variants_by_product(connection, &[product_id]).await?;
    let planned = plan(&rows, kind, &options, before.published_at.is_some(), edit);
    let plan = match planned {
        Ok(plan) => plan,
        Err(wrong) => {
            refuse(wrong, context)?;
            MatrixPlan::default()
        }
    };
    let first = rows.iter().map(|row| row.position + 1).max().unwrap_or(0);
    let added: Vec<(VariantRow, i32)> = edit
        .add
        .iter()
        .zip(first..)
        .map(|(variant, position)| (variant.row(product_id, before.seller_id, position), variant.initial_stock))
        .collect();
    let skus: Vec<&str> = added.iter().map(|(row, _)| row.sku.as_str()).collect();
    if dry_run {
        // What is taken by another product is told by the database otherwise.
        let own: Vec<&str> = rows.iter().map(|row| row.sku.as_str()).collect();
        let taken = store::skus_of_seller(connection, before.seller_id, &skus).await?;
        if taken.iter().any(|sku| !own.contains(&sku.as_str())) {
            return Err(Failure::from(UserErrorCode::DuplicateSku.at(&["variants"], context.language)).into());
        }
        return Ok(MatrixOutcome { product: before, plan, added });
    }
    let now = Utc::now();
    let ended: Vec<VariantId> = plan.ended.iter().map(|row| row.id).collect();
    let relabelled: Vec<VariantRow> = plan.changed.iter().map(|(_, after)| after.clone()).collect();
    let new: Vec<VariantRow> = added.iter().map(|(row, _)| row.clone()).collect();
    store::end_variants(connection, &ended, now).await?;
    store::relabel_variants(connection, &relabelled).await?;
    store::insert_variants(connection, &new).await?;
    let prices = plan.ended.iter().map(|row| PriceChangeRow::of(row, now, false));
    let prices = prices.chain(new.iter().map(|row| PriceChangeRow::of(row, now, before.listed)));
    store::insert_prices(connection, prices.collect()).await?;
    detail.options = json(&options)?;
    store::set_detail(connection, &detail).await?;
    let standing = plan.kept.iter().chain(&new).map(|row| (row.price, row.list_price, row.sellable));
    let (lowest_price, list_price) = standing_price(standing).ok_or(diesel::result::Error::NotFound)?;
    let change = ProductChange {
        option_kind: Some(kind),
        lowest_price: Some(lowest_price),
        list_price: Some(list_price),
        ..ProductChange::default()
    };
    let product = store::change_product(connection, product_id, change).await?;
    let outcome = MatrixOutcome { product, plan, added };
    tell(connection, &outcome, context).await?;
    Ok(outcome)
}

async fn tell(
    connection: &mut AsyncPgConnection,
    outcome: &MatrixOutcome,
    context: &RequestContext,
) -> diesel::QueryResult<()> {
    let (product_id, seller_id) = (outcome.product.id, outcome.product.seller_id);
    let trace = context.trace_parent.as_deref();
    if !outcome.added.is_empty() {
        let created = |(row, stock): &(VariantRow, i32)| VariantCreated { variant_id: row.id, initial_stock: *stock };
        let variants = outcome.added.iter().map(created).collect();
        platform::events::append(connection, &ProductVariantsAdded { product_id, seller_id, variants }, trace).await?;
    }
    let of = |row: &VariantRow, sellable| VariantChanged { variant_id: row.id, price: row.price, sellable };
    let ended = outcome.plan.ended.iter().map(|row| of(row, false));
    let variants = ended.chain(outcome.added.iter().map(|(row, _)| of(row, true))).collect();
    platform::events::append(connection, &ProductChanged { product_id, seller_id, variants }, trace).await
}
