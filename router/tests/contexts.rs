//! Arguments from contexts, over real subgraphs in process: what each entity is told, and in how many requests.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod context_graph;

use context_graph::{Graph, graph};
use serde_json::{Value, json};

fn prices(shop: &Value) -> Vec<&Value> {
    shop["offers"].as_array().unwrap().iter().map(|offer| &offer["price"]).collect()
}

#[tokio::test]
async fn each_entity_is_told_what_its_own_ancestor_has() {
    for over_json in [false, true] {
        let graph = graph(over_json);
        let data = graph.data("{ shops { offers { id price } } }").await;
        let shops = data["shops"].as_array().unwrap();
        assert_eq!(prices(&shops[0]), ["o1 in KRW", "o2 in KRW"]);
        // The same offer, reached by another way.
        assert_eq!(prices(&shops[1]), ["o2 in USD", "o3 in USD"]);
        // What the ancestor has may be null.
        assert_eq!(prices(&shops[2]), ["o4 in null"]);
        // Three values: three lists in one request.
        assert_eq!(graph.asked(), ["trade", "trade"]);
        let second = graph.queries().pop().unwrap();
        assert_eq!(second.matches("_entities").count(), 3, "{second}");
    }
}

#[tokio::test]
async fn equal_values_travel_in_one_list() {
    let graph = graph(false);
    let data =
        graph.data("{ a: shop(id: \"s1\") { offers { price } } b: shop(id: \"s1\") { offers { price } } }").await;
    assert_eq!(prices(&data["a"]), prices(&data["b"]));
    assert_eq!(graph.asked(), ["trade", "trade"]);
    let second = graph.queries().pop().unwrap();
    assert_eq!(
        second,
        "query($representations:[_Any!]!,$__c0_0:String){_entities(representations:$representations){...on Offer{price(currency: $__c0_0) }}}"
    );
}

#[tokio::test]
async fn clients_arguments_and_variables_go_along() {
    let graph = graph(false);
    let query = "query ($n: Int!) { shops { offers { price(digits: $n) two: price(digits: 2) margin } } }";
    let answer = graph.ask(query, json!({"n": 3})).await;
    assert_eq!(answer["errors"], json!(null), "{answer}");
    assert_eq!(
        answer["data"]["shops"][1]["offers"][0],
        json!({"price": "o2 in USD with 3", "two": "o2 in USD with 2", "margin": "[[7], []]"})
    );
    assert_eq!(graph.asked(), ["trade", "trade"]);
}

#[tokio::test]
async fn lists_in_lists_on_the_way() {
    let graph = graph(false);
    let data = graph.data("{ shops { currency shelves { top { price margin } } } }").await;
    assert_eq!(
        data["shops"][0],
        json!({"currency": "KRW", "shelves": [
            [{"top": {"price": "o1 in KRW", "margin": "[[1, 2], [3]]"}}],
            [{"top": {"price": "o2 in KRW", "margin": "[[1, 2], [3]]"}}, null],
        ]})
    );
    assert_eq!(data["shops"][1]["shelves"][0][0]["top"]["price"], "o3 in USD");
    assert_eq!(graph.asked(), ["trade", "trade"]);
}

#[tokio::test]
async fn what_the_client_asks_for_under_other_names_does_no_harm() {
    let graph = graph(false);
    let data = graph.data("{ shop(id: \"s1\") { currency: id offers { id: price price: id } } }").await;
    assert_eq!(
        data["shop"],
        json!({"currency": "s1", "offers": [
            {"id": "o1 in KRW", "price": "o1"}, {"id": "o2 in KRW", "price": "o2"},
        ]})
    );
}

#[tokio::test]
async fn a_value_from_another_subgraph_with_a_requirement() {
    let graph = graph(false);
    let data = graph.data("{ shops { offers { shipping(express: true) } } }").await;
    let shipping: Vec<&Value> = data["shops"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|shop| shop["offers"].as_array().unwrap())
        .map(|offer| &offer["shipping"])
        .collect();
    assert_eq!(
        shipping,
        [
            "o1: 10 g to north, fast",
            "o2: 20 g to north, fast",
            "o2: 20 g to south, fast",
            "o3: 30 g to south, fast",
            "o4: 40 g to null, fast"
        ]
    );
    // The zone and the weight come from one request.
    assert_eq!(graph.asked(), ["trade", "stock", "ship"]);
}

#[tokio::test]
async fn the_request_of_an_entity_above_can_carry_the_value() {
    let graph = graph(false);
    let data = graph.data("{ shops { parcel { label seal } } }").await;
    let labels: Vec<&Value> = data["shops"].as_array().unwrap().iter().map(|shop| &shop["parcel"]["label"]).collect();
    // A parcel has no request of its own: its shop's tells what is needed.
    assert_eq!(labels, ["s1: KRW", "s2: USD", "s3: null"]);
    assert_eq!(graph.asked(), ["trade", "ship"]);
}

