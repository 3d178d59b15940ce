//! Recording who looks at a person's data.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::{HandlerError, first_delivery};
use uuid::Uuid;

use crate::events::PersonalDataViewed;
use crate::model::{ApiClientId, DataViewRow, UserId, Viewed, ViewerKind};
use crate::store;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 200;

fn kept(reason: &str) -> Option<String> {
    let reason = reason.trim();
    (!reason.is_empty()).then(|| reason.chars().take(LONGEST_REASON).collect())
}

/// Records that staff looks at these people's data, before it does: what cannot be recorded is not shown.
pub(crate) async fn record_views(
    database: &Database,
    users: &[UserId],
    viewer: UserId,
    what: Viewed,
    reason: Option<&str>,
) -> Result<(), GraphError> {
    let viewed_at = Utc::now();
    let rows: Vec<DataViewRow> = users
        .iter()
        .map(|user| DataViewRow {
            id: Uuid::now_v7(),
            user_id: *user,
            viewer_id: viewer.0,
            viewer_kind: ViewerKind::Staff,
            seller_id: None,
            what,
            reason: reason.and_then(kept),
            viewed_at,
        })
        .collect();
    store::insert_views(&mut *database.connection().await?, &rows).await?;
    metrics::counter!("user_data_views_total").increment(rows.len() as u64);
    Ok(())
}

/// Records what another service tells.
pub(crate) async fn hear_view(
    database: &Database,
    event_id: Uuid,
    fact: PersonalDataViewed,
) -> Result<(), HandlerError> {
    let viewer_id = match fact.viewer_kind {
        ViewerKind::SellerProgram => fact.viewer_id.parse::<ApiClientId>().map(|id| id.0),
        ViewerKind::Staff | ViewerKind::Seller => fact.viewer_id.parse::<UserId>().map(|id| id.0),
    };
    let row = DataViewRow {
        id: event_id,
        user_id: fact.user_id,
        viewer_id: viewer_id.map_err(|error| HandlerError(error.to_string()))?,
        viewer_kind: fact.viewer_kind,
        seller_id: fact.seller_id,
        what: Viewed::OrderAddress,
        reason: fact.reason.as_deref().and_then(kept),
        viewed_at: fact.viewed_at,
    };
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            if first_delivery(connection, event_id, "user").await? {
                store::insert_views(connection, std::slice::from_ref(&row)).await?;
            }
            Ok::<_, GraphError>(())
        })
        .await?;
    Ok(())
}
