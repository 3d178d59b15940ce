//! Profiles, sealed under their people's keys.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use platform::errors::GraphError;
use platform::keyset;
use platform::paging::PageRequest;
use platform::seal::SealingKey;

use super::ListKey;
use crate::model::{Person, ProfileRow, StoredProfile, UserId};
use crate::schema::{person_key, profile};
use crate::vault::Vault;

/// Which people a list is about.
#[derive(Clone, Default)]
pub(crate) struct UserFilter {
    /// What the e-mail address begins with.
    pub(crate) email: Option<String>,
    /// A part of the name.
    pub(crate) name: Option<String>,
}

impl UserFilter {
    fn query<'a>(&self, vault: &Vault) -> profile::BoxedQuery<'a, diesel::pg::Pg> {
        let mut query = profile::table.into_boxed();
        if let Some(email) = &self.email
            && let Some(token) = vault.token_of_email(email)
        {
            query = query.filter(profile::search_tokens.contains(vec![token]));
        }
        if let Some(name) = &self.name {
            let tokens = vault.tokens_of_name(name);
            if !tokens.is_empty() {
                query = query.filter(profile::search_tokens.contains(tokens));
            }
        }
        query
    }
}

fn opened(vault: &Vault, row: StoredProfile, keys: &HashMap<UserId, Vec<u8>>) -> Result<ProfileRow, GraphError> {
    let person = match (&row.sealed, keys.get(&row.id)) {
        (Some(sealed), Some(kept)) => Some(Vault::open(&vault.open_key(row.id.0, kept)?, row.id.0, sealed)?),
        _ => None,
    };
    Ok(ProfileRow { id: row.id, person, created_at: row.created_at, updated_at: row.updated_at })
}

/// The keys of these people, as they are kept.
pub(super) async fn kept_keys(
    connection: &mut AsyncPgConnection,
    people: &[UserId],
) -> QueryResult<HashMap<UserId, Vec<u8>>> {
    let query = person_key::table.filter(person_key::user_id.eq_any(people));
    let rows: Vec<(UserId, Vec<u8>)> =
        query.select((person_key::user_id, person_key::wrapped)).load(connection).await?;
    Ok(rows.into_iter().collect())
}

/// The keys of these people; made for those who have none. Call it for people who are there, and in a transaction that
/// holds their profiles.
pub(crate) async fn ensure_keys(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    people: &[UserId],
) -> Result<HashMap<UserId, SealingKey>, GraphError> {
    let known = kept_keys(connection, people).await?;
    let mut keys = HashMap::with_capacity(people.len());
    let mut made = Vec::new();
    for id in people.iter().copied().collect::<HashSet<_>>() {
        let key = match known.get(&id) {
            Some(kept) => vault.open_key(id.0, kept)?,
            None => {
                let (key, kept) = vault.new_key(id.0)?;
                made.push((person_key::user_id.eq(id), person_key::wrapped.eq(kept)));
                key
            }
        };
        keys.insert(id, key);
    }
    if !made.is_empty() {
        diesel::insert_into(person_key::table).values(made).execute(connection).await?;
    }
    Ok(keys)
}

async fn open_all(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    rows: Vec<StoredProfile>,
) -> Result<Vec<ProfileRow>, GraphError> {
    let sealed: Vec<UserId> = rows.iter().filter(|row| row.sealed.is_some()).map(|row| row.id).collect();
    let keys = if sealed.is_empty() { HashMap::new() } else { kept_keys(connection, &sealed).await? };
    rows.into_iter().map(|row| opened(vault, row, &keys)).collect()
}

/// One page of people, the newest first, in reading order.
pub(crate) async fn profiles_page(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    filter: &UserFilter,
    page: &PageRequest<ListKey>,
) -> Result<Vec<ProfileRow>, GraphError> {
    let query = keyset!(filter.query(vault), profile::created_at, profile::id, page.from, !page.backward);
    let rows = query.limit(page.rows_to_read()).select(StoredProfile::as_select()).load(connection).await?;
    open_all(connection, vault, rows).await
}

pub(crate) async fn profiles_count(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    filter: &UserFilter,
) -> QueryResult<i64> {
    filter.query(vault).count().get_result(connection).await
}

pub(crate) async fn profiles_by_id(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    ids: &[UserId],
) -> Result<Vec<ProfileRow>, GraphError> {
    let query = profile::table.filter(profile::id.eq_any(ids)).select(StoredProfile::as_select());
    let rows = query.load(connection).await?;
    open_all(connection, vault, rows).await
}

/// Inserts those people who are new, and returns their ids. Call it inside a transaction.
pub(crate) async fn insert_new_profiles(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    rows: &[ProfileRow],
) -> Result<Vec<UserId>, GraphError> {
    let mut inserted = Vec::new();
    let mut kept_keys = Vec::new();
    let mut values = Vec::new();
    for row in rows {
        let Some(person) = &row.person else { continue };
        let (key, kept) = vault.new_key(row.id.0)?;
        values.push((
            profile::id.eq(row.id),
            profile::sealed.eq(Vault::seal(&key, row.id.0, person)?),
            profile::search_tokens.eq(vault.tokens(&person.email, &person.name)),
            profile::created_at.eq(row.created_at),
            profile::updated_at.eq(row.updated_at),
        ));
        kept_keys.push((row.id, kept));
    }
    if !values.is_empty() {
        inserted = diesel::insert_into(profile::table)
            .values(values)
            .on_conflict(profile::id)
            .do_nothing()
            .returning(profile::id)
            .get_results(connection)
            .await?;
    }
    let is_new: HashSet<UserId> = inserted.iter().copied().collect();
    let keys: Vec<_> = kept_keys
        .into_iter()
        .filter(|(id, _)| is_new.contains(id))
        .map(|(id, kept)| (person_key::user_id.eq(id), person_key::wrapped.eq(kept)))
        .collect();
    if !keys.is_empty() {
        diesel::insert_into(person_key::table).values(keys).execute(connection).await?;
    }
    Ok(inserted)
}

/// Locks what belongs to a person for a change, and returns the profile; `None` when there is no such person, or none any
/// more.
pub(crate) async fn lock_profile(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    user: UserId,
) -> Result<Option<ProfileRow>, GraphError> {
    let query = profile::table.find(user).filter(profile::withdrawn_at.is_null()).for_no_key_update();
    let row = query.select(StoredProfile::as_select()).first(connection).await.optional()?;
    Ok(open_all(connection, vault, row.into_iter().collect()).await?.pop())
}

/// Writes a person's profile anew, sealed. Call it under the profile's lock.
pub(crate) async fn set_person(
    connection: &mut AsyncPgConnection,
    vault: &Vault,
    user: UserId,
    person: &Person,
    updated_at: DateTime<Utc>,
) -> Result<(), GraphError> {
    let keys = ensure_keys(connection, vault, &[user]).await?;
    let key = keys.get(&user).ok_or_else(|| GraphError::internal("a person without a key"))?;
    diesel::update(profile::table.find(user))
        .set((
            profile::sealed.eq(Vault::seal(key, user.0, person)?),
            profile::search_tokens.eq(vault.tokens(&person.email, &person.name)),
            profile::updated_at.eq(updated_at),
        ))
        .execute(connection)
        .await?;
    Ok(())
}
