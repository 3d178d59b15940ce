//! Lists of products on a real database: pages in both directions, filters, and who sees what.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::testing::visitor;
use serde_json::json;
use support::{Shop, member, prefixed};

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_forward_and_backward() {
    let shop = Shop::open().await;
    // Two of each price, so that a page's edge falls between equals.
    for (index, price) in [1_000, 2_000, 2_000, 3_000, 3_000].into_iter().enumerate() {
        shop.on_sale(shop.input(&format!("상품 {index}"), price)).await;
    }
    let all: Vec<String> = (0..5).rev().map(|index| format!("상품 {index}")).collect();
    assert_eq!(shop.titles("first: 10", visitor()).await, all);
    for sort in ["NEWEST", "PRICE_ASC", "PRICE_DESC"] {
        let whole = shop.titles(&format!("first: 10, sort: {sort}"), visitor()).await;
        assert_eq!(whole.len(), 5);
        let (mut forward, mut after, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let from = if after.is_empty() { String::new() } else { format!(", after: \"{after}\"") };
            let (titles, _, end, more, earlier) = shop.page(&format!("first: 2, sort: {sort}{from}"), visitor()).await;
            assert_eq!(earlier, pages > 0);
            forward.extend(titles);
            (after, pages) = (end, pages + 1);
            if !more {
                break;
            }
        }
        assert_eq!((forward, pages), (whole.clone(), 3), "{sort}");
        let (mut backward, mut before) = (Vec::new(), String::new());
        loop {
            let from = if before.is_empty() { String::new() } else { format!(", before: \"{before}\"") };
            let (titles, start, _, _, earlier) = shop.page(&format!("last: 2, sort: {sort}{from}"), visitor()).await;
            backward.splice(0..0, titles);
            before = start;
            if !earlier {
                break;
            }
        }
        assert_eq!(backward, whole, "{sort}");
    }
    let (_, _, by_time, ..) = shop.page("first: 1", visitor()).await;
    let other = format!("{{ products(first: 1, sort: PRICE_ASC, after: \"{by_time}\") {{ nodes {{ id }} }} }}");
    assert_eq!(shop.error(&other, json!({}), visitor()).await, "\"INVALID_PAGE\"");
    let data = shop.ask("{ products(first: 1) { totalCount } }", json!({}), visitor()).await;
    assert_eq!(data["products"]["totalCount"], 5);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_hold_together() {
    let shop = Shop::open().await;
    let women = shop.create_category("women", "여성", Some(&shop.category)).await;
    let shirts = shop.create_category("shirts", "셔츠", Some(&women)).await;
    let food = shop.create_category("food", "식품", None).await;
    for (title, price, category) in
        [("린넨 셔츠 여름", 30_000, &shirts), ("면 셔츠 100%", 20_000, &women), ("사과 5kg", 25_000, &food)]
    {
        let mut input = shop.input(title, price);
        input["categoryId"] = json!(category);
        shop.on_sale(input).await;
    }
    let found = async |filter: &str| {
        let mut titles = shop.titles(&format!("where: {{ {filter} }}"), visitor()).await;
        titles.sort();
        titles
    };
    let none: [&str; 0] = [];
    assert_eq!(found(&format!("categoryId: \"{}\"", shop.category)).await, ["린넨 셔츠 여름", "면 셔츠 100%"]);
    assert_eq!(found(&format!("categoryId: \"{women}\"")).await, ["린넨 셔츠 여름", "면 셔츠 100%"]);
    assert_eq!(found(&format!("categoryId: \"{shirts}\"")).await, ["린넨 셔츠 여름"]);
    assert_eq!(found(&format!("categoryId: \"{}\"", prefixed("cat", uuid::Uuid::now_v7()))).await, none);
    assert_eq!(found("text: \"여름 셔츠\"").await, ["린넨 셔츠 여름"]);
    assert_eq!(found("text: \"100%\"").await, ["면 셔츠 100%"]);
    assert_eq!(found("text: \"%\"").await, ["면 셔츠 100%"]);
    assert_eq!(found("minPrice: 20001, maxPrice: 25000").await, ["사과 5kg"]);
    assert_eq!(found(&format!("categoryId: \"{food}\", maxPrice: 1")).await, none);
    assert_eq!(found(&format!("sellerId: \"{}\", text: \"사과\"", prefixed("slr", shop.seller))).await, ["사과 5kg"]);
    let query = "query($id: ID!) { category(id: $id) { products(sort: PRICE_ASC) { totalCount nodes { title } } } }";
    let data = shop.ask(query, json!({ "id": shop.category }), visitor()).await;
    let nodes = json!([{ "title": "면 셔츠 100%" }, { "title": "린넨 셔츠 여름" }]);
    assert_eq!(data["category"]["products"], json!({ "totalCount": 2, "nodes": nodes }));
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_the_sellers_own() {
    let shop = Shop::open().await;
    shop.on_sale(shop.input("판매 중", 1_000)).await;
    shop.create(shop.input("작성 중", 1_000)).await;
    let seller = prefixed("slr", shop.seller);
    let of_seller = format!("where: {{ sellerId: \"{seller}\" }}");
    let drafts = format!("where: {{ sellerId: \"{seller}\", state: DRAFT }}");
    assert_eq!(shop.titles(&of_seller, visitor()).await, ["판매 중"]);
    assert_eq!(shop.titles(&of_seller, member(shop.seller)).await, ["작성 중", "판매 중"]);
    assert_eq!(shop.titles(&drafts, member(shop.seller)).await, ["작성 중"]);
    assert_eq!(shop.titles("first: 10", member(shop.seller)).await, ["판매 중"]);
    let entity = "query($seller: [_Any!]!) { _entities(representations: $seller) { ... on Seller { products { nodes { title } } } } }";
    let seller = json!({ "seller": [{ "__typename": "Seller", "id": seller }] });
    let data = shop.ask(entity, seller, member(shop.seller)).await;
    assert_eq!(data["_entities"][0]["products"]["nodes"].as_array().unwrap().len(), 2);
    shop.services.stop().await;
}
