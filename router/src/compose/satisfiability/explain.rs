//! What cannot be answered, as a query, and why, subgraph by subgraph.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::model::{Directives, Field, Schema};
use super::super::quoted;
use super::super::specs::Known;
use super::super::syntax::{Kind, Root, TypeRef, Value};
use super::conditions::{Arrival, Excluded, Resolver};
use super::{Obstacle, Spot, Transition};

/// A step of a client's way through the supergraph.
pub(super) enum Way<'a> {
    Root(Root),
    Field { above: usize, name: &'a str, field: &'a Field },
    Cast { above: usize, to: &'a str },
}

/// A query that goes a way and then asks for one thing more.
pub(super) fn query(schema: &Schema, ways: &[Way<'_>], way: usize, last: Transition<'_>) -> String {
    let mut steps = vec![match last {
        Transition::Field { name, field, .. } => step(schema, name, field),
        Transition::Cast { to, .. } => format!("... on {to}"),
    }];
    let leaf = match last {
        Transition::Field { field, .. } => !schema.kind(field.ty.name()).is_some_and(Kind::is_composite),
        Transition::Cast { .. } => false,
    };
    let mut root = Root::Query;
    let mut at = Some(way);
    while let Some(way) = at.and_then(|at| ways.get(at)) {
        at = match way {
            Way::Root(found) => {
                root = *found;
                None
            }
            Way::Field { above, name, field } => {
                steps.push(step(schema, name, field));
                Some(*above)
            }
            Way::Cast { above, to } => {
                steps.push(format!("... on {to}"));
                Some(*above)
            }
        };
    }
    steps.push(if root == Root::Query { String::new() } else { root.keyword().to_owned() });
    let mut out = String::new();
    let deepest = steps.len() - 1;
    for (depth, step) in steps.iter().rev().enumerate() {
        out.push_str(&"  ".repeat(depth));
        out.push_str(step);
        if depth < deepest {
            out.push_str(if step.is_empty() { "{\n" } else { " {\n" });
        }
    }
    out.push_str(if leaf { "\n" } else { " {\n" });
    if !leaf {
        out.push_str(&"  ".repeat(deepest + 1));
        out.push_str("...\n");
        out.push_str(&"  ".repeat(deepest));
        out.push_str("}\n");
    }
    for depth in (0..deepest).rev() {
        out.push_str(&"  ".repeat(depth));
        out.push('}');
        if depth > 0 {
            out.push('\n');
        }
    }
    out
}

fn step(schema: &Schema, name: &str, field: &Field) -> String {
    let required: Vec<String> = field
        .arguments
        .iter()
        .filter(|(_, argument)| argument.is_required())
        .map(|(name, argument)| format!("{name}: {}", example(schema, &argument.ty, 0)))
        .collect();
    if required.is_empty() { name.to_owned() } else { format!("{name}({})", required.join(", ")) }
}

/// Some value of an input type.
fn example(schema: &Schema, ty: &TypeRef, depth: usize) -> Value {
    match ty {
        TypeRef::NonNull(inner) => example(schema, inner, depth),
        TypeRef::List(_) => Value::List(Vec::new()),
        TypeRef::Named(name) => match (name.as_str(), schema.types.get(name)) {
            ("Int", _) => Value::Int("0".to_owned()),
            ("Float", _) => Value::Float("0.5".to_owned()),
            ("Boolean", _) => Value::Boolean(true),
            (_, Some(ty)) if ty.kind == Kind::Enum => {
                ty.values.keys().next().map_or(Value::Null, |value| Value::Enum(value.clone()))
            }
            (_, Some(ty)) if ty.kind == Kind::Input && depth < 5 => {
                let required = ty.inputs.iter().filter(|(_, input)| input.is_required());
                Value::Object(
                    required.map(|(name, input)| (name.clone(), example(schema, &input.ty, depth + 1))).collect(),
                )
            }
            _ => Value::string("..."),
        },
    }
}

/// Why none of the positions gets further: subgraphs with sentences.
pub(super) fn reasons<'a>(
    resolver: &mut Resolver<'a>,
    spots: &[Spot],
    transition: Transition<'a>,
    labels: &BTreeMap<&'a str, bool>,
) -> Vec<(&'a str, String)> {
    let mut found: Vec<(&'a str, String)> = Vec::new();
    let mut add = |graph: &'a str, details: String| {
        if !found.contains(&(graph, details.clone())) {
            found.push((graph, details));
        }
    };
    for spot in spots {
        let mut seen = vec![resolver.graph.nodes[spot.node].graph];
        let mut positions = vec![(spot.clone(), Arrival::Field)];
        for reached in resolver.reach(spot.node, &Excluded::default()) {
            seen.push(resolver.graph.nodes[reached.node].graph);
            positions.push((Spot { node: reached.node, contexts: Rc::clone(&spot.contexts) }, Arrival::Key));
        }
        for (spot, arrival) in &positions {
            let graph = resolver.graph.graph_name(spot.node);
            let obstacle = match transition {
                Transition::Field { owner, name, .. } => {
                    resolver.direct_field_of(spot, *arrival, owner, name, labels).err()
                }
                Transition::Cast { to, .. } => resolver.direct_cast(spot, to).err(),
            };
            if let Some(obstacle) = obstacle {
                add(graph, describe(resolver, spot, transition, &obstacle));
            }
            for edge in resolver.graph.key_edges(spot.node).iter().filter(|edge| !seen.contains(&edge.graph)) {
                let condition = &resolver.graph.sets.conditions[edge.condition];
                let to = &resolver.graph.graphs[edge.graph].name;
                let text = &condition.text;
                add(
                    graph,
                    format!(
                        "cannot move to subgraph \"{to}\" by @key(fields: \"{text}\") of \"{}\": the key cannot be had from \"{graph}\"",
                        edge.name
                    ),
                );
            }
        }
        if let Transition::Field { owner, name, .. } = transition {
            closed(resolver, spot, (owner, name), &seen, &mut add);
        }
    }
    found
}

