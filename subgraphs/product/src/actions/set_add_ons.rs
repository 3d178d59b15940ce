//! A seller offers add-on goods (추가상품) together with a product.

use diesel_async::AsyncConnection as _;
use platform::graph::RequestContext;

use super::{Catalogue, lock_own, refuse};
use crate::error::{Failure, UserErrorCode};
use crate::events::ProductChanged;
use crate::model::{ProductId, ProductRow, VariantId};
use crate::rules::{ProductCommand, check_add_ons, next_state};
use crate::store;

/// Sets the product's add-on goods anew, in their order.
pub(crate) async fn set_add_ons(
    catalogue: &Catalogue,
    product_id: ProductId,
    wanted: Vec<VariantId>,
    context: &RequestContext,
) -> Result<ProductRow, Failure> {
    let mut connection = catalogue.database.connection().await?;
    let row = connection
        .transaction(async |connection| {
            let row = lock_own(connection, product_id, context).await?;
            if next_state(row.state, ProductCommand::Edit).is_none() {
                return Err(Failure::from(UserErrorCode::StateConflict.at(&["productId"], context.language)));
            }
            let found = store::variants_with_product(connection, &wanted).await?;
            let found: Vec<_> = found.into_iter().map(|(variant, _)| variant).collect();
            refuse(check_add_ons(product_id, row.seller_id, &wanted, &found), context)?;
            store::set_add_ons(connection, product_id, &wanted).await?;
            let fact = ProductChanged { product_id, seller_id: row.seller_id, variants: Vec::new() };
            platform::events::append(connection, &fact, context.trace_parent.as_deref()).await?;
            Ok(row)
        })
        .await?;
    drop(connection);
    catalogue.outbox.wake();
    Ok(row)
}
