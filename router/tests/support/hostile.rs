//! Operations that are made to take long, and a graph that helps them.
#![allow(dead_code)]

use std::fmt::Write;

use router::compose::SubgraphSdl;

/// How many entity types the graph has, and how many subgraphs.
const TYPES: usize = 12;
const SUBGRAPHS: usize = 4;

/// Every type leads to every other, by an interface too, and each subgraph has some fields of each.
pub(crate) fn graph() -> Vec<SubgraphSdl> {
    (0..SUBGRAPHS)
        .map(|graph| {
            let mut sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.5\", import: [\"@key\", \"@shareable\", \"@external\", \"@requires\"])\n".to_owned();
            sdl.push_str("interface Node { id: ID! node: Node nodes: [Node] }\n");
            sdl.push_str("input Deep { deep: Deep list: [Deep] text: String }\nscalar Any\n");
            if graph == 0 {
                sdl.push_str("type Query { node: Node t0: T0 union: Union any(a: Any, d: Deep, i: Int, s: [String]): T0 }\n");
                sdl.push_str("type Mutation { set(i: Int): T0 }\n");
            }
            let all: Vec<String> = (0..TYPES).map(|ty| format!("T{ty}")).collect();
            let _ = writeln!(sdl, "union Union = {}", all.join(" | "));
            for ty in 0..TYPES {
                let next = (ty + 1) % TYPES;
                let _ = write!(
                    sdl,
                    "type T{ty} implements Node @key(fields: \"id\") {{ id: ID! node: Node @shareable nodes: [Node] @shareable \
                     next: T{next} @shareable union: Union @shareable own{graph}: T{ty} text{graph}(a: Any): String "
                );
                let other = (graph + 1) % SUBGRAPHS;
                let _ = writeln!(sdl, "need{other}: Int @external needs{graph}: Int @requires(fields: \"need{other}\") need{graph}: Int }}");
            }
            SubgraphSdl { name: format!("s{graph}"), url: String::new(), sdl }
        })
        .collect()
}

fn repeat(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}

