//! Many at once: stock is never oversold, and an order is never paid twice.

use futures::future::join_all;

use crate::people::PRICE;
use crate::support::{Market, Session, new_key};

const STOCK: i64 = 5;
const BUYERS: usize = 20;
const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_buyers_of_five_pieces() {
    let market = Market::all_in_one().await;
    let buyers: Vec<Session> = join_all((0..BUYERS).map(|_| market.sign_up())).await;
    let shop = market.open_shop(STOCK).await;
    for round in 0..ROUNDS {
        if round > 0 {
            market.restock(&shop.owner, &shop.variant_id, STOCK).await;
        }
        let outcomes = join_all(buyers.iter().map(|buyer| buy_if_possible(&market, buyer, &shop.variant_id))).await;
        let paid = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Paid)).count();
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::SoldOut)).count();
        assert_eq!((paid, refused), (5, 15), "round {round}");
    }
    market.check_ledger().await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_paid_five_times_at_once() {
    let market = Market::all_in_one().await;
    let shop = market.open_shop(10).await;
    let buyer = market.sign_up().await;
    let placed = market.place(&buyer, &shop.variant_id, 1, &new_key()).await;
    let id = placed["order"]["id"].as_str().unwrap().to_owned();
    let key = market.pay_in_window(&id, PRICE).await;
    let answers = join_all((0..5).map(|_| market.confirm(&buyer, &id, &key, PRICE))).await;
    for answer in &answers {
        let waits = answer["userErrors"][0]["code"] == "PAYMENT_IN_PROGRESS";
        assert!(answer["payment"]["state"] == "DONE" || waits, "{answer}");
    }
    assert!(answers.iter().any(|answer| answer["payment"]["state"] == "DONE"));
    assert_eq!(market.confirmations(&id).await, 1);
    market.check_ledger().await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_places_one_order() {
    let market = Market::all_in_one().await;
    let shop = market.open_shop(10).await;
    let buyer = market.sign_up().await;
    let key = new_key();
    let query = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
        order { id number state placedAt paymentDeadline total { amount } } userErrors { code } } }";
    let input = serde_json::json!({ "input": {
        "items": [{ "variantId": shop.variant_id, "quantity": 1 }], "address": crate::people::address() } });
    let answers = join_all((0..5).map(|_| market.ask(query, input.clone(), Some(&buyer), Some(&key)))).await;
    let again = market.ask(query, input.clone(), Some(&buyer), Some(&key)).await;
    assert!(again["data"]["placeOrder"]["order"]["id"].is_string(), "{again}");
    for answer in answers {
        match answer["errors"][0]["extensions"]["code"].as_str() {
            None => assert_eq!(answer, again, "the first answer is given again"),
            Some(code) => assert_eq!(code, "REQUEST_IN_FLIGHT", "{answer}"),
        }
    }
    let other = serde_json::json!({ "input": {
        "items": [{ "variantId": shop.variant_id, "quantity": 2 }], "address": crate::people::address() } });
    let answer = market.ask(query, other, Some(&buyer), Some(&key)).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "IDEMPOTENCY_KEY_REUSED", "{answer}");
    market.end().await;
}

enum Outcome {
    Paid,
    SoldOut,
}

async fn buy_if_possible(market: &Market, buyer: &Session, variant_id: &str) -> Outcome {
    let placed = market.place(buyer, variant_id, 1, &new_key()).await;
    let Some(id) = placed["order"]["id"].as_str() else {
        assert_eq!(placed["userErrors"][0]["code"], "OUT_OF_STOCK", "{placed}");
        assert_eq!(placed["changes"][0]["kind"], "OUT_OF_STOCK", "{placed}");
        return Outcome::SoldOut;
    };
    let key = market.pay_in_window(id, PRICE).await;
    let confirmed = market.confirm(buyer, id, &key, PRICE).await;
    assert_eq!(confirmed["payment"]["state"], "DONE", "{confirmed}");
    Outcome::Paid
}
