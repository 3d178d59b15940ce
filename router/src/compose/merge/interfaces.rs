//! Interfaces with keys, and interface objects.

use std::collections::BTreeSet;

use super::super::model::{Directive, Field, InputValue, Type};
use super::super::specs::Known;
use super::super::syntax::Kind;
use super::fields::FieldSource;
use super::overrides::Overrides;
use super::{Merger, quoted};

impl<'a> Merger<'a> {
    pub(super) fn check_interface(&mut self, name: &str, sources: &[(usize, &'a Type)]) {
        let all: BTreeSet<String> = self.schema.runtime_types(name).into_iter().map(str::to_owned).collect();
        for (at, ty) in sources {
            let graph = &self.graphs[*at];
            if ty.is_interface_object() {
                let defined: Vec<&str> =
                    all.iter().map(String::as_str).filter(|object| graph.schema.types.contains_key(*object)).collect();
                if !defined.is_empty() {
                    let message = format!(
                        "[{}] \"{name}\" has @interfaceObject, so that the subgraph cannot define the types that implement the interface, but it defines {}",
                        graph.name,
                        quoted(defined)
                    );
                    let places = self.places([(*at, ty.position)]);
                    self.report.error_at("INTERFACE_OBJECT_USAGE_ERROR", message, places);
                }
            } else if let Some(key) = ty.keys().find(|key| key.is_resolvable()) {
                let own = graph.schema.runtime_types(name);
                let missing: Vec<&str> =
                    all.iter().map(String::as_str).filter(|object| !own.contains(object)).collect();
                if !missing.is_empty() && own.len() < all.len() {
                    let message = format!(
                        "[{}] interface \"{name}\" has the resolvable key {key}, so that the subgraph must define all types that implement it, but it lacks {}",
                        graph.name,
                        quoted(missing)
                    );
                    let places = self.places([(*at, key.position)]);
                    self.report.error_at("INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE", message, places);
                }
            }
        }
    }

    /// What an interface object adds to its interface, every implementation has.
    pub(super) fn add_interface_object_fields(&mut self) {
        let objects: Vec<(String, Vec<String>)> = self
            .schema
            .types
            .iter()
            .filter(|(_, ty)| ty.kind == Kind::Object && !ty.implements.is_empty())
            .map(|(name, ty)| (name.clone(), ty.implements.clone()))
            .collect();
        for (object, interfaces) in objects {
            for interface in interfaces {
                let Some(fields) = self.schema.types.get(&interface).map(|ty| ty.fields.clone()) else { continue };
                for (name, field) in fields {
                    let exists = self.schema.field(&object, &name).is_some();
                    if exists || !self.is_provided_by_interface_object(&interface, &name) {
                        continue;
                    }
                    let field = self.copied(&object, &name, field);
                    if let Some(ty) = self.schema.types.get_mut(&object) {
                        ty.fields.insert(name.clone(), field);
                    }
                    let sources: Vec<FieldSource<'a>> =
                        (0..self.graphs.len()).map(|at| FieldSource { at, field: None }).collect();
                    self.check_sharing(&object, &name, &sources, &Overrides::default());
                }
            }
        }
    }

    fn copied(&mut self, object: &str, name: &str, mut field: Field) -> Field {
        let keep = |directive: &Directive| {
            !directive.name.starts_with("join__")
                && !directive.known.is_some_and(|known| Known::ACCESS.contains(&known))
        };
        field.directives.retain(keep);
        for InputValue { directives, .. } in field.arguments.values_mut() {
            directives.retain(keep);
        }
        let additional = self.access.of_field(object, name);
        let place = format!("\"{object}.{name}\"");
        field.directives.extend(self.merge_directives(&place, &[], &additional));
        field.directives.push(Directive::new("join__field", Vec::new()));
        field
    }
}
