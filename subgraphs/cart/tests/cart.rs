//! The cart service on a real database: what changed about its lines, and what it costs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor};
use serde_json::{Value, json};
use support::{ADULTS, COUPON, INVENTORY, KNOWN, Known, PRODUCT, SHIPPING, USER};
use uuid::Uuid;

const ADD: &str = "mutation($input: AddToCartInput!) { addToCart(input: $input) {
    cart { id token lines { id variant { id } } } userErrors { code } } }";
const QUOTE: &str = "query($token: String, $zonecode: String, $coupons: [ID!]! = []) { cart(token: $token) {
    quote(zonecode: $zonecode, couponIds: $coupons) {
        itemsTotal { amount } discountTotal { amount } shippingTotal { amount } total { amount } lineCount shippingKnown
        sellers { seller { id } total { amount } }
        coupons { coupon { id } applies discount { amount } message } } } }";

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

fn variant(seller: &str, price: i64, available: i32) -> String {
    let id = prefixed("var", Uuid::now_v7());
    tell(&id, |known| {
        *known = Some(Known {
            seller: seller.to_owned(),
            price,
            for_sale: true,
            adult_only: false,
            available,
            add_ons: Vec::new(),
            written: Vec::new(),
        });
    });
    id
}

fn tell(id: &str, change: impl FnOnce(&mut Option<Known>)) {
    let mut all = KNOWN.lock().unwrap();
    let mut one = all.remove(id);
    change(&mut one);
    all.extend(one.map(|one| (id.to_owned(), one)));
}

async fn start() -> TestServices {
    TestServices::start(&[&cart::SERVICE, &PRODUCT, &INVENTORY, &SHIPPING, &COUPON, &USER]).await
}

fn buyer() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer], &[])
}

