//! What is checked in is what the code prints.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_schema_folder_is_current() {
    let folder = std::env::temp_dir().join(format!("schema-{}", uuid::Uuid::now_v7()));
    let output =
        Command::new(env!("CARGO_BIN_EXE_doa-market")).args(["schema", "write"]).arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let mut compared = 0;
    for name in ["", "events", "subgraphs"] {
        for entry in fs::read_dir(folder.join(name)).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            let path = Path::new(name).join(entry.file_name());
            let printed = fs::read_to_string(entry.path()).unwrap();
            let known = fs::read_to_string(checked_in.join(&path)).unwrap_or_default();
            assert!(printed == known, "schema/{} is not current: run `cargo run -- schema write`", path.display());
            compared += 1;
        }
    }
    assert!(compared >= 13, "only {compared} files");
    for name in ["events", "subgraphs"] {
        let files = |folder: &Path| fs::read_dir(folder.join(name)).unwrap().count();
        assert_eq!(files(&checked_in), files(&folder), "schema/{name} has a file of a service that is gone");
    }
    fs::remove_dir_all(folder).unwrap();
}
