//! The REST engine over small subgraphs in process.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/openapi.rs"]
mod document;
mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use document::{check, resolved};
use router::rest::{Beside, RestApi, RestDocument};
use router::{Access, Edge, RouterSettings};
use serde_json::{Value, json};
use support::{Market, market, market_with};
use tower::ServiceExt;

const DOCUMENT: &str = r#"
query GetProduct($id: ID!)
  @rest(method: GET, path: "/api/v1/products/{id}", data: "product", tag: "products", summary: "One product") {
  product(id: $id) { id title seller { name } price { amount } }
}
query GetTitle($id: ID!)
  @rest(method: GET, path: "/api/v1/products/{id}/title", data: "product.title", media: "text/plain", tag: "products", summary: "A title alone") {
  product(id: $id) { title }
}
query ListProducts($first: Int = 2, $after: String, $sort: Sort, $where: ProductWhere)
  @rest(method: GET, path: "/api/v1/products", data: "catalogue", sort: "-createdAt=NEWEST createdAt=OLDEST", tag: "products", summary: "Products") {
  catalogue(first: $first, after: $after, sort: $sort, where: $where) { nodes { id price { amount currency } } pageInfo { endCursor hasNextPage } }
}
query ListAll
  @rest(method: GET, path: "/api/v1/products/all", data: "products", tag: "products", summary: "All", deprecated: "2026-01-01", sunset: "2026-12-31") {
  products { id }
}
query SearchProducts($input: ProductWhere!)
  @rest(method: POST, path: "/api/v1/products/search", data: "catalogue.nodes", tag: "products", summary: "Search") {
  catalogue(first: 2, where: $input) { nodes { id } }
}
query GetFront($id: ID!)
  @rest(method: GET, path: "/api/v1/front/{id}", data: "*", tag: "products", summary: "Several things at once") {
  first: product(id: $id) { id title }
  products { id }
}
query ListRatings
  @rest(method: GET, path: "/api/v1/ratings", data: "products", tag: "products", summary: "Fails") {
  products { id rating }
}
query ListFavourites
  @rest(method: GET, path: "/api/v1/favourites", data: "favourites", tag: "users", summary: "Favourites") {
  favourites { id }
}
query GetRevenue
  @rest(method: GET, path: "/api/v1/admin/revenue", data: "revenue", tag: "admin", summary: "Revenue") { revenue }
mutation RenameProduct($input: RenameInput!)
  @rest(method: PUT, path: "/api/v1/products/{id}", data: "rename.product", tag: "products", summary: "Rename", idempotent: true) {
  rename(input: $input) { product { id title } userErrors { code field message } }
}
mutation RenameWhole($input: RenameInput!)
  @rest(method: POST, path: "/api/v1/products/{id}/rename", status: 201, data: "rename", tag: "products", summary: "Rename") {
  rename(input: $input) { product { id title } userErrors { code field message } }
}
mutation Forget($input: RenameInput!)
  @rest(method: POST, path: "/api/v1/products/{id}/forget", status: 204, tag: "products", summary: "Forget") {
  rename(input: $input) { userErrors { code field message } }
}
mutation Hook($title: String!)
  @rest(method: POST, path: "/api/v1/webhooks/titles", data: "create", take: "data.title=title", tag: "webhooks", summary: "Hook") {
  create(title: $title) { key product { title } }
}
"#;

/// What somebody else serves: a path of its own, and another method of a path of ours.
fn beside() -> Beside {
    let operation = |name: &str| {
        json!({
            "operationId": name, "summary": "Beside", "tags": ["pictures"],
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": {
                "200": { "description": "Success", "content": { "image/png": {} } },
                "404": { "$ref": "#/components/responses/Problem" },
            },
        })
    };
    let mut beside = Beside::new();
    beside.insert("/pictures/{id}".to_owned(), json!({ "get": operation("ReadPicture") }));
    beside.insert("/api/v1/products/{id}".to_owned(), json!({ "delete": operation("RemoveProduct") }));
    beside
}

