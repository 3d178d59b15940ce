//! The gateway subgraph with a front door attached.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::sync::Arc;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use platform::identity::Scope;
use platform::server::ReadinessCheck;
use platform::testing::{TestServices, user, visitor};
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
            Some(gateway::SupergraphInForce { hash: "ab".to_owned(), composed_at, subgraphs })
        }),
        rest_routes: Arc::new(move || {
            vec![gateway::RestRouteUse {
                method: "GET".to_owned(),
                path: "/api/v1/orders/{id}".to_owned(),
                operation: "GetOrder".to_owned(),
                requests: u64::MAX,
                deprecated_since: None,
                sunset: Some(composed_at),
            }]
        }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_the_front_door() {
    let services = TestServices::start(&[&gateway::SERVICE, &ORDER]).await;
    let staff = || user(Uuid::now_v7(), &[Scope::Staff], &[]);
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
    services.stop().await;
}
