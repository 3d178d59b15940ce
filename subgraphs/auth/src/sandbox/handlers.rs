//! The sandbox's answers over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::people::{Agreed, People, Person};
use super::{Fault, issuer};
use crate::providers::OauthProvider;

/// Longer than any client waits.
const NO_ANSWER: Duration = Duration::from_secs(120);
/// The page of the web client that browsers come back to.
const CALLBACK: &str = "/oauth/callback";

type Shared = State<Arc<People>>;

fn provider(path: &str) -> Result<OauthProvider, StatusCode> {
    OauthProvider::ALL.iter().copied().find(|provider| provider.path() == path).ok_or(StatusCode::NOT_FOUND)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What the browser is sent here with.
#[derive(Clone, Deserialize)]
pub(super) struct Asked {
    client_id: String,
    redirect_uri: String,
    state: String,
    #[serde(default)]
    nonce: String,
    code_challenge: String,
}

/// `GET /{provider}/authorize`: the provider's page.
pub(super) async fn show(Path(path): Path<String>, Query(asked): Query<Asked>) -> Result<Html<String>, StatusCode> {
    let provider = provider(&path)?;
    let hidden: String = [
        ("client_id", &asked.client_id),
        ("redirect_uri", &asked.redirect_uri),
        ("state", &asked.state),
        ("nonce", &asked.nonce),
        ("code_challenge", &asked.code_challenge),
    ]
    .iter()
    .map(|(name, value)| format!(r#"<input type="hidden" name="{name}" value="{}">"#, escape(value)))
    .collect();
    Ok(Html(format!(
        r#"<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name} 로그인 · Sandbox</title><style>
body{{font:16px/1.6 system-ui,sans-serif;max-width:24rem;margin:10vh auto;padding:0 1rem;color:#191f28}}
label{{display:block;margin:.75rem 0}}input:not([type=checkbox]){{width:100%;padding:.6rem;font:inherit;box-sizing:border-box}}
button{{width:100%;padding:.9rem;margin-top:.5rem;border:0;border-radius:12px;font:inherit;font-weight:600;cursor:pointer}}
#agree{{background:#1b64da;color:#fff}}#deny{{background:#e5e8eb;color:#333d4b}}</style></head>
<body><main><h1>{name} 로그인</h1><p>연습용 로그인 화면입니다. (Sandbox: you are whoever you say you are.)</p>
<form method="post">{hidden}
<label>이메일<input name="email" type="email" autocomplete="off" value="friend@example.com"></label>
<label>이름<input name="name" autocomplete="off" value="김친구"></label>
<label><input type="checkbox" name="verified" value="true" checked> 인증된 이메일</label>
<button id="agree" name="action" value="agree">동의하고 계속하기</button>
<button id="deny" name="action" value="deny">취소</button></form></main></body></html>"#,
        name = provider.as_str()
    )))
}

/// What the person decided.
#[derive(Deserialize)]
pub(super) struct Decision {
    #[serde(flatten)]
    asked: Asked,
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    verified: Option<String>,
    action: String,
}

/// `POST /{provider}/authorize`: sends the browser back.
pub(super) async fn decide(
    State(people): Shared,
    Path(path): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Redirect, StatusCode> {
    let provider = provider(&path)?;
    let Decision { asked, email, name, verified, action } = decision;
    let mut back = reqwest::Url::parse(&asked.redirect_uri).map_err(|_| StatusCode::BAD_REQUEST)?;
    if back.path() != CALLBACK {
        return Err(StatusCode::BAD_REQUEST);
    }
    let fault = people.take_fault(&[Fault::Denied, Fault::WrongState]);
    let state = if fault == Some(Fault::WrongState) { "another-state" } else { &asked.state };
    if action != "agree" || fault == Some(Fault::Denied) {
        back.query_pairs_mut().append_pair("error", "access_denied").append_pair("state", state);
        return Ok(Redirect::to(back.as_str()));
    }
    let code = people.agree(Agreed {
        person: Person::new(provider, &email, &name, verified.is_some()),
        client_id: asked.client_id,
        redirect_uri: asked.redirect_uri,
        nonce: asked.nonce,
        challenge: asked.code_challenge,
    });
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", state);
    Ok(Redirect::to(back.as_str()))
}

/// What a code is exchanged with.
#[derive(Deserialize)]
pub(super) struct Exchanged {
    grant_type: String,
    client_id: String,
    code: String,
    code_verifier: String,
    redirect_uri: String,
}

/// `POST /{provider}/token`.
pub(super) async fn exchange(
    State(people): Shared,
    Path(path): Path<String>,
    Form(asked): Form<Exchanged>,
) -> Result<Response, StatusCode> {
    let provider = provider(&path)?;
    let fault = people.take_fault(&[
        Fault::ExpiredCode,
        Fault::BadSignature,
        Fault::WrongNonce,
        Fault::WrongAudience,
        Fault::Slow,
        Fault::ServerError,
    ]);
    match fault {
        Some(Fault::Slow) => tokio::time::sleep(NO_ANSWER).await,
        Some(Fault::ServerError) => return Err(StatusCode::INTERNAL_SERVER_ERROR),
        _ => {}
    }
    let agreed = people.take(&asked.code).filter(|agreed| {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked.code_verifier));
        asked.grant_type == "authorization_code"
            && agreed.person.provider == provider
            && agreed.client_id == asked.client_id
            && agreed.redirect_uri == asked.redirect_uri
            && agreed.challenge == challenge
    });
    let Some(agreed) = agreed.filter(|_| fault != Some(Fault::ExpiredCode)) else {
        let error = Json(json!({ "error": "invalid_grant" }));
        // As the real ones do: Naver's errors have status 200.
        let status = if provider == OauthProvider::Naver { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        return Ok((status, error).into_response());
    };
    let mut answer = json!({ "token_type": "bearer", "expires_in": 3_600,
        "access_token": people.token_of(agreed.person.clone()) });
    if provider != OauthProvider::Naver {
        let token = people.signed(&claims(&agreed, fault), fault == Some(Fault::BadSignature));
        answer["id_token"] = json!(token.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?);
    }
    Ok(Json(answer).into_response())
}

fn claims(agreed: &Agreed, fault: Option<Fault>) -> Value {
    let now = chrono::Utc::now().timestamp();
    let person = &agreed.person;
    let nonce = if fault == Some(Fault::WrongNonce) { "another-nonce" } else { &agreed.nonce };
    let audience = if fault == Some(Fault::WrongAudience) { "another-client" } else { &agreed.client_id };
    let mut claims = json!({ "iss": issuer(person.provider), "aud": audience, "sub": person.subject, "iat": now,
        "exp": now + 3_600, "nonce": nonce, "email": person.email });
    if person.provider == OauthProvider::Google {
        claims["email_verified"] = json!(person.verified);
        claims["name"] = json!(person.name);
    } else {
        claims["nickname"] = json!(person.name);
    }
    claims
}

/// `GET /{provider}/keys`.
pub(super) async fn keys(State(people): Shared) -> Json<Value> {
    Json(people.published().clone())
}

/// `GET /{provider}/me`.
pub(super) async fn profile(
    State(people): Shared,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let provider = provider(&path)?;
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let person = bearer.and_then(|value| value.strip_prefix("Bearer ")).and_then(|token| people.person(token));
    let person = person.filter(|person| person.provider == provider).ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(Json(match provider {
        OauthProvider::Naver => json!({ "resultcode": "00", "message": "success",
            "response": { "id": person.subject, "email": person.email, "name": person.name } }),
        OauthProvider::Kakao => json!({ "id": 1, "kakao_account": { "email": person.email, "is_email_valid": true,
            "is_email_verified": person.verified } }),
        OauthProvider::Google => json!({ "sub": person.subject, "email": person.email }),
    }))
}

#[derive(Deserialize)]
pub(super) struct NewFault {
    fault: Fault,
    times: u32,
}

/// `POST /faults`.
pub(super) async fn set_fault(State(people): Shared, Json(new): Json<NewFault>) -> StatusCode {
    people.plan(new.fault, new.times);
    StatusCode::NO_CONTENT
}
