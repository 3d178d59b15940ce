//! The schema that clients see: the supergraph without the machinery of federation and without what is inaccessible.

use std::collections::BTreeSet;
use std::fmt::Write;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, ServiceDocument, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{Positioned, Value};

use super::CompositionError;
use super::print::{directive_definition, print_description};

/// Directives that stay on elements of the API schema; they tell clients something.
const SHOWN: &[&str] = &["deprecated", "specifiedBy", "oneOf"];

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
    let document = parse_schema(supergraph).map_err(|error| CompositionError {
        code: "INVALID_GRAPHQL",
        message: format!("the supergraph cannot be parsed: {error}"),
    })?;
    let view = View { internal, hidden: hidden_types(&document, internal) };
    Ok(view.print(&document))
}

/// Whether a name belongs to the machinery of federation.
fn is_machinery(name: &str) -> bool {
    ["join__", "link__", "core__", "requiresScopes__", "policy__", "federation__"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn is_inaccessible(directives: &[Positioned<ConstDirective>]) -> bool {
    directives.iter().any(|directive| directive.node.name.node == "inaccessible")
}

fn hidden_types(document: &ServiceDocument, internal: bool) -> BTreeSet<String> {
    document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty) => Some(&ty.node),
            _ => None,
        })
        .filter(|ty| is_machinery(&ty.name.node) || (!internal && is_inaccessible(&ty.directives)))
        .map(|ty| ty.name.node.to_string())
        .collect()
}

struct View {
    internal: bool,
    hidden: BTreeSet<String>,
}

impl View {
    fn shows(&self, directives: &[Positioned<ConstDirective>], ty: Option<&Type>) -> bool {
        (self.internal || !is_inaccessible(directives)) && ty.is_none_or(|ty| !self.hidden.contains(named(ty)))
    }

    fn print(&self, document: &ServiceDocument) -> String {
        let mut out = String::new();
        let mut types: Vec<&TypeDefinition> = Vec::new();
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    out.push_str("schema {\n");
                    let roots = [
                        ("query", &schema.node.query),
                        ("mutation", &schema.node.mutation),
                        ("subscription", &schema.node.subscription),
                    ];
                    for (operation, name) in roots {
                        if let Some(name) = name {
                            let _ = writeln!(out, "  {operation}: {}", name.node);
                        }
                    }
                    out.push_str("}\n\n");
                }
                TypeSystemDefinition::Type(ty) if !self.hidden.contains(ty.node.name.node.as_str()) => {
                    types.push(&ty.node);
                }
                TypeSystemDefinition::Directive(directive) => {
                    let name = directive.node.name.node.as_str();
                    let executable = directive
                        .node
                        .locations
                        .iter()
                        .any(|location| super::print::location_name(location.node) == "FIELD");
                    if executable && !is_machinery(name) && name != "idempotent" {
                        let _ = write!(out, "{}\n\n", directive_definition(&directive.node));
                    }
                }
                TypeSystemDefinition::Type(_) => {}
            }
        }
        out.push_str(IDEMPOTENT);
        types.sort_by(|left, right| left.name.node.cmp(&right.name.node));
        for ty in types {
            out.push('\n');
            self.print_type(&mut out, ty);
        }
        out
    }

    fn print_type(&self, out: &mut String, ty: &TypeDefinition) {
        print_description(out, ty.description.as_ref().map(|text| text.node.as_str()), "");
        let name = &ty.name.node;
        match &ty.kind {
            TypeKind::Scalar => {
                let _ = write!(out, "scalar {name}");
                print_shown(out, &ty.directives);
                out.push('\n');
            }
            TypeKind::Object(object) => {
                let _ = write!(out, "type {name}");
                self.print_implements(out, &object.implements);
                self.print_fields(out, &object.fields);
            }
            TypeKind::Interface(interface) => {
                let _ = write!(out, "interface {name}");
                self.print_implements(out, &interface.implements);
                self.print_fields(out, &interface.fields);
            }
            TypeKind::Union(union) => {
                let members: Vec<&str> = union
                    .members
                    .iter()
                    .map(|member| member.node.as_str())
                    .filter(|member| !self.hidden.contains(*member))
                    .collect();
                let _ = writeln!(out, "union {name} = {}", members.join(" | "));
            }
            TypeKind::Enum(values) => {
                let _ = writeln!(out, "enum {name} {{");
                for value in &values.values {
                    let value = &value.node;
                    if self.shows(&value.directives, None) {
                        print_description(out, value.description.as_ref().map(|text| text.node.as_str()), "  ");
                        let _ = write!(out, "  {}", value.value.node);
                        print_shown(out, &value.directives);
                        out.push('\n');
                    }
                }
                out.push_str("}\n");
            }
            TypeKind::InputObject(input) => {
                let _ = write!(out, "input {name}");
                print_shown(out, &ty.directives);
                out.push_str(" {\n");
                for field in &input.fields {
                    if self.shows(&field.node.directives, Some(&field.node.ty.node)) {
                        print_description(out, field.node.description.as_ref().map(|text| text.node.as_str()), "  ");
                        let _ = writeln!(out, "  {}", input_value(&field.node));
                    }
                }
                out.push_str("}\n");
            }
        }
    }

    fn print_implements(&self, out: &mut String, names: &[Positioned<async_graphql::Name>]) {
        let names: Vec<&str> =
            names.iter().map(|name| name.node.as_str()).filter(|name| !self.hidden.contains(*name)).collect();
        if !names.is_empty() {
            let _ = write!(out, " implements {}", names.join(" & "));
        }
    }

    fn print_fields(&self, out: &mut String, fields: &[Positioned<FieldDefinition>]) {
        out.push_str(" {\n");
        for field in fields {
            let field = &field.node;
            if !self.shows(&field.directives, Some(&field.ty.node)) {
                continue;
            }
            print_description(out, field.description.as_ref().map(|text| text.node.as_str()), "  ");
            let _ = write!(out, "  {}", field.name.node);
            let arguments: Vec<String> = field
                .arguments
                .iter()
                .filter(|argument| self.shows(&argument.node.directives, Some(&argument.node.ty.node)))
                .map(|argument| match &argument.node.description {
                    Some(text) => format!("{} {}", Value::String(text.node.clone()), input_value(&argument.node)),
                    None => input_value(&argument.node),
                })
                .collect();
            if !arguments.is_empty() {
                let _ = write!(out, "({})", arguments.join(", "));
            }
            let _ = write!(out, ": {}", field.ty.node);
            print_shown(out, &field.directives);
            out.push('\n');
        }
        out.push_str("}\n");
    }
}

fn input_value(value: &InputValueDefinition) -> String {
    let mut out = format!("{}: {}", value.name.node, value.ty.node);
    if let Some(default) = &value.default_value {
        let _ = write!(out, " = {}", default.node);
    }
    print_shown(&mut out, &value.directives);
    out
}

fn print_shown(out: &mut String, directives: &[Positioned<ConstDirective>]) {
    for directive in directives {
        let directive = &directive.node;
        if !SHOWN.contains(&directive.name.node.as_str()) {
            continue;
        }
        let _ = write!(out, " @{}", directive.name.node);
        if !directive.arguments.is_empty() {
            let parts: Vec<String> =
                directive.arguments.iter().map(|(name, value)| format!("{}: {}", name.node, value.node)).collect();
            let _ = write!(out, "({})", parts.join(", "));
        }
    }
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}