fn nested(depth: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

/// Each with its name. Some are refused, some are valid.
#[allow(clippy::too_many_lines)]
pub(crate) fn operations() -> Vec<(&'static str, String)> {
    let on_all = |inner: &str| repeat(TYPES, |ty| format!("... on T{ty} {{ {inner} }}"));
    let every_field = repeat(SUBGRAPHS, |graph| format!("text{graph} needs{graph} need{graph}"));
    let mut wide = "id".to_owned();
    for _ in 0..3 {
        wide = format!("id node {{ {} }}", repeat(3, |ty| format!("... on T{ty} {{ {wide} {every_field} }}")));
    }
    // Each level has fields of three types and of the interface, each again with the whole next level.
    let mut overlapping = "id".to_owned();
    for level in 0..8 {
        let chain = nested(level, "node { ", "id", " }");
        overlapping =
            format!("{} node {{ {overlapping} }}", repeat(3, |ty| format!("... on T{ty} {{ node {{ {chain} }} }}")));
    }
    let chain_of_fragments = |count: usize, each: &str| {
        repeat(count, |at| format!("fragment F{at} on T0 {{ id ...F{} {each} }}", at + 1))
            + &format!(" fragment F{count} on T0 {{ id }}")
    };
    vec![
        ("one field 1,900 times", format!("{{ t0 {{ {} }} }}", "id ".repeat(1_900))),
        ("one field 7,900 times", format!("{{ t0 {{ {} }} }}", "id ".repeat(7_900))),
        (
            "an argument of 40 values 150 times",
            format!("{{ t0 {{ {} }} }}", format!("text0(a: [{}]) ", "1 ".repeat(40)).repeat(150)),
        ),
        ("arguments that differ at the end", {
            let list = "1 ".repeat(300);
            format!("{{ t0 {{ {} }} }}", repeat(20, |at| format!("text0(a: [{list} {at}])")))
        }),
        ("one key with fields below, 900 times", format!("{{ {} }}", "t0 { id } ".repeat(900))),
        ("one key nested, 100 times", format!("{{ t0 {{ {} }} }}", nested(6, "next { ", "id", " }").repeat(100))),
        ("2,000 fields of one object", format!("{{ t0 {{ {} }} }}", repeat(90, |at| format!("a{at}: text0(a: {at})")))),
        ("keys that overlap in types", format!("{{ node {{ {overlapping} }} }}")),
        (
            "every type at three levels",
            format!("{{ node {{ {} }} }}", on_all(&format!("node {{ {} }}", on_all("node { id } text0")))),
        ),
        (
            "every type at two levels with fields of all subgraphs",
            format!("{{ node {{ {} }} }}", on_all(&format!("node {{ {} }}", on_all(&every_field)))),
        ),
        (
            "every type in lists",
            format!("{{ node {{ nodes {{ {} nodes {{ {} }} }} }} }}", on_all(&every_field), on_all(&every_field)),
        ),
        ("three types at four levels", format!("{{ node {{ {wide} }} }}")),
        (
            "the union at five levels",
            format!("{{ union {{ {} }} }}", {
                let mut inner = "__typename".to_owned();
                for _ in 0..5 {
                    inner = repeat(3, |ty| format!("... on T{ty} {{ union {{ {inner} }} text{ty} }}"));
                }
                inner
            }),
        ),
        (
            "conditions within conditions",
            format!("{{ node {{ {} }} }}", nested(40, "... on Node { ... on Union { ", "__typename", " } }")),
        ),
        (
            "the interface 14 levels deep with what others have",
            format!("{{ {} }}", nested(12, "node { ", &on_all(&every_field), " }")),
        ),
        (
            "requirements everywhere",
            format!("{{ t0 {{ {} }} }}", nested(10, &format!("{every_field} next {{ "), "id", " }")),
        ),
        (
            "jumps at every level",
            format!("{{ t0 {{ {} }} }}", {
                let mut inner = "id".to_owned();
                for _ in 0..4 {
                    inner = repeat(SUBGRAPHS, |graph| format!("own{graph} {{ {inner} text{graph} }}"));
                }
                inner
            }),
        ),
        ("deep fields", nested(5_000, "{ t0 ", "", " }").replace("t0  }", "t0 { id } }")),
        ("60 levels of fields", format!("{{ t0 {{ {} }} }}", nested(60, "next { ", "id", " }"))),
        ("90 levels of inline fragments", format!("{{ t0 {{ {} }} }}", nested(90, "... { ", "id", " }"))),
        ("a deep list", format!("{{ any(a: {}) {{ id }} }}", nested(30_000, "[", "", "]"))),
        ("a deep object", format!("{{ any(d: {}) {{ id }} }}", nested(90, "{deep: ", "null", "}"))),
        ("a long list", format!("{{ any(a: [{}]) {{ id }} }}", "1 ".repeat(7_900))),
        ("a long list of strings", format!("{{ any(s: [{}]) {{ id }} }}", "\"\"".repeat(60_000))),
        ("a long list of floats", format!("{{ any(a: [{}]) {{ id }} }}", "1.5 ".repeat(30_000))),
        ("a long list of wrong values", format!("{{ any(s: [{}]) {{ id }} }}", "1 ".repeat(7_900))),
        ("a wide object", format!("{{ any(a: {{ {} }}) {{ id }} }}", repeat(2_600, |at| format!("k{at}: 1")))),
        ("an object of one field 2,600 times", format!("{{ any(d: {{ {} }}) {{ id }} }}", "text: \"\" ".repeat(2_600))),
        ("a megabyte", format!("{{ any(s: \"{}\") {{ id }} }}", "x".repeat(1_000_000))),
        ("a long string", format!("{{ any(s: \"{}\") {{ id }} }}", "x".repeat(120_000))),
        ("a long string of escapes", format!("{{ any(s: \"{}\") {{ id }} }}", "\\u00e9".repeat(20_000))),
        ("a long block string", format!("{{ any(s: \"\"\"{}\"\"\") {{ id }} }}", "\n  x".repeat(30_000))),
        ("a long string without end", format!("{{ any(s: \"\"\"{}", "\\\"\"".repeat(40_000))),
        ("a long comment", format!("{{ t0 {{ id }} }} #{}", "x".repeat(120_000))),
        ("much white space and an error", format!("{}{{ nope }}", " \n".repeat(60_000))),
        ("a long name", format!("{{ {} }}", "x".repeat(120_000))),
        ("a long number", format!("{{ any(i: {}) {{ id }} }}", "9".repeat(120_000))),
        (
            "many variables",
            format!(
                "query A({}) {{ any(a: [{}]) {{ id }} }}",
                repeat(1_300, |at| format!("$v{at}: Any")),
                repeat(1_300, |at| format!("$v{at}"))
            ),
        ),
        ("many unused variables", format!("query A({}) {{ t0 {{ id }} }}", repeat(1_900, |at| format!("$v{at}: Int")))),
        ("one variable 1,900 times", format!("query A({}) {{ t0 {{ id }} }}", "$v: Int ".repeat(1_900))),
        (
            "operations that share a fragment",
            format!(
                "{} fragment F on Query {{ {} }}",
                repeat(500, |at| format!("query A{at}($v: Int) {{ ...F }}")),
                "any(i: $v) { id } ".repeat(350)
            ),
        ),
        ("one name for 1,000 operations", "query A { t0 { id } } ".repeat(1_000)),
        (
            "operations that spread all fragments",
            format!("{} {}", repeat(400, |at| format!("query A{at} {{ t0 {{ ...F0 }} }}")), chain_of_fragments(50, "")),
        ),
        ("fragments that double", {
            let mut text = "{ t0 { ...F0 } }".to_owned();
            for at in 0..40 {
                let _ = write!(
                    text,
                    " fragment F{at} on T0 {{ next {{ node {{ ...G{at} ...G{at} }} }} ...F{} ...F{} }}",
                    at + 1,
                    at + 1
                );
                let _ = write!(text, " fragment G{at} on Node {{ id }}");
            }
            text + " fragment F40 on T0 { id }"
        }),
        (
            "fragments that are spread 300 times each",
            format!(
                "{{ t0 {{ {} }} }} {}",
                repeat(5, |at| format!("...A{at} ").repeat(190)),
                repeat(5, |at| format!("fragment A{at} on T0 {{ id }}"))
            ),
        ),
        (
            "100 fragments that meet",
            format!(
                "{{ t0 {{ {} }} }} {}",
                repeat(100, |at| format!("...A{at}")),
                repeat(100, |at| format!("fragment A{at} on T0 {{ next {{ next {{ id }} text0 }} }}"))
            ),
        ),
        ("fragments in a circle", {
            repeat(900, |at| format!("fragment F{at} on T0 {{ ...F{} }}", (at + 1) % 900)) + " { t0 { ...F0 } }"
        }),
        ("a long chain of fragments", format!("{{ t0 {{ ...F0 }} }} {}", chain_of_fragments(700, ""))),
        (
            "unused fragments",
            format!("{{ t0 {{ id }} }} {}", repeat(1_000, |at| format!("fragment F{at} on T0 {{ id }}"))),
        ),
        ("one name for 1,000 fragments", format!("{{ t0 {{ ...F }} }} {}", "fragment F on T0 { id } ".repeat(1_000))),
        ("one directive 2,600 times", format!("{{ t0 {{ id {} }} }}", "@skip(if: true) ".repeat(1_300))),
        ("unknown directives", format!("{{ t0 {{ id {} }} }}", repeat(3_900, |at| format!("@d{at}")))),
        ("an argument 1,900 times", format!("{{ any({}) {{ id }} }}", "i: 1 ".repeat(2_600))),
        ("unknown fields", format!("{{ t0 {{ {} }} }}", repeat(1_990, |at| format!("nope{at}")))),
        ("unknown types", format!("{{ t0 {{ {} }} }}", repeat(990, |at| format!("... on Nope{at} {{ id }}")))),
        (
            "64 conditions",
            format!(
                "query A({}) {{ t0 {{ {} }} }}",
                repeat(64, |at| format!("$c{at}: Boolean = true")),
                repeat(64, |at| format!("text{}@include(if: $c{at})", at % SUBGRAPHS))
            ),
        ),
        (
            "mutation fields",
            format!(
                "mutation A {{ {} }}",
                repeat(20, |at| format!("m{at}: set(i: {at}) {{ {every_field} next {{ {every_field} }} }}"))
            ),
        ),
        (
            "types of types of introspection",
            format!("{{ __schema {{ types {{ {} }} }} }}", nested(4, "fields { type { ", "name", " } }")),
        ),
        (
            "introspection with many keys",
            format!(
                "{{ __schema {{ {} }} }}",
                repeat(90, |at| format!("a{at}: types {{ name fields {{ name type {{ name }} args {{ name }} }} }}"))
            ),
        ),
        (
            "possible types of possible types",
            "{ __schema { types { possibleTypes { possibleTypes { interfaces { possibleTypes { name } } } } } } }"
                .to_owned(),
        ),
    ]
}
