//! Composition against the reference supergraphs of the federation audit, where a copy of it is at hand.
//!
//! The audit's data is not part of the project: the test reads it from `FEDERATION_AUDIT`, and runs when it is asked for
//! (`-- --ignored`). What the suites taught is kept in the own cases of `compose/`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::Path;

use router::compose::{SubgraphSdl, compose};

/// The supergraph as a set of statements, so that order does not matter.
fn statements(sdl: &str) -> BTreeSet<String> {
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
    let document = async_graphql::parser::parse_schema(sdl).unwrap();
    let mut found = BTreeSet::new();
    let directive = |directive: &async_graphql::Positioned<async_graphql::parser::types::ConstDirective>| {
        let mut arguments: Vec<String> =
            directive.node.arguments.iter().map(|(name, value)| format!("{}:{}", name.node, value.node)).collect();
        // Defaults and white space mean nothing.
        arguments.retain(|argument| argument != "resolvable:true");
        for argument in &mut arguments {
            *argument = argument.replace("\\n", " ").replace('{', " { ").replace('}', " } ");
            *argument = argument.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        arguments.sort();
        format!("@{}({})", directive.node.name.node, arguments.join(","))
    };
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let name = ty.node.name.node.as_str();
        found.insert(format!("type {name}"));
        for applied in &ty.node.directives {
            found.insert(format!("{name} {}", directive(applied)));
        }
        match &ty.node.kind {
            TypeKind::Object(async_graphql::parser::types::ObjectType { implements, fields })
            | TypeKind::Interface(async_graphql::parser::types::InterfaceType { implements, fields }) => {
                for interface in implements {
                    found.insert(format!("{name} implements {}", interface.node));
                }
                for field in fields {
                    let place = format!("{name}.{}", field.node.name.node);
                    found.insert(format!("{place}: {}", field.node.ty.node));
                    for argument in &field.node.arguments {
                        found.insert(format!("{place}({}: {})", argument.node.name.node, argument.node.ty.node));
                    }
                    for applied in &field.node.directives {
                        found.insert(format!("{place} {}", directive(applied)));
                    }
                }
            }
            TypeKind::Union(union) => {
                for member in &union.members {
                    found.insert(format!("{name} | {}", member.node));
                }
            }
            TypeKind::Enum(values) => {
                for value in &values.values {
                    found.insert(format!("{name} value {}", value.node.value.node));
                    for applied in &value.node.directives {
                        found.insert(format!("{name} value {} {}", value.node.value.node, directive(applied)));
                    }
                }
            }
            TypeKind::InputObject(input) => {
                for field in &input.fields {
                    found.insert(format!("{name}.{}: {}", field.node.name.node, field.node.ty.node));
                    for applied in &field.node.directives {
                        found.insert(format!("{name}.{} {}", field.node.name.node, directive(applied)));
                    }
                }
            }
            TypeKind::Scalar => {}
        }
    }
    found
}

fn subgraphs(suite: &Path) -> Vec<SubgraphSdl> {
    let urls: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(suite.join("subgraphs.json")).unwrap()).unwrap();
    urls.as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let name = entry["name"].as_str().unwrap().to_owned();
            let sdl = std::fs::read_to_string(suite.join("subgraphs").join(format!("{name}.graphql"))).unwrap();
            SubgraphSdl { url: entry["url"].as_str().unwrap().to_owned(), name, sdl }
        })
        .collect()
}

#[test]
#[ignore = "needs the audit: FEDERATION_AUDIT names its data"]
fn composes_the_audit_as_the_reference_does() {
    let root = std::env::var("FEDERATION_AUDIT").expect("FEDERATION_AUDIT names the audit's data");
    let mut failed = Vec::new();
    let mut suites: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.sort();
    for suite in suites.iter().filter(|path| path.join("subgraphs.json").exists()) {
        let name = suite.file_name().unwrap().to_string_lossy().into_owned();
        match compose(&subgraphs(suite)) {
            Err(errors) => failed.push(format!("{name}: {errors:?}")),
            Ok(supergraph) => {
                let expected = statements(&std::fs::read_to_string(suite.join("supergraph.graphql")).unwrap());
                let actual = statements(&supergraph.sdl);
                let missing: Vec<_> = expected.difference(&actual).collect();
                let extra: Vec<_> = actual.difference(&expected).collect();
                if !missing.is_empty() || !extra.is_empty() {
                    failed.push(format!("{name}:\n  missing {missing:#?}\n  extra {extra:#?}"));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} suites differ:\n{}", failed.len(), failed.join("\n"));
}
