//! 알림톡, and SMS where it does not arrive, by a message provider.

use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use futures::future::BoxFuture;
use hmac::{Hmac, Mac as _};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::SendError;

/// What a message says, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) to: String,
    pub(crate) body: String,
    /// The approved 알림톡 template; the provider compares the text with it.
    pub(crate) template: String,
}

/// Somebody who sends messages to phones.
pub(crate) trait MessageProvider: Send + Sync {
    /// Sends 알림톡; returns the provider's id of the message.
    fn send_alimtalk(&self, text: Text) -> BoxFuture<'_, Result<String, SendError>>;

    /// Sends SMS, or LMS where the text is long; returns the provider's id of the message.
    fn send_sms(&self, text: Text) -> BoxFuture<'_, Result<String, SendError>>;
}

/// Sends 알림톡, and SMS when the provider says that 알림톡 never will arrive. Advertising goes by SMS at once: 알림톡 may
/// carry none. Returns which way it went, with the provider's id.
pub(crate) async fn send_message(
    provider: &dyn MessageProvider,
    to: &str,
    template: &str,
    body: String,
    marketing: bool,
) -> Result<String, SendError> {
    let text = Text { to: to.chars().filter(char::is_ascii_digit).collect(), body, template: template.to_owned() };
    if !marketing {
        match provider.send_alimtalk(text.clone()).await {
            Ok(id) => return Ok(format!("알림톡 {id}")),
            Err(SendError::Permanent(reason)) => tracing::debug!(reason, "no 알림톡; trying SMS"),
            Err(temporary) => return Err(temporary),
        }
    }
    provider.send_sms(text).await.map(|id| format!("SMS {id}"))
}

/// Solapi's HTTP API.
pub(crate) struct Solapi {
    pub(crate) client: reqwest::Client,
    pub(crate) base: String,
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) from: String,
    pub(crate) channel: String,
}

/// The longest SMS in bytes of EUC-KR; longer ones are LMS.
const LONGEST_SMS: usize = 90;

/// What Solapi answers, in both cases.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    message_id: String,
    #[serde(default)]
    status_code: String,
    #[serde(default)]
    status_message: String,
    #[serde(default)]
    error_code: String,
    #[serde(default)]
    error_message: String,
}

impl Solapi {
    pub(crate) fn client(timeout: Duration) -> reqwest::Result<reqwest::Client> {
        platform::http_client::builder().timeout(timeout).build()
    }

    async fn send(&self, message: Value) -> Result<String, SendError> {
        let temporary = |error: reqwest::Error| SendError::Temporary(error.without_url().to_string());
        let date = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let salt = hex::encode(rand::random::<[u8; 16]>());
        let signature = authorization_signature(&self.secret, &date, &salt);
        let authorization = format!("HMAC-SHA256 apiKey={}, date={date}, salt={salt}, signature={signature}", self.key);
        let answer = self
            .client
            .post(format!("{}/messages/v4/send", self.base))
            .header("authorization", authorization)
            .json(&json!({ "message": message }))
            .send()
            .await
            .map_err(temporary)?;
        let status = answer.status();
        let answer: Answer = answer.json().await.map_err(temporary)?;
        let reason =
            format!("{}{} {}{}", answer.error_code, answer.status_code, answer.error_message, answer.status_message);
        // Codes that begin with 2 are taken; a server's own trouble and too many requests pass.
        if status.is_success() && answer.status_code.starts_with('2') {
            Ok(answer.message_id)
        } else if status.is_server_error() || matches!(status.as_u16(), 401 | 403 | 408 | 429) {
            Err(SendError::Temporary(format!("{status} {reason}")))
        } else {
            Err(SendError::Permanent(reason))
        }
    }

    fn message(&self, text: &Text) -> Value {
        json!({ "to": text.to, "from": self.from.replace('-', ""), "text": text.body })
    }
}

/// HMAC-SHA256 over date and salt.
pub(crate) fn authorization_signature(secret: &str, date: &str, salt: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{date}{salt}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

impl MessageProvider for Solapi {
    fn send_alimtalk(&self, text: Text) -> BoxFuture<'_, Result<String, SendError>> {
        Box::pin(async move {
            let mut message = self.message(&text);
            message["type"] = json!("ATA");
            // The fallback is ours, so that it is known which way a message went.
            message["kakaoOptions"] = json!({ "pfId": self.channel, "templateId": text.template, "disableSms": true });
            self.send(message).await
        })
    }

    fn send_sms(&self, text: Text) -> BoxFuture<'_, Result<String, SendError>> {
        Box::pin(async move {
            let mut message = self.message(&text);
            // Korean takes two bytes.
            let bytes: usize = text.body.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
            message["type"] = json!(if bytes <= LONGEST_SMS { "SMS" } else { "LMS" });
            self.send(message).await
        })
    }
}
