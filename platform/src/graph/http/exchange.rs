//! One request and its answer on a connection.

use std::future::{Future, poll_fn};
use std::io::Read as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use flate2::read::GzDecoder;
use http::{HeaderMap, Response, header};
use http_body_util::Full;
use hyper::body::{Body as _, Incoming};

use crate::graph::TransportError;

/// A request of ours: its body is whole before it is sent.
pub(super) type Request = http::Request<Full<Bytes>>;

/// An answer, its body read.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Bytes,
}

/// Why there is no answer.
pub(super) enum Broken {
    /// The request never left: it can be sent again, whatever it asks for.
    Unsent(TransportError),
    /// It may have been received; nothing of an answer came.
    Unanswered(TransportError),
    /// The answer is no good.
    Answer(TransportError),
}

impl Broken {
    pub(super) fn error(self) -> TransportError {
        match self {
            Self::Unsent(error) | Self::Unanswered(error) | Self::Answer(error) => error,
        }
    }

    pub(super) fn of(error: &hyper::client::conn::TrySendError<Request>) -> Self {
        let cause = connection(error.error());
        if error.message().is_some() { Self::Unsent(cause) } else { Self::Unanswered(cause) }
    }
}

pub(super) fn connection(error: &hyper::Error) -> TransportError {
    use std::error::Error as _;
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    TransportError::Connection(format!("{error}{cause}"))
}

/// What keeps a connection going while its answer is awaited. HTTP/2 connections have a task of their own.
pub(super) type Driver = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// Polls `work`, and the driver with it. `ended` says that the driver has: it must not be polled again.
pub(super) async fn drive<T>(
    driver: &mut Driver,
    ended: &mut bool,
    mut work: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Option<T> {
    poll_fn(move |context| {
        if let Poll::Ready(done) = work(context) {
            return Poll::Ready(Some(done));
        }
        if *ended {
            return Poll::Ready(None);
        }
        *ended = driver.as_mut().poll(context).is_ready();
        match work(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if *ended => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Collects a body in as few copies as its frames allow, up to the limit.
pub(super) struct Collector {
    limit: usize,
    whole: Bytes,
    parts: BytesMut,
}

impl Collector {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, whole: Bytes::new(), parts: BytesMut::new() }
    }

    /// Takes what has come; ready when it is the last, with the body.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        body: &mut Incoming,
    ) -> Poll<Result<Bytes, TransportError>> {
        loop {
            let frame = match Pin::new(&mut *body).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(frame) => frame,
            };
            match frame {
                None => return Poll::Ready(Ok(self.take())),
                Some(Err(error)) => return Poll::Ready(Err(connection(&error))),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if self.whole.len() + self.parts.len() + data.len() > self.limit {
                        return Poll::Ready(Err(TransportError::TooLarge(self.limit)));
                    }
                    self.add(data, body);
                }
            }
        }
    }

    fn add(&mut self, data: Bytes, body: &Incoming) {
        if self.whole.is_empty() && self.parts.is_empty() {
            self.whole = data;
            return;
        }
        if self.parts.is_empty() {
            let more = usize::try_from(body.size_hint().lower()).unwrap_or(0).min(self.limit);
            self.parts.reserve(self.whole.len() + data.len() + more);
            self.parts.extend_from_slice(&std::mem::take(&mut self.whole));
        }
        self.parts.extend_from_slice(&data);
    }

    fn take(&mut self) -> Bytes {
        if self.parts.is_empty() { std::mem::take(&mut self.whole) } else { self.parts.split().freeze() }
    }
}

/// Whether the answer's head already says that its body is too large.
pub(super) fn check_length(response: &Response<Incoming>, limit: usize) -> Result<(), TransportError> {
    let length = response.body().size_hint().lower();
    if usize::try_from(length).is_ok_and(|length| length <= limit) {
        Ok(())
    } else {
        Err(TransportError::TooLarge(limit))
    }
}

/// Undoes the compression that the head names.
pub(super) fn decode(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, TransportError> {
    match headers.get(header::CONTENT_ENCODING).map(http::HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(body),
        Some(b"gzip" | b"x-gzip") => {
            let mut plain = Vec::with_capacity((body.len() * 4).min(limit));
            let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            GzDecoder::new(&*body)
                .take(most)
                .read_to_end(&mut plain)
                .map_err(|error| TransportError::Connection(format!("the answer's gzip: {error}")))?;
            if plain.len() > limit { Err(TransportError::TooLarge(limit)) } else { Ok(plain.into()) }
        }
        Some(other) => {
            let name = String::from_utf8_lossy(other);
            Err(TransportError::Connection(format!("the answer is encoded as {name}, which nobody asked for")))
        }
    }
}
