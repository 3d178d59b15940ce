//! Decides for an object: which of its fields stay, and which subgraph is asked for the others.

use std::rc::Rc;
use std::sync::Arc;

use super::choose::{Choice, Chooser, Jump, Stand, Stay, TooComplex, leaves};
use super::cost::Cost;
use super::supergraph::{Owner, SubgraphId, TypeId};
use super::wants::{Want, WantSet};

/// How many combinations of ways are compared; beyond, each is decided by itself.
const MOST_COMBINATIONS: usize = 256;

/// One thing that is wanted, and the ways to it.
pub(super) struct Piece {
    pub(super) wants: Arc<WantSet>,
    pub(super) ways: Vec<Way>,
}

/// A way to get something that is wanted.
pub(super) struct Way {
    /// Elsewhere, where one stands, or in parts of both.
    pub(super) jumps: Vec<Jump>,
    pub(super) stay: Option<Stay>,
    pub(super) cost: Cost,
    pub(super) missing: Option<Arc<WantSet>>,
}

pub(super) fn choose(chooser: &mut Chooser<'_>, wants: &Arc<WantSet>, stand: Stand<'_>) -> Result<Choice, TooComplex> {
    let graph = chooser.graph;
    let mut choice = Choice::default();
    let is_object = !graph.ty(stand.ty).is_abstract();
    let flat = if is_object { chooser.of_object(wants, stand.ty) } else { Arc::clone(wants) };
    let mut pieces = Vec::new();
    for at in 0..flat.fields.len() {
        match stay(chooser, &flat.fields[at], stand)? {
            Some(way) if way.missing.is_none() && way.cost.is_zero() => choice.stay.extend(way.stay),
            way => {
                let single = chooser.single(&flat, at);
                let mut ways: Vec<Way> = way.into_iter().collect();
                // What was entered for a field does not send it on.
                if ways.is_empty() || !stand.entered {
                    ways.extend(jumps_for_field(chooser, &single, &flat.fields[at], stand)?);
                }
                pieces.push(Piece { wants: single, ways });
            }
        }
    }
    if is_object {
        choice.typename = flat.typename;
    } else {
        // Only a subgraph that knows the concrete types can tell which one it is.
        let mut rest = Vec::new();
        if flat.typename {
            rest.push(WantSet { typename: true, ..WantSet::default() });
        }
        rest.extend(flat.on.iter().map(|on| WantSet { on: vec![on.clone()], ..WantSet::default() }));
        for wants in rest.into_iter().map(Arc::new) {
            let ways = jumps_to_types(chooser, &wants, stand)?;
            pieces.push(Piece { wants, ways });
        }
    }
    settle(chooser, pieces, stand, &mut choice)?;
    Ok(choice)
}

/// The way of a field that can be resolved where one stands.
pub(super) fn stay(chooser: &mut Chooser<'_>, want: &Want, stand: Stand<'_>) -> Result<Option<Way>, TooComplex> {
    let Some((owner, provides)) = chooser.at_hand(stand, &want.name) else { return Ok(None) };
    let sources = match chooser.sources(&owner.contexts, stand.trail)? {
        Some(sources) if sources.is_empty() || chooser.travels_here(stand, &sources) => sources,
        _ => return Ok(None),
    };
    let (inner, cost, missing) = match &want.set {
        None => (None, Cost::default(), None),
        Some(set) => {
            let below = chooser.below(stand, owner.target, provides.as_ref());
            let inner = chooser.choose(set, below)?;
            let missing = inner.missing.as_ref().map(|missing| around(want, missing));
            (Some((Rc::clone(&inner), provides)), inner.cost, missing)
        }
    };
    let stay = Stay { want: want.clone(), owner: owner.clone(), inner, sources };
    Ok(Some(Way { jumps: Vec::new(), stay: Some(stay), cost, missing }))
}

/// A field of which only a part is wanted.
fn around(want: &Want, part: &Arc<WantSet>) -> Arc<WantSet> {
    let want = Want { set: Some(Arc::clone(part)), ..want.clone() };
    Arc::new(WantSet { fields: vec![want], ..WantSet::default() })
}

