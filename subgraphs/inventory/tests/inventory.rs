//! The inventory service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use futures::future::join_all;
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user, visitor, with_key};
use serde_json::{Value, json};
use uuid::Uuid;

const RESERVE: &str = "mutation($input: ReserveStockInput!) { reserveStock(input: $input) {
    reservations { variantId quantity state } shortages { variantId requested available } userErrors { code } } }";
const COMMIT: &str = "mutation($input: CommitReservationsInput!) { commitReservations(input: $input) {
    reservations { variantId quantity state } shortages { variantId requested available } userErrors { code } } }";
const RELEASE: &str = "mutation($input: ReleaseReservationsInput!) { releaseReservations(input: $input) {
    reservations { state } userErrors { code } } }";
const ADJUST: &str = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) {
    stockItems { onHand reserved available } userErrors { code field } } }";

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

macro_rules! heard {
    ($name:ident, $kind:literal) => {
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        struct $name(Value);

        impl From<Value> for $name {
            fn from(payload: Value) -> Self {
                Self(payload)
            }
        }

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                "test".to_owned()
            }
        }
    };
}

heard!(Created, "product.created");
heard!(Added, "product.variants_added");
heard!(Cancelled, "order.cancelled");
heard!(Inspected, "claim.inspected");

struct Shop {
    services: TestServices,
    seller: Uuid,
    variants: Vec<Uuid>,
}

impl Shop {
    /// A seller with a variant for each number of pieces.
    async fn with(stock: &[i32]) -> Self {
        Self::with_settings(stock, []).await
    }

    async fn with_settings<const N: usize>(stock: &[i32], settings: [(&str, &str); N]) -> Self {
        let services = TestServices::start_with(&[&inventory::SERVICE], settings).await;
        let seller = Uuid::now_v7();
        let variants: Vec<Uuid> = stock.iter().map(|_| Uuid::now_v7()).collect();
        let seeds: Vec<inventory::SeedStock> = variants
            .iter()
            .zip(stock)
            .map(|(variant_id, on_hand)| inventory::SeedStock {
                variant_id: *variant_id,
                seller_id: seller,
                on_hand: *on_hand,
                safety_stock: 0,
                created_at: chrono::Utc::now(),
            })
            .collect();
        let database = services.database_of("inventory").await;
        assert_eq!(inventory::seed(&database, &seeds).await.unwrap(), stock.len());
        assert_eq!(inventory::seed(&database, &seeds).await.unwrap(), 0);
        Self { services, seller, variants }
    }

