//! Builds the fetches of a plan, following the decisions of [`Chooser`].
//!
//! A *place* is where objects stand in the response tree: a path of response keys, where types differ also of types. A
//! *spot* is the same without types; it knows which response keys are taken there, so that what the router needs for
//! itself never meets what the client asked for.

use std::sync::Arc;

use async_graphql::Name;

use super::choose::{Choice, Chooser, Jump, Stand, Stay, TooComplex};
use super::compiled::Require;
use super::representation::{add_requires, agree};
use super::supergraph::{SubgraphId, Supergraph, TypeId};
use super::values::{ValueDraft, ValueId};
use super::wants::{Arguments, Want, WantSet};

pub(super) type PlaceId = usize;
pub(super) type SelectionId = usize;
pub(super) type FetchId = usize;
type SpotId = usize;

/// A place, by the way from the place above it.
#[derive(Debug)]
pub(super) struct Place {
    /// The place above, the type that its objects must have, and the response key.
    pub(super) from: Option<(PlaceId, Option<TypeId>, Name)>,
    pub(super) spot: SpotId,
}

/// The response keys at a spot: key, field, arguments.
#[derive(Debug, Default)]
struct Spot {
    keys: Vec<(Name, Name, Option<Arc<Arguments>>)>,
    children: Vec<(Name, SpotId)>,
}

/// A request to a subgraph, as yet by itself.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) subgraph: SubgraphId,
    pub(super) place: PlaceId,
    /// The type as which entities are entered; none for the root.
    pub(super) entry: Option<TypeId>,
    pub(super) selection: SelectionId,
    pub(super) inputs: Vec<Inputs>,
    pub(super) parents: Vec<FetchId>,
    /// How many hops come before it.
    pub(super) level: usize,
}

/// What represents the objects of a type.
#[derive(Debug, PartialEq)]
pub(super) struct Inputs {
    /// The type that objects must have; none where all have it.
    pub(super) of: Option<TypeId>,
    pub(super) requires: Vec<Require>,
}

/// What is selected of an object.
#[derive(Debug, Default)]
pub(super) struct Selection {
    pub(super) typename: bool,
    pub(super) fields: Vec<Selected>,
    pub(super) on: Vec<(TypeId, SelectionId)>,
}

/// A field that is selected.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) key: Name,
    pub(super) name: Name,
    pub(super) arguments: Option<Arc<Arguments>>,
    /// Its type in the subgraph.
    pub(super) shape: Arc<str>,
    pub(super) inner: Option<SelectionId>,
    /// The arguments that it takes from contexts.
    pub(super) contextual: Vec<(Name, ValueId)>,
}

/// Where something is built.
#[derive(Clone, Copy)]
pub(super) struct Site {
    fetch: FetchId,
    selection: SelectionId,
    pub(super) place: PlaceId,
    /// The type that the objects must have, where the place has several.
    only: Option<TypeId>,
}

/// Builds the fetches of one operation.
pub(super) struct Builder<'c, 'g> {
    graph: &'g Supergraph,
    pub(super) chooser: &'c mut Chooser<'g>,
    pub(super) built: Built,
    spots: Vec<Spot>,
    /// The objects on the way to the one at which something is built, each where it was arrived at; none for the root.
    pub(super) way: Vec<Option<Site>>,
}

/// The fetches of an operation, with what they select and where.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) drafts: Vec<Draft>,
    pub(super) selections: Vec<Selection>,
    pub(super) places: Vec<Place>,
    /// What is taken from contexts.
    pub(super) values: Vec<ValueDraft>,
    /// How many response keys were made up.
    made_up: usize,
}

impl Built {
    /// A response key that no client can have asked for.
    pub(super) fn made_up_key(&mut self) -> Name {
        self.made_up += 1;
        Name::new(format!("__f{}", self.made_up))
    }

