//! Starts the service.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use platform::service::{Service, ServiceContext, StartError};

use crate::actions::Payments;
use crate::graphql;
use crate::jobs::{forget_accounts, reconcile_days, recover};
use crate::provider::TossClient;
use crate::sandbox;
use crate::settings::PaymentSettings;
use crate::vault::Vault;

const TOSS: &str = "https://api.tosspayments.com";
const SANDBOX_PATH: &str = "/sandbox/toss";
/// What the provider's answer and its recording may take beyond the provider's own time.
const LEASE_MARGIN: Duration = Duration::from_millis(500);

pub(crate) async fn start(context: ServiceContext) -> Result<Service, StartError> {
    let settings = PaymentSettings::from_source(&context.settings)?;
    let (provider, routes) = provider(&settings, &context)?;
    let payments = Payments {
        database: context.database.clone(),
        outbox: context.outbox.clone(),
        graph: context.graph.clone(),
        provider: Arc::new(provider),
        vault: Vault::new(&settings.data_key).map_err(|error| StartError(error.message))?,
        comparisons: settings.reconciliation_concurrency.max(1),
        lease: settings.provider_timeout * 2 + LEASE_MARGIN,
    };
    let schema = graphql::schema(payments.clone());
    let recovery = recover(payments.clone(), settings.recovery_interval, context.shutdown.clone());
    let reconciliation = reconcile_days(payments.clone(), settings.reconciliation_interval, context.shutdown.clone());
    let (kept, interval) = (settings.refund_accounts_kept, settings.housekeeping_interval);
    let housekeeping = forget_accounts(payments, kept, interval, context.shutdown.clone());
    Ok(Service {
        schema: Arc::new(schema),
        routes,
        subscriptions: Vec::new(),
        jobs: vec![Box::pin(recovery), Box::pin(reconciliation), Box::pin(housekeeping)],
    })
}

/// The provider, and the sandbox's routes when this process has one.
fn provider(settings: &PaymentSettings, context: &ServiceContext) -> Result<(TossClient, Router), StartError> {
    let timeout = settings.provider_timeout;
    let failed = |error: reqwest::Error| StartError(error.to_string());
    if !settings.toss_secret_key.is_empty() {
        let url = if settings.toss_base_url.is_empty() { TOSS } else { &settings.toss_base_url };
        let client = TossClient::new(url.to_owned(), &settings.toss_secret_key, timeout, None).map_err(failed)?;
        return Ok((client, Router::new()));
    }
    let public = if settings.sandbox_public_url.is_empty() {
        format!("{}{SANDBOX_PATH}", context.public_url)
    } else {
        settings.sandbox_public_url.clone()
    };
    let (base, routes) = if settings.toss_base_url.is_empty() {
        let file = context.local_directory.join("sandbox-toss.jsonl");
        let routes = sandbox::routes(file).map_err(|error| StartError(format!("payment sandbox: {error}")))?;
        let base = if settings.sandbox_url.is_empty() {
            format!("{}{SANDBOX_PATH}", context.own_url)
        } else {
            settings.sandbox_url.clone()
        };
        (base, Router::new().nest(SANDBOX_PATH, routes))
    } else {
        (settings.toss_base_url.clone(), Router::new())
    };
    let client = TossClient::new(base, "test_sk_sandbox", timeout, Some(format!("{public}/window"))).map_err(failed)?;
    Ok((client, routes))
}
