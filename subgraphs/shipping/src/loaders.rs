//! Batched reads for entity resolvers and nested fields.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use platform::database::Database;
use platform::errors::GraphError;
use platform::loader::Loader;

use crate::model::{
    BundleGroupRow, LineId, Policy, PolicyId, ProductId, SellerId, ShipmentId, ShipmentLineRow, ShipmentRow,
    StateChangeRow, TrackingEventRow,
};
use crate::store;

/// One loader per kind of key.
pub(crate) struct Loaders {
    pub(crate) shipments: Loader<ShipmentId, Arc<ShipmentRow>>,
    pub(crate) shipments_of_lines: Loader<LineId, Arc<ShipmentRow>>,
    pub(crate) all_shipments_of_lines: Loader<LineId, Vec<Arc<ShipmentRow>>>,
    pub(crate) lines: Loader<ShipmentId, Vec<ShipmentLineRow>>,
    pub(crate) scans: Loader<ShipmentId, Vec<TrackingEventRow>>,
    pub(crate) changes: Loader<ShipmentId, Vec<StateChangeRow>>,
    pub(crate) policies: Loader<PolicyId, Arc<Policy>>,
    pub(crate) policies_of_sellers: Loader<SellerId, Vec<Arc<Policy>>>,
    pub(crate) policies_of_products: Loader<ProductId, Arc<Policy>>,
    pub(crate) groups_of_sellers: Loader<SellerId, Vec<BundleGroupRow>>,
}

/// A loader that reads with a query of the store and makes a map of what it finds.
macro_rules! loader {
    ($database:expr, $query:path, $collect:expr) => {{
        let database = $database.clone();
        Loader::new(move |ids: Vec<_>| {
            let database = database.clone();
            async move {
                let rows = $query(&mut *database.connection().await?, &ids).await?;
                Ok::<_, GraphError>($collect(rows))
            }
        })
    }};
}

fn grouped<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Vec<V>> {
    let mut found: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        found.entry(key(&row)).or_default().push(row);
    }
    found
}

fn single<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Arc<V>> {
    rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect()
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let paired = |rows: Vec<(LineId, ShipmentRow)>| rows.into_iter().map(|(id, row)| (id, Arc::new(row))).collect();
        let all = |rows: Vec<(LineId, ShipmentRow)>| {
            let mut found: HashMap<LineId, Vec<Arc<ShipmentRow>>> = HashMap::new();
            for (id, row) in rows {
                found.entry(id).or_default().push(Arc::new(row));
            }
            found
        };
        let of_products =
            |rows: Vec<(ProductId, Policy)>| rows.into_iter().map(|(id, row)| (id, Arc::new(row))).collect();
        let of_sellers = |rows: Vec<Policy>| grouped(rows.into_iter().map(Arc::new).collect(), |row| row.row.seller_id);
        Self {
            shipments: loader!(database, store::shipments_by_id, |rows| single(rows, |row: &ShipmentRow| row.id)),
            shipments_of_lines: loader!(database, store::shipments_by_line, paired),
            all_shipments_of_lines: loader!(database, store::all_shipments_by_line, all),
            lines: loader!(database, store::lines_of, |rows| grouped(rows, |row: &ShipmentLineRow| row.shipment_id)),
            scans: loader!(database, store::scans_of, |rows| grouped(rows, |row: &TrackingEventRow| row.shipment_id)),
            changes: loader!(database, store::changes_of, |rows| grouped(rows, |row: &StateChangeRow| row.shipment_id)),
            policies: loader!(database, store::policies_by_id, |rows| single(rows, |row: &Policy| row.row.id)),
            policies_of_sellers: loader!(database, store::policies_by_seller, of_sellers),
            policies_of_products: loader!(database, store::policies_by_product, of_products),
            groups_of_sellers: loader!(database, store::groups_by_seller, |rows| grouped(
                rows,
                |row: &BundleGroupRow| row.seller_id
            )),
        }
    }
}
