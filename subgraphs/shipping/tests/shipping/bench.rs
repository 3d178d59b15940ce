//! The service with its routes on a port, and a carriers' sandbox on another.

use std::time::Duration;

use hmac::{Hmac, Mac as _};
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user};
use serde_json::{Value, json};
use shipping::sandbox::{SandboxOptions, routes};
use uuid::Uuid;

pub(crate) const SECRET: &str = "a secret of the carriers'";
const SELLER_FEE: i64 = 3_000;
const KEY: &str = "a key of the carriers'";
const SHIPMENT: &str = "id state direction dispatchBy carrier trackingNumber claimId lines { title variantName quantity orderLine { id } } tracking { code } history { from to note }";

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

pub(crate) fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

macro_rules! heard {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        struct $name(Value);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0["orderId"].to_string()
            }
        }
    )*};
}

heard! {
    Paid, "order.paid";
    Preparing, "line.preparing";
    Cancelled, "order.cancelled";
    Approved, "claim.approved";
    Reshipped, "claim.reshipped";
    Done, "claim.done";
    Withdrawn, "claim.withdrawn";
    Rejected, "claim.rejected";
}

/// A buyer's order of one seller.
pub(crate) struct Order {
    pub(crate) id: Uuid,
    pub(crate) part: Uuid,
    pub(crate) buyer_id: Uuid,
    pub(crate) lines: Vec<Uuid>,
    product: Uuid,
    paid_at: String,
}

impl Order {
    /// With so many lines, paid on a Thursday at 10:00 in Seoul.
    pub(crate) fn with(lines: usize) -> Self {
        Self::paid_at(lines, "2026-11-26T01:00:00Z")
    }

    pub(crate) fn paid_at(lines: usize, at: &str) -> Self {
        Self {
            id: Uuid::now_v7(),
            part: Uuid::now_v7(),
            buyer_id: Uuid::now_v7(),
            lines: (0..lines).map(|_| Uuid::now_v7()).collect(),
            product: Uuid::now_v7(),
            paid_at: at.to_owned(),
        }
    }

    pub(crate) fn buyer(&self) -> RequestContext {
        user(self.buyer_id, &[Scope::Buyer], &[])
    }
}

/// The shipping service over a sandbox of its own.
pub(crate) struct Bench {
    pub(crate) services: TestServices,
    pub(crate) seller: Uuid,
    own: String,
    sandbox: String,
    http: reqwest::Client,
}

