//! Directives' definitions: those of clients' documents, and those that are composed.

use std::collections::BTreeSet;

use super::super::locations::is_executable;
use super::super::model::DirectiveDefinition;
use super::{Merger, Position};

impl<'a> Merger<'a> {
    pub(super) fn merge_definitions(&mut self) {
        let composed: Vec<(&'a str, &'a DirectiveDefinition)> = self.custom.definitions().collect();
        let names: BTreeSet<&'a str> = self
            .graphs
            .iter()
            .flat_map(|graph| &graph.schema.definitions)
            .filter(|(_, definition)| definition.locations.iter().any(|location| is_executable(location)))
            .map(|(name, _)| name.as_str())
            .filter(|name| composed.iter().all(|(other, _)| other != name))
            .collect();
        for (name, definition) in composed {
            let arguments = self.merge_argument_lists(&format!("@{name}"), &[(0, &definition.arguments)]);
            let merged = DirectiveDefinition { arguments, position: Position::default(), ..definition.clone() };
            self.schema.definitions.insert(name.to_owned(), merged);
        }
        for name in names {
            if let Some(merged) = self.merge_executable(name) {
                self.schema.definitions.insert(name.to_owned(), merged);
            }
        }
    }

    /// A client's directive has a meaning only if every subgraph knows it.
    fn merge_executable(&mut self, name: &str) -> Option<DirectiveDefinition> {
        let graphs = self.graphs;
        let found: Vec<(usize, &'a DirectiveDefinition)> = graphs
            .iter()
            .enumerate()
            .filter_map(|(at, graph)| Some((at, graph.schema.definitions.get(name)?)))
            .collect();
        if found.len() < graphs.len() {
            let missing = (0..graphs.len()).filter(|at| found.iter().all(|(other, _)| other != at));
            let missing = self.list(missing);
            let defined = self.list(found.iter().map(|(at, _)| *at));
            let message = format!("directive \"@{name}\" is left out: it is defined in {defined} but not in {missing}");
            self.report.hint("INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE", message, Vec::new());
            return None;
        }
        let locations = |definition: &'a DirectiveDefinition| -> BTreeSet<&'a str> {
            definition.locations.iter().map(String::as_str).filter(|location| is_executable(location)).collect()
        };
        let (_, first) = found.first()?;
        let common = found.iter().fold(locations(first), |common, (_, definition)| {
            common.intersection(&locations(definition)).copied().collect()
        });
        let consistent = found.iter().all(|(_, definition)| locations(definition) == locations(first));
        if common.is_empty() {
            let message = format!("directive \"@{name}\" is left out: no location of it is known to all subgraphs");
            self.report.hint("NO_EXECUTABLE_DIRECTIVE_INTERSECTION", message, Vec::new());
            return None;
        }
        if !consistent {
            let message = format!("directive \"@{name}\" keeps only the locations that it has in all subgraphs");
            self.report.hint("INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS", message, Vec::new());
        }
        let repeatable = found.iter().all(|(_, definition)| definition.repeatable);
        if !repeatable && found.iter().any(|(_, definition)| definition.repeatable) {
            let message = format!("directive \"@{name}\" is not repeatable, as in some subgraphs it is not");
            self.report.hint("INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE", message, Vec::new());
        }
        let descriptions: Vec<_> =
            found.iter().map(|(at, definition)| (*at, definition.description.as_ref())).collect();
        let description = self.merge_descriptions(&format!("directive \"@{name}\""), &descriptions);
        let lists: Vec<_> = found.iter().map(|(at, definition)| (*at, &definition.arguments)).collect();
        let arguments = self.merge_argument_lists(&format!("@{name}"), &lists);
        let locations = common.into_iter().map(str::to_owned).collect();
        Some(DirectiveDefinition { description, arguments, repeatable, locations, position: Position::default() })
    }
}