    /// Where a subgraph is asked for the same entities twice and nothing waits for the first time, it is asked once.
    fn join_late(&mut self) {
        for early in (0..self.drafts.len()).rev() {
            let is_awaited = self.drafts.iter().any(|draft| draft.parents.contains(&early));
            if self.drafts[early].entry.is_none() || is_awaited {
                continue;
            }
            let late = (0..self.drafts.len()).find(|late| self.can_join(early, *late));
            if let Some(late) = late {
                self.join(early, late);
            }
        }
    }

    fn can_join(&self, early: FetchId, late: FetchId) -> bool {
        let (one, other) = (&self.drafts[early], &self.drafts[late]);
        other.level > one.level
            && other.entry.is_some()
            && other.place == one.place
            && other.subgraph == one.subgraph
            && other.inputs.iter().all(|late| {
                one.inputs.iter().all(|early| early.of != late.of || agree(&late.requires, &early.requires))
            })
    }

    /// Moves what a fetch asks for to a later one, and leaves nothing of it.
    fn join(&mut self, early: FetchId, late: FetchId) {
        let Draft { selection, inputs, parents, .. } = self.drafts.remove(early);
        let moved = |fetch: FetchId| if fetch > early { fetch - 1 } else { fetch };
        for draft in &mut self.drafts {
            draft.parents.iter_mut().for_each(|parent| *parent = moved(*parent));
        }
        let late = moved(late);
        for parent in parents.into_iter().map(moved) {
            if !self.drafts[late].parents.contains(&parent) {
                self.drafts[late].parents.push(parent);
            }
        }
        for inputs in inputs {
            self.drafts[late].take_in(inputs);
        }
        self.merge_selection(selection, self.drafts[late].selection);
    }

    fn merge_selection(&mut self, from: SelectionId, into: SelectionId) {
        let Selection { typename, fields, on } = std::mem::take(&mut self.selections[from]);
        self.selections[into].typename |= typename;
        for field in fields {
            match self.selections[into].fields.iter().find(|known| known.key == field.key).map(|known| known.inner) {
                Some(Some(known)) => {
                    if let Some(inner) = field.inner {
                        self.merge_selection(inner, known);
                    }
                }
                Some(None) => {}
                None => self.selections[into].fields.push(field),
            }
        }
        for (ty, inner) in on {
            match self.selections[into].on.iter().find(|(known, _)| *known == ty).map(|(_, known)| *known) {
                Some(known) => self.merge_selection(inner, known),
                None => self.selections[into].on.push((ty, inner)),
            }
        }
    }
}

impl Draft {
    /// Adds what represents entities.
    fn take_in(&mut self, inputs: Inputs) {
        match self.inputs.iter_mut().find(|known| known.of == inputs.of) {
            Some(known) => add_requires(&mut known.requires, inputs.requires),
            None => self.inputs.push(inputs),
        }
    }
}

impl<'c, 'g> Builder<'c, 'g> {
    /// Builds everything that is wanted of the root.
    pub(super) fn build(
        chooser: &'c mut Chooser<'g>,
        wants: &Arc<WantSet>,
        choice: &Choice,
    ) -> Result<Built, TooComplex> {
        let graph = chooser.graph;
        let mut builder =
            Self { graph, chooser, built: Built::default(), spots: vec![Spot::default()], way: vec![None] };
        builder.take_keys(0, wants);
        builder.built.places.push(Place { from: None, spot: 0 });
        for jump in &choice.jumps {
            builder.enter_root(jump, 0, None, &mut Vec::new())?;
        }
        builder.built.join_late();
        Ok(builder.built)
    }

    /// Notes the client's response keys.
    fn take_keys(&mut self, spot: SpotId, wants: &WantSet) {
        for want in &wants.fields {
            let Some(key) = &want.key else { continue };
            let known = |(known, name, arguments): &(Name, Name, Option<Arc<Arguments>>)| {
                known == key && want.is_alike(name, arguments.as_deref())
            };
            if !self.spots[spot].keys.iter().any(known) {
                self.spots[spot].keys.push((key.clone(), want.name.clone(), want.arguments.clone()));
            }
            if let Some(set) = &want.set {
                let child = self.child_spot(spot, key);
                self.take_keys(child, set);
            }
        }
        for (_, inner) in &wants.on {
            self.take_keys(spot, inner);
        }
    }

