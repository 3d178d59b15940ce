//! Merging: the subgraphs' schemas become one, in which every element says where it comes from.
//!
//! The result is an ordinary schema whose elements have the directives of the join specification. What depends on other
//! merged types goes after them: what implements what first, then interfaces, then objects, and enums last, whose values
//! depend on where they are used.

mod access;
mod arguments;
mod compose_directive;
mod directives;
mod executable;
mod externals;
mod fields;
mod interfaces;
mod join;
mod names;
mod overrides;
mod types;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Directive, Directives, Schema, Type};
use super::specs::{Composed, Known, Version};
use super::subgraph::Subgraph;
use super::syntax::{Kind, Position, Root, Value};
use super::{Report, quoted};

pub(super) use directives::{alternatives, conjunction};

/// What the supergraph is, before it is printed.
pub(super) struct Merged {
    pub(super) schema: Schema,
    /// The version of the federation specification that it needs.
    pub(super) federation: Version,
    /// The specifications of composed directives.
    pub(super) specs: BTreeSet<Composed>,
    /// The `@link`s of the specifications that composed custom directives come from.
    pub(super) custom_links: Vec<Directive>,
    /// Whether subgraphs use `@cacheTag`, which the join specification carries for them.
    pub(super) cache_tags: bool,
}

/// An enum's use: in questions, in answers, or both, with the place of each.
#[derive(Default)]
struct EnumUsage {
    input: Option<String>,
    output: Option<String>,
}

struct Merger<'a> {
    graphs: &'a [Subgraph],
    report: &'a mut Report,
    schema: Schema,
    custom: compose_directive::Composition<'a>,
    enums: BTreeMap<String, EnumUsage>,
    access: access::Access<'a>,
}

/// Merges the subgraphs; none if something is reported.
pub(super) fn merge(graphs: &[Subgraph], report: &mut Report) -> Option<Merged> {
    let federation = federation_version(graphs, report);
    let specs = composed_specs(graphs, report);
    let custom = compose_directive::Composition::find(graphs, report);
    names::check(graphs, &specs, &custom, report);
    if report.has_errors() {
        return None;
    }
    let mut merger = Merger {
        graphs,
        report,
        schema: Schema::default(),
        custom,
        enums: BTreeMap::new(),
        access: access::Access::default(),
    };
    merger.run();
    let Merger { schema, custom, report, .. } = merger;
    let cache_tags = graphs.iter().any(|graph| applied(&graph.schema).any(|one| one.known == Some(Known::CacheTag)));
    (!report.has_errors()).then(|| Merged { custom_links: custom.links(&specs), schema, federation, specs, cache_tags })
}

/// All directives that are applied anywhere in a schema.
fn applied(schema: &Schema) -> impl Iterator<Item = &Directive> {
    let types = schema.types.values().flat_map(|ty| {
        let fields = ty.fields.values().flat_map(|field| {
            field.directives.iter().chain(field.arguments.values().flat_map(|argument| &argument.directives))
        });
        let values = ty.values.values().flat_map(|value| &value.directives);
        let inputs = ty.inputs.values().flat_map(|input| &input.directives);
        ty.directives.iter().chain(fields).chain(values).chain(inputs)
    });
    let definitions = schema.definitions.values().flat_map(|definition| definition.arguments.values());
    schema.directives.iter().chain(types).chain(definitions.flat_map(|argument| &argument.directives))
}

fn federation_version(graphs: &[Subgraph], report: &mut Report) -> Version {
    let mut newest = (2, 0);
    for graph in graphs {
        let (version, feature) = graph.federation_version();
        newest = newest.max(version);
        if let Some(feature) = feature {
            let message = format!(
                "subgraph \"{}\" links \"{}\", which needs version {}.{} of the federation specification",
                graph.name,
                feature.url(),
                version.0,
                version.1
            );
            report.hint("IMPLICITLY_UPGRADED_FEDERATION_VERSION", message, vec![(&graph.name, feature.position)]);
        }
    }
    newest
}

