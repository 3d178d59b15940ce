//! Decides where each wanted field is resolved, before anything is built.
//!
//! [`Chooser::choose`] stands at an object in a subgraph and says which of the wanted fields stay there, which are fetched
//! elsewhere by a key, and which cannot be had from there at all, so that an ancestor has to go another way. Decisions
//! are remembered: the builder follows the same ones.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_graphql::Name;

use super::cost::Cost;
use super::supergraph::{Owner, SubgraphId, Supergraph, TypeId};
use super::trail::{Source, TrailId, Trails};
use super::wants::{Want, WantSet};
use super::{abstracts, locate};

/// Where one stands: in an object of a type, in a subgraph; in none at the root of an operation.
#[derive(Clone, Copy)]
pub(super) struct Stand<'a> {
    pub(super) ty: TypeId,
    pub(super) subgraph: Option<SubgraphId>,
    /// What a field on the way here provides.
    pub(super) provided: Option<&'a Arc<WantSet>>,
    /// Whether the object was entered with everything that its wanted fields require.
    pub(super) entered: bool,
    /// How one came here, where it matters.
    pub(super) trail: TrailId,
}

/// What is done with what is wanted of an object.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// Resolved where one stands.
    pub(super) stay: Vec<Stay>,
    /// Resolved where one stands, for objects of a type.
    pub(super) on: Vec<(TypeId, Arc<WantSet>, Rc<Choice>)>,
    pub(super) typename: bool,
    /// Resolved elsewhere.
    pub(super) jumps: Vec<Jump>,
    pub(super) cost: Cost,
    /// What cannot be had from here.
    pub(super) missing: Option<Arc<WantSet>>,
    /// What the request in which one stands has to be told from objects further up; counted from this object.
    pub(super) told: Vec<Source>,
}

/// A field that is resolved where one stands.
#[derive(Debug)]
pub(super) struct Stay {
    pub(super) want: Want,
    pub(super) owner: Owner,
    /// What is done with what is selected of it, and what of it the field provides.
    pub(super) inner: Option<(Rc<Choice>, Option<Arc<WantSet>>)>,
    /// Where the arguments come from that it takes from contexts.
    pub(super) sources: Vec<Source>,
}

/// What is resolved elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Jump {
    pub(super) subgraph: SubgraphId,
    /// As which type the object is entered there: its own, or an interface that the subgraph treats as an object.
    pub(super) entry: TypeId,
    pub(super) wants: Arc<WantSet>,
    /// What identifies the object there, and what its fields require; nothing for the root.
    pub(super) inputs: Vec<Arc<WantSet>>,
    /// What it is entered for takes these from contexts.
    pub(super) sources: Vec<Source>,
    /// How one comes there.
    pub(super) trail: TrailId,
}

impl Jump {
    /// Whether both enter a subgraph with the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.subgraph == other.subgraph
            && self.entry == other.entry
            && self.inputs.len() == other.inputs.len()
            && self.inputs.iter().zip(&other.inputs).all(|(own, other)| Arc::ptr_eq(own, other))
            && self.sources.len() == other.sources.len()
            && self.sources.iter().zip(&other.sources).all(|(own, other)| own.is_same(other))
    }
}

/// Planning takes longer than allowed.
#[derive(Debug)]
pub(super) struct TooComplex;

type MemoKey = (usize, TypeId, Option<SubgraphId>, usize, bool, TrailId);

#[derive(Default)]
pub(super) struct WordHasher(u64);

impl std::hash::Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

pub(super) type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;

/// Decides, and remembers.
pub(super) struct Chooser<'g> {
    pub(super) graph: &'g Supergraph,
    /// Which labels of overrides are on.
    labels: &'g [bool],
    memo: WordMap<MemoKey, Rc<Choice>>,
    flat: WordMap<(usize, TypeId), Arc<WantSet>>,
    singles: WordMap<(usize, usize), Arc<WantSet>>,
    /// Sets that were made on the way: as long as they live, their addresses name them.
    kept: Vec<Arc<WantSet>>,
    in_progress: Vec<MemoKey>,
    /// The outermost decision in progress that a decision found itself to depend on.
    cut: usize,
    steps_left: usize,
    started: Instant,
    pub(super) trails: Trails,
}

