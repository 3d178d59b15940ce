//! The project's own schema: its subgraphs compose, and every REST document fits the graph.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use router::compose::{SubgraphSdl, api_schema, compose};
use router::rest::{RestDocument, openapi};

fn schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

fn files(folder: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(schema().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn supergraph() -> String {
    let sources: Vec<SubgraphSdl> =
        files("subgraphs").into_iter().map(|(name, sdl)| SubgraphSdl { name, url: String::new(), sdl }).collect();
    match compose(&sources) {
        Ok(supergraph) => supergraph.sdl,
        Err(errors) => panic!("{errors:#?}"),
    }
}

#[test]
fn the_subgraphs_compose_without_internals_in_the_api() {
    let api = api_schema(&supergraph()).unwrap();
    for internal in ["reserveStock", "ReserveStockInput", "productVariants", "join__", "completePayment"] {
        assert!(!api.contains(internal), "{internal}");
    }
    for public in ["type Product", "availability: Availability!", "placeOrder"] {
        assert!(api.contains(public), "{public}");
    }
}

#[test]
fn every_rest_document_fits_the_graph() {
    let documents: Vec<RestDocument> =
        files("rest/v1").into_iter().map(|(name, text)| RestDocument { name, text }).collect();
    assert_eq!(documents.len(), 9);
    let first = match openapi(&supergraph(), &documents) {
        Ok(openapi) => openapi,
        Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    };
    let second = openapi(&supergraph(), &documents).unwrap();
    assert_eq!(first, second, "equal inputs give equal bytes");
    let json: serde_json::Value = serde_json::from_slice(&first).unwrap();
    let product =
        &json["paths"]["/api/v1/products/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(product["properties"]["price"]["properties"]["amount"]["format"], "int64");
    assert_eq!(json["paths"]["/api/v1/orders"]["post"]["requestBody"]["required"], false);
}
