//! Migrations: a role and a schema per service, and the service's own migrations inside it.

use std::time::Duration;

use diesel::migration::MigrationSource;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::pool::{DatabaseSettings, PoolError, service_url};
use super::server::Server;

/// The tables that every service has: outbox, inbox, idempotency keys. Their versions begin with `common-`, because a
/// service's own migrations are counted from 0001 in the same table of versions.
const COMMON: EmbeddedMigrations = embed_migrations!("../migrations/platform");

/// How often a statement is tried that others were quicker with, and how soon after each other.
const MOST_TURNS: usize = 100;
const NEXT_TURN: Duration = Duration::from_millis(20);

/// Why a service's schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
#[error("migrating {service}: {cause}")]
pub struct MigrationError {
    service: String,
    cause: String,
}

/// The PostgreSQL role of a service.
pub fn role_of(service: &str) -> String {
    format!("doa_{service}")
}

/// What the names of migrations end with that the release before cannot live with: they remove what it still reads.
const CONTRACT: &str = "_contract";

/// Creates the service's role and schema where they are missing and runs its pending migrations, but for those that the
/// release before cannot live with. Returns how many ran.
///
/// Needs a multi-threaded Tokio runtime. Two processes that migrate at once take turns.
///
/// # Errors
/// When the server cannot be reached, or a migration fails; what ran before it stays.
pub async fn migrate_service(
    settings: &DatabaseSettings,
    admin_url: &str,
    service: &str,
    migrations: EmbeddedMigrations,
) -> Result<usize, MigrationError> {
    migrate(settings, admin_url, service, migrations, |is_contract| !is_contract).await
}

/// Runs the pending migrations whose names end with `_contract`, after the others. Call it when no replica of the release
/// before runs any more: there is no way back to it but by reverting them. Returns how many ran.
///
/// # Errors
/// When the server cannot be reached, or a migration fails or refuses; what ran before it stays.
pub async fn contract_service(
    settings: &DatabaseSettings,
    admin_url: &str,
    service: &str,
    migrations: EmbeddedMigrations,
) -> Result<usize, MigrationError> {
    migrate(settings, admin_url, service, migrations, |_| true).await
}

/// Whether the release before cannot live with some of the migrations.
pub fn contracts(migrations: &EmbeddedMigrations) -> bool {
    MigrationSource::<diesel::pg::Pg>::migrations(migrations)
        .is_ok_and(|all| all.iter().any(|migration| migration.name().to_string().ends_with(CONTRACT)))
}

async fn migrate(
    settings: &DatabaseSettings,
    admin_url: &str,
    service: &str,
    migrations: EmbeddedMigrations,
    is_wanted: impl Fn(bool) -> bool + Send,
) -> Result<usize, MigrationError> {
    let failed = |cause: String| MigrationError { service: service.to_owned(), cause };
    let mut admin = connect(admin_url).await.map_err(&failed)?;
    run(&mut admin, &format!("SELECT pg_advisory_lock(hashtext('migrate {service}'))")).await.map_err(&failed)?;
    let outcome = async {
        create_role_and_schema(&mut admin, service, &settings.role_password).await?;
        let url = service_url(admin_url, service, settings).map_err(|error: PoolError| error.to_string())?;
        let mut harness = AsyncMigrationHarness::new(connect(&url).await?);
        let mut ran = 0;
        for set in [COMMON, migrations] {
            for migration in harness.pending_migrations(set).map_err(|error| error.to_string())? {
                if is_wanted(migration.name().to_string().ends_with(CONTRACT)) {
                    harness.run_migration(&migration).map_err(|error| error.to_string())?;
                    ran += 1;
                }
            }
        }
        Ok(ran)
    }
    .await;
    run(&mut admin, &format!("SELECT pg_advisory_unlock(hashtext('migrate {service}'))")).await.map_err(&failed)?;
    outcome.map_err(failed)
}

async fn connect(url: &str) -> Result<AsyncPgConnection, String> {
    let server = Server::parse(url).map_err(|error| error.to_string())?;
    server.connect().await.map_err(|error| error.to_string())
}

async fn run(connection: &mut AsyncPgConnection, statement: &str) -> Result<(), String> {
    diesel::sql_query(statement).execute(connection).await.map(|_| ()).map_err(|error| error.to_string())
}

async fn create_role_and_schema(admin: &mut AsyncPgConnection, service: &str, password: &str) -> Result<(), String> {
    let role = role_of(service);
    let password = password.replace('\'', "''");
    let statements = [
        // CREATE ROLE has no IF NOT EXISTS, and another process may create the role in the same instant.
        format!(
            "DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ),
        if password.is_empty() { "SELECT 1".to_owned() } else { format!("ALTER ROLE {role} PASSWORD '{password}'") },
        // Roles belong to the whole server: another database's services may grant the same in the same instant.
        format!("DO $$ BEGIN GRANT {role} TO CURRENT_USER; EXCEPTION WHEN unique_violation THEN NULL; END $$"),
        // Only a superuser may bring the trigram index; where it cannot be had, services do without it.
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; EXCEPTION WHEN OTHERS THEN NULL; END $$".to_owned(),
        format!("CREATE SCHEMA IF NOT EXISTS \"{service}\" AUTHORIZATION {role}"),
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
    ];
    for statement in statements {
        run_in_turn(admin, &statement).await?;
    }
    Ok(())
}

/// Runs a statement about what other services and other databases may change in the same instant: PostgreSQL refuses
/// whoever comes second.
async fn run_in_turn(connection: &mut AsyncPgConnection, statement: &str) -> Result<(), String> {
    for _ in 1..MOST_TURNS {
        match run(connection, statement).await {
            Err(cause) if cause.contains("tuple concurrently updated") => tokio::time::sleep(NEXT_TURN).await,
            outcome => return outcome,
        }
    }
    run(connection, statement).await
}
