//! The process dies at every step of a checkout; after a restart every order is completed or undone within ten seconds,
//! and the books balance.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::people::{PRICE, Shop, address};
use crate::support::{Market, Session, new_key};

/// Steps before the payment is asked for: the order is undone, and the stock is free again.
const WHILE_PLACING: [&str; 4] = ["order.placed", "order.reserved", "order.payment_created", "order.awaiting_payment"];
/// Steps from the payment on. The money is taken in all but the first: those orders are completed.
const WHILE_PAYING: [&str; 6] = [
    "payment.before_provider",
    "payment.after_provider",
    "payment.after_record",
    "order.paid",
    "order.committed",
    "order.completed",
];
/// Steps of giving money back.
const WHILE_REFUNDING: [&str; 3] = ["refund.recorded", "refund.before_provider", "refund.after_provider"];

/// Steps of a checkout with a coupon, with what becomes of the order and of the coupon.
const WITH_A_COUPON: [(&str, &str, &str); 3] = [
    ("order.coupons_kept", "EXPIRED", "ISSUED"),
    ("order.released", "EXPIRED", "ISSUED"),
    ("order.committed", "PAID", "USED"),
];

pub(crate) const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step() {
    let mut market = Market::all_in_one().await;
    let shop = market.open_shop(100).await;
    let buyer = market.sign_up().await;
    for point in WHILE_PLACING {
        while_placing(&mut market, &shop, &buyer, point).await;
    }
    for point in WHILE_PAYING {
        while_paying(&mut market, &shop, &buyer, point).await;
    }
    for point in WHILE_REFUNDING {
        while_refunding(&mut market, &shop, &buyer, point).await;
    }
    for (point, order, coupon) in WITH_A_COUPON {
        with_a_coupon(&mut market, &shop, &buyer, point, (order, coupon)).await;
    }
    market.check_ledger().await;
    market.check_coupons().await;
    market.end().await;
}

/// Asks for something of a market that dies at `point`, then starts the market again.
pub(crate) async fn die_at(market: &mut Market, point: &str, query: &str, input: Value, who: &Session, key: &str) {
    market.kill();
    market.start_all_in_one(&[("DOA_FAULT_POINT", point)]).await;
    die_asking(market, point, query, input, (who, key), &[]).await;
}

/// Asks for what the process dies of, then starts it anew with these options.
pub(crate) async fn die_asking(
    market: &mut Market,
    point: &str,
    query: &str,
    input: Value,
    (who, key): (&Session, &str),
    options: &[(&str, &str)],
) {
    let request = market
        .http
        .post(format!("{}/graphql", market.url))
        .bearer_auth(&who.access_token)
        .header("idempotency-key", key)
        .json(&json!({ "query": query, "variables": { "input": input } }));
    let answer = request.send().await;
    assert!(market.has_died().await, "{point} was not reached: {answer:?}");
    market.start_all_in_one(options).await;
}

const PLACE: &str =
    "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }";
const CONFIRM: &str = "mutation($input: ConfirmPaymentInput!) { confirmPayment(input: $input) { payment { state } userErrors { code } } }";
const CANCEL: &str =
    "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) { order { id } userErrors { code } } }";

fn one_piece(shop: &Shop) -> Value {
    json!({ "items": [{ "variantId": shop.variant_id, "quantity": 1 }], "address": address() })
}

async fn while_placing(market: &mut Market, shop: &Shop, buyer: &Session, point: &str) {
    let before = market.stock(&shop.owner, &shop.variant_id).await;
    let key = new_key();
    die_at(market, point, PLACE, one_piece(shop), buyer, &key).await;
    let latest = latest_order(market, buyer).await;
    if point == "order.awaiting_payment" {
        // The order stood before the process died; the same key gives it again, and its stock is held for it.
        let again = market.data_with_key(PLACE, json!({ "input": one_piece(shop) }), Some(buyer), Some(&key)).await;
        assert_eq!(again["placeOrder"]["order"]["id"], latest["id"], "{again}");
        assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, (before.0, before.1 + 1));
        let cancelled =
            market.change(CANCEL, json!({ "orderId": latest["id"], "reason": "단순 변심" }), Some(buyer)).await;
        assert_eq!(cancelled["order"]["id"], latest["id"]);
        return;
    }
    let id = latest["id"].as_str().unwrap();
    eventually(market, buyer, id, "EXPIRED", point).await;
    assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, before, "{point}");
    // The key is free again: the same request now places an order.
    let again = market.data_with_key(PLACE, json!({ "input": one_piece(shop) }), Some(buyer), Some(&key)).await;
    let again = again["placeOrder"]["order"]["id"].as_str().unwrap_or_else(|| panic!("{point}: {again}")).to_owned();
    assert_ne!(again, id);
    market.change(CANCEL, json!({ "orderId": again, "reason": "단순 변심" }), Some(buyer)).await;
}

