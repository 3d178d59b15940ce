//! The sandbox's answers over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Form, Json};
use chrono::{NaiveDate, Utc};
use ring::digest;
use serde::Deserialize;
use serde_json::{Value, json};

use super::memory::{Decided, Memory, Person};
use super::{CHANNEL_KEY, Fault};

/// Longer than any client waits.
const NO_ANSWER: Duration = Duration::from_secs(120);

type Shared = State<Arc<Memory>>;

fn problem(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, Json(json!({ "type": kind, "message": message }))).into_response()
}

/// `GET /identity-verifications/{id}`.
pub(super) async fn find(State(memory): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let fault = memory.take_fault(&id);
    match fault {
        Some(Fault::Slow) => tokio::time::sleep(NO_ANSWER).await,
        Some(Fault::ServerError) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Truncated) => return Response::new(Body::from("{\"status\":\"VERI")),
        _ => {}
    }
    let authorization = headers.get(header::AUTHORIZATION);
    let known = authorization.is_some_and(|value| value.as_bytes().starts_with(b"PortOne "));
    if !known || fault == Some(Fault::Unauthorized) {
        return problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "인증 정보가 올바르지 않습니다");
    }
    let Some(decided) = memory.find(&id) else {
        return problem(StatusCode::NOT_FOUND, "IDENTITY_VERIFICATION_NOT_FOUND", "본인인증 건이 존재하지 않습니다");
    };
    Json(verification(&id, &decided, fault)).into_response()
}

fn verification(id: &str, decided: &Decided, fault: Option<Fault>) -> Value {
    let id = if fault == Some(Fault::OtherVerification) { "another-verification" } else { id };
    let channel = if fault == Some(Fault::OtherChannel) { "channel-key-test" } else { CHANNEL_KEY };
    let mut answer = json!({
        "status": "FAILED",
        "id": id,
        "channel": { "type": "TEST", "key": channel, "pgProvider": "DANAL", "pgMerchantId": "A010002002" },
        "requestedAt": decided.at,
        "updatedAt": decided.at,
        "statusChangedAt": decided.at,
        "version": "V2",
    });
    let Some(person) = &decided.person else {
        answer["requestedCustomer"] = json!({});
        answer["failure"] = json!({ "reason": "사용자가 본인인증을 취소하였습니다" });
        return answer;
    };
    answer["status"] = "VERIFIED".into();
    answer["verifiedAt"] = json!(decided.at);
    answer["pgTxId"] = json!(id);
    answer["pgRawResponse"] = "".into();
    answer["verifiedCustomer"] = json!({
        "name": person.name,
        "operator": "SKT",
        "phoneNumber": person.phone_number,
        "birthDate": person.birth_date,
        "gender": person.gender,
        "isForeigner": false,
        "ci": told_apart("ci", person),
        "di": told_apart("di", person),
    });
    if fault == Some(Fault::WithoutCi) {
        answer["verifiedCustomer"]["ci"] = Value::Null;
    }
    answer
}

/// What tells persons apart: the same for the same name, birthday and phone number.
fn told_apart(kind: &str, person: &Person) -> String {
    let text = format!("{kind}\0{}\0{}\0{}", person.name, person.birth_date, person.phone_number);
    let digest = digest::digest(&digest::SHA512, text.as_bytes());
    digest.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn page(title: &str, body: &str) -> Html<String> {
    Html(format!(
        r#"<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · Sandbox</title><style>
body{{font:16px/1.6 system-ui,sans-serif;max-width:24rem;margin:10vh auto;padding:0 1rem;color:#191f28}}
label{{display:block;margin:.75rem 0}}input,select{{width:100%;padding:.6rem;font:inherit;box-sizing:border-box}}
button{{width:100%;padding:.9rem;margin-top:.5rem;border:0;border-radius:12px;font:inherit;font-weight:600;cursor:pointer}}
#verify{{background:#1b64da;color:#fff}}#give-up{{background:#e5e8eb;color:#333d4b}}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"#
    ))
}

/// `GET /window/{id}`: the provider's page.
pub(super) async fn show() -> Html<String> {
    page(
        "본인인증",
        r#"<p>연습용 본인인증 화면입니다. (Sandbox: you are whoever, and as old as, you say you are.)</p>
<form method="post">
<label>이름<input name="name" autocomplete="off" value="김어른" required></label>
<label>생년월일<input name="birthDate" type="date" value="1990-01-01" required></label>
<label>성별<select name="gender"><option value="FEMALE">여</option><option value="MALE">남</option></select></label>
<label>휴대전화<input name="phoneNumber" inputmode="numeric" autocomplete="off" value="01012345678" required></label>
<button id="verify" name="action" value="verify">인증하기</button>
<button id="give-up" name="action" value="give-up" formnovalidate>취소</button></form>"#,
    )
}

/// What the person typed and decided.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Decision {
    name: String,
    birth_date: NaiveDate,
    gender: String,
    phone_number: String,
    action: String,
}

/// `POST /window/{id}`.
pub(super) async fn decide(State(memory): Shared, Path(id): Path<String>, Form(form): Form<Decision>) -> Response {
    let Decision { name, birth_date, gender, phone_number, action } = form;
    let person = (action == "verify").then_some(Person { name, birth_date, gender, phone_number });
    let text = if person.is_some() { "인증되었습니다" } else { "취소되었습니다" };
    if !memory.decide(&id, Decided { person, at: Utc::now() }) {
        return problem(StatusCode::CONFLICT, "IDENTITY_VERIFICATION_ALREADY_VERIFIED", "이미 인증 완료된 건입니다");
    }
    page(text, "<p>이 창을 닫고 계속하세요.</p>").into_response()
}

#[derive(Deserialize)]
pub(super) struct NewFault {
    fault: Fault,
    times: u32,
    id: Option<String>,
}

/// `POST /faults`.
pub(super) async fn set_fault(State(memory): Shared, Json(new): Json<NewFault>) -> StatusCode {
    memory.plan(new.fault, new.times, new.id);
    StatusCode::NO_CONTENT
}
