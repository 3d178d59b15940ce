//! What can be asked where: positions in subgraphs, and the ways that lead from one to the next.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::super::field_set::{TYPENAME, fields, normal};
use super::super::model::{Directives, Schema, Type};
use super::super::specs::Known;
use super::super::subgraph::{Subgraph, parse_context};
use super::super::syntax::{FieldSelection, Kind, Selection, parse_selections};

pub(super) type NodeId = usize;
pub(super) type ConditionId = usize;

/// A set of fields that must be had before a way can be taken.
pub(super) struct Condition {
    pub(super) selections: Vec<Selection>,
    /// As written; equal for equal conditions.
    pub(super) text: String,
    /// The subgraph that asks for it.
    pub(super) graph: usize,
}

/// A `@fromContext` argument: its context, and what it selects there.
pub(super) struct ContextUse<'a> {
    pub(super) context: usize,
    pub(super) condition: ConditionId,
    pub(super) argument: &'a str,
}

/// A context of one subgraph with the types that set it.
pub(super) struct Context<'a> {
    graph: usize,
    name: String,
    pub(super) types: Vec<&'a str>,
}

type Coordinate<'a> = (usize, &'a str, &'a str);

/// The directives of all subgraphs, read once.
#[derive(Default)]
pub(super) struct Sets<'a> {
    pub(super) conditions: Vec<Condition>,
    keys: HashMap<(usize, &'a str), Vec<(ConditionId, bool)>>,
    requires: HashMap<Coordinate<'a>, ConditionId>,
    provides: HashMap<Coordinate<'a>, Vec<Selection>>,
    contextual: HashMap<Coordinate<'a>, Vec<ContextUse<'a>>>,
    pub(super) contexts: Vec<Context<'a>>,
    /// Fields that other subgraphs resolve instead, with those subgraphs.
    overridden: HashMap<Coordinate<'a>, Vec<usize>>,
    /// Fields whose resolution depends on a label: on which, and with which outcome.
    labels: HashMap<Coordinate<'a>, (&'a str, bool)>,
    /// The condition `__typename`.
    pub(super) typename: ConditionId,
}

impl<'a> Sets<'a> {
    pub(super) fn read(graphs: &'a [Subgraph]) -> Self {
        let mut sets = Self::default();
        let typename = Selection::Field(FieldSelection {
            alias: None,
            name: TYPENAME.to_owned(),
            arguments: Vec::new(),
            has_directives: false,
            selections: Vec::new(),
        });
        sets.typename = sets.condition(0, vec![typename]);
        for (at, graph) in graphs.iter().enumerate() {
            for (name, ty) in &graph.schema.types {
                for context in ty.directives.each(Known::Context).filter_map(|context| context.string("name")) {
                    sets.context(at, context).types.push(name);
                }
                for key in ty.keys() {
                    let Ok(selections) = parse_selections(key.string("fields").unwrap_or_default()) else { continue };
                    let condition = sets.condition(at, selections);
                    sets.keys.entry((at, name)).or_default().push((condition, key.is_resolvable()));
                }
                for (field_name, field) in &ty.fields {
                    let coordinate = (at, name.as_str(), field_name.as_str());
                    let selections = |known| {
                        let directive = field.directives.first(known)?;
                        parse_selections(directive.string("fields").unwrap_or_default()).ok()
                    };
                    if let Some(selections) = selections(Known::Requires) {
                        let condition = sets.condition(at, selections);
                        sets.requires.insert(coordinate, condition);
                    }
                    if let Some(selections) = selections(Known::Provides) {
                        sets.provides.insert(coordinate, selections);
                    }
                    sets.read_override(graphs, coordinate);
                    for (argument, value) in &field.arguments {
                        let directive = value.directives.first(Known::FromContext);
                        let parsed = directive.and_then(|directive| directive.string("field")).and_then(parse_context);
                        let Some((context, text)) = parsed else { continue };
                        let Ok(selections) = parse_selections(&text) else { continue };
                        let condition = sets.condition(at, selections);
                        sets.context(at, &context);
                        let context = sets.contexts.iter().position(|known| known.graph == at && known.name == context);
                        if let Some(context) = context {
                            sets.contextual.entry(coordinate).or_default().push(ContextUse {
                                context,
                                condition,
                                argument,
                            });
                        }
                    }
                }
            }
        }
        sets
    }

