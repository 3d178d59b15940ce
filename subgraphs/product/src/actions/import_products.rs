//! A seller's products from a file and into one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::csv_file;
use platform::graph::RequestContext;

use super::create_product::{CreatedRows, broken_rules};
use super::update_variants::change_variants;
use super::{Catalogue, VariantUpdate, WantedProduct, require_seller_who_sells};
use crate::categories::CategoryTree;
use crate::error::{Failure, UserErrorCode};
use crate::model::{ProductId, ProductState, SellerId, VariantId};
use crate::rules::import::{Change, Column, MOST_ROWS, NewProduct, Plan, Wrong, place_of, plan};
use crate::rules::{ProductCommand, check_price, next_state};
use crate::store;

/// What became, or would become, of a file.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    pub(crate) created: Vec<ProductId>,
    /// How many products and variants the file creates, and how many variants it changes.
    pub(crate) products: usize,
    pub(crate) variants: usize,
    pub(crate) changes: usize,
    /// What is wrong with it; nothing is imported then.
    pub(crate) wrong: Vec<Wrong>,
}

/// Imports a file: all of it, or nothing. With `dry_run`, only tells what would become of it.
pub(crate) async fn import_products(
    catalogue: &Catalogue,
    seller_id: SellerId,
    text: &str,
    dry_run: bool,
    context: &RequestContext,
) -> Result<Imported, Failure> {
    if !context.principal.acts_for(seller_id.0) {
        return Err(UserErrorCode::NotYourSeller.at(&["sellerId"], context.language).into());
    }
    require_seller_who_sells(catalogue, seller_id, &["sellerId"], context).await?;
    let mut wrong = Vec::new();
    let plan = match csv_file::read(text) {
        Ok(file) => plan(&file, &mut wrong),
        Err(error) => {
            wrong.push(Wrong { line: error.line, column: None, code: UserErrorCode::InvalidCell });
            Plan::default()
        }
    };
    catalogue.categories.forget().await;
    let tree = catalogue.categories.tree().await?;
    let wanted = wanted_products(seller_id, &plan.products, &tree, &mut wrong);
    let updates = {
        let mut connection = catalogue.database.connection().await?;
        refuse_known_skus(&mut connection, seller_id, &plan.products, &mut wrong).await?;
        updates(&mut connection, seller_id, &plan.changes, &mut wrong).await?
    };
    wrong.sort_by_key(|one| (one.line, one.column));
    let mut imported = Imported {
        products: plan.products.len(),
        variants: plan.products.iter().map(|product| product.variants.len()).sum(),
        changes: plan.changes.len(),
        ..Imported::default()
    };
    if dry_run || !wrong.is_empty() {
        return Ok(Imported { wrong, ..imported });
    }
    let trace = context.trace_parent.as_deref();
    let mut connection = catalogue.database.connection().await?;
    let (created, changed) = connection
        .transaction(async |connection| {
            let mut created = Vec::new();
            let tree = store::share_tree(connection).await?;
            for product in &wanted {
                let path = tree.path_ids(product.category_id);
                if path.is_empty() {
                    return Err(UserErrorCode::CategoryNotFound.at(&["csv"], context.language).into());
                }
                let CreatedRows { mut product, detail, variants, fact } = CreatedRows::of(product, &path)?;
                product.seller_can_sell = store::lock_seller(connection, seller_id, true).await?;
                created.push(store::insert_product(connection, product, detail, variants).await?.id);
                platform::events::append(connection, &fact, trace).await?;
            }
            let mut changed: Vec<(ProductId, VariantId)> = Vec::new();
            for (product_id, updates) in &updates {
                let (_, changes) = change_variants(connection, catalogue, *product_id, updates, false, context).await?;
                changed.extend(changes.into_iter().map(|change| (*product_id, change.after.id)));
            }
            Ok::<_, Failure>((created, changed))
        })
        .await?;
    drop(connection);
    for (product_id, variant_id) in changed {
        catalogue.recent.forget(product_id, [variant_id]);
    }
    catalogue.recent.counts.forget_all();
    catalogue.outbox.wake();
    metrics::counter!("product_imported_rows_total").increment((imported.variants + imported.changes) as u64);
    imported.created = created;
    Ok(imported)
}

fn wanted_products(
    seller_id: SellerId,
    products: &[NewProduct],
    tree: &CategoryTree,
    wrong: &mut Vec<Wrong>,
) -> Vec<WantedProduct> {
    let mut wanted = Vec::with_capacity(products.len());
    for product in products {
        let category = tree.find_slug(&product.category).map(|index| tree.node(index).row.id);
        let Some(category_id) = category else {
            wrong.push(place_of(product, &(UserErrorCode::CategoryNotFound, vec!["categoryId".to_owned()])));
            continue;
        };
        let one = WantedProduct {
            seller_id,
            title: product.title.clone(),
            summary: product.summary.clone(),
            description: product.description.clone(),
            category_id,
            brand_id: None,
            option_kind: product.option_kind,
            options: product.options.clone(),
            variants: product.variants.clone(),
            images: product.images.clone(),
            notices: Vec::new(),
            notice_kind: None,
            kc: None,
            origin: product.origin.clone(),
            tax_free: product.tax_free,
            adult_only: product.adult_only,
        };
        wrong.extend(broken_rules(&one).iter().map(|broken| place_of(product, broken)));
        wanted.push(one);
    }
    wanted
}

