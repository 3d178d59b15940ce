//! What changes of a schema mean for clients.

use std::collections::BTreeSet;

use router::compose::{Change, ChangeRules, Severity, api_schema, changes, compose};

use super::cases::codes_in;
use super::subgraphs;

use Severity::{Breaking, Dangerous, Safe};

fn found(base: &str, current: &str, allow: bool) -> Vec<Change> {
    changes(base, current, ChangeRules { allow_deprecated_removals: allow }).unwrap()
}

/// A schema before and after, and what changed.
type Example = (&'static str, &'static str, &'static [(Severity, &'static str)]);

const CHANGES: &[Example] = &[
    ("type Query { a: Int }", "type Query { a: Int }", &[]),
    ("type Query { a: Int b: Int }", "type Query { a: Int }", &[(Breaking, "FIELD_REMOVED")]),
    ("type Query { a: Int }", "type Query { a: Int b(x: Int!): Int }", &[(Safe, "FIELD_ADDED")]),
    ("type Query { a: Int }", "type Query { a: String }", &[(Breaking, "FIELD_TYPE_CHANGED")]),
    ("type Query { a: Int! }", "type Query { a: Int }", &[(Breaking, "FIELD_TYPE_CHANGED")]),
    ("type Query { a: [Int!] }", "type Query { a: [Int]! }", &[(Breaking, "FIELD_TYPE_CHANGED")]),
    ("type Query { a: [Int] }", "type Query { a: [Int!]! }", &[(Safe, "FIELD_TYPE_NARROWED")]),
    (
        "type Query { i: I } interface I { x: Int } type T implements I { x: Int }",
        "type Query { i: T } interface I { x: Int } type T implements I { x: Int }",
        &[(Safe, "FIELD_TYPE_NARROWED")],
    ),
    ("type Query { a(x: Int): Int }", "type Query { a: Int }", &[(Breaking, "ARGUMENT_REMOVED")]),
    ("type Query { a: Int }", "type Query { a(x: Int): Int }", &[(Dangerous, "ARGUMENT_ADDED")]),
    ("type Query { a: Int }", "type Query { a(x: Int! = 1): Int }", &[(Dangerous, "ARGUMENT_ADDED")]),
    ("type Query { a: Int }", "type Query { a(x: Int!): Int }", &[(Breaking, "REQUIRED_ARGUMENT_ADDED")]),
    ("type Query { a(x: Int): Int }", "type Query { a(x: Int!): Int }", &[(Breaking, "ARGUMENT_TYPE_CHANGED")]),
    ("type Query { a(x: Int!): Int }", "type Query { a(x: Int): Int }", &[(Safe, "ARGUMENT_TYPE_WIDENED")]),
    ("type Query { a(x: [Int!]): Int }", "type Query { a(x: [Int]): Int }", &[(Safe, "ARGUMENT_TYPE_WIDENED")]),
    ("type Query { a(x: [Int]): Int }", "type Query { a(x: [Int!]): Int }", &[(Breaking, "ARGUMENT_TYPE_CHANGED")]),
    ("type Query { a(x: Int): Int }", "type Query { a(x: [Int!]): Int }", &[(Safe, "ARGUMENT_TYPE_WIDENED")]),
    ("type Query { a(x: [Int]): Int }", "type Query { a(x: Int): Int }", &[(Breaking, "ARGUMENT_TYPE_CHANGED")]),
    (
        "type Query { a(x: Int = 1): Int }",
        "type Query { a(x: Int = 2): Int }",
        &[(Dangerous, "ARGUMENT_DEFAULT_CHANGED")],
    ),
    ("type Query { a(x: Int = 1): Int }", "type Query { a(x: Int): Int }", &[(Dangerous, "ARGUMENT_DEFAULT_CHANGED")]),
    ("type Query { a(x: Int! = 1): Int }", "type Query { a(x: Int!): Int }", &[(Breaking, "ARGUMENT_TYPE_CHANGED")]),
    ("type Query { a(x: Float = 1): Int }", "type Query { a(x: Float = 1.0): Int }", &[]),
    (
        "type Query { a(i: I): Int } input I { x: Int y: Int }",
        "type Query { a(i: I): Int } input I { x: Int! z: Int w: Int! }",
        &[
            (Breaking, "INPUT_FIELD_TYPE_CHANGED"),
            (Breaking, "INPUT_FIELD_REMOVED"),
            (Breaking, "REQUIRED_INPUT_FIELD_ADDED"),
            (Dangerous, "INPUT_FIELD_ADDED"),
        ],
    ),
    (
        "type Query { a(i: I): Int } input I { x: Int = 1 y: Int! }",
        "type Query { a(i: I): Int } input I { x: Int = 2 y: Int }",
        &[(Dangerous, "INPUT_FIELD_DEFAULT_CHANGED"), (Safe, "INPUT_FIELD_TYPE_WIDENED")],
    ),
    (
        "type Query { a(i: I): Int } input I { x: Int y: Int }",
        "type Query { a(i: I): Int } input I @oneOf { x: Int y: Int }",
        &[(Breaking, "INPUT_BECAME_ONE_OF")],
    ),
    (
        "type Query { a(i: I): Int } input I @oneOf { x: Int y: Int }",
        "type Query { a(i: I): Int } input I { x: Int y: Int }",
        &[(Dangerous, "INPUT_NO_LONGER_ONE_OF")],
    ),
    (
        "type Query { e: E } enum E { A B }",
        "type Query { e: E } enum E { A C }",
        &[(Breaking, "ENUM_VALUE_REMOVED"), (Dangerous, "ENUM_VALUE_ADDED")],
    ),
    (
        "type Query { u: U } union U = A | B type A { x: Int } type B { x: Int }",
        "type Query { u: U } union U = A | C type A { x: Int } type C { x: Int }",
        &[
            (Breaking, "TYPE_REMOVED"),
            (Breaking, "UNION_MEMBER_REMOVED"),
            (Dangerous, "UNION_MEMBER_ADDED"),
            (Safe, "TYPE_ADDED"),
        ],
    ),
    (
        "type Query implements I { x: Int } interface I { x: Int } interface J { x: Int }",
        "type Query implements J { x: Int } interface I { x: Int } interface J { x: Int }",
        &[(Breaking, "INTERFACE_REMOVED"), (Dangerous, "INTERFACE_ADDED")],
    ),
    ("type Query { t: T } type T { x: Int }", "type Query { t: T } scalar T", &[(Breaking, "TYPE_KIND_CHANGED")]),
    (
        "type Query { s: S } scalar S @specifiedBy(url: \"a\")",
        "type Query { s: S } scalar S @specifiedBy(url: \"b\")",
        &[(Dangerous, "SCALAR_MEANING_CHANGED")],
    ),
    (
        "type Query { a: Int b: Int @deprecated }",
        "type Query { a: Int @deprecated b: Int }",
        &[(Safe, "DEPRECATED"), (Safe, "NO_LONGER_DEPRECATED")],
    ),
    (
        "directive @d(x: Int) repeatable on FIELD | QUERY directive @e on FIELD type Query { a: Int }",
        "directive @d on FIELD | MUTATION directive @f on FIELD type Query { a: Int }",
        &[
            (Breaking, "DIRECTIVE_LOCATION_REMOVED"),
            (Breaking, "DIRECTIVE_NO_LONGER_REPEATABLE"),
            (Breaking, "ARGUMENT_REMOVED"),
            (Breaking, "DIRECTIVE_REMOVED"),
            (Safe, "DIRECTIVE_LOCATION_ADDED"),
            (Safe, "DIRECTIVE_ADDED"),
        ],
    ),
    (
        "schema { query: A } type A { x: Int } type B { x: Int }",
        "schema { query: B } type A { x: Int } type B { x: Int }",
        &[(Breaking, "ROOT_TYPE_CHANGED")],
    ),
    ("type Query { a: Int } type Mutation { b: Int }", "type Query { a: Int }", &[(Breaking, "TYPE_REMOVED")]),
];

