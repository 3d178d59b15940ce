//! Products on a real database: how they come on sale, who may change them, what is remembered.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::events::Fact;
use platform::testing::{service, user, visitor};
use serde_json::{Value, json};
use support::{Shop, close_seller, codes, member, prefixed, staff};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn from_draft_to_the_end() {
    let shop = Shop::open().await;
    let own = || member(shop.seller);
    let id = shop.create(shop.input("린넨 셔츠", 39_000)).await;
    let see = "query($id: ID!) { product(id: $id) { state variants { sellable } } }";
    let seen = |data: Value| (data["product"]["state"].clone(), data["product"]["variants"][0]["sellable"].clone());
    assert_eq!(shop.ask(see, json!({ "id": id }), visitor()).await["product"], Value::Null);
    assert_eq!(seen(shop.ask(see, json!({ "id": id }), own()).await), (json!("DRAFT"), json!(false)));

    assert_eq!(shop.command("approveProduct", &id, None, staff()).await, "STATE_CONFLICT");
    assert_eq!(shop.command("submitProduct", &id, None, own()).await, "IN_REVIEW");
    assert_eq!(shop.command("rejectProduct", &id, Some(" "), staff()).await, "REASON_REQUIRED");
    assert_eq!(shop.command("rejectProduct", &id, Some("사진이 흐립니다"), staff()).await, "DRAFT");
    let reason = "query($id: ID!) { product(id: $id) { rejectionReason } }";
    let data = shop.ask(reason, json!({ "id": id }), own()).await;
    assert_eq!(data["product"]["rejectionReason"], "사진이 흐립니다");
    assert_eq!(shop.command("submitProduct", &id, None, own()).await, "IN_REVIEW");
    let data = shop.ask("{ productsForReview { nodes { id } } }", json!({}), staff()).await;
    assert_eq!(data["productsForReview"]["nodes"], json!([{ "id": id }]));
    assert_eq!(shop.command("approveProduct", &id, None, staff()).await, "ON_SALE");
    assert_eq!(seen(shop.ask(see, json!({ "id": id }), visitor()).await), (json!("ON_SALE"), json!(true)));

    assert_eq!(shop.command("suspendProduct", &id, Some("점검"), own()).await, "SUSPENDED");
    assert_eq!(seen(shop.ask(see, json!({ "id": id }), visitor()).await), (json!("SUSPENDED"), json!(false)));
    assert_eq!(shop.titles("first: 10", visitor()).await, [""; 0]);
    assert_eq!(shop.command("resumeProduct", &id, None, own()).await, "ON_SALE");
    assert_eq!(shop.command("suspendProduct", &id, Some("신고 접수"), staff()).await, "SUSPENDED");
    assert_eq!(shop.command("resumeProduct", &id, None, own()).await, "STATE_CONFLICT");
    assert_eq!(shop.command("resumeProduct", &id, None, staff()).await, "ON_SALE");
    assert_eq!(shop.command("endProduct", &id, None, own()).await, "ENDED");
    assert_eq!(shop.command("resumeProduct", &id, None, staff()).await, "STATE_CONFLICT");
    assert_eq!(seen(shop.ask(see, json!({ "id": id }), visitor()).await), (json!("ENDED"), json!(false)));

    let told = shop.told().await;
    let created = told.iter().find(|(kind, _)| kind == "product.created").unwrap();
    assert_eq!(created.1["variants"][0]["initialStock"], 5);
    let moves: Vec<&Value> =
        told.iter().filter(|(kind, _)| kind == "product.state_changed").map(|(_, fact)| &fact["to"]).collect();
    assert_eq!(
        moves,
        ["IN_REVIEW", "DRAFT", "IN_REVIEW", "ON_SALE", "SUSPENDED", "ON_SALE", "SUSPENDED", "ON_SALE", "ENDED"]
    );
    assert_eq!(told.iter().filter(|(kind, _)| kind == "product.approved").count(), 1);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_sellers_own_people_change_it() {
    let shop = Shop::open().await;
    let id = shop.on_sale(shop.input("머그컵", 12_000)).await;
    let stranger = || member(Uuid::now_v7());
    assert_eq!(codes(&shop.try_create(shop.input("남의 상품", 1_000), stranger()).await), ["NOT_YOUR_SELLER"]);
    for (field, reason) in [("submitProduct", None), ("endProduct", None), ("suspendProduct", Some("사유"))] {
        assert_eq!(shop.command(field, &id, reason, stranger()).await, "NOT_YOUR_SELLER", "{field}");
    }
    let update = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { product { title } userErrors { code } } }";
    let input = json!({ "input": { "productId": id, "title": "바뀐 이름" } });
    let data = shop.ask(update, input.clone(), stranger()).await;
    assert_eq!(codes(&data["updateProduct"]), ["NOT_YOUR_SELLER"]);
    let data = shop.ask(update, input.clone(), member(shop.seller)).await;
    assert_eq!(data["updateProduct"]["product"]["title"], "바뀐 이름");
    assert_eq!(shop.titles("first: 1", visitor()).await, ["바뀐 이름"]);
    let unknown = json!({ "input": { "productId": prefixed("prd", Uuid::now_v7()) } });
    let data = shop.ask(update, unknown, member(shop.seller)).await;
    assert_eq!(codes(&data["updateProduct"]), ["PRODUCT_NOT_FOUND"]);

    assert_eq!(shop.error(update, input, visitor()).await, "\"UNAUTHENTICATED\"");
    let approve = "mutation($input: ProductIdInput!) { approveProduct(input: $input) { product { id } } }";
    let input = json!({ "input": { "productId": id } });
    assert_eq!(shop.error(approve, input, member(shop.seller)).await, "\"FORBIDDEN\"");
    let drafts = "{ products(where: { state: DRAFT }) { nodes { id } } }";
    assert_eq!(shop.error(drafts, json!({}), member(shop.seller)).await, "\"FORBIDDEN\"");
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_are_checked_and_every_fault_is_named() {
    let shop = Shop::open().await;
    let own = || member(shop.seller);
    let mut wrong = shop.input(" ", 0);
    wrong["optionKind"] = json!("COMBINATION");
    wrong["options"] = json!([{ "name": "색상", "values": ["검정"] }]);
    wrong["variants"][0]["initialStock"] = json!(-1);
    wrong["images"][0]["url"] = json!("javascript:alert(1)");
    let payload = shop.try_create(wrong, own()).await;
    let expected = ["INVALID_TITLE", "INVALID_IMAGE", "INVALID_OPTIONS", "INVALID_PRICE", "INVALID_STOCK"];
    assert_eq!(codes(&payload), expected);
    assert_eq!(payload["userErrors"][2]["field"], json!(["variants", "0", "optionValues"]));

    let mut twice = shop.input("양말", 3_000);
    shop.create(twice.clone()).await;
    assert_eq!(codes(&shop.try_create(twice.clone(), own()).await), ["DUPLICATE_SKU"]);
    twice["variants"][0]["sku"] = json!("new");
    twice["categoryId"] = json!(prefixed("cat", Uuid::now_v7()));
    assert_eq!(codes(&shop.try_create(twice.clone(), own()).await), ["CATEGORY_NOT_FOUND"]);
    twice["categoryId"] = json!(shop.category);
    twice["brandId"] = json!(prefixed("brd", Uuid::now_v7()));
    assert_eq!(codes(&shop.try_create(twice, own()).await), ["BRAND_NOT_FOUND"]);

    let mut bare = shop.input("미완성", 1_000);
    (bare["images"], bare["notices"], bare["description"]) = (json!([]), json!([]), json!(""));
    let id = shop.create(bare).await;
    let refusal = "IMAGE_REQUIRED NOTICE_ITEM_MISSING NOTICE_ITEM_MISSING NOTICE_ITEM_MISSING INVALID_DESCRIPTION";
    assert_eq!(shop.command("submitProduct", &id, None, own()).await, refusal);

    let closed = Uuid::now_v7();
    close_seller(closed);
    let mut input = shop.input("문 닫은 가게", 1_000);
    input["sellerId"] = json!(prefixed("slr", closed));
    assert_eq!(codes(&shop.try_create(input, member(closed)).await), ["SELLER_CANNOT_SELL"]);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_asks_what_the_law_asks_of_this_kind_of_goods() {
    let shop = Shop::open().await;
    let own = || member(shop.seller);
    let data = shop.ask("{ noticeTemplates { kind name items kcRequired } }", json!({}), visitor()).await;
    let templates = data["noticeTemplates"].as_array().unwrap();
    let electronics = templates.iter().find(|template| template["kind"] == "ELECTRONICS").unwrap();
    assert_eq!((&electronics["name"], &electronics["kcRequired"]), (&json!("소형전자"), &json!(true)));
    let mut input = shop.input("무선 이어폰", 50_000);
    input["noticeKind"] = json!("ELECTRONICS");
    let id = shop.create(input).await;
    let submit = "mutation($input: ProductIdInput!) { submitProduct(input: $input) {
        product { state } userErrors { code field message } } }";
    let refused = shop.ask(submit, json!({ "input": { "productId": id } }), own()).await["submitProduct"].clone();
    let errors = refused["userErrors"].as_array().unwrap();
    let missing: Vec<&Value> = errors
        .iter()
        .filter(|error| error["code"] == "NOTICE_ITEM_MISSING")
        .map(|error| error["field"].as_array().unwrap().last().unwrap())
        .collect();
    assert_eq!(missing.len(), electronics["items"].as_array().unwrap().len() - 3, "{refused}");
    assert!(errors[0]["message"].as_str().unwrap().ends_with(": 품명 및 모델명"), "{refused}");
    assert_eq!((&errors[errors.len() - 1]["code"], errors.len()), (&json!("KC_REQUIRED"), missing.len() + 1));

    let update = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) {
        product { noticeKind kc { certifications { kind number } exemptReason } } userErrors { code field } } }";
    let change = async |fields: Value| {
        let mut input = fields;
        input["productId"] = json!(id);
        shop.ask(update, json!({ "input": input }), own()).await["updateProduct"].clone()
    };
    let wrong = change(json!({ "kc": { "certifications": [{ "kind": "SAFETY_CERTIFICATION" }] } })).await;
    assert_eq!(
        wrong["userErrors"],
        json!([{ "code": "INVALID_KC", "field": ["kc", "certifications", "0", "number"] }])
    );
    let all = electronics["items"].as_array().unwrap().iter().map(|name| json!({ "name": name, "value": "상세 참조" }));
    let notices: Vec<Value> = all.collect();
    let kc = json!({ "certifications": [{ "kind": "RADIO_CONFORMITY", "number": "R-R-DOA-E100" }] });
    let changed = change(json!({ "notices": notices, "kc": kc })).await;
    assert_eq!(changed["product"]["noticeKind"], "ELECTRONICS");
    assert_eq!(changed["product"]["kc"]["certifications"], kc["certifications"]);
    assert_eq!(shop.command("submitProduct", &id, None, own()).await, "IN_REVIEW");
    assert_eq!(shop.command("approveProduct", &id, None, staff()).await, "ON_SALE");
    // What is on sale stays complete.
    assert_eq!(codes(&change(json!({ "kc": null })).await), ["KC_REQUIRED"]);
    assert_eq!(codes(&change(json!({ "notices": notices[1..] })).await), ["NOTICE_ITEM_MISSING"]);

    // Without a kind it is other goods once it is submitted; one from before there were kinds stays as it is.
    let plain = shop.on_sale(shop.input("엽서", 1_000)).await;
    let kind = "query($id: ID!) { product(id: $id) { noticeKind } }";
    let data = shop.ask(kind, json!({ "id": plain }), visitor()).await;
    assert_eq!(data["product"]["noticeKind"], "OTHER");
    {
        use diesel_async::SimpleAsyncConnection;
        let database = shop.services.database_of("product").await;
        let old =
            "UPDATE product_detail SET notice_kind = NULL, notices = '[{\"name\":\"제조국\",\"value\":\"한국\"}]'";
        database.connection().await.unwrap().batch_execute(old).await.unwrap();
    }
    let input = json!({ "input": { "productId": plain, "title": "그림엽서" } });
    assert_eq!(codes(&shop.ask(update, input, own()).await["updateProduct"]), [""; 0]);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_change_together_and_are_remembered() {
    let shop = Shop::open().await;
    let mut input = shop.input("티셔츠", 0);
    input["optionKind"] = json!("COMBINATION");
    input["options"] = json!([{ "name": "색상", "values": ["검정", "흰색"] }, { "name": "사이즈", "values": ["M"] }]);
    let variant = |sku: &str, colour: &str, price: i64| json!({ "sku": sku, "optionValues": [colour, "M"], "price": price, "listPrice": price });
    input["variants"] = json!([variant("b", "검정", 15_000), variant("w", "흰색", 12_000)]);
    let id = shop.on_sale(input).await;
    let see = "query($id: ID!) { product(id: $id) { price { amount } listPrice { amount } discountPercent
        variants { id name price { amount } sellable } priceHistory { price { amount } variant { name } } } }";
    let before = shop.ask(see, json!({ "id": id }), visitor()).await["product"].clone();
    assert_eq!((&before["price"]["amount"], &before["discountPercent"]), (&json!(12_000), &json!(0)));
    assert_eq!(before["variants"][0]["name"], "검정 / M");
    assert_eq!(before["priceHistory"].as_array().unwrap().len(), 2);

    let update = "mutation($input: UpdateVariantsInput!) { updateVariants(input: $input) {
        changes { variant { name sellable } before { amount } after { amount } } userErrors { code field } } }";
    let (black, white) = (&before["variants"][0]["id"], &before["variants"][1]["id"]);
    // The black one was sold at 15,000 won for three weeks.
    shop.days_pass(21).await;
    let change = |dry_run: bool| {
        json!({ "input": { "productId": id, "dryRun": dry_run, "variants": [
            { "variantId": black, "price": 10_000 }, { "variantId": white, "price": 12_000, "sellable": false }] } })
    };
    let preview = shop.ask(update, change(true), member(shop.seller)).await["updateVariants"].clone();
    assert_eq!(preview["changes"][0]["after"]["amount"], 10_000);
    assert_eq!(shop.ask(see, json!({ "id": id }), visitor()).await["product"], before);
    let done = shop.ask(update, change(false), member(shop.seller)).await["updateVariants"].clone();
    assert_eq!(done, preview);
    let after = shop.ask(see, json!({ "id": id }), visitor()).await["product"].clone();
    assert_eq!((&after["price"]["amount"], &after["discountPercent"]), (&json!(10_000), &json!(33)));
    assert_eq!(after["variants"][1]["sellable"], false);
    assert_eq!(after["priceHistory"][0], json!({ "price": { "amount": 10_000 }, "variant": { "name": "검정 / M" } }));
    assert_eq!(after["priceHistory"].as_array().unwrap().len(), 3);

    let wrong = json!({ "input": { "productId": id, "variants": [{ "variantId": black, "price": 30_000 },
        { "variantId": prefixed("var", Uuid::now_v7()), "price": 1 }] } });
    let refused = shop.ask(update, wrong, member(shop.seller)).await["updateVariants"].clone();
    assert_eq!(codes(&refused), ["INVALID_LIST_PRICE", "VARIANT_NOT_FOUND"]);
    let told = shop.told().await;
    let changed = &told.iter().rfind(|(kind, _)| kind == "product.changed").unwrap().1["variants"];
    assert_eq!(changed[0]["price"], 10_000);

    let snapshot = "query($ids: [ID!]!) { productVariants(ids: $ids) { id sellable price { amount } product { title seller { id } } } }";
    let ids = json!({ "ids": [white, prefixed("var", Uuid::now_v7()), black] });
    let data = shop.ask(snapshot, ids.clone(), service("order")).await["productVariants"].clone();
    assert_eq!(data[0]["sellable"], false);
    assert_eq!(data[1], Value::Null);
    assert_eq!((&data[2]["price"]["amount"], &data[2]["product"]["title"]), (&json!(10_000), &json!("티셔츠")));
    assert_eq!(shop.error(snapshot, ids, staff()).await, "\"FORBIDDEN\"");
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_price_must_have_been_the_price() {
    let shop = Shop::open().await;
    let own = || member(shop.seller);
    let mut claiming = shop.input("새 상품", 10_000);
    claiming["variants"][0]["listPrice"] = json!(30_000);
    let refused = shop.try_create(claiming, own()).await;
    assert_eq!(
        refused["userErrors"],
        json!([{ "code": "LIST_PRICE_UNPROVEN", "field": ["variants", "0", "listPrice"] }])
    );
    let id = shop.create(shop.input("담요", 30_000)).await;
    let see =
        "query($id: ID!) { product(id: $id) { discountPercent variants { id } priceHistory { price { amount } } } }";
    let seen = async || shop.ask(see, json!({ "id": id }), own()).await["product"].clone();
    let variant = seen().await["variants"][0]["id"].clone();
    let update =
        "mutation($input: UpdateVariantsInput!) { updateVariants(input: $input) { userErrors { code field } } }";
    let set = async |price: i64, list_price: Value, sellable: bool| {
        let one = json!({ "variantId": variant, "price": price, "listPrice": list_price, "sellable": sellable });
        let input = json!({ "input": { "productId": id, "variants": [one] } });
        let payload = shop.ask(update, input, own()).await["updateVariants"].clone();
        codes(&payload).join(" ")
    };
    // A draft's price is none that anybody could pay.
    shop.days_pass(30).await;
    assert_eq!(set(15_000, json!(30_000), true).await, "LIST_PRICE_UNPROVEN");
    for (command, context) in [("submitProduct", own()), ("approveProduct", staff())] {
        shop.command(command, &id, None, context).await;
    }
    shop.days_pass(19).await;
    assert_eq!(set(15_000, json!(30_000), true).await, "LIST_PRICE_UNPROVEN");
    // Nor is one while the variant, or its product, was off the shelf.
    assert_eq!(set(30_000, Value::Null, false).await, "");
    shop.days_pass(10).await;
    assert_eq!(set(30_000, Value::Null, true).await, "");
    assert_eq!(shop.command("suspendProduct", &id, Some("점검"), own()).await, "SUSPENDED");
    shop.days_pass(10).await;
    assert_eq!(shop.command("resumeProduct", &id, None, own()).await, "ON_SALE");
    assert_eq!(set(15_000, json!(30_000), true).await, "LIST_PRICE_UNPROVEN");
    shop.days_pass(2).await;
    assert_eq!(set(15_000, json!(30_001), true).await, "LIST_PRICE_UNPROVEN");
    assert_eq!(set(15_000, json!(30_000), true).await, "");
    let product = seen().await;
    assert_eq!(product["discountPercent"], 50);
    assert_eq!(product["priceHistory"], json!([{ "price": { "amount": 15_000 } }, { "price": { "amount": 30_000 } }]));
    // What was announced stays as it is, but a further claim needs a price of late.
    shop.days_pass(60).await;
    assert_eq!(set(15_000, json!(30_000), false).await, "");
    assert_eq!(set(14_000, json!(30_000), true).await, "LIST_PRICE_UNPROVEN");
    assert_eq!(set(14_000, json!(15_000), true).await, "");
    shop.services.stop().await;
}