/// The ways to a field in other subgraphs.
pub(super) fn jumps_for_field(
    chooser: &mut Chooser<'_>,
    single: &Arc<WantSet>,
    want: &Want,
    stand: Stand<'_>,
) -> Result<Vec<Way>, TooComplex> {
    let graph = chooser.graph;
    let mut ways = Vec::new();
    let own = std::iter::once(stand.ty);
    let interfaces = graph.ty(stand.ty).interfaces.iter().copied();
    for entry in own.chain(interfaces) {
        let Some(field) = graph.ty(entry).fields.get(&want.name) else { continue };
        for owner in &field.owners {
            if owner.external || !chooser.is_in_force(owner) {
                continue;
            }
            let needs = owner.requires.is_some() || !owner.contexts.is_empty();
            if stand.subgraph == Some(owner.subgraph) && !needs {
                continue;
            }
            let Some(here) = graph.ty(entry).here(owner.subgraph) else { continue };
            if entry != stand.ty && !here.interface_object {
                continue;
            }
            ways.extend(enter(chooser, single, stand, entry, owner.subgraph, Some(owner))?);
        }
    }
    Ok(ways)
}

/// The ways to the subgraphs that know the concrete types of an interface.
fn jumps_to_types(chooser: &mut Chooser<'_>, wants: &Arc<WantSet>, stand: Stand<'_>) -> Result<Vec<Way>, TooComplex> {
    let mut ways = Vec::new();
    for at in 0..chooser.graph.subgraphs.len() {
        let subgraph = SubgraphId::try_from(at).unwrap_or(SubgraphId::MAX);
        let known = chooser.graph.ty(stand.ty).here(subgraph).is_some_and(|here| !here.interface_object);
        if known && stand.subgraph != Some(subgraph) {
            ways.extend(enter(chooser, wants, stand, stand.ty, subgraph, None)?);
        }
    }
    Ok(ways)
}

/// The cheapest way into a subgraph: by one of the keys under which it knows the type, or at the root.
fn enter(
    chooser: &mut Chooser<'_>,
    wants: &Arc<WantSet>,
    stand: Stand<'_>,
    entry: TypeId,
    subgraph: SubgraphId,
    owner: Option<&Owner>,
) -> Result<Option<Way>, TooComplex> {
    let graph = chooser.graph;
    let contexts = owner.map(|owner| Arc::clone(&owner.contexts)).unwrap_or_default();
    let Some(sources) = chooser.sources(&contexts, stand.trail)? else { return Ok(None) };
    let at_root = stand.subgraph.is_none() || stand.ty == graph.query;
    let mut best: Option<(Cost, Vec<Arc<WantSet>>)> = None;
    if at_root {
        let mut cost = Cost::default();
        cost.ask(subgraph, 0);
        best = Some((cost, Vec::new()));
    } else {
        let Some(here) = graph.ty(entry).here(subgraph) else { return Ok(None) };
        for key in &here.keys {
            let mut inputs = vec![Arc::clone(key)];
            inputs.extend(owner.and_then(|owner| owner.requires.clone()));
            let Some(cost) = input_cost(chooser, &inputs, stand)? else { continue };
            if best.as_ref().is_none_or(|(known, _)| cost.score() < known.score()) {
                best = Some((cost, inputs));
            }
        }
        if let Some((cost, _)) = &mut best {
            sources.iter().for_each(|source| cost.join_before(&source.cost, source.hops));
            cost.ask(subgraph, cost.depth());
        }
    }
    let Some((mut cost, inputs)) = best else { return Ok(None) };
    let depth = cost.depth();
    let trail = chooser.hopped(stand.trail, depth, !at_root);
    let entered = Stand { ty: entry, subgraph: Some(subgraph), provided: None, entered: true, trail };
    let inner = chooser.choose(wants, entered)?;
    cost.join_after(&inner.cost, depth);
    if !at_root {
        let whole = leaves(wants);
        chooser.spend(whole / 8)?;
        cost.delay(whole - inner.missing.as_deref().map_or(0, leaves).min(whole));
    }
    let jump = Jump { subgraph, entry, wants: Arc::clone(wants), inputs, sources, trail };
    Ok(Some(Way { jumps: vec![jump], stay: None, cost, missing: inner.missing.clone() }))
}

/// What it costs to have what identifies an object; none where it cannot be had.
fn input_cost(
    chooser: &mut Chooser<'_>,
    inputs: &[Arc<WantSet>],
    stand: Stand<'_>,
) -> Result<Option<Cost>, TooComplex> {
    let mut cost = Cost::default();
    for input in inputs {
        let choice = chooser.choose(input, Stand { entered: false, ..stand })?;
        if choice.missing.is_some() {
            return Ok(None);
        }
        cost.join(&choice.cost);
    }
    Ok(Some(cost))
}

