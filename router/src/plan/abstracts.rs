//! Decides for an object of an interface or union: what is asked of all its types alike, and what of each by itself.
//!
//! Types are told apart only where they must be: where a field is not at hand on each of them, or where a condition does
//! not mean the same in the subgraph as in the whole.

use std::sync::Arc;

use super::choose::{Choice, Chooser, Stand, TooComplex, leaves};
use super::contexts::Sets;
use super::locate::{self, Piece};
use super::supergraph::{SubgraphId, TypeId};
use super::wants::{Want, WantSet};

pub(super) fn choose(
    chooser: &mut Chooser<'_>,
    wants: &Arc<WantSet>,
    stand: Stand<'_>,
    subgraph: SubgraphId,
) -> Result<Choice, TooComplex> {
    let graph = chooser.graph;
    let runtime: &[TypeId] = graph.ty(stand.ty).here(subgraph).map_or(&[], |here| &here.possible);
    let mut choice = Choice { typename: wants.typename, ..Choice::default() };
    let mut apart = Apart::default();
    let mut pieces = Vec::new();
    let mut missing = WantSet::default();
    let mut alike_wanted = Vec::new();
    for at in 0..wants.fields.len() {
        let want = &wants.fields[at];
        let alike = !depends_on_type(chooser, want, stand.ty)
            && runtime.iter().all(|object| {
                let hand = chooser.at_hand(Stand { ty: *object, entered: false, ..stand }, &want.name);
                hand.is_some_and(|(owner, _)| owner.contexts.is_empty())
            });
        let way = if alike { locate::stay(chooser, want, stand)? } else { None };
        if let Some(way) = way.filter(|way| way.missing.is_none()) {
            choice.cost.join(&way.cost);
            choice.stay.extend(way.stay);
            continue;
        }
        let single = chooser.single(wants, at);
        let mut ways = locate::jumps_for_field(chooser, &single, want, stand)?;
        ways.retain(|way| way.missing.is_none() && knows_all(chooser, stand.ty, &way.jumps, runtime));
        if ways.is_empty() && runtime.is_empty() {
            missing.add(want.clone());
        } else if ways.is_empty() {
            alike_wanted.push(want);
            runtime.iter().for_each(|object| apart.of(*object).add(want.clone()));
        } else {
            pieces.push(Piece { wants: single, ways });
        }
    }
    for (condition, inner) in &wants.on {
        if keeps_condition(chooser, *condition, inner, stand, subgraph, runtime)? {
            let kept = chooser.narrowed(stand, *condition);
            let kept = chooser.choose(inner, kept)?;
            choice.on.push((*condition, Arc::clone(inner), kept));
            continue;
        }
        let leaves = leaves(inner);
        for object in runtime.iter().filter(|object| graph.covers(*condition, **object)) {
            chooser.spend(1 + leaves / 16)?;
            apart.of(*object).join(inner);
        }
    }
    locate::settle(chooser, pieces, stand, &mut choice)?;
    if let Some(left) = choice.missing.take() {
        missing.join(&left);
    }
    for (object, wants) in apart.types {
        let wants = Arc::new(wants);
        let narrowed = chooser.narrowed(stand, object);
        let inner = chooser.choose(&wants, narrowed)?;
        choice.cost.join(&inner.cost);
        if let Some(left) = &inner.missing {
            // A field of all types that one of them lacks is to be had of all from elsewhere.
            let (alike, own): (Vec<_>, Vec<_>) =
                left.fields.iter().cloned().partition(|left| alike_wanted.iter().any(|want| want.key == left.key));
            alike.into_iter().for_each(|want| missing.add(want));
            if !own.is_empty() || left.typename || !left.on.is_empty() {
                let own = WantSet { fields: own, ..WantSet::clone(left) };
                missing.add_on(object, &Arc::new(own));
            }
        }
        choice.on.push((object, wants, inner));
    }
    choice.missing = (!missing.is_empty()).then(|| Arc::new(missing));
    Ok(choice)
}

/// What is wanted of each type by itself.
#[derive(Default)]
struct Apart {
    types: Vec<(TypeId, WantSet)>,
}

impl Apart {
    fn of(&mut self, object: TypeId) -> &mut WantSet {
        let at = self.types.iter().position(|(known, _)| *known == object).unwrap_or_else(|| {
            self.types.push((object, WantSet::default()));
            self.types.len() - 1
        });
        &mut self.types[at].1
    }
}

/// Whether it depends on the type of the object where something below a field takes its arguments from.
fn depends_on_type(chooser: &Chooser<'_>, want: &Want, ty: TypeId) -> bool {
    if !want.set.as_deref().is_some_and(|set| chooser.is_contextual(set)) {
        return false;
    }
    let graph = chooser.graph;
    // Which context is needed below is not known yet: any that only some of the types set may be it.
    graph.contexts.iter().any(|setters| setters.among(graph, ty) == Sets::Some)
}

/// Whether a subgraph that is entered as the abstract type knows every type that the object may have here.
fn knows_all(chooser: &Chooser<'_>, ty: TypeId, jumps: &[super::choose::Jump], runtime: &[TypeId]) -> bool {
    jumps.iter().all(|jump| {
        chooser.graph.ty(ty).here(jump.subgraph).is_some_and(|here| {
            here.interface_object || runtime.iter().all(|object| here.possible.binary_search(object).is_ok())
        })
    })
}

/// Whether a condition on an abstract type can be asked as it is.
fn keeps_condition(
    chooser: &mut Chooser<'_>,
    condition: TypeId,
    inner: &Arc<WantSet>,
    stand: Stand<'_>,
    subgraph: SubgraphId,
    runtime: &[TypeId],
) -> Result<bool, TooComplex> {
    let graph = chooser.graph;
    if !graph.is_abstract_in(condition, subgraph) {
        return Ok(false);
    }
    let Some(here) = graph.ty(condition).here(subgraph) else { return Ok(false) };
    let means_the_same =
        runtime.iter().all(|object| graph.covers(condition, *object) == here.possible.binary_search(object).is_ok());
    let meets = runtime.iter().any(|object| graph.covers(condition, *object));
    if !means_the_same || !meets {
        return Ok(false);
    }
    let narrowed = chooser.narrowed(stand, condition);
    let choice = chooser.choose(inner, narrowed)?;
    Ok(choice.missing.is_none() && choice.cost.is_zero())
}
