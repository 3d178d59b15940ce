//! A router that composes its subgraphs at start.

use std::time::Duration;

use platform::graph::print_sdl;
use serde_json::json;

use crate::folder::Folder;
use crate::ports::free_port;
use crate::support::{Accounts, Reviews, Server, serve, subgraph};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn schemas_come_from_files_and_from_subgraphs_that_start_late() {
    let folder = Folder::new();
    let [port, accounts, reviews] = [free_port(), free_port(), free_port()];
    folder.write("reviews.graphql", &print_sdl(&subgraph(Reviews)));
    let config = folder.write(
        "router.toml",
        &format!(
            "listen = '127.0.0.1:{port}'
             [subgraphs.accounts]
             url = 'http://127.0.0.1:{accounts}/graphql'
             [subgraphs.reviews]
             url = 'http://127.0.0.1:{reviews}/graphql'
             schema = 'reviews.graphql'
             protocol = 'http2'
             headers.propagate = ['authorization', 'x-tenant']
             headers.insert = {{ x-api-key = {{ env = 'REVIEWS_KEY' }}, x-tenant = 'ours' }}"
        ),
    );
    serve(subgraph(Reviews), reviews).await;
    let mut router = Server::start(&config, port, &[("REVIEWS_KEY", "k-1")]);
    // The router waits for the schema of the accounts.
    tokio::time::sleep(Duration::from_millis(500)).await;
    serve(subgraph(Accounts), accounts).await;
    router.until_ready().await;

    let answer = router.ask("{ me { name reviews } }", &[]).await;
    assert_eq!(answer, json!({ "data": { "me": { "name": "Haneul", "reviews": ["a review by u1"] } } }));

    let headers = [
        ("authorization", "Bearer of-the-client"),
        ("x-tenant", "theirs"),
        ("cookie", "session=1"),
        ("accept-language", "ko"),
        ("traceparent", TRACE),
    ];
    let answer = router.ask("{ toldAccounts toldReviews }", &headers).await;
    let trace = format!("traceparent: {TRACE}");
    let data = json!({
        "toldAccounts": [trace],
        "toldReviews": ["authorization: Bearer of-the-client", trace, "x-api-key: k-1", "x-tenant: ours"],
    });
    assert_eq!(answer, json!({ "data": data }));
}
