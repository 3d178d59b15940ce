//! Composition: what it makes of valid subgraphs, which errors and hints it has for the others, and what clients see.
//!
//! The cases are in `cases/`, a file for each directive or rule. A case is a name, its subgraphs, and what is expected:
//! the codes of all errors or hints, and lines that the supergraph has.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod cases;
mod changes;
mod hostile;
mod mutations;

use router::compose::SubgraphSdl;

/// Every directive of the federation specification with the minor version that has it first.
const DIRECTIVES: &[(&str, u32)] = &[
    ("key", 0),
    ("requires", 0),
    ("provides", 0),
    ("external", 0),
    ("shareable", 0),
    ("override", 0),
    ("extends", 0),
    ("tag", 0),
    ("inaccessible", 0),
    ("composeDirective", 1),
    ("interfaceObject", 3),
    ("authenticated", 5),
    ("requiresScopes", 5),
    ("policy", 6),
    ("context", 8),
    ("fromContext", 8),
    ("cost", 9),
    ("listSize", 9),
    ("cacheTag", 12),
];

/// A link to a version such as "v2.9" with all its directives imported.
fn link(version: &str) -> String {
    let minor: u32 = version.split_once('.').unwrap().1.parse().unwrap();
    let imports: Vec<String> =
        DIRECTIVES.iter().filter(|(_, since)| *since <= minor).map(|(name, _)| format!("\"@{name}\"")).collect();
    format!(
        "extend schema @link(url: \"https://specs.apollo.dev/federation/{version}\", import: [{}])\n",
        imports.join(", ")
    )
}

/// Subgraphs named a, b, c… of version 2.9.
fn subgraphs(sdls: &[&str]) -> Vec<SubgraphSdl> {
    sdls.iter()
        .zip('a'..='z')
        .map(|(sdl, name)| SubgraphSdl {
            name: name.to_string(),
            url: format!("http://{name}"),
            sdl: format!("{}{sdl}", link("v2.9")),
        })
        .collect()
}

/// A text with single spaces.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
