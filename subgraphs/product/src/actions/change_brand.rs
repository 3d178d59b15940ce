//! Staff call a brand otherwise, or remove it.

use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::Catalogue;
use crate::error::{Failure, UserErrorCode};
use crate::events::{BrandChanged, BrandRemoved};
use crate::model::{BrandId, BrandRow};
use crate::rules::is_name;
use crate::store;

/// Calls a brand otherwise; no two have the same name, small and capital letters being the same.
pub(crate) async fn update_brand(
    catalogue: &Catalogue,
    id: BrandId,
    name: &str,
    context: &RequestContext,
) -> Result<BrandRow, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    if !is_name(name) {
        return Err(refused(UserErrorCode::InvalidName, "name"));
    }
    let row = BrandRow { id, name: name.trim().to_owned() };
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            let before = store::lock_brand(connection, id).await?;
            let before = before.ok_or_else(|| refused(UserErrorCode::BrandNotFound, "brandId"))?;
            store::set_brand(connection, &row).await.map_err(|error| match error {
                Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                    refused(UserErrorCode::NameTaken, "name")
                }
                other => other.into(),
            })?;
            let entry =
                Entry::on("product", id).before(json!({ "name": before.name })).after(json!({ "name": row.name }));
            audit::of_staff(connection, context, entry).await?;
            let fact = BrandChanged { brand_id: id, name: row.name.clone() };
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.recent.brands.forget(&id);
    catalogue.outbox.wake();
    Ok(row)
}

/// Removes a brand. Its products, in whatever state, become those of `merge_into`; without it, a brand with products stays.
pub(crate) async fn remove_brand(
    catalogue: &Catalogue,
    id: BrandId,
    merge_into: Option<BrandId>,
    context: &RequestContext,
) -> Result<BrandId, Failure> {
    let refused = |code: UserErrorCode, field: &str| Failure::from(code.at(&[field], context.language));
    if merge_into == Some(id) {
        return Err(refused(UserErrorCode::InvalidMerge, "mergeInto"));
    }
    let mut connection = catalogue.database.connection().await?;
    connection
        .transaction(async |connection| {
            // In the order of their ids, so that two that take each other's place do not wait for each other.
            let mut rows = Vec::new();
            let mut ids: Vec<BrandId> = [Some(id), merge_into].into_iter().flatten().collect();
            ids.sort_unstable();
            for id in ids {
                rows.extend(store::lock_brand(connection, id).await?);
            }
            let before = rows.iter().find(|row| row.id == id);
            let before = before.ok_or_else(|| refused(UserErrorCode::BrandNotFound, "brandId"))?;
            if merge_into.is_some_and(|other| !rows.iter().any(|row| row.id == other)) {
                return Err(refused(UserErrorCode::BrandNotFound, "mergeInto"));
            }
            let used = store::brand_has_products(connection, id).await?;
            if used && merge_into.is_none() {
                return Err(refused(UserErrorCode::BrandInUse, "brandId"));
            }
            let merged_into = merge_into.filter(|_| used);
            let moved = match merged_into {
                Some(other) => store::give_brand(connection, id, other).await?,
                None => 0,
            };
            store::delete_brand(connection, id).await?;
            let after = json!({ "mergedInto": merged_into, "products": moved });
            let entry = Entry::on("product", id).before(json!({ "name": before.name })).after(after);
            audit::of_staff(connection, context, entry).await?;
            let fact = BrandRemoved { brand_id: id, merged_into };
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    drop(connection);
    catalogue.recent.brands.forget(&id);
    catalogue.recent.forget_products();
    catalogue.outbox.wake();
    Ok(id)
}
