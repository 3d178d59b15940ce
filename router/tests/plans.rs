//! What is planned: which subgraph is asked for what, by which keys, after which other requests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/planner.rs"]
mod planner;

use std::sync::Arc;
use std::time::{Duration, Instant};

use planner::router_over;
use platform::graph::RequestContext;
use router::{QueryPlan, Request, Router, RouterSettings};
use serde_json::{Value, json};

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [
    "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject"])
"#;

fn router_with(settings: RouterSettings, subgraphs: &[(&str, &str)]) -> Arc<Router> {
    router_over(settings, LINK, subgraphs)
}

fn plan_with(router: &Router, query: &str, variables: Value) -> QueryPlan {
    let variables = serde_json::from_value(variables).unwrap();
    let request = Request { query: query.to_owned(), operation_name: None, variables };
    router.explain(request, &RequestContext::default()).unwrap()
}

fn plan(subgraphs: &[(&str, &str)], query: &str) -> QueryPlan {
    plan_with(&router_with(RouterSettings::default(), subgraphs), query, json!({}))
}

/// The plan as text must be this, indentation aside.
fn assert_plan(plan: &QueryPlan, expected: &str) {
    let lines =
        |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&plan.to_string()), lines(expected), "\n{plan}");
}

const SHOP: &[(&str, &str)] = &[
    (
        "accounts",
        r#"type Query { me: User users: [User] }
           type User @key(fields: "id") { id: ID! name: String username: String @shareable }"#,
    ),
    (
        "inventory",
        r#"type Product @key(fields: "upc") {
               upc: String! weight: Int @external price: Int @external inStock: Boolean
               shippingEstimate: Int @requires(fields: "price weight") }"#,
    ),
    (
        "products",
        r#"type Query { topProducts(first: Int = 5): [Product] }
           type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }"#,
    ),
    (
        "reviews",
        r#"type Review @key(fields: "id") {
               id: ID! body: String author: User @provides(fields: "username") product: Product }
           type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
           type Product @key(fields: "upc") { upc: String! reviews: [Review] }"#,
    ),
];

#[test]
fn what_is_provided_is_not_fetched() {
    let plan = plan(SHOP, "{ topProducts { reviews { author { username } } } }");
    assert_plan(
        &plan,
        r#"1. products
           {topProducts{upc }}
           2. reviews after 1
           for topProducts { __typename: "Product" upc }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Product{reviews{author{username }}}}}"#,
    );
}

#[test]
fn requests_to_one_subgraph_after_the_same_hops_travel_together() {
    let plan = plan(
        SHOP,
        "query Benchmark {
            users { ...U reviews { ...R product { ...P reviews { ...R author { ...U } } } } }
            topProducts { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } }
         }
         fragment U on User { id username name }
         fragment R on Review { id body }
         fragment P on Product { inStock name price shippingEstimate upc weight }",
    );
    // Two roots; reviews of both lists, inventory of the one that is complete; products and accounts; inventory.
    assert_eq!((plan.requests(), plan.hops()), (7, 4), "\n{plan}");
}

#[test]
fn a_requirement_is_fetched_first_and_only_once() {
    let plan = plan(SHOP, "{ me { reviews { product { shippingEstimate price } } } }");
    assert_plan(
        &plan,
        r#"1. accounts
           {me{id }}
           2. reviews after 1
           for me { __typename: "User" id }
           query($representations:[_Any!]!){_entities(representations:$representations){...on User{reviews{product{upc }}}}}
           3. products after 2
           for me.reviews.product { __typename: "Product" upc }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Product{price weight }}}
           4. inventory after 2, 3
           for me.reviews.product { __typename: "Product" upc price weight }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Product{shippingEstimate }}}"#,
    );
}

#[test]
fn a_clients_alias_never_meets_a_key() {
    let plan = plan(SHOP, "{ topProducts { upc: name inStock } }");
    assert_plan(
        &plan,
        r#"1. products
           {topProducts{upc:name __f1:upc }}
           2. inventory after 1
           for topProducts { __typename: "Product" upc: __f1 }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Product{inStock }}}"#,
    );
}

