//! Virtual accounts from the checkout to the deposit, or to its end: stock and coupons are kept as long as the account waits.

use std::time::Duration;

use serde_json::{Value, json};

use crate::crashes::die_asking;
use crate::people::{PRICE, Shop, address};
use crate::support::{Market, Session, new_key};

/// What an order is given to be paid, and what it keeps its stock longer.
const LIMITS: [(&str, &str); 2] = [("ORDER_PAYMENT_DEADLINE", "6s"), ("ORDER_RESERVATION_MARGIN", "3s")];
/// Steps of waiting for a deposit, after the account is known.
const WHILE_WAITING: [&str; 2] = ["order.deposit_awaited", "order.deposit_kept"];
/// Steps of closing the account of an order that its buyer gives up.
const WHILE_CLOSING: [&str; 2] = ["payment.before_close", "payment.after_close"];
const CANCEL: &str = "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) {
    order { state } userErrors { code } } }";
const CONFIRM: &str = "mutation($input: ConfirmPaymentInput!) { confirmPayment(input: $input) {
    payment { state } userErrors { code } } }";

impl Market {
    /// Orders two pieces that are paid for into a virtual account; the ids of the order and of the payment at the provider.
    async fn wait_for_deposit(
        &self,
        buyer: &Session,
        shop: &Shop,
        coupon: &str,
        valid_seconds: Option<i64>,
    ) -> (String, String) {
        let (id, key, total) = self.ask_for_account(buyer, shop, &[coupon], valid_seconds).await;
        let confirmed = self.confirm(buyer, &id, &key, total).await;
        assert_eq!(confirmed["payment"]["state"], "WAITING_FOR_DEPOSIT", "{confirmed}");
        (id, key)
    }

    /// The same up to the confirmation; with what is to be paid.
    async fn ask_for_account(
        &self,
        buyer: &Session,
        shop: &Shop,
        coupons: &[&str],
        valid_seconds: Option<i64>,
    ) -> (String, String, i64) {
        let place = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
            order { id total { amount } } userErrors { code message } } }";
        let input = json!({ "items": [{ "variantId": shop.variant_id, "quantity": 2 }], "address": address(),
            "couponIds": coupons, "paymentMethod": "VIRTUAL_ACCOUNT" });
        let key = new_key();
        let placed =
            self.data_with_key(place, json!({ "input": input }), Some(buyer), Some(&key)).await["placeOrder"].clone();
        let id = placed["order"]["id"].as_str().unwrap_or_else(|| panic!("{placed}")).to_owned();
        let total = placed["order"]["total"]["amount"].as_i64().unwrap();
        let body =
            json!({ "orderId": id, "amount": total, "method": "VIRTUAL_ACCOUNT", "validSeconds": valid_seconds });
        let url = format!("{}/sandbox/authorize", self.sandbox);
        let window: Value = self.http.post(url).json(&body).send().await.unwrap().json().await.unwrap();
        (id, window["paymentKey"].as_str().unwrap().to_owned(), total)
    }

    /// Whether somebody can pay into the account.
    async fn pay_into(&self, key: &str) -> bool {
        let url = format!("{}/sandbox/deposit", self.sandbox);
        self.http.post(url).json(&json!({ "paymentKey": key })).send().await.unwrap().status().is_success()
    }

    /// Somebody pays into the account, and the provider calls.
    async fn deposit(&self, key: &str) {
        assert!(self.pay_into(key).await);
        let hear = "mutation($key: String!) { receivePaymentWebhook(input: { paymentKey: $key }) { known } }";
        let heard = self.data(hear, json!({ "key": key }), None).await;
        assert_eq!(heard["receivePaymentWebhook"]["known"], true);
    }

    async fn until_order_is(&self, buyer: &Session, id: &str, state: &str) {
        for _ in 0..400 {
            if self.order(buyer, id).await["state"] == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the order is {} and not {state}\n{}", self.order(buyer, id).await, self.logs());
    }
}

