//! What is planned for arguments from contexts: as many requests and hops as a planner of Apollo's needs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/planner.rs"]
mod planner;

use std::time::{Duration, Instant};

use planner::router_over;
use platform::graph::RequestContext;
use router::{QueryPlan, Request, RouterSettings};

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    "@key", "@shareable", "@external", "@requires", "@provides", "@context", "@fromContext"])
"#;

fn plan(subgraphs: &[(&str, &str)], query: &str) -> QueryPlan {
    let request = Request { query: query.to_owned(), ..Request::default() };
    router_over(RouterSettings::default(), LINK, subgraphs).explain(request, &RequestContext::default()).unwrap()
}

/// The plan as text must be this, indentation aside.
fn assert_plan(plan: &QueryPlan, expected: &str) {
    let lines =
        |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&plan.to_string()), lines(expected), "\n{plan}");
}

const ORDERS: &str = r#"
    type Query { order: Order }
    type Order @key(fields: "id") @context(name: "order") { id: ID! line: Line currency: String }
    type Line @key(fields: "id") { id: ID! note: String total(in: String @fromContext(field: "$order { currency }")): Int }"#;

#[test]
fn the_entity_is_asked_for_again_where_the_value_comes_along_with_it() {
    let plan = plan(&[("orders", ORDERS)], "{ order { line { note total } } }");
    assert_plan(
        &plan,
        r#"1. orders
           {order{line{note id }currency }}
           2. orders after 1
           for order.line { __typename: "Line" id }
           with $__c0_0 from 1 above { currency }
           query($representations:[_Any!]!,$__c0_0:String){_entities(representations:$representations){...on Line{total(in: $__c0_0) }}}"#,
    );
}

#[test]
fn the_value_comes_from_another_subgraph() {
    let plan = plan(
        &[
            (
                "orders",
                r#"type Query { order: Order }
                   type Order @key(fields: "id") @context(name: "order") { id: ID! line: Line currency: String @external }
                   type Line @key(fields: "id") {
                       id: ID! note: String total(in: String @fromContext(field: "$order { currency }")): Int }"#,
            ),
            ("money", r#"type Order @key(fields: "id") { id: ID! currency: String }"#),
        ],
        "{ order { line { note total } } }",
    );
    let asked: Vec<&str> = plan.parts[0].iter().map(|fetch| fetch.subgraph.as_str()).collect();
    assert_eq!(asked, ["orders", "money", "orders"], "\n{plan}");
    assert_eq!(plan.hops(), 3);
    assert_eq!(plan.parts[0][2].after, [0, 1]);
}

#[test]
fn no_request_is_added_where_the_value_is_there_before() {
    let plan = plan(
        &[
            (
                "orders",
                r#"type Query { order: Order }
                   type Order @key(fields: "id") { id: ID! line: Line currency: String }
                   type Line @key(fields: "id") { id: ID! }"#,
            ),
            (
                "totals",
                r#"type Order @key(fields: "id") @context(name: "order") { id: ID! currency: String @external }
                   type Line @key(fields: "id") { id: ID! total(in: String @fromContext(field: "$order { currency }")): Int }"#,
            ),
        ],
        "{ order { line { id total } } }",
    );
    assert_plan(
        &plan,
        r#"1. orders
           {order{line{id }currency }}
           2. totals after 1
           for order.line { __typename: "Line" id }
           with $__c0_0 from 1 above { currency }
           query($representations:[_Any!]!,$__c0_0:String){_entities(representations:$representations){...on Line{total(in: $__c0_0) }}}"#,
    );
}

#[test]
fn the_request_for_an_entity_above_tells_it() {
    let plan = plan(
        &[
            (
                "customers",
                r#"type Query { customer: Customer }
                   type Customer @key(fields: "id") { id: ID! names: Names rank: ID }
                   type Names @key(fields: "id") { id: ID! short: ID }"#,
            ),
            (
                "accounts",
                r#"type Customer @key(fields: "id") @context(name: "customer") {
                       id: ID! account: Account rank: ID @external names: Names @external }
                   type Names @key(fields: "id") { id: ID! short: ID @external }
                   type Account @key(fields: "id") {
                       id: ID!
                       page(size: Int
                            name: ID @fromContext(field: "$customer { names { short } }")
                            rank: ID @fromContext(field: "$customer { rank }")): Page }
                   type Page { text: String }"#,
            ),
        ],
        "{ customer { account { page(size: 3) { text } } } }",
    );
    assert_plan(
        &plan,
        r#"1. customers
           {customer{id names{short }rank }}
           2. accounts after 1
           for customer { __typename: "Customer" id }
           with $__c0_0 from 0 above { names { short } }
           with $__c0_1 from 0 above { rank }
           query($representations:[_Any!]!,$__c0_0:ID,$__c0_1:ID){_entities(representations:$representations){...on Customer{account{page(size: 3, name: $__c0_0, rank: $__c0_1){text }}}}}"#,
    );
}

