//! Who wrote what about which product.

use std::sync::LazyLock;

use async_graphql::{ComplexObject, EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};

use crate::data::{self, PRODUCTS, USERS};

static REVIEWS: LazyLock<Vec<data::Review>> = LazyLock::new(data::reviews);

#[derive(SimpleObject)]
#[graphql(complex)]
struct Review {
    id: ID,
    body: Option<&'static str>,
    #[graphql(skip)]
    written_by: usize,
    #[graphql(skip)]
    about: usize,
}

#[ComplexObject]
impl Review {
    #[graphql(provides = "username")]
    async fn author(&self) -> Option<User> {
        Some(User { at: self.written_by })
    }

    async fn product(&self) -> Option<Product> {
        Some(Product { at: self.about })
    }
}

impl From<&data::Review> for Review {
    fn from(review: &data::Review) -> Self {
        Self { id: (&review.id).into(), body: Some(review.body), written_by: review.author, about: review.product }
    }
}

fn reviews(chosen: impl Fn(&data::Review) -> bool) -> Vec<Option<Review>> {
    REVIEWS.iter().filter(|review| chosen(review)).map(|review| Some(review.into())).collect()
}

struct User {
    at: usize,
}

#[Object]
impl User {
    async fn id(&self) -> ID {
        USERS[self.at].id.into()
    }

    #[graphql(external)]
    async fn username(&self) -> Option<&'static str> {
        Some(USERS[self.at].username)
    }

    async fn number_of_reviews(&self) -> Option<i32> {
        i32::try_from(reviews(|review| review.author == self.at).len()).ok()
    }

    async fn reviews(&self, nonce: Option<i32>) -> Option<Vec<Option<Review>>> {
        let _ = nonce;
        Some(reviews(|review| review.author == self.at))
    }
}

struct Product {
    at: usize,
}

#[Object]
impl Product {
    async fn upc(&self) -> &'static str {
        PRODUCTS[self.at].upc
    }

    async fn reviews(&self, nonce: Option<i32>) -> Option<Vec<Option<Review>>> {
        let _ = nonce;
        Some(reviews(|review| review.product == self.at))
    }
}

pub(super) struct Query;

#[Object]
impl Query {
    #[graphql(entity)]
    async fn find_review(&self, id: ID) -> Option<Review> {
        REVIEWS.iter().find(|review| review.id == id.as_str()).map(Review::from)
    }

    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> Option<User> {
        USERS.iter().position(|user| user.id == id.as_str()).map(|at| User { at })
    }

    #[graphql(entity)]
    async fn find_product(&self, upc: String) -> Option<Product> {
        PRODUCTS.iter().position(|product| product.upc == upc).map(|at| Product { at })
    }
}

pub(super) fn schema() -> Schema<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query, EmptyMutation, EmptySubscription).enable_federation().finish()
}
