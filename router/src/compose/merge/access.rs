//! `@authenticated`, `@requiresScopes` and `@policy` behind interfaces.
//!
//! Access to an interface is access to everything that may stand behind it, so that the supergraph's interfaces, and the
//! types behind interface objects, ask for all that is asked for there.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Directive, Directives, Schema};
use super::super::specs::Known;
use super::super::subgraph::Subgraph;
use super::super::syntax::Kind;

/// The requirements that types and fields have from elsewhere.
#[derive(Default)]
pub(super) struct Access<'a> {
    types: BTreeMap<String, Vec<&'a Directive>>,
    fields: BTreeMap<(String, String), Vec<&'a Directive>>,
}

impl<'a> Access<'a> {
    /// Collects them. Of the merged schema, what implements what must be known.
    pub(super) fn find(graphs: &'a [Subgraph], merged: &Schema) -> Self {
        let mut access = Self::default();
        let implements = |name: &str| {
            let ty = merged.types.get(name).filter(|ty| ty.kind == Kind::Object);
            ty.map(|ty| ty.implements.as_slice()).unwrap_or_default()
        };
        for graph in graphs {
            for (name, ty) in graph.schema.types.iter().filter(|(_, ty)| ty.kind == Kind::Object) {
                for directive in required(&ty.directives) {
                    for interface in implements(name) {
                        access.types.entry(interface.clone()).or_default().push(directive);
                    }
                }
                for (field_name, field) in &ty.fields {
                    if graph.facts.is_external(name, field_name) {
                        continue;
                    }
                    for directive in required(&field.directives) {
                        let mut owners: BTreeSet<&str> = BTreeSet::new();
                        if ty.is_interface_object() {
                            for object in merged.runtime_types(name) {
                                owners.insert(object);
                                owners.extend(
                                    implements(object).iter().map(String::as_str).filter(|other| other != name),
                                );
                            }
                        } else {
                            owners.extend(implements(name).iter().map(String::as_str));
                        }
                        for owner in owners {
                            let key = (owner.to_owned(), field_name.clone());
                            access.fields.entry(key).or_default().push(directive);
                        }
                    }
                }
            }
        }
        access
    }

    pub(super) fn of_type(&self, name: &str) -> Vec<&'a Directive> {
        self.types.get(name).cloned().unwrap_or_default()
    }

    pub(super) fn of_field(&self, owner: &str, name: &str) -> Vec<&'a Directive> {
        if self.fields.is_empty() {
            return Vec::new();
        }
        self.fields.get(&(owner.to_owned(), name.to_owned())).cloned().unwrap_or_default()
    }
}

fn required(directives: &Vec<Directive>) -> impl Iterator<Item = &Directive> {
    Known::ACCESS.into_iter().filter_map(|known| directives.first(known))
}
