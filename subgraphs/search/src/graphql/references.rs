//! Others' entities, as results refer to them.

use async_graphql::SimpleObject;

use crate::model::{BrandId, CategoryId, ProductId, SellerId, UserId};

macro_rules! references {
    ($($(#[doc = $help:literal])+ $name:ident, $id:ident;)*) => {$(
        $(#[doc = $help])+
        #[derive(SimpleObject)]
        #[graphql(unresolvable = "id")]
        pub(crate) struct $name {
            /// Its id.
            pub(crate) id: $id,
        }
    )*};
}

references! {
    /// A product.
    Product, ProductId;
    /// A brand.
    Brand, BrandId;
    /// A category.
    Category, CategoryId;
    /// A seller.
    Seller, SellerId;
    /// A person.
    User, UserId;
}