    fn child_spot(&mut self, spot: SpotId, key: &Name) -> SpotId {
        if let Some((_, known)) = self.spots[spot].children.iter().find(|(known, _)| known == key) {
            return *known;
        }
        self.spots.push(Spot::default());
        let child = self.spots.len() - 1;
        self.spots[spot].children.push((key.clone(), child));
        child
    }

    /// The response key of a field that the router needs.
    fn own_key(&mut self, spot: SpotId, want: &Want) -> Name {
        let keys = &self.spots[spot].keys;
        let alike = keys.iter().find(|(key, name, arguments)| {
            want.is_alike(name, arguments.as_deref()) && keys.iter().filter(|(other, ..)| other == key).count() == 1
        });
        if let Some((key, ..)) = alike {
            return key.clone();
        }
        let free = keys.iter().all(|(key, ..)| *key != want.name);
        let key = if free { want.name.clone() } else { self.built.made_up_key() };
        self.spots[spot].keys.push((key.clone(), want.name.clone(), want.arguments.clone()));
        key
    }

    fn child_place(&mut self, place: PlaceId, only: Option<TypeId>, key: &Name) -> PlaceId {
        let known = self.built.places.iter().position(
            |known| matches!(&known.from, Some((above, of, under)) if *above == place && *of == only && under == key),
        );
        known.unwrap_or_else(|| {
            let spot = self.child_spot(self.built.places[place].spot, key);
            self.built.places.push(Place { from: Some((place, only, key.clone())), spot });
            self.built.places.len() - 1
        })
    }

    fn new_selection(&mut self) -> SelectionId {
        self.built.selections.push(Selection::default());
        self.built.selections.len() - 1
    }

    /// The part of a selection for objects of a type.
    fn on(&mut self, selection: SelectionId, ty: TypeId) -> SelectionId {
        if let Some((_, known)) = self.built.selections[selection].on.iter().find(|(known, _)| *known == ty) {
            return *known;
        }
        let inner = self.new_selection();
        self.built.selections[selection].on.push((ty, inner));
        inner
    }

    /// Follows a decision. `suppliers` learns which fetches bring what was wanted.
    pub(super) fn follow(
        &mut self,
        choice: &Choice,
        site: Site,
        stand: Stand<'_>,
        suppliers: &mut Vec<FetchId>,
    ) -> Result<(), TooComplex> {
        self.chooser.spend(1 + choice.stay.len() / 4 + choice.jumps.len())?;
        if !suppliers.contains(&site.fetch) {
            suppliers.push(site.fetch);
        }
        let subgraph = stand.subgraph.unwrap_or_default();
        let is_abstract = self.graph.is_abstract_in(stand.ty, subgraph);
        self.built.selections[site.selection].typename |= choice.typename || is_abstract;
        for stay in &choice.stay {
            let spot = self.built.places[site.place].spot;
            let key = match &stay.want.key {
                Some(key) => key.clone(),
                None => self.own_key(spot, &stay.want),
            };
            let contextual = self.values(&stay.sources, &mut Vec::new())?;
            let inner = self.select(site.selection, &key, stay, contextual);
            if let (Some(selection), Some((choice, provided))) = (inner, &stay.inner) {
                self.built.selections[selection].typename |= self.hides_abstract(stand.ty, stay);
                let place = self.child_place(site.place, site.only, &key);
                let site = Site { fetch: site.fetch, selection, place, only: None };
                let stand = self.chooser.below(stand, stay.owner.target, provided.as_ref());
                self.way.push(Some(site));
                self.follow(choice, site, stand, suppliers)?;
                self.way.pop();
            }
        }
        for (ty, _, inner) in &choice.on {
            let selection = self.on(site.selection, *ty);
            let site = Site { selection, only: Some(*ty), ..site };
            let stand = self.chooser.narrowed(stand, *ty);
            let arrival = self.way.pop();
            self.way.push(Some(site));
            self.follow(inner, site, stand, suppliers)?;
            self.way.pop();
            self.way.extend(arrival);
        }
        // What needs more than a key comes last: it may travel with what is there by then.
        let is_plain = |jump: &&Jump| jump.inputs.len() < 2 && jump.sources.is_empty();
        let (plain, needy): (Vec<&Jump>, Vec<&Jump>) = choice.jumps.iter().partition(is_plain);
        for jump in plain.into_iter().chain(needy) {
            if jump.inputs.is_empty() {
                let after = (site.place != 0).then_some(site.fetch);
                self.enter_root(jump, site.place, after, suppliers)?;
            } else {
                self.enter(jump, site, stand, suppliers)?;
            }
        }
        Ok(())
    }

