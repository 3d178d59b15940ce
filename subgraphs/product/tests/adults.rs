//! What is for adults only: everybody may know that there is such a product, those who may buy it see what it looks like.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{service, user, visitor};
use serde_json::json;
use uuid::Uuid;

use support::{Shop, member, staff};

/// The id of somebody, which ends with this digit.
fn buyer_id(last: u128) -> Uuid {
    Uuid::from_u128(Uuid::now_v7().as_u128() & !0xf | last)
}

fn buyer(last: u128) -> RequestContext {
    user(buyer_id(last), &[Scope::Buyer], &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn images_are_for_adults_and_insiders() {
    let shop = Shop::open().await;
    let mut input = shop.input("성인용 젤", 10_000);
    input["adultOnly"] = json!(true);
    let (gel, cup) = (shop.on_sale(input).await, shop.on_sale(shop.input("머그컵", 5_000)).await);
    let query =
        "query($id: ID!) { product(id: $id) { title adultOnly price { amount } thumbnail { url } images { url } }
        products(first: 5) { nodes { id thumbnail { url } } } }";
    let url = json!({ "url": "/images/demo/fashion-1.svg" });
    for (who, context, shown) in [
        ("a visitor", visitor(), false),
        ("a buyer", buyer(0), false),
        ("a verified adult", buyer(1), true),
        ("one of whom it is not known", buyer(0xf), false),
        ("the seller", member(shop.seller), true),
        ("another seller's member", user(buyer_id(0), &[Scope::Buyer, Scope::Seller], &[Uuid::now_v7()]), false),
        ("staff", staff(), true),
        ("the order service", service("order"), true),
    ] {
        let data = shop.ask(query, json!({ "id": gel }), context).await;
        let product = &data["product"];
        let told = (&product["title"], &product["adultOnly"], &product["price"]["amount"]);
        assert_eq!(told, (&json!("성인용 젤"), &json!(true), &json!(10_000)), "{who}");
        let (thumbnail, images) = if shown { (url.clone(), json!([url])) } else { (json!(null), json!([])) };
        assert_eq!((&product["thumbnail"], &product["images"]), (&thumbnail, &images), "{who}");
        for node in data["products"]["nodes"].as_array().unwrap() {
            let expected = if node["id"] == cup.as_str() { &url } else { &thumbnail };
            assert_eq!(&node["thumbnail"], expected, "{who}: {node}");
        }
    }
    shop.services.stop().await;
}
