//! `@composeDirective`: custom directives that the supergraph keeps.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Report;
use super::super::model::{Directive, DirectiveDefinition, Directives};
use super::super::specs::{APOLLO, Composed, Known};
use super::super::subgraph::{Feature, Subgraph};
use super::super::syntax::Value;
use super::{quoted, subgraphs, variants};

const ERROR: &str = "DIRECTIVE_COMPOSITION_ERROR";

/// A directive that a subgraph wants to be kept.
struct Wanted<'a> {
    at: usize,
    feature: &'a Feature,
    /// Its name in its specification.
    original: String,
    /// Its name in the subgraph.
    name: &'a str,
}

/// Which custom directives are composed.
#[derive(Default)]
pub(super) struct Composition<'a> {
    /// By subgraph, the names of directives to keep.
    kept: BTreeMap<usize, BTreeSet<&'a str>>,
    definitions: BTreeMap<&'a str, &'a DirectiveDefinition>,
    /// The specifications to link, with the names (in the schema and in the specification) that are imported.
    features: Vec<(&'a Feature, Vec<(&'a str, String)>)>,
}

impl<'a> Composition<'a> {
    /// Whether the supergraph keeps a directive where a subgraph applies it.
    pub(super) fn is_composed(&self, at: usize, name: &str) -> bool {
        self.kept.get(&at).is_some_and(|names| names.contains(name))
    }

    /// The definition of a composed directive.
    pub(super) fn definition(&self, name: &str) -> Option<&'a DirectiveDefinition> {
        self.definitions.get(name).copied()
    }

    /// The definitions of all composed directives.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&'a str, &'a DirectiveDefinition)> {
        self.definitions.iter().map(|(name, definition)| (*name, *definition))
    }

    /// The `@link`s of the specifications that they come from.
    pub(super) fn links(&self, specs: &BTreeSet<Composed>) -> Vec<Directive> {
        let mut taken: BTreeSet<String> = ["link", "join", "cacheTag"].map(str::to_owned).into();
        taken.extend(specs.iter().map(|composed| composed.spec.to_owned()));
        self.features
            .iter()
            .map(|(feature, names)| {
                let free = |alias: &String| !taken.contains(alias);
                let numbered = (0..).map(|number| format!("{}{number}", feature.name));
                let alias = std::iter::once(feature.name.clone()).chain(numbered).find(free);
                let alias = alias.unwrap_or_default();
                taken.insert(alias.clone());
                let imports = names.iter().map(|(name, original)| {
                    if name == original {
                        return Value::String(format!("@{name}"));
                    }
                    let field = |key: &str, name: &str| (key.to_owned(), Value::String(format!("@{name}")));
                    Value::Object(vec![field("name", original), field("as", name)])
                });
                let mut arguments = vec![("url", Value::String(feature.url()))];
                if alias != feature.name {
                    arguments.push(("as", Value::String(alias)));
                }
                arguments.push(("import", Value::List(imports.collect())));
                Directive::new("link", arguments)
            })
            .collect()
    }

    pub(super) fn find(graphs: &'a [Subgraph], report: &mut Report) -> Self {
        let mut wanted = Vec::new();
        for (at, graph) in graphs.iter().enumerate() {
            for application in graph.schema.directives.each(Known::ComposeDirective) {
                match want(at, graph, application, graphs, report) {
                    Ok(Some(found)) => wanted.push(found),
                    Ok(None) => {}
                    Err(problem) => {
                        let message = format!("[{}] {application}: {problem}", graph.name);
                        report.error_at(ERROR, message, vec![(&graph.name, application.position)]);
                    }
                }
            }
        }
        let mut composition = Self::default();
        if wanted.is_empty() && graphs.iter().all(|graph| graph.links.features.is_empty()) {
            return composition;
        }
        let refused = check_names(graphs, &wanted, report);
        let identities: BTreeSet<&String> =
            graphs.iter().flat_map(|graph| &graph.links.features).map(|feature| &feature.identity).collect();
        for identity in identities {
            let using: Vec<&Wanted<'a>> = wanted.iter().filter(|wanted| wanted.feature.identity == *identity).collect();
            let Some(feature) = newest(graphs, identity, &using, report) else { continue };
            let mut imports: Vec<(&'a str, String)> = Vec::new();
            for wanted in using.into_iter().filter(|wanted| !refused.contains(wanted.name)) {
                composition.kept.entry(wanted.at).or_default().insert(wanted.name);
                if imports.iter().any(|(name, _)| *name == wanted.name) {
                    continue;
                }
                imports.push((wanted.name, wanted.original.clone()));
                match definition(graphs, feature, &wanted.original) {
                    Some(definition) => {
                        composition.definitions.insert(wanted.name, definition);
                    }
                    None => {
                        let message = format!(
                            "no subgraph that links \"{}\" defines its directive \"@{}\"",
                            feature.url(),
                            wanted.original
                        );
                        report.error(ERROR, message);
                    }
                }
            }
            imports.sort();
            if !imports.is_empty() {
                composition.features.push((feature, imports));
            }
        }
        composition
    }
}

