//! Unions that have other members in one subgraph than in another.
//!
//! Where several subgraphs could answer with an object of such a union, each must be able to answer the same: only what
//! is wanted of the members that all of them know is asked for.

use std::sync::Arc;

use super::supergraph::{Field, Kind, Mask, SubgraphId, Supergraph, TypeId};
use super::wants::{Want, WantSet};

/// What is wanted, without what only some of the subgraphs that could answer know. `could` are those that could answer
/// with the object.
pub(super) fn narrow(graph: &Supergraph, wants: &WantSet, ty: TypeId, could: Mask) -> WantSet {
    let mut narrowed = WantSet { typename: wants.typename, ..WantSet::default() };
    for want in &wants.fields {
        narrowed.fields.push(narrow_field(graph, want, ty, could));
    }
    let uneven = graph.ty(ty).kind == Kind::Union;
    for (condition, inner) in &wants.on {
        let objects = graph.ty(*condition).possible.iter().copied();
        if !uneven || objects.clone().all(|object| all_know(graph, ty, object, could)) {
            narrowed.add_on(*condition, &Arc::new(narrow(graph, inner, *condition, could)));
        } else {
            for object in objects.filter(|object| all_know(graph, ty, *object, could)) {
                narrowed.add_on(object, &Arc::new(narrow(graph, inner, object, could)));
            }
        }
    }
    if narrowed.is_empty() {
        narrowed.typename = true;
    }
    narrowed
}

fn all_know(graph: &Supergraph, union: TypeId, member: TypeId, could: Mask) -> bool {
    // A type that is no member at all is not for us to judge.
    graph.ty(union).possible.binary_search(&member).is_err()
        || subgraphs(graph, could)
            .filter_map(|subgraph| graph.ty(union).here(subgraph))
            .all(|here| here.possible.binary_search(&member).is_ok())
}

fn subgraphs(graph: &Supergraph, mask: Mask) -> impl Iterator<Item = SubgraphId> {
    let all = u8::try_from(graph.subgraphs.len()).unwrap_or(u8::MAX);
    (0..all).filter(move |subgraph| mask & (1 << subgraph) != 0)
}

fn narrow_field(graph: &Supergraph, want: &Want, ty: TypeId, could: Mask) -> Want {
    let (Some(set), Some(field)) = (&want.set, graph.ty(ty).fields.get(&want.name)) else { return want.clone() };
    let Some(target) = field.owners.first().map(|owner| owner.target) else { return want.clone() };
    let set = narrow(graph, set, target, answering(graph, field, ty, could));
    Want { set: Some(Arc::new(set)), ..want.clone() }
}

/// The subgraphs that could answer with a field of an object that the given ones could answer with.
fn answering(graph: &Supergraph, field: &Field, ty: TypeId, could: Mask) -> Mask {
    let mask = field
        .owners
        .iter()
        .filter(|owner| !owner.external)
        .filter(|owner| {
            could & (1 << owner.subgraph) != 0
                || graph.ty(ty).here(owner.subgraph).is_some_and(|here| !here.keys.is_empty())
        })
        .fold(0, |mask, owner| mask | (1 << owner.subgraph));
    if mask == 0 { Mask::MAX } else { mask }
}
