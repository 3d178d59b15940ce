//! Configurations that a router refuses, with a sentence that says which key is at fault.

use crate::folder::Folder;
use crate::ports::free_port;
use crate::support::{Accounts, Reviews, refused, serve, subgraph};

#[tokio::test(flavor = "multi_thread")]
async fn each_with_its_key() {
    let folder = Folder::new();
    let [accounts, nowhere] = [free_port(), free_port()];
    serve(subgraph(Accounts), accounts).await;
    let subgraph = |url: &str| format!("start_timeout = '1s'\n[subgraphs.accounts]\nurl = '{url}'\n");
    let there = subgraph(&format!("http://127.0.0.1:{accounts}/graphql"));
    for (text, arguments, reasons) in [
        ("subgraphs = 3".to_owned(), &[][..], &["subgraphs: invalid type"][..]),
        (subgraph("accounts.internal"), &[], &["subgraphs.accounts.url", "no http:// or https:// URL"]),
        (
            subgraph(&format!("http://127.0.0.1:{nowhere}/graphql")),
            &[],
            &["subgraphs.accounts", "no schema within 1s", "refused"],
        ),
        (
            subgraph(&format!("http://127.0.0.1:{accounts}/elsewhere")),
            &[],
            &["subgraphs.accounts", "gives no schema", "status 404"],
        ),
        (format!("{there}schema = 'missing.graphql'"), &[], &["subgraphs.accounts.schema", "missing.graphql"]),
        (
            format!("{there}headers.insert.x-key = {{ env = 'DOA_NO_SUCH_VARIABLE' }}"),
            &[],
            &["subgraphs.accounts.headers.insert.x-key", "DOA_NO_SUCH_VARIABLE"],
        ),
        (format!("listen = '192.0.2.1:1'\n{there}"), &[], &["listen: 192.0.2.1:1"]),
        (there.clone(), &["--override", "nobody=http://127.0.0.1"], &["there is no subgraph nobody"]),
        (there, &["--override", "accounts"], &["write name=url"]),
    ] {
        let config = folder.write("router.toml", &text);
        let said = tokio::task::block_in_place(|| refused(&config, arguments));
        for reason in reasons {
            assert!(said.contains(reason), "{text}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn subgraphs_that_do_not_compose() {
    let folder = Folder::new();
    let [one, other] = [free_port(), free_port()];
    serve(subgraph(Accounts), one).await;
    serve(subgraph(Reviews), other).await;
    folder.write("odd.graphql", "type Query { me: String }");
    let config = folder.write(
        "router.toml",
        &format!(
            "[subgraphs.accounts]\nurl = 'http://127.0.0.1:{one}/graphql'\n[subgraphs.odd]\n\
             url = 'http://127.0.0.1:{other}/graphql'\nschema = 'odd.graphql'"
        ),
    );
    let said = tokio::task::block_in_place(|| refused(&config, &[]));
    assert!(said.contains("do not compose") && said.contains("Query.me"), "{said}");
}
