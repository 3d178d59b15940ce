//! A settlement service on a database of its own, beside a bank, and stand-ins for the services that it asks.

use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, ID, Object, Schema, SimpleObject};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user};
use serde_json::{Value, json};
use uuid::Uuid;

/// A seller whose particulars cannot be had.
pub(crate) const AWAY: Uuid = Uuid::from_u128(0xA0A0);
/// A seller whose account the bank does not know.
pub(crate) const WRONG_ACCOUNT: Uuid = Uuid::from_u128(0xB0B0);
/// A category, and the one above it.
pub(crate) const SHOES: Uuid = Uuid::from_u128(2);
pub(crate) const FASHION: Uuid = Uuid::from_u128(1);

struct SellerQuery;

#[derive(SimpleObject)]
struct Seller {
    name: String,
    representative_name: String,
    business_number: String,
    address: String,
    email: String,
    bank_account: BankAccount,
}

#[derive(SimpleObject)]
struct BankAccount {
    bank: String,
    number: String,
    holder: String,
}

#[Object]
impl SellerQuery {
    async fn seller(&self, id: ID) -> async_graphql::Result<Seller> {
        if id.as_str() == prefixed("slr", AWAY) {
            return Err("away".into());
        }
        let number = if id.as_str() == prefixed("slr", WRONG_ACCOUNT) { "110-123-459999" } else { "110-123-456789" };
        Ok(Seller {
            name: "도아상점".to_owned(),
            representative_name: "김도아".to_owned(),
            business_number: "124-81-00998".to_owned(),
            address: "서울특별시 강남구 테헤란로 1".to_owned(),
            email: "shop@example.com".to_owned(),
            bank_account: BankAccount {
                bank: "088".to_owned(),
                number: number.to_owned(),
                holder: "김도아".to_owned(),
            },
        })
    }
}

struct ProductQuery;

#[derive(SimpleObject)]
struct Category {
    path: Vec<Step>,
}

#[derive(SimpleObject)]
struct Step {
    id: ID,
}

#[Object]
impl ProductQuery {
    async fn category(&self, id: ID) -> Option<Category> {
        let step = |id: String| Step { id: id.into() };
        let mut path = vec![step(id.to_string())];
        if id.as_str() == prefixed("cat", SHOES) {
            path.insert(0, step(prefixed("cat", FASHION)));
        }
        Some(Category { path })
    }
}

platform::stand_in!(SELLER, "seller", Schema::build(SellerQuery, EmptyMutation, EmptySubscription).finish());
platform::stand_in!(PRODUCT, "product", Schema::build(ProductQuery, EmptyMutation, EmptySubscription).finish());

macro_rules! heard {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) Value);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                self.0["orderId"].as_str().unwrap_or("test").to_owned()
            }
        }
    )*};
}

heard! {
    OrderPaid, "order.paid";
    LineConfirmed, "line.confirmed";
    OrderCancelled, "order.cancelled";
    ClaimRefunded, "claim.refunded";
}

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

pub(crate) fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

pub(crate) fn staff(id: Uuid) -> RequestContext {
    user(id, &[Scope::StaffSettlements], &[])
}

/// An order of one seller: lines of (gross, discount, the seller's part of it), three pieces each, with shipping.
pub(crate) struct Order {
    pub(crate) id: Uuid,
    pub(crate) part: Uuid,
    pub(crate) seller: Uuid,
    pub(crate) lines: Vec<(Uuid, i64, i64, i64)>,
    pub(crate) shipping: i64,
    pub(crate) category: Uuid,
    /// The categories above and including it, as the order froze them.
    pub(crate) path: Vec<Uuid>,
    /// The place of the line that is tax-free; orders from before it was told say nothing of it.
    pub(crate) tax_free: Option<usize>,
}

impl Order {
    pub(crate) fn of(seller: Uuid, lines: &[(i64, i64, i64)], shipping: i64) -> Self {
        let lines = lines.iter().map(|(gross, off, own)| (Uuid::now_v7(), *gross, *off, *own)).collect();
        Self {
            id: Uuid::now_v7(),
            part: Uuid::now_v7(),
            seller,
            lines,
            shipping,
            category: Uuid::from_u128(9),
            path: Vec::new(),
            tax_free: None,
        }
    }

    pub(crate) fn paid(&self) -> OrderPaid {
        let lines: Vec<Value> = (0..self.lines.len()).map(|line| self.line(line)).collect();
        let part = json!({
            "sellerOrderId": prefixed("sor", self.part), "sellerId": prefixed("slr", self.seller),
            "itemsTotal": 0, "discountTotal": 0, "shippingTotal": self.shipping, "total": 0
        });
        OrderPaid(json!({
            "orderId": prefixed("ord", self.id), "number": "20261126-0001", "buyerId": "usr_1",
            "paidAt": chrono::Utc::now(), "sellers": [part], "lines": lines
        }))
    }

