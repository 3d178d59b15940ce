//! Staff add a brand.

use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::AsyncConnection as _;
use platform::audit::{self, Entry, json};
use platform::graph::RequestContext;

use super::Catalogue;
use crate::error::{Failure, UserErrorCode};
use crate::model::{BrandId, BrandRow};
use crate::rules::is_name;
use crate::store;

/// Adds a brand; no two have the same name, small and capital letters being the same.
pub(crate) async fn create_brand(
    catalogue: &Catalogue,
    name: &str,
    context: &RequestContext,
) -> Result<BrandRow, Failure> {
    if !is_name(name) {
        return Err(UserErrorCode::InvalidName.at(&["name"], context.language).into());
    }
    let row = BrandRow { id: BrandId::new(), name: name.trim().to_owned() };
    let mut connection = catalogue.database.connection().await?;
    let outcome = connection
        .transaction(async |connection| {
            store::insert_brand(connection, &row).await?;
            let entry = Entry::on("product", row.id).after(json!({ "name": row.name }));
            audit::of_staff(connection, context, entry).await
        })
        .await;
    match outcome {
        Ok(()) => Ok(row),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(UserErrorCode::NameTaken.at(&["name"], context.language).into())
        }
        Err(error) => Err(error.into()),
    }
}
