//! The audit of GraphQL over HTTP: the checks of the npm package `graphql-http`.

use std::path::Path;
use std::process::Stdio;

use axum::Json;
use axum::routing::post;
use serde_json::json;

use crate::folder::Folder;
use crate::process::{Router, write_subgraphs};
use crate::suites::Subgraph;

const SCRIPT: &str = r#"
import { auditServer } from "graphql-http";
const results = await auditServer({ url: process.env.AUDIT_URL });
for (const { status, name, reason } of results) console.log(status.padEnd(6), name, status === "ok" ? "" : reason);
const passed = results.filter(({ status }) => status === "ok").length;
console.log(`\nchecks of GraphQL over HTTP that pass: ${passed}/${results.length}`);
process.exit(results.length > 0 && passed === results.length ? 0 : 1);
"#;

/// Prints the outcome of every check; whether nothing failed.
pub(crate) async fn run(packages: &Path) -> bool {
    // The checks ask for __typename and for what is not valid; a subgraph is there, but has nothing to say.
    let routes = axum::Router::new().route("/graphql", post(|| async { Json(json!({ "data": {} })) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let folder = Folder::new();
    let subgraph = Subgraph { name: "a".to_owned(), url, sdl: "type Query { a: Int }".to_owned() };
    let config = write_subgraphs(&folder, &[subgraph]);
    let router = Router::start(&["--compose"], &config).await.expect("the router starts");
    let status = tokio::process::Command::new("node")
        .args(["--input-type=module", "-e", SCRIPT])
        .current_dir(packages)
        .env("AUDIT_URL", &router.url)
        .stdin(Stdio::null())
        .status()
        .await
        .unwrap();
    status.success()
}
