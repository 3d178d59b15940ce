//! Documents that staff trusts are asked for by their hash, in both shapes; a new supergraph is in the history.

use serde_json::{Value, json};

use crate::support::Market;

const HASH: &str = "3931997afc12ae72adf8efa6f963d3893e55d5d91375b4fc58dc92a4f494d434";
const DOCUMENT: &str = "query Newest($first: Int = 3) { products(first: $first) { nodes { id title } } }";

impl Market {
    async fn by_hash(&self, hash: &str) -> Value {
        let body = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
        let response = self.http.post(format!("{}/graphql", self.url)).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }
}

async fn staff_trust_documents(market: Market) {
    let unknown = market.by_hash(HASH).await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND", "{unknown}");

    let register = "mutation($input: RegisterTrustedDocumentsInput!) { registerTrustedDocuments(input: $input) {
        documents { hash registeredBy { id } } userErrors { code field message } } }";
    let wrong = json!({ "documents": [{ "name": "wrong", "body": "{ products { nope } }" }] });
    let answer = market.data(register, json!({ "input": wrong }), Some(&market.staff)).await;
    let errors = &answer["registerTrustedDocuments"]["userErrors"];
    assert_eq!(errors[0]["code"], "DOCUMENT_NOT_VALID", "{answer}");

    let documents = json!({ "documents": [{ "name": "newest", "body": DOCUMENT, "hash": HASH }] });
    let done = market.change(register, documents, Some(&market.staff)).await;
    assert_eq!(done["documents"][0]["hash"], HASH);
    let written_out = market.ask(DOCUMENT, Value::Null, None, None).await;
    assert!(written_out["data"]["products"]["nodes"].is_array(), "{written_out}");
    assert_eq!(market.by_hash(HASH).await, written_out);

    let (status, body) = market.rest("GET", "/api/v1/admin/supergraphs", None, Some(&market.staff), None).await;
    assert_eq!(status, 200, "{body}");
    let in_force = market.data("{ supergraph { hash } }", Value::Null, Some(&market.staff)).await;
    assert!(body.to_string().contains(in_force["supergraph"]["hash"].as_str().unwrap()), "{body}");
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one_staff_trust_documents() {
    staff_trust_documents(Market::all_in_one().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed_staff_trust_documents() {
    staff_trust_documents(Market::distributed().await).await;
}
