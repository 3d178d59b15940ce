//! Whether everything that the supergraph promises can be answered, by whatever way clients come to ask for it.
//!
//! Every way through the supergraph is followed together with all positions in subgraphs that could be answering there.
//! A field is answered by those positions that resolve it, directly or after moving to other subgraphs by keys; where
//! none is left, the way is told with what is missing in each subgraph. A type is followed again only where it is
//! reached with fewer positions than before: what few can answer, more can.
//!
//! The work is bounded: what would take too long to check is refused.

mod conditions;
mod explain;
mod graph;
mod shared;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use super::Report;
use super::merge::Merged;
use super::model::{Directives, Field, Schema};
use super::specs::Known;
use super::subgraph::Subgraph;
use super::syntax::{Kind, Root};
use conditions::{Arrival, Excluded, Resolver};
use explain::Way;
use graph::{Graph, NodeId, Sets};

/// Reports what cannot be answered. Only for supergraphs without other errors.
pub(super) fn check(merged: &Merged, graphs: &[Subgraph], report: &mut Report) {
    let sets = Sets::read(graphs);
    let graph = Graph::new(&merged.schema, graphs, &sets);
    let mut traversal = Traversal {
        schema: &merged.schema,
        resolver: Resolver::new(graph),
        report,
        ways: Vec::new(),
        pending: VecDeque::new(),
        visited: HashMap::new(),
        told: BTreeSet::new(),
        mutations: BTreeMap::new(),
    };
    traversal.run();
}

/// The positions at which contexts were set on the way, by context.
type Contexts = Rc<BTreeMap<usize, NodeId>>;

/// A position that could be answering.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    node: NodeId,
    contexts: Contexts,
}

/// Positions that could answer together. Below a mutation's root field, which is called in one subgraph only, there is a
/// group for each that has it.
#[derive(Clone)]
struct Group {
    /// The subgraph that the mutation's field was called in.
    called: Option<usize>,
    spots: Vec<Spot>,
}

/// A type with the way to it and the positions there.
struct State<'a> {
    ty: &'a str,
    way: usize,
    groups: Vec<Group>,
    /// The mutation's root field above, if its groups are kept apart.
    mutation: Option<&'a str>,
    labels: BTreeMap<&'a str, bool>,
}

/// What has been visited: a type; below a mutation's root field whose groups are kept apart, in each of them.
type Visited<'a> = (&'a str, Option<(&'a str, usize)>);

/// How a type has been visited: with which positions, and which outcomes of labels.
type Visit<'a> = (BTreeSet<Spot>, BTreeMap<&'a str, bool>);

/// The errors of a mutation's field by the subgraphs that it can be called in.
type MutationErrors = BTreeMap<usize, Vec<String>>;

struct Traversal<'a, 'r> {
    schema: &'a Schema,
    resolver: Resolver<'a>,
    report: &'r mut Report,
    ways: Vec<Way<'a>>,
    pending: VecDeque<State<'a>>,
    visited: HashMap<Visited<'a>, Vec<Visit<'a>>>,
    /// What has been told: fields and casts.
    told: BTreeSet<(&'a str, &'a str)>,
    mutations: BTreeMap<&'a str, MutationErrors>,
}

/// What is asked for next.
#[derive(Clone, Copy)]
enum Transition<'a> {
    /// A field of an object type.
    Field { owner: &'a str, name: &'a str, field: &'a Field },
    /// One of the types of an abstract type.
    Cast { from: &'a str, to: &'a str },
}

enum Advance {
    /// A value can never be of the type here, so that nothing is asked.
    Impossible,
    To(Vec<Spot>),
    Stuck,
}