async fn add(services: &TestServices, variant: &str, quantity: i32, who: &RequestContext) -> Value {
    let input = json!({ "input": { "variantId": variant, "quantity": quantity } });
    let added = services.data("cart", ADD, input, who.clone()).await["addToCart"].clone();
    assert_eq!(added["userErrors"], json!([]));
    added["cart"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_has_shipping_and_coupons_of_the_selected_lines() {
    let services = start().await;
    let who = buyer();
    let (one, two) = (prefixed("slr", Uuid::now_v7()), prefixed("slr", Uuid::now_v7()));
    add(&services, &variant(&one, 10_000, 9), 2, &who).await;
    add(&services, &variant(&one, 5_000, 9), 1, &who).await;
    let cart = add(&services, &variant(&two, 1_000, 9), 1, &who).await;
    let quote =
        async |variables: Value| services.data("cart", QUOTE, variables, who.clone()).await["cart"]["quote"].clone();
    let amount = |quote: &Value, field: &str| quote[field]["amount"].as_i64().unwrap();
    let sums =
        |quote: &Value| ["itemsTotal", "discountTotal", "shippingTotal", "total"].map(|field| amount(quote, field));

    let plain = quote(json!({})).await;
    assert_eq!(sums(&plain), [26_000, 0, 6_000, 32_000]);
    assert_eq!(plain["coupons"], json!([]));
    let (good, bad) = ("cpn_00000000000070008000000000000010", "cpn_00000000000070008000000000000001");
    let with = quote(json!({ "zonecode": "63100", "coupons": [good, bad] })).await;
    assert_eq!(sums(&with), [26_000, 2_600, 12_000, 35_400]);
    let sellers: i64 = with["sellers"].as_array().unwrap().iter().map(|seller| amount(seller, "total")).sum();
    assert_eq!(sellers, 35_400);
    assert_eq!(
        with["coupons"],
        json!([
            { "coupon": { "id": good }, "applies": true, "discount": { "amount": 2_600 }, "message": null },
            { "coupon": { "id": bad }, "applies": false, "discount": { "amount": 0 }, "message": "기간이 지났습니다" },
        ])
    );
    // What is not selected costs nothing, and neither does its seller's parcel.
    let select = "mutation($input: SelectCartLinesInput!) { selectCartLines(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "lineIds": [cart["lines"][2]["id"]], "selected": false } });
    services.data("cart", select, input, who.clone()).await;
    let fewer = quote(json!({})).await;
    assert_eq!((sums(&fewer), fewer["lineCount"].as_i64()), ([25_000, 0, 3_000, 28_000], Some(2)));
    // Without shipping's answer the cart is still there, and says what it does not know.
    let unknown = quote(json!({ "zonecode": "99999" })).await;
    assert_eq!((sums(&unknown), &unknown["shippingKnown"]), ([25_000, 0, 0, 25_000], &json!(false)));
    let refused = services.execute("cart", QUOTE, json!({ "zonecode": "6310" }), who.clone()).await;
    assert_eq!(refused.errors.len(), 1);

    let best = "{ cart { bestCoupons { discountTotal { amount } coupons { coupon { id } discount { amount } } } } }";
    let found = services.data("cart", best, Value::Null, who.clone()).await["cart"]["bestCoupons"].clone();
    let coupon = json!({ "coupon": { "id": "cpn_00000000000070008000000000000000" }, "discount": { "amount": 2_500 } });
    assert_eq!(found, json!({ "discountTotal": { "amount": 2_500 }, "coupons": [coupon] }));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_show_what_is_sent_together() {
    let services = start().await;
    let who = buyer();
    let (one, two) = (prefixed("slr", Uuid::now_v7()), prefixed("slr", Uuid::now_v7()));
    for (seller, price) in [(&one, 10_000), (&one, 150_000), (&one, 5_000), (&two, 1_000), (&two, 2_000)] {
        add(&services, &variant(seller, price, 9), 1, &who).await;
    }
    let query = "query($zonecode: String) { cart { groups(zonecode: $zonecode) { seller { id } lines { id }
        bundles { policyId lines { priceWhenAdded { amount } } fee { amount } surcharge { amount } } } } }";
    let groups =
        async |variables: Value| services.data("cart", query, variables, who.clone()).await["cart"]["groups"].clone();
    let seen = groups(json!({ "zonecode": "63100" })).await;
    let policy = "spp_00000000000070008000000000000001";
    let price = |amount: i64| json!({ "priceWhenAdded": { "amount": amount } });
    assert_eq!(
        seen[0]["bundles"],
        json!([
            { "policyId": null, "lines": [price(150_000)], "fee": { "amount": 0 }, "surcharge": { "amount": 0 } },
            { "policyId": policy, "lines": [price(10_000), price(5_000)], "fee": { "amount": 3_000 },
              "surcharge": { "amount": 3_000 } },
        ])
    );
    assert_eq!(seen[1]["bundles"][0]["lines"], json!([price(1_000), price(2_000)]));
    // What is not selected is not sent; a seller of whom nothing is selected sends nothing.
    let select = "mutation($input: SelectCartLinesInput!) { selectCartLines(input: $input) { userErrors { code } } }";
    let ids: Vec<&Value> = seen[1]["lines"].as_array().unwrap().iter().map(|line| &line["id"]).collect();
    let input = json!({ "input": { "lineIds": ids, "selected": false } });
    services.data("cart", select, input, who.clone()).await;
    let fewer = groups(Value::Null).await;
    assert_eq!((&fewer[1]["bundles"], fewer[1]["lines"].as_array().unwrap().len()), (&json!([]), 2));
    assert_eq!(fewer[0]["bundles"][1]["surcharge"]["amount"], 0);
    // Without shipping's answer the groups are still there.
    let unknown = groups(json!({ "zonecode": "99999" })).await;
    assert_eq!((&unknown[0]["bundles"], unknown.as_array().unwrap().len()), (&Value::Null, 2));
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_have_no_coupons() {
    let services = start().await;
    let seller = prefixed("slr", Uuid::now_v7());
    let cart = add(&services, &variant(&seller, 10_000, 9), 1, &visitor()).await;
    let variables = json!({ "token": cart["token"], "coupons": ["cpn_00000000000070008000000000000010"] });
    let quote = services.data("cart", QUOTE, variables.clone(), visitor()).await["cart"]["quote"].clone();
    assert_eq!((&quote["total"]["amount"], &quote["coupons"]), (&json!(13_000), &json!([])));
    let best = "query($token: String) { cart(token: $token) { bestCoupons { discountTotal { amount } } } }";
    assert_eq!(services.data("cart", best, variables, visitor()).await["cart"]["bestCoupons"], Value::Null);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_price_and_stock_are_a_diff_that_can_be_accepted() {
    let services = start().await;
    let who = buyer();
    let seller = prefixed("slr", Uuid::now_v7());
    let ids = [1_000, 2_000, 3_000, 4_000].map(|price| variant(&seller, price, 9));
    for id in &ids {
        add(&services, id, 3, &who).await;
    }
    let diff = "{ cart { changedLines { variant { id } change { kind }
        changes { kind before { amount } now { amount } available } } } }";
    let changed = async || services.data("cart", diff, Value::Null, who.clone()).await["cart"]["changedLines"].clone();
    assert_eq!(changed().await, json!([]));
    tell(&ids[1], |known| known.as_mut().unwrap().available = 0);
    tell(&ids[2], |known| {
        let known = known.as_mut().unwrap();
        (known.price, known.available) = (2_500, 2);
    });
    tell(&ids[3], |known| *known = None);
    assert_eq!(
        changed().await,
        json!([
            { "variant": { "id": ids[1] }, "change": { "kind": "SOLD_OUT" }, "changes": [
                { "kind": "SOLD_OUT", "before": { "amount": 2_000 }, "now": { "amount": 2_000 }, "available": 0 }] },
            { "variant": { "id": ids[2] }, "change": { "kind": "LESS_AVAILABLE" }, "changes": [
                { "kind": "LESS_AVAILABLE", "before": { "amount": 3_000 }, "now": { "amount": 2_500 }, "available": 2 },
                { "kind": "PRICE_DOWN", "before": { "amount": 3_000 }, "now": { "amount": 2_500 }, "available": null }] },
            { "variant": { "id": ids[3] }, "change": { "kind": "NO_LONGER_SOLD" }, "changes": [
                { "kind": "NO_LONGER_SOLD", "before": { "amount": 4_000 }, "now": null, "available": null }] },
        ])
    );
    let accept = "mutation { acceptCartChanges(input: {}) { cart {
        lines { variant { id } quantity change { kind } priceWhenAdded { amount } } } userErrors { code } } }";
    let accepted = services.data("cart", accept, Value::Null, who.clone()).await["acceptCartChanges"].clone();
    assert_eq!(
        accepted["cart"]["lines"],
        json!([
            { "variant": { "id": ids[0] }, "quantity": 3, "change": null, "priceWhenAdded": { "amount": 1_000 } },
            { "variant": { "id": ids[2] }, "quantity": 2, "change": null, "priceWhenAdded": { "amount": 2_500 } },
        ])
    );
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn add_ons_come_with_their_product_or_nothing_does() {
    let services = start().await;
    let who = buyer();
    let seller = prefixed("slr", Uuid::now_v7());
    let [main, add_on, other] = [10_000, 2_000, 3_000].map(|price| variant(&seller, price, 9));
    tell(&main, |known| known.as_mut().unwrap().add_ons = vec![add_on.clone()]);
    let put = async |add_ons: Value| {
        let input = json!({ "input": { "variantId": main, "addOns": add_ons } });
        services.data("cart", ADD, input, who.clone()).await["addToCart"].clone()
    };
    let refused = put(json!([{ "variantId": other }])).await;
    assert_eq!(refused["userErrors"][0]["code"], "NOT_AN_ADD_ON");
    let too_many = put(json!([{ "variantId": add_on, "quantity": 1_000 }])).await;
    assert_eq!(too_many["userErrors"][0]["code"], "INVALID_QUANTITY");
    let cart = services.data("cart", "{ cart { lines { id } } }", Value::Null, who.clone()).await;
    assert_eq!(cart["cart"], Value::Null, "nothing was put in");
    let both = put(json!([{ "variantId": add_on, "quantity": 2 }])).await;
    let lines: Vec<&Value> =
        both["cart"]["lines"].as_array().unwrap().iter().map(|line| &line["variant"]["id"]).collect();
    assert_eq!(lines, [&json!(main), &json!(add_on)]);
    // What does not fit any more takes the rest with it.
    let full = put(json!([{ "variantId": add_on, "quantity": 998 }])).await;
    assert_eq!(full["userErrors"][0]["code"], "INVALID_QUANTITY");
    let cart = services.data("cart", "{ cart { totalQuantity } }", Value::Null, who.clone()).await;
    assert_eq!(cart["cart"]["totalQuantity"], 3);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_buyer_writes_goes_with_the_line() {
    let services = start().await;
    let who = buyer();
    let seller = prefixed("slr", Uuid::now_v7());
    let [ring, plain] = [50_000, 1_000].map(|price| variant(&seller, price, 9));
    tell(&ring, |known| known.as_mut().unwrap().written = vec!["각인".to_owned(), "날짜".to_owned()]);
    let put = async |variant: &str, texts: Value, who: &RequestContext, token: Value| {
        let input = json!({ "input": { "variantId": variant, "optionTexts": texts, "token": token } });
        services.data("cart", ADD, input, who.clone()).await["addToCart"].clone()
    };
    let code = |payload: &Value| payload["userErrors"][0]["code"].as_str().unwrap_or_default().to_owned();
    for (variant, texts) in [
        (&ring, json!([])),
        (&ring, json!(["DOA"])),
        (&ring, json!(["DOA", " "])),
        (&ring, json!(["DOA", "가".repeat(101)])),
        (&plain, json!(["DOA"])),
    ] {
        assert_eq!(code(&put(variant, texts.clone(), &who, Value::Null).await), "INVALID_OPTION_TEXTS", "{texts}");
    }
    assert_eq!(code(&put(&ring, json!([" DOA ", "2026"]), &who, Value::Null).await), "");
    assert_eq!(code(&put(&ring, json!(["DOA", "2026"]), &who, Value::Null).await), "");
    assert_eq!(code(&put(&ring, json!(["DOA", "2027"]), &who, Value::Null).await), "OPTION_TEXTS_DIFFER");
    let query = "query($token: String) { cart(token: $token) { lines { quantity optionTexts } } }";
    let lines = async || services.data("cart", query, Value::Null, who.clone()).await["cart"]["lines"].clone();
    let expected = json!([{ "quantity": 2, "optionTexts": ["DOA", "2026"] }]);
    assert_eq!(lines().await, expected);
    // A guest's other text does not get into the member's line.
    let guest = put(&ring, json!(["ABC", "2026"]), &visitor(), Value::Null).await;
    let merge = "mutation($input: MergeCartInput!) { mergeCart(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "token": guest["cart"]["token"] } });
    services.data("cart", merge, input, who.clone()).await;
    assert_eq!(lines().await, expected);
    services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_adults_goes_into_every_cart_and_says_so() {
    let services = start().await;
    let wine = variant(&prefixed("slr", Uuid::now_v7()), 10_000, 9);
    tell(&wine, |known| known.as_mut().unwrap().adult_only = true);
    let query = "query($token: String) { cart(token: $token) {
        lines { change { kind now { amount } } } changedLines { id } quote { total { amount } } } }";
    let kinds = async |token: &Value, who: &RequestContext| {
        let cart = services.data("cart", query, json!({ "token": token }), who.clone()).await["cart"].clone();
        assert_eq!(cart["quote"]["total"]["amount"], 13_000, "it is priced all the same");
        assert_eq!(cart["changedLines"].as_array().unwrap().len(), usize::from(!cart["lines"][0]["change"].is_null()));
        cart["lines"][0]["change"].clone()
    };
    let barred = json!({ "kind": "ADULT_VERIFICATION_REQUIRED", "now": { "amount": 10_000 } });

    let cart = add(&services, &wine, 1, &visitor()).await;
    assert_eq!(kinds(&cart["token"], &visitor()).await, barred, "a guest");
    let member = |last: u128| Uuid::from_u128(Uuid::now_v7().as_u128() & !0xf | last);
    let (minor, adult, unknown) = (member(0), member(1), member(0xf));
    ADULTS.lock().unwrap().insert(prefixed("usr", adult));
    for (id, change) in [(minor, barred), (adult, Value::Null), (unknown, Value::Null)] {
        let who = user(id, &[Scope::Buyer], &[]);
        add(&services, &wine, 1, &who).await;
        assert_eq!(kinds(&Value::Null, &who).await, change, "{id}");
    }
    services.stop().await;
}
