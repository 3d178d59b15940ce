//! Staff take a category out of the tree.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::Catalogue;
use super::change_category::facts;
use crate::error::{Failure, UserErrorCode};
use crate::events::CategoryRemoved;
use crate::model::CategoryId;
use crate::store;

/// Removes a category that has none below it. Its products, in whatever state, come to stand in `merge_into`; without it, a
/// category with products stays.
pub(crate) async fn remove_category(
    catalogue: &Catalogue,
    id: CategoryId,
    merge_into: Option<CategoryId>,
    context: &RequestContext,
) -> Result<CategoryId, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    if merge_into == Some(id) {
        return Err(refused(UserErrorCode::InvalidMerge, "mergeInto"));
    }
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            let tree = store::lock_tree(connection).await?;
            let index = tree.find(id).ok_or_else(|| refused(UserErrorCode::CategoryNotFound, "categoryId"))?;
            if merge_into.is_some_and(|other| tree.find(other).is_none()) {
                return Err(refused(UserErrorCode::CategoryNotFound, "mergeInto"));
            }
            let used = store::has_products(connection, id).await?;
            if !tree.node(index).children.is_empty() || used && merge_into.is_none() {
                return Err(refused(UserErrorCode::CategoryNotEmpty, "categoryId"));
            }
            let merged_into = merge_into.filter(|_| used);
            let mut moved = 0;
            if let Some(other) = merged_into {
                moved = store::move_products(connection, id, other).await?;
                store::level_products(connection, other).await?;
            }
            store::delete_category(connection, id).await?;
            let after = json!({ "mergedInto": merged_into, "products": moved });
            let entry = Entry::on("product", id).before(facts(&tree.node(index).row)).after(after);
            audit::of_staff(connection, context, entry).await?;
            let fact = CategoryRemoved { category_id: id, merged_into };
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.categories.forget().await;
    catalogue.recent.forget_products();
    catalogue.outbox.wake();
    Ok(id)
}
