//! Strangers' subgraphs, and a router over them.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_graphql::{Context, EmptyMutation, EmptySubscription, ID, Object, Request, Schema, SimpleObject};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::ports::free_port;

const BINARY: &str = env!("CARGO_BIN_EXE_doa-market");

fn command(config: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(["router", "--compose"]).arg(config).args(arguments).env("LOG", "warn").env_remove("DOA_CONFIG");
    command.envs(environment.iter().copied()).stdin(Stdio::null());
    command
}

/// Runs a router that is expected to refuse its configuration; what it says.
pub(crate) fn refused(config: &Path, arguments: &[&str]) -> String {
    let port = free_port().to_string();
    let mut router = command(config, arguments, &[("PORT", &port)]).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let status = loop {
        if let Some(status) = router.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() > deadline {
            router.kill().unwrap();
            router.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut text = String::new();
    router.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(status.is_some_and(|status| !status.success()), "the router started: {text}");
    text
}

/// A router that serves.
pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts a router that is expected to listen on the port.
    pub(crate) fn start(config: &Path, port: u16, environment: &[(&str, &str)]) -> Self {
        let child = command(config, &[], environment).spawn().unwrap();
        Self { child, url: format!("http://127.0.0.1:{port}") }
    }

    pub(crate) async fn until_ready(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while reqwest_status(&format!("{}/health/ready", self.url)).await != Some(200) {
            assert!(self.child.try_wait().unwrap().is_none(), "the router ended");
            assert!(Instant::now() < deadline, "the router is not ready");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn ask(&self, query: &str, headers: &[(&str, &str)]) -> Value {
        let mut request = http().post(format!("{}/graphql", self.url)).json(&json!({ "query": query }));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn http() -> reqwest::Client {
    platform::http_client::builder().timeout(Duration::from_secs(10)).build().unwrap()
}

async fn reqwest_status(url: &str) -> Option<u16> {
    http().get(url).send().await.ok().map(|answer| answer.status().as_u16())
}

#[derive(SimpleObject)]
struct User {
    id: ID,
    name: String,
}

pub(crate) struct Accounts;

#[Object(name = "Query")]
impl Accounts {
    async fn me(&self) -> User {
        User { id: "u1".into(), name: "Haneul".to_owned() }
    }

    /// The headers that the subgraph was sent, beside those that every request has.
    async fn told_accounts(&self, ctx: &Context<'_>) -> Vec<String> {
        told(ctx)
    }

    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> User {
        User { id, name: "Haneul".to_owned() }
    }
}

struct Reviewer {
    id: ID,
}

#[Object(name = "User")]
impl Reviewer {
    async fn id(&self) -> &ID {
        &self.id
    }

    async fn reviews(&self) -> Vec<String> {
        vec![format!("a review by {}", self.id.as_str())]
    }
}

pub(crate) struct Reviews;

#[Object(name = "Query")]
impl Reviews {
    async fn told_reviews(&self, ctx: &Context<'_>) -> Vec<String> {
        told(ctx)
    }

    #[graphql(entity)]
    async fn find_user(&self, id: ID) -> Reviewer {
        Reviewer { id }
    }
}

fn told(ctx: &Context<'_>) -> Vec<String> {
    let headers: &HeaderMap = ctx.data_unchecked();
    let usual = ["accept", "content-length", "content-type", "host"];
    let mut told: Vec<String> = headers
        .iter()
        .filter(|(name, _)| !usual.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    told.sort();
    told
}

pub(crate) type Subgraph<Q> = Schema<Q, EmptyMutation, EmptySubscription>;

pub(crate) fn subgraph<Q: async_graphql::ObjectType + 'static>(query: Q) -> Subgraph<Q> {
    Schema::build(query, EmptyMutation, EmptySubscription).enable_federation().finish()
}

/// Serves a subgraph on a port.
pub(crate) async fn serve<Q: async_graphql::ObjectType + 'static>(schema: Subgraph<Q>, port: u16) {
    async fn answer<Q: async_graphql::ObjectType + 'static>(
        State(schema): State<Subgraph<Q>>,
        headers: HeaderMap,
        Json(request): Json<Request>,
    ) -> Json<async_graphql::Response> {
        Json(schema.execute(request.data(headers)).await)
    }
    let routes = Router::new().route("/graphql", post(answer::<Q>)).with_state(schema);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
}
