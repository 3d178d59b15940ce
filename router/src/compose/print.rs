//! Prints schemas: the supergraph in the join specification, and the pieces that the API schema shares with it.

use std::collections::BTreeSet;
use std::fmt::Write;

use async_graphql::Value;
use async_graphql::parser::types as ast;
use indexmap::IndexMap;

use super::model::{Applied, InputValue, JoinField, Kind, Merged, MergedType, Subgraph};

const JOIN_DEFINITIONS: &str = r#"directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE

directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean{LABEL}) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE

directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
"#;

const LINK_TYPES: &str = r#"scalar join__FieldSet

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
"#;

/// The specifications that the supergraph links where their directives occur.
struct Feature {
    directive: &'static str,
    link: &'static str,
    definition: &'static str,
}

const FEATURES: &[Feature] = &[
    Feature {
        directive: "authenticated",
        link: "@link(url: \"https://specs.apollo.dev/authenticated/v0.1\", for: SECURITY)",
        definition: "directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM",
    },
    Feature {
        directive: "cost",
        link: "@link(url: \"https://specs.apollo.dev/cost/v0.1\", import: [\"@cost\", \"@listSize\"])",
        definition: "directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR\n\ndirective @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
    },
    Feature {
        directive: "inaccessible",
        link: "@link(url: \"https://specs.apollo.dev/inaccessible/v0.2\", for: SECURITY)",
        definition: "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION",
    },
    Feature {
        directive: "policy",
        link: "@link(url: \"https://specs.apollo.dev/policy/v0.1\", for: SECURITY)",
        definition: "directive @policy(policies: [[policy__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM\n\nscalar policy__Policy",
    },
    Feature {
        directive: "requiresScopes",
        link: "@link(url: \"https://specs.apollo.dev/requiresScopes/v0.1\", for: SECURITY)",
        definition: "directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM\n\nscalar requiresScopes__Scope",
    },
    Feature {
        directive: "tag",
        link: "@link(url: \"https://specs.apollo.dev/tag/v0.3\")",
        definition: "directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA",
    },
];

/// Prints the supergraph.
pub(super) fn print(merged: &Merged, subgraphs: &[Subgraph]) -> String {
    let applied = applied_names(merged);
    let labelled = merged
        .types
        .values()
        .flat_map(|ty| ty.fields.values())
        .flat_map(|field| &field.joins)
        .any(|join| join.overrides.as_ref().is_some_and(|overriding| overriding.label.is_some()));
    let mut out = String::new();
    print_schema_definition(&mut out, merged, subgraphs, &applied, labelled);
    out.push_str(&JOIN_DEFINITIONS.replace("{LABEL}", if labelled { ", overrideLabel: String" } else { "" }));
    for feature in FEATURES {
        if applied.contains(feature.directive) || (feature.directive == "cost" && applied.contains("listSize")) {
            let _ = write!(out, "\n{}\n", feature.definition);
        }
    }
    if applied.contains("oneOf") {
        out.push_str("\ndirective @oneOf on INPUT_OBJECT\n");
    }
    let mut composed: Vec<(&String, &String)> =
        subgraphs.iter().flat_map(|graph| &graph.composed).map(|(name, definition)| (name, &definition.text)).collect();
    composed.sort();
    composed.dedup_by(|left, right| left.0 == right.0);
    for (_, text) in composed {
        let _ = write!(out, "\n{text}\n");
    }
    out.push('\n');
    out.push_str(LINK_TYPES);
    out.push_str("\nenum join__Graph {\n");
    for graph in subgraphs {
        let (name, url) = (Value::String(graph.name.clone()), Value::String(graph.url.clone()));
        let _ = writeln!(out, "  {} @join__graph(name: {name}, url: {url})", graph.id);
    }
    out.push_str("}\n");
    for (name, ty) in &merged.types {
        if name == "Query" && ty.fields.is_empty() {
            continue;
        }
        out.push('\n');
        print_type(&mut out, name, ty);
    }
    out
}

