//! Coupons and shipping in a checkout: the price to the won, the coupons through payment and cancellation, in both shapes.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::people::{PRICE, Shop, address};
use crate::support::{Market, Session, new_key};

const PLACE: &str = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
    order { id itemsTotal { amount } discountTotal { amount } shippingTotal { amount } total { amount } }
    userErrors { code message } } }";

impl Market {
    /// Writes and publishes a policy; its id. `seller` is the shop whose it is, or nobody's but the marketplace's.
    pub(crate) async fn coupon_policy(&self, shop: Option<&Shop>, terms: Value) -> String {
        let create = "mutation($input: CreateCouponPolicyInput!) { createCouponPolicy(input: $input) {
            couponPolicy { id state } userErrors { code field message } } }";
        let who = shop.map_or(&self.staff, |shop| &shop.owner);
        let mut all = json!({ "name": "쿠폰", "startsAt": Utc::now() - TimeDelta::minutes(1), "endsAt": Utc::now() + TimeDelta::days(1) });
        all.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        let input = json!({ "sellerId": shop.map(|shop| shop.seller_id.clone()), "terms": all });
        let id = self.change(create, input, Some(who)).await["couponPolicy"]["id"].as_str().unwrap().to_owned();
        let publish = "mutation($input: CouponPolicyIdInput!) { publishCouponPolicy(input: $input) {
            couponPolicy { state } userErrors { code field message } } }";
        let published = self.change(publish, json!({ "policyId": id }), Some(who)).await;
        assert_eq!(published["couponPolicy"]["state"], "ACTIVE", "{published}");
        id
    }

    /// Downloads a coupon; its id.
    pub(crate) async fn claim_coupon(&self, buyer: &Session, policy: &str) -> String {
        let claim = "mutation($input: CouponPolicyIdInput!) { claimCoupon(input: $input) {
            coupon { id } userErrors { code message } } }";
        let claimed = self.change(claim, json!({ "policyId": policy }), Some(buyer)).await;
        claimed["coupon"]["id"].as_str().unwrap().to_owned()
    }

    /// The states of coupons, in the order of their ids here.
    pub(crate) async fn coupon_states(&self, buyer: &Session, ids: &[String]) -> Vec<String> {
        let query = "{ me { coupons(first: 50) { nodes { id state } } } }";
        let mine = self.data(query, Value::Null, Some(buyer)).await["me"]["coupons"]["nodes"].clone();
        let state = |id: &String| {
            let one = mine.as_array().unwrap().iter().find(|coupon| coupon["id"] == **id);
            one.unwrap_or_else(|| panic!("{id} is not in {mine}"))["state"].as_str().unwrap().to_owned()
        };
        ids.iter().map(state).collect()
    }

    pub(crate) async fn until_coupon_states(&self, buyer: &Session, ids: &[String], wanted: &[&str]) {
        let mut states = Vec::new();
        for _ in 0..200 {
            states = self.coupon_states(buyer, ids).await;
            if states == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("coupons are {states:?}, not {wanted:?}\n{}", self.logs());
    }

    /// No book of coupons may be off.
    pub(crate) async fn check_coupons(&self) {
        let output = self.run(&["check", "coupons"], &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

fn two_pieces(shop: &Shop, coupons: &[String]) -> Value {
    json!({
        "items": [{ "variantId": shop.variant_id, "quantity": 2 }], "address": address(), "couponIds": coupons,
    })
}

async fn place(market: &Market, buyer: &Session, input: Value) -> Value {
    let key = new_key();
    market.data_with_key(PLACE, json!({ "input": input }), Some(buyer), Some(&key)).await["placeOrder"].clone()
}

async fn from_quote_to_cancellation(market: &Market) {
    let shop = market.open_shop(100).await;
    let buyer = market.sign_up().await;
    let policy = "mutation($input: CreateShippingPolicyInput!) { createShippingPolicy(input: $input) {
        policy { id } userErrors { code field message } } }";
    let input = json!({ "sellerId": shop.seller_id, "policy": { "name": "기본 배송", "kind": "FLAT", "fee": 3_000 } });
    market.change(policy, input, Some(&shop.owner)).await;
    let amount = json!({ "kind": "AMOUNT", "value": 2_000 });
    let of_seller = market.coupon_policy(Some(&shop), amount).await;
    let percent = json!({ "kind": "PERCENT", "value": 1_000, "level": "ORDER", "totalLimit": 10, "budget": 1_000_000 });
    let of_market = market.coupon_policy(None, percent).await;
    let coupons = [market.claim_coupon(&buyer, &of_seller).await, market.claim_coupon(&buyer, &of_market).await];

    // The cart says beforehand what the order will cost, and finds the same coupons by itself.
    let add = "mutation($input: AddToCartInput!) { addToCart(input: $input) { cart { id } userErrors { code } } }";
    market.change(add, json!({ "variantId": shop.variant_id, "quantity": 2 }), Some(&buyer)).await;
    let quoted = "query($coupons: [ID!]!) { cart { changedLines { id }
        quote(couponIds: $coupons) { discountTotal { amount } shippingTotal { amount } total { amount } }
        bestCoupons { discountTotal { amount } coupons { coupon { id } } } } }";
    let cart = market.data(quoted, json!({ "coupons": coupons }), Some(&buyer)).await["cart"].clone();
    let discount = 2_000 + (2 * PRICE - 2_000) / 10;
    assert_eq!(cart["quote"]["discountTotal"]["amount"], discount, "{cart}");
    assert_eq!(cart["quote"]["shippingTotal"]["amount"], 3_000);
    assert_eq!(cart["quote"]["total"]["amount"], 2 * PRICE - discount + 3_000);
    assert_eq!(cart["bestCoupons"]["discountTotal"]["amount"], discount);
    assert_eq!(cart["bestCoupons"]["coupons"].as_array().map(Vec::len), Some(2));
    assert_eq!(cart["changedLines"], json!([]));

    let wrong = json!({ "expectedTotal": 1 });
    let mut input = two_pieces(&shop, &coupons);
    input.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
    let refused = place(market, &buyer, input).await;
    assert_eq!(refused["userErrors"][0]["code"], "TOTAL_CHANGED", "{refused}");
    assert_eq!(market.coupon_states(&buyer, &coupons).await, ["ISSUED", "ISSUED"]);

    // The seller's coupon comes off first, the market's off what is left.
    let placed = place(market, &buyer, two_pieces(&shop, &coupons)).await;
    let order = &placed["order"];
    assert_eq!(order["itemsTotal"]["amount"], 2 * PRICE, "{placed}");
    assert_eq!(order["discountTotal"]["amount"], discount);
    assert_eq!(order["shippingTotal"]["amount"], 3_000);
    let total = 2 * PRICE - discount + 3_000;
    assert_eq!(order["total"]["amount"], total);
    assert_eq!(market.coupon_states(&buyer, &coupons).await, ["RESERVED", "RESERVED"]);

    // What an order keeps, no other can have; nothing of that order stays behind.
    let stock = market.stock(&shop.owner, &shop.variant_id).await;
    let second = place(market, &buyer, two_pieces(&shop, &coupons)).await;
    assert_eq!(second["userErrors"][0]["code"], "COUPON_REFUSED", "{second}");
    assert_eq!(market.stock(&shop.owner, &shop.variant_id).await, stock);

    let id = order["id"].as_str().unwrap();
    let cancel = "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) {
        order { state } userErrors { code } } }";
    market.change(cancel, json!({ "orderId": id, "reason": "다시 담기" }), Some(&buyer)).await;
    market.until_coupon_states(&buyer, &coupons, &["ISSUED", "ISSUED"]).await;

    let placed = place(market, &buyer, two_pieces(&shop, &coupons)).await;
    let id = placed["order"]["id"].as_str().unwrap_or_else(|| panic!("{placed}")).to_owned();
    let key = market.pay_in_window(&id, total).await;
    let confirmed = market.confirm(&buyer, &id, &key, total).await;
    assert_eq!(confirmed["payment"]["order"]["state"], "PAID", "{confirmed}");
    market.until_coupon_states(&buyer, &coupons, &["USED", "USED"]).await;

    market.change(cancel, json!({ "orderId": id, "reason": "단순 변심" }), Some(&buyer)).await;
    market.until_coupon_states(&buyer, &coupons, &["RESTORED", "RESTORED"]).await;
    market.check_ledger().await;
    let order = market.order(&buyer, &id).await;
    assert_eq!(order["payments"][0]["refundedAmount"]["amount"], total, "{order}");
    market.check_coupons().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_and_shipping_all_in_one() {
    let market = Market::all_in_one().await;
    from_quote_to_cancellation(&market).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_and_shipping_distributed() {
    let market = Market::distributed().await;
    from_quote_to_cancellation(&market).await;
    market.end().await;
}
