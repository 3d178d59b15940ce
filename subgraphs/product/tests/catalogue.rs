//! How staff change the category tree and the brands, and sellers their products' options.

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

const EDIT: &str = "mutation($input: UpdateProductOptionsInput!) { updateProductOptions(input: $input) {
    product { optionKind price { amount } options { values } variants { sku name } }
    added { variantId sku name initialStock } changed { variant { sku name } skuBefore nameBefore } ended { sku }
    userErrors { code field } } }";

#[tokio::test(flavor = "multi_thread")]
async fn the_option_matrix_is_edited_after_a_preview() {
    let shop = Shop::open().await;
    let own = || member(shop.seller);
    let mut input = shop.input("티셔츠", 0);
    input["options"] = json!([{ "name": "색상", "values": ["검정", "흰색"] }]);
    let variant = |sku: &str, colour: &str, price: i64| json!({ "sku": sku, "optionValues": [colour], "price": price, "initialStock": 3 });
    input["variants"] = json!([variant("b", "검정", 10_000), variant("w", "흰색", 9_000)]);
    let id = shop.on_sale(input).await;
    let other = shop.on_sale(shop.input("양말", 1_000)).await;
    let see = "query($id: ID!) { product(id: $id) { price { amount } variants { id sku name } addOns { id }
        priceHistory { price { amount } variant { name } } } }";
    let seen = async |id: &str| shop.ask(see, json!({ "id": id }), visitor()).await["product"].clone();
    let before = seen(&id).await;
    let (black, white) = (before["variants"][0]["id"].clone(), before["variants"][1]["id"].clone());
    let offer = "mutation($input: SetProductAddOnsInput!) { setProductAddOns(input: $input) { userErrors { code } } }";
    shop.ask(offer, json!({ "input": { "productId": other, "variantIds": [white] } }), own()).await;

    let edit = async |dry_run: bool, context| {
        let input = json!({ "productId": id, "dryRun": dry_run,
            "options": [{ "name": "색상", "values": ["검정", "파랑"] }],
            "addVariants": [variant("w", "파랑", 12_000)],
            "changeVariants": [{ "variantId": black, "sku": "black" }],
            "endVariants": [white] });
        shop.ask(EDIT, json!({ "input": input }), context).await["updateProductOptions"].clone()
    };
    assert_eq!(codes(&edit(true, member(Uuid::now_v7())).await), ["NOT_YOUR_SELLER"]);
    let preview = edit(true, own()).await;
    assert_eq!(preview["added"], json!([{ "variantId": null, "sku": "w", "name": "파랑", "initialStock": 3 }]));
    assert_eq!(
        preview["changed"],
        json!([{ "variant": { "sku": "black", "name": "검정" }, "skuBefore": "b", "nameBefore": "검정" }])
    );
    assert_eq!(preview["ended"], json!([{ "sku": "w" }]));
    assert_eq!(seen(&id).await, before, "a preview changes nothing");
    let told_before = shop.told().await.len();

    let done = edit(false, own()).await;
    assert_eq!((&done["changed"], &done["ended"]), (&preview["changed"], &preview["ended"]));
    let added = done["added"][0]["variantId"].clone();
    let after = seen(&id).await;
    assert_eq!(
        after["variants"],
        json!([{ "id": black, "sku": "black", "name": "검정" }, { "id": added, "sku": "w", "name": "파랑" }])
    );
    assert_eq!(after["price"]["amount"], 10_000, "the ended variant was the cheapest");
    assert_eq!(seen(&other).await["addOns"], json!([]), "what is ended is offered with nothing");
    let told = shop.told().await.split_off(told_before);
    let fact = |kind: &str| told.iter().find(|(told, _)| told == kind).unwrap().1.clone();
    assert_eq!(fact("product.variants_added")["variants"], json!([{ "variantId": added, "initialStock": 3 }]));
    assert_eq!(
        fact("product.changed")["variants"],
        json!([{ "variantId": white, "price": 9_000, "sellable": false }, { "variantId": added, "price": 12_000, "sellable": true }])
    );
    // Orders still find what they refer to.
    let entity =
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on ProductVariant { name ended sellable } } }";
    let r = json!({ "r": [{ "__typename": "ProductVariant", "id": white }, { "__typename": "ProductVariant", "id": black }] });
    assert_eq!(
        shop.ask(entity, r, visitor()).await["_entities"],
        json!([{ "name": "흰색", "ended": true, "sellable": false }, { "name": "검정", "ended": false, "sellable": true }])
    );

    // Refused: what is ended already, a combination twice, another product's SKU, values that buyers know, nothing left.
    let sku = seen(&other).await["variants"][0]["sku"].clone();
    for (fields, expected) in [
        (json!({ "endVariants": [white] }), json!([{ "code": "VARIANT_NOT_FOUND", "field": ["endVariants", "0"] }])),
        (
            json!({ "addVariants": [variant("x", "파랑", 1_000)] }),
            json!([{ "code": "INVALID_OPTIONS", "field": ["addVariants", "0", "optionValues"] }]),
        ),
        (
            json!({ "options": [{ "name": "색상", "values": ["검정", "파랑", "빨강"] }],
                "addVariants": [{ "sku": sku, "optionValues": ["빨강"], "price": 1_000 }] }),
            json!([{ "code": "DUPLICATE_SKU", "field": ["variants"] }]),
        ),
        (
            json!({ "changeVariants": [{ "variantId": black, "optionValues": ["파랑"] }], "endVariants": [added] }),
            json!([{ "code": "VARIANT_FIXED", "field": ["changeVariants", "0", "optionValues"] }]),
        ),
        (json!({ "endVariants": [black, added] }), json!([{ "code": "TOO_MANY_VARIANTS", "field": ["addVariants"] }])),
        (
            json!({ "options": [{ "name": "색상", "values": ["검정"] }] }),
            json!([{ "code": "INVALID_OPTIONS", "field": ["options"] }]),
        ),
    ] {
        for dry_run in [true, false] {
            let mut input = fields.clone();
            (input["productId"], input["dryRun"]) = (json!(id), json!(dry_run));
            let refused = shop.ask(EDIT, json!({ "input": input }), own()).await["updateProductOptions"].clone();
            assert_eq!(refused["userErrors"], expected, "{fields}");
        }
    }
    assert_eq!(seen(&id).await, after, "what was refused changed nothing");
    shop.services.stop().await;
}

