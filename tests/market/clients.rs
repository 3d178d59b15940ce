//! Programs of sellers ask with an API key: they do what a member may, at a price, until the key is revoked; in both shapes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Market, new_key};

const STOCK: &str = "query($id: ID!) { stockItem(variantId: $id) { onHand } }";

impl Market {
    /// A request with an API key; its status, its `RateLimit` and the answer.
    async fn with_key(&self, key: &str, query: &str, variables: &Value) -> (u16, String, Value) {
        let request = self.http.post(format!("{}/graphql", self.url)).header("x-api-key", key);
        let request =
            request.header("idempotency-key", new_key()).header("accept", "application/graphql-response+json");
        let response = request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap();
        let limit = response.headers().get("ratelimit").map_or("", |value| value.to_str().unwrap()).to_owned();
        (response.status().as_u16(), limit, response.json().await.unwrap())
    }

    /// A client with a key that acts for a seller, or for staff; the id, the key and the key's id.
    async fn register(&self, name: &str, seller_id: Option<&str>, per_minute: u32) -> (String, String, String) {
        let create = "mutation($input: CreateApiClientInput!) { createApiClient(input: $input) {
            client { id } userErrors { code field message } } }";
        let scopes = if seller_id.is_some() { ["SELLER"] } else { ["STAFF"] };
        let client = json!({
            "name": name, "contact": "dev@example.com", "description": "재고를 맞춥니다", "scopes": scopes,
            "sellerId": seller_id, "costPerMinute": per_minute,
        });
        let made = self.change(create, json!({ "client": client }), Some(&self.staff)).await;
        let client = made["client"]["id"].as_str().unwrap().to_owned();
        let issue = "mutation($input: IssueApiKeyInput!) { issueApiKey(input: $input) {
            secret key { id } userErrors { code field message } } }";
        let issued = self.change(issue, json!({ "clientId": client }), Some(&self.staff)).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (client, text(&issued["secret"]), text(&issued["key"]["id"]))
    }
}

async fn programs_act_for_their_seller(market: Market) {
    let (shop, other) = (market.open_shop(5).await, market.open_shop(5).await);
    let (client, key, key_id) = market.register("재고 연동", Some(&shop.seller_id), 1_000).await;

    let (status, limit, answer) = market.with_key(&key, STOCK, &json!({ "id": shop.variant_id })).await;
    assert_eq!((status, &answer["data"]["stockItem"]["onHand"]), (200, &json!(5)), "{answer}");
    assert!(limit.starts_with("\"cost\";r=998;t="), "{limit}");

    // It changes its seller's stock and no other's.
    let adjust = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) {
        stockItems { onHand } userErrors { code field message } } }";
    let by_two =
        |variant: &str| json!({ "input": { "adjustments": [{ "variantId": variant, "delta": 2 }], "reason": "입고" } });
    let (_, _, answer) = market.with_key(&key, adjust, &by_two(&shop.variant_id)).await;
    assert_eq!(answer["data"]["adjustStock"]["stockItems"][0]["onHand"], 7, "{answer}");
    let (_, _, answer) = market.with_key(&key, adjust, &by_two(&other.variant_id)).await;
    assert_eq!(answer["data"]["adjustStock"]["userErrors"][0]["code"], "NOT_YOUR_SELLER", "{answer}");

    // What asks for a person or for a recent proof is closed to it.
    let (status, _, answer) = market.with_key(&key, "{ me { id } }", &Value::Null).await;
    assert_eq!((status, &answer["data"]["me"]), (200, &Value::Null), "{answer}");
    let bank = "mutation($input: ChangeSellerBankAccountInput!) {
        changeSellerBankAccount(input: $input) { userErrors { code } } }";
    let account = json!({ "bank": "088", "number": "110999999999", "holder": "남" });
    let input = json!({ "input": { "sellerId": shop.seller_id, "bankAccount": account } });
    let (status, _, answer) = market.with_key(&key, bank, &input).await;
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (403, &json!("STEP_UP_REQUIRED")), "{answer}");

    // The same by REST, where the quota is told as well.
    let path = format!("{}/api/v1/seller/sellers/{}/orders", market.url, shop.seller_id);
    let orders = || market.http.get(&path).header("x-api-key", &key);
    let response = orders().send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(response.headers().contains_key("ratelimit-policy"));

    let edit = "mutation($input: EditApiClientInput!) { editApiClient(input: $input) {
        client { id } userErrors { code field message } } }";
    let dear = json!({
        "name": "재고 연동", "contact": "dev@example.com", "description": "재고를 맞춥니다", "scopes": ["SELLER"],
        "sellerId": shop.seller_id, "costPerMinute": 1,
    });
    market.change(edit, json!({ "clientId": client, "client": dear }), Some(&market.staff)).await;
    let refused = market.until_answered(&key, 429).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{refused}");
    let response = orders().send().await.unwrap();
    assert_eq!(response.status().as_u16(), 429);
    let seconds: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");

    let revoke = "mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { userErrors { code } } }";
    market.change(revoke, json!({ "keyId": key_id }), Some(&market.staff)).await;
    let refused = market.until_answered(&key, 401).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "INVALID_API_KEY", "{refused}");
    let response = orders().bearer_auth(&market.staff.access_token).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 400);
    market.end().await;
}

impl Market {
    /// Asks until the answer has the status: routers keep what they know of a key for a while.
    async fn until_answered(&self, key: &str, wanted: u16) -> Value {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let (status, _, answer) = self.with_key(key, "{ categories { id } }", &Value::Null).await;
            if status == wanted {
                return answer;
            }
            assert!(Instant::now() < deadline, "{status} {answer}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one_programs_act_for_their_seller() {
    let mut market = Market::prepare().await;
    market.start_all_in_one(&[("API_KEY_LIFETIME", "500ms")]).await;
    market.sign_in_staff().await;
    programs_act_for_their_seller(market).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed_programs_act_for_their_seller() {
    programs_act_for_their_seller(Market::distributed_with(&[("API_KEY_LIFETIME", "500ms")]).await).await;
}
