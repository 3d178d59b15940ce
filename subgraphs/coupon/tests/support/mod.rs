//! A coupon service on a database of its own, and the questions that tests ask it.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, service, user};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) const CLAIM: &str = "mutation($input: CouponPolicyIdInput!) { claimCoupon(input: $input) {
    coupon { id state expiresAt } userErrors { code } } }";
const CREATE: &str = "mutation($input: CreateCouponPolicyInput!) { createCouponPolicy(input: $input) {
    couponPolicy { id state } userErrors { code field } } }";
const RESERVE: &str = "mutation($input: ReserveCouponsInput!) { reserveCoupons(input: $input) {
    discounts { lineId couponId total sellerPart } refusals { couponId code } userErrors { code } } }";

macro_rules! heard {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) Value);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                "test".to_owned()
            }
        }
    )*};
}

heard! {
    OrderCancelled, "order.cancelled";
    ClaimRefunded, "claim.refunded";
    UserWithdrawn, "user.withdrawn";
}

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

pub(crate) fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

pub(crate) fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::StaffCoupons], &[])
}

pub(crate) fn buyer(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer], &[])
}

/// The terms of a policy that runs now: 1,000 won off, with these changes.
pub(crate) fn terms(changes: Value) -> Value {
    let mut terms = json!({
        "name": "첫 구매 1,000원", "kind": "AMOUNT", "value": 1_000,
        "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2029-01-01T00:00:00Z"
    });
    for (name, value) in changes.as_object().unwrap() {
        terms[name] = value.clone();
    }
    terms
}