impl<'a> Traversal<'a, '_> {
    fn run(&mut self) {
        for root in Root::ALL {
            let Some(name) = self.schema.roots.get(&root).filter(|name| !self.is_hidden(name)) else { continue };
            let mut spots = Vec::new();
            for at in 0..self.resolver.graph.graphs.len() {
                let has = self.resolver.graph.graphs[at].schema.roots.contains_key(&root);
                if let Some(node) = self.resolver.graph.node(at, name, Vec::new()).filter(|_| has) {
                    spots.push(Spot { node, contexts: Contexts::default() });
                }
            }
            let way = self.add_way(Way::Root(root));
            let groups = vec![Group { called: None, spots }];
            self.visit(State { ty: name, way, groups, mutation: None, labels: BTreeMap::new() });
        }
        while let Some(state) = self.pending.pop_front() {
            self.follow(&state);
            if self.resolver.is_exhausted() {
                let message =
                    "there are too many ways through the supergraph to check that all of them can be answered";
                self.report.error("MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED", message);
                return;
            }
        }
        self.report_mutations();
    }

    fn add_way(&mut self, way: Way<'a>) -> usize {
        self.ways.push(way);
        self.ways.len() - 1
    }

    /// Queues a state unless one that was harder to answer is or was there.
    fn visit(&mut self, state: State<'a>) {
        let mut known = true;
        for group in &state.groups {
            let spots: BTreeSet<Spot> = group.spots.iter().cloned().collect();
            let covers = |(earlier, labels): &Visit<'a>| {
                earlier.is_subset(&spots) && labels.iter().all(|(label, value)| state.labels.get(label) == Some(value))
            };
            // What is wrong below one call of a mutation may be right below another.
            let call = state.mutation.zip(group.called);
            let mut covered = false;
            for place in [(state.ty, None), (state.ty, call)] {
                let visits = self.visited.get(&place).map(Vec::as_slice).unwrap_or_default();
                self.resolver.charge(visits.len());
                covered |= visits.iter().any(covers);
            }
            if !covered {
                known = false;
                self.visited.entry((state.ty, call)).or_default().push((spots, state.labels.clone()));
            }
        }
        if !known {
            self.pending.push_back(state);
        }
    }

    fn follow(&mut self, state: &State<'a>) {
        let Some(ty) = self.schema.types.get(state.ty) else { return };
        if ty.kind.is_abstract() {
            for object in self.schema.runtime_types(state.ty) {
                if !self.is_hidden(object) {
                    self.take(state, Transition::Cast { from: state.ty, to: object }, &state.labels);
                }
            }
            return;
        }
        for (name, field) in &ty.fields {
            if field.directives.has(Known::Inaccessible) {
                continue;
            }
            let transition = Transition::Field { owner: state.ty, name, field };
            let label = field.directives.iter().find_map(|directive| {
                if directive.name == "join__field" { directive.string("overrideLabel") } else { None }
            });
            let Some(label) = label else {
                self.take(state, transition, &state.labels);
                continue;
            };
            for outcome in [true, false] {
                if state.labels.get(label).is_none_or(|known| *known == outcome) {
                    let mut labels = state.labels.clone();
                    labels.insert(label, outcome);
                    self.take(state, transition, &labels);
                }
            }
        }
    }

    fn is_hidden(&self, ty: &str) -> bool {
        self.schema.types.get(ty).is_none_or(|ty| ty.directives.has(Known::Inaccessible))
    }

    fn take(&mut self, state: &State<'a>, transition: Transition<'a>, labels: &BTreeMap<&'a str, bool>) {
        let mut groups = Vec::new();
        for group in &state.groups {
            if !self.resolver.step() {
                return;
            }
            match self.advance_group(group, transition, labels) {
                Advance::Impossible => return,
                Advance::To(spots) => groups.push(Group { called: group.called, spots }),
                Advance::Stuck => self.report_stuck(state, group, transition, labels),
            }
        }
        if groups.is_empty() {
            return;
        }
        let (target, step) = match transition {
            Transition::Field { owner, name, field } => {
                if !self.shares_types(state, &groups, (owner, name, field)) {
                    return;
                }
                (field.ty.name(), Way::Field { above: state.way, name, field })
            }
            Transition::Cast { to, .. } => (to, Way::Cast { above: state.way, to }),
        };
        let Some((target, _)) = self.schema.types.get_key_value(target).filter(|(_, ty)| ty.kind.is_composite()) else {
            return;
        };
        let mut mutation = state.mutation;
        if let Transition::Field { name, .. } = transition
            && matches!(self.ways[state.way], Way::Root(Root::Mutation))
        {
            groups = self.apart(name, groups);
            mutation = (groups.len() > 1).then_some(name);
        }
        let way = self.add_way(step);
        self.visit(State { ty: target, way, groups, mutation, labels: labels.clone() });
    }

    /// A mutation's field is called once, in one subgraph: what cannot be answered from there, cannot be answered.
    fn apart(&mut self, name: &'a str, groups: Vec<Group>) -> Vec<Group> {
        let mut by_graph: BTreeMap<usize, Vec<Spot>> = BTreeMap::new();
        for spot in groups.into_iter().flat_map(|group| group.spots) {
            by_graph.entry(self.resolver.graph.nodes[spot.node].graph).or_default().push(spot);
        }
        if by_graph.len() > 1 {
            self.mutations.insert(name, by_graph.keys().map(|graph| (*graph, Vec::new())).collect());
        }
        by_graph.into_iter().map(|(graph, spots)| Group { called: Some(graph), spots }).collect()
    }

    fn report_stuck(
        &mut self,
        state: &State<'a>,
        group: &Group,
        transition: Transition<'a>,
        labels: &BTreeMap<&'a str, bool>,
    ) {
        if self.resolver.is_exhausted() {
            return;
        }
        let coordinate = match transition {
            Transition::Field { owner, name, .. } => (owner, name),
            Transition::Cast { from, to } => (from, to),
        };
        let called = group.called.filter(|_| state.mutation.is_some());
        if called.is_none() && !self.told.insert(coordinate) {
            return;
        }
        let query = explain::query(self.schema, &self.ways, state.way, transition);
        let mut message = format!("this query cannot be answered by the subgraphs:\n{query}");
        for (graph, details) in explain::reasons(&mut self.resolver, &group.spots, transition, labels) {
            message.push_str(&format!("\n- from subgraph \"{graph}\": {details}"));
        }
        match (called, state.mutation) {
            (Some(graph), Some(mutation)) => {
                let errors = self.mutations.entry(mutation).or_default().entry(graph).or_default();
                if errors.len() < 3 {
                    errors.push(message);
                }
            }
            _ => self.report.error("SATISFIABILITY_ERROR", message),
        }
    }

    fn report_mutations(&mut self) {
        for (field, errors) in std::mem::take(&mut self.mutations) {
            if errors.values().any(Vec::is_empty) {
                continue;
            }
            let mut message = format!(
                "the mutation field \"Mutation.{field}\" is called in one subgraph, but what it answers cannot be answered from any that has it:"
            );
            for (graph, errors) in errors {
                let name = &self.resolver.graph.graphs[graph].name;
                message.push_str(&format!("\n- called in subgraph \"{name}\":"));
                for error in errors {
                    message.push_str(&format!("\n  {}", error.replace('\n', "\n  ")));
                }
            }
            self.report.error("SATISFIABILITY_ERROR", message);
        }
    }

    fn advance_group(
        &mut self,
        group: &Group,
        transition: Transition<'a>,
        labels: &BTreeMap<&'a str, bool>,
    ) -> Advance {
        let mut found: Vec<Spot> = Vec::new();
        let mut satisfied = false;
        for spot in &group.spots {
            match self.resolver.advance_spot(spot, transition, labels) {
                Advance::Impossible => return Advance::Impossible,
                Advance::Stuck => {}
                Advance::To(spots) => {
                    satisfied = true;
                    for spot in spots {
                        if !found.contains(&spot) {
                            found.push(spot);
                        }
                    }
                }
            }
        }
        if satisfied { Advance::To(found) } else { Advance::Stuck }
    }
}

