//! Whether the fields of a key, of `@requires` or of a context can be had from where one stands.
//!
//! A condition is followed by all ways at once: each field of it by some way, and behind an interface by a way for every
//! type. The ways to satisfy it may have conditions of their own. To reach a subgraph by a key, that subgraph itself is no
//! help; beyond that, a condition that depends on itself is not satisfied.

use std::collections::HashMap;

use super::super::syntax::{FieldSelection, Fragment, Kind, Selection};
use super::graph::{ConditionId, Graph, Node, NodeId};

/// How one came to a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The way begins here.
    Start,
    Key,
    Field,
}

/// What a way may not use: subgraphs to enter, and conditions of keys, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Excluded {
    graphs: Vec<usize>,
    conditions: Vec<String>,
}

impl Excluded {
    fn with_graph(&self, graph: usize) -> Self {
        let mut excluded = self.clone();
        if let Err(at) = excluded.graphs.binary_search(&graph) {
            excluded.graphs.insert(at, graph);
        }
        excluded
    }

    fn with_condition(&self, condition: &str) -> Self {
        let mut excluded = self.clone();
        if let Err(at) = excluded.conditions.binary_search_by(|known| known.as_str().cmp(condition)) {
            excluded.conditions.insert(at, condition.to_owned());
        }
        excluded
    }
}

/// Where ways lead: to a position, to one of several at choice, or to several that are all needed.
#[derive(Clone, Debug)]
enum Ways {
    To(NodeId, Arrival),
    Any(Vec<Ways>),
    All(Vec<Ways>),
}

/// A position that was reached by keys, with the condition of the last one.
#[derive(Clone, Copy)]
pub(super) struct Reached {
    pub(super) node: NodeId,
    pub(super) condition: Option<ConditionId>,
}

/// A condition in one place.
type Question = (NodeId, ConditionId, Excluded);

/// How deep conditions may depend on each other.
const MAX_DEPTH: usize = 200;

/// How many steps may be taken: some, and some for each field of a subgraph.
const STEPS: usize = 1_000_000;
const STEPS_PER_FIELD: usize = 200;

