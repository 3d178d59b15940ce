//! A product is found as soon as staff let it on sale, in the ways that Koreans look for things; by GraphQL and by REST.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Market;

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one() {
    let market = Market::all_in_one().await;
    found(&market).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed() {
    let market = Market::distributed().await;
    found(&market).await;
    market.end().await;
}

/// The title is 도톰한 순면 수건 5장.
async fn found(market: &Market) {
    let shop = market.open_shop(50).await;
    // Initial consonants, half typed, in the other keyboard mode, misspelled.
    for text in ["수건", "ㄷㅌㅎ", "ㅅㄱ", "순며", "tnrjs", "순면 수겅"] {
        until_found(market, text, &shop.product_id).await;
    }
    let query = "query($where: SearchWhere) { search(text: \"수건\", where: $where) {
        nodes { product { id title price { amount } seller { name } category { name } rating { count } } inStock
            highlights { text matched } }
        facets { categories { category { slug } name } sellers { name count } } } }";
    let data = market.data(query, json!({ "where": { "sellerIds": [shop.seller_id] } }), None).await;
    let node = &data["search"]["nodes"][0];
    assert_eq!(node["product"]["price"]["amount"], crate::people::PRICE);
    assert_eq!(
        (&node["product"]["seller"]["name"], &node["product"]["category"]["name"]),
        (&json!("한빛상점"), &json!("생활"))
    );
    assert_eq!(data["search"]["facets"]["sellers"][0]["name"], "한빛상점");

    let filter = format!("filter%5BsellerIds%5D={}", shop.seller_id);
    let (status, page) =
        market.rest("GET", &format!("/api/v1/search?text=ㅅㄱ&{filter}&sort=price"), None, None, None).await;
    assert_eq!((status, &page["data"][0]["product"]["id"]), (200, &json!(shop.product_id)), "{page}");
    let (status, facets) = market.rest("GET", "/api/v1/search/facets?text=tnrjs", None, None, None).await;
    assert_eq!((status, &facets["correctedText"]), (200, &json!("수건")), "{facets}");
    let (status, suggestions) = market.rest("GET", "/api/v1/search/suggestions?text=ㅅㄱ", None, None, None).await;
    assert_eq!(status, 200);
    assert!(suggestions.to_string().contains("수건"), "{suggestions}");
    let (status, _) = market.rest("GET", "/api/v1/search/trending", None, None, None).await;
    assert_eq!(status, 200);
    synonyms_by_rest(market, &shop.product_id).await;

    // What leaves the shelf is not found.
    let suspend = "mutation($input: ProductReasonInput!) { suspendProduct(input: $input) { product { state } userErrors { code } } }";
    market.change(suspend, json!({ "productId": shop.product_id, "reason": "재고 점검" }), Some(&shop.owner)).await;
    let gone = async || !finds(market, "수건", &shop.product_id).await;
    until("the product is not found", gone).await;
}

async fn synonyms_by_rest(market: &Market, product_id: &str) {
    let path = "/api/v1/admin/search/synonyms";
    let terms = json!({ "terms": ["수건", "타월"] });
    assert_eq!(market.rest("POST", path, Some(terms.clone()), None, None).await.0, 401);
    let (status, synonym) = market.rest("POST", path, Some(terms), Some(&market.staff), None).await;
    assert_eq!((status, &synonym["terms"]), (201, &json!(["수건", "타월"])), "{synonym}");
    until_found(market, "타월", product_id).await;
    let (status, list) = market.rest("GET", path, None, Some(&market.staff), None).await;
    assert_eq!((status, &list["data"][0]["id"]), (200, &synonym["id"]), "{list}");
    let path = format!("{path}/{}", synonym["id"].as_str().unwrap());
    assert_eq!(market.rest("DELETE", &path, None, Some(&market.staff), None).await.0, 204);
    let (status, index) = market.rest("GET", "/api/v1/admin/search/index", None, Some(&market.staff), None).await;
    assert_eq!(status, 200);
    assert!(index["products"].as_i64() >= Some(1), "{index}");
    let (status, _) =
        market.rest("POST", "/api/v1/admin/search/reindex", Some(json!({})), Some(&market.staff), None).await;
    assert_eq!(status, 202);
}

async fn finds(market: &Market, text: &str, product_id: &str) -> bool {
    let query = "query($text: String!) { search(text: $text) { nodes { product { id } } } }";
    let answer: Value = market.data(query, json!({ "text": text }), None).await;
    let nodes = answer["search"]["nodes"].as_array().unwrap();
    nodes.iter().any(|node| node["product"]["id"] == product_id)
}

async fn until_found(market: &Market, text: &str, product_id: &str) {
    until(&format!("{text} finds the product"), async || finds(market, text, product_id).await).await;
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..150 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not within 15 s: {what}");
}