    fn line(&self, index: usize) -> Value {
        let (id, gross, off, own) = self.lines[index];
        let mut line = json!({
            "lineId": prefixed("lin", id), "sellerOrderId": prefixed("sor", self.part),
            "sellerId": prefixed("slr", self.seller), "categoryId": prefixed("cat", self.category),
            "categoryPath": self.path.iter().map(|id| prefixed("cat", *id)).collect::<Vec<_>>(), "title": "=운동화",
            "quantity": 3, "itemsTotal": gross, "discountTotal": off, "sellerDiscount": own, "total": gross - off
        });
        if let Some(tax_free) = self.tax_free {
            line["taxFree"] = json!(tax_free == index);
        }
        line
    }

    pub(crate) fn confirmed(&self, index: usize) -> LineConfirmed {
        let order = prefixed("ord", self.id);
        LineConfirmed(json!({ "orderId": order, "orderNumber": "1", "buyerId": "usr_1", "line": self.line(index) }))
    }

    pub(crate) fn cancelled(&self, index: usize, shipping_refund: i64) -> OrderCancelled {
        let part = json!({ "sellerOrderId": prefixed("sor", self.part), "shippingRefund": shipping_refund });
        OrderCancelled(json!({
            "orderId": prefixed("ord", self.id), "reason": "변심", "lines": [self.line(index)], "sellers": [part]
        }))
    }

    /// Pieces of a line are refunded, at (what goes back, the seller's part of the discount).
    pub(crate) fn refunded(&self, index: usize, pieces: i32, total: i64, own: i64, fee: i64) -> ClaimRefunded {
        let line = json!({
            "lineId": prefixed("lin", self.lines[index].0), "quantity": pieces, "total": total, "sellerDiscount": own
        });
        ClaimRefunded(json!({
            "claimId": prefixed("clm", Uuid::now_v7()), "orderId": prefixed("ord", self.id), "kind": "RETURN",
            "sellerId": prefixed("slr", self.seller), "sellerOrderId": prefixed("sor", self.part),
            "lines": [line], "refundAmount": total - fee, "fee": fee, "shippingRefund": 0
        }))
    }
}