async fn open(routes: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    url
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let file = std::env::temp_dir().join(format!("sandbox-{}.jsonl", Uuid::now_v7()));
        let options = SandboxOptions { file, key: KEY.to_owned(), secret: SECRET.to_owned(), pace: Duration::ZERO };
        let sandbox = open(routes(options).unwrap()).await;
        // The port is known before the service is: it tells carriers where to call it.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let urls = ["CJ", "HANJIN", "LOTTE", "EPOST"].map(|carrier| format!("{sandbox}/{carrier}"));
        let values = [
            ("CJ_TRACKING_URL", urls[0].as_str()),
            ("HANJIN_TRACKING_URL", urls[1].as_str()),
            ("LOTTE_TRACKING_URL", urls[2].as_str()),
            ("EPOST_TRACKING_URL", urls[3].as_str()),
            ("CJ_TRACKING_KEY", KEY),
            ("HANJIN_TRACKING_KEY", KEY),
            ("EPOST_TRACKING_KEY", KEY),
            ("EPOST_WEBHOOK_SECRET", SECRET),
            ("HANJIN_WEBHOOK_SECRET", SECRET),
            ("SHIPPING_CALLBACK_URL", own.as_str()),
            ("TRACKING_TIMEOUT", "400ms"),
            ("SHIPPING_LOOK_INTERVAL", "100ms"),
        ];
        let services = TestServices::start_with(&[&shipping::SERVICE], values).await;
        let routes = services.routes_of("shipping");
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { services, seller: Uuid::now_v7(), own, sandbox, http: platform::http_client::builder().build().unwrap() }
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value, context: RequestContext) -> Value {
        self.services.data("shipping", query, variables, context).await
    }

    /// Asks as a member of the seller.
    pub(crate) async fn seller(&self, query: &str, variables: Value) -> Value {
        self.ask(query, variables, user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[self.seller])).await
    }

    pub(crate) async fn seed_policy(&self) {
        let database = self.services.database_of("shipping").await;
        let policy = shipping::SeedPolicies { seller_id: self.seller, fee: SELLER_FEE, free_from: 30_000 };
        assert_eq!(shipping::seed(&database, &[policy]).await.unwrap(), 1);
        assert_eq!(shipping::seed(&database, &[policy]).await.unwrap(), 0);
    }

    /// Assigns a product without the product service, which is not here.
    pub(crate) async fn assign_directly(&self, product: Uuid, policy: &str) {
        let policy = policy.trim_start_matches("spp_");
        self.sql(&format!("INSERT INTO product_policy (product_id, policy_id) VALUES ('{product}', '{policy}')")).await;
    }

    async fn sql(&self, statement: &str) {
        use diesel_async::SimpleAsyncConnection;
        let database = self.services.database_of("shipping").await;
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// Lets the service hear facts twice, under the same ids: they travel through the service's own outbox.
    async fn hear<F: Fact + Sync>(&self, facts: &[F]) {
        use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
        let database = self.services.database_of("shipping").await;
        let mut connection = database.connection().await.unwrap();
        platform::events::append_all(&mut connection, facts, None).await.unwrap();
        for again in [true, false] {
            let mut waited = 0;
            let waiting = format!("SELECT 1 FROM outbox WHERE published_at IS NULL AND kind = '{}'", F::KIND);
            while diesel::sql_query(&waiting).execute(&mut connection).await.unwrap() > 0 {
                waited += 1;
                assert!(waited < 200, "the event was not handled");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            if again {
                let forget = format!("UPDATE outbox SET published_at = NULL WHERE kind = '{}'", F::KIND);
                connection.batch_execute(&forget).await.unwrap();
            }
        }
        connection.batch_execute(&format!("DELETE FROM outbox WHERE kind = '{}'", F::KIND)).await.unwrap();
    }

    fn line(&self, order: &Order, index: usize) -> Value {
        json!({
            "lineId": prefixed("lin", order.lines[index]), "sellerOrderId": prefixed("sor", order.part),
            "sellerId": prefixed("slr", self.seller), "productId": prefixed("prd", order.product),
            "variantId": prefixed("var", order.product), "title": format!("사과 {index}"), "variantName": "1kg",
            "quantity": 2, "unitPrice": 5_000, "itemsTotal": 10_000, "discountTotal": 0, "total": 10_000,
        })
    }

    pub(crate) async fn prepare(&self, order: &Order, lines: &[usize]) {
        let (order_id, buyer_id) = (prefixed("ord", order.id), prefixed("usr", order.buyer_id));
        self.hear(&[Paid(json!({ "orderId": order_id, "buyerId": buyer_id, "paidAt": order.paid_at }))]).await;
        let facts: Vec<Preparing> = lines
            .iter()
            .map(|index| {
                Preparing(json!({ "orderId": order_id, "orderNumber": "20261126-00000001", "buyerId": buyer_id,
                    "line": self.line(order, *index), "at": order.paid_at }))
            })
            .collect();
        self.hear(&facts).await;
    }

    pub(crate) async fn cancel(&self, order: &Order, lines: &[usize]) {
        let lines: Vec<Value> = lines.iter().map(|index| self.line(order, *index)).collect();
        let (order_id, buyer_id) = (prefixed("ord", order.id), prefixed("usr", order.buyer_id));
        let fact = json!({ "orderId": order_id, "buyerId": buyer_id, "reason": "변심", "lines": lines });
        self.hear(&[Cancelled(fact)]).await;
    }

    pub(crate) async fn grant_claim(&self, order: &Order, claim: Uuid, kind: &str) {
        self.hear(&[Approved(json!({
            "claimId": prefixed("clm", claim), "orderId": prefixed("ord", order.id), "orderNumber": "1",
            "buyerId": prefixed("usr", order.buyer_id), "sellerId": prefixed("slr", self.seller),
            "sellerOrderId": prefixed("sor", order.part), "kind": kind, "fault": "BUYER",
            "lines": [{ "lineId": prefixed("lin", order.lines[0]), "quantity": 2, "total": 10_000 }],
            "at": "2026-11-26T01:00:00Z",
        }))])
        .await;
    }

    /// Other goods are sent for a claim; the seller told their carrier and number.
    pub(crate) async fn reship_claim(&self, order: &Order, claim: Uuid, parcel: Option<(&str, &str)>) {
        self.hear(&[Reshipped(self.exchange(order, claim, parcel, "2026-11-27T01:00:00Z"))]).await;
    }

    /// Other goods are to be sent for a claim, since then.
    pub(crate) async fn reship_claim_at(&self, order: &Order, claim: Uuid, at: &str) {
        self.hear(&[Reshipped(self.exchange(order, claim, None, at))]).await;
    }

    /// The buyer has what replaces the goods of a claim.
    pub(crate) async fn end_claim(&self, order: &Order, claim: Uuid) {
        self.hear(&[Done(self.exchange(order, claim, None, "2026-11-28T01:00:00Z"))]).await;
    }

    /// A claim ends without its goods: taken back by the buyer, or refused.
    pub(crate) async fn close_claim(&self, order: &Order, claim: Uuid, refused: bool) {
        let fact = self.exchange(order, claim, None, "2026-11-28T01:00:00Z");
        if refused {
            self.hear(&[Rejected(fact)]).await;
        } else {
            self.hear(&[Withdrawn(fact)]).await;
        }
    }

    fn exchange(&self, order: &Order, claim: Uuid, parcel: Option<(&str, &str)>, at: &str) -> Value {
        json!({
            "claimId": prefixed("clm", claim), "orderId": prefixed("ord", order.id), "orderNumber": "1",
            "buyerId": prefixed("usr", order.buyer_id), "sellerId": prefixed("slr", self.seller),
            "sellerOrderId": prefixed("sor", order.part), "kind": "EXCHANGE", "fault": "BUYER",
            "lines": [{ "lineId": prefixed("lin", order.lines[0]), "newVariantName": "초록", "quantity": 1, "total": 10_000 }],
            "carrier": parcel.map(|parcel| parcel.0), "trackingNumber": parcel.map(|parcel| parcel.1),
            "at": at,
        })
    }

    /// The order's parcels as its seller sees them, the oldest first.
    pub(crate) async fn shipments(&self, order: &Order) -> Vec<Value> {
        let query = format!(
            "query($r: [_Any!]!, $w: ShipmentWhere) {{ _entities(representations: $r) {{ ... on Seller {{
                shipments(last: 50, where: $w) {{ nodes {{ {SHIPMENT} }} }} }} }} }}"
        );
        let seller = json!([{ "__typename": "Seller", "id": prefixed("slr", self.seller) }]);
        let variables = json!({ "r": seller, "w": { "orderId": prefixed("ord", order.id) } });
        let data = self.seller(&query, variables).await;
        let mut nodes = data["_entities"][0]["shipments"]["nodes"].as_array().unwrap().clone();
        nodes.reverse();
        nodes
    }

    pub(crate) async fn invoice(&self, mutation: &str, id: &str, carrier: &str, number: &str) -> Value {
        let query = format!(
            "mutation($input: InvoiceInput!) {{ {mutation}(input: $input) {{ shipment {{ {SHIPMENT} }} userErrors {{ code }} }} }}"
        );
        let input = json!({ "shipmentId": id, "carrier": carrier, "trackingNumber": number });
        self.seller(&query, json!({ "input": input })).await[mutation].clone()
    }

    /// Waits until the parcel is in that state, and stays there for a moment.
    pub(crate) async fn wait_for(&self, id: &str, state: &str) -> Value {
        let query = format!("query($id: ID!) {{ shipment(id: $id) {{ {SHIPMENT} }} }}");
        let mut shipment = Value::Null;
        for _ in 0..200 {
            shipment = self.seller(&query, json!({ "id": id })).await["shipment"].clone();
            if shipment["state"] == state {
                return shipment;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not {state}: {shipment}");
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.http.post(format!("{}{path}", self.sandbox)).json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap_or(Value::Null)
    }

    /// The carrier scans the parcel, so many minutes after an hour ago.
    pub(crate) async fn scan(&self, carrier: &str, number: &str, code: &str, minute: i64) {
        let hour = chrono::Utc::now().timestamp() / 3_600 * 3_600 - 3_600;
        let at = chrono::DateTime::from_timestamp(hour + minute * 60, 0).unwrap();
        self.scan_at(carrier, number, code, &at.to_rfc3339()).await;
    }

    pub(crate) async fn scan_at(&self, carrier: &str, number: &str, code: &str, at: &str) {
        let body = json!({ "carrier": carrier, "trackingNumber": number, "code": code, "occurredAt": at });
        self.post("/sandbox/scans", body).await;
    }

    pub(crate) async fn fault(&self, fault: &str, number: &str) {
        self.post("/sandbox/faults", json!({ "fault": fault, "trackingNumber": number })).await;
    }

    pub(crate) async fn calls(&self, number: &str) -> Value {
        let url = format!("{}/sandbox/calls?trackingNumber={number}", self.sandbox);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Waits until the carrier knows where to tell of the parcel.
    pub(crate) async fn wait_for_push(&self, number: &str) {
        for _ in 0..200 {
            if self.calls(number).await["push"].as_i64() > Some(0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the carrier was not asked to tell of {number}");
    }

    /// Lets the parcel be asked for at once, and waits until it was.
    pub(crate) async fn poll_now(&self, id: &str) {
        let number = self.wait_any(id).await;
        let before = self.calls(&number).await["track"].as_i64().unwrap();
        self.sql(&format!("UPDATE shipment SET next_poll_at = now() WHERE id = '{}'", id.trim_start_matches("shp_")))
            .await;
        for _ in 0..100 {
            if self.calls(&number).await["track"].as_i64().unwrap() > before {
                // The answer has to be recorded, or given up.
                tokio::time::sleep(Duration::from_millis(600)).await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{number} was not asked for");
    }

    async fn wait_any(&self, id: &str) -> String {
        let query = "query($id: ID!) { shipment(id: $id) { trackingNumber } }";
        let data = self.seller(query, json!({ "id": id })).await;
        data["shipment"]["trackingNumber"].as_str().unwrap().to_owned()
    }

    /// Calls our webhook; returns the status.
    pub(crate) async fn webhook(&self, carrier: &str, body: &Value, timestamp: i64, secret: &str) -> u16 {
        let path = format!("/api/v1/webhooks/shipping/{carrier}");
        self.webhook_at(&path, body, timestamp, secret).await.status().as_u16()
    }

    /// Calls our webhook by a path.
    pub(crate) async fn webhook_at(&self, path: &str, body: &Value, timestamp: i64, secret: &str) -> reqwest::Response {
        let payload = body.to_string();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{timestamp}.{payload}").as_bytes());
        let request = self
            .http
            .post(format!("{}{path}", self.own))
            .header("x-tracking-timestamp", timestamp.to_string())
            .header("x-tracking-signature", hex::encode(mac.finalize().into_bytes()))
            .body(payload);
        request.send().await.unwrap()
    }

    async fn facts(&self) -> Vec<(String, Value)> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("shipping").await;
        let mut connection = database.connection().await.unwrap();
        let query = outbox::table.order(outbox::sequence).select((outbox::kind, outbox::payload));
        query.load(&mut connection).await.unwrap()
    }

    /// The kinds of what the service told so far; without lateness, which comes with the days that go by.
    pub(crate) async fn told(&self) -> Vec<String> {
        let facts = self.facts().await;
        facts.into_iter().map(|(kind, _)| kind).filter(|kind| !kind.ends_with(".dispatch_overdue")).collect()
    }

    /// How often the service told this.
    pub(crate) async fn times_told(&self, kind: &str) -> usize {
        self.facts().await.iter().filter(|(told, _)| told == kind).count()
    }

    pub(crate) async fn last_fact(&self, kind: &str) -> Value {
        let facts = self.facts().await;
        facts.into_iter().rev().find(|(told, _)| told == kind).map(|(_, fact)| fact).expect("it was told")
    }

    pub(crate) async fn stop(self) {
        self.services.stop().await;
    }
}
