//! Prints schemas: the supergraph with the definitions of its specifications, and views of it for clients.

use std::collections::BTreeSet;
use std::fmt::Write;

use indexmap::IndexMap;

use super::merge::Merged;
use super::model::{Directive, DirectiveDefinition, EnumValue, Field, InputValue, Schema, Type};
use super::specs::{Composed, Known, Version, join_version};
use super::subgraph::Subgraph;
use super::syntax::{Kind, Root, print_string};

/// Prints the supergraph.
pub(super) fn print_supergraph(merged: &Merged, graphs: &[Subgraph]) -> String {
    let join = join_version(merged.federation);
    // The description of the schema itself is left out: common parsers do not accept it there.
    let mut out = String::from("schema\n  @link(url: \"https://specs.apollo.dev/link/v1.0\")\n");
    let _ = writeln!(out, "  @link(url: \"https://specs.apollo.dev/join/v{}.{}\", for: EXECUTION)", join.0, join.1);
    for Composed { spec, version, security } in &merged.specs {
        let (import, purpose) = match (*spec, security) {
            ("cost", _) => (", import: [\"@cost\", \"@listSize\"]", ""),
            (_, true) => ("", ", for: SECURITY"),
            (_, false) => ("", ""),
        };
        let _ = writeln!(out, "  @link(url: \"https://specs.apollo.dev/{spec}/{version}\"{import}{purpose})");
    }
    if merged.cache_tags {
        out.push_str("  @link(url: \"https://specs.apollo.dev/cacheTag/v0.1\", for: EXECUTION)\n");
    }
    for directive in merged.custom_links.iter().chain(&merged.schema.directives) {
        let _ = writeln!(out, "  {directive}");
    }
    out.push_str("{\n");
    for (root, name) in &merged.schema.roots {
        let _ = writeln!(out, "  {}: {name}", root.keyword());
    }
    out.push_str("}\n\n");
    print_join_definitions(&mut out, join);
    for definition in spec_definitions(&merged.specs) {
        let _ = write!(out, "\n{definition}\n");
    }
    for (name, definition) in &merged.schema.definitions {
        let _ = write!(out, "\n{}\n", directive_definition(name, definition));
    }
    print_join_types(&mut out, join, graphs);
    for (name, ty) in &merged.schema.types {
        out.push('\n');
        print_type(&mut out, name, ty);
    }
    out
}

fn print_join_definitions(out: &mut String, join: Version) {
    let label = if join >= (0, 4) { ", overrideLabel: String" } else { "" };
    let context = if join >= (0, 5) { ", contextArguments: [join__ContextArgument!]" } else { "" };
    if join >= (0, 4) {
        out.push_str("directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION\n\n");
    }
    out.push_str("directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE\n\n");
    let _ = write!(
        out,
        "directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean{label}{context}) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION\n\n"
    );
    out.push_str(
        r"directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE

directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
",
    );
}

/// The definitions of the directives, and of the scalars, of specifications.
fn spec_definitions(specs: &BTreeSet<Composed>) -> Vec<String> {
    let mut definitions = Vec::new();
    for composed in specs {
        for known in Known::ALL.into_iter().filter(|known| known.composed_by() == Some(*composed)) {
            definitions.push(directive_definition(known.name(), known.definition()));
        }
        match composed.spec {
            "policy" => definitions.push("scalar policy__Policy".to_owned()),
            "requiresScopes" => definitions.push("scalar requiresScopes__Scope".to_owned()),
            "context" => definitions.extend(
                [
                    "directive @context__fromContext(field: context__ContextFieldValue) on ARGUMENT_DEFINITION",
                    "scalar context__ContextFieldValue",
                ]
                .map(str::to_owned),
            ),
            _ => {}
        }
    }
    definitions
}

fn print_join_types(out: &mut String, join: Version, graphs: &[Subgraph]) {
    if join >= (0, 5) {
        out.push_str(
            r"
input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}
",
        );
    }
    if join >= (0, 4) {
        out.push_str("\nscalar join__DirectiveArguments\n");
    }
    out.push_str("\nscalar join__FieldSet\n");
    if join >= (0, 5) {
        out.push_str("\nscalar join__FieldValue\n");
    }
    out.push_str(
        r#"
scalar link__Import

enum link__Purpose {
  """
  `SECURITY` features provide metadata necessary to securely resolve fields.
  """
  SECURITY

  """
  `EXECUTION` features provide metadata necessary for operation execution.
  """
  EXECUTION
}

enum join__Graph {
"#,
    );
    for graph in graphs {
        let (name, url) = (print_string(&graph.name), print_string(&graph.url));
        let _ = writeln!(out, "  {} @join__graph(name: {name}, url: {url})", graph.id);
    }
    out.push_str("}\n");
}

