//! Rows that resolvers ask for one by one, read in batches.

use std::collections::HashMap;
use std::sync::Arc;

use platform::database::Database;
use platform::loader::Loader;

use crate::model::{AccountRow, SessionId, SessionRow, UserId};
use crate::store;

/// One loader per kind of key, for the life of the service.
#[derive(Clone)]
pub(crate) struct Loaders {
    pub(crate) accounts: Loader<UserId, Arc<AccountRow>>,
    pub(crate) sessions: Loader<SessionId, Arc<SessionRow>>,
    pub(crate) living_sessions: Loader<UserId, Arc<[Arc<SessionRow>]>>,
}

impl Loaders {
    pub(crate) fn new(database: &Database) -> Self {
        let [accounts, sessions, living_sessions] = std::array::from_fn(|_| database.clone());
        Self {
            accounts: Loader::new(move |ids: Vec<UserId>| {
                let database = accounts.clone();
                async move {
                    let rows = store::accounts_by_id(&mut *database.connection().await?, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
                }
            }),
            sessions: Loader::new(move |ids: Vec<SessionId>| {
                let database = sessions.clone();
                async move {
                    let rows = store::sessions_by_id(&mut *database.connection().await?, &ids).await?;
                    Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
                }
            }),
            living_sessions: Loader::new(move |users: Vec<UserId>| {
                let database = living_sessions.clone();
                async move {
                    let rows = store::living_sessions_by_user(&mut *database.connection().await?, &users).await?;
                    let mut groups: HashMap<UserId, Vec<Arc<SessionRow>>> = HashMap::new();
                    for row in rows {
                        groups.entry(row.user_id).or_default().push(Arc::new(row));
                    }
                    Ok(groups.into_iter().map(|(user, rows)| (user, rows.into())).collect())
                }
            }),
        }
    }
}
