//! Composition: what it makes of valid subgraphs, and which error it has for invalid ones.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use router::compose::{SubgraphSdl, Supergraph, api_schema, compose};

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@interfaceObject", "@composeDirective", "@authenticated", "@requiresScopes"]) "#;

fn subgraphs(sdls: &[&str]) -> Vec<SubgraphSdl> {
    let names = ["a", "b", "c"];
    sdls.iter()
        .zip(names)
        .map(|(sdl, name)| {
            // A schema that begins with "1" is Federation 1.
            let sdl = sdl.strip_prefix('1').map_or_else(|| format!("{LINK}{sdl}"), str::to_owned);
            SubgraphSdl { name: name.to_owned(), url: format!("http://{name}"), sdl }
        })
        .collect()
}

fn composed(sdls: &[&str]) -> Supergraph {
    compose(&subgraphs(sdls)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn codes(sdls: &[&str]) -> Vec<&'static str> {
    compose(&subgraphs(sdls)).map_or_else(|errors| errors.iter().map(|error| error.code).collect(), |_| Vec::new())
}

#[track_caller]
fn contains(sdl: &str, expected: &[&str]) {
    let flat = sdl.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in expected {
        assert!(flat.contains(text), "{text}\nin\n{sdl}");
    }
}

#[test]
fn entities_join() {
    let supergraph = composed(&[
        "type Query { t: T } type T @key(fields: \"id\") { id: ID! a: Int! }",
        "type T @key(fields: \"id\") { id: ID! b(x: Int = 1): String @requires(fields: \"a\") a: Int! @external }",
    ]);
    contains(
        &supergraph.sdl,
        &[
            "A @join__graph(name: \"a\", url: \"http://a\")",
            "type T @join__type(graph: A, key: \"id\") @join__type(graph: B, key: \"id\") { id: ID! a: Int! @join__field(graph: A) @join__field(graph: B, external: true)",
            "b(x: Int = 1): String @join__field(graph: B, requires: \"a\")",
            "t: T @join__field(graph: A)",
        ],
    );
}

#[test]
fn the_order_of_subgraphs_does_not_matter() {
    let mut sources = subgraphs(&["type Query { a: Int }", "type Query { b: Int }", "type Query { c: Int }"]);
    let first = compose(&sources).unwrap().sdl;
    sources.reverse();
    assert_eq!(compose(&sources).unwrap().sdl, first);
}

#[test]
fn types_widen_in_answers_and_narrow_in_questions() {
    let supergraph = composed(&[
        "type Query { f(x: Int): Int! @shareable l: [U!]! @shareable } union U = A type A { x: Int @shareable } input I { x: Int y: Int }",
        "type Query { f(x: Int!): Int @shareable l: [U]! @shareable g(i: I): Int } union U = A type A { x: Int @shareable } input I { x: Int! }",
    ]);
    contains(
        &supergraph.sdl,
        &[
            "f(x: Int!): Int @join__field(graph: A, type: \"Int!\") @join__field(graph: B, type: \"Int\")",
            "l: [U]! @join__field(graph: A, type: \"[U!]!\") @join__field(graph: B, type: \"[U]!\")",
            "{ x: Int! @join__field(graph: A, type: \"Int\") @join__field(graph: B, type: \"Int!\") }",
        ],
    );
    assert!(supergraph.hints.iter().any(|hint| hint.code == "INCONSISTENT_INPUT_OBJECT_FIELD"));
}

#[test]
fn enums_merge_by_their_use() {
    let answered =
        composed(&["type Query { e: E @shareable } enum E { X Y }", "type Query { e: E @shareable } enum E { Y Z }"]);
    contains(
        &answered.sdl,
        &[
            "X @join__enumValue(graph: A) Y @join__enumValue(graph: A) @join__enumValue(graph: B) Z @join__enumValue(graph: B)",
        ],
    );
    let asked = composed(&["type Query { a(e: E): Int } enum E { X Y }", "type Query { b(e: E): Int } enum E { Y Z }"]);
    contains(&asked.sdl, &["{ Y @join__enumValue(graph: A) @join__enumValue(graph: B) }"]);
}

#[test]
fn overrides_take_fields_over() {
    let supergraph = composed(&[
        "type Query { t: T } type T @key(fields: \"id\") { id: ID! x: Int y: Int z: Int @requires(fields: \"x\") }",
        "type T @key(fields: \"id\") { id: ID! x: Int @override(from: \"a\") y: Int @override(from: \"a\", label: \"percent(5)\") }",
    ]);
    contains(
        &supergraph.sdl,
        &[
            "https://specs.apollo.dev/join/v0.4",
            "x: Int @join__field(graph: A, usedOverridden: true) @join__field(graph: B, override: \"a\")",
            "y: Int @join__field(graph: A, overrideLabel: \"percent(5)\") @join__field(graph: B, override: \"a\", overrideLabel: \"percent(5)\")",
        ],
    );
}

#[test]
fn interface_objects_give_fields_to_implementations() {
    let supergraph = composed(&[
        "type Query { n: N } interface N @key(fields: \"id\") { id: ID! } type T implements N @key(fields: \"id\") { id: ID! }",
        "type N @key(fields: \"id\") @interfaceObject { id: ID! extra: Int }",
    ]);
    contains(
        &supergraph.sdl,
        &[
            "@join__type(graph: B, key: \"id\", isInterfaceObject: true)",
            "type T implements N @join__implements(graph: A, interface: \"N\") @join__type(graph: A, key: \"id\") { id: ID! extra: Int @join__field }",
        ],
    );
}

#[test]
fn directives_and_descriptions_stay() {
    let supergraph = composed(&[
        "directive @authenticated on FIELD_DEFINITION | OBJECT
         type Query { \"What it is\" a: Int @authenticated @tag(name: \"x\") @deprecated(reason: \"old\")
           s: Int @shareable @requiresScopes(scopes: [[\"one\"], [\"two\"]]) h: Hidden @inaccessible }
         type Hidden @inaccessible { x: Int }",
        "type Query { s: Int @shareable @requiresScopes(scopes: [[\"three\"]]) }",
    ]);
    contains(
        &supergraph.sdl,
        &[
            "@link(url: \"https://specs.apollo.dev/authenticated/v0.1\", for: SECURITY)",
            "\"\"\" What it is \"\"\" a: Int @authenticated @deprecated(reason: \"old\") @tag(name: \"x\") @join__field(graph: A)",
            "s: Int @requiresScopes(scopes: [[\"one\", \"three\"], [\"two\", \"three\"]])",
            "type Hidden @join__type(graph: A) @inaccessible",
        ],
    );
    let api = api_schema(&supergraph.sdl).unwrap();
    contains(&api, &["a: Int @deprecated(reason: \"old\") s: Int }", "directive @idempotent(key: String!) on FIELD"]);
    for hidden in ["Hidden", "join__", "link__", "@tag", "requiresScopes"] {
        assert!(!api.contains(hidden), "{hidden}");
    }
}

#[test]
fn composed_directives_stay() {
    let sdl = "extend schema @link(url: \"https://example.org/lock/v1\", import: [\"@lock\"]) @composeDirective(name: \"@lock\")
        directive @lock(level: Int! = 1) repeatable on FIELD_DEFINITION type Query { a: Int @lock(level: 2) }";
    contains(
        &composed(&[sdl]).sdl,
        &[
            "@link(url: \"https://example.org/lock/v1\"",
            "directive @lock(level: Int! = 1) repeatable on FIELD_DEFINITION",
            "a: Int @lock(level: 2)",
        ],
    );
}

#[test]
fn renamed_roots_and_prefixed_directives_are_understood() {
    let sources = [
        SubgraphSdl {
            name: "my-graph 1".to_owned(),
            url: String::new(),
            sdl: "schema @link(url: \"https://specs.apollo.dev/federation/v2.0\", import: [{ name: \"@key\", as: \"@id\" }]) { query: Root }
                type Root { t: T } type T @id(fields: \"x\") { x: ID! root: Root s: Int @federation__shareable }"
                .to_owned(),
        },
    ];
    contains(
        &compose(&sources).unwrap().sdl,
        &["MY_GRAPH_1 @join__graph", "type Query", "root: Query", "@join__type(graph: MY_GRAPH_1, key: \"x\")"],
    );
}

#[test]
fn federation_1_is_understood() {
    let supergraph = composed(&[
        "1 type Query { t: T } type T @key(fields: \"id\") { id: ID! a: Int } type V { x: Int }",
        "1 extend type T @key(fields: \"id\") { id: ID! @external a: Int @external unused: Int @external b: Int @requires(fields: \"a\") } type V { x: Int } extend type Query { v: V unused2: Int }",
    ]);
    contains(
        &supergraph.sdl,
        &[
            "id: ID! a: Int @join__field(graph: A) @join__field(graph: B, external: true) b: Int @join__field(graph: B, requires: \"a\") }",
        ],
    );
}

/// An error, and subgraphs that have it.
const INVALID: &[(&str, &[&str])] = &[
    ("INVALID_GRAPHQL", &["type Query {"]),
    ("INVALID_GRAPHQL", &["type Query { a: Nope }"]),
    ("INVALID_GRAPHQL", &["type Query { a: Int a: Int }"]),
    ("NO_QUERIES", &["type T { a: Int }"]),
    ("TYPE_KIND_MISMATCH", &["type Query { a: T } type T { x: Int }", "type Query { b: T } scalar T"]),
    ("FIELD_TYPE_MISMATCH", &["type Query { a: Int @shareable }", "type Query { a: String @shareable }"]),
    (
        "FIELD_ARGUMENT_TYPE_MISMATCH",
        &["type Query { a(x: Int): Int @shareable }", "type Query { a(x: ID): Int @shareable }"],
    ),
    (
        "FIELD_ARGUMENT_DEFAULT_MISMATCH",
        &["type Query { a(x: Int = 1): Int @shareable }", "type Query { a(x: Int = 2): Int @shareable }"],
    ),
    (
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
        &["type Query { a(x: Int!): Int @shareable }", "type Query { a: Int @shareable }"],
    ),
    ("INVALID_FIELD_SHARING", &["type Query { a: Int }", "type Query { a: Int @shareable }"]),
    (
        "EXTERNAL_UNUSED",
        &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! x: Int @external }",
            "type T @key(fields: \"id\") { id: ID! x: Int }",
        ],
    ),
    (
        "EXTERNAL_MISSING_ON_BASE",
        &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! x: Int @external y: Int @requires(fields: \"x\") }",
        ],
    ),
    (
        "EXTERNAL_TYPE_MISMATCH",
        &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! x: Int @external y: Int @requires(fields: \"x\") }",
            "type T @key(fields: \"id\") { id: ID! x: String }",
        ],
    ),
    ("KEY_INVALID_FIELDS", &["type Query { t: T } type T @key(fields: \"nope\") { id: ID! }"]),
    ("KEY_INVALID_FIELDS", &["type Query { t: T } type T @key(fields: \"id {\") { id: ID! }"]),
    (
        "REQUIRES_INVALID_FIELDS",
        &["type Query { t: T } type T @key(fields: \"id\") { id: ID! x: Int @requires(fields: \"nope\") }"],
    ),
    (
        "PROVIDES_INVALID_FIELDS",
        &["type Query { t: T @provides(fields: \"nope\") } type T @key(fields: \"id\") { id: ID! }"],
    ),
    ("OVERRIDE_FROM_SELF_ERROR", &["type Query { a: Int @override(from: \"a\") }"]),
    (
        "OVERRIDE_SOURCE_HAS_OVERRIDE",
        &["type Query { a: Int @override(from: \"b\") }", "type Query { a: Int @override(from: \"a\") }"],
    ),
    (
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        &[
            "type Query { t: T @override(from: \"b\") @provides(fields: \"x\") } type T @key(fields: \"id\") { id: ID! x: Int @external }",
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! x: Int }",
        ],
    ),
    ("ENUM_VALUE_MISMATCH", &["type Query { a(e: E): E } enum E { X }", "type Query { b: E } enum E { X Y }"]),
    (
        "EMPTY_MERGED_ENUM_TYPE",
        &["type Query { a(e: E): Int } enum E { X }", "type Query { b(e: E): Int } enum E { Y }"],
    ),
    (
        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
        &["type Query { a(i: I): Int } input I { x: Int! }", "type Query { b(i: I): Int } input I { y: Int }"],
    ),
    (
        "EMPTY_MERGED_INPUT_TYPE",
        &["type Query { a(i: I): Int } input I { x: Int }", "type Query { b(i: I): Int } input I { y: Int }"],
    ),
    (
        "INTERFACE_FIELD_NO_IMPLEM",
        &[
            "type Query { i: I } interface I { a: Int } type T implements I { a: Int @shareable }",
            "type Query { j: I } interface I { a: Int b: Int } type U implements I { a: Int b: Int }",
        ],
    ),
    ("INTERFACE_OBJECT_USAGE_ERROR", &["type Query { n: N } type N @key(fields: \"id\") @interfaceObject { id: ID! }"]),
    ("REFERENCED_INACCESSIBLE", &["type Query { a: H } type H @inaccessible { x: Int }"]),
    ("REQUIRED_INACCESSIBLE", &["type Query { a(x: Int! @inaccessible): Int }"]),
    ("ONLY_INACCESSIBLE_CHILDREN", &["type Query { a: H } type H { x: Int @inaccessible }"]),
    ("DIRECTIVE_COMPOSITION_ERROR", &["extend schema @composeDirective(name: \"@nope\") type Query { a: Int }"]),
    (
        "SATISFIABILITY_ERROR",
        &["type Query { t: T } type T { x: Int @shareable }", "type T { x: Int @shareable y: Int }"],
    ),
    (
        "SATISFIABILITY_ERROR",
        &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! }",
            "type T @key(fields: \"code\") { code: ID! y: Int }",
        ],
    ),
    (
        "SATISFIABILITY_ERROR",
        &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! }",
            "type T @key(fields: \"id\", resolvable: false) { id: ID! y: Int }",
        ],
    ),
];

