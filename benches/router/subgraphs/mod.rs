//! The benchmark's four subgraphs, served on loopback so cheaply that a router in front of them is what is measured.
//!
//! Each has a thread of its own. A question is executed once; from then on its answer is looked up by the bytes of the
//! question. What a router sends is not trusted to be the same again: another body is another question.

mod accounts;
mod inventory;
mod products;
mod reviews;

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use platform::graph::{LocalSchema, print_sdl};
use router::compose::{SubgraphSdl, compose};

/// Enough for every question that a run asks; what comes after that is executed each time.
const MOST_ANSWERS: usize = 50_000;

/// A subgraph and where it is served.
pub(crate) struct Subgraph {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    sdl: String,
    schema: Arc<dyn LocalSchema>,
}

impl Subgraph {
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/graphql", self.port)
    }

    /// Whether what listens on the subgraph's port has the subgraph's schema.
    async fn answers_as_itself(&self) -> anyhow::Result<bool> {
        let http = platform::http_client::builder().timeout(Duration::from_secs(5)).build()?;
        let question = r#"{"query":"{ _service { sdl } }"}"#;
        let request = http.post(self.url()).header("content-type", "application/json").body(question);
        let answer: serde_json::Value = serde_json::from_slice(&request.send().await?.bytes().await?)?;
        let own = self.schema.answer(serde_json::from_str(question)?).await;
        Ok(answer["data"] == serde_json::to_value(own.data)?)
    }
}

/// The four subgraphs, on ports from `first_port` on.
pub(crate) fn all(first_port: u16) -> [Subgraph; 4] {
    let (accounts, inventory) = (accounts::schema(), inventory::schema());
    let (products, reviews) = (products::schema(), reviews::schema());
    let subgraph = |name, place, sdl, schema| Subgraph { name, port: first_port + place, sdl, schema };
    [
        subgraph("accounts", 0, print_sdl(&accounts), Arc::new(accounts) as Arc<dyn LocalSchema>),
        subgraph("inventory", 1, print_sdl(&inventory), Arc::new(inventory)),
        subgraph("products", 2, print_sdl(&products), Arc::new(products)),
        subgraph("reviews", 3, print_sdl(&reviews), Arc::new(reviews)),
    ]
}

/// The supergraph of the subgraphs at their URLs.
pub(crate) fn supergraph(subgraphs: &[Subgraph]) -> anyhow::Result<String> {
    let sources: Vec<SubgraphSdl> = subgraphs
        .iter()
        .map(|subgraph| SubgraphSdl { name: subgraph.name.to_owned(), url: subgraph.url(), sdl: subgraph.sdl.clone() })
        .collect();
    let composed = compose(&sources).map_err(|errors| anyhow::anyhow!("the subgraphs do not compose: {errors:?}"))?;
    Ok(composed.sdl)
}

/// Whether the subgraphs are served already, by another run of this program.
///
/// # Errors
/// When something else, or not all of them, is there.
pub(crate) async fn are_served(subgraphs: &[Subgraph]) -> anyhow::Result<bool> {
    let mut served = 0;
    for subgraph in subgraphs {
        if tokio::net::TcpStream::connect(("127.0.0.1", subgraph.port)).await.is_ok() {
            ensure!(
                subgraph.answers_as_itself().await.unwrap_or(false),
                "port {} is taken by something that is not subgraph {} of this benchmark: choose another --first-port",
                subgraph.port,
                subgraph.name
            );
            served += 1;
        }
    }
    ensure!(served == 0 || served == subgraphs.len(), "only {served} of the subgraphs are served: end that run");
    Ok(served > 0)
}

/// Serves the subgraphs for as long as this process lives.
pub(crate) fn serve(subgraphs: [Subgraph; 4]) -> anyhow::Result<()> {
    for subgraph in subgraphs {
        let port = subgraph.port;
        let taken = || format!("port {port}, which subgraph {} needs", subgraph.name);
        let listener = TcpListener::bind(("127.0.0.1", port)).with_context(taken)?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let answers = Arc::new(Answers { schema: subgraph.schema, known: RwLock::default() });
        let routes = Router::new().route("/graphql", post(answer)).with_state(answers);
        std::thread::Builder::new().name(subgraph.name.to_owned()).spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
                    // A connection that cannot be hurried is only slower.
                    let _ = stream.set_nodelay(true);
                });
                axum::serve(listener, routes).await
            })
        })?;
    }
    Ok(())
}

struct Answers {
    schema: Arc<dyn LocalSchema>,
    known: RwLock<HashMap<Bytes, Bytes>>,
}

type Answered = (StatusCode, [(HeaderName, &'static str); 1], Bytes);

async fn answer(State(answers): State<Arc<Answers>>, question: Bytes) -> Answered {
    let known = answers.known.read().unwrap_or_else(PoisonError::into_inner).get(&question).cloned();
    if let Some(known) = known {
        return json(StatusCode::OK, known);
    }
    let request: async_graphql::Request = match serde_json::from_slice(&question) {
        Ok(request) => request,
        Err(error) => return json(StatusCode::BAD_REQUEST, error.to_string().into()),
    };
    let executed = answers.schema.answer(request).await;
    match serde_json::to_vec(&executed) {
        Ok(body) => {
            let body = Bytes::from(body);
            let mut known = answers.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() < MOST_ANSWERS {
                known.insert(question, body.clone());
            }
            json(StatusCode::OK, body)
        }
        Err(error) => json(StatusCode::INTERNAL_SERVER_ERROR, error.to_string().into()),
    }
}

fn json(status: StatusCode, body: Bytes) -> Answered {
    (status, [(header::CONTENT_TYPE, "application/json")], body)
}
