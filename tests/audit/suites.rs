//! The federation audit's suites, as its server tells them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct Subgraph {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) sdl: String,
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) query: String,
    pub(crate) expected: Expected,
}

#[derive(Deserialize)]
pub(crate) struct Expected {
    #[serde(default)]
    pub(crate) data: Value,
    #[serde(default)]
    pub(crate) errors: bool,
}

/// A suite: subgraphs, the supergraph that is expected of them, and operations with what is expected of those.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) subgraphs: Vec<Subgraph>,
    pub(crate) supergraph: String,
    server: String,
}

impl Suite {
    /// All suites of a server.
    pub(crate) async fn all(server: &str, only: Option<&str>) -> Vec<Self> {
        let mut suites = Vec::new();
        let names: Vec<String> = json(&format!("{server}/ids")).await;
        for name in names.into_iter().filter(|name| only.is_none_or(|only| only == name)) {
            let subgraphs = json(&format!("{server}/{name}/subgraphs")).await;
            let supergraph = text(&format!("{server}/{name}/supergraph")).await;
            suites.push(Self { name, subgraphs, supergraph, server: server.to_owned() });
        }
        suites
    }

    /// Its cases, those with ids of their own with new ones each time.
    pub(crate) async fn cases(&self) -> Vec<Case> {
        json(&format!("{}/{}/tests", self.server, self.name)).await
    }
}

async fn text(url: &str) -> String {
    let http = platform::http_client::builder().build().unwrap();
    let answer = http.get(url).send().await.unwrap_or_else(|error| panic!("{url}: {error}"));
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    answer.text().await.unwrap()
}

async fn json<T: DeserializeOwned>(url: &str) -> T {
    serde_json::from_str(&text(url).await).unwrap_or_else(|error| panic!("{url}: {error}"))
}