/// What an application asks for; none if it asks for what is done anyway. The error is a sentence.
fn want<'a>(
    at: usize,
    graph: &'a Subgraph,
    application: &'a Directive,
    graphs: &[Subgraph],
    report: &mut Report,
) -> Result<Option<Wanted<'a>>, String> {
    let name = application.string("name").filter(|name| !name.is_empty()).ok_or("it names no directive")?;
    let name = name.strip_prefix('@').ok_or("the name of the directive must begin with \"@\"")?;
    if let Some(known) = graph.links.known(name) {
        let by_default = [Known::Tag, Known::Inaccessible, Known::Context];
        if by_default.contains(&known) || Known::ACCESS.contains(&known) {
            let message = format!("\"@{name}\" need not be composed in subgraph \"{}\": it always is", graph.name);
            report.hint("DIRECTIVE_COMPOSITION_INFO", message, vec![(&graph.name, application.position)]);
            return Ok(None);
        }
        return Err(if known.is_builtin() {
            "it comes from no specification that the subgraph links".to_owned()
        } else {
            "directives of the federation specification cannot be composed".to_owned()
        });
    }
    if !graph.schema.definitions.contains_key(name) {
        return Err("the subgraph does not define the directive".to_owned());
    }
    let (feature, original) =
        graph.links.source(name).ok_or("it comes from no specification that the subgraph links")?;
    let original = original.ok_or("it is imported under another name")?;
    if feature
        .identity
        .strip_prefix(APOLLO)
        .is_some_and(|spec| super::super::specs::version_exists(spec, feature.version).is_some())
    {
        return Err("directives of the federation specification cannot be composed".to_owned());
    }
    for known in [Known::Tag, Known::Inaccessible] {
        let taken = graphs.iter().filter(|other| other.links.name_of(known) == Some(name));
        let taken: Vec<&str> = taken.map(|other| other.name.as_str()).collect();
        if !taken.is_empty() {
            return Err(format!("its name is that of @{} in {}", known.name(), subgraphs(taken)));
        }
    }
    Ok(Some(Wanted { at, feature, original, name }))
}

