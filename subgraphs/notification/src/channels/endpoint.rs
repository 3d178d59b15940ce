//! Requests to sellers' systems, which may be anywhere but inside.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderName, HeaderValue};

use super::SendError;
use crate::webhook::is_public;

/// What is sent.
pub(crate) struct Post {
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) headers: [(&'static str, String); 3],
}

/// Looks names up and keeps the public addresses alone. The client connects to what was checked here, so that a name which
/// leads elsewhere a moment later changes nothing.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Why an endpoint's address is refused; names are checked again when they are looked up.
pub(crate) fn refused_url(url: &str, allow_private: bool) -> Option<&'static str> {
    let Ok(url) = Url::parse(url) else { return Some("it is no URL") };
    if !url.username().is_empty() || url.password().is_some() {
        return Some("it carries a user name");
    }
    if allow_private {
        return (!matches!(url.scheme(), "http" | "https")).then_some("it is not http");
    }
    let host = url.host_str().unwrap_or_default();
    // The parser has read every way to write an address.
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    if url.scheme() != "https" {
        Some("it is not https")
    } else if literal.is_some_and(|address| !is_public(address)) {
        Some("it is not public")
    } else if literal.is_none() && (!host.contains('.') || host.ends_with(".localhost") || host.ends_with('.')) {
        Some("it has no public name")
    } else {
        None
    }
}

/// Posts to sellers' systems.
pub(crate) struct Endpoints {
    client: reqwest::Client,
    allow_private: bool,
}

impl Endpoints {
    pub(crate) fn new(timeout: Duration, allow_private: bool) -> reqwest::Result<Self> {
        // The builder follows no redirects: they could lead inside.
        let builder = platform::http_client::builder().timeout(timeout).user_agent("DOA-Market-Webhooks/1");
        let builder = if allow_private { builder } else { builder.dns_resolver(PublicNames) };
        Ok(Self { client: builder.build()?, allow_private })
    }

    /// Posts; every 2xx counts as taken. What else the other side answers may change.
    pub(crate) async fn post(&self, post: Post) -> Result<String, SendError> {
        if let Some(reason) = refused_url(&post.url, self.allow_private) {
            return Err(SendError::Permanent(reason.to_owned()));
        }
        let mut request = self.client.post(&post.url).header("content-type", "application/json").body(post.body);
        for (name, value) in post.headers {
            let value = HeaderValue::try_from(value).map_err(|error| SendError::Permanent(error.to_string()))?;
            request = request.header(HeaderName::from_static(name), value);
        }
        let answer = request.send().await.map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            SendError::Temporary(format!("{} {cause}", error.without_url()).trim().to_owned())
        })?;
        let status = answer.status();
        if status.is_success() { Ok(status.to_string()) } else { Err(SendError::Temporary(status.to_string())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_outside() {
        for good in ["https://hooks.example.com/doa", "https://8.8.8.8/x", "https://hooks.example.co.kr:8443/x?a=b"] {
            assert_eq!(refused_url(good, false), None, "{good}");
        }
        for wrong in [
            "hooks.example.com",
            "http://hooks.example.com",
            "ftp://hooks.example.com",
            "https://localhost/x",
            "https://intranet/x",
            "https://a.localhost/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://[::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://169.254.169.254/latest/meta-data",
            "https://user:secret@hooks.example.com/",
        ] {
            assert!(refused_url(wrong, false).is_some(), "{wrong}");
        }
        assert_eq!(refused_url("http://127.0.0.1:8080/x", true), None);
        assert!(refused_url("file:///etc/passwd", true).is_some());
    }

    #[tokio::test]
    async fn names_that_lead_inside_are_not_found() {
        let resolved = PublicNames.resolve("localhost".parse().unwrap()).await;
        assert!(resolved.is_err());
    }

    #[tokio::test]
    async fn a_private_address_is_never_asked() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let endpoints = Endpoints::new(Duration::from_secs(2), false).unwrap();
        for host in ["127.0.0.1", "localhost", "localtest.me.localhost"] {
            let url = format!("https://{host}:{port}/");
            let post = Post {
                url,
                body: String::new(),
                headers: [("doa-a", String::new()), ("doa-b", String::new()), ("doa-c", String::new())],
            };
            assert!(matches!(endpoints.post(post).await, Err(SendError::Permanent(_))), "{host}");
        }
        let asked = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
        assert!(asked.is_err(), "somebody connected");
    }
}
