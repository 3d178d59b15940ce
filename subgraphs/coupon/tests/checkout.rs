//! Coupons in orders, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

#[allow(dead_code, reason = "each test file uses its part")]
mod support;

use futures::future::join_all;
use platform::identity::Scope;
use platform::testing::{service, user};
use serde_json::{Value, json};
use support::{ClaimRefunded, Desk, OrderCancelled, buyer, codes, prefixed};
use uuid::Uuid;

fn total(reserved: &Value) -> i64 {
    reserved["discounts"].as_array().unwrap().iter().map(|discount| discount["total"].as_i64().unwrap()).sum()
}

/// Lines that the buyer does not keep.
fn gone(order: Uuid, lines: &[(&str, i32)]) -> Value {
    let lines: Vec<Value> =
        lines.iter().map(|(line, quantity)| json!({ "lineId": line, "quantity": quantity, "total": 1 })).collect();
    json!({ "orderId": prefixed("ord", order), "buyerId": "usr_1", "reason": "변심", "lines": lines })
}

#[tokio::test(flavor = "multi_thread")]
async fn from_reservation_to_use() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({ "kind": "PERCENT", "value": 1_000, "sellerShare": 3_000 })).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let coupon = desk.coupon(&policy, user_id).await;
    let first = desk.reserve(order, user_id, &[&coupon], &[9_999, 1]).await;
    let expected = json!([
        { "lineId": "lin_0", "couponId": coupon, "total": 1_000, "sellerPart": 300 },
        { "lineId": "lin_1", "couponId": coupon, "total": 0, "sellerPart": 0 }
    ]);
    assert_eq!(first["discounts"], expected);
    assert_eq!(desk.reserve(order, user_id, &[&coupon], &[5]).await, first, "the first answer stands");
    assert_eq!(desk.state_of(&coupon).await["orderId"], prefixed("ord", order));
    let other = desk.reserve(Uuid::now_v7(), user_id, &[&coupon], &[10_000]).await;
    assert_eq!(other["refusals"], json!([{ "couponId": coupon, "code": "COUPON_NOT_USABLE" }]));
    assert_eq!(codes(&desk.use_coupons(order).await), [""; 0]);
    assert_eq!(codes(&desk.use_coupons(order).await), [""; 0], "once more changes nothing");
    assert_eq!(desk.state_of(&coupon).await["state"], "USED");
    assert_eq!(desk.reserve(order, user_id, &[&coupon], &[5]).await, first, "also after it was used");
    assert_eq!(codes(&desk.release(order).await), ["RESERVATION_CLOSED"]);
    assert_eq!(codes(&desk.use_coupons(Uuid::now_v7()).await), ["RESERVATION_NOT_FOUND"]);
    assert_eq!(desk.policy_of(&policy).await["budgetSpent"]["amount"], 1_000);
    let used = desk.told().await.into_iter().filter(|(kind, _)| kind == "coupon.used").collect::<Vec<_>>();
    assert_eq!((used.len(), &used[0].1["discount"]), (1, &json!(1_000)));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_comes_first_wins() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({})).await;
    let user_id = Uuid::now_v7();
    let coupon = desk.coupon(&policy, user_id).await;
    let order = Uuid::now_v7();
    assert_eq!(codes(&desk.release(order).await), [""; 0]);
    let late = desk.reserve(order, user_id, &[&coupon], &[10_000]).await;
    assert_eq!(codes(&late), ["RESERVATION_CLOSED"]);
    let order = Uuid::now_v7();
    assert_eq!(total(&desk.reserve(order, user_id, &[&coupon], &[10_000]).await), 1_000);
    assert_eq!(codes(&desk.release(order).await), [""; 0]);
    assert_eq!(codes(&desk.release(order).await), [""; 0]);
    assert_eq!(codes(&desk.use_coupons(order).await), ["RESERVATION_CLOSED"]);
    assert_eq!(desk.state_of(&coupon).await["state"], "ISSUED");
    assert_eq!(desk.policy_of(&policy).await["budgetSpent"]["amount"], 0);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing_with_the_reason_for_each() {
    let desk = Desk::open().await;
    let good = desk.policy(json!({})).await;
    let high = desk.policy(json!({ "minimum": 1_000_000, "level": "ORDER" })).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let (first, second) = (desk.coupon(&good, user_id).await, desk.coupon(&high, user_id).await);
    let foreign = desk.coupon(&good, Uuid::now_v7()).await;
    let refused = desk.reserve(order, user_id, &[&first, &second, &foreign], &[10_000]).await;
    assert_eq!(refused["discounts"], json!([]));
    let expected = json!([
        { "couponId": second, "code": "MINIMUM_NOT_MET" }, { "couponId": foreign, "code": "COUPON_NOT_FOUND" }
    ]);
    assert_eq!(refused["refusals"], expected);
    assert_eq!(desk.state_of(&first).await["state"], "ISSUED");
    assert_eq!(total(&desk.reserve(order, user_id, &[&first], &[10_000]).await), 1_000, "the order may ask again");
    assert_eq!(codes(&desk.reserve(Uuid::now_v7(), user_id, &[&first, &first], &[1]).await), ["INVALID_LINES"]);
    let quote = "query($input: QuoteCouponsInput!) { quoteCoupons(input: $input) {
        discounts { total } refusals { code } userErrors { code } } }";
    let input = json!({ "userId": prefixed("usr", user_id), "couponIds": [second], "lines": desk.lines(&[2_000_000]) });
    let quoted = desk.ask(quote, json!({ "input": input }), service("cart")).await;
    let expected = json!({ "discounts": [{ "total": 1_000 }], "refusals": [], "userErrors": [] });
    assert_eq!(quoted["quoteCoupons"], expected);
    assert_eq!(desk.state_of(&second).await["state"], "ISSUED", "a quote has no effect");
    let response = desk.services.execute("coupon", quote, json!({ "input": input }), buyer(user_id)).await;
    assert_eq!(response.errors.len(), 1, "for services alone");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_orders_for_a_budget_of_ten() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({ "budget": 10_500 })).await;
    let mut users = Vec::new();
    for _ in 0..40 {
        let user_id = Uuid::now_v7();
        users.push((user_id, Uuid::now_v7(), desk.coupon(&policy, user_id).await));
    }
    let answers = join_all(
        users.iter().map(async |(user_id, order, coupon)| desk.reserve(*order, *user_id, &[coupon], &[50_000]).await),
    )
    .await;
    let held = answers.iter().filter(|answer| total(answer) == 1_000).count();
    let spent = answers.iter().filter(|answer| answer["refusals"][0]["code"] == "BUDGET_EXHAUSTED").count();
    assert_eq!((held, spent), (10, 30));
    assert_eq!(desk.policy_of(&policy).await["budgetSpent"]["amount"], 10_000);
    // Half of them are given up at the same time as the others pay.
    let held: Vec<Uuid> =
        users.iter().zip(&answers).filter(|(_, answer)| total(answer) > 0).map(|((_, order, _), _)| *order).collect();
    let ended = join_all(held.iter().enumerate().map(async |(index, order)| {
        if index % 2 == 0 { desk.release(*order).await } else { desk.use_coupons(*order).await }
    }))
    .await;
    assert!(ended.iter().all(|answer| codes(answer).is_empty()));
    assert_eq!(desk.policy_of(&policy).await["budgetSpent"]["amount"], 5_000);
    // What is left is less than a discount, or exactly one.
    let (user_id, order, coupon) =
        users.iter().zip(&answers).find(|(_, answer)| total(answer) == 0).map(|(holder, _)| holder).unwrap();
    assert_eq!(total(&desk.reserve(*order, *user_id, &[coupon], &[500]).await), 500, "the real discount counts");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_that_is_spent_ends_the_policy_until_something_comes_back() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({ "budget": 1_000 })).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let coupon = desk.coupon(&policy, user_id).await;
    desk.reserve(order, user_id, &[&coupon], &[10_000]).await;
    assert_eq!(desk.policy_of(&policy).await["state"], "EXHAUSTED");
    assert_eq!(codes(&desk.claim(&policy, Uuid::now_v7()).await), ["SOLD_OUT"]);
    desk.release(order).await;
    assert_eq!(desk.policy_of(&policy).await["state"], "ACTIVE");
    desk.coupon(&policy, Uuid::now_v7()).await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reservations_expire_and_a_late_payment_takes_them_anew() {
    let desk = Desk::with_settings([("COUPON_INTERVAL", "50ms")]).await;
    let policy = desk.policy(json!({ "budget": 1_000 })).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let coupon = desk.coupon(&policy, user_id).await;
    desk.reserve_until(order, user_id, &[&coupon], &[10_000], "2020-01-01T00:00:00Z").await;
    desk.wait_for(&coupon, "ISSUED").await;
    assert_eq!(desk.policy_of(&policy).await["budgetSpent"]["amount"], 0);
    assert_eq!(codes(&desk.use_coupons(order).await), [""; 0], "it is still there");
    assert_eq!(desk.state_of(&coupon).await["state"], "USED");
    let late = Uuid::now_v7();
    let policy = desk.policy(json!({})).await;
    let coupon = desk.coupon(&policy, user_id).await;
    desk.reserve_until(late, user_id, &[&coupon], &[10_000], "2020-01-01T00:00:00Z").await;
    desk.wait_for(&coupon, "ISSUED").await;
    let faster = Uuid::now_v7();
    desk.reserve(faster, user_id, &[&coupon], &[10_000]).await;
    assert_eq!(codes(&desk.use_coupons(late).await), ["RESERVATION_CLOSED"], "another order has it");
    assert_eq!(codes(&desk.use_coupons(faster).await), [""; 0]);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_are_kept_as_long_as_their_order_waits() {
    let desk = Desk::with_settings([("COUPON_INTERVAL", "50ms")]).await;
    let policy = desk.policy(json!({})).await;
    let (user_id, other_id) = (Uuid::now_v7(), Uuid::now_v7());
    let (waits, gone) = (Uuid::now_v7(), Uuid::now_v7());
    let (kept, free) = (desk.coupon(&policy, user_id).await, desk.coupon(&policy, other_id).await);
    let soon = (chrono::Utc::now() + chrono::TimeDelta::seconds(2)).to_rfc3339();
    desk.reserve_until(waits, user_id, &[&kept], &[10_000], &soon).await;
    desk.reserve_until(gone, other_id, &[&free], &[10_000], &soon).await;
    let extend = async |order: Uuid| {
        let query =
            "mutation($input: ExtendCouponsInput!) { extendCoupons(input: $input) { held userErrors { code } } }";
        let input = json!({ "input": { "orderId": prefixed("ord", order), "expiresAt": "2999-01-01T00:00:00Z" } });
        desk.ask(query, input, platform::testing::service("order")).await["extendCoupons"]["held"].clone()
    };
    assert_eq!(extend(waits).await, true);
    desk.wait_for(&free, "ISSUED").await;
    assert_eq!(desk.state_of(&kept).await["state"], "RESERVED");
    assert_eq!(extend(gone).await, false);
    assert_eq!(codes(&desk.use_coupons(waits).await), [""; 0]);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_comes_back_when_all_of_its_lines_are_gone() {
    let desk = Desk::with_settings([("COUPON_RESTORED_VALIDITY", "7d")]).await;
    let wide = desk.policy(json!({ "level": "ORDER" })).await;
    let product = prefixed("prd", Uuid::from_u128(0));
    let narrow = desk.policy(json!({ "scope": "PRODUCTS", "scopeIds": [product], "budget": 5_000 })).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let (all, first) = (desk.coupon(&wide, user_id).await, desk.coupon(&narrow, user_id).await);
    assert_eq!(total(&desk.reserve(order, user_id, &[&all, &first], &[10_000, 20_000]).await), 2_000);
    desk.use_coupons(order).await;
    desk.sql("UPDATE coupon SET expires_at = now() + interval '1 hour'").await;
    // Of line 0, two pieces: one is cancelled (told as a refunded claim as well), one comes back.
    desk.hear(OrderCancelled(gone(order, &[("lin_0", 1)]))).await;
    let mut claim = gone(order, &[("lin_0", 1)]);
    claim["kind"] = json!("CANCEL");
    desk.hear(ClaimRefunded(claim)).await;
    assert_eq!(desk.state_of(&first).await["state"], "USED", "a piece of it is kept");
    let mut claim = gone(order, &[("lin_0", 1)]);
    claim["kind"] = json!("RETURN");
    desk.hear(ClaimRefunded(claim)).await;
    let restored = desk.state_of(&first).await;
    assert_eq!((&restored["state"], &restored["orderId"]), (&json!("RESTORED"), &Value::Null));
    let expires: chrono::DateTime<chrono::Utc> = restored["expiresAt"].as_str().unwrap().parse().unwrap();
    assert!(expires > chrono::Utc::now() + chrono::TimeDelta::days(6), "valid for a week at least");
    assert_eq!(desk.state_of(&all).await["state"], "USED", "line 1 is kept");
    assert_eq!(desk.policy_of(&narrow).await["budgetSpent"]["amount"], 0);
    desk.hear(OrderCancelled(gone(order, &[("lin_1", 2)]))).await;
    assert_eq!(desk.state_of(&all).await["state"], "RESTORED");
    let told = desk.told().await;
    assert_eq!(told.iter().filter(|(kind, _)| kind == "coupon.restored").count(), 2);
    // It can be used again, and is RESTORED again when that order is given up.
    let again = Uuid::now_v7();
    assert_eq!(total(&desk.reserve(again, user_id, &[&all], &[10_000]).await), 1_000);
    desk.release(again).await;
    assert_eq!(desk.state_of(&all).await["state"], "RESTORED");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_before_the_use_is_counted() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({})).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let coupon = desk.coupon(&policy, user_id).await;
    desk.reserve(order, user_id, &[&coupon], &[10_000]).await;
    desk.hear(OrderCancelled(gone(order, &[("lin_0", 2)]))).await;
    assert_eq!(desk.state_of(&coupon).await["state"], "RESERVED");
    desk.use_coupons(order).await;
    assert_eq!(desk.state_of(&coupon).await["state"], "RESTORED");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn simulations_and_the_best() {
    let desk = Desk::open().await;
    let user_id = Uuid::now_v7();
    let mut coupons = Vec::new();
    for changes in [
        json!({ "kind": "PERCENT", "value": 1_000 }),
        json!({ "value": 5_000, "minimum": 50_000 }),
        json!({ "value": 3_000, "level": "ORDER" }),
        json!({ "value": 7_000, "stacking": "EXCLUSIVE" }),
    ] {
        let policy = desk.policy(changes).await;
        coupons.push(desk.coupon(&policy, user_id).await);
    }
    let simulate = "query($input: SimulateCouponsInput!) { simulateCoupons(input: $input) {
        total { amount } coupons { couponId applies code message } } }";
    let input = json!({ "lines": desk.lines(&[20_000, 10_000]), "couponIds": coupons });
    let simulated = desk.ask(simulate, json!({ "input": input }), buyer(user_id)).await["simulateCoupons"].clone();
    assert_eq!(simulated["total"]["amount"], 6_000);
    let outcomes = simulated["coupons"].as_array().unwrap();
    let code =
        |coupon: &String| outcomes.iter().find(|outcome| outcome["couponId"] == **coupon).unwrap()["code"].clone();
    let codes: Vec<Value> = coupons.iter().map(code).collect();
    assert_eq!(codes, [Value::Null, json!("LINES_TAKEN"), Value::Null, json!("NOT_COMBINABLE")]);
    assert!(outcomes.iter().all(|outcome| outcome["applies"] == outcome["message"].is_null()));
    let best =
        "query($input: BestCouponsInput!) { bestCoupons(input: $input) { total { amount } coupons { couponId } } }";
    let input = json!({ "lines": desk.lines(&[20_000, 10_000]) });
    let found = desk.ask(best, json!({ "input": input }), buyer(user_id)).await["bestCoupons"].clone();
    assert_eq!(found["total"]["amount"], 7_000, "the one alone is worth more than 3,000 and 3,000");
    let input = json!({ "lines": desk.lines(&[40_000, 20_000]) });
    let found = desk.ask(best, json!({ "input": input }), buyer(user_id)).await["bestCoupons"].clone();
    assert_eq!(found["total"]["amount"], 9_000, "10 % and 3,000");
    let none = json!({ "lines": [], "couponIds": [] });
    let response = desk.services.execute("coupon", simulate, json!({ "input": none }), buyer(user_id)).await;
    assert_eq!(response.errors.len(), 1);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_finds_planted_faults() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({ "budget": 9_000 })).await;
    let (user_id, order) = (Uuid::now_v7(), Uuid::now_v7());
    let coupon = desk.coupon(&policy, user_id).await;
    desk.reserve(order, user_id, &[&coupon], &[10_000]).await;
    let database = desk.services.database_of("coupon").await;
    assert_eq!(coupon::check_coupons(&database).await.unwrap().len(), 0);
    let faults = [
        (
            "UPDATE coupon_policy SET issued_count = issued_count",
            "+ 1",
            "- 1",
            "what a policy has issued are its coupons",
        ),
        ("UPDATE coupon_policy SET budget_spent = budget_spent", "+ 7", "- 7", "a spent budget is what orders hold"),
        ("UPDATE coupon_use_line SET discount = discount", "+ 1", "- 1", "a discount is the sum of its lines"),
        ("UPDATE coupon_reservation SET state =", "'RELEASED'", "'HELD'", "what an order holds follows"),
        (
            "UPDATE coupon SET state = 'USED', order_id = order_id WHERE state =",
            "'RESERVED'",
            "'-'",
            "a coupon in an order",
        ),
    ];
    for (statement, plant, undo, rule) in faults {
        desk.sql(&format!("{statement} {plant}")).await;
        let findings = coupon::check_coupons(&database).await.unwrap();
        assert_eq!(findings.len(), 1, "{rule}: {findings:?}");
        assert!(findings[0].rule.starts_with(rule), "{findings:?}");
        desk.sql(&format!("{statement} {undo}")).await;
    }
    desk.sql("UPDATE coupon SET state = 'RESERVED'").await;
    let nobody = user(Uuid::now_v7(), &[Scope::Buyer], &[]);
    let seen = desk.ask("query($id: ID!) { coupon(id: $id) { id } }", json!({ "id": coupon }), nobody).await;
    assert_eq!(seen["coupon"], Value::Null, "somebody else's coupon is not seen");
    desk.close().await;
}