/// Prints the roots of a schema without its directives.
pub(super) fn print_roots(out: &mut String, schema: &Schema) {
    out.push_str("schema {\n");
    for root in Root::ALL {
        if let Some(name) = schema.roots.get(&root) {
            let _ = writeln!(out, "  {}: {name}", root.keyword());
        }
    }
    out.push_str("}\n");
}

/// Prints a type with all its directives.
pub(super) fn print_type(out: &mut String, name: &str, ty: &Type) {
    print_description(out, ty.description.as_deref(), "");
    let _ = write!(out, "{} {name}", ty.kind.keyword());
    if !ty.implements.is_empty() {
        let _ = write!(out, " implements {}", ty.implements.join(" & "));
    }
    // Directives that tell where a type comes from have a line each; the few others of views stay on the first one.
    let lines = ty.directives.iter().any(|directive| directive.name.starts_with("join__"));
    if lines {
        out.push('\n');
        for directive in &ty.directives {
            let _ = writeln!(out, "  {directive}");
        }
    } else {
        print_directives(out, &ty.directives);
        if ty.kind != Kind::Scalar {
            out.push(' ');
        }
    }
    match ty.kind {
        Kind::Scalar => {
            if !lines {
                out.push('\n');
            }
        }
        Kind::Union => {
            let _ = writeln!(out, "{}= {}", if lines { " " } else { "" }, ty.members.join(" | "));
        }
        Kind::Object | Kind::Interface => print_block(out, &ty.fields, print_field),
        Kind::Enum => print_block(out, &ty.values, print_value),
        Kind::Input => print_block(out, &ty.inputs, print_input),
    }
}

fn print_block<T>(out: &mut String, items: &IndexMap<String, T>, print: impl Fn(&mut String, &str, &T)) {
    out.push_str("{\n");
    for (name, item) in items {
        print(out, name, item);
        out.push('\n');
    }
    out.push_str("}\n");
}

fn print_field(out: &mut String, name: &str, field: &Field) {
    print_description(out, field.description.as_deref(), "  ");
    let _ = write!(out, "  {name}{}: {}", arguments(&field.arguments), field.ty);
    print_directives(out, &field.directives);
}

fn print_value(out: &mut String, name: &str, value: &EnumValue) {
    print_description(out, value.description.as_deref(), "  ");
    let _ = write!(out, "  {name}");
    print_directives(out, &value.directives);
}

fn print_input(out: &mut String, name: &str, value: &InputValue) {
    print_description(out, value.description.as_deref(), "  ");
    let _ = write!(out, "  {}", input_value(name, value));
}

fn arguments(arguments: &IndexMap<String, InputValue>) -> String {
    if arguments.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = arguments
        .iter()
        .map(|(name, value)| match &value.description {
            Some(text) => format!("{} {}", print_string(text), input_value(name, value)),
            None => input_value(name, value),
        })
        .collect();
    format!("({})", parts.join(", "))
}

fn input_value(name: &str, value: &InputValue) -> String {
    let mut out = format!("{name}: {}", value.ty);
    if let Some(default) = &value.default {
        let _ = write!(out, " = {default}");
    }
    print_directives(&mut out, &value.directives);
    out
}

fn print_directives(out: &mut String, directives: &[Directive]) {
    for directive in directives {
        let _ = write!(out, " {directive}");
    }
}

/// Prints a description as a block string before a definition.
fn print_description(out: &mut String, description: Option<&str>, indent: &str) {
    let Some(text) = description else { return };
    // What a block string would change is written with escapes.
    let plain = text.trim_matches(['\n', ' ', '\t']) == text && !text.ends_with(['"', '\\']) && !text.contains('\r');
    if !plain || text.is_empty() {
        let _ = writeln!(out, "{indent}{}", print_string(text));
        return;
    }
    let _ = writeln!(out, "{indent}\"\"\"");
    for line in text.replace("\"\"\"", "\\\"\"\"").split('\n') {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{indent}{line}");
        }
    }
    let _ = writeln!(out, "{indent}\"\"\"");
}

/// Prints a directive's definition.
pub(super) fn directive_definition(name: &str, definition: &DirectiveDefinition) -> String {
    let mut out = String::new();
    print_description(&mut out, definition.description.as_deref(), "");
    let repeatable = if definition.repeatable { " repeatable" } else { "" };
    let _ = write!(
        out,
        "directive @{name}{}{repeatable} on {}",
        arguments(&definition.arguments),
        definition.locations.join(" | ")
    );
    out
}