struct Served {
    market: Market,
    api: Arc<RestApi>,
    edge: Edge,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Served {
    fn new() -> Self {
        let market = market();
        let documents = [RestDocument { name: "test".to_owned(), text: DOCUMENT.to_owned() }];
        let api = match RestApi::new(Arc::clone(&market.router), &documents, &beside()) {
            Ok(api) => api,
            Err(errors) => panic!("{errors:#?}"),
        };
        let edge = Edge {
            router: Arc::clone(&market.router),
            access: Access::Refused,
            internal: None,
            trusts_forwarded: false,
            clients: None,
            documents: None,
            propagated: Arc::default(),
        };
        Self { market, api, edge }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.api.routes(&self.edge).oneshot(request).await.unwrap();
        let headers = response.headers().clone();
        let status = response.status().as_u16();
        Answer { status, headers, body: to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec() }
    }

    async fn get(&self, uri: &str) -> Answer {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    async fn with_body(&self, method: &str, uri: &str, body: Value) -> Answer {
        let request = Request::builder().method(method).uri(uri).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }
}

#[tokio::test]
async fn a_single_resource_is_the_body() {
    let served = Served::new();
    let answer = served.get("/api/v1/products/p3").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.json(),
        json!({"id": "p3", "title": "상품 3", "seller": {"name": "판매자 s1"}, "price": {"amount": 3_000_000_003_i64}})
    );
    let answer = served.get("/api/v1/products/none").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, "application/problem+json"));
    assert_eq!(answer.json()["code"], "NOT_FOUND");
    assert_eq!(answer.json()["traceId"].as_str().unwrap().len(), 32);
    let answer = served.get("/api/v1/products/p3?fields=title,price.amount").await;
    assert_eq!(answer.json(), json!({"title": "상품 3", "price": {"amount": 3_000_000_003_i64}}));
}

#[tokio::test]
async fn a_text_can_be_the_body_itself() {
    let served = Served::new();
    let answer = served.get("/api/v1/products/p3/title").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), "attachment");
    assert_eq!(String::from_utf8(answer.body).unwrap(), "상품 3");
    let answer = served.get("/api/v1/products/none/title").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, "application/problem+json"));
    // Only a text can be a body of its own.
    let wrong = DOCUMENT.replace("data: \"product.title\"", "data: \"product\"");
    let documents = [RestDocument { name: "test".to_owned(), text: wrong }];
    let errors = RestApi::new(Arc::clone(&market().router), &documents, &Beside::new()).err().unwrap();
    assert!(errors.iter().any(|error| error.problem.contains("@rest(media:)")), "{errors:?}");
}

#[tokio::test]
async fn a_question_can_be_in_the_body() {
    let served = Served::new();
    let answer = served.with_body("POST", "/api/v1/products/search", json!({ "text": "x" })).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.json(), json!({"data": [{"id": "p1"}, {"id": "p2"}], "page": {"next": null, "hasMore": false}}));
    let answer = served.with_body("POST", "/api/v1/products/search", json!({ "nope": 1 })).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("BAD_USER_INPUT")));
    assert_eq!(served.get("/api/v1/products/search").await.header("allow"), "POST");
}

#[tokio::test]
async fn the_body_can_be_several_things() {
    let served = Served::new();
    let answer = served.get("/api/v1/front/p2").await;
    let first = json!({"id": "p2", "title": "상품 2"});
    assert_eq!(answer.json(), json!({"first": first, "products": [{"id": "p1"}, {"id": "p2"}, {"id": "p3"}]}));
    assert_eq!(served.get("/api/v1/front/p2?fields=first.title").await.json(), json!({"first": {"title": "상품 2"}}));
    // What is not there is null, as nothing else says which of the things it is.
    assert_eq!(served.get("/api/v1/front/none").await.json()["first"], Value::Null);
    served.market.subgraphs["products"].fails.store(true, Ordering::SeqCst);
    assert_eq!(served.get("/api/v1/front/p2").await.status, 503);
}