/// The specifications of directives that subgraphs apply and the supergraph keeps. A directive must have one name.
fn composed_specs(graphs: &[Subgraph], report: &mut Report) -> BTreeSet<Composed> {
    let mut specs = BTreeSet::new();
    let mut names: BTreeMap<Known, Vec<(usize, String)>> = BTreeMap::new();
    for (at, graph) in graphs.iter().enumerate() {
        for directive in applied(&graph.schema) {
            let Some((known, composed)) = directive.known.and_then(|known| Some((known, known.composed_by()?))) else {
                continue;
            };
            specs.insert(composed);
            let found = names.entry(known).or_default();
            if !found.iter().any(|(graph, name)| *graph == at && *name == directive.name) {
                found.push((at, directive.name.clone()));
            }
        }
    }
    for (known, found) in names {
        if found.iter().any(|(_, name)| *name != found[0].1) {
            let list = variants(graphs, found.iter().map(|(at, name)| (*at, format!("\"@{name}\""))));
            let message = format!("@{} must have the same name in all subgraphs, but it is {list}", known.name());
            report.error("LINK_IMPORT_NAME_MISMATCH", message);
        }
    }
    specs
}

/// Lists what subgraphs have, equals together: `A in subgraphs "a" and "b", B in subgraph "c"`.
fn variants(graphs: &[Subgraph], found: impl IntoIterator<Item = (usize, String)>) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (at, text) in found {
        let name = graphs.get(at).map_or("", |graph| graph.name.as_str());
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, names)) => names.push(name),
            None => groups.push((text, vec![name])),
        }
    }
    let parts: Vec<String> =
        groups.into_iter().map(|(text, names)| format!("{text} in {}", subgraphs(names))).collect();
    parts.join(", ")
}

/// `subgraph "a"` or `subgraphs "a" and "b"`.
fn subgraphs<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    format!("{} {}", if names.len() == 1 { "subgraph" } else { "subgraphs" }, quoted(names))
}

impl<'a> Merger<'a> {
    fn run(&mut self) {
        self.add_types();
        self.merge_implements();
        self.access = access::Access::find(self.graphs, &self.schema);
        self.merge_schema_definition();
        for kind in [Kind::Union, Kind::Scalar, Kind::Input, Kind::Interface, Kind::Object] {
            self.merge_types_of(kind);
        }
        self.merge_definitions();
        self.merge_types_of(Kind::Enum);
        self.schema.types.retain(|_, ty| ty.kind != Kind::Object || !ty.fields.is_empty());
        if self.schema.types.get(Root::Query.type_name()).is_none_or(|query| query.fields.is_empty()) {
            self.report.error("NO_QUERIES", "no subgraph has a query field, and a supergraph needs at least one");
        }
        self.add_interface_object_fields();
    }

    /// The types of the supergraph, empty, and the errors of those that subgraphs do not agree on.
    fn add_types(&mut self) {
        let names: BTreeSet<&String> = self.graphs.iter().flat_map(|graph| graph.schema.types.keys()).collect();
        for name in names {
            let found: Vec<(usize, &Type)> = self.having(name).collect();
            let Some((_, first)) = found.first() else { continue };
            let kind = first.supergraph_kind();
            if found.iter().any(|(_, ty)| ty.supergraph_kind() != kind) {
                let list = variants(self.graphs, found.iter().map(|(at, ty)| (*at, describe(ty).to_owned())));
                let places = self.places(found.iter().map(|(at, ty)| (*at, ty.position)));
                let message = format!("\"{name}\" is not the same kind of type everywhere: it is {list}");
                self.report.error_at("TYPE_KIND_MISMATCH", message, places);
            } else if found.iter().all(|(_, ty)| ty.is_interface_object()) {
                let message = format!(
                    "\"{name}\" has @interfaceObject in {}, but no subgraph defines it as an interface",
                    subgraphs(found.iter().map(|(at, _)| self.graphs[*at].name.as_str()))
                );
                let places = self.places(found.iter().map(|(at, ty)| (*at, ty.position)));
                self.report.error_at("INTERFACE_OBJECT_USAGE_ERROR", message, places);
            }
            self.schema.types.insert(name.clone(), Type::new(kind));
        }
    }

