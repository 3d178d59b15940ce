//! `@authenticated`, `@requiresScopes` and `@policy`: which fields a principal may select.
//!
//! The rules are read from the supergraph once, by what its directives stand for. A field carries its own rules, those of
//! the type that it is a field of and of the type that it returns, and, on an interface, those of every type behind it:
//! what is closed on one way is closed on all. `__typename` is never closed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use async_graphql::Positioned;
use async_graphql::Value;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use platform::identity::Principal;

use crate::compose::Meanings;

/// The number of a requirement in [`AccessRules`].
pub(crate) type RequirementId = u16;

/// What a principal must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Requirement {
    Authenticated,
    /// One of these sets of scopes, entirely.
    Scopes(Vec<Vec<String>>),
    /// One of these sets of policies, entirely. Services pass.
    Policies(Vec<Vec<String>>),
}

impl Requirement {
    fn holds(&self, principal: &Principal, policies: &HashSet<String>) -> bool {
        match self {
            Self::Authenticated => principal.is_authenticated(),
            Self::Scopes(alternatives) => {
                alternatives.iter().any(|scopes| scopes.iter().all(|scope| principal.has_scope_named(scope)))
            }
            Self::Policies(alternatives) => {
                principal.service.is_some()
                    || alternatives.iter().any(|all| all.iter().all(|policy| policies.contains(policy)))
            }
        }
    }
}

/// The rules of a supergraph.
#[derive(Debug, Default)]
pub(crate) struct AccessRules {
    requirements: Vec<Requirement>,
    /// Type, field to the requirements that must all hold.
    fields: HashMap<String, HashMap<String, Vec<RequirementId>>>,
}

impl AccessRules {
    /// Reads the rules of a supergraph.
    pub(crate) fn read(document: &ServiceDocument, meanings: &Meanings) -> Self {
        let mut rules = Self::default();
        let mut of_types: BTreeMap<&str, Vec<RequirementId>> = BTreeMap::new();
        let mut implementers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut composites: Vec<(&str, &[Positioned<FieldDefinition>])> = Vec::new();
        for definition in &document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.as_str();
            let own = rules.requirements_of(&ty.node.directives, meanings);
            of_types.entry(name).or_default().extend(own);
            let (fields, interfaces) = match &ty.node.kind {
                TypeKind::Object(object) => (&object.fields, &object.implements),
                TypeKind::Interface(interface) => (&interface.fields, &interface.implements),
                _ => continue,
            };
            composites.push((name, fields));
            for interface in interfaces {
                implementers.entry(interface.node.as_str()).or_default().push(name);
            }
        }
        for (name, fields) in &composites {
            for field in *fields {
                let mut all = rules.requirements_of(&field.node.directives, meanings);
                for ty in [*name, named(&field.node.ty.node)] {
                    all.extend(of_types.get(ty).into_iter().flatten());
                }
                if !all.is_empty() {
                    let by_field = rules.fields.entry((*name).to_owned()).or_default();
                    by_field.insert(field.node.name.node.to_string(), all);
                }
            }
        }
        // Whoever asks for a field of an interface may be answered by any type behind it.
        for (name, fields) in &composites {
            let behind: Vec<&str> = implementers.get(name).into_iter().flatten().copied().collect();
            for field in fields.iter().map(|field| field.node.name.node.as_str()) {
                let mut all: Vec<RequirementId> = Vec::new();
                for ty in &behind {
                    all.extend(of_types.get(ty).into_iter().flatten());
                    all.extend(rules.of_field(ty, field));
                }
                if !all.is_empty() {
                    let by_field = rules.fields.entry((*name).to_owned()).or_default();
                    by_field.entry(field.to_owned()).or_default().extend(all);
                }
            }
        }
        for ids in rules.fields.values_mut().flat_map(HashMap::values_mut) {
            ids.sort_unstable();
            ids.dedup();
        }
        rules
    }

    fn requirements_of(
        &mut self,
        directives: &[Positioned<ConstDirective>],
        meanings: &Meanings,
    ) -> Vec<RequirementId> {
        let mut ids = Vec::new();
        for directive in directives {
            let listed = |argument: &str| {
                directive.node.get_argument(argument).map(|value| alternatives(&value.node)).unwrap_or_default()
            };
            let requirement = match meanings.of(&directive.node.name.node) {
                Some("authenticated") => Requirement::Authenticated,
                Some("requiresScopes") => Requirement::Scopes(listed("scopes")),
                Some("policy") => Requirement::Policies(listed("policies")),
                _ => continue,
            };
            let at = match self.requirements.iter().position(|known| *known == requirement) {
                Some(at) => at,
                None => {
                    self.requirements.push(requirement);
                    self.requirements.len() - 1
                }
            };
            ids.push(RequirementId::try_from(at).unwrap_or(RequirementId::MAX));
        }
        ids
    }

    /// The requirements of a field; none for most.
    pub(crate) fn of_field(&self, type_name: &str, field: &str) -> &[RequirementId] {
        self.fields.get(type_name).and_then(|fields| fields.get(field)).map_or(&[], Vec::as_slice)
    }

    /// Whether a principal for whom these policies hold has what a requirement asks. An unknown requirement holds for
    /// nobody.
    pub(crate) fn holds(&self, id: RequirementId, principal: &Principal, policies: &HashSet<String>) -> bool {
        self.requirements.get(usize::from(id)).is_some_and(|requirement| requirement.holds(principal, policies))
    }

    /// The policies that requirements ask for, in the order of their names.
    pub(crate) fn policies(&self, ids: &[RequirementId]) -> Vec<String> {
        let requirements = ids.iter().filter_map(|id| self.requirements.get(usize::from(*id)));
        let policies = requirements.flat_map(|requirement| match requirement {
            Requirement::Policies(alternatives) => alternatives.as_slice(),
            _ => &[],
        });
        policies.flatten().cloned().collect::<BTreeSet<String>>().into_iter().collect()
    }
}

/// Sets of names of which one must be had. One with something that is no name cannot be had.
fn alternatives(value: &Value) -> Vec<Vec<String>> {
    let Value::List(outer) = value else { return Vec::new() };
    outer
        .iter()
        .filter_map(|inner| match inner {
            Value::List(names) => names.iter().map(text).collect(),
            single => text(single).map(|name| vec![name]),
        })
        .collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named(inner),
    }
}
