//! Fields that several subgraphs resolve must resolve to the same types.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Field, Type};
use super::{Group, State, Transition, Traversal, explain};
use crate::compose::quoted;

impl<'a> Traversal<'a, '_> {
    /// Looks at the types that a shared field can have in the subgraphs that answer it; answers whether there is one that
    /// it can have in all of them.
    pub(super) fn shares_types(
        &mut self,
        state: &State<'a>,
        groups: &[Group],
        (owner, name, field): (&'a str, &'a str, &'a Field),
    ) -> bool {
        let returned = field.ty.name();
        let abstract_type = self.schema.kind(returned).is_some_and(|kind| kind.is_abstract());
        if !abstract_type || !self.schema.types.get(owner).is_some_and(|ty| is_shared(ty, field)) {
            return true;
        }
        let all = self.schema.runtime_types(returned);
        let mut by_graph: BTreeMap<&'a str, BTreeSet<&'a str>> = BTreeMap::new();
        let mut abstract_spots = 0;
        for spot in groups.iter().flat_map(|group| &group.spots) {
            let node = &self.resolver.graph.nodes[spot.node];
            let (graph, ty, is_abstract) = (node.graph, node.name, node.ty.kind.is_abstract());
            abstract_spots += usize::from(is_abstract);
            let types = self.resolver.graph.runtime_types(graph, ty);
            // An interface object stands for all types of its interface.
            if types.len() == 1 && !types.iter().any(|only| all.contains(only)) {
                continue;
            }
            by_graph.insert(self.resolver.graph.graph_name(spot.node), types.as_ref().clone());
        }
        if abstract_spots < 2 || by_graph.values().all(BTreeSet::is_empty) {
            return true;
        }
        let common: BTreeSet<&str> =
            all.iter().copied().filter(|object| by_graph.values().all(|types| types.contains(object))).collect();
        let different: BTreeSet<&BTreeSet<&str>> = by_graph.values().collect();
        if different.len() < 2 && !common.is_empty() {
            return true;
        }
        let list: Vec<String> = by_graph
            .iter()
            .map(|(graph, types)| {
                let types = if types.is_empty() { "no type".to_owned() } else { quoted(types.iter().copied()) };
                format!("\n- in subgraph \"{graph}\": {types}")
            })
            .collect();
        let query = explain::query(self.schema, &self.ways, state.way, Transition::Field { owner, name, field });
        let place = format!("\"{owner}.{name}\" of type \"{}\"", field.ty);
        if common.is_empty() {
            if self.told.insert((owner, name)) {
                let message = format!(
                    "for the query\n{query}\nthe shared field {place} has no type that it can have in all subgraphs that resolve it:{}",
                    list.concat()
                );
                self.report.error("SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES", message);
            }
            return false;
        }
        let message = format!(
            "for the query\n{query}\nthe shared field {place} can have different types in the subgraphs that resolve it, and must only ever be {}:{}",
            quoted(common),
            list.concat()
        );
        if !self.report.hints.iter().any(|hint| hint.message == message) {
            self.report.hint("INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN", message, Vec::new());
        }
        true
    }
}

/// Whether several subgraphs resolve a field.
fn is_shared(owner: &Type, field: &Field) -> bool {
    let joins = |directives: &[crate::compose::model::Directive], name: &str| {
        let tells = |key: &str, directive: &crate::compose::model::Directive| directive.argument(key).is_some();
        directives
            .iter()
            .filter(|directive| {
                directive.name == name && !tells("external", directive) && !tells("usedOverridden", directive)
            })
            .count()
    };
    if field.directives.iter().any(|directive| directive.name == "join__field") {
        return joins(&field.directives, "join__field") > 1;
    }
    joins(&owner.directives, "join__type") > 1
}