    /// Whether a field answers with objects of one type, but in the whole of several, which have to be told apart.
    fn hides_abstract(&self, ty: TypeId, stay: &Stay) -> bool {
        let field = self.graph.ty(ty).fields.get(&stay.want.name);
        field.is_some_and(|field| field.target != stay.owner.target && self.graph.ty(field.target).is_abstract())
    }

    /// Selects a field, or finds it selected; answers the selection below it.
    fn select(
        &mut self,
        selection: SelectionId,
        key: &Name,
        stay: &Stay,
        contextual: Vec<(Name, ValueId)>,
    ) -> Option<SelectionId> {
        if let Some(known) = self.built.selections[selection].fields.iter().find(|known| known.key == *key) {
            return known.inner;
        }
        let inner = stay.inner.is_some().then(|| self.new_selection());
        self.built.selections[selection].fields.push(Selected {
            key: key.clone(),
            name: stay.want.name.clone(),
            arguments: stay.want.arguments.clone(),
            shape: Arc::clone(&stay.owner.shape),
            inner,
            contextual,
        });
        inner
    }

    /// Asks a subgraph at the root.
    pub(super) fn enter_root(
        &mut self,
        jump: &Jump,
        place: PlaceId,
        after: Option<FetchId>,
        suppliers: &mut Vec<FetchId>,
    ) -> Result<(), TooComplex> {
        let known = self
            .built
            .drafts
            .iter()
            .position(|draft| draft.entry.is_none() && draft.place == place && draft.subgraph == jump.subgraph);
        let fetch = known.unwrap_or_else(|| {
            let level = after.map_or(0, |fetch| self.built.drafts[fetch].level + 1);
            let selection = self.new_selection();
            self.built.drafts.push(Draft {
                subgraph: jump.subgraph,
                place,
                entry: None,
                selection,
                inputs: Vec::new(),
                parents: after.into_iter().collect(),
                level,
            });
            self.built.drafts.len() - 1
        });
        let stand = entered(jump);
        let choice = self.chooser.choose(&jump.wants, stand)?;
        let site = Site { fetch, selection: self.built.drafts[fetch].selection, place, only: None };
        self.follow(&choice, site, stand, suppliers)
    }

    /// Asks a subgraph for entities.
    fn enter(
        &mut self,
        jump: &Jump,
        site: Site,
        stand: Stand<'_>,
        suppliers: &mut Vec<FetchId>,
    ) -> Result<(), TooComplex> {
        let mut parents = vec![site.fetch];
        let mut requires = vec![self.represented_type(jump, site, stand)];
        for input in &jump.inputs {
            let stand = Stand { entered: false, ..stand };
            let choice = self.chooser.choose(input, stand)?;
            self.follow(&choice, site, stand, &mut parents)?;
            let spot = self.built.places[site.place].spot;
            let more = self.requires(input, spot);
            add_requires(&mut requires, more);
        }
        let there = entered(jump);
        let choice = self.chooser.choose(&jump.wants, there)?;
        self.values(&choice.told, &mut parents)?;
        let inputs = Inputs { of: site.only, requires };
        let level = parents.iter().map(|parent| self.built.drafts[*parent].level + 1).max().unwrap_or(1);
        let fetch = self.entity_fetch(jump, site.place, inputs, parents, level);
        let root = self.built.drafts[fetch].selection;
        let selection = self.on(root, jump.entry);
        // As an abstract type, the object shows its own type there.
        let only = if self.graph.is_abstract_in(jump.entry, jump.subgraph) { None } else { site.only };
        self.follow(&choice, Site { fetch, selection, place: site.place, only }, there, suppliers)
    }