/// Takes a way for each piece, so that all together cost least.
pub(super) fn settle(
    chooser: &mut Chooser<'_>,
    pieces: Vec<Piece>,
    stand: Stand<'_>,
    choice: &mut Choice,
) -> Result<(), TooComplex> {
    let mut missing = WantSet::default();
    let mut open = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        let whole = leaves(&piece.wants);
        for way in &mut piece.ways {
            go_on(chooser, way, whole, stand)?;
        }
        if piece.ways.iter().any(|way| way.missing.is_none()) {
            piece.ways.retain(|way| way.missing.is_none());
            open.push(piece);
            continue;
        }
        // No way leads to all of it: take what leads furthest.
        match furthest(piece.ways, whole) {
            Some(way) => {
                if let Some(left) = &way.missing {
                    missing.join(left);
                }
                take(way, choice);
            }
            None => missing.join(&piece.wants),
        }
    }
    for way in cheapest(chooser, open, &choice.cost)? {
        take(way, choice);
    }
    if !missing.is_empty() {
        choice.missing = Some(Arc::new(missing));
    }
    Ok(())
}

/// The way that leads to most of what has so many leaves, if any leads to something.
fn furthest(ways: Vec<Way>, whole: usize) -> Option<Way> {
    let left = |way: &Way| way.missing.as_deref().map_or(0, leaves);
    ways.into_iter().filter(|way| left(way) < whole).min_by_key(|way| (left(way), way.cost.score()))
}

/// Looks for ways to what a way leaves out.
fn go_on(chooser: &mut Chooser<'_>, way: &mut Way, whole: usize, stand: Stand<'_>) -> Result<(), TooComplex> {
    let mut before = whole;
    while let Some(rest) = way.missing.clone() {
        let left = leaves(&rest);
        if left >= before {
            return Ok(());
        }
        before = left;
        let ways = match rest.fields.first() {
            Some(want) => jumps_for_field(chooser, &rest, want, stand)?,
            None => jumps_to_types(chooser, &rest, stand)?,
        };
        let Some(further) = furthest(ways, left) else { return Ok(()) };
        way.cost.join(&further.cost);
        way.jumps.extend(further.jumps);
        way.missing = further.missing;
    }
    Ok(())
}

fn take(way: Way, choice: &mut Choice) {
    choice.cost.join(&way.cost);
    choice.stay.extend(way.stay);
    for jump in way.jumps {
        match choice.jumps.iter_mut().find(|known| known.is_same(&jump)) {
            Some(known) => Arc::make_mut(&mut known.wants).join(&jump.wants),
            None => choice.jumps.push(jump),
        }
    }
}

/// One way for each piece, so that the sum of all is lowest.
fn cheapest(chooser: &mut Chooser<'_>, pieces: Vec<Piece>, base: &Cost) -> Result<Vec<Way>, TooComplex> {
    let mut cost = *base;
    let mut groups: Vec<(Vec<Cost>, Vec<usize>)> = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        if let [way] = piece.ways.as_slice() {
            cost.join(&way.cost);
            continue;
        }
        let costs: Vec<Cost> = piece.ways.iter().map(|way| way.cost).collect();
        match groups.iter_mut().find(|(known, _)| *known == costs) {
            Some((_, members)) => members.push(at),
            None => groups.push((costs, vec![at])),
        }
    }
    let mut picks = vec![0; pieces.len()];
    let combinations = groups.iter().try_fold(1usize, |all, (costs, _)| all.checked_mul(costs.len()));
    let compared = combinations.filter(|all| *all <= MOST_COMBINATIONS);
    chooser.spend(compared.unwrap_or(groups.len()) / 8)?;
    if compared.is_some() {
        let mut current = vec![0; groups.len()];
        let mut best = current.clone();
        search(&groups, 0, cost, &mut current, &mut best, &mut u32::MAX.clone());
        for ((_, members), pick) in groups.iter().zip(best) {
            members.iter().for_each(|at| picks[*at] = pick);
        }
    } else {
        for (costs, members) in &groups {
            let joined = |way: &Cost| {
                let mut all = cost;
                all.join(way);
                all
            };
            let pick = (0..costs.len()).min_by_key(|pick| joined(&costs[*pick]).score()).unwrap_or(0);
            cost = joined(&costs[pick]);
            members.iter().for_each(|at| picks[*at] = pick);
        }
    }
    Ok(pieces.into_iter().zip(picks).filter_map(|(mut piece, pick)| piece.ways.drain(..).nth(pick)).collect())
}

fn search(
    groups: &[(Vec<Cost>, Vec<usize>)],
    at: usize,
    cost: Cost,
    current: &mut Vec<usize>,
    best: &mut Vec<usize>,
    lowest: &mut u32,
) {
    if cost.score() >= *lowest {
        return;
    }
    let Some((costs, _)) = groups.get(at) else {
        *lowest = cost.score();
        best.clone_from(current);
        return;
    };
    for (pick, way) in costs.iter().enumerate() {
        let mut next = cost;
        next.join(way);
        current[at] = pick;
        search(groups, at + 1, next, current, best, lowest);
    }
}