/// How long planning may take in any case; the steps end it long before, unless the machine has no time for us.
const LONGEST: Duration = Duration::from_secs(1);
/// After how many steps the clock is read.
const STEPS_PER_LOOK: usize = 512;

pub(super) fn address<T>(shared: &Arc<T>) -> usize {
    Arc::as_ptr(shared).cast::<u8>() as usize
}

impl<'g> Chooser<'g> {
    pub(super) fn new(graph: &'g Supergraph, labels: &'g [bool], steps: usize) -> Self {
        Self {
            graph,
            labels,
            memo: WordMap::default(),
            flat: WordMap::default(),
            singles: WordMap::default(),
            kept: Vec::new(),
            in_progress: Vec::new(),
            cut: usize::MAX,
            steps_left: steps,
            started: Instant::now(),
            trails: Trails::default(),
        }
    }

    /// Takes steps from those that are left; what takes longer takes more of them.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), TooComplex> {
        let before = self.steps_left;
        self.steps_left = before.checked_sub(steps).ok_or(TooComplex)?;
        let looks = before / STEPS_PER_LOOK != self.steps_left / STEPS_PER_LOOK;
        if looks && self.started.elapsed() > LONGEST { Err(TooComplex) } else { Ok(()) }
    }

    pub(super) fn choose(&mut self, wants: &Arc<WantSet>, stand: Stand<'_>) -> Result<Rc<Choice>, TooComplex> {
        // Without contexts it does not matter how one came here.
        let trail = if stand.trail != 0 && self.is_contextual(wants) { stand.trail } else { 0 };
        let stand = Stand { trail, ..stand };
        let key = (address(wants), stand.ty, stand.subgraph, stand.provided.map_or(0, address), stand.entered, trail);
        if let Some(known) = self.memo.get(&key) {
            return Ok(Rc::clone(known));
        }
        if let Some(at) = self.in_progress.iter().position(|known| *known == key) {
            // What needs itself cannot be had this way.
            self.cut = self.cut.min(at);
            return Ok(Rc::new(Choice { missing: Some(Arc::clone(wants)), ..Choice::default() }));
        }
        self.spend(1 + (wants.fields.len() + wants.on.len()) / 4)?;
        if self.in_progress.len() > 60 {
            return Err(TooComplex);
        }
        self.in_progress.push(key);
        let outer = std::mem::replace(&mut self.cut, usize::MAX);
        let choice = match stand.subgraph {
            Some(subgraph) if self.graph.is_abstract_in(stand.ty, subgraph) => {
                abstracts::choose(self, wants, stand, subgraph)
            }
            _ => locate::choose(self, wants, stand),
        };
        self.in_progress.pop();
        let mut choice = choice?;
        if trail != 0 {
            choice.told = told(&choice);
        }
        let choice = Rc::new(choice);
        // A decision that was cut short by one outside of it holds only inside of that one.
        if self.cut >= self.in_progress.len() {
            self.kept.push(Arc::clone(wants));
            if let Some(provided) = stand.provided {
                self.kept.push(Arc::clone(provided));
            }
            self.memo.insert(key, Rc::clone(&choice));
            self.cut = outer;
        } else {
            self.cut = self.cut.min(outer);
        }
        Ok(choice)
    }

    /// What is wanted of an object of a type, without conditions.
    pub(super) fn of_object(&mut self, wants: &Arc<WantSet>, object: TypeId) -> Arc<WantSet> {
        if wants.on.is_empty() {
            return Arc::clone(wants);
        }
        let key = (address(wants), object);
        if let Some(known) = self.flat.get(&key) {
            return Arc::clone(known);
        }
        let flat = wants.of_object(self.graph, object);
        self.kept.push(Arc::clone(wants));
        self.flat.insert(key, Arc::clone(&flat));
        flat
    }

    /// One field of a set as a set of its own.
    pub(super) fn single(&mut self, wants: &Arc<WantSet>, at: usize) -> Arc<WantSet> {
        if wants.fields.len() == 1 && wants.on.is_empty() && !wants.typename {
            return Arc::clone(wants);
        }
        let key = (address(wants), at);
        if let Some(known) = self.singles.get(&key) {
            return Arc::clone(known);
        }
        let single =
            Arc::new(WantSet { fields: wants.fields.get(at).cloned().into_iter().collect(), ..WantSet::default() });
        self.kept.push(Arc::clone(wants));
        self.singles.insert(key, Arc::clone(&single));
        single
    }

    /// Whether an owner is one under the labels that are on.
    pub(super) fn is_in_force(&self, owner: &Owner) -> bool {
        owner.label.is_none_or(|(label, when)| self.labels.get(label).copied().unwrap_or(false) == when)
    }

    /// The owner of a field of a type in a subgraph, if it is one at all.
    pub(super) fn owner(&self, ty: TypeId, field: &Name, subgraph: SubgraphId) -> Option<&'g Owner> {
        let graph: &'g Supergraph = self.graph;
        let field = graph.ty(ty).fields.get(field)?;
        field.owners.iter().find(|owner| owner.subgraph == subgraph && self.is_in_force(owner))
    }

    /// The owner of a field that can be resolved where one stands without leaving, with what the field provides.
    pub(super) fn at_hand(&self, stand: Stand<'_>, field: &Name) -> Option<(&'g Owner, Option<Arc<WantSet>>)> {
        let owner = self.owner(stand.ty, field, stand.subgraph?)?;
        let provided = stand.provided.and_then(|provided| provides(self.graph, provided, stand.ty, field));
        if owner.external && provided.is_none() {
            return None;
        }
        if !stand.entered && owner.requires.is_some() && provided.is_none() {
            return None;
        }
        let inner = match provided {
            Some(Some(inner)) => Some(inner),
            _ => owner.provides.clone(),
        };
        Some((owner, inner))
    }
}