#[test]
fn invalid_graphs_have_coded_errors() {
    for (code, sdls) in INVALID {
        let found = codes(sdls);
        assert!(found.contains(code), "{code} not in {found:?} of {sdls:?}");
    }
}

#[test]
fn what_can_be_reached_is_not_refused() {
    let cases: &[&[&str]] = &[
        // By a shared parent.
        &["type Query { v: V @shareable } type V { x: Int }", "type Query { v: V @shareable } type V { y: Int }"],
        // By two keys in turn.
        &[
            "type Query { t: T } type T @key(fields: \"id\") { id: ID! }",
            "type T @key(fields: \"id\") @key(fields: \"code\") { id: ID! code: ID! }",
            "type T @key(fields: \"code\") { code: ID! y: Int }",
        ],
        // Through an interface.
        &[
            "type Query { i: I } interface I { id: ID! } type T implements I @key(fields: \"id\") { id: ID! }",
            "type T @key(fields: \"id\") { id: ID! y: Int }",
        ],
    ];
    for sdls in cases {
        assert_eq!(codes(sdls), Vec::<&str>::new(), "{sdls:?}");
    }
}

/// Schemas changed at random places compose or are refused; a supergraph that is damaged is served or refused.
#[test]
fn damaged_schemas_do_not_panic() {
    let good = [
        "type Query { t(id: ID! = \"1\"): T @provides(fields: \"n { x }\") l: [U!]! @shareable } union U = T | V interface N { x: Int }
         type T implements N @key(fields: \"id\") @key(fields: \"n { x }\", resolvable: false) { id: ID! x: Int n: V @external e: E }
         type V implements N @shareable { x: Int } enum E { A B } input I { a: [Int!] = [1] }",
        "extend type T @key(fields: \"id\") { id: ID! @external y(i: I): Int @requires(fields: \"e\") e: E @external n: V x: Int @override(from: \"a\") }
         type V @shareable { x: Int } enum E { A B } input I { a: [Int!] = [1] } interface N { x: Int } type Query { l: [T!]! @shareable }",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let pool: Vec<char> = "{}()[]@!:\"|&=,#ATVNEI_x1 ".chars().collect();
    let mut damage = |text: &str| -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=random(3) {
            let at = random(letters.len());
            match random(3) {
                0 => letters[at] = pool[random(pool.len())],
                1 => {
                    letters.remove(at);
                }
                _ => letters.insert(at, pool[random(pool.len())]),
            }
        }
        letters.into_iter().collect()
    };
    let mut valid = 0;
    for _ in 0..1_000 {
        let damaged = [damage(good[0]), damage(good[1])];
        let sdls: Vec<&str> = damaged.iter().map(String::as_str).collect();
        if let Ok(supergraph) = compose(&subgraphs(&sdls)) {
            valid += 1;
            assert!(router::Router::subgraphs_of(&supergraph.sdl).is_ok(), "{}", supergraph.sdl);
        }
    }
    assert!(valid > 0);
    let supergraph = composed(&[
        "type Query { t: T } type T @key(fields: \"id\") { id: ID! }",
        "type T @key(fields: \"id\") { id: ID! y: Int }",
    ])
    .sdl;
    for _ in 0..300 {
        // Served or refused, but not a panic.
        let _ = router::Router::subgraphs_of(&damage(&supergraph));
    }
}
