//! Who looks for what: gathered in memory, since nobody who searches should wait for a write, and written once a second.
//! What is gathered when a process is killed is lost; nothing but trends is made of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use platform::events::{HandlerError, append_all};
use platform::graph::RequestContext;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Search;
use crate::events::SearchPerformed;
use crate::model::UserId;
use crate::store;

/// How many searches are gathered at most; more are not counted.
const MOST: usize = 5_000;

/// Somebody looked for something.
#[derive(Clone, Debug)]
struct Looked {
    user_id: Option<UserId>,
    results: usize,
}

/// Searches that are not written yet, each person's for a term once.
#[derive(Clone, Default)]
pub(crate) struct Looking(Arc<Mutex<HashMap<(String, Uuid), Looked>>>);

impl Looking {
    /// Gathers a search. Somebody without an account or an address is nobody that could be counted once.
    pub(crate) fn add(&self, term: &str, results: usize, context: &RequestContext) {
        let Some(person) = person(context, Utc::now()) else { return };
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if gathered.len() < MOST {
            let looked = Looked { user_id: context.principal.user_id.map(UserId), results };
            gathered.insert((term.to_lowercase(), person), looked);
        }
    }

    fn take(&self) -> HashMap<(String, Uuid), Looked> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put_back(&self, looked: HashMap<(String, Uuid), Looked>) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, looked) in looked {
            if gathered.len() < MOST {
                gathered.entry(key).or_insert(looked);
            }
        }
    }
}

/// Who asks, as a hash: an account, or for a day a visitor's address. Many behind one address count as one.
fn person(context: &RequestContext, now: DateTime<Utc>) -> Option<Uuid> {
    let text = match (context.principal.user_id, &context.client.ip_address) {
        (Some(user), _) => user.to_string(),
        (None, Some(address)) => format!("{address} {}", now.date_naive()),
        (None, None) => return None,
    };
    let hash = Sha256::digest(text.as_bytes());
    hash.first_chunk::<16>().map(|bytes| Uuid::from_bytes(*bytes))
}

/// Writes what was gathered, and tells of what is new in this hour.
pub(crate) async fn write_searches(search: &Search) -> Result<(), HandlerError> {
    let looked = search.looking.take();
    if looked.is_empty() {
        return Ok(());
    }
    let written = write(search, &looked).await;
    if written.is_err() {
        search.looking.put_back(looked);
    }
    written
}

async fn write(search: &Search, looked: &HashMap<(String, Uuid), Looked>) -> Result<(), HandlerError> {
    let now = Utc::now();
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    let (terms, people): (Vec<String>, Vec<Uuid>) = looked.keys().cloned().unzip();
    let mut connection = search.database.connection().await?;
    connection
        .transaction(async |connection| {
            let new = store::keep_looked_for(connection, hour, &terms, &people).await?;
            let facts = new.into_iter().filter_map(|key| {
                let looked = looked.get(&key)?;
                Some(SearchPerformed { term: key.0, user_id: looked.user_id, results: looked.results, at: now })
            });
            let facts: Vec<SearchPerformed> = facts.collect();
            if facts.is_empty() { Ok(()) } else { append_all(connection, &facts, None).await }
        })
        .await?;
    search.outbox.wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use platform::graph::ClientInfo;

    use super::*;

    fn visitor(address: Option<&str>) -> RequestContext {
        let client = ClientInfo { ip_address: address.map(str::to_owned), ..ClientInfo::default() };
        RequestContext { client: Arc::new(client), ..RequestContext::default() }
    }

    #[test]
    fn a_person_is_gathered_once() {
        let looking = Looking::default();
        for address in ["10.0.0.1", "10.0.0.1", "10.0.0.2"] {
            looking.add("갤럭시", 3, &visitor(Some(address)));
        }
        looking.add("갤럭시", 3, &visitor(None));
        assert_eq!(looking.take().len(), 2);
        assert!(looking.take().is_empty());
    }

    #[test]
    fn visitors_are_others_every_day() {
        let (today, tomorrow) = (Utc::now(), Utc::now() + TimeDelta::days(1));
        let visitor = visitor(Some("10.0.0.1"));
        assert_ne!(person(&visitor, today), person(&visitor, tomorrow));
    }
}
