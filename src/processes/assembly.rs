//! Starting services: each gets its database, the cache, the bus and the graph, and gives back its subgraph.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use futures::future::BoxFuture;
use platform::cache::{Cache, MemoryCache, RedisCache};
use platform::database::{Database, DatabaseSettings};
use platform::events::{Bus, MemoryBus, Outbox, Retention, Subscription, run_relay};
use platform::graph::{GraphClient, LocalSchema, LocalTransport, SubgraphTransport};
use platform::server::ReadinessCheck;
use platform::service::{ServiceContext, ServiceDefinition};
use platform::trace::{SpanKind, follow_fetches};
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// What all services of a process share.
pub(super) struct Shared {
    pub(super) cache: Cache,
    pub(super) bus: Bus,
    pub(super) retention: Retention,
    pub(super) graph: GraphClient,
    pub(super) shutdown: CancellationToken,
    pub(super) public_url: Arc<str>,
    pub(super) own_url: Arc<str>,
    pub(super) local_directory: Arc<Path>,
}

impl Shared {
    pub(super) fn new(config: &Config, port: u16, shutdown: CancellationToken) -> anyhow::Result<Self> {
        let process = &config.process;
        let cache = match process.redis_url.as_str() {
            "" => Cache::Memory(MemoryCache::new(process.cache_bytes)),
            url => Cache::Redis(RedisCache::connect(url).context("REDIS_URL")?),
        };
        let bus = match process.amqp_url.as_str() {
            "" => Bus::Memory(Arc::new(MemoryBus::default())),
            _ => Bus::Amqp(Arc::new(crate::events::bus(process))),
        };
        Ok(Self {
            cache,
            bus,
            retention: Retention(process.event_retention),
            graph: GraphClient::new(),
            shutdown,
            public_url: config.public_url(port),
            own_url: format!("http://127.0.0.1:{port}").into(),
            local_directory: config.local_directory()?.into(),
        })
    }

    /// What is shown beside the services' databases. The process goes on without either: what the cache holds can be
    /// lost, and events wait in the outbox. Were it not ready, nobody would be served at all.
    pub(super) fn readiness(&self) -> Vec<ReadinessCheck> {
        let mut checks = Vec::new();
        if let Cache::Redis(_) = &self.cache {
            let cache = self.cache.clone();
            let check = ReadinessCheck::new("cache", move || {
                let cache = cache.clone();
                async move { cache.check().await.map_err(|error| error.to_string()) }
            });
            checks.push(check.optional());
        }
        if let Bus::Amqp(bus) = &self.bus {
            let bus = Arc::clone(bus);
            let check = ReadinessCheck::new("event bus", move || {
                let bus = Arc::clone(&bus);
                async move { bus.check().await.map_err(|error| error.to_string()) }
            });
            checks.push(check.optional());
        }
        checks
    }
}

/// A service that stands but does not work yet: [`work`] begins once the graph is connected.
pub(super) struct Standing {
    pub(super) name: &'static str,
    pub(super) schema: Arc<dyn LocalSchema>,
    pub(super) routes: axum::Router,
    pub(super) readiness: Option<ReadinessCheck>,
    subscriptions: Vec<Subscription>,
    jobs: Vec<BoxFuture<'static, ()>>,
    relay: Option<(Database, Outbox)>,
}

impl Standing {
    /// A way to the service's subgraph in this process.
    pub(super) fn transport(&self) -> Arc<dyn SubgraphTransport> {
        let transport = Arc::new(LocalTransport::new(Arc::clone(&self.schema)));
        follow_fetches(self.name, SpanKind::Internal, transport)
    }
}

/// Has services begin to hear, to tell and to do their jobs. All hear before one tells: the bus in memory forgets what
/// nobody hears.
pub(super) async fn work(mut services: Vec<Standing>, shared: &Shared) -> anyhow::Result<()> {
    for subscription in services.iter_mut().flat_map(|service| std::mem::take(&mut service.subscriptions)) {
        let consumer = subscription.consumer;
        shared.bus.subscribe(subscription).await.with_context(|| format!("{consumer} cannot hear events"))?;
    }
    for service in services {
        for job in service.jobs {
            tokio::spawn(job);
        }
        if let Some((database, outbox)) = service.relay {
            tokio::spawn(run_relay(database, outbox, shared.bus.clone(), shared.retention, shared.shutdown.clone()));
        }
    }
    Ok(())
}

/// Starts one service.
pub(super) async fn stand(
    definition: &ServiceDefinition,
    config: &Config,
    database_settings: &DatabaseSettings,
    database_url: &str,
    shared: &Shared,
) -> anyhow::Result<Standing> {
    let name = definition.name;
    let database = Database::connect(database_settings, database_url, name)?;
    let outbox = Outbox::default();
    let context = ServiceContext {
        database: database.clone(),
        cache: shared.cache.clone(),
        outbox: outbox.clone(),
        graph: shared.graph.for_service(name),
        settings: Arc::clone(&config.source),
        public_url: Arc::clone(&shared.public_url),
        own_url: Arc::clone(&shared.own_url),
        local_directory: Arc::clone(&shared.local_directory),
        shutdown: shared.shutdown.clone(),
    };
    let service = (definition.start)(context).await.with_context(|| format!("{name} does not start"))?;
    let keeps_data = definition.migrations.is_some();
    let checked = database.clone();
    let readiness = keeps_data.then(|| {
        ReadinessCheck::new(format!("{name} database"), move || {
            let database = checked.clone();
            async move { database.connection().await.map(|_| ()).map_err(|error| error.to_string()) }
        })
    });
    Ok(Standing {
        name,
        schema: service.schema,
        routes: service.routes,
        readiness,
        subscriptions: service.subscriptions,
        jobs: service.jobs,
        relay: keeps_data.then_some((database, outbox)),
    })
}

/// The transports of services in this process, by name.
pub(super) fn local_transports(standing: &[Standing]) -> HashMap<String, Arc<dyn SubgraphTransport>> {
    standing.iter().map(|service| (service.name.to_owned(), service.transport())).collect()
}
