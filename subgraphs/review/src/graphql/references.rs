//! Others' entities, as reviews refer to them.

use async_graphql::SimpleObject;

use crate::model::{SellerId, VariantId};

/// A variant of a product.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub(crate) struct ProductVariant {
    /// The variant's id.
    pub(crate) id: VariantId,
}

/// A seller.
#[derive(SimpleObject)]
#[graphql(unresolvable = "id")]
pub(crate) struct Seller {
    /// The seller's id.
    pub(crate) id: SellerId,
}