#[tokio::test]
async fn abstract_ancestors() {
    let graph = graph(false);
    let data = graph.data("{ places { goods { tax } } }").await;
    assert_eq!(data["places"][0]["goods"], json!([{"tax": "g1 at T-1"}]));
    assert_eq!(data["places"][1]["goods"], json!([{"tax": "g1 at P-2"}, {"tax": "g2 at P-2"}]));
    assert_eq!(graph.asked(), ["places", "places"]);
    // Each type has its own selection; of the one that none is for, null is told.
    let graph = context_graph::graph(false);
    let spots =
        "{ spots { ... on Town { wares { duty } } ... on Port { wares { duty } } ... on Field { wares { duty } } } }";
    let data = graph.data(spots).await;
    assert_eq!(data["spots"][0]["wares"], json!([{"duty": "w1 by mayor Kim"}]));
    assert_eq!(data["spots"][1]["wares"], json!([{"duty": "w1 by pilot Lee"}, {"duty": "w2 by pilot Lee"}]));
    assert_eq!(data["spots"][2]["wares"], json!([{"duty": "w3 by null"}]));
    assert_eq!(graph.asked(), ["places", "places"]);
}

#[tokio::test]
async fn of_two_ancestors_the_nearer_one_counts() {
    let graph = graph(false);
    let data = graph.data("{ places { code inner { code goods { tax } } goods { tax } } }").await;
    assert_eq!(
        data["places"][0],
        json!({"code": "T-1", "inner": {"code": "P-2", "goods": [{"tax": "g1 at P-2"}, {"tax": "g2 at P-2"}]},
               "goods": [{"tax": "g1 at T-1"}]})
    );
    assert_eq!(graph.asked(), ["places", "places"]);
}

#[tokio::test]
async fn the_root_can_be_the_ancestor() {
    let graph = graph(false);
    let data = graph.data("{ desk { greeting } desks { greeting } }").await;
    assert_eq!(
        data,
        json!({"desk": {"greeting": "d1 says 안녕 to Ada"}, "desks": [
            {"greeting": "d1 says 안녕 to Ada"}, {"greeting": "d2 says 안녕 to Ada"},
        ]})
    );
    // The name comes from another subgraph.
    assert_eq!(graph.asked(), ["desks", "people", "desks"]);
}

#[tokio::test]
async fn conditions_leave_values_out() {
    let graph = graph(false);
    let query = "query ($with: Boolean!) { shop(id: \"s1\") { id offers { id price @include(if: $with) } } }";
    let answer = graph.ask(query, json!({"with": false})).await;
    assert_eq!(answer["data"]["shop"]["offers"][0], json!({"id": "o1"}));
    assert_eq!(graph.queries(), ["{shop(id: \"s1\"){id offers{id }}}"]);
    let answer = graph.ask(query, json!({"with": true})).await;
    assert_eq!(answer["data"]["shop"]["offers"][0], json!({"id": "o1", "price": "o1 in KRW"}));
}

#[tokio::test]
async fn where_a_value_cannot_be_had_nobody_is_asked_without_it() {
    let graph = graph(false);
    graph.fail("stock");
    let answer = graph.ask("{ shops { id offers { shipping } } }", json!({})).await;
    assert_eq!(answer["data"]["shops"][0], json!({"id": "s1", "offers": [{"shipping": null}, {"shipping": null}]}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SUBREQUEST_FAILED");
    assert_eq!(graph.asked(), ["trade", "stock"]);
}

#[tokio::test]
async fn errors_have_the_clients_paths_in_every_list() {
    let graph = graph(false);
    let answer = graph.ask("{ shops { offers { broken } } }", json!({})).await;
    let mut paths: Vec<String> =
        answer["errors"].as_array().unwrap().iter().map(|error| error["path"].to_string()).collect();
    paths.sort();
    assert_eq!(
        paths,
        [r#"["shops",0,"offers",1,"broken"]"#, r#"["shops",1,"offers",0,"broken"]"#],
        "o2 is broken in both currencies: {answer}"
    );
    assert_eq!(answer["data"]["shops"][0]["offers"], json!([{"broken": "o1 KRW"}, {"broken": null}]));
}

#[tokio::test]
async fn a_mutations_answer_is_an_ancestor_too() {
    let graph = graph(false);
    let data = graph.data("mutation { open(id: \"s2\") { offers { price } } }").await;
    assert_eq!(prices(&data["open"]), ["o2 in USD", "o3 in USD"]);
    assert_eq!(graph.asked(), ["trade", "trade"]);
}

/// Apollo's planner (2.14) needs the same hops, and the requests in the comments: it does not join those that come after the
/// same hops.
#[test]
fn as_few_requests_as_can_be() {
    let graph = graph(false);
    for (query, requests, hops) in [
        ("{ shops { offers { price shipping } } }", 4, 3), // 5
        ("{ shops { parcel { seal } offers { shipping price id } } }", 5, 3), // 6
        ("{ shops { zone { name } offers { shipping weight } } }", 3, 3), // 4
        ("{ many(count: 3) { offers { shipping price margin } shelves { top { price shipping } } } }", 4, 3), // 8
        (
            "{ places { ... on Town { goods { tax } wares { duty } inner { goods { tax } } } ... on Port { pilot wares { duty } } }
               spots { ... on Town { goods { tax } } } }",
            2,
            2,
        ), // 5
        ("{ desk { greeting } shops { id } }", 4, 3), // 4
    ] {
        assert_eq!(graph.cost(query), (requests, hops), "{query}");
    }
}

/// So many values in one request are neither slow nor wrong.
#[tokio::test]
async fn many_values() {
    let graph: Graph = graph(false);
    let data = graph.data("{ many(count: 500) { currency offers { price } } }").await;
    let shops = data["many"].as_array().unwrap();
    assert_eq!(shops.len(), 500);
    for shop in shops {
        let expected = format!("o1 in {}", shop["currency"].as_str().unwrap());
        assert_eq!(prices(shop), [&json!(expected)]);
    }
    assert_eq!(graph.asked(), ["trade", "trade"]);
}
