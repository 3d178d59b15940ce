//! The market goes on without what it can do without.

use std::time::{Duration, Instant};

use platform::testing::Proxy;
use serde_json::{Value, json};

use crate::people::{consents, new_email};
use crate::support::{Market, PASSWORD, required};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { user { id } userErrors { code } } }";

/// Signs in; the code of what is wrong, or nothing.
async fn sign_in(market: &Market, email: &str, password: &str) -> Option<String> {
    let input = json!({ "email": email, "password": password });
    let data = market.data(SIGN_IN, json!({ "input": input }), None).await;
    data["signIn"]["userErrors"][0]["code"].as_str().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_cache() {
    let proxy = Proxy::to(&required("TEST_REDIS_URL")).await;
    let mut market = Market::all_in_one().await;
    market.kill();
    market.start_all_in_one(&[("REDIS_URL", proxy.url()), ("AUTH_FREE_ATTEMPTS", "2")]).await;
    let email = new_email();
    let input = json!({ "email": email, "password": PASSWORD, "name": "홍길동", "consents": consents() });
    market
        .change("mutation($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }", input, None)
        .await;
    for _ in 0..3 {
        assert_eq!(sign_in(&market, &email, "wrong").await.as_deref(), Some("INVALID_CREDENTIALS"));
    }
    assert_eq!(sign_in(&market, &email, "wrong").await.as_deref(), Some("TOO_MANY_ATTEMPTS"));

    proxy.close();
    let asked = Instant::now();
    assert_eq!(sign_in(&market, &email, "wrong").await.as_deref(), Some("INVALID_CREDENTIALS"));
    assert_eq!(sign_in(&market, &email, PASSWORD).await, None);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(market.logs().contains("attempts are not counted"), "{}", market.logs());
    let health = market.http.get(format!("{}/health/ready", market.url)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let health: Value = health.json().await.unwrap();
    assert_eq!((&health["status"], &health["checks"]["cache"]), (&json!("ready"), &json!("unavailable")), "{health}");

    proxy.open();
    // What was counted before is still counted: the third attempt at the latest has to wait.
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(sign_in(&market, &email, "wrong").await);
    }
    assert_eq!(codes.last().unwrap().as_deref(), Some("TOO_MANY_ATTEMPTS"), "{codes:?}");
    market.end().await;
}
