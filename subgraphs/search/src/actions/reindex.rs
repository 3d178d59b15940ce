//! Staff has the indexes built anew.

use chrono::Utc;
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::graph::RequestContext;

use super::Search;
use crate::error::Failure;
use crate::events::ReindexRequested;
use crate::model::UserId;
use crate::store;

/// Has every replica build its index anew, and all products be read anew before if `read_anew`. Returns the generation.
pub(crate) async fn reindex(search: &Search, read_anew: bool, context: &RequestContext) -> Result<i64, Failure> {
    let by = context.principal.user_id.map(UserId);
    let mut connection = search.database.connection().await?;
    let generation = connection
        .transaction(async |connection| {
            let generation = store::raise_generation(connection).await?;
            if read_anew {
                store::reconcile_now(connection).await?;
            }
            let fact = ReindexRequested { generation, read_anew, by, at: Utc::now() };
            append(connection, &fact, context.trace_parent.as_deref()).await?;
            let entry = Entry::on("search", "index").after(json!({ "generation": generation, "readAnew": read_anew }));
            audit::of_staff(connection, context, entry).await?;
            Ok::<_, Failure>(generation)
        })
        .await?;
    search.engine.wake();
    search.outbox.wake();
    Ok(generation)
}
