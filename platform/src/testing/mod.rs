//! Databases and services for tests: each test has a PostgreSQL database of its own, and real services on it.

mod proxy;

use std::sync::Arc;

use async_graphql::{Request, Response, Variables};
use diesel_async::RunQueryDsl;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

pub use proxy::Proxy;

use crate::cache::{Cache, MemoryCache};
use crate::database::{Database, DatabaseSettings, Server, contract_service};
use crate::events::{Bus, MemoryBus, Outbox, Retention, run_relay};
use crate::graph::{GraphClient, LocalSchema, LocalTransport, RequestContext, SubgraphTransport};
use crate::identity::{OrganisationRole, Principal, Scope};
use crate::service::{Service, ServiceContext, ServiceDefinition};
use crate::settings::SettingSource;

/// A database that exists for one test.
pub struct TestDatabase {
    /// Its URL, as the role that may do everything.
    pub url: String,
    /// How services connect.
    pub settings: DatabaseSettings,
    server: String,
    name: String,
}

impl TestDatabase {
    /// Creates an empty database on the server of `TEST_DATABASE_URL`.
    ///
    /// # Panics
    /// When the variable is missing or the server refuses: a test without its database must fail.
    pub async fn create() -> Self {
        let server = std::env::var("TEST_DATABASE_URL")
            .expect("TEST_DATABASE_URL must name a PostgreSQL server; `make test` starts one");
        let name = format!("test_{}", uuid::Uuid::now_v7().as_simple());
        statement(&server, &format!("CREATE DATABASE {name}")).await;
        let mut url = reqwest::Url::parse(&server).expect("TEST_DATABASE_URL is a URL");
        url.set_path(&name);
        let source = SettingSource::from_values([("DATABASE_POOL_SIZE".to_owned(), "6".to_owned())]);
        let settings = DatabaseSettings::from_source(&source).expect("the defaults are valid");
        Self { url: url.into(), settings, server, name }
    }

    /// Migrates one service in and connects as it.
    ///
    /// # Panics
    /// When a migration fails.
    pub async fn service(&self, definition: &ServiceDefinition) -> Database {
        if let Some(migrations) = definition.migrations {
            contract_service(&self.settings, &self.url, definition.name, migrations()).await.expect("migrations run");
        }
        Database::connect(&self.settings, &self.url, definition.name).expect("the database is there")
    }

