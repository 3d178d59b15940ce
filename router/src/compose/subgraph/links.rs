//! `@link`: which specifications a subgraph uses, and under which names.

use std::collections::{BTreeMap, BTreeSet};

use super::super::specs::{APOLLO, Known, Version, directives_of, types_of, version_exists};
use super::super::syntax::{Definition, DirectiveNode, Document, Position, Value};

/// A specification as linked.
#[derive(Clone, Debug)]
pub(in crate::compose) struct Feature {
    /// Its address without the version.
    pub(in crate::compose) identity: String,
    /// The last segment of its address.
    pub(in crate::compose) name: String,
    pub(in crate::compose) version: Version,
    /// The name that its elements' names begin with.
    pub(in crate::compose) alias: String,
    /// What is imported: names in the specification and in the schema, both with the `@` of directives.
    pub(in crate::compose) imports: Vec<(String, String)>,
    /// Whether it has a purpose, for which whoever serves the schema must understand it.
    pub(in crate::compose) needed: bool,
    pub(in crate::compose) position: Position,
}

impl Feature {
    /// The feature's name if it is one of Apollo's.
    pub(in crate::compose) fn spec(&self) -> Option<&str> {
        self.identity.strip_prefix(APOLLO)
    }

    pub(in crate::compose) fn url(&self) -> String {
        format!("{}/v{}.{}", self.identity, self.version.0, self.version.1)
    }

    /// The name in the schema of a directive of the specification.
    pub(in crate::compose) fn directive_name(&self, name: &str) -> String {
        let imported = self.imports.iter().find(|(from, _)| from.strip_prefix('@') == Some(name));
        match imported {
            Some((_, local)) => local.trim_start_matches('@').to_owned(),
            None if name == self.name => self.alias.clone(),
            None => format!("{}__{name}", self.alias),
        }
    }

    /// The name in the schema of a type of the specification.
    pub(in crate::compose) fn type_name(&self, name: &str) -> String {
        match self.imports.iter().find(|(from, _)| from == name) {
            Some((_, local)) => local.clone(),
            None => format!("{}__{name}", self.alias),
        }
    }
}

