//! Runs the cases.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use router::compose::{SubgraphSdl, compose};

use super::{flat, link};

/// One case.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) subgraphs: Vec<SubgraphSdl>,
    errors: BTreeSet<String>,
    hints: BTreeSet<String>,
    supergraph: Vec<String>,
}

/// All cases of a folder.
pub(super) fn read() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| read_file(file)).collect()
}

fn read_file(file: &Path) -> Vec<Case> {
    let topic = file.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    let mut section = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case { name: format!("{topic}: {name}"), ..Case::default() });
            section.clear();
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(head) = line.strip_prefix("--- ") {
            let (name, version) = head.split_once(' ').unwrap_or((head, "v2.9"));
            section = name.to_owned();
            if !matches!(name, "errors" | "hints" | "supergraph") {
                let link = if matches!(version, "raw" | "fed1") { String::new() } else { link(version) };
                let url = format!("http://{name}");
                case.subgraphs.push(SubgraphSdl { name: name.to_owned(), url, sdl: link });
            }
            continue;
        }
        match section.as_str() {
            "" => {}
            "errors" => case.errors.extend(line.split_whitespace().map(str::to_owned)),
            "hints" => case.hints.extend(line.split_whitespace().map(str::to_owned)),
            "supergraph" => case.supergraph.extend((!line.is_empty()).then(|| line.to_owned())),
            _ => {
                let sdl = &mut case.subgraphs.last_mut().unwrap().sdl;
                sdl.push_str(line);
                sdl.push('\n');
            }
        }
    }
    cases
}

#[test]
fn every_case_is_as_expected() {
    let cases = read();
    assert!(cases.len() > 400, "only {} cases were found", cases.len());
    let mut failed = Vec::new();
    for case in &cases {
        let mut problems = Vec::new();
        match compose(&case.subgraphs) {
            Err(errors) => {
                let codes: BTreeSet<String> = errors.iter().map(|error| error.code.to_owned()).collect();
                if codes != case.errors {
                    problems.push(format!("expected errors {:?}, found {errors:#?}", case.errors));
                }
            }
            Ok(supergraph) => {
                let hints: BTreeSet<String> = supergraph.hints.iter().map(|hint| hint.code.to_owned()).collect();
                if !case.errors.is_empty() {
                    problems.push(format!("expected errors {:?}, found none", case.errors));
                } else if hints != case.hints {
                    problems.push(format!("expected hints {:?}, found {:#?}", case.hints, supergraph.hints));
                }
                let text = flat(&supergraph.sdl);
                for line in case.supergraph.iter().filter(|line| !text.contains(*line)) {
                    problems.push(format!("{line}\nis not in\n{}", supergraph.sdl));
                }
                if let Err(problem) = router::Router::subgraphs_of(&supergraph.sdl) {
                    problems.push(format!("the router cannot read it: {problem}\n{}", supergraph.sdl));
                }
            }
        }
        if !problems.is_empty() {
            failed.push(format!("=== {}\n{}", case.name, problems.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{} of {} cases failed:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// The codes that the program has in a folder, without another folder in it.
pub(super) fn codes_in(folder: &str, without: &str) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.extend((!entry.ends_with(without)).then_some(entry));
                continue;
            }
            let text = std::fs::read_to_string(entry).unwrap();
            let code = |word: &&str| {
                word.len() > 6
                    && word.contains('_')
                    && word.bytes().all(|letter| letter.is_ascii_uppercase() || letter == b'_')
            };
            known.extend(text.split('"').filter(code).map(str::to_owned));
        }
    }
    known
}

/// The cases are to cover what composition can say: each code of an error or hint that this program knows.
#[test]
fn every_code_has_a_case() {
    let known = codes_in("src/compose", "changes");
    let mut covered: BTreeSet<String> =
        read().into_iter().flat_map(|case| case.errors.into_iter().chain(case.hints)).collect();
    // Names of places where directives stand, and of errors that tests of their own are about.
    covered.extend(
        [
            "FIELD_DEFINITION",
            "ARGUMENT_DEFINITION",
            "ENUM_VALUE",
            "INPUT_OBJECT",
            "INPUT_FIELD_DEFINITION",
            "FRAGMENT_DEFINITION",
            "FRAGMENT_SPREAD",
            "INLINE_FRAGMENT",
            "VARIABLE_DEFINITION",
            "NO_SUBGRAPHS",
            "DUPLICATE_SUBGRAPH_NAME",
            "MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED",
        ]
        .map(str::to_owned),
    );
    let missing: Vec<&String> = known.difference(&covered).collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
}
