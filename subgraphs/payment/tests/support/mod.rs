//! The payment service over a sandbox of its own.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::time::Duration;

use payment::{SERVICE, check_ledger};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const AMOUNT: i64 = 25_000;

/// The payment service over a sandbox of its own.
pub(crate) struct Bench {
    pub(crate) services: TestServices,
    pub(crate) sandbox: String,
    http: reqwest::Client,
}

pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) buyer: RequestContext,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let file = std::env::temp_dir().join(format!("sandbox-{}.jsonl", Uuid::now_v7()));
        let routes = payment::sandbox::routes(file).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let values = [
            ("TOSS_BASE_URL", sandbox.as_str()),
            ("TOSS_TIMEOUT", "400ms"),
            ("PAYMENT_RECOVERY_INTERVAL", "100ms"),
            ("PAYMENT_HOUSEKEEPING_INTERVAL", "100ms"),
        ];
        let services = TestServices::start_with(&[&SERVICE], values).await;
        Self { services, sandbox, http: reqwest::Client::new() }
    }

    pub(crate) async fn order(&self) -> Order {
        self.order_paid_by("CARD").await
    }

    pub(crate) async fn order_paid_by(&self, method: &str) -> Order {
        self.order_with(method, None).await
    }

    /// An order of which so much is tax-free.
    pub(crate) async fn order_with(&self, method: &str, tax_free: Option<i64>) -> Order {
        let (id, buyer) = (format!("ord_{}", Uuid::now_v7().as_simple()), Uuid::now_v7());
        let input = json!({
            "orderId": id, "buyerId": format!("usr_{}", buyer.as_simple()), "amount": AMOUNT,
            "method": method, "orderName": "무선 이어폰 외 1건", "taxFreeAmount": tax_free,
        });
        let query = "mutation($input: CreatePaymentInput!) { createPayment(input: $input) { payment { state } userErrors { code } } }";
        let data = self.services.data("payment", query, json!({ "input": input }), service("order")).await;
        assert_eq!(data["createPayment"]["payment"]["state"], "READY");
        Order { id, buyer: user(buyer, &[Scope::Buyer], &[]) }
    }

    pub(crate) async fn authorise(&self, order: &Order) -> String {
        let body = json!({ "orderId": order.id, "amount": AMOUNT });
        self.post("/sandbox/authorize", body).await["paymentKey"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.http.post(format!("{}{path}", self.sandbox)).json(&body).send().await.unwrap();
        response.json().await.unwrap_or(Value::Null)
    }

    pub(crate) async fn calls(&self, order: &Order) -> Value {
        let url = format!("{}/sandbox/calls?orderId={}", self.sandbox, order.id);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn confirm(&self, order: &Order, key: &str, amount: i64) -> Value {
        let query = "mutation($input: ConfirmPaymentInput!) {
            confirmPayment(input: $input) { payment { state amount { amount } } userErrors { code retryable } } }";
        let input = json!({ "orderId": order.id, "paymentKey": key, "amount": amount });
        let data = self.services.data("payment", query, json!({ "input": input }), order.buyer.clone()).await;
        data["confirmPayment"].clone()
    }

    pub(crate) async fn state(&self, order: &Order) -> String {
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { payments { state refundedAmount { amount } } } } }";
        let variables = json!({ "r": [{ "__typename": "Order", "id": order.id }] });
        let data = self.services.data("payment", query, variables, order.buyer.clone()).await;
        data["_entities"][0]["payments"][0]["state"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn eventually(&self, order: &Order, wanted: &str) {
        for _ in 0..100 {
            if self.state(order).await == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the payment is {} and not {wanted}", self.state(order).await);
    }

    pub(crate) async fn refund(&self, order: &Order, refund: &str, amount: i64) -> Value {
        self.refund_with(order, refund, amount, None).await
    }

    /// A refund of which so much is tax-free.
    pub(crate) async fn refund_with(&self, order: &Order, refund: &str, amount: i64, tax_free: Option<i64>) -> Value {
        let query = "mutation($input: RefundPaymentInput!) {
            refundPayment(input: $input) { refund { state amount { amount } taxFreeAmount { amount } } userErrors { code } } }";
        let input = json!({ "orderId": order.id, "refundId": refund, "amount": amount, "reason": "단순 변심",
            "taxFreeAmount": tax_free });
        let data = self.services.data("payment", query, json!({ "input": input }), service("order")).await;
        data["refundPayment"].clone()
    }

    pub(crate) async fn payment_id(&self, order: &Order) -> String {
        let query = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Order { payments { id } } } }";
        let variables = json!({ "r": [{ "__typename": "Order", "id": order.id }] });
        let data = self.services.data("payment", query, variables, order.buyer.clone()).await;
        data["_entities"][0]["payments"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn sql(&self, statement: &str) {
        use diesel_async::SimpleAsyncConnection;
        let database = self.services.database_of("payment").await;
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// What the buyer's own bank account is asked for by, and what comes of it.
    pub(crate) async fn set_account(&self, order: &Order, number: &str) -> Value {
        let query = "mutation($input: SetRefundAccountInput!) {
            setRefundAccount(input: $input) { payment { state refundAccountNeeded } userErrors { code field } } }";
        let input = json!({ "orderId": order.id, "bank": "88", "accountNumber": number, "holderName": "홍길동" });
        let data = self.services.data("payment", query, json!({ "input": input }), order.buyer.clone()).await;
        data["setRefundAccount"].clone()
    }

    /// A virtual account that waits to be paid into, and its key.
    pub(crate) async fn deposit_awaited(&self, valid_seconds: Option<i64>) -> (Order, String) {
        let order = self.order_paid_by("VIRTUAL_ACCOUNT").await;
        let body = json!({ "orderId": order.id, "amount": AMOUNT, "method": "VIRTUAL_ACCOUNT", "validSeconds": valid_seconds });
        let key = self.post("/sandbox/authorize", body).await["paymentKey"].as_str().unwrap().to_owned();
        self.confirm(&order, &key, AMOUNT).await;
        assert_eq!(self.state(&order).await, "WAITING_FOR_DEPOSIT");
        (order, key)
    }

    /// The account is paid into, and the provider calls.
    pub(crate) async fn deposit(&self, key: &str) {
        self.post("/sandbox/deposit", json!({ "paymentKey": key })).await;
        let hear = "mutation($key: String!) { receivePaymentWebhook(input: { paymentKey: $key }) { known } }";
        self.services.data("payment", hear, json!({ "key": key }), RequestContext::default()).await;
    }

    pub(crate) async fn abort(&self, order: &Order, closes_deposit: bool) -> Value {
        let query = "mutation($input: AbortPaymentInput!) { abortPayment(input: $input) {
            aborted payment { state virtualAccount { dueAt } } } }";
        let input = json!({ "orderId": order.id, "reason": "변심", "closesDeposit": closes_deposit });
        let data = self.services.data("payment", query, json!({ "input": input }), service("order")).await;
        data["abortPayment"].clone()
    }

    /// The payloads of the events of a kind, in their order.
    pub(crate) async fn told(&self, kind: &str) -> Vec<Value> {
        use diesel_async::RunQueryDsl as _;
        #[derive(diesel::QueryableByName)]
        struct Told {
            #[diesel(sql_type = diesel::sql_types::Jsonb)]
            payload: Value,
        }
        let database = self.services.database_of("payment").await;
        let query = format!("SELECT payload FROM outbox WHERE kind = '{kind}' ORDER BY sequence");
        let rows: Vec<Told> = diesel::sql_query(query).load(&mut database.connection().await.unwrap()).await.unwrap();
        rows.into_iter().map(|row| row.payload).collect()
    }

    pub(crate) async fn stop(self) {
        let findings = check_ledger(&self.services.database_of("payment").await).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        self.services.stop().await;
    }
}

pub(crate) fn refund_id() -> String {
    format!("rfd_{}", Uuid::now_v7().as_simple())
}