    fn condition(&mut self, graph: usize, selections: Vec<Selection>) -> ConditionId {
        let text = normal(&selections);
        self.conditions.push(Condition { selections, text, graph });
        self.conditions.len() - 1
    }

    fn context(&mut self, graph: usize, name: &str) -> &mut Context<'a> {
        let found = self.contexts.iter().position(|known| known.graph == graph && known.name == name);
        let at = found.unwrap_or_else(|| {
            self.contexts.push(Context { graph, name: name.to_owned(), types: Vec::new() });
            self.contexts.len() - 1
        });
        &mut self.contexts[at]
    }

    fn read_override(&mut self, graphs: &'a [Subgraph], (at, ty, name): Coordinate<'a>) {
        let Some(directive) =
            graphs[at].schema.field(ty, name).and_then(|field| field.directives.first(Known::Override))
        else {
            return;
        };
        let target = graphs.iter().position(|graph| Some(graph.name.as_str()) == directive.string("from"));
        // Where there is nothing left to override, the directive, with its label, means nothing.
        let Some(target) = target.filter(|target| graphs[*target].schema.field(ty, name).is_some()) else { return };
        let label = directive.string("label").filter(|label| !label.is_empty());
        match label {
            Some(label) => {
                self.labels.insert((at, ty, name), (label, true));
                self.labels.insert((target, ty, name), (label, false));
            }
            None => self.overridden.entry((target, ty, name)).or_default().push(at),
        }
    }

    /// The subgraphs that resolve a field instead.
    pub(super) fn overriding<'s>(&'s self, coordinate: (usize, &'s str, &'s str)) -> &'s [usize] {
        self.overridden.get(&coordinate).map(Vec::as_slice).unwrap_or_default()
    }

    /// The keys of a type with whether they are resolvable.
    pub(super) fn keys<'s>(&'s self, graph: usize, ty: &'s str) -> &'s [(ConditionId, bool)] {
        self.keys.get(&(graph, ty)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A position: a type in a subgraph, with what is provided there.
pub(super) struct Node<'a> {
    pub(super) graph: usize,
    pub(super) name: &'a str,
    pub(super) ty: &'a Type,
    provided: Vec<&'a Selection>,
}

/// A way by a field.
pub(super) struct FieldEdge<'a> {
    /// Where it leads; none for a leaf.
    pub(super) target: Option<NodeId>,
    pub(super) requires: Option<ConditionId>,
    pub(super) contexts: &'a [ContextUse<'a>],
    pub(super) label: Option<(&'a str, bool)>,
    pub(super) provided: bool,
}

/// A way by a key into another subgraph.
#[derive(Clone, Copy)]
pub(super) struct KeyEdge<'a> {
    pub(super) graph: usize,
    pub(super) name: &'a str,
    pub(super) condition: ConditionId,
}

/// Edges by the position of their head, computed once.
type Edges<'a> = Rc<Vec<KeyEdge<'a>>>;

