//! Planning and execution over small subgraphs in process.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::atomic::Ordering;

use platform::identity::Scope;
use router::{Limits, RouterSettings};
use serde_json::json;
use support::{market, market_with, member, service};

#[tokio::test]
async fn joins_three_subgraphs_in_the_operations_order() {
    for over_json in [false, true] {
        let market = market_with(RouterSettings::default(), over_json);
        let (response, _) = market
            .ask_as(
                "{ products(first: 2) { inStock seller { name } price { currency amount } t: title __typename id } }",
                json!({}),
                Default::default(),
            )
            .await;
        assert_eq!(
            String::from_utf8(response.body).unwrap(),
            r#"{"data":{"products":[{"inStock":true,"seller":{"name":"판매자 s1"},"price":{"currency":"KRW","amount":3000000001},"t":"상품 1","__typename":"Product","id":"p1"},{"inStock":true,"seller":{"name":"판매자 s0"},"price":{"currency":"KRW","amount":3000000002},"t":"상품 2","__typename":"Product","id":"p2"}]}}"#
        );
        assert_eq!(market.total(), 3, "one request a subgraph");
    }
}

#[tokio::test]
async fn equal_entities_are_asked_for_once() {
    let market = market();
    let answer = market.ask("{ products(first: 6) { seller { name } } }").await;
    assert_eq!(answer["data"]["products"].as_array().unwrap().len(), 6);
    assert_eq!(answer["data"]["products"][4]["seller"]["name"], "판매자 s1");
    assert_eq!(market.subgraphs["sellers"].count(), 1);
}

