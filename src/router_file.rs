//! The configuration file of a router over anybody's subgraphs, `doa-market router --compose FILE`: TOML, as
//! `router/router.example.toml` shows it with every key. What is wrong in it is refused with the key's name.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use platform::graph::{Gzip, HeaderRules, HttpTransportSettings, Protocol};
use platform::settings::SettingValue;
use router::compose::SubgraphSdl;
use router::{PoliciesOfHeader, RouterSettings};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouterFile {
    /// Where the router listens; else HOST and PORT say so.
    pub(crate) listen: Option<SocketAddr>,
    start_timeout: Option<Setting<Duration>>,
    introspection: Option<bool>,
    ide: Option<bool>,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    policies: Policies,
    #[serde(default)]
    subgraphs: BTreeMap<String, Subgraph>,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    body_bytes: Option<usize>,
    tokens: Option<usize>,
    depth: Option<usize>,
    aliases: Option<usize>,
    root_fields: Option<usize>,
    request_timeout: Option<Setting<Duration>>,
    entities_per_request: Option<usize>,
    plan_cache_bytes: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policies {
    header: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subgraph {
    url: String,
    schema: Option<PathBuf>,
    timeout: Option<Setting<Duration>>,
    connect_timeout: Option<Setting<Duration>>,
    max_response_bytes: Option<usize>,
    idle_connections: Option<usize>,
    idle_timeout: Option<Setting<Duration>>,
    protocol: Option<Setting<Protocol>>,
    compression: Option<Setting<Gzip>>,
    share_queries: Option<bool>,
    #[serde(default)]
    headers: Headers,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headers {
    #[serde(default)]
    propagate: Vec<Name>,
    #[serde(default)]
    insert: BTreeMap<Name, HeaderText>,
}

/// A value that is written as a text, as in the environment.
#[derive(Clone, Copy, Debug)]
struct Setting<T>(T);

impl<'de, T: SettingValue> Deserialize<'de> for Setting<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("{text:?} is not {}", T::EXPECTED));
        T::parse(&text).map(Self).ok_or_else(wrong)
    }
}

/// A header that may be sent on or set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

/// What the router or the connection says itself.
const OWN_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "traceparent",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name: HeaderName = text.parse().map_err(|_| D::Error::custom(format!("{text:?} is no header's name")))?;
        if OWN_HEADERS.contains(&name.as_str()) {
            return Err(D::Error::custom(format!("the header {name} is set by the router itself")));
        }
        Ok(Self(name.to_string()))
    }
}

/// A header's value, or where in the environment it is.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "write a text, or { env = \"VARIABLE\" }")]
enum HeaderText {
    Text(String),
    Variable(Variable),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    env: String,
}

/// How a subgraph of the file is reached.
pub(crate) struct Reached {
    pub(crate) name: String,
    pub(crate) url: String,
    /// Its SDL; where there is none, the subgraph is asked for it.
    pub(crate) sdl: Option<String>,
    pub(crate) settings: HttpTransportSettings,
    pub(crate) rules: HeaderRules,
}

impl RouterFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut file = Self::parse(&text).with_context(|| path.display().to_string())?;
        file.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(file)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let deserializer = toml::Deserializer::parse(text).map_err(|error| anyhow!("{error}"))?;
        let file: Self = serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let key = error.path().to_string();
            let message = error.into_inner().message().to_owned();
            if key == "." { anyhow!("{message}") } else { anyhow!("{key}: {message}") }
        })?;
        ensure!(!file.subgraphs.is_empty(), "subgraphs: there is none");
        Ok(file)
    }

    /// How long the subgraphs may take to give their schemas when the router starts.
    pub(crate) fn start_limit(&self) -> Duration {
        self.start_timeout.map_or(Duration::from_secs(30), |Setting(limit)| limit)
    }

    /// The settings of the router, with what the file says over the defaults.
    pub(crate) fn router_settings(&self, mut settings: RouterSettings) -> anyhow::Result<RouterSettings> {
        let Limits { body_bytes, tokens, depth, aliases, root_fields, entities_per_request, .. } = &self.limits;
        let limits = &mut settings.limits;
        for (limit, said) in [
            (&mut limits.body_bytes, body_bytes),
            (&mut limits.tokens, tokens),
            (&mut limits.depth, depth),
            (&mut limits.aliases, aliases),
            (&mut limits.root_fields, root_fields),
            (&mut settings.entities_per_request, entities_per_request),
        ] {
            *limit = said.unwrap_or(*limit);
        }
        settings.request_limit = self.limits.request_timeout.map_or(settings.request_limit, |Setting(limit)| limit);
        settings.plan_cache_bytes = self.limits.plan_cache_bytes.unwrap_or(settings.plan_cache_bytes);
        settings.introspection = self.introspection.unwrap_or(settings.introspection);
        settings.ide = self.ide.unwrap_or(settings.ide);
        if let Some(header) = &self.policies.header {
            settings.policies = Arc::new(PoliciesOfHeader(header.header()?));
        }
        Ok(settings)
    }

    /// The headers of a client that some subgraph is sent, or that policies are read from.
    pub(crate) fn propagated(&self) -> anyhow::Result<Vec<HeaderName>> {
        let sent = self.subgraphs.values().flat_map(|subgraph| &subgraph.headers.propagate);
        let names: BTreeSet<&Name> = sent.chain(&self.policies.header).collect();
        names.into_iter().map(Name::header).collect()
    }

    /// The subgraphs' schemas, each of which must have a file.
    pub(crate) fn schemas(&self) -> anyhow::Result<Vec<SubgraphSdl>> {
        let schema = |(name, subgraph): (&String, &Subgraph)| {
            let missing = || format!("subgraphs.{name}.schema: there is none, and no subgraph is asked for its schema");
            let sdl = subgraph.sdl(name, &self.folder)?.with_context(missing)?;
            Ok(SubgraphSdl { name: name.clone(), url: subgraph.url.clone(), sdl })
        };
        self.subgraphs.iter().map(schema).collect()
    }

    /// The subgraphs, with what the file says over the defaults. Reads their schemas and the environment.
    pub(crate) fn subgraphs(&self, defaults: &HttpTransportSettings) -> anyhow::Result<Vec<Reached>> {
        let subgraphs = self.subgraphs.iter();
        subgraphs.map(|(name, subgraph)| subgraph.reached(name, &self.folder, defaults)).collect()
    }
}

