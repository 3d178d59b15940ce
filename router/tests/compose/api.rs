//! What composition promises beside its rules: determinism, places of errors, and the schema that clients see.

use router::compose::{SubgraphSdl, api_schema, compose, internal_schema};

use super::{flat, subgraphs};

#[test]
fn the_order_of_subgraphs_does_not_matter() {
    let mut sources = subgraphs(&["type Query { a: Int }", "type Query { b: Int }", "type Query { c: Int }"]);
    let first = compose(&sources).unwrap().sdl;
    sources.reverse();
    assert_eq!(compose(&sources).unwrap().sdl, first);
}

#[test]
fn no_subgraphs_and_equal_names_are_refused() {
    assert_eq!(compose(&[]).unwrap_err()[0].code, "NO_SUBGRAPHS");
    let one = subgraphs(&["type Query { a: Int }"]);
    let twice = [one[0].clone(), SubgraphSdl { sdl: "type Query { b: Int }".to_owned(), ..one[0].clone() }];
    assert_eq!(compose(&twice).unwrap_err()[0].code, "DUPLICATE_SUBGRAPH_NAME");
}

#[test]
fn errors_say_where_they_are() {
    let errors = compose(&subgraphs(&[
        "type Query { a: Int @shareable t: Nope }\ntype T { x: Int x: Int }",
        "type T @key(fields: \"id\") { code: ID! }",
    ]))
    .unwrap_err();
    let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "INVALID_GRAPHQL: [a] field \"T.x\" is defined twice (a:3:17)",
            "INVALID_GRAPHQL: [a] field \"Query.t\" has unknown type \"Nope\" (a:2:32)",
            "KEY_INVALID_FIELDS: [b] on \"T\", for @key(fields: \"id\"): type \"T\" has no field \"id\" in this subgraph; \
             if another subgraph has it, it must be added with @external (b:2:8)",
        ]
    );
    assert_eq!((errors[0].places[0].line, errors[0].places[0].column), (3, 17));
    let errors = compose(&subgraphs(&["type Query { a: Int }", "type Query {\n  a: Int @shareable }"])).unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "INVALID_FIELD_SHARING: \"Query.a\" is resolved by subgraphs \"a\" and \"b\", but is not shareable in subgraph \
         \"a\" (a:2:14, b:3:3)"
    );
}

#[test]
fn what_cannot_be_answered_is_spelled_out() {
    let errors = compose(&subgraphs(&[
        "type Query { list(first: Int!): [I] } interface I { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
        "type T @key(fields: \"code\") { code: ID! y: Int }",
        "type T @key(fields: \"id\", resolvable: false) { id: ID! z: Int }",
    ]))
    .unwrap_err();
    let message = errors.iter().find(|error| error.message.contains("      y\n")).unwrap().to_string();
    assert_eq!(
        message,
        "SATISFIABILITY_ERROR: this query cannot be answered by the subgraphs:\n\
         {\n  list(first: 0) {\n    ... on T {\n      y\n    }\n  }\n}\n\
         - from subgraph \"a\": cannot find field \"T.y\"\n\
         - from subgraph \"a\": cannot move to subgraph \"b\" by @key(fields: \"code\") of \"T\": the key cannot be had \
         from \"a\""
    );
    let message = errors.iter().find(|error| error.message.contains("      z\n")).unwrap().to_string();
    assert!(
        message.contains(
            "- from subgraph \"a\": cannot move to subgraph \"c\", which has \"T.z\": no @key of \"T\" is resolvable there"
        ),
        "{message}"
    );
}

#[test]
fn clients_see_neither_the_machinery_nor_what_is_hidden() {
    let supergraph = compose(&subgraphs(&[
        "directive @live(every: Int = 1) on FIELD
         \"What is\\nasked\" type Query { \"What it is\" a(\"how\" x: Int = 1, y: Int @inaccessible): Int @authenticated @tag(name: \"x\") @deprecated(reason: \"old\")
           h: Hidden @inaccessible u: U e: E i(in: In): S n: N }
         type Hidden @inaccessible { x: Int } union U = Hidden | V type V implements N { v: Int } interface N { v: Int }
         enum E { A B @inaccessible } input In { a: Int b: Int @inaccessible } scalar S @specifiedBy(url: \"u\")",
    ]))
    .unwrap();
    let api = flat(&api_schema(&supergraph.sdl).unwrap());
    for expected in [
        "directive @idempotent(key: String!) on FIELD",
        "directive @live(every: Int = 1) on FIELD",
        "\"\"\" What is asked \"\"\" type Query { \"\"\" What it is \"\"\" a(\"how\" x: Int = 1): Int @deprecated(reason: \"old\") u: U e: E i(in: In): S n: N }",
        "union U = V",
        "type V implements N { v: Int }",
        "enum E { A }",
        "input In { a: Int }",
        "scalar S @specifiedBy(url: \"u\")",
    ] {
        assert!(api.contains(expected), "{expected}\nin\n{api}");
    }
    for hidden in ["Hidden", "join__", "link__", "@tag", "authenticated", "inaccessible"] {
        assert!(!api.contains(hidden), "{hidden}");
    }
    let internal = flat(&internal_schema(&supergraph.sdl).unwrap());
    assert!(internal.contains("h: Hidden"), "{internal}");
    assert!(internal.contains("union U = Hidden | V"), "{internal}");
    assert!(api_schema("type Query {").is_err());
}

#[test]
fn inaccessible_under_another_name_is_hidden() {
    let supergraph = r#"schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
        @link(url: "https://specs.apollo.dev/inaccessible/v0.2", import: [{ name: "@inaccessible", as: "@secret" }], for: SECURITY) { query: Query }
        type Query { a: Int b: Int @secret }"#;
    assert!(flat(&api_schema(supergraph).unwrap()).ends_with("type Query { a: Int }"));
}
