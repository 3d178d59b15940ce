//! A lean GraphQL client: one connection, kept alive, and no more of an answer read than is asked for.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// No request that takes longer belongs to a market that works.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A connection to the market, for requests one after the other.
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    graphql: String,
}

#[derive(Serialize)]
struct Request<'a, V> {
    query: &'a str,
    variables: V,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    #[serde(default)]
    errors: Vec<IgnoredAny>,
}

impl Client {
    pub(crate) fn new(url: &str) -> anyhow::Result<Self> {
        let http = platform::http_client::builder().http1_only().pool_max_idle_per_host(1).timeout(TIMEOUT).build()?;
        Ok(Self { http, url: url.to_owned(), graphql: format!("{url}/graphql") })
    }

    /// Sends an operation; its data as `T`.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: impl Serialize,
        token: Option<&str>,
        key: Option<&str>,
    ) -> anyhow::Result<T> {
        let body = serde_json::to_vec(&Request { query, variables })?;
        let mut request = self.http.post(&self.graphql).header(ACCEPT_LANGUAGE, "en").body(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let bytes = send(request).await?;
        let said = || excerpt(&bytes);
        let answer: Answer<T> = serde_json::from_slice(&bytes).with_context(said)?;
        ensure!(answer.errors.is_empty(), "{}", said());
        answer.data.with_context(said)
    }

    /// Sends a mutation of one field under an idempotency key of its own; its payload, which must hold no `userErrors`.
    pub(crate) async fn change(&self, query: &str, input: Value, token: Option<&str>) -> anyhow::Result<Value> {
        let key = uuid::Uuid::new_v4().to_string();
        let data: Value = self.ask(query, json!({ "input": input }), token, Some(&key)).await?;
        let Value::Object(fields) = data else { bail!("no data: {data}") };
        let payload = fields.into_iter().next().map(|(_, payload)| payload).context("a mutation without a field")?;
        ensure!(payload["userErrors"].as_array().is_some_and(Vec::is_empty), "refused: {payload}");
        Ok(payload)
    }

    /// What the buyer does in the payment window: the provider's key of the payment.
    pub(crate) async fn authorise(&self, order_id: &str, amount: i64) -> anyhow::Result<String> {
        let url = format!("{}/sandbox/toss/sandbox/authorize", self.url);
        let body = serde_json::to_vec(&json!({ "orderId": order_id, "amount": amount }))?;
        let bytes = send(self.http.post(url).body(body)).await.context("the sandbox")?;
        let answer: Value = serde_json::from_slice(&bytes).with_context(|| excerpt(&bytes))?;
        text(&answer["paymentKey"])
    }
}

async fn send(request: reqwest::RequestBuilder) -> anyhow::Result<Vec<u8>> {
    let response = request.header(CONTENT_TYPE, "application/json").send().await?;
    let status = response.status();
    let bytes = response.bytes().await?;
    ensure!(status.is_success(), "status {status}: {}", excerpt(&bytes));
    Ok(bytes.into())
}

/// A text of an answer.
pub(crate) fn text(value: &Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("no text: {value}"))
}

fn excerpt(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(1_000).collect()
}