#[test]
fn one_field_is_required_with_two_arguments() {
    let subgraphs: &[(&str, &str)] = &[
        (
            "prices",
            r#"type Query { product: Product }
               type Product @key(fields: "id") { id: ID! price(currency: String!): Int }"#,
        ),
        (
            "labels",
            r#"type Product @key(fields: "id") {
                   id: ID! price(currency: String!): Int @external
                   won: String @requires(fields: "price(currency: \"KRW\")")
                   dollars: String @requires(fields: "price(currency: \"USD\")") }"#,
        ),
    ];
    let plan = plan(subgraphs, "{ product { won dollars price(currency: \"EUR\") } }");
    assert_plan(
        &plan,
        r#"1. prices
           {product{price(currency: "EUR") id __f1:price(currency: "KRW") __f2:price(currency: "USD") }}
           2. labels after 1
           for product { __typename: "Product" id price: __f1 }
           for product { __typename: "Product" id price: __f2 }
           query($__r0:[_Any!]!,$__r1:[_Any!]!){_0:_entities(representations:$__r0){...on Product{won }}_1:_entities(representations:$__r1){...on Product{dollars }}}"#,
    );
}

#[test]
fn outer_and_inner_conditions_both_count() {
    let router = router_with(RouterSettings::default(), SHOP);
    let query = "query ($outer: Boolean!, $inner: Boolean!) {
        topProducts { upc ... @include(if: $outer) { name @include(if: $inner) price @skip(if: $inner) } } }";
    let selected = |outer: bool, inner: bool| {
        let plan = plan_with(&router, query, json!({"outer": outer, "inner": inner}));
        plan.parts[0][0].operation.clone()
    };
    assert_eq!(selected(true, true), "{topProducts{upc name }}");
    assert_eq!(selected(true, false), "{topProducts{upc price }}");
    assert_eq!(selected(false, true), "{topProducts{upc }}");
    assert_eq!(selected(false, false), "{topProducts{upc }}");
}

#[test]
fn an_object_without_keys_is_joined_through_its_ancestor() {
    let subgraphs: &[(&str, &str)] = &[
        (
            "a",
            r#"type Query { product: Product }
               type Product @key(fields: "id") { id: ID! size: Size @shareable }
               type Size { width: Int }"#,
        ),
        (
            "b",
            r#"type Product @key(fields: "id") { id: ID! size: Size @shareable }
               type Size { height: Int }"#,
        ),
    ];
    let plan = plan(subgraphs, "{ product { size { width height } } }");
    assert_plan(
        &plan,
        r#"1. a
           {product{size{width }id }}
           2. b after 1
           for product { __typename: "Product" id }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Product{size{height }}}}"#,
    );
}

#[test]
fn of_an_object_that_is_elsewhere_nothing_may_be_asked() {
    let a = r#"type Query { product: Product } type Product @key(fields: "id") { id: ID! category: Category @shareable }
        type Category { name: String }"#;
    let b = r#"type Product @key(fields: "id") { id: ID! category: Category @shareable }
        type Category { details: Details } type Details { size: Int }"#;
    let router = router_with(RouterSettings::default(), &[("a", a), ("b", b)]);
    let query = "query($no: Boolean!) { product { category { name details { size @include(if: $no) } } } }";
    let plan = plan_with(&router, query, json!({ "no": false }));
    assert_plan(
        &plan,
        r#"
        1. a
        {product{category{name }id }}
        2. b after 1
        for product { __typename: "Product" id }
        query($representations:[_Any!]!){_entities(representations:$representations){...on Product{category{details{__typename }}}}}
        "#,
    );
}

