//! Exports of all data, on a real database; the whole graph is stood in for, which tells who asks.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_graphql::{Request, Response, ServerError, Value as GraphValue};
use futures::future::BoxFuture;
use platform::graph::{LocalSchema, RequestContext};
use platform::identity::{Principal, Scope};
use platform::testing::{TestServices, service, user};
use serde_json::{Value, json};
use uuid::Uuid;

platform::stand_in!(
    /// A market in which everybody has five orders, and what else stands in [`answer`]. Who asks is written into each order.
    GRAPH, platform::graph::WHOLE_GRAPH, Graph
);

struct Graph;

impl LocalSchema for Graph {
    fn answer(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(async move {
            let context = request.data.get(&std::any::TypeId::of::<RequestContext>()).unwrap();
            let context: &RequestContext = context.downcast_ref().unwrap();
            assert!(context.idempotency_key.is_none(), "the key is the caller's own command's");
            let name = request.query.split(['(', ' ']).nth(1).unwrap_or_default().to_owned();
            let variables = serde_json::to_value(&request.variables).unwrap();
            match answer(&name, &variables, &context.principal).await {
                Ok(data) => Response::new(GraphValue::from_json(data).unwrap()),
                Err(message) => Response::from_errors(vec![ServerError::new(message, None)]),
            }
        })
    }
}

const ORDERS: usize = 5;

fn page(nodes: &[Value], variables: &Value) -> Value {
    let first = usize::try_from(variables["first"].as_u64().unwrap()).unwrap().min(2);
    let from = variables["after"].as_str().map_or(0, |after| after.parse().unwrap());
    let to = (from + first).min(nodes.len());
    let info = json!({ "hasNextPage": to < nodes.len(), "endCursor": to.to_string() });
    json!({ "nodes": nodes[from..to], "pageInfo": info })
}

async fn answer(operation: &str, variables: &Value, principal: &Principal) -> Result<Value, &'static str> {
    let asking = principal.user_id.map(|id| prefixed("usr", id));
    let nothing = || page(&[], variables);
    Ok(match operation {
        "ExportAccount" => json!({ "me": { "emailVerified": true }, "mySecurity": { "hasPassword": true } }),
        "ExportSessions" => json!({ "mySessions": [{ "id": "ses_1" }] }),
        "ExportOrders" => {
            let nodes: Vec<Value> =
                (0..ORDERS).map(|number| json!({ "id": format!("ord_{number}"), "asking": asking })).collect();
            json!({ "me": { "orders": page(&nodes, variables) } })
        }
        "ExportPayments" => json!({ "me": { "orders": nothing() } }),
        "ExportClaims" => json!({ "me": { "claims": nothing() } }),
        "ExportShipments" => json!({ "myShipments": nothing() }),
        "ExportCart" => json!({ "me": { "cart": null } }),
        "ExportCoupons" => json!({ "me": { "coupons": nothing() } }),
        "ExportReviews" => return Err("the review service is away"),
        "ExportComplaints" => json!({ "myComplaints": nothing() }),
        "ExportNotifications" => {
            if variables["after"].is_string() {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            json!({ "me": { "notifications": page(&[json!(1), json!(2), json!(3)], variables) } })
        }
        "ExportNotificationPreferences" => json!({ "notificationPreferences": { "language": "KOREAN" } }),
        "ExportSellerMemberships" => json!({ "me": { "sellerMemberships": [] } }),
        "ExportFiles" => json!({ "myFiles": nothing() }),
        other => panic!("nothing is known of {other}"),
    })
}

fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A person whose session proved so many seconds ago who it is.
fn proved(id: Uuid, seconds_ago: u64) -> RequestContext {
    let mut context = user(id, &[Scope::Buyer], &[]);
    Arc::make_mut(&mut context.principal).proved_at = Some(now() - seconds_ago);
    context
}

const EXPORT: &str =
    "mutation { exportMyData { export { exportedAt complete document } userErrors { code retryable } } }";

struct World(TestServices);

impl World {
    async fn start<const N: usize>(values: [(&str, &str); N]) -> Self {
        Self(TestServices::start_with(&[&user::SERVICE, &GRAPH], values).await)
    }

