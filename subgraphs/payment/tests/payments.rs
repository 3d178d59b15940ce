//! Payments against the sandbox provider and a real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use std::time::Duration;

use payment::{SERVICE, check_ledger};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user};
use serde_json::{Value, json};
use uuid::Uuid;

const AMOUNT: i64 = 25_000;

/// The payment service over a sandbox of its own.
struct Bench {
    services: TestServices,
    sandbox: String,
    http: reqwest::Client,
}

struct Order {
    id: String,
    buyer: RequestContext,
}

impl Bench {
    async fn start() -> Self {
        let file = std::env::temp_dir().join(format!("sandbox-{}.jsonl", Uuid::now_v7()));
        let routes = payment::sandbox::routes(file).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let values =
            [("TOSS_BASE_URL", sandbox.as_str()), ("TOSS_TIMEOUT", "400ms"), ("PAYMENT_RECOVERY_INTERVAL", "100ms")];
        let services = TestServices::start_with(&[&SERVICE], values).await;
        Self { services, sandbox, http: reqwest::Client::new() }
    }

    async fn order(&self) -> Order {
        let (id, buyer) = (format!("ord_{}", Uuid::now_v7().as_simple()), Uuid::now_v7());
        let input = json!({
            "orderId": id, "buyerId": format!("usr_{}", buyer.as_simple()), "amount": AMOUNT,
            "method": "CARD", "orderName": "무선 이어폰 외 1건",
        });
        let query = "mutation($input: CreatePaymentInput!) { createPayment(input: $input) { payment { state } userErrors { code } } }";
        let data = self.services.data("payment", query, json!({ "input": input }), service("order")).await;
        assert_eq!(data["createPayment"]["payment"]["state"], "READY");
        Order { id, buyer: user(buyer, &[Scope::Buyer], &[]) }
    }

    async fn authorise(&self, order: &Order) -> String {
        let body = json!({ "orderId": order.id, "amount": AMOUNT });
        self.post("/sandbox/authorize", body).await["paymentKey"].as_str().unwrap().to_owned()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.http.post(format!("{}{path}", self.sandbox)).json(&body).send().await.unwrap();
        response.json().await.unwrap_or(Value::Null)
    }

    async fn calls(&self, order: &Order) -> Value {
        let url = format!("{}/sandbox/calls?orderId={}", self.sandbox, order.id);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn confirm(&self, order: &Order, key: &str, amount: i64) -> Value {
        let query = "mutation($input: ConfirmPaymentInput!) {
            confirmPayment(input: $input) { payment { state amount { amount } } userErrors { code retryable } } }";
        let input = json!({ "orderId": order.id, "paymentKey": key, "amount": amount });
        let data = self.services.data("payment", query, json!({ "input": input }), order.buyer.clone()).await;
        data["confirmPayment"].clone()
    }

    async fn state(&self, order: &Order) -> String {
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { payments { state refundedAmount { amount } } } } }";
        let variables = json!({ "r": [{ "__typename": "Order", "id": order.id }] });
        let data = self.services.data("payment", query, variables, order.buyer.clone()).await;
        data["_entities"][0]["payments"][0]["state"].as_str().unwrap_or_default().to_owned()
    }

    async fn eventually(&self, order: &Order, wanted: &str) {
        for _ in 0..100 {
            if self.state(order).await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the payment is {} and not {wanted}", self.state(order).await);
    }

    async fn refund(&self, order: &Order, refund: &str, amount: i64) -> Value {
        let query = "mutation($input: RefundPaymentInput!) {
            refundPayment(input: $input) { refund { state } userErrors { code } } }";
        let input = json!({ "orderId": order.id, "refundId": refund, "amount": amount, "reason": "단순 변심" });
        let data = self.services.data("payment", query, json!({ "input": input }), service("order")).await;
        data["refundPayment"].clone()
    }

    async fn stop(self) {
        let findings = check_ledger(&self.services.database_of("payment").await).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        self.services.stop().await;
    }
}

fn refund_id() -> String {
    format!("rfd_{}", Uuid::now_v7().as_simple())
}

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