#[tokio::test]
async fn lists_are_pages_with_links() {
    let served = Served::new();
    let answer = served.get("/api/v1/products?sort=-createdAt&filter[text]=x&filter[states]=ON_SALE,ENDED").await;
    let ids = |answer: &Answer| -> Vec<String> {
        answer.json()["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&answer), ["p5", "p4"]);
    assert_eq!(answer.json()["page"], json!({"next": "c/2", "hasMore": true}));
    let link = answer.header("link").to_owned();
    assert_eq!(
        link,
        "</api/v1/products?sort=-createdAt&filter[text]=x&filter[states]=ON_SALE,ENDED&cursor=c%2F2>; rel=\"next\""
    );
    let next = served.get(link.trim_start_matches('<').split('>').next().unwrap()).await;
    assert_eq!(ids(&next), ["p3", "p2"]);
    let last = served.get("/api/v1/products?limit=3&cursor=c%2F3").await;
    assert_eq!(ids(&last), ["p4", "p5"]);
    assert_eq!(last.json()["page"], json!({"next": null, "hasMore": false}));
    assert_eq!(last.header("link"), "");
    let all = served.get("/api/v1/products/all?fields=id").await;
    assert_eq!(
        all.json(),
        json!({"data": [{"id": "p1"}, {"id": "p2"}, {"id": "p3"}], "page": {"next": null, "hasMore": false}})
    );
    assert_eq!(all.header("deprecation"), "@1767225600");
    assert_eq!(all.header("sunset"), "Thu, 31 Dec 2026 00:00:00 GMT");
}

#[tokio::test]
async fn reads_have_tags() {
    let served = Served::new();
    let first = served.get("/api/v1/products/p1").await;
    let tag = first.header("etag").to_owned();
    let request = Request::get("/api/v1/products/p1").header("if-none-match", &tag).body(Body::empty()).unwrap();
    let again = served.send(request).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    for (wanted, status) in [(tag.as_str(), 200), ("\"old\"", 412), ("*", 200)] {
        let request = Request::put("/api/v1/products/p1")
            .header("content-type", "application/json")
            .header("if-match", wanted)
            .body(Body::from(json!({"title": "새 이름"}).to_string()))
            .unwrap();
        assert_eq!(served.send(request).await.status, status, "{wanted}");
    }
}

#[tokio::test]
async fn bodies_become_input() {
    let served = Served::new();
    let answer = served.with_body("PUT", "/api/v1/products/p7", json!({"title": "이름"})).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"id": "p7", "title": "이름"})));
    let answer = served.with_body("POST", "/api/v1/products/p7/rename", json!({"title": "이름", "id": "p7"})).await;
    assert_eq!((answer.status, answer.json()), (201, json!({"product": {"id": "p7", "title": "이름"}})));
    let answer = served.with_body("POST", "/api/v1/products/p7/forget", json!({"title": "x"})).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let request = Request::post("/api/v1/webhooks/titles")
        .header("content-type", "application/json")
        .header("idempotency-key", "k1")
        .body(Body::from(json!({"eventType": "X", "data": {"title": "훅", "more": [1]}}).to_string()))
        .unwrap();
    assert_eq!(served.send(request).await.json(), json!({"key": "k1", "product": {"title": "훅"}}));
}

#[tokio::test]
async fn refusals_are_problems() {
    let served = Served::new();
    for (code, status) in [
        ("STATE_CONFLICT", 409),
        ("TITLE_NOT_FOUND", 404),
        ("NOT_YOUR_TITLE", 403),
        ("TOO_MANY_ATTEMPTS", 429),
        ("INVALID_TITLE", 422),
        ("TEMPORARILY_UNAVAILABLE", 503),
    ] {
        for path in ["/api/v1/products/p1/rename", "/api/v1/products/p1/forget"] {
            let answer = served.with_body("POST", path, json!({"title": format!("!{code}")})).await;
            assert_eq!(answer.status, status, "{code}");
            assert_eq!(answer.json()["errors"], json!([{"field": "title.text", "code": code, "message": "안 됩니다"}]));
            assert_eq!(answer.json()["status"], status);
        }
    }
    let answer = served.with_body("POST", "/api/v1/products/p1/rename", json!({"title": "!TOO_MANY_ATTEMPTS"})).await;
    assert_ne!(answer.header("retry-after"), "");
}

#[tokio::test]
async fn errors_have_their_status() {
    let served = Served::new();
    let answer = served.get("/api/v1/favourites").await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
    assert_eq!(served.get("/api/v1/admin/revenue").await.status, 401);
    assert_eq!(served.get("/api/v1/ratings").await.json()["code"], "NO_RATING");
    served.market.subgraphs["products"].fails.store(true, Ordering::SeqCst);
    let answer = served.get("/api/v1/products/p1").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert!(!String::from_utf8(answer.body).unwrap().contains("internal refused"));
}

