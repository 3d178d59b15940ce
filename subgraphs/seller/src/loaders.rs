//! Rows that resolvers ask for one by one, read in batches.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use platform::database::Database;
use platform::loader::Loader;

use crate::model::{DocumentRow, MemberRow, ParticularsRequestRow, SellerId, SellerRow, StateChangeRow, UserId};
use crate::store;

/// One loader per kind of key, for the life of the service.
#[derive(Clone)]
pub(crate) struct Loaders {
    pub(crate) sellers: Loader<SellerId, Arc<SellerRow>>,
    pub(crate) members: Loader<SellerId, Arc<[MemberRow]>>,
    pub(crate) memberships: Loader<UserId, Arc<[MemberRow]>>,
    pub(crate) state_changes: Loader<SellerId, Arc<[StateChangeRow]>>,
    pub(crate) documents: Loader<SellerId, Arc<[DocumentRow]>>,
    pub(crate) particulars_requests: Loader<SellerId, Arc<[ParticularsRequestRow]>>,
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let [sellers, members, memberships, state_changes, documents, requests] =
            std::array::from_fn(|_| database.clone());
        Self {
            sellers: Loader::new(move |ids: Vec<SellerId>| {
                let database = sellers.clone();
                async move {
                    let rows = store::sellers_by_id(&mut *database.connection().await?, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
                }
            }),
            members: Loader::new(move |ids: Vec<SellerId>| {
                let database = members.clone();
                async move {
                    let rows = store::members_by_seller(&mut *database.connection().await?, &ids).await?;
                    Ok(grouped(rows, |row| row.seller_id))
                }
            }),
            memberships: Loader::new(move |users: Vec<UserId>| {
                let database = memberships.clone();
                async move {
                    let rows = store::memberships_by_user(&mut *database.connection().await?, &users).await?;
                    Ok(grouped(rows, |row| row.user_id))
                }
            }),
            state_changes: Loader::new(move |ids: Vec<SellerId>| {
                let database = state_changes.clone();
                async move {
                    let rows = store::state_changes_by_seller(&mut *database.connection().await?, &ids).await?;
                    Ok(grouped(rows, |row| row.seller_id))
                }
            }),
            documents: Loader::new(move |ids: Vec<SellerId>| {
                let database = documents.clone();
                async move {
                    let rows = store::documents_by_seller(&mut *database.connection().await?, &ids).await?;
                    Ok(grouped(rows, |row| row.seller_id))
                }
            }),
            particulars_requests: Loader::new(move |ids: Vec<SellerId>| {
                let database = requests.clone();
                async move {
                    let rows = store::particulars_requests_by_seller(&mut *database.connection().await?, &ids).await?;
                    Ok(grouped(rows, |row| row.seller_id))
                }
            }),
        }
    }
}

/// Rows by key, each group in the order of the rows.
fn grouped<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Arc<[T]>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups.into_iter().map(|(key, rows)| (key, rows.into())).collect()
}
