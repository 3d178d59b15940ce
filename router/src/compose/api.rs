//! The schema that clients see: the supergraph without the machinery of federation and without what is inaccessible.

use super::locations::is_executable;
use super::model::{Directive, Directives, InputValue, Schema, Type};
use super::print::{directive_definition, print_roots, print_type};
use super::specs::Known;
use super::subgraph::read_schema;
use super::syntax::{Definition, Kind, SyntaxError, parse_document};
use super::{CompositionError, Place};

/// The directive by which clients give a mutation its idempotency key.
const IDEMPOTENT: &str = r#""""
Makes a mutation safe to repeat: a second request with the same key and the same arguments gets the first answer.
The `Idempotency-Key` header does the same for the whole request.
"""
directive @idempotent(key: String!) on FIELD
"#;

/// The API schema of a supergraph, as text: what clients may ask.
///
/// Errors: `INVALID_GRAPHQL` if the supergraph cannot be parsed.
pub fn api_schema(supergraph: &str) -> Result<String, CompositionError> {
    schema_view(supergraph, false)
}

/// The schema of a supergraph with its internal fields, as text: what our own services may ask.
///
/// Errors: `INVALID_GRAPHQL` if the supergraph cannot be parsed.
pub fn internal_schema(supergraph: &str) -> Result<String, CompositionError> {
    schema_view(supergraph, true)
}

/// The schema of a supergraph without the machinery of federation; with what is inaccessible if `internal`.
pub(crate) fn schema_view(supergraph: &str, internal: bool) -> Result<String, CompositionError> {
    let schema = view(supergraph, internal).map_err(|error| CompositionError {
        code: "INVALID_GRAPHQL",
        message: format!("the supergraph cannot be parsed: {}", error.message),
        places: vec![Place { subgraph: String::new(), line: error.position.line, column: error.position.column }],
    })?;
    let mut out = String::new();
    print_roots(&mut out, &schema);
    out.push('\n');
    for (name, definition) in &schema.definitions {
        out.push_str(&directive_definition(name, definition));
        out.push_str("\n\n");
    }
    out.push_str(IDEMPOTENT);
    for (name, ty) in &schema.types {
        out.push('\n');
        print_type(&mut out, name, ty);
    }
    Ok(out)
}

/// The names of the directives that a schema defines as repeatable; none where it cannot be parsed.
pub(crate) fn repeatable_directives(sdl: &str) -> Vec<String> {
    let definitions = parse_document(sdl).unwrap_or_default();
    let repeatable = definitions.into_iter().filter_map(|definition| match definition {
        Definition::Directive(directive) if directive.repeatable => Some(directive.name),
        _ => None,
    });
    repeatable.collect()
}

/// What clients see of a supergraph or API schema; with what is inaccessible if `internal`.
pub(super) fn view(supergraph: &str, internal: bool) -> Result<Schema, SyntaxError> {
    let mut schema = read_schema(supergraph)?;
    let hidden = |directives: &Vec<Directive>| !internal && directives.has(Known::Inaccessible);
    schema.types.retain(|name, ty| !is_machinery(name) && !hidden(&ty.directives));
    schema.directives.clear();
    let executable = |location: &String| is_executable(location);
    schema.definitions.retain(|name, definition| {
        // The router brings its own.
        name != "idempotent" && !is_machinery(name) && definition.locations.iter().any(executable)
    });
    let kinds: std::collections::BTreeSet<String> = schema.types.keys().cloned().collect();
    let exists = |name: &str| super::model::is_builtin_scalar(name) || kinds.contains(name);
    let trim_inputs = |inputs: &mut indexmap::IndexMap<String, InputValue>| {
        inputs.retain(|_, input| !hidden(&input.directives) && exists(input.ty.name()));
        inputs.values_mut().for_each(|input| trim(&mut input.directives));
    };
    for ty in schema.types.values_mut() {
        trim_type(ty);
        ty.implements.retain(|name| exists(name));
        ty.members.retain(|name| exists(name));
        ty.fields.retain(|_, field| !hidden(&field.directives) && exists(field.ty.name()));
        for field in ty.fields.values_mut() {
            trim_inputs(&mut field.arguments);
            trim(&mut field.directives);
        }
        ty.values.retain(|_, value| !hidden(&value.directives));
        ty.values.values_mut().for_each(|value| trim(&mut value.directives));
        trim_inputs(&mut ty.inputs);
    }
    for definition in schema.definitions.values_mut() {
        definition.locations.retain(executable);
        trim_inputs(&mut definition.arguments);
    }
    Ok(schema)
}

/// Keeps the directives that tell clients something.
fn trim(directives: &mut Vec<Directive>) {
    directives
        .retain(|directive| matches!(directive.known, Some(Known::Deprecated | Known::SpecifiedBy | Known::OneOf)));
}

fn trim_type(ty: &mut Type) {
    match ty.kind {
        Kind::Scalar | Kind::Input => trim(&mut ty.directives),
        _ => ty.directives.clear(),
    }
}

/// Whether a name belongs to the machinery of federation.
fn is_machinery(name: &str) -> bool {
    ["join__", "link__", "core__", "requiresScopes__", "policy__", "context__", "federation__"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}