pub(crate) struct Desk {
    pub(crate) services: TestServices,
    pub(crate) seller: Uuid,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with_settings([]).await
    }

    pub(crate) async fn with_settings<const N: usize>(settings: [(&str, &str); N]) -> Self {
        let services = TestServices::start_with(&[&coupon::SERVICE], settings).await;
        Self { services, seller: Uuid::now_v7() }
    }

    pub(crate) fn member(&self) -> RequestContext {
        user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[self.seller])
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value, context: RequestContext) -> Value {
        self.services.data("coupon", query, variables, context).await
    }

    /// The answer of a mutation of one input.
    pub(crate) async fn command(&self, field: &str, kind: &str, input: Value, context: RequestContext) -> Value {
        let object = if kind == "RevokeCouponInput" { "coupon" } else { "couponPolicy" };
        let query = format!(
            "mutation($input: {kind}!) {{ {field}(input: $input) {{ {object} {{ state }} userErrors {{ code field }} }} }}"
        );
        self.ask(&query, json!({ "input": input }), context).await[field].clone()
    }

    pub(crate) async fn create(&self, seller: Option<Uuid>, terms: Value, context: RequestContext) -> Value {
        let seller = seller.map(|seller| prefixed("slr", seller));
        let input = json!({ "sellerId": seller, "terms": terms });
        self.ask(CREATE, json!({ "input": input }), context).await["createCouponPolicy"].clone()
    }

    /// A published policy of the marketplace; returns its id.
    pub(crate) async fn policy(&self, changes: Value) -> String {
        let created = self.create(None, terms(changes), staff()).await;
        assert_eq!(created["userErrors"], json!([]));
        let id = created["couponPolicy"]["id"].as_str().unwrap().to_owned();
        let published =
            self.command("publishCouponPolicy", "CouponPolicyIdInput", json!({ "policyId": id }), staff()).await;
        assert_eq!(published["userErrors"], json!([]));
        id
    }

    pub(crate) async fn claim(&self, policy: &str, user_id: Uuid) -> Value {
        let variables = json!({ "input": { "policyId": policy } });
        self.ask(CLAIM, variables, buyer(user_id)).await["claimCoupon"].clone()
    }

    /// A coupon of a policy; returns its id.
    pub(crate) async fn coupon(&self, policy: &str, user_id: Uuid) -> String {
        let claimed = self.claim(policy, user_id).await;
        assert_eq!(claimed["userErrors"], json!([]));
        claimed["coupon"]["id"].as_str().unwrap().to_owned()
    }

    /// Reserves coupons for lines of these amounts, each of two pieces.
    pub(crate) async fn reserve(&self, order: Uuid, user_id: Uuid, coupons: &[&str], amounts: &[i64]) -> Value {
        self.reserve_until(order, user_id, coupons, amounts, "2999-01-01T00:00:00Z").await
    }

    pub(crate) async fn reserve_until(
        &self,
        order: Uuid,
        user_id: Uuid,
        coupons: &[&str],
        amounts: &[i64],
        expires_at: &str,
    ) -> Value {
        let input = json!({
            "orderId": prefixed("ord", order), "userId": prefixed("usr", user_id), "couponIds": coupons,
            "lines": self.lines(amounts), "expiresAt": expires_at
        });
        self.ask(RESERVE, json!({ "input": input }), service("order")).await["reserveCoupons"].clone()
    }

    pub(crate) fn lines(&self, amounts: &[i64]) -> Vec<Value> {
        let line = |(index, amount): (usize, &i64)| {
            json!({
                "lineId": format!("lin_{index}"), "sellerId": prefixed("slr", self.seller),
                "productId": prefixed("prd", Uuid::from_u128(index as u128)),
                "categoryIds": [prefixed("cat", Uuid::from_u128(7))], "quantity": 2, "itemsTotal": amount
            })
        };
        amounts.iter().enumerate().map(line).collect()
    }

    /// `useCoupons` or `releaseCoupons`.
    pub(crate) async fn end(&self, field: &str, kind: &str, order: Uuid) -> Value {
        let query = format!("mutation($input: {kind}!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
        let variables = json!({ "input": { "orderId": prefixed("ord", order) } });
        self.ask(&query, variables, service("order")).await[field].clone()
    }

    pub(crate) async fn use_coupons(&self, order: Uuid) -> Value {
        self.end("useCoupons", "UseCouponsInput", order).await
    }

    pub(crate) async fn release(&self, order: Uuid) -> Value {
        self.end("releaseCoupons", "ReleaseCouponsInput", order).await
    }

    pub(crate) async fn state_of(&self, coupon: &str) -> Value {
        let query = "query($id: ID!) { coupon(id: $id) { state expiresAt orderId revokedReason } }";
        self.ask(query, json!({ "id": coupon }), staff()).await["coupon"].clone()
    }

    pub(crate) async fn policy_of(&self, policy: &str) -> Value {
        let query = "query($id: ID!) { couponPolicy(id: $id) { state issuedCount remaining budgetSpent { amount }
            history { from to reason } } }";
        self.ask(query, json!({ "id": policy }), staff()).await["couponPolicy"].clone()
    }

    /// The kinds of events and what they say, without those that the test itself told.
    pub(crate) async fn told(&self) -> Vec<(String, Value)> {
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("coupon").await;
        let mut connection = database.connection().await.unwrap();
        let rows: Vec<(String, Value)> = outbox::table
            .order(outbox::sequence)
            .select((outbox::kind, outbox::payload))
            .load(&mut connection)
            .await
            .unwrap();
        rows.into_iter().filter(|(kind, _)| kind.starts_with("coupon.")).collect()
    }

    /// Lets the service hear a fact twice, under the same event id: it travels through the service's own outbox.
    pub(crate) async fn hear<F: Fact>(&self, fact: F) {
        let database = self.services.database_of("coupon").await;
        let mut connection = database.connection().await.unwrap();
        platform::events::append(&mut connection, &fact, None).await.unwrap();
        for again in [true, false] {
            let mut waited = 0;
            let pending = "SELECT 1 FROM outbox WHERE published_at IS NULL";
            while diesel::sql_query(pending).execute(&mut connection).await.unwrap() > 0 {
                waited += 1;
                assert!(waited < 400, "the event was not handled");
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
            if again {
                let forget = format!("UPDATE outbox SET published_at = NULL WHERE kind = '{}'", F::KIND);
                connection.batch_execute(&forget).await.unwrap();
            }
        }
    }

    pub(crate) async fn sql(&self, statement: &str) {
        let database = self.services.database_of("coupon").await;
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// Waits until a coupon is in a state.
    pub(crate) async fn wait_for(&self, coupon: &str, state: &str) {
        for _ in 0..400 {
            if self.state_of(coupon).await["state"] == state {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{coupon} did not become {state}: {}", self.state_of(coupon).await);
    }

    /// Everything must add up.
    pub(crate) async fn close(self) {
        let findings = coupon::check_coupons(&self.services.database_of("coupon").await).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        self.services.stop().await;
    }
}
