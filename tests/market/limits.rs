//! Wrong, oversized, too deep and malformed requests get a clear refusal, and nothing internal leaks.

use serde_json::{Value, json};

use crate::support::Market;

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_clearly() {
    let market = Market::all_in_one().await;
    graphql(&market).await;
    rest(&market).await;
    // After all of that, the market still answers.
    let answer = market.data("{ categories { id } }", Value::Null, None).await;
    assert!(answer["categories"].is_array());
    market.end().await;
}

async fn graphql(market: &Market) {
    let deep = format!("{{ categories {}{{ id }}{} }}", "{ children ".repeat(60), "}".repeat(60));
    let aliases: String = (0..500).map(|index| format!("a{index}: categories {{ id }} ")).collect();
    let bomb: String = (0..30)
        .map(|index| format!("fragment f{index} on Category {{ ...f{0} children {{ ...f{0} }} }} ", index + 1))
        .collect();
    let bomb = format!("{{ categories {{ ...f0 }} }} {bomb} fragment f30 on Category {{ id }}");
    let cases = [
        ("syntax", json!({ "query": "{ categories { id " })),
        ("unknown field", json!({ "query": "{ secrets }" })),
        ("no query", json!({})),
        ("wrong type of query", json!({ "query": 7 })),
        ("wrong variables", json!({ "query": "query($id: ID!) { product(id: $id) { id } }", "variables": [] })),
        ("missing variable", json!({ "query": "query($id: ID!) { product(id: $id) { id } }" })),
        ("too deep", json!({ "query": deep })),
        ("too many aliases", json!({ "query": format!("{{ {aliases} }}") })),
        ("fragment bomb", json!({ "query": bomb })),
    ];
    for (case, body) in cases {
        let began = std::time::Instant::now();
        let response = market
            .http
            .post(format!("{}/graphql", market.url))
            .header("accept", "application/graphql-response+json")
            .json(&body)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert!((400..500).contains(&status), "{case}: {status} {text}");
        assert!(text.contains("errors"), "{case}: {text}");
        assert!(began.elapsed().as_millis() < 1_000, "{case} took {:?}", began.elapsed());
        no_leak(case, &text);
    }
    for (case, body) in [
        ("not JSON", "{".as_bytes().to_vec()),
        ("not UTF-8", vec![0xFF, 0xFE, 0x00]),
        ("too large", vec![b' '; 4 << 20]),
    ] {
        let request = market.http.post(format!("{}/graphql", market.url)).header("content-type", "application/json");
        let response = request.body(body).send().await.unwrap();
        assert!(response.status().is_client_error(), "{case}: {}", response.status());
        no_leak(case, &response.text().await.unwrap());
    }
    let response = market
        .http
        .post(format!("{}/graphql", market.url))
        .bearer_auth("not.a.token")
        .json(&json!({ "query": "{ categories { id } }" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 401);
    let answer = market.ask("{ product(id: \"prd_nonsense\") { id } }", Value::Null, None, None).await;
    assert!(answer["errors"].is_array(), "{answer}");
    let answer = market.ask("{ cartLines(ids: []) { id } }", Value::Null, None, None).await;
    assert!(
        answer["errors"][0]["message"].as_str().unwrap().contains("cartLines"),
        "internal fields are absent: {answer}"
    );
}

async fn rest(market: &Market) {
    let cases: [(&str, &str, Option<Value>, u16); 7] = [
        ("GET", "/api/v1/nothing", None, 404),
        ("PATCH", "/api/v1/products", None, 405),
        ("GET", "/api/v1/products?limit=1000", None, 400),
        ("GET", "/api/v1/products?cursor=nonsense", None, 400),
        ("GET", "/api/v1/products/prd_00000000000000000000000000000000", None, 404),
        ("GET", "/api/v1/users/me", None, 401),
        ("POST", "/api/v1/auth/sign-in", Some(json!({ "email": 7 })), 400),
    ];
    for (method, path, body, expected) in cases {
        let (status, answer) = market.rest(method, path, body, None, None).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        assert_eq!(answer["status"], expected, "{method} {path}: {answer}");
        assert!(answer["traceId"].is_string() && answer["title"].is_string(), "{method} {path}: {answer}");
        no_leak(path, &answer.to_string());
    }
    let input = json!({ "email": "nobody@example.com", "password": "wrong password here" });
    let (status, answer) = market.rest("POST", "/api/v1/auth/sign-in", Some(input), None, None).await;
    assert_eq!((status, &answer["code"]), (401, &json!("INVALID_CREDENTIALS")), "{answer}");
}

fn no_leak(case: &str, text: &str) {
    for word in ["diesel", "postgres", "panicked", "src/", "SELECT ", "127.0.0.1", "localhost", "subgraph"] {
        assert!(!text.contains(word), "{case} tells {word}: {text}");
    }
}