pub(super) struct Graph<'a> {
    pub(super) merged: &'a Schema,
    pub(super) graphs: &'a [Subgraph],
    pub(super) sets: &'a Sets<'a>,
    pub(super) nodes: Vec<Node<'a>>,
    index: HashMap<(usize, &'a str, Vec<usize>), NodeId>,
    key_edges: HashMap<(usize, &'a str), Edges<'a>>,
    runtime: HashMap<(usize, &'a str), Rc<BTreeSet<&'a str>>>,
    /// The types that each type of the supergraph implements as an interface object's stand-in: object to interfaces.
    interfaces: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(merged: &'a Schema, graphs: &'a [Subgraph], sets: &'a Sets<'a>) -> Self {
        let mut interfaces: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, ty) in merged.types.iter().filter(|(_, ty)| ty.kind == Kind::Object) {
            interfaces.insert(name, ty.implements.iter().map(String::as_str).collect());
        }
        Self {
            merged,
            graphs,
            sets,
            nodes: Vec::new(),
            index: HashMap::new(),
            key_edges: HashMap::new(),
            runtime: HashMap::new(),
            interfaces,
        }
    }

    pub(super) fn graph_name(&self, node: NodeId) -> &'a str {
        &self.graphs[self.nodes[node].graph].name
    }

    /// The position of a type in a subgraph that has it.
    pub(super) fn node(&mut self, graph: usize, name: &str, provided: Vec<&'a Selection>) -> Option<NodeId> {
        let (name, ty) = self.graphs[graph].schema.types.get_key_value(name)?;
        let mut key: Vec<usize> = provided.iter().map(|selection| std::ptr::from_ref(*selection).addr()).collect();
        key.sort_unstable();
        key.dedup();
        let nodes = &mut self.nodes;
        Some(*self.index.entry((graph, name, key)).or_insert_with(|| {
            nodes.push(Node { graph, name, ty, provided });
            nodes.len() - 1
        }))
    }

    /// The object types that a value of a type can have in a subgraph.
    pub(super) fn runtime_types(&mut self, graph: usize, name: &'a str) -> Rc<BTreeSet<&'a str>> {
        let schema = &self.graphs[graph].schema;
        Rc::clone(self.runtime.entry((graph, name)).or_insert_with(|| Rc::new(schema.runtime_types(name))))
    }

    /// Whether a subgraph resolves a field by itself, in whatever place.
    fn resolves(&self, graph: usize, ty: &str, field: &str) -> bool {
        !self.graphs[graph].facts.is_external(ty, field) && self.sets.overriding((graph, ty, field)).is_empty()
    }

    /// The way by a field from a position whose type has it.
    pub(super) fn field_edge(&mut self, node: NodeId, name: &str) -> Option<FieldEdge<'a>> {
        let Node { graph, name: owner, ty, .. } = self.nodes[node];
        let leaf = FieldEdge { target: None, requires: None, contexts: &[], label: None, provided: false };
        if name == TYPENAME {
            return (!ty.is_interface_object()).then_some(leaf);
        }
        let (name, field) = ty.fields.get_key_value(name)?;
        let coordinate = (graph, owner, name.as_str());
        let provided = self.provided_below(node, name);
        let direct = match ty.kind {
            Kind::Object => self.resolves(graph, owner, name),
            Kind::Interface => self.resolves_interface_field(graph, owner, name),
            _ => false,
        };
        if !direct && provided.is_none() {
            return None;
        }
        let is_provided = provided.is_some() && !direct;
        let mut selections = provided.unwrap_or_default();
        if let Some(own) = self.sets.provides.get(&coordinate) {
            selections.extend(own);
        }
        let target = self.node(graph, field.ty.name(), selections).filter(|target| {
            let target = &self.nodes[*target];
            target.ty.kind.is_composite()
        });
        let contexts = self.sets.contextual.get(&coordinate).map(Vec::as_slice).unwrap_or_default();
        Some(FieldEdge {
            target,
            requires: if is_provided { None } else { self.sets.requires.get(&coordinate).copied() },
            contexts: if is_provided { &[] } else { contexts },
            label: if is_provided { None } else { self.sets.labels.get(&coordinate).copied() },
            provided: is_provided,
        })
    }

    /// An interface's field can be asked for as such where all its types in the subgraph resolve it without conditions.
    fn resolves_interface_field(&mut self, graph: usize, interface: &'a str, field: &str) -> bool {
        if self.graphs[graph].facts.is_external(interface, field) {
            return false;
        }
        let schema = &self.graphs[graph].schema;
        self.merged
            .runtime_types(interface)
            .into_iter()
            .filter_map(|object| Some((object, schema.types.get(object)?)))
            .all(|(object, ty)| {
                ty.fields.get(field).is_some_and(|own| !own.directives.has(Known::Requires))
                    && self.resolves(graph, object, field)
            })
    }

    /// What is provided below a field; none if the field itself is not provided.
    fn provided_below(&self, node: NodeId, name: &str) -> Option<Vec<&'a Selection>> {
        let mut found = None;
        let mut pending: Vec<&'a Selection> = self.nodes[node].provided.clone();
        while let Some(selection) = pending.pop() {
            match selection {
                Selection::Field(field) if field.name == name => {
                    found.get_or_insert_with(Vec::new).extend(&field.selections);
                }
                Selection::Fragment(fragment) if self.is_cast_to_self(node, fragment.on.as_deref()) => {
                    pending.extend(&fragment.selections);
                }
                _ => {}
            }
        }
        found
    }

    /// Whether a fragment on a type holds for everything at a position.
    fn is_cast_to_self(&self, node: NodeId, on: Option<&str>) -> bool {
        let Node { name, ty, .. } = &self.nodes[node];
        on.is_none_or(|on| {
            on == *name || (ty.kind == Kind::Object && ty.implements.iter().any(|interface| interface == on))
        })
    }

    /// The way from an abstract type to one of its types in the subgraph.
    pub(super) fn cast(&mut self, node: NodeId, object: &str) -> Option<NodeId> {
        let Node { graph, name, ty, .. } = self.nodes[node];
        if !ty.kind.is_abstract() || !self.runtime_types(graph, name).contains(object) {
            return None;
        }
        let mut provided = Vec::new();
        let mut pending: Vec<&'a Selection> = self.nodes[node].provided.clone();
        while let Some(selection) = pending.pop() {
            let Selection::Fragment(fragment) = selection else { continue };
            match fragment.on.as_deref() {
                None => pending.extend(&fragment.selections),
                Some(on) if on == object => provided.extend(&fragment.selections),
                Some(_) => {}
            }
        }
        self.node(graph, object, provided)
    }

    /// The ways by keys from a position, into all other subgraphs.
    pub(super) fn key_edges(&mut self, node: NodeId) -> Edges<'a> {
        let Node { graph, name, .. } = self.nodes[node];
        if let Some(edges) = self.key_edges.get(&(graph, name)) {
            return Rc::clone(edges);
        }
        let mut edges = Vec::new();
        let interfaces = self.interfaces.get(name).cloned().unwrap_or_default();
        for (other, subgraph) in self.graphs.iter().enumerate().filter(|(other, _)| *other != graph) {
            let names = std::iter::once(name).chain(interfaces.iter().copied().filter(|interface| {
                *interface != name && subgraph.schema.types.get(*interface).is_some_and(Type::is_interface_object)
            }));
            for target in names {
                let keys = self.sets.keys(other, target).iter().filter(|(_, resolvable)| *resolvable);
                edges.extend(keys.map(|(condition, _)| KeyEdge { graph: other, name: target, condition: *condition }));
            }
        }
        let edges = Rc::new(edges);
        self.key_edges.insert((graph, name), Rc::clone(&edges));
        edges
    }

    /// Whether a type has a key that its subgraph resolves by itself, so that it can be entered again.
    pub(super) fn has_local_key(&self, node: NodeId) -> bool {
        let Node { graph, name, .. } = self.nodes[node];
        self.sets.keys(graph, name).iter().any(|(condition, _)| {
            let selected =
                fields(&self.graphs[graph].schema, name, &self.sets.conditions[*condition].selections, false);
            selected.into_iter().all(|(ty, field)| self.resolves(graph, ty, field))
        })
    }

    /// Whether some type behind an interface provides something below a field.
    pub(super) fn implementation_provides(&self, node: NodeId, field: &str) -> bool {
        let Node { graph, name, .. } = self.nodes[node];
        let schema = &self.graphs[graph].schema;
        schema.implementers(name).any(|(object, _)| self.sets.provides.contains_key(&(graph, object, field)))
    }
}
