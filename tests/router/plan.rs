//! `doa-market plan`: what it prints, and what it refuses.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::folder::Folder;

const ACCOUNTS: &str = "type Query { me: User } type User @key(fields: \"id\") { id: ID! name: String }";
const REVIEWS: &str = "type User @key(fields: \"id\") { id: ID! reviews: [String!] }";
const OPERATIONS: &str = "
    query Name { me { name } }
    query Reviews($more: Boolean!) { me { name reviews @include(if: $more) } }";

/// A router's configuration with two subgraphs that nobody serves.
fn configured(folder: &Folder) -> std::path::PathBuf {
    folder.write("accounts.graphql", ACCOUNTS);
    folder.write("reviews.graphql", REVIEWS);
    folder.write(
        "router.toml",
        "[subgraphs.accounts]\nurl = 'http://127.0.0.1:1'\nschema = 'accounts.graphql'\n\
         [subgraphs.reviews]\nurl = 'http://127.0.0.1:1'\nschema = 'reviews.graphql'\n\
         headers.insert.x-key = { env = 'DOA_NO_SUCH_VARIABLE' }",
    )
}

/// Runs the command with an operation on its standard input.
fn plan(config: &Path, arguments: &[&str], operation: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doa-market"));
    command.args(["plan", "--compose"]).arg(config).args(arguments).arg("-");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(operation.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn printed(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_plan_is_told_as_text() {
    let folder = Folder::new();
    let config = configured(&folder);
    let operation = ["--operation", "Reviews", "--variables", r#"{"more":true}"#];
    let text = printed(plan(&config, &operation, OPERATIONS));
    // How an operation for a subgraph is spelt is no concern of this test.
    let told: Vec<&str> = text.lines().filter(|line| !line.contains('{') || line.starts_with("   for")).collect();
    assert_eq!(
        told,
        [
            "1. accounts",
            "2. reviews after 1",
            "   for me { __typename: \"User\" id }",
            "",
            "2 requests at most, 2 of them one after the other",
        ]
    );
    assert!(text.contains("_entities(") && text.contains("...on User"), "{text}");
    let without = ["--operation", "Reviews", "--variables", r#"{"more":false}"#];
    assert!(printed(plan(&config, &without, OPERATIONS)).ends_with("\n1 request\n"));
    assert_eq!(printed(plan(&config, &[], "{ __typename }")), "no subgraph is asked\n");
}

#[test]
fn a_plan_is_told_as_json() {
    let folder = Folder::new();
    let operation = ["--operation", "Reviews", "--variables", r#"{"more":true}"#, "--json"];
    let text = printed(plan(&configured(&folder), &operation, OPERATIONS));
    let plan: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plan["parts"][0][1]["subgraph"], "reviews");
    assert_eq!(plan["parts"][0][1]["after"], json!([0]));
    assert_eq!(plan["parts"][0][1]["entities"][0]["paths"], json!(["me"]));
}

#[test]
fn a_supergraph_is_as_good_as_its_subgraphs() {
    let folder = Folder::new();
    let mut compose = Command::new(env!("CARGO_BIN_EXE_doa-market"));
    let schemas = ["accounts", "reviews"].map(|name| format!("{name}={}/{name}.graphql", folder.path().display()));
    let config = configured(&folder);
    compose.args(["schema", "compose", "--subgraph", &schemas[0], "--subgraph", &schemas[1]]);
    let supergraph = folder.write("supergraph.graphql", &printed(compose.output().unwrap()));
    let operation = folder.write("operation.graphql", "{ me { reviews } }");
    let mut over_supergraph = Command::new(env!("CARGO_BIN_EXE_doa-market"));
    over_supergraph.args(["plan", "--supergraph"]).arg(supergraph).arg(operation);
    assert_eq!(printed(over_supergraph.output().unwrap()), printed(plan(&config, &[], "{ me { reviews } }")));
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let folder = Folder::new();
    let config = configured(&folder);
    let schemaless = folder.write("schemaless.toml", "[subgraphs.accounts]\nurl = 'http://127.0.0.1:1'");
    for (config, arguments, operation, reason) in [
        (&config, &[][..], "{ me {", "GRAPHQL_PARSE_FAILED"),
        (&config, &[], "{ me { age } }", "1:8: GRAPHQL_VALIDATION_FAILED"),
        (&config, &[], OPERATIONS, "OPERATION_NOT_FOUND"),
        (&config, &["--operation", "Reviews"], OPERATIONS, "more"),
        (&config, &["--variables", "{"], "{ me { name } }", "--variables"),
        (&schemaless, &[], "{ me { name } }", "subgraphs.accounts.schema: there is none"),
    ] {
        let refused = plan(config, arguments, operation);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && refused.stdout.is_empty() && said.contains(reason), "{operation}: {said}");
    }
}