async fn while_paying(market: &mut Market, shop: &Shop, buyer: &Session, point: &str) {
    let before = market.stock(&shop.owner, &shop.variant_id).await;
    let placed = market.place(buyer, &shop.variant_id, 1, &new_key()).await;
    let id = placed["order"]["id"].as_str().unwrap().to_owned();
    let payment_key = market.pay_in_window(&id, PRICE).await;
    let input = json!({ "orderId": id, "paymentKey": payment_key, "amount": PRICE });
    die_at(market, point, CONFIRM, input, buyer, &new_key()).await;
    if point == "payment.before_provider" {
        // The provider was never asked: the order waits again, and the buyer pays it.
        let deadline = Instant::now() + LIMIT;
        loop {
            let order = market.order(buyer, &id).await;
            if order["payments"][0]["state"] == "READY" {
                break;
            }
            assert!(Instant::now() < deadline, "{point}: {order}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let payment_key = market.pay_in_window(&id, PRICE).await;
        let confirmed = market.confirm(buyer, &id, &payment_key, PRICE).await;
        assert_eq!(confirmed["payment"]["state"], "DONE", "{confirmed}");
    }
    eventually(market, buyer, &id, "PAID", point).await;
    assert_eq!(market.confirmations(&id).await, 1, "{point}");
    assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, (before.0 - 1, before.1), "{point}");
}

async fn while_refunding(market: &mut Market, shop: &Shop, buyer: &Session, point: &str) {
    let id = market.buy(buyer, &shop.variant_id, 1).await;
    let input = json!({ "orderId": id, "reason": "단순 변심" });
    die_at(market, point, CANCEL, input, buyer, &new_key()).await;
    eventually(market, buyer, &id, "CANCELLED", point).await;
    let deadline = Instant::now() + LIMIT;
    loop {
        let order = market.order(buyer, &id).await;
        if order["payments"][0]["state"] == "CANCELED" {
            assert_eq!(order["payments"][0]["refundedAmount"]["amount"], PRICE);
            return;
        }
        assert!(Instant::now() < deadline, "{point}: the money did not go back: {order}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn with_a_coupon(market: &mut Market, shop: &Shop, buyer: &Session, point: &str, (order, coupon): (&str, &str)) {
    let policy = market.coupon_policy(Some(shop), json!({ "kind": "AMOUNT", "value": 900 })).await;
    let coupons = [market.claim_coupon(buyer, &policy).await];
    let mut input = one_piece(shop);
    input["couponIds"] = json!(coupons);
    let id = if point == "order.coupons_kept" {
        die_at(market, point, PLACE, input, buyer, &new_key()).await;
        latest_order(market, buyer).await["id"].as_str().unwrap().to_owned()
    } else {
        let placed = market.data_with_key(PLACE, json!({ "input": input }), Some(buyer), Some(&new_key())).await;
        let id = placed["placeOrder"]["order"]["id"].as_str().unwrap_or_else(|| panic!("{placed}")).to_owned();
        if order == "PAID" {
            let payment_key = market.pay_in_window(&id, PRICE - 900).await;
            let input = json!({ "orderId": id, "paymentKey": payment_key, "amount": PRICE - 900 });
            die_at(market, point, CONFIRM, input, buyer, &new_key()).await;
        } else {
            let input = json!({ "orderId": id, "reason": "단순 변심" });
            die_at(market, point, CANCEL, input, buyer, &new_key()).await;
        }
        id
    };
    eventually(market, buyer, &id, order, point).await;
    market.until_coupon_states(buyer, &coupons, &[coupon]).await;
}

async fn latest_order(market: &Market, buyer: &Session) -> Value {
    let query = "{ me { orders(first: 1) { nodes { id state } } } }";
    market.data(query, Value::Null, Some(buyer)).await["me"]["orders"]["nodes"][0].clone()
}

async fn eventually(market: &Market, buyer: &Session, id: &str, state: &str, point: &str) {
    let deadline = Instant::now() + LIMIT;
    loop {
        let order = market.order(buyer, id).await;
        if order["state"] == state {
            return;
        }
        assert!(Instant::now() < deadline, "{point}: not {state} within {LIMIT:?}: {order}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
