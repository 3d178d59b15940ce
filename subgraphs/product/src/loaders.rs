//! Batched reads for entity resolvers and nested fields, behind the rows that were read a moment ago.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use futures::future::try_join_all;
use platform::database::Database;
use platform::errors::GraphError;
use platform::graph::GraphClient;
use platform::loader::Loader;
use platform::recent::Recent;

use crate::cache::RecentRows;
use crate::clients::is_adult;
use crate::model::{
    BrandId, BrandRow, DetailRow, PriceChangeRow, ProductId, ProductRow, UserId, VariantId, VariantRow,
};
use crate::store;

/// A variant with its product.
type VariantOfProduct = (Arc<VariantRow>, Arc<ProductRow>);

/// One loader per kind of key.
pub(crate) struct Loaders {
    recent: RecentRows,
    products: Loader<ProductId, Arc<ProductRow>>,
    details: Loader<ProductId, Arc<DetailRow>>,
    variants: Loader<VariantId, VariantOfProduct>,
    brands: Loader<BrandId, Arc<BrandRow>>,
    variants_of_product: Loader<ProductId, Arc<[Arc<VariantRow>]>>,
    prices_of_product: Loader<ProductId, Arc<[PriceChangeRow]>>,
    add_ons_of_product: Loader<ProductId, Arc<[(ProductId, VariantId)]>>,
    adults: Loader<UserId, bool>,
}

/// A loader of the rows that a query finds: how the rows become values by key.
macro_rules! loader {
    ($database:expr, $query:path, $values:expr) => {{
        let database: Database = $database.clone();
        Loader::new(move |keys: Vec<_>| {
            let database = database.clone();
            async move {
                let rows = $query(&mut *database.connection().await?, &keys).await?;
                Ok($values(rows))
            }
        })
    }};
}

impl Loaders {
    pub(crate) fn new(database: &Database, graph: &GraphClient, recent: RecentRows) -> Self {
        let graph = graph.clone();
        Self {
            recent,
            products: loader!(database, store::products_by_id, |rows| by_key(rows, |row: &ProductRow| row.id)),
            details: loader!(database, store::details_by_product, |rows| {
                by_key(rows, |row: &DetailRow| row.product_id)
            }),
            variants: loader!(database, store::variants_with_product, |rows: Vec<(VariantRow, ProductRow)>| {
                rows.into_iter()
                    .map(|(variant, product)| (variant.id, (Arc::new(variant), Arc::new(product))))
                    .collect::<HashMap<_, _>>()
            }),
            brands: loader!(database, store::brands_by_id, |rows| by_key(rows, |row: &BrandRow| row.id)),
            variants_of_product: loader!(database, store::variants_by_product, |rows: Vec<VariantRow>| {
                grouped(rows.into_iter().map(Arc::new), |row| row.product_id)
            }),
            prices_of_product: loader!(database, store::prices_by_product, |rows: Vec<PriceChangeRow>| {
                grouped(rows.into_iter(), |row| row.product_id)
            }),
            add_ons_of_product: loader!(database, store::add_ons_by_product, |rows: Vec<(ProductId, VariantId)>| {
                grouped(rows.into_iter(), |row| row.0)
            }),
            adults: Loader::new(move |people: Vec<UserId>| {
                let graph = graph.clone();
                async move {
                    let asked = people
                        .into_iter()
                        .map(async |person| Ok::<_, GraphError>((person, is_adult(&graph, person).await?)));
                    Ok(try_join_all(asked).await?.into_iter().collect())
                }
            }),
        }
    }

    pub(crate) async fn product(&self, id: ProductId) -> Result<Option<Arc<ProductRow>>, GraphError> {
        recent_or(&self.recent.products, &self.products, id).await
    }

    pub(crate) async fn detail(&self, id: ProductId) -> Result<Option<Arc<DetailRow>>, GraphError> {
        recent_or(&self.recent.details, &self.details, id).await
    }

    /// A variant with its product, as they were a moment ago.
    pub(crate) async fn variant(&self, id: VariantId) -> Result<Option<VariantOfProduct>, GraphError> {
        if let Some(variant) = self.recent.variants.get(&id)
            && let Some(product) = self.recent.products.get(&variant.product_id)
        {
            return Ok(Some((variant, product)));
        }
        let found = self.fresh_variant(id).await?;
        if let Some((variant, product)) = &found {
            self.recent.variants.keep(id, Arc::clone(variant));
            self.recent.products.keep(product.id, Arc::clone(product));
        }
        Ok(found)
    }

    pub(crate) async fn brand(&self, id: BrandId) -> Result<Option<Arc<BrandRow>>, GraphError> {
        recent_or(&self.recent.brands, &self.brands, id).await
    }

    /// The product's variants, in their order.
    pub(crate) async fn variants_of(&self, id: ProductId) -> Result<Arc<[Arc<VariantRow>]>, GraphError> {
        let rows = recent_or(&self.recent.variants_of_product, &self.variants_of_product, id).await?;
        Ok(rows.unwrap_or_default())
    }

    /// The prices that the product's variants have had, newest first.
    pub(crate) async fn prices_of(&self, id: ProductId) -> Result<Arc<[PriceChangeRow]>, GraphError> {
        Ok(self.prices_of_product.load(id).await?.unwrap_or_default())
    }

    /// The variants that are offered together with the product, in their order.
    pub(crate) async fn add_ons_of(&self, id: ProductId) -> Result<Vec<VariantId>, GraphError> {
        let rows = self.add_ons_of_product.load(id).await?.unwrap_or_default();
        Ok(rows.iter().map(|(_, variant)| *variant).collect())
    }

    /// Whether a person has shown to be an adult.
    pub(crate) async fn is_adult(&self, person: UserId) -> Result<bool, GraphError> {
        Ok(self.adults.load(person).await? == Some(true))
    }

    /// A variant with its product, as they are in the database now.
    pub(crate) async fn fresh_variant(&self, id: VariantId) -> Result<Option<VariantOfProduct>, GraphError> {
        self.variants.load(id).await
    }
}

/// What was read a moment ago, or what the loader reads now.
async fn recent_or<K, V>(recent: &Recent<K, V>, loader: &Loader<K, V>, key: K) -> Result<Option<V>, GraphError>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    if let Some(value) = recent.get(&key) {
        return Ok(Some(value));
    }
    let value = loader.load(key).await?;
    if let Some(value) = &value {
        recent.keep(key, value.clone());
    }
    Ok(value)
}

fn by_key<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> K) -> HashMap<K, Arc<R>> {
    rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect()
}

/// Rows by key, each group in the order of the rows.
fn grouped<K: Eq + Hash, R>(rows: impl Iterator<Item = R>, key: impl Fn(&R) -> K) -> HashMap<K, Arc<[R]>> {
    let mut groups: HashMap<K, Vec<R>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups.into_iter().map(|(key, rows)| (key, rows.into())).collect()
}
