//! Staff says which words mean the same.

use chrono::Utc;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;

use super::Search;
use crate::error::{Failure, UserErrorCode};
use crate::events::SynonymChanged;
use crate::model::{SynonymId, SynonymRow, UserId};
use crate::rules::words::{normalised, words};
use crate::store;

const LONGEST_TERM: usize = 40;

/// Adds a group.
pub(crate) async fn create_synonym(
    search: &Search,
    terms: &[String],
    context: &RequestContext,
) -> Result<SynonymRow, Failure> {
    let terms = checked(terms, context)?;
    let by = context.principal.user_id.map(UserId);
    let now = Utc::now();
    let row = SynonymRow { id: SynonymId::new(), terms, changed_by: by, created_at: now, changed_at: now };
    let mut connection = search.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::raise_synonyms(connection).await?;
            require_free(connection, &row.terms, None, context).await?;
            store::insert_synonym(connection, &row).await?;
            tell(connection, row.id, &row.terms, context).await
        })
        .await?;
    changed(search);
    Ok(row)
}

/// Gives a group other terms.
pub(crate) async fn update_synonym(
    search: &Search,
    id: SynonymId,
    terms: &[String],
    context: &RequestContext,
) -> Result<SynonymRow, Failure> {
    let terms = checked(terms, context)?;
    let by = context.principal.user_id.map(UserId);
    let mut connection = search.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            store::raise_synonyms(connection).await?;
            require_free(connection, &terms, Some(id), context).await?;
            let row = store::set_terms(connection, id, &terms, by).await?;
            let row = row.ok_or_else(|| UserErrorCode::SynonymNotFound.at(&["synonymId"], context.language))?;
            tell(connection, id, &terms, context).await?;
            Ok::<_, Failure>(row)
        })
        .await?;
    changed(search);
    Ok(row)
}

/// Removes a group.
pub(crate) async fn delete_synonym(search: &Search, id: SynonymId, context: &RequestContext) -> Result<(), Failure> {
    let mut connection = search.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::raise_synonyms(connection).await?;
            if !store::delete_synonym(connection, id).await? {
                return Err(UserErrorCode::SynonymNotFound.at(&["synonymId"], context.language).into());
            }
            tell(connection, id, &[], context).await
        })
        .await?;
    changed(search);
    Ok(())
}

/// The terms as they are kept: in small letters, each once.
fn checked(terms: &[String], context: &RequestContext) -> Result<Vec<String>, Failure> {
    let mut kept: Vec<String> = Vec::new();
    for term in terms {
        let term = normalised(&term.to_lowercase(), LONGEST_TERM + 1);
        if words(&term).is_empty() || term.chars().count() > LONGEST_TERM {
            return Err(UserErrorCode::InvalidTerms.at(&["terms"], context.language).into());
        }
        if !kept.contains(&term) {
            kept.push(term);
        }
    }
    if (2..=20).contains(&kept.len()) {
        return Ok(kept);
    }
    Err(UserErrorCode::InvalidTerms.at(&["terms"], context.language).into())
}

async fn require_free(
    connection: &mut AsyncPgConnection,
    terms: &[String],
    but: Option<SynonymId>,
    context: &RequestContext,
) -> Result<(), Failure> {
    if store::term_taken(connection, terms, but).await? {
        return Err(UserErrorCode::TermTaken.at(&["terms"], context.language).into());
    }
    Ok(())
}

async fn tell(
    connection: &mut AsyncPgConnection,
    synonym_id: SynonymId,
    terms: &[String],
    context: &RequestContext,
) -> Result<(), Failure> {
    let by = context.principal.user_id.map(UserId);
    let fact = SynonymChanged { synonym_id, terms: terms.to_vec(), by, at: Utc::now() };
    append(connection, &fact, context.trace_parent.as_deref()).await?;
    let entry = Entry::on("search", synonym_id).after(json!({ "terms": terms }));
    Ok(audit::of_staff(connection, context, entry).await?)
}

fn changed(search: &Search) {
    search.engine.wake();
    search.outbox.wake();
}
