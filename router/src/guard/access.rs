//! `@authenticated`, `@requiresScopes` and `@policy`: which fields a principal may select.
//!
//! The rules are read from the supergraph once. A field carries its own rules, those of the type that it returns, and,
//! on an interface, those of every implementation: what is closed on one way is closed on all.

use std::collections::{BTreeMap, HashMap};

use async_graphql::Positioned;
use async_graphql::Value;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use platform::identity::Principal;

/// The number of a requirement in [`AccessRules`].
pub(crate) type RequirementId = u16;

/// What a principal must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Requirement {
    Authenticated,
    /// One of these sets of scopes, entirely.
    Scopes(Vec<Vec<String>>),
    /// A policy. Nothing here evaluates policies, so that only services pass.
    Policy,
}

impl Requirement {
    fn holds(&self, principal: &Principal) -> bool {
        match self {
            Self::Authenticated => principal.is_authenticated(),
            Self::Scopes(alternatives) => {
                alternatives.iter().any(|scopes| scopes.iter().all(|scope| principal.has_scope_named(scope)))
            }
            Self::Policy => principal.service.is_some(),
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
    pub(crate) fn read(document: &ServiceDocument) -> Self {
        let mut rules = Self::default();
        let mut of_types: BTreeMap<&str, Vec<RequirementId>> = BTreeMap::new();
        let mut implementers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut composites: Vec<(&str, &[Positioned<FieldDefinition>])> = Vec::new();
        for definition in &document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.as_str();
            let own = rules.requirements_of(&ty.node.directives);
            if !own.is_empty() {
                of_types.insert(name, own);
            }
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
                let mut all = rules.requirements_of(&field.node.directives);
                if let Some(of_target) = of_types.get(named(&field.node.ty.node)) {
                    all.extend(of_target);
                }
                if !all.is_empty() {
                    let by_field = rules.fields.entry((*name).to_owned()).or_default();
                    by_field.insert(field.node.name.node.to_string(), all);
                }
            }
        }
        for (interface, names) in &implementers {
            for name in names {
                let inherited: Vec<(String, Vec<RequirementId>)> = rules
                    .fields
                    .get(*name)
                    .map(|fields| fields.iter().map(|(field, ids)| (field.clone(), ids.clone())).collect())
                    .unwrap_or_default();
                let of_interface = rules.fields.entry((*interface).to_owned()).or_default();
                for (field, ids) in inherited {
                    of_interface.entry(field).or_default().extend(ids);
                }
            }
        }
        for ids in rules.fields.values_mut().flat_map(HashMap::values_mut) {
            ids.sort_unstable();
            ids.dedup();
        }
        rules
    }

    fn requirements_of(&mut self, directives: &[Positioned<ConstDirective>]) -> Vec<RequirementId> {
        let mut ids = Vec::new();
        for directive in directives {
            let requirement = match directive.node.name.node.as_str() {
                "authenticated" => Requirement::Authenticated,
                "requiresScopes" => match directive.node.get_argument("scopes") {
                    Some(scopes) => Requirement::Scopes(alternatives(&scopes.node)),
                    None => continue,
                },
                "policy" => Requirement::Policy,
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

    /// Whether a principal has what a requirement asks. An unknown requirement holds for nobody.
    pub(crate) fn holds(&self, id: RequirementId, principal: &Principal) -> bool {
        self.requirements.get(usize::from(id)).is_some_and(|requirement| requirement.holds(principal))
    }
}

fn alternatives(value: &Value) -> Vec<Vec<String>> {
    let Value::List(outer) = value else { return Vec::new() };
    outer
        .iter()
        .map(|inner| match inner {
            Value::List(scopes) => scopes.iter().filter_map(text).collect(),
            single => text(single).into_iter().collect(),
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
