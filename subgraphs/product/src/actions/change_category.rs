//! Staff call a category otherwise, put it elsewhere in the tree, or order its level.

use std::collections::HashSet;

use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::audit::{self, Entry, Value, json};
use platform::graph::RequestContext;

use super::Catalogue;
use crate::error::{Failure, UserErrorCode};
use crate::events::CategoryChanged;
use crate::model::{CategoryId, CategoryRow};
use crate::rules::{is_name, is_slug};
use crate::store;

/// What changes of a category; what is `None` stays.
#[derive(Clone, Debug)]
pub(crate) struct CategoryUpdate {
    pub(crate) category_id: CategoryId,
    pub(crate) slug: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) position: Option<i32>,
}

pub(super) fn facts(row: &CategoryRow) -> Value {
    json!({ "parentId": row.parent_id, "slug": row.slug, "name": row.name, "position": row.position })
}

/// Writes a category as it is now, and records what staff changed.
async fn keep(
    connection: &mut AsyncPgConnection,
    before: &CategoryRow,
    row: &CategoryRow,
    context: &RequestContext,
) -> QueryResult<()> {
    store::set_category(connection, row).await?;
    let entry = Entry::on("product", row.id).before(facts(before)).after(facts(row));
    audit::of_staff(connection, context, entry).await
}

/// Calls a category otherwise, or gives it another place among its siblings.
pub(crate) async fn update_category(
    catalogue: &Catalogue,
    update: CategoryUpdate,
    context: &RequestContext,
) -> Result<CategoryId, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    if update.slug.as_deref().is_some_and(|slug| !is_slug(slug)) {
        return Err(refused(UserErrorCode::InvalidSlug, "slug"));
    }
    if update.name.as_deref().is_some_and(|name| !is_name(name)) {
        return Err(refused(UserErrorCode::InvalidName, "name"));
    }
    let id = update.category_id;
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            let tree = store::lock_tree(connection).await?;
            let index = tree.find(id).ok_or_else(|| refused(UserErrorCode::CategoryNotFound, "categoryId"))?;
            let before = &tree.node(index).row;
            let mut row = before.clone();
            if let Some(slug) = &update.slug {
                if tree.find_slug(slug).is_some_and(|other| other != index) {
                    return Err(refused(UserErrorCode::SlugTaken, "slug"));
                }
                row.slug.clone_from(slug);
            }
            if let Some(name) = &update.name {
                name.trim().clone_into(&mut row.name);
            }
            row.position = update.position.unwrap_or(row.position);
            keep(connection, before, &row, context).await?;
            platform::events::append(connection, &CategoryChanged::of(&row), context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.categories.forget().await;
    catalogue.outbox.wake();
    Ok(id)
}

/// Puts a category, with all below it, below another one or at the top. Its products move with it.
pub(crate) async fn move_category(
    catalogue: &Catalogue,
    id: CategoryId,
    parent_id: Option<CategoryId>,
    position: Option<i32>,
    context: &RequestContext,
) -> Result<CategoryId, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            let tree = store::lock_tree(connection).await?;
            let index = tree.find(id).ok_or_else(|| refused(UserErrorCode::CategoryNotFound, "categoryId"))?;
            let parent = match parent_id {
                Some(id) => Some(tree.find(id).ok_or_else(|| refused(UserErrorCode::CategoryNotFound, "parentId"))?),
                None => None,
            };
            tree.check_move(index, parent).map_err(|code| refused(code, "parentId"))?;
            let before = &tree.node(index).row;
            let row = CategoryRow { parent_id, position: position.unwrap_or(before.position), ..before.clone() };
            keep(connection, before, &row, context).await?;
            store::level_products(connection, id).await?;
            platform::events::append(connection, &CategoryChanged::of(&row), context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.categories.forget().await;
    catalogue.recent.forget_products();
    catalogue.outbox.wake();
    Ok(id)
}

/// Sets the order in which the categories below another one, or those at the top, are shown.
pub(crate) async fn order_categories(
    catalogue: &Catalogue,
    parent_id: Option<CategoryId>,
    wanted: Vec<CategoryId>,
    context: &RequestContext,
) -> Result<Vec<CategoryId>, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            let tree = store::lock_tree(connection).await?;
            let siblings = match parent_id {
                Some(id) => {
                    let index = tree.find(id).ok_or_else(|| refused(UserErrorCode::CategoryNotFound, "parentId"))?;
                    &tree.node(index).children
                }
                None => tree.roots(),
            };
            let there: HashSet<CategoryId> = siblings.iter().map(|index| tree.node(*index).row.id).collect();
            let named: HashSet<CategoryId> = wanted.iter().copied().collect();
            if there != named || wanted.len() != there.len() {
                return Err(refused(UserErrorCode::InvalidOrder, "categoryIds"));
            }
            let mut told = Vec::new();
            for (index, position) in wanted.iter().filter_map(|id| tree.find(*id)).zip(0..) {
                let before = &tree.node(index).row;
                if before.position != position {
                    let row = CategoryRow { position, ..before.clone() };
                    keep(connection, before, &row, context).await?;
                    told.push(CategoryChanged::of(&row));
                }
            }
            if !told.is_empty() {
                platform::events::append_all(connection, &told, context.trace_parent.as_deref()).await?;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.categories.forget().await;
    catalogue.outbox.wake();
    Ok(wanted)
}
