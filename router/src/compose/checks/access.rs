//! A field that is computed from others must ask for as much access as they do.

use std::collections::BTreeMap;

use super::super::Report;
use super::super::merge::{alternatives, conjunction};
use super::super::model::{Directive, Directives, Schema};
use super::super::specs::Known;
use super::super::subgraph::{Subgraph, parse_context};
use super::super::syntax::{Selection, parse_selections};

/// What a client must have.
#[derive(Clone, Default)]
struct Requirements {
    authenticated: bool,
    scopes: Vec<Vec<String>>,
    policies: Vec<Vec<String>>,
}

impl Requirements {
    fn of(directives: &Vec<Directive>) -> Self {
        let lists = |known, argument| {
            directives
                .first(known)
                .and_then(|directive: &Directive| directive.argument(argument))
                .map(alternatives)
                .unwrap_or_default()
        };
        Self {
            authenticated: directives.has(Known::Authenticated),
            scopes: lists(Known::RequiresScopes, "scopes"),
            policies: lists(Known::Policy, "policies"),
        }
    }

    fn and(self, other: Self) -> Self {
        let join = |left: Vec<Vec<String>>, right: Vec<Vec<String>>| match (left.is_empty(), right.is_empty()) {
            (true, _) => right,
            (_, true) => left,
            _ => conjunction(vec![left, right]),
        };
        Self {
            authenticated: self.authenticated || other.authenticated,
            scopes: join(self.scopes, other.scopes),
            policies: join(self.policies, other.policies),
        }
    }

    /// Whether whoever has these has the others, too.
    fn covers(&self, other: &Self) -> bool {
        let covers = |own: &[Vec<String>], wanted: &[Vec<String>]| {
            let nothing = [Vec::new()];
            let own = if own.is_empty() { &nothing } else { own };
            wanted.is_empty()
                || own.iter().all(|own| wanted.iter().any(|wanted| wanted.iter().all(|item| own.contains(item))))
        };
        (self.authenticated || !other.authenticated)
            && covers(&self.scopes, &other.scopes)
            && covers(&self.policies, &other.policies)
    }
}

pub(super) fn check(schema: &Schema, graphs: &[Subgraph], report: &mut Report) {
    let used = graphs.iter().any(|graph| Known::ACCESS.into_iter().any(|known| graph.links.name_of(known).is_some()));
    if !used {
        return;
    }
    let contexts = contexts(schema);
    for graph in graphs {
        for (name, ty) in &graph.schema.types {
            for (field_name, field) in &ty.fields {
                let mut check = |directive: &Directive, targets: &[&str], text: &str| {
                    let problem = uncovered(schema, name, field_name, targets, text);
                    if let Some(problem) = problem {
                        let message = format!(
                            "[{}] \"{name}.{field_name}\" does not ask for the access (@authenticated, @requiresScopes, @policy) that {problem}, which it depends on by {directive}, asks for",
                            graph.name
                        );
                        let places = vec![(graph.name.as_str(), directive.position)];
                        report.error_at("MISSING_TRANSITIVE_AUTH_REQUIREMENTS", message, places);
                    }
                };
                if let Some(directive) = field.directives.first(Known::Requires) {
                    check(directive, &[], directive.string("fields").unwrap_or_default());
                }
                for directive in
                    field.arguments.values().filter_map(|argument| argument.directives.first(Known::FromContext))
                {
                    let Some((context, selection)) = directive.string("field").and_then(parse_context) else {
                        continue;
                    };
                    let targets = contexts.get(&format!("{}__{context}", graph.name)).cloned().unwrap_or_default();
                    check(directive, &targets, &selection);
                }
            }
        }
    }
}

/// The types that set each context, under its name in the supergraph.
fn contexts(schema: &Schema) -> BTreeMap<String, Vec<&str>> {
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, ty) in &schema.types {
        for context in ty.directives.each(Known::Context).filter_map(|context| context.string("name")) {
            found.entry(context.to_owned()).or_default().push(name);
        }
    }
    found
}

/// The first thing that asks for more than the field does: among the selected fields, from the field's own type or from
/// the given ones, which count themselves.
fn uncovered(schema: &Schema, owner: &str, field: &str, targets: &[&str], text: &str) -> Option<String> {
    let ty = schema.types.get(owner)?;
    let own = Requirements::of(&ty.directives).and(Requirements::of(&ty.fields.get(field)?.directives));
    let selections = parse_selections(text).ok()?;
    if targets.is_empty() {
        return uncovered_selection(schema, owner, &selections, &own);
    }
    targets.iter().find_map(|target| {
        let ty = schema.types.get(*target)?;
        if !own.covers(&Requirements::of(&ty.directives)) {
            return Some(format!("\"{target}\""));
        }
        uncovered_selection(schema, target, &selections, &own)
    })
}

fn uncovered_selection(schema: &Schema, owner: &str, selections: &[Selection], own: &Requirements) -> Option<String> {
    selections.iter().find_map(|selection| match selection {
        Selection::Field(field) => {
            let definition = schema.field(owner, &field.name)?;
            let returned = definition.ty.name();
            let of_type = schema.types.get(returned).map(|ty| Requirements::of(&ty.directives)).unwrap_or_default();
            if !own.covers(&Requirements::of(&definition.directives)) || !own.covers(&of_type) {
                return Some(format!("\"{owner}.{}\"", field.name));
            }
            uncovered_selection(schema, returned, &field.selections, own)
        }
        Selection::Fragment(fragment) => {
            let on = fragment.on.as_deref().unwrap_or(owner);
            let of_type = schema.types.get(on).map(|ty| Requirements::of(&ty.directives)).unwrap_or_default();
            if fragment.on.is_some() && !own.covers(&of_type) {
                return Some(format!("\"{on}\""));
            }
            uncovered_selection(schema, on, &fragment.selections, own)
        }
        Selection::Spread(_) => None,
    })
}