    /// The subgraphs that have a type.
    fn having<'n>(&self, name: &'n str) -> impl Iterator<Item = (usize, &'a Type)> + use<'a, 'n> {
        self.graphs.iter().enumerate().filter_map(move |(at, graph)| Some((at, graph.schema.types.get(name)?)))
    }

    /// The subgraphs that have a type of the kind that it has in the supergraph.
    fn sources(&self, name: &str, kind: Kind) -> Vec<(usize, &'a Type)> {
        self.having(name).filter(|(_, ty)| ty.supergraph_kind() == kind).collect()
    }

    fn merge_implements(&mut self) {
        let names: Vec<String> = self.schema.types.keys().cloned().collect();
        for name in names {
            let Some(kind) = self.schema.kind(&name) else { continue };
            if !matches!(kind, Kind::Object | Kind::Interface | Kind::Union) {
                continue;
            }
            let (mut implements, mut members, mut joins) = (Vec::new(), Vec::new(), Vec::new());
            for (at, ty) in self.sources(&name, kind) {
                for interface in &ty.implements {
                    joins.push(join::implements(&self.graphs[at].id, interface));
                    if !implements.contains(interface) {
                        implements.push(interface.clone());
                    }
                }
                for member in ty.members.iter().filter(|_| kind == Kind::Union) {
                    if !members.contains(member) {
                        members.push(member.clone());
                    }
                }
            }
            if let Some(merged) = self.schema.types.get_mut(&name) {
                merged.implements = implements;
                merged.members = members;
                merged.directives.extend(joins);
            }
        }
    }

    fn merge_schema_definition(&mut self) {
        for root in Root::ALL {
            let present = self.graphs.iter().any(|graph| {
                let ty = graph.schema.roots.get(&root).and_then(|name| graph.schema.types.get(name));
                ty.is_some_and(|ty| !ty.fields.is_empty())
            });
            if present {
                self.schema.roots.insert(root, root.type_name().to_owned());
            }
        }
        let descriptions: Vec<(usize, Option<&String>)> =
            self.graphs.iter().enumerate().map(|(at, graph)| (at, graph.schema.description.as_ref())).collect();
        self.schema.description = self.merge_descriptions("the schema", &descriptions);
        let sources: Vec<(usize, &'a Vec<Directive>)> =
            self.graphs.iter().enumerate().map(|(at, graph)| (at, &graph.schema.directives)).collect();
        self.schema.directives = self.merge_directives("the schema", &sources, &[]);
    }

    /// The description that most subgraphs have; of equals, the first.
    fn merge_descriptions(&mut self, place: &str, found: &[(usize, Option<&String>)]) -> Option<String> {
        let mut counts: Vec<(&String, usize)> = Vec::new();
        for description in found.iter().filter_map(|(_, description)| *description) {
            match counts.iter_mut().find(|(known, _)| *known == description) {
                Some((_, count)) => *count += 1,
                None => counts.push((description, 1)),
            }
        }
        let mut spoken = counts.iter().filter(|(text, _)| !text.is_empty());
        let (first, second) = (spoken.next(), spoken.next());
        let Some(first) = first else { return counts.first().map(|(text, _)| (*text).clone()) };
        if second.is_none() {
            return Some(first.0.clone());
        }
        let most = counts.iter().filter(|(text, _)| !text.is_empty()).map(|(_, count)| *count).max()?;
        let chosen = counts.iter().find(|(text, count)| *count == most && !text.is_empty())?;
        let who =
            variants(self.graphs, found.iter().filter_map(|(at, text)| Some((*at, format!("\"{}\"", text.as_ref()?)))));
        self.report.hint("INCONSISTENT_DESCRIPTION", format!("{place} is described differently: {who}"), Vec::new());
        Some(chosen.0.clone())
    }

    /// Places in subgraphs.
    fn places(&self, found: impl IntoIterator<Item = (usize, Position)>) -> Vec<(&'a str, Position)> {
        let graphs = self.graphs;
        found.into_iter().map(|(at, position)| (graphs[at].name.as_str(), position)).collect()
    }

    fn name(&self, at: usize) -> &'a str {
        &self.graphs[at].name
    }
}

fn describe(ty: &Type) -> &'static str {
    if ty.is_interface_object() { "an interface object" } else { ty.kind.article() }
}

/// The directives of the join specification's `@join__directive`, which carries directives of subgraphs unchanged.
fn carried(graphs: &[Subgraph], sources: &[(usize, &Vec<Directive>)]) -> Vec<Directive> {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for (at, directives) in sources {
        for directive in directives.each(Known::CacheTag) {
            let arguments = Value::Object(directive.arguments.clone());
            let graph = Value::Enum(graphs[*at].id.clone());
            match groups.iter_mut().find(|(known, _)| known.same(&arguments)) {
                Some((_, found)) => found.push(graph),
                None => groups.push((arguments, vec![graph])),
            }
        }
    }
    groups
        .into_iter()
        .map(|(arguments, graphs)| {
            let name = Value::string("federation__cacheTag");
            Directive::new(
                "join__directive",
                vec![("graphs", Value::List(graphs)), ("name", name), ("args", arguments)],
            )
        })
        .collect()
}