impl Subgraph {
    /// What its schema's file holds; none if it has no file.
    fn sdl(&self, name: &str, folder: &Path) -> anyhow::Result<Option<String>> {
        let Some(path) = &self.schema else { return Ok(None) };
        let path = folder.join(path);
        let unreadable = || format!("subgraphs.{name}.schema: cannot read {}", path.display());
        std::fs::read_to_string(&path).with_context(unreadable).map(Some)
    }

    fn reached(&self, name: &str, folder: &Path, defaults: &HttpTransportSettings) -> anyhow::Result<Reached> {
        let sdl = self.sdl(name, folder)?;
        let duration = |said: Option<Setting<Duration>>, default| said.map_or(default, |Setting(duration)| duration);
        let settings = HttpTransportSettings {
            timeout: duration(self.timeout, defaults.timeout),
            connect_timeout: duration(self.connect_timeout, defaults.connect_timeout),
            max_response_bytes: self.max_response_bytes.unwrap_or(defaults.max_response_bytes),
            idle_connections: self.idle_connections.unwrap_or(defaults.idle_connections),
            idle_timeout: duration(self.idle_timeout, defaults.idle_timeout),
            protocol: self.protocol.map_or(defaults.protocol, |Setting(protocol)| protocol),
            compression: self.compression.map_or(defaults.compression, |Setting(compression)| compression),
            share_queries: self.share_queries.unwrap_or(defaults.share_queries),
        };
        let mut insert = HeaderMap::new();
        for (header, text) in &self.headers.insert {
            let value = text.value().with_context(|| format!("subgraphs.{name}.headers.insert.{}", header.0))?;
            insert.insert(header.header()?, value);
        }
        let propagate = self.headers.propagate.iter().map(Name::header).collect::<anyhow::Result<_>>()?;
        let rules = HeaderRules { propagate, insert };
        Ok(Reached { name: name.to_owned(), url: self.url.clone(), sdl, settings, rules })
    }
}

impl Name {
    fn header(&self) -> anyhow::Result<HeaderName> {
        self.0.parse().with_context(|| format!("{:?} is no header's name", self.0))
    }
}

