//! The whole configuration of a process.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use platform::database::DatabaseSettings;
use platform::graph::HttpTransportSettings;
use platform::identity::InternalTokens;
use platform::settings::{SettingDoc, SettingSource};
use platform::telemetry::{self, TelemetrySettings};
use platform::trace::TraceSettings;
use router::{Limits, RouterSettings};

use crate::services;

platform::settings! {
    /// Options of the process itself.
    pub struct ProcessSettings {
        /// The address that the process listens on.
        host: IpAddr = "HOST", "127.0.0.1";
        /// The port that the process listens on. Empty: 3000 for the market and the router, its own for a service.
        port: Option<u16> = "PORT", "";
        /// The URL under which clients reach the market. Empty: http://localhost at the port.
        public_url: String = "PUBLIC_URL", "";
        /// Redis. Empty: a cache in memory.
        redis_url: String = "REDIS_URL", "";
        /// Largest size of the cache in memory, in bytes.
        cache_bytes: u64 = "CACHE_BYTES", "33554432";
        /// RabbitMQ. Empty: an event bus in memory, which the distributed shape does not accept.
        amqp_url: String = "AMQP_URL", "";
        /// What the names of exchanges and queues begin with, so that installations can share a broker.
        amqp_namespace: String = "AMQP_NAMESPACE", "doa";
        /// How often a service tries to handle an event from RabbitMQ, waiting twice as long each time (from 0.1s to 30s), before the event becomes a dead letter. Later events wait meanwhile.
        event_attempts: u32 = "EVENT_ATTEMPTS", "11";
        /// How long published events are kept, so that they can be told again.
        event_retention: Duration = "EVENT_RETENTION", "7d";
        /// The secret that our processes sign principals with; the same for all of them, at least 32 characters. Empty: made anew at start (all in one only).
        internal_key: String = "INTERNAL_KEY", "";
        /// How long requests under way may take after the process is asked to stop.
        drain: Duration = "DRAIN_TIMEOUT", "20s";
        /// Where a local installation keeps its files.
        local_directory: String = "LOCAL_DIRECTORY", ".local";
        /// The built web client. Empty or missing: no web client is served.
        web_client: String = "WEB_CLIENT", "web-client/dist";
        /// What the web client may load and do, as the header of that name has it: as it is, only what comes from this origin, and pictures over https. A library that PortOne or another provider loads in the browser needs its hosts here.
        content_security_policy: String = "CONTENT_SECURITY_POLICY", "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";
        /// Whether an empty market is filled with the demo catalogue at start (all in one only).
        seed: bool = "SEED", "true";
        /// The router as services reach it. Empty: http://127.0.0.1:3000.
        router_url: String = "ROUTER_URL", "";
    }
}

platform::settings! {
    /// Limits of the router.
    pub struct EdgeSettings {
        /// Largest body of a request, in bytes.
        body_bytes: usize = "LIMIT_BODY_BYTES", "1048576";
        /// Most tokens of an operation.
        tokens: usize = "LIMIT_TOKENS", "4000";
        /// Deepest nesting of an operation.
        depth: usize = "LIMIT_DEPTH", "20";
        /// Most aliases of an operation.
        aliases: usize = "LIMIT_ALIASES", "50";
        /// Most root fields of an operation.
        root_fields: usize = "LIMIT_ROOT_FIELDS", "30";
        /// How long a request may take.
        request_timeout: Duration = "REQUEST_TIMEOUT", "30s";
        /// Whether clients may introspect the schema.
        introspection: bool = "INTROSPECTION", "true";
        /// Whether browsers that open /graphql get a page to try it.
        ide: bool = "IDE", "true";
        /// How many entities one request to a subgraph may ask for; more are asked for in several.
        entities_per_request: usize = "ENTITIES_PER_REQUEST", "1000";
        /// About how much memory prepared operations may take, in bytes.
        plan_cache_bytes: u64 = "PLAN_CACHE_BYTES", "33554432";
        /// How long a trusted document is kept, and so may be asked for after it was revoked.
        trusted_document_lifetime: Duration = "TRUSTED_DOCUMENT_LIFETIME", "1m";
        /// Largest size of the trusted documents that are kept, in bytes.
        trusted_document_bytes: u64 = "TRUSTED_DOCUMENT_BYTES", "16777216";
        /// How long it is kept whose an API key is, and so a revoked key may go on being valid.
        api_key_lifetime: Duration = "API_KEY_LIFETIME", "10s";
        /// How many keys are kept; a key that nobody has counts as one.
        api_keys: u64 = "API_KEYS_KEPT", "10000";
        /// Whether a proxy in front names the client's address in X-Forwarded-For.
        trust_forwarded: bool = "TRUST_FORWARDED", "false";
    }
}

/// Everything that a process is told.
pub(crate) struct Config {
    pub(crate) source: Arc<SettingSource>,
    pub(crate) process: ProcessSettings,
    pub(crate) database: DatabaseSettings,
    pub(crate) transport: HttpTransportSettings,
    pub(crate) traces: TraceSettings,
    edge: EdgeSettings,
}

