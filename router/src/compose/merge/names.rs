//! Names of the supergraph's own machinery, which nothing of the subgraphs can have.

use std::collections::BTreeSet;

use super::super::Report;
use super::super::locations::is_executable;
use super::super::specs::{Composed, Known, LATEST_FEDERATION, directives_of};
use super::super::subgraph::Subgraph;
use super::compose_directive::Composition;

/// Refuses types and directives whose names the supergraph needs for the specifications that it links.
pub(super) fn check(graphs: &[Subgraph], specs: &BTreeSet<Composed>, custom: &Composition<'_>, report: &mut Report) {
    let scalars: BTreeSet<&str> = specs
        .iter()
        .filter_map(|composed| match composed.spec {
            "policy" => Some("policy__Policy"),
            "requiresScopes" => Some("requiresScopes__Scope"),
            "context" => Some("context__ContextFieldValue"),
            _ => None,
        })
        .collect();
    let directives: BTreeSet<&str> = Known::ALL
        .into_iter()
        .filter(|known| known.composed_by().is_some_and(|composed| specs.contains(&composed)))
        .map(Known::name)
        .collect();
    let federated: BTreeSet<&str> =
        directives_of("federation", LATEST_FEDERATION).into_iter().map(Known::name).collect();
    let prefixed = |name: &str| name.starts_with("join__") || name.starts_with("link__");
    for (at, graph) in graphs.iter().enumerate() {
        let types = graph.schema.types.iter().map(|(name, ty)| (name, ty.position));
        for (name, position) in types.filter(|(name, _)| prefixed(name) || scalars.contains(name.as_str())) {
            let message = format!("[{}] type \"{name}\" has a name that the supergraph needs for itself", graph.name);
            report.error_at("INVALID_GRAPHQL", message, vec![(&graph.name, position)]);
        }
        for (name, definition) in &graph.schema.definitions {
            let kept =
                custom.is_composed(at, name) || definition.locations.iter().any(|location| is_executable(location));
            let taken = prefixed(name) || name == "link" || directives.contains(name.as_str());
            if kept && taken {
                let message =
                    format!("[{}] directive \"@{name}\" has a name that the supergraph needs for itself", graph.name);
                report.error_at("DIRECTIVE_COMPOSITION_ERROR", message, vec![(&graph.name, definition.position)]);
            }
            // Whoever means to close a field must not find it open.
            if !kept && federated.contains(name.as_str()) {
                let message = format!(
                    "directive \"@{name}\" of subgraph \"{}\" is its own and means nothing to the supergraph; that of the federation specification must be imported",
                    graph.name
                );
                report.hint("DIRECTIVE_COMPOSITION_WARN", message, vec![(&graph.name, definition.position)]);
            }
        }
    }
}
