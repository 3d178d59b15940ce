//! Valid schemas, changed at random: they compose or are refused, but nothing panics, and what composes can be served.

use std::sync::LazyLock;

use proptest::prelude::*;
use router::compose::{SubgraphSdl, api_schema, compose};

use super::cases;
use super::subgraphs;

static CASES: LazyLock<Vec<cases::Case>> = LazyLock::new(cases::read);

/// A change of a text at a place, both in parts of a whole.
#[derive(Clone, Debug)]
enum Change {
    /// Replaces a letter.
    Replace(f64, char),
    Remove(f64),
    Insert(f64, char),
    /// Swaps two words.
    Swap(f64, f64),
    /// Repeats a word.
    Repeat(f64),
    /// Drops a word.
    Drop(f64),
    /// Writes a word of another place, or of the language, over a word.
    Rewrite(f64, usize),
}

const LETTERS: &str = "{}()[]@!:\"|&=,#$.ATVNEI_x1 ";

const WORDS: &[&str] = &[
    "type",
    "extend",
    "interface",
    "union",
    "input",
    "enum",
    "scalar",
    "@key(fields: \"id\")",
    "@key(fields: \"x\")",
    "@external",
    "@requires(fields: \"x\")",
    "@provides(fields: \"x\")",
    "@shareable",
    "@override(from: \"a\")",
    "@interfaceObject",
    "@inaccessible",
    "@tag(name: \"t\")",
    "@context(name: \"c\")",
    "@fromContext(field: \"$c { x }\")",
    "@authenticated",
    "implements",
    "Query",
    "Mutation",
    "ID!",
    "[Int!]",
    "{",
    "}",
];

fn part() -> impl Strategy<Value = f64> {
    0.0..1.0
}

fn change() -> impl Strategy<Value = Change> {
    let letter = prop::sample::select(LETTERS.chars().collect::<Vec<_>>());
    prop_oneof![
        (part(), letter.clone()).prop_map(|(at, letter)| Change::Replace(at, letter)),
        part().prop_map(Change::Remove),
        (part(), letter).prop_map(|(at, letter)| Change::Insert(at, letter)),
        (part(), part()).prop_map(|(one, two)| Change::Swap(one, two)),
        part().prop_map(Change::Repeat),
        part().prop_map(Change::Drop),
        (part(), 0..WORDS.len()).prop_map(|(at, word)| Change::Rewrite(at, word)),
    ]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn place(part: f64, length: usize) -> usize {
    ((part * length as f64) as usize).min(length.saturating_sub(1))
}

fn apply(text: &str, change: &Change) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let mut words: Vec<&str> = text.split(' ').collect();
    if letters.is_empty() {
        return text.to_owned();
    }
    match change {
        Change::Replace(at, letter) => {
            let at = place(*at, letters.len());
            letters[at] = *letter;
        }
        Change::Remove(at) => {
            letters.remove(place(*at, letters.len()));
        }
        Change::Insert(at, letter) => letters.insert(place(*at, letters.len()), *letter),
        Change::Swap(one, two) => {
            let (one, two) = (place(*one, words.len()), place(*two, words.len()));
            words.swap(one, two);
            return words.join(" ");
        }
        Change::Repeat(at) => {
            let at = place(*at, words.len());
            words.insert(at, words[at]);
            return words.join(" ");
        }
        Change::Drop(at) => {
            words.remove(place(*at, words.len()));
            return words.join(" ");
        }
        Change::Rewrite(at, word) => {
            let at = place(*at, words.len());
            words[at] = WORDS[*word];
            return words.join(" ");
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_schemas_do_not_panic(which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..5)) {
        let mut sources: Vec<SubgraphSdl> = which.get(&CASES).subgraphs.clone();
        for (graph, change) in &changes {
            let graph = graph.index(sources.len());
            sources[graph].sdl = apply(&sources[graph].sdl, change);
        }
        if let Ok(supergraph) = compose(&sources) {
            prop_assert!(router::Router::subgraphs_of(&supergraph.sdl).is_ok(), "{}", supergraph.sdl);
            prop_assert!(api_schema(&supergraph.sdl).is_ok(), "{}", supergraph.sdl);
        }
    }

    #[test]
    fn damaged_supergraphs_do_not_panic(changes in prop::collection::vec(change(), 1..4)) {
        let supergraph = compose(&subgraphs(&[
            "type Query { t: T u: U } type T @key(fields: \"id\") { id: ID! } union U = T",
            "type T @key(fields: \"id\") { id: ID! y(a: Int = 1): Int @tag(name: \"x\") }",
        ])).unwrap().sdl;
        let damaged = changes.iter().fold(supergraph, |text, change| apply(&text, change));
        // Served or refused, but not a panic.
        let _ = router::Router::subgraphs_of(&damaged);
        let _ = api_schema(&damaged);
    }
}
