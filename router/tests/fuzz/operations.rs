//! Random operations over an API schema: valid by the way they are made.

use std::collections::BTreeMap;
use std::fmt::Write;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};

use crate::choices::Choices;

struct Field {
    name: String,
    target: String,
    has_arguments: bool,
}

/// What can be selected of which type.
pub(crate) struct Api {
    fields: BTreeMap<String, Vec<Field>>,
    /// The object types of interfaces and unions.
    objects: BTreeMap<String, Vec<String>>,
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => named(inner),
    }
}

fn field(field: &FieldDefinition) -> Field {
    let has_arguments = !field.arguments.is_empty();
    Field { name: field.name.node.to_string(), target: named(&field.ty.node), has_arguments }
}

impl Api {
    pub(crate) fn read(sdl: &str) -> Self {
        let mut api = Self { fields: BTreeMap::new(), objects: BTreeMap::new() };
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.to_string();
            match ty.node.kind {
                TypeKind::Object(object) => {
                    for interface in &object.implements {
                        api.objects.entry(interface.node.to_string()).or_default().push(name.clone());
                    }
                    api.fields.insert(name, object.fields.iter().map(|one| field(&one.node)).collect());
                }
                TypeKind::Interface(interface) => {
                    api.fields.insert(name, interface.fields.iter().map(|one| field(&one.node)).collect());
                }
                TypeKind::Union(union) => {
                    api.fields.insert(name.clone(), Vec::new());
                    let members = union.members.iter().map(|member| member.node.to_string());
                    api.objects.entry(name).or_default().extend(members);
                }
                _ => {}
            }
        }
        api
    }

    /// An operation, with so many fields at most.
    pub(crate) fn operation(&self, choices: &mut Choices<'_>, most: usize) -> String {
        let is_mutation = self.fields.contains_key("Mutation") && choices.chance(20);
        let root = if is_mutation { "Mutation" } else { "Query" };
        let mut writer = Writer { api: self, choices, fields_left: most, aliases: 0, fragments: Vec::new() };
        let mut body = String::new();
        writer.selection(root, 0, &mut body);
        let fragments = writer.fragments;
        let uses = |variable: &str| body.contains(variable) || fragments.iter().any(|text| text.contains(variable));
        let declared: Vec<&str> =
            [("$yes", "$yes: Boolean! = true"), ("$no", "$no: Boolean! = false"), ("$int", "$int: Int = 3")]
                .iter()
                .filter(|(name, _)| uses(name))
                .map(|(_, declaration)| *declaration)
                .collect();
        let head = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        let kind = if is_mutation { "mutation" } else { "query" };
        format!("{kind} Op{head} {body} {}", fragments.join(" "))
    }
}

struct Writer<'a, 'c, 'b> {
    api: &'a Api,
    choices: &'c mut Choices<'b>,
    fields_left: usize,
    aliases: usize,
    fragments: Vec<String>,
}

impl Writer<'_, '_, '_> {
    fn condition(&mut self, out: &mut String) {
        if self.choices.chance(12) {
            let name = *self.choices.pick(&["skip", "include"]);
            let value = *self.choices.pick(&["true", "false", "$yes", "$no"]);
            let _ = write!(out, " @{name}(if: {value})");
        }
    }

    fn selection(&mut self, ty: &str, depth: usize, out: &mut String) {
        out.push('{');
        let before = out.len();
        let api = self.api;
        let fields: &[Field] = api.fields.get(ty).map_or(&[], Vec::as_slice);
        for _ in 0..self.choices.below(5) + 1 {
            if self.fields_left == 0 {
                break;
            }
            self.fields_left -= 1;
            match self.choices.below(8) {
                0 => out.push_str(" __typename"),
                1 if depth < 12 => {
                    out.push_str(" ...");
                    self.condition(out);
                    self.selection(ty, depth + 1, out);
                }
                2 if depth < 12 => self.fragment(ty, depth, out),
                _ if fields.is_empty() => self.on_object(ty, depth, out),
                _ => {
                    let field = self.choices.pick(fields);
                    self.field(field, depth, out);
                }
            }
        }
        if api.objects.contains_key(ty) && depth < 12 && self.choices.chance(60) {
            self.on_object(ty, depth, out);
        }
        if out.len() == before {
            out.push_str("__typename");
        }
        out.push('}');
    }

    /// What is selected of one of the types of an interface or union.
    fn on_object(&mut self, ty: &str, depth: usize, out: &mut String) {
        let Some(objects) = self.api.objects.get(ty).filter(|_| depth < 12) else {
            return out.push_str(" __typename");
        };
        let object = self.choices.pick(objects);
        let _ = write!(out, " ... on {object}");
        self.condition(out);
        self.selection(object, depth + 1, out);
    }

    fn fragment(&mut self, ty: &str, depth: usize, out: &mut String) {
        let name = format!("F{}", self.fragments.len());
        // Its place is taken before what is inside of it takes others.
        self.fragments.push(String::new());
        let at = self.fragments.len() - 1;
        let _ = write!(out, " ...{name}");
        self.condition(out);
        let mut body = format!("fragment {name} on {ty} ");
        self.selection(ty, depth + 1, &mut body);
        self.fragments[at] = body;
        if self.choices.chance(30) {
            let _ = write!(out, " ...{name}");
        }
    }

    fn field(&mut self, field: &Field, depth: usize, out: &mut String) {
        let is_composite = self.api.fields.contains_key(&field.target);
        if is_composite && depth >= 12 {
            return out.push_str(" __typename");
        }
        out.push(' ');
        // Arguments under one key must be alike: each has a key of its own.
        if (field.has_arguments || self.choices.chance(15)) && self.aliases < 90 {
            self.aliases += 1;
            let _ = write!(out, "a{}_{}: ", self.aliases, field.name.split_once('_').map_or("x", |(_, shape)| shape));
            out.push_str(&field.name);
            if field.has_arguments && self.choices.chance(70) {
                let arguments = [
                    "(a: 1)",
                    "(a: $int)",
                    "(a: null, b: [\"x\", \"\\u00e9\\\"\"])",
                    "(b: \"one\", c: TWO)",
                    "(d: {a: $int, b: [{c: ONE}, {}]})",
                ];
                out.push_str(self.choices.pick::<&str>(&arguments));
            }
        } else {
            out.push_str(&field.name);
        }
        self.condition(out);
        if is_composite {
            self.selection(&field.target, depth + 1, out);
        }
    }
}
