//! Which operations are valid: a schema, operations and the errors that each has.
//!
//! In `cases.txt` a line is an operation; lines with `!` after it begin the messages of all its errors, in any order. An
//! operation without such lines is valid.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use router::compose::{SubgraphSdl, compose};
use router::{GraphError, Request, Router, RouterSettings};

/// Nobody is asked.
struct Nobody;

impl SubgraphTransport for Nobody {
    fn execute(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async { Err(TransportError::Connection("nobody is there".to_owned())) })
    }
}

fn router() -> Arc<Router> {
    let sdl = include_str!("schema.graphql").to_owned();
    let supergraph = compose(&[SubgraphSdl { name: "a".to_owned(), url: String::new(), sdl }]).unwrap();
    let transports = HashMap::from([("a".to_owned(), Arc::new(Nobody) as Arc<dyn SubgraphTransport>)]);
    Router::new(RouterSettings::default(), &supergraph.sdl, transports).unwrap()
}

/// The errors of an operation; one that is valid, but cannot be executed, has none.
fn errors(router: &Router, query: &str) -> Vec<GraphError> {
    let request = Request { query: query.to_owned(), ..Request::default() };
    let errors = router.explain(request, &RequestContext::default()).err().unwrap_or_default();
    errors.into_iter().filter(|error| error.code.starts_with("GRAPHQL_")).collect()
}

#[test]
fn operations_have_the_errors_that_the_specification_wants() {
    let router = router();
    let mut cases: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in include_str!("cases.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("  ! ") {
            Some(message) => cases.last_mut().unwrap().1.push(message),
            None => cases.push((line, Vec::new())),
        }
    }
    assert!(cases.len() > 120, "{}", cases.len());
    let mut wrong = String::new();
    for (query, expected) in &cases {
        let mut messages: Vec<String> = errors(&router, query).into_iter().map(|error| error.message).collect();
        let all = messages.clone();
        let told = expected.iter().all(|start| {
            let at = messages.iter().position(|message| message.starts_with(start));
            at.map(|at| messages.remove(at)).is_some()
        });
        if !told || !messages.is_empty() {
            wrong.push_str(&format!("{query}\n  expected {expected:#?}\n  found {all:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn errors_say_where_they_are() {
    let router = router();
    let text = "{\n  dog {\r\n\t\tnope\r  }\n  # 개\n  개: cat { name }\n}";
    let error = &errors(&router, text)[0];
    assert_eq!((error.code.as_ref(), &error.locations), ("GRAPHQL_PARSE_FAILED", &vec![(6, 3)]));
    let error = &errors(&router, &text.replace("개:", ""))[0];
    assert_eq!(error.locations, [(3, 3)]);
    let error = &errors(&router, "{ dog {\n n: name\n n: nickname } }")[0];
    assert_eq!(error.locations, [(2, 2), (3, 2)]);
}

#[test]
fn no_more_errors_are_told_than_help() {
    let router = router();
    let query = format!("{{ dog {{ {} }} }}", "nope ".repeat(1_000));
    assert_eq!(errors(&router, &query).len(), 50);
}

#[test]
fn what_is_no_graphql_is_refused() {
    let router = router();
    for text in [
        "",
        "   # nothing",
        "{",
        "{}",
        "{ dog { } }",
        "{ dog { name }",
        "{ dog { name } } }",
        "{ dog { name: } }",
        "{ ... }",
        "{ dog { ...on } }",
        "{ a(b: ) }",
        "{ a() }",
        "{ a(b: $) }",
        "{ a(b: 01) }",
        "{ a(b: 1.) }",
        "{ a(b: .5) }",
        "{ a(b: 1e) }",
        "{ a(b: 1x) }",
        "{ a(b: -) }",
        "{ a(b: \"x) }",
        "{ a(b: \"\n\") }",
        "{ a(b: \"\\x\") }",
        "{ a(b: \"\\uD800\") }",
        "{ a(b: \"\"\"x\") }",
        "{ a(b: [1) }",
        "{ a(b: {c}) }",
        "{ a @ }",
        "{ a.b }",
        "query ($a) { dog { name } }",
        "query ($a: Int = $b) { dog { name } }",
        "query () { dog { name } }",
        "fragment on on Dog { name }",
        "fragment F { name }",
        "type T { a: Int }",
        "{ dog { name } } 개",
        "{ dog { name } } \u{0}",
        "{ dog { name } } \u{feff}?",
    ] {
        let errors = errors(&router, text);
        assert_eq!(errors.first().map(|error| error.code.as_ref()), Some("GRAPHQL_PARSE_FAILED"), "{text}: {errors:?}");
    }
    for text in [
        "\u{feff}{ dog { name } }",
        "\"what it is for\" query A(\"a\" $a: Int) { args { int(a: $a) } }",
        "{dog{name}}#",
        "query{dog{name,,,nickname}}",
        "{ dog { on: name type: nickname } }",
        "{ args { string(a: \"\"\" \u{3000}\n \u{3000}x \\\"\"\" \"\"\") } }",
        "{ args { any(a: [[{}], 123456789012345678901234567890, -0, 1E5, \"\\u{1F600}\"]) } }",
    ] {
        assert!(errors(&router, text).is_empty(), "{text}: {:?}", errors(&router, text));
    }
}