pub(crate) struct Desk {
    pub(crate) services: TestServices,
    pub(crate) bank: String,
    http: reqwest::Client,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with_settings([("SETTLEMENT_CADENCE", "DAILY")]).await
    }

    pub(crate) async fn with_settings<const N: usize>(settings: [(&str, &str); N]) -> Self {
        let file = std::env::temp_dir().join(format!("sandbox-bank-{}.jsonl", Uuid::now_v7()));
        let routes = settlement::sandbox::routes(file).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bank = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let defaults = [
            ("BANK_TRANSFER_URL", bank.as_str()),
            ("BANK_TRANSFER_KEY", "test"),
            ("BANK_TRANSFER_TIMEOUT", "400ms"),
            ("SETTLEMENT_INTERVAL", "50ms"),
        ];
        let mut values = [("SETTLEMENT_LAG", "0"); 8];
        for (slot, value) in values.iter_mut().zip(defaults.into_iter().chain(settings)) {
            *slot = value;
        }
        let services = TestServices::start_with(&[&settlement::SERVICE, &SELLER, &PRODUCT], values).await;
        Self { services, bank, http: reqwest::Client::new() }
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value, context: RequestContext) -> Value {
        self.services.data("settlement", query, variables, context).await
    }

    pub(crate) async fn command(
        &self,
        field: &str,
        kind: &str,
        selection: &str,
        input: Value,
        context: RequestContext,
    ) -> Value {
        let query =
            format!("mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} userErrors {{ code }} }} }}");
        self.ask(&query, json!({ "input": input }), context).await[field].clone()
    }

    /// Closes a statement out of turn; it is paid today.
    pub(crate) async fn close_now(&self, seller: Uuid) -> Value {
        let today = (chrono::Utc::now() + chrono::TimeDelta::hours(9)).date_naive();
        let input = json!({ "sellerId": prefixed("slr", seller), "payableOn": today });
        let selection = "settlement { id itemCount net { amount } commission { amount } }";
        self.command("closeSettlement", "CloseSettlementInput", selection, input, staff(Uuid::now_v7())).await
    }

    /// A payout command.
    pub(crate) async fn payout(&self, field: &str, id: &str, by: Uuid) -> Value {
        let (kind, input) = match field {
            "requestPayout" => ("RequestPayoutInput", json!({ "settlementId": id })),
            "rejectPayout" => ("PayoutReasonInput", json!({ "payoutId": id, "reason": "계좌 확인" })),
            _ => ("PayoutIdInput", json!({ "payoutId": id })),
        };
        let selection = "payout { id state amount { amount } failure accountNumber }";
        self.command(field, kind, selection, input, staff(by)).await
    }

    /// The items of a seller as (kind, state, net), in the order of their making.
    pub(crate) async fn items(&self, seller: Uuid) -> Vec<(String, String, i64)> {
        let query =
            "query($id: ID!) { settlementItems(sellerId: $id, first: 100) { nodes { kind state net { amount } } } }";
        let data = self.ask(query, json!({ "id": prefixed("slr", seller) }), staff(Uuid::now_v7())).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let item = |item: &Value| (text(&item["kind"]), text(&item["state"]), item["net"]["amount"].as_i64().unwrap());
        let mut items: Vec<_> = data["settlementItems"]["nodes"].as_array().unwrap().iter().map(item).collect();
        items.reverse();
        items
    }

    /// Waits until a payout is in a state, and returns it.
    pub(crate) async fn wait_for_payout(&self, id: &str, state: &str) -> Value {
        let query = "query($id: ID!) { payout(id: $id) { state attempts failure bankReference outcomeUnknown
            history { from to } } }";
        for _ in 0..400 {
            let data = self.ask(query, json!({ "id": id }), staff(Uuid::now_v7())).await;
            if data["payout"]["state"] == state {
                return data["payout"].clone();
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let data = self.ask(query, json!({ "id": id }), staff(Uuid::now_v7())).await;
        panic!("the payout did not become {state}: {data}");
    }

    pub(crate) async fn plan_fault(&self, fault: &str, times: u32) {
        let body = json!({ "fault": fault, "times": times });
        self.http.post(format!("{}/sandbox/faults", self.bank)).json(&body).send().await.unwrap();
    }

    pub(crate) async fn calls(&self, payout: &str) -> Value {
        let url = format!("{}/sandbox/calls?id={payout}", self.bank);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// The kinds of events that the service told.
    pub(crate) async fn told(&self) -> Vec<String> {
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, } }
        let database = self.services.database_of("settlement").await;
        let mut connection = database.connection().await.unwrap();
        let kinds: Vec<String> =
            outbox::table.order(outbox::sequence).select(outbox::kind).load(&mut connection).await.unwrap();
        kinds.into_iter().filter(|kind| kind.starts_with("settlement.") || kind.starts_with("payout.")).collect()
    }

    /// Puts a fact on its way; it travels through the service's own outbox.
    pub(crate) async fn tell<F: Fact>(&self, fact: F) {
        let database = self.services.database_of("settlement").await;
        let mut connection = database.connection().await.unwrap();
        platform::events::append(&mut connection, &fact, None).await.unwrap();
    }

    /// Waits until all that is on its way was heard, twice each.
    pub(crate) async fn all_heard(&self) {
        let database = self.services.database_of("settlement").await;
        let mut connection = database.connection().await.unwrap();
        for again in [true, false] {
            let mut waited = 0;
            let pending = "SELECT 1 FROM outbox WHERE published_at IS NULL";
            while diesel::sql_query(pending).execute(&mut connection).await.unwrap() > 0 {
                waited += 1;
                assert!(waited < 1_200, "the events were not handled");
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            if again {
                connection.batch_execute("UPDATE outbox SET published_at = NULL").await.unwrap();
            }
        }
    }

    pub(crate) async fn hear<F: Fact>(&self, fact: F) {
        self.tell(fact).await;
        self.all_heard().await;
    }

    pub(crate) async fn sql(&self, statement: &str) -> Result<(), String> {
        let database = self.services.database_of("settlement").await;
        let mut connection = database.connection().await.unwrap();
        connection.batch_execute(statement).await.map_err(|error| error.to_string())
    }

    pub(crate) async fn number(&self, expression: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let database = self.services.database_of("settlement").await;
        let mut connection = database.connection().await.unwrap();
        let query = format!("SELECT ({expression})::bigint AS number");
        diesel::sql_query(query).get_result::<Number>(&mut connection).await.unwrap().number
    }

    pub(crate) async fn findings(&self) -> Vec<settlement::SettlementFinding> {
        settlement::check_settlement(&self.services.database_of("settlement").await).await.unwrap()
    }

    /// Everything must add up.
    pub(crate) async fn close(self) {
        let findings = self.findings().await;
        assert!(findings.is_empty(), "{findings:?}");
        self.services.stop().await;
    }
}
