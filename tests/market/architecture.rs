//! The rules that hold the house up, as far as a test can check them.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn subgraphs() -> Vec<String> {
    let folders = fs::read_dir(root().join("subgraphs")).unwrap().flatten();
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The names of the crates that a crate depends on.
fn dependencies(folder: &Path) -> Vec<String> {
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = sections.iter().filter_map(|section| manifest.get(*section)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    files(folder, "rs", found);
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
}

#[test]
fn crates_depend_only_downwards() {
    let subgraphs = subgraphs();
    assert!(subgraphs.len() >= 9, "{subgraphs:?}");
    for name in &subgraphs {
        let used = dependencies(&root().join("subgraphs").join(name));
        assert!(used.contains(&"platform".to_owned()), "{name} does not use platform");
        let wrong: Vec<&String> = used.iter().filter(|used| *used == "router" || subgraphs.contains(used)).collect();
        assert!(wrong.is_empty(), "subgraphs/{name} depends on {wrong:?}");
    }
    for (name, allowed) in [("router", vec!["platform"]), ("platform", vec![])] {
        let used = dependencies(&root().join(name));
        let wrong: Vec<&String> = used
            .iter()
            .filter(|used| {
                let ours = subgraphs.contains(used) || ["router", "platform"].contains(&used.as_str());
                // A crate names itself to have its own features in its tests.
                ours && *used != name && !allowed.contains(&used.as_str())
            })
            .collect();
        assert!(wrong.is_empty(), "{name} depends on {wrong:?}");
    }
}

#[test]
fn the_platform_knows_no_commerce() {
    let mut files = Vec::new();
    sources(&root().join("platform/src"), &mut files);
    assert!(files.len() > 20);
    let nouns = ["seller", "buyer", "product", "coupon", "shipment", "invoice", "refund"];
    for file in files {
        assert_ne!(file.file_stem().unwrap(), "utils", "{}", file.display());
        let text = fs::read_to_string(&file).unwrap();
        // Scopes name who asks, and tests and examples need names; types and functions need none of commerce.
        for line in
            text.lines().filter(|line| line.contains("struct ") || line.contains("fn ") || line.contains("mod "))
        {
            let lower = line.to_lowercase();
            let noun = nouns.iter().find(|noun| lower.contains(**noun));
            assert!(noun.is_none(), "{}: {line}", file.display());
        }
    }
}

#[test]
fn services_name_only_their_own_tables() {
    for name in subgraphs() {
        let mut files = Vec::new();
        sources(&root().join("subgraphs").join(&name).join("src"), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for other in subgraphs().iter().filter(|other| **other != name) {
                let foreign = format!("FROM {other}.");
                assert!(!text.contains(&foreign), "{} reads {other}'s tables", file.display());
            }
        }
    }
}

/// Services send each other whole documents without the name of an operation, so that each has one.
#[test]
fn documents_of_services_have_one_operation() {
    let mut documents = Vec::new();
    for name in subgraphs() {
        files(&root().join("subgraphs").join(name).join("src"), "graphql", &mut documents);
    }
    assert!(documents.len() > 20, "{documents:?}");
    for path in documents {
        let text = fs::read_to_string(&path).unwrap();
        let operations = async_graphql::parser::parse_query(&text).unwrap().operations;
        assert_eq!(operations.iter().count(), 1, "{}", path.display());
    }
}
