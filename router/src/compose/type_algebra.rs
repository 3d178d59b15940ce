//! Which type can stand for which in the merged graph.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::types::{BaseType, Type};

use super::model::Subgraph;

/// Which object types and interfaces belong to an abstract type, over all subgraphs.
pub(super) struct Subtypes {
    members: BTreeMap<String, BTreeSet<String>>,
}

impl Subtypes {
    pub(super) fn new(subgraphs: &[Subgraph]) -> Self {
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for graph in subgraphs {
            for (name, definition) in &graph.types {
                for interface in &definition.implements {
                    members.entry(interface.clone()).or_default().insert(name.clone());
                }
                for member in &definition.members {
                    members.entry(name.clone()).or_default().insert(member.clone());
                }
            }
        }
        Self { members }
    }

    fn named_is_subtype(&self, sub: &str, of: &str) -> bool {
        sub == of || self.members.get(of).is_some_and(|members| members.contains(sub))
    }

    /// Whether every value of `sub` is a value of `of`.
    pub(super) fn is_subtype(&self, sub: &Type, of: &Type) -> bool {
        if sub.nullable && !of.nullable {
            return false;
        }
        match (&sub.base, &of.base) {
            (BaseType::Named(sub), BaseType::Named(of)) => self.named_is_subtype(sub, of),
            (BaseType::List(sub), BaseType::List(of)) => self.is_subtype(sub, of),
            _ => false,
        }
    }

    /// The most general of the types: what all of them are a subtype of.
    pub(super) fn most_general<'a>(&self, types: &[&'a Type]) -> Option<Type> {
        let found: Option<&&'a Type> = types.iter().find(|general| types.iter().all(|ty| self.is_subtype(ty, general)));
        match found {
            Some(general) => Some((*general).clone()),
            None => self.relaxed(types),
        }
    }

    /// Types that differ in nullability at several levels at once have a common general type that no subgraph has.
    fn relaxed(&self, types: &[&Type]) -> Option<Type> {
        let (first, rest) = types.split_first()?;
        let mut general = (*first).clone();
        for ty in rest {
            general = self.join(&general, ty)?;
        }
        Some(general)
    }

    fn join(&self, left: &Type, right: &Type) -> Option<Type> {
        let nullable = left.nullable || right.nullable;
        let base = match (&left.base, &right.base) {
            (BaseType::Named(left), BaseType::Named(right)) if self.named_is_subtype(left, right) => {
                BaseType::Named(right.clone())
            }
            (BaseType::Named(left), BaseType::Named(right)) if self.named_is_subtype(right, left) => {
                BaseType::Named(left.clone())
            }
            (BaseType::List(left), BaseType::List(right)) => BaseType::List(Box::new(self.join(left, right)?)),
            _ => return None,
        };
        Some(Type { base, nullable })
    }

    /// The most specific of the types, for arguments and input fields: what every subgraph accepts.
    pub(super) fn most_specific(&self, types: &[&Type]) -> Option<Type> {
        let (first, rest) = types.split_first()?;
        let mut specific = (*first).clone();
        for ty in rest {
            specific = meet(&specific, ty)?;
        }
        Some(specific)
    }
}

fn meet(left: &Type, right: &Type) -> Option<Type> {
    let nullable = left.nullable && right.nullable;
    let base = match (&left.base, &right.base) {
        (BaseType::Named(left), BaseType::Named(right)) if left == right => BaseType::Named(left.clone()),
        (BaseType::List(left), BaseType::List(right)) => BaseType::List(Box::new(meet(left, right)?)),
        _ => return None,
    };
    Some(Type { base, nullable })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ty(text: &str) -> Type {
        Type::new(text).unwrap()
    }

    #[test]
    fn general_and_specific_types() {
        let subtypes =
            Subtypes { members: BTreeMap::from([("Media".to_owned(), BTreeSet::from(["Book".to_owned()]))]) };
        let (book, media) = (ty("Book!"), ty("Media"));
        assert_eq!(subtypes.most_general(&[&book, &media]), Some(ty("Media")));
        assert_eq!(subtypes.most_general(&[&ty("[Book!]"), &ty("[Book]!")]), Some(ty("[Book]")));
        assert_eq!(subtypes.most_general(&[&ty("Int"), &ty("String")]), None);
        assert_eq!(subtypes.most_specific(&[&ty("Int!"), &ty("Int")]), Some(ty("Int!")));
        assert_eq!(subtypes.most_specific(&[&ty("[Int]"), &ty("Int")]), None);
    }
}