#[test]
fn every_change_is_named() {
    for (base, current, expected) in CHANGES {
        let found: Vec<(Severity, &str)> =
            found(base, current, false).iter().map(|change| (change.severity, change.code)).collect();
        assert_eq!(found, *expected, "from {base} to {current}");
    }
    let named: BTreeSet<&str> = CHANGES.iter().flat_map(|(_, _, found)| *found).map(|(_, code)| *code).collect();
    let known = codes_in("src/compose/changes", "");
    let missing: Vec<&String> = known.iter().filter(|code| !named.contains(code.as_str())).collect();
    assert_eq!(missing, ["INVALID_GRAPHQL"]);
}

#[test]
fn announced_removals_can_be_allowed() {
    let base = "type Query { a(x: Int @deprecated y: Int): Int b: Old @deprecated c: Int e: E }
        type Old { more: Older } type Older { x: Int } enum E { A B @deprecated } type Lone { x: Int }";
    let current = "type Query { a(y: Int): Int c: Int e: E } enum E { A }";
    assert!(found(base, current, false).iter().all(|change| change.severity == Breaking));
    let allowed = found(base, current, true);
    assert!(allowed.iter().all(|change| change.severity == Safe), "{allowed:#?}");
    assert_eq!(allowed.len(), 6);
    let base = "type Query { a: Int b: Kept @deprecated c: Kept } type Kept { x: Int }";
    let shown: Vec<String> = found(base, "type Query { a: Int }", true).iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "BREAKING TYPE_REMOVED: type \"Kept\" was removed",
            "BREAKING FIELD_REMOVED: field \"Query.c\" was removed",
            "SAFE FIELD_REMOVED: field \"Query.b\" was removed, as its deprecation announced",
        ]
    );
    // Whoever asks for the interface may ask for what stands behind it.
    let base = "type Query { i: I t: T @deprecated } interface I { x: Int } type T implements I { x: Int } type U implements I { x: Int }";
    let current = "type Query { i: I } interface I { x: Int } type U implements I { x: Int }";
    assert!(
        found(base, current, true).iter().any(|change| (change.severity, change.code) == (Breaking, "TYPE_REMOVED"))
    );
}

#[test]
fn supergraphs_and_api_schemas_are_compared_by_what_clients_see() {
    let supergraph = |sdl: &str| compose(&subgraphs(&[sdl])).unwrap().sdl;
    let base = supergraph("type Query { a: Int b: Int hidden: H @inaccessible } type H @inaccessible { x: Int }");
    let current = supergraph("type Query { a: Int @tag(name: \"x\") b: Int @inaccessible }");
    for base in [api_schema(&base).unwrap(), base] {
        let found = found(&base, &current, false);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((found[0].severity, found[0].code), (Breaking, "FIELD_REMOVED"));
    }
    assert!(changes("type Query {", &current, ChangeRules::default()).is_err());
}