/// A name must stand for one directive, and a directive must have one name. Answers the names that do not.
fn check_names<'a>(graphs: &[Subgraph], wanted: &[Wanted<'a>], report: &mut Report) -> BTreeSet<&'a str> {
    let mut refused = BTreeSet::new();
    let (mut by_name, mut by_original) = (BTreeMap::new(), BTreeMap::new());
    for wanted in wanted {
        by_name.entry(wanted.name).or_insert_with(Vec::new).push(wanted);
        by_original.entry(&wanted.original).or_insert_with(Vec::new).push(wanted);
    }
    for (name, found) in by_name {
        let differs =
            |same: &dyn Fn(&Wanted<'_>, &Wanted<'_>) -> bool| found.iter().any(|other| !same(other, found[0]));
        if differs(&|one, two| one.original == two.original) {
            refused.insert(name);
            report.error(ERROR, format!("composed directive \"@{name}\" is not the same directive in every subgraph"));
        }
        if differs(&|one, two| one.feature.identity == two.feature.identity) {
            refused.insert(name);
            report.error(ERROR, format!("composed directive \"@{name}\" comes from different specifications"));
        }
    }
    for (original, found) in by_original {
        if found.iter().any(|other| other.name != found[0].name) {
            refused.extend(found.iter().map(|wanted| wanted.name));
            let list = variants(graphs, found.iter().map(|wanted| (wanted.at, format!("\"@{}\"", wanted.name))));
            report.error(ERROR, format!("composed directive \"@{original}\" must have one name, but it is {list}"));
        }
        let first = found[0];
        let silent = graphs.iter().enumerate().filter(|(at, _)| found.iter().all(|wanted| wanted.at != *at));
        let renamed = silent.filter(|(_, graph)| {
            let features = graph.links.features.iter().filter(|feature| feature.identity == first.feature.identity);
            features.flat_map(|feature| &feature.imports).any(|(from, local)| {
                from.strip_prefix('@') == Some(original) && local.strip_prefix('@') != Some(first.name)
            })
        });
        let renamed: Vec<&str> = renamed.map(|(_, graph)| graph.name.as_str()).collect();
        if !renamed.is_empty() {
            let message = format!(
                "composed directive \"@{}\" has another name in {}, which would have to be the same to compose it there",
                first.name,
                quoted(renamed)
            );
            report.hint("DIRECTIVE_COMPOSITION_WARN", message, Vec::new());
        }
    }
    refused
}

/// The newest version of a specification among the subgraphs that compose its directives.
fn newest<'a>(
    graphs: &'a [Subgraph],
    identity: &str,
    using: &[&Wanted<'a>],
    report: &mut Report,
) -> Option<&'a Feature> {
    let linked = graphs.iter().enumerate().filter_map(|(at, graph)| {
        let feature = graph.links.features.iter().find(|feature| feature.identity == identity)?;
        Some((feature, using.iter().any(|wanted| wanted.at == at)))
    });
    let mut latest: Option<(&'a Feature, bool)> = None;
    let mut told = false;
    for (feature, composed) in linked {
        let Some((best, best_composed)) = latest else {
            latest = Some((feature, composed));
            continue;
        };
        if best.version.0 != feature.version.0 {
            if best_composed && composed {
                let message = format!("\"{identity}\" is composed in major versions that differ between subgraphs");
                report.error(ERROR, message);
                return None;
            }
            if !told {
                told = true;
                let message = format!("\"{identity}\" is linked in major versions that differ between subgraphs");
                report.hint("DIRECTIVE_COMPOSITION_INFO", message, Vec::new());
            }
            latest = Some(if best_composed { (best, true) } else { (feature, composed) });
        } else if best_composed == composed {
            latest = Some(if best.version.1 > feature.version.1 { (best, composed) } else { (feature, composed) });
        } else if composed {
            latest = Some((feature, true));
        }
    }
    latest.filter(|(_, composed)| *composed).map(|(feature, _)| feature)
}

/// The definition of a directive in a subgraph that links the chosen version.
fn definition<'a>(graphs: &'a [Subgraph], chosen: &Feature, original: &str) -> Option<&'a DirectiveDefinition> {
    graphs.iter().rev().find_map(|graph| {
        let features = &graph.links.features;
        let feature = features.iter().find(|one| one.identity == chosen.identity && one.version == chosen.version)?;
        graph.schema.definitions.get(&feature.directive_name(original))
    })
}