#[tokio::test]
async fn errors_of_entities_have_the_clients_path() {
    let market = market();
    let answer = market.ask("{ list: products { id remaining } }").await;
    let remaining: Vec<_> =
        answer["data"]["list"].as_array().unwrap().iter().map(|product| &product["remaining"]).collect();
    assert_eq!(remaining, [&json!(10), &json!(10), &json!(null)]);
    assert_eq!(answer["errors"][0]["path"], json!(["list", 2, "remaining"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "STOCK_UNKNOWN");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn many_entities_are_asked_for_in_several_requests() {
    let query = "{ products(first: 7) { id remaining seller { name } } }";
    let whole = market().ask(query).await;
    assert_eq!(whole["errors"][0]["path"], json!(["products", 2, "remaining"]));
    for (most, requests) in [(1, 7), (2, 4), (3, 3), (7, 1), (0, 7)] {
        for over_json in [false, true] {
            let settings = RouterSettings { entities_per_request: most, ..RouterSettings::default() };
            let market = market_with(settings, over_json);
            assert_eq!(market.ask(query).await, whole, "{most}");
            assert_eq!(market.subgraphs["stock"].count(), requests, "{most}");
            // Seven products have two sellers.
            assert_eq!(market.subgraphs["sellers"].count(), if most < 2 { 2 } else { 1 }, "{most}");
        }
    }
}

#[tokio::test]
async fn a_failing_subgraph_leaves_a_partial_answer_and_no_trace_of_itself() {
    let market = market();
    market.subgraphs["sellers"].fails.store(true, Ordering::SeqCst);
    let (response, answer) = market
        .ask_as("{ product(id: \"p1\") { title } seller(id: \"s1\") { name } }", json!({}), Default::default())
        .await;
    assert_eq!(answer["data"], json!({"product": {"title": "상품 1"}, "seller": null}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SUBREQUEST_FAILED");
    assert_eq!(answer["errors"][0]["path"], json!(["seller"]));
    let text = String::from_utf8(response.body).unwrap();
    assert!(!text.contains("internal refused") && !text.contains("sellers"), "{text}");
}

#[tokio::test]
async fn nullable_errors_stay_and_messages_without_code_are_masked() {
    let market = market();
    let answer = market.ask("{ products(first: 2) { id rating } }").await;
    assert_eq!(answer["data"], json!({"products": [{"id": "p1", "rating": 4.5}, {"id": "p2", "rating": null}]}));
    assert_eq!(answer["errors"][0]["message"], "no rating");
    assert_eq!(answer["errors"][0]["path"], json!(["products", 1, "rating"]));
    let answer = market.ask("{ product(id: \"p1\") { secret } }").await;
    assert_eq!(answer["data"], json!({"product": null}));
    assert!(!answer.to_string().contains("hunter2"));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
}

#[tokio::test]
async fn abstract_types_and_fragments() {
    let market = market();
    let answer = market
        .ask(
            "query { product(id: \"p1\") { related { id ...V ... on Product { inStock } kind: __typename } } }
             fragment V on Voucher { code }",
        )
        .await;
    assert_eq!(
        answer,
        json!({"data": {"product": {"related": [
            {"id": "p1", "inStock": true, "kind": "Product"},
            {"id": "v1", "code": "SPRING", "kind": "Voucher"},
        ]}}})
    );
}

#[tokio::test]
async fn conditions_are_decided_by_variables() {
    let market = market();
    let query = "query($a: Boolean!, $b: Boolean! = true) {
        product(id: \"p1\") { id ... @include(if: $a) { title @skip(if: $b) inStock } } other: product(id: \"p2\") @include(if: $a) { id } }";
    let (_, answer) = market.ask_as(query, json!({"a": false}), Default::default()).await;
    assert_eq!(answer, json!({"data": {"product": {"id": "p1"}}}));
    assert_eq!(market.total(), 1);
    let (_, answer) = market.ask_as(query, json!({"a": true}), Default::default()).await;
    assert_eq!(answer, json!({"data": {"product": {"id": "p1", "inStock": true}, "other": {"id": "p2"}}}));
    let (_, answer) = market.ask_as(query, json!({"a": true, "b": false}), Default::default()).await;
    assert_eq!(answer["data"]["product"], json!({"id": "p1", "title": "상품 1", "inStock": true}));
}

#[tokio::test]
async fn a_clients_variables_may_have_any_name() {
    let market = market();
    for name in ["representations", "__r0", "__r1_"] {
        let query = format!(
            "query(${name}: String!) {{ products(first: 1) {{ shelf(row: ${name}) seller {{ name }} }}
             p2: product(id: \"p2\") {{ inStock s: shelf(row: ${name}) }} }}"
        );
        let (_, answer) = market.ask_as(&query, json!({name: "A"}), Default::default()).await;
        assert_eq!(answer["data"]["products"][0]["shelf"], "A-p1", "{answer}");
        assert_eq!(answer["data"]["p2"]["s"], "A-p2", "{answer}");
    }
}

#[tokio::test]
async fn variables_are_coerced() {
    let market = market();
    let query = "query($first: Int!, $where: ProductWhere) { products(first: $first, where: $where) { id } }";
    let cases = [
        (json!({"first": 1, "where": {"states": "ON_SALE"}}), None),
        (json!({"first": 1, "where": {"text": "x", "maxPrice": null}}), None),
        (json!({}), Some("was not provided")),
        (json!({"first": null}), Some("not to be null")),
        (json!({"first": "1"}), Some("Int cannot represent \"1\"")),
        (json!({"first": 3_000_000_000_i64}), Some("Int cannot represent")),
        (json!({"first": 1, "where": {"states": ["GONE"]}}), Some("at \"where.states[0]\"")),
        (json!({"first": 1, "where": {"nope": 1}}), Some("is not defined by type \"ProductWhere\"")),
        (json!({"first": 1, "where": 5}), Some("to be an object")),
    ];
    for (variables, problem) in cases {
        let (response, answer) = market.ask_as(query, variables.clone(), Default::default()).await;
        match problem {
            None => assert_eq!(answer, json!({"data": {"products": [{"id": "p1"}]}}), "{variables}"),
            Some(problem) => {
                assert!(!response.executed);
                assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{variables}");
                let message = answer["errors"][0]["message"].as_str().unwrap();
                assert!(message.contains(problem), "{message}");
            }
        }
    }
}

#[tokio::test]
async fn mutations_run_one_after_the_other_with_their_keys() {
    let market = market();
    let (_, answer) = market
        .ask_as(
            "mutation($key: String!) {
               a: create(title: \"하나\") @idempotent(key: \"k-1\") { number key product { title inStock } }
               b: create(title: \"둘\") @idempotent(key: $key) { number key }
               c: create(title: \"셋\") { number key }
             }",
            json!({"key": "k-2"}),
            platform::graph::RequestContext { idempotency_key: Some("header".into()), ..Default::default() },
        )
        .await;
    assert_eq!(
        answer,
        json!({"data": {
            "a": {"number": 0, "key": "k-1", "product": {"title": "하나", "inStock": true}},
            "b": {"number": 1, "key": "k-2"},
            "c": {"number": 2, "key": "header"},
        }})
    );
}

#[tokio::test]
async fn access_rules_are_enforced_before_execution() {
    let market = market();
    let query = "{ product(id: \"p1\") { id } favourites { id } revenue }";
    let (_, answer) = market.ask_as(query, json!({}), Default::default()).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(answer["errors"][0]["path"], json!(["favourites"]));
    assert_eq!(answer["data"], json!(null), "favourites is not null");
    let query = "{ favourites { id } }";
    let (_, answer) = market.ask_as(query, json!({}), member(&[Scope::Buyer])).await;
    assert_eq!(answer, json!({"data": {"favourites": [{"id": "p5"}]}}));
    let before = market.total();
    let (_, answer) = market.ask_as("{ revenue }", json!({}), member(&[Scope::Buyer])).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(market.total(), before, "nothing was asked");
    for scope in [Scope::Staff, Scope::Seller] {
        let (_, answer) = market.ask_as("{ revenue }", json!({}), member(&[scope])).await;
        assert_eq!(answer, json!({"data": {"revenue": 42}}));
    }
}

#[tokio::test]
async fn what_is_inaccessible_is_for_services_alone() {
    let market = market();
    let query = "{ snapshot { id cost inStock } }";
    let (response, answer) = market.ask_as(query, json!({}), member(&[Scope::Staff])).await;
    assert!(!response.executed);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    let (_, answer) = market.ask_as(query, json!({}), service()).await;
    assert_eq!(answer, json!({"data": {"snapshot": [{"id": "p9", "cost": 7, "inStock": true}]}}));
    assert!(!market.router.api_schema().contains("snapshot"));
}

#[tokio::test]
async fn introspection_answers_the_usual_tools() {
    let market = market();
    let answer = market.ask(include_str!("support/introspection.graphql")).await;
    assert_eq!(answer["errors"], json!(null));
    let schema = &answer["data"]["__schema"];
    assert_eq!(schema["queryType"]["name"], "Query");
    assert_eq!(schema["mutationType"]["name"], "Mutation");
    let types: Vec<&str> = schema["types"].as_array().unwrap().iter().map(|ty| ty["name"].as_str().unwrap()).collect();
    for name in ["Product", "Seller", "ProductWhere", "__Type", "Int", "String"] {
        assert!(types.contains(&name), "{name} in {types:?}");
    }
    assert!(!types.iter().any(|name| name.starts_with("join__") || name.starts_with("_E")));
    let answer = market.ask("{ __typename __type(name: \"Item\") { name possibleTypes { name } fields { name type { kind ofType { name } } } } }").await;
    assert_eq!(
        answer["data"],
        json!({"__typename": "Query", "__type": {"name": "Item", "possibleTypes": [{"name": "Product"}, {"name": "Voucher"}],
            "fields": [{"name": "id", "type": {"kind": "NON_NULL", "ofType": {"name": "ID"}}}]}})
    );
    assert_eq!(market.total(), 0);
}

#[tokio::test]
async fn introspection_can_be_switched_off() {
    let market = market_with(RouterSettings { introspection: false, ..RouterSettings::default() }, false);
    let answer = market.ask("{ __schema { queryType { name } } }").await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTROSPECTION_DISABLED");
    assert_eq!(market.ask("{ __typename }").await, json!({"data": {"__typename": "Query"}}));
    let (_, answer) = market.ask_as("{ __schema { queryType { name } } }", json!({}), service()).await;
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
}

#[tokio::test]
async fn what_is_wrong_or_too_large_is_refused() {
    let limits = Limits { depth: 4, aliases: 2, root_fields: 2, tokens: 200, ..Limits::default() };
    let market = market_with(RouterSettings { limits, ..RouterSettings::default() }, false);
    let many = format!("{{ {} }}", "product(id: 1) { id } ".repeat(60));
    let inline = format!("{}{{ id }}{}", "{ ... ".repeat(61), "}".repeat(61));
    let listed = format!("{{ product(id: {}) {{ id }} }}", "[".repeat(120));
    let cases = [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ product { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "OPERATION_NOT_FOUND"),
        (
            "{ product(id: 1) { related { ... on Product { related { ... on Product { related { id } } } } } } }",
            "OPERATION_TOO_COMPLEX",
        ),
        ("{ a: product(id: 1) { b: id c: title } }", "OPERATION_TOO_COMPLEX"),
        ("{ product(id: 1) { id } products { id } seller(id: 1) { id } }", "OPERATION_TOO_COMPLEX"),
        ("{ ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        (inline.as_str(), "OPERATION_TOO_COMPLEX"),
        (listed.as_str(), "OPERATION_TOO_COMPLEX"),
        ("{ __typename: product(id: 1) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        (many.as_str(), "OPERATION_TOO_COMPLEX"),
    ];
    for (query, code) in cases {
        let (response, answer) = market.ask_as(query, json!({}), Default::default()).await;
        assert!(!response.executed, "{query}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}: {answer}");
        assert_eq!(answer["data"], json!(null));
    }
    assert_eq!(market.total(), 0);
}

#[tokio::test]
async fn a_fragment_bomb_ends_at_once() {
    let market = market();
    let mut bomb = "{ product(id: 1) { ...F0 } }".to_owned();
    for level in 0..20 {
        bomb.push_str(&format!(
            " fragment F{level} on Product {{ ...F{n} related {{ ... on Product {{ ...F{n} }} }} }}",
            n = level + 1
        ));
    }
    bomb.push_str(" fragment F20 on Product { id }");
    let started = std::time::Instant::now();
    let answer = market.ask(&bomb).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "OPERATION_TOO_COMPLEX");
    assert!(started.elapsed() < std::time::Duration::from_millis(250), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_long_chain_of_fragments_is_refused() {
    let limits = Limits { tokens: 100_000, selections: 100_000, ..Limits::default() };
    let market = market_with(RouterSettings { limits, ..RouterSettings::default() }, false);
    let mut chain = "{ product(id: 1) { ...F0 } }".to_owned();
    for level in 0..3000 {
        chain.push_str(&format!(" fragment F{level} on Product {{ ...F{} }}", level + 1));
    }
    chain.push_str(" fragment F3000 on Product { id }");
    let answer = market.ask(&chain).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "OPERATION_TOO_COMPLEX");
}

#[tokio::test]
async fn a_service_asks_the_whole_graph_in_process() {
    use platform::graph::{GraphAnswer, GraphRequest, SubgraphTransport};
    let market = market();
    let request = GraphRequest {
        query: "query($id: ID!) { product(id: $id) { cost inStock } }".into(),
        document: None,
        variables: serde_json::from_value(json!({"id": "p1"})).unwrap(),
        json_variables: Vec::new(),
        context: service(),
    };
    let GraphAnswer::Json { body, .. } = SubgraphTransport::execute(&*market.router, request).await.unwrap() else {
        panic!("the router answers with bytes");
    };
    let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(answer, json!({"data": {"product": {"cost": 7, "inStock": true}}}));
}
