//! How staff change the category tree and the brands.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::testing::visitor;
use serde_json::{Value, json};
use support::{Shop, codes, member, prefixed, staff};
use uuid::Uuid;

/// Gives a command of staff; the payload.
async fn give(shop: &Shop, field: &str, input: Value) -> Value {
    let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    let result = match field {
        "orderCategories" => "categories { slug }",
        "removeCategory" => "categoryId",
        "updateBrand" => "brand { name }",
        "removeBrand" => "brandId",
        _ => "category { slug name path { slug } }",
    };
    let query =
        format!("mutation($input: {kind}!) {{ {field}(input: $input) {{ {result} userErrors {{ code field }} }} }}");
    shop.ask(&query, json!({ "input": input }), staff()).await[field].clone()
}

async fn refusal(shop: &Shop, field: &str, input: Value) -> String {
    codes(&give(shop, field, input).await).join(" ")
}

async fn in_category(shop: &Shop, id: &str) -> Vec<String> {
    shop.titles(&format!("first: 10, where: {{ categoryId: \"{id}\" }}"), visitor()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_is_renamed_moved_ordered_and_pruned() {
    let shop = Shop::open().await;
    let fashion = shop.category.clone();
    let living = shop.create_category("living", "생활", None).await;
    let women = shop.create_category("women", "여성", Some(&fashion)).await;
    let shirts = shop.create_category("shirts", "셔츠", Some(&women)).await;
    let mut input = shop.input("린넨 셔츠", 39_000);
    input["categoryId"] = json!(shirts);
    let product = shop.on_sale(input).await;

    let renamed =
        give(&shop, "updateCategory", json!({ "categoryId": women, "name": " 여성복 ", "slug": "ladies" })).await;
    assert_eq!((&renamed["category"]["name"], &renamed["category"]["slug"]), (&json!("여성복"), &json!("ladies")));
    for (input, code) in [
        (json!({ "categoryId": women, "slug": "living" }), "SLUG_TAKEN"),
        (json!({ "categoryId": women, "slug": "한글" }), "INVALID_SLUG"),
        (json!({ "categoryId": women, "name": " " }), "INVALID_NAME"),
        (json!({ "categoryId": prefixed("cat", Uuid::now_v7()), "name": "이름" }), "CATEGORY_NOT_FOUND"),
        (json!({ "categoryId": women, "slug": "ladies" }), ""),
    ] {
        assert_eq!(refusal(&shop, "updateCategory", input.clone()).await, code, "{input}");
    }

    // Its products go with a category, on whatever level it comes to stand.
    for (input, code) in [
        (json!({ "categoryId": fashion, "parentId": shirts }), "CATEGORY_CYCLE"),
        (json!({ "categoryId": living, "parentId": shirts }), "CATEGORY_TOO_DEEP"),
        (json!({ "categoryId": fashion, "parentId": living }), "CATEGORY_TOO_DEEP"),
        (json!({ "categoryId": women, "parentId": prefixed("cat", Uuid::now_v7()) }), "CATEGORY_NOT_FOUND"),
    ] {
        assert_eq!(refusal(&shop, "moveCategory", input.clone()).await, code, "{input}");
    }
    assert_eq!(in_category(&shop, &fashion).await, ["린넨 셔츠"]);
    let moved = give(&shop, "moveCategory", json!({ "categoryId": women, "parentId": living })).await;
    assert_eq!(moved["category"]["path"], json!([{ "slug": "living" }, { "slug": "ladies" }]));
    assert!(in_category(&shop, &fashion).await.is_empty());
    for id in [&living, &women, &shirts] {
        assert_eq!(in_category(&shop, id).await, ["린넨 셔츠"]);
    }
    assert_eq!(refusal(&shop, "moveCategory", json!({ "categoryId": shirts, "parentId": null })).await, "");
    assert_eq!((in_category(&shop, &shirts).await.len(), in_category(&shop, &living).await.len()), (1, 0));

    let order = json!({ "categoryIds": [shirts, living, fashion] });
    let ordered = give(&shop, "orderCategories", order).await;
    assert_eq!(ordered["categories"], json!([{ "slug": "shirts" }, { "slug": "living" }, { "slug": "fashion" }]));
    let data = shop.ask("{ categories { slug } }", json!({}), visitor()).await;
    assert_eq!(data["categories"], ordered["categories"]);
    for wrong in [json!([shirts, living]), json!([shirts, living, living]), json!([shirts, living, women])] {
        assert_eq!(refusal(&shop, "orderCategories", json!({ "categoryIds": wrong })).await, "INVALID_ORDER");
    }

    for (input, code) in [
        (json!({ "categoryId": living }), "CATEGORY_NOT_EMPTY"),
        (json!({ "categoryId": shirts }), "CATEGORY_NOT_EMPTY"),
        (json!({ "categoryId": shirts, "mergeInto": shirts }), "INVALID_MERGE"),
        (json!({ "categoryId": shirts, "mergeInto": prefixed("cat", Uuid::now_v7()) }), "CATEGORY_NOT_FOUND"),
        (json!({ "categoryId": shirts, "mergeInto": women }), ""),
        (json!({ "categoryId": fashion }), ""),
    ] {
        assert_eq!(refusal(&shop, "removeCategory", input.clone()).await, code, "{input}");
    }
    let see = "query($id: ID!) { product(id: $id) { category { path { slug } } } }";
    let data = shop.ask(see, json!({ "id": product }), visitor()).await;
    assert_eq!(data["product"]["category"]["path"], json!([{ "slug": "living" }, { "slug": "ladies" }]));
    assert_eq!(in_category(&shop, &living).await, ["린넨 셔츠"]);

    let told = shop.told().await;
    let of =
        |kind: &str| told.iter().filter(|(told, _)| told == kind).map(|(_, fact)| fact.clone()).collect::<Vec<_>>();
    assert_eq!(of("category.removed")[0], json!({ "categoryId": shirts, "mergedInto": women }));
    assert_eq!(of("category.changed")[0]["name"], "여성복");
    let actions: Vec<Value> = of("audit.recorded").iter().map(|entry| entry["action"].clone()).collect();
    for action in ["updateCategory", "moveCategory", "orderCategories", "removeCategory"] {
        assert!(actions.contains(&json!(action)), "{action} in {actions:?}");
    }
    let rename = "mutation($input: UpdateCategoryInput!) { updateCategory(input: $input) { category { id } } }";
    let input = json!({ "input": { "categoryId": women, "name": "이름" } });
    assert_eq!(shop.error(rename, input, member(shop.seller)).await, "\"FORBIDDEN\"");
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn brands_are_renamed_and_merged() {
    let shop = Shop::open().await;
    let create =
        "mutation($input: CreateBrandInput!) { createBrand(input: $input) { brand { id } userErrors { code } } }";
    let mut brands = Vec::new();
    for name in ["도아", "도아마켓", "빈 브랜드"] {
        let data = shop.ask(create, json!({ "input": { "name": name } }), staff()).await;
        brands.push(data["createBrand"]["brand"]["id"].clone());
    }
    let [kept, merged, empty] = [&brands[0], &brands[1], &brands[2]];
    let mut input = shop.input("컵", 5_000);
    input["brandId"] = merged.clone();
    let product = shop.on_sale(input).await;
    let see = "query($id: ID!) { product(id: $id) { brand { name } } }";
    let name = async || shop.ask(see, json!({ "id": product }), visitor()).await["product"]["brand"]["name"].clone();
    assert_eq!(name().await, "도아마켓");
    for (field, input, code) in [
        ("updateBrand", json!({ "brandId": merged, "name": "도아" }), "NAME_TAKEN"),
        ("updateBrand", json!({ "brandId": merged, "name": "" }), "INVALID_NAME"),
        ("updateBrand", json!({ "brandId": merged, "name": "도아 마켓" }), ""),
        ("removeBrand", json!({ "brandId": merged }), "BRAND_IN_USE"),
        ("removeBrand", json!({ "brandId": merged, "mergeInto": merged }), "INVALID_MERGE"),
        ("removeBrand", json!({ "brandId": prefixed("brd", Uuid::now_v7()) }), "BRAND_NOT_FOUND"),
        ("removeBrand", json!({ "brandId": empty }), ""),
    ] {
        assert_eq!(refusal(&shop, field, input.clone()).await, code, "{field} {input}");
    }
    assert_eq!(name().await, "도아 마켓");
    assert_eq!(refusal(&shop, "removeBrand", json!({ "brandId": merged, "mergeInto": kept })).await, "");
    assert_eq!(name().await, "도아");
    let told = shop.told().await;
    let removed = told.iter().rfind(|(kind, _)| kind == "brand.removed").unwrap();
    assert_eq!(removed.1, json!({ "brandId": merged, "mergedInto": kept }));
    shop.services.stop().await;
}
