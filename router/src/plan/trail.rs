//! The trail to an object: the objects on the way from the root, and where each of them was arrived at.
//!
//! Only what takes arguments from contexts needs it; everything else is decided without, so that decisions about it can
//! be shared by all ways that lead there.

use std::sync::Arc;

use async_graphql::Name;

use super::choose::{Chooser, Stand, TooComplex, address};
use super::contexts::{ContextArgument, Sets, mentions};
use super::cost::Cost;
use super::supergraph::{SubgraphId, TypeId};
use super::wants::WantSet;

/// The number of a trail; zero where none is kept.
pub(super) type TrailId = u32;

/// How many hops at one object are told apart; further ones count as the last, so that ways in circles end.
const HOPS: usize = 3;

/// An object on the way, and the trail to the one above it.
#[derive(Clone)]
pub(super) struct Trail {
    /// Where the object was first stood at: before any subgraph was asked for it by a key.
    pub(super) ty: TypeId,
    pub(super) subgraph: Option<SubgraphId>,
    pub(super) provided: Option<Arc<WantSet>>,
    /// How many hops came since then, at this object.
    hops: usize,
    /// Whether the request in which one stands asks for entities.
    by_key: bool,
    above: TrailId,
}

type Key = (TypeId, Option<SubgraphId>, usize, usize, bool, TrailId);

/// All trails of an operation.
#[derive(Default)]
pub(super) struct Trails {
    list: Vec<Trail>,
    known: super::choose::WordMap<Key, TrailId>,
}

impl Trails {
    fn add(&mut self, trail: Trail) -> TrailId {
        let provided = trail.provided.as_ref().map_or(0, address);
        let key = (trail.ty, trail.subgraph, provided, trail.hops, trail.by_key, trail.above);
        let next = TrailId::try_from(self.list.len() + 1).unwrap_or(TrailId::MAX);
        *self.known.entry(key).or_insert_with(|| {
            self.list.push(trail);
            next
        })
    }

    pub(super) fn get(&self, id: TrailId) -> Option<&Trail> {
        self.list.get((id as usize).checked_sub(1)?)
    }
}

/// Where the value of an argument comes from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) argument: Name,
    /// The argument's type.
    pub(super) shape: Arc<str>,
    /// How far above the object is that has it.
    pub(super) up: usize,
    /// The trail to that object.
    pub(super) trail: TrailId,
    pub(super) selection: Arc<WantSet>,
    /// What it costs to have it, from there.
    pub(super) cost: Cost,
    /// How many hops there are from there to where it is needed.
    pub(super) hops: usize,
}

impl Source {
    /// Whether it is had before the request in which one stands is sent.
    fn is_early(&self) -> bool {
        self.cost.depth() < self.hops
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.up == other.up && self.argument == other.argument && Arc::ptr_eq(&self.selection, &other.selection)
    }
}

impl Chooser<'_> {
    /// Whether something in a set takes arguments from contexts.
    pub(super) fn is_contextual(&self, wants: &WantSet) -> bool {
        let names = &self.graph.contextual;
        !names.is_empty() && mentions(wants, names)
    }

    /// The trail to the root.
    pub(super) fn trail_of_root(&mut self, ty: TypeId) -> TrailId {
        if self.graph.contextual.is_empty() {
            return 0;
        }
        self.trails.add(Trail { ty, subgraph: None, provided: None, hops: 0, by_key: false, above: 0 })
    }

    /// Where one stands below a field that is resolved where one stood.
    pub(super) fn below<'a>(&mut self, stand: Stand<'_>, ty: TypeId, provided: Option<&'a Arc<WantSet>>) -> Stand<'a> {
        let by_key = self.trails.get(stand.trail).map(|trail| trail.by_key);
        let trail = by_key.map_or(0, |by_key| {
            let provided = provided.cloned();
            self.trails.add(Trail { ty, subgraph: stand.subgraph, provided, hops: 0, by_key, above: stand.trail })
        });
        Stand { ty, subgraph: stand.subgraph, provided, entered: false, trail }
    }

    /// Where one stands if the object is of a more precise type.
    pub(super) fn narrowed<'a>(&mut self, stand: Stand<'a>, ty: TypeId) -> Stand<'a> {
        let trail = self.trails.get(stand.trail).cloned().map_or(0, |trail| {
            let provided = stand.provided.cloned();
            self.trails.add(Trail { ty, subgraph: stand.subgraph, provided, hops: 0, ..trail })
        });
        Stand { ty, entered: false, trail, ..stand }
    }

    /// The trail after so many hops at the same object, the last of them by a key or at the root.
    pub(super) fn hopped(&mut self, trail: TrailId, hops: usize, by_key: bool) -> TrailId {
        self.trails.get(trail).cloned().map_or(0, |trail| {
            let hops = (trail.hops + hops).min(HOPS);
            self.trails.add(Trail { hops, by_key, ..trail })
        })
    }

    /// Whether what a field takes from contexts can be told with the request in which one stands.
    pub(super) fn travels_here(&self, stand: Stand<'_>, sources: &[Source]) -> bool {
        let by_key = self.trails.get(stand.trail).is_some_and(|trail| trail.by_key);
        by_key && (stand.entered || sources.iter().all(Source::is_early))
    }

    /// Where the arguments of a field of an object come from; none where one cannot be had.
    pub(super) fn sources(
        &mut self,
        arguments: &[ContextArgument],
        trail: TrailId,
    ) -> Result<Option<Vec<Source>>, TooComplex> {
        let mut sources = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let Some(source) = self.source(argument, trail)? else { return Ok(None) };
            sources.push(source);
        }
        Ok(Some(sources))
    }

    fn source(&mut self, argument: &ContextArgument, trail: TrailId) -> Result<Option<Source>, TooComplex> {
        let Some(own) = self.trails.get(trail) else { return Ok(None) };
        let (mut at, mut up, mut hops) = (own.above, 1, own.hops);
        let found = loop {
            let Some(above) = self.trails.get(at) else { return Ok(None) };
            hops += above.hops;
            match argument.setters.among(self.graph, above.ty) {
                Sets::All => break above.clone(),
                // Which object it is depends on the type: the types are told apart first.
                Sets::Some => return Ok(None),
                Sets::None => (at, up) = (above.above, up + 1),
            }
        };
        let is_abstract = self.graph.ty(found.ty).is_abstract();
        let selection =
            if is_abstract { Arc::clone(&argument.selection) } else { self.of_object(&argument.selection, found.ty) };
        let choice = self.choose(&selection, found.stand(at))?;
        if choice.missing.is_some() {
            return Ok(None);
        }
        let (argument, shape) = (argument.name.clone(), Arc::clone(&argument.shape));
        Ok(Some(Source { argument, shape, up, trail: at, selection, cost: choice.cost, hops }))
    }
}

impl Trail {
    /// Where one stood when the object was arrived at; `own` is the trail's number.
    pub(super) fn stand(&self, own: TrailId) -> Stand<'_> {
        Stand { ty: self.ty, subgraph: self.subgraph, provided: self.provided.as_ref(), entered: false, trail: own }
    }
}