#[tokio::test]
async fn bad_requests_are_refused() {
    let served = Served::new();
    for (uri, field) in [
        ("/api/v1/products?limit=0", "limit"),
        ("/api/v1/products?limit=101", "limit"),
        ("/api/v1/products?limit=x", "limit"),
        ("/api/v1/products?sort=price", "sort"),
        ("/api/v1/products?nope=1", "nope"),
        ("/api/v1/products?filter[nope]=1", "filter[nope]"),
        ("/api/v1/products?fields=nope", "fields"),
        ("/api/v1/products/p1?limit=1", "limit"),
    ] {
        let answer = served.get(uri).await;
        assert_eq!(answer.status, 400, "{uri}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{uri}");
    }
    for uri in ["/api/v1/products?filter[states]=GONE", "/api/v1/products?limit=%ff", "/api/v1/products/%ff"] {
        assert_eq!(served.get(uri).await.status, 400, "{uri}");
    }
    for uri in ["/api/v1", "/api/v1/", "/api/v1/nope", "/api/v1/products/p1/nope", "/api/v1/products/"] {
        assert_eq!(served.get(uri).await.status, 404, "{uri}");
    }
    let answer = served.with_body("DELETE", "/api/v1/products/p1", json!({})).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, PUT"));
    let send = |content_type: &'static str, body: String| {
        let request = Request::put("/api/v1/products/p1").header("content-type", content_type);
        served.send(request.body(Body::from(body)).unwrap())
    };
    assert_eq!(send("text/plain", "{}".to_owned()).await.status, 415);
    assert_eq!(send("application/json", "{".to_owned()).await.status, 400);
    assert_eq!(send("application/json", "[]".to_owned()).await.status, 400);
    assert_eq!(send("application/json", "{}".to_owned()).await.status, 400, "the title is missing");
    assert_eq!(send("application/json", json!({"title": "x", "more": 1}).to_string()).await.status, 400);
    assert_eq!(send("application/json", json!({"title": "x", "id": "p2"}).to_string()).await.status, 400);
    assert_eq!(send("application/json", "x".repeat(2_000_000)).await.status, 413);
    let request = Request::get("/api/v1/products/p1").header("accept", "text/csv").body(Body::empty()).unwrap();
    assert_eq!(served.send(request).await.status, 406);
}

#[tokio::test]
async fn a_text_answer_is_asked_for_by_its_own_type() {
    let served = Served::new();
    let ask = |accept: &'static str| {
        let request = Request::get("/api/v1/products/p3/title").header("accept", accept);
        served.send(request.body(Body::empty()).unwrap())
    };
    for accept in ["text/plain", "text/*", "*/*", "application/json, text/plain;q=0.1"] {
        let answer = ask(accept).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"), "{accept}");
    }
    for accept in ["application/json", "text/csv", "text/plain;q=0"] {
        let answer = ask(accept).await;
        assert_eq!((answer.status, answer.json()["detail"].as_str()), (406, Some("The answer is text/plain.")));
    }
}

#[tokio::test]
async fn statuses_of_refusals_are_documented() {
    let served = Served::new();
    let openapi = served.get("/openapi.json").await.json();
    let statuses = &openapi["components"]["schemas"]["Problem"]["properties"]["code"]["x-statuses"];
    assert_eq!((&statuses["NOT_YOUR_TITLE"], &statuses["STATE_CONFLICT"]), (&json!(403), &json!(409)));
    let responses = openapi["paths"]["/api/v1/products/{id}/rename"]["post"]["responses"].as_object().unwrap();
    for status in ["201", "400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429", "503"] {
        assert!(responses.contains_key(status), "{status}");
    }
}

#[tokio::test]
async fn a_code_without_a_kind_is_not_served() {
    let market = support::market_of(RouterSettings::default(), false, |sdl| {
        sdl.replace("NOT_YOUR_TITLE @tag(name: \"refusal/forbidden\")", "NOT_YOUR_TITLE")
    });
    let errors = RestApi::new(Arc::clone(&market.router), &[], &Beside::new()).err().unwrap();
    assert_eq!((errors.len(), errors[0].document.as_str()), (1, "Code.NOT_YOUR_TITLE"));
}

