//! The right answer to the benchmark's operation, worked out from the data without any router.

use serde_json::{Value, json};

use crate::data::{self, PRODUCTS, Review, USERS};

/// `data` of the right answer.
pub(crate) fn data() -> Value {
    let reviews = data::reviews();
    let users: Vec<Value> = (0..USERS.len())
        .map(|user| {
            let mut value = plain_user(user);
            value["reviews"] = by(
                &reviews,
                |review| review.author == user,
                |review| {
                    let mut product = plain_product(review.product);
                    product["reviews"] = reviews_of(&reviews, review.product);
                    json!({ "id": review.id, "body": review.body, "product": product })
                },
            );
            value
        })
        .collect();
    let top: Vec<Value> = (0..usize::try_from(data::TOP).unwrap_or(0))
        .map(|product| {
            let mut value = plain_product(product);
            value["reviews"] = reviews_of(&reviews, product);
            value
        })
        .collect();
    json!({ "users": users, "topProducts": top })
}

fn by(reviews: &[Review], chosen: impl Fn(&Review) -> bool, shown: impl Fn(&Review) -> Value) -> Value {
    Value::Array(reviews.iter().filter(|review| chosen(review)).map(shown).collect())
}

/// A product's reviews with their authors, the authors with their reviews, and those with their products.
fn reviews_of(reviews: &[Review], product: usize) -> Value {
    by(
        reviews,
        |review| review.product == product,
        |review| {
            let mut author = plain_user(review.author);
            author["reviews"] = by(
                reviews,
                |other| other.author == review.author,
                |other| json!({ "id": other.id, "body": other.body, "product": plain_product(other.product) }),
            );
            json!({ "id": review.id, "body": review.body, "author": author })
        },
    )
}

fn plain_user(at: usize) -> Value {
    let user = &USERS[at];
    json!({ "id": user.id, "username": user.username, "name": user.name })
}

fn plain_product(at: usize) -> Value {
    let product = &PRODUCTS[at];
    json!({
        "inStock": product.in_stock,
        "name": product.name,
        "price": product.price,
        "shippingEstimate": data::shipping_estimate(product.price, product.weight),
        "upc": product.upc,
        "weight": product.weight,
    })
}
