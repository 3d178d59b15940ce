//! Types: which subgraphs have them, with which keys.

use super::super::model::{Directive, Directives, Type};
use super::super::specs::Known;
use super::super::syntax::Kind;
use super::{Merger, carried, join, subgraphs};

impl<'a> Merger<'a> {
    /// Merges all types of a kind.
    pub(super) fn merge_types_of(&mut self, kind: Kind) {
        let names: Vec<String> =
            self.schema.types.iter().filter(|(_, ty)| ty.kind == kind).map(|(name, _)| name.clone()).collect();
        for name in names {
            self.merge_type(&name, kind);
        }
    }

    fn merge_type(&mut self, name: &str, kind: Kind) {
        let sources = self.sources(name, kind);
        self.check_base(name, &sources);
        let descriptions: Vec<_> = sources.iter().map(|(at, ty)| (*at, ty.description.as_ref())).collect();
        let description = self.merge_descriptions(&format!("\"{name}\""), &descriptions);
        let mut directives = self.join_types(&sources);
        if kind == Kind::Union {
            directives.extend(self.merge_members(name, &sources));
        }
        let applied: Vec<_> = sources.iter().map(|(at, ty)| (*at, &ty.directives)).collect();
        let additional = if kind == Kind::Interface { self.access.of_type(name) } else { Vec::new() };
        directives.extend(self.merge_directives(&format!("\"{name}\""), &applied, &additional));
        directives.extend(carried(self.graphs, &applied));
        if let Some(merged) = self.schema.types.get_mut(name) {
            merged.description = description;
            merged.directives.extend(directives);
        }
        match kind {
            Kind::Interface => {
                self.check_interface(name, &sources);
                self.merge_fields(name, kind, &sources);
            }
            Kind::Object => self.merge_fields(name, kind, &sources),
            Kind::Input => self.merge_inputs(name, &sources),
            Kind::Enum => self.merge_values(name, &sources),
            Kind::Scalar | Kind::Union => {}
        }
    }

    /// A type that is only ever extended exists nowhere.
    fn check_base(&mut self, name: &str, sources: &[(usize, &'a Type)]) {
        if self.schema.is_root(name) || sources.iter().any(|(_, ty)| ty.defined) {
            return;
        }
        for (at, ty) in sources {
            let message = format!("[{}] \"{name}\" is extended, but no subgraph defines it", self.name(*at));
            let places = self.places([(*at, ty.position)]);
            self.report.error_at("EXTENSION_WITH_NO_BASE", message, places);
        }
    }

    fn join_types(&self, sources: &[(usize, &'a Type)]) -> Vec<Directive> {
        let mut joins = Vec::new();
        for (at, ty) in sources {
            let id = &self.graphs[*at].id;
            let interface_object = ty.is_interface_object();
            if !ty.is_entity() {
                joins.push(join::ty(id, None, false, interface_object));
            }
            for key in ty.keys() {
                let extension = key.declaration > 0 || ty.directives.has(Known::Extends);
                joins.push(join::ty(id, Some(key), extension, interface_object));
            }
        }
        joins
    }

    fn merge_members(&mut self, name: &str, sources: &[(usize, &'a Type)]) -> Vec<Directive> {
        let members = self.schema.types.get(name).map(|ty| ty.members.clone()).unwrap_or_default();
        let mut joins = Vec::new();
        for member in members {
            let (having, lacking): (Vec<_>, Vec<_>) = sources.iter().partition(|(_, ty)| ty.members.contains(&member));
            joins.extend(having.iter().map(|(at, _)| join::union_member(&self.graphs[*at].id, &member)));
            if !lacking.is_empty() {
                let message = format!(
                    "member \"{member}\" of union \"{name}\" is defined in {} but not in {}",
                    self.list(having.iter().map(|(at, _)| *at)),
                    self.list(lacking.iter().map(|(at, _)| *at))
                );
                self.report.hint("INCONSISTENT_UNION_MEMBER", message, Vec::new());
            }
        }
        joins
    }

    /// `subgraph "a"` or `subgraphs "a" and "b"`.
    pub(super) fn list(&self, graphs: impl IntoIterator<Item = usize>) -> String {
        subgraphs(graphs.into_iter().map(|at| self.graphs[at].name.as_str()))
    }
}
