//! The shipping service on a real database, against a carriers' sandbox over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod bench;
mod claims;

use bench::{Bench, Order, codes, prefixed};
use platform::identity::Scope;
use platform::testing::{service, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

const CREATE: &str = "mutation($input: CreateShippingPolicyInput!) { createShippingPolicy(input: $input) {
    policy { id isDefault kind cutOff bundleGroup { id rule } } userErrors { code field } } }";
const QUOTE: &str = "query($input: QuoteShippingInput!) { quoteShipping(input: $input) { sellers {
    sellerId total returnFee dispatchBy bundles { policyId lineIds fee surcharge } } } }";

fn policy(name: &str, more: Value) -> Value {
    let mut policy = json!({ "name": name, "kind": "FLAT", "fee": 3_000, "jejuSurcharge": 3_000, "remoteSurcharge": 5_000, "returnFee": 3_000 });
    policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    policy
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_belong_to_their_seller_and_one_is_the_default() {
    let bench = Bench::start().await;
    let input =
        |seller: Uuid, policy: Value| json!({ "input": { "sellerId": prefixed("slr", seller), "policy": policy } });
    let create = async |policy: Value| {
        let data = bench.seller(CREATE, input(bench.seller, policy)).await;
        data["createShippingPolicy"].clone()
    };
    let first = create(policy("기본", json!({}))).await;
    assert_eq!(first["policy"]["isDefault"], true, "{first}");
    let second = create(policy("수량별", json!({ "kind": "BY_QUANTITY", "piecesPerFee": 3 }))).await;
    assert_eq!(second["policy"]["isDefault"], false);
    let stranger = user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[Uuid::now_v7()]);
    let clerk = platform::testing::member(Uuid::now_v7(), bench.seller, platform::identity::OrganisationRole::Staff);
    let data = bench.ask(CREATE, input(bench.seller, policy("직원", json!({}))), clerk).await;
    assert_eq!(data["createShippingPolicy"]["userErrors"][0]["code"], "MANAGER_NEEDED");
    let data = bench.ask(CREATE, input(bench.seller, policy("남의 것", json!({}))), stranger.clone()).await;
    assert_eq!(codes(&data["createShippingPolicy"]), ["NOT_YOUR_SELLER"]);
    for (wrong, code) in [
        (json!({ "name": " " }), "INVALID_NAME"),
        (json!({ "kind": "FREE" }), "INVALID_AMOUNT"),
        (json!({ "kind": "CONDITIONAL_FREE" }), "INVALID_AMOUNT"),
        (json!({ "freeFrom": 1_000 }), "INVALID_AMOUNT"),
        (json!({ "fee": -1 }), "INVALID_AMOUNT"),
        (json!({ "dispatchDays": 31 }), "INVALID_DISPATCH_DAYS"),
        (json!({ "cutOff": "25:00" }), "INVALID_CUT_OFF"),
        (json!({ "bundleGroupId": prefixed("bdg", Uuid::now_v7()) }), "BUNDLE_GROUP_NOT_FOUND"),
    ] {
        let refused = create(policy("잘못", wrong.clone())).await;
        assert_eq!(codes(&refused), [code], "{wrong}");
    }
    let delete = "mutation($input: ShippingPolicyIdInput!) { deleteShippingPolicy(input: $input) { deletedPolicyId userErrors { code } } }";
    let default = "mutation($input: ShippingPolicyIdInput!) { setDefaultShippingPolicy(input: $input) { policy { isDefault } userErrors { code } } }";
    let which = |created: &Value| json!({ "input": { "policyId": created["policy"]["id"] } });
    assert_eq!(codes(&bench.seller(delete, which(&first)).await["deleteShippingPolicy"]), ["DEFAULT_POLICY"]);
    let refused = bench.ask(default, which(&second), stranger).await;
    assert_eq!(codes(&refused["setDefaultShippingPolicy"]), ["NOT_YOUR_SELLER"]);
    let changed = bench.seller(default, which(&second)).await;
    assert_eq!(changed["setDefaultShippingPolicy"]["policy"]["isDefault"], true);
    let deleted = bench.seller(delete, which(&first)).await;
    assert_eq!(deleted["deleteShippingPolicy"]["deletedPolicyId"], first["policy"]["id"]);
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Seller { shippingPolicies { name isDefault } } } }";
    let r = json!({ "r": [{ "__typename": "Seller", "id": prefixed("slr", bench.seller) }] });
    let data = bench.ask(query, r, visitor()).await;
    assert_eq!(data["_entities"][0]["shippingPolicies"], json!([{ "name": "수량별", "isDefault": true }]));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_bundles_with_surcharges_and_federated_policies() {
    let bench = Bench::start().await;
    let group = "mutation($input: SaveBundleGroupInput!) { saveBundleGroup(input: $input) { bundleGroup { id } userErrors { code } } }";
    let input = json!({ "sellerId": prefixed("slr", bench.seller), "name": "묶음", "rule": "SMALLEST" });
    let group = bench.seller(group, json!({ "input": input })).await["saveBundleGroup"]["bundleGroup"]["id"].clone();
    let mut ids = Vec::new();
    for (name, fee) in [("비싼", 4_000), ("싼", 2_000)] {
        let policy = policy(name, json!({ "fee": fee, "bundleGroupId": group }));
        let input = json!({ "sellerId": prefixed("slr", bench.seller), "policy": policy });
        let data = bench.seller(CREATE, json!({ "input": input })).await;
        ids.push(data["createShippingPolicy"]["policy"]["id"].as_str().unwrap().to_owned());
    }
    let (plain, cheap) = (Uuid::now_v7(), Uuid::now_v7());
    bench.assign_directly(cheap, &ids[1]).await;
    let line = |id: &str, seller: Uuid, product: Uuid, amount: i64| json!({ "lineId": id, "sellerId": prefixed("slr", seller), "productId": prefixed("prd", product), "quantity": 1, "amount": amount });
    let unknown = Uuid::now_v7();
    let lines =
        [line("a", bench.seller, plain, 10_000), line("b", bench.seller, cheap, 5_000), line("c", unknown, unknown, 1)];
    let quote = async |zonecode: &str| {
        let input = json!({ "input": { "zonecode": zonecode, "lines": lines } });
        bench.ask(QUOTE, input, service("order")).await["quoteShipping"]["sellers"].clone()
    };
    let sellers = quote("63100").await;
    let own =
        sellers.as_array().unwrap().iter().find(|seller| seller["sellerId"] == prefixed("slr", bench.seller)).unwrap();
    assert_eq!(own["total"], 5_000, "{sellers}");
    assert_eq!(
        own["bundles"],
        json!([{ "policyId": ids[1], "lineIds": ["a", "b"], "fee": 2_000, "surcharge": 3_000 }])
    );
    assert_eq!(own["returnFee"], 3_000);
    let other =
        sellers.as_array().unwrap().iter().find(|seller| seller["sellerId"] == prefixed("slr", unknown)).unwrap();
    assert_eq!((&other["total"], &other["bundles"][0]["policyId"]), (&json!(0), &Value::Null));
    assert_eq!(
        quote("06236").await.as_array().unwrap().iter().map(|s| s["total"].as_i64().unwrap()).sum::<i64>(),
        2_000
    );
    let refused = bench
        .services
        .execute("shipping", QUOTE, json!({ "input": { "zonecode": "6300", "lines": [] } }), service("order"))
        .await;
    assert_eq!(refused.errors.len(), 1);
    let refused = bench
        .services
        .execute("shipping", QUOTE, json!({ "input": { "zonecode": "06236", "lines": [] } }), visitor())
        .await;
    assert_eq!(refused.errors.len(), 1, "for our services alone");
    // By federation: the product's own policy, and the default of the seller that the product service names.
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Product { shippingPolicy { name } } } }";
    let seller = json!({ "__typename": "Seller", "id": prefixed("slr", bench.seller) });
    let r = json!({ "r": [
        { "__typename": "Product", "id": prefixed("prd", cheap), "seller": seller },
        { "__typename": "Product", "id": prefixed("prd", plain), "seller": seller },
        { "__typename": "Product", "id": prefixed("prd", plain), "seller": { "id": prefixed("slr", unknown) } },
    ] });
    let data = bench.ask(query, r, visitor()).await;
    let names: Vec<&Value> =
        data["_entities"].as_array().unwrap().iter().map(|p| &p["shippingPolicy"]["name"]).collect();
    assert_eq!(names, [&json!("싼"), &json!("비싼"), &Value::Null]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_one_bundle_share_a_parcel_and_cancelled_ones_leave_it() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(3);
    bench.prepare(&order, &[0, 1, 2]).await;
    let shipments = bench.shipments(&order).await;
    assert_eq!(shipments.len(), 1, "{shipments:?}");
    assert_eq!(shipments[0]["lines"].as_array().unwrap().len(), 3);
    assert_eq!(shipments[0]["state"], "READY");
    // Thursday 10:00 in Seoul, one business day: Friday's end.
    assert_eq!(shipments[0]["dispatchBy"], "2026-11-27T14:59:59+00:00");
    bench.cancel(&order, &[1]).await;
    assert_eq!(bench.shipments(&order).await[0]["lines"].as_array().unwrap().len(), 2);
    // Buyers see their own, nobody else's.
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on OrderLine { shipment { id } } } }";
    let r = json!({ "r": [{ "__typename": "OrderLine", "id": prefixed("lin", order.lines[0]) }] });
    let seen = async |context| bench.ask(query, r.clone(), context).await["_entities"][0]["shipment"]["id"].clone();
    assert_eq!(seen(order.buyer()).await, shipments[0]["id"]);
    assert_eq!(seen(user(Uuid::now_v7(), &[Scope::Buyer], &[])).await, Value::Null);
    assert_eq!(seen(user(Uuid::now_v7(), &[Scope::StaffShipping], &[])).await, shipments[0]["id"]);
    bench.cancel(&order, &[0, 2]).await;
    assert!(bench.shipments(&order).await.is_empty(), "a parcel of nothing is none");
    let kinds = bench.told().await;
    assert_eq!(kinds, ["shipment.created"]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_parcel_is_invoiced_and_corrected_part_by_part() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(2);
    bench.prepare(&order, &[0, 1]).await;
    let id = bench.shipments(&order).await[0]["id"].as_str().unwrap().to_owned();
    let split = async |lines: &[usize]| {
        let query = "mutation($input: SplitShipmentInput!) { splitShipment(input: $input) { shipments { id lines { quantity } } userErrors { code } } }";
        let ids: Vec<String> = lines.iter().map(|index| prefixed("lin", order.lines[*index])).collect();
        bench.seller(query, json!({ "input": { "shipmentId": id, "lineIds": ids } })).await["splitShipment"].clone()
    };
    assert_eq!(codes(&split(&[0, 1]).await), ["INVALID_SPLIT"]);
    let parts = split(&[1]).await;
    assert_eq!(parts["shipments"].as_array().unwrap().len(), 2, "{parts}");
    let part = parts["shipments"][1]["id"].as_str().unwrap().to_owned();
    let nowhere = prefixed("shp", Uuid::now_v7());
    for id in [&id, &nowhere] {
        let refused = bench.invoice("registerInvoice", id, "CJ", "12345").await;
        assert_eq!(codes(&refused), ["INVALID_TRACKING_NUMBER"], "what is typed is looked at first");
    }
    let refused = bench.invoice("registerInvoice", &nowhere, "CJ", "660123456789").await;
    assert_eq!(codes(&refused), ["SHIPMENT_NOT_FOUND"]);
    assert_eq!(codes(&bench.invoice("changeInvoice", &id, "CJ", "660123456789").await), ["NOT_INVOICED"]);
    assert_eq!(
        bench.invoice("registerInvoice", &id, "CJ", "6601-2345-6789").await["shipment"]["trackingNumber"],
        "660123456789"
    );
    assert_eq!(codes(&bench.invoice("registerInvoice", &id, "CJ", "660123456789").await), ["ALREADY_INVOICED"]);
    // The buyer's other parcel may lie in the same box; another buyer's may not.
    assert_eq!(bench.invoice("registerInvoice", &part, "CJ", "660123456789").await["shipment"]["state"], "INVOICED");
    let other = Order::with(1);
    bench.prepare(&other, &[0]).await;
    let theirs = bench.shipments(&other).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        codes(&bench.invoice("registerInvoice", &theirs, "CJ", "660123456789").await),
        ["TRACKING_NUMBER_TAKEN"]
    );
    let changed = bench.invoice("changeInvoice", &part, "HANJIN", "420112345678").await;
    assert_eq!(changed["shipment"]["carrier"], "HANJIN");
    bench.scan("HANJIN", "420112345678", "AT_PICKUP", 0).await;
    bench.wait_for(&part, "PICKED_UP").await;
    assert_eq!(codes(&bench.invoice("changeInvoice", &part, "CJ", "660123456780").await), ["ALREADY_PICKED_UP"]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_registration_tells_of_every_row_and_loses_none() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let orders = [Order::with(1), Order::with(1), Order::with(1)];
    let mut ids = Vec::new();
    for order in &orders {
        bench.prepare(order, &[0]).await;
        ids.push(bench.shipments(order).await[0]["id"].as_str().unwrap().to_owned());
    }
    let csv = format!(
        "\u{feff}배송번호,택배사,운송장번호\n{},CJ대한통운,6601-2345-6789\n{},번개,1\nnone,우체국,6864012345678\n{},롯데택배,233123456789\n{},한진,660123456789x\n{},CJ,660123456789\n",
        ids[0], ids[1], ids[1], ids[2], ids[2]
    );
    let query =
        "mutation($input: RegisterInvoicesCsvInput!) { registerInvoicesCsv(input: $input) { dryRun registered refused
        rows { row shipmentId shipment { state } errors { code } } userErrors { code } } }";
    let register = async |dry_run: bool| {
        let data = bench.seller(query, json!({ "input": { "csv": csv, "dryRun": dry_run } })).await;
        data["registerInvoicesCsv"].clone()
    };
    let expected = json!([
        [],
        ["INVALID_CARRIER"],
        ["SHIPMENT_NOT_FOUND"],
        [],
        ["INVALID_TRACKING_NUMBER"],
        ["TRACKING_NUMBER_TAKEN"]
    ]);
    let errors = |payload: &Value| -> Value {
        let codes = |row: &Value| -> Vec<Value> {
            row["errors"].as_array().unwrap().iter().map(|e| e["code"].clone()).collect()
        };
        payload["rows"].as_array().unwrap().iter().map(codes).collect::<Vec<_>>().into()
    };
    let dry = register(true).await;
    assert_eq!((errors(&dry), &dry["registered"], &dry["refused"]), (expected.clone(), &json!(2), &json!(4)));
    assert_eq!(bench.shipments(&orders[0]).await[0]["state"], "READY", "a dry run changes nothing");
    let done = register(false).await;
    assert_eq!((errors(&done), &done["registered"]), (expected, &json!(2)));
    assert_eq!(bench.shipments(&orders[0]).await[0]["state"], "INVOICED");
    assert_eq!(bench.shipments(&orders[2]).await[0]["state"], "READY");
    let again = register(false).await;
    assert_eq!(again["registered"], 0, "{again}");
    let told = bench.told().await;
    assert_eq!(told.iter().filter(|kind| *kind == "shipment.invoiced").count(), 2);
    let bad = bench.seller(query, json!({ "input": { "csv": "a,b\n" } })).await;
    assert_eq!(codes(&bad["registerInvoicesCsv"]), ["INVALID_CSV"]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_webhooks_move_parcels_whatever_their_order() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(2);
    bench.prepare(&order, &[0, 1]).await;
    let id = bench.shipments(&order).await[0]["id"].as_str().unwrap().to_owned();
    bench.invoice("registerInvoice", &id, "EPOST", "6864012345678").await;
    bench.wait_for_push("6864012345678").await;
    // The delivery is told first, then what came before it, then all of it again.
    for (code, minute) in
        [("DELIVERED", 50), ("OUT_FOR_DELIVERY", 40), ("AT_PICKUP", 10), ("DELIVERED", 50), ("IN_TRANSIT", 20)]
    {
        bench.scan("EPOST", "6864012345678", code, minute).await;
    }
    let shipment = bench.wait_for(&id, "DELIVERED").await;
    let codes_seen: Vec<&str> =
        shipment["tracking"].as_array().unwrap().iter().map(|e| e["code"].as_str().unwrap()).collect();
    assert_eq!(codes_seen, ["AT_PICKUP", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"]);
    let told = bench.told().await;
    let expected = ["created", "invoiced", "picked_up", "in_transit", "out_for_delivery", "delivered"];
    assert_eq!(told, expected.map(|kind| format!("shipment.{kind}")));
    let fact = bench.last_fact("shipment.delivered").await;
    assert_eq!(fact["lineIds"].as_array().unwrap().len(), 2);
    assert_eq!(fact["buyerId"], prefixed("usr", order.buyer_id));
    assert_eq!((&fact["carrier"], &fact["trackingNumber"]), (&json!("EPOST"), &json!("6864012345678")));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_are_not_the_carriers_are_refused() {
    let bench = Bench::start().await;
    let body = json!({ "trackingNumber": "6864012345678", "events": [] });
    let now = chrono::Utc::now().timestamp();
    assert_eq!(bench.webhook("EPOST", &body, now, bench::SECRET).await, 204);
    assert_eq!(bench.webhook("epost", &body, now, bench::SECRET).await, 204);
    assert_eq!(bench.webhook("EPOST", &body, now, "another secret").await, 401);
    assert_eq!(bench.webhook("EPOST", &body, now - 301, bench::SECRET).await, 401, "replayed too late");
    assert_eq!(bench.webhook("EPOST", &body, now + 330, bench::SECRET).await, 401);
    assert_eq!(bench.webhook("LOTTE", &body, now, "").await, 401, "a carrier without a secret");
    assert_eq!(bench.webhook("NOBODY", &body, now, bench::SECRET).await, 404);
    assert_eq!(bench.webhook("EPOST", &json!("nonsense"), now, bench::SECRET).await, 400);
    assert_eq!(bench.webhook("EPOST", &json!("x".repeat(262_200)), now, bench::SECRET).await, 413);
    let refused = bench.webhook_at("/api/v1/webhooks/shipping/EPOST", &body, now, "another secret").await;
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    assert!(refused.headers().get("deprecation").is_none());
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "INVALID_SIGNATURE");
    // Carriers go on to call where they were told to.
    let former = bench.webhook_at("/webhooks/shipping/EPOST", &body, now, bench::SECRET).await;
    assert_eq!((former.status().as_u16(), &former.headers()["deprecation"]), (204, &"@1795737600".parse().unwrap()));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn polling_survives_what_carriers_do() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(1);
    bench.prepare(&order, &[0]).await;
    let id = bench.shipments(&order).await[0]["id"].as_str().unwrap().to_owned();
    let number = "420100000001";
    for fault in ["server_error", "slow", "unknown_number", "truncated", "out_of_order", "duplicated"] {
        bench.fault(fault, number).await;
    }
    // The carrier has no webhook of ours here: the scans are found by asking alone.
    bench.scan("HANJIN", number, "AT_PICKUP", 10).await;
    bench.scan("HANJIN", number, "IN_TRANSIT", 20).await;
    bench.invoice("registerInvoice", &id, "HANJIN", number).await;
    for _ in 0..5 {
        bench.poll_now(&id).await;
    }
    bench.wait_for(&id, "IN_TRANSIT").await;
    bench.poll_now(&id).await;
    let shipment = bench.wait_for(&id, "IN_TRANSIT").await;
    assert_eq!(shipment["tracking"].as_array().unwrap().len(), 2, "{shipment}");
    assert!(bench.calls(number).await["track"].as_i64().unwrap() >= 6);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parcels_stall_revive_fail_and_return() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::with(1);
    bench.prepare(&order, &[0]).await;
    let id = bench.shipments(&order).await[0]["id"].as_str().unwrap().to_owned();
    bench.invoice("registerInvoice", &id, "EPOST", "6864012345678").await;
    bench.wait_for_push("6864012345678").await;
    // Scanned weeks ago, and never since.
    bench.scan_at("EPOST", "6864012345678", "IN_TRANSIT", "2026-09-01T00:00:00Z").await;
    bench.wait_for(&id, "STALLED").await;
    bench.scan_at("EPOST", "6864012345678", "AT_PICKUP", "2026-08-31T00:00:00Z").await;
    bench.wait_for(&id, "STALLED").await;
    bench.scan("EPOST", "6864012345678", "OUT_FOR_DELIVERY", 0).await;
    bench.wait_for(&id, "OUT_FOR_DELIVERY").await;
    bench.scan("EPOST", "6864012345678", "ATTEMPT_FAILED", 5).await;
    bench.wait_for(&id, "FAILED").await;
    bench.scan("EPOST", "6864012345678", "RETURNING", 10).await;
    bench.wait_for(&id, "RETURNING").await;
    bench.scan("EPOST", "6864012345678", "DELIVERED", 15).await;
    bench.wait_for(&id, "RETURNING").await;
    let told = bench.told().await;
    let expected =
        ["created", "invoiced", "picked_up", "in_transit", "stalled", "out_for_delivery", "failed", "returning"];
    let told: Vec<&str> = told.iter().map(|kind| kind.trim_start_matches("shipment.")).collect();
    assert_eq!(told, expected);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_parcels_are_told_once_and_listed() {
    let bench = Bench::start().await;
    bench.seed_policy().await;
    let order = Order::paid_at(1, "2026-09-01T00:00:00Z");
    bench.prepare(&order, &[0]).await;
    let query = "query($id: ID!) { lateShipments(sellerId: $id) { nodes { id isLate } totalCount } }";
    let variables = json!({ "id": prefixed("slr", bench.seller) });
    let mut late = Value::Null;
    for _ in 0..100 {
        late = bench.seller(query, variables.clone()).await["lateShipments"].clone();
        if late["totalCount"] == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((&late["totalCount"], &late["nodes"][0]["isLate"]), (&json!(1), &json!(true)));
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(bench.times_told("shipment.dispatch_overdue").await, 1);
    let stranger = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(bench.services.execute("shipping", query, variables, stranger).await.errors.len(), 1);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_none_is_the_callers_mistake() {
    let bench = Bench::start().await;
    let query = "query($id: ID!) { shipment(id: $id) { id } }";
    let staff = user(Uuid::now_v7(), &[Scope::StaffShipping], &[]);
    let response = bench.services.execute("shipping", query, json!({ "id": "parcel" }), staff).await;
    let code = response.errors[0].extensions.as_ref().and_then(|values| values.get("code")).cloned();
    assert_eq!(code.map(|code| code.to_string()), Some("\"BAD_USER_INPUT\"".to_owned()));
    bench.stop().await;
}
