//! What the products are.

use async_graphql::{ComplexObject, EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};

use crate::data::{self, PRODUCTS};

#[derive(SimpleObject)]
#[graphql(complex)]
struct Product {
    upc: &'static str,
    price: Option<i32>,
    weight: Option<i32>,
    #[graphql(skip)]
    title: &'static str,
}

#[ComplexObject]
impl Product {
    async fn name(&self, nonce: Option<i32>) -> Option<&'static str> {
        let _ = nonce;
        Some(self.title)
    }
}

impl From<&data::Product> for Product {
    fn from(product: &data::Product) -> Self {
        Self { upc: product.upc, price: Some(product.price), weight: Some(product.weight), title: product.name }
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    async fn top_products(
        &self,
        #[graphql(default_with = "data::TOP")] first: i32,
        nonce: Option<i32>,
    ) -> Option<Vec<Option<Product>>> {
        let _ = nonce;
        Some(PRODUCTS.iter().take(usize::try_from(first).unwrap_or(0)).map(|product| Some(product.into())).collect())
    }

    #[graphql(entity)]
    async fn find_product(&self, upc: String) -> Option<Product> {
        PRODUCTS.iter().find(|product| product.upc == upc).map(Product::from)
    }
}

pub(super) fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription).enable_federation().finish()
}