/// What the request must be told for the fields that stay in it.
fn told(choice: &Choice) -> Vec<Source> {
    let mut told: Vec<Source> = Vec::new();
    let mut add = |source: Source| {
        if !told.iter().any(|known| known.is_same(&source)) {
            told.push(source);
        }
    };
    for stay in &choice.stay {
        stay.sources.iter().cloned().for_each(&mut add);
        let below = stay.inner.iter().flat_map(|(inner, _)| &inner.told).cloned();
        below.map(|source| Source { up: source.up.saturating_sub(1), ..source }).for_each(&mut add);
    }
    choice.on.iter().flat_map(|(.., inner)| &inner.told).cloned().for_each(&mut add);
    told
}

/// Whether a set provides a field of a type, and what of it.
#[allow(clippy::option_option)]
fn provides(graph: &Supergraph, set: &WantSet, ty: TypeId, field: &Name) -> Option<Option<Arc<WantSet>>> {
    if let Some(want) = set.fields.iter().find(|want| want.name == *field) {
        return Some(want.set.clone());
    }
    set.on.iter().filter(|(on, _)| graph.covers(*on, ty)).find_map(|(_, inner)| provides(graph, inner, ty, field))
}

/// How many leaves a set has: what is left of it can be compared. A field of which nothing is asked is one.
pub(super) fn leaves(set: &WantSet) -> usize {
    let fields: usize = set.fields.iter().map(|want| want.set.as_deref().map_or(1, |set| leaves(set).max(1))).sum();
    let on: usize = set.on.iter().map(|(_, inner)| leaves(inner)).sum();
    fields + on + usize::from(set.typename)
}
