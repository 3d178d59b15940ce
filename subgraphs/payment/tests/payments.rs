//! Payments against the sandbox provider and a real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod support;

use std::time::Duration;

use payment::check_ledger;
use platform::identity::Scope;
use platform::testing::{service, user};
use serde_json::{Value, json};
use uuid::Uuid;

use support::{AMOUNT, Bench, Order, refund_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_taken_once_however_often_it_is_confirmed() {
    let bench = Bench::start().await;
    let order = bench.order().await;
    let key = bench.authorise(&order).await;
    let answers = futures::future::join_all((0..5).map(|_| bench.confirm(&order, &key, AMOUNT))).await;
    let done = answers.iter().filter(|answer| answer["payment"]["state"] == "DONE").count();
    assert!(done >= 1, "{answers:?}");
    for answer in &answers {
        let refused =
            answer["userErrors"][0]["code"] == "PAYMENT_IN_PROGRESS" && answer["userErrors"][0]["retryable"] == true;
        assert!(answer["payment"]["state"] == "DONE" || refused, "{answer}");
    }
    assert_eq!(bench.calls(&order).await["confirm"], 1);
    assert_eq!(bench.confirm(&order, &key, AMOUNT).await["payment"]["state"], "DONE");
    assert_eq!(bench.calls(&order).await["confirm"], 1);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_orders_is_refused_before_the_provider_is_asked() {
    let bench = Bench::start().await;
    let (order, other) = (bench.order().await, bench.order().await);
    let key = bench.authorise(&order).await;
    let code = |answer: Value| answer["userErrors"][0]["code"].as_str().unwrap_or_default().to_owned();
    assert_eq!(code(bench.confirm(&order, &key, AMOUNT - 1).await), "AMOUNT_MISMATCH");
    let stranger = Order { id: order.id.clone(), buyer: other.buyer.clone() };
    assert_eq!(code(bench.confirm(&stranger, &key, AMOUNT).await), "PAYMENT_NOT_FOUND");
    assert_eq!(bench.calls(&order).await["confirm"], 0);
    assert_eq!(bench.confirm(&order, &key, AMOUNT).await["payment"]["state"], "DONE");
    assert_eq!(code(bench.confirm(&other, &key, AMOUNT).await), "PAYMENT_KEY_USED");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_payment_may_be_tried_again() {
    let bench = Bench::start().await;
    let order = bench.order().await;
    bench.post("/sandbox/faults", json!({ "fault": "decline", "orderId": order.id })).await;
    let key = bench.authorise(&order).await;
    let answer = bench.confirm(&order, &key, AMOUNT).await;
    assert_eq!(answer["userErrors"][0]["code"], "PAYMENT_DECLINED");
    assert_eq!(bench.state(&order).await, "READY");
    let key = bench.authorise(&order).await;
    assert_eq!(bench.confirm(&order, &key, AMOUNT).await["payment"]["state"], "DONE");
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_looked_up_and_never_asked_for_twice() {
    let bench = Bench::start().await;
    for fault in ["timeout_after_success", "truncated"] {
        let order = bench.order().await;
        bench.post("/sandbox/faults", json!({ "fault": fault, "orderId": order.id })).await;
        let key = bench.authorise(&order).await;
        let answer = bench.confirm(&order, &key, AMOUNT).await;
        assert_eq!(answer["payment"]["state"], "DONE", "{fault}: {answer}");
        assert_eq!(bench.calls(&order).await["confirm"], 1, "{fault}");
    }
    for fault in ["timeout_before_success", "server_error"] {
        let order = bench.order().await;
        bench.post("/sandbox/faults", json!({ "fault": fault, "orderId": order.id })).await;
        let key = bench.authorise(&order).await;
        let answer = bench.confirm(&order, &key, AMOUNT).await;
        assert_eq!(answer["userErrors"][0]["code"], "PAYMENT_OUTCOME_UNKNOWN", "{fault}: {answer}");
        // Nothing was taken: the recovery job finds that out, and the buyer may try again.
        bench.eventually(&order, "READY").await;
        assert_eq!(bench.calls(&order).await["confirm"], 1, "{fault}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_that_was_not_judged_proves_nothing() {
    let bench = Bench::start().await;
    for fault in ["unauthorized", "forbidden", "too_many_requests"] {
        let order = bench.order().await;
        // The money is taken, but the answer is lost, and for a while the provider does not tell what became of it.
        bench.post("/sandbox/faults", json!({ "fault": "timeout_after_success", "orderId": order.id })).await;
        let look_ups = json!({ "fault": fault, "orderId": order.id, "times": 3, "call": "find" });
        bench.post("/sandbox/faults", look_ups).await;
        let key = bench.authorise(&order).await;
        let answer = bench.confirm(&order, &key, AMOUNT).await;
        assert_eq!(answer["userErrors"][0]["code"], "PAYMENT_OUTCOME_UNKNOWN", "{fault}: {answer}");
        for _ in 0..200 {
            let state = bench.state(&order).await;
            assert_ne!(state, "READY", "{fault}: nobody may pay what was taken again");
            if state == "DONE" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(bench.state(&order).await, "DONE", "{fault}");
        let calls = bench.calls(&order).await;
        assert!(calls["find"].as_u64() > Some(3) && calls["confirm"] == 1, "{fault}: {calls}");
    }
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_compared_as_far_as_the_provider_tells_of_it() {
    let bench = Bench::start().await;
    let today = platform::business_days::day_in_seoul(chrono::Utc::now());
    let reconcile = async || {
        let query = "mutation($day: Date) { reconcilePayments(day: $day) { discrepancyCount unknownCount } }";
        let staff = user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
        let data = bench.services.data("payment", query, json!({ "day": today.to_string() }), staff).await;
        (data["reconcilePayments"]["discrepancyCount"].clone(), data["reconcilePayments"]["unknownCount"].clone())
    };
    let mut orders = Vec::new();
    for _ in 0..12 {
        let order = bench.order().await;
        let key = bench.authorise(&order).await;
        bench.confirm(&order, &key, AMOUNT).await;
        orders.push((order, key));
    }
    bench.sql(&format!("UPDATE payment SET amount = amount + 1 WHERE payment_key = '{}'", orders[3].1)).await;
    let fault = json!({ "fault": "too_many_requests", "orderId": orders[0].0.id, "call": "find" });
    bench.post("/sandbox/faults", fault).await;
    assert_eq!(reconcile().await, (json!(1), json!(1)), "the others are compared, and what differs is kept");
    assert_eq!(reconcile().await, (json!(1), json!(0)));
    bench.sql(&format!("UPDATE payment SET amount = amount - 1 WHERE payment_key = '{}'", orders[3].1)).await;
    bench.sql("UPDATE discrepancy SET resolved_at = now()").await;
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_are_carried_out_once_and_never_exceed_the_payment() {
    let bench = Bench::start().await;
    let order = bench.order().await;
    let key = bench.authorise(&order).await;
    bench.confirm(&order, &key, AMOUNT).await;
    let part = refund_id();
    assert_eq!(bench.refund(&order, &part, 5_000).await["refund"]["state"], "DONE");
    assert_eq!(bench.refund(&order, &part, 5_000).await["refund"]["state"], "DONE");
    assert_eq!(bench.calls(&order).await["cancel"], 1);
    assert_eq!(bench.state(&order).await, "PARTIAL_CANCELED");
    assert_eq!(bench.refund(&order, &refund_id(), AMOUNT).await["userErrors"][0]["code"], "REFUND_EXCEEDS_PAYMENT");
    // The provider carries the rest out, but its answer is lost; the recovery job finds it there.
    bench.post("/sandbox/faults", json!({ "fault": "timeout_after_success", "orderId": order.id })).await;
    assert_eq!(bench.refund(&order, &refund_id(), 20_000).await["userErrors"][0]["code"], "REFUND_FAILED");
    bench.eventually(&order, "CANCELED").await;
    assert_eq!(bench.calls(&order).await["cancel"], 2);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aborted_payment_is_not_taken_any_more() {
    let bench = Bench::start().await;
    let order = bench.order().await;
    let query = "mutation($input: AbortPaymentInput!) { abortPayment(input: $input) { aborted } }";
    let input = json!({ "input": { "orderId": order.id, "reason": "기한 초과" } });
    let data = bench.services.data("payment", query, input.clone(), service("order")).await;
    assert_eq!(data["abortPayment"]["aborted"], true);
    let key = bench.authorise(&order).await;
    assert_eq!(bench.confirm(&order, &key, AMOUNT).await["userErrors"][0]["code"], "ORDER_NOT_PAYABLE");
    assert_eq!(bench.calls(&order).await["confirm"], 0);
    let denied = bench.services.execute("payment", query, input, order.buyer.clone()).await;
    assert_eq!(denied.errors.len(), 1, "only services may abort");
    bench.stop().await;
}

const RECEIPT: &str = "mutation($input: RequestCashReceiptInput!) { requestCashReceipt(input: $input) {
    cashReceipt { state purpose identityHint amount { amount } canceledAmount { amount } issueNumber } userErrors { code } } }";

impl Bench {
    async fn ask_receipt(&self, order: &Order, purpose: &str, number: &str) -> Value {
        let id = self.payment_id(order).await;
        let input = json!({ "input": { "paymentId": id, "purpose": purpose, "identityNumber": number } });
        self.services.data("payment", RECEIPT, input, order.buyer.clone()).await["requestCashReceipt"].clone()
    }

    async fn receipt(&self, order: &Order) -> Value {
        let query = "query($id: ID!) { payment(id: $id) { cashReceipt {
            state amount { amount } canceledAmount { amount } failureCode } } }";
        let variables = json!({ "id": self.payment_id(order).await });
        self.services.data("payment", query, variables, order.buyer.clone()).await["payment"]["cashReceipt"].clone()
    }

    async fn until_receipt(&self, order: &Order, state: &str, canceled: i64) -> Value {
        for _ in 0..100 {
            let receipt = self.receipt(order).await;
            if receipt["state"] == state && receipt["canceledAmount"]["amount"] == canceled {
                return receipt;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the receipt is {}", self.receipt(order).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cash_receipt_follows_its_payment() {
    let bench = Bench::start().await;
    let card = bench.order().await;
    assert_eq!(
        bench.ask_receipt(&card, "INCOME_DEDUCTION", "01012345678").await["userErrors"][0]["code"],
        "NO_CASH_RECEIPT"
    );
    // A virtual account: asked for before the money is there.
    let order = bench.order_paid_by("VIRTUAL_ACCOUNT").await;
    let wrong = bench.ask_receipt(&order, "EXPENSE_PROOF", "220-81-62518").await;
    assert_eq!(wrong["userErrors"][0]["code"], "INVALID_IDENTITY_NUMBER");
    let asked = bench.ask_receipt(&order, "EXPENSE_PROOF", "220-81-62517").await["cashReceipt"].clone();
    assert_eq!(
        (&asked["state"], &asked["identityHint"], &asked["amount"]),
        (&json!("REQUESTED"), &json!("2517"), &Value::Null)
    );
    assert_eq!(
        bench.ask_receipt(&order, "EXPENSE_PROOF", "220-81-62517").await["userErrors"][0]["code"],
        "STATE_CONFLICT"
    );
    let stranger = Order { id: order.id.clone(), buyer: user(Uuid::now_v7(), &[Scope::Buyer], &[]) };
    let id = bench.payment_id(&order).await;
    let input = json!({ "input": { "paymentId": id, "purpose": "INCOME_DEDUCTION", "identityNumber": "01012345678" } });
    let refused = bench.services.data("payment", RECEIPT, input, stranger.buyer).await;
    assert_eq!(refused["requestCashReceipt"]["userErrors"][0]["code"], "PAYMENT_NOT_FOUND");
    let body = json!({ "orderId": order.id, "amount": AMOUNT, "method": "VIRTUAL_ACCOUNT" });
    let key = bench.post("/sandbox/authorize", body).await["paymentKey"].as_str().unwrap().to_owned();
    bench.confirm(&order, &key, AMOUNT).await;
    bench.eventually(&order, "WAITING_FOR_DEPOSIT").await;
    assert_eq!(bench.receipt(&order).await["state"], "REQUESTED");
    bench.set_account(&order, "110-123-456789").await;
    bench.deposit(&key).await;
    bench.eventually(&order, "DONE").await;
    assert_eq!(bench.until_receipt(&order, "ISSUED", 0).await["amount"]["amount"], AMOUNT);
    // Money goes back, and the receipt with it, to the won.
    bench.refund(&order, &refund_id(), 5_000).await;
    bench.until_receipt(&order, "PARTIAL_CANCELED", 5_000).await;
    bench.refund(&order, &refund_id(), 20_000).await;
    bench.until_receipt(&order, "CANCELED", AMOUNT).await;
    // What the tax office refuses can be asked for again.
    let transfer = bench.order_paid_by("TRANSFER").await;
    let key = bench.authorise(&transfer).await;
    bench.confirm(&transfer, &key, AMOUNT).await;
    bench.refund(&transfer, &refund_id(), 1_000).await;
    let refused = bench.ask_receipt(&transfer, "INCOME_DEDUCTION", "01000000000").await["cashReceipt"].clone();
    assert_eq!(refused["state"], "FAILED");
    let issued = bench.ask_receipt(&transfer, "INCOME_DEDUCTION", "01012345678").await["cashReceipt"].clone();
    assert_eq!((&issued["state"], &issued["amount"]["amount"]), (&json!("ISSUED"), &json!(24_000)));
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reconciliation_finds_what_is_planted_and_nothing_else() {
    let bench = Bench::start().await;
    let staff = || user(Uuid::now_v7(), &[Scope::StaffSettlements], &[]);
    let today = platform::business_days::day_in_seoul(chrono::Utc::now());
    let reconcile = async || {
        let query = "mutation($day: Date) { reconcilePayments(day: $day) { transactionCount discrepancyCount } }";
        bench.services.data("payment", query, json!({ "day": today.to_string() }), staff()).await["reconcilePayments"]
            .clone()
    };
    let mut orders = Vec::new();
    for _ in 0..4 {
        let order = bench.order().await;
        let key = bench.authorise(&order).await;
        assert_eq!(bench.confirm(&order, &key, AMOUNT).await["payment"]["state"], "DONE");
        orders.push((order, key));
    }
    bench.refund(&orders[0].0, &refund_id(), 4_000).await;
    assert_eq!(reconcile().await, json!({ "transactionCount": 5, "discrepancyCount": 0 }));
    // Planted: a payment that only the provider knows, one that only we know, another amount, and a refund of the provider's.
    let client = reqwest::Client::new();
    let post = async |path: String, body: Value| {
        let request = client.post(format!("{}{path}", bench.sandbox)).header("authorization", "Basic x").json(&body);
        assert!(request.send().await.unwrap().status().is_success());
    };
    let body = json!({ "orderId": "ord_unknown", "amount": 700 });
    let unknown = bench.post("/sandbox/authorize", body).await["paymentKey"].as_str().unwrap().to_owned();
    post("/v1/payments/confirm".to_owned(), json!({ "paymentKey": unknown, "orderId": "ord_unknown", "amount": 700 }))
        .await;
    bench.sql(&format!("UPDATE payment SET payment_key = 'nobody_knows' WHERE payment_key = '{}'", orders[1].1)).await;
    bench.sql(&format!("UPDATE payment SET amount = amount + 1 WHERE payment_key = '{}'", orders[2].1)).await;
    let path = format!("/v1/payments/{}/cancel", orders[3].1);
    post(path, json!({ "cancelReason": "by hand", "cancelAmount": 300 })).await;
    assert_eq!(reconcile().await["discrepancyCount"], 5, "the one that lost its key is off on both sides");
    assert_eq!(reconcile().await["discrepancyCount"], 5);
    let list = "{ paymentDiscrepancies(first: 50) { totalCount nodes { id kind paymentKey ours { amount } theirs { amount } } } }";
    let found = bench.services.data("payment", list, json!({}), staff()).await["paymentDiscrepancies"].clone();
    assert_eq!(found["totalCount"], 5, "found twice, kept once");
    let mut seen: Vec<(String, String, i64, i64)> = found["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let text = |name: &str| node[name].as_str().unwrap().to_owned();
            (
                text("kind"),
                text("paymentKey"),
                node["ours"]["amount"].as_i64().unwrap(),
                node["theirs"]["amount"].as_i64().unwrap(),
            )
        })
        .collect();
    seen.sort();
    let mut expected = vec![
        ("MISSING_AT_PROVIDER".to_owned(), "nobody_knows".to_owned(), AMOUNT, 0),
        ("REFUNDED_DIFFERS".to_owned(), orders[3].1.clone(), 0, 300),
        ("TAKEN_DIFFERS".to_owned(), orders[2].1.clone(), AMOUNT + 1, AMOUNT),
        ("UNKNOWN_TO_US".to_owned(), unknown, 0, 700),
        ("UNKNOWN_TO_US".to_owned(), orders[1].1.clone(), 0, AMOUNT),
    ];
    expected.sort();
    assert_eq!(seen, expected);
    let findings = check_ledger(&bench.services.database_of("payment").await).await.unwrap();
    assert_eq!(findings.iter().filter(|finding| finding.rule.starts_with("our books are the provider's")).count(), 5);
    // Settled by people, with a note.
    let resolve = "mutation($input: ResolvePaymentDiscrepancyInput!) { resolvePaymentDiscrepancy(input: $input) {
        discrepancy { note resolvedAt } userErrors { code } } }";
    for node in found["nodes"].as_array().unwrap() {
        let without = bench
            .services
            .data("payment", resolve, json!({ "input": { "id": node["id"], "note": " " } }), staff())
            .await;
        assert_eq!(without["resolvePaymentDiscrepancy"]["userErrors"][0]["code"], "NOTE_REQUIRED");
        let input = json!({ "input": { "id": node["id"], "note": "수기 확인" } });
        let settled = bench.services.data("payment", resolve, input.clone(), staff()).await;
        assert_eq!(settled["resolvePaymentDiscrepancy"]["discrepancy"]["note"], "수기 확인");
        let again = bench.services.data("payment", resolve, input, staff()).await;
        assert_eq!(again["resolvePaymentDiscrepancy"]["userErrors"][0]["code"], "DISCREPANCY_NOT_FOUND");
    }
    assert_eq!(bench.services.execute("payment", list, json!({}), orders[0].0.buyer.clone()).await.errors.len(), 1);
    bench.sql(&format!("UPDATE payment SET amount = amount - 1 WHERE payment_key = '{}'", orders[2].1)).await;
    bench.stop().await;
}
