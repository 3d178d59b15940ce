//! What `/openapi.json` tells of is what is served, in both shapes of the market.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::people::address;
use crate::support::{Market, Session, new_key};

#[tokio::test(flavor = "multi_thread")]
async fn both_shapes_serve_what_is_documented() {
    let mut market = Market::distributed().await;
    let (distributed, all_in_one) = (market.url.clone(), market.start_beside().await);
    let shop = market.open_shop(10).await;
    let buyer = market.sign_up().await;
    for url in [&distributed, &all_in_one] {
        every_documented_route_answers(&market, url).await;
        a_kept_answer_says_so(&market, url, &buyer, &shop.variant_id).await;
    }
    market.end().await;
}

async fn every_documented_route_answers(market: &Market, url: &str) {
    let document = market.http.get(format!("{url}/openapi.json")).send().await.unwrap();
    let document: Value = document.json().await.unwrap();
    let (mut asked, mut others) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            asked += 1;
            let method: Method = method.to_uppercase().parse().unwrap();
            let mut request = market.http.request(method.clone(), format!("{url}{}", filled(path)));
            if operation["requestBody"]["content"]["application/json"].is_object() {
                request = request.json(&json!({}));
            }
            let media = media_of_success(operation);
            others += usize::from(media.is_some_and(|media| media != "application/json"));
            if let Some(media) = media {
                request = request.header(header::ACCEPT, media);
            }
            if let Some(wrong) = unanswered(request.send().await.unwrap()).await {
                panic!("{method} {path} at {url}: {wrong}\n{}", market.logs());
            }
        }
    }
    assert!(asked > 300 && others > 5, "only {asked}, {others} of them no JSON");
    for path in ["/api/v1/nothing", "/files/one/two/three", "/webhooks/shipping"] {
        let answer = market.http.post(format!("{url}{path}")).send().await.unwrap();
        assert!(unanswered(answer).await.is_some(), "{path} at {url} seems to be a route");
    }
}

/// An order that is placed twice under one key is one order, by REST and by GraphQL.
async fn a_kept_answer_says_so(market: &Market, url: &str, buyer: &Session, variant_id: &str) {
    let input = json!({ "items": [{ "variantId": variant_id, "quantity": 1 }], "address": address() });
    let query = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }";
    let by_graph = json!({ "query": query, "variables": { "input": input } });
    let ways = [("/api/v1/orders", &input, 201, "/id"), ("/graphql", &by_graph, 200, "/data/placeOrder/order/id")];
    for (path, body, status, id) in ways {
        let key = new_key();
        let mut answers = Vec::new();
        for again in [false, true] {
            let request = market.http.post(format!("{url}{path}")).bearer_auth(&buyer.access_token);
            let answer = request.header("idempotency-key", &key).json(body).send().await.unwrap();
            assert_eq!(answer.status(), status, "{path} at {url}\n{}", market.logs());
            let replayed = answer.headers().get("idempotent-replayed");
            assert_eq!(replayed.is_some_and(|value| value == "true"), again, "{path} at {url}");
            let answer: Value = answer.json().await.unwrap();
            answers.push(answer.pointer(id).unwrap_or_else(|| panic!("no order in {answer}")).clone());
        }
        assert_eq!(answers[0], answers[1], "{path} at {url}");
    }
}

/// The media type that an operation documents for its success; none where it has no body.
fn media_of_success(operation: &Value) -> Option<&str> {
    let responses = operation["responses"].as_object()?;
    let success = responses.iter().find(|(status, _)| status.starts_with('2'))?.1;
    success["content"].as_object()?.keys().next().map(String::as_str)
}

/// The path of something that is not there.
fn filled(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{carrier}" => "CJ",
        parameter if parameter.starts_with('{') => "x",
        other => other,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Why nothing serves what was asked for; none where something does, if only to refuse it.
async fn unanswered(answer: Response) -> Option<String> {
    let status = answer.status().as_u16();
    let media = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = media.starts_with("text/html");
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    let nowhere = body["code"].is_null() || body["detail"] == "There is no such path.";
    (status == 405 || status == 406 || is_page || (status == 404 && nowhere)).then(|| format!("{status} {body}"))
}

/// Every code by which a command is refused has a status, and what is somebody else's or not the time for it has its own.
#[test]
fn every_refusal_has_a_status_on_purpose() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_str(&fs::read_to_string(root.join("schema/openapi.json")).unwrap()).unwrap();
    let statuses = &document["components"]["schemas"]["Problem"]["properties"]["code"]["x-statuses"];
    let api = fs::read_to_string(root.join("schema/api.graphql")).unwrap();
    let values = api.split_once("enum UserErrorCode {").unwrap().1.split_once("\n}").unwrap().0;
    let names = values.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_name = |line: &&str| line.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    let names: Vec<&str> = names.filter(is_name).collect();
    assert!(names.len() > 200, "only {}", names.len());
    for name in names {
        assert!(statuses[name].is_u64(), "{name}");
    }
    for (code, status) in [
        ("PERMISSION_MISSING", 403),
        ("NOT_YOUR_REQUEST", 403),
        ("NOT_YOUR_REVIEW", 403),
        ("NOT_YOUR_PART", 403),
        ("SECOND_PERSON_NEEDED", 403),
        ("APPROVAL_EXECUTED", 409),
        ("COMPLAINT_CLOSED", 409),
        ("BANNER_ENDED", 409),
        ("ALREADY_INVOICED", 409),
        ("SOLD_OUT", 409),
        ("REVIEW_NOT_FOUND", 404),
        ("QUOTA_EXCEEDED", 429),
        ("UNSUPPORTED_TYPE", 415),
        ("INVALID_NAME", 422),
    ] {
        assert_eq!(statuses[code], status, "{code}");
    }
}

/// Every path under /api that a service's code spells, so that none is served that is not told of.
#[test]
fn paths_of_services_are_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document: Value = serde_json::from_str(&fs::read_to_string(root.join("schema/openapi.json")).unwrap()).unwrap();
    let known: Vec<String> = document["paths"].as_object().unwrap().keys().map(|path| bare(path)).collect();
    let mut files = Vec::new();
    for folder in fs::read_dir(root.join("subgraphs")).unwrap().flatten() {
        sources(&folder.path().join("src"), &mut files);
    }
    let mut found = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for path in text.split('"').filter(|literal| literal.starts_with("/api/")) {
            found += 1;
            assert!(known.contains(&bare(path)), "{}: {path} is not in schema/openapi.json", file.display());
        }
    }
    assert!(found >= 3, "only {found}");
}

/// A path without the names of its parameters.
fn bare(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
