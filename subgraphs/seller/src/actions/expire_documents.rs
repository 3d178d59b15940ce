//! What becomes of documents by themselves: sellers are told before they end, and restricted when they have ended.

use chrono::{Days, NaiveDate, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::audit::{self, Entry};
use platform::business_days::day_in_seoul;
use platform::errors::GraphError;
use platform::events::append;
use platform::jobs::every;
use tokio_util::sync::CancellationToken;

use super::State;
use crate::events::{SellerDocumentExpired, SellerDocumentExpiring, SellerStateChanged};
use crate::model::{DocumentId, DocumentRow, NewStateChange, SellerId, SellerState};
use crate::rules::{self, Command};
use crate::settings::SellerSettings;
use crate::store;

/// How many documents, or sellers, are looked at in one transaction.
const BATCH: i64 = 200;

/// Looks through documents until `shutdown`.
pub(crate) async fn watch_documents(state: State, settings: SellerSettings, shutdown: CancellationToken) {
    let look = || once(&state, &settings, day_in_seoul(Utc::now()));
    every("watch sellers' documents", settings.document_check, &shutdown, look).await;
}

async fn once(state: &State, settings: &SellerSettings, today: NaiveDate) -> Result<(), GraphError> {
    let days = settings.document_warning.as_secs() / 86_400;
    let until = today.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    let mut connection = state.database.connection().await?;
    while connection.transaction(async |connection| warn(connection, today, until).await).await? {}
    loop {
        let sellers = store::sellers_with_ended_documents(&mut connection, today, BATCH).await?;
        if sellers.is_empty() {
            break;
        }
        for seller in sellers {
            connection.transaction(async |connection| expire(connection, seller, today).await).await?;
        }
    }
    drop(connection);
    state.outbox.wake();
    Ok(())
}

/// Tells sellers of documents that end soon; whether there were any.
async fn warn(connection: &mut AsyncPgConnection, today: NaiveDate, until: NaiveDate) -> Result<bool, GraphError> {
    let ending = store::documents_to_warn_of(connection, today, until, BATCH).await?;
    for (document, seller) in &ending {
        let Some(expires_on) = document.expires_on else { continue };
        append(connection, &SellerDocumentExpiring::of(seller, document.kind, expires_on), None).await?;
    }
    let ids: Vec<DocumentId> = ending.iter().map(|(document, _)| document.id).collect();
    store::set_warned(connection, &ids, Utc::now()).await?;
    Ok(!ending.is_empty())
}

/// Tells a seller of documents that have ended. One who may put goods on sale may so no more.
async fn expire(connection: &mut AsyncPgConnection, id: SellerId, today: NaiveDate) -> Result<(), GraphError> {
    let Some(before) = store::lock_seller(connection, id).await? else { return Ok(()) };
    // Renewed, or told of, since it was found.
    let ended = store::ended_documents(connection, id, today).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let now = Utc::now();
    let untold: Vec<&DocumentRow> = ended.iter().filter(|document| document.expired_at.is_none()).collect();
    for document in &untold {
        let Some(expires_on) = document.expires_on else { continue };
        append(connection, &SellerDocumentExpired::of(&before, document.kind, expires_on), None).await?;
    }
    let ids: Vec<DocumentId> = untold.iter().map(|document| document.id).collect();
    store::set_expired(connection, &ids, now).await?;
    let restricted =
        (before.state == SellerState::Active).then(|| rules::transition(before.state, Command::Restrict)).flatten();
    let Some(to) = restricted else { return Ok(()) };
    let reason = rules::ended_reason(ended.iter().map(|document| (document.kind, document.expires_on)));
    let after = store::set_state(connection, id, to, now).await?;
    let change = NewStateChange {
        seller_id: id,
        from_state: Some(before.state),
        to_state: to,
        reason: Some(&reason),
        changed_by: None,
        changed_at: now,
    };
    store::insert_state_changes(connection, std::slice::from_ref(&change)).await?;
    let entry = Entry::on("seller", id).because(reason.as_str()).moved(before.state, to);
    audit::of_service(connection, "expireSellerDocument", entry).await?;
    append(connection, &SellerStateChanged::of(&after, before.state), None).await?;
    Ok(())
}
