//! Reads products of which something was heard from their owners. What is written is what is true now, so that events may
//! come twice and in any order.

use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use futures::StreamExt as _;
use platform::errors::GraphError;
use platform::events::HandlerError;
use platform::graph::RequestContext;

use super::Search;
use crate::clients::{SearchedProduct, searched_product};
use crate::model::ProductId;
use crate::snapshot::{self, Snapshot};
use crate::store::{self, MarkSeen, ToRead, Unlist};

/// How many products are taken at once.
const BATCH: i64 = 50;
/// How many are read at once.
const AT_ONCE: usize = 8;

/// Reads products that are due. Returns whether more may be due.
pub(crate) async fn read_products(search: &Search) -> Result<bool, HandlerError> {
    let taken = store::take_products(&mut *search.database.connection().await?, BATCH).await?;
    let full = taken.len() == usize::try_from(BATCH).unwrap_or(usize::MAX);
    let (mut read, mut snapshots, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    let reads = taken.iter().copied().map(|product| async move {
        let outcome = read_product(search, product.product_id).await;
        (product, outcome)
    });
    let outcomes: Vec<_> = futures::stream::iter(reads).buffer_unordered(AT_ONCE).collect().await;
    let mut failed: Option<(usize, HandlerError)> = None;
    for (product, outcome) in outcomes {
        match outcome {
            Ok(Some(snapshot)) => snapshots.push(snapshot),
            Ok(None) => gone.push(product.product_id),
            Err(error) => {
                // It is due again when its lease is over.
                failed = Some((failed.map_or(1, |(count, _)| count + 1), error));
                continue;
            }
        }
        read.push(product);
    }
    if let Some((count, error)) = failed {
        tracing::warn!(count, %error, "products will be read again");
    }
    if !read.is_empty() {
        keep(search, &snapshots, &gone, &read).await?;
        search.engine.wake();
    }
    Ok(full)
}

async fn read_product(search: &Search, id: ProductId) -> Result<Option<Snapshot>, HandlerError> {
    let variables = searched_product::Variables { id: id.to_string() };
    let data = search.graph.ask_graph::<SearchedProduct>(variables, &RequestContext::default()).await?;
    match data.product {
        None => Ok(None),
        Some(product) => match snapshot::searched_product(product) {
            Some(snapshot) => Ok(Some(snapshot)),
            None => Err(GraphError::internal(format_args!("{id} came with an id that is none of ours")).into()),
        },
    }
}

/// Writes what was read.
pub(crate) async fn keep(
    search: &Search,
    snapshots: &[Snapshot],
    gone: &[ProductId],
    read: &[ToRead],
) -> Result<(), HandlerError> {
    let (products, variants) = Snapshot::statements(snapshots);
    let (unlist, seen) = (Unlist { ids: gone.to_vec() }, MarkSeen { ids: products.ids.clone() });
    let mut connection = search.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::lock_changes(connection).await?;
            products.execute(connection).await?;
            variants.execute(connection).await?;
            seen.execute(connection).await?;
            unlist.execute(connection).await?;
            store::forget_read(connection, read).await
        })
        .await?;
    metrics::counter!("search_products_read_total").increment((snapshots.len() + gone.len()) as u64);
    Ok(())
}