#[tokio::test]
async fn use_and_documentation() {
    let served = Served::new();
    for _ in 0..3 {
        served.get("/api/v1/products/p1").await;
    }
    let uses = served.api.route_uses();
    let used = uses.iter().find(|route| route.operation == "GetProduct").unwrap();
    assert_eq!((used.requests, used.method.as_str(), used.path.as_str()), (3, "GET", "/api/v1/products/{id}"));
    let deprecated = uses.iter().find(|route| route.operation == "ListAll").unwrap();
    assert_eq!(deprecated.sunset.as_deref(), Some("2026-12-31"));
    let openapi = served.get("/openapi.json").await;
    check(std::str::from_utf8(&openapi.body).unwrap());
    let openapi = openapi.json();
    assert_eq!(openapi["openapi"], "3.1.0");
    let rename = &openapi["paths"]["/api/v1/products/{id}"]["put"];
    let body = &rename["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["$ref"], "#/components/schemas/RenameBody");
    assert_eq!(resolved(&openapi, body)["required"], json!(["title"]));
    assert_eq!(resolved(&openapi, &rename["parameters"][0])["name"], "id");
    let whole = &openapi["paths"]["/api/v1/products/{id}/rename"]["post"]["responses"]["201"]["content"]["application/json"]
        ["schema"];
    let whole = resolved(&openapi, whole);
    assert_eq!(whole["required"], json!(["product"]));
    assert_eq!(whole["properties"]["product"]["anyOf"][0]["$ref"], "#/components/schemas/ProductIdTitle");
    let all = &openapi["paths"]["/api/v1/products/all"]["get"]["responses"]["200"];
    let headers: Vec<&String> = all["headers"].as_object().unwrap().keys().collect();
    assert_eq!(headers, ["ETag", "Deprecation", "Sunset"]);
    assert!(openapi["paths"]["/api/v1/favourites"]["get"]["security"].is_array());
    let front =
        &openapi["paths"]["/api/v1/front/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(front["required"], json!(["first", "products"]));
    let search = &openapi["paths"]["/api/v1/products/search"]["post"];
    assert_eq!(search["requestBody"]["required"], false);
    assert!(search["responses"]["200"]["headers"].is_null(), "{search}");
    let picture = &openapi["paths"]["/pictures/{id}"]["get"];
    assert_eq!(picture["operationId"], "ReadPicture");
    assert_eq!(resolved(&openapi, &picture["parameters"][0])["name"], "id");
    let product = openapi["paths"]["/api/v1/products/{id}"].as_object().unwrap();
    assert_eq!(product.keys().collect::<Vec<_>>(), ["get", "put", "delete"]);
    assert!(openapi["tags"].as_array().unwrap().contains(&json!({ "name": "pictures" })));
    let page = served.get("/docs").await;
    assert!(page.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn what_somebody_else_serves_is_no_operation() {
    let documents = [RestDocument { name: "test".to_owned(), text: DOCUMENT.to_owned() }];
    let mut beside = Beside::new();
    beside.insert("/api/v1/products/{key}".to_owned(), json!({ "put": { "responses": {} } }));
    let errors = RestApi::new(Arc::clone(&market().router), &documents, &beside).err().unwrap();
    assert_eq!((errors.len(), errors[0].document.as_str()), (1, "RenameProduct"));
    assert!(errors[0].problem.contains("somebody else serves put /api/v1/products/{key}"), "{errors:?}");
}

#[tokio::test]
async fn documents_that_do_not_fit_are_refused() {
    let router = market_with(RouterSettings::default(), false).router;
    let head = |rest: &str| {
        format!("query Q($id: ID!) @rest({rest}, tag: \"t\", summary: \"s\") {{ product(id: $id) {{ id }} }}")
    };
    let cases = [
        ("query Q { products { id } }".to_owned(), "@rest is missing"),
        (head("method: GET, path: \"/api/v1/x/{id}\", data: \"nope\""), "does not select nope"),
        (head("method: GET, path: \"/api/v1/x/{key}\", data: \"product\""), "neither a variable"),
        (head("method: POST, path: \"/api/v1/x/{id}\", data: \"product\""), "mutations for the other methods"),
        (head("method: PUT, path: \"/api/v1/x/{id}\", data: \"product\""), "mutations for the other methods"),
        (
            "mutation M($input: RenameInput!) @rest(method: POST, path: \"/api/v1/x\", data: \"*\", tag: \"t\", \
             summary: \"s\") { rename(input: $input) { product { id } } }"
                .to_owned(),
            "does not select *",
        ),
        (head("method: GET, path: \"/x/{id}\", data: \"product\""), "not under /api/v1/"),
        (head("method: GET, path: \"/api/v1/x/{id}\", data: \"product\", deprecated: \"soon\""), "is no date"),
        (head("method: GET, path: \"/api/v1/x/{id}\", data: \"product\", nope: 1"), "no argument \"nope\""),
        (
            "query Q @rest(method: GET, path: \"/api/v1/x\", data: \"y\", tag: \"t\", summary: \"s\") { y }".to_owned(),
            "Cannot query field",
        ),
        ("{".to_owned(), "Syntax error"),
    ];
    for (text, expected) in cases {
        let documents = [RestDocument { name: "doc".to_owned(), text: text.clone() }];
        let errors = match RestApi::new(Arc::clone(&router), &documents, &Beside::new()) {
            Ok(_) => panic!("{text}"),
            Err(errors) => errors,
        };
        assert!(errors[0].problem.to_lowercase().contains(&expected.to_lowercase()), "{text}: {}", errors[0].problem);
    }
}
