//! Rows that resolvers ask for one by one, read in batches.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use platform::database::Database;
use platform::loader::Loader;

use crate::model::{
    ItemChangeRow, ItemId, ItemRow, PayoutChangeRow, PayoutId, PayoutRow, RateId, RateRow, SettlementId, SettlementRow,
};
use crate::store;

/// One loader per kind of key, for the life of the service.
#[derive(Clone)]
pub(crate) struct Loaders {
    pub(crate) settlements: Loader<SettlementId, SettlementRow>,
    pub(crate) payouts: Loader<PayoutId, PayoutRow>,
    /// The payout of a statement.
    pub(crate) payouts_of: Loader<SettlementId, PayoutRow>,
    pub(crate) payout_changes: Loader<PayoutId, Arc<[PayoutChangeRow]>>,
    pub(crate) items: Loader<ItemId, ItemRow>,
    pub(crate) holds: Loader<ItemId, Arc<[ItemChangeRow]>>,
    pub(crate) rates: Loader<RateId, RateRow>,
}

/// A loader that reads `$rows` and keys each by `$key`.
macro_rules! loader {
    ($database:ident, $rows:path, $collect:ident, $key:expr) => {{
        let database = $database.clone();
        Loader::new(move |ids: Vec<_>| {
            let database = database.clone();
            async move { Ok($collect($rows(&mut *database.connection().await?, &ids).await?, $key)) }
        })
    }};
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        Self {
            settlements: loader!(database, store::settlements_by_id, keyed, |row: &SettlementRow| row.id),
            payouts: loader!(database, store::payouts_by_id, keyed, |row: &PayoutRow| row.id),
            payouts_of: loader!(database, store::payouts_by_settlement, keyed, |row: &PayoutRow| row.settlement_id),
            payout_changes: loader!(database, store::payout_changes, grouped, |row: &PayoutChangeRow| row.payout_id),
            items: loader!(database, store::items_by_id, keyed, |row: &ItemRow| row.id),
            holds: loader!(database, store::holds, grouped, |row: &ItemChangeRow| row.item_id),
            rates: loader!(database, store::rates_by_id, keyed, |row: &RateRow| row.id),
        }
    }
}

fn keyed<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, T> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// Rows by key, each group in the order of the rows.
fn grouped<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Arc<[T]>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups.into_iter().map(|(key, rows)| (key, rows.into())).collect()
}
