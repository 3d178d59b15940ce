//! What is in stock, and what it costs to ship.

use async_graphql::{ComplexObject, EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};

use crate::data::{self, PRODUCTS};

#[derive(SimpleObject)]
#[graphql(complex)]
struct Product {
    upc: String,
    #[graphql(external)]
    weight: Option<i32>,
    #[graphql(external)]
    price: Option<i32>,
}

#[ComplexObject]
impl Product {
    async fn in_stock(&self, nonce: Option<i32>) -> Option<bool> {
        let _ = nonce;
        PRODUCTS.iter().find(|product| product.upc == self.upc).map(|product| product.in_stock)
    }

    #[graphql(requires = "price weight")]
    async fn shipping_estimate(&self) -> Option<i32> {
        Some(data::shipping_estimate(self.price?, self.weight?))
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    #[graphql(entity)]
    async fn find_product(
        &self,
        #[graphql(key)] upc: String,
        weight: Option<i32>,
        price: Option<i32>,
    ) -> Option<Product> {
        PRODUCTS.iter().any(|product| product.upc == upc).then_some(Product { upc, weight, price })
    }
}

pub(super) fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription).enable_federation().finish()
}