/// Why a transition cannot be taken directly at a position.
enum Obstacle<'a> {
    NoField,
    NoType,
    External,
    Overridden(Vec<usize>),
    Label(&'a str, bool),
    Requires,
    NoKeyToResume,
    NoContext(&'a str),
    Context(&'a str),
    UnresolvableInterfaceObject,
}

impl<'a> Resolver<'a> {
    fn advance_spot(&mut self, spot: &Spot, transition: Transition<'a>, labels: &BTreeMap<&'a str, bool>) -> Advance {
        let mut found = Vec::new();
        match transition {
            Transition::Cast { from, to } => {
                let node = &self.graph.nodes[spot.node];
                let (graph, name, kind) = (node.graph, node.name, node.ty.kind);
                let of_interface = self.schema_kind(from) == Some(Kind::Interface);
                let concrete = of_interface && kind == Kind::Object;
                if !concrete && !self.graph.runtime_types(graph, name).contains(to) {
                    return Advance::Impossible;
                }
                found.extend(self.direct_cast(spot, to).ok());
                for reached in self.reach(spot.node, &Excluded::default()) {
                    let spot = Spot { node: reached.node, contexts: Rc::clone(&spot.contexts) };
                    found.extend(self.direct_cast(&spot, to).ok());
                }
            }
            Transition::Field { owner, name, field } => {
                let leaf = !self.schema_kind(field.ty.name()).is_some_and(Kind::is_composite);
                if let Ok(next) = self.direct_field_of(spot, Arrival::Field, owner, name, labels) {
                    if leaf {
                        return Advance::To(Vec::new());
                    }
                    found.extend(next);
                }
                for reached in self.reach(spot.node, &Excluded::default()) {
                    let spot = Spot { node: reached.node, contexts: Rc::clone(&spot.contexts) };
                    // A root type is entered without a key.
                    let arrival = if reached.condition.is_some() { Arrival::Key } else { Arrival::Field };
                    if let Ok(next) = self.direct_field_of(&spot, arrival, owner, name, labels) {
                        if leaf {
                            return Advance::To(Vec::new());
                        }
                        found.extend(next);
                    }
                }
            }
        }
        if found.is_empty() { Advance::Stuck } else { Advance::To(found) }
    }

    fn schema_kind(&self, name: &str) -> Option<Kind> {
        self.graph.merged.kind(name)
    }

    fn direct_cast(&mut self, spot: &Spot, to: &str) -> Result<Spot, Obstacle<'a>> {
        let node = &self.graph.nodes[spot.node];
        if node.name == to {
            return Ok(spot.clone());
        }
        let (name, ty) = (node.name, node.ty);
        if ty.is_interface_object() && self.graph.merged.runtime_types(name).contains(to) {
            // What stands behind the interface must be found out in a subgraph that knows it.
            let known = self.is_satisfied(spot.node, self.graph.sets.typename, &Excluded::default());
            return if known { Ok(spot.clone()) } else { Err(Obstacle::UnresolvableInterfaceObject) };
        }
        let node = self.graph.cast(spot.node, to).ok_or(Obstacle::NoType)?;
        Ok(Spot { node, contexts: Rc::clone(&spot.contexts) })
    }

    /// Takes a field of a type of the supergraph at a position; answers the next position, or none for a leaf.
    fn direct_field_of(
        &mut self,
        spot: &Spot,
        arrival: Arrival,
        owner: &'a str,
        name: &str,
        labels: &BTreeMap<&'a str, bool>,
    ) -> Result<Option<Spot>, Obstacle<'a>> {
        let mut node = spot.node;
        let position = &self.graph.nodes[node];
        if position.name != owner && !position.ty.is_interface_object() {
            node = self.graph.cast(node, owner).ok_or(Obstacle::NoType)?;
        }
        let position = &self.graph.nodes[node];
        let (graph, ty_name, has) = (position.graph, position.name, position.ty.fields.contains_key(name));
        let Some(edge) = self.graph.field_edge(node, name) else {
            let overriding = self.graph.sets.overriding((graph, ty_name, name)).to_vec();
            return Err(match (has, overriding.is_empty()) {
                (false, _) => Obstacle::NoField,
                (true, false) => Obstacle::Overridden(overriding),
                (true, true) => Obstacle::External,
            });
        };
        if let Some((label, outcome)) = edge.label
            && labels.get(label) != Some(&outcome)
        {
            return Err(Obstacle::Label(label, outcome));
        }
        for used in edge.contexts {
            let set = *spot.contexts.get(&used.context).ok_or(Obstacle::NoContext(used.argument))?;
            if !self.is_satisfied(set, used.condition, &Excluded::default()) {
                return Err(Obstacle::Context(used.argument));
            }
        }
        if !edge.contexts.is_empty() && !self.graph.has_local_key(node) {
            return Err(Obstacle::NoKeyToResume);
        }
        if let Some(requires) = edge.requires {
            if !self.is_satisfied(node, requires, &Excluded::default()) {
                return Err(Obstacle::Requires);
            }
            if arrival != Arrival::Key && !self.graph.has_local_key(node) {
                return Err(Obstacle::NoKeyToResume);
            }
        }
        Ok(edge.target.map(|target| Spot { node: target, contexts: self.set_contexts(&spot.contexts, owner, node) }))
    }

    /// The contexts below a field of a type.
    fn set_contexts(&self, above: &Contexts, owner: &str, node: NodeId) -> Contexts {
        let merged = self.graph.merged;
        let sets = |context: &graph::Context<'_>| {
            context.types.iter().any(|ty| {
                *ty == owner
                    || merged
                        .types
                        .get(*ty)
                        .is_some_and(|found| found.kind.is_abstract() && merged.runtime_types(ty).contains(owner))
            })
        };
        let set: Vec<usize> = self
            .graph
            .sets
            .contexts
            .iter()
            .enumerate()
            .filter(|(_, context)| sets(context))
            .map(|(at, _)| at)
            .collect();
        if set.is_empty() {
            return Rc::clone(above);
        }
        let mut contexts = BTreeMap::clone(above);
        contexts.extend(set.into_iter().map(|context| (context, node)));
        Rc::new(contexts)
    }
}
