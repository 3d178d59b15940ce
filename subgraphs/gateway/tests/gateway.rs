//! The gateway subgraph with a front door attached.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::server::ReadinessCheck;
use platform::testing::{TestServices, service, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

struct Query;

#[Object]
impl Query {
    async fn anything(&self) -> bool {
        true
    }
}

platform::stand_in!(
    /// A service that answers.
    ORDER, "order", Schema::build(Query, EmptyMutation, EmptySubscription).finish()
);

fn entry(name: &str, readiness: Option<ReadinessCheck>) -> gateway::ServiceEntry {
    gateway::ServiceEntry { name: name.to_owned(), version: "1.2.3".to_owned(), readiness }
}

/// How often the process has answered a route.
static ORDERS_LISTED: AtomicU64 = AtomicU64::new(3);

fn front_door() -> gateway::FrontDoor {
    let unready = ReadinessCheck::new("database", || async { Err("secret cause".to_owned()) });
    let composed_at = chrono::DateTime::UNIX_EPOCH;
    gateway::FrontDoor {
        services: vec![
            entry("gateway", None),
            entry("order", Some(ReadinessCheck::new("database", || async { Ok(()) }))),
            entry("order", Some(unready)),
            entry("payment", None),
        ],
        supergraph: Arc::new(move || {
            let subgraphs = vec!["gateway".to_owned(), "order".to_owned()];
            Some(gateway::SupergraphInForce { hash: "ab".to_owned(), composed_at, subgraphs, sdl: "type Query".into() })
        }),
        rest_routes: Arc::new(move || {
            let used = |operation: &str, requests| gateway::RestRouteUse {
                method: "GET".to_owned(),
                path: format!("/api/v1/{operation}"),
                operation: operation.to_owned(),
                requests,
                deprecated_since: None,
                sunset: None,
            };
            let one = gateway::RestRouteUse {
                method: "GET".to_owned(),
                path: "/api/v1/orders/{id}".to_owned(),
                operation: "GetOrder".to_owned(),
                requests: i32::MAX as u64 + 7,
                deprecated_since: None,
                sunset: Some(composed_at),
            };
            vec![one, used("ListOrders", ORDERS_LISTED.load(Ordering::Relaxed)), used("Unused", 0)]
        }),
        validate: Arc::new(
            |document| {
                if document.contains("nope") { Err("there is no field nope".to_owned()) } else { Ok(()) }
            },
        ),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_the_front_door() {
    let services = TestServices::start_with(&[&gateway::SERVICE, &ORDER], [("GATEWAY_USAGE_INTERVAL", "50ms")]).await;
    let query = "{ services { name version healthy latencyMs detail } supergraph { hash composedAt subgraphs }
        restRoutes { method path operation requests deprecatedSince sunset } }";
    let before = services.execute("gateway", query, json!({}), staff()).await;
    assert!(!before.errors.is_empty(), "nothing is attached yet");

    gateway::attach(front_door());
    let data = services.data("gateway", query, json!({}), staff()).await;
    let statuses: Vec<(Value, Value, Value)> = data["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|status| (status["name"].clone(), status["healthy"].clone(), status["detail"].clone()))
        .collect();
    let expected = [
        (json!("gateway"), json!(true), Value::Null),
        (json!("order"), json!(true), Value::Null),
        (json!("order"), json!(false), json!("answers, but is not ready to work")),
        (json!("payment"), json!(false), json!("not connected")),
    ];
    assert_eq!(statuses, expected);
    assert!(data["services"][1]["latencyMs"].as_f64().unwrap() > 0.0);
    assert_eq!(data["supergraph"]["subgraphs"], json!(["gateway", "order"]));
    assert_eq!(data["restRoutes"][0]["requests"], i32::MAX);
    assert_eq!(data["restRoutes"][0]["sunset"], "1970-01-01T00:00:00+00:00");

    let entity = "query($r: [_Any!]!) { _entities(representations: $r) { ... on ServiceStatus { healthy version } } }";
    let representations = json!({ "r": [{ "__typename": "ServiceStatus", "name": "order" }, { "__typename": "ServiceStatus", "name": "x" }] });
    let data = services.data("gateway", entity, representations.clone(), staff()).await;
    assert_eq!(data["_entities"], json!([{ "healthy": true, "version": "1.2.3" }, null]));
    assert_eq!(services.data("gateway", entity, representations, visitor()).await["_entities"], json!([null, null]));
    for nobody in [visitor(), user(Uuid::now_v7(), &[Scope::Buyer], &[])] {
        let refused = services.execute("gateway", "{ services { name } }", json!({}), nobody).await;
        assert_eq!(refused.errors.len(), 1);
    }

    route_use_is_kept(&services).await;
    clients_and_keys(&services).await;
    trusted_documents(&services).await;
    history(&services).await;
    services.stop().await;
}

/// What is counted here is added, once, to what others have counted, and to that of other days.
async fn route_use_is_kept(services: &TestServices) {
    use diesel_async::SimpleAsyncConnection as _;
    let today = platform::business_days::day_in_seoul(chrono::Utc::now());
    let (yesterday, long_ago) = (today - chrono::TimeDelta::days(1), today - chrono::TimeDelta::days(401));
    let daily = async |days: i32| {
        let query = "query($days: Int!) { restRoutes(days: $days) { operation daily { day requests } } }";
        let data = services.data("gateway", query, json!({ "days": days }), staff()).await;
        data["restRoutes"][1]["daily"].clone()
    };
    let until = async |requests: i64| {
        for _ in 0..100 {
            let found = daily(1).await;
            if found == json!([{ "day": today, "requests": requests }]) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{requests} requests were not written down: {}", daily(1).await);
    };
    until(3).await;
    // Another router counts as well, and did on other days.
    let others = format!(
        "UPDATE rest_route_use SET requests = requests + 10 WHERE operation = 'ListOrders';
         INSERT INTO rest_route_use VALUES ('ListOrders', '{yesterday}', 5), ('ListOrders', '{long_ago}', 9)"
    );
    services.database_of("gateway").await.connection().await.unwrap().batch_execute(&others).await.unwrap();
    ORDERS_LISTED.fetch_add(2, Ordering::Relaxed);
    until(15).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let expected = json!([{ "day": today, "requests": 15 }, { "day": yesterday, "requests": 5 }]);
    assert_eq!(daily(400).await, expected, "nothing is counted twice, and what is too old is gone");
    let refused = services.execute("gateway", "{ restRoutes(days: 0) { path } }", json!({}), staff()).await;
    assert_eq!(refused.errors.len(), 1);
}

fn codes(payload: &Value) -> Vec<(&str, Vec<&str>)> {
    payload["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            let field = error["field"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
            (error["code"].as_str().unwrap(), field)
        })
        .collect()
}

fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Staff, Scope::StaffClients], &[])
}

