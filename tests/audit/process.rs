//! The real router, as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::ports::free_port;
use crate::suites::Subgraph;

const BINARY: &str = env!("CARGO_BIN_EXE_doa-market");

/// Writes the subgraphs' schemas into a folder, and the configuration file that names them.
pub(crate) fn write_subgraphs(folder: &Folder, subgraphs: &[Subgraph]) -> PathBuf {
    let mut config = String::new();
    for Subgraph { name, url, sdl } in subgraphs {
        folder.write(&format!("{name}.graphql"), sdl);
        config += &format!("[subgraphs.\"{name}\"]\nurl = \"{url}\"\nschema = \"{name}.graphql\"\n");
    }
    folder.write("router.toml", &config)
}

/// What `doa-market schema compose` makes of a configuration file; what it says where that is nothing.
pub(crate) fn compose(config: &Path) -> Result<String, String> {
    let output = Command::new(BINARY).args(["schema", "compose"]).arg(config).output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// A router that serves.
pub(crate) struct Router {
    child: Child,
    pub(crate) url: String,
    http: reqwest::Client,
}

impl Router {
    /// Starts a router with these arguments and waits until it is ready; none if it ends instead.
    pub(crate) async fn start(arguments: &[&str], file: &Path) -> Option<Self> {
        let port = free_port();
        let child = Command::new(BINARY)
            .arg("router")
            .args(arguments)
            .arg(file)
            .envs([("HOST", "127.0.0.1"), ("PORT", &port.to_string()), ("LOG", "error")])
            .env_remove("DOA_CONFIG")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let http = platform::http_client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        let mut router = Self { child, url: format!("http://127.0.0.1:{port}/graphql"), http };
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = router.http.get(format!("http://127.0.0.1:{port}/health/ready")).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Some(router);
            }
            if router.child.try_wait().unwrap().is_some() || Instant::now() > deadline {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn ask(&self, query: &str, variables: &Value) -> Value {
        ask(&self.http, &self.url, query, variables, &[]).await
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks any GraphQL endpoint.
pub(crate) async fn ask(
    http: &reqwest::Client,
    url: &str,
    query: &str,
    variables: &Value,
    headers: &[(&str, String)],
) -> Value {
    let mut request = http.post(url).json(&json!({ "query": query, "variables": variables }));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = request.send().await.unwrap_or_else(|error| panic!("{url}: {error}"));
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error}: {text}\n{query}"))
}