fn print_schema_definition(
    out: &mut String,
    merged: &Merged,
    subgraphs: &[Subgraph],
    applied: &BTreeSet<&str>,
    labelled: bool,
) {
    let join = if labelled { "v0.4" } else { "v0.3" };
    out.push_str("schema\n  @link(url: \"https://specs.apollo.dev/link/v1.0\")\n");
    let _ = writeln!(out, "  @link(url: \"https://specs.apollo.dev/join/{join}\", for: EXECUTION)");
    for feature in FEATURES {
        if applied.contains(feature.directive) || (feature.directive == "cost" && applied.contains("listSize")) {
            let _ = writeln!(out, "  {}", feature.link);
        }
    }
    let links: BTreeSet<&String> = subgraphs.iter().flat_map(|graph| &graph.composed_links).collect();
    for link in links {
        let _ = writeln!(out, "  {link}");
    }
    out.push_str("{\n  query: Query\n");
    if merged.has_mutation {
        out.push_str("  mutation: Mutation\n");
    }
    if merged.has_subscription {
        out.push_str("  subscription: Subscription\n");
    }
    out.push_str("}\n\n");
}

/// The names of all directives in use.
fn applied_names(merged: &Merged) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for ty in merged.types.values() {
        let fields = ty.fields.values().flat_map(|field| {
            field.directives.iter().chain(field.arguments.values().flat_map(|argument| &argument.directives))
        });
        let values = ty.values.values().flat_map(|value| &value.value.directives);
        let inputs = ty.inputs.values().flat_map(|input| &input.value.directives);
        let all = ty.directives.iter().chain(fields).chain(values).chain(inputs);
        names.extend(all.map(|directive| directive.name.as_str()));
    }
    names
}

fn print_type(out: &mut String, name: &str, ty: &MergedType) {
    print_description(out, ty.description.as_deref(), "");
    let keyword = match ty.kind {
        Kind::Scalar => "scalar",
        Kind::Object => "type",
        Kind::Interface => "interface",
        Kind::Union => "union",
        Kind::Enum => "enum",
        Kind::Input => "input",
    };
    let _ = write!(out, "{keyword} {name}");
    if !ty.implements.is_empty() {
        let names: Vec<&str> = ty.implements.keys().map(String::as_str).collect();
        let _ = write!(out, " implements {}", names.join(" & "));
    }
    out.push('\n');
    for (interface, graphs) in &ty.implements {
        for graph in graphs {
            let _ = writeln!(out, "  @join__implements(graph: {graph}, interface: \"{interface}\")");
        }
    }
    for join in &ty.joins {
        let _ = write!(out, "  @join__type(graph: {}", join.graph);
        if let Some(key) = &join.key {
            let _ = write!(out, ", key: {}", Value::String(key.fields.clone()));
            if key.extension {
                out.push_str(", extension: true");
            }
            if !key.resolvable {
                out.push_str(", resolvable: false");
            }
        }
        if join.interface_object {
            out.push_str(", isInterfaceObject: true");
        }
        out.push_str(")\n");
    }
    for (member, graphs) in &ty.members {
        for graph in graphs {
            let _ = writeln!(out, "  @join__unionMember(graph: {graph}, member: \"{member}\")");
        }
    }
    for directive in &ty.directives {
        let _ = writeln!(out, "  {}", applied_directive(directive));
    }
    match ty.kind {
        Kind::Scalar => {}
        Kind::Union => {
            let names: Vec<&str> = ty.members.keys().map(String::as_str).collect();
            let _ = writeln!(out, " = {}", names.join(" | "));
        }
        Kind::Object | Kind::Interface => print_fields(out, ty),
        Kind::Enum => {
            out.push_str("{\n");
            for (name, value) in &ty.values {
                print_description(out, value.value.description.as_deref(), "  ");
                let _ = write!(out, "  {name}");
                print_directives(out, &value.value.directives);
                for graph in &value.graphs {
                    let _ = write!(out, " @join__enumValue(graph: {graph})");
                }
                out.push('\n');
            }
            out.push_str("}\n");
        }
        Kind::Input => {
            out.push_str("{\n");
            for (name, input) in &ty.inputs {
                print_description(out, input.value.description.as_deref(), "  ");
                let _ = write!(out, "  {}", input_value(name, &input.value));
                print_joins(out, &input.joins);
                out.push('\n');
            }
            out.push_str("}\n");
        }
    }
}

fn print_fields(out: &mut String, ty: &MergedType) {
    out.push_str("{\n");
    for (name, field) in &ty.fields {
        print_description(out, field.description.as_deref(), "  ");
        let _ = write!(out, "  {name}{}: {}", arguments(&field.arguments), field.ty);
        print_directives(out, &field.directives);
        print_joins(out, &field.joins);
        out.push('\n');
    }
    out.push_str("}\n");
}

