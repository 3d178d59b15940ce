//! A message provider for development and tests: Solapi's protocol, spoken by this process.
//!
//! It checks signatures and keeps what it took in memory. Numbers make faults: one that ends in 0001 has no KakaoTalk, one
//! in 0002 does not exist, and one in 0003 meets a server in trouble.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::phone::authorization_signature;

/// Where the sandbox lives in a process.
pub(crate) const PATH: &str = "/sandbox/solapi";
/// How many messages are kept.
const KEPT: usize = 200;

#[derive(Clone)]
struct Sandbox {
    secret: Arc<str>,
    taken: Arc<Mutex<VecDeque<Value>>>,
}

/// The provider's routes, below [`PATH`].
pub(crate) fn routes(secret: &str) -> Router {
    let sandbox = Sandbox { secret: secret.into(), taken: Arc::default() };
    Router::new().route("/messages/v4/send", post(send)).route("/messages/v4/list", get(list)).with_state(sandbox)
}

/// What was taken, the newest first.
async fn list(State(sandbox): State<Sandbox>) -> Json<Value> {
    let taken = sandbox.taken.lock().unwrap_or_else(PoisonError::into_inner);
    Json(json!({ "messageList": taken.iter().collect::<Vec<_>>() }))
}

async fn send(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let failed =
        |status, code: &str, message: &str| (status, Json(json!({ "errorCode": code, "errorMessage": message })));
    if !is_signed(&headers, &sandbox.secret) {
        return failed(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", "The signature does not match");
    }
    let message = &body["message"];
    let to = message["to"].as_str().unwrap_or_default();
    let kakao = message["type"] == "ATA";
    if to.ends_with("0003") {
        return failed(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "Try again");
    }
    if to.ends_with("0002") || to.len() < 9 {
        return failed(StatusCode::BAD_REQUEST, "ValidationError", "There is no such number");
    }
    if kakao && (to.ends_with("0001") || message["kakaoOptions"]["templateId"].as_str().is_none()) {
        return (StatusCode::OK, Json(json!({ "statusCode": "3104", "statusMessage": "카카오톡 미사용자" })));
    }
    let id = format!("M4V{}", uuid::Uuid::now_v7().as_simple());
    let mut taken = sandbox.taken.lock().unwrap_or_else(PoisonError::into_inner);
    taken.push_front(message.clone());
    taken.truncate(KEPT);
    (StatusCode::OK, Json(json!({ "messageId": id, "statusCode": "2000", "statusMessage": "정상 접수" })))
}

fn is_signed(headers: &HeaderMap, secret: &str) -> bool {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(parts) = header.strip_prefix("HMAC-SHA256 ") else { return false };
    let part =
        |name: &str| parts.split(", ").find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default();
    let salt = part("salt");
    salt.len() >= 12 && part("signature") == authorization_signature(secret, part("date"), salt)
}