async fn change(services: &TestServices, mutation: &str, input: Value) -> Value {
    let data = services.data("gateway", mutation, json!({ "input": input }), staff()).await;
    data.as_object().unwrap().values().next().unwrap().clone()
}

const CREATE: &str = "mutation($input: CreateApiClientInput!) { createApiClient(input: $input) {
    client { id name contact scopes seller { id } costPerMinute keys { id } } userErrors { code field } } }";
const EDIT: &str = "mutation($input: EditApiClientInput!) { editApiClient(input: $input) {
    client { id name scopes costPerMinute } userErrors { code field } } }";
const REVOKE: &str = "mutation($input: ApiClientIdInput!) { revokeApiClient(input: $input) {
    client { revokedAt keys { isLive revokedAt } } userErrors { code field } } }";
const ISSUE: &str = "mutation($input: IssueApiKeyInput!) { issueApiKey(input: $input) {
    secret key { id hint isLive expiresAt } userErrors { code field } } }";
const REVOKE_KEY: &str = "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
    key { isLive revokedAt } userErrors { code field } } }";

/// The client that a key belongs to, as the router asks for it.
async fn client_of(services: &TestServices, key: &Value) -> Value {
    let query = "query($key: String!) { clientOfApiKey(key: $key) { name scopes costPerMinute } }";
    services.data("gateway", query, json!({ "key": key }), service("router")).await["clientOfApiKey"].clone()
}

