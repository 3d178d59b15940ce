//! What represents an entity, and whether two requests for it can be one.

use super::compiled::Require;

/// Whether two representations can be one: nothing in them has two values.
pub(super) fn agree(own: &[Require], other: &[Require]) -> bool {
    other.iter().all(|wanted| {
        own.iter().all(|known| match (known, wanted) {
            (Require::Type(known), Require::Type(wanted)) => known == wanted,
            (Require::Type(_), Require::Field { to, .. }) | (Require::Field { to, .. }, Require::Type(_)) => {
                to != "__typename"
            }
            (
                Require::Field { from, to, children },
                Require::Field { from: other_from, to: other_to, children: other_children },
            ) => to != other_to || (from == other_from && agree(children, other_children)),
            _ => true,
        })
    })
}

/// Adds what a representation lacks.
pub(super) fn add_requires(own: &mut Vec<Require>, other: Vec<Require>) {
    for wanted in other {
        let known = own.iter_mut().find(|known| match (&**known, &wanted) {
            (Require::Type(_), Require::Type(_)) => true,
            (Require::Field { to, .. }, Require::Field { to: other, .. }) => to == other,
            (Require::On { types, .. }, Require::On { types: other, .. }) => types == other,
            _ => false,
        });
        match (known, wanted) {
            (
                Some(Require::Field { children, .. } | Require::On { children, .. }),
                Require::Field { children: more, .. } | Require::On { children: more, .. },
            ) => add_requires(children, more),
            (Some(_), _) => {}
            (None, wanted) => own.push(wanted),
        }
    }
}
