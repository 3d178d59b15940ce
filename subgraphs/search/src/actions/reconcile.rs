//! Reads all that is on sale, page by page: what was on sale before this service was there, and what no event tells.

use chrono::{TimeDelta, Utc};
use platform::events::HandlerError;
use platform::graph::RequestContext;

use super::Search;
use super::read_products::keep;
use crate::clients::{SearchedProducts, searched_products};
use crate::snapshot::{self, Snapshot};
use crate::store;

const PAGE: i64 = 50;

/// Reads the next page if one is due and nobody else reads it. Returns whether another page follows at once.
pub(crate) async fn reconcile(search: &Search) -> Result<bool, HandlerError> {
    let taken = store::take_page(&mut *search.database.connection().await?).await?;
    let Some((asked, cursor)) = taken else { return Ok(false) };
    let since = Utc::now();
    let variables = searched_products::Variables { first: PAGE, after: cursor };
    let data = search.graph.ask_graph::<SearchedProducts>(variables, &RequestContext::default()).await;
    let data = match data {
        Ok(data) => data,
        Err(error) => {
            // Services and router may not stand yet; the page is due again soon.
            let soon = Utc::now() + TimeDelta::seconds(1);
            store::postpone_page(&mut *search.database.connection().await?, soon).await?;
            return Err(error.into());
        }
    };
    let products = data.products.nodes.into_iter();
    let snapshots: Vec<Snapshot> = products.filter_map(snapshot::searched_products).collect();
    keep(search, &snapshots, &[], &[]).await?;
    search.engine.wake();
    let next = data.products.page_info.end_cursor.filter(|_| data.products.page_info.has_next_page);
    let interval = TimeDelta::from_std(search.settings.reconcile_interval).unwrap_or(TimeDelta::hours(6));
    let due_at = if next.is_some() { Utc::now() } else { Utc::now() + interval };
    let mut connection = search.database.connection().await?;
    let ids: Vec<_> = snapshots.iter().map(|product| product.product_id).collect();
    store::forget_noted(&mut connection, &ids, since).await?;
    store::set_page(&mut connection, asked, next.as_deref(), due_at).await?;
    if next.is_none() {
        // What is listed here but came on no page may be on sale no longer.
        store::note_unseen(&mut connection).await?;
    }
    Ok(next.is_some())
}