async fn clients_and_keys(services: &TestServices) {
    let client =
        |name: &str| json!({ "name": name, "contact": "ERP@Example.com ", "description": "Orders to the ERP" });
    let seller = format!("slr_{}", Uuid::now_v7().as_simple());
    let mut wanted = client(" ERP ");
    wanted["scopes"] = json!(["SELLER"]);
    wanted["sellerId"] = json!(seller);
    let made = change(services, CREATE, json!({ "client": wanted })).await;
    assert_eq!(made["client"]["name"], "ERP");
    assert_eq!(made["client"]["contact"], "erp@example.com");
    assert_eq!(made["client"]["seller"]["id"], json!(seller));
    assert_eq!(made["client"]["costPerMinute"], 10_000);
    let id = made["client"]["id"].clone();

    let taken = change(services, CREATE, json!({ "client": client("ERP") })).await;
    assert_eq!(codes(&taken), [("API_CLIENT_NAME_TAKEN", vec!["name"])]);
    let wrong = json!({ "name": " ", "contact": "nobody", "description": "x".repeat(1_001), "scopes": ["STAFF", "STAFF"],
        "costPerMinute": 0 });
    let refused = change(services, CREATE, json!({ "client": wrong })).await;
    let expected = [
        ("INVALID_TEXT", vec!["name"]),
        ("INVALID_TEXT", vec!["contact"]),
        ("INVALID_TEXT", vec!["description"]),
        ("INVALID_SCOPES", vec!["scopes"]),
        ("INVALID_NUMBER", vec!["costPerMinute"]),
    ];
    assert_eq!(codes(&refused), expected);
    let mut without_seller = client("no seller");
    without_seller["scopes"] = json!(["SELLER"]);
    let refused = change(services, CREATE, json!({ "client": without_seller })).await;
    assert_eq!(codes(&refused), [("INVALID_SCOPES", vec!["scopes"])]);

    let mut cheaper = client("ERP 2");
    cheaper["costPerMinute"] = json!(500);
    let edited = change(services, EDIT, json!({ "clientId": id, "client": cheaper })).await;
    assert_eq!(edited["client"], json!({ "id": id, "name": "ERP 2", "scopes": [], "costPerMinute": 500 }));

    let past = json!({ "clientId": id, "expiresAt": "2020-01-01T00:00:00Z" });
    assert_eq!(codes(&change(services, ISSUE, past).await), [("INVALID_PERIOD", vec!["expiresAt"])]);
    let mut keys = Vec::new();
    for _ in 0..3 {
        let issued = change(services, ISSUE, json!({ "clientId": id })).await;
        let secret = issued["secret"].as_str().unwrap();
        assert!(secret.starts_with(issued["key"]["hint"].as_str().unwrap()) && secret.len() == 48, "{secret}");
        assert_eq!(client_of(services, &issued["secret"]).await["name"], "ERP 2");
        keys.push(issued);
    }
    assert_eq!(
        codes(&change(services, ISSUE, json!({ "clientId": id })).await),
        [("TOO_MANY_API_KEYS", vec!["clientId"])]
    );
    assert_eq!(client_of(services, &json!("doak_not-a-key")).await, Value::Null);

    let revoked = change(services, REVOKE_KEY, json!({ "keyId": keys[0]["key"]["id"] })).await;
    assert_eq!(revoked["key"]["isLive"], false);
    assert_eq!(client_of(services, &keys[0]["secret"]).await, Value::Null);
    let soon = (chrono::Utc::now() + chrono::TimeDelta::milliseconds(300)).to_rfc3339();
    let short = change(services, ISSUE, json!({ "clientId": id, "expiresAt": soon })).await;
    assert_eq!(client_of(services, &short["secret"]).await["costPerMinute"], 500);
    tokio::time::sleep(std::time::Duration::from_millis(350)).await;
    assert_eq!(client_of(services, &short["secret"]).await, Value::Null);

    // What is kept of a key tells nothing of it but its beginning.
    let listed = "{ apiClients { totalCount nodes { name keys { hint isLive lastUsedAt } } } }";
    let data = services.data("gateway", listed, json!({}), staff()).await;
    assert_eq!(data["apiClients"]["totalCount"], 1);
    let live = data["apiClients"]["nodes"][0]["keys"].as_array().unwrap();
    assert_eq!(live.iter().filter(|key| key["isLive"] == true).count(), 2);
    assert!(live.iter().all(|key| key["lastUsedAt"].is_string()));
    assert!(!data.to_string().contains(keys[1]["secret"].as_str().unwrap()));

    let gone = change(services, REVOKE, json!({ "clientId": id })).await;
    assert!(gone["client"]["keys"].as_array().unwrap().iter().all(|key| key["isLive"] == false));
    assert_eq!(client_of(services, &keys[1]["secret"]).await, Value::Null);
    for mutation in [ISSUE, REVOKE] {
        let refused = change(services, mutation, json!({ "clientId": id })).await;
        assert_eq!(codes(&refused), [("API_CLIENT_REVOKED", vec!["clientId"])]);
    }
    let nobodys = json!({ "clientId": format!("apc_{}", Uuid::now_v7().as_simple()) });
    assert_eq!(codes(&change(services, REVOKE, nobodys).await), [("API_CLIENT_NOT_FOUND", vec!["clientId"])]);

    for nobody in [visitor(), user(Uuid::now_v7(), &[Scope::Buyer], &[]), user(Uuid::now_v7(), &[Scope::Seller], &[])] {
        let refused = services.execute("gateway", listed, json!({}), nobody.clone()).await;
        assert_eq!(refused.errors.len(), 1);
        let key = json!({ "key": keys[1]["secret"] });
        let query = "query($key: String!) { clientOfApiKey(key: $key) { name } }";
        assert_eq!(services.execute("gateway", query, key, nobody.clone()).await.errors.len(), 1);
        let input = json!({ "input": { "client": client("mine") } });
        assert_eq!(services.execute("gateway", CREATE, input, nobody).await.errors.len(), 1);
    }
}