/// An error in a `@link`: code, message and place.
pub(in crate::compose) type LinkError = (&'static str, String, Position);

const USAGE: &str = "INVALID_LINK_DIRECTIVE_USAGE";

/// What a subgraph links, and what the names in its schema stand for.
#[derive(Clone, Debug, Default)]
pub(in crate::compose) struct Links {
    /// In the order of their identities' first use.
    pub(in crate::compose) features: Vec<Feature>,
    /// The version of the federation specification; none for Federation 1.
    pub(in crate::compose) federation: Option<Version>,
    /// The name of `@link`.
    pub(super) link_name: String,
    known: BTreeMap<String, Known>,
    machinery: BTreeSet<String>,
}

impl Links {
    /// Reads the links of a document.
    pub(in crate::compose) fn read(document: &Document, errors: &mut Vec<LinkError>) -> Self {
        let applications: Vec<&DirectiveNode> = document
            .iter()
            .filter_map(|definition| match definition {
                Definition::Schema(schema) => Some(&schema.directives),
                _ => None,
            })
            .flatten()
            .collect();
        let mut links = Self { link_name: "link".to_owned(), ..Self::default() };
        let core = applications.iter().find(|directive| {
            let name = argument(directive, "as").and_then(Value::as_str).unwrap_or("link");
            url_of(directive).is_some_and(|url| url.starts_with("https://specs.apollo.dev/link/"))
                && directive.name == name
        });
        if let Some(core) = core {
            links.link_name.clone_from(&core.name);
        }
        let federated = applications.iter().any(|directive| {
            directive.name == links.link_name
                && url_of(directive).is_some_and(|url| url.starts_with("https://specs.apollo.dev/federation/"))
        });
        let linked = core.is_some() || federated;
        if linked {
            for directive in applications {
                if directive.name != links.link_name {
                    continue;
                }
                if let Err(error) = links.add(directive) {
                    errors.push(error);
                }
            }
        }
        let own =
            document.iter().any(|definition| matches!(definition, Definition::Directive(node) if node.name == "link"));
        links.index(linked || !own);
        links
    }

    fn add(&mut self, directive: &DirectiveNode) -> Result<(), LinkError> {
        let position = directive.position;
        let (identity, name, version) = url_of(directive)
            .ok_or_else(|| "a @link needs a url".to_owned())
            .and_then(parse_url)
            .map_err(|problem| ("INVALID_LINK_IDENTIFIER", problem, position))?;
        let usage = |problem: String| (USAGE, problem, position);
        let alias = match argument(directive, "as") {
            None | Some(Value::Null) => name.clone(),
            Some(Value::String(alias)) => alias.clone(),
            Some(other) => return Err(usage(format!("@link(as:) must be a string, not {other}"))),
        };
        let spec = identity.strip_prefix(APOLLO);
        if let Some(spec) = spec {
            match version_exists(spec, version) {
                Some(false) if spec == "federation" => {
                    let problem =
                        format!("there is no version v{}.{} of the federation specification", version.0, version.1);
                    return Err(("UNKNOWN_FEDERATION_LINK_VERSION", problem, position));
                }
                Some(false) if spec == "link" => {
                    let problem = format!("there is no version v{}.{} of the link specification", version.0, version.1);
                    return Err(("UNKNOWN_LINK_VERSION", problem, position));
                }
                _ => {}
            }
            if matches!(spec, "connect" | "source") {
                let problem = format!("subgraphs without a server (\"{identity}\") are not supported");
                return Err(("UNSUPPORTED_LINKED_FEATURE", problem, position));
            }
        }
        let known =
            spec.filter(|spec| version_exists(spec, version) == Some(true)).map(|spec| known_elements(spec, version));
        let imports = read_imports(directive, known.as_deref()).map_err(usage)?;
        let needed = argument(directive, "for").is_some_and(|purpose| !matches!(purpose, Value::Null));
        let feature = Feature { identity, name, version, alias, imports, needed, position };
        self.check_names(&feature).map_err(usage)?;
        if feature.spec() == Some("federation") {
            self.federation = Some(version);
        }
        self.features.push(feature);
        Ok(())
    }

    /// No name may stand for two things.
    fn check_names(&self, feature: &Feature) -> Result<(), String> {
        let (identity, alias) = (&feature.identity, &feature.alias);
        if self.features.iter().any(|other| other.identity == *identity) {
            return Err(format!("\"{identity}\" is linked twice"));
        }
        if alias.contains("__") || alias.ends_with('_') || !is_name(alias) {
            return Err(format!(
                "\"{identity}\" cannot be linked as \"{alias}\", which is no name for a specification"
            ));
        }
        if let Some(other) = self.features.iter().find(|other| other.alias == *alias) {
            return Err(format!("\"{}\" and \"{identity}\" are both linked as \"{alias}\"", other.identity));
        }
        for (from, local) in &feature.imports {
            let problem =
                |what: &str| format!("\"{from}\" of \"{identity}\" cannot be imported as \"{local}\": {what}");
            let (name, local_name) = (from.trim_start_matches('@'), local.trim_start_matches('@'));
            if let Some((prefix, rest)) = local_name.split_once("__") {
                if prefix == alias && rest != name {
                    return Err(problem("it is the name of another element of the specification"));
                }
                if prefix != alias && self.features.iter().any(|other| other.alias == prefix) {
                    return Err(problem("it is the name of an element of another specification"));
                }
            }
            if from.starts_with('@') {
                if local_name == alias && name != feature.name {
                    return Err(problem("it is the name of another element of the specification"));
                }
                if local_name != alias && self.features.iter().any(|other| other.alias == local_name) {
                    return Err(problem("it is the name of an element of another specification"));
                }
            }
            if let Some((_, earlier)) =
                feature.imports.iter().find(|(other, as_name)| other == from && as_name != local)
            {
                return Err(problem(&format!("it is imported as \"{earlier}\", too")));
            }
            if feature.imports.iter().any(|(other, as_name)| other != from && as_name == local) {
                return Err(problem("the name is taken by another import"));
            }
            let taken = self.features.iter().find(|other| other.imports.iter().any(|(_, as_name)| as_name == local));
            if let Some(other) = taken {
                return Err(problem(&format!("the name is imported from \"{}\"", other.identity)));
            }
        }
        // What was imported before may be the name of an element of this one.
        for other in &self.features {
            for (from, local) in &other.imports {
                let local_name = local.trim_start_matches('@');
                let prefixed =
                    local_name.split_once("__").is_some_and(|(prefix, _)| prefix == alias && other.alias != *alias);
                if prefixed || (from.starts_with('@') && local_name == alias) {
                    return Err(format!(
                        "\"{from}\" of \"{}\" is imported as \"{local}\", which is the name of an element of \"{identity}\"",
                        other.identity
                    ));
                }
            }
        }
        Ok(())
    }

    /// Finds out what names stand for. `@link` may be the subgraph's own where it links nothing by it.
    fn index(&mut self, has_link: bool) {
        for known in Known::ALL.into_iter().filter(|known| known.is_builtin()) {
            self.known.insert(known.name().to_owned(), known);
        }
        if has_link {
            self.known.insert(self.link_name.clone(), Known::Link);
        }
        if self.federation.is_none() {
            for known in Known::ALL.into_iter().filter(|known| known.in_federation_1()) {
                self.known.insert(known.name().to_owned(), known);
            }
            self.machinery.extend(["FieldSet", "_FieldSet"].map(str::to_owned));
        }
        for feature in &self.features {
            let Some(spec) = feature.spec().filter(|spec| version_exists(spec, feature.version) == Some(true)) else {
                continue;
            };
            for known in directives_of(spec, feature.version) {
                self.known.insert(feature.directive_name(known.name()), known);
            }
            for name in types_of(spec, feature.version) {
                self.machinery.insert(feature.type_name(name));
            }
        }
        let link = self.features.iter().find(|feature| feature.spec() == Some("link"));
        let prefix = link.map_or("link", |feature| feature.alias.as_str());
        self.machinery.extend([format!("{prefix}__Import"), format!("{prefix}__Purpose")]);
    }

    /// Takes the names of directives that supergraphs keep for what they are, linked or not: a supergraph that links
    /// nothing means them, too. Where another specification claims a name, it is that one's.
    pub(in crate::compose) fn assume_own_names(&mut self) {
        for known in Known::ALL.into_iter().filter(|known| known.composed_by().is_some()) {
            for name in [known.name().to_owned(), format!("federation__{}", known.name())] {
                let claimed = self.source(&name).is_some_and(|(feature, _)| feature.spec().is_none());
                if !claimed {
                    self.known.entry(name).or_insert(known);
                }
            }
        }
    }

    /// What a directive's name stands for.
    pub(in crate::compose) fn known(&self, name: &str) -> Option<Known> {
        self.known.get(name).copied()
    }

    /// The name of a known directive in the schema, if the schema has it.
    pub(in crate::compose) fn name_of(&self, known: Known) -> Option<&str> {
        self.known.iter().find(|(_, found)| **found == known).map(|(name, _)| name.as_str())
    }

    /// Whether a type belongs to the specifications, not to the graph.
    pub(in crate::compose) fn is_machinery(&self, name: &str) -> bool {
        self.machinery.contains(name)
    }

    /// Whether a type is one of a specification of Apollo's that is linked.
    pub(in crate::compose) fn is_of_specification(&self, name: &str) -> bool {
        let prefix = name.split_once("__").map(|(prefix, _)| prefix);
        self.features
            .iter()
            .filter(|feature| feature.spec().is_some())
            .any(|feature| prefix == Some(&feature.alias) || feature.imports.iter().any(|(_, local)| local == name))
    }

    /// All names of the specifications' types.
    pub(in crate::compose) fn machinery(&self) -> impl Iterator<Item = &str> {
        self.machinery.iter().map(String::as_str)
    }

    /// The feature that a directive comes from, and its name there; no name if it is imported under another one.
    pub(in crate::compose) fn source(&self, directive: &str) -> Option<(&Feature, Option<String>)> {
        for feature in &self.features {
            if let Some((from, _)) =
                feature.imports.iter().find(|(_, local)| local.strip_prefix('@') == Some(directive))
            {
                return Some((feature, Some(from.trim_start_matches('@').to_owned())));
            }
        }
        let (alias, name) = directive.split_once("__").unwrap_or((directive, ""));
        let feature = self.features.iter().find(|feature| feature.alias == alias)?;
        let name = if name.is_empty() { feature.name.as_str() } else { name };
        let renamed = feature.imports.iter().any(|(from, _)| from.strip_prefix('@') == Some(name));
        Some((feature, (!renamed).then(|| name.to_owned())))
    }
}

fn argument<'a>(directive: &'a DirectiveNode, name: &str) -> Option<&'a Value> {
    directive.arguments.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn url_of(directive: &DirectiveNode) -> Option<&str> {
    argument(directive, "url").and_then(Value::as_str)
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first == '_' || first.is_ascii_alphabetic())
        && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
}