impl Config {
    /// Reads the environment and the file, and starts logging.
    pub(crate) fn load() -> anyhow::Result<Self> {
        let known: Vec<SettingDoc> = Self::docs().into_iter().flat_map(|(_, docs)| docs.iter().map(copy)).collect();
        let source = SettingSource::load(&known)?;
        telemetry::start(&TelemetrySettings::from_source(&source)?);
        Ok(Self {
            process: ProcessSettings::from_source(&source)?,
            database: DatabaseSettings::from_source(&source)?,
            transport: HttpTransportSettings::from_source(&source)?,
            traces: TraceSettings::from_source(&source)?,
            edge: EdgeSettings::from_source(&source)?,
            source: Arc::new(source),
        })
    }

    fn docs() -> Vec<(&'static str, &'static [SettingDoc])> {
        let mut docs = vec![
            ("process", ProcessSettings::DOCS),
            ("logging", TelemetrySettings::DOCS),
            ("traces", TraceSettings::DOCS),
            ("database", DatabaseSettings::DOCS),
            ("router", EdgeSettings::DOCS),
            ("subgraphs over HTTP", HttpTransportSettings::DOCS),
        ];
        docs.extend(
            services::all()
                .filter(|service| !service.settings.is_empty())
                .map(|service| (service.name, service.settings)),
        );
        docs
    }

    /// Every option with its default, for people.
    pub(crate) fn documentation() -> String {
        let mut text = String::from(
            "Options are environment variables, or keys in lower case of the TOML file that DOA_CONFIG names.\n\
             In the distributed shape <SERVICE>_URL names a service, as AUTH_URL=http://auth-service:3001.\n",
        );
        for (group, docs) in Self::docs() {
            text.push_str(&format!("\n{group}\n"));
            for doc in docs {
                let default = if doc.default.is_empty() { "(empty)" } else { doc.default };
                text.push_str(&format!("  {} = {default}\n     {}\n", doc.name, doc.help.trim()));
            }
        }
        text
    }

    pub(crate) fn router_settings(&self) -> RouterSettings {
        RouterSettings {
            limits: Limits {
                body_bytes: self.edge.body_bytes,
                tokens: self.edge.tokens,
                depth: self.edge.depth,
                aliases: self.edge.aliases,
                root_fields: self.edge.root_fields,
                ..Limits::default()
            },
            introspection: self.edge.introspection,
            request_limit: self.edge.request_timeout,
            entities_per_request: self.edge.entities_per_request,
            plan_cache_bytes: self.edge.plan_cache_bytes,
            ide: self.edge.ide,
            ..RouterSettings::default()
        }
    }

    /// How long, and in how many bytes at most, trusted documents are kept.
    pub(crate) fn trusted_document_cache(&self) -> (Duration, u64) {
        (self.edge.trusted_document_lifetime, self.edge.trusted_document_bytes)
    }

    /// How long, and how many at most, API keys are kept.
    pub(crate) fn api_key_cache(&self) -> (Duration, u64) {
        (self.edge.api_key_lifetime, self.edge.api_keys)
    }

    pub(crate) fn trusts_forwarded(&self) -> bool {
        self.edge.trust_forwarded
    }

    pub(crate) fn port_or(&self, default: u16) -> u16 {
        self.process.port.unwrap_or(default)
    }

    pub(crate) fn public_url(&self, port: u16) -> Arc<str> {
        match self.process.public_url.trim_end_matches('/') {
            "" => format!("http://localhost:{port}").into(),
            url => url.into(),
        }
    }

    pub(crate) fn local_directory(&self) -> anyhow::Result<PathBuf> {
        std::path::absolute(&self.process.local_directory).context("LOCAL_DIRECTORY")
    }

    /// The URL of a service's process.
    pub(crate) fn service_url(&self, name: &str, port: u16) -> String {
        let variable = format!("{}_URL", name.to_ascii_uppercase());
        let url = self.source.find(&variable).unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
        url.trim_end_matches('/').to_owned()
    }

    /// The router's URL, as services reach it.
    pub(crate) fn router_url(&self) -> &str {
        match self.process.router_url.trim_end_matches('/') {
            "" => "http://127.0.0.1:3000",
            url => url,
        }
    }

    /// The tokens of processes that share `INTERNAL_KEY`.
    pub(crate) fn shared_tokens(&self) -> anyhow::Result<Arc<InternalTokens>> {
        let key = &self.process.internal_key;
        anyhow::ensure!(
            key.len() >= 32,
            "INTERNAL_KEY must be the same for all processes, with at least 32 characters"
        );
        Ok(Arc::new(InternalTokens::new(key.as_bytes())))
    }

    /// PostgreSQL, which every shape but the all-in-one must be told.
    pub(crate) fn database_url(&self) -> anyhow::Result<&str> {
        self.database.url.as_deref().context("DATABASE_URL must name a PostgreSQL server")
    }
}

fn copy(doc: &SettingDoc) -> SettingDoc {
    SettingDoc { name: doc.name, default: doc.default, help: doc.help }
}
