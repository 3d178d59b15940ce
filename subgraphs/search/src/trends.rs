//! What people look for at the moment.

use std::sync::Arc;

use chrono::TimeDelta;
use platform::database::Database;
use platform::errors::GraphError;
use platform::recent::Recent;

use crate::settings::SearchSettings;
use crate::store::{self, TrendRow};

/// How many terms are known as trending.
const MOST: i64 = 100;

/// A list that was read a moment ago, or is read now.
#[derive(Clone)]
pub(crate) struct Trends {
    database: Database,
    window: TimeDelta,
    people: i64,
    recent: Recent<(), Arc<[TrendRow]>>,
}

impl Trends {
    pub(crate) fn new(database: Database, settings: &SearchSettings) -> Self {
        let window = TimeDelta::from_std(settings.trending_window).unwrap_or(TimeDelta::hours(24));
        let recent = Recent::new(1, settings.trending_lifetime);
        Self { database, window, people: settings.trending_people.into(), recent }
    }

    /// The terms that most people look for, the most first.
    pub(crate) async fn list(&self) -> Result<Arc<[TrendRow]>, GraphError> {
        if let Some(rows) = self.recent.get(&()) {
            return Ok(rows);
        }
        let mut connection = self.database.connection().await?;
        let rows: Arc<[TrendRow]> = store::trends(&mut connection, self.window, self.people, MOST).await?.into();
        self.recent.keep((), Arc::clone(&rows));
        Ok(rows)
    }

    /// From when on searches are of no use any more.
    pub(crate) fn kept_since(&self) -> chrono::DateTime<chrono::Utc> {
        chrono::Utc::now() - self.window * 2 - TimeDelta::hours(2)
    }
}
