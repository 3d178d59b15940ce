//! Operations that are made to take long are answered or refused, in time: what anybody sends costs no more than it should.
//!
//! Times here only tell seconds from milliseconds, since tests are not optimised and share a machine; how long each takes
//! in a release build `cargo bench -p router --bench planning` tells.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/hostile.rs"]
mod operations;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::{Name, Value};
use futures::future::BoxFuture;
use platform::graph::{GraphAnswer, GraphRequest, RequestContext, SubgraphTransport, TransportError};
use router::compose::{SubgraphSdl, compose};
use router::{Request, Router, RouterSettings};

/// Answers every request with nothing.
struct Silent;

impl SubgraphTransport for Silent {
    fn execute(&self, _: GraphRequest) -> BoxFuture<'_, Result<GraphAnswer, TransportError>> {
        Box::pin(async { Ok(GraphAnswer::Json { status: 200, body: b"{\"data\":{}}".to_vec().into() }) })
    }
}

const LONGEST: Duration = Duration::from_millis(500);

fn router(sources: &[SubgraphSdl]) -> Arc<Router> {
    let supergraph = compose(sources).unwrap();
    let transports = sources
        .iter()
        .map(|source| (source.name.clone(), Arc::new(Silent) as Arc<dyn SubgraphTransport>))
        .collect::<HashMap<_, _>>();
    Router::new(RouterSettings::default(), &supergraph.sdl, transports).unwrap()
}

#[tokio::test]
async fn operations_are_answered_or_refused_in_time() {
    let router = router(&operations::graph());
    let mut slow = Vec::new();
    for (name, query) in operations::operations() {
        let request = Request { query, ..Request::default() };
        let started = Instant::now();
        let response = router.execute(request, &RequestContext::default()).await;
        let took = started.elapsed();
        println!("{took:>12?} {name}");
        let codes: Vec<&str> = response.errors.iter().map(|error| error.code.as_ref()).collect();
        assert!(!codes.contains(&"INTERNAL_SERVER_ERROR") || response.executed, "{name}: {:?}", response.errors);
        if took > LONGEST {
            slow.push(format!("{name}: {took:?} {:?}", codes.first()));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn what_is_too_much_is_said_to_be() {
    let router = router(&operations::graph());
    let operations: HashMap<&str, String> = operations::operations().into_iter().collect();
    for (name, code) in [
        ("one field 7,900 times", "OPERATION_TOO_COMPLEX"),
        ("deep fields", "OPERATION_TOO_COMPLEX"),
        ("a deep list", "OPERATION_TOO_COMPLEX"),
        ("a megabyte", "OPERATION_TOO_COMPLEX"),
        ("a long list of strings", "OPERATION_TOO_COMPLEX"),
        ("a long list of floats", "OPERATION_TOO_COMPLEX"),
        ("operations that share a fragment", "OPERATION_TOO_COMPLEX"),
        ("fragments that double", "OPERATION_TOO_COMPLEX"),
        ("one directive 2,600 times", "OPERATION_TOO_COMPLEX"),
        ("types of types of introspection", "OPERATION_TOO_COMPLEX"),
        ("possible types of possible types", "OPERATION_TOO_COMPLEX"),
        ("one name for 1,000 operations", "GRAPHQL_VALIDATION_FAILED"),
        ("an argument 1,900 times", "GRAPHQL_VALIDATION_FAILED"),
        ("a long string without end", "GRAPHQL_PARSE_FAILED"),
    ] {
        let request = Request { query: operations[name].clone(), ..Request::default() };
        let errors = router.explain(request, &RequestContext::default()).unwrap_err();
        assert_eq!(errors[0].code, code, "{name}: {:?}", errors[0]);
    }
}

/// What tools and pages ask is not refused.
#[tokio::test]
async fn large_operations_that_mean_no_harm_are_answered() {
    let router = router(&operations::graph());
    let operations: HashMap<&str, String> = operations::operations().into_iter().collect();
    for query in [
        include_str!("support/introspection.graphql"),
        &operations["one field 1,900 times"],
        &operations["100 fragments that meet"],
        &operations["64 conditions"],
        &operations["mutation fields"],
        &operations["a long list"],
        &operations["many variables"],
        &operations["a long string"],
    ] {
        let request = Request { query: query.to_owned(), ..Request::default() };
        let response = router.execute(request, &RequestContext::default()).await;
        let refused = response.errors.iter().find(|error| error.code == "OPERATION_TOO_COMPLEX");
        assert!(response.executed && refused.is_none(), "{refused:?}: {query:.100}");
    }
}

#[tokio::test]
async fn an_introspection_that_repeats_the_schema_is_refused() {
    let router = router(&operations::graph());
    let operations: HashMap<&str, String> = operations::operations().into_iter().collect();
    let request = Request { query: operations["introspection with many keys"].clone(), ..Request::default() };
    let response = router.execute(request, &RequestContext::default()).await;
    assert_eq!(response.errors[0].code, "OPERATION_TOO_COMPLEX");
    assert!(response.data_is_null);
}

/// The values of variables are as large as a request's body may be.
#[tokio::test]
async fn values_of_variables_are_read_in_time() {
    let router = router(&operations::graph());
    let null = || Value::List(vec![Value::Null; 200_000]);
    let deep = (0..120).fold(Value::Null, |inner, _| Value::Object([(Name::new("deep"), inner)].into_iter().collect()));
    let wide = Value::Object((0..50_000).map(|at| (Name::new(format!("k{at}")), Value::Null)).collect());
    let empty = Value::List(vec![Value::Object([(Name::new("text"), Value::from("x"))].into_iter().collect()); 50_000]);
    for (name, ty, value) in [
        ("a list of nulls", "[String]", null()),
        ("nulls where they may not be", "[String!]", null()),
        ("a list where there is none", "Int", null()),
        ("strings", "[String]", Value::List(vec![Value::from("x"); 200_000])),
        ("objects", "[Deep]", empty),
        ("a deep object", "Deep", deep),
        ("unknown fields", "Deep", wide.clone()),
        ("anything", "Any", wide),
    ] {
        let (argument, field) = match ty {
            "Int" => ("i: $v", "any"),
            "Deep" => ("d: $v", "any"),
            "[Deep]" => ("d: { list: $v }", "any"),
            "Any" => ("a: $v", "any"),
            _ => ("s: $v", "any"),
        };
        let request = Request {
            query: format!("query A($v: {ty}) {{ {field}({argument}) {{ id }} }}"),
            operation_name: None,
            variables: [(Name::new("v"), value)].into_iter().collect(),
        };
        let started = Instant::now();
        let response = router.execute(request, &RequestContext::default()).await;
        let took = started.elapsed();
        assert!(took < LONGEST * 2, "{name}: {took:?}");
        let message = response.errors.first().map_or("", |error| error.message.as_str());
        assert!(message.len() < 500, "{name}: {message:.600}");
    }
}
