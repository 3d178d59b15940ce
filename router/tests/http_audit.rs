//! The audits of the npm package `graphql-http` against our endpoint, where `GRAPHQL_HTTP_AUDIT` names a folder in
//! whose `node_modules` the package is installed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use router::{Access, Edge, RouterSettings};
use support::market_with;

const SCRIPT: &str = r#"
import { auditServer } from "graphql-http";
const results = await auditServer({ url: process.env.AUDIT_URL });
for (const result of results) if (result.status !== "ok") console.log(result.status, result.name, result.reason);
console.log(`${results.filter((result) => result.status === "ok").length} of ${results.length} ok`);
process.exit(results.every((result) => result.status === "ok") ? 0 : 1);
"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the npm package graphql-http: GRAPHQL_HTTP_AUDIT names the folder where it is installed"]
async fn passes_every_audit() {
    let folder = std::env::var("GRAPHQL_HTTP_AUDIT").expect("GRAPHQL_HTTP_AUDIT names a folder");
    let market = market_with(RouterSettings::default(), false);
    let edge = Edge {
        router: market.router,
        access: Access::Refused,
        internal: None,
        trusts_forwarded: false,
        propagated: Arc::default(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, edge.graphql_routes()).await.unwrap() });
    let output = tokio::process::Command::new("node")
        .args(["--input-type=module", "-e", SCRIPT])
        .current_dir(folder)
        .env("AUDIT_URL", url)
        .output()
        .await
        .unwrap();
    serving.abort();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{text}");
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}