    fn member(&self) -> RequestContext {
        user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[self.seller])
    }

    async fn reserve(&self, order: Uuid, lines: &[(usize, i32)]) -> Value {
        self.reserve_until(order, lines, "2999-01-01T00:00:00Z").await
    }

    async fn reserve_until(&self, order: Uuid, lines: &[(usize, i32)], expires_at: &str) -> Value {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(index, quantity)| json!({ "variantId": prefixed("var", self.variants[*index]), "quantity": quantity }))
            .collect();
        let input = json!({ "orderId": prefixed("ord", order), "lines": lines, "expiresAt": expires_at });
        let data = self.services.data("inventory", RESERVE, json!({ "input": input }), service("order")).await;
        data["reserveStock"].clone()
    }

    async fn commit(&self, order: Uuid) -> Value {
        let variables = json!({ "input": { "orderId": prefixed("ord", order) } });
        self.services.data("inventory", COMMIT, variables, service("order")).await["commitReservations"].clone()
    }

    async fn release(&self, order: Uuid) -> Value {
        let variables = json!({ "input": { "orderId": prefixed("ord", order), "reason": "결제 시간 초과" } });
        self.services.data("inventory", RELEASE, variables, service("order")).await["releaseReservations"].clone()
    }

    /// On hand, reserved, available.
    async fn stock(&self, index: usize) -> (i64, i64, i64) {
        let query = "query($id: ID!) { stockItem(variantId: $id) { onHand reserved available } }";
        let variables = json!({ "id": prefixed("var", self.variants[index]) });
        let data = self.services.data("inventory", query, variables, self.member()).await;
        let number = |name: &str| data["stockItem"][name].as_i64().unwrap();
        (number("onHand"), number("reserved"), number("available"))
    }

    async fn adjust(&self, deltas: &[(usize, i32)], key: &str, context: RequestContext) -> Value {
        let adjustments: Vec<Value> = deltas
            .iter()
            .map(|(index, delta)| json!({ "variantId": prefixed("var", self.variants[*index]), "delta": delta }))
            .collect();
        let variables = json!({ "input": { "adjustments": adjustments, "reason": "실사" } });
        let data = self.services.data("inventory", ADJUST, variables, with_key(context, key)).await;
        data["adjustStock"].clone()
    }

    /// What was told so far: the kinds of events and what was available then.
    async fn told(&self) -> Vec<(String, i64)> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("inventory").await;
        let mut connection = database.connection().await.unwrap();
        let rows: Vec<(String, Value)> = outbox::table
            .order(outbox::sequence)
            .select((outbox::kind, outbox::payload))
            .load(&mut connection)
            .await
            .unwrap();
        rows.into_iter().map(|(kind, payload)| (kind, payload["available"].as_i64().unwrap_or(-1))).collect()
    }

    /// Lets the service hear a fact twice, under the same event id: it travels through the service's own outbox.
    async fn hear<F: Fact + From<Value>>(&self, payload: Value) {
        use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
        let database = self.services.database_of("inventory").await;
        let mut connection = database.connection().await.unwrap();
        platform::events::append(&mut connection, &F::from(payload), None).await.unwrap();
        for again in [true, false] {
            let mut waited = 0;
            while diesel::sql_query("SELECT 1 FROM outbox WHERE published_at IS NULL")
                .execute(&mut connection)
                .await
                .unwrap()
                > 0
            {
                waited += 1;
                assert!(waited < 200, "the event was not handled");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            if again {
                let forget = format!("UPDATE outbox SET published_at = NULL WHERE kind = '{}'", F::KIND);
                connection.batch_execute(&forget).await.unwrap();
            }
        }
    }

    /// Everything must add up.
    async fn stop(self) {
        let findings = inventory::check_stock(&self.services.database_of("inventory").await).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        self.services.stop().await;
    }
}

fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