fn print_joins(out: &mut String, joins: &[JoinField]) {
    for join in joins {
        let mut parts = Vec::new();
        if let Some(graph) = &join.graph {
            parts.push(format!("graph: {graph}"));
        }
        if let Some(requires) = &join.requires {
            parts.push(format!("requires: {}", Value::String(requires.clone())));
        }
        if let Some(provides) = &join.provides {
            parts.push(format!("provides: {}", Value::String(provides.clone())));
        }
        if let Some(ty) = &join.ty {
            parts.push(format!("type: \"{ty}\""));
        }
        if join.external {
            parts.push("external: true".to_owned());
        }
        if let Some(overriding) = &join.overrides {
            if !overriding.from.is_empty() {
                parts.push(format!("override: {}", Value::String(overriding.from.clone())));
            }
            if let Some(label) = &overriding.label {
                parts.push(format!("overrideLabel: {}", Value::String(label.clone())));
            }
        }
        if join.used_overridden {
            parts.push("usedOverridden: true".to_owned());
        }
        out.push_str(" @join__field");
        if !parts.is_empty() {
            let _ = write!(out, "({})", parts.join(", "));
        }
    }
}

fn arguments(arguments: &IndexMap<String, InputValue>) -> String {
    if arguments.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = arguments
        .iter()
        .map(|(name, value)| match &value.description {
            Some(text) => format!("{} {}", Value::String(text.clone()), input_value(name, value)),
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

fn print_directives(out: &mut String, directives: &[Applied]) {
    for directive in directives {
        let _ = write!(out, " {}", applied_directive(directive));
    }
}

/// Prints a directive as applied.
pub(super) fn applied_directive(directive: &Applied) -> String {
    if directive.arguments.is_empty() {
        return format!("@{}", directive.name);
    }
    let parts: Vec<String> = directive.arguments.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("@{}({})", directive.name, parts.join(", "))
}

/// Prints a description as a block string before a definition.
pub(super) fn print_description(out: &mut String, description: Option<&str>, indent: &str) {
    let Some(text) = description else { return };
    let _ = writeln!(out, "{indent}\"\"\"");
    for line in text.replace("\"\"\"", "\\\"\"\"").lines() {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{indent}{line}");
        }
    }
    let _ = writeln!(out, "{indent}\"\"\"");
}

/// Prints a directive's definition.
pub(super) fn directive_definition(directive: &ast::DirectiveDefinition) -> String {
    let mut out = format!("directive @{}", directive.name.node);
    if !directive.arguments.is_empty() {
        let parts: Vec<String> = directive
            .arguments
            .iter()
            .map(|argument| {
                let argument = &argument.node;
                match &argument.default_value {
                    Some(default) => format!("{}: {} = {}", argument.name.node, argument.ty.node, default.node),
                    None => format!("{}: {}", argument.name.node, argument.ty.node),
                }
            })
            .collect();
        let _ = write!(out, "({})", parts.join(", "));
    }
    if directive.is_repeatable {
        out.push_str(" repeatable");
    }
    let locations: Vec<&str> = directive.locations.iter().map(|location| location_name(location.node)).collect();
    let _ = write!(out, " on {}", locations.join(" | "));
    out
}

/// A directive location as the schema language writes it.
pub(crate) fn location_name(location: ast::DirectiveLocation) -> &'static str {
    use ast::DirectiveLocation as Location;
    match location {
        Location::Query => "QUERY",
        Location::Mutation => "MUTATION",
        Location::Subscription => "SUBSCRIPTION",
        Location::Field => "FIELD",
        Location::FragmentDefinition => "FRAGMENT_DEFINITION",
        Location::FragmentSpread => "FRAGMENT_SPREAD",
        Location::InlineFragment => "INLINE_FRAGMENT",
        Location::Schema => "SCHEMA",
        Location::Scalar => "SCALAR",
        Location::Object => "OBJECT",
        Location::FieldDefinition => "FIELD_DEFINITION",
        Location::ArgumentDefinition => "ARGUMENT_DEFINITION",
        Location::Interface => "INTERFACE",
        Location::Union => "UNION",
        Location::Enum => "ENUM",
        Location::EnumValue => "ENUM_VALUE",
        Location::InputObject => "INPUT_OBJECT",
        Location::InputFieldDefinition => "INPUT_FIELD_DEFINITION",
        Location::VariableDefinition => "VARIABLE_DEFINITION",
    }
}