/// Subgraphs that have the field, but cannot be entered.
fn closed<'a>(
    resolver: &mut Resolver<'a>,
    spot: &Spot,
    (owner, name): (&str, &str),
    seen: &[usize],
    add: &mut dyn FnMut(&'a str, String),
) {
    let here = resolver.graph.graph_name(spot.node);
    let standing = resolver.graph.nodes[spot.node].name;
    let entered: Vec<usize> = resolver.graph.key_edges(spot.node).iter().map(|edge| edge.graph).collect();
    for (at, graph) in resolver.graph.graphs.iter().enumerate() {
        if seen.contains(&at) || entered.contains(&at) || graph.schema.field(owner, name).is_none() {
            continue;
        }
        let why = match graph.schema.types.get(standing) {
            None => format!("it does not define \"{standing}\", which would need a @key there"),
            Some(ty) if ty.directives.has(Known::Key) => {
                format!("no @key of \"{standing}\" is resolvable there")
            }
            Some(_) => format!("\"{standing}\" has no @key there"),
        };
        add(here, format!("cannot move to subgraph \"{}\", which has \"{owner}.{name}\": {why}", graph.name));
    }
}

fn describe(resolver: &Resolver<'_>, spot: &Spot, transition: Transition<'_>, obstacle: &Obstacle<'_>) -> String {
    let node = &resolver.graph.nodes[spot.node];
    let asked = match transition {
        Transition::Field { owner, name, .. } => format!("field \"{owner}.{name}\""),
        Transition::Cast { to, .. } => format!("type \"{to}\""),
    };
    match obstacle {
        Obstacle::NoField => format!("cannot find {asked}"),
        Obstacle::NoType => match transition {
            Transition::Field { owner, .. } => format!("cannot find type \"{owner}\" behind \"{}\"", node.name),
            Transition::Cast { .. } => format!("cannot find {asked}"),
        },
        Obstacle::External => format!("{asked} is @external there"),
        Obstacle::Overridden(by) => {
            let by = by.iter().map(|at| resolver.graph.graphs[*at].name.as_str());
            format!("{asked} is overridden by {}", quoted(by))
        }
        Obstacle::Label(label, outcome) => {
            format!("{asked} is resolved there only if label \"{label}\" is {}", if *outcome { "on" } else { "off" })
        }
        Obstacle::Requires => format!("what @requires of {asked} asks for cannot be had"),
        Obstacle::NoKeyToResume => {
            format!("what {asked} needs can be had, but \"{}\" has no usable @key to come back by", node.name)
        }
        Obstacle::NoContext(argument) => format!("no context for argument \"{argument}\" of {asked} is set on the way"),
        Obstacle::Context(argument) => {
            format!("what argument \"{argument}\" of {asked} takes from its context cannot be had")
        }
        Obstacle::UnresolvableInterfaceObject => format!(
            "no subgraph can be reached that knows which type stands behind the interface object \"{}\"",
            node.name
        ),
    }
}