fn states(payload: &Value) -> Vec<&str> {
    payload["reservations"].as_array().unwrap().iter().map(|part| part["state"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_orders_for_five_pieces() {
    let shop = Shop::with(&[5]).await;
    let orders: Vec<Uuid> = (0..20).map(|_| Uuid::now_v7()).collect();
    let answers = join_all(orders.iter().map(|order| shop.reserve(*order, &[(0, 1)]))).await;
    let held = answers.iter().filter(|answer| states(answer) == ["HELD"]).count();
    let short = answers.iter().filter(|answer| answer["shortages"][0]["available"] == 0).count();
    assert_eq!((held, short), (5, 15));
    assert_eq!(shop.stock(0).await, (5, 5, 0));
    let commits = join_all(orders.iter().map(|order| shop.commit(*order))).await;
    assert_eq!(commits.iter().filter(|answer| states(answer) == ["COMMITTED"]).count(), 5);
    assert_eq!(commits.iter().filter(|answer| codes(answer) == ["RESERVATION_NOT_FOUND"]).count(), 15);
    assert_eq!(shop.stock(0).await, (0, 0, 0));
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_variants_in_any_order_never_wait_for_each_other() {
    let shop = Shop::with(&[30, 30, 30]).await;
    let lines: [&[(usize, i32)]; 2] = [&[(0, 1), (1, 1), (2, 1)], &[(2, 1), (1, 1), (0, 1)]];
    let answers = join_all((0..40).map(|index| shop.reserve(Uuid::now_v7(), lines[index % 2]))).await;
    assert_eq!(answers.iter().filter(|answer| states(answer).len() == 3).count(), 30);
    assert_eq!(shop.stock(1).await, (30, 30, 0));
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing() {
    let shop = Shop::with(&[5, 1]).await;
    let answer = shop.reserve(Uuid::now_v7(), &[(0, 2), (1, 2)]).await;
    let shortage = json!([{ "variantId": prefixed("var", shop.variants[1]), "requested": 2, "available": 1 }]);
    assert_eq!(answer, json!({ "reservations": [], "shortages": shortage, "userErrors": [] }));
    assert_eq!(shop.stock(0).await, (5, 0, 5));
    let order = Uuid::now_v7();
    assert_eq!(codes(&shop.reserve(order, &[(0, 0)]).await), ["INVALID_QUANTITY"]);
    assert_eq!(states(&shop.reserve(order, &[(0, 2), (0, 1), (1, 1)]).await), ["HELD", "HELD"]);
    assert_eq!(shop.stock(0).await, (5, 3, 2));
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_commands_act_once() {
    let shop = Shop::with(&[5]).await;
    let (bought, given_up) = (Uuid::now_v7(), Uuid::now_v7());
    let answers = join_all((0..5).map(|_| shop.reserve(bought, &[(0, 2)]))).await;
    assert!(answers.iter().all(|answer| states(answer) == ["HELD"]), "{answers:?}");
    assert_eq!(shop.stock(0).await, (5, 2, 3));
    shop.reserve(given_up, &[(0, 1)]).await;
    let answers = join_all((0..5).map(|_| shop.release(given_up))).await;
    assert!(answers.iter().all(|answer| states(answer) == ["RELEASED"]), "{answers:?}");
    let answers = join_all((0..5).map(|_| shop.commit(bought))).await;
    assert!(answers.iter().all(|answer| states(answer) == ["COMMITTED"]), "{answers:?}");
    assert_eq!(shop.stock(0).await, (3, 0, 3));
    assert_eq!(codes(&shop.release(bought).await), ["RESERVATION_CLOSED"]);
    assert_eq!(codes(&shop.commit(given_up).await), ["RESERVATION_CLOSED"]);
    assert_eq!(states(&shop.reserve(bought, &[(0, 2)]).await), ["COMMITTED"]);
    assert_eq!(shop.stock(0).await, (3, 0, 3));
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reserve_after_its_release_is_refused() {
    let shop = Shop::with(&[5]).await;
    let order = Uuid::now_v7();
    assert_eq!(shop.release(order).await, json!({ "reservations": [], "userErrors": [] }));
    assert_eq!(codes(&shop.reserve(order, &[(0, 1)]).await), ["RESERVATION_CLOSED"]);
    assert_eq!(shop.stock(0).await, (5, 0, 5));
    // Both at once, again and again: whoever is first, nothing stays held.
    for _ in 0..20 {
        let order = Uuid::now_v7();
        let lines = [(0, 1)];
        tokio::join!(shop.reserve(order, &lines), shop.release(order));
        assert_eq!(shop.stock(0).await, (5, 0, 5));
    }
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_stock_is_free_and_can_be_taken_anew() {
    let shop = Shop::with_settings(&[2], [("INVENTORY_EXPIRY_INTERVAL", "50ms")]).await;
    let (late, too_late) = (Uuid::now_v7(), Uuid::now_v7());
    shop.reserve_until(late, &[(0, 1)], "2020-01-01T00:00:00Z").await;
    shop.reserve_until(too_late, &[(0, 1)], "2020-01-01T00:00:00Z").await;
    for _ in 0..100 {
        if shop.stock(0).await == (2, 0, 2) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(shop.stock(0).await, (2, 0, 2));
    assert_eq!(codes(&shop.reserve(late, &[(0, 1)]).await), ["RESERVATION_CLOSED"]);
    assert_eq!(states(&shop.commit(late).await), ["COMMITTED"]);
    shop.adjust(&[(0, -1)], "count", shop.member()).await;
    let answer = shop.commit(too_late).await;
    assert_eq!(answer["shortages"][0]["available"], 0);
    assert_eq!(states(&answer), Vec::<&str>::new());
    assert_eq!(states(&shop.release(too_late).await), ["RELEASED"]);
    assert_eq!(shop.stock(0).await, (0, 0, 0));
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_holds_is_kept_as_long_as_it_waits() {
    let shop = Shop::with_settings(&[2], [("INVENTORY_EXPIRY_INTERVAL", "50ms")]).await;
    let (waits, gone) = (Uuid::now_v7(), Uuid::now_v7());
    let soon = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).to_rfc3339();
    shop.reserve_until(waits, &[(0, 1)], &soon).await;
    shop.reserve_until(gone, &[(0, 1)], &soon).await;
    let extend = async |order: Uuid, expires_at: &str| {
        let query = "mutation($input: ExtendReservationsInput!) { extendReservations(input: $input) { held userErrors { code } } }";
        let input = json!({ "input": { "orderId": prefixed("ord", order), "expiresAt": expires_at } });
        shop.services.data("inventory", query, input, service("order")).await["extendReservations"]["held"].clone()
    };
    assert_eq!(extend(waits, "2999-01-01T00:00:00Z").await, true);
    assert_eq!(extend(waits, "2020-01-01T00:00:00Z").await, true, "never shorter than before");
    assert_eq!(extend(Uuid::now_v7(), "2999-01-01T00:00:00Z").await, false);
    for _ in 0..100 {
        if shop.stock(0).await == (2, 1, 1) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(shop.stock(0).await, (2, 1, 1), "the other has expired");
    assert_eq!(extend(gone, "2999-01-01T00:00:00Z").await, false);
    assert_eq!(states(&shop.commit(waits).await), ["COMMITTED"]);
    assert_eq!(extend(waits, "2999-01-01T00:00:00Z").await, false);
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adjustments_need_the_seller_a_key_and_enough_stock() {
    let shop = Shop::with(&[5, 5]).await;
    shop.reserve(Uuid::now_v7(), &[(0, 3)]).await;
    let stranger = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(codes(&shop.adjust(&[(0, 1)], "a", stranger.clone()).await), ["NOT_YOUR_SELLER"]);
    let member = shop.member();
    let refused = shop.adjust(&[(1, 5), (0, -3)], "b", member.clone()).await;
    assert_eq!(
        refused["userErrors"][0],
        json!({ "code": "INSUFFICIENT_STOCK", "field": ["adjustments", "1", "delta"] })
    );
    assert_eq!(shop.stock(1).await, (5, 0, 5));
    let done =
        json!([{ "onHand": 3, "reserved": 3, "available": 0 }, { "onHand": 10, "reserved": 0, "available": 10 }]);
    for _ in 0..2 {
        let answer = shop.adjust(&[(1, 5), (0, -2)], "c", member.clone()).await;
        assert_eq!(answer, json!({ "stockItems": done, "userErrors": [] }));
    }
    let without_key = json!({ "input": { "adjustments": [{ "variantId": prefixed("var", shop.variants[0]), "delta": 1 }], "reason": "입고" } });
    let response = shop.services.execute("inventory", ADJUST, without_key, member).await;
    assert!(response.errors[0].message.contains("Idempotency-Key"), "{:?}", response.errors);

    let query = "query($id: ID!) { stockItem(variantId: $id) { movements(first: 1) {
        totalCount nodes { kind delta onHandAfter reason } pageInfo { hasNextPage endCursor } } } }";
    let variables = json!({ "id": prefixed("var", shop.variants[0]) });
    let data = shop.services.data("inventory", query, variables.clone(), shop.member()).await;
    let movements = &data["stockItem"]["movements"];
    assert_eq!(movements["totalCount"], 2);
    assert_eq!(movements["nodes"][0], json!({ "kind": "ADJUSTMENT", "delta": -2, "onHandAfter": 3, "reason": "실사" }));
    assert_eq!(movements["pageInfo"]["hasNextPage"], true);
    let response = shop.services.data("inventory", query, variables, stranger).await;
    assert_eq!(response["stockItem"], Value::Null);
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thresholds_are_told_when_they_are_crossed() {
    let shop = Shop::with(&[5]).await;
    let set = "mutation($input: SetSafetyStockInput!) { setSafetyStock(input: $input) { stockItem { safetyStock } userErrors { code } } }";
    let variables = json!({ "input": { "variantId": prefixed("var", shop.variants[0]), "safetyStock": 2 } });
    shop.services.data("inventory", set, variables, shop.member()).await;
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    shop.reserve(first, &[(0, 2)]).await;
    shop.reserve(second, &[(0, 1)]).await;
    let low = "query($id: ID!) { lowStock(sellerId: $id) { totalCount nodes { available } } }";
    let seller = json!({ "id": prefixed("slr", shop.seller) });
    let data = shop.services.data("inventory", low, seller.clone(), shop.member()).await;
    assert_eq!(data["lowStock"], json!({ "totalCount": 1, "nodes": [{ "available": 2 }] }));
    shop.reserve(Uuid::now_v7(), &[(0, 2)]).await;
    shop.commit(first).await;
    shop.release(second).await;
    shop.adjust(&[(0, 9)], "delivery", shop.member()).await;
    let kinds = [("stock.low", 2), ("stock.depleted", 0), ("stock.restocked", 1), ("stock.restocked", 10)];
    let expected: Vec<(String, i64)> = kinds.iter().map(|(kind, available)| ((*kind).to_owned(), *available)).collect();
    assert_eq!(shop.told().await, expected);
    let response = shop.services.execute("inventory", low, seller, user(Uuid::now_v7(), &[Scope::Seller], &[])).await;
    assert_eq!(response.errors.len(), 1);
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_tell_little_to_visitors_and_internals_to_nobody() {
    let shop = Shop::with(&[3, 50]).await;
    let query = "query($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on ProductVariant { id availability { inStock lowStock remaining } } } }";
    let id = |id: &str| json!({ "__typename": "ProductVariant", "id": id });
    let unknown = prefixed("var", Uuid::now_v7());
    let (few, many) = (prefixed("var", shop.variants[0]), prefixed("var", shop.variants[1]));
    let variables = json!({ "representations": [id(&few), id("nonsense"), id(&many), id(&unknown)] });
    let data = shop.services.data("inventory", query, variables.clone(), visitor()).await;
    let availability = |index: usize| data["_entities"][index]["availability"].clone();
    assert_eq!(availability(0), json!({ "inStock": true, "lowStock": true, "remaining": 3 }));
    assert_eq!(data["_entities"][1], Value::Null);
    assert_eq!(availability(2), json!({ "inStock": true, "lowStock": false, "remaining": null }));
    assert_eq!(availability(3), json!({ "inStock": false, "lowStock": false, "remaining": 0 }));
    shop.reserve(Uuid::now_v7(), &[(0, 3)]).await;
    let data = shop.services.data("inventory", query, variables, visitor()).await;
    assert_eq!(data["_entities"][0]["availability"]["inStock"], false);

    let input = json!({ "input": { "orderId": prefixed("ord", Uuid::now_v7()), "reason": "x" } });
    for context in [visitor(), shop.member(), user(Uuid::now_v7(), &[Scope::StaffStock], &[])] {
        let response = shop.services.execute("inventory", RELEASE, input.clone(), context).await;
        assert_eq!(response.errors.len(), 1);
    }
    shop.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_create_stock_and_return_it_once() {
    let shop = Shop::with(&[1]).await;
    let order = Uuid::now_v7();
    shop.reserve(order, &[(0, 1)]).await;
    shop.commit(order).await;
    let variant = Uuid::now_v7();
    shop.hear::<Created>(json!({
        "productId": prefixed("prd", Uuid::now_v7()), "sellerId": prefixed("slr", shop.seller),
        "variants": [{ "variantId": prefixed("var", variant), "initialStock": 7 }]
    }))
    .await;
    let added = Uuid::now_v7();
    shop.hear::<Added>(json!({
        "productId": prefixed("prd", Uuid::now_v7()), "sellerId": prefixed("slr", shop.seller),
        "variants": [{ "variantId": prefixed("var", added), "initialStock": 4 }]
    }))
    .await;
    shop.hear::<Cancelled>(json!({
        "orderId": prefixed("ord", order), "buyerId": prefixed("usr", Uuid::now_v7()), "reason": "변심",
        "lines": [{ "variantId": prefixed("var", shop.variants[0]), "quantity": 1, "total": 100 }]
    }))
    .await;
    assert_eq!(shop.stock(0).await, (1, 0, 1));
    // The seller has none of it: nothing comes back.
    shop.hear::<Cancelled>(json!({
        "orderId": prefixed("ord", order), "buyerId": prefixed("usr", Uuid::now_v7()), "reason": "품절", "restock": false,
        "lines": [{ "variantId": prefixed("var", shop.variants[0]), "quantity": 1, "total": 100 }]
    }))
    .await;
    assert_eq!(shop.stock(0).await, (1, 0, 1));
    let query = "query($id: ID!) { stockItem(variantId: $id) { onHand movements { nodes { kind } } } }";
    let data = shop.services.data("inventory", query, json!({ "id": prefixed("var", variant) }), shop.member()).await;
    assert_eq!(data["stockItem"], json!({ "onHand": 7, "movements": { "nodes": [{ "kind": "INITIAL" }] } }));
    let data = shop.services.data("inventory", query, json!({ "id": prefixed("var", added) }), shop.member()).await;
    assert_eq!(data["stockItem"]["onHand"], 4);
    assert!(shop.told().await.contains(&("stock.restocked".to_owned(), 1)));
    shop.stop().await;
}

const EXCHANGE: &str = "mutation($input: ExchangeStockInput!) { exchangeStock(input: $input) {
    shortages { variantId requested available } userErrors { code } } }";

#[tokio::test(flavor = "multi_thread")]
async fn claims_put_back_what_is_sound_and_take_out_what_replaces_it_once() {
    let shop = Shop::with(&[3, 3]).await;
    let (order, claim) = (Uuid::now_v7(), Uuid::now_v7());
    shop.reserve(order, &[(0, 2), (1, 2)]).await;
    shop.commit(order).await;
    let inspected = json!({
        "claimId": prefixed("clm", claim), "orderId": prefixed("ord", order),
        "lines": [
            { "variantId": prefixed("var", shop.variants[0]), "quantity": 2, "sound": true },
            { "variantId": prefixed("var", shop.variants[1]), "quantity": 1, "sound": false },
        ],
    });
    shop.hear::<Inspected>(inspected).await;
    assert_eq!((shop.stock(0).await, shop.stock(1).await), ((3, 0, 3), (1, 0, 1)), "what is damaged stays out");

    let exchange = async |claim: Uuid, quantity: i32| {
        let input = json!({ "input": {
            "claimId": prefixed("clm", claim), "orderId": prefixed("ord", order),
            "lines": [{ "variantId": prefixed("var", shop.variants[0]), "quantity": quantity }] } });
        shop.services.data("inventory", EXCHANGE, input, service("order")).await["exchangeStock"].clone()
    };
    let short = exchange(claim, 4).await;
    assert_eq!(short["shortages"][0]["available"], 3, "{short}");
    assert_eq!(shop.stock(0).await, (3, 0, 3));
    for answer in join_all((0..5).map(|_| exchange(claim, 2))).await {
        assert_eq!(answer, json!({ "shortages": [], "userErrors": [] }));
    }
    assert_eq!(shop.stock(0).await, (1, 0, 1), "one claim takes its goods once");
    let none = exchange(Uuid::now_v7(), 0).await;
    assert_eq!(none["userErrors"][0]["code"], "INVALID_QUANTITY", "{none}");

    let query = "query($id: ID!) { stockItem(variantId: $id) { movements { nodes { kind delta orderId claimId } } } }";
    let variables = json!({ "id": prefixed("var", shop.variants[0]) });
    let data = shop.services.data("inventory", query, variables, shop.member()).await;
    let (order, claim) = (prefixed("ord", order), prefixed("clm", claim));
    assert_eq!(
        data["stockItem"]["movements"]["nodes"].as_array().unwrap()[..2],
        [
            json!({ "kind": "EXCHANGE", "delta": -2, "orderId": order, "claimId": claim }),
            json!({ "kind": "RETURN", "delta": 2, "orderId": order, "claimId": claim }),
        ]
    );
    let database = shop.services.database_of("inventory").await;
    assert!(inventory::check_stock(&database).await.unwrap().is_empty());
    let denied = shop
        .services
        .execute(
            "inventory",
            EXCHANGE,
            json!({ "input": {
        "claimId": claim, "orderId": order, "lines": [] } }),
            shop.member(),
        )
        .await;
    assert!(!denied.errors.is_empty(), "only our services exchange stock");
    shop.stop().await;
}