    /// Somebody who signed up, has an address and another answer to a question for consent.
    async fn person(&self, email: &str) -> Uuid {
        let id = Uuid::now_v7();
        let register = "mutation($input: RegisterUserInput!) { registerUser(input: $input) { userErrors { code } } }";
        let consent = |granted: bool| json!({ "purpose": "MARKETING_SMS", "version": "1", "granted": granted });
        let input = json!({ "id": prefixed("usr", id), "email": email, "name": "김도아", "phone": "010-1234-5678",
            "consents": [consent(true)] });
        self.0.data("user", register, json!({ "input": input }), service("auth")).await;
        let consents =
            "mutation($input: RecordConsentsInput!) { recordConsents(input: $input) { userErrors { code } } }";
        let input = json!({ "input": { "consents": [consent(false)] } });
        self.0.data("user", consents, input, proved(id, 0)).await;
        let add = "mutation($input: AddAddressInput!) { addAddress(input: $input) { userErrors { code } } }";
        let address = json!({ "label": "집", "recipient": "김도아", "phone": "01012345678", "zonecode": "06236",
            "roadAddress": "서울특별시 강남구 테헤란로 152", "detail": "101호" });
        self.0.data("user", add, json!({ "input": { "address": address } }), proved(id, 0)).await;
        id
    }

    async fn export(&self, who: RequestContext) -> Value {
        self.0.data("user", EXPORT, json!({}), who).await["exportMyData"].clone()
    }

    /// The document of an export that succeeds.
    async fn document(&self, who: RequestContext) -> Value {
        let payload = self.export(who).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        let export = &payload["export"];
        let document: Value = serde_json::from_str(export["document"].as_str().unwrap()).unwrap();
        assert_eq!((&export["complete"], &document["formatVersion"]), (&document["complete"], &json!(1)));
        document
    }

    /// The code of the error by which an export is refused.
    async fn refusal(&self, who: RequestContext) -> Value {
        let refused = serde_json::to_value(self.0.execute("user", EXPORT, json!({}), who).await).unwrap();
        assert!(refused["data"].is_null(), "{refused}");
        refused["errors"][0]["extensions"]["code"].clone()
    }

