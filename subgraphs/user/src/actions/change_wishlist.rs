//! Remembering products.

use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error};

use super::{Caller, State};
use crate::clients::product_exists;
use crate::error::{ErrorCode, Refusal};
use crate::model::{ProductId, WishRow};
use crate::store;

/// Adds a product that the product service knows. One that is in the wishlist stays where it is.
pub(crate) async fn add_to_wishlist(state: State, caller: Caller, product: ProductId) -> Result<WishRow, Refusal> {
    if !product_exists(&state.graph, product, &caller.context).await? {
        return Err(ErrorCode::ProductNotFound.at(&["productId"], caller.language()).into());
    }
    let row = WishRow { user_id: caller.user, product_id: product, added_at: Utc::now() };
    let mut connection = state.database.connection().await?;
    store::insert_wish(&mut connection, &row).await.map_err(|error| match error {
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            ErrorCode::UserNotFound.at(&[], caller.language()).into()
        }
        error => error.into(),
    })
}

/// Takes a product out of the wishlist. One that is not in it is out of it already.
pub(crate) async fn remove_from_wishlist(
    state: State,
    caller: Caller,
    product: ProductId,
) -> Result<ProductId, Refusal> {
    let mut connection = state.database.connection().await?;
    store::delete_wish(&mut connection, caller.user, product).await?;
    Ok(product)
}
