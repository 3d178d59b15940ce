//! HTTP/2: a few connections that all requests share. Without TLS it is spoken from the first byte on (h2c).

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Mutex;

use super::connect::Server;
use super::exchange::{Answer, Broken, Collector, Request, check_length, connection, decode};
use crate::graph::TransportError;

/// More connections than cores would not be read any faster.
const MOST_CONNECTIONS: usize = 4;

/// The connections to one server.
pub(super) struct Http2 {
    server: Server,
    connections: Vec<Mutex<Option<SendRequest<Full<Bytes>>>>>,
    turn: AtomicUsize,
}

impl Http2 {
    pub(super) fn new(server: Server) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let connections = (0..cores.min(MOST_CONNECTIONS)).map(|_| Mutex::new(None)).collect();
        Self { server, connections, turn: AtomicUsize::new(0) }
    }

    /// Sends a request. Where its connection breaks before it brings an answer, and nothing can have happened
    /// (`repeatable`: nothing but reading), the request is sent once more, on a new one.
    pub(super) async fn ask(
        &self,
        request: impl Fn() -> Request,
        repeatable: bool,
        limit: usize,
    ) -> Result<Answer, TransportError> {
        let (sender, is_new) = self.sender().await?;
        match exchange(sender, request(), limit).await {
            Err(Broken::Unsent(_)) if !is_new => {}
            Err(Broken::Unanswered(_)) if !is_new && repeatable => {}
            done => return done.map_err(Broken::error),
        }
        let (sender, _) = self.sender().await?;
        exchange(sender, request(), limit).await.map_err(Broken::error)
    }

    /// The next connection in turn, and whether it was opened for this.
    async fn sender(&self) -> Result<(SendRequest<Full<Bytes>>, bool), TransportError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let mut slot = self.connections[turn].lock().await;
        if let Some(sender) = slot.as_ref().filter(|sender| !sender.is_closed()) {
            return Ok((sender.clone(), false));
        }
        let io = self.server.connect().await?;
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).adaptive_window(true);
        let (sender, driver) = builder.handshake(io).await.map_err(|error| connection(&error))?;
        tokio::spawn(async move {
            if let Err(error) = driver.await {
                tracing::debug!(%error, "an HTTP/2 connection ended");
            }
        });
        *slot = Some(sender.clone());
        Ok((sender, true))
    }
}

async fn exchange(mut sender: SendRequest<Full<Bytes>>, request: Request, limit: usize) -> Result<Answer, Broken> {
    sender.ready().await.map_err(|error| Broken::Unsent(connection(&error)))?;
    let response = sender.try_send_request(request).await.map_err(|error| Broken::of(&error))?;
    check_length(&response, limit).map_err(Broken::Answer)?;
    let (head, mut body) = response.into_parts();
    let mut collector = Collector::new(limit);
    let body = poll_fn(|context| collector.poll(context, &mut body)).await.map_err(Broken::Answer)?;
    let body = decode(&head.headers, body, limit).map_err(Broken::Answer)?;
    Ok(Answer { status: head.status.as_u16(), body })
}
