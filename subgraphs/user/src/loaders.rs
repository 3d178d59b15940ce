//! Rows that resolvers ask for one by one, read in batches.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use chrono::Utc;
use platform::database::Database;
use platform::loader::Loader;

use crate::model::{AddressId, AddressRow, AdultRow, ConsentRow, ProfileRow, UserId};
use crate::store;
use crate::vault::Vault;

/// One loader per kind of key, for the life of the service.
#[derive(Clone)]
pub(crate) struct Loaders {
    pub(crate) profiles: Loader<UserId, Arc<ProfileRow>>,
    pub(crate) addresses: Loader<AddressId, Arc<AddressRow>>,
    pub(crate) addresses_of_user: Loader<UserId, Arc<[Arc<AddressRow>]>>,
    pub(crate) consents: Loader<UserId, Arc<[Arc<ConsentRow>]>>,
    /// Those who have shown to be adults, while that holds.
    pub(crate) adults: Loader<UserId, Arc<AdultRow>>,
}

impl Loaders {
    pub(crate) fn new(database: &Database, vault: &Vault) -> Self {
        let [profiles, addresses, addresses_of_user, consents, adults] = std::array::from_fn(|_| database.clone());
        let [vault_1, vault_2, vault_3] = std::array::from_fn(|_| vault.clone());
        Self {
            profiles: Loader::new(move |ids: Vec<UserId>| {
                let (database, vault) = (profiles.clone(), vault_1.clone());
                async move {
                    let rows = store::profiles_by_id(&mut *database.connection().await?, &vault, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
                }
            }),
            addresses: Loader::new(move |ids: Vec<AddressId>| {
                let (database, vault) = (addresses.clone(), vault_2.clone());
                async move {
                    let rows = store::addresses_by_id(&mut *database.connection().await?, &vault, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
                }
            }),
            addresses_of_user: Loader::new(move |users: Vec<UserId>| {
                let (database, vault) = (addresses_of_user.clone(), vault_3.clone());
                async move {
                    let rows = store::addresses_by_user(&mut *database.connection().await?, &vault, &users).await?;
                    Ok(grouped(rows, |row| row.user_id))
                }
            }),
            consents: Loader::new(move |users: Vec<UserId>| {
                let database = consents.clone();
                async move {
                    let rows = store::consents_by_user(&mut *database.connection().await?, &users).await?;
                    Ok(grouped(rows, |row| row.user_id))
                }
            }),
            adults: Loader::new(move |users: Vec<UserId>| {
                let database = adults.clone();
                async move {
                    let rows = store::adults_by_id(&mut *database.connection().await?, &users, Utc::now()).await?;
                    Ok(rows.into_iter().map(|row| (row.user_id, Arc::new(row))).collect())
                }
            }),
        }
    }
}

/// Rows by key, each group in the order of the rows.
fn grouped<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Arc<[Arc<T>]>> {
    let mut groups: HashMap<K, Vec<Arc<T>>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(Arc::new(row));
    }
    groups.into_iter().map(|(key, rows)| (key, rows.into())).collect()
}