/// SKUs that the seller has already, or that the file has twice.
async fn refuse_known_skus(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
    products: &[NewProduct],
    wrong: &mut Vec<Wrong>,
) -> Result<(), Failure> {
    let rows: Vec<(u64, &str)> = products
        .iter()
        .flat_map(|product| product.lines.iter().copied().zip(product.variants.iter().map(|one| one.sku.as_str())))
        .collect();
    let skus: Vec<&str> = rows.iter().map(|(_, sku)| *sku).collect();
    let known: BTreeSet<String> = store::skus_of_seller(connection, seller_id, &skus).await?.into_iter().collect();
    let mut seen = BTreeSet::new();
    for (line, sku) in rows {
        let twice = !seen.insert(sku) && !wrong.iter().any(|one| one.line == line && one.column == Some(Column::Sku));
        if known.contains(sku) || twice {
            wrong.push(Wrong { line, column: Some(Column::Sku), code: UserErrorCode::DuplicateSku });
        }
    }
    Ok(())
}

/// The changes by product, with the variants that their SKUs mean.
async fn updates(
    connection: &mut AsyncPgConnection,
    seller_id: SellerId,
    changes: &[Change],
    wrong: &mut Vec<Wrong>,
) -> Result<BTreeMap<ProductId, Vec<VariantUpdate>>, Failure> {
    let ids: Vec<ProductId> =
        changes.iter().map(|change| change.product_id).collect::<BTreeSet<_>>().into_iter().collect();
    let states: HashMap<ProductId, ProductState> = store::products_by_id(connection, &ids)
        .await?
        .into_iter()
        .filter(|row| row.seller_id == seller_id)
        .map(|row| (row.id, row.state))
        .collect();
    let variants = store::variants_by_product(connection, &ids).await?;
    let mut updates: BTreeMap<ProductId, Vec<VariantUpdate>> = BTreeMap::new();
    for change in changes {
        let line = change.line;
        let mut at = |column, code| wrong.push(Wrong { line, column: Some(column), code });
        let Some(state) = states.get(&change.product_id) else {
            at(Column::ProductId, UserErrorCode::ProductNotFound);
            continue;
        };
        if next_state(*state, ProductCommand::Edit).is_none() {
            at(Column::ProductId, UserErrorCode::StateConflict);
        }
        let mut broken = Vec::new();
        check_price(change.price, change.list_price, &[], &mut broken);
        for (code, path) in broken {
            let is_list = path.last().is_some_and(|field| field == "listPrice");
            at(if is_list { Column::ListPrice } else { Column::Price }, code);
        }
        let variant = variants.iter().find(|row| row.product_id == change.product_id && row.sku == change.sku);
        let of_product = updates.entry(change.product_id).or_default();
        match variant.map(|row| row.id).filter(|id| !of_product.iter().any(|one| one.variant_id == *id)) {
            None => at(Column::Sku, UserErrorCode::VariantNotFound),
            Some(variant_id) => of_product.push(VariantUpdate {
                variant_id,
                price: change.price,
                list_price: Some(change.list_price),
                sellable: change.sellable,
            }),
        }
    }
    Ok(updates)
}

/// A seller's products as a file that can be imported again, as many as one file has rows for, the oldest first.
pub(crate) async fn export_products(catalogue: &Catalogue, seller_id: SellerId) -> Result<String, Failure> {
    let tree = catalogue.categories.tree().await?;
    let rows = {
        let mut connection = catalogue.database.connection().await?;
        let most = i64::try_from(MOST_ROWS).unwrap_or(i64::MAX);
        store::variants_of_seller(&mut connection, seller_id, most).await?
    };
    let yes_or_no = |yes: bool| if yes { "true" } else { "false" }.to_owned();
    let table = rows.into_iter().map(|(variant, product, options)| {
        let options: Vec<crate::model::ProductOption> = serde_json::from_value(options).unwrap_or_default();
        let names: Vec<&str> = options.iter().map(|option| option.name.as_str()).collect();
        let category = tree.find(product.category_id).map(|index| tree.node(index).row.slug.clone());
        let cell = |column: &Column| match column {
            Column::ProductId => product.id.to_string(),
            Column::Group | Column::Description | Column::Stock => String::new(),
            Column::Title => product.title.clone(),
            Column::Summary => product.summary.clone().unwrap_or_default(),
            Column::Category => category.clone().unwrap_or_default(),
            Column::OptionNames => names.join("/"),
            Column::OptionValues => variant.option_values.join("/"),
            Column::Sku => variant.sku.clone(),
            Column::Price => variant.price.to_string(),
            Column::ListPrice => variant.list_price.map(|price| price.to_string()).unwrap_or_default(),
            Column::Sellable => yes_or_no(variant.sellable),
            Column::Image => product.thumbnail_url.clone().unwrap_or_default(),
            Column::Origin => product.origin.clone(),
            Column::TaxFree => yes_or_no(product.tax_free),
            Column::AdultOnly => yes_or_no(product.adult_only),
        };
        Column::ALL.iter().map(cell).collect::<Vec<_>>()
    });
    let header = Column::ALL.iter().map(|column| column.name());
    csv_file::write(header, table).map_err(|error| platform::errors::GraphError::internal(error).into())
}