async fn from_the_window_to_the_deposit(market: &Market) {
    let shop = market.open_shop(100).await;
    let buyer = market.sign_up().await;
    let terms = json!({ "kind": "AMOUNT", "value": 2_000, "perUserLimit": 3 });
    let policy = market.coupon_policy(None, terms).await;
    let total = 2 * PRICE - 2_000;
    let coupons = [
        market.claim_coupon(&buyer, &policy).await,
        market.claim_coupon(&buyer, &policy).await,
        market.claim_coupon(&buyer, &policy).await,
    ];
    let (on_hand, reserved) = market.stock(&shop.owner, &shop.variant_id).await;

    // Paid into long after the order's own deadline: it has its goods and its coupon.
    let (paid, key) = market.wait_for_deposit(&buyer, &shop, &coupons[0], None).await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, (on_hand, reserved + 2));
    assert_eq!(market.coupon_states(&buyer, &coupons[..1]).await, ["RESERVED"]);
    market.deposit(&key).await;
    market.until_order_is(&buyer, &paid, "PAID").await;
    market.until_coupon_states(&buyer, &coupons[..1], &["USED"]).await;
    market.until_stock(&shop.owner, &shop.variant_id, (on_hand - 2, reserved)).await;

    // Never paid into: all is free when the account closes.
    let (late, _) = market.wait_for_deposit(&buyer, &shop, &coupons[1], Some(8)).await;
    market.until_order_is(&buyer, &late, "EXPIRED").await;
    market.until_stock(&shop.owner, &shop.variant_id, (on_hand - 2, reserved)).await;
    market.until_coupon_states(&buyer, &coupons[1..2], &["ISSUED"]).await;

    // Given up by its buyer: the account is closed, and nobody can pay into it any more.
    let (given_up, key) = market.wait_for_deposit(&buyer, &shop, &coupons[2], None).await;
    let cancelled = market.change(CANCEL, json!({ "orderId": given_up, "reason": "변심" }), Some(&buyer)).await;
    assert_eq!(cancelled["userErrors"], json!([]), "{cancelled}");
    market.until_order_is(&buyer, &given_up, "EXPIRED").await;
    market.until_stock(&shop.owner, &shop.variant_id, (on_hand - 2, reserved)).await;
    assert!(!market.pay_into(&key).await);

    // What was paid in waits for an account that it can go back to.
    market.change(CANCEL, json!({ "orderId": paid, "reason": "변심" }), Some(&buyer)).await;
    let query = "query($id: ID!) { order(id: $id) { payments { refundAccountNeeded refundedAmount { amount } } } }";
    let seen = market.data(query, json!({ "id": paid }), Some(&buyer)).await["order"]["payments"][0].clone();
    assert_eq!(seen, json!({ "refundAccountNeeded": true, "refundedAmount": { "amount": 0 } }));
    let told = market.until_told(&buyer, "REFUND_ACCOUNT_NEEDED").await;
    assert_eq!(told["link"], format!("/orders/{paid}"));
    market.check_ledger().await;
    let set = "mutation($input: SetRefundAccountInput!) { setRefundAccount(input: $input) {
        payment { state refundAccountNeeded refundedAmount { amount } } userErrors { code } } }";
    let account = json!({ "orderId": paid, "bank": "88", "accountNumber": "110-123-456789", "holderName": "홍길동" });
    let given = market.change(set, account, Some(&buyer)).await;
    let expected = json!({ "state": "CANCELED", "refundAccountNeeded": false, "refundedAmount": { "amount": total } });
    assert_eq!(given["payment"], expected, "{given}");
    market.check_ledger().await;
    market.until_clean("stats").await;
    market.check_coupons().await;
}

/// The process dies while an order begins to wait: it waits on with all that it holds, and is paid.
async fn dies_while_waiting(market: &mut Market, shop: &Shop, buyer: &Session, point: &str) {
    let (on_hand, reserved) = market.stock(&shop.owner, &shop.variant_id).await;
    market.begin_again(point).await;
    let (id, key, total) = market.ask_for_account(buyer, shop, &[], None).await;
    let input = json!({ "orderId": id, "paymentKey": key, "amount": total });
    die_asking(market, point, CONFIRM, input, (buyer, &new_key()), &LIMITS).await;
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, (on_hand, reserved + 2), "{point}");
    market.deposit(&key).await;
    market.until_order_is(buyer, &id, "PAID").await;
    market.until_stock(&shop.owner, &shop.variant_id, (on_hand - 2, reserved)).await;
}

/// The process dies while an order is given up: it waits on, and giving it up again does it.
async fn dies_while_closing(market: &mut Market, shop: &Shop, buyer: &Session, point: &str) {
    let before = market.stock(&shop.owner, &shop.variant_id).await;
    market.begin_again(point).await;
    let (id, key, total) = market.ask_for_account(buyer, shop, &[], None).await;
    let confirmed = market.confirm(buyer, &id, &key, total).await;
    assert_eq!(confirmed["payment"]["state"], "WAITING_FOR_DEPOSIT", "{confirmed}");
    let input = json!({ "orderId": id, "reason": "변심" });
    die_asking(market, point, CANCEL, input.clone(), (buyer, &new_key()), &LIMITS).await;
    let cancelled = market.change(CANCEL, input, Some(buyer)).await;
    assert_eq!(cancelled["userErrors"], json!([]), "{point}: {cancelled}");
    market.until_order_is(buyer, &id, "EXPIRED").await;
    market.until_stock(&shop.owner, &shop.variant_id, before).await;
    assert!(!market.pay_into(&key).await, "{point}");
}

impl Market {
    /// Starts the process anew; it dies where it is told to.
    async fn begin_again(&mut self, point: &str) {
        self.kill();
        self.start_all_in_one(&[LIMITS[0], LIMITS[1], ("DOA_FAULT_POINT", point)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_every_step_of_a_deposit() {
    let mut market = Market::all_in_one().await;
    let shop = market.open_shop(100).await;
    let buyer = market.sign_up().await;
    for point in WHILE_WAITING {
        dies_while_waiting(&mut market, &shop, &buyer, point).await;
    }
    for point in WHILE_CLOSING {
        dies_while_closing(&mut market, &shop, &buyer, point).await;
    }
    market.check_ledger().await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deposits_all_in_one() {
    let mut market = Market::prepare().await;
    market.start_all_in_one(&LIMITS).await;
    market.sign_in_staff().await;
    from_the_window_to_the_deposit(&market).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deposits_distributed() {
    let market = Market::distributed_with(&LIMITS).await;
    from_the_window_to_the_deposit(&market).await;
    market.end().await;
}
