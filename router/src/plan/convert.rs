//! Compiles the library's plans into ours.

use std::sync::Arc;

use async_graphql::Name;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, Selection};
use hive_router_query_planner::ast::operation::SubgraphFetchOperation;
use hive_router_query_planner::ast::selection_item::SelectionItem;
use hive_router_query_planner::ast::selection_set::SelectionSet;
use hive_router_query_planner::planner::plan_nodes::{
    BatchFetchNode, FetchNode, FetchNodePathSegment, FetchRewrite, FlattenNodePath, FlattenNodePathSegment, PlanNode,
    QueryPlan,
};

use super::compiled::{EntityFetch, Fetch, FetchKind, PathStep, Require, Rewrite, Step};
use super::planner::SubgraphInfo;
use crate::schema::Schema;

pub(super) struct Converter<'a> {
    pub(super) schema: &'a Schema,
    pub(super) subgraphs: &'a [SubgraphInfo],
}

impl Converter<'_> {
    pub(super) fn plan(&self, plan: QueryPlan) -> Result<Step, String> {
        match plan.node {
            Some(node) => self.step(node, None),
            None => Ok(Step::Sequence(Vec::new())),
        }
    }

    fn step(&self, node: PlanNode, path: Option<FlattenNodePath>) -> Result<Step, String> {
        Ok(match node {
            PlanNode::Sequence(sequence) => Step::Sequence(self.steps(sequence.nodes)?),
            PlanNode::Parallel(parallel) => Step::Parallel(self.steps(parallel.nodes)?),
            PlanNode::Flatten(flatten) => self.step(*flatten.node, Some(flatten.path))?,
            PlanNode::Fetch(fetch) => Step::Fetch(Box::new(self.fetch(fetch, path)?)),
            PlanNode::BatchFetch(batch) => Step::Fetch(Box::new(self.batch(batch)?)),
            PlanNode::Condition(_) => return Err("a condition in a plan without conditions".to_owned()),
            PlanNode::Subscription(_) | PlanNode::Defer(_) => return Err("an unknown kind of step".to_owned()),
        })
    }

    fn steps(&self, nodes: Vec<PlanNode>) -> Result<Vec<Step>, String> {
        nodes.into_iter().map(|node| self.step(node, None)).collect()
    }

    fn fetch(&self, node: FetchNode, path: Option<FlattenNodePath>) -> Result<Fetch, String> {
        let kind = match node.requires {
            Some(requires) => FetchKind::Entities(vec![EntityFetch {
                alias: Name::new("_entities"),
                variable: Name::new("representations"),
                paths: vec![path.map(|path| self.path(&path)).unwrap_or_default()],
                requires: self.requires(&requires)?,
                input_rewrites: self.rewrites(node.input_rewrites),
                output_rewrites: self.rewrites(node.output_rewrites),
            }]),
            None => FetchKind::Root { rewrites: self.rewrites(node.output_rewrites), keys: Vec::new() },
        };
        self.request(&node.service_name, &node.operation, node.variable_usages.into_iter().flatten(), kind)
    }

    fn batch(&self, node: BatchFetchNode) -> Result<Fetch, String> {
        let mut entities = Vec::with_capacity(node.entity_batch.aliases.len());
        for alias in node.entity_batch.aliases {
            entities.push(EntityFetch {
                alias: Name::new(&alias.alias),
                variable: Name::new(&alias.representations_variable_name),
                paths: alias.merge_paths.iter().map(|path| self.path(path)).collect(),
                requires: self.requires(&alias.requires)?,
                input_rewrites: self.rewrites(alias.input_rewrites),
                output_rewrites: self.rewrites(alias.output_rewrites),
            });
        }
        let kind = FetchKind::Entities(entities);
        self.request(&node.service_name, &node.operation, node.variable_usages.into_iter().flatten(), kind)
    }

    fn request(
        &self,
        service: &str,
        operation: &SubgraphFetchOperation,
        variables: impl Iterator<Item = String>,
        mut kind: FetchKind,
    ) -> Result<Fetch, String> {
        let subgraph = self
            .subgraphs
            .iter()
            .position(|known| known.name == service)
            .ok_or_else(|| format!("unknown subgraph {service}"))?;
        let document = parse_query(&operation.document_str).map_err(|error| error.to_string())?;
        let mut variables: Vec<Name> = variables.map(Name::new).collect();
        match &mut kind {
            FetchKind::Root { keys, .. } => *keys = root_keys(&document),
            FetchKind::Entities(entities) => {
                variables.retain(|name| !entities.iter().any(|entity| entity.variable == *name));
            }
        }
        Ok(Fetch {
            subgraph,
            query: Arc::from(operation.document_str.as_str()),
            document: Arc::new(document),
            variables,
            kind,
        })
    }

    fn path(&self, path: &FlattenNodePath) -> Vec<PathStep> {
        path.as_slice()
            .iter()
            .map(|segment| match segment {
                FlattenNodePathSegment::Field(name) => PathStep::Key(Name::new(name)),
                FlattenNodePathSegment::List => PathStep::Elements,
                FlattenNodePathSegment::TypeCondition(names) => {
                    PathStep::Types(self.object_types(names.iter().map(String::as_str)))
                }
            })
            .collect()
    }

    /// The object types that belong to the named types, and these themselves: an interface object answers with the
    /// interface's name.
    fn object_types<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<Name> {
        let mut types = Vec::new();
        for name in names {
            types.push(Name::new(name));
            if let Some(info) = self.schema.get(name) {
                types.extend(info.possible.iter().cloned());
            }
        }
        types
    }

    fn requires(&self, selection: &SelectionSet) -> Result<Vec<Require>, String> {
        let mut requires = Vec::with_capacity(selection.items.len());
        for item in &selection.items {
            requires.push(match item {
                // In what a fetch requires, the name is the key in the tree and the alias that in the representation.
                SelectionItem::Field(field) => Require::Field {
                    from: Name::new(&field.name),
                    to: Name::new(field.alias.as_ref().unwrap_or(&field.name)),
                    children: self.requires(&field.selections)?,
                },
                SelectionItem::InlineFragment(fragment) => Require::On {
                    types: self.object_types(std::iter::once(fragment.type_condition.as_str())),
                    children: self.requires(&fragment.selections)?,
                },
                SelectionItem::FragmentSpread(_) => return Err("a named fragment in a requirement".to_owned()),
            });
        }
        Ok(requires)
    }

    fn rewrites(&self, rewrites: Option<Vec<FetchRewrite>>) -> Vec<Rewrite> {
        rewrites
            .into_iter()
            .flatten()
            .map(|rewrite| match rewrite {
                FetchRewrite::ValueSetter(setter) => {
                    Rewrite::Set { path: self.rewrite_path(&setter.path), value: setter.set_value_to }
                }
                FetchRewrite::KeyRenamer(renamer) => {
                    Rewrite::Rename { path: self.rewrite_path(&renamer.path), to: Name::new(renamer.rename_key_to) }
                }
            })
            .collect()
    }

    fn rewrite_path(&self, path: &[FetchNodePathSegment]) -> Vec<PathStep> {
        path.iter()
            .map(|segment| match segment {
                FetchNodePathSegment::Key(name) => PathStep::Key(Name::new(name)),
                FetchNodePathSegment::TypenameEquals(names) => {
                    PathStep::Types(self.object_types(names.iter().map(String::as_str)))
                }
            })
            .collect()
    }
}

/// The response keys of a document's root fields.
fn root_keys(document: &ExecutableDocument) -> Vec<Name> {
    let mut keys = Vec::new();
    for (_, operation) in document.operations.iter() {
        for selection in &operation.node.selection_set.node.items {
            if let Selection::Field(field) = &selection.node {
                keys.push(field.node.response_key().node.clone());
            }
        }
    }
    keys
}
