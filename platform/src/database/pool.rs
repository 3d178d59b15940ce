//! The connection pool of one service.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::bb8::{Pool, PooledConnection};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use futures::FutureExt as _;

use super::migrate::role_of;
use super::server::{Server, query};

crate::settings! {
    /// How services reach PostgreSQL.
    pub struct DatabaseSettings {
        /// PostgreSQL, as a role that may create roles and schemas (for `migrate`); services connect to the same server and database under their own roles. TLS as libpq has it: sslmode=require, verify-ca or verify-full, with the authorities in sslrootcert=FILE or the system's; without sslmode a server on this machine is reached plainly, and any other by TLS if it offers it. Empty: a private local cluster (all in one only).
        url: Option<String> = "DATABASE_URL", "";
        /// The password of the services' roles (doa_auth, doa_order, …). Empty: no password is sent.
        role_password: String = "DATABASE_ROLE_PASSWORD", "";
        /// Largest number of connections a service holds. The sum over services and replicas must stay below the server's max_connections.
        pool_size: u32 = "DATABASE_POOL_SIZE", "8";
        /// How long a request waits for a connection before it is told to try again.
        checkout_timeout: Duration = "DATABASE_CHECKOUT_TIMEOUT", "2s";
        /// How long one statement may run.
        statement_timeout: Duration = "DATABASE_STATEMENT_TIMEOUT", "10s";
    }
}

/// A connection, borrowed from the pool. Give it back before awaiting anything that is not the database.
pub type Connection<'a> = PooledConnection<'a, AsyncPgConnection>;

/// No connection could be had.
#[derive(Debug, thiserror::Error)]
#[error("no database connection: {0}")]
pub struct PoolError(String);

impl PoolError {
    pub(crate) fn new(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// The database of one service.
#[derive(Clone)]
pub struct Database {
    service: Arc<str>,
    pool: Pool<AsyncPgConnection>,
}

impl Database {
    /// A pool for `service`. Connections are opened when they are first needed.
    ///
    /// # Errors
    /// When the URL is none, or TLS cannot be had as it says.
    pub fn connect(settings: &DatabaseSettings, url: &str, service: &str) -> Result<Self, PoolError> {
        let url = service_url(url, service, settings)?;
        let server = Server::parse(&url)?;
        let mut connecting = ManagerConfig::<AsyncPgConnection>::default();
        connecting.custom_setup = Box::new(move |_| {
            let server = server.clone();
            async move { server.connect().await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url, connecting);
        let pool = Pool::builder()
            .max_size(settings.pool_size)
            .min_idle(None)
            .connection_timeout(settings.checkout_timeout)
            .test_on_check_out(false)
            .idle_timeout(Some(Duration::from_secs(300)))
            .build_unchecked(manager);
        Ok(Self { service: service.into(), pool })
    }

    /// Whose it is.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Borrows a connection.
    ///
    /// # Errors
    /// When none becomes free in time, or the server cannot be reached.
    pub async fn connection(&self) -> Result<Connection<'_>, PoolError> {
        let waited = std::time::Instant::now();
        let connection = self.pool.get().await.map_err(PoolError::new);
        metrics::histogram!("database_checkout_seconds").record(waited.elapsed().as_secs_f64());
        connection
    }
}

/// The service's own URL: its role, its schema first in the search path, its limits; no round trip sets them.
pub(crate) fn service_url(url: &str, service: &str, settings: &DatabaseSettings) -> Result<String, PoolError> {
    let mut parsed = reqwest::Url::parse(url).map_err(|_| PoolError::new("DATABASE_URL is no URL"))?;
    let invalid = |()| PoolError::new("DATABASE_URL has no host");
    parsed.set_username(&role_of(service)).map_err(invalid)?;
    let password = (!settings.role_password.is_empty()).then_some(settings.role_password.as_str());
    parsed.set_password(password).map_err(invalid)?;
    let options =
        format!("-c search_path=\"{service}\" -c statement_timeout={}", settings.statement_timeout.as_millis());
    let kept: Vec<(String, String)> = parsed
        .query_pairs()
        .filter(|(key, _)| key != "options" && key != "application_name")
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let application = format!("doa-{service}");
    let own = [("options".to_owned(), options), ("application_name".to_owned(), application)];
    parsed.set_query(Some(&query(&[kept, own.to_vec()].concat())));
    Ok(parsed.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::SettingSource;

    #[test]
    fn a_service_connects_under_its_own_role_and_schema() {
        let settings = DatabaseSettings::from_source(&SettingSource::from_values([])).unwrap();
        let url =
            service_url("postgres://admin:secret@127.0.0.1:5432/doa?sslmode=disable", "order", &settings).unwrap();
        assert_eq!(
            url,
            "postgres://doa_order@127.0.0.1:5432/doa?sslmode=disable&options=-c%20search_path%3D%22order%22%20-c%20statement_timeout%3D10000&application_name=doa-order"
        );
    }
}