/// Values that buyers do not know yet may change, also to each other's; and a product may get options at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_drafts_variants_may_get_other_values() {
    let shop = Shop::open().await;
    let own = || member(shop.seller);
    let see = "query($id: ID!) { product(id: $id) { variants { id } } }";
    let draft = shop.create(shop.input("모자", 5_000)).await;
    let only = shop.ask(see, json!({ "id": draft }), own()).await["product"]["variants"][0]["id"].clone();
    let input = json!({ "productId": draft, "optionKind": "COMBINATION",
        "options": [{ "name": "색상", "values": ["검정", "흰색"] }, { "name": "사이즈", "values": ["M"] }],
        "changeVariants": [{ "variantId": only, "sku": "m-1", "optionValues": ["검정", "M"] }],
        "addVariants": [{ "sku": "m-2", "optionValues": ["흰색", "M"], "price": 4_000 }] });
    let done = shop.ask(EDIT, json!({ "input": input }), own()).await["updateProductOptions"].clone();
    assert_eq!(
        (&done["product"]["optionKind"], &done["product"]["price"]["amount"]),
        (&json!("COMBINATION"), &json!(4_000))
    );
    let second = done["added"][0]["variantId"].clone();
    let input = json!({ "productId": draft, "changeVariants": [
        { "variantId": only, "sku": "m-2", "optionValues": ["흰색", "M"] },
        { "variantId": second, "sku": "m-1", "optionValues": ["검정", "M"] }] });
    let done = shop.ask(EDIT, json!({ "input": input }), own()).await["updateProductOptions"].clone();
    assert_eq!(
        done["product"]["variants"],
        json!([{ "sku": "m-2", "name": "흰색 / M" }, { "sku": "m-1", "name": "검정 / M" }])
    );
    shop.services.stop().await;
}
