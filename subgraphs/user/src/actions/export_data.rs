//! Giving a person everything that the market holds about them, as one document.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use futures::future::join_all;
use platform::events::append;
use platform::identity::require_proof_within;
use tokio::time::{Instant, timeout_at};

use super::{Caller, State};
use crate::clients::{ForeignSection, SECTIONS, Wanted};
use crate::document::{Document, Section, SectionState, entries_at};
use crate::error::{ErrorCode, Refusal};
use crate::events::UserDataExported;
use crate::model::{Person, ProfileRow};
use crate::{own_data, store};

/// How many entries are asked for at once.
const PAGE: usize = 100;

/// Writes the document. That it is made is recorded, and told, before anything is read: what cannot be recorded is not
/// given. What other services hold is asked of them as the person; one that does not answer leaves its section
/// incomplete, and the document says so.
pub(crate) async fn export_data(state: State, caller: Caller) -> Result<Document, Refusal> {
    // A stolen session must not take everything, also that of somebody who is asked for no proof otherwise.
    require_proof_within(&caller.context, state.settings.export_proof_lifetime)?;
    let exported_at = Utc::now();
    let deadline = Instant::now() + state.settings.export_timeout;
    let (profile, person) = admit(&state, &caller, exported_at).await?;
    state.outbox.wake();
    let foreign = SECTIONS.iter().map(|section| foreign_section(&state, &caller, section, deadline));
    let own = own_data::sections(&state, &profile, &person);
    let (own, foreign) = tokio::join!(own, join_all(foreign));
    let mut sections: BTreeMap<&'static str, Section> = own?;
    sections.extend(SECTIONS.iter().map(|section| section.name).zip(foreign));
    let document = Document::new(caller.user, exported_at, sections);
    let outcome = if document.complete { "complete" } else { "incomplete" };
    metrics::counter!("user_data_exports_total", "outcome" => outcome).increment(1);
    Ok(document)
}

/// Records the export of a person who is there, unless there were too many lately.
async fn admit(state: &State, caller: &Caller, at: DateTime<Utc>) -> Result<(ProfileRow, Person), Refusal> {
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let not_found = || ErrorCode::UserNotFound.at(&[], caller.language());
            let profile = store::lock_profile(connection, &state.vault, caller.user).await?.ok_or_else(not_found)?;
            let person = profile.person.clone().ok_or_else(not_found)?;
            let lately = store::exports_since(connection, caller.user, at - TimeDelta::hours(24)).await?;
            if lately >= i64::from(state.settings.exports_per_day) {
                return Err(ErrorCode::TooManyExports.at(&[], caller.language()).worth_retrying().into());
            }
            store::insert_export(connection, caller.user, at).await?;
            let fact = UserDataExported { user_id: caller.user, exported_at: at };
            append(connection, &fact, caller.context.trace_parent.as_deref()).await?;
            Ok::<_, Refusal>((profile, person))
        })
        .await
}

/// Reads what another service holds, page by page, until its end, the limit, or the deadline.
async fn foreign_section(state: &State, caller: &Caller, section: &ForeignSection, deadline: Instant) -> Section {
    let limit = state.settings.export_entries;
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let first = i64::try_from(PAGE.min(limit.saturating_sub(entries.len()))).unwrap_or_default();
        let wanted = Wanted { first, after: after.clone() };
        let page = match timeout_at(deadline, (section.read)(&state.graph, wanted, &caller.context)).await {
            Ok(Ok(data)) => entries_at(data, section.at).ok_or_else(|| "an answer of another shape".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        };
        // A page that leads to itself would never end.
        let page = page.and_then(|page| match &page.next {
            Some(next) if after.as_ref() == Some(next) => Err("a page that leads to itself".to_owned()),
            _ => Ok(page),
        });
        match page {
            Ok(page) => {
                entries.extend(page.entries);
                if page.next.is_none() || entries.len() >= limit {
                    return Section::up_to(entries, page.next);
                }
                after = page.next;
            }
            Err(error) => {
                tracing::warn!(section = section.name, error, "a section of an export is not complete");
                return Section { state: SectionState::Unavailable, entries, continue_after: after };
            }
        }
    }
}