    /// Drops the database. Connections to it are cut.
    pub async fn drop(self) {
        statement(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

async fn statement(url: &str, text: &str) {
    let server = Server::parse(url).expect("a PostgreSQL URL");
    let mut connection = server.connect().await.expect("the PostgreSQL server answers");
    diesel::sql_query(text).execute(&mut connection).await.expect("the statement runs");
}

/// A service that runs.
struct Started {
    name: &'static str,
    schema: Arc<dyn LocalSchema>,
    routes: axum::Router,
}

/// Real services in one process on a test database, joined by the memory bus and direct calls.
pub struct TestServices {
    database: TestDatabase,
    graph: GraphClient,
    services: Vec<Started>,
    shutdown: CancellationToken,
}

impl TestServices {
    /// Starts the services with their defaults.
    ///
    /// # Panics
    /// When one does not start.
    pub async fn start(definitions: &[&ServiceDefinition]) -> Self {
        Self::start_with(definitions, []).await
    }

    /// Starts the services with these values for some options.
    ///
    /// # Panics
    /// When one does not start.
    pub async fn start_with<const N: usize>(definitions: &[&ServiceDefinition], values: [(&str, &str); N]) -> Self {
        let database = TestDatabase::create().await;
        let source = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Arc::new(SettingSource::from_values(source));
        let graph = GraphClient::new();
        let cache = Cache::Memory(MemoryCache::new(8 << 20));
        let bus = Bus::Memory(Arc::new(MemoryBus::default()));
        let shutdown = CancellationToken::new();
        let (mut services, mut jobs): (_, Vec<BoxFuture<'static, ()>>) = (Vec::new(), Vec::new());
        for definition in definitions {
            let own = database.service(definition).await;
            let outbox = Outbox::default();
            let context = ServiceContext {
                database: own.clone(),
                cache: cache.clone(),
                outbox: outbox.clone(),
                graph: graph.for_service(definition.name),
                settings: Arc::clone(&settings),
                public_url: "http://localhost:3000".into(),
                own_url: "http://127.0.0.1:3000".into(),
                local_directory: std::env::temp_dir().join(&database.name).into(),
                shutdown: shutdown.clone(),
            };
            let mut service = (definition.start)(context).await.expect("the service starts");
            for subscription in std::mem::take(&mut service.subscriptions) {
                bus.subscribe(subscription).await.expect("the memory bus takes every subscription");
            }
            jobs.append(&mut service.jobs);
            jobs.push(Box::pin(run_relay(own, outbox, bus.clone(), Retention::default(), shutdown.clone())));
            services.push(Started { name: definition.name, schema: service.schema, routes: service.routes });
        }
        let transports = services.iter().map(|service| {
            let transport: Arc<dyn SubgraphTransport> = Arc::new(LocalTransport::new(Arc::clone(&service.schema)));
            (service.name.to_owned(), transport)
        });
        graph.connect(transports.collect());
        // Now all hear what one tells.
        jobs.into_iter().for_each(|job| drop(tokio::spawn(job)));
        Self { database, graph, services, shutdown }
    }

    /// Executes an operation on one service.
    ///
    /// # Panics
    /// When that service was not started.
    pub async fn execute(
        &self,
        service: &str,
        query: &str,
        variables: serde_json::Value,
        context: RequestContext,
    ) -> Response {
        self.answer(service, Request::new(query).variables(Variables::from_json(variables)).data(context)).await
    }

    /// Executes a request on one service as it is.
    ///
    /// # Panics
    /// When that service was not started.
    pub async fn answer(&self, service: &str, request: Request) -> Response {
        self.started(service).schema.answer(request).await
    }

    /// Executes an operation that must succeed, and returns its data as JSON.
    ///
    /// # Panics
    /// When the answer has errors.
    pub async fn data(
        &self,
        service: &str,
        query: &str,
        variables: serde_json::Value,
        context: RequestContext,
    ) -> serde_json::Value {
        let response = self.execute(service, query, variables, context).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        response.data.into_json().expect("data is JSON")
    }

    /// The service's own database.
    pub async fn database_of(&self, service: &str) -> Database {
        Database::connect(&self.database.settings, &self.database.url, service).expect("the database is there")
    }

    /// The HTTP routes of a service, beside GraphQL.
    ///
    /// # Panics
    /// When that service was not started.
    pub fn routes_of(&self, service: &str) -> axum::Router {
        self.started(service).routes.clone()
    }

    fn started(&self, service: &str) -> &Started {
        self.services.iter().find(|started| started.name == service).expect("the service was started")
    }

    /// The graph client, as a service asks with it.
    pub fn graph(&self) -> &GraphClient {
        &self.graph
    }

    /// Stops the services and drops the database.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.database.drop().await;
    }
}

/// A visitor's request.
pub fn visitor() -> RequestContext {
    RequestContext { client: Arc::default(), ..RequestContext::default() }
}

/// The request of a user with these scopes, acting for these organisations.
pub fn user(user_id: uuid::Uuid, scopes: &[Scope], organisations: &[uuid::Uuid]) -> RequestContext {
    let principal = Principal {
        user_id: Some(user_id),
        session_id: Some(uuid::Uuid::now_v7()),
        scopes: scopes.to_vec(),
        organisations: organisations.to_vec(),
        ..Principal::default()
    };
    RequestContext { principal: Arc::new(principal), ..RequestContext::default() }
}

/// The request of a person who acts for an organisation in a role.
pub fn member(user_id: uuid::Uuid, organisation: uuid::Uuid, role: OrganisationRole) -> RequestContext {
    let mut context = user(user_id, &[Scope::Buyer, Scope::Seller], &[organisation]);
    Arc::make_mut(&mut context.principal).roles = vec![role];
    context
}

/// The request of one of our services.
pub fn service(name: &str) -> RequestContext {
    RequestContext::of_service(name, None)
}

/// The same request with an idempotency key.
pub fn with_key(mut context: RequestContext, key: &str) -> RequestContext {
    context.idempotency_key = Some(key.into());
    context
}

/// What a service that stands in for another has beside its `start`: no settings, no events, and tables of the platform's
/// alone, so that tests can put what it tells into its outbox.
pub const fn stand_in(name: &'static str) -> ServiceDefinition {
    ServiceDefinition {
        name,
        port: 0,
        sdl: String::new,
        migrations: Some(|| diesel_migrations::EmbeddedMigrations::new(&[])),
        client_paths: &[],
        tells: &[],
        hears: &[],
        settings: &[],
        start: |_| unreachable!(),
    }
}

/// A service that only answers.
pub fn answering(schema: impl LocalSchema + 'static) -> Service {
    Service { schema: Arc::new(schema), routes: axum::Router::new(), subscriptions: Vec::new(), jobs: Vec::new() }
}

/// Declares a service that stands in for another: its name, and the schema that it answers by.
#[macro_export]
macro_rules! stand_in {
    ($(#[$meta:meta])* $visibility:vis $constant:ident, $name:expr, $schema:expr) => {
        $(#[$meta])*
        $visibility const $constant: $crate::service::ServiceDefinition = $crate::service::ServiceDefinition {
            start: |_| {
                let schema = $schema;
                Box::pin(async move { Ok($crate::testing::answering(schema)) })
            },
            ..$crate::testing::stand_in($name)
        };
    };
}
