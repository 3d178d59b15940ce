//! A seller's system that keeps what is posted to it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;

/// A message that was posted.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) signature: String,
    pub(crate) event: String,
    pub(crate) delivery: String,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    answer: Arc<Mutex<StatusCode>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/hook", listener.local_addr().unwrap().port());
        let receiver = Self { url, posted: Arc::default(), answer: Arc::new(Mutex::new(StatusCode::OK)) };
        let routes = Router::new().route("/hook", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    pub(crate) fn answers(&self, status: StatusCode) {
        *self.answer.lock().unwrap() = status;
    }

    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let posted = Posted {
        signature: header("doa-signature"),
        event: header("doa-event"),
        delivery: header("doa-delivery"),
        body,
    };
    receiver.posted.lock().unwrap().push(posted);
    *receiver.answer.lock().unwrap()
}
