//! The sandbox's payment window: one page with one button.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::handlers::Shared;

/// What the shop tells the window.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    order_id: String,
    amount: i64,
    #[serde(default)]
    tax_free_amount: i64,
    #[serde(default)]
    order_name: String,
    #[serde(default)]
    method: Option<String>,
    success_url: String,
    fail_url: String,
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) async fn show(Query(request): Query<Request>) -> Html<String> {
    let hidden: String = [
        ("orderId", request.order_id.as_str()),
        ("amount", &request.amount.to_string()),
        ("taxFreeAmount", &request.tax_free_amount.to_string()),
        ("orderName", &request.order_name),
        ("method", request.method.as_deref().unwrap_or("CARD")),
        ("successUrl", &request.success_url),
        ("failUrl", &request.fail_url),
    ]
    .iter()
    .map(|(name, value)| format!(r#"<input type="hidden" name="{name}" value="{}">"#, escape(value)))
    .collect();
    let tax_free = match request.tax_free_amount {
        0 => String::new(),
        won => format!("<dt>면세 금액</dt><dd>{won}원</dd>"),
    };
    Html(format!(
        r#"<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>결제 · Sandbox</title><style>
body{{font:16px/1.6 system-ui,sans-serif;max-width:24rem;margin:10vh auto;padding:0 1rem;color:#191f28}}
dl{{border:1px solid #d1d6db;border-radius:12px;padding:1rem}}dt{{color:#4e5968}}dd{{margin:0 0 .5rem;font-weight:600}}
button{{width:100%;padding:.9rem;margin-top:.5rem;border:0;border-radius:12px;font:inherit;font-weight:600;cursor:pointer}}
#pay{{background:#1b64da;color:#fff}}#cancel{{background:#e5e8eb;color:#333d4b}}</style></head>
<body><main><h1>결제하기</h1><p>연습용 결제창입니다. 실제로 결제되지 않습니다. (Sandbox: no money moves.)</p>
<dl><dt>상품</dt><dd>{name}</dd><dt>금액</dt><dd>{amount}원</dd>{tax_free}</dl>
<form method="post">{hidden}<button id="pay" name="action" value="pay">결제</button>
<button id="cancel" name="action" value="cancel">취소</button></form></main></body></html>"#,
        name = escape(&request.order_name),
        amount = request.amount,
    ))
}

/// The form of the page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pressed {
    order_id: String,
    amount: i64,
    #[serde(default)]
    tax_free_amount: i64,
    method: String,
    success_url: String,
    fail_url: String,
    action: String,
}

pub(super) async fn pay(State(payments): Shared, Form(pressed): Form<Pressed>) -> Response {
    let target = if pressed.action == "pay" { &pressed.success_url } else { &pressed.fail_url };
    let Ok(mut url) = reqwest::Url::parse(target) else {
        return (StatusCode::BAD_REQUEST, "successUrl and failUrl are absolute URLs").into_response();
    };
    if pressed.action == "pay" {
        if !(0..=pressed.amount).contains(&pressed.tax_free_amount) {
            return (StatusCode::BAD_REQUEST, "taxFreeAmount is a part of the amount").into_response();
        }
        let money = (pressed.amount, pressed.tax_free_amount);
        let Ok(payment) = payments.authorize(&pressed.order_id, money, &pressed.method, None) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        url.query_pairs_mut()
            .append_pair("paymentKey", &payment.payment_key)
            .append_pair("orderId", &pressed.order_id)
            .append_pair("amount", &pressed.amount.to_string());
    } else {
        url.query_pairs_mut()
            .append_pair("code", "PAY_PROCESS_CANCELED")
            .append_pair("message", "사용자가 결제를 취소하였습니다.")
            .append_pair("orderId", &pressed.order_id);
    }
    Redirect::to(url.as_str()).into_response()
}