#[test]
fn a_value_several_levels_deep_in_turns_between_subgraphs() {
    let plan = plan(
        &[
            (
                "one",
                r#"type Query { t: T }
                   type T @key(fields: "id") @context(name: "c") { id: ID! u: U a: A }
                   type A @key(fields: "id") { id: ID! b: B @external }
                   type B @key(fields: "id") { id: ID! c: C }
                   type C { p: String }
                   type U @key(fields: "id") { id: ID! f(x: String @fromContext(field: "$c { a { b { c { p } } } }")): Int }"#,
            ),
            ("two", r#"type A @key(fields: "id") { id: ID! b: B } type B @key(fields: "id") { id: ID! }"#),
        ],
        "{ t { u { f } } }",
    );
    assert_eq!((plan.requests(), plan.hops()), (4, 4), "\n{plan}");
}

#[test]
fn two_uses_of_one_field_in_one_request_have_their_own_ancestors() {
    let subgraphs: &[(&str, &str)] = &[(
        "one",
        r#"type Query { t: T s: T }
           type T @key(fields: "id") @context(name: "c") { id: ID! u: U p: String below: T }
           type U @key(fields: "id") { id: ID! f(x: String @fromContext(field: "$c { p }")): Int }"#,
    )];
    let plan = plan(subgraphs, "{ t { u { f } below { u { f } } } s { u { f } } }");
    assert_eq!((plan.requests(), plan.hops()), (2, 2), "\n{plan}");
    // One list: in it, each entity is told what the object above it has.
    let lists = &plan.parts[0][1].entities;
    assert_eq!(lists.len(), 1, "\n{plan}");
    assert_eq!(lists[0].paths, ["t.u", "t.below.u", "s.u"]);
    assert_eq!(lists[0].contexts, ["$__c0_0 from 1 above { p }"]);
}

#[test]
fn types_that_set_a_context_are_told_from_those_that_do_not() {
    let plan = plan(
        &[(
            "one",
            r#"type Query { t: T }
               type T @key(fields: "id") @context(name: "c") { id: ID! p: String i: I }
               interface I { u: U }
               type A implements I @key(fields: "id") @context(name: "c") { id: ID! p: String u: U }
               type B implements I @key(fields: "id") { id: ID! u: U }
               type U @key(fields: "id") { id: ID! f(x: String @fromContext(field: "$c { p }")): Int }"#,
        )],
        "{ t { i { u { f } } } }",
    );
    assert_eq!((plan.requests(), plan.hops()), (2, 2), "\n{plan}");
    let contexts: Vec<(&str, &str)> = plan.parts[0][1]
        .entities
        .iter()
        .map(|list| (list.paths[0].as_str(), list.contexts[0].split(" from ").nth(1).unwrap()))
        .collect();
    assert_eq!(contexts, [("t.i[A].u", "1 above { p }"), ("t.i[B].u", "2 above { p }")], "\n{plan}");
}

/// A context that needs itself, and many ways to it, end at once.
#[test]
fn planning_is_bounded() {
    let subgraphs: &[(&str, &str)] = &[
        (
            "one",
            r#"type Query { t: T }
               type T @key(fields: "id") @context(name: "c") { id: ID! u: U t: T v: V p: String @external }
               type V @key(fields: "id") { id: ID! t: T u: U }
               type U @key(fields: "id") { id: ID! t: T f(x: String @fromContext(field: "$c { p }")): Int }"#,
        ),
        (
            "two",
            r#"type T @key(fields: "id") { id: ID! p: String @shareable }
               type U @key(fields: "id") { id: ID! g: Int }"#,
        ),
        (
            "three",
            r#"type T @key(fields: "id") { id: ID! p: String @shareable } type V @key(fields: "id") { id: ID! }"#,
        ),
    ];
    let router = router_over(RouterSettings::default(), LINK, subgraphs);
    let mut query = "u { f g }".to_owned();
    for _ in 0..4 {
        query = format!("u {{ f g t {{ {query} }} }} v {{ t {{ {query} }} u {{ f }} }}");
    }
    let began = Instant::now();
    let request = Request { query: format!("{{ t {{ {query} }} }}"), ..Request::default() };
    let answer = router.explain(request, &RequestContext::default());
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(answer.is_ok(), "{answer:?}");
}
