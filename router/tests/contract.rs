//! The project's own schema: its subgraphs compose, and every REST document fits the graph.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/openapi.rs"]
mod document;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use async_graphql::parser::types::{OperationType, Selection, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{parse_query, parse_schema};
use document::{check, resolved};
use router::compose::{SubgraphSdl, api_schema, compose};
use router::rest::{Beside, RestDocument, openapi};
use serde_json::Value;

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
    let named = |folder| files(folder).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(named("rest/v1"), named("subgraphs"), "every service has its routes");
    let first = match openapi(&supergraph(), &documents, &Beside::new()) {
        Ok(openapi) => openapi,
        Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    };
    let second = openapi(&supergraph(), &documents, &Beside::new()).unwrap();
    assert_eq!(first, second, "equal inputs give equal bytes");
    let text = String::from_utf8(first).unwrap();
    check(&text);
    let json: Value = serde_json::from_str(&text).unwrap();
    let operations = text.matches("\"operationId\"").count();
    assert!(text.len() < 3_000 * operations, "{} bytes for {operations} operations: what repeats?", text.len());
    let product =
        &json["paths"]["/api/v1/products/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    let price = &resolved(&json, product)["properties"]["price"];
    let amount = &resolved(&json, price)["properties"]["amount"];
    assert_eq!(amount["format"], "int64");
    assert_eq!(json["paths"]["/api/v1/orders"]["post"]["requestBody"]["required"], false);
    // The names of a path's parameters are not part of a route.
    assert!(json["paths"]["/api/v1/seller/sellers/{id}"]["patch"].is_object());
    assert!(json["paths"]["/api/v1/seller/sellers/{sellerId}"].is_null());
}

/// Root fields that no route asks for, each with the reason.
const WITHOUT_ROUTE: [(&str, &str, &str); 1] =
    [("Mutation", "uploadFile", "bytes come as multipart to POST /api/v1/uploads, or to a signed address")];

/// The root fields of the public API.
fn root_fields() -> BTreeSet<(String, String)> {
    let api = parse_schema(api_schema(&supergraph()).unwrap()).unwrap();
    let mut fields = BTreeSet::new();
    for definition in api.definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let name = ty.node.name.node.to_string();
        if let (TypeKind::Object(object), "Query" | "Mutation") = (ty.node.kind, name.as_str()) {
            fields.extend(object.fields.into_iter().map(|field| (name.clone(), field.node.name.node.to_string())));
        }
    }
    fields
}

#[test]
fn every_root_field_has_a_route() {
    let mut asked = BTreeSet::new();
    for (_, text) in files("rest/v1") {
        for (_, operation) in parse_query(text).unwrap().operations.iter() {
            let root = if operation.node.ty == OperationType::Query { "Query" } else { "Mutation" };
            for selection in &operation.node.selection_set.node.items {
                let Selection::Field(field) = &selection.node else { panic!("{selection:?} is no field") };
                asked.insert((root.to_owned(), field.node.name.node.to_string()));
            }
        }
    }
    let fields = root_fields();
    assert!(fields.len() > 250, "{fields:?}");
    let without: BTreeSet<(String, String)> =
        WITHOUT_ROUTE.iter().map(|(root, field, _)| ((*root).to_owned(), (*field).to_owned())).collect();
    let missing: Vec<_> = fields.difference(&asked).filter(|field| !without.contains(field)).collect();
    assert!(missing.is_empty(), "no operation in schema/rest/v1 asks for {missing:?}");
    let needless: Vec<_> = without.iter().filter(|field| asked.contains(field) || !fields.contains(field)).collect();
    assert!(needless.is_empty(), "{needless:?} have a route, or are gone");
}