    /// How the type of an object is told to the subgraph.
    fn represented_type(&mut self, jump: &Jump, site: Site, stand: Stand<'_>) -> Require {
        let told = stand.subgraph.is_some_and(|subgraph| self.graph.is_abstract_in(stand.ty, subgraph));
        let as_object = self.graph.ty(jump.entry).here(jump.subgraph).is_some_and(|here| here.interface_object);
        if told && !as_object {
            self.built.selections[site.selection].typename = true;
            return Require::Field { from: Name::new("__typename"), to: Name::new("__typename"), children: Vec::new() };
        }
        Require::Type(self.graph.ty(jump.entry).name.clone())
    }

    /// A fetch of entities that can take more, or a new one.
    fn entity_fetch(
        &mut self,
        jump: &Jump,
        place: PlaceId,
        inputs: Inputs,
        parents: Vec<FetchId>,
        level: usize,
    ) -> FetchId {
        let fits = |draft: &Draft| {
            draft.subgraph == jump.subgraph
                && draft.place == place
                && draft.entry.is_some()
                && draft.level == level
                && draft.inputs.iter().all(|known| known.of != inputs.of || agree(&known.requires, &inputs.requires))
        };
        if let Some(at) = self.built.drafts.iter().position(fits) {
            let draft = &mut self.built.drafts[at];
            draft.take_in(inputs);
            for parent in parents {
                if !draft.parents.contains(&parent) {
                    draft.parents.push(parent);
                }
            }
            return at;
        }
        let selection = self.new_selection();
        let draft = Draft {
            subgraph: jump.subgraph,
            place,
            entry: Some(jump.entry),
            selection,
            inputs: vec![inputs],
            parents,
            level,
        };
        self.built.drafts.push(draft);
        self.built.drafts.len() - 1
    }

    /// How a field set is read from the tree.
    pub(super) fn requires(&mut self, set: &WantSet, spot: SpotId) -> Vec<Require> {
        let mut requires = Vec::with_capacity(set.fields.len() + set.on.len());
        if set.typename {
            let typename = Name::new("__typename");
            requires.push(Require::Field { from: typename.clone(), to: typename, children: Vec::new() });
        }
        for want in &set.fields {
            let from = self.own_key(spot, want);
            let children = match &want.set {
                Some(inner) => {
                    let child = self.child_spot(spot, &from);
                    self.requires(inner, child)
                }
                None => Vec::new(),
            };
            requires.push(Require::Field { from, to: want.name.clone(), children });
        }
        for (condition, inner) in &set.on {
            let children = self.requires(inner, spot);
            requires.push(Require::On { types: type_names(self.graph, *condition), children });
        }
        requires
    }
}

/// Where one stands after a jump.
fn entered(jump: &Jump) -> Stand<'_> {
    Stand { ty: jump.entry, subgraph: Some(jump.subgraph), provided: None, entered: true, trail: jump.trail }
}

/// The object types that belong to a type, and the type itself: an interface object answers with the interface's name.
pub(super) fn type_names(graph: &Supergraph, ty: TypeId) -> Vec<Name> {
    let ty = graph.ty(ty);
    let mut names: Vec<Name> = ty.possible.iter().map(|object| graph.ty(*object).name.clone()).collect();
    if !names.contains(&ty.name) {
        names.push(ty.name.clone());
    }
    names
}
