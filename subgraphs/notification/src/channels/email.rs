//! E-mail by SMTP, or into a folder where there is no mail server.

use std::path::Path;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use super::SendError;

/// An e-mail.
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// Makes a repeated e-mail known as the same.
    pub(crate) id: String,
    /// Where the receiver refuses further advertising, when it is advertising.
    pub(crate) unsubscribe: Option<String>,
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

/// Sends e-mails.
pub(crate) struct Mailer {
    transport: Transport,
    from: Mailbox,
    domain: String,
}

impl Mailer {
    /// A mailer over the server of `url`, or into `folder` without one.
    ///
    /// # Errors
    /// When the URL or the sender's address is none, or the folder cannot be made.
    pub(crate) fn new(url: &str, from: &str, timeout: Duration, folder: &Path) -> Result<Self, String> {
        let from: Mailbox = from.parse().map_err(|error| format!("MAIL_FROM: {error}"))?;
        let transport = if url.is_empty() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            Transport::Folder(AsyncFileTransport::new(folder))
        } else {
            let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
            let builder = builder.map_err(|error| format!("SMTP_URL: {error}"))?;
            Transport::Smtp(builder.timeout(Some(timeout)).build())
        };
        let domain = from.email.domain().to_owned();
        Ok(Self { transport, from, domain })
    }

    /// Hands an e-mail over; returns what the server said.
    pub(crate) async fn send(&self, mail: Mail) -> Result<String, SendError> {
        let message = self.message(mail).map_err(SendError::Permanent)?;
        match &self.transport {
            Transport::Smtp(transport) => match transport.send(message).await {
                Ok(answer) => Ok(answer.message().collect::<Vec<_>>().join(" ")),
                Err(error) => Err(refusal(&error)),
            },
            Transport::Folder(transport) => {
                transport.send(message).await.map_err(|error| SendError::Temporary(error.to_string()))
            }
        }
    }

    fn message(&self, mail: Mail) -> Result<Message, String> {
        let to: Mailbox = mail.to.parse().map_err(|error| format!("the address cannot be written: {error}"))?;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject)
            .message_id(Some(format!("<{}@{}>", mail.id, self.domain)))
            .header(ContentType::TEXT_PLAIN);
        if let Some(url) = mail.unsubscribe {
            builder = builder.header(ListUnsubscribe(format!("<{url}>")));
        }
        builder.body(mail.text).map_err(|error| error.to_string())
    }
}

/// A server that answers 4xx, does not answer, or breaks off may take it later; one that answers 5xx never will.
fn refusal(error: &smtp::Error) -> SendError {
    let text = match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    if error.is_permanent() { SendError::Permanent(text) } else { SendError::Temporary(text) }
}

/// RFC 2369: where the receiver refuses further e-mails.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl lettre::message::header::Header for ListUnsubscribe {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), self.0.clone())
    }
}