#[test]
fn one_subgraph_for_all_is_better_than_one_for_each() {
    let subgraphs: &[(&str, &str)] = &[
        ("root", r#"type Query { product: Product } type Product @key(fields: "id") { id: ID! }"#),
        ("one", r#"type Product @key(fields: "id") { id: ID! a: Int @shareable b: Int @shareable }"#),
        ("two", r#"type Product @key(fields: "id") { id: ID! b: Int @shareable c: Int @shareable }"#),
        ("all", r#"type Product @key(fields: "id") { id: ID! a: Int @shareable c: Int @shareable b: Int @shareable }"#),
    ];
    let plan = plan(subgraphs, "{ product { a b c } }");
    assert_eq!(plan.parts[0].iter().map(|fetch| fetch.subgraph.as_str()).collect::<Vec<_>>(), ["root", "all"]);
}

#[test]
fn a_key_may_have_to_be_fetched() {
    let subgraphs: &[(&str, &str)] = &[
        ("root", r#"type Query { product: Product } type Product @key(fields: "id") { id: ID! }"#),
        ("middle", r#"type Product @key(fields: "id") @key(fields: "sku") { id: ID! sku: String! }"#),
        ("end", r#"type Product @key(fields: "sku") { sku: String! name: String }"#),
    ];
    let plan = plan(subgraphs, "{ product { name } }");
    assert_eq!((plan.requests(), plan.hops()), (3, 3), "\n{plan}");
}

#[test]
fn labels_of_overrides_are_decided_for_each_request() {
    let subgraphs: &[(&str, &str)] = &[
        ("old", r#"type Query { product: Product } type Product @key(fields: "id") { id: ID! name: String }"#),
        ("new", r#"type Product @key(fields: "id") { id: ID! name: String @override(from: "old", label: "move") }"#),
    ];
    let off = router_with(RouterSettings::default(), subgraphs);
    assert_eq!(plan_with(&off, "{ product { name } }", json!({})).requests(), 1);
    let settings = RouterSettings { override_labels: vec!["move".to_owned()], ..RouterSettings::default() };
    let on = router_with(settings, subgraphs);
    assert_eq!(plan_with(&on, "{ product { name } }", json!({})).requests(), 2);
}

#[test]
fn types_are_told_apart_no_further_than_needed() {
    let subgraphs: &[(&str, &str)] = &[
        (
            "a",
            r#"type Query { items: [Item] }
               interface Item { id: ID! title: String }
               type Book implements Item @key(fields: "id") { id: ID! title: String pages: Int }
               type Film implements Item @key(fields: "id") { id: ID! title: String }"#,
        ),
        ("b", r#"type Film @key(fields: "id") { id: ID! minutes: Int }"#),
    ];
    let plan = plan(subgraphs, "{ items { title ... on Book { pages } ... on Film { minutes } } }");
    assert_plan(
        &plan,
        r#"1. a
           {items{__typename title ...on Book{pages }...on Film{id }}}
           2. b after 1
           for items { ... on Film { __typename: "Film" id } }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Film{minutes }}}"#,
    );
}

#[test]
fn an_object_that_could_be_another_in_the_whole_tells_its_type() {
    let books = "type Query { pick: Book @shareable } type Book { title: String @shareable isbn: String }";
    let films = "type Query { pick: Media @shareable } union Media = Book | Film
        type Book { title: String @shareable } type Film { title: String @shareable }";
    let plan = plan(&[("books", books), ("films", films)], "{ pick { ... on Book { title } } }");
    assert_plan(&plan, "1. books\n{pick{__typename title }}");
}

#[test]
fn of_an_object_of_which_nothing_is_asked_the_type_does_not_matter() {
    let a = r#"interface Node @key(fields: "id") { id: ID! } type Book implements Node @key(fields: "id") { id: ID! }
        type Query { book: Book }"#;
    let b = r#"type Query { node: Node } type Node @interfaceObject @key(fields: "id") { id: ID! note: String }"#;
    let router = router_with(RouterSettings::default(), &[("a", a), ("b", b)]);
    let query =
        "query($no: Boolean!) { node { id @include(if: $no) } node { note } empty: node { id @include(if: $no) } }";
    assert_plan(&plan_with(&router, query, json!({ "no": false })), "1. b\n{node{note }empty:node{__typename }}");
}

#[test]
fn an_interface_object_is_entered_under_the_interfaces_name() {
    let subgraphs: &[(&str, &str)] = &[
        (
            "a",
            r#"type Query { items: [Item] }
               interface Item @key(fields: "id") { id: ID! }
               type Book implements Item @key(fields: "id") { id: ID! }
               type Film implements Item @key(fields: "id") { id: ID! }"#,
        ),
        ("b", r#"type Query { best: Item } type Item @key(fields: "id") @interfaceObject { id: ID! stars: Int }"#),
    ];
    assert_plan(
        &plan(subgraphs, "{ items { stars } }"),
        r#"1. a
           {items{__typename id }}
           2. b after 1
           for items { __typename: "Item" id }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Item{stars }}}"#,
    );
    // Only the other subgraph can tell what it is.
    assert_plan(
        &plan(subgraphs, "{ best { stars __typename } }"),
        r#"1. b
           {best{stars id }}
           2. a after 1
           for best { __typename: "Item" id }
           query($representations:[_Any!]!){_entities(representations:$representations){...on Item{__typename }}}"#,
    );
}

#[test]
fn one_key_with_two_shapes_is_renamed() {
    // Composed, the field may be null; in one subgraph it never is.
    let subgraphs: &[(&str, &str)] = &[
        (
            "a",
            r#"type Query { items: [Item] } union Item = Book | Film
               type Book { size: Int! @shareable } type Film { size: Int @shareable }"#,
        ),
        ("b", r#"type Book { size: Int @shareable } type Film { size: Int @shareable }"#),
    ];
    let plan = plan(subgraphs, "{ items { ... on Book { size } ... on Film { size } } }");
    assert_eq!(plan.parts[0][0].operation, "{items{__typename ...on Book{size }...on Film{__typename __f1:size }}}");
}

#[test]
fn mutations_wait_for_each_other_and_travel_together_where_they_can() {
    let subgraphs: &[(&str, &str)] = &[
        (
            "a",
            r#"type Query { a: Int } type Mutation { one: Int two: Int product: Product }
               type Product @key(fields: "id") { id: ID! }"#,
        ),
        ("b", r#"type Mutation { other: Int } type Product @key(fields: "id") { id: ID! name: String }"#),
    ];
    let plan = plan(subgraphs, "mutation { one two product { name } last: two other }");
    let parts: Vec<Vec<&str>> =
        plan.parts.iter().map(|part| part.iter().map(|fetch| fetch.operation.as_str()).collect()).collect();
    assert_eq!(
        parts,
        [
            vec!["mutation{one two }"],
            vec![
                "mutation{product{id }}",
                "query($representations:[_Any!]!){_entities(representations:$representations){...on Product{name }}}"
            ],
            vec!["mutation{last:two }"],
            vec!["mutation{other }"],
        ]
    );
}

#[test]
fn hostile_operations_end_at_once() {
    let router = router_with(RouterSettings::default(), SHOP);
    let mut bomb = String::from("{ topProducts { reviews { author { ...F0 } } } }");
    for level in 0..30 {
        bomb.push_str(&format!(
            " fragment F{level} on User {{ a{level}: reviews {{ author {{ ...F{0} }} }} b{level}: reviews {{ author {{ ...F{0} }} }} }}",
            level + 1
        ));
    }
    bomb.push_str(" fragment F30 on User { id }");
    let wide: String = (0..1_500).map(|at| format!("f{at}: name ")).collect();
    let repeated = format!("{{ me {{ {} }} }}", "name ".repeat(4_000));
    let began = Instant::now();
    for query in [bomb, format!("{{ me {{ {wide} }} }}"), repeated] {
        let request = Request { query, ..Request::default() };
        assert!(router.explain(request, &RequestContext::default()).is_err());
    }
    // Three refusals, with room for an unoptimised build on a busy machine.
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