#[derive(schemars::JsonSchema, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct SellerStateChanged {
    seller_id: String,
    can_sell: bool,
}

impl Fact for SellerStateChanged {
    const KIND: &'static str = "seller.state_changed";

    fn aggregate(&self) -> String {
        self.seller_id.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sellers_products_follow_its_state() {
    let shop = Shop::open().await;
    let id = shop.on_sale(shop.input("양초", 8_000)).await;
    let see = "query($id: ID!) { product(id: $id) { state variants { sellable } } }";
    let database = shop.services.database_of("product").await;
    for can_sell in [false, true] {
        let fact = SellerStateChanged { seller_id: prefixed("slr", shop.seller), can_sell };
        {
            let mut connection = database.connection().await.unwrap();
            platform::events::append(&mut connection, &fact, None).await.unwrap();
        }
        let mut seen = Value::Null;
        for _ in 0..100 {
            seen = shop.ask(see, json!({ "id": id }), visitor()).await["product"]["variants"][0]["sellable"].clone();
            if seen == json!(can_sell) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(seen, json!(can_sell));
        assert_eq!(shop.titles("first: 1", visitor()).await.len(), usize::from(can_sell));
    }
    // What nobody could buy proves no list price: offered from its approval on, not while its seller was closed, and again.
    use diesel_async::RunQueryDsl;
    let offered = "SELECT 1 FROM price_change WHERE offered = $1";
    let mut connection = database.connection().await.unwrap();
    for (yes, rows) in [(true, 2), (false, 2)] {
        let found = diesel::sql_query(offered).bind::<diesel::sql_types::Bool, _>(yes).execute(&mut connection).await;
        assert_eq!(found.unwrap(), rows, "offered: {yes}");
    }
    drop(connection);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_and_the_brands() {
    let shop = Shop::open().await;
    let women = shop.create_category("women", "여성", Some(&shop.category)).await;
    let shirts = shop.create_category("women-shirts", "셔츠", Some(&women)).await;
    let create = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) { category { id } userErrors { code } } }";
    for (slug, parent, code) in [
        ("deeper", &shirts, "CATEGORY_TOO_DEEP"),
        ("women", &shop.category, "SLUG_TAKEN"),
        ("한글", &shop.category, "INVALID_SLUG"),
        ("lost", &prefixed("cat", Uuid::now_v7()), "CATEGORY_NOT_FOUND"),
    ] {
        let input = json!({ "input": { "slug": slug, "name": "이름", "parentId": parent } });
        assert_eq!(codes(&shop.ask(create, input, staff()).await["createCategory"]), [code], "{slug}");
    }
    let query = "{ category(slug: \"women-shirts\") { name parent { slug } path { slug } children { slug } }
        categories { slug children { slug children { slug } } } }";
    let data = shop.ask(query, json!({}), visitor()).await;
    let path = json!([{ "slug": "fashion" }, { "slug": "women" }, { "slug": "women-shirts" }]);
    assert_eq!(
        data["category"],
        json!({ "name": "셔츠", "parent": { "slug": "women" }, "path": path, "children": [] })
    );
    let tree =
        json!([{ "slug": "fashion", "children": [{ "slug": "women", "children": [{ "slug": "women-shirts" }] }] }]);
    assert_eq!(data["categories"], tree);

    let brand =
        "mutation($input: CreateBrandInput!) { createBrand(input: $input) { brand { name } userErrors { code } } }";
    for (name, expected) in
        [("Aru", vec![]), ("aru", vec!["NAME_TAKEN"]), ("바다", vec![]), (" ", vec!["INVALID_NAME"])]
    {
        let data = shop.ask(brand, json!({ "input": { "name": name } }), staff()).await;
        assert_eq!(codes(&data["createBrand"]), expected, "{name}");
    }
    let data = shop
        .ask("{ brands(first: 1) { totalCount nodes { name } pageInfo { endCursor } } }", json!({}), visitor())
        .await;
    assert_eq!((&data["brands"]["totalCount"], &data["brands"]["nodes"][0]["name"]), (&json!(2), &json!("Aru")));
    let next = "query($after: String) { brands(first: 1, after: $after) { nodes { name } } }";
    let after = json!({ "after": data["brands"]["pageInfo"]["endCursor"] });
    assert_eq!(shop.ask(next, after, visitor()).await["brands"]["nodes"], json!([{ "name": "바다" }]));
    let buyer = user(Uuid::now_v7(), &[platform::identity::Scope::Buyer], &[]);
    assert_eq!(shop.error(brand, json!({ "input": { "name": "x" } }), buyer).await, "\"FORBIDDEN\"");
    shop.services.stop().await;
}
