//! Whether every field of the supergraph can be reached from every place where clients may ask for it.
//!
//! A client's way through the graph is followed with the set of subgraphs that could be answering at its end: a field is
//! answered by those of them that resolve it, after moving to others by keys. Where no subgraph is left, the supergraph
//! promises what nobody can keep. The check never refuses what can be answered; it is lenient where only a planner
//! could tell (conditions of `@requires`, nested keys, interface objects).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Report;
use super::field_set::{named, parse};
use super::model::{Kind, Merged, Subgraph};

/// A set of subgraphs, by their positions.
type Graphs = BTreeSet<usize>;

/// Reports what cannot be reached. Only for graphs without other errors.
pub(super) fn check(merged: &Merged, subgraphs: &[Subgraph], report: &mut Report) {
    let mut walk = Walk { merged, subgraphs, visited: BTreeMap::new(), queue: VecDeque::new() };
    for root in ["Query", "Mutation", "Subscription"] {
        if merged.types.contains_key(root) {
            let all = (0..subgraphs.len()).filter(|at| subgraphs[*at].types.contains_key(root)).collect();
            walk.visit(root, all, root.to_owned());
        }
    }
    let mut told = BTreeSet::new();
    while let Some((type_name, graphs, way)) = walk.queue.pop_front() {
        walk.follow(&type_name, &graphs, &way, &mut told, report);
    }
}

struct Walk<'a> {
    merged: &'a Merged,
    subgraphs: &'a [Subgraph],
    /// The sets with which a type was reached.
    visited: BTreeMap<String, Vec<Graphs>>,
    queue: VecDeque<(String, Graphs, String)>,
}

impl Walk<'_> {
    /// What a set can answer, every larger set can: it is followed once.
    fn visit(&mut self, type_name: &str, graphs: Graphs, way: String) {
        if graphs.is_empty() {
            return;
        }
        let sets = self.visited.entry(type_name.to_owned()).or_default();
        if sets.iter().any(|known| known.is_subset(&graphs)) {
            return;
        }
        sets.push(graphs.clone());
        self.queue.push_back((type_name.to_owned(), graphs, way));
    }

    fn follow(
        &mut self,
        type_name: &str,
        graphs: &Graphs,
        way: &str,
        told: &mut BTreeSet<(String, String)>,
        report: &mut Report,
    ) {
        let merged = self.merged;
        let Some(ty) = merged.types.get(type_name) else { return };
        let reachable = self.closure(type_name, graphs);
        for (name, field) in &ty.fields {
            // It comes from an interface object, which is reached by the interface's keys.
            if field.joins.iter().any(|join| join.graph.is_none()) {
                continue;
            }
            let answering: Graphs =
                reachable.iter().copied().filter(|at| self.resolves(*at, type_name, name)).collect();
            if answering.is_empty() {
                if told.insert((type_name.to_owned(), name.clone())) {
                    let stuck: Vec<String> =
                        graphs.iter().map(|at| format!("\"{}\"", self.subgraphs[*at].name)).collect();
                    report.error(
                        "SATISFIABILITY_ERROR",
                        format!(
                            "\"{type_name}.{name}\" cannot be reached by \"{way}\": from subgraph {} no key leads to a subgraph that resolves it",
                            stuck.join(", ")
                        ),
                    );
                }
                continue;
            }
            self.enter(named(&field.ty), &answering, &format!("{way}.{name}"));
        }
    }

    fn enter(&mut self, type_name: &str, graphs: &Graphs, way: &str) {
        let merged = self.merged;
        let Some(ty) = merged.types.get(type_name) else { return };
        match ty.kind {
            Kind::Object => self.visit(type_name, graphs.clone(), way.to_owned()),
            Kind::Interface | Kind::Union => {
                let subgraphs = self.subgraphs;
                let lenient =
                    graphs.iter().any(|at| subgraphs[*at].types.get(type_name).is_some_and(|ty| ty.interface_object));
                for (object, definition) in merged.types.iter().filter(|(_, ty)| ty.kind == Kind::Object) {
                    if !definition.implements.contains_key(type_name) && !ty.members.contains_key(object) {
                        continue;
                    }
                    let possible: Graphs = if lenient {
                        (0..subgraphs.len()).filter(|at| subgraphs[*at].types.contains_key(object)).collect()
                    } else {
                        graphs.iter().copied().filter(|at| self.is_possible(*at, type_name, object)).collect()
                    };
                    self.visit(object, possible, format!("{way}[{object}]"));
                }
            }
            _ => {}
        }
    }

    fn is_possible(&self, at: usize, type_name: &str, object: &str) -> bool {
        let types = &self.subgraphs[at].types;
        let implements = types.get(object).is_some_and(|ty| ty.implements.iter().any(|name| name == type_name));
        // A subgraph may answer a more specific type than the supergraph says.
        let member = types.get(type_name).is_some_and(|ty| ty.members.iter().any(|name| name == object));
        implements || member || (!types.contains_key(type_name) && types.contains_key(object))
    }

    /// The subgraphs that can be moved to by keys.
    fn closure(&self, type_name: &str, graphs: &Graphs) -> Graphs {
        let mut reachable = graphs.clone();
        loop {
            let next = (0..self.subgraphs.len()).find(|at| {
                !reachable.contains(at)
                    && self.subgraphs[*at].types.get(type_name).is_some_and(|ty| {
                        ty.keys.iter().any(|key| key.resolvable && self.obtainable(&key.fields, type_name, &reachable))
                    })
            });
            match next {
                Some(at) => reachable.insert(at),
                None => return reachable,
            };
        }
    }

    fn obtainable(&self, key: &str, type_name: &str, reachable: &Graphs) -> bool {
        let Ok(selection) = parse(key) else { return true };
        selection.items.iter().all(|item| match &item.node {
            async_graphql::parser::types::Selection::Field(field) => reachable.iter().any(|at| {
                let ty = self.subgraphs[*at].types.get(type_name);
                ty.is_some_and(|ty| ty.fields.contains_key(field.node.name.node.as_str()))
            }),
            _ => true,
        })
    }

    fn resolves(&self, at: usize, type_name: &str, name: &str) -> bool {
        let graph = &self.subgraphs[at];
        let Some(field) = graph.types.get(type_name).and_then(|ty| ty.fields.get(name)) else { return false };
        // A field that is @external may be provided on the way; where it is, the path's own checks see to it.
        let overridden = self.subgraphs.iter().any(|other| {
            let own = other.types.get(type_name).and_then(|ty| ty.fields.get(name));
            own.and_then(|own| own.overrides.as_ref())
                .is_some_and(|overriding| overriding.from == graph.name && overriding.label.is_none())
        });
        !overridden && (!field.external || field.shareable)
    }
}
