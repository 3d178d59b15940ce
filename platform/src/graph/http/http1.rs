//! HTTP/1.1 with connections kept alive.
//!
//! A connection has no task of its own: who waits for its answer drives it. That saves the way from task to task, which
//! on a busy router costs more than the reading and writing. A connection at rest is driven once before it is used
//! again, which shows whether the server has closed it.

use std::collections::VecDeque;
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};

use super::connect::Server;
use super::exchange::{Answer, Broken, Collector, Driver, Request, check_length, connection, decode, drive};
use crate::graph::TransportError;

/// The connections to one server.
pub(super) struct Http1 {
    server: Server,
    /// At rest, the longest first.
    idle: Mutex<VecDeque<Line>>,
    most_idle: usize,
    idle_limit: Duration,
}

/// A connection.
struct Line {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
    ended: bool,
    rests_since: Instant,
}

impl Http1 {
    pub(super) fn new(server: Server, most_idle: usize, idle_limit: Duration) -> Self {
        Self { server, idle: Mutex::default(), most_idle, idle_limit }
    }

    /// Sends a request, on a connection at rest where there is one. Where that breaks before it brings an answer, and
    /// nothing can have happened (`repeatable`: nothing but reading), the request is sent once more, on a new one.
    pub(super) async fn ask(
        &self,
        request: impl Fn() -> Request,
        repeatable: bool,
        limit: usize,
    ) -> Result<Answer, TransportError> {
        while let Some(mut line) = self.rested() {
            if !line.is_ready().await {
                continue;
            }
            match line.exchange(request(), limit).await {
                Ok(answer) => {
                    self.keep(line);
                    return Ok(answer);
                }
                Err(Broken::Unsent(_)) => break,
                Err(Broken::Unanswered(_)) if repeatable => break,
                Err(broken) => return Err(broken.error()),
            }
        }
        let mut line = self.open().await?;
        let answer = line.exchange(request(), limit).await.map_err(Broken::error)?;
        self.keep(line);
        Ok(answer)
    }

    async fn open(&self) -> Result<Line, TransportError> {
        let io = self.server.connect().await?;
        let (sender, driver) = http1::handshake(io).await.map_err(|error| connection(&error))?;
        Ok(Line { sender, driver: Box::pin(driver), ended: false, rests_since: Instant::now() })
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Line>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that has rested shortest.
    fn rested(&self) -> Option<Line> {
        let mut idle = self.idle();
        while idle.front().is_some_and(|line| line.rests_since.elapsed() > self.idle_limit) {
            idle.pop_front();
        }
        idle.pop_back()
    }

    fn keep(&self, mut line: Line) {
        if line.ended {
            return;
        }
        line.rests_since = Instant::now();
        let mut idle = self.idle();
        if idle.len() < self.most_idle {
            idle.push_back(line);
        }
    }
}

impl Line {
    /// Whether the server has left the connection open.
    async fn is_ready(&mut self) -> bool {
        let Self { sender, driver, ended, .. } = self;
        poll_fn(|context| {
            if driver.as_mut().poll(context).is_ready() {
                *ended = true;
                return Poll::Ready(false);
            }
            // What a server has left undone of the last answer, or sends unasked, is not waited for.
            Poll::Ready(sender.is_ready())
        })
        .await
    }

    async fn exchange(&mut self, request: Request, limit: usize) -> Result<Answer, Broken> {
        let lost = || TransportError::Connection("the connection was closed".to_owned());
        let Self { sender, driver, ended, .. } = self;
        let mut sending = pin!(sender.try_send_request(request));
        let sent = drive(driver, ended, |context| sending.as_mut().poll(context)).await;
        let response = match sent {
            Some(sent) => sent.map_err(|error| Broken::of(&error))?,
            None => return Err(Broken::Unanswered(lost())),
        };
        check_length(&response, limit).map_err(Broken::Answer)?;
        let (head, mut body) = response.into_parts();
        let mut collector = Collector::new(limit);
        let collected = drive(driver, ended, |context| collector.poll(context, &mut body)).await;
        let body = collected.unwrap_or_else(|| Err(lost())).map_err(Broken::Answer)?;
        let body = decode(&head.headers, body, limit).map_err(Broken::Answer)?;
        Ok(Answer { status: head.status.as_u16(), body })
    }
}
