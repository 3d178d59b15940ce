//! Staff extend the category tree.

use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::Catalogue;
use crate::error::{Failure, UserErrorCode};
use crate::events::CategoryCreated;
use crate::model::{CategoryId, CategoryRow};
use crate::rules::{TREE_DEPTH, is_name, is_slug};
use crate::store;

/// A category as it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct NewCategory {
    pub(crate) parent_id: Option<CategoryId>,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) position: i32,
}

/// Adds a category to the tree.
pub(crate) async fn create_category(
    catalogue: &Catalogue,
    new: NewCategory,
    context: &RequestContext,
) -> Result<CategoryId, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    if !is_slug(&new.slug) {
        return Err(refused(UserErrorCode::InvalidSlug, "slug"));
    }
    if !is_name(&new.name) {
        return Err(refused(UserErrorCode::InvalidName, "name"));
    }
    let row = CategoryRow {
        id: CategoryId::new(),
        parent_id: new.parent_id,
        slug: new.slug,
        name: new.name.trim().to_owned(),
        position: new.position,
    };
    let fact = CategoryCreated {
        category_id: row.id,
        parent_id: row.parent_id,
        slug: row.slug.clone(),
        name: row.name.clone(),
    };
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            let tree = store::lock_tree(connection).await?;
            if let Some(parent_id) = row.parent_id {
                match tree.path_ids(parent_id).len() {
                    0 => return Err(refused(UserErrorCode::CategoryNotFound, "parentId")),
                    level if level >= TREE_DEPTH => return Err(refused(UserErrorCode::CategoryTooDeep, "parentId")),
                    _ => {}
                }
            }
            if tree.find_slug(&row.slug).is_some() {
                return Err(refused(UserErrorCode::SlugTaken, "slug"));
            }
            store::insert_category(connection, &row).await?;
            let facts = json!({ "parentId": row.parent_id, "slug": row.slug, "name": row.name });
            audit::of_staff(connection, context, Entry::on("product", row.id).after(facts)).await?;
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.categories.forget().await;
    catalogue.outbox.wake();
    Ok(row.id)
}