    async fn count(&self, from: &str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Count {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        use diesel_async::RunQueryDsl;
        let database = self.0.database_of("user").await;
        let mut connection = database.connection().await.unwrap();
        let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {from}"));
        query.get_result::<Count>(&mut connection).await.unwrap().count
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_takes_everything_out() {
    let world = World::start([("USER_EXPORT_TIMEOUT", "2s")]).await;
    let (id, other) = (world.person("kim@example.com").await, world.person("lee@example.com").await);
    let clerk = Uuid::now_v7();
    let staff = user(clerk, &[Scope::Staff], &[]);
    let look = "query($id: ID!) { user(id: $id, reason: \"문의\") { email } }";
    world.0.data("user", look, json!({ "id": prefixed("usr", id) }), staff).await;
    let document = world.document(proved(id, 5)).await;
    assert_eq!(
        (&document["format"], &document["userId"]),
        (&json!("doa-market.personal-data"), &json!(prefixed("usr", id)))
    );
    let sections = &document["sections"];
    let states: Vec<_> =
        sections.as_object().unwrap().iter().filter(|(_, section)| section["state"] != "COMPLETE").collect();
    assert_eq!(states.len(), 2, "{states:?}");
    let entries = |name: &str| sections[name]["entries"].as_array().unwrap_or_else(|| panic!("no {name}")).clone();

    // What this service holds, with every answer to a question for consent and who has looked.
    let profile = &entries("profile")[0];
    assert_eq!(
        (&profile["email"], &profile["name"], &profile["phone"]),
        (&json!("kim@example.com"), &json!("김도아"), &json!("010-1234-5678"))
    );
    let address = &entries("addresses")[0];
    assert_eq!(
        (&address["detail"], &address["label"], &address["isDefault"]),
        (&json!("101호"), &json!("집"), &json!(true))
    );
    let answers: Vec<Value> = entries("consents").iter().map(|consent| consent["granted"].clone()).collect();
    assert_eq!(answers, [json!(true), json!(false)]);
    assert!(entries("consents").iter().all(|consent| consent["recordedAt"].is_string() && consent["version"] == "1"));
    let view = &entries("dataViews")[0];
    assert_eq!(
        (&view["viewerId"], &view["what"], &view["reason"]),
        (&json!(prefixed("usr", clerk)), &json!("PROFILE"), &json!("문의"))
    );
    assert_eq!((entries("wishlist").len(), entries("exports").len()), (0, 1), "this export is on record itself");

    // What others hold is asked as the person, to the last page.
    let orders = entries("orders");
    assert_eq!(orders.len(), ORDERS);
    assert!(orders.iter().all(|order| order["asking"] == prefixed("usr", id)), "{orders:?}");
    assert_eq!(entries("account"), [json!({ "me": { "emailVerified": true }, "mySecurity": { "hasPassword": true } })]);
    assert_eq!((entries("sessions").len(), entries("cart").len()), (1, 0));
    assert_eq!(entries("notificationPreferences"), [json!({ "language": "KOREAN" })]);

    // Who is away, or too slow, is told; what was read before is there.
    assert_eq!(document["complete"], false);
    assert_eq!(sections["reviews"], json!({ "state": "UNAVAILABLE", "entries": [] }));
    assert_eq!(sections["notifications"], json!({ "state": "UNAVAILABLE", "entries": [1, 2], "continueAfter": "2" }));
    assert!(!document.to_string().contains("lee@example.com"), "{document}");

    let told = format!("outbox WHERE kind = 'user.data_exported' AND payload->>'userId' = '{}'", prefixed("usr", id));
    assert_eq!((world.count(&told).await, world.count("data_export").await), (1, 1));
    let document = world.document(proved(other, 0)).await;
    assert_eq!(document["sections"]["profile"]["entries"][0]["email"], "lee@example.com");
    world.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_is_cut_and_told() {
    let values = [("USER_EXPORT_ENTRIES", "3"), ("USER_EXPORT_TIMEOUT", "2s"), ("USER_EXPORTS_PER_DAY", "2")];
    let world = World::start(values).await;
    let id = world.person("kim@example.com").await;
    for _ in 0..4 {
        let staff = user(Uuid::now_v7(), &[Scope::Staff], &[]);
        world
            .0
            .data("user", "query($id: ID!) { user(id: $id) { email } }", json!({ "id": prefixed("usr", id) }), staff)
            .await;
    }
    let document = world.document(proved(id, 0)).await;
    let (orders, views) = (&document["sections"]["orders"], &document["sections"]["dataViews"]);
    assert_eq!((orders["entries"].as_array().unwrap().len(), &orders["state"]), (3, &json!("CUT")));
    assert_eq!((views["entries"].as_array().unwrap().len(), &views["state"]), (3, &json!("CUT")));
    assert_eq!(orders["continueAfter"], "3");
    // The list of the API goes on where the section ends.
    let rest = "query($after: String) { me { dataViews(first: 10, after: $after) { nodes { viewerId } } } }";
    let rest = world.0.data("user", rest, json!({ "after": views["continueAfter"] }), proved(id, 0)).await;
    let first: Vec<_> = views["entries"].as_array().unwrap().iter().map(|view| &view["viewerId"]).collect();
    let rest = rest["me"]["dataViews"]["nodes"].as_array().unwrap();
    assert!(rest.len() == 1 && !first.contains(&&rest[0]["viewerId"]), "{first:?} {rest:?}");

    // Only so many a day, at the same time or not.
    let (one, two) = tokio::join!(world.export(proved(id, 0)), world.export(proved(id, 0)));
    let refused = json!([{ "code": "TOO_MANY_EXPORTS", "retryable": true }]);
    let errors = [&one["userErrors"], &two["userErrors"]];
    assert_eq!(errors.iter().filter(|errors| ***errors == refused).count(), 1, "{errors:?}");
    assert_eq!(world.export(proved(id, 0)).await["userErrors"], refused);
    assert_eq!(world.count("data_export").await, 2);
    world.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_person_exports_and_only_with_a_proof_of_a_moment_ago() {
    let world = World::start([("USER_EXPORT_PROOF_LIFETIME", "10m")]).await;
    let id = world.person("kim@example.com").await;
    // Who is asked for no proof otherwise, and who is asked for one with a lifetime of its own.
    assert_eq!(world.refusal(user(id, &[Scope::Buyer], &[])).await, "STEP_UP_REQUIRED");
    assert_eq!(world.refusal(proved(id, 601)).await, "STEP_UP_REQUIRED");
    let mut asked = proved(id, 30);
    Arc::make_mut(&mut asked.principal).proof_lifetime = Some(20);
    assert_eq!(world.refusal(asked).await, "STEP_UP_REQUIRED");

    let mut impersonated = proved(id, 0);
    Arc::make_mut(&mut impersonated.principal).impersonator = Some(Uuid::now_v7());
    assert_eq!(world.refusal(impersonated).await, "FORBIDDEN", "staff who look as the person take nothing with them");
    let program = Principal { client: Some(id), scopes: vec![Scope::Staff], ..Principal::default() };
    let program = RequestContext { principal: Arc::new(program), ..RequestContext::default() };
    assert_eq!(world.refusal(program).await, "FORBIDDEN");
    assert_eq!(world.refusal(RequestContext::default()).await, "UNAUTHENTICATED");
    assert_eq!(world.refusal(service("order")).await, "UNAUTHENTICATED");
    assert_eq!(world.export(proved(Uuid::now_v7(), 0)).await["userErrors"][0]["code"], "USER_NOT_FOUND");
    assert_eq!(world.count("data_export").await, 0, "nothing was given, and nothing is on record");
    assert_eq!(world.count("outbox WHERE kind = 'user.data_exported'").await, 0);
    world.0.stop().await;
}