const REGISTER: &str = "mutation($input: RegisterTrustedDocumentsInput!) { registerTrustedDocuments(input: $input) {
    documents { hash name revokedAt } userErrors { code field message } } }";
const DISTRUST: &str = "mutation($input: RevokeTrustedDocumentsInput!) { revokeTrustedDocuments(input: $input) {
    hashes userErrors { code field } } }";
/// The SHA-256 of `{ anything }`.
const ANYTHING: &str = "541fa6c0c47241e8b8685a3e6cf07204c81239863d16b451d48a7069171d2f45";

async fn trusted_documents(services: &TestServices) {
    let body = async |hash: &str| {
        let query = "query($hash: String!) { trustedBody(hash: $hash) }";
        services.data("gateway", query, json!({ "hash": hash }), service("router")).await["trustedBody"].clone()
    };
    let named = |name: &str, body: &str| json!({ "name": name, "body": body });
    assert_eq!(body(ANYTHING).await, Value::Null);
    let mut mistaken = named("other", "{ other }");
    mistaken["hash"] = json!(ANYTHING);
    let both = json!({ "documents": [named("one", "{ anything }"), mistaken, named(" ", "{ nope }")] });
    let refused = change(services, REGISTER, both).await;
    let expected = [
        ("DOCUMENT_HASH_MISMATCH", vec!["documents", "1", "hash"]),
        ("INVALID_TEXT", vec!["documents", "2", "name"]),
        ("DOCUMENT_NOT_VALID", vec!["documents", "2", "body"]),
    ];
    assert_eq!(codes(&refused), expected);
    assert!(refused["userErrors"][2]["message"].as_str().unwrap().ends_with("there is no field nope"));
    assert_eq!(body(ANYTHING).await, Value::Null, "all or none");
    let twice = json!({ "documents": [named("one", "{ anything }"), named("two", "{ anything }")] });
    assert_eq!(codes(&change(services, REGISTER, twice).await), [("INVALID_DOCUMENTS", vec!["documents"])]);
    assert_eq!(
        codes(&change(services, REGISTER, json!({ "documents": [] })).await),
        [("INVALID_DOCUMENTS", vec!["documents"])]
    );

    let one = json!({ "documents": [{ "name": "one", "body": "{ anything }", "hash": ANYTHING.to_uppercase() }] });
    let registered = change(services, REGISTER, one.clone()).await;
    assert_eq!(registered["documents"], json!([{ "hash": ANYTHING, "name": "one", "revokedAt": null }]));
    assert_eq!(change(services, REGISTER, one.clone()).await["documents"], registered["documents"]);
    assert_eq!(body(ANYTHING).await, "{ anything }");
    let listed =
        "query($where: TrustedDocumentWhere) { trustedDocuments(where: $where) { totalCount nodes { hash body } } }";
    for (revoked, count) in [(false, 1), (true, 0)] {
        let data = services.data("gateway", listed, json!({ "where": { "revoked": revoked } }), staff()).await;
        assert_eq!(data["trustedDocuments"]["totalCount"], count);
    }

    let unknown = "0".repeat(64);
    let distrusted = change(services, DISTRUST, json!({ "hashes": [ANYTHING, unknown] })).await;
    assert_eq!(distrusted["hashes"], json!([ANYTHING]));
    assert_eq!(body(ANYTHING).await, Value::Null);
    change(services, REGISTER, one).await;
    assert_eq!(body(ANYTHING).await, "{ anything }", "what was revoked may be trusted again");
    let query = "query($hash: String!) { trustedBody(hash: $hash) }";
    let refused = services.execute("gateway", query, json!({ "hash": ANYTHING }), staff()).await;
    assert_eq!(refused.errors.len(), 1, "the router's alone");
}

async fn history(services: &TestServices) {
    let query = "{ supergraphHistory { totalCount nodes { hash subgraphs sdl } } }";
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    let written = loop {
        let data = services.data("gateway", query, json!({}), staff()).await;
        if data["supergraphHistory"]["totalCount"] != 0 || tokio::time::Instant::now() > deadline {
            break data["supergraphHistory"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    let in_force = json!({ "hash": "ab", "subgraphs": ["gateway", "order"], "sdl": "type Query" });
    assert_eq!(written, json!({ "totalCount": 1, "nodes": [in_force] }));
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
    let database = services.database_of("gateway").await;
    let mut connection = database.connection().await.unwrap();
    let told = outbox::table.filter(outbox::kind.eq("supergraph.changed")).select(outbox::payload);
    let told: Vec<Value> = told.load(&mut connection).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["hash"], &told[0]["previousHash"]), (&json!("ab"), &Value::Null));
}
