//! A market with one seller's product, its buyers and their reviews, and the files that they uploaded.

use std::sync::Mutex;

use async_graphql::{EmptyMutation, EmptySubscription, Enum, ID, Object, Schema, SimpleObject};
use chrono::{DateTime, Utc};
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

macro_rules! heard {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(Value);

        impl From<Value> for $name {
            fn from(payload: Value) -> Self {
                Self(payload)
            }
        }

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                "test".to_owned()
            }
        }
    )*};
}

heard! {
    Confirmed, "line.confirmed";
    Refunded, "claim.refunded";
    Registered, "user.registered";
    Updated, "user.updated";
    Withdrawn, "user.withdrawn";
    Deleted, "file.deleted";
}

/// A purchase of a buyer.
#[derive(Clone, Copy)]
pub(crate) struct Purchase {
    pub(crate) line: Uuid,
    pub(crate) buyer: Uuid,
}

/// The files that there are, each with its owner and purpose.
static FILES: Mutex<Vec<(String, String, FilePurpose)>> = Mutex::new(Vec::new());

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum FilePurpose {
    ReviewPhoto,
    ClaimPhoto,
}

#[derive(SimpleObject)]
struct File {
    owner_id: Option<ID>,
    purpose: FilePurpose,
}

struct FileQuery;

#[Object]
impl FileQuery {
    async fn file(&self, id: ID) -> Option<File> {
        let files = FILES.lock().unwrap();
        let (_, owner, purpose) = files.iter().find(|(file, ..)| *file == *id)?;
        Some(File { owner_id: Some(owner.into()), purpose: *purpose })
    }
}

platform::stand_in!(FILE, "file", Schema::build(FileQuery, EmptyMutation, EmptySubscription).finish());

/// A file that the person has uploaded.
pub(crate) fn uploaded(owner: Uuid, purpose: FilePurpose) -> String {
    let id = prefixed("fil", Uuid::now_v7());
    FILES.lock().unwrap().push((id.clone(), prefixed("usr", owner), purpose));
    id
}

/// The file is gone.
pub(crate) fn removed(id: &str) {
    FILES.lock().unwrap().retain(|(file, ..)| file != id);
}

pub(crate) struct Market {
    pub(crate) services: TestServices,
    pub(crate) seller: Uuid,
    pub(crate) product: Uuid,
}

pub(crate) const BODY: &str = "배송도 빠르고 품질이 아주 좋아요";

impl Market {
    pub(crate) async fn open() -> Self {
        let services = TestServices::start(&[&FILE, &review::SERVICE]).await;
        Self { services, seller: Uuid::now_v7(), product: Uuid::now_v7() }
    }

    /// Lets the service hear a fact twice, under the same event id: it travels through the service's own outbox.
    pub(crate) async fn hear<F: Fact + From<Value>>(&self, payload: Value) {
        use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
        let database = self.services.database_of("review").await;
        let mut connection = database.connection().await.unwrap();
        platform::events::append(&mut connection, &F::from(payload), None).await.unwrap();
        for again in [true, false] {
            let mut waited = 0;
            while diesel::sql_query("SELECT 1 FROM outbox WHERE published_at IS NULL")
                .execute(&mut connection)
                .await
                .unwrap()
                > 0
            {
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

    pub(crate) async fn confirmed(&self, buyer: Uuid, at: DateTime<Utc>) -> Purchase {
        let line = Uuid::now_v7();
        self.confirm(line, buyer, at).await;
        Purchase { line, buyer }
    }

    pub(crate) async fn confirm(&self, line: Uuid, buyer: Uuid, at: DateTime<Utc>) {
        let order = Uuid::now_v7();
        self.hear::<Confirmed>(json!({
            "orderId": prefixed("ord", order), "orderNumber": "20260101-1", "buyerId": prefixed("usr", buyer),
            "line": {
                "lineId": prefixed("lin", line), "sellerOrderId": prefixed("sor", order),
                "sellerId": prefixed("slr", self.seller), "productId": prefixed("prd", self.product),
                "variantId": prefixed("var", self.product), "title": "머그컵", "variantName": "파랑", "quantity": 2,
                "total": 10_000,
            },
            "at": at,
        }))
        .await;
    }

    pub(crate) async fn refund(&self, line: Uuid, quantity: i32, at: DateTime<Utc>) {
        let claim = prefixed("clm", Uuid::now_v7());
        let lines = json!([{ "lineId": prefixed("lin", line), "quantity": quantity, "total": 5_000 }]);
        self.hear::<Refunded>(json!({ "claimId": claim, "kind": "DEFECT", "lines": lines, "at": at })).await;
    }

    pub(crate) async fn run(&self, field: &str, input: &str, values: Value, context: RequestContext) -> Value {
        let query = format!(
            "mutation($input: {input}!) {{ {field}(input: $input) {{
                review {{ id state stars helpfulCount reply {{ text editedAt }} followUp {{ body }} }}
                userErrors {{ code field }} }} }}"
        );
        self.services.data("review", &query, json!({ "input": values }), context).await[field].clone()
    }

    pub(crate) async fn write(&self, purchase: Purchase, stars: i32) -> Value {
        let input = json!({ "lineId": prefixed("lin", purchase.line), "stars": stars, "body": BODY });
        self.run("writeReview", "WriteReviewInput", input, buyer(purchase.buyer)).await
    }

    /// A new review of a new buyer.
    pub(crate) async fn written(&self, stars: i32) -> (String, Uuid) {
        let purchase = self.confirmed(Uuid::now_v7(), Utc::now()).await;
        let payload = self.write(purchase, stars).await;
        (payload["review"]["id"].as_str().expect("it was written").to_owned(), purchase.buyer)
    }

    pub(crate) async fn moderate(&self, field: &str, id: &str, context: RequestContext) -> Value {
        self.run(field, "ModerateReviewInput", json!({ "reviewId": id, "reason": "욕설" }), context).await
    }

    pub(crate) async fn vote(&self, id: &str, voter: Uuid) -> Value {
        self.run("voteReviewHelpful", "ReviewIdInput", json!({ "reviewId": id }), buyer(voter)).await
    }

    /// The product's rating: average, count, and the histogram from five stars to one.
    pub(crate) async fn rating(&self) -> (Value, i64, Vec<i64>) {
        let data = self.product("rating { average averageHundredths count histogram { stars count } }").await;
        let rating = &data["rating"];
        let histogram = rating["histogram"].as_array().unwrap().iter().map(|b| b["count"].as_i64().unwrap()).collect();
        (rating["average"].clone(), rating["count"].as_i64().unwrap(), histogram)
    }

    pub(crate) async fn product(&self, fields: &str) -> Value {
        let query =
            format!("query($id: [_Any!]!) {{ _entities(representations: $id) {{ ... on Product {{ {fields} }} }} }}");
        let variables = json!({ "id": [{ "__typename": "Product", "id": prefixed("prd", self.product) }] });
        self.services.data("review", &query, variables, visitor()).await["_entities"][0].clone()
    }

    pub(crate) async fn told(&self) -> Vec<(String, Value)> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("review").await;
        let mut connection = database.connection().await.unwrap();
        outbox::table
            .filter(outbox::kind.like("review.%"))
            .order(outbox::sequence)
            .select((outbox::kind, outbox::payload))
            .load(&mut connection)
            .await
            .unwrap()
    }

    pub(crate) async fn close(self) {
        let findings = review::check_ratings(&self.services.database_of("review").await).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        self.services.stop().await;
    }
}

pub(crate) fn buyer(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer], &[])
}

pub(crate) fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer, Scope::StaffReviews], &[])
}

pub(crate) fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}
