//! Tax-free goods (면세) among the lines of an order: what of its total and of its refunds is tax-free; over a real database,
//! with a stand-in of the payment service that keeps what it was asked.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]
#![allow(dead_code, reason = "what tests share is not all used by each")]

#[path = "support/money.rs"]
mod money;
mod support;

use serde_json::{Value, json};

use money::{COUPON, INVENTORY, PAYMENT, till};
use support::Planted;

/// The order with lines in these states, the named of them tax-free: three pieces for 2,900 won each, sent for 2,500 in all.
async fn planted(states: &[&str], tax_free: &[usize]) -> Planted {
    let services = [&order::SERVICE, &support::files::FILE, &support::admin::ADMIN, &PAYMENT, &INVENTORY, &COUPON];
    let planted = Planted::among(&services, states, [("ORDER_RETURN_FEE", "1000")]).await;
    for place in tax_free {
        let statement = "UPDATE line SET tax_free = true WHERE id = (SELECT id FROM line ORDER BY id OFFSET";
        planted.sql(&format!("{statement} {place} LIMIT 1)")).await;
    }
    planted
}

impl Planted {
    /// What the payment service was asked to give back: how much, and what of it is tax-free.
    fn given_back(&self) -> Vec<(i64, Option<i64>)> {
        till(&self.order(), |till| till.refunded.clone())
    }

    async fn cancel(&self, lines: &[usize]) {
        let query =
            "mutation($input: CancelOrderLinesInput!) { cancelOrderLines(input: $input) { userErrors { code } } }";
        let lines: Vec<String> = lines.iter().map(|line| self.line(*line)).collect();
        let input = json!({ "input": { "orderId": self.order(), "lineIds": lines, "reason": "변심" } });
        let answer = self.ask(query, input, self.buyer()).await;
        assert_eq!(answer["cancelOrderLines"]["userErrors"], json!([]), "{answer}");
    }

    /// Pieces of lines come back, and the seller finds them as they have to be.
    async fn returned(&self, reason: &str, lines: Value) {
        let mutate = async |name: &str, kind: &str, input: Value, who| {
            let query = format!(
                "mutation($input: {kind}!) {{ {name}(input: $input) {{ claim {{ id state }} userErrors {{ code }} }} }}"
            );
            let payload = self.ask(&query, json!({ "input": input }), who).await[name].clone();
            assert_eq!(payload["userErrors"], json!([]), "{payload}");
            payload["claim"].clone()
        };
        let claim =
            json!({ "orderId": self.order(), "kind": "RETURN", "reason": reason, "detail": "그냥", "lines": lines });
        let claim = mutate("openClaim", "OpenClaimInput", claim, self.buyer()).await;
        let this = json!({ "claimId": claim["id"] });
        mutate("approveClaim", "ApproveClaimInput", this.clone(), self.member()).await;
        mutate("receiveCollected", "ClaimIdInput", this.clone(), self.member()).await;
        mutate("inspectClaim", "InspectClaimInput", this, self.member()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_tells_what_of_it_is_tax_free() {
    let planted = planted(&["PAID", "PAID", "PAID"], &[0, 2]).await;
    let query = "query($id: ID!) { order(id: $id) { total { amount } taxFreeAmount { amount } lines { id taxFree } } }";
    let seen = async || planted.ask(query, json!({ "id": planted.order() }), planted.buyer()).await["order"].clone();
    let order = seen().await;
    assert_eq!(
        (&order["total"]["amount"], &order["taxFreeAmount"]["amount"]),
        (&json!(11_200), &json!(5_800)),
        "{order}"
    );
    let of = |place: usize, order: &Value| {
        let lines = order["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["id"] == planted.line(place)).unwrap()["taxFree"].clone()
    };
    assert_eq!([of(0, &order), of(1, &order), of(2, &order)], [json!(true), json!(false), json!(true)]);
    planted.cancel(&[0]).await;
    assert_eq!(seen().await["taxFreeAmount"]["amount"], 5_800, "as it was paid");
    let told = planted.told("order.cancelled").await;
    assert_eq!(told[0]["lines"][0]["taxFree"], true, "{told:?}");
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_lines_give_back_what_of_them_is_tax_free() {
    let planted = planted(&["PAID", "PAID", "PAID", "PAID"], &[0, 3]).await;
    planted.cancel(&[0, 1]).await;
    planted.cancel(&[2]).await;
    // With the last line the shipping goes back, which is taxed.
    planted.cancel(&[3]).await;
    let given_back = [(5_800, Some(2_900)), (2_900, None), (5_400, Some(2_900))];
    assert_eq!(planted.given_back(), given_back);
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_is_kept_of_what_is_taxed_first() {
    let planted = planted(&["DELIVERED", "DELIVERED", "DELIVERED"], &[0, 2]).await;
    // A tax-free piece (966) and a taxed line (2,900), less the fee of 1,000.
    let both = json!([{ "lineId": planted.line(0), "quantity": 1 }, { "lineId": planted.line(1) }]);
    planted.returned("CHANGE_OF_MIND", both).await;
    // The tax-free line alone: all that goes back of it is tax-free, and the fee was kept of it.
    planted.returned("CHANGE_OF_MIND", json!([{ "lineId": planted.line(2) }])).await;
    // The last two pieces of the first line, broken: with them the shipping goes back.
    planted.returned("DAMAGED", json!([{ "lineId": planted.line(0) }])).await;
    assert_eq!(planted.given_back(), [(2_866, Some(966)), (1_900, Some(1_900)), (4_434, Some(1_934))]);
    planted.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_carried_out_gives_back_all_of_both() {
    for (step, state, sold_out) in [("AWAITING_PAYMENT", "PAYMENT_PENDING", true), ("COMPENSATED", "EXPIRED", false)] {
        let planted = planted(&[state, state], &[1]).await;
        planted
            .sql(&format!(
                "UPDATE purchase SET paid_at = NULL;
                INSERT INTO checkout (order_id, step, lease_until, key_owner, key)
                SELECT id, '{step}', now() + interval '1 hour', 'test', id::text FROM purchase"
            ))
            .await;
        till(&planted.order(), |till| till.sold_out = sold_out);
        planted.hear("payment.done", json!({ "orderId": planted.order() })).await;
        assert_eq!(planted.given_back(), [(8_300, Some(2_900))], "{step}");
        planted.stop().await;
    }
}
