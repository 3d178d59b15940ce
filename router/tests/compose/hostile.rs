//! Schemas that are made to take long: composition answers, in time, whatever it answers.

use std::fmt::Write;
use std::time::{Duration, Instant};

use router::compose::compose;

use super::subgraphs;

/// Composes and checks that it does not take long; answers the first error's code.
#[track_caller]
fn bounded(sdls: &[String]) -> Option<&'static str> {
    let sources: Vec<&str> = sdls.iter().map(String::as_str).collect();
    let start = Instant::now();
    let result = compose(&subgraphs(&sources));
    let took = start.elapsed();
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    result.err().map(|errors| errors[0].code)
}

#[test]
fn deep_nesting_is_refused() {
    for nested in [
        format!("type Query {{ a: {}Int{} }}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("type Query {{ a(x: Int = {}): Int }}", "[".repeat(100_000)),
        format!("type Query @key(fields: \"{}\") {{ a: Int }}", "a{".repeat(100_000)),
    ] {
        assert!(matches!(bounded(&[nested]), Some("INVALID_GRAPHQL" | "KEY_INVALID_FIELDS")));
    }
}

#[test]
fn requirements_in_a_long_chain_are_refused() {
    let (mut a, mut b) =
        ("type Query { t: T } type T @key(fields: \"id\") { id: ID! f0: Int ".to_owned(), String::new());
    b.push_str("type T @key(fields: \"id\") { id: ID! f0: Int @external ");
    for at in 1..3_000 {
        let (own, other) = if at % 2 == 0 { (&mut a, &mut b) } else { (&mut b, &mut a) };
        let _ = write!(own, "f{at}: Int @requires(fields: \"f{}\") ", at - 1);
        let _ = write!(other, "f{at}: Int @external ");
    }
    a.push('}');
    b.push_str("last: Int @requires(fields: \"f2998\") }");
    assert!(matches!(bounded(&[a, b]), Some("MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED" | "EXTERNAL_UNUSED")));
}

/// Each field of a value type leads to itself, from a different choice of subgraphs: the sets of subgraphs that could be
/// answering are all subsets of them.
#[test]
fn many_sets_of_subgraphs_are_bounded() {
    let graphs = 18;
    let sdls: Vec<String> = (0..graphs)
        .map(|graph| {
            let mut sdl = "type Query { v: V @shareable } type V @shareable { x: Int ".to_owned();
            for field in (0..graphs).filter(|field| *field != graph) {
                let _ = write!(sdl, "f{field}: V ");
            }
            sdl.push('}');
            sdl
        })
        .collect();
    assert!(matches!(bounded(&sdls), Some("MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED" | "SATISFIABILITY_ERROR")));
}

/// Behind each step of a condition there are many types, and behind each of them the same again.
#[test]
fn conditions_that_fan_out_are_bounded() {
    let types = 8;
    let depth = 24;
    let mut a =
        "type Query { t: T } type T @key(fields: \"id\") { id: ID! i: I } interface I { i: I x: Int } ".to_owned();
    let mut b = "type T @key(fields: \"id\") { id: ID! i: I @external r: Int @requires(fields: \"".to_owned();
    b.push_str(&"i { ".repeat(depth));
    b.push('x');
    b.push_str(&" }".repeat(depth));
    b.push_str("\") } interface I { i: I x: Int } ");
    for ty in 0..types {
        let _ =
            write!(a, "type A{ty} implements I @key(fields: \"id\") {{ id: ID! i: I @shareable x: Int @shareable }} ");
        let _ =
            write!(b, "type A{ty} implements I @key(fields: \"id\") {{ id: ID! i: I @external x: Int @external }} ");
    }
    bounded(&[a, b]);
}

/// Every subgraph has a key that every other can lead to, by conditions that need each other.
#[test]
fn keys_that_lead_to_each_other_are_bounded() {
    let graphs = 9;
    let sdls: Vec<String> = (0..graphs)
        .map(|graph| {
            let mut sdl = String::new();
            if graph == 0 {
                sdl.push_str("type Query { t: T } ");
            }
            let (own, next) = (graph, (graph + 1) % graphs);
            let _ = write!(
                sdl,
                "type T @key(fields: \"k{own} n {{ k{own} }}\") @key(fields: \"k{next} n {{ k{next} }}\") {{ "
            );
            let _ = write!(sdl, "n: N @shareable k{own}: ID! k{next}: ID! x{graph}: Int }} ");
            let _ =
                write!(sdl, "type N @key(fields: \"k{own}\") @key(fields: \"k{next}\") {{ k{own}: ID! k{next}: ID! }}");
            sdl
        })
        .collect();
    bounded(&sdls);
}

#[test]
fn alternatives_of_access_are_bounded() {
    let sdls: Vec<String> = (0..16)
        .map(|graph| {
            let scopes: Vec<String> = (0..8).map(|scope| format!("[\"s{graph}-{scope}\"]")).collect();
            format!("type Query {{ a: Int @shareable @requiresScopes(scopes: [{}]) }}", scopes.join(", "))
        })
        .collect();
    assert_eq!(bounded(&sdls), Some("DIRECTIVE_COMPOSITION_ERROR"));
}

#[test]
fn labels_are_bounded() {
    let fields = 40;
    let (mut a, mut b) = ("type Query { v: V @shareable } type V { x: Int @shareable ".to_owned(), String::new());
    b.push_str("type Query { v: V @shareable } type V { x: Int @shareable ");
    for field in 0..fields {
        let _ = write!(a, "f{field}: V ");
        let _ = write!(b, "f{field}: V @override(from: \"a\", label: \"l{field}\") ");
    }
    a.push('}');
    b.push('}');
    bounded(&[a, b]);
}