impl HeaderText {
    fn value(&self) -> anyhow::Result<HeaderValue> {
        let text = match self {
            Self::Text(text) => text.clone(),
            Self::Variable(Variable { env }) => {
                std::env::var(env).with_context(|| format!("the environment variable {env}"))?
            }
        };
        // The value may be a secret: it is not repeated.
        let mut value = HeaderValue::from_str(&text).context("the value has characters that no header can have")?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../router/router.example.toml");

    fn defaults() -> HttpTransportSettings {
        let none = platform::settings::SettingSource::from_values([]);
        HttpTransportSettings::from_source(&none).unwrap()
    }

    #[test]
    fn the_example_has_every_key() {
        // With what is commented out in it, too; and with a file and a variable that there are.
        let lines = EXAMPLE.lines().map(|line| line.strip_prefix("#: ").unwrap_or(line));
        let all = lines.collect::<Vec<_>>().join("\n");
        let all = all.replace("\"reviews.graphql\"", &format!("{:?}", file!())).replace("REVIEWS_API_KEY", "PATH");
        for text in [EXAMPLE, &all] {
            RouterFile::parse(text).unwrap();
        }
        let file = RouterFile::parse(&all).unwrap();
        assert_eq!(file.listen.unwrap().port(), 4000);
        assert_eq!(file.start_limit(), Duration::from_secs(30));
        let settings = file.router_settings(RouterSettings::default()).unwrap();
        assert!(format!("{:?}", settings.policies).contains("x-policies"));
        assert_eq!((settings.limits.depth, settings.introspection), (20, true));
        let reviews =
            file.subgraphs["reviews"].reached("reviews", Path::new(env!("CARGO_MANIFEST_DIR")), &defaults()).unwrap();
        assert_eq!((reviews.settings.protocol, reviews.settings.compression), (Protocol::Http2, Gzip::Answers));
        assert_eq!(reviews.settings.timeout, Duration::from_secs(5));
        assert!(!reviews.settings.share_queries);
        assert_eq!((reviews.rules.propagate.len(), reviews.rules.insert.len()), (2, 2));
        assert!(reviews.sdl.is_some());
        assert_eq!(file.propagated().unwrap(), ["authorization", "x-policies", "x-tenant"]);
        let Limits {
            body_bytes,
            tokens,
            depth,
            aliases,
            root_fields,
            entities_per_request,
            request_timeout,
            plan_cache_bytes,
        } = file.limits;
        let counts = [body_bytes, tokens, depth, aliases, root_fields, entities_per_request];
        assert!(counts.iter().all(Option::is_some));
        assert!(request_timeout.is_some() && plan_cache_bytes.is_some());
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_key() {
        let subgraph = |line: &str| format!("[subgraphs.a]\nurl = \"http://a\"\n{line}");
        for (text, key, reason) in [
            (String::new(), "subgraphs", "there is none"),
            ("listen = \"here\"".to_owned(), "listen", "invalid socket address"),
            ("listen = 4000".to_owned(), "listen", "invalid type"),
            ("listens = \"0.0.0.0:1\"".to_owned(), "listens", "unknown field"),
            ("[limits]\ndepth = \"deep\"".to_owned(), "limits.depth", "invalid type"),
            ("[limits]\ndepth = -1".to_owned(), "limits.depth", "invalid value"),
            ("[limits]\nwidth = 1".to_owned(), "limits.width", "unknown field"),
            ("[policies]\nheader = \"a b\"".to_owned(), "policies.header", "no header's name"),
            ("[policies]\nclaim = \"x\"".to_owned(), "policies.claim", "unknown field"),
            ("[limits]\nrequest_timeout = \"10\"".to_owned(), "limits.request_timeout", "a duration such as"),
            ("[subgraphs.a]\ntimeout = \"1s\"".to_owned(), "subgraphs.a", "missing field `url`"),
            (subgraph("timeout = 5"), "subgraphs.a.timeout", "invalid type"),
            (subgraph("timeout = \"soon\""), "subgraphs.a.timeout", "\"soon\" is not a duration"),
            (subgraph("protocol = \"h3\""), "subgraphs.a.protocol", "\"h3\" is not http1 or http2"),
            (subgraph("compression = true"), "subgraphs.a.compression", "invalid type"),
            (subgraph("header = 1"), "subgraphs.a.header", "unknown field"),
            (subgraph("headers.propagate = [\"x\", \"a b\"]"), "subgraphs.a.headers.propagate[1]", "no header's name"),
            (
                subgraph("headers.propagate = [\"Host\"]"),
                "subgraphs.a.headers.propagate[0]",
                "set by the router itself",
            ),
            (subgraph("headers.insert.x-key = 1"), "subgraphs.a.headers.insert.x-key", "{ env = \"VARIABLE\" }"),
            (subgraph("headers.insert.x-key = { file = \"x\" }"), "subgraphs.a.headers.insert.x-key", "env"),
            ("[subgraphs".to_owned(), "line 1", "unclosed"),
        ] {
            let error = RouterFile::parse(&text).unwrap_err().to_string();
            assert!(error.contains(key) && error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn what_the_file_names_must_be_there() {
        for (line, reason) in [
            ("schema = \"nowhere.graphql\"", "subgraphs.a.schema: cannot read"),
            ("headers.insert.x-key = { env = \"DOA_NO_SUCH_VARIABLE\" }", "subgraphs.a.headers.insert.x-key"),
            ("headers.insert.x-key = \"two\\nlines\"", "subgraphs.a.headers.insert.x-key"),
        ] {
            let file = RouterFile::parse(&format!("[subgraphs.a]\nurl = \"http://a\"\n{line}")).unwrap();
            let error = file.subgraphs(&defaults()).err().unwrap();
            assert!(format!("{error:#}").contains(reason), "{error:#}");
        }
    }
}