pub(super) struct Resolver<'a> {
    pub(super) graph: Graph<'a>,
    answers: HashMap<Question, bool>,
    /// The questions that are being answered, with their depths.
    open: HashMap<Question, usize>,
    /// The depth of the outermost open question that an answer was taken from.
    leans_on: usize,
    depth: usize,
    /// The steps that may still be taken.
    steps: usize,
    reached: HashMap<NodeId, Vec<Reached>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(graph: Graph<'a>) -> Self {
        let types = graph.graphs.iter().flat_map(|subgraph| subgraph.schema.types.values());
        let fields: usize = types.map(|ty| ty.fields.len()).sum();
        Self {
            graph,
            answers: HashMap::new(),
            open: HashMap::new(),
            leans_on: usize::MAX,
            depth: 0,
            steps: STEPS + STEPS_PER_FIELD * fields,
            reached: HashMap::new(),
        }
    }

    /// Counts work; answers whether more may be done.
    pub(super) fn step(&mut self) -> bool {
        self.charge(1)
    }

    /// Counts several steps at once.
    pub(super) fn charge(&mut self, count: usize) -> bool {
        self.steps = self.steps.saturating_sub(count);
        !self.is_exhausted()
    }

    /// Whether the check has been given up, so that its answers mean nothing.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps == 0
    }

    fn give_up(&mut self) {
        self.steps = 0;
    }

    /// Whether a condition can be had at a position.
    pub(super) fn is_satisfied(&mut self, node: NodeId, condition: ConditionId, excluded: &Excluded) -> bool {
        let question = (node, condition, excluded.clone());
        if let Some(answer) = self.answers.get(&question) {
            return *answer;
        }
        if let Some(depth) = self.open.get(&question) {
            self.leans_on = self.leans_on.min(*depth);
            return false;
        }
        if self.depth >= MAX_DEPTH {
            self.give_up();
            return false;
        }
        let outer = std::mem::replace(&mut self.leans_on, usize::MAX);
        self.open.insert(question.clone(), self.depth);
        self.depth += 1;
        let sets = self.graph.sets;
        let asked = &sets.conditions[condition];
        let excluded = excluded.with_condition(&asked.text);
        let start = Ways::To(node, Arrival::Start);
        let name = self.graph.nodes[node].name;
        let answer = self.all_satisfied(&start, &asked.selections, name, condition, &excluded);
        self.depth -= 1;
        self.open.remove(&question);
        // A "no" that was taken from an open question may be a "yes" elsewhere.
        if answer || self.leans_on >= self.depth {
            self.answers.insert(question, answer);
        }
        self.leans_on = if self.leans_on >= self.depth { outer } else { outer.min(self.leans_on) };
        answer
    }

    fn all_satisfied(
        &mut self,
        ways: &Ways,
        selections: &'a [Selection],
        owner: &'a str,
        condition: ConditionId,
        excluded: &Excluded,
    ) -> bool {
        selections.iter().all(|selection| {
            let Some(next) = self.advance(ways, selection, owner, excluded) else { return false };
            let schema = &self.graph.graphs[self.graph.sets.conditions[condition].graph].schema;
            let below = match selection {
                Selection::Field(field) => schema.field(owner, &field.name).map_or("", |found| found.ty.name()),
                Selection::Fragment(fragment) => fragment.on.as_deref().unwrap_or(owner),
                Selection::Spread(_) => "",
            };
            if self.depth >= MAX_DEPTH {
                self.give_up();
                return false;
            }
            self.depth += 1;
            let satisfied = self.all_satisfied(&next, selection.children(), below, condition, excluded);
            self.depth -= 1;
            satisfied
        })
    }

    fn advance(&mut self, ways: &Ways, selection: &'a Selection, owner: &str, excluded: &Excluded) -> Option<Ways> {
        if !self.step() {
            return None;
        }
        match ways {
            Ways::To(node, arrival) => match selection {
                Selection::Field(field) => self.advance_field(*node, *arrival, field, owner, excluded),
                Selection::Fragment(fragment) => self.advance_fragment(*node, *arrival, fragment),
                Selection::Spread(_) => None,
            },
            Ways::All(parts) => {
                let parts: Option<Vec<Ways>> =
                    parts.iter().map(|part| self.advance(part, selection, owner, excluded)).collect();
                parts.map(Ways::All)
            }
            Ways::Any(choices) => {
                let mut found = Vec::new();
                for choice in choices {
                    if let Some(next) = self.advance(choice, selection, owner, excluded) {
                        add(&mut found, next);
                    }
                }
                choice(found)
            }
        }
    }

    fn advance_field(
        &mut self,
        node: NodeId,
        arrival: Arrival,
        field: &'a FieldSelection,
        owner: &str,
        excluded: &Excluded,
    ) -> Option<Ways> {
        let leaf = field.selections.is_empty();
        let mut found = Vec::new();
        if let Some((ways, only_by_types)) = self.direct_field(node, arrival, field, owner) {
            if leaf && !only_by_types {
                return Some(ways);
            }
            add(&mut found, ways);
        }
        for reached in self.reach(node, excluded) {
            let circular = |condition: ConditionId| {
                let selections = &self.graph.sets.conditions[condition].selections;
                selections
                    .iter()
                    .any(|selection| matches!(selection, Selection::Field(other) if other.name == field.name))
            };
            if leaf && reached.condition.is_some_and(circular) {
                continue;
            }
            if let Some((ways, _)) = self.direct_field(reached.node, Arrival::Key, field, owner) {
                add(&mut found, ways);
            }
        }
        choice(found)
    }

    /// A field without moving to another subgraph; also, whether that takes a way for each type behind an interface.
    fn direct_field(
        &mut self,
        node: NodeId,
        arrival: Arrival,
        field: &'a FieldSelection,
        owner: &str,
    ) -> Option<(Ways, bool)> {
        if !self.step() {
            return None;
        }
        let Node { graph, name, ty, .. } = self.graph.nodes[node];
        match ty.kind {
            Kind::Object => {
                let edge = self.graph.field_edge(node, &field.name)?;
                // Which way a label sends a request is not known here.
                if edge.label.is_some() || !edge.contexts.is_empty() {
                    return None;
                }
                if let Some(requires) = edge.requires {
                    let resumable = arrival != Arrival::Field || self.graph.has_local_key(node);
                    if !self.is_satisfied(node, requires, &Excluded::default()) || !resumable {
                        return None;
                    }
                }
                Some((end(edge.target), false))
            }
            Kind::Interface => {
                let of_implementation =
                    owner != name && self.graph.graphs[graph].schema.kind(owner) == Some(Kind::Object);
                let edge = if of_implementation { None } else { self.graph.field_edge(node, &field.name) };
                let direct = edge.as_ref().map(|edge| end(edge.target));
                let enough =
                    edge.is_some_and(|edge| !edge.provided && !self.graph.implementation_provides(node, &field.name));
                if enough && field.selections.is_empty() {
                    return direct.map(|ways| (ways, false));
                }
                let objects: Vec<&str> = if of_implementation {
                    vec![owner]
                } else {
                    self.graph.runtime_types(graph, name).iter().copied().collect()
                };
                let by_types = self.by_types(node, &objects, field);
                match (direct, by_types) {
                    (Some(direct), Some(by_types)) => Some((Ways::Any(vec![direct, by_types]), false)),
                    (Some(direct), None) => Some((direct, false)),
                    (None, by_types) => by_types.map(|ways| (ways, true)),
                }
            }
            Kind::Union => self.graph.field_edge(node, &field.name).map(|_| (end(None), false)),
            _ => None,
        }
    }

    fn by_types(&mut self, node: NodeId, objects: &[&str], field: &'a FieldSelection) -> Option<Ways> {
        let mut parts = Vec::new();
        for object in objects {
            let cast = self.graph.cast(node, object)?;
            parts.push(self.advance_field(cast, Arrival::Field, field, object, &Excluded::default())?);
        }
        Some(Ways::All(parts))
    }

    fn advance_fragment(&mut self, node: NodeId, arrival: Arrival, fragment: &'a Fragment) -> Option<Ways> {
        let Node { graph, name, ty, .. } = self.graph.nodes[node];
        let Some(on) = fragment.on.as_deref().filter(|on| *on != name) else { return Some(Ways::To(node, arrival)) };
        if ty.kind == Kind::Object {
            if self.graph.merged.runtime_types(on).contains(name) {
                return Some(Ways::To(node, arrival));
            }
            if ty.is_interface_object() && self.graph.merged.runtime_types(name).contains(on) {
                let typename = self.graph.sets.typename;
                let known = self.is_satisfied(node, typename, &Excluded::default());
                return known.then_some(Ways::To(node, Arrival::Field));
            }
            // It never is of that type, so that nothing is asked for.
            return Some(Ways::All(Vec::new()));
        }
        let wanted = self.graph.merged.runtime_types(on);
        let objects: Vec<&str> =
            self.graph.runtime_types(graph, name).iter().copied().filter(|object| wanted.contains(object)).collect();
        let casts: Option<Vec<Ways>> =
            objects.iter().map(|object| Some(Ways::To(self.graph.cast(node, object)?, Arrival::Field))).collect();
        casts.map(Ways::All)
    }

    /// The positions in other subgraphs that keys lead to.
    pub(super) fn reach(&mut self, node: NodeId, excluded: &Excluded) -> Vec<Reached> {
        let free = *excluded == Excluded::default();
        if free && let Some(reached) = self.reached.get(&node) {
            return reached.clone();
        }
        let leans_on = std::mem::replace(&mut self.leans_on, usize::MAX);
        let origin = self.graph.nodes[node].graph;
        let mut found: Vec<Reached> = self.reach_roots(node, excluded);
        let mut graphs: Vec<usize> = found.iter().map(|reached| self.graph.nodes[reached.node].graph).collect();
        let mut pending = std::collections::VecDeque::from([node]);
        while let Some(head) = pending.pop_front() {
            for edge in self.graph.key_edges(head).iter() {
                if !self.step() {
                    return Vec::new();
                }
                let text = &self.graph.sets.conditions[edge.condition].text;
                let closed = edge.graph == origin
                    || graphs.contains(&edge.graph)
                    || excluded.graphs.contains(&edge.graph)
                    || excluded.conditions.contains(text);
                if closed || !self.is_satisfied(head, edge.condition, &excluded.with_graph(edge.graph)) {
                    continue;
                }
                if let Some(target) = self.graph.node(edge.graph, edge.name, Vec::new()) {
                    graphs.push(edge.graph);
                    found.push(Reached { node: target, condition: Some(edge.condition) });
                    pending.push_back(target);
                }
            }
        }
        if free && self.leans_on == usize::MAX {
            self.reached.insert(node, found.clone());
        }
        self.leans_on = leans_on.min(self.leans_on);
        found
    }

    /// A root type can be entered in every subgraph that has it.
    fn reach_roots(&mut self, node: NodeId, excluded: &Excluded) -> Vec<Reached> {
        let Node { graph, name, .. } = self.graph.nodes[node];
        let root = self.graph.merged.roots.iter().find(|(_, root)| *root == name).map(|(root, _)| *root);
        let Some(root) = root else { return Vec::new() };
        let others = self.graph.graphs.iter().enumerate().filter(|(other, subgraph)| {
            *other != graph && !excluded.graphs.contains(other) && subgraph.schema.roots.contains_key(&root)
        });
        let others: Vec<usize> = others.map(|(other, _)| other).collect();
        let nodes = others.into_iter().filter_map(|other| self.graph.node(other, name, Vec::new()));
        nodes.map(|node| Reached { node, condition: None }).collect()
    }
}

/// A leaf leaves nothing to be asked.
fn end(target: Option<NodeId>) -> Ways {
    target.map_or_else(|| Ways::All(Vec::new()), |node| Ways::To(node, Arrival::Field))
}

fn add(found: &mut Vec<Ways>, next: Ways) {
    match next {
        Ways::Any(choices) => choices.into_iter().for_each(|choice| add(found, choice)),
        Ways::To(node, arrival) => {
            let known = |other: &Ways| matches!(other, Ways::To(known, how) if *known == node && *how == arrival);
            if !found.iter().any(known) {
                found.push(next);
            }
        }
        Ways::All(_) => found.push(next),
    }
}

fn choice(mut found: Vec<Ways>) -> Option<Ways> {
    match found.len() {
        0 => None,
        1 => found.pop(),
        _ => Some(Ways::Any(found)),
    }
}