/// The elements of a specification, directives with their `@`.
fn known_elements(spec: &str, version: Version) -> Vec<String> {
    let directives = directives_of(spec, version).into_iter().map(|known| format!("@{}", known.name()));
    directives.chain(types_of(spec, version).into_iter().map(str::to_owned)).collect()
}

/// The identity, the name and the version of a specification's address. The error is a sentence.
fn parse_url(url: &str) -> Result<(String, String, Version), String> {
    let problem = |what: &str| format!("\"{url}\" is no address of a specification: {what}");
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = plain.split_once("://").ok_or_else(|| problem("it is no URL"))?;
    let (host, path) = rest.split_once('/').ok_or_else(|| problem("it has no path"))?;
    let host = host.rsplit('@').next().unwrap_or(host);
    if scheme.is_empty() || host.is_empty() {
        return Err(problem("it is no URL"));
    }
    let (path, version) = path.rsplit_once('/').ok_or_else(|| problem("it has no name or no version"))?;
    let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(|| problem("it has no name"))?;
    let digits =
        |text: &str| text.bytes().all(|letter| letter.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let version = version
        .strip_prefix('v')
        .and_then(|version| version.split_once('.'))
        .and_then(|(major, minor)| Some((digits(major)?, digits(minor)?)))
        .ok_or_else(|| problem("its last segment is no version such as \"v1.2\""))?;
    Ok((format!("{scheme}://{}/{path}", host.to_ascii_lowercase()), name.to_owned(), version))
}

/// Reads `@link(import:)`. The error is a sentence.
fn read_imports(directive: &DirectiveNode, known: Option<&[String]>) -> Result<Vec<(String, String)>, String> {
    let items = match argument(directive, "import") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::List(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let mut imports = Vec::new();
    for item in items {
        let (name, local) = match item {
            Value::String(name) => (name, name),
            Value::Object(fields) => {
                if let Some((key, _)) = fields.iter().find(|(key, _)| key != "name" && key != "as") {
                    return Err(format!("unknown field \"{key}\" in {item} of @link(import:)"));
                }
                let text = |key: &str| match item.get(key) {
                    Some(Value::String(text)) if is_name(text.strip_prefix('@').unwrap_or(text)) => Ok(Some(text)),
                    Some(other) => Err(format!("\"{key}\" in {item} of @link(import:) must be a name, not {other}")),
                    None => Ok(None),
                };
                let name = text("name")?.ok_or_else(|| format!("{item} of @link(import:) has no \"name\""))?;
                let local = text("as")?.unwrap_or(name);
                if name.starts_with('@') != local.starts_with('@') {
                    return Err(format!("\"{name}\" and \"{local}\" must both begin with \"@\", or neither of them"));
                }
                (name, local)
            }
            other => {
                return Err(format!("{other} cannot stand in @link(import:): a string or {{ name:, as: }} is needed"));
            }
        };
        if known.is_some_and(|known| !known.contains(name)) {
            return Err(format!("\"{name}\" cannot be imported: the specification has no such element"));
        }
        imports.push((name.clone(), local.clone()));
    }
    Ok(imports)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(
            parse_url("https://user@Specs.apollo.dev/a/link/v1.20#x").unwrap(),
            ("https://specs.apollo.dev/a/link".to_owned(), "link".to_owned(), (1, 20))
        );
        for url in [
            "",
            "x",
            "https://",
            "https://a",
            "https://a/",
            "https://a/v1.0",
            "https://a/b",
            "https://a/b/v1",
            "https://a/b/1.0",
            "https://a/b/v1.0.0",
            "https://a//v1.0",
            "https://a/b/v-1.+2",
        ] {
            assert!(parse_url(url).is_err(), "{url}");
        }
    }
}
